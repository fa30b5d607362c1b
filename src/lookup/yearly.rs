//! What the tables that are renewed every year hold on a code: fees, unit limits and code pairs, built in or loaded.

use std::{cmp::Reverse, collections::BTreeMap};

use serde::Serialize;

use super::Library;
use crate::{
    codes::{Adjudication, Fee, Limit, Opening, Origin, Pair, Site, Standing, State},
    date::Date,
};

/// What one period of the fee schedule pays for a code, nationally.
#[derive(Debug, Serialize)]
pub(crate) struct FeeTold {
    /// `26` or `TC` for a part of the service.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) modifier: String,
    /// `standard` or `qualifying` in a period with two conversion factors.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) factor: &'static str,
    /// US dollars for one relative value unit.
    pub(crate) conversion_factor: String,
    /// US dollars for one unit in an office; absent when not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) office: Option<String>,
    /// US dollars for one unit in a facility; absent when not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) facility: Option<String>,
    /// The relative value units; absent when not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) units: Option<UnitsTold>,
    /// The payment indicators that are known, by name.
    pub(crate) indicators: BTreeMap<&'static str, String>,
    /// Whether the period holds the day asked for; absent without a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) in_force: Option<bool>,
    #[serde(flatten)]
    pub(crate) standing: Standing,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) note: String,
}

/// Relative value units and their totals.
#[derive(Debug, Serialize)]
pub(crate) struct UnitsTold {
    pub(crate) work: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) practice_office: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) practice_facility: Option<String>,
    pub(crate) malpractice: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total_office: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total_facility: Option<String>,
}

/// The most units of a day in one setting.
#[derive(Debug, Serialize)]
pub(crate) struct LimitTold {
    /// `practitioner`, `outpatient` or `not-stated`.
    pub(crate) setting: &'static str,
    pub(crate) max_units: u32,
    /// The adjudication indicator (MAI).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) indicator: Option<u8>,
    /// What the indicator means.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) meaning: &'static str,
    /// The reason CMS gives.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) rationale: String,
    pub(crate) in_force: bool,
    #[serde(flatten)]
    pub(crate) standing: Standing,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) note: String,
}

/// Which of two codes is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Side {
    /// The code asked for stands in column 1: it is paid, the other is not.
    Includes,
    /// It stands in column 2: the other is paid, it is not.
    IncludedBy,
}

/// A code that is not paid together with the one asked for, in one setting and period.
#[derive(Debug, Serialize)]
pub(crate) struct PairTold {
    pub(crate) code: String,
    /// Our own words for it; empty when there are none.
    pub(crate) label: String,
    pub(crate) relation: Side,
    /// 0: never paid together; 1: with a modifier for a distinct service; 9: withdrawn from its first day.
    pub(crate) indicator: u8,
    pub(crate) setting: &'static str,
    pub(crate) rationale: String,
    pub(crate) in_force: bool,
    #[serde(flatten)]
    pub(crate) standing: Standing,
}

/// Which loaded files take part in an answer.
#[derive(Debug, Serialize)]
pub(crate) struct LoadedTold {
    pub(crate) digest: String,
    pub(crate) files: Vec<String>,
}

impl From<&Origin> for LoadedTold {
    fn from(origin: &Origin) -> Self {
        Self {
            digest: origin.digest.clone(),
            files: origin.files.clone(),
        }
    }
}

impl Library {
    /// The fees of a code, oldest first.
    pub(super) fn fees(&self, code: &str, on: Option<Date>) -> Vec<FeeTold> {
        let rows = self.book.tables().fees.rows().iter();
        let mut fees: Vec<FeeTold> = rows
            .filter(|f| f.code == code)
            .map(|f| fee_told(f, on))
            .collect();
        fees.sort_by_key(|f| f.standing.from);
        fees
    }

    /// The unit limits of a code, newest first.
    pub(super) fn limits(&self, code: &str, on: Option<Date>) -> Vec<LimitTold> {
        let mut rows: Vec<&Limit> = self.book.tables().limits.of(code).collect();
        rows.sort_by_key(|l| (Reverse(l.from), l.setting));
        rows.into_iter().map(|l| limit_told(l, on)).collect()
    }

    /// The pairs of a code, by the other code.
    pub(super) fn pairs(&self, code: &str, on: Option<Date>) -> Vec<PairTold> {
        let pairs = self.book.tables().pairs.of(code);
        let mut pairs: Vec<PairTold> = pairs
            .map(|pair| {
                let (relation, other) = if pair.column_1 == code {
                    (Side::Includes, &pair.column_2)
                } else {
                    (Side::IncludedBy, &pair.column_1)
                };
                PairTold {
                    code: other.clone(),
                    label: self.label(other),
                    relation,
                    indicator: pair.opening.digit(),
                    setting: pair.setting.name(),
                    rationale: pair.rationale.clone(),
                    in_force: self.pair_holds(pair, on),
                    standing: Standing {
                        from: pair.from,
                        until: pair.until,
                        source: pair.source.clone(),
                        confidence: pair.confidence,
                    },
                }
            })
            .collect();
        pairs.sort_by(|a, b| {
            let key = |p: &PairTold| (p.relation, p.code.clone(), p.setting, p.standing.until);
            key(a).cmp(&key(b))
        });
        pairs
    }

    /// Whether the fees, limits, pairs or a loaded list of base codes name a code.
    pub(super) fn is_in_yearly_tables(&self, code: &str) -> bool {
        let tables = self.book.tables();
        tables.fees.rows().iter().any(|f| f.code == code)
            || tables.limits.of(code).next().is_some()
            || tables.pairs.of(code).next().is_some()
            || (tables.addons.iter()).any(|l| l.table.names(code))
    }

    /// Every code that fees, limits, pairs or a loaded list of base codes name.
    pub(super) fn codes_of_yearly_tables(&self) -> impl Iterator<Item = &String> {
        let tables = self.book.tables();
        let pairs = tables.pairs.rows().iter();
        let lists = tables.addons.iter().flat_map(|l| l.table.rows());
        (tables.fees.rows().iter().map(|f| &f.code))
            .chain(tables.limits.rows().iter().map(|l| &l.code))
            .chain(pairs.flat_map(|p| [&p.column_1, &p.column_2]))
            .chain(lists.map(|a| &a.base))
    }

    /// Whether a pair stands on a day. Its first day is often unknown: it cannot lie before the end of an older row of the
    /// same pair, nor before the first day of its IVUS code.
    fn pair_holds(&self, pair: &Pair, on: Option<Date>) -> bool {
        let pairs = &self.book.tables().pairs;
        let found = pairs.on(&pair.column_1, &pair.column_2, pair.setting, on);
        let mut family = self.book.family().iter();
        let is_out_of_force = family.any(|c| {
            (c.code == pair.column_1 || c.code == pair.column_2)
                && c.standing.state(on) != State::InForce
        });
        found == Some(pair) && pair.opening != Opening::NotApplicable && !is_out_of_force
    }
}

fn fee_told(fee: &Fee, on: Option<Date>) -> FeeTold {
    let standing = Standing {
        from: Some(fee.from),
        until: fee.until,
        source: fee.source.clone(),
        confidence: fee.confidence,
    };
    let given = &fee.indicators;
    let indicators = [
        ("status", &given.status),
        ("global", &given.global),
        ("multiple", &given.multiple),
        ("bilateral", &given.bilateral),
        ("assistant", &given.assistant),
        ("co_surgeon", &given.co_surgeon),
        ("team", &given.team),
        ("pc_tc", &given.pc_tc),
        ("hospital_outpatient", &given.opps),
        ("surgery_center", &given.asc),
    ];
    let indicators = indicators.into_iter().filter(|(_, word)| !word.is_empty());
    FeeTold {
        modifier: fee.modifier.clone(),
        factor: fee.factor.name(),
        conversion_factor: fee.conversion_factor.to_string(),
        office: fee.national(Site::Office).map(|a| a.to_string()),
        facility: fee.national(Site::Facility).map(|a| a.to_string()),
        units: fee.values.map(|v| UnitsTold {
            work: v.work.to_string(),
            practice_office: v.pe_office.map(|p| p.to_string()),
            practice_facility: v.pe_facility.map(|p| p.to_string()),
            malpractice: v.malpractice.to_string(),
            total_office: fee.total(Site::Office).map(|t| t.to_string()),
            total_facility: fee.total(Site::Facility).map(|t| t.to_string()),
        }),
        indicators: indicators.map(|(name, w)| (name, w.clone())).collect(),
        in_force: on.map(|_| standing.state(on) == State::InForce),
        standing,
        note: fee.note.clone(),
    }
}

fn limit_told(limit: &Limit, on: Option<Date>) -> LimitTold {
    let standing = Standing {
        from: Some(limit.from),
        until: limit.until,
        source: limit.source.clone(),
        confidence: limit.confidence,
    };
    LimitTold {
        setting: limit.setting.name(),
        max_units: limit.max_units,
        indicator: limit.adjudication.map(Adjudication::digit),
        meaning: limit.adjudication.map_or("", Adjudication::words),
        rationale: limit.rationale.clone(),
        in_force: standing.state(on) == State::InForce,
        standing,
        note: limit.note.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static LIBRARY: LazyLock<Library> = LazyLock::new(Library::builtin);

    fn pair(code: &str, other: &str, on: &str) -> Option<(Side, u8)> {
        let pairs = LIBRARY.pairs(code, on.parse().ok());
        let mut found = pairs.iter().filter(|p| p.code == other && p.in_force);
        found.next().map(|p| (p.relation, p.indicator))
    }

    #[test]
    fn a_pair_is_told_from_both_sides_and_on_its_days() {
        assert_eq!(
            pair("37252", "36005", "2024-07-01"),
            Some((Side::Includes, 1))
        );
        assert_eq!(
            pair("36005", "37252", "2024-07-01"),
            Some((Side::IncludedBy, 1))
        );
        assert_eq!(pair("36005", "37253", "2024-07-01"), None);
        assert_eq!(
            pair("37253", "37191", "2024-07-01"),
            Some((Side::IncludedBy, 1))
        );
        assert_eq!(
            pair("37252", "76000", "2017-12-31"),
            Some((Side::Includes, 1))
        );
        assert_eq!(pair("37252", "76000", "2018-01-01"), None);
    }

    #[test]
    fn no_pair_stands_before_its_ivus_code() {
        for code in ["37252", "37253"] {
            let pairs = LIBRARY.pairs(code, "2015-12-31".parse().ok());
            assert!(!pairs.is_empty() && pairs.iter().all(|p| !p.in_force));
        }
    }

    #[test]
    fn fees_are_told_for_each_period_and_factor_and_blank_where_unknown() {
        let fees = LIBRARY.fees("37253", "2024-03-09".parse().ok());
        assert_eq!(fees.len(), 13);
        let now: Vec<&FeeTold> = fees.iter().filter(|f| f.in_force == Some(true)).collect();
        assert_eq!(now.len(), 1);
        assert_eq!(now[0].conversion_factor, "33.2875");
        assert_eq!(now[0].office.as_deref(), Some("170.43"));
        assert_eq!(now[0].facility.as_deref(), Some("68.57"));
        assert_eq!(now[0].indicators["hospital_outpatient"], "N");
        let newest: Vec<(&str, Option<&String>)> = fees[11..]
            .iter()
            .map(|f| (f.factor, f.office.as_ref()))
            .collect();
        assert_eq!(newest, [("standard", None), ("qualifying", None)]);
    }
}
