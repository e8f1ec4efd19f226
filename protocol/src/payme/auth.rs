//! Who is calling: HTTP Basic with the cashbox key (`reference/payme.md §1.3`, page skhema-vzaimodeystviya).

use crate::basic::{self, Sent};
use crate::secret::KeyDigest;
use subtle::{Choice, ConstantTimeEq};

/// The login that Payme sends.
pub const LOGIN: &str = "Paycom";

/// The keys behind an authorised call, for ChangePassword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The key in the configuration.
    pub configured: KeyDigest,
    /// The key that the caller has proven.
    pub proven: KeyDigest,
}

/// What is accepted.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// The key in force.
    pub key: KeyDigest,
    /// The merchant id, if it is accepted as a login too, as in the first user's notes. It proves nothing: the key does.
    pub merchant_login: Option<&'a str>,
}

impl Credentials<'_> {
    /// Whether the value of an `Authorization` header carries the login and the key.
    ///
    /// Logins and key are all compared, in constant time, whatever the first comparison says.
    pub fn accept(&self, header: &[u8]) -> bool {
        let Some(Sent { login, password }) = basic::read(header) else { return false };
        let merchant_login = match self.merchant_login {
            Some(merchant) => login.ct_eq(merchant.as_bytes()),
            None => Choice::from(0),
        };
        let login_is_right = login.ct_eq(LOGIN.as_bytes()) | merchant_login;
        let key_is_right = Choice::from(u8::from(self.key.matches(&KeyDigest::of(&password))));
        (login_is_right & key_is_right).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    const KEY: &str = "k&y@with:colon?#%^=$!0123456789abcdef";

    fn credentials() -> Credentials<'static> {
        Credentials { key: KeyDigest::of(KEY.as_bytes()), merchant_login: Some("587f72c72cac0d162c722ae2") }
    }

    fn basic(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    #[test]
    fn payme_and_the_merchant_id_are_accepted_with_the_key() {
        for login in ["Paycom", "587f72c72cac0d162c722ae2"] {
            assert!(credentials().accept(basic(&format!("{login}:{KEY}")).as_bytes()));
        }
        let encoded = STANDARD.encode(format!("Paycom:{KEY}"));
        for header in [format!("basic {encoded}"), format!("BASIC   {encoded} "), format!("  Basic\t{encoded}")] {
            assert!(credentials().accept(header.as_bytes()), "{header}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let encoded = STANDARD.encode(format!("Paycom:{KEY}"));
        let refused = [
            String::new(),
            "Basic".to_owned(),
            "Basic ".to_owned(),
            format!("Basic{encoded}"),
            format!("Bearer {encoded}"),
            format!("Basic {encoded}!"),
            "Basic ====".to_owned(),
            basic("Paycom"),
            basic("Paycom:"),
            basic(":"),
            basic(&format!(":{KEY}")),
            basic(&format!("paycom:{KEY}")),
            basic(&format!("Payco:m{KEY}")),
            basic(&format!("Paycom:{KEY} ")),
            basic("Paycom:k&y@with"),
            basic("Paycom:Uzcard:somekey"),
            basic(&format!("other:{KEY}")),
        ];
        for header in refused {
            assert!(!credentials().accept(header.as_bytes()), "{header}");
        }
        assert!(!credentials().accept(b"Basic \xff\xfe"));
    }

    #[test]
    fn without_a_merchant_login_only_paycom_is_one() {
        let only_paycom = Credentials { merchant_login: None, ..credentials() };
        assert!(only_paycom.accept(basic(&format!("Paycom:{KEY}")).as_bytes()));
        assert!(!only_paycom.accept(basic(&format!("587f72c72cac0d162c722ae2:{KEY}")).as_bytes()));
    }
}
