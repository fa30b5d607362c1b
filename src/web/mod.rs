//! The pages of the queue: a server in the same binary, rendered on the server, with one style sheet and one small script of
//! its own and nothing from elsewhere. Holds no policy: rights are checked by [`crate::queue::Desk`].

mod about;
mod account;
mod address;
mod answer;
mod ask;
mod assets;
mod assigning;
mod audit;
mod beside;
mod bill;
mod board;
mod clients;
mod dispatch;
mod entrance;
mod export;
mod factor;
mod feedback;
mod find;
mod forms;
mod guard;
mod incident;
mod intake;
mod layout;
mod listen;
mod live;
mod pace;
mod people;
mod progress;
mod queries;
mod report;
pub mod routes;
mod sample;
mod senders;
mod sessions;
mod strangers;
mod taking;
mod told;
mod upload;
mod validity;
mod verdicts;
mod views;
mod words;
mod work;

use std::{num::NonZero, sync::Arc, thread::available_parallelism};

use tokio::sync::Semaphore;

use crate::{
    intake::PdfReader,
    queue::{Desk, Outcome, secret::Key},
};

pub use answer::Answer;
pub use ask::Ask;
pub use clients::Tell;
pub use listen::{Messages, Options, Tls, app, serve};
pub use routes::{Access, Route};

/// Where what went wrong is told. The words never hold report text.
pub type Log = Box<dyn Fn(&str) + Send + Sync>;

/// What all requests share.
pub struct Server {
    desk: Arc<Desk>,
    /// Whether browsers come by TLS; cookies depend on it.
    secure: bool,
    /// The names the server answers to, when it is on the loopback interface; else all.
    hosts: Option<Vec<String>>,
    /// Texts of the live check are read by two threads a core at most; more would only make each wait longer.
    readers: Semaphore,
    /// Signs forms of those who have not come in.
    key: Key,
    log: Log,
    /// What reads PDF documents, if anything does.
    pdf_reader: PdfReader,
    /// How often a session may look in the live check.
    pace: pace::Pace,
    /// Those who were turned away in this minute.
    strangers: strangers::Strangers,
}

/// How often a session may have a text read in the live check, a second in the long run, when nothing else is said.
pub const LIVE_PACE: u32 = 25;

impl Server {
    /// A server over a desk. `hosts` are the values of `Host` it answers to; `None` for any.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new(
        desk: Arc<Desk>,
        secure: bool,
        hosts: Option<Vec<String>>,
        log: Log,
    ) -> Outcome<Self> {
        Ok(Self {
            desk,
            secure,
            hosts,
            readers: Semaphore::new(2 * available_parallelism().map_or(1, NonZero::get)),
            key: Key::random()?,
            log,
            pdf_reader: None,
            pace: pace::Pace::new(LIVE_PACE),
            strangers: strangers::Strangers::default(),
        })
    }

    /// The same with another pace of the live check, in looks a second and session; 0 for any number.
    #[must_use]
    pub fn with_live_pace(mut self, each: u32) -> Self {
        self.pace = pace::Pace::new(each);
        self
    }

    /// The same with a program that reads PDF documents, as in [`crate::intake::Items::with_pdf_reader`].
    #[must_use]
    pub fn with_pdf_reader(mut self, program: PdfReader) -> Self {
        self.pdf_reader = program;
        self
    }

    /// The desk.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }
}
