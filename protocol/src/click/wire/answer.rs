//! From an answer to a body. On an error Click needs `error` and `error_note` alone; the rest is repeated as far as it is known.

use super::request::Envelope;
use crate::click::rules::Rules;
use crate::click::{Action, Answer, Code};
use serde::Serialize;

/// The body for an answer. `action` says which of our number's two names it has; where the call's own is not known, that of
/// the address.
pub fn write(envelope: &Envelope, action: Action, answer: &Answer, rules: &Rules) -> String {
    let code = match &answer.verdict {
        Ok(()) => Code::Success,
        Err(refusal) => refusal.code(rules),
    };
    let number = answer.number.map(|number| number.get());
    let body = Body {
        click_trans_id: envelope.click_trans_id,
        merchant_trans_id: envelope.merchant_trans_id.as_deref(),
        merchant_prepare_id: number.filter(|_| action == Action::Prepare),
        merchant_confirm_id: number.filter(|_| action == Action::Complete),
        error: code.number(),
        error_note: code.note(),
    };
    // These members cannot fail to serialise; should they ever, Click gets what it counts as our fault.
    serde_json::to_string(&body).unwrap_or_else(|_| r#"{"error":-7,"error_note":"Failed to update user"}"#.to_owned())
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    click_trans_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_trans_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_prepare_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_confirm_id: Option<i64>,
    error: i64,
    error_note: &'static str,
}
