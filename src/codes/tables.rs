//! The tables that are renewed every year, built in or loaded: loaded rows stand in for the built-in ones of their days.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    AddOnTable, BaseCode, CodeBook, Confidence, ExcludingCode, Fee, FeeTable, IvusCode, Limit,
    LimitTable, Locality, LocalityTable, Opening, Pair, PairTable, Price, PriceBasis, Setting,
    Standing,
    period::{self, Dated, Period},
    prices,
};
use crate::date::Date;

/// Fees, limits, code pairs, localities, and a loaded list of base codes.
#[derive(Clone, Debug)]
pub struct Tables {
    /// What codes are paid.
    pub fees: FeeTable,
    /// The most units of a day.
    pub limits: LimitTable,
    /// Codes not paid together.
    pub pairs: PairTable,
    /// Payment localities.
    pub localities: LocalityTable,
    /// A loaded list of base codes.
    pub addons: Option<AddOnList>,
    /// Which files were loaded; `None` for the built-in tables alone.
    pub origin: Option<Origin>,
}

/// A loaded list of base codes and the first day it speaks of.
#[derive(Clone, Debug)]
pub struct AddOnList {
    /// The rows.
    pub table: AddOnTable,
    /// The first day of the quarter the list was made for. Before it, codes may be missing that were deleted since.
    pub from: Date,
}

/// Which loaded files the tables come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Digest of all loaded rows, `sha256:…`.
    pub digest: String,
    /// The names of the files, in the order of their import.
    pub files: Vec<String>,
}

/// What a payer says of codes beyond the tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Base codes accepted besides those of the list.
    pub added: BTreeSet<String>,
    /// Base codes of the list that are not accepted.
    pub removed: BTreeSet<String>,
    /// The most units of a code in a day.
    pub limits: BTreeMap<String, u32>,
}

/// What a tables folder holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) fees: Vec<Fee>,
    pub(crate) limits: Vec<Limit>,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) localities: Vec<Locality>,
    pub(crate) addons: Option<AddOnList>,
}

impl Tables {
    /// The tables built into the program.
    #[must_use]
    pub fn builtin() -> Self {
        Self {
            fees: FeeTable::builtin().clone(),
            limits: LimitTable::builtin().clone(),
            pairs: PairTable::builtin().clone(),
            localities: LocalityTable::builtin().clone(),
            addons: None,
            origin: None,
        }
    }

    /// Loaded rows over the built-in ones. On a day that a loaded file covers, the built-in rows of its kind are out of
    /// force; loaded code pairs take the place of all built-in ones of their setting, since those files hold the past.
    pub(crate) fn over_builtin(loaded: Loaded, origin: Origin) -> Self {
        let Self {
            fees,
            limits,
            pairs,
            localities,
            ..
        } = Self::builtin();
        let kept = pairs
            .rows()
            .iter()
            .filter(|p| loaded.pairs.iter().all(|l| l.setting != p.setting));
        let pairs: Vec<Pair> = kept.cloned().chain(loaded.pairs.iter().cloned()).collect();
        Self {
            fees: over(fees.rows(), &loaded.fees, |a, b| a.factor == b.factor).into(),
            limits: over(limits.rows(), &loaded.limits, |a, b| a.setting == b.setting).into(),
            localities: over(localities.rows(), &loaded.localities, |_, _| true).into(),
            pairs: pairs.into(),
            addons: loaded.addons,
            origin: Some(origin),
        }
    }
}

impl CodeBook {
    /// The same book with other tables of fees, limits, pairs, localities and base codes.
    #[must_use]
    pub fn with_tables(mut self, tables: Tables) -> Self {
        self.tables = Arc::new(tables);
        self
    }

    /// The same book as a payer wants it.
    #[must_use]
    pub fn with_terms(mut self, terms: Terms) -> Self {
        self.terms = terms;
        self
    }

    /// Every code that stands in the built-in tables or a loaded list of base codes.
    pub(crate) fn known_codes(&self) -> BTreeSet<&str> {
        let ivus = self.ivus.iter().map(|c| c.code.as_str());
        let excluded = self.excluded.iter().map(|c| c.code.as_str());
        let base = self.base.iter().map(|c| c.code.as_str());
        let limits = self.tables.limits.rows().iter().map(|l| l.code.as_str());
        let loaded = self.tables.addons.iter().flat_map(|l| l.table.rows());
        ivus.chain(excluded)
            .chain(base)
            .chain(limits)
            .chain(loaded.map(|r| r.base.as_str()))
            .collect()
    }

    /// The base codes on a date, as the payer wants them.
    pub(crate) fn bases_on(&self, date: Option<Date>) -> Vec<BaseCode> {
        let Terms { added, removed, .. } = &self.terms;
        let mut bases = self.list_on(date);
        bases.retain(|b| !removed.contains(&b.code) && !added.contains(&b.code));
        let label = |code: &String| {
            let known = self.base.iter().find(|b| b.code == *code);
            known.map_or_else(
                || "added by the payer profile".to_owned(),
                |b| b.label.clone(),
            )
        };
        bases.extend(added.iter().map(|code| BaseCode {
            code: code.clone(),
            label: label(code),
            note: String::new(),
            standing: Standing {
                from: None,
                until: None,
                source: "payer profile".to_owned(),
                confidence: Confidence::OneSource,
            },
        }));
        bases
    }

    /// The list of base codes on a date. A loaded list says what is on it; before its own quarter it may lack codes that
    /// were deleted since, so the built-in ones stand beside it. Codes on which sources differ stay what they are.
    fn list_on(&self, date: Option<Date>) -> Vec<BaseCode> {
        let builtin = self.base.iter().filter(|c| c.accepts(date));
        let Some(list) = &self.tables.addons else {
            return builtin.cloned().collect();
        };
        let before = date.is_some_and(|d| d < list.from);
        let family: Vec<&str> = self.family().iter().map(|c| c.code.as_str()).collect();
        let loaded = list.table.bases(&family, date);
        let label = |code: &str| {
            let known = self.base.iter().find(|b| b.code == code);
            known.map_or_else(
                || "named by the loaded list".to_owned(),
                |b| b.label.clone(),
            )
        };
        let mut bases: Vec<BaseCode> = loaded
            .iter()
            .map(|row| BaseCode {
                code: row.base.clone(),
                label: label(&row.base),
                note: String::new(),
                standing: Standing {
                    from: Some(row.from),
                    until: row.until,
                    source: row.source.clone(),
                    confidence: Confidence::OneSource,
                },
            })
            .collect();
        let beside = builtin.filter(|b| before || b.standing.confidence == Confidence::Uncertain);
        let beside = beside.filter(|b| loaded.iter().all(|l| l.base != b.code));
        bases.extend(beside.cloned());
        bases
    }

    /// Fees, limits, pairs, localities and loaded base codes.
    #[must_use]
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The code with the limit of the date, where the tables have one.
    pub(crate) fn with_limit(&self, code: &IvusCode, date: Option<Date>) -> IvusCode {
        let limit = self
            .tables
            .limits
            .on(&code.code, Setting::Practitioner, date);
        let known = limit.map_or(code.max_units, |l| l.max_units);
        IvusCode {
            max_units: self.terms.limits.get(&code.code).copied().unwrap_or(known),
            ..code.clone()
        }
    }

    /// The code with what the pairs of the date say on opening it, where they hold it.
    pub(crate) fn with_pair(&self, code: &ExcludingCode, date: Option<Date>) -> ExcludingCode {
        let pairs = &self.tables.pairs;
        let mut family = self.family().iter();
        let pair =
            family.find_map(|ivus| pairs.on(&code.code, &ivus.code, Setting::Practitioner, date));
        ExcludingCode {
            can_be_opened: pair.map_or(code.can_be_opened, |p| p.opening == Opening::WithModifier),
            ..code.clone()
        }
    }

    /// What one unit of a code is paid on a date.
    ///
    /// # Errors
    /// In words, why it is not known.
    pub fn price(
        &self,
        code: &str,
        date: Option<Date>,
        basis: &PriceBasis,
    ) -> std::result::Result<Price, String> {
        let Tables {
            fees, localities, ..
        } = &*self.tables;
        prices::price(fees, localities, code, date, basis)
    }
}

/// Rows without the days that newer rows of the same stream cover, and the newer rows; in order of their first day.
fn over<T: Dated>(rows: &[T], newer: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut covered: Vec<(Period, &T)> = Vec::new();
    for row in newer {
        if !covered
            .iter()
            .any(|(p, r)| *p == row.period() && same(r, row))
        {
            covered.push((row.period(), row));
        }
    }
    let mut all = rows.to_vec();
    for (period, of) in covered {
        all = period::cut(&all, period, |row| same(row, of));
    }
    all.extend_from_slice(newer);
    all.sort_by_key(|r| r.period().from);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::{Factor, Site};

    #[test]
    fn a_loaded_period_takes_the_place_of_the_built_in_days_and_no_others() {
        let mut fee = FeeTable::builtin()
            .on("37252", "2025-05-01".parse().unwrap(), Factor::Standard)
            .unwrap()
            .clone();
        fee.from = "2025-10-01".parse().unwrap();
        fee.conversion_factor = "40".parse().unwrap();
        let loaded = Loaded {
            fees: vec![fee],
            ..Loaded::default()
        };
        let origin = Origin {
            digest: String::new(),
            files: Vec::new(),
        };
        let fees = Tables::over_builtin(loaded, origin).fees;
        let office = |date: &str| {
            fees.on("37252", date.parse().unwrap(), Factor::Standard)
                .and_then(|f| f.national(Site::Office))
                .map(|a| a.to_string())
        };
        assert_eq!(office("2025-09-30").as_deref(), Some("860.42"));
        assert_eq!(office("2025-10-01").as_deref(), Some("1064.00"));
        // The loaded file has no row for the other code, so on its days there is none.
        let other = |date: &str| {
            fees.on("37253", date.parse().unwrap(), Factor::Standard)
                .is_some()
        };
        assert!(other("2025-09-30") && !other("2025-10-01"));
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        for (file, written) in [
            (
                include_str!("../../lexicons/codes/fees.tsv"),
                FeeTable::builtin().to_tsv(),
            ),
            (
                include_str!("../../lexicons/codes/limits.tsv"),
                LimitTable::builtin().to_tsv(),
            ),
            (
                include_str!("../../lexicons/codes/pairs.tsv"),
                PairTable::builtin().to_tsv(),
            ),
            (
                include_str!("../../lexicons/codes/localities.tsv"),
                LocalityTable::builtin().to_tsv(),
            ),
        ] {
            assert!(
                file == written,
                "{}",
                written.lines().next().unwrap_or_default()
            );
        }
    }
}
