//! What must not be guessed: random tokens, the audit key in a file of its own, and passwords (argon2id).

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    path::{Path, PathBuf},
};

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use sha2::{Digest, Sha256};

use super::refusal::{Outcome, Refusal};
use crate::error::{Error, Result};

/// Characters a password must have; any characters will do.
pub const SHORTEST_PASSWORD: usize = 15;
/// Characters a password may have.
pub const LONGEST_PASSWORD: usize = 128;

/// A key of 256 bits.
#[derive(Clone)]
pub struct Key(pub(super) [u8; 32]);

/// 256 random bits as 64 digits.
///
/// # Errors
/// When the system gives no random numbers.
pub fn token() -> Outcome<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|_| Refusal::Fault("the system gives no random numbers".to_owned()))?;
    Ok(digits(&bytes))
}

/// What is kept of a token: who reads the store cannot use it.
#[must_use]
pub fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Whether two secrets are the same, in a time that does not tell where they differ. An empty one is none.
#[must_use]
pub fn is_same(a: &str, b: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    !a.is_empty() && bool::from(a.as_bytes().ct_eq(b.as_bytes()))
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn digits(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Key {
    /// A new key that is kept nowhere.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn random() -> Outcome<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|_| Refusal::Fault("the system gives no random numbers".to_owned()))?;
        Ok(Self(bytes))
    }

    /// Signs words: the digest in digits.
    #[must_use]
    pub fn sign(&self, words: &str) -> String {
        digits(&self.derive(words))
    }

    /// Another secret for a purpose, from which this key cannot be told.
    #[must_use]
    pub(super) fn derive(&self, purpose: &str) -> [u8; 32] {
        use hmac::{Hmac, KeyInit, Mac};
        // A key of 32 bytes always fits.
        Hmac::<Sha256>::new_from_slice(&self.0).map_or([0; 32], |mut mac| {
            mac.update(purpose.as_bytes());
            mac.finalize().into_bytes().into()
        })
    }

    /// The key beside a store; made when there is none and `make` allows it.
    pub(super) fn beside(store: &Path, make: bool) -> Result<Self> {
        let path = Self::path(store);
        let mut bytes = [0; 32];
        match File::open(&path) {
            Ok(mut file) => {
                file.read_exact(&mut bytes).map_err(|_| {
                    Error::report(
                        &path,
                        "is no audit key; put back the one that was made with the store",
                    )
                })?;
                Ok(Self(bytes))
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && make => {
                getrandom::fill(&mut bytes)
                    .map_err(|_| Error::usage("the system gives no random numbers"))?;
                let mut file = private(&path).map_err(|e| Error::write(&path, e))?;
                file.write_all(&bytes)
                    .and_then(|()| file.sync_all())
                    .map_err(|e| Error::write(&path, e))?;
                Ok(Self(bytes))
            }
            Err(e) => Err(Error::read(&path, e)),
        }
    }

    /// Where the key of a store lies.
    #[must_use]
    pub fn path(store: &Path) -> PathBuf {
        beside(store, ".key")
    }
}

/// A file beside the store: `queue.db` has `queue.db.key`.
pub(super) fn beside(store: &Path, ending: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// A new file that its owner alone may read and write.
pub(super) fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Hashes a password for keeping.
///
/// # Errors
/// When it is too short, too long, or easily guessed.
pub fn hash_password(name: &str, password: &str) -> Outcome<String> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return Err(Refusal::Invalid(format!(
            "the password has {length} characters; use {SHORTEST_PASSWORD} or more, such as four words in a row"
        )));
    }
    if length > LONGEST_PASSWORD {
        return Err(Refusal::Invalid(format!(
            "the password has {length} characters; use {LONGEST_PASSWORD} or fewer"
        )));
    }
    // Knows common passwords, names, words, rows of keys and repetition.
    if zxcvbn::zxcvbn(password, &[name, "ivus"]).score() < zxcvbn::Score::Three {
        return Err(Refusal::invalid(
            "the password is easily guessed; take four or more words that do not belong together, and not your name",
        ));
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|h| h.to_string())
        .map_err(|_| Refusal::Fault("the password could not be hashed".to_owned()))
}

/// Whether a kept password was hashed with less work than new ones are.
#[must_use]
pub fn is_outdated(hash: &str) -> bool {
    let kept = PasswordHash::new(hash).ok();
    let kept = kept.and_then(|h| argon2::Params::try_from(&h).ok());
    let now = Argon2::default();
    kept.is_none_or(|k| k.m_cost() < now.params().m_cost() || k.t_cost() < now.params().t_cost())
}

/// Hashes a password that is known to be right anew, whatever it is.
pub(super) fn rehash(password: &str) -> Option<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.ok().map(|h| h.to_string())
}

/// Whether a password is the one that was hashed. Without a hash as much time is spent, and the answer is no.
#[must_use]
pub fn is_password(hash: Option<&str>, password: &str) -> bool {
    let Some(kept) = hash.and_then(|h| PasswordHash::new(h).ok()) else {
        let _ = Argon2::default().hash_password(password.as_bytes());
        return false;
    };
    Argon2::default()
        .verify_password(password.as_bytes(), &kept)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_as_argon2id_and_known_again() {
        let kept = hash_password("ann", "correct horse battery staple").unwrap();
        assert!(
            kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{kept}"
        );
        assert!(is_password(Some(&kept), "correct horse battery staple"));
        assert!(!is_password(Some(&kept), "correct horse battery stapler"));
        assert!(!is_password(None, "correct horse battery staple"));
    }

    #[test]
    fn weak_passwords_are_refused_without_being_quoted() {
        for weak in [
            "short",
            "aaaaaaaaaaaaaaaaaaaa",
            "margaret1234567",
            "passwordpassword",
            "qwertyuiop123456",
            "123456789123456789",
            "administrator123",
            &"x1y2z3".repeat(40),
        ] {
            let refusal = hash_password("margaret", weak).unwrap_err();
            assert!(!refusal.to_string().contains(weak));
        }
    }

    #[test]
    fn a_password_that_was_hashed_with_less_work_is_outdated() {
        let weak = Argon2::new(
            argon2::Algorithm::Argon2id,
            argon2::Version::V0x13,
            argon2::Params::new(8192, 1, 1, None).unwrap(),
        );
        let kept = weak.hash_password(b"any words").unwrap().to_string();
        assert!(is_password(Some(&kept), "any words"));
        assert!(is_outdated(&kept));
        assert!(!is_outdated(&rehash("any words").unwrap()));
    }

    #[test]
    fn tokens_have_256_bits_and_differ() {
        let (a, b) = (token().unwrap(), token().unwrap());
        assert_eq!(a.len(), 64);
        assert_ne!(a, b);
    }
}
