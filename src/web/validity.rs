//! Whether the server's own certificate is valid today. One that is not is refused at the start: browsers that once came by TLS
//! let nobody pass it, so such a server would only look as if it ran. A renewal is not hindered: the file is read at the start
//! alone, and a server that runs goes on.

use std::{path::Path, sync::Arc, time::Duration};

use rustls::{
    CertificateError, RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier as _},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::clients::Tell;
use crate::error::{Error, Result};

/// That a certificate runs out is told so long before.
const SOON: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Why a certificate cannot be used at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Expired,
    NotYet,
}

/// Sees that the first certificate of a chain is valid now; tells when it will not be for long.
pub(super) fn check(
    path: &Path,
    chain: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
    tell: Tell,
) -> Result<()> {
    let Some(own) = chain.first() else {
        return Ok(());
    };
    let now = Duration::from_secs(UnixTime::now().as_secs());
    let words = match fault(own, provider, now) {
        Some(Fault::Expired) => {
            "the certificate has expired; put the renewed one in its place, or set the clock of this machine right"
        }
        Some(Fault::NotYet) => {
            "the certificate is not valid yet; wait for its first day, or set the clock of this machine right"
        }
        None => {
            if fault(own, provider, now + SOON) == Some(Fault::Expired) {
                tell(&format!(
                    "{}: the certificate runs out within 14 days; renew it and start the server again",
                    path.display()
                ));
            }
            return Ok(());
        }
    };
    Err(Error::report(path, words))
}

/// What is wrong with the days of a certificate. Whether anybody trusts it is not asked: that is for those who connect.
fn fault(
    own: &CertificateDer<'static>,
    provider: &Arc<CryptoProvider>,
    at: Duration,
) -> Option<Fault> {
    // Days are looked at before names and authorities, so that it stands for its own authority here.
    let mut roots = RootCertStore::empty();
    roots.add(own.clone()).ok()?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .ok()?;
    let name = ServerName::try_from("localhost").ok()?;
    let at = UnixTime::since_unix_epoch(at);
    match verifier.verify_server_cert(own, &[], &name, &[], at) {
        Err(rustls::Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        )) => Some(Fault::Expired),
        Err(rustls::Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        )) => Some(Fault::NotYet),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    /// A certificate for some years.
    fn of(first: i32, last: i32) -> CertificateDer<'static> {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_before = date_time_ymd(first, 1, 1);
        params.not_after = date_time_ymd(last, 1, 1);
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().clone()
    }

    #[test]
    fn a_certificate_is_used_in_its_days_alone() {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let day = 24 * 60 * 60;
        // 2 January 2026.
        let today = 1_767_312_000;
        let at = Duration::from_secs(today);
        for (first, last, wanted) in [
            (2020, 2025, Some(Fault::Expired)),
            (2027, 2028, Some(Fault::NotYet)),
            (2025, 2027, None),
        ] {
            assert_eq!(fault(&of(first, last), &provider, at), wanted, "{first}");
        }
        let ends = of(2025, 2026);
        let before = Duration::from_secs(today - 4 * day);
        assert_eq!(fault(&ends, &provider, before), None);
        assert_eq!(fault(&ends, &provider, before + SOON), Some(Fault::Expired));
    }
}
