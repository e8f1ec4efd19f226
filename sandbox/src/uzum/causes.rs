//! What is usually wrong, told from an answer and from the rest of the run.

use super::reply::{DENIED, INTERNAL, code_of};
use crate::suite::RuleResult;
use crate::suite::causes::{self, OWN_FAULT};
use crate::wire::Exchange;
use serde_json::Value;

/// Gives every failure its likely causes, the nearest first.
pub fn explain(results: &mut [RuleResult]) {
    let answers = || results.iter().flat_map(|result| &result.trail);
    let program = answers().any(|exchange| body(exchange).is_some());
    let let_in =
        answers().any(|exchange| has_right_password(exchange) && code(exchange).is_none() && body(exchange).is_some());
    causes::give(results, |result| {
        let evidence = result.evidence()?;
        let cause = match causes::no_answer(result) {
            true => causes::by_status(evidence, program),
            false => match code(evidence)? {
                DENIED if has_right_password(evidence) && !let_in => Some(
                    "The right credentials were refused: they are not configured, were changed by the shell, or Apache \
                     removed the Authorization header.",
                ),
                INTERNAL => Some(OWN_FAULT),
                _ => None,
            },
        };
        cause.map(str::to_owned)
    });
}

fn has_right_password(exchange: &Exchange) -> bool {
    exchange.request.contains("and the key>")
}

fn body(exchange: &Exchange) -> Option<Value> {
    exchange.answer.as_ref().ok()?.json().filter(Value::is_object)
}

fn code(exchange: &Exchange) -> Option<i64> {
    code_of(&body(exchange)?)
}
