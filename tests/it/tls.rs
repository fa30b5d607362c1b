//! Beyond the loopback interface: pages and messages by TLS, with certificates made for the test, of clients as well.

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationList,
    CertificateRevocationListParams, DnType, IsCa, Issuer, KeyIdMethod, KeyPair, RevokedCertParams,
    SerialNumber,
};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName},
};

use super::mllp_settled::{TEXT, document};

/// A server on all addresses; ended when dropped.
struct Server {
    child: Child,
    told: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(folder: &Path, more: &[&str]) -> Self {
        let file = |name: &str| folder.join(name).display().to_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args(["serve", "--addr", "0.0.0.0:0", "--mllp", "0.0.0.0:0"])
            .args(["--mllp-from", "127.0.0.1", "--store", &file("q.db")])
            .args(["--cert", &file("chain.pem"), "--key", &file("key.pem")])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = String::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            told.extend([line.as_str(), "\n"]);
            if line.starts_with("Ctrl-C") {
                break;
            }
        }
        Self { child, told }
    }

    /// Ends the server; what it said on standard error.
    fn end(mut self) -> String {
        let _ = self.child.kill();
        let mut said = String::new();
        let mut pipe = self.child.stderr.take().unwrap();
        pipe.read_to_string(&mut said).unwrap();
        said
    }

    /// The port behind a scheme in what the server prints.
    fn port(&self, scheme: &str) -> u16 {
        let rest = self.told.split(scheme).nth(1).unwrap();
        let rest = rest.split_once(':').unwrap().1;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    }
}

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// A certificate of a client with its key.
type Shown = (CertificateDer<'static>, PrivateKeyDer<'static>);

fn connect(port: u16, trusted: &CertificateDer<'static>) -> Stream {
    connect_as(port, trusted, None)
}

fn connect_as(port: u16, trusted: &CertificateDer<'static>, shown: Option<&Shown>) -> Stream {
    opened(port, &client(trusted, shown))
}

/// A program that connects; what it keeps of one connection serves it for the next.
fn client(trusted: &CertificateDer<'static>, shown: Option<&Shown>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    Arc::new(match shown {
        Some((cert, key)) => config
            .with_client_auth_cert(vec![cert.clone()], key.clone_key())
            .unwrap(),
        None => config.with_no_client_auth(),
    })
}

fn opened(port: u16, client: &Arc<ClientConfig>) -> Stream {
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(client.clone(), name).unwrap();
    StreamOwned::new(connection, TcpStream::connect(("127.0.0.1", port)).unwrap())
}

/// What comes until the other side ends or a pattern is there.
fn read(stream: &mut impl Read, until: &str) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while matches!(stream.read(&mut byte), Ok(1)) {
        bytes.push(byte[0]);
        if !until.is_empty() && bytes.ends_with(until.as_bytes()) {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Certificate and key of the server in a folder; the certificate, which clients trust.
fn own(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    fs::write(folder.join("chain.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().clone()
}

/// An authority, its certificate in PEM, and a client that it vouches for.
fn authority(last_day: Option<i32>) -> (String, Shown) {
    let authority = Authority::new("an authority");
    let shown = authority.vouch(1, last_day);
    (authority.pem, shown)
}

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { pem, issuer }
    }

    /// A client's certificate with a serial number, which ends with a year.
    fn vouch(&self, serial: u64, last_year: Option<i32>) -> Shown {
        let mut params = CertificateParams::new(vec!["desk-7".to_owned()]).unwrap();
        params.serial_number = Some(SerialNumber::from(serial));
        if let Some(year) = last_year {
            params.not_after = rcgen::date_time_ymd(year, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let cert = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        (cert.der().clone(), key)
    }

    /// A list of the certificates that it revoked, which is to be renewed in a year.
    fn revoked(&self, serials: &[u64], renewed: i32) -> CertificateRevocationList {
        let revoked = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: rcgen::date_time_ymd(2024, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: rcgen::date_time_ymd(2024, 1, 1),
            next_update: rcgen::date_time_ymd(renewed, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap()
    }
}

/// What the server answers to a request for a page.
fn asked(stream: &mut Stream) -> String {
    let request = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let _ = stream.write_all(request);
    read(stream, "")
}

#[test]
fn only_clients_with_a_certificate_of_the_authority_connect() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = own(folder.path());
    let (authority_pem, known) = authority(None);
    let (_, foreign) = authority(None);
    let (expired_pem, expired) = authority(Some(2020));
    let file = folder.path().join("clients.pem");
    fs::write(&file, authority_pem + &expired_pem).unwrap();
    let server = Server::start(folder.path(), &["--client-ca", file.to_str().unwrap()]);
    let (pages, messages) = (server.port("https://"), server.port("mllps://"));
    let message = document("T02", "1", "D1", "", "AU", TEXT);
    let sent = |shown: Option<&Shown>| {
        let mut stream = connect_as(messages, &trusted, shown);
        let _ = stream.write_all(format!("\u{B}{message}\u{1C}\r").as_bytes());
        read(&mut stream, "\u{1C}\r")
    };
    for shown in [None, Some(&foreign), Some(&expired)] {
        let told = asked(&mut connect_as(pages, &trusted, shown));
        assert_eq!(told, "", "no page without a certificate");
        assert_eq!(sent(shown), "", "no answer either");
    }
    let told = asked(&mut connect_as(pages, &trusted, Some(&known)));
    assert!(told.starts_with("HTTP/1.1 200"), "{told}");
    assert!(sent(Some(&known)).contains("\rMSA|AA|1\r"));
    drop(server);
    // What is no authority is told before anything is served.
    for content in ["", "no PEM"] {
        fs::write(&file, content).unwrap();
        let (status, said) = refused(folder.path(), &["--client-ca", file.to_str().unwrap()]);
        assert_eq!(status, Some(2));
        let told = "no certificate of an authority";
        assert!(
            said.contains(told) && said.contains("clients.pem"),
            "{said}"
        );
    }
}

#[test]
fn a_certificate_that_was_revoked_lets_nobody_in_from_the_next_connection_on() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = own(folder.path());
    let (one, other) = (Authority::new("one"), Authority::new("other"));
    let (known, stolen) = (one.vouch(7, None), one.vouch(8, None));
    // Nothing is known of what the other authority revoked.
    let unlisted = other.vouch(7, None);
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (authorities, lists) = (file("clients.pem"), file("revoked.pem"));
    fs::write(&authorities, format!("{}{}", one.pem, other.pem)).unwrap();
    let options = ["--client-ca", &authorities, "--client-crl", &lists];
    for content in ["", "no PEM", &one.pem] {
        fs::write(&lists, content).unwrap();
        let (status, said) = refused(folder.path(), &options);
        assert_eq!(status, Some(2));
        let told = "no list of revoked certificates";
        assert!(
            said.contains(told) && said.contains("revoked.pem"),
            "{said}"
        );
    }
    fs::write(&lists, one.revoked(&[8], 2090).pem().unwrap()).unwrap();
    let server = Server::start(folder.path(), &options);
    let (pages, messages) = (server.port("https://"), server.port("mllps://"));
    let client = |shown| client(&trusted, Some(shown));
    let (desk, thief, stranger) = (client(&known), client(&stolen), client(&unlisted));
    let page = |who: &Arc<ClientConfig>| {
        let told = asked(&mut opened(pages, who));
        assert!(
            told.is_empty() || told.starts_with("HTTP/1.1 200"),
            "{told}"
        );
        !told.is_empty()
    };
    let message = document("T02", "1", "D1", "", "AU", TEXT);
    let sent = |who: &Arc<ClientConfig>| {
        let mut stream = opened(messages, who);
        let _ = stream.write_all(format!("\u{B}{message}\u{1C}\r").as_bytes());
        read(&mut stream, "\u{1C}\r").contains("\rMSA|AA|1\r")
    };
    assert!(page(&desk) && sent(&desk));
    for who in [&thief, &stranger] {
        assert!(!page(who) && !sent(who));
    }
    // A file that cannot be used changes nothing.
    fs::write(&lists, "no PEM").unwrap();
    assert!(page(&desk) && !page(&thief));
    // Another list, in the other form: who came in before is verified anew.
    fs::write(&lists, one.revoked(&[7, 8], 2090).der()).unwrap();
    assert!(!page(&desk) && !sent(&desk) && !page(&thief));
    fs::write(&lists, one.revoked(&[], 2090).der()).unwrap();
    assert!(page(&desk) && sent(&thief));
    // A list that should have been renewed is none, which is told once.
    fs::write(&lists, one.revoked(&[8], 2025).pem().unwrap()).unwrap();
    assert!(!page(&desk) && !page(&desk) && !sent(&desk));
    let both = [one.revoked(&[8], 2090), other.revoked(&[9], 2090)];
    let both = both.map(|list| list.pem().unwrap()).concat();
    fs::write(&lists, both).unwrap();
    assert!(page(&desk) && page(&stranger) && !page(&thief));
    let said = server.end();
    assert_eq!(said.matches("is overdue").count(), 1, "{said}");
    assert_eq!(
        said.matches("the lists read before stand").count(),
        1,
        "{said}"
    );
}

/// How a server that cannot start ends, and what it says.
fn refused(folder: &Path, more: &[&str]) -> (Option<i32>, String) {
    let file = |name: &str| folder.join(name).display().to_string();
    let done = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(["serve", "--addr", "0.0.0.0:0", "--store", &file("other.db")])
        .args(["--cert", &file("chain.pem"), "--key", &file("key.pem")])
        .args(more)
        .output()
        .unwrap();
    (
        done.status.code(),
        String::from_utf8_lossy(&done.stderr).into_owned(),
    )
}

#[test]
fn pages_and_messages_pass_the_network_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = &own(folder.path());
    let server = Server::start(folder.path(), &[]);

    let mut page = connect(server.port("https://"), trusted);
    page.write_all(b"GET /login HTTP/1.1\r\nHost: queue.example\r\nConnection: close\r\n\r\n")
        .unwrap();
    let told = read(&mut page, "").to_lowercase();
    assert!(told.starts_with("http/1.1 200"), "{told}");
    assert!(
        told.contains("strict-transport-security: max-age="),
        "{told}"
    );
    let cookie = told.lines().find(|l| l.starts_with("set-cookie:")).unwrap();
    for part in [
        "__host-ivus-visitor=",
        "; secure",
        "; httponly",
        "; samesite=strict",
        "; path=/",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }

    let port = server.port("mllps://");
    let mut sender = connect(port, trusted);
    for n in 1..=2 {
        let message = document("T02", &n.to_string(), &format!("D{n}"), "", "AU", TEXT);
        sender
            .write_all(format!("\u{B}{message}\u{1C}\r").as_bytes())
            .unwrap();
        assert!(read(&mut sender, "\u{1C}\r").contains(&format!("\rMSA|AA|{n}\r")));
    }
    // Neither a page nor a message without TLS.
    let mut plain = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let message = document("T02", "3", "D3", "", "AU", TEXT);
    let _ = plain.write_all(format!("\u{B}{message}\u{1C}\r").as_bytes());
    assert!(!read(&mut plain, "\u{1C}\r").contains("MSA"));
    let mut plain = TcpStream::connect(("127.0.0.1", server.port("https://"))).unwrap();
    let _ = plain.write_all(b"GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(!read(&mut plain, "").contains("200 OK"));
    // A client that trusts another certificate sends nothing.
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    assert!(connect(port, other.cert.der()).write_all(b"x").is_err());
    // The server goes on.
    let mut sender = connect(port, trusted);
    let message = document("T02", "4", "D4", "", "AU", TEXT);
    sender
        .write_all(format!("\u{B}{message}\u{1C}\r").as_bytes())
        .unwrap();
    assert!(read(&mut sender, "\u{1C}\r").contains("\rMSA|AA|4\r"));
}

/// The server's own certificate has to be valid today: browsers would let nobody pass another one.
#[test]
fn a_certificate_of_other_days_is_refused_at_the_start() {
    for (first, last, words) in [
        (2020, 2021, "the certificate has expired"),
        (2300, 2301, "the certificate is not valid yet"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(first, 1, 1);
        params.not_after = rcgen::date_time_ymd(last, 1, 1);
        let key = KeyPair::generate().unwrap();
        let cert = params.self_signed(&key).unwrap();
        let file = |name: &str| folder.path().join(name);
        fs::write(file("chain.pem"), cert.pem()).unwrap();
        fs::write(file("key.pem"), key.serialize_pem()).unwrap();
        let ended = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args(["serve", "--addr", "127.0.0.1:0", "--store"])
            .arg(file("q.db"))
            .args([OsStr::new("--cert"), file("chain.pem").as_os_str()])
            .args([OsStr::new("--key"), file("key.pem").as_os_str()])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{said}");
        assert!(said.contains("chain.pem") && said.contains(words), "{said}");
        assert!(!file("q.db").exists(), "nothing was begun");
    }
}
