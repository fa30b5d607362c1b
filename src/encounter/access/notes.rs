//! Access told in few words: notes, ticked rows, and verbs that follow the vessel.

use super::super::{
    reader::{Context, Mode, Record},
    scene::is_usual_entry,
};
use crate::{
    lexicon::{Action, Lexicon, Scope, System},
    mention::VesselList,
    segment::{Layout, SectionKind},
    text::Span,
};

/// How a note tells that ultrasound led the needle.
const BY_ULTRASOUND: [&str; 15] = [
    "by u/s",
    "under u/s",
    "with u/s",
    "by ultrasound",
    "under ultrasound",
    "with ultrasound",
    "using ultrasound",
    "by us",
    "under us",
    "with us",
    "by duplex",
    "under sono",
    "sono guid",
    "sono site",
    "sonographic punct",
];

/// How a note tells of the needle itself.
const BY_NEEDLE: [&str; 16] = [
    "perc",
    "preclos",
    "echo guided",
    "echo-guided",
    "us puncture",
    "us stick",
    "us-punct",
    "micropunct",
    "ultrasound-guided",
    "ultrasound guided",
    "us guided",
    "us-guided",
    "needle",
    "cutdown",
    "open exposure",
    "same way",
];

/// Words that may stand before the vessel of a note: "prone, R pop v, US, 13F".
const LEAD_IN: [&str; 28] = [
    "prone",
    "supine",
    "acc",
    "access",
    "entry",
    "puncture",
    "stick",
    "stuck",
    "both",
    "groins",
    "groin",
    "the",
    "via",
    "way",
    "in",
    "then",
    "antegrade",
    "retrograde",
    "guided",
    "us",
    "u",
    "s",
    "sheath",
    "fr",
    "french",
    "short",
    "and",
    "plus",
];

/// Whether a vessel is one of those sheaths are put in.
fn can_be_entered(list: &VesselList, lexicon: &Lexicon) -> bool {
    let usual = |v| {
        let vessel = lexicon.vessel(v);
        let limb = vessel.region.contains("extremity") || vessel.id.contains("jugular");
        limb && vessel.scope != Scope::Landmark && !vessel.id.contains("iliac")
    };
    !list.atoms.is_empty() && list.atoms.iter().all(|a| a.vessel().is_some_and(usual))
}

/// What follows a list up to the end of its sentence or the next list, in lower case.
fn after<'c>(context: &'c Context<'_>, record: &Record<'_>, list: &VesselList) -> &'c str {
    let next = record
        .clause
        .lists
        .iter()
        .find(|l| l.span.start >= list.span.end)
        .map_or(record.clause.span.end, |l| l.span.start);
    &context.lower()[list.span.end..next]
}

/// What of its clause stands before a list, in lower case.
fn before<'c>(context: &'c Context<'_>, record: &Record<'_>, list: &VesselList) -> &'c str {
    context.lower()[record.clause.span.start..list.span.start].trim_end()
}

/// "8 Fr", "13F sheath", "nine french each".
fn is_size(part: &str) -> bool {
    const NUMBERS: [&str; 12] = [
        "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "sixteen",
    ];
    let mut words = part.split_whitespace();
    let Some(first) = words.next() else {
        return false;
    };
    let unit = first.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    let unit = unit.trim_end_matches(['.', ';', ',']);
    if unit.len() < first.len() && matches!(unit, "f" | "fr" | "french") {
        return true;
    }
    let number = NUMBERS.contains(&first) || unit.is_empty();
    let next = words.next().unwrap_or_default();
    number
        && matches!(
            next.trim_end_matches(['.', ';', ',']),
            "f" | "fr" | "french"
        )
}

/// "Left femoral vein, mid thigh, micropuncture set", "prone, R pop v, US, 13F", "Right common femoral vein under ultrasound,
/// 8 Fr, then the probe": a note that starts with the vessel and tells how it was entered.
pub(super) fn is_noted(
    context: &Context<'_>,
    record: &Record<'_>,
    list: &VesselList,
    in_section: bool,
) -> bool {
    if record.mode != Mode::Live && !in_section || !can_be_entered(list, context.lexicon) {
        return false;
    }
    // A size hides the end of a sentence: "Right IJ, 16F. Right common femoral vein, 9F".
    let lead = before(context, record, list);
    let lead = lead.rsplit(". ").next().unwrap_or(lead);
    let mut lead = lead
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    // "L PTV too small -> L pop v, US".
    let instead = || before(context, record, list).ends_with("->");
    let opens = |w: &str| LEAD_IN.contains(&w) || w.starts_with(|c: char| c.is_ascii_digit());
    if !lead.all(opens) && !instead() {
        return false;
    }
    let mut guided = false;
    let mut sized = false;
    let mut parts = after(context, record, list)
        .split([',', ';', ':', '(', ')', '-'])
        .flat_map(|p| p.split(". "))
        .map(str::trim);
    let own = parts.next().unwrap_or_default();
    let begins = |part: &str, with: &[&str]| with.iter().any(|w| part.starts_with(w));
    let tells = |part: &str| {
        let part = part.trim_start_matches("both ").trim_start_matches("each ");
        let bare = matches!(
            part.trim_end_matches('.'),
            "us" | "u/s" | "ultrasound" | "us image saved"
        );
        bare || begins(part, &BY_ULTRASOUND)
            || begins(part, &BY_NEEDLE)
            || part.contains("micropunct")
    };
    guided |= begins(own, &BY_ULTRASOUND) || begins(own, &BY_NEEDLE);
    if own.split_whitespace().count() > 5 && !guided {
        return false;
    }
    for part in parts.take(4) {
        guided |= tells(part);
        sized |= is_size(part);
    }
    // "R CFV, ultrasound: 9 mm" may be a reading where IVUS is told of.
    let reading = [" mm", "mm2", "%", "percent"]
        .iter()
        .any(|w| after(context, record, list).contains(w));
    let ivus = record.frame.is_ivus();
    sized && (guided || !ivus || !reading) || guided && !ivus
}

/// "Fistula cannulated antegrade", "was cut down upon", "entered under ultrasound", "were both accessed".
pub(super) fn entered_here(
    context: &Context<'_>,
    record: &Record<'_>,
    list: &VesselList,
) -> Option<Span> {
    const VERBS: [&str; 7] = [
        "punctured",
        "accessed",
        "cannulated",
        "entered",
        "stuck",
        "needled",
        "cut down",
    ];
    const CHOSEN: [&str; 13] = [
        "taken instead",
        "was taken instead",
        "was used for a",
        "was used to bring",
        "was catheterized",
        "was catheterised",
        "was used instead",
        "was used for access",
        "was used as access",
        "was used for entry",
        "was chosen because",
        "was chosen for",
        "served as access",
    ];
    let circuit = is_circuit(context, list);
    if record.mode != Mode::Live || !(can_be_entered(list, context.lexicon) || circuit) {
        return None;
    }
    let rest = after(context, record, list);
    let told = rest.trim_start_matches([',', ' ']);
    let place = |len: usize| {
        let from = list.span.end + rest.len() - told.len();
        Span::new(from, from + len)
    };
    if let Some(cue) = verb_before(context, record, list) {
        return Some(cue);
    }
    if let Some(words) = CHOSEN.iter().find(|w| told.starts_with(*w)) {
        return Some(place(words.len()));
    }
    let aux = ["was ", "were ", "is ", "both ", "each ", "then ", "again "];
    let mut verb = told;
    while let Some(next) = aux.iter().find_map(|a| verb.strip_prefix(a)) {
        verb = next;
    }
    let named = VERBS.iter().find(|v| verb.starts_with(*v))?;
    // "the vein entered by the catheter": not of the needle; "not entered" fails before.
    let by = verb[named.len()..].trim_start();
    let carried = ["by ", "with the probe", "with the ivus", "with ivus"];
    let needle = !carried.iter().any(|c| by.starts_with(c))
        || by.starts_with("by u")
        || by.starts_with("by s");
    let usual = circuit || *named != "entered" || is_usual_entry(list, context.lexicon);
    (needle && usual).then(|| place(told.len() - verb.len() + named.len()))
}

/// "We got into both common femoral arteries", "I cannulated the graft", "6F in the fistula", "two sheaths into the graft".
fn verb_before(context: &Context<'_>, record: &Record<'_>, list: &VesselList) -> Option<Span> {
    const VERBS: [&str; 9] = [
        "got into",
        "i cannulated",
        "we cannulated",
        "went in by",
        "went in through",
        "retrograde at",
        "i needled",
        "i stuck",
        "we stuck",
    ];
    let start = record.clause.span.start;
    let lead = before(context, record, list);
    let lead = lead.trim_end_matches(" the");
    let verb = VERBS.iter().find(|v| lead.ends_with(*v));
    if let Some(verb) = verb {
        return Some(Span::new(
            start + lead.len() - verb.len(),
            start + lead.len(),
        ));
    }
    if !is_circuit(context, list) {
        return None;
    }
    let led = ["in", "into", "into the venous limb of", "both into"]
        .iter()
        .find_map(|w| lead.strip_suffix(w))?
        .trim_end()
        .trim_end_matches([',', ';']);
    let last = led.split([' ', ',']).next_back().unwrap_or_default();
    let sheath = matches!(
        last,
        "sheath" | "sheaths" | "fr" | "french" | "each" | "crossed"
    );
    (sheath || is_size(last)).then(|| Span::new(start + led.len() - last.len(), start + led.len()))
}

/// Whether a list names a dialysis circuit.
pub(super) fn is_circuit(context: &Context<'_>, list: &VesselList) -> bool {
    let mut vessels = list.atoms.iter().filter_map(crate::mention::Atom::vessel);
    vessels.any(|v| context.lexicon.vessel(v).system == System::Access)
}

/// What only tells a place or another thing: "radial and ulnar pulses kept", "US guided (iliac)".
pub(super) fn is_aside(context: &Context<'_>, record: &Record<'_>, n: usize) -> bool {
    let list = &record.clause.lists[n];
    let text = context.lower();
    let next = text[list.span.end..record.clause.span.end]
        .split(|c: char| !c.is_alphanumeric())
        .find(|w| !w.is_empty());
    let pulse = next.is_some_and(|w| matches!(w, "pulse" | "pulses" | "signal" | "signals"));
    let bracket = text[..list.span.start].trim_end().ends_with('(')
        && text[list.span.end..].starts_with(')')
        && n > 0;
    // "(both radials occluded)": why another was taken.
    let start = record.clause.span.start;
    let inside = || {
        let open = text[start..list.span.start].rfind(['(', ')']);
        open.is_some_and(|at| text[start + at..].starts_with('('))
    };
    let rest = &text[list.span.end..record.clause.span.end];
    let rest = &rest[..rest.find(')').unwrap_or_default()];
    let lost = [
        "occluded",
        "absent",
        "harvested",
        "too small",
        "spasm",
        "looped",
        "weak",
    ];
    pulse || bracket || n > 0 && lost.iter().any(|w| rest.contains(w)) && inside()
}

/// "3 cm above the stick", "below the puncture": where something else was.
pub(super) fn is_landmark(context: &Context<'_>, record: &Record<'_>, cue: Span) -> bool {
    let start = record.clause.span.start;
    let beside = |at: usize| {
        let lead = context.lower()[start..at.max(start)].trim_end();
        let lead = lead.trim_end_matches(" the");
        ["above", "below", "beyond", "past"]
            .iter()
            .any(|w| lead.ends_with(w))
    };
    // The cue is the vessel where a puncture is told somewhere in the clause.
    let mut punctures = record
        .clause
        .words
        .iter()
        .filter(|w| w.is_action(Action::Access))
        .peekable();
    let own = record.clause.lists.iter().any(|l| l.span == cue);
    beside(cue.start)
        || own && punctures.peek().is_some() && punctures.all(|w| beside(w.span.start))
}

/// Whether a unit still stands under its access heading: "4. WHAT THE DYE SHOWED" ends what "3. ENTRY" began.
pub(super) fn is_in_section(context: &Context<'_>, record: &Record<'_>) -> bool {
    let units = &context.units;
    let own = &units[record.unit].unit;
    if own.layout == Layout::Heading {
        return false;
    }
    for unit in units[..=record.unit].iter().rev().map(|u| &u.unit) {
        if unit.section != own.section || unit.layout == Layout::Heading {
            break;
        }
        if unit.layout == Layout::Item
            && opens_in_capitals(&context.text()[unit.span.start..unit.span.end])
        {
            return false;
        }
    }
    true
}

/// Whether an entry starts with a title in capitals, of three words at least.
fn opens_in_capitals(text: &str) -> bool {
    let capital = |w: &&str| {
        w.chars().any(char::is_alphabetic)
            && !w.chars().any(char::is_lowercase)
            && !w.contains(['/', '.'])
    };
    let words = text.split_whitespace().take_while(capital);
    words.filter(|w| w.len() > 2).count() >= 3
}

/// Longest row of a form, up to the vessel in it, in bytes.
const LONGEST_ROW: usize = 400;

/// "Puncture ........ [x] R CFA  [ ] L CFA": a row that a word for access labels.
pub(super) fn is_in_row(context: &Context<'_>, record: &Record<'_>, list: &VesselList) -> bool {
    const LABELS: [&str; 12] = [
        "puncture",
        "punctures",
        "puncture site",
        "access",
        "access site",
        "vascular access",
        "arterial access",
        "venous access",
        "entry",
        "entry site",
        "stick",
        "cannulation",
    ];
    let titled = matches!(record.mode, Mode::Live | Mode::Claim)
        && !matches!(
            context.kind(record.unit),
            SectionKind::Plan | SectionKind::Planned | SectionKind::History
        );
    if !titled {
        return false;
    }
    // Lines are those of the report: folded text may join them. A row of boxes is short.
    let source = context.report.text.get(..context.source(list.span).start);
    let before = source.unwrap_or_default();
    let mut near = before.len().saturating_sub(LONGEST_ROW);
    while !before.is_char_boundary(near) {
        near += 1;
    }
    let line = before[near..].rsplit('\n').next().unwrap_or_default();
    if near > 0 && line.len() == before.len() - near {
        return false;
    }
    let line = line.trim_start_matches([' ', '|', '-', '*']);
    let Some(end) = line.find(['[', '|']).or_else(|| line.find("..")) else {
        return false;
    };
    let label = line[..end].trim_end_matches([' ', '.', ':', '_']);
    LABELS.iter().any(|l| l.eq_ignore_ascii_case(label)) && can_be_entered(list, context.lexicon)
}
