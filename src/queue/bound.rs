//! Rows that the audit log vouches for: the audit row of a decision, a confirmation or a hold holds a digest of it, so that one
//! that is changed in the store past the program is found and named, also where its trigger was dropped.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, Savepoint, types::ValueRef};
use sha2::{Digest, Sha256};

use super::{
    audit::{self, Break, Event},
    refusal::Outcome,
    rights::Actor,
    secret::{Key, digits},
};

/// Bytes of a digest that are kept.
const KEPT: usize = 16;

/// Rows bound by one audit row when an older store is taken over.
const TOGETHER: usize = 1000;

/// What is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A decision.
    Decision,
    /// A confirmation.
    Confirmation,
    /// A hold as it was put.
    Hold,
    /// Its end.
    HoldEnd,
    /// A decision on a catheter placement or a base procedure.
    Procedure,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::Decision,
        Self::Confirmation,
        Self::Hold,
        Self::HoldEnd,
        Self::Procedure,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Confirmation => "confirmation",
            Self::Hold => "hold",
            Self::HoldEnd => "end-of-hold",
            Self::Procedure => "procedure-decision",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }

    /// All rows with what the digest covers; the number comes first.
    fn rows(self) -> &'static str {
        match self {
            Self::Decision => {
                "SELECT id, report, version, analysis, suggestion, class, code, vessel, reason, note, words_start, words_end, \
                   decided_by, decided_at FROM decisions WHERE true"
            }
            Self::Confirmation => {
                "SELECT id, report, version, doubt, words, note, confirmed_by, confirmed_at FROM confirmations WHERE true"
            }
            Self::Hold => {
                "SELECT id, report, reason, note, opened_by, opened_at FROM holds WHERE true"
            }
            Self::HoldEnd => {
                "SELECT id, closed_by, closed_at FROM holds WHERE coalesce(closed_by, closed_at) IS NOT NULL"
            }
            Self::Procedure => {
                "SELECT id, report, version, analysis, part, suggestion, class, code, reason, note, decided_by, decided_at \
                   FROM procedure_decisions WHERE true"
            }
        }
    }
}

impl Event<'_> {
    /// The same, vouching for rows as they stand now.
    pub(super) fn binding(
        mut self,
        connection: &Connection,
        rows: &[(Kind, i64)],
    ) -> Outcome<Self> {
        for (kind, id) in rows {
            let mut statement =
                connection.prepare_cached(&format!("{} AND id = ?1", kind.rows()))?;
            let digest = statement.query_row([id], |row| Ok(digest(row)))?;
            self.bound.push_str(&line(*kind, *id, &digest));
        }
        Ok(self)
    }
}

/// Binds all rows that are there: those of a store that an older program kept.
pub(super) fn take_over(tx: &Savepoint<'_>, key: &Key) -> Outcome<()> {
    let mut lines = Vec::new();
    for kind in Kind::ALL {
        each(tx, kind, |id, digest| {
            lines.push(line(kind, id, &digest));
            true
        })?;
    }
    for some in lines.chunks(TOGETHER) {
        let mut event = Event::done("bind", "earlier rows").with(format!("{} rows", some.len()));
        event.bound = some.concat();
        audit::append(tx, key, &Actor::command(), &event)?;
    }
    Ok(())
}

/// What the audit rows vouch for, by kind and number: the audit row and the digest.
#[derive(Debug, Default)]
pub(super) struct Vouched(BTreeMap<(Kind, i64), (i64, String)>);

impl Vouched {
    /// Takes what one audit row vouches for.
    pub(super) fn take(&mut self, seq: i64, bound: &str) {
        for line in bound.lines() {
            let mut words = line.split(' ');
            let kind = words.next().and_then(Kind::named);
            let id = words.next().and_then(|w| w.parse().ok());
            if let (Some(kind), Some(id), Some(digest)) = (kind, id, words.next()) {
                self.0.insert((kind, id), (seq, digest.to_owned()));
            }
        }
    }

    /// The first row of the store that differs from what is vouched for; `last` is the last audit row.
    pub(super) fn differing(
        mut self,
        connection: &Connection,
        last: i64,
    ) -> Outcome<Option<Break>> {
        for kind in Kind::ALL {
            let mut found = None;
            each(connection, kind, |id, digest| {
                let name = kind.name();
                found = match self.0.remove(&(kind, id)) {
                    Some((_, kept)) if kept == digest => None,
                    Some((seq, _)) => Some(Break {
                        seq,
                        words: format!(
                            "{name} {id} is not as this row vouches for: it was changed in the store"
                        ),
                    }),
                    None => Some(Break {
                        seq: last,
                        words: format!(
                            "no row vouches for {name} {id}: it was put into the store past the program"
                        ),
                    }),
                };
                found.is_none()
            })?;
            if found.is_some() {
                return Ok(found);
            }
        }
        let gone = self.0.into_iter().next();
        Ok(gone.map(|((kind, id), (seq, _))| Break {
            seq,
            words: format!("{} {id} is gone, for which this row vouches", kind.name()),
        }))
    }
}

fn line(kind: Kind, id: i64, digest: &str) -> String {
    format!("{} {id} {digest}\n", kind.name())
}

/// Goes through the rows of a kind with their digests, for as long as `go_on` says so.
fn each(
    connection: &Connection,
    kind: Kind,
    mut go_on: impl FnMut(i64, String) -> bool,
) -> Outcome<()> {
    let mut statement = connection.prepare(&format!("{} ORDER BY id", kind.rows()))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if !go_on(row.get(0)?, digest(row)) {
            break;
        }
    }
    Ok(())
}

/// The digest of a row: each value with its kind and length, so that none can pass into the next.
fn digest(row: &Row<'_>) -> String {
    let mut hash = Sha256::new();
    for n in 0..row.as_ref().column_count() {
        let (kind, bytes) = match row.get_ref(n).unwrap_or(ValueRef::Null) {
            ValueRef::Null => (0, Vec::new()),
            ValueRef::Integer(n) => (1, n.to_le_bytes().to_vec()),
            ValueRef::Real(n) => (2, n.to_le_bytes().to_vec()),
            ValueRef::Text(text) => (3, text.to_vec()),
            ValueRef::Blob(blob) => (4, blob.to_vec()),
        };
        hash.update([kind]);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(&bytes);
    }
    let mut kept = digits(&hash.finalize());
    kept.truncate(2 * KEPT);
    kept
}
