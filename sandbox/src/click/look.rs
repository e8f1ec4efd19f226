//! The look before the run: whether the addresses, the service, its secret and the orders are usable at all.

use super::case::Case;
use super::reply::{ACTION, AMOUNT, CANCELLED, ORDER, PAID, REQUEST, Reply, SIGN};
use crate::suite::look::{Finding, beginning, page, unreachable, until_usable};
use crate::suite::orders::Order;
use crate::wire::Answer;

const PROVIDER: &str = "Click";

/// Makes sure that somebody answers at both addresses.
///
/// # Errors
/// A sentence with the cure.
pub async fn reach(case: &Case) -> Result<(), String> {
    let attempt = case.nobodys_attempt();
    for call in [case.prepare(&attempt).forged(), case.complete(&attempt, "1").forged()] {
        let url = if call.sent("action") == "0" { &case.click.prepare } else { &case.click.complete };
        let answer = case.bench.client.answer(&case.request(&call)).await;
        let answer = answer.map_err(|reason| unreachable(PROVIDER, url, &reason))?;
        // What is wrong with an answer that is there is told by the rules, unless the address itself is wrong.
        let elsewhere = matches!(answer.status, 300..=399 | 404 | 405);
        if let Some(sentence) = page(PROVIDER, url, &answer).filter(|_| elsewhere) {
            return Err(sentence);
        }
    }
    Ok(())
}

/// Prepares one fresh order with the right signature, and cancels it.
///
/// # Errors
/// A sentence with the cure.
pub async fn look(case: &Case, some_rules_only: bool) -> Result<(), String> {
    reach(case).await?;
    until_usable(&case.bench, some_rules_only, case, |case, order| Box::pin(ask(case, order))).await.map(drop)
}

async fn ask(case: &Case, order: &Order) -> Result<(), Finding> {
    let attempt = case.attempt(order);
    let url = &case.click.prepare;
    let answer = case.bench.client.answer(&case.request(&case.prepare(&attempt))).await;
    let answer = answer.map_err(|reason| Finding::Server(unreachable(PROVIDER, url, &reason)))?;
    if let Some(sentence) = page(PROVIDER, url, &answer).filter(|_| Reply::read(0, &answer).is_err()) {
        return Err(Finding::Server(sentence));
    }
    let reply = Reply::read(0, &answer).map_err(|_| {
        Finding::Server(format!("{url} answers with something that has no `error`: {}", beginning(&answer)))
    })?;
    judge(case, &reply, &answer, &attempt.order)?;
    if let Ok(id) = reply.prepare_id() {
        // The order is left as nobody had touched it; whether that works is the business of the rules.
        drop(case.bench.client.answer(&case.request(&case.cancel(&attempt, &id))).await);
    }
    Ok(())
}

fn judge(case: &Case, reply: &Reply, answer: &Answer, order: &str) -> Result<(), Finding> {
    let url = &case.click.prepare;
    let server = |sentence: String| Err(Finding::Server(sentence));
    match reply.error() {
        Some(0) => Ok(()),
        Some(SIGN) => server(format!(
            "The server refuses the signature (-1): check --secret and --service-id ({}) against those that the server was \
             started with. A secret with $, & or ! belongs in single quotes. The signature is the MD5 of click_trans_id, \
             service_id, the secret, merchant_trans_id, amount, action and sign_time as they were received.",
            case.click.service
        )),
        Some(REQUEST) => server(format!(
            "The server says that the request is wrong (-8). It was a form (application/x-www-form-urlencoded) with all \
             fields of Prepare and service_id {}: does the server read JSON only, or is that not its service?",
            case.click.service
        )),
        Some(ACTION) => server(format!("The server does not know action 0 (-3): is {url} the address of Prepare?")),
        Some(AMOUNT) => Err(Finding::Order(format!(
            "The server refuses the sum of the order {order} (-2): it is not its price. Click sends soum with two decimals; \
             an orders file has the price in tiyin behind the order, 1 soum = 100 tiyin."
        ))),
        Some(code @ (ORDER | PAID | CANCELLED)) => Err(Finding::Order(format!(
            "The server does not let the order {order} be paid ({code}). Every run needs fresh orders: does this one exist, \
             was it paid, or is it being paid by an earlier run?"
        ))),
        Some(_) | None => {
            server(format!("The server answers a right Prepare with another error. {}", beginning(answer)))
        }
    }
}
