//! The integration tests, as one binary.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test that panics has failed, as it should, and a skipped one says so"
)]

mod account;
mod adversarial;
mod amounts;
mod assigning;
mod batch;
mod batch_forms;
mod batch_sound;
mod batch_standing;
mod batch_surroundings;
mod batch_twice;
mod batch_unbroken;
mod batch_watch;
mod beside;
mod billing;
mod browser;
mod browser_hostile;
mod browser_live;
mod browser_narrow;
mod browser_words;
mod catheters;
mod cli;
mod corpus;
mod demo;
mod docs;
mod documents;
mod export_page;
mod factor;
mod facts;
mod families;
mod feedback;
mod gold;
mod hostile;
mod incident;
mod intake_http;
mod invariants;
mod layers;
mod leaving;
mod lexicons;
mod live;
#[cfg(unix)]
mod load;
mod lookup;
mod malformed;
mod malformed_messages;
mod meaning;
mod messages;
mod migrations;
mod mllp;
mod mllp_kills;
mod mllp_settled;
mod neutral;
mod one_lesion;
mod payers;
mod payloads;
mod privacy;
mod progress;
mod proofs;
mod published;
mod queries;
mod queue;
mod read_only;
mod render;
mod rewritten;
mod serve;
mod serve_again;
mod serve_lists;
mod sessions;
mod sound;
mod strangers;
#[cfg(unix)]
mod stress;
mod tables;
mod tables_in;
mod tables_strict;
mod tls;
mod turns;
mod upload;
mod values;
mod vouched;
mod written;
