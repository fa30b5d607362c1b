//! What Medicare's physician fee schedule pays for a code: relative values and conversion factor per period, national or
//! adjusted to a locality. Facts are rows of `lexicons/codes/fees.tsv`; where a value is unknown the cell is blank, and no
//! amount is made up for it.

mod rows;

use std::sync::{Arc, LazyLock};

use rust_decimal::{Decimal, RoundingStrategy};

use super::{Confidence, in_force};
use crate::{date::Date, error::Result, lexicon::Table};
use rows::{COLUMNS, cells, fee};

/// Where a service was done, as the fee schedule sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// A hospital or surgery centre: the physician's part alone.
    Facility,
    /// The physician's own office: with staff, room and supplies.
    Office,
}

impl Site {
    /// The name used in output and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Facility => "facility",
            Self::Office => "office",
        }
    }
}

/// Which conversion factor of a period: from 2026 on Medicare has two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Factor {
    /// The period has one factor for all.
    Single,
    /// For all but qualifying participants.
    Standard,
    /// For qualifying participants of an advanced payment model.
    Qualifying,
}

impl Factor {
    /// The name used in the table, output and on the command line; empty when there is only one.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "",
            Self::Standard => "standard",
            Self::Qualifying => "qualifying",
        }
    }
}

/// The relative values of a code: physician work, practice expense at either site, malpractice cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelativeValues {
    /// Physician work.
    pub work: Decimal,
    /// Practice expense in the office; unknown or not paid there when `None`.
    pub pe_office: Option<Decimal>,
    /// Practice expense in a facility.
    pub pe_facility: Option<Decimal>,
    /// Malpractice cost.
    pub malpractice: Decimal,
}

/// The three indices by which a locality differs from the nation, whose indices are 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indices {
    /// Of physician work.
    pub work: Decimal,
    /// Of practice expense.
    pub practice: Decimal,
    /// Of malpractice cost.
    pub malpractice: Decimal,
}

impl Indices {
    /// The nation as a whole.
    pub const NATIONAL: Self = Self {
        work: Decimal::ONE,
        practice: Decimal::ONE,
        malpractice: Decimal::ONE,
    };
}

/// The payment indicators of a code, each a digit or short word of the fee schedule; empty when unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indicators {
    /// Status: `A` is paid by the schedule.
    pub status: String,
    /// Global period: `ZZZ` is an add-on code.
    pub global: String,
    /// Whether the multiple-procedure cut applies.
    pub multiple: String,
    /// Whether the bilateral rule applies.
    pub bilateral: String,
    /// Assistant at surgery.
    pub assistant: String,
    /// Two surgeons.
    pub co_surgeon: String,
    /// A team.
    pub team: String,
    /// Whether the code splits into a professional and a technical part.
    pub pc_tc: String,
    /// Hospital outpatient status: `N` is packaged.
    pub opps: String,
    /// Surgery centre indicator: `N1` is packaged.
    pub asc: String,
}

/// What a code is paid in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    /// The code number.
    pub code: String,
    /// `26`, `TC` or empty.
    pub modifier: String,
    /// First day.
    pub from: Date,
    /// Last day; still in force when `None`.
    pub until: Option<Date>,
    /// Which of the period's conversion factors.
    pub factor: Factor,
    /// US dollars for one relative value unit.
    pub conversion_factor: Decimal,
    /// The relative values, where they are known.
    pub values: Option<RelativeValues>,
    /// The payment indicators.
    pub indicators: Indicators,
    /// Where the row comes from.
    pub source: String,
    /// How well it is backed.
    pub confidence: Confidence,
    /// What else there is to say.
    pub note: String,
}

impl Fee {
    /// The total of the relative values at a site, where they are known.
    #[must_use]
    pub fn total(&self, site: Site) -> Option<Decimal> {
        let values = self.values?;
        Some(values.work + values.practice(site)? + values.malpractice)
    }

    /// US dollars for one unit at a site, rounded to the cent; `None` where a value is unknown or the schedule sets no
    /// amount (a status other than A, R or T).
    #[must_use]
    pub fn amount(&self, site: Site, indices: Indices) -> Option<Decimal> {
        let priced = matches!(self.indicators.status.as_str(), "A" | "R" | "T");
        let values = self.values.filter(|_| priced)?;
        let weighted = values.work * indices.work
            + values.practice(site)? * indices.practice
            + values.malpractice * indices.malpractice;
        Some(cents(weighted * self.conversion_factor))
    }

    /// The national amount for one unit.
    #[must_use]
    pub fn national(&self, site: Site) -> Option<Decimal> {
        self.amount(site, Indices::NATIONAL)
    }
}

impl RelativeValues {
    fn practice(&self, site: Site) -> Option<Decimal> {
        match site {
            Site::Facility => self.pe_facility,
            Site::Office => self.pe_office,
        }
    }
}

/// Rounded to the cent as the fee schedule does, half a cent up.
fn cents(amount: Decimal) -> Decimal {
    let mut amount = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    amount.rescale(2);
    amount
}

/// All periods of all codes.
#[derive(Clone, Debug, Default)]
pub struct FeeTable {
    rows: Arc<[Fee]>,
}

static BUILTIN: LazyLock<FeeTable> = LazyLock::new(|| {
    FeeTable::parse(
        "codes/fees.tsv",
        include_str!("../../../lexicons/codes/fees.tsv"),
    )
    .expect("the built-in table is loaded by the tests")
});

impl From<Vec<Fee>> for FeeTable {
    fn from(rows: Vec<Fee>) -> Self {
        Self { rows: rows.into() }
    }
}

impl FeeTable {
    /// The table built into the program: the IVUS codes from 2016 to 2026, with gaps where no source was found.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// The rows of a file in our layout.
    ///
    /// # Errors
    /// When a cell cannot be read, or an amount is not what the row's own values give.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self> {
        let table = Table::parse(file, text, COLUMNS)?;
        let rows: Result<Arc<[Fee]>> = table.rows.iter().map(|r| fee(&table, r)).collect();
        Ok(Self { rows: rows? })
    }

    /// The rows as a file in our layout.
    pub(crate) fn to_tsv(&self) -> String {
        super::tsv(COLUMNS, &self.rows, cells)
    }

    /// Every row, in the order of the file.
    #[must_use]
    pub fn rows(&self) -> &[Fee] {
        &self.rows
    }

    /// The periods of a code, oldest first, without its parts (modifiers 26 and TC).
    pub fn of<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Fee> {
        self.rows
            .iter()
            .filter(move |f| f.code == code && f.modifier.is_empty())
    }

    /// The row of a code on a date. In a period with two factors the one asked for; in one with a single factor, that.
    #[must_use]
    pub fn on<'a>(&'a self, code: &'a str, date: Date, factor: Factor) -> Option<&'a Fee> {
        self.of(code)
            .filter(|f| f.factor == Factor::Single || f.factor == factor)
            .find(|f| in_force(Some(f.from), f.until, Some(date)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::assert_periods;

    fn on(code: &str, date: &str, factor: Factor) -> Fee {
        FeeTable::builtin()
            .on(code, date.parse().unwrap(), factor)
            .unwrap()
            .clone()
    }

    fn amount(code: &str, date: &str, site: Site) -> Option<String> {
        on(code, date, Factor::Standard)
            .national(site)
            .map(|a| a.to_string())
    }

    #[test]
    fn every_day_from_2016_to_2026_has_one_row_a_code_and_factor() {
        for factor in [Factor::Standard, Factor::Qualifying] {
            for code in ["37252", "37253"] {
                let rows: Vec<&Fee> = FeeTable::builtin()
                    .of(code)
                    .filter(|f| f.factor == Factor::Single || f.factor == factor)
                    .collect();
                assert_periods(code, rows.iter().map(|f| (Some(f.from), f.until)), true);
                assert_eq!(rows[0].from.to_string(), "2016-01-01");
                assert_eq!(
                    rows[rows.len() - 1].until.unwrap().to_string(),
                    "2026-12-31"
                );
            }
        }
    }

    #[test]
    fn every_row_has_a_source() {
        for fee in FeeTable::builtin().rows() {
            assert!(!fee.source.is_empty(), "{} {}", fee.code, fee.from);
        }
    }

    /// Fact 48: the amounts of 2022 are the seed article's to the cent, those of 2024 the guide's to the dollar.
    #[test]
    fn the_amounts_of_2022_and_2024_are_those_published() {
        for (code, date, site, published) in [
            ("37252", "2022-06-01", Site::Office, "1026.07"),
            ("37252", "2022-06-01", Site::Facility, "89.63"),
            ("37253", "2022-06-01", Site::Office, "175.45"),
            ("37253", "2022-06-01", Site::Facility, "70.94"),
            ("37252", "2024-06-01", Site::Office, "927.06"),
            ("37252", "2024-06-01", Site::Facility, "86.21"),
            ("37253", "2024-06-01", Site::Office, "170.43"),
            ("37253", "2024-06-01", Site::Facility, "68.57"),
        ] {
            assert_eq!(
                amount(code, date, site).as_deref(),
                Some(published),
                "{code} {date}"
            );
        }
    }

    /// Fact 48: the office payment of the first vessel fell.
    #[test]
    fn the_office_total_of_the_first_vessel_fell_from_33_29_to_26_60() {
        let total = |date| {
            on("37252", date, Factor::Standard)
                .total(Site::Office)
                .unwrap()
        };
        assert_eq!(total("2020-01-01").to_string(), "33.29");
        assert_eq!(total("2025-12-31").to_string(), "26.60");
    }

    /// Fact 49: two factors in 2024, by date.
    #[test]
    fn the_factor_of_2024_changes_on_the_ninth_of_march() {
        let factor = |date| {
            on("37252", date, Factor::Standard)
                .conversion_factor
                .to_string()
        };
        assert_eq!(factor("2024-03-08"), "32.7442");
        assert_eq!(factor("2024-03-09"), "33.2875");
    }

    /// Facts 50 and 51: two factors in 2026, by participation; the relative values are unknown and so is the amount.
    #[test]
    fn in_2026_there_are_two_factors_and_no_amount() {
        for (factor, dollars) in [
            (Factor::Standard, "33.4009"),
            (Factor::Qualifying, "33.5675"),
        ] {
            let fee = on("37253", "2026-05-02", factor);
            assert_eq!(fee.conversion_factor.to_string(), dollars);
            assert_eq!((fee.values, fee.national(Site::Office)), (None, None));
        }
    }

    #[test]
    fn before_2020_the_factor_is_known_and_the_amount_is_not() {
        assert_eq!(amount("37252", "2019-12-31", Site::Office), None);
        assert_eq!(
            amount("37252", "2020-01-01", Site::Office).as_deref(),
            Some("1201.42")
        );
        assert!(
            FeeTable::builtin()
                .on("37250", "2015-06-01".parse().unwrap(), Factor::Standard)
                .is_none()
        );
    }

    /// Fact 52: packaged for the hospital and the surgery centre in 2024; other years were not seen.
    #[test]
    fn the_hospital_status_is_known_for_2024_alone() {
        for fee in FeeTable::builtin().rows() {
            let known = fee.from.year() == 2024;
            let expected = if known { ("N", "N1") } else { ("", "") };
            assert_eq!(
                (fee.indicators.opps.as_str(), fee.indicators.asc.as_str()),
                expected
            );
        }
    }

    #[test]
    fn a_locality_weighs_each_part_by_its_own_index() {
        // (1.80 x 1.5 + 24.44 x 1.081 + 0.36 x 0.592) x 32.3465 = 948.812…
        let indices = Indices {
            work: "1.5".parse().unwrap(),
            practice: "1.081".parse().unwrap(),
            malpractice: "0.592".parse().unwrap(),
        };
        let fee = on("37252", "2025-05-02", Factor::Standard);
        assert_eq!(
            fee.amount(Site::Office, indices).unwrap().to_string(),
            "948.81"
        );
    }

    #[test]
    fn a_status_that_the_schedule_does_not_price_has_no_amount() {
        let mut fee = on("37252", "2025-05-02", Factor::Standard);
        fee.indicators.status = "C".to_owned();
        assert_eq!(fee.national(Site::Office), None);
    }

    #[test]
    fn an_amount_that_the_values_do_not_give_is_refused() {
        let text = include_str!("../../../lexicons/codes/fees.tsv").replace("1201.42", "1201.43");
        let error = FeeTable::parse("fees.tsv", &text).unwrap_err().to_string();
        assert_eq!(
            error,
            "fees.tsv:6: entry \"37252\": amount_office must be 1201.42, as the row's values give"
        );
    }
}
