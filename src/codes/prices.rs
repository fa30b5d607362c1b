//! What one unit of a code is paid on a date, at a site, in the nation or a locality; or why that is not known.

use rust_decimal::Decimal;

use super::{Confidence, Factor, FeeTable, Indices, Locality, LocalityTable, Site};
use crate::{date::Date, error::Result};

/// What amounts are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceBasis {
    /// Where the service was done.
    pub site: Site,
    /// Which conversion factor, in periods with two.
    pub factor: Factor,
    /// Key of the locality (`CA-05`); the nation when `None`.
    pub locality: Option<String>,
}

impl PriceBasis {
    /// National amounts at a site, with the standard factor.
    #[must_use]
    pub fn national(site: Site) -> Self {
        Self {
            site,
            factor: Factor::Standard,
            locality: None,
        }
    }

    /// The same in a locality, which must be known for some period.
    ///
    /// # Errors
    /// When no locality is called so.
    pub fn in_locality(mut self, words: &str, localities: &LocalityTable) -> Result<Self> {
        self.locality = Some(localities.find(words)?);
        Ok(self)
    }
}

/// The amount of one unit and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// US dollars for one unit.
    pub each: Decimal,
    /// Where the values come from.
    pub source: String,
    /// How well they are backed: the lower of fee and locality.
    pub confidence: Confidence,
}

/// The price of a code on a date.
///
/// # Errors
/// In words, why it is not known: no date, no row, blank values, no indices of the locality. Nothing is guessed.
pub(super) fn price(
    fees: &FeeTable,
    localities: &LocalityTable,
    code: &str,
    date: Option<Date>,
    basis: &PriceBasis,
) -> std::result::Result<Price, String> {
    let date = date.ok_or("the date of service is not known")?;
    let year = date.year();
    let fee = fees
        .on(code, date, basis.factor)
        .ok_or_else(|| format!("no fee of {code} is known for {date}"))?;
    let local: Option<&Locality> =
        match &basis.locality {
            None => None,
            Some(key) => Some(localities.on(key, date).ok_or_else(|| {
                format!("the indices of locality {key} are not known for {year}")
            })?),
        };
    let indices = local.map_or(Indices::NATIONAL, |l| l.indices);
    let each = fee.amount(basis.site, indices).ok_or_else(|| {
        if fee.values.is_none() {
            format!("the relative values of {code} are not known for {year}")
        } else {
            let site = basis.site.name();
            format!("the fee schedule of {year} sets no {site} amount for {code}")
        }
    })?;
    Ok(Price {
        each,
        source: match local {
            Some(local) => format!("{}; {}", fee.source, local.source),
            None => fee.source.clone(),
        },
        confidence: local.map_or(fee.confidence, |l| l.confidence.min(fee.confidence)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priced(
        code: &str,
        date: Option<&str>,
        basis: &PriceBasis,
    ) -> std::result::Result<String, String> {
        let date = date.map(|d| d.parse().unwrap());
        price(
            FeeTable::builtin(),
            LocalityTable::builtin(),
            code,
            date,
            basis,
        )
        .map(|p| format!("{} {}", p.each, p.confidence))
    }

    #[test]
    fn an_amount_is_told_with_its_confidence_and_what_is_not_known_with_its_reason() {
        let office = PriceBasis::national(Site::Office);
        let cases = [
            (Some("2024-05-02"), Ok("927.06 confirmed")),
            (Some("2023-05-02"), Ok("973.58 one source")),
            (None, Err("the date of service is not known")),
            (
                Some("2015-05-02"),
                Err("no fee of 37252 is known for 2015-05-02"),
            ),
            (
                Some("2018-05-02"),
                Err("the relative values of 37252 are not known for 2018"),
            ),
            (
                Some("2026-05-02"),
                Err("the relative values of 37252 are not known for 2026"),
            ),
            (
                Some("2027-05-02"),
                Err("no fee of 37252 is known for 2027-05-02"),
            ),
        ];
        for (date, expected) in cases {
            let found = priced("37252", date, &office);
            assert_eq!(
                found.as_deref().map_err(String::as_str),
                expected,
                "{date:?}"
            );
        }
    }

    #[test]
    fn a_locality_is_known_for_its_own_year_only() {
        let basis = PriceBasis::national(Site::Office)
            .in_locality("AK-01", LocalityTable::builtin())
            .unwrap();
        assert_eq!(
            priced("37252", Some("2025-05-02"), &basis).unwrap(),
            "948.81 one source"
        );
        assert_eq!(
            priced("37252", Some("2024-05-02"), &basis).unwrap_err(),
            "the indices of locality AK-01 are not known for 2024"
        );
    }
}
