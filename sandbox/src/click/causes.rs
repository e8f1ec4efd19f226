//! What is usually wrong, told from an answer and from the rest of the run.
//!
//! A cause that the run itself disproves is never given: where one right signature was accepted, it is not the secret that
//! another refusal is about.

use crate::suite::RuleResult;
use crate::suite::causes::{self, OWN_FAULT};
use crate::wire::Exchange;
use serde_json::Value;

/// Gives every failure its likely causes, the nearest first.
pub fn explain(results: &mut [RuleResult]) {
    let codes: Vec<i64> = results.iter().flat_map(|result| &result.trail).filter_map(code).collect();
    let (program, accepted) = (!codes.is_empty(), codes.contains(&0));
    causes::give(results, |result| {
        let evidence = result.evidence()?;
        match causes::no_answer(result) {
            true => causes::by_status(evidence, program).map(str::to_owned),
            false => by_code(evidence, accepted).map(str::to_owned),
        }
    });
}

fn code(exchange: &Exchange) -> Option<i64> {
    exchange.answer.as_ref().ok()?.json()?.get("error").and_then(Value::as_i64)
}

fn by_code(exchange: &Exchange, accepted: bool) -> Option<&'static str> {
    let signed = exchange.request.contains("=<the right signature>");
    match code(exchange)? {
        -1 if signed && !accepted => Some(
            "The right signature was refused: the secret is another one, or the digest is made from values that were read \
             as numbers or trimmed instead of the text that came.",
        ),
        -1 if signed => Some(
            "This signature was right, and others were accepted: the digest is made from a value that was changed on the \
             way, the sum read as a number for example.",
        ),
        -8 if signed && !accepted => {
            Some("The form was not read: the server parses JSON only, or insists on a field that Click does not send.")
        }
        -7 => Some(OWN_FAULT),
        _ => None,
    }
}
