//! What can be typed for `ivus serve`. Knows nothing of what it does.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use clap::{Args, ValueEnum};

use super::args::{AmountArgs, KnowledgeArgs};
use crate::{queue::demo::Stage, web::LIVE_PACE};

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Address and port
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080", value_parser = address)]
    pub(super) addr: SocketAddr,

    /// File of the store; it is made when it does not exist
    ///
    /// With --demo it must not exist; without --store a demo is kept in a temporary folder.
    #[arg(long, value_name = "FILE")]
    pub(super) store: Option<PathBuf>,

    /// Show a queue with invented reports and users of each role
    ///
    /// A fortnight of work is in it: reports finished, on hold, in hand, asked about and answered. With --demo=fresh nothing was
    /// decided yet.
    #[arg(long, value_name = "STAGE", num_args = 0..=1, require_equals = true, default_missing_value = "worked")]
    pub(super) demo: Option<DemoStage>,

    /// Certificate chain for TLS (PEM)
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(super) cert: Option<PathBuf>,

    /// Private key for TLS (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(super) key: Option<PathBuf>,

    /// Let only those connect who show a certificate of this authority (PEM)
    ///
    /// Browsers, programs and senders of messages alike, wherever connections are encrypted. It stands in the place of no
    /// password. One file may hold several authorities.
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(super) client_ca: Option<PathBuf>,

    /// Refuse those whose certificate is on a list of the revoked (PEM or DER)
    ///
    /// Each authority that signed one of the certificates shown needs its list in the file; a list that is overdue lets nobody of it in. A
    /// new file in its place holds from the next connection on.
    #[arg(long, value_name = "FILE", requires = "client_ca")]
    pub(super) client_crl: Option<PathBuf>,

    /// The most texts a second that one session has read in the live check, in the long run; 0 for any number
    #[arg(long, value_name = "N", default_value_t = LIVE_PACE)]
    pub(super) live_pace: u32,

    /// Take HL7 messages (MDM, ORU) by MLLP at this address and port
    ///
    /// A message is acknowledged when it is durable. Elsewhere than on the loopback interface the connections are encrypted with
    /// --cert and --key, and --mllp-from names who may connect.
    #[arg(long, value_name = "HOST:PORT", value_parser = address)]
    pub(super) mllp: Option<SocketAddr>,

    /// Address that may send messages; give it once for each
    #[arg(long, value_name = "IP", requires = "mllp")]
    pub(super) mllp_from: Vec<IpAddr>,

    /// Let messages pass the network unencrypted, such as through a tunnel of your own
    #[arg(long, requires = "mllp")]
    pub(super) mllp_in_clear: bool,

    /// Close a connection on which no message came for so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 600, requires = "mllp", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(super) mllp_idle: u64,

    #[command(flatten)]
    pub(super) amounts: AmountArgs,

    #[command(flatten)]
    pub(super) knowledge: KnowledgeArgs,
}

/// How far the work of a demo has come.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum DemoStage {
    /// Two coders and a physician have worked for a fortnight
    Worked,
    /// Nothing was decided yet
    Fresh,
}

impl DemoStage {
    pub(super) fn stage(self) -> Stage {
        match self {
            Self::Worked => Stage::Worked,
            Self::Fresh => Stage::Fresh,
        }
    }
}

/// An address: `127.0.0.1:8080`, `localhost:8080`, `[::1]:8080`.
fn address(typed: &str) -> Result<SocketAddr, String> {
    let typed = typed
        .strip_prefix("localhost:")
        .map_or_else(|| typed.to_owned(), |port| format!("127.0.0.1:{port}"));
    typed
        .parse()
        .map_err(|_| "give an address and a port, such as 127.0.0.1:8080".to_owned())
}
