//! What is known of a code: every row of every table about it, what came before and after, what it may be added to, what
//! includes it, and the facts and rules that concern it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    Library,
    about::{RuleTold, rules_of},
    entries::{BASE, BUNDLING, Entry, PROCEDURES},
    yearly::{FeeTold, LimitTold, LoadedTold, PairTold},
};
use crate::{
    codes::{
        CatheterCode, CatheterUse, Confidence, DiagnosisFamily, FactTold, Modifier, Oversight,
        Relation, Standing, State, Succession, expand, told,
    },
    date::Date,
};

/// What is known of a code on a day.
#[derive(Debug, Serialize)]
pub(crate) struct CodePage {
    pub(crate) code: String,
    /// Our own words for it; empty when only facts, fees, limits or code pairs name it.
    pub(crate) label: String,
    /// The day asked for; the end of the tables when there is none.
    pub(crate) on: Option<Date>,
    /// `in force`, `deleted`, `not yet in force`, or `not told` when no row says.
    pub(crate) state: &'static str,
    /// Whether it is a service, and not a diagnosis or a modifier.
    #[serde(skip)]
    pub(super) is_service: bool,
    /// Its rows in the tables.
    pub(crate) entries: Vec<Entry>,
    pub(crate) predecessors: Vec<Link>,
    pub(crate) successors: Vec<Link>,
    /// The codes beside it in the tables.
    pub(crate) neighbours: Vec<Named>,
    /// For a code of the IVUS family: what it may be added to on the day, by family.
    pub(crate) base_codes: Vec<BaseFamily>,
    /// For a code of the IVUS family: what includes it on the day.
    pub(crate) included_by: Vec<Including>,
    /// What Medicare's fee schedule pays for it, by period.
    pub(crate) fees: Vec<FeeTold>,
    /// The most units of a day, by setting and period.
    pub(crate) limits: Vec<LimitTold>,
    /// The codes it is not paid together with.
    pub(crate) pairs: Vec<PairTold>,
    pub(crate) modifiers: Vec<Modifier>,
    /// Publications of payers and authorities.
    pub(crate) publications: Vec<Oversight>,
    /// For a diagnosis: its family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) family: Option<DiagnosisFamily>,
    pub(crate) facts: Vec<FactTold>,
    pub(crate) rules: Vec<RuleTold>,
    /// The loaded files that stand in for built-in tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tables: Option<LoadedTold>,
}

/// A code that came before or after.
#[derive(Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) code: String,
    pub(crate) label: String,
    /// The last day of the older code.
    pub(crate) until: Option<Date>,
    /// The first day of the newer code.
    pub(crate) from: Option<Date>,
    pub(crate) source: String,
    pub(crate) confidence: Confidence,
    pub(crate) note: String,
}

/// A code with its label.
#[derive(Debug, Serialize)]
pub(crate) struct Named {
    pub(crate) code: String,
    pub(crate) label: String,
}

/// Base codes of one family.
#[derive(Debug, Serialize)]
pub(crate) struct BaseFamily {
    pub(crate) family: String,
    pub(crate) codes: Vec<String>,
    pub(crate) confidence: Confidence,
}

/// A code that includes IVUS.
#[derive(Debug, Serialize)]
pub(crate) struct Including {
    pub(crate) code: String,
    pub(crate) label: String,
    /// Whether the edit can be opened for a distinct service (indicator 1).
    pub(crate) can_be_opened: bool,
    #[serde(flatten)]
    pub(crate) standing: Standing,
}

impl Library {
    /// Everything known of a code on a day, the newest without one; `None` for a code that nothing names. Case and white
    /// space do not count.
    pub(crate) fn code(&self, code: &str, on: Option<Date>) -> Option<CodePage> {
        let code = code.trim().to_ascii_uppercase();
        let entries = self.entries(&code, on);
        let groups = self.groups(&code);
        let concerns = |f: &&crate::codes::Fact| f.concerns(&code, &groups);
        let facts = || self.reference.facts.iter().filter(concerns);
        let history = &self.reference.history;
        let is_in_history = history
            .iter()
            .any(|h| h.code == code || h.successor == code);
        let is_named = !entries.is_empty() || is_in_history || facts().next().is_some();
        if !is_named && !self.is_in_yearly_tables(&code) {
            return None;
        }
        let is_ivus = self.book.family().iter().any(|c| c.code == code);
        let in_force = entries.iter().any(|e| e.state == State::InForce);
        let family = self.reference.diagnoses.iter().find(|d| d.code == code);
        let family = family.map_or(code.as_str(), |d| d.family.as_str());
        Some(CodePage {
            label: label(&entries),
            on,
            state: state(&entries),
            is_service: self.is_service(&code),
            predecessors: history
                .iter()
                .filter(|h| h.successor == code)
                .map(|h| self.link(&h.code, h))
                .collect(),
            successors: history
                .iter()
                .filter(|h| h.code == code)
                .map(|h| self.link(&h.successor, h))
                .collect(),
            neighbours: self.neighbours(&code),
            base_codes: if is_ivus && in_force {
                self.base_families(on)
            } else {
                Vec::new()
            },
            included_by: if is_ivus && in_force {
                self.including(on)
            } else {
                Vec::new()
            },
            fees: self.fees(&code, on),
            limits: self.limits(&code, on),
            pairs: self.pairs(&code, on),
            tables: self.book.tables().origin.as_ref().map(LoadedTold::from),
            modifiers: self
                .reference
                .modifiers
                .iter()
                .filter(|m| m.codes.iter().any(|c| crate::codes::covers(c, &code)))
                .cloned()
                .collect(),
            publications: if is_ivus {
                self.reference.oversight.clone()
            } else {
                Vec::new()
            },
            family: self
                .reference
                .families
                .iter()
                .find(|f| f.prefix == family)
                .cloned(),
            rules: rules_of(facts()),
            facts: facts().map(|f| told(f, &self.reference)).collect(),
            entries,
            code,
        })
    }

    /// Every code that a table or a fact names, in order.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().map(|(code, _)| code.as_str())
    }

    /// Every code once, in order, and whether it is a service. Gathered once: pages tell their neighbours.
    pub(super) fn gather(&self) -> Vec<(String, bool)> {
        let service = |code: String| {
            let service = self.is_service(&code);
            (code, service)
        };
        self.named().into_iter().map(service).collect()
    }

    fn named(&self) -> BTreeSet<String> {
        let reference = &self.reference;
        let mut codes: BTreeSet<String> = BTreeSet::new();
        codes.extend(self.book.family().iter().map(|c| c.code.clone()));
        codes.extend(self.book.against().iter().map(|c| c.code.clone()));
        codes.extend(self.book.bases().iter().map(|c| c.code.clone()));
        codes.extend(self.book.procedures().iter().map(|c| c.code.clone()));
        let catheters = self.book.catheters();
        codes.extend(catheters.codes().iter().map(|c| c.code.clone()));
        codes.extend(catheters.bundling().iter().flat_map(|b| expand(&b.codes)));
        codes.extend(reference.legs.iter().map(|c| c.code.clone()));
        codes.extend(reference.diagnoses.iter().map(|c| c.code.clone()));
        codes.extend(reference.families.iter().map(|c| c.prefix.clone()));
        codes.extend(reference.modifiers.iter().map(|c| c.code.clone()));
        codes.extend(
            reference
                .history
                .iter()
                .flat_map(|h| [h.code.clone(), h.successor.clone()]),
        );
        let named = reference.facts.iter().flat_map(|f| &f.codes);
        codes.extend(named.filter(|c| !is_group(c)).flat_map(|c| expand(c)));
        codes.extend(self.codes_of_yearly_tables().cloned());
        codes
    }

    /// What to call a code: its label, else where it is named.
    pub(crate) fn title(&self, code: &str) -> String {
        let label = self.label(code);
        if !label.is_empty() {
            return label;
        }
        without_label(self.is_in_yearly_tables(code)).to_owned()
    }

    /// The label of a code, empty when only facts, fees, limits or code pairs name it.
    pub(crate) fn label(&self, code: &str) -> String {
        label(&self.entries(code, None))
    }

    /// Whether a code is a diagnosis, a family of diagnoses or a modifier: not a service.
    pub(crate) fn is_service(&self, code: &str) -> bool {
        let reference = &self.reference;
        !(reference.diagnoses.iter().any(|d| d.code == code)
            || reference.families.iter().any(|f| f.prefix == code)
            || reference.modifiers.iter().any(|m| m.code == code))
    }

    /// The groups of facts that a code belongs to.
    fn groups(&self, code: &str) -> Vec<&'static str> {
        let reference = &self.reference;
        let mut groups = Vec::new();
        if self.book.bases().iter().any(|b| b.code == code) {
            groups.push("base");
        }
        let catheter = |c: &CatheterCode| c.code == code && c.purpose != CatheterUse::Study;
        if self.book.catheters().codes().iter().any(catheter) {
            groups.push("catheters");
        }
        if reference.diagnoses.iter().any(|d| d.code == code)
            || reference.families.iter().any(|f| f.prefix == code)
        {
            groups.push("diagnoses");
        }
        groups
    }

    fn link(&self, code: &str, row: &Succession) -> Link {
        Link {
            code: code.to_owned(),
            label: self.label(code),
            until: row.until,
            from: row.from,
            source: row.source.clone(),
            confidence: row.confidence,
            note: row.note.clone(),
        }
    }

    /// Two codes before and two after, of the same kind.
    fn neighbours(&self, code: &str) -> Vec<Named> {
        let Ok(at) = self.codes.binary_search_by(|(c, _)| c.as_str().cmp(code)) else {
            return Vec::new();
        };
        let service = self.codes[at].1;
        let like = |(c, s): &&(String, bool)| {
            *s == service && c.len() == code.len() && !self.label(c).is_empty()
        };
        let mut near: Vec<&(String, bool)> =
            self.codes[..at].iter().rev().filter(like).take(2).collect();
        near.reverse();
        near.extend(self.codes[at + 1..].iter().filter(like).take(2));
        let near = near.into_iter();
        near.map(|(c, _)| Named {
            code: c.clone(),
            label: self.label(c),
        })
        .collect()
    }

    fn base_families(&self, on: Option<Date>) -> Vec<BaseFamily> {
        let mut families: BTreeMap<&str, BaseFamily> = BTreeMap::new();
        let bases = self.book.bases_on(on);
        for base in &bases {
            let family = families.entry(&base.label).or_insert_with(|| BaseFamily {
                family: base.label.clone(),
                codes: Vec::new(),
                confidence: base.standing.confidence,
            });
            family.codes.push(base.code.clone());
            family.confidence = family.confidence.min(base.standing.confidence);
        }
        let mut families: Vec<BaseFamily> = families.into_values().collect();
        families.sort_by(|a, b| a.codes.first().cmp(&b.codes.first()));
        families
    }

    fn including(&self, on: Option<Date>) -> Vec<Including> {
        let rows = self.book.against().iter();
        rows.filter(|c| c.relation == Relation::Bundled && c.standing.state(on) == State::InForce)
            .map(|c| self.book.with_pair(c, on))
            .map(|c| Including {
                code: c.code,
                label: c.label,
                can_be_opened: c.can_be_opened,
                standing: c.standing,
            })
            .collect()
    }
}

/// The words of the first row in force, else of the first row; a family of base codes with what this one is in it.
fn label(entries: &[Entry]) -> String {
    let mut named = entries.iter().filter(|e| !e.label.is_empty());
    let first = named.clone().next();
    let best = named.find(|e| e.state == State::InForce).or(first);
    let procedures = entries.iter().filter(|e| e.table == PROCEDURES);
    let procedures: Vec<&Entry> = procedures.collect();
    match (best, procedures.as_slice()) {
        (Some(base), [only]) if base.table == BASE => format!("{}: {}", base.label, only.label),
        (Some(best), _) => best.label.clone(),
        (None, _) => String::new(),
    }
}

/// Rows on catheter work hold for ranges of codes and often have no days: they say nothing where others speak.
fn state(entries: &[Entry]) -> &'static str {
    let own = |e: &&Entry| e.table != BUNDLING;
    let has_own = entries.iter().any(|e| own(&e));
    let any = |state| {
        let mut rows = entries.iter().filter(|e| own(e) || !has_own);
        rows.any(|e| e.state == state)
    };
    if any(State::InForce) {
        "in force"
    } else if any(State::Ended) {
        "deleted"
    } else if any(State::NotYet) {
        "not yet in force"
    } else {
        "not told"
    }
}

/// What stands in the place of a label.
pub(super) fn without_label(in_yearly_tables: bool) -> &'static str {
    if in_yearly_tables {
        "a code of the code pairs, limits or fees"
    } else {
        "named in facts only"
    }
}

impl CodePage {
    /// Its label, else where it is named.
    pub(crate) fn title(&self) -> &str {
        if self.label.is_empty() {
            without_label(
                !(self.fees.is_empty() && self.limits.is_empty() && self.pairs.is_empty()),
            )
        } else {
            &self.label
        }
    }
}

/// Whether an entry of a fact's codes is a group and not a code.
fn is_group(entry: &str) -> bool {
    matches!(entry, "base" | "catheters" | "diagnoses")
}

#[cfg(test)]
mod tests;
