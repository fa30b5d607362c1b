//! Whether the session is about a dialysis circuit.

use super::{
    super::{
        reader::{Context, Mode, Record},
        scene::Role,
    },
    acts::Act,
    places::{Place, is_study},
};
use crate::{
    context::Status,
    lexicon::{Action, System, Technique, VesselId},
    mention::{Atom, Word},
    text::{Span, holds},
};

/// Titles of a visit to a dialysis access: "Declot, left forearm graft", "Dialysis access note".
const TITLES: &[&str] = &[
    "declot",
    "dialysis access",
    "access center",
    "access clinic",
    "access surgery",
    "vascular access",
    "fistula",
    "loop graft",
    "forearm loop",
    "arm loop",
    "thigh loop",
    "arm graft",
    "thigh graft",
    "av graft",
    "dialysis graft",
    "avf",
    "avg",
    "hemodialysis",
    "haemodialysis",
];
/// Veins of the arm that are treated for a circuit where there is one.
const OF_THE_ARM: &[&str] = &[
    "cephalic-vein",
    "cephalic-arch",
    "basilic-vein",
    "brachial-vein",
    "median-cubital-vein",
    "median-antebrachial-vein",
    "axillary-vein",
];

/// What happens to the plug of an artery.
const OUT: &[&str] = &[
    "pulled",
    "came",
    "popped",
    "out",
    "removed",
    "extracted",
    "dislodged",
    "retrieved",
    "cleared",
    "fogarty",
];
/// What says that a tool was not used today, or for something else.
const NOT: &[&str] = &[
    "no clot",
    "not ",
    "no plug",
    "without",
    "if ",
    "would",
    "occlu",
    "planned",
    "last time",
    "ago",
    "previous",
];

/// Words that say the session is about a dialysis circuit: it was studied, entered, or is in the title.
pub(super) fn circuit(
    context: &Context<'_>,
    records: &[Record<'_>],
    acts: &[Act],
    places: &[Place],
) -> Option<Span> {
    let studied = acts.iter().find(|a| {
        a.technique == Technique::Fistulography
            && (a.status == Status::Performed || is_past_by_another_line(context, a))
    });
    let act = studied.or_else(|| treated(context, acts, places));
    act.map(|a| a.word)
        .or_else(|| records.iter().find_map(|r| named(context, r)))
        .or_else(|| known(context, records, acts, places))
}

/// A cue of the past in the line before: "prior catheters" and, below it, "fistulogram".
fn is_past_by_another_line(context: &Context<'_>, act: &Act) -> bool {
    act.status == Status::Historical
        && act.cue.is_some_and(|cue| {
            let (from, to) = (context.source(cue).end, context.source(act.word).start);
            let between = context.report.text.get(from..to);
            between.is_some_and(|t| t.contains('\n'))
        })
}

/// The circuit that the report tells of, where its title is one of a dialysis access or a vein of the arm was treated.
fn known(
    context: &Context<'_>,
    records: &[Record<'_>],
    acts: &[Act],
    places: &[Place],
) -> Option<Span> {
    // Asked first, for a title is looked for in the whole text.
    if !records.iter().any(|r| noun(context, r).is_some()) {
        return None;
    }
    let first = context.units.first()?.unit.span.start;
    let lines = context.lower()[first..].split('\n').map(str::trim);
    let title = lines.filter(|l| !l.is_empty()).take(2);
    // A tunneled catheter is an access without a circuit.
    let line = || {
        ["tunneled", "tunnelled", "permcath"]
            .iter()
            .any(|w| holds(context.lower(), w))
    };
    let titled = title
        .filter(|l| l.len() < 120)
        .any(|l| TITLES.iter().any(|t| l.contains(t)))
        && !line();
    let of_the_arm = |p: &Place| {
        let vessels = p.sites.iter().map(|(s, _)| s.vessel);
        let mut ids = vessels.map(|v| context.lexicon.vessel(v).id.as_str());
        ids.any(|id| OF_THE_ARM.contains(&id))
    };
    let arm = || {
        let mut told = acts.iter().zip(places);
        told.any(|(a, p)| a.status == Status::Performed && !is_study(a.technique) && of_the_arm(p))
    };
    if !titled && !arm() && !records.iter().any(|r| looks_at_graft(context, r)) {
        return None;
    }
    let tells = |r: &&Record<'_>| !matches!(r.mode, Mode::Past | Mode::Plan) || arm();
    records.iter().filter(tells).find_map(|r| noun(context, r))
}

/// "IVUS of the venous anastomosis": a part that only a circuit has was looked at or treated.
fn looks_at_graft(context: &Context<'_>, record: &Record<'_>) -> bool {
    let part = |v: VesselId| {
        matches!(
            context.lexicon.vessel(v).id.as_str(),
            "av-venous-anastomosis" | "av-juxta-anastomotic-segment" | "av-cannulation-zone"
        )
    };
    let mut lists = record.clause.lists.iter().zip(&record.roles);
    // A bypass of the leg has anastomoses, too; asked last, for it looks through the whole text.
    record.mode == Mode::Live
        && lists.any(|(l, role)| {
            matches!(role, Role::Ivus(_) | Role::Subject | Role::Treated(_))
                && l.atoms.iter().filter_map(Atom::vessel).any(part)
        })
        && !context.lower().contains("bypass")
}

/// The circuit a clause names, and does not deny.
fn noun(context: &Context<'_>, record: &Record<'_>) -> Option<Span> {
    let clause = &record.clause;
    let outflow = context.lexicon.vessel_id("av-outflow-vein");
    let list = clause.lists.iter().find(|l| {
        let mut vessels = l.atoms.iter().filter_map(Atom::vessel);
        vessels.any(|v| is_access(context, v) && outflow != Some(v))
    });
    let word = clause.words.iter().find(|w| {
        w.procedure()
            .is_some_and(|p| p.technique == Technique::Circuit)
            && !context.lower()[w.span.start..w.span.end].ends_with("dialysis")
    });
    let span = list.map(|l| l.span).or(word.map(|w| w.span))?;
    let before = context.lower()[clause.span.start..span.start].trim_end();
    let denied = ["no", "without", "not", "future", "failed", "old"]
        .iter()
        .any(|d| before.ends_with(d));
    (!denied).then_some(span)
}

/// Clot taken out of a circuit in words that are no sentence: "Cleaner in both limbs", "the plug came on the second pull".
/// Nothing else is done with these tools there.
pub(super) fn clot_work(
    context: &Context<'_>,
    records: &[Record<'_>],
    acts: &[Act],
) -> Option<Span> {
    let done = |a: &Act| a.technique == Technique::Thrombectomy && a.status == Status::Performed;
    if acts.iter().any(done) {
        return None;
    }
    records
        .iter()
        .filter(|r| r.mode == Mode::Live)
        .find_map(|record| {
            let span = record.clause.span;
            let lower = &context.lower()[span.start..span.end];
            if NOT.iter().any(|n| lower.contains(n)) {
                return None;
            }
            let tool = record.clause.words.iter().find(|w| {
                w.procedure()
                    .is_some_and(|p| p.technique == Technique::Thrombectomy)
            });
            let plug = lower
                .find("plug")
                .filter(|_| OUT.iter().any(|o| lower.contains(o)))
                .map(|at| Span::new(span.start + at, span.start + at + 4));
            tool.map(|w| w.span).or(plug)
        })
}

fn is_access(context: &Context<'_>, vessel: VesselId) -> bool {
    context.lexicon.vessel(vessel).system == System::Access
}

/// A treatment of a vessel of the circuit.
fn treated<'a>(context: &Context<'_>, acts: &'a [Act], places: &[Place]) -> Option<&'a Act> {
    // "Venous outflow" is said of other veins, too.
    let outflow = context.lexicon.vessel_id("av-outflow-vein");
    let own = |v: VesselId| is_access(context, v) && outflow != Some(v);
    let treats = |a: &Act, p: &Place| {
        a.status == Status::Performed
            && p.stated
            && !is_study(a.technique)
            && p.sites.iter().any(|(s, _)| own(s.vessel))
    };
    let mut told = acts.iter().zip(places);
    told.find(|(a, p)| treats(a, p)).map(|(a, _)| a)
}

/// The circuit named in a title, entered, or worked on.
fn named(context: &Context<'_>, record: &Record<'_>) -> Option<Span> {
    let title = record.mode == Mode::Claim;
    if !title && record.mode != Mode::Live {
        return None;
    }
    for (list, role) in record.clause.lists.iter().zip(&record.roles) {
        let mut vessels = list.atoms.iter().filter_map(Atom::vessel);
        let entered = title || matches!(role, Role::Access(_));
        if entered && vessels.any(|v| is_access(context, v)) {
            return Some(list.span);
        }
    }
    // "The fistula was punctured", "thrombectomy of the graft".
    let is = |w: &Word, technique| w.procedure().is_some_and(|p| p.technique == technique);
    let works = |w: &Word| {
        w.is_action(Action::Access) || w.finding().is_some() || is(w, Technique::Thrombectomy)
    };
    let words = record.clause.words;
    let word = words.iter().find(|w| is(w, Technique::Circuit))?;
    (title || words.iter().any(works)).then_some(word.span)
}
