//! Opens the port and serves: plain on the loopback interface, elsewhere with TLS alone. The only place that starts an
//! asynchronous runtime.

use std::{
    future::ready,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::Request,
    http::Method,
    routing::{MethodFilter, on},
};
use axum_server::{Handle, tls_rustls::RustlsConfig};
use hyper_util::rt::TokioTimer;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{NoServerSessionStorage, WebPkiClientVerifier},
};
use tokio::sync::watch;
use tower_http::timeout::TimeoutLayer;

use super::{
    Server,
    clients::{self, Tell},
    dispatch,
    routes::ROUTES,
    validity,
};
use crate::{
    error::{Error, Result},
    mllp,
    queue::time,
};

/// A browser has so long to send the head of a request, and the whole of it.
const HEAD_TIME: Duration = Duration::from_secs(10);
const WHOLE_TIME: Duration = Duration::from_secs(30);

/// What is to be served where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address; elsewhere than on the loopback interface `tls` is needed.
    pub addr: SocketAddr,
    /// Certificate chain and private key, both PEM.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Certificates (PEM) of the authorities one of which must have signed that of whoever connects; `None` for anybody.
    pub client_ca: Option<PathBuf>,
    /// Lists (PEM or DER) of the certificates that these authorities revoked.
    pub client_crl: Option<PathBuf>,
}

/// A certificate with its key, read and seen to belong together.
pub struct Tls(RustlsConfig);

impl Tls {
    /// The same for connections that are not HTTP.
    #[must_use]
    pub fn bare(&self) -> Arc<ServerConfig> {
        let mut config = ServerConfig::clone(&self.0.get_inner());
        config.alpn_protocols.clear();
        Arc::new(config)
    }
}

impl Options {
    /// Reads certificate and key, when there are any.
    ///
    /// # Errors
    /// When they are none, or do not belong together, the certificate is not valid today, or no authority or list of revoked
    /// certificates can be read. What goes wrong with these lists later, and that the certificate runs out soon, is told to `tell`.
    pub fn tls(&self, tell: Tell) -> Result<Option<Tls>> {
        let Some((cert, key)) = &self.tls else {
            return Ok(None);
        };
        let wrong = || {
            Error::usage(format!(
                "{} and {}: no certificate chain with its private key (both PEM)",
                cert.display(),
                key.display()
            ))
        };
        let chain: Vec<_> = CertificateDer::pem_file_iter(cert)
            .and_then(Iterator::collect)
            .map_err(|_| wrong())?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(|_| wrong())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        validity::check(cert, &chain, &provider, tell)?;
        let mut config = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|_| wrong())?
            .with_client_cert_verifier(match &self.client_ca {
                Some(ca) => clients::verifier(ca, self.client_crl.as_deref(), &provider, tell)?,
                None => WebPkiClientVerifier::no_client_auth(),
            })
            .with_single_cert(chain, key)
            .map_err(|_| wrong())?;
        if self.client_crl.is_some() {
            // A session that is taken up again is not verified anew: each connection is to be.
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        // Pages are few and small; one protocol less to know the ways of.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Some(Tls(RustlsConfig::from_config(Arc::new(config)))))
    }

    /// Opens the port.
    ///
    /// # Errors
    /// When the address is not on the loopback interface and there is no TLS, or it is in use.
    pub fn listen(&self) -> Result<TcpListener> {
        if !self.addr.ip().is_loopback() && self.tls.is_none() {
            return Err(Error::usage(format!(
                "{}: reports would pass the network unencrypted; give --cert and --key, or listen on 127.0.0.1",
                self.addr
            )));
        }
        let failed = |e: std::io::Error| {
            Error::usage(format!(
                "{}: cannot listen there: {e}; choose another address with --addr",
                self.addr
            ))
        };
        let listener = TcpListener::bind(self.addr).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        Ok(listener)
    }

    /// The names a browser may call the server by; on the loopback interface these alone.
    ///
    /// # Errors
    /// When the port is not known.
    pub fn hosts(&self, listener: &TcpListener) -> Result<Option<Vec<String>>> {
        if !self.addr.ip().is_loopback() {
            return Ok(None);
        }
        let port = listener.local_addr().map_or(self.addr.port(), |a| a.port());
        let names = ["127.0.0.1", "localhost", "[::1]"];
        let mut hosts: Vec<String> = names.iter().map(|n| format!("{n}:{port}")).collect();
        hosts.push(SocketAddr::new(self.addr.ip(), port).to_string());
        Ok(Some(hosts))
    }
}

/// The router over all routes.
pub fn app(server: &Arc<Server>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let server = server.clone();
        let filter = if route.method == Method::POST {
            MethodFilter::POST
        } else {
            MethodFilter::GET
        };
        let handle = move |request: Request| dispatch::answer(server.clone(), route, request);
        router = router.route(route.path, on(filter, handle));
    }
    let (lost, wrong) = (server.clone(), server.clone());
    router
        .fallback(move |request: Request| ready(dispatch::unknown(&lost, &request)))
        .method_not_allowed_fallback(move |request: Request| {
            ready(dispatch::unknown(&wrong, &request))
        })
        .layer(TimeoutLayer::with_status_code(
            axum::http::StatusCode::REQUEST_TIMEOUT,
            WHOLE_TIME,
        ))
}

/// The port for messages, with what takes them and where what goes wrong is told.
pub type Messages = (mllp::Listener, mllp::Receiver, mllp::Log);

/// Serves until SIGINT or SIGTERM, or not at all when `asked` says that one of them came already; requests and messages in work
/// are finished first.
///
/// # Errors
/// When a port fails.
pub fn serve(
    server: &Arc<Server>,
    tls: Option<Tls>,
    listener: TcpListener,
    messages: Option<Messages>,
    asked: Arc<AtomicBool>,
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::usage(format!("cannot start the server: {e}")))?;
    let failed = |e: std::io::Error| Error::usage(format!("the server failed: {e}"));
    runtime.block_on(async {
        let handle = Handle::new();
        let (ending, ended) = watch::channel(false);
        tokio::spawn(stop(handle.clone(), ending, asked));
        let messages =
            messages.map(|(port, receiver, log)| tokio::spawn(port.serve(receiver, log, ended)));
        tokio::spawn(sweep(server.clone()));
        let service = app(server).into_make_service_with_connect_info::<SocketAddr>();
        let served = if let Some(Tls(config)) = tls {
            let mut bound = axum_server::from_tcp_rustls(listener, config)
                .map_err(failed)?
                .http1_only()
                .handle(handle);
            let mut http = bound.http_builder().http1();
            http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
            bound.serve(service).await.map_err(failed)
        } else {
            let mut bound = axum_server::from_tcp(listener)
                .map_err(failed)?
                .http1_only()
                .handle(handle);
            let mut http = bound.http_builder().http1();
            http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
            bound.serve(service).await.map_err(failed)
        };
        if let Some(messages) = messages.filter(|_| served.is_ok()) {
            let _ = messages.await;
        }
        // What was counted in the last minute is told as well.
        server.sweep(i64::MAX);
        served
    })
}

/// Notes each minute how many were turned away in the one before, also when nobody comes any more.
async fn sweep(server: Arc<Server>) {
    let mut each = tokio::time::interval(Duration::from_secs(60));
    loop {
        each.tick().await;
        let server = server.clone();
        let done = move || server.sweep(time::now() / time::MINUTE);
        let _ = tokio::task::spawn_blocking(done).await;
    }
}

/// Waits for a signal, then lets what is in work come to its end.
async fn stop(handle: Handle<SocketAddr>, ending: watch::Sender<bool>, asked: Arc<AtomicBool>) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut term), Ok(mut int)) = (
            signal(SignalKind::terminate()),
            signal(SignalKind::interrupt()),
        ) {
            // From here on a signal is heard; one that came before is told by `asked`.
            if !asked.load(Ordering::SeqCst) {
                tokio::select! {
                    _ = int.recv() => {}
                    _ = term.recv() => {}
                }
            }
        } else {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
    #[cfg(not(unix))]
    if !asked.load(Ordering::SeqCst) {
        let _ = tokio::signal::ctrl_c().await;
    }
    ending.send_replace(true);
    handle.graceful_shutdown(Some(Duration::from_secs(10)));
}
