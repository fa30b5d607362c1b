//! A share of the input, so that several machines can do one run.

use std::{fmt, str::FromStr};

use crate::error::Error;

/// One of several equal shares: every n-th part of the run, counted in parts of `--shard-size` records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Which, from 1.
    number: usize,
    /// Of how many.
    of: usize,
}

impl Share {
    /// Whether a part, numbered from 0, belongs to it.
    #[must_use]
    pub fn has(self, part: usize) -> bool {
        part % self.of == self.number - 1
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Share {
    type Err = Error;

    /// Reads `3/64`.
    fn from_str(typed: &str) -> Result<Self, Error> {
        let parts = typed.split_once('/');
        let parsed = parts.and_then(|(n, of)| Some((n.parse().ok()?, of.parse().ok()?)));
        match parsed {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err(Error::usage(
                "give which share of how many, from 1/64 to 64/64",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_disjoint_and_leave_nothing_out() {
        let shares: Vec<Share> = (1..=3).map(|n| format!("{n}/3").parse().unwrap()).collect();
        for part in 0..20 {
            assert_eq!(shares.iter().filter(|s| s.has(part)).count(), 1);
        }
        for typed in ["0/3", "4/3", "1/0", "3", "a/b", "1/2/3", "-1/2"] {
            assert!(typed.parse::<Share>().is_err(), "{typed}");
        }
    }
}
