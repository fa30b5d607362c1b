//! Shows how far a large run has come, on standard error, and hears the signals that ask it to stop.

use std::{
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
    Lines { last: Instant },
}

impl Onlooker {
    /// Begins to listen. `bytes` is the size of the input, where it is known.
    pub(super) fn new(bytes: Option<u64>) -> anyhow::Result<Self> {
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
    pub(super) fn show(&mut self, bytes: Option<u64>) -> anyhow::Result<()> {
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
            Shown::Lines { last } if last.elapsed() >= PAUSE => {
                *last = Instant::now();
                complain(&told(progress));
            }
            Shown::Lines { .. } => {}
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

fn shown(bytes: Option<u64>) -> anyhow::Result<Shown> {
    Ok(if io::stderr().is_terminal() {
        Shown::Bar(bar(bytes)?)
    } else {
        Shown::Lines {
            last: Instant::now(),
        }
    })
}

fn bar(bytes: Option<u64>) -> anyhow::Result<ProgressBar> {
    let (bar, shape) = match bytes {
        Some(bytes) => (
            ProgressBar::new(bytes),
            "{wide_bar} {percent}% {msg}, {bytes_per_sec}, {eta} left",
        ),
        None => (
            ProgressBar::new_spinner(),
            "{spinner} {msg}, {bytes_per_sec}, {elapsed} so far",
        ),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    Ok(bar.with_style(ProgressStyle::with_template(shape)?))
}
