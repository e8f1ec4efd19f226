//! Who is calling: HTTP Basic with a login and a password that belong to this merchant (`reference/uzum.md §1.2`).

use crate::basic;
use crate::secret::KeyDigest;
use subtle::Choice;

/// A login and its password, as digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    login: KeyDigest,
    password: KeyDigest,
}

impl Pair {
    /// From the texts; `None` when one of them is empty, because an empty password must never match an empty one.
    pub fn new(login: &str, password: &str) -> Option<Self> {
        if login.is_empty() || password.is_empty() {
            return None;
        }
        Some(Self { login: KeyDigest::of(login.as_bytes()), password: KeyDigest::of(password.as_bytes()) })
    }
}

/// What is accepted: the pair of the real service, and one for Uzum's engineers while they test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The real one.
    pub production: Option<Pair>,
    /// The one for tests. Whoever has it can mark orders paid just as well.
    pub test: Option<Pair>,
}

impl Credentials {
    /// Whether anybody can prove to be Uzum.
    pub const fn are_set(&self) -> bool {
        self.production.is_some() || self.test.is_some()
    }

    /// The digests of the passwords, for looking where none may stand.
    pub fn keys(&self) -> impl Iterator<Item = KeyDigest> {
        [self.production, self.test].into_iter().flatten().map(|pair| pair.password)
    }

    /// Whether the value of an `Authorization` header carries one of the pairs. Both are compared, whole and in constant time,
    /// whatever the first comparison says.
    pub fn accept(&self, header: &[u8]) -> bool {
        let Some(sent) = basic::read(header) else { return false };
        let (login, password) = (KeyDigest::of(&sent.login), KeyDigest::of(&sent.password));
        let is_right = |pair: &Option<Pair>| match pair {
            Some(pair) => {
                Choice::from(u8::from(pair.login.matches(&login)))
                    & Choice::from(u8::from(pair.password.matches(&password)))
            }
            None => Choice::from(0),
        };
        (is_right(&self.production) | is_right(&self.test)).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    const PASSWORD: &str = "p&y@with:colon?#%^=$!0123";

    fn credentials() -> Credentials {
        Credentials { production: Pair::new("uzum", PASSWORD), test: Pair::new("uzum-test", "another-password") }
    }

    fn basic(pair: &str) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    #[test]
    fn each_login_is_accepted_with_its_own_password() {
        for pair in [format!("uzum:{PASSWORD}"), "uzum-test:another-password".to_owned()] {
            assert!(credentials().accept(basic(&pair).as_bytes()), "{pair}");
            assert!(credentials().accept(format!(" basic\t{} ", STANDARD.encode(&pair)).as_bytes()), "{pair}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let encoded = STANDARD.encode(format!("uzum:{PASSWORD}"));
        let refused = [
            String::new(),
            "Basic ".to_owned(),
            format!("Basic{encoded}"),
            format!("Bearer {encoded}"),
            format!("Basic {encoded}!"),
            basic("uzum"),
            basic("uzum:"),
            basic(":"),
            basic(&format!(":{PASSWORD}")),
            basic(&format!("Uzum:{PASSWORD}")),
            basic(&format!("uzum:{PASSWORD} ")),
            basic("uzum:another-password"),
            basic(&format!("uzum-test:{PASSWORD}")),
        ];
        for header in refused {
            assert!(!credentials().accept(header.as_bytes()), "{header}");
        }
        assert!(!credentials().accept(b"Basic \xff\xfe"));
    }

    #[test]
    fn nobody_is_accepted_where_no_pair_is_set() {
        let nobody = Credentials { production: Pair::new("", ""), test: Pair::new("uzum", "") };
        assert!(!nobody.are_set());
        for pair in ["", ":", "uzum:"] {
            assert!(!nobody.accept(basic(pair).as_bytes()), "{pair}");
        }
    }
}
