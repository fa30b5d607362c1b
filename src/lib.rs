//! Reads the text of a procedure report and says which vessels were examined with intravascular ultrasound (IVUS), which
//! units of CPT 37252 and 37253 that supports, and what the text lacks to support them.
//!
//! Extraction never fails: any text gives an analysis, perhaps an empty one. Nothing is guessed: a vessel that may be one
//! that is counted already, or that was only passed, is left out with the reason. And each answer can be traced, by its
//! place in the text, to the words that led to it. The program suggests; a coder decides.
//!
//! # Overview
//!
//! - [`Report`] is the text of one report with its id; [`text::decode`] makes text of a file's bytes.
//! - [`Analyzer`] holds what the program knows: the [`lexicon`], the [`codes`] and their dates, a counting policy. Build it
//!   once; share it between threads.
//! - [`Analysis`] is what was found in one report.
//! - [`Reading`] joins a report and its analysis for the [`render`]ers; [`render::json::Document`] is the shape that leaves
//!   the program, in JSON and as the source of every other format.
//! - [`rules`] are the judgements, one a file, each with a page of its own that the tests run.
//! - [`payer`] is what one payer wants beyond the code book.
//! - [`tables`] keeps a folder with this year's fees, limits and code pairs, read from the published files.
//! - [`intake`] makes records of many formats, and [`batch`] runs over any number of them and can go on after a stop.
//! - [`feedback`] sums up many results: how well reports are documented, and how coders decide.
//! - [`queue`] is the review queue in one SQLite file, [`mllp`] takes messages into it, and [`web`] has its pages.
//! - [`input`] finds and reads reports, [`eval`] scores them against gold labels, [`cli`] is the command line.
//!
//! # Example
//!
//! ```
//! use ivus::{Analyzer, Reading, Report};
//!
//! let analyzer = Analyzer::builtin();
//! let report = Report::new("101", "FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis.");
//! let analysis = analyzer.analyze(&report);
//! let reading = Reading::new(&analyzer, report, &analysis);
//!
//! let line = &reading.document.coding.lines[0];
//! assert_eq!((line.code.as_str(), line.units), ("37252", 1));
//! assert_eq!(line.vessels, ["left common-iliac-vein"]);
//! // No reason for the study is stated, so the unit is performed but not yet supported.
//! assert_eq!(line.units_supported, 0);
//! ```

pub mod analyzer;
pub mod batch;
pub mod cli;
pub mod codes;
pub mod context;
pub mod date;
mod encounter;
pub mod error;
pub mod eval;
pub mod feedback;
pub mod input;
pub mod intake;
pub mod lexicon;
mod lookup;
mod mention;
pub mod mllp;
pub mod payer;
pub mod queue;
pub mod render;
pub mod rules;
mod segment;
pub mod tables;
pub mod text;
pub mod web;

pub use analyzer::{Analysis, Analyzer};
pub use error::{Error, Result};
pub use render::Reading;
pub use text::Report;
