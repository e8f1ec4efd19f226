//! The look before the run: whether the server, the key and the orders are usable at all.
//!
//! Where they are not, two hundred rules would all fail for one reason, and none of them would name it. One sentence
//! says what is wrong and what cures it.

use super::causes::other_field;
use crate::suite::Bench;
use crate::suite::look::{Finding, beginning, page, unreachable, until_usable};
use crate::suite::orders::Order;
use crate::wire::{Exchange, Request};
use serde_json::{Value, json};

const PROVIDER: &str = "Payme";

/// Makes sure that somebody answers at the address.
///
/// # Errors
/// A sentence with the cure.
pub async fn reach(bench: &Bench) -> Result<(), String> {
    let params = json!({"id": bench.names.transaction_id()});
    let exchange = bench.client.send(&Request::call(1, "CheckTransaction", &params)).await;
    exchange.answer.map(drop).map_err(|reason| unreachable(PROVIDER, &bench.client.target().url, &reason))
}

/// Asks CheckPerformTransaction about one fresh order with the right key, and gives the order back if it may be paid.
/// Without a source of orders a run of chosen rules may still have something to try.
///
/// # Errors
/// A sentence with the cure.
pub async fn look(bench: &Bench, some_rules_only: bool) -> Result<Option<Order>, String> {
    reach(bench).await?;
    until_usable(bench, some_rules_only, bench, |bench, order| Box::pin(ask(bench, order))).await
}

async fn ask(bench: &Bench, order: &Order) -> Result<(), Finding> {
    let params = json!({"amount": order.amount, "account": order.account});
    let exchange = bench.client.send(&Request::call(2, "CheckPerformTransaction", &params)).await;
    judge(bench, &exchange, order)
}

fn judge(bench: &Bench, exchange: &Exchange, order: &Order) -> Result<(), Finding> {
    let server = |sentence: String| Err(Finding::Server(sentence));
    let target = bench.client.target();
    let url = &target.url;
    let answer = match &exchange.answer {
        Ok(answer) => answer,
        Err(reason) => return server(unreachable(PROVIDER, url, reason)),
    };
    if let Some(sentence) = page(PROVIDER, url, answer) {
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
