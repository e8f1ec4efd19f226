//! What is secret in the settings as they were written, in clear: so that it is found in a text that it must not leave this computer with.
//!
//! It does not need settings that can be used: whoever asks for help has some that cannot.

use super::layers::{Sources, dotted, variable_of};
use super::names::{self, PREFIX};
use super::shown::{self, HIDDEN, Kind};
use super::{connected, secrets};
use std::path::Path;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

/// Characters of a secret that is looked for wherever it stands, also in a longer word.
const ANYWHERE_CHARS: usize = 16;

/// Characters of one that is looked for as a word of its own. Shorter ones stand in texts by chance.
const WORD_CHARS: usize = 8;

/// A link with places for its parts, which looks like one with a secret.
const LINKS: [&str; 2] = ["uzum.link", "BOOTHPAY_UZUM_LINK"];

/// What is secret, and what may be.
#[derive(Default)]
pub struct Guarded {
    known: Vec<String>,
    suspected: Vec<String>,
}

impl Guarded {
    /// All of the settings file, of the files that it names, of the environment and of the wallets that were connected in the panel.
    pub fn of(sources: &Sources) -> Self {
        let mut guarded = Self::default();
        if let Some((_, text)) = &sources.file {
            guarded.file(text, &sources.folder);
        }
        let settings = dotted(&shown::defaults());
        let variables: Vec<String> = settings.iter().map(|path| variable_of(path)).collect();
        for (name, value) in &sources.environment {
            guarded.variable(name, value, &variables, &sources.folder);
        }
        for wallet in connected::WALLETS {
            let connection = sources.connected.as_ref().and_then(|connected| connected.of(wallet));
            for (name, value) in connection.iter().flat_map(|connection| &connection.values) {
                if shown::is_secret(name) {
                    guarded.know(value);
                }
            }
        }
        guarded
    }

    /// The secrets themselves. Whoever calls this has to be looked at when asking where secrets go.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(String::as_str)
    }

    /// Whether a text holds a secret.
    pub fn are_in(&self, text: &str) -> bool {
        self.known.iter().any(|secret| stands_in(text, secret))
    }

    /// The text without what may be a secret: under a name that is no setting's, or among a command's arguments.
    pub fn hide(&self, mut text: String) -> String {
        for suspected in &self.suspected {
            if stands_in(&text, suspected) {
                text = text.replace(suspected.as_str(), HIDDEN);
            }
        }
        text
    }

    fn file(&mut self, text: &str, folder: &Path) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut table = plain(table.get_ref());
        shown::each(&mut table, &shown::defaults(), "", &mut |kind, setting, value| match kind {
            Kind::Secret => texts(value, &mut |text| self.know(text)),
            Kind::SecretFile => texts(value, &mut |file| self.know_file(folder, file)),
            Kind::Command => self.suspect_arguments(value),
            Kind::Unknown => {
                let name = setting.rsplit('.').next().unwrap_or_default();
                if !names::is_plain(name) {
                    self.suspect(name);
                }
                texts(value, &mut |text| self.suspect(text));
            }
            Kind::Strange => texts(value, &mut |text| self.suspect(text)),
            Kind::Plain => texts(value, &mut |text| self.know_address(setting, text)),
        });
        if !errors.is_empty() {
            // What could not be read may be the very line of a key.
            text.lines().for_each(|line| self.line(line.trim()));
        }
    }

    fn line(&mut self, line: &str) {
        let Some((name, value)) = line.split_once(['=', ':']).filter(|_| !line.starts_with('#')) else { return };
        if shown::is_secret(name.trim()) {
            let is_quote = |c: char| "\"'`“”„«»‘’".contains(c);
            let value = value.trim();
            let quoted = value.strip_prefix(is_quote).and_then(|rest| rest.split(is_quote).next());
            self.know(quoted.or_else(|| value.split_whitespace().next()).unwrap_or_default());
        }
    }

    fn variable(&mut self, name: &str, value: &str, known: &[String], folder: &Path) {
        let name = name.to_uppercase();
        if !name.starts_with(PREFIX) {
            return;
        }
        if shown::is_secret(&name) {
            self.know(value);
        } else if shown::is_secrets_file(&name) && known.contains(&name) {
            self.know_file(folder, value);
        } else if name.ends_with("_COMMAND") {
            let items = value.split(',').map(|item| Value::String(item.trim().to_owned()));
            self.suspect_arguments(&Value::Array(items.collect()));
        } else if known.contains(&name) {
            self.know_address(&name, value);
        } else if !names::is_of_a_platform(&name) {
            self.suspect(value);
        }
    }

    /// A webhook may have two secrets, with a blank between them.
    fn know(&mut self, text: &str) {
        let words = text.split_whitespace().chain([text.trim()]);
        self.known.extend(words.filter(|word| is_worth_it(word)).map(str::to_owned));
    }

    fn know_file(&mut self, folder: &Path, file: &str) {
        if let Some(found) =
            Some(file).filter(|file| !file.is_empty()).and_then(|file| secrets::read(folder, file).ok())
        {
            self.know(&found.text);
        }
    }

    fn know_address(&mut self, setting: &str, text: &str) {
        if !shown::has_password(text) || LINKS.contains(&setting) {
            return;
        }
        self.know(text);
        let before = text.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@'));
        if let Some((_, password)) = before.and_then(|(before, _)| before.split_once(':')) {
            self.know(password);
        }
    }

    fn suspect(&mut self, text: &str) {
        let is_path = text.contains(['/', '\\']);
        if !is_path && is_worth_it(text) {
            self.suspected.push(text.to_owned());
        }
    }

    fn suspect_arguments(&mut self, command: &Value) {
        let Value::Array(items) = command else { return };
        for (at, item) in (0..).zip(items.iter().filter_map(Value::as_str)) {
            let words = item.split_whitespace().chain([item]);
            let is_program = at == 0 && shown::is_program(item);
            words.filter(|_| !is_program).for_each(|word| {
                self.suspect(word);
                // The value of --name=VALUE.
                self.suspect(word.split_once('=').map_or("", |(_, value)| value));
            });
        }
    }
}

/// Whether a text would be found by more than chance, and is no word that stands where a key belongs.
fn is_worth_it(text: &str) -> bool {
    let chars = text.chars().count();
    let is_a_word = text.chars().all(char::is_alphabetic);
    !secrets::is_placeholder(text) && (chars >= ANYWHERE_CHARS || (chars >= WORD_CHARS && !is_a_word))
}

fn stands_in(text: &str, secret: &str) -> bool {
    if secret.chars().count() >= ANYWHERE_CHARS {
        return text.contains(secret);
    }
    let is_apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(secret).any(|(at, found)| {
        let (before, rest) = text.split_at(at);
        is_apart(before.chars().next_back()) && is_apart(rest.get(found.len()..).and_then(|after| after.chars().next()))
    })
}

/// Each text in a value.
fn texts(value: &Value, look: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, look)),
        Value::Table(table) => table.iter().for_each(|(name, value)| {
            look(name);
            texts(value, look);
        }),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
}

/// What could be read of a file, of which numbers matter by their type alone.
fn plain(table: &DeTable<'_>) -> Table {
    table.iter().map(|(name, value)| (name.get_ref().to_string(), plain_value(value.get_ref()))).collect()
}

fn plain_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(|item| plain_value(item.get_ref())).collect()),
        DeValue::Table(table) => Value::Table(plain(table)),
        DeValue::Integer(_) => Value::Integer(0),
        DeValue::Float(_) => Value::Float(0.0),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        DeValue::Datetime(time) => Value::Datetime(*time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "Canary&4711?of#36=characters-xxxxxxx";

    fn of(text: &str, environment: &[(&str, &str)]) -> Guarded {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Guarded::of(&Sources {
            file: Some(("boothpay.toml".into(), text.to_owned())),
            environment,
            ..Sources::default()
        })
    }

    #[test]
    fn a_secret_is_known_also_where_the_settings_cannot_be_used() {
        let found = format!("log: the call had {KEY}, which is wrong");
        for text in [
            format!("[payme]\nkey = \"{KEY}\"\nmerchant_id = 5"),
            format!("[payme\nkey = \"{KEY}\""),
            format!("key = \"{KEY}\nlisten ="),
            format!("[payme]\nkey = {KEY} # the key"),
            format!("[payme]\nkey: «{KEY}»"),
            format!("[[webhooks]]\nsecret = \"another {KEY}\""),
            format!("[click.other_keys]\na = \"{KEY}\""),
            format!("[uzum]\nPASSWORD = [\"{KEY}\"]"),
        ] {
            assert!(of(&text, &[]).are_in(&found), "{text}");
            assert!(!of(&text, &[]).are_in("log: all is well"), "{text}");
        }
        assert!(of("", &[("BOOTHPAY_PAYME_KEY", KEY)]).are_in(&found));
        assert!(of("database = \"postgres://anna:pass-4711@db/booth\"", &[]).are_in("login pass-4711 failed"));
    }

    #[test]
    fn what_stands_in_texts_by_chance_is_no_secret() {
        for text in [
            "[payme]\nkey = \"TEST_KEY\"",
            "[payme]\nkey = \"abc\"",
            "database = \"postgres://boothpay:boothpay@db/boothpay\"",
            "[payme]\naccount_key = \"order_id_of_the_booth\"",
            "[uzum]\nlink = \"https://www.apelsin.uz/open-service?serviceId={service_id}\"",
        ] {
            assert_eq!(of(text, &[]).secrets().filter(|text| !text.contains("://")).count(), 0, "{text}");
        }
        assert!(!of("[uzum]\npassword = \"1234567-\"", &[]).are_in("no 91234567-5"));
    }

    #[test]
    fn what_may_be_one_is_hidden_wherever_it_stands() {
        let said = || format!("the program said: {KEY} is refused");
        for text in [
            format!("[payme]\nkee = \"{KEY}\""),
            format!("payme = \"{KEY}\""),
            format!("[prints]\ncommand = [\"lab\", \"--login={KEY}\"]"),
            format!("[prints]\ncommand = [\"lab -p {KEY}\"]"),
        ] {
            let hidden = of(&text, &[]).hide(said());
            assert!(!hidden.contains("Canary"), "{text}: {hidden}");
        }
        assert!(!of("", &[("BOOTHPAY_PAYME_KEE", KEY)]).hide(said()).contains("Canary"));
        let theirs = [("BOOTHPAY_HOME", "/opt/boothpay-4711"), ("BOOTHPAY_WEB_SERVICE_HOST", "host-of-the-booth-1")];
        let words = "in /opt/boothpay-4711 at host-of-the-booth-1";
        assert_eq!(of("", &theirs).hide(words.to_owned()), words);
    }
}
