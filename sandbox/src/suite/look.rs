//! The look before the run: whether the server, the secret and the orders are usable at all.
//!
//! Where they are not, all rules would fail for one reason, and none of them would name it. One sentence says what is wrong
//! and what cures it.

use super::case::Bench;
use super::orders::Order;
use crate::wire::Answer;
use reqwest::Url;
use std::pin::Pin;

/// What stands in the way.
pub enum Finding {
    /// This order; another one may do.
    Order(String),
    /// The server, or what was said about it.
    Server(String),
}

/// Asks the server about one order, in the provider's own words.
pub type Ask<T> = for<'c> fn(&'c T, &'c Order) -> Pin<Box<dyn Future<Output = Result<(), Finding>> + Send + 'c>>;

/// Looks for an order that may be paid, and gives it back. Without a source of orders a run of chosen rules may still have
/// something to try.
///
/// # Errors
/// A sentence with the cure.
pub async fn until_usable<T: Sync>(
    bench: &Bench,
    some_rules_only: bool,
    context: &T,
    ask: Ask<T>,
) -> Result<Option<Order>, String> {
    // An order of an earlier run is no news; the second one shows whether the source is stale.
    const TRIES: usize = 2;
    if bench.orders.is_nowhere().await && some_rules_only {
        return Ok(None);
    }
    let mut finding = String::new();
    for _ in 0..TRIES {
        let order =
            bench.orders.next(&bench.names).await.map_err(|reason| format!("No order to test with: {reason}."))?;
        match ask(context, &order).await {
            Ok(()) => return Ok(Some(order)),
            Err(Finding::Order(sentence)) => finding = sentence,
            Err(Finding::Server(sentence)) => return Err(sentence),
        }
    }
    Err(finding)
}

/// An answer that did not come from the merchant API at all.
pub fn page(provider: &str, url: &Url, answer: &Answer) -> Option<String> {
    let html = answer.json().is_none() && answer.plain().trim_ascii_start().starts_with(b"<");
    let status = answer.status;
    match status {
        200 if !html => None,
        200 => Some(format!("{url} answers with an HTML page: this is not the address of the merchant API.")),
        300..=399 => {
            let to = answer.location.as_deref().map_or(String::new(), |to| format!(" to {to}"));
            Some(format!(
                "{url} redirects{to}. {provider} does not follow redirects: give the address that it leads to."
            ))
        }
        404 => Some(format!("{url} answers HTTP 404: nothing listens at this path. Check the path of --url.")),
        405 => Some(format!("{url} does not take POST (HTTP 405): check the path of --url.")),
        401 | 403 => Some(format!(
            "{url} answers HTTP {status} although the credentials are right: a framework or proxy refuses before the merchant API \
             runs (CSRF protection, an authentication class), or they are wrong after all. {}",
            beginning(answer)
        )),
        500..=599 => Some(format!("{url} answers HTTP {status} to a right call; the server's log says why.")),
        _ => Some(format!("{url} answers HTTP {status} to a right call. {}", beginning(answer))),
    }
}

/// What an answer begins with, for a sentence.
pub fn beginning(answer: &Answer) -> String {
    const SHOWN_CHARACTERS: usize = 200;
    String::from_utf8_lossy(&answer.plain()).chars().take(SHOWN_CHARACTERS).collect()
}

/// Why there was no answer, with the cure.
pub fn unreachable(provider: &str, url: &Url, reason: &str) -> String {
    if reason.contains("UnknownIssuer") {
        return format!(
            "{url} has a certificate of an authority that this computer does not know. {provider} will refuse it too. For the \
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
