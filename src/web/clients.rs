//! Certificates of those who connect: which authorities vouch for them, and which of them were revoked. Lists of the revoked
//! are read anew when their file changes; one that is overdue, or missing for an authority, lets nobody of it in.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::SystemTime,
};

use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, RootCertStore, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime, pem::PemObject},
    server::{
        WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

use crate::{
    error::{self, Error},
    queue::store::lock,
};

/// Where what goes wrong is told.
pub type Tell = fn(&str);

/// What looks at the certificates of those who connect: signed by an authority of the file `ca`, and on no list of `crl`.
///
/// # Errors
/// When a file cannot be read, or there is no authority or list in it.
pub(super) fn verifier(
    ca: &Path,
    crl: Option<&Path>,
    provider: &Arc<CryptoProvider>,
    tell: Tell,
) -> error::Result<Arc<dyn ClientCertVerifier>> {
    let wrong = || Error::report(ca, "no certificate of an authority (PEM) is in it");
    let mut roots = RootCertStore::empty();
    for authority in CertificateDer::pem_file_iter(ca).map_err(|_| wrong())? {
        roots
            .add(authority.map_err(|_| wrong())?)
            .map_err(|_| wrong())?;
    }
    let roots = Arc::new(roots);
    // A server without authorities would be built with lists alone; it must not be taken for their fault.
    let plain = WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone())
        .build()
        .map_err(|_| wrong())?;
    let Some(crl) = crl else {
        return Ok(plain);
    };
    let lists = Lists {
        path: crl.to_owned(),
        roots,
        provider: provider.clone(),
    };
    let stamp = lists.stamp();
    let verifier = lists.read()?;
    Ok(Arc::new(Revoking {
        subjects: verifier.root_hint_subjects().to_vec(),
        kept: Mutex::new(Kept {
            verifier,
            stamp,
            is_overdue_told: false,
        }),
        lists,
        tell,
    }))
}

/// The file of lists, and what it takes to make a verifier of it.
struct Lists {
    path: PathBuf,
    roots: Arc<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

/// By what a file that was changed is known.
type Stamp = Option<(SystemTime, u64)>;

impl Lists {
    fn stamp(&self) -> Stamp {
        let told = fs::metadata(&self.path).ok()?;
        Some((told.modified().ok()?, told.len()))
    }

    /// Reads the file: one or more lists in PEM, or one in DER.
    fn read(&self) -> error::Result<Arc<dyn ClientCertVerifier>> {
        let wrong = || {
            Error::report(
                &self.path,
                "no list of revoked certificates (PEM or DER) that can be used is in it",
            )
        };
        let bytes = fs::read(&self.path).map_err(|_| wrong())?;
        let mut lists: Vec<_> = CertificateRevocationListDer::pem_slice_iter(&bytes)
            .collect::<Result<_, _>>()
            .map_err(|_| wrong())?;
        if lists.is_empty() {
            lists.push(CertificateRevocationListDer::from(bytes));
        }
        WebPkiClientVerifier::builder_with_provider(self.roots.clone(), self.provider.clone())
            .with_crls(lists)
            .enforce_revocation_expiration()
            .build()
            .map_err(|_| wrong())
    }
}

/// What is in force.
struct Kept {
    verifier: Arc<dyn ClientCertVerifier>,
    stamp: Stamp,
    /// Whether it was told that a list of this file is overdue.
    is_overdue_told: bool,
}

/// A verifier that follows its file.
struct Revoking {
    lists: Lists,
    /// Names of the authorities, which do not change.
    subjects: Vec<DistinguishedName>,
    kept: Mutex<Kept>,
    tell: Tell,
}

impl Revoking {
    /// The verifier of the file as it is now; as it was, when it cannot be used.
    fn current(&self) -> Arc<dyn ClientCertVerifier> {
        let mut kept = lock(&self.kept);
        let stamp = self.lists.stamp();
        if stamp != kept.stamp {
            kept.stamp = stamp;
            match self.lists.read() {
                Ok(verifier) => {
                    kept.verifier = verifier;
                    kept.is_overdue_told = false;
                }
                Err(error) => (self.tell)(&format!("{error}; the lists read before stand")),
            }
        }
        kept.verifier.clone()
    }

    /// Tells once that nobody is let in for a list that is overdue.
    fn tell_overdue(&self, error: &rustls::Error) {
        use CertificateError::{ExpiredRevocationList, ExpiredRevocationListContext};
        let rustls::Error::InvalidCertificate(
            ExpiredRevocationList | ExpiredRevocationListContext { .. },
        ) = error
        else {
            return;
        };
        let mut kept = lock(&self.kept);
        if !kept.is_overdue_told {
            kept.is_overdue_told = true;
            (self.tell)(&format!(
                "{}: a list of revoked certificates is overdue; whom its authority vouches for is refused until a new one is in its place",
                self.lists.path.display()
            ));
        }
    }
}

impl fmt::Debug for Revoking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revoking").finish_non_exhaustive()
    }
}

impl ClientCertVerifier for Revoking {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.subjects
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.current()
            .verify_client_cert(end_entity, intermediates, now)
            .inspect_err(|error| self.tell_overdue(error))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.lists.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.lists.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.lists.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
