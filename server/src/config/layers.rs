//! Putting the layers together, and saying in the owner's words what does not fit. No message repeats a value: it could be
//! a secret.

use super::{Config, DEFAULTS};
use std::path::PathBuf;
use toml::{Table, Value};

/// The prefix of every setting in the environment.
const PREFIX: &str = "BOOTHPAY_";

/// Where settings come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// A file, with its text.
    pub file: Option<(PathBuf, String)>,
    /// The environment: every variable, ours or not.
    pub environment: Vec<(String, String)>,
}

/// Why settings cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file is not TOML.
    #[error("{file}, line {line}: {what}")]
    Syntax {
        /// Which file.
        file: String,
        /// Which line, from 1.
        line: usize,
        /// What the reader says.
        what: String,
    },
    /// A setting that does not exist.
    #[error("{place}: there is no setting {name:?}{hint}")]
    Unknown {
        /// Where it stands.
        place: String,
        /// Its name.
        name: String,
        /// What may have been meant.
        hint: String,
    },
    /// A setting of the wrong type.
    #[error("{place}: {name} must be {expected}")]
    WrongType {
        /// Where it stands.
        place: String,
        /// Its name.
        name: String,
        /// What it must be.
        expected: &'static str,
    },
}

/// Reads all layers.
pub fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let mut settings: Table = DEFAULTS.parse().map_err(|error| syntax("built-in defaults", DEFAULTS, &error))?;
    if let Some((path, text)) = &sources.file {
        let place = path.display().to_string();
        // Windows' Notepad begins a file with a mark that is not TOML.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file: Table = text.parse().map_err(|error| syntax(&place, text, &error))?;
        merge(&mut settings, file, &place, "")?;
    }
    for (variable, value) in &sources.environment {
        if let Some(name) = variable.strip_prefix(PREFIX) {
            set_from_environment(&mut settings, variable, name, value)?;
        }
    }
    Value::Table(settings).try_into().map_err(|error: toml::de::Error| ConfigError::Syntax {
        file: "settings".to_owned(),
        line: 0,
        what: error.message().to_owned(),
    })
}

fn syntax(file: &str, text: &str, error: &toml::de::Error) -> ConfigError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
    let line = before.matches('\n').count() + 1;
    // The reader's own display would show the line, and with it perhaps a key.
    ConfigError::Syntax { file: file.to_owned(), line, what: error.message().to_owned() }
}

fn merge(settings: &mut Table, file: Table, place: &str, path: &str) -> Result<(), ConfigError> {
    for (key, value) in file {
        let name = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let Some(default) = settings.get_mut(&key) else {
            let hint = closest(&key, settings.keys().map(String::as_str));
            return Err(ConfigError::Unknown { place: place.to_owned(), name, hint });
        };
        match (default, value) {
            (Value::Table(inner), Value::Table(value)) => merge(inner, value, place, &name)?,
            (default, value) if same_kind(default, &value) => *default = value,
            (default, _) => {
                return Err(ConfigError::WrongType { place: place.to_owned(), name, expected: kind(default) });
            }
        }
    }
    Ok(())
}

fn set_from_environment(settings: &mut Table, variable: &str, name: &str, text: &str) -> Result<(), ConfigError> {
    let paths = paths(settings, &[]);
    let Some(path) = paths.iter().find(|path| path.join("_").to_uppercase() == name) else {
        let names: Vec<String> =
            paths.iter().map(|path| format!("{PREFIX}{}", path.join("_").to_uppercase())).collect();
        let hint = closest(variable, names.iter().map(String::as_str));
        return Err(ConfigError::Unknown { place: "environment".to_owned(), name: variable.to_owned(), hint });
    };
    let Some(slot) = slot(settings, path) else { return Ok(()) };
    match parse(slot, text) {
        Some(value) => *slot = value,
        None => {
            let expected = kind(slot);
            return Err(ConfigError::WrongType {
                place: "environment".to_owned(),
                name: variable.to_owned(),
                expected,
            });
        }
    }
    Ok(())
}

/// The paths of all settings, tables left out.
fn paths(table: &Table, above: &[String]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for (key, value) in table {
        let path = [above, std::slice::from_ref(key)].concat();
        match value {
            Value::Table(inner) => all.extend(paths(inner, &path)),
            Value::String(_)
            | Value::Integer(_)
            | Value::Boolean(_)
            | Value::Array(_)
            | Value::Float(_)
            | Value::Datetime(_) => all.push(path),
        }
    }
    all
}

fn slot<'a>(table: &'a mut Table, path: &[String]) -> Option<&'a mut Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get_mut(first)?;
    if rest.is_empty() { Some(value) } else { slot(value.as_table_mut()?, rest) }
}

/// Reads a variable's text as the kind of value that the default is.
fn parse(default: &Value, text: &str) -> Option<Value> {
    match default {
        Value::String(_) => Some(Value::String(text.to_owned())),
        Value::Integer(_) => text.trim().parse().ok().map(Value::Integer),
        Value::Boolean(_) => text.trim().to_lowercase().parse().ok().map(Value::Boolean),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        Value::Table(_) | Value::Float(_) | Value::Datetime(_) => None,
    }
}

fn same_kind(default: &Value, value: &Value) -> bool {
    match (default, value) {
        (Value::Array(_), Value::Array(items)) => items.iter().all(Value::is_str),
        (default, value) => default.same_type(value),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text in quotes",
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list of texts, like [\"a\", \"b\"]",
        Value::Table(_) => "a section, like [name]",
        Value::Float(_) | Value::Datetime(_) => "a value like the default",
    }
}

/// "; did you mean …?" for a name that is nearly one of those that exist.
fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = known.map(|candidate| (distance(name, candidate), candidate)).min();
    match near {
        Some((distance, candidate)) if distance <= 3 => format!("; did you mean {candidate:?}?"),
        Some(_) | None => "; see `boothpay config` for all of them".to_owned(),
    }
}

/// How many letters differ, at the least (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = *cell;
            left = substituted.min(left + 1).min(*cell + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_file(text: &str) -> Result<Config, ConfigError> {
        load(&Sources { file: Some((PathBuf::from("boothpay.toml"), text.to_owned())), environment: Vec::new() })
    }

    fn from_environment(name: &str, value: &str) -> Result<Config, ConfigError> {
        load(&Sources { file: None, environment: vec![(name.to_owned(), value.to_owned())] })
    }

    #[test]
    fn the_defaults_alone_are_settings() {
        let config = load(&Sources::default()).unwrap();
        assert_eq!(config.listen, "127.0.0.1:5000");
        assert_eq!(config.payme.merchant_id, "");
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
        let sources = Sources {
            file: Some((PathBuf::from("x"), "\u{feff}listen = \"a:1\"\ndatabase = \"b\"".to_owned())),
            environment: vec![
                ("BOOTHPAY_LISTEN".to_owned(), "c:2".to_owned()),
                ("BOOTHPAY_BOOTH_MAX_COPIES".to_owned(), "3".to_owned()),
                ("BOOTHPAY_PAYME_FISCAL_CODE".to_owned(), "007".to_owned()),
                ("BOOTHPAY_CORS_ORIGINS".to_owned(), "https://a, https://b".to_owned()),
                ("PATH".to_owned(), "/bin".to_owned()),
            ],
        };
        let config = load(&sources).unwrap();
        assert_eq!((config.listen.as_str(), config.database.0.as_str()), ("c:2", "b"));
        assert_eq!((config.booth.max_copies, config.payme.fiscal.code.as_str()), (3, "007"));
        assert_eq!(config.cors_origins, ["https://a", "https://b"]);
    }

    #[test]
    fn typing_mistakes_are_errors_that_name_what_was_meant() {
        let cases = [
            (
                from_file("lisen = \"x\"").map(drop),
                "boothpay.toml: there is no setting \"lisen\"; did you mean \"listen\"?",
            ),
            (
                from_file("[payme]\nmerchant = \"x\"").map(drop),
                "boothpay.toml: there is no setting \"payme.merchant\"; did you mean \"merchant_id\"?",
            ),
            (
                from_environment("BOOTHPAY_PAYME_KYE", "canary").map(drop),
                "environment: there is no setting \"BOOTHPAY_PAYME_KYE\"; did you mean \"BOOTHPAY_PAYME_KEY\"?",
            ),
            (
                from_file("[booth]\nmax_copies = \"6\"").map(drop),
                "boothpay.toml: booth.max_copies must be a whole number",
            ),
            (
                from_environment("BOOTHPAY_BOOTH_MAX_COPIES", "six").map(drop),
                "environment: BOOTHPAY_BOOTH_MAX_COPIES must be a whole number",
            ),
            (from_file("[payme]\nkey = 12345").map(drop), "boothpay.toml: payme.key must be text in quotes"),
        ];
        for (result, expected) in cases {
            assert_eq!(result.unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn no_message_repeats_a_secret() {
        for text in
            ["[payme]\nkey = canary", "[payme]\nkey = \"canary", "key = \"canary\"", "[payme]\nkey = [\"canary\"]"]
        {
            let message = from_file(text).unwrap_err().to_string();
            assert!(!message.contains("canary"), "{message}");
        }
        let config = from_file("[payme]\nkey = \"canary\"\n[admin]\ntoken = \"canary\"").unwrap();
        assert!(!format!("{config:?}").contains("canary"));
    }
}
