//! Takes HL7 v2 messages over a connection (MLLP) into the queue. A message is acknowledged when what it tells is durable, and
//! not before. No part of a message is ever told in the program's own words: neither on standard error nor in an answer.

mod acknowledge;
mod frame;
mod head;
mod listen;
mod receive;

pub use frame::{Framer, Heard};
pub use listen::{Listener, Log, Options};
pub use receive::Receiver;
