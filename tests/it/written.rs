//! Small reports written by a grammar, for the property tests: what IVUS did in each vessel is known, because it was
//! chosen before it was put into words.

use proptest::{prelude::*, sample};

/// Vessels that are units of their own on each side, whatever else is looked at.
const SIDED: &[&str] = &[
    "common iliac vein",
    "external iliac vein",
    "femoral vein",
    "renal vein",
    "subclavian vein",
    "brachiocephalic vein",
    "common iliac artery",
    "external iliac artery",
    "superficial femoral artery",
    "anterior tibial artery",
    "renal artery",
    "subclavian artery",
];

/// The same without sides.
const MIDLINE: &[&str] = &["inferior vena cava", "superior vena cava"];

/// Vessels of the heart.
pub(crate) const CORONARY: &[&str] = &[
    "left anterior descending artery",
    "left circumflex artery",
    "right coronary artery",
    "left main coronary artery",
];

/// Ways to tell of a look: `{}` is the vessel, `{f}` what was seen.
const DONE: &[&str] = &[
    "IVUS of the {} was performed. It showed {f}.",
    "Intravascular ultrasound of the {} was performed and showed {f}.",
    "The IVUS catheter was advanced into the {}, and IVUS showed {f}.",
    "Using IVUS, the {} was interrogated, showing {f}.",
    "IVUS of the {} demonstrated {f}.",
    "IVUS images of the {} were obtained and revealed {f}.",
    "The {} was imaged with IVUS, which revealed {f}.",
    "An IVUS pullback through the {} was recorded. This showed {f}.",
    "On IVUS, the {} had {f}.",
    "Intravascular ultrasound was then carried out in the {}, where it found {f}.",
];

/// Ways to tell that there was none.
const NOT_DONE: &[&str] = &[
    "IVUS of the {} was not performed.",
    "Intravascular ultrasound of the {} was not done.",
    "No IVUS of the {} was performed.",
    "IVUS of the {} was deferred.",
    "IVUS was not used in the {}.",
    "The {} was not imaged with IVUS.",
    "We elected not to perform IVUS of the {}.",
    "The IVUS catheter could not be advanced into the {}.",
    "The {} was not interrogated by intravascular ultrasound.",
];

/// Ways to tell of one that is to come, or was.
const OTHER_TIME: &[&str] = &[
    "IVUS of the {} is planned for next month.",
    "IVUS of the {} will be performed at the next visit.",
    "Previous IVUS of the {} in 2019 showed {f}.",
    "IVUS of the {} is recommended if symptoms recur.",
    "If symptoms recur, the {} should be examined with IVUS.",
    "At the outside hospital, IVUS of the {} had shown {f}.",
    "She is scheduled for IVUS of the {} next week.",
];

const FINDINGS: &[&str] = &[
    "78% area stenosis",
    "a normal lumen of 14 mm",
    "a minimal lumen area of 48 mm2",
    "compression to 5 x 17 mm",
    "chronic thrombus",
    "no residual stenosis",
];

/// What says nothing about IVUS or vessels.
pub(crate) const UNRELATED: &[&str] = &[
    "The patient tolerated the procedure well.",
    "Heparin 5000 units were given.",
    "A time-out was held.",
    "The skin was prepped and draped in the usual sterile fashion.",
    "Moderate sedation was given with midazolam and fentanyl.",
    "Vital signs were stable throughout.",
    "Fluoroscopy time was 12.4 minutes.",
    "There were no immediate complications.",
    "Blood loss was minimal.",
    "The family was informed.",
    "Total contrast was 60 mL of iohexol.",
    "The activated clotting time was 271 seconds.",
];

/// A vessel with its side, in words.
pub(crate) type Site = String;

/// All vessels with their sides.
fn all_sites() -> Vec<Site> {
    let sided = SIDED.iter();
    let mut all: Vec<Site> = sided
        .flat_map(|v| [format!("left {v}"), format!("right {v}")])
        .collect();
    all.extend(MIDLINE.iter().map(|v| (*v).to_owned()));
    all
}

/// What was done in a vessel.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    site: Site,
    done: &'static str,
    not_done: &'static str,
    other_time: &'static str,
    finding: &'static str,
}

impl Look {
    fn words(&self, template: &str) -> String {
        template
            .replace("{}", &self.site)
            .replace("{f}", self.finding)
    }

    /// The paragraph that tells of the look.
    pub(crate) fn done(&self) -> String {
        self.words(self.done)
    }

    /// The paragraph that denies it.
    pub(crate) fn not_done(&self) -> String {
        self.words(self.not_done)
    }

    /// The paragraph that puts it to another day.
    pub(crate) fn other_time(&self) -> String {
        self.words(self.other_time)
    }

    /// The vessel, with its side.
    pub(crate) fn site(&self) -> &str {
        &self.site
    }
}

/// One to six looks at different vessels, so that each is a unit.
pub(crate) fn looks() -> impl Strategy<Value = Vec<Look>> {
    let words = (
        sample::select(DONE),
        sample::select(NOT_DONE),
        sample::select(OTHER_TIME),
        sample::select(FINDINGS),
    );
    let sites = sample::subsequence(all_sites(), 1..=6).prop_shuffle();
    (sites, prop::collection::vec(words, 6)).prop_map(|(sites, words)| {
        let looks = sites.into_iter().zip(words);
        looks
            .map(|(site, (done, not_done, other_time, finding))| Look {
                site,
                done,
                not_done,
                other_time,
                finding,
            })
            .collect()
    })
}

/// A report around paragraphs about IVUS.
pub(crate) fn report<'a>(paragraphs: impl IntoIterator<Item = &'a str>) -> String {
    let body: Vec<&str> = paragraphs.into_iter().collect();
    format!(
        "DATE OF SERVICE: 05/02/2024\nPROCEDURE: Venogram and angiogram with intravascular ultrasound.\n\
         INDICATION: Leg swelling. IVUS was used because the venogram was equivocal.\n\
         TECHNIQUE: Access was obtained with ultrasound guidance and a 9 Fr sheath was placed.\n\n\
         FINDINGS:\n{}\n\nCOMPLICATIONS: None.\n",
        body.join("\n\n")
    )
}

/// The report that tells of all looks.
pub(crate) fn all_done(looks: &[Look]) -> String {
    let told: Vec<String> = looks.iter().map(Look::done).collect();
    report(told.iter().map(String::as_str))
}
