//! Which of the published layouts a file has, and what its name and heading say of its days.

use std::path::Path;

use crate::{
    codes::{AddOnList, CodeBook, Factor, Fee, Limit, Locality, Pair, Setting},
    date::Date,
    error::{Error, Result},
};

use super::{addons, fees, limits, localities, pairs};

/// The tables of a folder, each from one kind of published file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The list of base codes, from the NCCI add-on code file.
    AddOns,
    /// Fees, from the PPRRVU file.
    Fees,
    /// Localities, from the GPCI file.
    Localities,
    /// Unit limits, from an MUE file.
    Limits,
    /// Code pairs, from a PTP file.
    Pairs,
}

impl Kind {
    /// All kinds in the order they are listed.
    pub const ALL: [Self; 5] = [
        Self::Fees,
        Self::Localities,
        Self::Limits,
        Self::Pairs,
        Self::AddOns,
    ];

    /// The name used in output and for files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AddOns => "addons",
            Self::Fees => "fees",
            Self::Localities => "localities",
            Self::Limits => "limits",
            Self::Pairs => "pairs",
        }
    }
}

/// What the options say where a file's name and heading do not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given {
    /// First day in force.
    pub from: Option<Date>,
    /// Last day in force.
    pub until: Option<Date>,
    /// The conversion factor of a fee file from 2026 on.
    pub factor: Option<Factor>,
    /// Whose claims a limits or pairs file is for.
    pub setting: Option<Setting>,
}

/// A published file as text.
pub(super) struct Text {
    pub(super) name: String,
    pub(super) content: String,
    pub(super) kind: Kind,
    pub(super) digest: String,
}

/// The rows of a file that are kept.
pub(super) enum Rows {
    Fees(Factor, Vec<Fee>),
    Localities(Vec<Locality>),
    Limits(Setting, Vec<Limit>),
    Pairs(Setting, Vec<Pair>),
    AddOns(AddOnList),
}

/// A published file, read.
pub(super) struct Release {
    pub(super) rows: Rows,
    /// How many rows the file has, and how many of them are kept.
    pub(super) read: usize,
    pub(super) kept: usize,
    /// First day; unknown for files whose rows have days of their own.
    pub(super) from: Option<Date>,
    pub(super) until: Option<Date>,
    /// Whether the last day was given: then a later file's start does not move it.
    pub(super) fixed: bool,
    /// `v320` and `f2` of a file in parts.
    pub(super) version: Option<String>,
    pub(super) part: Option<String>,
}

/// Reads a file and says which layout it has.
pub(super) fn read(path: &Path) -> Result<Text> {
    let bytes = std::fs::read(path).map_err(|e| Error::read(path, e))?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Error::report(
            path,
            "a ZIP archive or Excel workbook; unpack the archive, or save the sheet as CSV, and import that",
        ));
    }
    let digest = super::store::digest(&bytes);
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => encoding_rs::mem::decode_latin1(error.as_bytes()).into_owned(),
    };
    let text = text.trim_start_matches('\u{FEFF}').to_owned();
    let kind = kind(path, &text)?;
    Ok(Text {
        name,
        content: text,
        kind,
        digest,
    })
}

/// The layout, by the headings all files of a kind share.
fn kind(path: &Path, text: &str) -> Result<Kind> {
    let head: Vec<String> = text.lines().take(15).map(str::to_ascii_uppercase).collect();
    let has = |words: &[&str]| words.iter().all(|w| head.iter().any(|l| l.contains(w)));
    let known = [
        (
            has(&["HCPCS,MOD,DESCRIPTION"]) || fees::is_fixed_width(text),
            Kind::Fees,
        ),
        (has(&["PW GPCI", "PE GPCI"]), Kind::Localities),
        (has(&["ADD-ON_CODE", "PRIMARY_CODE"]), Kind::AddOns),
        (has(&["MUE VALUES", "ADJUDICATION"]), Kind::Limits),
        (has(&["COLUMN 1", "COLUMN 2", "DELETION"]), Kind::Pairs),
    ];
    if let Some((_, kind)) = known.iter().find(|(is, _)| *is) {
        return Ok(*kind);
    }
    let unused = [
        (
            has(&["HCPCS,MOD,PROCSTAT"]),
            "the amounts capped for imaging (OPPSCAP)",
        ),
        (
            has(&["FEE SCHEDULE AREA", "COUNTIES"]),
            "the counties of the localities",
        ),
        (
            has(&["ANES", "CONVERSION FACTOR"]),
            "the anesthesia factors",
        ),
    ];
    if let Some((_, what)) = unused.iter().find(|(is, _)| *is) {
        return Err(Error::report(
            path,
            format!("{what}; the program has no use for this file, leave it out"),
        ));
    }
    Err(Error::report(
        path,
        "not one of the files that can be imported: PPRRVU (csv or txt), GPCI (csv or txt), NCCI code pairs, MUE, add-on codes",
    ))
}

/// Reads the rows.
pub(super) fn parse(text: &Text, given: &Given, codes: &CodeBook) -> Result<Release> {
    match text.kind {
        Kind::Fees => fees::parse(text, given, codes),
        Kind::Localities => localities::parse(text, given),
        Kind::Limits => limits::parse(text, given, codes),
        Kind::Pairs => pairs::parse(text, given, codes),
        Kind::AddOns => addons::parse(text, given, codes),
    }
}

impl Text {
    /// An error about the file as a whole.
    pub(super) fn fault(&self, reason: impl Into<String>) -> Error {
        Error::report(&self.name, reason)
    }

    /// What a regular expression with one group finds in the file's name, in any case.
    pub(super) fn in_name(&self, pattern: &str) -> Option<String> {
        let found = regex::Regex::new(&format!("(?i){pattern}")).ok()?;
        let found = found.captures(&self.name)?.get(1)?;
        Some(found.as_str().to_ascii_lowercase())
    }
}
