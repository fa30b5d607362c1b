//! Shows how far a large run has come, on standard error, and hears the signals that ask it to stop.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

use super::complain;
use crate::batch::{Progress, Watch};

/// How long nothing is said where there is no terminal.
const PAUSE: Duration = Duration::from_secs(10);

/// Looks on at a run.
pub(super) struct Onlooker {
    /// The signal that came; none is 0.
    signal: Arc<AtomicUsize>,
    shown: Shown,
}

enum Shown {
    Bar(ProgressBar),
    Lines(Lines),
}

/// What was said last where there is no terminal.
struct Lines {
    /// The bytes of the input.
    size: u64,
    at: Instant,
    progress: Progress,
}

impl Lines {
    /// What is said when so much time went by since the last line: how far the run has come, how fast it is now, and when it
    /// will be done at that rate. The rate is that of the last stretch, since a run that goes on passes fast over what it has.
    fn line(&self, progress: &Progress, went_by: Duration) -> String {
        let seconds = went_by.as_secs_f64().max(0.001);
        let rate = |now: u64, then: u64| number(now.saturating_sub(then)) / seconds;
        let records = rate(progress.records, self.progress.records);
        let bytes = rate(progress.bytes, self.progress.bytes);
        let mut line = format!("{}, {records:.0} records/s", told(progress));
        if self.size > 0 {
            let read = progress.bytes.min(self.size);
            let _ = write!(line, ", {} % of the input read", read * 100 / self.size);
            if bytes > 0.0 {
                let left = number(self.size - read) / bytes;
                let _ = write!(line, ", {} left", time(left));
            }
        }
        line
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is told with a few digits")]
fn number(count: u64) -> f64 {
    count as f64
}

/// Some seconds as people say them.
fn time(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("about {s:.0} s"),
        s if s < 90.0 * 60.0 => format!("about {:.0} min", s / 60.0),
        s => format!("about {:.1} h", s / 3600.0),
    }
}

impl Onlooker {
    /// Begins to listen. `bytes` is the size of the input as it lies on the disk.
    pub(super) fn new(bytes: u64) -> anyhow::Result<Self> {
        let signal = Arc::new(AtomicUsize::new(0));
        let again = Arc::new(AtomicBool::new(false));
        for number in [SIGINT, SIGTERM] {
            // In this order: the first signal arms what ends the program at the second.
            flag::register_conditional_shutdown(number, 128 + number, again.clone())
                .and_then(|_| flag::register(number, again.clone()))
                .and_then(|_| {
                    flag::register_usize(number, signal.clone(), number.unsigned_abs() as usize)
                })
                .context("cannot listen for signals")?;
        }
        Ok(Self {
            signal,
            shown: shown(bytes)?,
        })
    }

    /// Begins the display anew, for another run.
    pub(super) fn show(&mut self, bytes: u64) -> anyhow::Result<()> {
        self.clear();
        self.shown = shown(bytes)?;
        Ok(())
    }

    /// Ends the display.
    pub(super) fn clear(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }

    /// Which signal came, if one did.
    pub(super) fn signal(&self) -> Option<u8> {
        u8::try_from(self.signal.load(Ordering::Relaxed))
            .ok()
            .filter(|s| *s > 0)
    }
}

impl Watch for Onlooker {
    fn progress(&mut self, progress: &Progress) {
        match &mut self.shown {
            Shown::Bar(bar) => {
                bar.set_message(told(progress));
                bar.set_position(progress.bytes);
            }
            Shown::Lines(last) if last.at.elapsed() >= PAUSE => {
                complain(&last.line(progress, last.at.elapsed()));
                (last.at, last.progress) = (Instant::now(), *progress);
            }
            Shown::Lines(_) => {}
        }
    }

    fn wants_stop(&self) -> bool {
        self.signal.load(Ordering::Relaxed) > 0
    }
}

fn told(progress: &Progress) -> String {
    match progress.failed {
        0 => format!("{} records", progress.records),
        failed => format!("{} records, {failed} failed", progress.records),
    }
}

fn shown(bytes: u64) -> anyhow::Result<Shown> {
    Ok(if io::stderr().is_terminal() {
        Shown::Bar(bar(bytes)?)
    } else {
        Shown::Lines(Lines {
            size: bytes,
            at: Instant::now(),
            progress: Progress::default(),
        })
    })
}

fn bar(bytes: u64) -> anyhow::Result<ProgressBar> {
    let bar = ProgressBar::new(bytes);
    let shape = "{wide_bar} {percent}% {msg}, {bytes_per_sec}, {eta} left";
    bar.set_draw_target(ProgressDrawTarget::stderr());
    Ok(bar.with_style(ProgressStyle::with_template(shape)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_tell_the_rate_of_the_last_stretch_and_the_time_left() {
        let progress = |records, failed, bytes| Progress {
            records,
            failed,
            bytes,
        };
        let ten = Duration::from_secs(10);
        let last = |size, progress| Lines {
            size,
            at: Instant::now(),
            progress,
        };
        for (size, then, now, line) in [
            (
                1000,
                progress(0, 0, 0),
                progress(50, 0, 250),
                "50 records, 5 records/s, 25 % of the input read, about 30 s left",
            ),
            (
                90_000,
                progress(900, 1, 80_000),
                progress(1000, 2, 80_100),
                "1000 records, 2 failed, 10 records/s, 89 % of the input read, about 16 min left",
            ),
            (
                1 << 40,
                progress(0, 0, 0),
                progress(1, 0, 1 << 20),
                "1 records, 0 records/s, 0 % of the input read, about 2912.7 h left",
            ),
            // Passing over what is there already, and an input whose size nobody knows.
            (
                10,
                progress(5, 0, 10),
                progress(5, 0, 10),
                "5 records, 0 records/s, 100 % of the input read",
            ),
            (
                0,
                progress(0, 0, 0),
                progress(30, 0, 0),
                "30 records, 3 records/s",
            ),
        ] {
            assert_eq!(last(size, then).line(&now, ten), line);
        }
    }
}
