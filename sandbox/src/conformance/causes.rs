//! What is usually wrong, told from an answer alone; the rule's own cause comes after it.

use super::rule::Rule;
use crate::wire::Exchange;

/// The likely causes of a failure, the nearest first.
pub fn likely(rule: &Rule, evidence: Option<&Exchange>) -> Vec<String> {
    let mut causes: Vec<String> = evidence.and_then(symptom).map(str::to_owned).into_iter().collect();
    causes.push(rule.cause.to_owned());
    causes
}

/// Symptoms that say more than the rule that met them.
fn symptom(exchange: &Exchange) -> Option<&'static str> {
    let answer = match &exchange.answer {
        Ok(answer) => answer,
        Err(_) => return Some("The connection broke: the program crashed, or a time limit before it was reached."),
    };
    match answer.status {
        300..=399 => {
            return Some("The address redirects (trailing slash, http to https); Payme does not follow redirects.");
        }
        401 | 403 => {
            return Some(
                "The framework or a proxy refuses before the program runs: an authentication class of Django REST, \
                 CSRF protection, a firewall or bot protection.",
            );
        }
        404 => return Some("The address is not the one that the program listens on."),
        405 => return Some("The route knows another verb only; register it for all and answer -32300 yourself."),
        413 | 415 => return Some("The framework refuses the body before the program sees it."),
        500..=599 => return Some("An exception was not caught; the server's log has it. It should become -32400."),
        _ => {}
    }
    let body = answer.json();
    if body.is_none() && answer.body.starts_with(b"<") {
        return Some("The answer is an HTML page: of the framework, of a proxy, or of bot protection.");
    }
    let code = body.as_ref()?.get("error")?.get("code")?.as_i64()?;
    let right_key = exchange.request.contains("and the key>");
    match code {
        -32504 if right_key => Some(
            "The right key was refused: it is not configured, was changed by the shell or escaped for HTML (& $ ! #), \
             or Apache removed the Authorization header.",
        ),
        -32400 => Some("The server reports a fault of its own; its log says more."),
        -31099..=-31050 => Some(
            "If this order exists, the account field has another name than --account-field says, or blanks around \
             the value were not removed; or a transaction of an earlier run still holds it.",
        ),
        -31001 => Some("If the amount looks right: soum and tiyin (1 soum = 100 tiyin) are mixed up."),
        -31008 | -31003 => Some("A transaction of an earlier run may still hold the order: use a fresh one."),
        _ => None,
    }
}
