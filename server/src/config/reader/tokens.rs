//! The API's tokens with scopes (`[api.tokens]`): each has a name, a secret of its own, and what it may be used for.

use super::{Reader, TOKEN_CHARS_MIN};
use crate::config::{Scope, ScopedToken, names, raw, secrets};
use crate::limits::{API_TOKEN_NAME_CHARS_MAX, API_TOKENS_MAX};
use boothpay_protocol::secret::KeyDigest;
use std::collections::BTreeMap;

impl Reader {
    /// Those that are right. `whole` are the tokens without scopes, with the names of their settings.
    pub(super) fn scoped_tokens(
        &mut self,
        written: &BTreeMap<String, raw::ScopedToken>,
        whole: [(&str, Option<KeyDigest>); 2],
    ) -> Vec<ScopedToken> {
        let mut tokens: Vec<ScopedToken> = Vec::new();
        for (name, one) in written {
            let section = format!("api.tokens.{name}");
            if tokens.len() >= API_TOKENS_MAX {
                self.wrong::<()>(&section, format!("there are more than {API_TOKENS_MAX} tokens; take some away"));
                break;
            }
            let Some(token) = self.scoped_token(&section, name, one) else { continue };
            let same = whole.iter().find(|(_, other)| other.is_some_and(|other| other == token.digest));
            let same = same.map(|(setting, _)| (*setting).to_owned());
            let twin = tokens.iter().find(|other| other.digest == token.digest);
            if let Some(other) = same.or_else(|| twin.map(|twin| format!("api.tokens.{}", twin.name))) {
                let advice = format!("it is the same token as {other}; give each program one of its own");
                self.wrong::<()>(&section, advice);
                continue;
            }
            tokens.push(token);
        }
        tokens
    }

    fn scoped_token(&mut self, section: &str, name: &str, written: &raw::ScopedToken) -> Option<ScopedToken> {
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        if !(1..=API_TOKEN_NAME_CHARS_MAX).contains(&name.len()) || !name.bytes().all(is_letter) {
            let advice = format!(
                "a token's name has 1 to {API_TOKEN_NAME_CHARS_MAX} small Latin letters, digits, - and _, for instance [api.tokens.accountant]"
            );
            return self.wrong(section, advice);
        }
        let digest = self.digest_of(section, written);
        let scopes = self.scopes(section, &written.scopes);
        Some(ScopedToken { name: name.to_owned(), digest: digest?, scopes: scopes? })
    }

    fn digest_of(&mut self, section: &str, written: &raw::ScopedToken) -> Option<KeyDigest> {
        let (text, setting) = match (written.token.0.trim(), written.token_file.as_str()) {
            ("", "") => {
                let advice = format!(
                    "give it a token of at least {TOKEN_CHARS_MIN} characters, best in a file of its own: token_file = \"…\""
                );
                return self.wrong(&self.place_in(section, "token"), advice);
            }
            (text, "") => (text.to_owned(), format!("{section}.token")),
            ("", file) => {
                let setting = format!("{section}.token_file");
                (self.secret_file(&setting, file)?, setting)
            }
            (_, _) => return self.wrong(&self.place_in(section, "token"), "set either token or token_file, not both"),
        };
        self.token_digest(&setting, &text)
    }

    fn scopes(&mut self, section: &str, written: &[String]) -> Option<Vec<Scope>> {
        let known = Scope::ALL.map(Scope::word);
        if written.is_empty() {
            let advice = format!("say what it may be used for, as scopes = [\"…\"]: {}", known.join(", "));
            return self.wrong(&self.place_in(section, "scopes"), advice);
        }
        let mut scopes = Vec::new();
        for word in written {
            match Scope::from_word(word.trim()) {
                Some(scope) if scopes.contains(&scope) => {}
                Some(scope) => scopes.push(scope),
                None => {
                    let meant = names::closest(word, known.into_iter());
                    let hint = meant.map_or_else(|| known.join(", "), |meant| format!("did you mean {meant:?}?"));
                    let advice = format!("there is no scope {}; {hint}", names::shown(word));
                    return self.wrong(&format!("{section}.scopes"), advice);
                }
            }
        }
        Some(scopes)
    }

    /// A setting of a token where it is written, else the token's section.
    fn place_in(&self, section: &str, name: &str) -> String {
        let setting = format!("{section}.{name}");
        if self.origins.contains_key(&setting) { setting } else { section.to_owned() }
    }

    /// The digest of a token that is long enough, and nothing but a token.
    pub(super) fn token_digest(&mut self, setting: &str, token: &str) -> Option<KeyDigest> {
        if let Some(fault) = secrets::pasted(token) {
            return self.wrong(setting, fault);
        }
        if token.chars().count() < TOKEN_CHARS_MIN {
            return self
                .wrong(setting, format!("use at least {TOKEN_CHARS_MIN} characters: short ones can be guessed"));
        }
        Some(KeyDigest::of(token.as_bytes()))
    }
}
