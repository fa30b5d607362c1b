//! A queue for looking around: invented reports that are part of the program, and users of each role.

use super::{
    Desk,
    board::Filter,
    refusal::Outcome,
    reports::Incoming,
    rights::{Actor, Role},
    users::NewUser,
};

macro_rules! reports {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../corpus/reports/", $name, ".txt")))),*]
    };
}

/// Reports of the project's corpus; no patient, person or hospital in them exists.
const REPORTS: &[(&str, &str)] = reports! {
    "301-popliteal-to-cava-thrombus" "302-left-nivl-terse" "303-filter-retrieval-ivus" "304-up-and-over-left-eiv"
    "305-bilateral-obl-pipe-table" "306-nutcracker-ovarian-coils" "307-svc-malignant-stent-caps"
    "308-ivus-planned-and-past" "309-ivus-title-only" "310-ivc-reconstruction-steps" "311-stent-surveillance-dots"
    "312-two-separate-lesions-dictated" "313-abbreviated-missing-findings" "314-effort-thrombosis-no-reason"
    "315-addendum-corrects-vessel" "316-two-visits-one-file" "317-pullback-unnamed-between"
    "318-hepatic-vein-budd-chiari" "320-bedside-filter-checkboxes" "331-left-sfa-dcb" "332-kissing-iliacs-2013"
    "333-evar-ckd" "335-renal-stent-typos" "337-left-subclavian-stent"
};

/// Physicians of the invented reports.
const PHYSICIANS: &[&str] = &["Dr. Alder", "Dr. Birch", "Dr. Cedar"];

/// The users: name and role.
pub const USERS: &[(&str, Role)] = &[
    ("admin", Role::Administrator),
    ("coder", Role::Coder),
    ("coder2", Role::Coder),
    ("auditor", Role::Auditor),
    ("physician", Role::Physician),
    ("viewer", Role::Viewer),
];

/// Fills an empty store; all users have one password.
///
/// # Errors
/// When the store cannot be written.
pub fn fill(desk: &Desk, password: &str) -> Outcome<()> {
    for (name, role) in USERS {
        let user = NewUser {
            name: (*name).to_owned(),
            role: *role,
            physician: (*role == Role::Physician).then(|| PHYSICIANS[0].to_owned()),
            site: None,
        };
        desk.add_user_with(&user, password)?;
    }
    let incoming = REPORTS
        .iter()
        .enumerate()
        .map(|(n, (name, text))| Incoming {
            name: (*name).to_owned(),
            text: (*text).to_owned(),
            date: None,
            source: "demo".to_owned(),
            site: if n % 5 < 3 { "North" } else { "South" }.to_owned(),
            physician: PHYSICIANS[n % PHYSICIANS.len()].to_owned(),
            status: None,
        });
    desk.import_all(&Actor::command(), incoming.collect())?;
    ask(desk)
}

/// Asks one physician about the first gaps of two reports.
fn ask(desk: &Desk) -> Outcome<()> {
    let all = desk.users(&Actor::command())?;
    let Some(coder) = all.into_iter().find(|u| u.role == Role::Coder) else {
        return Ok(());
    };
    let coder = Actor {
        user: Some(coder.id),
        name: coder.name,
        role: coder.role,
        ..Actor::command()
    };
    let filter = Filter {
        physician: PHYSICIANS[0].to_owned(),
        disposition: "query".to_owned(),
        ..Filter::default()
    };
    for row in desk.list(&coder, &filter)?.0.iter().take(2) {
        let flags = desk.open(&coder, row.report)?.reading.document.flags;
        for (number, flag) in flags.iter().enumerate() {
            if flag.severity == "warning" && desk.ask(&coder, row.report, number, "").is_ok() {
                break;
            }
        }
    }
    Ok(())
}
