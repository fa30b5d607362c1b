//! Second factors: codes of an authenticator app by the time (TOTP), each taken once, and recovery codes.

use rusqlite::{Connection, OptionalExtension, Savepoint};
use totp_rs::{Builder, Totp};

use super::{
    refusal::{Outcome, Refusal},
    rights::Role,
    secret::{self, Key},
    time::{self, SECOND},
};

/// Recovery codes made at a time.
const RECOVERY_CODES: usize = 10;

/// Whether a role must have a second factor.
#[must_use]
pub fn is_required(role: Role) -> bool {
    matches!(role, Role::Auditor | Role::Administrator)
}

/// A second factor that is being set up: what an authenticator app is to know.
pub struct Offer {
    /// Comes back with the first code; no secret by itself.
    pub salt: String,
    /// The secret as it is typed into an app.
    pub secret: String,
    /// The address that an app reads from a picture.
    pub address: String,
}

/// The codes of a user and a salt.
fn totp(key: &Key, user: i64, salt: &str) -> Outcome<Totp> {
    let derived = key.derive(&format!("second factor {user} {salt}"));
    let mut bytes = [0; 20];
    bytes.copy_from_slice(&derived[..20]);
    Builder::new()
        .with_secret(totp_rs::Secret::new_stack(bytes))
        .build()
        .map_err(|_| Refusal::Fault("a second factor could not be made".to_owned()))
}

/// An offer for a user, or the same one again when its salt came back with a wrong code; nothing is kept.
pub(super) fn offer(key: &Key, user: i64, name: &str, again: &str) -> Outcome<Offer> {
    let salt = if is_salt(again) {
        again.to_owned()
    } else {
        secret::token()?
    };
    let secret = totp(key, user, &salt)?.secret().to_base32();
    let pairs = [("secret", secret.as_str()), ("issuer", "ivus")];
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    let name = serde_urlencoded::to_string([("", name)]).unwrap_or_default();
    let name = name.trim_start_matches('=').replace('+', "%20");
    Ok(Offer {
        address: format!("otpauth://totp/ivus:{name}?{query}"),
        salt,
        secret,
    })
}

fn is_salt(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The time step of a code; `None` when it is not right now.
fn step(key: &Key, user: i64, salt: &str, code: &str) -> Outcome<Option<i64>> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let seconds = u64::try_from(time::now() / SECOND).unwrap_or_default();
    let found = totp(key, user, salt)?.check(&code, seconds);
    Ok(found.and_then(|s| i64::try_from(s).ok()))
}

/// Sets a second factor up with the first code of the app; the recovery codes, which are shown once.
pub(super) fn set_up(
    tx: &Savepoint<'_>,
    key: &Key,
    user: i64,
    salt: &str,
    code: &str,
) -> Outcome<Vec<String>> {
    if has(tx, user)? {
        return Err(Refusal::invalid(
            "there is a second factor already; an administrator can take it away",
        ));
    }
    if !is_salt(salt) {
        return Err(Refusal::invalid(
            "the form cannot be read; load the page again",
        ));
    }
    let Some(step) = step(key, user, salt, code)? else {
        return Err(Refusal::invalid(
            "this code is not right; see that the clock of your device is, and type the newest code",
        ));
    };
    tx.prepare_cached(
        "INSERT INTO factors (user, salt, set_up_at, last_step) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute((user, salt, time::now(), step))?;
    tx.prepare_cached("DELETE FROM recovery WHERE user = ?1")?
        .execute([user])?;
    let mut codes = Vec::new();
    for _ in 0..RECOVERY_CODES {
        let token = secret::token()?;
        let code: Vec<&str> = [0, 4, 8, 12]
            .iter()
            .filter_map(|n| token.get(*n..n + 4))
            .collect();
        let code = code.join("-");
        tx.prepare_cached("INSERT INTO recovery (digest, user) VALUES (?1, ?2)")?
            .execute((digest(user, &code), user))?;
        codes.push(code);
    }
    Ok(codes)
}

fn digest(user: i64, code: &str) -> [u8; 32] {
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    secret::digest(&format!("{user} {code}"))
}

/// Whether a user has a second factor.
pub(super) fn has(connection: &Connection, user: i64) -> Outcome<bool> {
    let mut statement =
        connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM factors WHERE user = ?1)")?;
    Ok(statement.query_row([user], |r| r.get(0))?)
}

/// Recovery codes a user has left.
pub(super) fn left(connection: &Connection, user: i64) -> Outcome<i64> {
    let mut statement = connection
        .prepare_cached("SELECT count(*) FROM recovery WHERE user = ?1 AND used_at IS NULL")?;
    Ok(statement.query_row([user], |r| r.get(0))?)
}

/// Takes a code or a recovery code, once; how it was taken, or `None` when it is not right. Without a second factor there is
/// nothing to take.
pub(super) fn take(
    tx: &Savepoint<'_>,
    key: &Key,
    user: i64,
    code: &str,
) -> Outcome<Option<&'static str>> {
    let kept: Option<(String, i64)> = tx
        .prepare_cached("SELECT salt, last_step FROM factors WHERE user = ?1")?
        .query_row([user], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let Some((salt, last)) = kept else {
        return Ok(Some("password"));
    };
    if let Some(step) = step(key, user, &salt, code)? {
        if step <= last {
            return Ok(None);
        }
        tx.prepare_cached("UPDATE factors SET last_step = ?2 WHERE user = ?1")?
            .execute((user, step))?;
        return Ok(Some("password and code"));
    }
    let used = tx
        .prepare_cached(
            "UPDATE recovery SET used_at = ?3 WHERE digest = ?2 AND user = ?1 AND used_at IS NULL",
        )?
        .execute((user, digest(user, code), time::now()))?;
    Ok((used == 1).then_some("password and recovery code"))
}

/// Puts another second factor in the place of a user's.
pub(super) fn renew(
    tx: &Savepoint<'_>,
    key: &Key,
    user: i64,
    salt: &str,
    code: &str,
) -> Outcome<Vec<String>> {
    tx.prepare_cached("DELETE FROM factors WHERE user = ?1")?
        .execute([user])?;
    set_up(tx, key, user, salt, code)
}

/// Takes a user's second factor away.
pub(super) fn remove(tx: &Savepoint<'_>, user: i64) -> Outcome<()> {
    let removed = tx
        .prepare_cached("DELETE FROM factors WHERE user = ?1")?
        .execute([user])?;
    tx.prepare_cached("DELETE FROM recovery WHERE user = ?1")?
        .execute([user])?;
    if removed == 0 {
        return Err(Refusal::invalid("this user has no second factor"));
    }
    super::sessions::end_all(tx, user)
}
