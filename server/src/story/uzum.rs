//! Calls of Uzum's that changed nothing: allowed checks and refusals are part of an order's story, readings are daily business.

use crate::net::Address;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::uzum::{Account, AskedAmount, Call, Operation, Refusal};
use std::fmt;

/// What a call is about, as a log line begins.
struct About<'a>(&'a Call);

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Call::Check { account } | Call::Create { account, .. } => match &account.order_id {
                Some(order) => write!(f, "order {order}"),
                None => f.write_str("an order that is not named"),
            },
            Call::Confirm { id, .. } | Call::Reverse { id } | Call::Status { id } => {
                write!(f, "Uzum's transaction {}", id.provider_id())
            }
        }
    }
}

/// Tells of a call that changed nothing.
pub(crate) fn tell_call(call: &Call, refusal: Option<Refusal>, price: Option<Tiyin>) {
    let about = About(call);
    let name = call.operation().name();
    match (refusal, call.operation()) {
        (None, Operation::Check) => tracing::info!(method = name, "{about}: checked by Uzum, can be paid"),
        (None, Operation::Create | Operation::Confirm | Operation::Reverse | Operation::Status) => {
            tracing::debug!(method = name, "{about}: {name} answered, nothing to change");
        }
        (Some(Refusal::System(fault)), _) => {
            tracing::error!(method = name, ?fault, "{about}: {name} met a system error, Uzum will ask how it stands");
        }
        (Some(refusal), _) => {
            let (why, hint) = (refusal.explain(), hint(call, refusal, price));
            tracing::info!(method = name, "{about}: {name} refused. {why}{hint}");
        }
    }
}

/// What an owner or an integrator can mend, if a refusal looks like it.
fn hint(call: &Call, refusal: Refusal, price: Option<Tiyin>) -> String {
    match (call, price) {
        (Call::Create { amount: AskedAmount(Ok(asked)), .. }, Some(price)) if refusal == Refusal::WrongAmount => {
            format!(" Uzum asked for {} soum, the order costs {} soum.", asked.soum(), price.soum())
        }
        (Call::Check { account: Account { order_id: Some(_), .. } }, _)
        | (Call::Create { account: Account { order_id: Some(_), .. }, .. }, _)
            if refusal == Refusal::OrderNotFound =>
        {
            " Nobody made it here. Was its code made by another server, with a database of its own?".to_owned()
        }
        (_, _) => String::new(),
    }
}

/// Tells that somebody came without the right login and password.
pub(crate) fn tell_intruder(had_credentials: bool, from: Address) {
    if had_credentials {
        tracing::warn!(
            "a call to Uzum's webhook with a wrong login or password was refused, from {from}; if it was Uzum, compare \
             uzum.login and uzum.password, or what was pasted on the panel's page Wallets, with what was agreed"
        );
    } else {
        tracing::warn!("a call to Uzum's webhook without credentials was refused, from {from}");
    }
}

/// Tells that a body was no call.
pub(crate) fn tell_malformed(refusal: Refusal) {
    let why = refusal.explain();
    tracing::info!("a call to Uzum's webhook was refused: {why}");
}
