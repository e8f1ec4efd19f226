//! The look before the run: whether the server, the key and the orders are usable at all.
//!
//! Where they are not, two hundred rules would all fail for one reason, and none of them would name it. One sentence
//! says what is wrong and what cures it.

use super::causes::other_field;
use crate::suite::Bench;
use crate::suite::orders::Order;
use crate::wire::{Answer, Exchange, Request};
use serde_json::{Value, json};

/// Makes sure that somebody answers at the address.
///
/// # Errors
/// A sentence with the cure.
pub async fn reach(bench: &Bench) -> Result<(), String> {
    let params = json!({"id": bench.names.transaction_id()});
    let exchange = bench.client.send(&Request::call(1, "CheckTransaction", &params)).await;
    exchange.answer.map(drop).map_err(|reason| unreachable(bench, &reason))
}

/// Asks CheckPerformTransaction about one fresh order with the right key, and gives the order back if it may be paid.
/// Without a source of orders a run of chosen rules may still have something to try.
///
/// # Errors
/// A sentence with the cure.
pub async fn look(bench: &Bench, some_rules_only: bool) -> Result<Option<Order>, String> {
    // An order of an earlier run is no news; the second one shows whether the source is stale.
    const TRIES: usize = 2;
    reach(bench).await?;
    if bench.orders.is_nowhere().await && some_rules_only {
        return Ok(None);
    }
    let mut finding = String::new();
    for _ in 0..TRIES {
        let order =
            bench.orders.next(&bench.names).await.map_err(|reason| format!("No order to test with: {reason}."))?;
        let params = json!({"amount": order.amount, "account": order.account});
        let exchange = bench.client.send(&Request::call(2, "CheckPerformTransaction", &params)).await;
        match judge(bench, &exchange, &order) {
            Ok(()) => return Ok(Some(order)),
            Err(Finding::Order(sentence)) => finding = sentence,
            Err(Finding::Server(sentence)) => return Err(sentence),
        }
    }
    Err(finding)
}

/// What stands in the way.
enum Finding {
    /// This order; another one may do.
    Order(String),
    /// The server, or what was said about it.
    Server(String),
}

fn judge(bench: &Bench, exchange: &Exchange, order: &Order) -> Result<(), Finding> {
    let server = |sentence: String| Err(Finding::Server(sentence));
    let answer = match &exchange.answer {
        Ok(answer) => answer,
        Err(reason) => return server(unreachable(bench, reason)),
    };
    let target = bench.client.target();
    let url = &target.url;
    if let Some(sentence) = page(url.as_str(), answer) {
        return server(sentence);
    }
    let Some(body) = answer.json() else {
        return server(format!("{url} answers with something that is not JSON: {}", beginning(answer)));
    };
    let code = body.pointer("/error/code").and_then(Value::as_i64);
    let account = Value::Object(order.account.clone());
    match code {
        None if body.pointer("/result/allow") == Some(&Value::Bool(true)) => Ok(()),
        Some(-32504) if target.key.is_none() => {
            server("The server asks for a key: give it with --key, or in BOOTHPAY_SANDBOX_KEY.".to_owned())
        }
        Some(-32504) => server(format!(
            "The server refuses the key (-32504 for login `{}`): check --key against the key that the server was started \
             with. A key with $, & or ! belongs in single quotes. Behind Apache the Authorization header may be lost.",
            target.login
        )),
        Some(-32601) => server(format!(
            "{url} does not know CheckPerformTransaction (-32601): is this the address of the merchant API?"
        )),
        Some(-32400) => {
            server("The server reports a fault of its own (-32400) for a right call; its log says more.".to_owned())
        }
        Some(-31001) => Err(Finding::Order(format!(
            "The server refuses the amount of the order {account} (-31001): {} tiyin are not its price. Amounts are in \
             tiyin, 1 soum = 100 tiyin; an orders file has the price behind the order.",
            order.amount
        ))),
        Some(code @ (-31099..=-31050 | -31008)) => Err(Finding::Order(match other_field(exchange) {
            Some(cure) => format!("The server does not find the order {account} ({code}). {cure}"),
            None => format!(
                "The server does not let the order {account} be paid ({code}). Every run needs fresh orders: was this one \
                 paid, or is it being paid by an earlier run? If it is new, see --account-field and --account-extra."
            ),
        })),
        Some(code) => {
            server(format!("The server answers error {code} to a right CheckPerformTransaction. {}", beginning(answer)))
        }
        None => Err(Finding::Order(format!(
            "The server does not answer `allow: true` for the order {account}. It answers: {}",
            beginning(answer)
        ))),
    }
}

/// An answer that did not come from the merchant API at all.
fn page(url: &str, answer: &Answer) -> Option<String> {
    let html = answer.json().is_none() && answer.plain().trim_ascii_start().starts_with(b"<");
    let status = answer.status;
    match status {
        200 if !html => None,
        200 => Some(format!("{url} answers with an HTML page: this is not the address of the merchant API.")),
        300..=399 => {
            let to = answer.location.as_deref().map_or(String::new(), |to| format!(" to {to}"));
            Some(format!("{url} redirects{to}. Payme does not follow redirects: give the address that it leads to."))
        }
        404 => Some(format!("{url} answers HTTP 404: nothing listens at this path. Check the path of --url.")),
        405 => Some(format!("{url} does not take POST (HTTP 405): check the path of --url.")),
        401 | 403 => Some(format!(
            "{url} answers HTTP {status} although the key was sent: a framework or proxy refuses before the merchant API \
             runs (CSRF protection, an authentication class), or the key is wrong. {}",
            beginning(answer)
        )),
        500..=599 => Some(format!("{url} answers HTTP {status} to a right call; the server's log says why.")),
        _ => Some(format!("{url} answers HTTP {status} to a right call. {}", beginning(answer))),
    }
}

fn beginning(answer: &Answer) -> String {
    const SHOWN_CHARACTERS: usize = 200;
    String::from_utf8_lossy(&answer.plain()).chars().take(SHOWN_CHARACTERS).collect()
}

/// Why there was no answer, with the cure.
fn unreachable(bench: &Bench, reason: &str) -> String {
    let url = &bench.client.target().url;
    if reason.contains("UnknownIssuer") {
        return format!(
            "{url} has a certificate of an authority that this computer does not know. Payme will refuse it too. For the \
             test, SSL_CERT_FILE=ca.pem trusts its authority; --insecure trusts anybody."
        );
    }
    if reason.contains("CaUsedAsEndEntity") {
        return format!(
            "{url} has a self-signed certificate that is its own authority; such a certificate is refused even if it is \
             trusted. Make one for the server alone (basicConstraints CA:FALSE), or use --insecure for the test."
        );
    }
    if reason.contains("NotValidForName") {
        return format!("{url} has a certificate for another name: {reason}. --insecure ignores that for the test.");
    }
    if reason.contains("Expired") && reason.contains("certificate") {
        return format!("{url} has a certificate that has expired. --insecure ignores that for the test.");
    }
    if reason.contains("InvalidContentType") {
        return format!("{url} does not speak https at this port: try http.");
    }
    if reason.contains("refused") {
        return format!("Nothing listens at {url}: is the server started, and is this its port?");
    }
    format!("{url} does not answer: {reason}")
}
