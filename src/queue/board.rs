//! The work list: where each report stands, filters, order and counts.

use rusqlite::{Connection, Row, Savepoint, named_params};
use rust_decimal::Decimal;

use super::{
    analyses::Sketch,
    refusal::Outcome,
    rights::Actor,
    time::{self, Moment},
};

/// Rows on a page of the list.
pub const PAGE: i64 = 50;

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The report's number.
    pub report: i64,
    /// Its id where it comes from.
    pub name: String,
    /// The site.
    pub site: String,
    /// The physician.
    pub physician: String,
    /// The date of service.
    pub date: Option<String>,
    /// When it came.
    pub received_at: Moment,
    /// `open` or `done`.
    pub state: String,
    /// `ready`, `review`, `query` or `no_ivus`.
    pub disposition: String,
    /// Units performed.
    pub units: i64,
    /// Units the text supports.
    pub supported: i64,
    /// Rules that flagged it above info, in order.
    pub flags: Vec<String>,
    /// Who is to do it.
    pub assigned_to: Option<String>,
    /// Who has it now.
    pub claimed_by: Option<String>,
    /// Open holds.
    pub holds: i64,
    /// `draft` or `withdrawn`, when its sender says so.
    pub unsettled: Option<String>,
    /// Whether it was read otherwise since it was decided.
    pub differs: bool,
}

/// What a list is limited to. An empty text limits nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// `open`, `held`, `done`, `differs` (read otherwise since it was decided) or empty for all.
    pub state: String,
    /// A disposition.
    pub disposition: String,
    /// A rule's id.
    pub flag: String,
    /// A physician.
    pub physician: String,
    /// A site.
    pub site: String,
    /// First date of service, ISO 8601.
    pub from: String,
    /// Last date of service.
    pub until: String,
    /// Finished at this moment or later.
    pub done_from: Option<Moment>,
    /// Finished before this moment.
    pub done_before: Option<Moment>,
    /// Words in the report's id, in any case.
    pub name: String,
    /// Waiting at least so many days.
    pub older: Option<i64>,
    /// At least so many units performed.
    pub units: Option<i64>,
    /// Worth at least so many dollars; for who may see amounts alone.
    pub value: Option<i64>,
    /// `me`, `nobody`, a user's name, or empty.
    pub assigned: String,
    /// `priority`, `date`, `age`, `units`, `name`, or `value` for who may see amounts.
    pub sort: String,
    /// The page, from 1.
    pub page: i64,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            state: "open".to_owned(),
            disposition: String::new(),
            flag: String::new(),
            physician: String::new(),
            site: String::new(),
            from: String::new(),
            until: String::new(),
            done_from: None,
            done_before: None,
            name: String::new(),
            older: None,
            units: None,
            value: None,
            assigned: String::new(),
            sort: "priority".to_owned(),
            page: 1,
        }
    }
}

impl Filter {
    /// Whether it takes more than the store's columns to tell what is in the list, and where.
    fn asks_value(&self) -> bool {
        self.value.is_some() || self.sort == "value"
    }
}

/// Where a report must stand for the list, whose state is a parameter of the name that is given.
macro_rules! standing {
    ($state:literal) => {
        concat!(
            "CASE ",
            $state,
            " WHEN '' THEN 1 WHEN 'done' THEN q.state = 'done' WHEN 'differs' THEN q.differs = 1 \
               WHEN 'held' THEN q.state = 'open' AND EXISTS \
                 (SELECT 1 FROM holds h WHERE h.report = q.report AND h.closed_at IS NULL) \
               ELSE q.state = 'open' AND NOT EXISTS \
                 (SELECT 1 FROM holds h WHERE h.report = q.report AND h.closed_at IS NULL) END "
        )
    };
}

pub(super) use standing;

/// What both the list and its count are limited by; every value is bound.
macro_rules! limits {
    ($what:literal, $end:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM queue q JOIN reports r ON r.id = q.report \
             LEFT JOIN users a ON a.id = q.assigned_to \
             LEFT JOIN users c ON c.id = q.claimed_by AND q.lease_until > :now \
             WHERE (:only_site IS NULL OR r.site = :only_site) \
             AND (:only_physician IS NULL OR r.physician = :only_physician) \
             AND ",
            standing!(":state"),
            "AND (:disposition = '' OR q.disposition = :disposition) \
             AND (:flag = '' OR EXISTS (SELECT 1 FROM queue_flags f WHERE f.report = q.report AND f.rule = :flag)) \
             AND (:physician = '' OR r.physician = :physician) \
             AND (:site = '' OR r.site = :site) \
             AND (:from = '' OR q.service_date >= :from) \
             AND (:until = '' OR q.service_date <= :until) \
             AND (:done_from IS NULL OR q.done_at >= :done_from) \
             AND (:done_before IS NULL OR q.done_at < :done_before) \
             AND (:name = '' OR instr(lower(r.name), lower(:name)) > 0) \
             AND (:received IS NULL OR r.received_at <= :received) \
             AND (:units IS NULL OR q.units >= :units) \
             AND CASE :assigned WHEN '' THEN 1 WHEN 'me' THEN q.assigned_to = :me \
               WHEN 'nobody' THEN q.assigned_to IS NULL ELSE a.name = :assigned END ",
            $end
        )
    };
}

impl Listed {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let flags: Option<String> = row.get("flags")?;
        Ok(Self {
            report: row.get("report")?,
            name: row.get("name")?,
            site: row.get("site")?,
            physician: row.get("physician")?,
            date: row.get("service_date")?,
            received_at: row.get("received_at")?,
            state: row.get("state")?,
            disposition: row.get("disposition")?,
            units: row.get("units")?,
            supported: row.get("supported")?,
            flags: flags
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            assigned_to: row.get("assigned")?,
            claimed_by: row.get("claimed")?,
            holds: row.get("holds")?,
            unsettled: row.get("unsettled")?,
            differs: row.get("differs")?,
        })
    }
}

/// What the units performed of a report with a date of service are worth: code and units in, dollars out.
pub(super) type Worth<'a> = &'a dyn Fn(&[(String, u32)], Option<&str>) -> Option<Decimal>;

/// One page of the list, and how many reports there are on all pages; limited and sorted by value with `worth` alone.
pub(super) fn list(
    connection: &Connection,
    actor: &Actor,
    filter: &Filter,
    worth: Option<Worth<'_>>,
) -> Outcome<(Vec<Listed>, i64)> {
    let skip = (filter.page.max(1) - 1).saturating_mul(PAGE);
    let Some(worth) = worth.filter(|_| filter.asks_value()) else {
        let total = count(connection, actor, filter)?;
        return Ok((rows(connection, actor, filter, (PAGE, skip))?, total));
    };
    let valued = by_value(connection, actor, filter, worth)?;
    let total = i64::try_from(valued.len()).unwrap_or(i64::MAX);
    let page = valued
        .into_iter()
        .skip(usize::try_from(skip).unwrap_or(usize::MAX));
    Ok((
        page.take(usize::try_from(PAGE).unwrap_or(0)).collect(),
        total,
    ))
}

/// The list where values count: of all reports that are like this, those that are worth enough, the worthiest first when sorted
/// by it. What is not known is worth less than anything.
fn by_value(
    connection: &Connection,
    actor: &Actor,
    filter: &Filter,
    worth: Worth<'_>,
) -> Outcome<Vec<Listed>> {
    let mut valued = Vec::new();
    for row in rows(connection, actor, filter, (-1, 0))? {
        let lines = super::analyses::lines(connection, row.report)?;
        let value = worth(&lines, row.date.as_deref());
        let least = filter.value.map(Decimal::from);
        if least.is_none_or(|least| value.is_some_and(|v| v >= least)) {
            valued.push((value, row));
        }
    }
    if filter.sort == "value" {
        // Stable: what is worth the same stays in the order of the numbers.
        valued.sort_by_key(|(value, _)| std::cmp::Reverse(*value));
    }
    Ok(valued.into_iter().map(|(_, row)| row).collect())
}

/// All reports of the list, in its order; limited and sorted by value with `worth` alone.
pub(super) fn all(
    connection: &Connection,
    actor: &Actor,
    filter: &Filter,
    worth: Option<Worth<'_>>,
) -> Outcome<Vec<Listed>> {
    match worth.filter(|_| filter.asks_value()) {
        Some(worth) => by_value(connection, actor, filter, worth),
        None => rows(connection, actor, filter, (-1, 0)),
    }
}

/// How many reports there are on all pages of the list, and how many of them have no date of service.
pub(super) fn size(connection: &Connection, actor: &Actor, filter: &Filter) -> Outcome<(i64, i64)> {
    limited(actor, filter, |limits| {
        let mut statement = connection.prepare_cached(limits!(
            "count(*), count(*) FILTER (WHERE q.service_date IS NULL)",
            ""
        ))?;
        Ok(statement.query_row(limits, |r| Ok((r.get(0)?, r.get(1)?)))?)
    })
}

fn count(connection: &Connection, actor: &Actor, filter: &Filter) -> Outcome<i64> {
    limited(actor, filter, |limits| {
        let mut statement = connection.prepare_cached(limits!("count(*)", ""))?;
        Ok(statement.query_row(limits, |r| r.get(0))?)
    })
}

/// What the list is limited by, as parameters.
fn limited<T>(
    actor: &Actor,
    filter: &Filter,
    act: impl FnOnce(&[(&str, &dyn rusqlite::ToSql)]) -> Outcome<T>,
) -> Outcome<T> {
    let now = time::now();
    let received = filter
        .older
        .map(|days| now - days.clamp(0, 36_500) * time::DAY);
    let limits = named_params! {
        ":now": now, ":only_site": actor.site, ":only_physician": actor.only_physician(),
        ":state": filter.state, ":disposition": filter.disposition, ":flag": filter.flag,
        ":physician": filter.physician, ":site": filter.site, ":from": filter.from, ":until": filter.until,
        ":done_from": filter.done_from, ":done_before": filter.done_before,
        ":name": filter.name,
        ":received": received, ":units": filter.units, ":assigned": filter.assigned, ":me": actor.user,
    };
    act(limits)
}

/// So many rows, behind so many others; -1 for all.
fn rows(
    connection: &Connection,
    actor: &Actor,
    filter: &Filter,
    (most, skip): (i64, i64),
) -> Outcome<Vec<Listed>> {
    limited(actor, filter, |limits| {
        let mut statement = connection.prepare_cached(limits!(
        "q.report, r.name, r.site, r.physician, q.service_date, r.received_at, q.state, q.disposition, q.units, \
         q.supported, q.differs, a.name AS assigned, c.name AS claimed, \
         (SELECT group_concat(f.rule, ' ') FROM queue_flags f WHERE f.report = q.report AND f.severity <> 'info') AS flags, \
         (SELECT count(*) FROM holds h WHERE h.report = q.report AND h.closed_at IS NULL) AS holds, \
         (SELECT v.status FROM versions v WHERE v.id = q.version AND v.status IN ('draft', 'withdrawn')) AS unsettled",
        "ORDER BY CASE :sort WHEN 'name' THEN lower(r.name) <> lower(:name) END, CASE :sort WHEN 'name' THEN r.name END, \
           CASE :sort WHEN 'date' THEN q.service_date END DESC, \
           CASE :sort WHEN 'age' THEN -r.received_at WHEN 'units' THEN q.units WHEN 'priority' THEN q.priority END DESC, \
           q.report LIMIT :most OFFSET :skip"
    ))?;
        let more = named_params! { ":sort": filter.sort, ":most": most, ":skip": skip };
        let all: Vec<(&str, &dyn rusqlite::ToSql)> = limits.iter().chain(more).copied().collect();
        let rows = statement.query_map(all.as_slice(), Listed::of)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

/// Where one report stands.
pub(super) fn row(connection: &Connection, report: i64) -> Outcome<Listed> {
    let mut statement = connection.prepare_cached(
        "SELECT q.report, r.name, r.site, r.physician, q.service_date, r.received_at, q.state, q.disposition, q.units, \
           q.supported, q.differs, a.name AS assigned, c.name AS claimed, \
           (SELECT group_concat(f.rule, ' ') FROM queue_flags f WHERE f.report = q.report AND f.severity <> 'info') AS flags, \
           (SELECT count(*) FROM holds h WHERE h.report = q.report AND h.closed_at IS NULL) AS holds, \
           (SELECT v.status FROM versions v WHERE v.id = q.version AND v.status IN ('draft', 'withdrawn')) AS unsettled \
         FROM queue q JOIN reports r ON r.id = q.report LEFT JOIN users a ON a.id = q.assigned_to \
         LEFT JOIN users c ON c.id = q.claimed_by AND q.lease_until > ?2 WHERE q.report = ?1",
    )?;
    Ok(statement.query_row((report, time::now()), Listed::of)?)
}

/// Puts a reading on the list. A new version opens the report again; the same version read anew leaves it where it is.
pub(super) fn put(
    tx: &Savepoint<'_>,
    report: i64,
    version: i64,
    analysis: i64,
    sketch: &Sketch,
) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO queue (report, version, analysis, service_date, disposition, units, supported, priority) \
         VALUES (:report, :version, :analysis, :date, :disposition, :units, :supported, :priority) \
         ON CONFLICT (report) DO UPDATE SET state = CASE WHEN version = :version THEN state ELSE 'open' END, \
           done_by = CASE WHEN version = :version THEN done_by END, done_at = CASE WHEN version = :version THEN done_at END, \
           version = :version, analysis = :analysis, service_date = :date, disposition = :disposition, units = :units, \
           supported = :supported, priority = :priority",
    )?
    .execute(named_params! {
        ":report": report, ":version": version, ":analysis": analysis, ":date": sketch.date,
        ":disposition": sketch.disposition, ":units": sketch.units, ":supported": sketch.supported,
        ":priority": sketch.priority,
    })?;
    tx.prepare_cached("DELETE FROM queue_flags WHERE report = ?1")?
        .execute([report])?;
    let mut flag = tx.prepare_cached(
        "INSERT OR IGNORE INTO queue_flags (report, rule, severity) VALUES (?1, ?2, ?3)",
    )?;
    for (rule, severity) in &sketch.flags {
        flag.execute((report, rule, severity))?;
    }
    tx.prepare_cached("DELETE FROM queue_lines WHERE report = ?1")?
        .execute([report])?;
    let mut line =
        tx.prepare_cached("INSERT INTO queue_lines (report, code, units) VALUES (?1, ?2, ?3)")?;
    for (code, units) in &sketch.lines {
        line.execute((report, code, units))?;
    }
    Ok(())
}

/// The analysis that stands on the list.
pub(super) fn analysis(connection: &Connection, report: i64) -> Outcome<i64> {
    let mut statement =
        connection.prepare_cached("SELECT analysis FROM queue WHERE report = ?1")?;
    Ok(statement.query_row([report], |r| r.get(0))?)
}

/// Notes whether the reading that stands differs from what was decided.
pub(super) fn mark(tx: &Savepoint<'_>, report: i64) -> Outcome<()> {
    let differs = !super::analyses::otherwise(tx, report)?.is_none();
    tx.prepare_cached("UPDATE queue SET differs = ?2 WHERE report = ?1")?
        .execute((report, differs))?;
    Ok(())
}

/// The reports that another engine read last.
pub(super) fn stale(connection: &Connection, engine: &str, most: i64) -> Outcome<Vec<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT q.version FROM queue q JOIN analyses a ON a.id = q.analysis WHERE a.engine <> ?1 ORDER BY q.report LIMIT ?2",
    )?;
    let rows = statement.query_map((engine, most), |r| r.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
