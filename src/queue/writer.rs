//! The one connection that writes, and the line before it. What those do who come while another one writes is committed
//! together with it: one durable commit for all who wait, and nobody is answered before it. Knows no tables.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use rusqlite::{Connection, Savepoint};

use super::refusal::{Outcome, Refusal};

/// How long a writer waits for another process, counted from when it came.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The least it waits, for who stood in line for longer than that.
const LEAST_PATIENCE: Duration = Duration::from_millis(20);

/// So many are committed together at most, so that the first of them does not wait for a line without an end.
const MOST: usize = 64;

/// The connection that writes.
pub(super) struct Writer {
    /// Whoever has it writes; the lock hands it on in the order of arrival often enough that nobody starves.
    turn: Mutex<Turn>,
    /// How many wait for their turn. Each of them will have it.
    waiting: AtomicUsize,
}

struct Turn {
    connection: Connection,
    /// What was begun and not yet committed, and how many have a part in it.
    open: Option<(Arc<Together>, usize)>,
}

/// What became of a commit, for all who have a part in it.
type Together = OnceLock<Outcome<()>>;

impl Writer {
    pub(super) fn new(connection: Connection) -> Self {
        Self {
            turn: Mutex::new(Turn {
                connection,
                open: None,
            }),
            waiting: AtomicUsize::new(0),
        }
    }

    /// Writes: all that `act` does, or nothing of it, whatever becomes of the others. Durable when this returns. Whoever
    /// commits for all looks at the store with `seal` before, and does `then` with what was seen afterwards.
    ///
    /// # Errors
    /// Those of `act`, and when the store cannot be written; then nothing is kept.
    pub(super) fn write<T, S>(
        &self,
        act: impl FnOnce(&Savepoint<'_>) -> Outcome<T>,
        seal: impl FnOnce(&Connection) -> Outcome<S>,
        then: impl FnOnce(&S),
    ) -> Outcome<T> {
        let came = Instant::now();
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut turn = self.turn.lock();
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let (together, members) = turn.begin(came)?;
        // A panic must not leave the others' work without its commit.
        let done = catch_unwind(AssertUnwindSafe(|| turn.apart(act)));
        if turn.connection.is_autocommit() {
            // A full disk, for instance: SQLite took everything back, the others' part as well.
            let lost = match &done {
                Ok(Err(refusal)) => refusal.clone(),
                _ => Refusal::Fault("what was to be saved was taken back".to_owned()),
            };
            turn.open = None;
            let _ = together.set(Err(lost));
        } else if members >= MOST || self.waiting.load(Ordering::SeqCst) == 0 {
            turn.open = None;
            let done = turn.commit(seal).map(|sealed| then(&sealed));
            let _ = together.set(done);
        }
        drop(turn);
        match done {
            Ok(done) => together.wait().clone().and(done),
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Hands the connection out as it is, for looking at its settings.
    #[cfg(test)]
    pub(super) fn look<T>(&self, act: impl FnOnce(&Connection) -> T) -> T {
        act(&self.turn.lock().connection)
    }
}

impl Turn {
    /// Begins, or joins what others began and did not yet commit.
    fn begin(&mut self, came: Instant) -> Outcome<(Arc<Together>, usize)> {
        if self.open.is_none() {
            let left = PATIENCE.saturating_sub(came.elapsed()).max(LEAST_PATIENCE);
            self.connection.busy_timeout(left)?;
            self.connection
                .prepare_cached("BEGIN IMMEDIATE")?
                .execute([])?;
        }
        let (together, members) = self.open.take().unwrap_or_default();
        self.open = Some((together.clone(), members + 1));
        Ok((together, members + 1))
    }

    /// Does one part so that it can be taken back without the others.
    fn apart<T>(&mut self, act: impl FnOnce(&Savepoint<'_>) -> Outcome<T>) -> Outcome<T> {
        let part = self.connection.savepoint()?;
        let done = act(&part)?;
        part.commit()?;
        Ok(done)
    }

    /// Commits for all.
    fn commit<S>(&self, seal: impl FnOnce(&Connection) -> Outcome<S>) -> Outcome<S> {
        let done = seal(&self.connection).and_then(|sealed| {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
            Ok(sealed)
        });
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use super::*;

    fn writer(path: &std::path::Path) -> Writer {
        let connection = Connection::open(path).unwrap();
        connection
            .pragma_update(None, "journal_mode", "WAL")
            .unwrap();
        connection
            .execute_batch("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY)")
            .unwrap();
        Writer::new(connection)
    }

    fn add(writer: &Writer, n: i64, commits: &AtomicUsize) -> Outcome<()> {
        let act = |tx: &Savepoint<'_>| {
            tx.execute("INSERT INTO t VALUES (?1)", [n])?;
            Ok(())
        };
        let count = |(): &()| {
            commits.fetch_add(1, Ordering::SeqCst);
        };
        writer.write(act, |_| Ok(()), count)
    }

    /// The numbers that are kept, as another program sees them.
    fn kept(path: &std::path::Path) -> Vec<i64> {
        let reader = Connection::open(path).unwrap();
        let mut statement = reader.prepare("SELECT n FROM t ORDER BY n").unwrap();
        let rows = statement.query_map([], |r| r.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn those_who_wait_are_committed_together_and_what_fails_takes_none_along() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let writer = writer(&path);
        let commits = AtomicUsize::new(0);
        let (first, all) = (Barrier::new(2), 20_usize);
        thread::scope(|scope| {
            // One has its turn until all others stand in line.
            scope.spawn(|| {
                let act = |tx: &Savepoint<'_>| {
                    first.wait();
                    while writer.waiting.load(Ordering::SeqCst) < all {
                        thread::yield_now();
                    }
                    tx.execute("INSERT INTO t VALUES (0)", [])?;
                    Ok(())
                };
                let count = |(): &()| {
                    commits.fetch_add(1, Ordering::SeqCst);
                };
                writer.write(act, |_| Ok(()), count).unwrap();
            });
            first.wait();
            for n in 1..=all {
                let (writer, commits, path) = (&writer, &commits, &path);
                scope.spawn(move || match n % 4 {
                    0 => {
                        // Does half of its work, then finds that it may not.
                        let refused = writer.write(
                            |tx| {
                                tx.execute("INSERT INTO t VALUES (1000)", [])?;
                                Err::<(), _>(Refusal::Denied)
                            },
                            |_| Ok(()),
                            |()| (),
                        );
                        assert!(matches!(refused, Err(Refusal::Denied)), "{refused:?}");
                    }
                    1 if n == 1 => {
                        let act = |tx: &Savepoint<'_>| -> Outcome<()> {
                            tx.execute("INSERT INTO t VALUES (2000)", [])?;
                            panic!("as a page may")
                        };
                        let done = catch_unwind(AssertUnwindSafe(|| {
                            writer.write(act, |_| Ok(()), |()| ())
                        }));
                        assert!(done.is_err());
                    }
                    _ => {
                        let n = i64::try_from(n).unwrap();
                        add(writer, n, commits).unwrap();
                        assert!(kept(path).contains(&n), "answered before it was kept");
                    }
                });
            }
        });
        let wanted = (0..=20).filter(|n| n % 4 != 0 || *n == 0);
        let wanted: Vec<i64> = wanted.filter(|n| *n != 1).collect();
        assert_eq!(kept(&path), wanted);
        assert!(commits.load(Ordering::SeqCst) < 4, "{commits:?}");
    }

    #[test]
    fn a_commit_that_fails_fails_for_all_and_the_next_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let writer = writer(&path);
        let failed = writer.write(
            |tx| Ok(tx.execute("INSERT INTO t VALUES (1)", [])?),
            |_| Err::<(), _>(Refusal::Busy),
            |()| panic!("nothing was committed"),
        );
        assert!(matches!(failed, Err(Refusal::Busy)), "{failed:?}");
        // Taken back by SQLite itself, as when the disk is full.
        let failed = writer.write(
            |tx| {
                tx.execute("INSERT INTO t VALUES (2)", [])?;
                tx.execute("INSERT OR ROLLBACK INTO t VALUES (2)", [])?;
                Ok(())
            },
            |_| Ok(()),
            |()| panic!("nothing was committed"),
        );
        assert!(matches!(failed, Err(Refusal::Fault(_))), "{failed:?}");
        add(&writer, 3, &AtomicUsize::new(0)).unwrap();
        assert_eq!(kept(&path), [3]);
    }

    #[test]
    fn another_program_is_waited_for_and_no_longer_than_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let writer = writer(&path);
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let commits = AtomicUsize::new(0);
        let start = Instant::now();
        thread::scope(|scope| {
            for n in 0..8 {
                let (writer, commits) = (&writer, &commits);
                scope.spawn(move || {
                    let refused = add(writer, n, commits);
                    assert!(matches!(refused, Err(Refusal::Busy)), "{refused:?}");
                });
            }
        });
        // All waited at the same time, not one after the other.
        assert!(start.elapsed() < 2 * PATIENCE, "{:?}", start.elapsed());
        other.execute_batch("ROLLBACK").unwrap();
        add(&writer, 1, &commits).unwrap();
        assert_eq!(kept(&path), [1]);
    }
}
