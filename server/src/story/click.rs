//! What the log tells of Click's calls.

use crate::net::Address;
use boothpay_protocol::click::{Action, Call, Refusal};
use boothpay_protocol::money::Tiyin;
use std::fmt;

/// What a call is about, as a log line begins.
struct About<'a>(&'a Call);

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.payment().order_id {
            Some(order) => write!(f, "order {order}"),
            None => f.write_str("an order that is not named"),
        }
    }
}

/// Tells of a call that changed nothing, or was refused: refusals are part of an order's story, repeats are daily business.
pub(crate) fn tell_call(call: &Call, refusal: Option<&Refusal>, price: Option<Tiyin>) {
    let (about, name, payment) = (About(call), call.action().name(), call.payment());
    let (click_trans_id, click_paydoc_id, error) = (payment.click_trans_id, payment.paydoc_id, payment.error);
    match refusal {
        None => tracing::debug!(click_trans_id, click_paydoc_id, "{about}: Click's {name} answered, nothing to change"),
        Some(Refusal::System(fault)) => {
            tracing::error!(click_trans_id, click_paydoc_id, ?fault, "{about}: Click's {name} met a system error");
        }
        // Its own change has been told, and what it means.
        Some(Refusal::Cancelled | Refusal::CancelledAfterPayment) if error < 0 => {
            tracing::info!(click_trans_id, click_paydoc_id, error, "{about}: Click has given the payment up ({error})");
        }
        Some(refusal) => {
            let (why, hint) = (refusal.explain(), hint(call, refusal, price));
            tracing::info!(click_trans_id, click_paydoc_id, "{about}: Click's {name} refused. {why}{hint}");
        }
    }
}

/// What an owner or an integrator can mend, if a refusal looks like it.
fn hint(call: &Call, refusal: &Refusal, price: Option<Tiyin>) -> String {
    match (refusal, call.payment().amount, price) {
        (Refusal::WrongAmount, Some(asked), Some(price)) => {
            format!(". Click asked for {} soum, the order costs {} soum", asked.soum(), price.soum())
        }
        (Refusal::WrongAmount, None, Some(price)) => {
            format!(". Click asked for a sum that is no price; the order costs {} soum", price.soum())
        }
        (Refusal::OrderNotFound, _, _) if call.payment().order_id.is_some() => {
            ". Nobody made it here. Was its code made by another server, with a database of its own?".to_owned()
        }
        (Refusal::TransactionNotFound, _, _) if call.action() == Action::Complete => {
            ". If Click has taken money for it, look for the payment in Click's cabinet".to_owned()
        }
        (_, _, _) => String::new(),
    }
}

/// Tells that somebody came without the right signature.
pub(crate) fn tell_unsigned(service: i64, is_known: bool, from: Address) {
    if is_known {
        tracing::warn!(
            "a call to Click's webhook with a wrong signature was refused, from {from}; if it was Click, compare \
             click.secret_key, or what was pasted on the panel's page Wallets, with the cabinet (service {service})"
        );
    } else {
        tracing::warn!(
            "a call to Click's webhook for the service {service} was refused, from {from}: the settings have no such service; \
             if it was Click, compare click.service_id, or what was pasted on the panel's page Wallets, with the cabinet"
        );
    }
}

/// Tells that what came was no call, and from where.
pub(crate) fn tell_no_call(refusal: &Refusal, from: Address) {
    let why = refusal.explain();
    tracing::warn!("a call to Click's webhook was refused, from {from}: {why}");
}

/// Tells that what came was no call.
pub(crate) fn tell_malformed(refusal: &Refusal) {
    let why = refusal.explain();
    tracing::info!("a call to Click's webhook was refused: {why}");
}
