//! What is pasted to connect a wallet, looked at field by field: each mistake has a sentence that says the cure.

use crate::config::connected::Connection;
use crate::config::look_alike;
use crate::config::secrets::{self, Fault};
use crate::panel::words::Words;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::uzum::limits::ACCOUNT_KEY_CHARS_MAX;
use std::collections::BTreeMap;

/// Characters of a field: more than anything that belongs there, so that what was pasted whole is told as what it is.
pub(super) const FIELD_CHARS_MAX: usize = 500;

/// Characters of a cashbox's id, all of them hexadecimal, and of its key.
const MERCHANT_ID_CHARS: usize = 24;
const PAYME_KEY_CHARS: usize = 36;

/// Digits of a wallet's number, at most: those of 64 bits.
const DIGITS_MAX: usize = 18;

/// Characters of a login, at most.
const LOGIN_CHARS_MAX: usize = 64;

/// A field of a wallet's form; its name is the setting's.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) is_needed: bool,
    form: Form,
}

/// What belongs into it.
#[derive(Clone, Copy)]
enum Form {
    MerchantId,
    Number,
    Login,
    AccountName,
    Secret(fn(&str) -> Option<Fault>),
}

impl Field {
    const fn needed(name: &'static str, form: Form) -> Self {
        Self { name, is_needed: true, form }
    }

    const fn optional(name: &'static str, form: Form) -> Self {
        Self { name, is_needed: false, form }
    }

    /// Whether it is never shown again.
    pub(super) const fn is_secret(&self) -> bool {
        matches!(self.form, Form::Secret(_))
    }
}

/// The fields of a wallet, its key last.
pub(super) fn fields(wallet: Provider) -> Vec<Field> {
    match wallet {
        Provider::Payme => {
            vec![Field::needed("merchant_id", Form::MerchantId), Field::needed("key", Form::Secret(secrets::payme_key))]
        }
        Provider::Click => vec![
            Field::needed("service_id", Form::Number),
            Field::needed("merchant_id", Form::Number),
            Field::optional("merchant_user_id", Form::Number),
            Field::needed("secret_key", Form::Secret(secrets::click_key)),
        ],
        Provider::Uzum => vec![
            Field::needed("service_id", Form::Number),
            Field::optional("account_key", Form::AccountName),
            Field::needed("login", Form::Login),
            Field::needed("password", Form::Secret(secrets::uzum_password)),
        ],
        Provider::UzumQr | Provider::Uzqr | Provider::Test => Vec::new(),
    }
}

/// What is wrong with a field: the key of a sentence, and what fills its places.
#[derive(Debug, PartialEq, Eq)]
struct Wrong(&'static str, [String; 2]);

impl Wrong {
    fn of(key: &'static str) -> Self {
        Self(key, [String::new(), String::new()])
    }

    fn at(key: &'static str, number: usize) -> Self {
        Self(key, [number.to_string(), String::new()])
    }

    fn fault(fault: Fault) -> Self {
        match fault {
            Fault::Lines(lines) => Self::at("fault.lines", lines),
            Fault::Quotes => Self::of("fault.quotes"),
            Fault::Label => Self::of("fault.label"),
            Fault::Header => Self::of("fault.header"),
            Fault::Invisible(_, position) => Self::at("fault.invisible", position),
            Fault::Blank(position) => Self::at("fault.blank", position),
            Fault::LookAlike(position) => Self::at("fault.look_alike", position),
            Fault::Strange(position) => Self::at("fault.strange", position),
            Fault::Placeholder => Self::of("fault.placeholder"),
            Fault::MerchantId => Self::of("fault.merchant_id"),
            Fault::Short(length, least) => Self("fault.short", [length.to_string(), least.to_string()]),
            Fault::Long(length, usual) => Self("fault.long", [length.to_string(), usual.to_string()]),
            Fault::Digits => Self::of("fault.digits"),
        }
    }

    fn say(&self, words: &Words) -> String {
        let Self(key, [number, other]) = self;
        words.fill(key, &[("number", number), ("other", other)])
    }
}

/// What was typed, judged: the values, or what is wrong with which field. An empty secret stays what it was.
pub(super) fn judge<'a>(
    wallet: Provider,
    typed: impl Fn(&str) -> &'a str,
    is_real: bool,
    before: Option<&Connection>,
    words: &Words,
) -> Result<BTreeMap<String, String>, BTreeMap<&'static str, String>> {
    let (mut values, mut wrong) = (BTreeMap::new(), BTreeMap::new());
    for field in fields(wallet) {
        let text = typed(field.name).trim();
        let kept = before.map(|before| before.value(field.name)).filter(|kept| field.is_secret() && !kept.is_empty());
        let fault = match (text, kept) {
            ("", Some(kept)) => {
                values.insert(field.name.to_owned(), kept.to_owned());
                is_test_key(wallet, is_real, before, kept).then(|| Wrong::of("fault.real_key_missing"))
            }
            ("", None) => field.is_needed.then(|| Wrong::of("fault.missing")),
            (text, kept) => {
                values.insert(field.name.to_owned(), text.to_owned());
                let same = kept.is_some_and(|kept| kept == text) && is_test_key(wallet, is_real, before, text);
                look(field.form, text).or_else(|| same.then(|| Wrong::of("fault.same_key")))
            }
        };
        if let Some(fault) = fault {
            wrong.insert(field.name, fault.say(words));
        }
    }
    if wrong.is_empty() { Ok(values) } else { Err(wrong) }
}

/// Whether a key is the one with which Payme's sandbox was played, which must not be the real one. Click has one key for both, and Uzum's
/// pair is agreed.
fn is_test_key(wallet: Provider, is_real: bool, before: Option<&Connection>, key: &str) -> bool {
    let was_tried = before.is_some_and(|before| !before.real && before.value("key") == key);
    wallet == Provider::Payme && is_real && was_tried
}

fn look(form: Form, text: &str) -> Option<Wrong> {
    match form {
        Form::Secret(look) => look(text).map(Wrong::fault),
        Form::MerchantId => around(text).or_else(|| merchant_id(text)),
        Form::Number => around(text).or_else(|| {
            let plain = text.bytes().all(|byte| byte.is_ascii_digit());
            let is_number = plain && text.len() <= DIGITS_MAX && text.parse::<i64>().is_ok_and(|number| number > 0);
            (!is_number).then(|| Wrong::of("fault.number"))
        }),
        Form::Login => around(text).or_else(|| {
            let length = text.chars().count();
            let wrong = text.contains(':') || !text.is_ascii() || length > LOGIN_CHARS_MAX;
            wrong.then(|| Wrong::of("fault.login"))
        }),
        Form::AccountName => {
            let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
            (!plain || text.len() > ACCOUNT_KEY_CHARS_MAX || text == "amount").then(|| Wrong::of("fault.account_name"))
        }
    }
}

/// What was pasted along with something that is no secret.
fn around(text: &str) -> Option<Wrong> {
    let is_quote = |c: char| "\"'`“”„«»‘’‚".contains(c);
    if text.starts_with(is_quote) || text.ends_with(is_quote) {
        return Some(Wrong::of("fault.quotes"));
    }
    let find = |is_it: fn(char) -> bool| (1..).zip(text.chars()).find(|(_, c)| is_it(*c)).map(|(position, _)| position);
    if let Some(position) = find(|c| c.is_whitespace() || c.is_control()) {
        return Some(Wrong::at("fault.blank", position));
    }
    find(|c| look_alike(c).is_some()).map(|position| Wrong::at("fault.look_alike", position))
}

fn merchant_id(text: &str) -> Option<Wrong> {
    let length = text.chars().count();
    if text.contains(['=', ':']) && length > MERCHANT_ID_CHARS {
        return Some(Wrong::of("fault.label"));
    }
    if length == PAYME_KEY_CHARS {
        return Some(Wrong::of("fault.id_is_key"));
    }
    if length != MERCHANT_ID_CHARS {
        return Some(Wrong::at("fault.id_length", length));
    }
    (!text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| Wrong::of("fault.id_hex"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use boothpay_protocol::ledger::language::Language;

    const ID: &str = "587f72c72cac0d162c722ae2";
    /// A wallet, what is typed into its form, and what is said of it.
    type Case<'a> = (Provider, &'a [(&'a str, &'a str)], &'a str);
    const KEY: &str = "k:ey&@?#%^=$!-of-36-characters-xxxxx";

    fn said(wallet: Provider, typed: &[(&str, &str)], is_real: bool, before: Option<&Connection>) -> Vec<String> {
        let words = Words::of(Language::En);
        let get = |name: &str| typed.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
        let judged = judge(wallet, get, is_real, before, words);
        judged.err().into_iter().flatten().map(|(name, said)| format!("{name}: {said}")).collect()
    }

    #[test]
    fn each_mistake_has_a_sentence_and_no_sentence_has_the_key() {
        let key_in_quotes = format!("\"{KEY}\"");
        let labelled = format!("TEST_KEY={KEY}");
        let cases: [Case<'_>; 19] = [
            (Provider::Payme, &[("merchant_id", ""), ("key", KEY)], "merchant_id: Fill this in"),
            (Provider::Payme, &[("merchant_id", ID), ("key", "")], "key: Fill this in"),
            (Provider::Payme, &[("merchant_id", KEY), ("key", KEY)], "merchant_id: There is a name"),
            (
                Provider::Payme,
                &[("merchant_id", "123456789012345678901234567890123456"), ("key", KEY)],
                "merchant_id: This is as long as the key",
            ),
            (
                Provider::Payme,
                &[("merchant_id", "587f72c7"), ("key", KEY)],
                "merchant_id: The id has 24 characters, this has 8",
            ),
            (
                Provider::Payme,
                &[("merchant_id", "587f72c72cac0d162c722zzz"), ("key", KEY)],
                "merchant_id: The id has only",
            ),
            (
                Provider::Payme,
                &[("merchant_id", "«587f72c72cac0d162c722ae2»"), ("key", KEY)],
                "merchant_id: It stands in quotes",
            ),
            (
                Provider::Payme,
                &[("merchant_id", "587f72c72cac 0d162c722ae2"), ("key", KEY)],
                "merchant_id: There is a blank at position 13",
            ),
            (
                Provider::Payme,
                &[("merchant_id", "587f72с72cac0d162c722ae2"), ("key", KEY)],
                "merchant_id: The letter at position 7",
            ),
            (Provider::Payme, &[("merchant_id", ID), ("key", ID)], "key: This looks like the merchant id"),
            (Provider::Payme, &[("merchant_id", ID), ("key", "TEST_KEY")], "key: This is a word for the key"),
            (Provider::Payme, &[("merchant_id", ID), ("key", &key_in_quotes)], "key: It stands in quotes"),
            (Provider::Payme, &[("merchant_id", ID), ("key", &labelled)], "key: There is a name"),
            (Provider::Payme, &[("merchant_id", ID), ("key", &KEY[1..])], "key: It has 35 characters"),
            (
                Provider::Click,
                &[("service_id", "12a"), ("merchant_id", "1"), ("secret_key", "secret-of-click")],
                "service_id: This is a number",
            ),
            (
                Provider::Click,
                &[("service_id", "12"), ("merchant_id", "1"), ("secret_key", "1234567890")],
                "secret_key: These are digits",
            ),
            (
                Provider::Click,
                &[("service_id", "12"), ("merchant_id", "1"), ("secret_key", "abc")],
                "secret_key: It has 3 characters",
            ),
            (
                Provider::Uzum,
                &[("service_id", "1"), ("login", "a:b"), ("password", "password-of-uzum")],
                "login: A login",
            ),
            (
                Provider::Uzum,
                &[("service_id", "1"), ("account_key", "amount"), ("login", "a"), ("password", "password-of-uzum")],
                "account_key: Letters",
            ),
        ];
        for (wallet, typed, expected) in cases {
            let said = said(wallet, typed, false, None);
            assert!(said.len() == 1 && said[0].starts_with(expected), "{expected}: {said:?}");
            assert!(!said[0].contains(&KEY[5..20]), "{said:?}");
        }
        assert!(said(Provider::Payme, &[("merchant_id", ID), ("key", KEY)], true, None).is_empty());
    }

    #[test]
    fn an_empty_key_stays_and_the_key_of_the_sandbox_never_becomes_the_real_one() {
        let values = [("merchant_id".to_owned(), ID.to_owned()), ("key".to_owned(), KEY.to_owned())].into();
        let tried = Connection { real: false, offered: true, by: "owner".to_owned(), at_ms: 0, values };
        let before = Some(&tried);
        assert!(said(Provider::Payme, &[("merchant_id", ID)], false, before).is_empty());
        for key in ["", KEY] {
            let said = said(Provider::Payme, &[("merchant_id", ID), ("key", key)], true, before);
            assert!(said.len() == 1 && said[0].contains("TEST_KEY"), "{said:?}");
        }
        let real = KEY.replace("36", "37");
        assert!(said(Provider::Payme, &[("merchant_id", ID), ("key", &real)], true, before).is_empty());
    }
}
