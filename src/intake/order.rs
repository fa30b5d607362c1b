//! When a version of a document was sent, and which of two is the later one.

use jiff::{SignedDuration, civil::DateTime};

use super::{Status, version::Version};

/// Where a version is: file and number in it, in input order.
pub(super) type Position = (u32, u32);

/// The moment a message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sent(DateTime);

impl Sent {
    /// Reads `YYYYMMDD[HH[MM[SS[.S…]]]][±ZZZZ]`, also with the signs of ISO 8601 between the digits; what is missing is nought.
    /// A year or a month alone is no moment.
    pub(crate) fn read(written: &str) -> Option<Self> {
        let written = written.trim();
        let (day, time) = match written.split_once('T') {
            Some((day, time)) => (day.replace('-', ""), time.replace(':', "")),
            None => (written.get(..8)?.to_owned(), written.get(8..)?.to_owned()),
        };
        let sign = time.find(['+', '-', 'Z']).unwrap_or(time.len());
        let (time, zone) = time.split_at(sign);
        let (clock, part) = time.split_once('.').unwrap_or((time, ""));
        let two = |text: &str, at: usize| -> Option<i8> {
            match text.get(at..at + 2) {
                Some(digits) => digits.parse().ok(),
                None => Some(0),
            }
        };
        let nanoseconds = format!("{part:0<9}").get(..9)?.parse().ok()?;
        let moment = DateTime::new(
            day.get(..4)?.parse().ok()?,
            two(day.get(4..8)?, 0)?,
            two(&day, 6)?,
            two(clock, 0)?,
            two(clock, 2)?,
            two(clock, 4)?,
            nanoseconds,
        );
        let ahead = 60 * i64::from(two(zone, 1)?) + i64::from(two(zone, 3)?);
        let ahead = SignedDuration::from_mins(if zone.starts_with('-') { -ahead } else { ahead });
        Some(Self(moment.ok()?.checked_sub(ahead).ok()?))
    }
}

/// The place of a version among those of its document: by the moment it was sent; of one moment a draft comes first; else by
/// the order of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    sent: Option<Sent>,
    settled: bool,
    at: Position,
}

impl Order {
    pub(super) fn of(version: &Version, at: Position) -> Self {
        Self {
            sent: version.sent,
            settled: version.sent.is_some() && version.status != Some(Status::Draft),
            at,
        }
    }

    /// Whether a message that cancels or restates a document came after a version of it. Of one moment the order within a file
    /// decides; the order of files tells nothing, and the message is taken to be the later one.
    pub(super) fn follows(&self, version: &Self) -> bool {
        match (self.sent, version.sent) {
            (Some(this), Some(that)) if this != that => this > that,
            _ => self.at.0 != version.at.0 || self.at > version.at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_compared_across_forms_and_zones() {
        let read = |written| Sent::read(written).unwrap();
        assert!(read("20240502") < read("202405020001"));
        assert!(read("20240502120000.5") < read("20240502120000.51"));
        assert_eq!(read("202405021200+0200"), read("202405021000"));
        assert_eq!(read("202405021200-0500"), read("20240502170000+0000"));
        assert_eq!(read("2024-05-02T12:00:00Z"), read("202405021200"));
        assert_eq!(
            read("2024-05-02T12:00:00.25+02:00"),
            read("20240502100000.25")
        );
        for none in [
            "",
            "2024",
            "202405",
            "20241301",
            "yesterday",
            "2024050299",
            "2024-05",
        ] {
            assert_eq!(Sent::read(none), None, "{none}");
        }
    }
}
