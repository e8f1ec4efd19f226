//! What is usually wrong, told from an answer and from the rest of the run; the rule's own cause comes after it.
//!
//! A cause that the run itself disproves is never given: where the key opened one method, it is not the key that
//! another refuses.

use crate::suite::RuleResult;
use crate::suite::causes::{self, OWN_FAULT};
use crate::wire::Exchange;

/// What the whole run has shown of the server.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    /// A call with the right key was let in.
    key: bool,
    /// An order was allowed or taken, so the account's form and the amounts are right.
    orders: bool,
    /// The program itself answered, with HTTP 200 and JSON.
    program: bool,
}

/// Gives every failure its likely causes, the nearest first.
pub fn explain(results: &mut [RuleResult]) {
    let mut shown = Shown::default();
    results.iter().flat_map(|result| &result.trail).for_each(|exchange| shown.see(exchange));
    causes::give(results, |result| likely(result, shown));
}

impl Shown {
    fn see(&mut self, exchange: &Exchange) {
        let Some(answer) = exchange.answer.as_ref().ok().filter(|answer| answer.status == 200) else { return };
        let Some(body) = answer.json() else { return };
        self.program = true;
        let code = body.pointer("/error/code").and_then(serde_json::Value::as_i64);
        self.key |= has_right_key(exchange) && code != Some(-32504);
        self.orders |= about_order(exchange) && body.get("result").is_some_and(|result| !result.is_null());
    }
}

fn has_right_key(exchange: &Exchange) -> bool {
    exchange.request.contains("and the key>")
}

fn about_order(exchange: &Exchange) -> bool {
    ["\"CheckPerformTransaction\"", "\"CreateTransaction\""].iter().any(|method| exchange.request.contains(method))
}

fn likely(result: &RuleResult, shown: Shown) -> Option<String> {
    let evidence = result.evidence()?;
    let field = if shown.orders { None } else { other_field(evidence) };
    let general = || match causes::no_answer(result) {
        true => by_status(evidence, shown),
        false => by_code(evidence, shown, result.rule.id),
    };
    field.or_else(|| general().map(str::to_owned))
}

/// An account error about a field that was not sent: the server expects another name.
pub fn other_field(exchange: &Exchange) -> Option<String> {
    let error = exchange.answer.as_ref().ok()?.json()?.get("error")?.clone();
    let account_error = (-31099..=-31050).contains(&error.get("code")?.as_i64()?);
    let field = error.get("data")?.as_str()?;
    let sent = exchange.request.contains(&format!("\"{field}\":"));
    (account_error && !sent && !field.is_empty())
        .then(|| format!("The server's account field is called `{field}`: give --account-field {field}."))
}

/// What an HTTP status says under Payme's protocol.
fn by_status(exchange: &Exchange, shown: Shown) -> Option<&'static str> {
    match exchange.answer.as_ref().map(|answer| answer.status) {
        // A web server that does not know a verb at all says 501.
        Ok(405 | 501) if !exchange.request.starts_with("POST ") => Some(
            "The route, or the web server, knows other verbs only; register it for all and answer -32300 yourself.",
        ),
        Ok(405) => Some("The program answers an unknown method with HTTP 405; it belongs into the body, as -32601."),
        Ok(_) | Err(_) => causes::by_status(exchange, shown.program),
    }
}

/// Rules that write the right credentials in another way: a refusal is about the way, and the rule's own cause says so.
const OTHER_WRITING: &[&str] = &["PAYME-AUTH-15", "PAYME-HTTP-10"];

/// What an error code says.
fn by_code(exchange: &Exchange, shown: Shown, rule: &str) -> Option<&'static str> {
    match exchange.answer.as_ref().ok()?.json()?.pointer("/error/code")?.as_i64()? {
        -32504 if has_right_key(exchange) && !shown.key => Some(
            "The right key was refused: it is not configured, was changed by the shell or escaped for HTML (& $ ! #), \
             or Apache removed the Authorization header.",
        ),
        -32504 if has_right_key(exchange) && !OTHER_WRITING.contains(&rule) => Some(
            "-32504 is used for something else than credentials here (the key works in other calls). It means \
             \"not authorised\" and nothing else.",
        ),
        -32400 => Some(OWN_FAULT),
        -31099..=-31050 if about_order(exchange) && !shown.orders => Some(
            "If this order exists, the account field has another name than --account-field says, or blanks around \
             the value were not removed; or a transaction of an earlier run still holds it.",
        ),
        -31001 if about_order(exchange) && !shown.orders => {
            Some("If the amount looks right: soum and tiyin (1 soum = 100 tiyin) are mixed up.")
        }
        -31008 if about_order(exchange) && !shown.orders => {
            Some("A transaction of an earlier run may still hold the order: use a fresh one.")
        }
        -31007 => Some("Refunds are switched off; Payme's sandbox and the cabinet's refund button need them."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::{Failure, Verdict};
    use crate::wire::Answer;
    use std::time::Duration;

    fn exchange(request: &str, status: u16, body: &str) -> Exchange {
        let body = body.as_bytes().to_vec();
        let answer = Answer { status, content_type: None, encoding: None, closes: false, location: None, body };
        Exchange { request: request.to_owned(), curl: None, answer: Ok(answer), took: Duration::ZERO }
    }

    /// The nearest cause of a failure after this exchange; the others came earlier.
    fn after(last: Exchange, earlier: Vec<Exchange>) -> String {
        after_in("CREATE-01", last, earlier)
    }

    /// The same of a failure of this rule.
    fn after_in(rule: &str, last: Exchange, earlier: Vec<Exchange>) -> String {
        let mut trail = earlier;
        trail.push(last);
        let at = trail.len() - 1;
        let answer = trail[at].answer.as_ref().unwrap();
        let got = if answer.json().is_some() { String::new() } else { format!("HTTP {} with a page", answer.status) };
        let failure = Failure { at, expected: String::new(), got, because: None, causes: vec![], same: None };
        let rule = crate::payme::handbook().find(rule).unwrap();
        let (notes, took) = (vec![], Duration::ZERO);
        let mut results = [RuleResult { rule, verdict: Verdict::Failed(failure), notes, trail, took }];
        explain(&mut results);
        results[0].failure().unwrap().causes[0].clone()
    }

    #[test]
    fn an_answer_tells_its_cause() {
        let unknown = r#"{"error":{"code":-31050,"data":"user"}}"#;
        assert!(
            after(exchange(r#"{"account":{"order_id":"1"}}"#, 200, unknown), vec![]).contains("--account-field user")
        );
        let known = r#""CreateTransaction" {"user":"1"}"#;
        assert!(after(exchange(known, 200, unknown), vec![]).contains("If this order exists"));
        assert!(after(exchange("", 401, ""), vec![]).contains("before the program runs"));
        assert!(after(exchange("", 200, "<html>"), vec![]).contains("HTML"));
        for status in [405, 501] {
            assert!(after(exchange("PATCH /payme", status, ""), vec![]).contains("knows other verbs only"));
        }
        assert!(after(exchange("POST /payme", 501, ""), vec![]).contains("exception"));
        let refused = r#"{"error":{"code":-32504}}"#;
        assert!(after(exchange("Basic <Paycom and the key>", 200, refused), vec![]).contains("right key was refused"));
        assert!(after(exchange("Basic <Paycom and a wrong key>", 200, refused), vec![]).contains("insert fails"));
    }

    #[test]
    fn what_the_run_disproves_is_not_a_cause() {
        let allowed =
            || exchange(r#"<Paycom and the key> "CheckPerformTransaction""#, 200, r#"{"result":{"allow":true}}"#);
        let refused = exchange("<Paycom and the key>", 200, r#"{"error":{"code":-32504}}"#);
        assert!(after(refused.clone(), vec![allowed()]).contains("something else than credentials"));
        assert!(after_in("HTTP-10", refused, vec![allowed()]).contains("by its exact letters"));
        let account = exchange(r#""CreateTransaction""#, 200, r#"{"error":{"code":-31050}}"#);
        assert!(after(account, vec![allowed()]).contains("insert fails"));
        assert!(after(exchange("", 404, "<html>"), vec![allowed()]).contains("that it does not find"));
    }
}
