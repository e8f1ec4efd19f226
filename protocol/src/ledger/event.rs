//! The events that programs of the owner's are told of, and the tasks that tell them. They follow from the changes that a
//! decision writes, here and nowhere else, so no decision can forget one.
//!
//! | change | event |
//! |---|---|
//! | performed, in time or late | `order.paid` |
//! | refunded | `order.refunded` |
//! | closed at the booth | `order.cancelled` |
//! | time ran out | `order.expired` |
//! | money came that cannot pay the order | `money.owed` |
//! | that money went back | `money.given_back` |
//! | all copies came out | `print.printed` |
//! | not all copies came out | `print.failed` |
//! | nobody knows how many came out | `print.unknown` |
//! | the customer has a claim to copies | `claim.opened` |
//! | the task that should give money back was given up | `refund.failed` |
//!
//! Two more are of no change: something is wrong around the payments, and it is over ([`crate::alerts`]).

use super::authority;
use super::booth::Booth;
use super::journal::{self, Actor, Change, Entry, Story};
use super::order::{Order, OrderStatus};
use super::rows::{Rows, Writes};
use super::task::{NewTask, TaskKey, TaskKind, TaskTarget};
use super::transaction::{Transaction, TransactionNumber};
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What somebody may want to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The order is paid.
    #[serde(rename = "order.paid")]
    OrderPaid,
    /// The order's money went back.
    #[serde(rename = "order.refunded")]
    OrderRefunded,
    /// The order was closed at the booth before it was paid.
    #[serde(rename = "order.cancelled")]
    OrderCancelled,
    /// The order's time ran out before it was paid.
    #[serde(rename = "order.expired")]
    OrderExpired,
    /// Money came that cannot pay its order any more and has to go back.
    #[serde(rename = "money.owed")]
    MoneyOwed,
    /// Money that was owed went back.
    #[serde(rename = "money.given_back")]
    MoneyGivenBack,
    /// All copies of an order came out of the printer.
    #[serde(rename = "print.printed")]
    PrintPrinted,
    /// Not all copies of an order came out.
    #[serde(rename = "print.failed")]
    PrintFailed,
    /// Nobody knows how many copies came out.
    #[serde(rename = "print.unknown")]
    PrintUnknown,
    /// The customer has a claim to copies that did not come out.
    #[serde(rename = "claim.opened")]
    ClaimOpened,
    /// Money that is owed to a customer did not go back, and it is not tried again: a person has to see to it.
    #[serde(rename = "refund.failed")]
    RefundFailed,
    /// Something is wrong around the payments.
    #[serde(rename = "alert.raised")]
    AlertRaised,
    /// It is over.
    #[serde(rename = "alert.over")]
    AlertOver,
}

impl Event {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::OrderPaid,
        Self::OrderRefunded,
        Self::OrderCancelled,
        Self::OrderExpired,
        Self::MoneyOwed,
        Self::MoneyGivenBack,
        Self::PrintPrinted,
        Self::PrintFailed,
        Self::PrintUnknown,
        Self::ClaimOpened,
        Self::RefundFailed,
        Self::AlertRaised,
        Self::AlertOver,
    ];

    /// The word in messages and settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OrderPaid => "order.paid",
            Self::OrderRefunded => "order.refunded",
            Self::OrderCancelled => "order.cancelled",
            Self::OrderExpired => "order.expired",
            Self::MoneyOwed => "money.owed",
            Self::MoneyGivenBack => "money.given_back",
            Self::PrintPrinted => "print.printed",
            Self::PrintFailed => "print.failed",
            Self::PrintUnknown => "print.unknown",
            Self::ClaimOpened => "claim.opened",
            Self::RefundFailed => "refund.failed",
            Self::AlertRaised => "alert.raised",
            Self::AlertOver => "alert.over",
        }
    }

    /// Takes back what [`Event::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.word() == word)
    }

    /// The event that a change is, with the transaction that it is about.
    const fn of(change: &Change) -> Option<(Self, Option<TransactionNumber>)> {
        match change {
            Change::TransactionPerformed { number, .. } | Change::TransactionPerformedLate { number, .. } => {
                Some((Self::OrderPaid, Some(*number)))
            }
            Change::TransactionRefunded { number, .. } => Some((Self::OrderRefunded, Some(*number))),
            Change::OrderCancelled => Some((Self::OrderCancelled, None)),
            Change::OrderExpired => Some((Self::OrderExpired, None)),
            Change::MoneyOwed { number, .. } => Some((Self::MoneyOwed, Some(*number))),
            Change::MoneyGivenBack { number, .. } => Some((Self::MoneyGivenBack, Some(*number))),
            Change::PrintDone => Some((Self::PrintPrinted, None)),
            Change::PrintFailed { .. } => Some((Self::PrintFailed, None)),
            Change::PrintUnknown { .. } => Some((Self::PrintUnknown, None)),
            Change::PrintClaimOpened { .. } => Some((Self::ClaimOpened, None)),
            Change::RefundFailed { number, .. } => Some((Self::RefundFailed, Some(*number))),
            Change::OrderCreated(_)
            | Change::OrderReopened { .. }
            | Change::OrderChosen { .. }
            | Change::OrderPrinted
            | Change::PrintGranted { .. }
            | Change::ReprintAllowed
            | Change::PrintAwaitsShots { .. }
            | Change::PrintAsked { .. }
            | Change::PrintBegun { .. }
            | Change::PrintProgress { .. }
            | Change::TransactionCreated(_)
            | Change::TransactionCancelled { .. }
            | Change::DetailsChanged { .. }
            | Change::RefundAsked { .. }
            | Change::StatementShown { .. }
            // Nobody is told today what another back end did.
            | Change::OrderTakenOver(_)
            | Change::TransactionTakenOver(_) => None,
        }
    }
}

/// What is told: the payload of a task. It says all that is said, so that each attempt says the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// What happened.
    #[serde(rename = "type")]
    pub event: Event,
    /// When.
    pub at_ms: TimeMs,
    /// To what.
    pub data: Data,
}

/// The order as it is then, and the transaction that did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// Which order.
    pub order_id: String,
    /// The order's version: of two messages about one order, the later has the higher.
    pub version: u32,
    /// What has become of the order.
    pub status: OrderStatus,
    /// What it costs, in tiyin.
    pub amount_tiyin: i64,
    /// How many prints it buys.
    pub copies: u16,
    /// How far its prints are, and how many are out, where print jobs make them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub print: Option<String>,
    /// How many copies are out, over all its print jobs; missing where the booth's page prints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies_printed: Option<u16>,
    /// The booth that sells it.
    pub booth: Booth,
    /// The transaction, where money moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<Moved>,
    /// Why money did not go back, in words for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Money that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Our number, as text.
    pub number: String,
    /// Who brought the money.
    pub provider: String,
    /// The provider's id.
    pub id: String,
    /// How much, in tiyin.
    pub amount_tiyin: i64,
    /// Whether the provider has proven who it is. Without that it is play money: development mode, or a test payment.
    pub proven: bool,
    /// Whether somebody who has the money said that it came. False of UzQR, where only the booth's staff say so.
    #[serde(default = "yes")]
    pub verified: bool,
}

/// What messages of before said without a word.
const fn yes() -> bool {
    true
}

/// Who wants to be told of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Who.
    pub target: TaskTarget,
    /// Of what.
    pub events: Vec<Event>,
}

/// All who want to be told. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Subscriptions(Arc<[Subscription]>);

impl Subscriptions {
    /// Of the owner's settings.
    pub fn new(subscriptions: impl IntoIterator<Item = Subscription>) -> Self {
        Self(subscriptions.into_iter().collect())
    }

    /// The tasks that tell what a decision writes. Where nobody wants to be told, this costs nothing.
    pub fn tasks(&self, rows: &Rows, actor: Actor, writes: &Writes) -> Vec<NewTask> {
        match writes {
            Writes::Order { order_id, at, changes } if changes.iter().any(|change| self.is_wanted(change)) => {
                let mut story = rows.story();
                let mut version = story.order.as_ref().map_or(0, |order| order.version);
                let mut tasks = Vec::new();
                for change in changes {
                    version = version.saturating_add(1);
                    let entry = Entry { order_id: order_id.clone(), version, at: *at, actor, change: change.clone() };
                    // What the ledger refuses is refused as a whole, with its tasks.
                    if journal::apply(&mut story, &entry).is_err() {
                        return Vec::new();
                    }
                    self.tell(&story, &entry, &mut tasks);
                }
                tasks
            }
            Writes::Order { .. } | Writes::Setting { .. } | Writes::Nothing => Vec::new(),
        }
    }

    fn is_wanted(&self, change: &Change) -> bool {
        !self.0.is_empty()
            && Event::of(change).is_some_and(|(event, _)| self.0.iter().any(|it| it.events.contains(&event)))
    }

    fn tell(&self, story: &Story, entry: &Entry, tasks: &mut Vec<NewTask>) {
        let (Some((event, number)), Some(order)) = (Event::of(&entry.change), &story.order) else { return };
        let transaction = number.and_then(|number| story.transactions.iter().find(|it| it.number == number));
        let Ok(payload) = serde_json::to_string(&message(event, entry, order, transaction)) else { return };
        for subscription in self.0.iter().filter(|it| it.events.contains(&event)) {
            tasks.push(NewTask {
                key: key(entry, event, &subscription.target),
                kind: TaskKind::Webhook,
                target: subscription.target.clone(),
                order_id: Some(entry.order_id.clone()),
                payload: payload.clone(),
                created_at: entry.at,
            });
        }
    }
}

fn message(event: Event, entry: &Entry, order: &Order, transaction: Option<&Transaction>) -> Message {
    let moved = |transaction: &Transaction| Moved {
        number: transaction.number.to_string(),
        provider: transaction.provider.word().to_owned(),
        id: transaction.provider_id.to_string(),
        amount_tiyin: transaction.amount.tiyin(),
        proven: authority::is_proven(entry.actor),
        verified: transaction.provider.is_verified(),
    };
    let reason = if let Change::RefundFailed { why, .. } = &entry.change { Some(why.clone()) } else { None };
    Message {
        event,
        at_ms: entry.at,
        data: Data {
            order_id: order.id.to_string(),
            version: order.version,
            status: order.status,
            amount_tiyin: order.amount.tiyin(),
            copies: order.copies.get(),
            print: order.printing.map(|it| it.state.word().to_owned()),
            copies_printed: order.printing.map(|it| it.done),
            booth: order.booth.clone(),
            transaction: transaction.map(moved),
            reason,
        },
    }
}

/// A journal row happens once, so each of its messages does. The time tells booths apart whose orders have the same ids.
fn key(entry: &Entry, event: Event, target: &TaskTarget) -> TaskKey {
    let (version, at) = (entry.version.to_string(), entry.at.to_string());
    TaskKey::of("msg", &[entry.order_id.as_str(), &version, &at, event.word(), target.as_str()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_one_word_in_messages_and_settings() {
        for event in Event::ALL {
            assert_eq!(Event::from_word(event.word()), Some(event));
            assert_eq!(serde_json::to_string(&event).unwrap(), format!("{:?}", event.word()));
        }
        assert_eq!(Event::from_word("order.created"), None);
    }
}
