//! What else decides the code of a procedure: an occlusion, a protection filter, a rupture, a tumor.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeSet,
};

use super::{
    super::{
        Procedure, Site,
        reader::{Context, Mode, Record},
    },
    places::sites_of,
};
use crate::lexicon::{Polarity, System, Technique};

/// A trait and the words that tell of it.
const SAID: &[(&str, &[&str])] = &[
    (
        "protected",
        &[
            "embolic protection",
            "distal protection",
            "protection",
            "protected",
            "filter",
            "flow reversal",
            "epd",
            "spider",
            "nav6",
            "emboshield",
            "angioguard",
            "accunet",
        ],
    ),
    ("rupture", &["ruptured", "rupture of"]),
    (
        "extension",
        &[
            "stent-graft extension",
            "stent graft extension",
            "distal extension",
            "endograft extension",
        ],
    ),
    (
        "covers-subclavian",
        &[
            "covering the left subclavian",
            "covering the origin of the left subclavian",
            "covers the left subclavian",
            "coverage of the left subclavian",
            "cover of the left subclavian",
            "covered the left subclavian",
            "over the left subclavian",
            "across the left subclavian",
            "left subclavian coverage",
            "left subclavian artery coverage",
            "left subclavian covered",
            "left subclavian artery covered",
            "left subclavian was covered",
            "left subclavian artery was covered",
            "left subclavian intentionally covered",
            "starting at the left carotid",
            "distal to the left carotid",
            "distal to the left common carotid",
            "beyond the left common carotid",
            "past the left common carotid",
        ],
    ),
    (
        "one-iliac",
        &["uni-iliac", "uniiliac", "aorto-uni", "aui device"],
    ),
    ("tube", &["tube graft", "tube endograft", "aorto-aortic"]),
    (
        "tumor",
        &["tumor", "tumour", "fibroid", "hepatocellular", "metasta"],
    ),
    (
        "bleeding",
        &[
            "hemorrhage",
            "haemorrhage",
            "extravasation",
            "bleeding from",
            "active bleed",
        ],
    ),
];

/// Looks traits up, each once for a report.
pub(super) struct Traits<'a> {
    context: &'a Context<'a>,
    records: &'a [Record<'a>],
    /// What of [`SAID`] was asked for, and whether the report says it.
    said: RefCell<Vec<(&'static str, bool)>>,
    occluded: OnceCell<BTreeSet<Site>>,
}

impl<'a> Traits<'a> {
    pub(super) fn new(context: &'a Context<'a>, records: &'a [Record<'a>]) -> Self {
        Self {
            context,
            records,
            said: RefCell::default(),
            occluded: OnceCell::new(),
        }
    }

    /// The traits of a performed procedure.
    pub(super) fn of(&self, procedure: &Procedure) -> Vec<&'static str> {
        let lexicon = self.context.lexicon;
        let vessel = procedure.site.map(|s| lexicon.vessel(s.vessel));
        let mut wanted: Vec<&'static str> = Vec::new();
        let mut found = Vec::new();
        if let (Some(site), Some(vessel)) = (procedure.site, vessel) {
            let artery = matches!(vessel.system, System::Artery | System::Graft);
            if artery
                && self
                    .occluded
                    .get_or_init(|| self.occlusions())
                    .contains(&site.whole(lexicon))
            {
                found.push("occlusion");
            }
            if vessel.id.contains("carotid") {
                wanted.push("protected");
            }
        }
        match procedure.technique {
            Technique::Endograft | Technique::ThoracicEndograft => wanted.extend([
                "rupture",
                "extension",
                "covers-subclavian",
                "one-iliac",
                "tube",
            ]),
            Technique::Embolization => wanted.extend(["tumor", "bleeding"]),
            _ => {}
        }
        found.extend(wanted.into_iter().filter(|name| self.says(name)));
        found
    }

    /// The clauses that can tell of today.
    fn current(&self) -> impl Iterator<Item = &'a Record<'a>> {
        self.records.iter().filter(|r| {
            matches!(
                r.mode,
                Mode::Live | Mode::Claim | Mode::Summary | Mode::Reason
            )
        })
    }

    /// Whether the report says what has a name in [`SAID`].
    fn says(&self, name: &'static str) -> bool {
        let asked = self.said.borrow().iter().find(|(n, _)| *n == name).copied();
        if let Some((_, is)) = asked {
            return is;
        }
        let lower = self.context.lower().as_bytes();
        let somewhere = |w: &&str| memchr::memmem::find(lower, w.as_bytes()).is_some();
        let is = SAID.iter().filter(|(n, _)| *n == name).any(|(_, words)| {
            // Most stand nowhere in the report, so no clause needs to be asked.
            let words: Vec<&str> = words.iter().copied().filter(somewhere).collect();
            let mut records = self.current().filter(|_| !words.is_empty());
            records.any(|r| record_says(self.context, r, &words))
                || name == "covers-subclavian" && self.current().any(|r| covers(self.context, r))
        });
        self.said.borrow_mut().push((name, is));
        is
    }

    /// The vessels the text calls occluded.
    fn occlusions(&self) -> BTreeSet<Site> {
        let lexicon = self.context.lexicon;
        let text = self.context.text();
        let mut found = BTreeSet::new();
        for record in self.current() {
            let clause = &record.clause;
            for word in clause.words {
                let occlusion = word.finding().is_some_and(|f| {
                    let kind = &lexicon.findings[f as usize];
                    kind.id == "occlusion" && kind.polarity == Polarity::Positive
                });
                if !occlusion {
                    continue;
                }
                let before = text[clause.span.start..word.span.start]
                    .trim_end()
                    .to_ascii_lowercase();
                if ["no", "without", "not", "near", "sub", "subtotal", "balloon"]
                    .iter()
                    .any(|n| before.ends_with(n))
                {
                    continue;
                }
                // "occlusion of the X" looks ahead, "X occluded" back.
                let ahead = text[word.span.end..clause.span.end]
                    .trim_start()
                    .starts_with("of ");
                let distance =
                    |l: &&crate::mention::VesselList| l.span.start.abs_diff(word.span.start);
                let side = clause.lists.iter().filter(|l| {
                    if ahead {
                        l.span.start >= word.span.end
                    } else {
                        l.span.end <= word.span.start
                    }
                });
                let nearest = side
                    .min_by_key(distance)
                    .or_else(|| clause.lists.iter().min_by_key(distance));
                if let Some(list) = nearest {
                    found.extend(
                        sites_of(self.context, record, list)
                            .iter()
                            .map(|(s, _)| s.whole(lexicon)),
                    );
                }
            }
        }
        found
    }
}

/// "In zone 2 with the left subclavian origin covered".
fn covers(context: &Context<'_>, record: &Record<'_>) -> bool {
    let lower = &context.lower()[record.clause.span.start..record.clause.span.end];
    let not = [
        "not ", "no ", "without", "uncover", "spar", "avoid", "preserv", "short of",
    ];
    let Some(at) = lower.find("left subclavian") else {
        return false;
    };
    lower[at..].contains(" cover") && !not.iter().any(|n| lower.contains(n))
}

/// Whether a clause holds one of these words, and does not deny it.
pub(super) fn record_says(context: &Context<'_>, record: &Record<'_>, words: &[&str]) -> bool {
    let lower = &context.lower()[record.clause.span.start..record.clause.span.end];
    words.iter().any(|w| {
        lower.find(w).is_some_and(|at| {
            let before = lower[..at]
                .split_whitespace()
                .next_back()
                .unwrap_or_default();
            let after = lower[at + w.len()..].trim_start();
            let refused = [
                "was avoided",
                "was not",
                "not needed",
                "not required",
                "not necessary",
                "avoided",
            ];
            !matches!(before, "no" | "without" | "not" | "or" | "un")
                && !before.ends_with("non-")
                && !refused.iter().any(|r| after.starts_with(r))
        })
    })
}
