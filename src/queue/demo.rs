//! A queue for looking around: invented reports that are part of the program, and users of each role. All of it comes in and is
//! worked on through the [`Desk`], as if by people, so that it has its audit rows.

mod work;

use super::{
    Desk,
    board::Filter,
    refusal::{Outcome, Refusal},
    reports::Incoming,
    rights::{Actor, Role},
    time,
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

/// How far the work of a demo has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reports have just come in; two queries are open.
    Fresh,
    /// Two coders and a physician have worked for a fortnight.
    Worked,
}

/// Fills an empty store; all users have one password.
///
/// # Errors
/// When the store cannot be written.
pub fn fill(desk: &Desk, password: &str, stage: Stage) -> Outcome<()> {
    match stage {
        Stage::Fresh => {
            people(desk, password)?;
            desk.import_all(&Actor::command(), fresh())?;
            ask(desk)
        }
        Stage::Worked => {
            time::earlier(work::BEGAN, || people(desk, password))?;
            work::fill(desk, password)
        }
    }
}

/// Makes the users.
fn people(desk: &Desk, password: &str) -> Outcome<()> {
    for (name, role) in USERS {
        let user = NewUser {
            name: (*name).to_owned(),
            role: *role,
            physician: (*role == Role::Physician).then(|| PHYSICIANS[0].to_owned()),
            site: None,
        };
        desk.add_user_with(&user, password)?;
    }
    Ok(())
}

/// The reports that have just come.
fn fresh() -> Vec<Incoming> {
    let all = REPORTS.iter().enumerate();
    let incoming = all.map(|(n, (name, text))| Incoming {
        patient: None,
        name: (*name).to_owned(),
        text: (*text).to_owned(),
        date: None,
        source: "demo".to_owned(),
        site: if n % 5 < 3 { "North" } else { "South" }.to_owned(),
        physician: PHYSICIANS[n % PHYSICIANS.len()].to_owned(),
        status: None,
    });
    incoming.collect()
}

/// Asks one physician about the first gaps of two reports.
fn ask(desk: &Desk) -> Outcome<()> {
    let coder = acting(desk, "coder")?;
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

/// A user of the demo, at work.
fn acting(desk: &Desk, name: &str) -> Outcome<Actor> {
    let all = desk.users(&Actor::command())?;
    let user = all.into_iter().find(|u| u.name == name);
    let user = user.ok_or(Refusal::Unknown)?;
    Ok(Actor {
        user: Some(user.id),
        name: user.name,
        role: user.role,
        physician: user.physician,
        ..Actor::command()
    })
}
