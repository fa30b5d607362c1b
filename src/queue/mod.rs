//! The review queue: one SQLite file with reports, what the program reads in them, what coders decide, who may come in, and
//! an audit table. [`Desk`] is the way in for pages and commands: it checks rights and writes the audit rows. The other
//! modules hold one kind of row each and check nothing.

pub mod analyses;
mod aside;
pub mod audit;
mod backup;
mod beside;
pub mod billing;
pub mod board;
mod bound;
pub mod cited;
pub mod claims;
pub mod confirmations;
pub mod counts;
pub mod decisions;
pub mod demo;
mod desk;
pub mod factors;
pub mod gaps;
pub mod holds;
pub mod incident;
pub mod leaving;
pub mod neutral;
mod next;
pub mod procedures;
pub mod progress;
pub mod queries;
pub mod refusal;
pub mod reports;
pub mod rights;
pub mod secret;
pub mod senders;
mod serving;
pub mod sessions;
pub mod store;
pub mod tellings;
pub mod time;
pub mod users;
pub mod views;
mod writer;

pub use aside::Aside;
pub use backup::{Copied, Drill, restore};
pub use desk::{
    Assigned, Credentials, Desk, Difference, Draft, Draw, Drawn, Entrance, Exported,
    ExportedDecision, ExportedProcedure, FeedbackFilter, NewAnswer, NewPassword, Parcel, Per,
    QuerySheet, Receipt, Renewal, Sheet, Shown, Tally, Which, parse_share, with_addendum,
};
pub use refusal::{Conflict, Outcome, Refusal};
pub use rights::{Actor, Right, Role};
pub use serving::Serving;
pub use store::Store;
