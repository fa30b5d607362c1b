//! `ivus batch --watch`: takes the files of a drop folder as they come, in rounds, until a signal ends it.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use super::{Out, Outcome, batch as one, batch_args::BatchArgs, complain, onlooker::Onlooker, run};
use crate::{
    analyzer::Analyzer,
    batch::{self, Forms, Look, Rounds, Start, Superseded},
};

/// How long a signal may stay unheard.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) fn run(
    args: &BatchArgs,
    forms: &Forms,
    watched: &Path,
    mut out: Out,
) -> anyhow::Result<Outcome> {
    if !watched.is_dir() {
        anyhow::bail!("{}: no such folder to watch", watched.display());
    }
    let mut rounds = Rounds::open(args.results())?;
    let mut work = Work {
        args,
        forms,
        watched,
        analyzer: run::analyzer(&args.knowledge)?,
        onlooker: Onlooker::new(0)?,
        superseded: Superseded::new(args.results()),
        outcome: Outcome::Clean,
    };
    for round in rounds.unfinished()? {
        if let Some(stopped) = work.round(&mut rounds, round, &mut out)? {
            return Ok(stopped);
        }
    }
    for round in rounds.numbers() {
        work.superseded.take(round, &rounds.folder(round))?;
    }
    work.superseded.write()?;
    complain(&format!(
        "watching {}; SIGINT or SIGTERM ends it",
        watched.display()
    ));
    loop {
        if work.onlooker.signal().is_some() {
            return Ok(work.outcome);
        }
        let look = rounds.look(watched)?;
        let looked = Instant::now();
        match look {
            Look::Round(round) => {
                if let Some(stopped) = work.round(&mut rounds, round, &mut out)? {
                    return Ok(stopped);
                }
                work.tell(&rounds, round)?;
            }
            Look::Nothing if args.until_idle => return Ok(work.outcome),
            Look::Nothing | Look::Unsettled => {}
        }
        // Two looks are as far apart when a round lay between them: a file that is being written would else be taken.
        work.rest(looked, Duration::from_secs(args.every));
    }
}

/// What stays the same from round to round, and how they ended so far.
struct Work<'a> {
    args: &'a BatchArgs,
    forms: &'a Forms,
    watched: &'a Path,
    analyzer: Analyzer,
    onlooker: Onlooker,
    superseded: Superseded,
    outcome: Outcome,
}

impl Work<'_> {
    /// Does a round, or goes on with it. Says how the program ends when a signal stopped the round.
    fn round(
        &mut self,
        rounds: &mut Rounds,
        round: usize,
        out: &mut Out,
    ) -> anyhow::Result<Option<Outcome>> {
        let listing = rounds.listing(round, self.watched);
        let folder = rounds.folder(round);
        self.onlooker.show(listing.bytes())?;
        let plan = one::plan(
            self.args,
            self.forms,
            &self.analyzer,
            listing,
            folder.clone(),
            Start::Resume,
        );
        let summary = match batch::run(plan, &mut self.onlooker) {
            Ok(summary) => summary,
            Err(error) if rounds.has_changed(round) => {
                complain(&format!(
                    "{error}; its files are taken anew, what was written of them is kept as given-up-{round:05}"
                ));
                rounds.give_up(round)?;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        self.onlooker.clear();
        one::say(out, &one::told(&summary, &folder))?;
        if let (Some(signal), false) = (self.onlooker.signal(), summary.complete) {
            complain("stopped within a round; the same call goes on with it");
            return Ok(Some(Outcome::Stopped(signal)));
        }
        let ended = match one::outcome(&summary, &self.args.fail_on) {
            // The watch goes on, so it is not true that nothing was done.
            Outcome::Failed => Outcome::Partly,
            ended => ended,
        };
        self.outcome = self.outcome.max(ended);
        Ok(None)
    }

    /// Says what a finished round does to the rows of others, and they to its own.
    fn tell(&mut self, rounds: &Rounds, round: usize) -> anyhow::Result<()> {
        if !rounds.has(round) {
            return Ok(());
        }
        let rows = self.superseded.take(round, &rounds.folder(round))?;
        if rows > 0 {
            self.superseded.write()?;
            let told = match rows {
                1 => "1 row no longer tells the whole of its document".to_owned(),
                n => format!("{n} rows no longer tell the whole of their documents"),
            };
            complain(&format!("{told}; superseded.jsonl says which and why"));
        }
        Ok(())
    }

    /// Waits until some time after the last look, or a signal.
    fn rest(&self, looked: Instant, time: Duration) {
        while looked.elapsed() < time && self.onlooker.signal().is_none() {
            thread::sleep(PAUSE.min(time));
        }
    }
}
