//! Where the description of the procedure begins after a labelled reason or history, without a label of its own.

#![expect(
    clippy::string_slice,
    reason = "spans come from matches and lie on character boundaries; a property test holds it"
)]

use super::SectionKind;
use crate::{
    lexicon::{Action, Device, Hit, Ivus, Label},
    text::{Span, is_french},
};

/// "Sheath placed in 2019", "will need access from the neck": of another day.
const OTHER_DAY: [&str; 18] = [
    "prior",
    "previous",
    "earlier",
    "last ",
    " ago",
    "since ",
    "will ",
    "would ",
    "planned",
    "agreed",
    "consent",
    "attempt",
    "outside",
    "elsewhere",
    "referr",
    "known",
    "request",
    "history",
];

/// "IVUS of the external iliac artery was carried out as contrast had to be spared."
const DONE: [&str; 9] = [
    " carried out",
    " performed",
    " was done",
    " showed",
    " shows ",
    " assessed with",
    " interrogated",
    " confirmed",
    " demonstrated",
];

/// "The IVUS catheter was taken up to the cava.": something brought, and what it is.
const BROUGHT: [&str; 12] = [
    " was placed",
    " was advanced",
    " was passed",
    " was brought",
    " was taken",
    " was run",
    " was introduced",
    " was inserted",
    " was sent",
    " was positioned",
    " was put",
    " went ",
];
const PROBES: [&str; 4] = ["catheter", "probe", "transducer", "ivus"];

/// Whether a line that follows a labelled reason or history begins the description: somebody is punctured, or IVUS is at work.
pub(super) fn begins_work(text: &str, line: Span, hits: &[Hit], kind: SectionKind) -> bool {
    let reason = matches!(kind, SectionKind::Indication | SectionKind::Necessity);
    let before = matches!(
        kind,
        SectionKind::History
            | SectionKind::Comparison
            | SectionKind::Consent
            | SectionKind::Diagnosis
    );
    if !reason && !before {
        return false;
    }
    let told = text[line.start..line.end].to_ascii_lowercase();
    let year = told.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| {
        w.len() == 4
            && (w.starts_with("19") || w.starts_with("20"))
            && w.bytes().all(|b| b.is_ascii_digit())
    });
    if year || OTHER_DAY.iter().any(|w| told.contains(w)) {
        return false;
    }
    let from = hits.partition_point(|h| h.span.start < line.start);
    let inside = || hits[from..].iter().take_while(|h| h.span.start < line.end);
    let has = |is: &dyn Fn(Label) -> bool| inside().any(|h| is(h.label));
    let mut tokens = told
        .split([' ', '\n'])
        .map(|t| t.trim_end_matches([',', '.', ';', ')']))
        .peekable();
    let mut french = false;
    while let Some(size) = tokens.next() {
        french |= is_french(size, tokens.peek().copied().unwrap_or_default());
    }
    let enters = has(&|l| matches!(l, Label::Action(Action::Access)));
    let sheath = has(&|l| matches!(l, Label::Device(Device::Sheath | Device::LongSheath)));
    let vessel = has(&|l| matches!(l, Label::Vessel { .. } | Label::Group(_)));
    let ivus = has(&|l| matches!(l, Label::Ivus(Ivus::Device)))
        && has(&|l| matches!(l, Label::Action(Action::Place | Action::Pullback)))
        && has(&|l| matches!(l, Label::Action(Action::Show | Action::Pullback)));
    // "From the right femoral vein the ultrasound probe was placed into the external iliac vein."
    let probe = has(&|l| matches!(l, Label::Ivus(Ivus::Device | Ivus::Generic | Ivus::Weak)))
        && BROUGHT.iter().any(|w| told.contains(w))
        && PROBES.iter().any(|w| told.contains(w));
    let done = has(&|l| matches!(l, Label::Ivus(_))) && DONE.iter().any(|w| told.contains(w));
    (vessel && (enters || french || sheath || (reason && (done || probe))))
        || (sheath && french)
        || (reason && ivus)
}
