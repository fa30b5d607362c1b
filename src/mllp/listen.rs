//! The port for messages: who may connect, how long and with how many at a time, and one message after the other on each
//! connection. Nothing more is read of a connection while a message of it is in work.

use std::{
    net::{IpAddr, SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_rustls::TlsAcceptor;

use super::{
    frame::Framer,
    receive::{MOST_BYTES, Receiver},
};
use crate::error::{Error, Result};

/// Where what went wrong is told. The words never hold anything of a message.
pub type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// Connections at a time.
const MOST_CONNECTIONS: usize = 64;
/// A message that has begun must be whole after so long.
const MESSAGE_TIME: Duration = Duration::from_secs(60);
/// An answer must be taken, and TLS agreed on, after so long.
const ANSWER_TIME: Duration = Duration::from_secs(10);
/// Messages in work may take so long when the server ends.
const LAST_TIME: Duration = Duration::from_secs(10);
/// Bytes that are no message, after which a connection is closed.
const MOST_STRAY: usize = 4096;

/// Where messages are taken, and from whom.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address.
    pub addr: SocketAddr,
    /// Addresses that may connect; all when empty, which is for the loopback interface alone.
    pub from: Vec<IpAddr>,
    /// Whether messages may pass a network unencrypted.
    pub in_clear: bool,
    /// A connection on which nothing comes is closed after so long.
    pub idle: Duration,
}

/// An open port.
pub struct Listener {
    options: Options,
    port: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Options {
    /// Opens the port. Elsewhere than on the loopback interface connections are encrypted with `tls`.
    ///
    /// # Errors
    /// When the address is not on the loopback interface, and it is not said who may connect, or there is no TLS and clear
    /// text was not allowed; when the address is in use.
    pub fn listen(&self, tls: Option<Arc<ServerConfig>>) -> Result<Listener> {
        let is_near = self.addr.ip().is_loopback();
        if !is_near && tls.is_none() && !self.in_clear {
            return Err(Error::usage(format!(
                "{}: messages would pass the network unencrypted; give --cert and --key, listen on 127.0.0.1, or allow it \
                 with --mllp-in-clear",
                self.addr
            )));
        }
        if !is_near && self.from.is_empty() {
            return Err(Error::usage(format!(
                "{}: anybody who reaches this address could send reports; name those who may with --mllp-from",
                self.addr
            )));
        }
        let failed = |e: std::io::Error| {
            Error::usage(format!(
                "{}: cannot listen there: {e}; choose another address with --mllp",
                self.addr
            ))
        };
        let port = TcpListener::bind(self.addr).map_err(failed)?;
        port.set_nonblocking(true).map_err(failed)?;
        let tls = tls.filter(|_| !is_near && !self.in_clear);
        Ok(Listener {
            options: self.clone(),
            port,
            tls: tls.map(TlsAcceptor::from),
        })
    }

    /// Whether an address may connect.
    fn lets_in(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.from.is_empty() || self.from.iter().any(|ip| ip.to_canonical() == peer)
    }
}

impl Listener {
    /// Where it listens, as it is told: `mllp://127.0.0.1:2575`.
    ///
    /// # Errors
    /// When the system does not know.
    pub fn told(&self) -> std::io::Result<String> {
        let scheme = if self.tls.is_some() { "mllps" } else { "mllp" };
        Ok(format!("{scheme}://{}", self.port.local_addr()?))
    }

    /// Takes messages until `stop` is true; a message in work is finished and answered first.
    ///
    /// # Errors
    /// When the port fails at the start.
    pub async fn serve(
        self,
        receiver: Receiver,
        log: Log,
        mut stop: watch::Receiver<bool>,
    ) -> std::io::Result<()> {
        let listener = tokio::net::TcpListener::from_std(self.port)?;
        let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                _ = stop.wait_for(|s| *s) => break,
                _ = connections.join_next(), if !connections.is_empty() => continue,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, peer)) = accepted else {
                // Out of descriptors, or a connection that was gone before it was there.
                sleep(Duration::from_millis(100)).await;
                continue;
            };
            if !self.options.lets_in(peer.ip()) {
                log(&format!(
                    "{} may not send messages; see --mllp-from",
                    peer.ip()
                ));
                continue;
            }
            let Ok(place) = room.clone().try_acquire_owned() else {
                log(&format!(
                    "{MOST_CONNECTIONS} connections send messages already; one more was closed"
                ));
                continue;
            };
            let talk = Talk {
                receiver: receiver.clone(),
                peer: peer.ip().to_canonical(),
                idle: self.options.idle,
                log: log.clone(),
                stop: stop.clone(),
            };
            let tls = self.tls.clone();
            connections.spawn(async move {
                let _place = place;
                talk.begin(stream, tls).await;
            });
        }
        drop(listener);
        let last = async { while connections.join_next().await.is_some() {} };
        let _ = timeout(LAST_TIME, last).await;
        Ok(())
    }
}

/// One connection.
struct Talk {
    receiver: Receiver,
    peer: IpAddr,
    idle: Duration,
    log: Log,
    stop: watch::Receiver<bool>,
}

impl Talk {
    async fn begin(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        let _ = stream.set_nodelay(true);
        match tls {
            None => self.go_on(stream).await,
            Some(tls) => match timeout(ANSWER_TIME, tls.accept(stream)).await {
                Ok(Ok(stream)) => self.go_on(stream).await,
                _ => (self.log)(&format!("{}: no TLS connection could be made", self.peer)),
            },
        }
    }

    /// Takes one message after the other. What has no end is never answered.
    async fn go_on(mut self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut framer = Framer::new(MOST_BYTES);
        let mut buffer = vec![0; 1 << 16];
        let mut until = Instant::now() + self.idle;
        'talk: loop {
            let read = tokio::select! {
                biased;
                _ = self.stop.wait_for(|s| *s) => break,
                read = timeout_at(until, stream.read(&mut buffer)) => read,
            };
            let count = match read {
                Ok(Ok(count @ 1..)) => count,
                Err(_) if framer.is_inside() => {
                    (self.log)(&format!(
                        "{}: a message had no end; it was not taken",
                        self.peer
                    ));
                    break;
                }
                _ => break,
            };
            for byte in buffer.get(..count).unwrap_or_default() {
                let was_inside = framer.is_inside();
                let Some(heard) = framer.push(*byte) else {
                    if !was_inside && framer.is_inside() {
                        until = Instant::now() + MESSAGE_TIME;
                    }
                    continue;
                };
                until = Instant::now() + self.idle;
                let (receiver, origin) = (self.receiver.clone(), self.peer.to_string());
                let work = tokio::task::spawn_blocking(move || receiver.take(&heard, &origin));
                // A panic is told where it happens; without an answer the sender sends again.
                let Ok((answer, trouble)) = work.await else {
                    break 'talk;
                };
                if let Some(trouble) = trouble {
                    (self.log)(&trouble);
                }
                if let Some(answer) = answer {
                    let sent = async {
                        stream.write_all(&answer).await?;
                        stream.flush().await
                    };
                    if !matches!(timeout(ANSWER_TIME, sent).await, Ok(Ok(()))) {
                        break 'talk;
                    }
                }
                if *self.stop.borrow() {
                    break 'talk;
                }
            }
            if framer.stray() > MOST_STRAY {
                (self.log)(&format!(
                    "{} sends what is no message; its connection was closed",
                    self.peer
                ));
                break;
            }
        }
        let _ = timeout(ANSWER_TIME, stream.shutdown()).await;
    }
}
