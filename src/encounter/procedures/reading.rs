//! What a word of a procedure means in its clause: which technique, and whether it tells of an act.

use std::cell::OnceCell;

use super::super::reader::{Context, Mode, Record};
use super::acts::is_title;
use crate::{
    context::Status,
    lexicon::{Modality, ProcedureClass, Technique, WordForm},
    mention::Word,
    text::Span,
};

/// Words before a device or act that make it a purpose, a plan or a point in time.
pub(super) const PURPOSES: &[&str] = &[
    "before",
    "for",
    "to",
    "if",
    "whether",
    "need",
    "needs",
    "needed",
    "require",
    "requires",
    "required",
    "consider",
    "until",
    "avoid",
    "guide",
    "size",
    "sizing",
    "choose",
    "pick",
    "select",
    "choosing",
    "picking",
    "undersize",
    "oversize",
    "ahead",
    "prior",
    "pre",
    "versus",
    "any",
    "wanted",
    "would",
    "could",
    "offered",
];

/// Words that tell of clot work only beside the clot: "the sheath was aspirated" is no treatment.
const BESIDE_CLOT: [&str; 3] = ["aspirated", "macerated", "maceration"];
/// Words for a stent only with its size: "16 x 80 nitinol", "covered 8 x 39", "extension 16 x 80".
const WITH_SIZE: [&str; 3] = ["nitinol", "covered", "extension"];

/// What a word of a procedure needs beside it to tell of an act.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::encounter) enum Need {
    /// Nothing, or more than is asked here.
    None,
    /// A word for clot in its clause.
    Clot,
    /// A size in its clause, or in the next one under it.
    Size,
}

impl Need {
    /// What a word, in small letters, needs.
    pub(in crate::encounter) fn of(said: &str, named: ProcedureClass) -> Self {
        match named.technique {
            Technique::Thrombectomy if BESIDE_CLOT.contains(&said) => Self::Clot,
            Technique::Stent if WITH_SIZE.contains(&said) => Self::Size,
            _ => Self::None,
        }
    }
}

/// Whether a text in small letters has a word for clot.
pub(in crate::encounter) fn names_clot(lower: &str) -> bool {
    ["thromb", "clot"].iter().any(|w| lower.contains(w))
}

/// One clause with what is needed to judge its words.
pub(super) struct Reading<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) record: &'a Record<'a>,
    /// The clause in lower case, byte for byte.
    pub(super) lower: &'a str,
    pub(super) year: &'a OnceCell<Option<u16>>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        context: &'a Context<'a>,
        record: &'a Record<'a>,
        year: &'a OnceCell<Option<u16>>,
    ) -> Self {
        let span = record.clause.span;
        Self {
            context,
            record,
            lower: &context.lower()[span.start..span.end],
            year,
        }
    }

    pub(super) fn before(&self, word: &Word) -> &str {
        &self.lower[..word.span.start - self.record.clause.span.start]
    }

    pub(super) fn after(&self, word: &Word) -> &str {
        &self.lower[word.span.end - self.record.clause.span.start..]
    }

    /// What a word tells: the technique and whether it was done. `None` when it tells of no act.
    pub(super) fn act(
        &self,
        word: &Word,
        named: ProcedureClass,
    ) -> Option<(Technique, Status, Option<Span>)> {
        let live = matches!(self.record.mode, Mode::Live | Mode::Summary)
            && !is_title(self.context, self.record);
        let technique = self.technique(word, named)?;
        if self.names_vessel(word)
            || (technique == Technique::Stent
                && self.record.clause.words.iter().any(|w| {
                    w.procedure()
                        .is_some_and(|p| p.technique == Technique::ForeignBodyRetrieval)
                }))
        {
            return None;
        }
        let done = match named.form {
            // The words that end an infusion say enough.
            _ if technique == Technique::ThrombolysisEnd => true,
            WordForm::Act => self.is_act(word, technique),
            WordForm::Device if live => self.is_used(word, technique),
            WordForm::Device => self.is_listed(word),
            WordForm::Drug => self.is_infused(),
            WordForm::Study => self.is_study(word),
            WordForm::Noun => matches!(technique, Technique::Circuit | Technique::Runoff),
        };
        let (status, cue) = self.status(word, named.form);
        // What was not done is worth telling even where the words would not say that it was.
        let denied = status == Status::Negated && named.form != WordForm::Noun;
        (done || denied).then_some((technique, status, cue))
    }

    /// "PTA" as the posterior tibial artery: after a side, or beside other vessels.
    fn names_vessel(&self, word: &Word) -> bool {
        word.is_vessel() && !is_angioplasty(self.context.text(), self.record.clause.words, word)
    }

    /// The technique a word stands for here; `None` when it means something else.
    #[expect(clippy::too_many_lines, reason = "one arm for each technique")]
    fn technique(&self, word: &Word, named: ProcedureClass) -> Option<Technique> {
        let after = self.after(word);
        let next = after.trim_start_matches([' ', '-']);
        let said = &self.lower[word.span.start - self.record.clause.span.start
            ..word.span.end - self.record.clause.span.start];
        match named.technique {
            Technique::Balloon => {
                let other = [
                    "occlusion",
                    "angiogra",
                    "shaft",
                    "pump",
                    "tamponade",
                    "hemosta",
                    "catheter occlu",
                ];
                let molding = [
                    "fogarty",
                    "coda",
                    "compliant",
                    "internal",
                    "molding",
                    "occlusion",
                    "trilobe",
                    "q50",
                    "coronary sinus",
                ];
                let before = self.before(word).trim_end();
                if next.starts_with("expand") || next.starts_with("mounted") {
                    return Some(Technique::Stent);
                }
                // A patch sewn in by open surgery.
                if before.ends_with("patch") {
                    return None;
                }
                let stretched = matches!(said, "dilatation" | "dilation" | "dilated")
                    && [
                        "stenotic",
                        "aneurysmal",
                        "ectatic",
                        "-stenotic",
                        "poststenotic",
                    ]
                    .iter()
                    .any(|w| before.ends_with(w));
                let apart = other.iter().any(|w| next.starts_with(w))
                    || molding.iter().any(|w| {
                        before.ends_with(w)
                            && !before.ends_with("noncompliant")
                            && !before.ends_with("non-compliant")
                            && !before.ends_with("semicompliant")
                    });
                (!stretched && !apart).then_some(Technique::Balloon)
            }
            Technique::Thrombectomy if next.starts_with("sheath") => None,
            Technique::Thrombectomy if Need::of(said, named) == Need::Clot => {
                (names_clot(self.lower) && !self.lower.contains("no clot"))
                    .then_some(Technique::Thrombectomy)
            }
            Technique::Atherectomy if said.starts_with("laser") && next.starts_with("sheath") => {
                None
            }
            // "OA" and "DA" are too short to stand alone.
            Technique::Atherectomy
                if said.len() == 2
                    && !next.starts_with(|c: char| {
                        c.is_ascii_digit() || matches!(c, '+' | '&' | '/')
                    })
                    && !["of ", "and ", "with "].iter().any(|n| next.starts_with(n)) =>
            {
                None
            }
            Technique::Embolization => {
                let before = self.before(word).trim_end();
                let complication = ["distal", "no", "embolic", "without", "of", "for"]
                    .iter()
                    .any(|w| before.ends_with(w))
                    && said.starts_with("embolization")
                    && !before.ends_with("coil");
                let thing = ["stent", "coil ", "fragment", "catheter", "wire"]
                    .iter()
                    .any(|w| next.starts_with(w))
                    && said.starts_with("embolized");
                (!complication && !thing).then_some(Technique::Embolization)
            }
            Technique::Thrombolysis => {
                let ends = [
                    "stopped",
                    "ended",
                    "discontinued",
                    "terminated",
                    "completed",
                    "was stopped",
                    "was ended",
                    "was discontinued",
                    "exchanged out",
                    "removed",
                    "was removed",
                    "pulled",
                    "was pulled",
                    "concluded",
                    "was completed",
                    "exchanged",
                    "was exchanged",
                    "cessation",
                    "off",
                ];
                let over = ends.iter().any(|e| next.starts_with(e))
                    || ["cessation of", "end of", "termination of", "completion of"]
                        .iter()
                        .any(|e| self.before(word).trim_end().ends_with(e));
                if over {
                    return Some(Technique::ThrombolysisEnd);
                }
                let check = ["check", "follow", "wire", "day"]
                    .iter()
                    .any(|e| next.starts_with(e));
                (!check).then_some(Technique::Thrombolysis)
            }
            Technique::Stent if said.starts_with("stent") && said.ends_with("graft") => {
                let aortic = ["thoracic stent", "aortic stent", "aortic endo"]
                    .iter()
                    .any(|w| self.lower.contains(w))
                    || (self.lower.contains("extension") && self.lower.contains("thoracic"));
                Some(if aortic {
                    Technique::ThoracicEndograft
                } else {
                    Technique::Stent
                })
            }
            // Unless the extension is one of another thing.
            Technique::Stent if Need::of(said, named) == Need::Size => {
                let other = [
                    "of", "tub", "limb", "cuff", "sheath", "set", "wire", "snare", "filter",
                    "frame", "mesh", "basket", "by", "with",
                ];
                (self.is_sized(word, Technique::Stent)
                    && !other.iter().any(|w| next.starts_with(w)))
                .then_some(Technique::Stent)
            }
            technique => Some(technique),
        }
    }

    /// A word that names the act, and does not only give a reason or a time.
    #[expect(
        clippy::too_many_lines,
        reason = "one step for each way a word is no act"
    )]
    fn is_act(&self, word: &Word, technique: Technique) -> bool {
        let said = &self.lower[word.span.start - self.record.clause.span.start
            ..word.span.end - self.record.clause.span.start];
        let tokens: Vec<&str> = self.before(word).split_whitespace().rev().take(4).collect();
        let bare = |t: &str| t.trim_matches(['(', '"', '\'']).to_owned();
        let mut near = tokens.iter().map(|t| bare(t)).filter(|t| {
            !matches!(
                t.as_str(),
                "the" | "a" | "an" | "any" | "further" | "of" | "balloon" | "stent" | "possible"
            )
        });
        let last = near.next().unwrap_or_default();
        let earlier = near.next().unwrap_or_default();
        let takes_out = matches!(
            technique,
            Technique::FilterRetrieval
                | Technique::FilterReposition
                | Technique::ForeignBodyRetrieval
                | Technique::PacemakerRemoval
                | Technique::SinusReducer
                | Technique::FistulaCreation
        );
        if !takes_out
            && matches!(
                last.as_str(),
                "old" | "prior" | "previous" | "former" | "earlier" | "existing"
            )
        {
            return false;
        }
        if PURPOSES.contains(&last.as_str()) {
            let goes = last == "to"
                && matches!(
                    earlier.as_str(),
                    "proceeded" | "went" | "on" | "turned" | "subjected" | "converted" | "back"
                );
            let treated =
                last == "for" && matches!(earlier.as_str(), "attention" | "used" | "performed");
            if !goes && !treated {
                return false;
            }
        }
        // "the stented segment" tells of a stent that is there.
        let next = self.after(word).trim_start();
        let aside = self.before(word).trim_end().ends_with([',', '(']);
        if said == "stented" && aside && !["was", "were"].contains(&last.as_str()) {
            return false;
        }
        // "in the stented common iliac", "Stented left common iliac vein: thick collar of ingrowth".
        let attribute = [
            "the",
            "a",
            "in",
            "within",
            "inside",
            "of",
            "through",
            "throughout",
        ];
        let labelled = last.is_empty()
            && self.record.clause.lists.iter().any(|l| {
                l.span.start == word.span.end + 1
                    && self.context.text()[l.span.end..].starts_with(':')
            });
        if said == "stented" && (attribute.contains(&last.as_str()) || labelled) {
            return false;
        }
        if said == "stented"
            && [
                "segment", "portion", "vein", "arter", "vessel", "area", "region", "lesion",
                "iliac", "part",
            ]
            .iter()
            .any(|n| next.starts_with(n))
        {
            return false;
        }
        if said.ends_with("dilated") {
            let aux = [
                "was",
                "were",
                "i",
                "we",
                "then",
                "and",
                "been",
                "also",
                "again",
                "twice",
                "next",
                "both",
                "simultaneously",
                "serially",
                "gently",
                "be",
                "being",
                "both",
                "post",
                "subsequently",
                "successfully",
            ];
            let object = [
                "1",
                "2",
                "3",
                "4",
                "5",
                "6",
                "7",
                "8",
                "9",
                "with",
                "to",
                "by",
                "using",
                "up",
                "at",
                "simultaneously",
                "twice",
                "the",
                "serially",
                "from",
                "across",
                "in a",
                "gently",
                "over",
            ];
            let claim = self.record.mode == Mode::Claim;
            if !claim
                && !aux.contains(&last.trim_end_matches(','))
                && !object.iter().any(|o| next.starts_with(o))
                && !self.before(word).trim().is_empty()
            {
                return false;
            }
        }
        if matches!(self.record.mode, Mode::Claim | Mode::Off) {
            return !follows_list_of_findings(self.after(word));
        }
        let next = self.after(word).trim_start();
        ![
            "candidate",
            "was not",
            "would",
            "sheath",
            "catheter was not",
            "planned",
        ]
        .iter()
        .any(|n| next.starts_with(n))
    }

    /// A drug given as an infusion, not sprayed through a thrombectomy device.
    fn is_infused(&self) -> bool {
        let pulse = [
            "power-pulse",
            "power pulse",
            "dwell",
            "pulse-spray",
            "pulse spray",
            "lacing",
            "bolus",
        ]
        .iter()
        .any(|w| self.lower.contains(w));
        let rate = [
            "/h",
            "per hour",
            "infusion",
            "infus",
            "begun",
            "started",
            "running",
            "drip",
            "ended",
            "stopped",
            "discontinued",
            "completed",
        ]
        .iter()
        .any(|w| self.lower.contains(w));
        rate && !pulse
    }

    fn is_study(&self, word: &Word) -> bool {
        let next = self.after(word).trim_start_matches([' ', '-']);
        let before = self.before(word).trim_end();
        let other = [
            "ct",
            "mr",
            "cta",
            "mra",
            "coronary",
            "computed tomographic",
            "magnetic resonance",
            "cardiac",
            "prior",
            "previous",
            "outside",
            "earlier",
        ];
        !["suite", "room", "catheter", "table", "pack"]
            .iter()
            .any(|n| next.starts_with(n))
            && !other.iter().any(|o| before.ends_with(o))
            && word.modality().is_none_or(|m| m == Modality::Angiography)
    }
}

/// Whether a word that is a vessel's name too ("PTA") means the treatment here.
pub(super) fn is_angioplasty(text: &str, words: &[Word], word: &Word) -> bool {
    let before = words
        .iter()
        .rfind(|w| w.span.end <= word.span.start && w.span.end > word.span.start.saturating_sub(6));
    let beside = |w: Option<&Word>| {
        w.is_some_and(|w| w.side().is_some() || (w.is_vessel() && w.procedure().is_none()))
    };
    let close = |w: Option<&Word>, from: usize, to: usize| {
        w.is_some()
            && text
                .get(from..to)
                .is_some_and(|g| g.trim_matches([' ', ',', '/']).is_empty())
    };
    let side_before =
        beside(before) && before.is_some_and(|w| close(before, w.span.end, word.span.start));
    let next = text[word.span.end..].trim_start();
    let sized = next.starts_with(|c: char| c.is_ascii_digit())
        || next.starts_with('/')
        || next.starts_with("and stent")
        || next.starts_with("site")
        || next.starts_with("only");
    sized || !side_before
}

/// "stent surveillance", "stent stenosis": the stent is what is looked at.
pub(super) fn follows_list_of_findings(after: &str) -> bool {
    let next = after.trim_start_matches([' ', '-']);
    [
        "surveillance",
        "history",
        "evaluation",
        "interrogation",
        "imaging",
        "follow",
        "check",
        "diameter",
        "sizing",
        "thrombosis",
        "occlusion",
        "stenosis",
        "fracture",
        "restenosis",
        "study",
        "studies",
        "migration",
        "failure",
        "not required",
        "in situ",
        "candidate",
    ]
    .iter()
    .any(|n| next.starts_with(n))
}
