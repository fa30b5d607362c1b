//! Gold labels (`gold-schema.md`): what a coder reads in a report, and how vessels are named on both sides.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    input::{self, Source},
    lexicon::Lexicon,
};

/// Whether two good coders would agree on a gold label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Agreement {
    /// Hardly.
    Low,
    /// Probably.
    Medium,
    /// Surely.
    High,
}

/// Units of the first vessel and of the further ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Units {
    pub(super) initial: u32,
    pub(super) additional: u32,
}

impl Units {
    pub(super) fn total(self) -> u32 {
        self.initial + self.additional
    }
}

impl std::fmt::Display for Units {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}+{}", self.initial, self.additional)
    }
}

/// The labels of one report.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Gold {
    pub(super) ivus: String,
    pub(super) vessels: Vec<GoldVessel>,
    pub(super) units: Option<Units>,
    #[serde(default)]
    pub(super) units_supported: Units,
    #[serde(default)]
    pub(super) one_lesion: Vec<Vec<String>>,
    #[serde(default)]
    pub(super) access: Vec<GoldSite>,
    #[serde(default)]
    pub(super) catheter_targets: Vec<GoldSite>,
    #[serde(default)]
    pub(super) base_codes: Vec<String>,
    #[serde(default)]
    pub(super) excluded_by: Option<String>,
    #[serde(default)]
    pub(super) date_of_service: Option<String>,
    #[serde(default)]
    pub(super) flags: Vec<String>,
    #[serde(default = "high")]
    pub(super) confidence: Agreement,
}

fn high() -> Agreement {
    Agreement::High
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct GoldVessel {
    pub(super) vessel: String,
    pub(super) side: Option<String>,
    #[serde(default)]
    pub(super) findings: bool,
    #[serde(default)]
    pub(super) necessity: String,
    #[serde(default)]
    pub(super) quote: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct GoldSite {
    pub(super) vessel: String,
    pub(super) side: Option<String>,
}

/// A report with its labels.
#[derive(Clone, Debug)]
pub struct Case {
    pub(super) source: Source,
    pub(super) gold: Gold,
}

impl Case {
    /// Where the report is read from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }
}

/// The labelled reports of a folder, at any depth, in order of path, and the number of reports without labels. Labels that
/// cannot be read leave their error in their place.
///
/// # Errors
/// When the folder does not exist or holds no labelled report.
pub fn cases(folder: &Path, at_least: Agreement) -> Result<(Vec<Result<Case>>, usize)> {
    if !folder.is_dir() {
        return match fs::metadata(folder) {
            Ok(_) => Err(Error::usage(format!(
                "{}: is a file; name the folder of reports and gold labels",
                folder.display()
            ))),
            Err(e) => Err(Error::read(folder, e)),
        };
    }
    let (mut found, mut unlabelled) = (Vec::new(), 0);
    for source in input::find(&[folder.to_owned()]) {
        let path = match &source {
            Ok(Source::File(path)) => path.with_extension("json"),
            Ok(Source::Stdin) => continue,
            Err(_) => {
                found.extend(source.err().map(Err));
                continue;
            }
        };
        if !path.exists() {
            unlabelled += 1;
            continue;
        }
        match (read_gold(&path), source) {
            (Ok(gold), Ok(source)) if gold.units.is_some() => {
                if gold.confidence >= at_least {
                    found.push(Ok(Case { source, gold }));
                }
            }
            (Ok(_), _) => unlabelled += 1,
            (Err(e), _) => found.push(Err(e)),
        }
    }
    if found.is_empty() {
        let reason = "no report with gold labels; labels of NAME.txt stand beside it in NAME.json";
        return Err(Error::report(folder, reason));
    }
    Ok((found, unlabelled))
}

fn read_gold(path: &PathBuf) -> Result<Gold> {
    let bytes = fs::read(path).map_err(|e| Error::read(path, e))?;
    // The parser's message may quote the file; its place is enough to mend it.
    serde_json::from_slice(&bytes).map_err(|e| {
        let what = if e.is_data() {
            "a label is missing or of the wrong kind"
        } else {
            "is not JSON"
        };
        Error::report(
            path,
            format!("{what} (line {}, column {})", e.line(), e.column()),
        )
    })
}

/// Writes vessels so that a segment and its vessel are the same.
pub(super) struct Keys<'a> {
    pub(super) lexicon: &'a Lexicon,
}

impl Keys<'_> {
    pub(super) fn key(&self, side: Option<&str>, vessel: &str) -> String {
        let whole = match self.lexicon.whole_id(vessel) {
            "abdominal-aorta" | "descending-thoracic-aorta" | "ascending-aorta" | "aortic-arch" => {
                "aorta"
            }
            other => other,
        };
        format!(
            "{} {whole}",
            side.filter(|s| !s.is_empty()).unwrap_or("none")
        )
    }

    pub(super) fn member(&self, text: &str) -> String {
        let (side, vessel) = text.split_once(' ').unwrap_or((text, ""));
        self.key(Some(side), vessel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_counts_as_its_vessel() {
        let lexicon = Lexicon::builtin();
        let keys = Keys { lexicon: &lexicon };
        assert_eq!(
            keys.key(None, "infrarenal-inferior-vena-cava"),
            "none inferior-vena-cava"
        );
        assert_eq!(keys.member("none abdominal-aorta"), "none aorta");
    }
}
