//! UzQR, the national code: a code of the owner's bank that any wallet or bank app can scan. The money goes to the bank, and no
//! public document says how a bank would tell us (`reference/uzqr.md`). So people say it: the customer that he has paid, then the
//! booth's staff, with a PIN, or a person at the command line, that the money is there.
//!
//! | order | held by | the customer says he has paid | staff confirm |
//! |---|---|---|---|
//! | unpaid | nobody | an attempt begins; it holds the order | an attempt is begun and performed; paid |
//! | unpaid | this attempt | nothing new | performed; the order is paid |
//! | unpaid | another wallet, also one that gave up until the sweep has said so | busy | busy |
//! | paid | | nothing new | refused, with who paid it |
//! | refunded | | refused | refused |
//!
//! An unpaid order that was closed, or that ran out of time, is opened again for it: the code was on the screen, and the money may
//! have come. What only the customer has said, he may take back by closing his order ([`withdraw`]).

use crate::ledger::details::Details;
use crate::ledger::journal::Change;
use crate::ledger::order::{Order, OrderStatus};
use crate::ledger::provider::{Provider, ProviderId};
use crate::ledger::rows::{Decision, Rows};
use crate::ledger::transaction::{NewTransaction, State, Transaction, TransactionNumber};
use crate::providers::{self, Patience, WaitingSince};
use crate::time::{SpanMs, TimeMs};
use serde::{Deserialize, Serialize};

/// What an owner may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// For how long an order waits for staff after its customer has said that he paid.
    pub wait: SpanMs,
}

impl Default for Rules {
    fn default() -> Self {
        Self { wait: SpanMs::seconds(600) }
    }
}

impl Rules {
    /// How long an attempt may hold its order.
    pub const fn patience(self) -> Patience {
        Patience { limit: self.wait, since: WaitingSince::CreateTime }
    }
}

/// What a transaction keeps: who said that the money came, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UzqrDetails {
    /// The name of whoever said it; `None` as long as only the customer has, or where nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// How he said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<How>,
}

/// How somebody said that the money came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// With a PIN at the booth's screen.
    Pin,
    /// At the command line.
    CommandLine,
}

impl UzqrDetails {
    /// Somebody's word.
    pub fn said(name: Option<String>, how: How) -> Self {
        Self { confirmed_by: name, how: Some(how) }
    }

    fn keep(&self) -> Details {
        // Texts always have a form in JSON.
        serde_json::to_string(self).map_or_else(|_| Details::none(), Details::new)
    }
}

/// Why a customer's word is not noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportRefusal {
    /// No such order.
    #[error("there is no such order")]
    NotFound,
    /// Another wallet is in the middle of it.
    #[error("a payment of this order is in progress")]
    Busy,
    /// It was paid, and the money went back.
    #[error("this order was paid and refunded")]
    Refunded,
}

/// The customer says that he has paid: an attempt begins, and no other wallet can pay the order meanwhile. Saying so again is no
/// error.
pub fn report(rows: &Rows, now: TimeMs, rules: &providers::Rules) -> Decision<Result<(), ReportRefusal>> {
    let Some(order) = &rows.order else { return Decision::answer(Err(ReportRefusal::NotFound)) };
    match (order.status, &rows.holder) {
        (OrderStatus::Paid, _) => Decision::answer(Ok(())),
        (OrderStatus::Refunded, _) => Decision::answer(Err(ReportRefusal::Refunded)),
        (_, Some(_)) if own(rows).is_some() => Decision::answer(Ok(())),
        (_, Some(_)) => Decision::answer(Err(ReportRefusal::Busy)),
        (_, None) => match begin(order, rows, now, rules) {
            Some((changes, _)) => Decision::change(order.id.clone(), rows.at(now), changes, Ok(())),
            None => Decision::answer(Err(ReportRefusal::NotFound)),
        },
    }
}

/// Why nobody can confirm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfirmRefusal {
    /// No such order.
    #[error("there is no such order")]
    NotFound,
    /// Another wallet is in the middle of it.
    #[error("{} is in the middle of paying this order; wait until that has ended", .0.word())]
    Busy(Provider),
    /// It is paid already.
    #[error("this order is already paid{}; if money came by UzQR as well, give it back by your bank", by(*.0))]
    Paid(Option<Provider>),
    /// It was paid, and the money went back.
    #[error("this order was paid and refunded; if money came by UzQR as well, give it back by your bank")]
    Refunded,
}

fn by(provider: Option<Provider>) -> String {
    provider.map_or_else(String::new, |provider| format!(" by {}", provider.word()))
}

/// Somebody who may says that the money is there: the order is paid, unverified.
pub fn confirm(
    said: &UzqrDetails,
    rows: &Rows,
    now: TimeMs,
    rules: &providers::Rules,
) -> Decision<Result<(), ConfirmRefusal>> {
    let Some(order) = &rows.order else { return Decision::answer(Err(ConfirmRefusal::NotFound)) };
    let details = Some(said.keep());
    let change = |changes| Decision::change(order.id.clone(), rows.at(now), changes, Ok(()));
    let holding = rows.holder.as_ref().map(|holder| holder.provider);
    match (order.status, holding) {
        (OrderStatus::Paid, _) => Decision::answer(Err(ConfirmRefusal::Paid(holding))),
        (OrderStatus::Refunded, _) => Decision::answer(Err(ConfirmRefusal::Refunded)),
        // Its own attempt pays it, also one that has waited for too long.
        (_, _) => match (own(rows), holding) {
            (Some(own), _) => change(vec![Change::TransactionPerformed { number: own.number, details }]),
            (None, Some(other)) => Decision::answer(Err(ConfirmRefusal::Busy(other))),
            (None, None) => match begin(order, rows, now, rules) {
                Some((mut changes, number)) => {
                    changes.push(Change::TransactionPerformed { number, details });
                    change(changes)
                }
                None => Decision::answer(Err(ConfirmRefusal::NotFound)),
            },
        },
    }
}

/// The end of an attempt of which only the customer has said anything; `None` of any other holder.
pub fn withdraw(holder: &Transaction) -> Option<Change> {
    let is_own = holder.provider == Provider::Uzqr && holder.state == State::Created;
    is_own.then_some(Change::TransactionCancelled { number: holder.number, reason: None, details: None })
}

/// The attempt by UzQR that holds the order, if one does.
fn own(rows: &Rows) -> Option<&Transaction> {
    rows.holder.as_ref().filter(|holder| withdraw(holder).is_some())
}

type Begun = (Vec<Change>, TransactionNumber);

/// What begins an attempt of an unpaid order that nobody holds.
fn begin(order: &Order, rows: &Rows, now: TimeMs, rules: &providers::Rules) -> Option<Begun> {
    let (at, number) = (rows.at(now), rows.next_number);
    let mut changes = Vec::new();
    match order.status {
        OrderStatus::Pending => {}
        OrderStatus::Cancelled | OrderStatus::Expired | OrderStatus::Paid | OrderStatus::Refunded => {
            changes.push(Change::OrderReopened { expires_at: at.plus(rules.uzqr.wait) });
        }
    }
    changes.push(Change::TransactionCreated(NewTransaction {
        number,
        provider: Provider::Uzqr,
        provider_id: ProviderId::parse(&format!("uzqr-{number}")).ok()?,
        provider_time: at,
        amount: order.amount,
        details: UzqrDetails::default().keep(),
    }));
    Some((changes, number))
}
