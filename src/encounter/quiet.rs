//! Reports that leave early: their words cannot tell of IVUS, a vessel, a study or a procedure, so there is nothing to read.
//! What counts in any report is still looked for. A test holds that the long way tells the same.

use super::{DateSource, Encounter, IvusState, printed, reader::lookalike};
use crate::{
    lexicon::{Device, Hit, Ivus, Label, Modality},
    mention::{dates, has_digits},
    text::{Folded, Report},
};

/// The encounter of a report that has nothing to read; `None` when it must be read.
pub(crate) fn quiet(report: &Report, folded: &Folded, hits: &[Hit]) -> Option<Encounter> {
    let text = folded.text();
    // A printed code has four digits or more; a date may be the date of service: both depend on where they stand.
    let printed = !text.is_ascii() || has_code(text.as_bytes());
    if hits.iter().any(|h| speaks(h.label)) || printed || !dates(text).is_empty() {
        return None;
    }
    Some(Encounter {
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
        blanks: printed::blanks(&report.text),
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
        vague: Vec::new(),
        trace: Vec::new(),
    })
}

/// Whether a word can make an encounter say anything. Other words act only on these: "ultrasound" alone images no vessel.
fn speaks(label: Label) -> bool {
    matches!(
        label,
        Label::Vessel { .. }
            | Label::Group(_)
            | Label::Ivus(Ivus::Modality | Ivus::Device | Ivus::Generic)
            | Label::Procedure(_)
            | Label::Device(Device::Filter | Device::Snare)
    ) || matches!(label, Label::Modality(m) if m == Modality::CoronaryIvus || lookalike(m).is_some())
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

    use super::quiet;
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
        let Some(early) = quiet(&report, &folded, &hits) else {
            return false;
        };
        let segmented = segment::segment(&report.text, &folded, &hits, lexicon);
        let units = mention::mentions(&folded, &segmented, &hits, lexicon);
        let mut late = read(&report, &folded, &segmented, &units, lexicon, Detail::Brief);
        // Only the order of a catheter asks for variants, and there is none.
        late.variants.clear();
        assert_eq!(format!("{early:?}"), format!("{late:?}"));
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
            ("The left renal artery was open.", false),
            ("Seen on 01/02/2020 for a cough.", false),
            ("Code 99213 was charged.", false),
            ("", true),
        ] {
            assert_eq!(leaves(&analyzer, text), early, "{text}");
        }
        // Pieces of the reports of the corpus, most of which say little by themselves.
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/reports");
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        let texts = files.filter_map(|f| fs::read_to_string(f.path()).ok());
        let early = texts
            .flat_map(|t| t.split('\n').map(str::to_owned).collect::<Vec<_>>())
            .filter(|line| leaves(&analyzer, line))
            .count();
        println!("{early} lines leave early");
        assert!(early > 500);
    }
}
