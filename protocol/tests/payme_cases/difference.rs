//! What differs between two JSON values, member by member.

use serde_json::Value;

/// One line per difference; empty when the values are equal. Numbers are equal only when they are written alike: 1 is not
/// 1.0. The order of members does not matter.
pub fn between(what: &str, expected: &Value, got: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    collect(what, Some(expected), Some(got), &mut lines);
    lines
}

fn collect(path: &str, expected: Option<&Value>, got: Option<&Value>, lines: &mut Vec<String>) {
    match (expected, got) {
        (Some(Value::Object(expected)), Some(Value::Object(got))) => {
            let names: std::collections::BTreeSet<&String> = expected.keys().chain(got.keys()).collect();
            for name in names {
                collect(&format!("{path}.{name}"), expected.get(name), got.get(name), lines);
            }
        }
        (Some(Value::Array(expected)), Some(Value::Array(got))) => {
            for index in 0..expected.len().max(got.len()) {
                collect(&format!("{path}[{index}]"), expected.get(index), got.get(index), lines);
            }
        }
        (Some(expected), Some(got)) if expected == got => {}
        (expected, got) => lines.push(format!("{path}: expected {}, got {}", show(expected), show(got))),
    }
}

fn show(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), Value::to_string)
}
