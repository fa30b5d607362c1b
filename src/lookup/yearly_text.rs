//! Fees, unit limits and code pairs of a code as text: the periods in a table, the pairs in groups.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    code::CodePage,
    text::{Feet, days, ranges},
    yearly::{FeeTold, LimitTold, PairTold, Side},
};
use crate::{codes::Confidence, date::Date, render::sheet::Sheet};

/// So many pairs are told one by one; more, in groups.
const FEW: usize = 12;

/// The payment indicators in the order of the fee schedule, and what each is of.
const INDICATORS: &[(&str, &str)] = &[
    ("status", "status"),
    ("global", "global period"),
    ("multiple", "multiple procedures"),
    ("bilateral", "both sides"),
    ("assistant", "assistant"),
    ("co_surgeon", "co-surgeon"),
    ("team", "team"),
    ("pc_tc", "PC/TC"),
    ("hospital_outpatient", "hospital outpatient"),
    ("surgery_center", "surgery center"),
];

impl CodePage {
    /// The most units of a day.
    pub(super) fn limits_text(&self, sheet: &mut Sheet, feet: &mut Feet) {
        if self.limits.is_empty() {
            return;
        }
        sheet.title("Unit limits (MUE): the most units of a day");
        let mut lines: Vec<(&LimitTold, Vec<&str>)> = Vec::new();
        for limit in &self.limits {
            let same = |told: &LimitTold| {
                (told.max_units, told.indicator, &told.standing, &told.note)
                    == (
                        limit.max_units,
                        limit.indicator,
                        &limit.standing,
                        &limit.note,
                    )
            };
            match lines.iter_mut().find(|(told, _)| same(told)) {
                Some((_, settings)) => settings.push(setting(limit.setting)),
                None => lines.push((limit, vec![setting(limit.setting)])),
            }
        }
        for (limit, settings) in lines {
            let mut parts = vec![format!("{} ({})", limit.max_units, both(&settings))];
            parts.push(match limit.indicator {
                Some(digit) => format!("indicator (MAI) {digit}: {}", limit.meaning),
                None => "indicator (MAI) not known".to_owned(),
            });
            if !limit.note.is_empty() {
                parts.push(limit.note.clone());
            }
            // The first day is the one of the file that was read: the limit may be older.
            parts.push(match (limit.standing.from, limit.standing.until) {
                (Some(from), None) => format!("seen from {from}"),
                (from, until) => days(from, until),
            });
            sheet.item(&format!(
                "{} {}",
                parts.join("; "),
                feet.of(&limit.standing)
            ));
        }
    }

    /// What the fee schedule pays, and how it treats the code.
    pub(super) fn fees_text(&self, sheet: &mut Sheet, feet: &mut Feet) {
        if self.fees.is_empty() {
            return;
        }
        sheet.title(
            "Fees by year (Medicare, national, US dollars for one unit; blank: no source found)",
        );
        sheet.line(&format!(
            "    {:<24} {:>10} {:>10}   {:>10} {:>10}   {:>7}",
            "", "office", "facility", "RVU office", "RVU fac.", "factor"
        ));
        for fee in &self.fees {
            let blank = |cell: Option<&String>| cell.cloned().unwrap_or_default();
            let units = fee.units.as_ref();
            let mark = feet.of(&fee.standing);
            let head = format!(
                "{} {:<24} {:>10} {:>10}   {:>10} {:>10}   {:>7}  ",
                if fee.in_force == Some(true) {
                    "  >"
                } else {
                    "   "
                },
                period(fee),
                blank(fee.office.as_ref()),
                blank(fee.facility.as_ref()),
                blank(units.and_then(|u| u.total_office.as_ref())),
                blank(units.and_then(|u| u.total_facility.as_ref())),
                fee.conversion_factor,
            );
            sheet.line(&format!("{head}{mark}"));
        }
        if self.fees.iter().any(|f| f.in_force == Some(true)) {
            sheet.sub("> holds the day asked for");
        } else if let Some(day) = self.on {
            sheet.sub(&format!(
                "no period holds {day}: the fee of that day is not known"
            ));
        }
        self.indicators_text(sheet);
    }

    /// The payment indicators of the day, else the newest known.
    fn indicators_text(&self, sheet: &mut Sheet) {
        let known = |f: &&FeeTold| f.modifier.is_empty() && !f.indicators.is_empty();
        let of_day = self.fees.iter().find(|f| f.in_force == Some(true));
        let newest = || self.fees.iter().rev().find(known);
        let Some(fee) = of_day.filter(known).or_else(newest) else {
            return;
        };
        let words = |fee: &FeeTold, keys: &[(&str, &str)]| -> String {
            let given = keys.iter().filter_map(|(key, name)| {
                let digit = fee.indicators.get(key)?;
                Some(format!("{name} {digit}"))
            });
            given.collect::<Vec<_>>().join(", ")
        };
        let (physician, packaged) = INDICATORS.split_at(INDICATORS.len() - 2);
        sheet.wrapped(
            "    payment indicators ",
            &format!("({}): {}", period(fee), words(fee, physician)),
        );
        // Hospital status comes from another document and is known for other years.
        let settings = self
            .fees
            .iter()
            .rev()
            .find(|f| !words(f, packaged).is_empty());
        if let Some(fee) = settings {
            let year = fee
                .standing
                .from
                .map_or_else(String::new, |d| d.year().to_string());
            let told = words(fee, packaged);
            sheet.wrapped(
                "    paid to the site   ",
                &format!("({year}): {told} (N and N1: packaged, no payment of its own); other years not looked at"),
            );
        }
    }

    /// The codes not paid together with this one: a few one by one, many in groups.
    pub(super) fn pairs_text(&self, sheet: &mut Sheet, feet: &mut Feet) {
        if self.pairs.is_empty() {
            return;
        }
        let (standing, ended): (Vec<_>, Vec<_>) = self.pairs.iter().partition(|p| p.in_force);
        let count = codes_of(&standing).len();
        let few = codes_of(&self.pairs.iter().collect::<Vec<_>>()).len() <= FEW;
        sheet.title(&if few {
            "Code pairs (NCCI): of two codes on one day, one is paid".to_owned()
        } else {
            format!(
                "Code pairs (NCCI): of two codes on one day, one is paid ({count} codes; each with its days and labels in JSON)"
            )
        });
        for (side, relation) in [
            (Side::IncludedBy, "is not paid beside"),
            (Side::Includes, "is paid, and these are not"),
        ] {
            let of_side = |p: &&&PairTold| p.relation == side;
            if few {
                one_by_one(
                    &self
                        .pairs
                        .iter()
                        .filter(|p| p.relation == side)
                        .collect::<Vec<_>>(),
                    &self.code,
                    sheet,
                    feet,
                );
            } else {
                let rows: Vec<&PairTold> = standing.iter().filter(of_side).copied().collect();
                groups(&rows, &format!("{} {relation}", self.code), sheet, feet);
            }
        }
        if !few {
            ended_text(&ended, sheet, feet);
        }
        if self.pairs.iter().any(|p| p.standing.from.is_none()) {
            sheet.sub("first days are not in the files read; edits change every quarter");
        }
    }
}

impl CodePage {
    /// Which of the yearly tables hold nothing on a service, so that nobody takes silence for an answer.
    pub(super) fn unknown_text(&self, sheet: &mut Sheet) {
        if !self.is_service {
            return;
        }
        let absent = [
            ("its fee", self.fees.is_empty()),
            ("its unit limit", self.limits.is_empty()),
        ];
        let absent: Vec<&str> = absent
            .into_iter()
            .filter(|(_, n)| *n)
            .map(|(w, _)| w)
            .collect();
        if !absent.is_empty() || self.pairs.is_empty() {
            sheet.title("Not in the tables");
        }
        if !absent.is_empty() {
            let words = absent.join(" and ");
            sheet.item(&format!(
                "{words}; `ivus tables import` reads fees and limits from CMS files"
            ));
        }
        if self.pairs.is_empty() {
            sheet.item("a code pair with an IVUS code: none was found in the files read");
        }
    }
}

/// Each pair in a line, its settings together.
fn one_by_one(rows: &[&PairTold], code: &str, sheet: &mut Sheet, feet: &mut Feet) {
    let mut lines: BTreeMap<_, (Vec<&str>, &PairTold)> = BTreeMap::new();
    for row in rows {
        let key = (
            &row.code,
            row.indicator,
            row.standing.from,
            row.standing.until,
        );
        let line = lines.entry(key).or_insert_with(|| (Vec::new(), row));
        line.0.push(setting(row.setting));
    }
    for (settings, row) in lines.into_values() {
        let (paid, not_paid) = match row.relation {
            Side::Includes => (code, row.code.as_str()),
            Side::IncludedBy => (row.code.as_str(), code),
        };
        let label = if row.label.is_empty() {
            String::new()
        } else {
            format!(" ({})", row.label)
        };
        let period = match (row.standing.from, row.standing.until) {
            (None, None) => String::new(),
            (from, until) => format!("; {}", days(from, until)),
        };
        let state = if row.in_force { "" } else { "; not in force" };
        sheet.item(&format!(
            "with {}{label}: {paid} is paid, {not_paid} is not; {} ({}){period}{state} {}",
            row.code,
            opening(row.indicator),
            both(&settings),
            feet.of(&row.standing)
        ));
    }
}

/// The pairs in force, by what opens them and in whose claims.
fn groups(rows: &[&PairTold], head: &str, sheet: &mut Sheet, feet: &mut Feet) {
    let mut settings: BTreeMap<(u8, &str, Option<Date>), BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        let key = (row.indicator, row.code.as_str(), row.standing.until);
        settings
            .entry(key)
            .or_default()
            .insert(setting(row.setting));
    }
    let mut groups: BTreeMap<(u8, String, Option<Date>), Vec<String>> = BTreeMap::new();
    for ((indicator, code, until), settings) in settings {
        let settings: Vec<&str> = settings.into_iter().rev().collect();
        let group = groups
            .entry((indicator, both(&settings), until))
            .or_default();
        group.push(code.to_owned());
    }
    let mark = marks(rows, feet);
    for ((indicator, settings, until), codes) in groups.iter().rev() {
        let end = until.map_or_else(String::new, |day| format!(", until {day}"));
        sheet.item(&format!(
            "{head}: {}; {} ({settings}{end}) {mark}",
            ranges(codes),
            opening(*indicator)
        ));
    }
}

fn ended_text(rows: &[&PairTold], sheet: &mut Sheet, feet: &mut Feet) {
    let mut ended: BTreeMap<Option<Date>, Vec<&PairTold>> = BTreeMap::new();
    for row in rows {
        ended.entry(row.standing.until).or_default().push(row);
    }
    for (until, rows) in ended {
        let codes: Vec<String> = codes_of(&rows).into_iter().collect();
        let words = until.map_or_else(
            || "not in force on the day".to_owned(),
            |day| format!("ended {day}, in one setting at least"),
        );
        sheet.item(&format!(
            "{words}: {} {}",
            ranges(&codes),
            marks(&rows, feet)
        ));
    }
}

fn codes_of(rows: &[&PairTold]) -> BTreeSet<String> {
    rows.iter().map(|p| p.code.clone()).collect()
}

/// The marks of the sources of some rows; the lowest confidence of each.
fn marks(rows: &[&PairTold], feet: &mut Feet) -> String {
    let mut sources: BTreeMap<&str, Confidence> = BTreeMap::new();
    for row in rows {
        let least = sources
            .entry(&row.standing.source)
            .or_insert(row.standing.confidence);
        *least = (*least).min(row.standing.confidence);
    }
    let marks = sources
        .into_iter()
        .map(|(source, sure)| feet.mark(sure, source));
    marks.collect::<Vec<_>>().join(" ")
}

/// "2024", or the days of a part of a year, and the factor.
fn period(fee: &FeeTold) -> String {
    let days = match (fee.standing.from, fee.standing.until) {
        (Some(from), Some(until)) => {
            let (first, last) = (from.to_string(), until.to_string());
            if first.ends_with("-01-01") && last.ends_with("-12-31") && from.year() == until.year()
            {
                from.year().to_string()
            } else if from.year() == until.year() {
                let day = last.split_once('-').map_or("", |(_, day)| day);
                format!("{first} to {day}")
            } else {
                format!("{first} to {last}")
            }
        }
        (from, until) => days(from, until),
    };
    let parts = [days.as_str(), fee.factor, &fee.modifier];
    let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    parts.join(" ")
}

fn setting(name: &'static str) -> &'static str {
    match name {
        "outpatient" => "hospital outpatient",
        "not-stated" => "setting not stated",
        other => other,
    }
}

fn both(settings: &[&str]) -> String {
    let mut settings = settings.to_vec();
    settings.sort_unstable_by(|a, b| b.cmp(a));
    settings.join(" and ")
}

fn opening(indicator: u8) -> &'static str {
    match indicator {
        1 => "indicator 1: a modifier opens it for a distinct service",
        0 => "indicator 0: nothing opens it",
        _ => "indicator 9: withdrawn from its first day",
    }
}
