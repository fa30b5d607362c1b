//! How often one session may have a text read in the live check: so many a second in the long run, with some in hand.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Looks that are in hand for a session that did not look for a while, as seconds of its pace.
const IN_HAND: f64 = 4.0;
/// Sessions after which those that have their full hand are forgotten.
const MANY: usize = 1000;

/// The pace of all sessions.
pub(super) struct Pace {
    /// Looks a second; 0 for any number.
    each: u32,
    sessions: Mutex<BTreeMap<[u8; 32], (f64, Instant)>>,
}

impl Pace {
    pub(super) fn new(each: u32) -> Self {
        Self {
            each,
            sessions: Mutex::new(BTreeMap::new()),
        }
    }

    /// Whether a session may look at a moment; counts it if so.
    pub(super) fn lets(&self, session: [u8; 32], now: Instant) -> bool {
        if self.each == 0 {
            return true;
        }
        let (each, full) = (f64::from(self.each), f64::from(self.each) * IN_HAND);
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MANY {
            let whole = Duration::from_secs_f64(IN_HAND);
            sessions.retain(|_, (_, seen)| now.saturating_duration_since(*seen) < whole);
        }
        let (left, seen) = sessions.entry(session).or_insert((full, now));
        let since = now.saturating_duration_since(*seen).as_secs_f64();
        (*left, *seen) = ((*left + since * each).min(full), now);
        let may = *left >= 1.0;
        if may {
            *left -= 1.0;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_some_in_hand_and_then_its_pace() {
        let pace = Pace::new(10);
        let start = Instant::now();
        let many =
            |session, at, tries: u32| (0..tries).filter(|_| pace.lets([session; 32], at)).count();
        assert_eq!(many(1, start, 100), 40);
        assert_eq!(many(2, start, 100), 40, "another session has its own");
        assert_eq!(many(1, start + Duration::from_millis(500), 100), 5);
        assert_eq!(many(1, start + Duration::from_secs(60), 100), 40);
        assert!((0..1000).all(|_| Pace::new(0).lets([0; 32], start)));
    }
}
