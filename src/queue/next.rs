//! The next report to take: of those that nobody has, which an index holds in the order of the list.

use rusqlite::{Connection, OptionalExtension};

use super::{
    board::{self, Filter, Worth},
    refusal::Outcome,
    rights::Actor,
    time,
};

/// The first report of a kind that somebody may take.
macro_rules! next {
    ($kind:literal) => {
        concat!(
            "SELECT q.report FROM queue q CROSS JOIN reports r ON r.id = q.report \
             WHERE q.state = 'open' AND q.report <> ?1 AND (?2 IS NULL OR r.site = ?2) \
             AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.report = q.report AND h.closed_at IS NULL) AND ",
            $kind,
            " ORDER BY q.priority DESC, q.report LIMIT 1"
        )
    };
}

/// The report to take next: open, without a hold, claimed by nobody else, not assigned to somebody
/// else; those assigned to the asker first, and those in the asker's hands already last. Leases that ran out must have been
/// looked for.
pub(super) fn report(connection: &Connection, actor: &Actor, after: i64) -> Outcome<Option<i64>> {
    // One kind after the other, so that an index gives the order and the first that fits ends the search.
    let mut free = connection.prepare_cached(next!(
        "q.free = 1 AND q.assigned_to IS CASE WHEN ?4 THEN ?3 END"
    ))?;
    let mut in_hand = connection.prepare_cached(next!(
        "q.free = 0 AND q.claimed_by = ?3 AND q.assigned_to IS CASE WHEN ?4 THEN ?3 END"
    ))?;
    for statement in [&mut free, &mut in_hand] {
        for assigned in [true, false] {
            let limits = (after, actor.site.as_deref(), actor.user, assigned);
            let found: Option<i64> = statement.query_row(limits, |r| r.get(0)).optional()?;
            if found.is_some() {
                return Ok(found);
            }
        }
    }
    Ok(None)
}

/// The same within a list, in its order: of the reports it shows that are open and without a hold, whatever standing it names.
pub(super) fn of_list(
    connection: &Connection,
    actor: &Actor,
    after: i64,
    (filter, worth): (&Filter, Option<Worth<'_>>),
) -> Outcome<Option<i64>> {
    let open = Filter {
        state: "open".to_owned(),
        ..filter.clone()
    };
    let may = |whose: &Option<String>| whose.as_ref().is_none_or(|name| *name == actor.name);
    let mut rows = board::all(connection, actor, &open, worth)?;
    rows.retain(|row| row.report != after && may(&row.assigned_to) && may(&row.claimed_by));
    let free = rows.iter().find(|row| row.claimed_by.is_none());
    Ok(free.or(rows.first()).map(|row| row.report))
}

/// Whether there is a report that the asker could take; changes nothing, and looks at leases that ran out as at none.
pub(super) fn is_there(connection: &Connection, actor: &Actor) -> Outcome<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM queue q JOIN reports r ON r.id = q.report \
         WHERE q.state = 'open' AND (?1 IS NULL OR r.site = ?1) \
         AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.report = q.report AND h.closed_at IS NULL) \
         AND (q.assigned_to IS NULL OR q.assigned_to = ?2) \
         AND (q.claimed_by IS NULL OR q.claimed_by = ?2 OR q.lease_until <= ?3))",
    )?;
    let limits = (actor.site.as_deref(), actor.user, time::now());
    Ok(statement.query_row(limits, |r| r.get(0))?)
}
