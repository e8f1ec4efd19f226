//! The log as the story of each order: one plain line for each thing that happened, with fields for machines.

pub(crate) mod click;
pub(crate) mod uzqr;
pub(crate) mod uzum;

use crate::access::acting;
use crate::limits::REPEATED_CHARS_MAX;
use crate::net::Address;
use crate::text;
use axum::http;
use boothpay_protocol::card;
use boothpay_protocol::click::details::ClickDetails;
use boothpay_protocol::ledger::authority;
use boothpay_protocol::ledger::journal::{Actor, Change, Entry};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::Reason;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::{Call, Method, Refusal};
use boothpay_protocol::uzqr::UzqrDetails;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::fmt;

/// Names of fields that a line repeats.
const FIELDS_TOLD_MAX: usize = 5;

/// Tells what was committed.
pub(crate) fn tell(entries: &[Entry]) {
    acting::note(entries);
    for entry in entries {
        tell_one(entry);
    }
}

fn tell_one(entry: &Entry) {
    let order = &entry.order_id;
    let by = entry.actor.word();
    match &entry.change {
        Change::OrderCreated(new) => {
            let amount = new.amount;
            let (soum, copies) = (amount.soum(), new.copies.get());
            tracing::info!(%order, by, amount_tiyin = amount.tiyin(), copies, "order {order}: created, {soum} soum, copies: {copies}");
        }
        Change::OrderReopened { .. } => tracing::info!(%order, by, "order {order}: open for payment again"),
        Change::OrderChosen { .. } => tracing::debug!(%order, by, "order {order}: another provider or language chosen"),
        Change::OrderCancelled => tracing::info!(%order, by, "order {order}: cancelled at the booth"),
        Change::OrderExpired => tracing::info!(%order, by, "order {order}: not paid in time, closed"),
        Change::OrderPrinted => tracing::info!(%order, by, "order {order}: prints started"),
        Change::PrintGranted { .. } => tracing::info!(%order, by, "order {order}: prints started"),
        Change::ReprintAllowed => tracing::info!(%order, by, "order {order}: may be printed once more"),
        Change::PrintAwaitsShots { .. } => tracing::info!(%order, by, "order {order}: its pictures are taken now"),
        Change::PrintAsked { round: 1, .. } => tracing::info!(%order, by, "order {order}: waits to be printed"),
        Change::PrintAsked { .. } => tracing::info!(%order, by, "order {order}: waits to be printed once more"),
        Change::PrintBegun { by: taker, .. } => {
            tracing::info!(%order, by, "order {order}: is being printed by {taker}");
        }
        Change::PrintProgress { done, .. } => {
            tracing::info!(%order, by, done, "order {order}: copies printed so far: {done}");
        }
        Change::PrintDone => tracing::info!(%order, by, "order {order}: printed"),
        Change::PrintFailed { done, why } => {
            tracing::warn!(%order, by, done, "order {order}: not printed whole, copies that came out: {done}. {why}");
        }
        Change::PrintUnknown { done, why, stuck_until: Some(_) } => {
            tracing::warn!(%order, by, done, "order {order}: its print job may still be in the printer, which is silent; copies that came out for certain: {done}. {why}");
        }
        Change::PrintUnknown { done, why, stuck_until: None } => {
            tracing::warn!(%order, by, done, "order {order}: nobody knows whether its prints came out, copies that did for certain: {done}. {why}");
        }
        Change::PrintClaimOpened { why, .. } => {
            tracing::error!(%order, by, "order {order}: PAID AND NOT PRINTED: {why}. Its customer has a claim; `boothpay order list --owed` shows all");
        }
        Change::TransactionCreated(new) if new.provider == Provider::Uzqr => {
            let number = new.number;
            tracing::info!(%order, by, transaction = number.get(), "order {order}: said to be paid by UzQR, unverified; it waits for staff (transaction {number})");
        }
        Change::TransactionCreated(new) if new.provider == Provider::UzumQr => {
            let (number, provider_id) = (new.number, &new.provider_id);
            tracing::info!(%order, by, transaction = number.get(), %provider_id, "order {order}: a code of Uzum's is shown for it (transaction {number})");
        }
        Change::TransactionCreated(new) => {
            let (number, provider, provider_id) = (new.number, new.provider.word(), &new.provider_id);
            tracing::info!(%order, by, transaction = number.get(), %provider_id, "order {order}: {provider} has begun to pay it (transaction {number})");
        }
        Change::TransactionPerformed { number, details } if is_unverified(entry) => {
            let said = details.as_ref().and_then(|details| serde_json::from_str(details.as_str()).ok());
            let UzqrDetails { confirmed_by, .. } = said.unwrap_or_default();
            let who = confirmed_by.map_or_else(String::new, |name| format!(", {name}"));
            tracing::warn!(%order, by, verified = false, transaction = number.get(), "order {order}: PAID by UzQR, UNVERIFIED: {by}{who} says so, no bank (transaction {number})");
        }
        Change::TransactionPerformed { number, .. } => {
            tracing::info!(%order, by, transaction = number.get(), "order {order}: PAID (transaction {number})");
        }
        Change::TransactionPerformedLate { number, .. } => {
            tracing::warn!(%order, by, transaction = number.get(), "order {order}: PAID by money that came late (transaction {number})");
        }
        Change::TransactionCancelled { number, reason, .. } => {
            let (why, reason) = (in_words(*reason), reason.map(Reason::word));
            tracing::info!(%order, by, transaction = number.get(), reason, "order {order}: payment cancelled, {why} (transaction {number}); it can be paid again while its time lasts");
        }
        Change::TransactionRefunded { number, reason, .. } => {
            let (why, reason) = (in_words(*reason), reason.map(Reason::word));
            tracing::warn!(%order, by, transaction = number.get(), reason, "order {order}: money returned, {why} (transaction {number})");
        }
        Change::RefundAsked { number, .. } => {
            tracing::warn!(%order, by, transaction = number.get(), "order {order}: a person asked that its money go back (transaction {number})");
        }
        Change::RefundFailed { number, why } => {
            tracing::error!(%order, by, transaction = number.get(), "order {order}: its money did not go back (transaction {number}): {why}");
        }
        Change::MoneyOwed { number, .. } => {
            tracing::error!(%order, by, transaction = number.get(), "order {order}: money came that cannot pay it any more; give it back (transaction {number})");
        }
        Change::MoneyGivenBack { number, .. } => {
            tracing::warn!(%order, by, transaction = number.get(), "order {order}: owed money given back (transaction {number})");
        }
        Change::StatementShown { number, by: who, evidence } => {
            tracing::warn!(%order, by, who, evidence, transaction = number.get(), "order {order}: {who} has shown the wallet's statement: {evidence} (transaction {number})");
        }
        Change::OrderTakenOver(_) => tracing::info!(%order, by, "order {order}: taken over from another back end"),
        Change::TransactionTakenOver(taken) => {
            let (number, state) = (taken.transaction.number, taken.state.word());
            tracing::info!(%order, by, transaction = number.get(), "order {order}: its payment was taken over, {state} (transaction {number})");
        }
        Change::DetailsChanged { number, details } => match remark(entry.actor, details.as_str()) {
            Remark::GivenUp => {
                tracing::info!(%order, by, transaction = number.get(), "order {order}: {by} has given up a payment whose time had run out here (transaction {number})");
            }
            Remark::CancelledAfterPayment => {
                tracing::error!(%order, by, transaction = number.get(), "order {order}: Click has cancelled a payment that was confirmed (transaction {number}); see in Click's cabinet whether the money went back. The order stays paid");
            }
            Remark::ItemsTold => {
                tracing::info!(%order, by, transaction = number.get(), "order {order}: Click was told what was sold, for the tax receipt (transaction {number})");
            }
            Remark::Receipt => {
                tracing::info!(%order, by, transaction = number.get(), "order {order}: tax receipt received (transaction {number})");
            }
        },
    }
    let is_paid = matches!(entry.change, Change::TransactionPerformed { .. } | Change::TransactionPerformedLate { .. });
    if is_paid && !authority::is_proven(entry.actor) {
        tracing::warn!(%order, "order {order}: paid in development mode, where nobody has to prove to be the provider");
    }
}

/// What a wallet has said of a payment that is settled here already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remark {
    /// It is over there, too, after our time for it had run out.
    GivenUp,
    /// It was cancelled there, although it had been confirmed.
    CancelledAfterPayment,
    /// Its tax receipt.
    Receipt,
    /// It has what was sold, for the tax receipt.
    ItemsTold,
}

/// What new details of a transaction say, by whose they are.
pub(crate) fn remark(actor: Actor, details: &str) -> Remark {
    match actor {
        Actor::Provider { provider: Provider::Click, .. } => match serde_json::from_str::<ClickDetails>(details) {
            Ok(details) if details.given_up.is_some() => Remark::GivenUp,
            // Where the receipt was made before a cancellation, both are there.
            Ok(details) if details.cancelled_after_payment.is_none() && details.receipt.is_some() => Remark::ItemsTold,
            Ok(_) | Err(_) => Remark::CancelledAfterPayment,
        },
        Actor::Provider { provider: Provider::Uzum, .. } => Remark::GivenUp,
        Actor::Provider { .. }
        | Actor::Booth
        | Actor::Api
        | Actor::Staff
        | Actor::Sweep
        | Actor::Tasks
        | Actor::CommandLine
        | Actor::Panel
        | Actor::Statement
        | Actor::Import => Remark::Receipt,
    }
}

/// Where a customer sees the tax receipt of his payment by Click, as far as these details say so.
pub(crate) fn receipt_address(details: &str) -> Option<String> {
    serde_json::from_str::<ClickDetails>(details).ok()?.receipt?.url
}

/// Whether nobody but the booth's own people say that money came: a wallet's transaction is performed by the wallet alone.
const fn is_unverified(entry: &Entry) -> bool {
    match entry.actor {
        Actor::Staff | Actor::CommandLine => true,
        Actor::Booth
        | Actor::Api
        | Actor::Provider { .. }
        | Actor::Sweep
        | Actor::Tasks
        | Actor::Panel
        | Actor::Statement
        | Actor::Import => false,
    }
}

/// Why a payment ended, for the log.
const fn in_words(reason: Option<Reason>) -> &'static str {
    match reason {
        Some(Reason::TimedOut) => "its time ran out",
        Some(Reason::Failed) => "the provider could not carry it out",
        Some(Reason::Refund) => "refund",
        Some(Reason::ByHand) => "by hand, past the wallet",
        None => "for a reason of the provider's",
    }
}

/// What a call is about, as a log line begins: the order, or the transaction where only that is named.
struct About<'a>(&'a Call);

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Call::CheckPerform { account, .. } | Call::Create { account, .. } => match &account.order_id {
                Some(order) => write!(f, "order {order}"),
                None => f.write_str("an order that is not named"),
            },
            Call::Perform { id } | Call::Cancel { id, .. } | Call::Check { id } | Call::SetFiscalData { id, .. } => {
                write!(f, "Payme's transaction {id}")
            }
            Call::Statement(_) => f.write_str("the statement"),
            Call::ChangePassword { .. } => f.write_str("the cashbox key"),
        }
    }
}

/// Tells of a call of Payme's that changed nothing: allowed checks and refusals are part of an order's story, repeats and
/// readings are daily business.
pub(crate) fn tell_call(call: &Call, refusal: Option<&Refusal>, account_field: &str, price: Option<Tiyin>) {
    let about = About(call);
    let method = call.method();
    let name = method.name();
    match (refusal, method) {
        (None, Method::CheckPerformTransaction) => {
            tracing::info!(method = name, "{about}: checked by Payme, can be paid");
        }
        (
            None,
            Method::CreateTransaction
            | Method::PerformTransaction
            | Method::CancelTransaction
            | Method::CheckTransaction
            | Method::GetStatement
            | Method::SetFiscalData
            | Method::ChangePassword,
        ) => tracing::debug!(method = name, "{about}: {name} answered, nothing to change"),
        (Some(Refusal::System(fault)), _) => {
            tracing::error!(method = name, ?fault, "{about}: {name} met a system error, Payme will ask again");
        }
        (Some(refusal), _) => {
            let (why, hint) = (refusal.explain(), hint(call, refusal, account_field, price));
            tracing::info!(method = name, "{about}: {name} refused. {why}{hint}");
        }
    }
}

/// What an owner or an integrator can mend, if a refusal looks like it. Names of fields and sums, never what else came.
fn hint(call: &Call, refusal: &Refusal, account_field: &str, price: Option<Tiyin>) -> String {
    let (Call::CheckPerform { amount, account } | Call::Create { amount, account, .. }) = call else {
        return String::new();
    };
    match (amount.0, price) {
        (Some(asked), Some(price)) if *refusal == Refusal::WrongAmount => {
            return format!(" Payme asked for {} soum, the order costs {} soum.", asked.soum(), price.soum());
        }
        (None, Some(price)) if *refusal == Refusal::WrongAmount => {
            return format!(" Payme asked for a sum that is no price; the order costs {} soum.", price.soum());
        }
        (_, _) if *refusal != Refusal::OrderNotFound => return String::new(),
        (_, _) if account.order_id.is_some() => {
            return " Nobody made it here. Was its code made by another server, with a database of its own?".to_owned();
        }
        (_, _) => {}
    }
    let sent: BTreeMap<String, IgnoredAny> = serde_json::from_str(&account.json).unwrap_or_default();
    if sent.contains_key(account_field) {
        return format!(" The account's {account_field} has no value that an order could have.");
    }
    let names: Vec<String> = sent.keys().take(FIELDS_TOLD_MAX).map(|name| repeated(name)).collect();
    let came = if names.is_empty() { "no field at all".to_owned() } else { names.join(", ") };
    format!(
        " The account came with {came}, and not with {account_field}: give the field the same name in payme.account_field \
         and in Payme's cabinet."
    )
}

/// Tells that somebody came without the key.
pub(crate) fn tell_intruder(had_credentials: bool, from: Address) {
    if had_credentials {
        tracing::warn!(
            "a call to Payme's webhook with a wrong login or key was refused, from {from}; if it was Payme, compare payme.key, \
             or what was pasted on the panel's page Wallets, with the cabinet"
        );
    } else {
        tracing::warn!("a call to Payme's webhook without credentials was refused, from {from}");
    }
}

/// Tells that somebody asked for an address at which there is nothing: perhaps Payme, by a mistyped address.
pub(crate) fn tell_nothing_there(method: &http::Method, path: &str, from: Address) {
    let path = repeated(&text::without_secret(path));
    let webhook = if may_be_a_wallets(method, &path) {
        "; Payme's calls belong to /api/payme/webhook, Click's to /api/click/prepare and /api/click/complete, Uzum's to /api/uzum/check and its neighbours"
    } else {
        ""
    };
    let method = repeated(method.as_str());
    tracing::warn!("{method} {path} from {from}: there is nothing at this address{webhook}");
}

/// Whether a call to an address at which there is nothing may be a wallet's.
pub(crate) fn may_be_a_wallets(method: &http::Method, path: &str) -> bool {
    let path = path.to_lowercase();
    *method == http::Method::POST || ["payme", "click", "uzum"].iter().any(|wallet| path.contains(wallet))
}

/// What a stranger wrote, as far as a line may repeat it: the beginning, and nothing that could be a card's number.
fn repeated(text: &str) -> String {
    let mut said: String = text.chars().take(REPEATED_CHARS_MAX).collect();
    if said.len() < text.len() {
        said.push('…');
    }
    card::masked(&said)
}

/// Tells that a body was no call.
pub(crate) fn tell_malformed(refusal: &Refusal) {
    let why = refusal.explain();
    tracing::info!("a call to Payme's webhook was refused: {why}");
}
