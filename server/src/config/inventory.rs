//! Every setting with its value and where it came from, for whoever asks what is in force. No secret is in it: of those it says whether they
//! are set.

use super::DEFAULTS;
use super::finding::Place;
use super::layers::{self, Beneath, Sources, TOKENS, Written, slot};
use super::shown::{self, has_password, is_secret};
use toml::{Table, Value};

/// A link with places for its parts, and without a secret.
const UZUM_LINK: &str = "uzum.link";

/// A setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its path, for instance `payme.key`.
    pub setting: String,
    /// Its value; none of a secret.
    pub value: Option<Value>,
    /// Whether it says anything: empty is how settings look that are not used.
    pub is_set: bool,
    /// What its number counts.
    pub unit: Option<Unit>,
    /// Where it was written.
    pub place: Place,
    /// Where the panel can change it: what holds without the panel.
    pub beneath: Option<Beneath>,
}

/// What a setting's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Money, in soum.
    Soum,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Megabytes.
    Megabytes,
    /// Parts of a hundred.
    Percent,
    /// Millimetres.
    Millimetres,
    /// Times in a minute.
    PerMinute,
}

impl Unit {
    /// By the setting's name, which ends with it.
    fn of(setting: &str) -> Option<Self> {
        let ends = |endings: &[&str]| endings.iter().any(|ending| setting.ends_with(ending));
        match setting {
            _ if ends(&["_price", "operator_refund"]) => Some(Self::Soum),
            _ if ends(&["_per_minute"]) => Some(Self::PerMinute),
            _ if ends(&["_seconds"]) => Some(Self::Seconds),
            _ if ends(&["_minutes"]) => Some(Self::Minutes),
            _ if ends(&["_hours"]) => Some(Self::Hours),
            _ if ends(&["_days"]) => Some(Self::Days),
            _ if ends(&["_mb", "_megabytes"]) => Some(Self::Megabytes),
            _ if ends(&["_percent"]) => Some(Self::Percent),
            _ if ends(&["_mm"]) => Some(Self::Millimetres),
            _ => None,
        }
    }

    /// Its word, in English.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Soum => "soum",
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
            Self::Megabytes => "MB",
            Self::Percent => "%",
            Self::Millimetres => "mm",
            Self::PerMinute => "per minute",
        }
    }
}

/// All settings, in the order of the defaults' file; then the API's tokens with scopes and the webhooks.
pub fn inventory(sources: &Sources) -> Vec<Entry> {
    let mut written = layers::read(sources);
    let mut section = String::new();
    let mut entries = Vec::new();
    for line in DEFAULTS.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
        } else if let Some((name, _)) = line.split_once(" = ").filter(|(name, _)| !name.starts_with('#')) {
            let setting = format!("{section}{name}");
            let value = slot(&mut written.table, &setting).cloned();
            entries.extend(value.map(|value| entry(setting, &value, &written)));
        }
    }
    if let Some(Value::Table(tokens)) = slot(&mut written.table, TOKENS).cloned() {
        for (name, token) in &tokens {
            let of = |(member, value): (&String, &Value)| entry(format!("{TOKENS}.{name}.{member}"), value, &written);
            entries.extend(token.as_table().into_iter().flatten().map(of));
        }
    }
    let Some(Value::Array(webhooks)) = written.table.get("webhooks") else { return entries };
    for (number, webhook) in (1..).zip(webhooks.iter().filter_map(Value::as_table)) {
        entries.extend(of_webhook(number, webhook, &written));
    }
    entries
}

fn of_webhook(number: usize, webhook: &Table, written: &Written) -> Vec<Entry> {
    let path = format!("webhooks[{number}]");
    let place = written.origins.get(&path).map_or(Place::Nowhere, |origin| origin.place.clone());
    let entry = |(name, value): (&String, &Value)| {
        let entry = entry(format!("{path}.{name}"), value, written);
        // What is not written stands with the section, which has no other place.
        if entry.place == Place::Nowhere { Entry { place: place.clone(), ..entry } } else { entry }
    };
    webhook.iter().map(entry).collect()
}

fn entry(setting: String, value: &Value, written: &Written) -> Entry {
    let name = setting.rsplit('.').next().unwrap_or(&setting);
    let hides = match value {
        Value::String(text) => is_secret(name) || has_password(text) && setting != UZUM_LINK,
        Value::Array(_) => is_secret(name),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Table(_) => false,
    };
    let is_set = match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Table(_) => true,
    };
    let shown = || if name == shown::COMMAND { shown::command(value) } else { value.clone() };
    Entry {
        value: (!hides).then(shown),
        is_set,
        unit: if value.is_integer() { Unit::of(&setting) } else { None },
        place: written.origins.get(&setting).map_or(Place::Nowhere, |origin| origin.place.clone()),
        beneath: written.beneath.get(setting.as_str()).cloned(),
        setting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn entries(text: &str) -> Vec<Entry> {
        let file = Some((PathBuf::from("boothpay.toml"), text.to_owned()));
        let environment = vec![("BOOTHPAY_BOOTH_IDLE_SECONDS".to_owned(), "45".to_owned())];
        inventory(&Sources { file, environment, ..Sources::default() })
    }

    fn of<'a>(entries: &'a [Entry], setting: &str) -> &'a Entry {
        entries.iter().find(|entry| entry.setting == setting).unwrap_or_else(|| panic!("no {setting}"))
    }

    #[test]
    fn every_default_is_there_with_its_value_its_unit_and_its_place() {
        let entries =
            entries("[booth]\nbase_price = 25000\n[[webhooks]]\nname = \"a\"\nurl = \"https://example.uz/x\"");
        let all: Table = DEFAULTS.parse().unwrap();
        let counted: usize = all.values().map(|value| value.as_table().map_or(1, count)).sum();
        assert_eq!(entries.iter().filter(|entry| !entry.setting.starts_with("webhooks")).count(), counted);
        let price = of(&entries, "booth.base_price");
        assert_eq!((price.value.clone(), price.unit), (Some(Value::Integer(25_000)), Some(Unit::Soum)));
        assert_eq!(price.place, Place::File { line: 2, column: 14 });
        assert_eq!(
            of(&entries, "booth.idle_seconds").place,
            Place::Environment("BOOTHPAY_BOOTH_IDLE_SECONDS".to_owned())
        );
        assert_eq!(of(&entries, "booth.name").place, Place::Nowhere);
        assert_eq!(of(&entries, "webhooks[1].url").value, Some(Value::String("https://example.uz/x".to_owned())));
    }

    fn count(table: &Table) -> usize {
        table.values().map(|value| value.as_table().map_or(1, count)).sum()
    }

    #[test]
    fn no_secret_is_in_it() {
        let text = "database = \"postgres://anna:canary@db/booth\"\n[prints]\ncommand = [\"lab\", \"-pcanary\"]\n[payme]\nkey = \"canary\"\nkey_file = \"payme.key\"\n[admin]\n\
                    token = \"canary\"\n[telegram]\ntoken = \"canary\"\n[api.tokens.a]\ntoken = \"canary\"\nscopes = [\"orders\"]\n[[webhooks]]\nsecret = \"canary\"\nurl = \"https://a.uz/?t=canary\"";
        let entries = entries(text);
        assert!(!format!("{entries:?}").contains("canary"));
        let key = of(&entries, "payme.key");
        assert!(of(&entries, "uzum.link").value.is_some() && of(&entries, "uzum.account_key").value.is_some());
        assert!(key.value.is_none() && key.is_set && !of(&entries, "click.secret_key").is_set);
        let token = of(&entries, "api.tokens.a.token");
        assert!(token.value.is_none() && token.is_set && of(&entries, "api.tokens.a.scopes").value.is_some());
        assert_eq!(of(&entries, "payme.key_file").value, Some(Value::String("payme.key".to_owned())));
    }
}
