//! Reports that leave early: their words cannot tell of IVUS, a study or a procedure, and no sentence names a vessel beside
//! a device or act, so there is nothing to read. What counts in any report is still looked for: its date of service, printed
//! codes, blanks. A test holds that the long way tells the same.

use std::cell::LazyCell;

use memchr::memmem;

use super::{
    DateSource, Encounter, IvusState, Lesson, printed,
    procedures::{Need, may_be_pulled_out, may_be_titled, names_clot},
    reader::{dated, lookalike},
};
use crate::{
    lexicon::{Action, Device, Hit, Ivus, Label, Lexicon, Modality, Necessity, System},
    mention::{bare, dates, has_digits, has_units, tells_size},
    segment::{SectionKind, Segmented},
    text::{Folded, Report, preceding},
};

/// What the words of a report alone say of it.
pub(crate) enum Noise {
    /// There is nothing to read.
    Nothing(Box<Encounter>),
    /// Its sections and sentences decide: see [`silent`].
    Perhaps,
    /// It must be read.
    Speaks,
}

/// Looks at the words of a report before it is cut into sentences.
pub(crate) fn noise(report: &Report, folded: &Folded, hits: &[Hit], lexicon: &Lexicon) -> Noise {
    let weak = |h: &Hit| matches!(h.label, Label::Ivus(Ivus::Weak));
    // "IVUS indication:" is a term of reasons, and yet says what follows.
    let lower = folded.lower().as_bytes();
    let named = ["ivus", "intravascular"].map(|w| memmem::find(lower, w.as_bytes()));
    let pulled = LazyCell::new(|| may_be_pulled_out(folded.lower()));
    let speaks = |h: &Hit| match h.label {
        Label::Procedure(_) => need(h, folded.lower()) == Some(Need::None),
        // "The forceps": what they took out must be told.
        Label::Device(Device::Snare) => *pulled,
        label => speaks(label, lexicon),
    };
    if hits.iter().any(speaks)
        || named.iter().any(Option::is_some)
        || may_be_titled(folded.lower())
        || (hits.iter().any(weak) && measures_inside(folded.lower()))
    {
        return Noise::Speaks;
    }
    let text = folded.text();
    // A printed code has four digits or more; a date may be the date of service: both depend on where they stand.
    let placed = !text.is_ascii() || has_code(text.as_bytes());
    let open = |h: &Hit| is_named(h.label) || matches!(h.label, Label::Procedure(_));
    if placed || hits.iter().any(open) || !dates(text).is_empty() {
        return Noise::Perhaps;
    }
    let mut encounter = nothing(report, folded);
    encounter.blanks = printed::blanks(&report.text);
    Noise::Nothing(Box::new(encounter))
}

/// Whether a report gives the area of a lumen or the width of a wall, which no probe on the skin does: its "probe" may be of IVUS.
fn measures_inside(lower: &str) -> bool {
    const WORDS: [&str; 9] = [
        "mm2",
        "mm 2",
        "mm\u{b2}",
        "sq mm",
        "sq. mm",
        "square m",
        "eem",
        "media",
        "external elastic",
    ];
    WORDS.iter().any(|w| lower.contains(w))
}

/// The encounter of a report of which [`noise`] is in doubt, if there is nothing to read but dates and codes.
pub(crate) fn silent(
    report: &Report,
    folded: &Folded,
    segmented: &Segmented,
    hits: &[Hit],
    lexicon: &Lexicon,
) -> Option<Encounter> {
    let sections = &segmented.sections;
    if sections.iter().any(|s| s.kind == SectionKind::Ivus) {
        return None;
    }
    let lower = folded.lower();
    // "Placed", "advanced" brings something there only where the report names what could be brought; "entered" needs nothing.
    let movable = |h: &Hit| {
        let needed = Label::Necessity(Necessity::Explicit);
        matches!(
            h.label,
            Label::Device(_) | Label::Ivus(_) | Label::Procedure(_)
        ) || h.label == needed
    };
    let moves = hits.iter().any(movable);
    let places = |h: &Hit| {
        matches!(h.label, Label::Action(Action::Place))
            && (moves || lower[h.span.start..].starts_with("enter"))
    };
    let spelled = LazyCell::new(|| has_units(folded.text()));
    let stented = LazyCell::new(|| lower.contains("stent"));
    let mut from = 0;
    for (n, unit) in segmented.units.iter().enumerate() {
        from += hits[from..].partition_point(|h| h.span.start < unit.span.start);
        let own = hits[from..].partition_point(|h| h.span.start < unit.span.end);
        let hits = &hits[from..from + own];
        let beside = [n.checked_sub(1), Some(n), Some(n + 1)]
            .into_iter()
            .flatten();
        let beside = beside.filter_map(|n| segmented.units.get(n));
        let told = |h: &Hit| match need(h, lower) {
            None => false,
            Some(Need::Clot) => names_clot(&lower[unit.span.start..unit.span.end]),
            Some(Need::Size) => beside
                .clone()
                .any(|u| tells_size(folded.text(), u.span, *spelled)),
            Some(Need::None) => true,
        };
        // "ACA 14 x 60. The stent was round.": a stent by its size alone (procedures/sizes.rs).
        let sized = || {
            *stented
                && beside
                    .clone()
                    .any(|u| tells_size(folded.text(), u.span, *spelled))
        };
        if hits.iter().any(told) || (hits.iter().any(|h| is_named(h.label)) && sized()) {
            return None;
        }
        if hits.iter().any(|h| is_named(h.label))
            && (matches!(
                sections[unit.section].kind,
                SectionKind::Access | SectionKind::Addendum
            ) || hits.iter().any(|h| enters(h.label) || places(h))
                || tells_branch(hits, lexicon)
                || is_entered(&lower[line_start(lower, unit.span.start)..unit.span.end]))
        {
            return None;
        }
    }
    let units = bare(folded, segmented, hits);
    let encounter = nothing(report, folded);
    Some(dated(encounter, report, folded, segmented, &units, lexicon))
}

/// Where the line begins that holds a place: "Puncture .... [ ] CFV [x] FV" is cut at its boxes. No further back than a line
/// of a form is long, or a text of one line would be looked through for each of its sentences.
fn line_start(text: &str, at: usize) -> usize {
    let near = preceding(text, at, LINE);
    at - near.len() + memchr::memrchr(b'\n', near.as_bytes()).map_or(0, |n| n + 1)
}

/// How long a line of a form is at most.
const LINE: usize = 200;

/// An encounter in which nothing happens.
fn nothing(report: &Report, folded: &Folded) -> Encounter {
    Encounter {
        misheard: folded.is_misheard(),
        ivus: IvusState::Absent,
        ivus_evidence: None,
        interrogations: Vec::new(),
        coronary: Vec::new(),
        lookalikes: Vec::new(),
        lesions: Vec::new(),
        access: Vec::new(),
        moves: Vec::new(),
        variants: Vec::new(),
        procedures: Vec::new(),
        printed: Vec::new(),
        blanks: Vec::new(),
        service_date: report.service_date,
        date_source: if report.service_date.is_some() {
            DateSource::Option
        } else {
            DateSource::None
        },
        date_span: None,
        second_session: None,
        pullbacks: Vec::new(),
        passed: Vec::new(),
        branches: Vec::new(),
        doubted: Vec::new(),
        vague: Vec::new(),
        agreed: 1.0,
        countable: None,
        one_lesion: None,
        lesson: Lesson::default(),
        trace: Vec::new(),
    }
}

/// What a word of a procedure needs beside it to tell of one.
fn need(hit: &Hit, lower: &str) -> Option<Need> {
    match hit.label {
        Label::Procedure(named) => Some(Need::of(&lower[hit.span.start..hit.span.end], named)),
        _ => None,
    }
}

/// Whether a word can make an encounter say something wherever it stands. Other words act only on these, or on a vessel
/// beside them: "ultrasound" alone images no vessel.
fn speaks(label: Label, lexicon: &Lexicon) -> bool {
    match label {
        Label::Ivus(Ivus::Modality | Ivus::Device | Ivus::Generic)
        | Label::Device(Device::Filter) => true,
        Label::Modality(m) => m == Modality::CoronaryIvus || lookalike(m).is_some(),
        // A dialysis circuit is worked on under many words.
        Label::Vessel { id, .. } => lexicon.vessel(id).system == System::Access,
        _ => false,
    }
}

/// Whether a word names a vessel or a place.
fn is_named(label: Label) -> bool {
    matches!(label, Label::Vessel { .. } | Label::Group(_))
}

/// Whether a word beside a vessel may say that it was entered, or that something was brought there.
fn enters(label: Label) -> bool {
    use Action as A;
    match label {
        Label::Device(_) | Label::Procedure(_) | Label::Modality(Modality::AccessUltrasound) => {
            true
        }
        Label::Action(action) => matches!(action, A::Access | A::Select | A::Cross | A::Pullback),
        _ => false,
    }
}

/// Whether a vessel that is told of as a branch of another stands beside a place or its parent: that is said of IVUS, and
/// read wherever it stands.
fn tells_branch(hits: &[Hit], lexicon: &Lexicon) -> bool {
    const BRANCHES: [&str; 6] = [
        "renal",
        "hepatic-vein",
        "celiac",
        "mesenteric",
        "lumbar",
        "gonadal",
    ];
    let vessels = || {
        hits.iter().filter_map(|h| match h.label {
            Label::Vessel { id, .. } => Some(lexicon.vessel(id)),
            _ => None,
        })
    };
    let named = hits.iter().filter(|h| is_named(h.label)).count();
    vessels().any(|v| BRANCHES.iter().any(|b| v.is_a(b)))
        || (named > 1 && vessels().any(|v| v.id.contains("vena-cava") || v.id.contains("aorta")))
}

/// Whether words that are no terms may say so: "through a small incision", "8 Fr", "on the femoral side". Takes a text in lower
/// case.
fn is_entered(text: &str) -> bool {
    let bytes = text.as_bytes();
    let french = memchr::memchr_iter(b'f', bytes).any(|at| {
        let before = bytes[..at].iter().rev().take(3);
        before
            .take_while(|b| !b.is_ascii_alphabetic())
            .any(u8::is_ascii_digit)
    });
    let told = |words: &[&str]| words.iter().any(|w| text.contains(w));
    let cut = || told(&["incision", "cutdown", "cut-down"]) && told(&["through"]);
    // No "inside", "bedside".
    let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let mut sides = text
        .match_indices("side")
        .map(|(at, word)| at..at + word.len());
    let side = sides.any(|s| !(letter(s.end) || s.start > 0 && letter(s.start - 1)));
    // What a note tells beside the vessel that was entered (access/notes.rs).
    let noted = || {
        let needled = [
            "french",
            "ultrasound",
            "u/s",
            "duplex",
            "sono",
            "echo",
            "perc",
            "preclos",
            "micropunct",
            "needle",
            "stick",
            "stuck",
            "cut down",
            "exposure",
            "cannulat",
            "catheteri",
            "got into",
            "went in",
            "worked from",
            "came in from",
            "retrograde at",
            "same way",
            "chosen",
            "as access",
            "was used",
            "instead",
            "access",
            "entry",
            "->",
        ];
        told(&needled)
            || text
                .split(|c: char| !c.is_alphanumeric())
                .any(|w| matches!(w, "us" | "fr" | "f"))
    };
    french || side || told(&["puncture"]) || cut() || noted()
}

/// Whether five digits stand in a row, or three before a T: anything that could be a printed code.
fn has_code(bytes: &[u8]) -> bool {
    let temporary = |four: &[u8]| {
        four[..3].iter().all(u8::is_ascii_digit) && four[3].eq_ignore_ascii_case(&b't')
    };
    has_digits(bytes, 5) || (has_digits(bytes, 4) && bytes.windows(4).any(temporary))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{Noise, noise, silent};
    use crate::{
        analyzer::Analyzer,
        encounter::{Detail, read},
        mention, segment,
        text::{Folded, Report},
    };

    /// Whether a text leaves early; fails when the long way would tell something else.
    fn leaves(analyzer: &Analyzer, text: &str) -> bool {
        let lexicon = analyzer.lexicon();
        let report = Report::new("test", text);
        let (folded, hits) = lexicon.find(Folded::new(&report.text));
        let noise = noise(&report, &folded, &hits, lexicon);
        if matches!(noise, Noise::Speaks) {
            return false;
        }
        let segmented = segment::segment(&report.text, &folded, &hits, lexicon);
        let early = match noise {
            Noise::Nothing(early) => *early,
            _ => match silent(&report, &folded, &segmented, &hits, lexicon) {
                Some(early) => early,
                None => return false,
            },
        };
        let units = mention::mentions(&folded, &segmented, &hits, lexicon);
        let mut late = read(&report, &folded, &segmented, &units, lexicon, Detail::Brief);
        // Only the order of a catheter asks for variants, and there is none; the trace is for those who ask for it.
        late.variants.clear();
        late.trace.clear();
        assert_eq!(format!("{early:?}"), format!("{late:?}"), "{text}");
        true
    }

    #[test]
    fn a_report_that_leaves_early_tells_what_the_long_way_tells() {
        let analyzer = Analyzer::builtin();
        for (text, early) in [
            (
                "The patient was seen and sent home. Weight 80 kg, ____ to follow.",
                true,
            ),
            (
                "There is a bovine arch. The wound was closed in layers.",
                true,
            ),
            ("IVUS was not performed.", false),
            ("The left popliteal artery was open.", true),
            ("The left renal artery was open.", false),
            ("Extension of the knee was full.", true),
            ("Extension 16 x 80. It was open.", false),
            ("Pus was aspirated.", true),
            ("The clot was aspirated.", false),
            ("The forceps were removed.", true),
            ("A forceps caught the fragment.", false),
            ("The left popliteal artery was entered.", false),
            (
                "The left popliteal artery was open. A drain was placed.",
                true,
            ),
            (
                "A drain was placed beside the left popliteal artery. It lay inside.",
                true,
            ),
            (
                "A sheath was there. It was placed in the left popliteal artery.",
                false,
            ),
            ("The left popliteal artery, on its side.", false),
            ("The femoral artery, 6 Fr.", false),
            ("Both femoral veins, eight French each.", false),
            ("ACA 14 x 60 Wallsn0.1105e a. The stent was round.", false),
            ("Seen on 01/02/2020 for a cough.", true),
            (
                "Date of service: 01/02/2020. History: seen 03/04/2019.",
                true,
            ),
            ("Code 99213 was charged.", true),
            ("CODES: 36200, 75625 x 2", true),
            ("REMOVAL OF BROKEN TUBING", false),
            ("Puncture ........ [ ] right CFV  [x] right FV mid", false),
            ("We worked from the right internal jugular vein.", false),
            ("IVUS indication: the film. Left cephalic 8 mm", false),
            (
                "-- ADDENDUM 12-12-20 --\n\"LEIV 9 mm\" is an error of the form",
                false,
            ),
            ("", true),
        ] {
            assert_eq!(leaves(&analyzer, text), early, "{text}");
        }
        // Pieces of the reports of the corpus, most of which say little by themselves.
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/reports");
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        let texts = files.filter_map(|f| fs::read_to_string(f.path()).ok());
        let early = texts
            .enumerate()
            .flat_map(|(n, t)| {
                let lines = t.split('\n').map(str::to_owned);
                let paragraphs = t.split("\n\n").filter(|_| n % 10 == 0);
                let paragraphs = paragraphs.map(str::to_owned);
                lines.chain(paragraphs).collect::<Vec<_>>()
            })
            .filter(|line| leaves(&analyzer, line))
            .count();
        println!("{early} lines and paragraphs leave early");
        assert!(early > 500);
    }
}
