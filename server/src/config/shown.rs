//! The settings as their owner wrote them, without what is secret: for a file that leaves the computer.
//!
//! What is shown is what is known to be no secret. A key under a misspelt name, in another setting's line or in a command's arguments is
//! hidden because nobody can say what it is.

use super::finding::{Finding, Weight};
use super::layers::{TOKENS, WEBHOOKS, token_defaults, webhook_defaults};
use super::{DEFAULTS, names};
use crate::prints::command::NAMES;
use crate::tether::SHOT;
use std::path::Path;
use toml::{Table, Value};

/// Words in the name of a setting that holds a secret.
const SECRET_WORDS: [&str; 4] = ["key", "secret", "password", "token"];

/// A setting whose name has such a word, and that names a field.
const FIELD: &str = "account_key";

/// The end of the name of a setting that only says in which file a secret is.
const FILE: &str = "_file";

/// The settings that are a program with its arguments have this name.
pub(super) const COMMAND: &str = "command";

/// Characters of a part of an address's path that may be a secret: some receivers of webhooks know their callers by it.
const PATH_SECRET_CHARS: usize = 16;

/// What a setting may hold, as far as its name and its type say it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A secret.
    Secret,
    /// The name of a secret's file.
    SecretFile,
    /// A program with its arguments.
    Command,
    /// Anything: there is no such setting.
    Unknown,
    /// Anything: it is of another type.
    Strange,
    /// What it should.
    Plain,
}

/// The settings, secrets hidden and comments left out, which may hold an old one. What was found to be wrong in a text's place is hidden
/// too: it may be a key. `None` where the text is no TOML: then nobody can say what in it is secret.
pub fn without_secrets(text: &str, findings: &[Finding]) -> Option<String> {
    let table: Table = text.parse().ok()?;
    let mut table = with_plain_names(table, &defaults());
    let is_wrong =
        |setting: &str| findings.iter().any(|finding| finding.weight == Weight::Mistake && finding.setting == setting);
    each(&mut table, &defaults(), "", &mut |kind, setting, value| match kind {
        Kind::Secret | Kind::Unknown | Kind::Strange => *value = hidden(),
        Kind::Command => *value = command(value),
        Kind::SecretFile | Kind::Plain => hide_within(value, is_wrong(setting)),
    });
    toml::to_string(&table).ok()
}

/// Looks at each setting of a file, with its path.
pub(super) fn each(table: &mut Table, defaults: &Table, path: &str, look: &mut impl FnMut(Kind, &str, &mut Value)) {
    for (name, value) in table.iter_mut() {
        let setting = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match (defaults.get(name), value) {
            (_, Value::Table(sections)) if setting == TOKENS => {
                for (name, section) in sections.iter_mut() {
                    each_of_section(section, &token_defaults(), &format!("{setting}.{name}"), look);
                }
            }
            (_, Value::Array(sections)) if setting == WEBHOOKS => {
                for (number, section) in (1..).zip(sections) {
                    each_of_section(section, &webhook_defaults(), &format!("{setting}[{number}]"), look);
                }
            }
            (Some(Value::Table(defaults)), Value::Table(section)) => each(section, defaults, &setting, look),
            (default, value) => look(kind(name, default, value), &setting, value),
        }
    }
}

fn each_of_section(section: &mut Value, defaults: &Table, path: &str, look: &mut impl FnMut(Kind, &str, &mut Value)) {
    if let Value::Table(section) = section {
        each(section, defaults, path, look);
    } else {
        look(Kind::Strange, path, section);
    }
}

fn kind(name: &str, default: Option<&Value>, value: &Value) -> Kind {
    if is_secret(name) {
        Kind::Secret
    } else if default.is_none() {
        Kind::Unknown
    } else if default.is_some_and(|default| !default.same_type(value)) {
        Kind::Strange
    } else if is_secrets_file(name) {
        Kind::SecretFile
    } else if name == COMMAND {
        Kind::Command
    } else {
        Kind::Plain
    }
}

/// Whether a setting of this name holds a secret; also one that is no setting, or a variable's name.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    has_secret_word(&name) && !name.ends_with(FILE) && !name.ends_with(FIELD)
}

/// Whether a setting of this name says in which file a secret is.
pub(super) fn is_secrets_file(name: &str) -> bool {
    let name = name.to_lowercase();
    has_secret_word(&name) && name.ends_with(FILE)
}

fn has_secret_word(name: &str) -> bool {
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// Whether a text is an address that may have a password in it: a database's, or a webhook's.
pub(super) fn has_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let is_odd = |part: &str| part.chars().count() >= PATH_SECRET_CHARS && part.contains(|c: char| c.is_ascii_digit());
    text.contains(['@', '?']) || rest.split('/').skip(1).any(is_odd)
}

/// A command with its program and what is filled in; its other arguments may be anything, a password too.
pub(super) fn command(value: &Value) -> Value {
    let Value::Array(items) = value else { return hidden() };
    let shown = (0..).zip(items).map(|(at, item)| match (at, item.as_str()) {
        (0, Some(program)) if is_program(program) => item.clone(),
        (1.., Some(argument)) => Value::String(argument_shown(argument)),
        (_, _) => hidden(),
    });
    Value::Array(shown.collect())
}

/// Whether a text is a program's name alone. One with blanks may be a whole line for a shell, unless there is such a file.
pub(super) fn is_program(text: &str) -> bool {
    !text.contains(char::is_whitespace) || Path::new(text).is_file()
}

fn argument_shown(argument: &str) -> String {
    let names = NAMES.into_iter().chain([SHOT]);
    let mut found: Vec<(usize, &str)> = names.flat_map(|name| argument.match_indices(name)).collect();
    found.sort_unstable();
    let filled: String = found.into_iter().map(|(_, name)| name).collect();
    if filled == argument { filled } else { format!("{HIDDEN}{filled}") }
}

fn hide_within(value: &mut Value, is_wrong: bool) {
    match value {
        Value::Table(table) => table.iter_mut().for_each(|(_, value)| hide_within(value, is_wrong)),
        Value::Array(values) => values.iter_mut().for_each(|value| hide_within(value, is_wrong)),
        Value::String(text) if has_password(text) || (is_wrong && !text.is_empty()) => *value = hidden(),
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
}

/// The same with another name for each setting that there is not and whose name may be a key.
fn with_plain_names(table: Table, defaults: &Table) -> Table {
    let renamed = (1..).zip(table).map(|(at, (name, value))| match (defaults.get(&name), value) {
        (Some(Value::Table(defaults)), Value::Table(section)) => {
            (name, Value::Table(with_plain_names(section, defaults)))
        }
        (None, value) if name != WEBHOOKS && !is_tokens(&name, &value) && !names::is_plain(&name) => {
            (format!("(hidden name {at})"), value)
        }
        (_, value) => (name, value),
    });
    renamed.collect()
}

/// The sections of the API's tokens have no default.
fn is_tokens(name: &str, value: &Value) -> bool {
    TOKENS.strip_prefix("api.") == Some(name) && value.is_table()
}

pub(super) fn defaults() -> Table {
    DEFAULTS.parse().unwrap_or_default()
}

/// What stands in a secret's place.
pub(super) const HIDDEN: &str = "(hidden)";

fn hidden() -> Value {
    Value::String(HIDDEN.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::finding::Place;

    fn shown(text: &str) -> String {
        without_secrets(text, &[]).unwrap()
    }

    #[test]
    fn what_may_be_a_secret_is_hidden_however_it_is_written() {
        let text = r#"
            # key = "abc"
            database = "postgres://anna:abc@db/booth"
            payme = { merchant_id = "587f", key = "abc" }
            click.secret_key = """
abc"""
            [uzum]
            "password" = 'abc'
            TEST_PASSWORD = "abc"
            [telegram]
            token = "abc"
            [[webhooks]]
            url = "https://example.uz/x?token=abc"
            secret = ["abc", "abc"]
        "#;
        let shown = shown(text);
        assert!(!shown.contains("abc") && shown.contains("merchant_id = \"587f\""), "{shown}");
        assert_eq!(shown.matches(HIDDEN).count(), 8, "{shown}");
    }

    #[test]
    fn what_is_none_is_shown_and_what_is_no_toml_is_not() {
        let text = "database = \"boothpay.db\"\n\n[payme]\nkey_file = \"payme.key\"\n\n[[webhooks]]\nurl = \"https://example.uz/x\"\n";
        assert_eq!(without_secrets(text, &[]).as_deref(), Some(text));
        assert_eq!(without_secrets("key = abc", &[]), None);
    }

    #[test]
    fn what_nobody_knows_is_hidden_with_its_name_where_that_may_be_a_key() {
        for text in [
            "payme = \"canary\"",
            "[payme]\nkee = \"canary\"",
            "[payme]\nkee = { of = [\"canary\"] }",
            "[paime]\nmerchant = \"canary\"",
            "[payme]\nmerchant_id = [\"canary\"]",
            "[booth]\nbase_price = \"canary\"",
            "webhooks = [\"canary\"]",
            "[api.tokens]\nfigures = \"canary\"",
            "[[webhooks]]\nurk = \"canary\"",
            "[[webhooks]]\nurl = \"https://example.uz/hooks/T0001/canary0123456789\"",
            "[payme]\ncanary4711 = \"\"",
            "canary4711 = 1",
        ] {
            assert!(!shown(text).contains("canary"), "{text}: {}", shown(text));
        }
        assert!(shown("[payme]\nkee = \"canary\"").contains("kee = \"(hidden)\""));
    }

    #[test]
    fn of_a_command_the_program_and_what_is_filled_in_is_shown() {
        let text = "[prints]\ncommand = [\"/usr/bin/lab\", \"-p\", \"canary\", \"{order}\", \"--token=canary{copies}\", \"{canary}\"]";
        let said = shown(text);
        assert!(!said.contains("canary"), "{said}");
        for part in ["\"/usr/bin/lab\"", "\"{order}\"", "\"(hidden){copies}\""] {
            assert!(said.contains(part), "{part}: {said}");
        }
        let line = shown("[camera]\ncommand = [\"lab -p canary {shot}\", \"{shot}\"]");
        assert!(!line.contains("canary") && line.contains("\"{shot}\""), "{line}");
    }

    #[test]
    fn a_text_that_was_found_to_be_wrong_is_hidden() {
        let wrong = |setting: &str| Finding {
            weight: Weight::Mistake,
            place: Place::Nowhere,
            setting: setting.to_owned(),
            advice: String::new(),
        };
        let text = "[payme]\nmerchant_id = \"canary\"\nkey_file = \"canary\"\n\n[booth]\nname = \"Fotobox\"\n";
        let said = without_secrets(text, &[wrong("payme.merchant_id"), wrong("payme.key_file")]).unwrap();
        assert!(!said.contains("canary") && said.contains("Fotobox"), "{said}");
    }
}
