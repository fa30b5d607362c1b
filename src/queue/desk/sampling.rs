//! Samples of reports for an audit: of each physician, site or coder some per cent, drawn by a digest of seed and report, so
//! that the same seed draws the same sample again, on any machine and in any order.

use std::collections::BTreeMap;

use rusqlite::{Connection, named_params};
use sha2::{Digest, Sha256};

use super::Desk;
use crate::queue::{
    audit::Event,
    refusal::{Outcome, Refusal},
    rights::{Actor, Right},
};

/// Within what a sample is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Of each physician's reports.
    Physician,
    /// Of each site's reports.
    Site,
    /// Of the reports each coder finished.
    Coder,
    /// Of all reports.
    All,
}

impl Per {
    /// All of them, with their names.
    pub const ALL: [(&'static str, Self); 4] = [
        ("physician", Self::Physician),
        ("site", Self::Site),
        ("coder", Self::Coder),
        ("all", Self::All),
    ];
}

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Draw {
    /// Within what.
    pub per: Per,
    /// How much of each group, in hundredths of a per cent, 1 to 10,000; at least one report of each group is drawn.
    pub share: u32,
    /// Another seed, another sample.
    pub seed: u64,
    /// `open`, `done` or empty for all.
    pub state: String,
    /// First date of service, ISO 8601; empty for any.
    pub from: String,
    /// Last date of service.
    pub until: String,
}

/// A report that was drawn.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Drawn {
    /// The physician, site or coder it was drawn for.
    pub group: String,
    /// How many reports the group has.
    pub of: usize,
    /// The queue's number.
    pub report: i64,
    /// The report's id where it comes from.
    pub report_id: String,
    /// Its site.
    pub site: String,
    /// Its physician.
    pub physician: String,
    /// Its date of service.
    pub service_date: Option<String>,
    /// `open` or `done`.
    pub status: String,
    /// Who finished it.
    pub coder: Option<String>,
}

/// A share as it is typed, `10` or `2.5`, in hundredths of a per cent.
///
/// # Errors
/// When it is not more than 0 and at most 100, or has more than two decimals.
pub fn parse_share(typed: &str) -> Result<u32, String> {
    let wrong = || "give per cent from 0.01 to 100, such as 10 or 2.5".to_owned();
    let (whole, part) = typed.trim().split_once('.').unwrap_or((typed.trim(), ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 2 || !digits(whole) || !digits(part) {
        return Err(wrong());
    }
    let number: u32 = format!("{whole}{part:0<2}").parse().map_err(|_| wrong())?;
    if (1..=10_000).contains(&number) {
        Ok(number)
    } else {
        Err(wrong())
    }
}

impl Desk {
    /// Draws a sample, sorted by group and report.
    ///
    /// # Errors
    /// When the role may not, the share cannot be drawn, or the store fails.
    pub fn sample(&self, actor: &Actor, draw: &Draw) -> Outcome<Vec<Drawn>> {
        self.allow(actor, Right::Audit, "sample", "queue")?;
        if !(1..=10_000).contains(&draw.share) {
            return Err(Refusal::invalid(
                "the share is not from 0.01 to 100 per cent",
            ));
        }
        let per = Per::ALL.iter().find(|(_, p)| *p == draw.per);
        let told = format!(
            "per {}, {}.{:02} per cent, seed {}, {} reports",
            per.map_or("", |(name, _)| name),
            draw.share / 100,
            draw.share % 100,
            draw.seed,
            match draw.state.as_str() {
                "" => "all",
                "done" => "finished",
                state => state,
            }
        );
        self.note(actor, &Event::done("sample", "queue").with(told))?;
        let all = self.store.read(|c| candidates(c, actor, draw))?;
        Ok(drawn(all, draw))
    }
}

fn candidates(connection: &Connection, actor: &Actor, draw: &Draw) -> Outcome<Vec<Drawn>> {
    let mut statement = connection.prepare_cached(
        "SELECT q.report, r.name, r.site, r.physician, q.service_date, q.state, u.name FROM queue q \
           JOIN reports r ON r.id = q.report LEFT JOIN users u ON u.id = q.done_by \
         WHERE (:only_site IS NULL OR r.site = :only_site) AND (:state = '' OR q.state = :state) \
           AND (:from = '' OR q.service_date >= :from) AND (:until = '' OR q.service_date <= :until) ORDER BY q.report",
    )?;
    let limits = named_params! {
        ":only_site": actor.site, ":state": draw.state, ":from": draw.from, ":until": draw.until,
    };
    let rows = statement.query_map(limits, |r| {
        Ok(Drawn {
            group: String::new(),
            of: 0,
            report: r.get(0)?,
            report_id: r.get(1)?,
            site: r.get(2)?,
            physician: r.get(3)?,
            service_date: r.get(4)?,
            status: r.get(5)?,
            coder: r.get(6)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Of each group those with the smallest digests.
fn drawn(all: Vec<Drawn>, draw: &Draw) -> Vec<Drawn> {
    let mut groups: BTreeMap<String, Vec<([u8; 32], Drawn)>> = BTreeMap::new();
    for one in all {
        let group = match draw.per {
            Per::Physician => one.physician.clone(),
            Per::Site => one.site.clone(),
            Per::Coder => match &one.coder {
                Some(coder) => coder.clone(),
                None => continue,
            },
            Per::All => String::new(),
        };
        let lot = lot(draw.seed, &one.site, &one.report_id);
        groups.entry(group).or_default().push((lot, one));
    }
    let mut sample = Vec::new();
    for (group, mut lots) in groups {
        let of = lots.len();
        lots.sort_by_key(|lot| lot.0);
        let many = (of * draw.share as usize).div_ceil(10_000);
        let mut chosen: Vec<Drawn> = lots.into_iter().take(many).map(|(_, one)| one).collect();
        chosen.sort_by_key(|one| one.report);
        sample.extend(chosen.into_iter().map(|one| Drawn {
            group: group.clone(),
            of,
            ..one
        }));
    }
    sample
}

/// A report's lot: a digest of the seed, and of what names the report outside of this store.
fn lot(seed: u64, site: &str, name: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(seed.to_le_bytes());
    for part in [site, name] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(report: i64, physician: &str) -> Drawn {
        Drawn {
            group: String::new(),
            of: 0,
            report,
            report_id: format!("r{report}"),
            site: "North".to_owned(),
            physician: physician.to_owned(),
            service_date: None,
            status: "done".to_owned(),
            coder: None,
        }
    }

    fn draw(share: u32, seed: u64) -> Draw {
        Draw {
            per: Per::Physician,
            share,
            seed,
            state: String::new(),
            from: String::new(),
            until: String::new(),
        }
    }

    fn all() -> Vec<Drawn> {
        let of = |n: i64| if n <= 40 { "a" } else { "b" };
        (1..=43).map(|n| one(n, of(n))).collect()
    }

    #[test]
    fn a_seed_draws_the_same_sample_in_any_order() {
        let first = drawn(all(), &draw(1_000, 7));
        let reversed = drawn(all().into_iter().rev().collect(), &draw(1_000, 7));
        assert_eq!(first, reversed);
        assert_eq!(first.iter().filter(|d| d.group == "a").count(), 4);
        assert_eq!(
            first.iter().filter(|d| d.group == "b").count(),
            1,
            "at least one of each"
        );
        assert_ne!(first, drawn(all(), &draw(1_000, 8)));
        assert_eq!(drawn(all(), &draw(10_000, 7)).len(), 43);
    }

    #[test]
    fn every_report_comes_up_about_as_often() {
        let mut times = [0_u32; 41];
        for seed in 0..400 {
            for found in drawn(all(), &draw(1_000, seed)) {
                if let Some(n) = usize::try_from(found.report).ok().filter(|n| *n <= 40) {
                    times[n] += 1;
                }
            }
        }
        // 40 expected, standard deviation 6.
        let (low, high) = (times[1..].iter().min(), times[1..].iter().max());
        assert!(low >= Some(&15) && high <= Some(&65), "{low:?} {high:?}");
    }

    #[test]
    fn shares_are_read_exactly() {
        for (typed, share) in [("10", 1_000), ("2.5", 250), ("0.01", 1), ("100", 10_000)] {
            assert_eq!(parse_share(typed), Ok(share));
        }
        for bad in ["0", "101", "", "x", "1.234", "-1", "1e2", "."] {
            assert!(parse_share(bad).is_err(), "{bad}");
        }
    }
}
