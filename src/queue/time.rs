//! Moments: milliseconds since 1970, UTC, and how they are told.

use std::{
    cell::Cell,
    time::{SystemTime, UNIX_EPOCH},
};

use jiff::Timestamp;

/// A moment in milliseconds since 1970.
pub type Moment = i64;

/// A second in milliseconds.
pub const SECOND: i64 = 1000;
/// A minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// A day in milliseconds.
pub const DAY: i64 = 24 * 60 * MINUTE;

thread_local! {
    /// How far this thread's clock is put back.
    static BACK: Cell<Moment> = const { Cell::new(0) };
}

/// Now, by the system's clock.
#[must_use]
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.map_or(0, |s| i64::try_from(s.as_millis()).unwrap_or(i64::MAX));
    now - BACK.get()
}

/// Does something as if it were so long ago; for the demo alone, which shows work of some days.
pub(super) fn earlier<T>(by: Moment, act: impl FnOnce() -> T) -> T {
    let before = BACK.replace(by);
    let done = act();
    BACK.set(before);
    done
}

/// The day of a moment (UTC), `2026-11-22`.
#[must_use]
pub fn date(at: Moment) -> String {
    written(at, "%Y-%m-%d")
}

/// A moment as `2026-11-22 05:04` (UTC).
#[must_use]
pub fn told(at: Moment) -> String {
    written(at, "%Y-%m-%d %H:%M")
}

/// A moment as `2026-11-22T05:04:03Z`.
#[must_use]
pub fn iso(at: Moment) -> String {
    written(at, "%Y-%m-%dT%H:%M:%SZ")
}

fn written(at: Moment, form: &str) -> String {
    Timestamp::from_millisecond(at)
        .map_or_else(|_| at.to_string(), |t| t.strftime(form).to_string())
}

/// The moment at which a day begins (UTC), of a text such as `2026-11-22`; `None` when it is no day.
#[must_use]
pub fn day(text: &str) -> Option<Moment> {
    let day: jiff::civil::Date = text.parse().ok()?;
    let begins = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(begins.timestamp().as_millisecond())
}

/// How long ago something was, in the largest whole unit: `3 days`.
#[must_use]
pub fn ago(at: Moment, now: Moment) -> String {
    let gone = (now - at).max(0);
    let told = |n: i64, unit: &str| format!("{n} {unit}{}", if n == 1 { "" } else { "s" });
    match gone {
        g if g >= DAY => told(g / DAY, "day"),
        g if g >= 60 * MINUTE => told(g / (60 * MINUTE), "hour"),
        g if g >= MINUTE => told(g / MINUTE, "minute"),
        _ => "just now".to_owned(),
    }
}

/// The time that so many tenths of some, which are sorted, do not exceed; 0 of none.
#[must_use]
pub fn within(sorted: &[Moment], tenths: usize) -> Moment {
    let at = (sorted.len() * tenths).div_ceil(10).max(1) - 1;
    sorted.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_in_utc() {
        assert_eq!(told(0), "1970-01-01 00:00");
        assert_eq!(iso(DAY + 61 * SECOND), "1970-01-02T00:01:01Z");
        assert_eq!(day("1970-01-03"), Some(2 * DAY));
        assert_eq!(
            (day("1970-02-30"), day("03/01/1970"), day("")),
            (None, None, None)
        );
        assert_eq!(ago(0, 3 * DAY + 5), "3 days");
        assert_eq!(ago(0, 61 * MINUTE), "1 hour");
        assert_eq!(ago(0, MINUTE - 1), "just now");
    }
}
