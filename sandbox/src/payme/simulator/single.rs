//! One customer's payment, shown call by call.

use crate::payme::machine::{Attempt, Call, Machine, Wrong};
use crate::random::{Names, now_ms};
use crate::suite::Ending;
use crate::suite::orders::Order;
use crate::wire::{Client, Exchange, Request};
use serde_json::Value;

/// One call of the payment.
pub struct Single {
    /// The method.
    pub method: &'static str,
    /// What was sent and what came.
    pub exchange: Exchange,
    /// What is wrong with the answer, if anything.
    pub wrong: Option<Wrong>,
}

/// Plays one payment, each call twice if asked to, as Payme's sandbox does; `each` sees every call.
///
/// Returns whether all answers were right; the first that is not ends the payment.
pub async fn pay(
    client: &Client,
    order: Order,
    ending: Ending,
    twice: bool,
    each: &mut (dyn FnMut(&Single) + Send),
) -> bool {
    let attempts = vec![Attempt::new(Names::fresh().transaction_id(), now_ms())];
    let mut machine = Machine { order, cumulative: false, attempts };
    let mut calls = vec![Call::CheckPerform, Call::Create(0)];
    match ending {
        Ending::Paid => calls.push(Call::Perform(0)),
        Ending::Cancelled => calls.push(Call::Cancel(0, 3)),
        Ending::Refunded => calls.extend([Call::Perform(0), Call::Cancel(0, 5)]),
        Ending::Abandoned => {}
    }
    calls.push(Call::Check(0));
    for (number, call) in (1..).zip(calls) {
        let (method, params) = machine.request(call);
        let request = Request::call(number, method, &params);
        for _ in 0..if twice { 2 } else { 1 } {
            let exchange = client.send(&request).await;
            let wrong = match &exchange.answer {
                Err(reason) => Some(Wrong { expected: "an answer".to_owned(), got: reason.clone() }),
                Ok(answer) if answer.status != 200 => {
                    let got = format!("HTTP status {}", answer.status);
                    Some(Wrong { expected: "HTTP status 200".to_owned(), got })
                }
                Ok(answer) => machine.judge(call, &answer.json().unwrap_or(Value::Null)).err(),
            };
            let failed = wrong.is_some();
            each(&Single { method, exchange, wrong });
            if failed {
                return false;
            }
        }
    }
    true
}
