//! Prints that are owed to a customer, for `show` and `list --owed`.

use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::printing::{PrintState, Printing};
use boothpay_protocol::time::TimeMs;
use serde_json::{Value, json};

/// How many copies are owed, and what to do; null when none are.
pub(super) fn owed(order: &Order, now: TimeMs) -> Value {
    let Some(Printing { done, state, .. }) = order.printing.filter(|it| it.state.is_owed()) else { return Value::Null };
    let id = &order.id;
    let next = match state {
        PrintState::Claim { until } if now >= until => format!(
            "the days of the claim are over, so the booth refuses the number. Print it now: boothpay order reprint {id}; or give the \
             money back: boothpay order refund {id}"
        ),
        PrintState::Claim { .. } => format!(
            "the customer types the number at the booth's screen; or print it now: boothpay order reprint {id}; or give the \
             money back: boothpay order refund {id}"
        ),
        PrintState::Failed | PrintState::Unknown => {
            format!("look whether it came out. If not: boothpay order reprint {id}, or boothpay order refund {id}")
        }
        PrintState::Stuck { .. } => {
            "the printer is silent, and its job may still be in it: switch it on, and this server takes the job back"
                .to_owned()
        }
        PrintState::Shots { .. }
        | PrintState::Asked { .. }
        | PrintState::Begun { .. }
        | PrintState::Printed
        | PrintState::Stopped => String::new(),
    };
    json!({
        "copies": order.copies.get().saturating_sub(done),
        "state": state.word(),
        "until": state.until().map(|time| time.ms()),
        "next": next,
    })
}
