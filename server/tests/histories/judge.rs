//! Compares an answer with the prediction, member by member. Only texts for people are not compared by the letter; they
//! must be there, in every language that Payme asks for.

use serde_json::{Value, json};

use crate::booth::ANY;
use crate::payme::Fault;

/// Something that may be done to an answer before it is compared; says whether it was done.
pub type Tamper<'a> = &'a (dyn Fn(&mut Value) -> bool + Sync);

/// What [`compare`] says of an answer that was tampered with.
pub const NOTICED: &str = "the tampering was noticed";
const UNNOTICED: &str = "the tampering was not noticed";

/// The whole body that a prediction stands for.
pub fn webhook(said: Result<Value, Fault>, id: Value, versioned: bool) -> Value {
    let mut body = match said {
        Ok(result) => json!({"id": id, "result": result}),
        Err(fault) => {
            let mut error = json!({"code": fault.0, "message": {"ru": ANY, "uz": ANY, "en": ANY}});
            if let Some(data) = fault.1 {
                error["data"] = data;
            }
            json!({"id": id, "error": error})
        }
    };
    if versioned {
        body["jsonrpc"] = json!("2.0");
    }
    body
}

/// Says what differs, if anything does.
pub fn compare(
    expected_status: u16,
    expected: &Value,
    status: u16,
    answer: &str,
    tamper: Option<Tamper<'_>>,
) -> Result<(), String> {
    let mut actual: Value = serde_json::from_str(answer).map_err(|error| format!("{error}: {answer}"))?;
    if tamper.is_some_and(|tamper| tamper(&mut actual)) {
        return Err(if same(expected, &actual) { UNNOTICED } else { NOTICED }.to_owned());
    }
    if status != expected_status || !same(expected, &actual) {
        return Err(format!("expected {expected_status} {expected}\n     was {status} {actual}"));
    }
    Ok(())
}

fn same(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::String(any), Value::String(text)) if any == ANY => text.chars().count() >= 3,
        (Value::Object(expected), Value::Object(actual)) => {
            expected.len() == actual.len()
                && expected.iter().all(|(name, value)| actual.get(name).is_some_and(|actual| same(value, actual)))
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len() && expected.iter().zip(actual).all(|(a, b)| same(a, b))
        }
        (expected, actual) => expected == actual,
    }
}
