//! The look before the run: whether the address, the service, the credentials and the orders are usable at all.

use super::case::{Case, address};
use super::reply::{ACCOUNT, CANCELLED, DENIED, INTERNAL, MISSING, PAID, PARSE, Reply, SERVICE};
use crate::suite::look::{Finding, beginning, page, unreachable, until_usable};
use crate::suite::orders::Order;
use crate::wire::Answer;
use serde_json::Value;

const PROVIDER: &str = "Uzum";

/// Makes sure that somebody answers at the address.
///
/// # Errors
/// A sentence with the cure.
pub async fn reach(case: &Case) -> Result<(), String> {
    let url = address(case.bench.client.target(), "status");
    let answer = case.bench.client.answer(&case.request(&case.status(&case.id()))).await;
    answer.map(drop).map_err(|reason| unreachable(PROVIDER, &url, &reason))
}

/// Asks check about one fresh order, and gives the order back if it may be paid.
///
/// # Errors
/// A sentence with the cure.
pub async fn look(case: &Case, some_rules_only: bool) -> Result<Option<Order>, String> {
    reach(case).await?;
    until_usable(&case.bench, some_rules_only, case, |case, order| Box::pin(ask(case, order))).await
}

async fn ask(case: &Case, order: &Order) -> Result<(), Finding> {
    let url = address(case.bench.client.target(), "check");
    let answer = case.bench.client.answer(&case.request(&case.check(order))).await;
    let answer = answer.map_err(|reason| Finding::Server(unreachable(PROVIDER, &url, &reason)))?;
    let Ok(reply) = Reply::read(0, &answer) else {
        let otherwise = || format!("{url} answers with something that has no `status`: {}", beginning(&answer));
        return Err(Finding::Server(page(PROVIDER, &url, &answer).unwrap_or_else(otherwise)));
    };
    judge(case, &reply, &answer, order)
}

fn judge(case: &Case, reply: &Reply, answer: &Answer, order: &Order) -> Result<(), Finding> {
    let server = |sentence: String| Err(Finding::Server(sentence));
    let target = case.bench.client.target();
    match reply.code() {
        None if reply.status() == Some("OK") => Ok(()),
        Some(DENIED) if target.key.is_none() => {
            server("The server asks for a password: give it with --password, or in BOOTHPAY_SANDBOX_KEY.".to_owned())
        }
        Some(DENIED) => server(format!(
            "The server refuses the credentials (10001 for login `{}`): check --login and --password against those that \
             the server was started with. A password with $, & or ! belongs in single quotes. Behind Apache the \
             Authorization header may be lost.",
            target.login
        )),
        Some(SERVICE) => server(format!(
            "The server does not know serviceId {} (10006): give its own with --service-id.",
            case.uzum.service
        )),
        Some(code @ (PARSE | MISSING)) => {
            server(format!("The server does not take a right check ({code}). {}", beginning(answer)))
        }
        Some(INTERNAL) => {
            server("The server reports a fault of its own (99999) for a right check; its log says more.".to_owned())
        }
        Some(code @ (ACCOUNT | PAID | CANCELLED)) => Err(Finding::Order(format!(
            "The server does not let the order {} be paid ({code}). Every run needs fresh orders: was this one paid, or is \
             it being paid by an earlier run? If it is new, the server may expect another name in `params`: see \
             --account-field.",
            Value::Object(order.account.clone())
        ))),
        Some(_) | None => {
            server(format!("The server answers a right check with something else. {}", beginning(answer)))
        }
    }
}
