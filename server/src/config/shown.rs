//! The settings as their owner wrote them, without what is secret: for a file that leaves the computer.

use toml::{Table, Value};

/// Words in the name of a setting that holds a secret.
const SECRET_WORDS: [&str; 4] = ["key", "secret", "password", "token"];

/// A setting whose name has such a word, and that names a field.
const FIELD: &str = "account_key";

/// The end of the name of a setting that only says in which file a secret is.
const FILE: &str = "_file";

/// The settings, secrets hidden and comments left out, which may hold an old one. `None` where the text is no TOML: then nobody can
/// say what in it is secret.
pub fn without_secrets(text: &str) -> Option<String> {
    let mut table: Table = text.parse().ok()?;
    hide(&mut table);
    toml::to_string(&table).ok()
}

/// Whether a setting of this name holds a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word)) && !name.ends_with(FILE) && name != FIELD
}

/// Whether a text is an address that may have a password in it: a database's, or a webhook's.
pub(super) fn has_password(text: &str) -> bool {
    text.contains("://") && text.contains(['@', '?'])
}

fn hide(table: &mut Table) {
    for (name, value) in table {
        // The sections of the API's tokens have names that are no secret.
        let is_section_of_tokens = name == "tokens" && value.is_table();
        if is_secret(name) && !is_section_of_tokens {
            *value = hidden();
        } else {
            hide_within(value);
        }
    }
}

fn hide_within(value: &mut Value) {
    match value {
        Value::Table(table) => hide(table),
        Value::Array(values) => values.iter_mut().for_each(hide_within),
        Value::String(text) if has_password(text) => *value = hidden(),
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
}

fn hidden() -> Value {
    Value::String("(hidden)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

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
        let shown = without_secrets(text).unwrap();
        assert!(!shown.contains("abc") && shown.contains("merchant_id = \"587f\""), "{shown}");
        assert_eq!(shown.matches("(hidden)").count(), 8, "{shown}");
    }

    #[test]
    fn what_is_none_is_shown_and_what_is_no_toml_is_not() {
        let text = "database = \"boothpay.db\"\n\n[payme]\nkey_file = \"payme.key\"\n\n[[webhooks]]\nurl = \"https://example.uz/x\"\n";
        assert_eq!(without_secrets(text).as_deref(), Some(text));
        assert_eq!(without_secrets("key = abc"), None);
    }
}
