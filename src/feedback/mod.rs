//! How well reports are documented, and how the program and coders fare: figures over many results, and the page that shows
//! them. Every share has its counts and a 95 % interval. Knows the JSON of results alone, no report text; what a physician
//! is shown names no code, unit, rule or payer.

mod gaps;
mod page;
mod periods;
mod pictures;
mod result;
mod share;
mod sums;

pub use gaps::{GAPS, Gap};
pub use page::{Audience, Head, body, page};
pub use result::{Decided, Made, Told, Unusable};
pub(crate) use share::rounded;
pub use share::{FEW, Share};
pub use sums::{Coders, Figures, Group};

/// The style of the figures, on top of the style of single pages.
pub const STYLE: &str = include_str!("page.css");

/// The elements of documentation that are counted, in the order of the writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// Each vessel that was examined is named.
    Vessel,
    /// The side of each vessel that has one is stated.
    Side,
    /// The way of the catheter is described.
    Movement,
    /// A reason for IVUS is stated for each vessel.
    Necessity,
    /// What IVUS showed is stated for each vessel.
    Findings,
}

impl Element {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Vessel,
        Self::Side,
        Self::Movement,
        Self::Necessity,
        Self::Findings,
    ];

    /// The name on the page.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Vessel => "Vessel named",
            Self::Side => "Side",
            Self::Movement => "Catheter movement",
            Self::Necessity => "Reason for IVUS",
            Self::Findings => "Findings",
        }
    }

    /// When a report has it.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Vessel => {
                "every vessel examined with IVUS is named in the description of the procedure"
            }
            Self::Side => "left or right is stated for every vessel that has a side",
            Self::Movement => "where the catheter was brought is described",
            Self::Necessity => "for every vessel it is said why IVUS was needed there",
            Self::Findings => {
                "for every vessel it is said what IVUS showed, also when it was normal"
            }
        }
    }
}
