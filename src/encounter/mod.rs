//! What was done in the session, as the report tells it: which vessels IVUS looked at and what it showed, lesions,
//! access, catheter moves, procedures. Keeps what was not done, too: rules decide, not the reader.
//!
//! The line of data, from units with their mentions to an [`Encounter`]:
//!
//! 1. `quiet`: a report whose words cannot tell of anything leaves early.
//! 2. `reader::session`: which part of the text is the session that is coded; each part is read by itself.
//! 3. `reader`, unit by unit and clause by clause: `reader::mode` says how far the section is trusted, `scene` gives each
//!    list of vessels its role, `findings` and `table` give each reading its list, `reader::looks` notes what the clause
//!    adds, `reader::frame` says which study is told of and what is in hand after it. A `Record` of the clause is kept.
//! 4. `reader::outcome`, over all records: `lesions`, contradictions, `second` (another reader's opinion, weighed by
//!    `reader::weighed`), `necessity`, `access`, `variants`, `procedures`, and last `reader::correction`.
//! 5. `reader::session` again: dates of service, `printed` codes and blanks.
//!
//! `tree` knows how vessels hang together and is asked by all of them.

#![expect(
    clippy::string_slice,
    reason = "spans come from matches and lie on character boundaries; a property test holds it"
)]

mod access;
mod findings;
mod lesions;
mod necessity;
mod printed;
mod procedures;
mod quiet;
mod reader;
mod scene;
mod second;
mod table;
mod tree;
mod variants;

use crate::{
    context::Status,
    date::Date,
    lexicon::{Lexicon, System, Technique, VesselId},
    mention::{Side, SideBasis},
    text::{Evidence, Span},
};

pub(crate) use quiet::{Noise, noise, silent};
pub(crate) use reader::{Detail, read};
pub(crate) use second::Lesson;
pub(crate) use tree::{Rung, path_between, way_to_root};

/// A vessel with its side: what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Site {
    pub(crate) vessel: VesselId,
    pub(crate) side: Side,
}

impl Site {
    /// `"left common-iliac-vein"`, as the output writes it.
    pub(crate) fn key(self, lexicon: &Lexicon) -> String {
        [self.side.name(), &lexicon.vessel(self.vessel).id].join(" ")
    }

    /// The site of the vessel that this one is a segment of.
    pub(crate) fn whole(self, lexicon: &Lexicon) -> Self {
        Self {
            vessel: lexicon.whole(self.vessel),
            side: self.side,
        }
    }
}

/// What the report says about IVUS as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IvusState {
    Performed,
    NotPerformed,
    CoronaryOnly,
    Absent,
}

impl IvusState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Performed => "performed",
            Self::NotPerformed => "not_performed",
            Self::CoronaryOnly => "coronary_only",
            Self::Absent => "absent",
        }
    }
}

/// How it is known that IVUS looked at a vessel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Basis {
    /// The text says so.
    Stated,
    /// It lies in the range of a lesion that IVUS followed.
    Lesion,
    /// It lies on the way of a pullback and is not named: never counted.
    Pullback,
}

impl Basis {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Lesion => "lesion",
            Self::Pullback => "pullback",
        }
    }
}

/// How firmly the words tie IVUS to a vessel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// A title, a list of procedures: a claim.
    Claim,
    /// Only the reading goes on from an earlier passage, or the catheter rested there.
    Weak,
    /// A reading in a passage about IVUS.
    Frame,
    /// The act names the vessel.
    Act,
}

/// A reading.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) kind: String,
    pub(crate) negated: bool,
    pub(crate) value: Option<f64>,
    pub(crate) unit: Option<&'static str>,
    pub(crate) evidence: Evidence,
}

/// Whether the text says why IVUS was needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NecessityState {
    Missing,
    General,
    Stated,
}

impl NecessityState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::General => "general",
            Self::Stated => "stated",
        }
    }
}

/// IVUS and one vessel.
#[derive(Clone, Debug)]
pub(crate) struct Interrogation {
    pub(crate) site: Site,
    pub(crate) status: Status,
    pub(crate) basis: Basis,
    pub(crate) strength: Strength,
    pub(crate) side_basis: SideBasis,
    /// Where the text tells its side, when its name does not hold it.
    pub(crate) side_words: Vec<Span>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) necessity: NecessityState,
    pub(crate) necessity_evidence: Option<Evidence>,
    pub(crate) evidence: Evidence,
    /// Marked as one more look: "also", "before leaving".
    pub(crate) extra: Option<Span>,
    /// Further segments of the same vessel that the text names.
    pub(crate) segments: Vec<(VesselId, Evidence)>,
    /// How likely the second reader holds the look to be, from 0 to 1, when it has an opinion.
    pub(crate) likely: Option<f32>,
}

/// A lesion over several vessels.
#[derive(Clone, Debug)]
pub(crate) struct Lesion {
    pub(crate) sites: Vec<Site>,
    pub(crate) contiguous: bool,
    pub(crate) evidence: Evidence,
}

/// Where a vessel was entered.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) site: Site,
    /// Which way the puncture points, when the text says so.
    pub(crate) aim: Option<Aim>,
    pub(crate) evidence: Evidence,
}

/// Which way a puncture points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// With the flow: toward the foot in a leg artery, toward the heart in a vein.
    Antegrade,
    Retrograde,
}

/// A variant of anatomy that the text tells of.
#[derive(Clone, Debug)]
pub(crate) struct VariantTold {
    /// The vessels whose way it changes; every one when empty.
    pub(crate) vessels: Vec<VesselId>,
    /// What it changes, in our own words.
    pub(crate) effect: String,
    pub(crate) evidence: Evidence,
}

/// A catheter brought to a vessel.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub(crate) device: &'static str,
    pub(crate) action: &'static str,
    pub(crate) site: Site,
    /// The puncture it came through, when the words name it.
    pub(crate) through: Option<Site>,
    pub(crate) status: Status,
    pub(crate) evidence: Evidence,
}

/// A procedure other than IVUS.
#[derive(Clone, Debug)]
pub(crate) struct Procedure {
    /// Its name in output: `venous-stent`, `filter-insertion`.
    pub(crate) id: String,
    pub(crate) technique: Technique,
    /// The vessel treated or studied.
    pub(crate) site: Option<Site>,
    /// Arteries or veins, when no vessel is known.
    pub(crate) system: Option<System>,
    /// What else decides the code: `occlusion`, `protected`, `rupture`.
    pub(crate) traits: Vec<&'static str>,
    pub(crate) status: Status,
    pub(crate) evidence: Evidence,
}

/// A code printed in the text, with its number of units.
#[derive(Clone, Debug)]
pub(crate) struct PrintedCode {
    pub(crate) code: String,
    pub(crate) units: u32,
    pub(crate) span: Span,
}

/// Where the date of service comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateSource {
    Text,
    Option,
    None,
}

/// The session as the report tells it.
#[derive(Clone, Debug)]
pub(crate) struct Encounter {
    pub(crate) ivus: IvusState,
    /// The words that decided `ivus`.
    pub(crate) ivus_evidence: Option<Evidence>,
    pub(crate) interrogations: Vec<Interrogation>,
    /// Coronary vessels IVUS looked at: another service.
    pub(crate) coronary: Vec<(Site, Evidence)>,
    pub(crate) lookalikes: Vec<(&'static str, Span)>,
    pub(crate) lesions: Vec<Lesion>,
    pub(crate) access: Vec<Access>,
    pub(crate) moves: Vec<Move>,
    /// Variants of anatomy.
    pub(crate) variants: Vec<VariantTold>,
    pub(crate) procedures: Vec<Procedure>,
    pub(crate) printed: Vec<PrintedCode>,
    /// Unfilled blanks of a template.
    pub(crate) blanks: Vec<Span>,
    pub(crate) service_date: Option<Date>,
    pub(crate) date_source: DateSource,
    pub(crate) date_span: Option<Span>,
    /// Where a second encounter in the same text begins.
    pub(crate) second_session: Option<Span>,
    /// Pullbacks whose range passes vessels nobody named.
    pub(crate) pullbacks: Vec<(Vec<Site>, Span)>,
    /// Words of the report were read as others, because they only sound like a vessel's name.
    pub(crate) misheard: bool,
    /// Vessels an IVUS catheter only passed.
    pub(crate) passed: Vec<(Site, Span)>,
    /// Side branches that IVUS saw from their parent.
    pub(crate) branches: Vec<(Site, Span)>,
    /// Vessels that the first reader took, and the second one is sure IVUS did not look at.
    pub(crate) doubted: Vec<(Site, Evidence)>,
    /// Names that leave the segment open, when a segment of that side is told of.
    pub(crate) vague: Vec<(Site, Evidence)>,
    /// How likely the second reader holds it, from 0 to 1, that each vessel named was rightly taken or left: the product over all.
    pub(crate) agreed: f32,
    /// How likely the second reader holds it, from 0 to 1, that the report holds a vessel to count; when it has an opinion.
    pub(crate) countable: Option<f32>,
    /// How likely the second reader holds it that one lesion runs through several vessels, from 0 to 1. Asked where several were
    /// looked at.
    pub(crate) one_lesion: Option<f32>,
    /// What the second reader learns from, when all is kept.
    pub(crate) lesson: Lesson,
    /// Why each vessel was taken or left, for `--explain` and tests.
    pub(crate) trace: Vec<(Span, String)>,
}

impl Encounter {
    /// The sites IVUS looked at in this session, with the index of their interrogation.
    pub(crate) fn performed(&self) -> impl Iterator<Item = &Interrogation> {
        self.interrogations
            .iter()
            .filter(|i| i.status == Status::Performed)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Detail, Encounter, read};
    use crate::{
        lexicon::Lexicon,
        mention, segment,
        text::{Folded, Report},
    };

    /// The encounter of a text, for tests of this layer and of `codes`.
    pub(crate) fn read_text(text: &str, lexicon: &Lexicon) -> Encounter {
        let report = Report::new("test".to_owned(), text.to_owned());
        let (folded, hits) = lexicon.find(Folded::new(&report.text));
        let segmented = segment::segment(&report.text, &folded, &hits, lexicon);
        let units = mention::mentions(&folded, &segmented, &hits, lexicon);
        read(&report, &folded, &segmented, &units, lexicon, Detail::Brief)
    }
}
