//! HTTP Basic (RFC 7617): the login and the password of an `Authorization` header. Whether they are right is for whoever
//! asks; nothing here compares.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Whether the login of a header that was refused is one of those that are expected; `None` when it is not HTTP Basic at all.
pub fn login_is_right(header: &[u8], logins: &[&str]) -> Option<bool> {
    let Sent { login, .. } = read(header)?;
    Some(logins.iter().any(|expected| expected.as_bytes() == login))
}

/// A login and a password as somebody sent them.
pub(crate) struct Sent {
    /// Everything before the first colon.
    pub(crate) login: Vec<u8>,
    /// Everything after it: a password may contain colons.
    pub(crate) password: Vec<u8>,
}

/// Reads `Basic <base64>`: the scheme in any case, blanks around the value tolerated. `None` when it is something else.
pub(crate) fn read(header: &[u8]) -> Option<Sent> {
    let header = header.trim_ascii();
    let (scheme, value) = header.split_at_checked(5)?;
    let separated = value.first().is_some_and(u8::is_ascii_whitespace);
    if !scheme.eq_ignore_ascii_case(b"basic") || !separated {
        return None;
    }
    let pair = STANDARD.decode(value.trim_ascii()).ok()?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    let (login, password) = (pair.get(..colon)?, pair.get(colon.checked_add(1)?..)?);
    Some(Sent { login: login.to_vec(), password: password.to_vec() })
}
