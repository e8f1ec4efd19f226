//! Questions that every provider is asked, each with its own answer: how long a transaction that was begun may hold its order,
//! and how it ends when nobody finishes it. Everything else of a provider is in its own module.

use crate::click;
use crate::ledger::arrival::Arrived;
use crate::ledger::giving_back;
use crate::ledger::holder::Holder;
use crate::ledger::journal::Change;
use crate::ledger::provider::{Provider, ProviderId};
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::task::NewTask;
use crate::ledger::transaction::{Reason, State, Transaction};
use crate::payme;
use crate::time::{SpanMs, TimeMs};
use crate::uzqr;
use crate::uzum;
use crate::uzum_qr;
use std::sync::Arc;

/// What an owner may set about the rules of each provider. Clones share them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Payme's.
    pub payme: Arc<payme::rules::Rules>,
    /// Click's.
    pub click: Arc<click::rules::Rules>,
    /// Uzum's.
    pub uzum: Arc<uzum::rules::Rules>,
    /// Those of Uzum's codes.
    pub uzum_qr: uzum_qr::Rules,
    /// UzQR's.
    pub uzqr: uzqr::Rules,
}

/// How long a transaction may hold its order without being finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For how long.
    pub limit: SpanMs,
    /// From when that counts.
    pub since: WaitingSince,
}

/// From which of its times a transaction has been waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingSince {
    /// Ours.
    CreateTime,
    /// The provider's.
    ProviderTime,
}

/// A provider's id of a transaction as its cabinet and its support know it: Click's number without the service that it counts in.
pub fn shown_id(provider: Provider, id: &ProviderId) -> &str {
    match provider {
        Provider::Click => id.as_str().split_once(':').map_or(id.as_str(), |(_, number)| number),
        Provider::Payme | Provider::Uzum | Provider::UzumQr | Provider::Uzqr | Provider::Test => id.as_str(),
    }
}

/// A test payment is begun and performed in one commit; none ever waits.
const TEST_PATIENCE: Patience = Patience { limit: SpanMs::new(0), since: WaitingSince::CreateTime };

/// A provider's patience.
pub fn patience(provider: Provider, rules: &Rules) -> Patience {
    match provider {
        Provider::Payme => rules.payme.patience(),
        Provider::Click => rules.click.patience(),
        Provider::Uzum => rules.uzum.patience(),
        Provider::UzumQr => rules.uzum_qr.patience(),
        Provider::Uzqr => rules.uzqr.patience(),
        Provider::Test => TEST_PATIENCE,
    }
}

/// Whether a transaction was begun and has not been finished in time: strictly after the limit, as in Payme's official
/// template (`reference/payme.md §2.3.2`). A performed one is money and never abandoned.
pub fn is_abandoned(transaction: &Transaction, now: TimeMs, rules: &Rules) -> bool {
    let patience = patience(transaction.provider, rules);
    let base = match patience.since {
        WaitingSince::CreateTime => transaction.create_time,
        WaitingSince::ProviderTime => transaction.provider_time,
    };
    transaction.state == State::Created && now.since(base) > patience.limit
}

/// How money goes back to a provider's customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayBack {
    /// We ask the provider for it: a task.
    Task,
    /// The owner asks in the provider's cabinet, and the provider's own call tells us.
    Cabinet,
    /// The owner sends it by his bank, and says so.
    ByHand,
    /// There is none: it was no money.
    NoMoney,
}

/// A provider's way back.
pub const fn way_back(provider: Provider) -> WayBack {
    match provider {
        Provider::Click | Provider::UzumQr => WayBack::Task,
        Provider::Payme | Provider::Uzum => WayBack::Cabinet,
        Provider::Uzqr => WayBack::ByHand,
        Provider::Test => WayBack::NoMoney,
    }
}

/// What has to happen outside after money has come, however we came to know of it: the tax receipt of what it paid, or the way back of
/// what it could not pay.
pub fn follows(arrived: Arrived, transaction: &Transaction, at: TimeMs, rules: &Rules) -> Option<NewTask> {
    match (arrived, transaction.provider) {
        (Arrived::Paid, Provider::Click) => {
            rules.click.fiscal.as_ref().and_then(|_| click::receipt::task(transaction, at))
        }
        // Payme asks for the items itself, and the others for none.
        (Arrived::Paid, Provider::Payme | Provider::Uzum | Provider::UzumQr | Provider::Uzqr | Provider::Test)
        | (Arrived::WentBack, _) => None,
        (Arrived::Owed, _) => giving_back::task(transaction, at),
    }
}

/// The end of a holder that only waits for its customer, and that he can leave: what he has said of UzQR, or a code of Uzum's that
/// nobody has paid; `None` of a wallet in the middle of a payment.
pub fn let_go(holder: &Transaction) -> Option<Change> {
    uzqr::withdraw(holder).or_else(|| uzum_qr::let_go(holder))
}

/// The change that ends an abandoned transaction.
pub fn end(transaction: &Transaction) -> Change {
    let details = match transaction.provider {
        Provider::Payme => payme::details::timed_out(transaction),
        // The others need no word of their own for it: that it was our time that ran out is the ledger's reason.
        Provider::Click | Provider::Uzum | Provider::UzumQr | Provider::Uzqr | Provider::Test => None,
    };
    Change::TransactionCancelled { number: transaction.number, reason: Some(Reason::TimedOut), details }
}

/// What the transaction that holds the order means for another.
pub fn holder(rows: &Rows, now: TimeMs, rules: &Rules) -> Holder {
    match &rows.holder {
        None => Holder::Nobody,
        Some(holder) if is_abandoned(holder, now, rules) => Holder::Abandoned { end: end(holder) },
        Some(_) => Holder::Busy,
    }
}

/// Ends the transaction that holds an order, if it is abandoned: what the background sweep asks. The reply says whether it
/// did.
pub fn time_out(rows: &Rows, now: TimeMs, rules: &Rules) -> Decision<bool> {
    match (&rows.order, holder(rows, now, rules)) {
        (Some(order), Holder::Abandoned { end }) => Decision::change(order.id.clone(), rows.at(now), vec![end], true),
        (_, _) => Decision::answer(false),
    }
}
