//! Puts the rows of a file in the place of those it renews, and says what that changed.

use std::collections::BTreeMap;

use super::{
    layout::{Kind, Release, Rows},
    store::{Imported, TablesFolder},
};
use crate::{
    codes::{
        Factor, Site,
        period::{self, Dated, Period},
    },
    date::Date,
    error::{Error, Result},
};

/// What became of the rows of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Rows that were not there.
    pub added: usize,
    /// Rows with other values.
    pub changed: usize,
    /// Rows of which only the last day is another.
    pub ended: usize,
    /// Rows that are gone.
    pub removed: usize,
    /// Rows as they were.
    pub same: usize,
}

/// Refuses a file that is older than what it would replace and has no days of its own to stand beside it.
pub(super) fn check(folder: &TablesFolder, imported: &Imported) -> Result<()> {
    let newer = folder.imports.iter().find(|i| {
        i.table == imported.table
            && i.of == imported.of
            && match imported.table.as_str() {
                "pairs" => i.part == imported.part && i.version > imported.version,
                "addons" => i.first() > imported.first(),
                _ => false,
            }
    });
    match newer {
        None => Ok(()),
        Some(newer) => Err(Error::report(
            &imported.file,
            format!("older than {}, which is in force; leave it out", newer.file),
        )),
    }
}

/// Puts a file's rows into the tables.
pub(super) fn put(folder: &mut TablesFolder, release: Release, mut imported: Imported) {
    let period = period_of(folder, &release, &imported);
    imported.until = period.and_then(|p| p.until).map(|d| d.to_string());
    let loaded = &mut folder.loaded;
    match (release.rows, period) {
        (Rows::Fees(factor, rows), Some(period)) => {
            loaded.fees = renewed(&loaded.fees, &rows, period, |r| r.factor == factor);
        }
        (Rows::Localities(rows), Some(period)) => {
            loaded.localities = renewed(&loaded.localities, &rows, period, |_| true);
        }
        (Rows::Limits(setting, rows), Some(period)) => {
            loaded.limits = renewed(&loaded.limits, &rows, period, |r| r.setting == setting);
        }
        (Rows::Pairs(setting, rows), _) => {
            let old: Vec<String> = folder
                .imports
                .iter()
                .filter(|i| replaces(&imported, i))
                .map(|i| format!("CMS file {}", i.file))
                .collect();
            loaded.pairs.retain(|p| {
                let again = rows
                    .iter()
                    .any(|r| r.column_1 == p.column_1 && r.column_2 == p.column_2);
                p.setting != setting || !(again || old.contains(&p.source))
            });
            loaded.pairs.extend(rows);
            loaded.pairs.sort_by(|a, b| {
                (&a.column_1, &a.column_2, a.setting, a.from).cmp(&(
                    &b.column_1,
                    &b.column_2,
                    b.setting,
                    b.from,
                ))
            });
        }
        (Rows::AddOns(list), _) => loaded.addons = Some(list),
        (_, None) => {}
    }
    remember(&mut folder.imports, imported, period);
}

/// The days of a release: until the day before the next one of its stream, unless its last day was given.
fn period_of(folder: &TablesFolder, release: &Release, imported: &Imported) -> Option<Period> {
    let from = release.from?;
    let later = folder.imports.iter().filter(|i| same_stream(i, imported));
    let next: Option<Date> = later
        .filter_map(Imported::first)
        .filter(|d| *d > from)
        .min();
    let before_next = next.and_then(Date::day_before).filter(|_| !release.fixed);
    let until = match (release.until, before_next) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    Some(Period { from, until })
}

fn renewed<T: Dated>(rows: &[T], new: &[T], period: Period, stream: impl Fn(&T) -> bool) -> Vec<T> {
    let mut all = period::cut(rows, period, stream);
    all.extend(new.iter().map(|r| r.during(period)));
    all
}

fn same_stream(a: &Imported, b: &Imported) -> bool {
    a.table == b.table && a.of == b.of
}

/// Whether a file takes the place of another whole one: the same part of the same edits, or the whole of them.
fn replaces(new: &Imported, old: &Imported) -> bool {
    same_stream(new, old) && (new.part == old.part || new.part.is_none() || old.part.is_none())
}

/// Keeps the list of files whose rows are in force.
fn remember(imports: &mut Vec<Imported>, imported: Imported, period: Option<Period>) {
    imports.retain_mut(|old| {
        if !same_stream(old, &imported) {
            return true;
        }
        let (Some(period), Some(from)) = (period, old.first()) else {
            return !replaces(&imported, old);
        };
        if imported.table == Kind::AddOns.name() {
            return false;
        }
        let until = old.last();
        let left = Period { from, until }.without(period);
        if let (Some(first), Some(last)) = (left.first(), left.last()) {
            old.from = Some(first.from.to_string());
            old.until = last.until.map(|d| d.to_string());
        }
        !left.is_empty()
    });
    imports.push(imported);
}

/// What became of the rows of each table that changed or could have.
pub(super) fn changes(before: &TablesFolder, after: &TablesFolder) -> Vec<(Kind, Changes)> {
    let old: BTreeMap<Kind, String> = before.texts().into_iter().collect();
    let mut found = Vec::new();
    for (kind, new) in after.texts() {
        let old = old.get(&kind).map_or("", String::as_str);
        found.push((kind, compare(kind, old, &new)));
    }
    found
}

fn compare(kind: Kind, old: &str, new: &str) -> Changes {
    let key: &[&str] = match kind {
        Kind::Fees => &["code", "modifier", "factor", "from"],
        Kind::Localities => &["mac", "state", "number", "from"],
        Kind::Limits => &["code", "setting", "from"],
        Kind::Pairs => &["column_1", "column_2", "setting", "from"],
        Kind::AddOns => &["code", "base", "from"],
    };
    let rows = |text: &str| -> BTreeMap<Vec<String>, (Vec<String>, String)> {
        let mut lines = text.lines();
        let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
        let split = |line: &str| {
            let cells = || columns.iter().copied().zip(line.split('\t'));
            let cell = |name: &str| cells().find(|(c, _)| *c == name).map_or("", |(_, v)| v);
            let values =
                cells().filter(|(c, _)| !key.contains(c) && !matches!(*c, "until" | "source"));
            (
                key.iter().map(|k| cell(k).to_owned()).collect(),
                (
                    values.map(|(_, v)| v.to_owned()).collect(),
                    cell("until").to_owned(),
                ),
            )
        };
        lines.map(split).collect()
    };
    let (old, new) = (rows(old), rows(new));
    let mut changes = Changes {
        removed: old.keys().filter(|k| !new.contains_key(*k)).count(),
        ..Changes::default()
    };
    for (key, (values, until)) in &new {
        let counter = match old.get(key) {
            None => &mut changes.added,
            Some((v, _)) if v != values => &mut changes.changed,
            Some((_, u)) if u != until => &mut changes.ended,
            Some(_) => &mut changes.same,
        };
        *counter += 1;
    }
    changes
}

/// A note when a file has far fewer rows than the one of its kind before it: it may be cut off at the end of a row.
pub(super) fn shrunk(folder: &TablesFolder, imported: &Imported) -> Option<String> {
    let old = folder
        .imports
        .iter()
        .rfind(|i| same_stream(i, imported) && i.part == imported.part)?;
    let few = imported.rows_read * 10 < old.rows_read * 9;
    few.then(|| {
        format!(
            "{} has {} rows, {} had {}; make sure that it is the whole file",
            imported.file, imported.rows_read, old.file, old.rows_read
        )
    })
}

/// What the IVUS codes are paid from the first day of a fee file on, beside what was in force for that day.
pub(super) fn told_amounts(folder: &TablesFolder, release: &Release) -> Vec<String> {
    let (Rows::Fees(factor, rows), Some(from)) = (&release.rows, release.from) else {
        return Vec::new();
    };
    let asked = match factor {
        Factor::Single => Factor::Standard,
        factor => *factor,
    };
    let before = folder.tables().fees;
    let dollars = |amount: Option<rust_decimal::Decimal>| {
        amount.map_or_else(|| "unknown".to_owned(), |a| a.to_string())
    };
    let lines = rows.iter().filter(|f| f.modifier.is_empty());
    let lines = lines.filter(|f| matches!(f.code.as_str(), "37252" | "37253"));
    lines
        .map(|fee| {
            let was = before.on(&fee.code, from, asked);
            let told = |site: Site| {
                let old = dollars(was.and_then(|f| f.national(site)));
                format!(
                    "{} {} (was {old})",
                    site.name(),
                    dollars(fee.national(site))
                )
            };
            let factor = match factor {
                Factor::Single => String::new(),
                factor => format!(", {} factor", factor.name()),
            };
            format!(
                "{} from {from}{factor}: {}, {}",
                fee.code,
                told(Site::Office),
                told(Site::Facility)
            )
        })
        .collect()
}

/// Notes when the parts of a setting's pairs are of several versions, or a part is missing that has 37252 in column 1.
pub(super) fn incomplete_pairs(folder: &TablesFolder) -> Vec<String> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for import in folder
        .imports
        .iter()
        .filter(|i| i.table == Kind::Pairs.name())
    {
        let found = versions.entry(&import.of).or_default();
        let version = import.version.as_deref().unwrap_or("unnamed");
        if !found.contains(&version) {
            found.push(version);
        }
    }
    let mut notes = Vec::new();
    for (of, versions) in versions {
        if versions.len() > 1 {
            notes.push(format!(
                "the {of} pairs are of several versions ({}); import all parts of the newest",
                versions.join(", ")
            ));
        }
        let mut rows = folder.loaded.pairs.iter();
        if !rows.any(|p| p.setting.name() == of && p.column_1 == "37252") {
            notes.push(format!(
                "the {of} pairs have none with 37252 in column 1, and the built-in ones are out of force; import all parts"
            ));
        }
    }
    notes
}
