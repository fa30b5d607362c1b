//! The words the program knows, loaded from tab-separated files and matched in one walk over the text.
//! Holds facts only: which words mean what. What follows from them is decided further down the line.

#![expect(
    clippy::string_slice,
    reason = "spans come from matches and lie on character boundaries; a property test holds it"
)]

mod build;
mod elided;
mod label;
pub mod lint;
mod matcher;
mod name;
mod short_names;
mod stand_ins;
mod table;
mod terms;
mod tree;
mod trees;
mod variant;
mod weights;

use std::fmt::Write as _;

use std::{collections::BTreeMap, path::Path};

use sha2::{Digest, Sha256};

pub(crate) use label::{
    Action, Category, Device, Direction, Extent, Form, Grammar, GroupKind, Ivus, Kind, Kinds,
    Label, Modality, Necessity, Polarity, ProcedureClass, Scope, SideWord, System, Targets,
    Technique, VesselId, WordForm,
};
pub(crate) use matcher::{Hit, Matcher};
pub(crate) use name::Named;
pub(crate) use stand_ins::StandIns;
pub(crate) use table::{Row, Table};
use variant::Variants;
pub(crate) use variant::{Placed, Variant};
pub(crate) use weights::{Beginning, Features, Learnt, Question, Weights};

use crate::{
    error::{Error, Result},
    text::Folded,
};

/// The files of a lexicon with the text built into the program.
pub(crate) const FILES: &[(&str, &str)] = &[
    (
        "abbreviations.tsv",
        include_str!("../../lexicons/abbreviations.tsv"),
    ),
    ("actions.tsv", include_str!("../../lexicons/actions.tsv")),
    ("devices.tsv", include_str!("../../lexicons/devices.tsv")),
    ("extent.tsv", include_str!("../../lexicons/extent.tsv")),
    ("findings.tsv", include_str!("../../lexicons/findings.tsv")),
    ("grammar.tsv", include_str!("../../lexicons/grammar.tsv")),
    ("groups.tsv", include_str!("../../lexicons/groups.tsv")),
    ("ivus.tsv", include_str!("../../lexicons/ivus.tsv")),
    (
        "look-trees.tsv",
        include_str!("../../lexicons/look-trees.tsv"),
    ),
    (
        "modalities.tsv",
        include_str!("../../lexicons/modalities.tsv"),
    ),
    (
        "modifiers.tsv",
        include_str!("../../lexicons/modifiers.tsv"),
    ),
    (
        "necessity.tsv",
        include_str!("../../lexicons/necessity.tsv"),
    ),
    (
        "procedures.tsv",
        include_str!("../../lexicons/procedures.tsv"),
    ),
    (
        "second-reader.tsv",
        include_str!("../../lexicons/second-reader.tsv"),
    ),
    ("sections.tsv", include_str!("../../lexicons/sections.tsv")),
    ("sides.tsv", include_str!("../../lexicons/sides.tsv")),
    ("tree.tsv", include_str!("../../lexicons/tree.tsv")),
    ("variants.tsv", include_str!("../../lexicons/variants.tsv")),
    ("vessels.tsv", include_str!("../../lexicons/vessels.tsv")),
];

/// A vessel, segment or landmark.
#[derive(Clone, Debug)]
pub(crate) struct Vessel {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) system: System,
    pub(crate) scope: Scope,
    pub(crate) sided: bool,
    pub(crate) region: String,
    pub(crate) part_of: Option<VesselId>,
    pub(crate) neighbours: Vec<VesselId>,
}

impl Vessel {
    /// Whether whole words of its id say that it is of a kind: "renal" is in `accessory-renal-artery`, not in
    /// `suprarenal-abdominal-aorta`.
    pub(crate) fn is_a(&self, kind: &str) -> bool {
        let begins = |rest: &str| {
            // Most words are told apart by their first letter.
            let same = rest.as_bytes().first() == kind.as_bytes().first();
            let is_edge = |after: &str| after.is_empty() || after.starts_with('-');
            same && rest.strip_prefix(kind).is_some_and(is_edge)
        };
        let mut rest = self.id.as_str();
        while !begins(rest) {
            let Some((_, next)) = rest.split_once('-') else {
                return false;
            };
            rest = next;
        }
        true
    }
}

/// An edge of the vessel tree, as its child sees it: a row of `tree.tsv`.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    /// The side the edge is told of: `any`, `left`, `right`.
    pub(crate) side: String,
    pub(crate) parent: Option<VesselId>,
    /// What the step from its parent adds to the selective order: 0 where only the name changes.
    pub(crate) step: u32,
    pub(crate) family: String,
    /// Whether the tree itself calls the edge doubtful.
    pub(crate) doubtful: bool,
}

/// A name for several vessels or for a place.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) kind: GroupKind,
    pub(crate) members: Vec<VesselId>,
}

/// A kind of finding.
#[derive(Clone, Debug)]
pub(crate) struct FindingKind {
    pub(crate) id: String,
    pub(crate) class: String,
    pub(crate) polarity: Polarity,
    /// Whether it is a lesion that may run through several vessels.
    pub(crate) lesion: bool,
}

/// A context cue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Modifier {
    pub(crate) category: Category,
    pub(crate) direction: Direction,
    pub(crate) targets: Targets,
}

/// The loaded lexicon.
pub struct Lexicon {
    pub(crate) vessels: Vec<Vessel>,
    pub(crate) groups: Vec<Group>,
    pub(crate) findings: Vec<FindingKind>,
    pub(crate) modifiers: Vec<Modifier>,
    pub(crate) sections: Vec<String>,
    /// The headings in lower case, each with its place in `sections`.
    section_terms: BTreeMap<String, u16>,
    /// The bytes of the longest of them.
    longest_heading: usize,
    pub(crate) abbreviations: Vec<String>,
    /// The text of `tree.tsv`, for those who ask for more of it than its branches.
    tree: String,
    /// For each vessel, what the tree says it hangs from.
    branches: Vec<Vec<Branch>>,
    pub(crate) variants: Variants,
    /// What the second reader has learnt.
    pub(crate) second: Weights,
    pub(crate) matcher: Matcher,
    pub(crate) stand_ins: StandIns,
    vessel_ids: BTreeMap<String, VesselId>,
    hash: String,
}

impl Lexicon {
    /// The terms in a text; words that stand in for others are read as those.
    pub(crate) fn find(&self, folded: Folded) -> (Folded, Vec<Hit>) {
        let folded = folded.chosen();
        let hits = self.matcher.find(&folded);
        let (others, misheard) = self.stand_ins.find(&folded, &hits);
        if others.is_empty() {
            return (folded, hits);
        }
        let folded = folded.reading(&others, misheard);
        let hits = self.matcher.find(&folded);
        (folded, hits)
    }

    /// The id of the section that a heading opens, when it is known; in any case.
    pub(crate) fn section_of(&self, heading: &str) -> Option<&str> {
        // Beyond ASCII a letter in lower case may take fewer bytes.
        if heading.len() > self.longest_heading && heading.is_ascii() {
            return None;
        }
        let section = self.section_terms.get(&heading.to_lowercase())?;
        self.sections.get(usize::from(*section)).map(String::as_str)
    }

    /// The vessels, groups of vessels, sides and findings that a text names, each by its kind and id.
    #[must_use]
    pub fn names(&self, text: &str) -> std::collections::BTreeSet<String> {
        let (_, hits) = self.find(Folded::new(text));
        let mut names = std::collections::BTreeSet::new();
        for hit in &hits {
            let name = match hit.label {
                Label::Vessel { id, .. } => format!("vessel {}", self.vessel(id).id),
                Label::Group(group) => format!("group {}", self.groups[group as usize].id),
                Label::Side(side) => format!("side {side:?}"),
                Label::Finding(kind) => format!("finding {}", self.findings[kind as usize].id),
                _ => continue,
            };
            names.insert(name);
        }
        names
    }

    /// The lexicon built into the program.
    ///
    /// # Panics
    /// Never in a tested build: the built-in files are loaded by the tests.
    #[must_use]
    pub fn builtin() -> Self {
        build::build(FILES).expect("the built-in lexicon is loaded by the tests")
    }

    /// The names and texts of the built-in files.
    #[must_use]
    pub fn builtin_files() -> Vec<(String, String)> {
        FILES
            .iter()
            .map(|(n, t)| ((*n).to_owned(), (*t).to_owned()))
            .collect()
    }

    /// The built-in lexicon with every file that also stands in `folder` replaced by that one.
    ///
    /// # Errors
    /// When the folder or a file cannot be read, holds an unknown `.tsv`, or a row is faulty.
    pub fn from_folder(folder: &Path) -> Result<Self> {
        Self::from_files(&Self::folder_files(folder)?)
    }

    /// The built-in files with every one that also stands in `folder` replaced by that one.
    ///
    /// # Errors
    /// When the folder or a file cannot be read, or holds an unknown `.tsv`.
    pub fn folder_files(folder: &Path) -> Result<Vec<(String, String)>> {
        let mut files = Self::builtin_files();
        let mut replaced = 0;
        for entry in std::fs::read_dir(folder).map_err(|e| Error::read(folder, e))? {
            let path = entry.map_err(|e| Error::read(folder, e))?.path();
            if path.extension().is_none_or(|e| e != "tsv") {
                continue;
            }
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let known: Vec<&str> = FILES.iter().map(|(n, _)| *n).collect();
            let slot = files.iter_mut().find(|(n, _)| *n == name).ok_or_else(|| {
                Error::report(
                    &path,
                    format!(
                        "is not a lexicon file; the known ones are {}",
                        known.join(", ")
                    ),
                )
            })?;
            let bytes = std::fs::read(&path).map_err(|e| Error::read(&path, e))?;
            slot.1 = String::from_utf8(bytes)
                .map_err(|_| Error::report(&path, "is not UTF-8; save it as UTF-8 text"))?;
            replaced += 1;
        }
        if replaced == 0 {
            return Err(Error::report(
                folder,
                "holds no lexicon file (*.tsv); see `ivus lexicon check --help`",
            ));
        }
        Ok(files)
    }

    /// Loads a lexicon from the texts of all its files.
    ///
    /// # Errors
    /// When a row is faulty; the error says file, line, entry and cure.
    pub fn from_files(files: &[(String, String)]) -> Result<Self> {
        let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (&**n, &**t)).collect();
        build::build(&files)
    }

    /// A digest of the files, for provenance: `sha256:` and hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The number of terms.
    #[must_use]
    pub fn term_count(&self) -> usize {
        self.matcher.terms().len()
    }

    /// The terms that are looked for, in lower case and in the order of their bytes.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        self.matcher.terms().texts()
    }

    /// The id of the vessel that the named one is a segment of, or its own.
    #[must_use]
    pub fn whole_id<'a>(&'a self, id: &'a str) -> &'a str {
        self.vessel_id(id)
            .map_or(id, |v| &self.vessel(self.whole(v)).id)
    }

    /// The vessel with an id such as `common-iliac-vein`.
    pub(crate) fn vessel_id(&self, id: &str) -> Option<VesselId> {
        self.vessel_ids.get(id).copied()
    }

    /// A vessel by its index.
    pub(crate) fn vessel(&self, id: VesselId) -> &Vessel {
        &self.vessels[id.0 as usize]
    }

    /// What a vessel hangs from, in the order of the file.
    pub(crate) fn branches(&self, id: VesselId) -> &[Branch] {
        self.branches.get(id.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// The rows of `tree.tsv`.
    ///
    /// # Errors
    /// Never: it was read when the lexicon was made.
    pub(crate) fn tree(&self) -> Result<Table<'_>> {
        Table::parse("tree.tsv", &self.tree, build::TREE_COLUMNS)
    }

    /// A vessel's id, or that of the vessel it is a segment of.
    pub(crate) fn whole(&self, id: VesselId) -> VesselId {
        let vessel = self.vessel(id);
        match (vessel.scope, vessel.part_of) {
            (Scope::Segment, Some(whole)) => self.whole(whole),
            _ => id,
        }
    }
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon")
            .field("terms", &self.term_count())
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

fn digest(files: &[(&str, &str)]) -> String {
    let mut hasher = Sha256::new();
    for (name, text) in files {
        hasher.update(name.as_bytes());
        hasher.update([0]);
        hasher.update(text.as_bytes());
        hasher.update([0]);
    }
    hasher
        .finalize()
        .iter()
        .fold("sha256:".to_owned(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

#[cfg(test)]
mod tests {
    use super::Lexicon;

    #[test]
    fn the_kind_of_a_vessel_is_told_by_whole_words_of_its_id() {
        let lexicon = Lexicon::builtin();
        let is_renal = |id: &str| {
            let known = lexicon.vessel_id(id).map(|v| lexicon.vessel(v));
            known.map(|v| v.is_a("renal"))
        };
        assert_eq!(is_renal("renal-artery"), Some(true));
        assert_eq!(is_renal("accessory-renal-artery"), Some(true));
        assert_eq!(is_renal("suprarenal-abdominal-aorta"), Some(false));
    }
}
