//! What is usually wrong, told from an answer alone; the rule's own cause comes after it.

use super::rule::Rule;
use crate::wire::Exchange;

/// The likely causes of a failure, the nearest first.
pub fn likely(rule: &Rule, evidence: Option<&Exchange>) -> Vec<String> {
    let field = evidence.and_then(other_field);
    let general = || evidence.and_then(symptom).map(str::to_owned);
    let mut causes: Vec<String> = field.or_else(general).into_iter().collect();
    causes.push(rule.cause.to_owned());
    causes
}

/// An account error about a field that was not sent: the server expects another name.
fn other_field(exchange: &Exchange) -> Option<String> {
    let error = exchange.answer.as_ref().ok()?.json()?.get("error")?.clone();
    let account_error = (-31099..=-31050).contains(&error.get("code")?.as_i64()?);
    let field = error.get("data")?.as_str()?;
    let sent = exchange.request.contains(&format!("\"{field}\":"));
    (account_error && !sent)
        .then(|| format!("The server's account field is called `{field}`: give --account-field {field}."))
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
    let about_order = ["CheckPerformTransaction", "CreateTransaction"].iter().any(|m| exchange.request.contains(m));
    let right_key = exchange.request.contains("and the key>");
    match code {
        -32504 if right_key => Some(
            "The right key was refused: it is not configured, was changed by the shell or escaped for HTML (& $ ! #), \
             or Apache removed the Authorization header.",
        ),
        -32400 => Some("The server reports a fault of its own; its log says more."),
        -31099..=-31050 if about_order => Some(
            "If this order exists, the account field has another name than --account-field says, or blanks around \
             the value were not removed; or a transaction of an earlier run still holds it.",
        ),
        -31007 => Some("Refunds are switched off; Payme's sandbox and the cabinet's refund button need them."),
        -31001 if about_order => Some("If the amount looks right: soum and tiyin (1 soum = 100 tiyin) are mixed up."),
        -31008 if about_order => Some("A transaction of an earlier run may still hold the order: use a fresh one."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Answer;

    fn after(request: &str, status: u16, body: &str) -> String {
        let answer =
            Answer { status, content_type: None, closes: false, location: None, body: body.as_bytes().to_vec() };
        let exchange = Exchange { request: request.to_owned(), answer: Ok(answer), took: std::time::Duration::ZERO };
        likely(crate::conformance::find("CREATE-01").unwrap(), Some(&exchange)).remove(0)
    }

    #[test]
    fn an_answer_tells_its_cause() {
        let unknown = r#"{"error":{"code":-31050,"data":"user"}}"#;
        assert!(after(r#"{"account":{"order_id":"1"}}"#, 200, unknown).contains("--account-field user"));
        assert!(after(r#""CreateTransaction" {"user":"1"}"#, 200, unknown).contains("If this order exists"));
        assert!(after("", 401, "").contains("authentication class"));
        assert!(after("", 200, "<html>").contains("HTML"));
        let refused = r#"{"error":{"code":-32504}}"#;
        assert!(after("Basic <Paycom and the key>", 200, refused).contains("right key was refused"));
        assert!(after("Basic <Paycom and a wrong key>", 200, refused).contains("insert fails"));
    }
}
