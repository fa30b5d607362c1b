//! What the units of a report are worth, for coders. A type of its own, beside [`Document`], that only the coders'
//! renderings take: whatever is written for a physician is made from the document alone and cannot show money.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use super::json::Document;
use crate::codes::{CodeBook, Confidence, PriceBasis};

/// The amounts of one report's lines. Sums are unknown as soon as one line is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Amounts {
    /// `USD`.
    pub currency: &'static str,
    /// `facility` or `office`.
    #[schemars(extend("enum" = ["facility", "office"]))]
    pub site: &'static str,
    /// The locality (`CA-05`), or `national`.
    pub area: String,
    /// Which conversion factor in years with two: `standard` or `qualifying`.
    pub factor: &'static str,
    /// The lines, in the order of `coding.lines`.
    pub lines: Vec<AmountLine>,
    /// All units performed; absent when not known.
    #[serde(flatten)]
    pub sum: Sum,
}

/// Three amounts in dollars and cents, such as `"927.06"`; absent when not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sum {
    /// For the units performed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performed: Option<String>,
    /// For the units the text supports today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported: Option<String>,
    /// The difference: what a query could recover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recoverable: Option<String>,
}

/// The amounts of one line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AmountLine {
    /// The code.
    pub code: String,
    /// One unit, in dollars and cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<String>,
    /// The line as a whole.
    #[serde(flatten)]
    pub sum: Sum,
    /// Why nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// Where the values come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How well they are backed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
}

/// A document as a coder gets it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CoderDocument<'a> {
    /// The document.
    #[serde(flatten)]
    pub document: &'a Document,
    /// What its units are worth, when asked for with `--site`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amounts: Option<&'a Amounts>,
}

/// The worth of units: performed and supported, in dollars.
#[derive(Clone, Copy, Debug, Default)]
struct Worth {
    performed: Decimal,
    supported: Decimal,
}

impl Worth {
    fn told(self) -> Sum {
        // A query can only add: where more is supported than performed, nothing is to be recovered.
        let recoverable = (self.performed - self.supported).max(Decimal::ZERO);
        let dollars = |amount: Decimal| Some(format!("{amount:.2}"));
        Sum {
            performed: dollars(self.performed),
            supported: dollars(self.supported),
            recoverable: dollars(recoverable),
        }
    }
}

impl Amounts {
    /// The amounts of a document's lines.
    #[must_use]
    pub fn of(document: &Document, codes: &CodeBook, basis: &PriceBasis) -> Self {
        let date = document.report.date_of_service.as_deref();
        let date = date.and_then(|d| d.parse().ok());
        let mut total = Some(Worth::default());
        let mut lines = Vec::new();
        for line in &document.coding.lines {
            let price = codes.price(&line.code, date, basis);
            let worth = price.as_ref().ok().map(|p| Worth {
                performed: p.each * Decimal::from(line.units),
                supported: p.each * Decimal::from(line.units_supported),
            });
            total = total.zip(worth).map(|(sum, line)| Worth {
                performed: sum.performed + line.performed,
                supported: sum.supported + line.supported,
            });
            lines.push(AmountLine {
                code: line.code.clone(),
                each: price.as_ref().ok().map(|p| p.each.to_string()),
                sum: worth.map(Worth::told).unwrap_or_default(),
                unknown: price.as_ref().err().cloned(),
                source: price.as_ref().ok().map(|p| p.source.clone()),
                confidence: price.ok().map(|p| p.confidence),
            });
        }
        Self {
            currency: "USD",
            site: basis.site.name(),
            area: basis
                .locality
                .clone()
                .unwrap_or_else(|| "national".to_owned()),
            factor: basis.factor.name(),
            lines,
            sum: total.map(Worth::told).unwrap_or_default(),
        }
    }

    /// Why amounts are not known, each reason once.
    #[must_use]
    pub fn unknown(&self) -> Vec<&str> {
        let mut reasons: Vec<&str> = Vec::new();
        for reason in self.lines.iter().filter_map(|l| l.unknown.as_deref()) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons
    }

    /// What the amounts are, in plain words: "Medicare physician fee schedule, national, office".
    #[must_use]
    pub fn words(&self) -> String {
        let area = match self.area.as_str() {
            "national" => "national".to_owned(),
            key => format!("locality {key}"),
        };
        let factor = match self.factor {
            "qualifying" => ", factor for qualifying participants",
            _ => "",
        };
        format!(
            "Medicare physician fee schedule, {area}, {}{factor}",
            self.site
        )
    }
}

/// The amounts of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct AmountTotals {
    reports: usize,
    unknown: usize,
    worth: Worth,
}

impl AmountTotals {
    /// Adds the amounts of one report. Reports without units count neither way.
    pub fn add(&mut self, amounts: &Amounts) {
        if amounts.lines.is_empty() {
            return;
        }
        let read = |amount: &Option<String>| amount.as_deref().and_then(|a| a.parse().ok());
        match (read(&amounts.sum.performed), read(&amounts.sum.supported)) {
            (Some(performed), Some(supported)) => {
                self.reports += 1;
                self.worth.performed += Decimal::max(performed, Decimal::ZERO);
                self.worth.supported += Decimal::max(supported, Decimal::ZERO);
            }
            _ => self.unknown += 1,
        }
    }

    /// The amounts in one line; `None` when no report has units.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        if self.reports + self.unknown == 0 {
            return None;
        }
        let unknown = match self.unknown {
            0 => String::new(),
            1 => "; not known for 1 report".to_owned(),
            n => format!("; not known for {n} reports"),
        };
        let sum = self.worth.told();
        Some(match (&sum.performed, &sum.recoverable) {
            (Some(performed), Some(recoverable)) if self.reports > 0 => format!(
                "units performed {performed} USD, of which queries could recover {recoverable} USD{unknown}"
            ),
            _ => format!("amounts{unknown}").replace("amounts; ", "amounts "),
        })
    }
}
