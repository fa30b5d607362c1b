//! The rows of the tables about one code, each told in a phrase.

use serde::Serialize;

use super::Library;
use crate::{
    codes::{BaseCode, Confidence, Relation, Standing, State},
    date::Date,
};

/// A row of a table about a code.
#[derive(Debug, Serialize)]
pub(crate) struct Entry {
    /// The file under `lexicons/`.
    pub(crate) table: &'static str,
    /// What the row says, in a phrase.
    pub(crate) says: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) note: String,
    #[serde(flatten)]
    pub(crate) standing: Standing,
    #[serde(skip)]
    pub(super) label: String,
    #[serde(skip)]
    pub(super) state: State,
}

const FAMILY: &str = "codes/ivus.tsv";
const EXCLUDED: &str = "codes/excluded.tsv";
const LEGS: &str = "codes/legs.tsv";
pub(super) const BASE: &str = "codes/base.tsv";
const CATHETERS: &str = "codes/catheters.tsv";
pub(super) const BUNDLING: &str = "codes/bundling.tsv";
pub(super) const PROCEDURES: &str = "codes/procedures.tsv";
const DIAGNOSES: &str = "codes/diagnoses.tsv";
pub(super) const DIAGNOSIS_FAMILIES: &str = "codes/diagnosis_families.tsv";
const MODIFIERS: &str = "codes/modifiers.tsv";
/// The one table that is not under `lexicons/`.
const LOADED: &str = "addons.tsv";

impl Library {
    /// The rows about a code, what says most about it first.
    pub(super) fn entries(&self, code: &str, on: Option<Date>) -> Vec<Entry> {
        let mut entries = self.own_entries(code, on);
        let entry = |table, label: String, says: String, note: &str, standing: &Standing| Entry {
            table,
            says,
            note: note.to_owned(),
            state: standing.state(on),
            standing: standing.clone(),
            label,
        };
        let reference = &self.reference;
        for leg in reference.legs.iter().filter(|l| l.code == code) {
            let says = format!(
                "{}; up to {} further vessels of the territory in a leg",
                leg.label(),
                leg.max_additional
            );
            entries.push(entry(LEGS, leg.label(), says, &leg.note, &leg.standing));
        }
        for base in self.book.bases().iter().filter(|b| b.code == code) {
            let mut told = entry(
                BASE,
                base.label.clone(),
                base_says(base),
                &base.note,
                &base.standing,
            );
            // Its first day is a lower bound: see the type.
            if base.accepts(on) {
                told.state = State::InForce;
            }
            entries.push(told);
        }
        entries.extend(self.listed_entries(code, on));
        for row in self.book.procedures().iter().filter(|p| p.code == code) {
            let label = row.label();
            let says = format!("suggested for: {label}");
            entries.push(entry(PROCEDURES, label, says, "", &row.standing));
        }
        let catheters = self.book.catheters();
        for row in catheters.codes().iter().filter(|c| c.code == code) {
            let says = row.says();
            entries.push(entry(
                CATHETERS,
                row.label.clone(),
                says,
                &row.note,
                &row.standing,
            ));
        }
        for row in catheters.bundling().iter().filter(|b| b.speaks_of(code)) {
            let says = format!("catheter work ({}): {}", row.codes, row.label);
            entries.push(entry(
                BUNDLING,
                String::new(),
                says,
                &row.note,
                &row.standing,
            ));
        }
        for row in reference.diagnoses.iter().filter(|d| d.code == code) {
            let says = "a diagnosis that can be reported".to_owned();
            entries.push(entry(DIAGNOSES, row.words(), says, "", &row.standing));
        }
        let is_diagnosis = reference.diagnoses.iter().any(|d| d.code == code);
        for row in reference
            .families
            .iter()
            .filter(|f| f.prefix == code && !is_diagnosis)
        {
            let codes = reference.diagnoses.iter().filter(|d| d.family == code);
            let codes: Vec<&str> = codes.map(|d| d.code.as_str()).collect();
            let says = format!(
                "a family of {}, {} to {}; that one backs the need for IVUS is {}",
                plural(
                    u32::try_from(codes.len()).unwrap_or(u32::MAX),
                    "diagnosis code"
                ),
                codes.first().copied().unwrap_or_default(),
                codes.last().copied().unwrap_or_default(),
                row.support
            );
            entries.push(entry(
                DIAGNOSIS_FAMILIES,
                row.label.clone(),
                says,
                "",
                &row.standing,
            ));
        }
        for row in reference.modifiers.iter().filter(|m| m.code == code) {
            let says = format!("{} (with {})", row.usage, row.codes.join(", "));
            entries.push(entry(
                MODIFIERS,
                format!("modifier {code}"),
                says,
                "",
                &row.standing,
            ));
        }
        entries
    }

    /// What a loaded list of base codes says.
    fn listed_entries(&self, code: &str, on: Option<Date>) -> Vec<Entry> {
        let Some(list) = &self.book.tables().addons else {
            return Vec::new();
        };
        let family = self.book.family();
        let is_ivus = |code: &str| family.iter().any(|c| c.code == code);
        let rows = list.table.rows().iter();
        let mut rows: Vec<_> = rows
            .filter(|r| r.base == code && is_ivus(&r.code))
            .collect();
        rows.dedup_by(|a, b| (a.from, a.until) == (b.from, b.until));
        let known = self.book.bases().iter().find(|b| b.code == code);
        rows.into_iter()
            .map(|row| {
                let standing = Standing {
                    from: Some(row.from),
                    until: row.until,
                    source: row.source.clone(),
                    confidence: Confidence::OneSource,
                };
                Entry {
                    table: LOADED,
                    says: "on the loaded list: IVUS may be added to it".to_owned(),
                    note: String::new(),
                    state: standing.state(on),
                    standing,
                    label: known
                        .map_or("named by the loaded list", |b| &b.label)
                        .to_owned(),
                }
            })
            .collect()
    }

    /// The rows of the tables about IVUS itself.
    fn own_entries(&self, code: &str, on: Option<Date>) -> Vec<Entry> {
        let family = self.book.family().iter().filter(|c| c.code == code);
        let family = family.map(|c| Entry {
            table: FAMILY,
            says: format!(
                "add-on code of the IVUS family; at most {} a day",
                plural(self.book.with_limit(c, on).max_units, "unit")
            ),
            note: String::new(),
            state: c.standing.state(on),
            standing: c.standing.clone(),
            label: c.label.clone(),
        });
        let against = self.book.against().iter().filter(|c| c.code == code);
        let against = against.map(|c| Entry {
            table: EXCLUDED,
            says: match c.relation {
                Relation::Bundled if c.can_be_opened => "includes IVUS of the same session: no units; the edit has indicator 1, a person may open it for a distinct service",
                Relation::Bundled => "includes IVUS of the same session: no units; the edit cannot be opened",
                Relation::NotOnList => "not on the list of base codes: IVUS cannot be added to it",
                Relation::OutOfScope => "no noncoronary intravascular ultrasound: makes no unit",
            }
            .to_owned(),
            note: c.note.clone(),
            state: c.standing.state(on),
            standing: c.standing.clone(),
            label: c.label.clone(),
        });
        family.chain(against).collect()
    }
}

fn base_says(base: &BaseCode) -> String {
    match base.standing.confidence {
        Confidence::Uncertain => "a base for IVUS, but uncertain: not accepted as the only one",
        Confidence::OneSource | Confidence::Confirmed => "accepted base: IVUS may be added to it",
    }
    .to_owned()
}

/// "1 unit", "5 units".
fn plural(number: u32, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{s}")
}
