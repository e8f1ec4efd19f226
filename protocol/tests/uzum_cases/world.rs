//! An order's story, told in words and written through the journal, so that no case is about rows that no store could hold.
//!
//! Steps: `made`; `printed`, `closed`, `expired`; of `uzum`, of `payme` and of `uzum-2`, another of Uzum's transactions: `begins`,
//! `pays`, `times out`, `takes it back late`, `is reversed`, `is refunded`, `is owed`, `pays late`, `is given back`; `a test payment`.

use crate::form::{EXPIRES, MADE, PRICE};
use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Change, Entry, Story, apply};
use boothpay_protocol::ledger::order::{Copies, NewOrder, OrderId};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Needs, Rows, Writes};
use boothpay_protocol::ledger::transaction::{NewTransaction, Reason, TransactionNumber};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::TimeMs;

/// The transaction of the stories, and another.
pub const TRANS_ID: &str = "3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b";
const OTHER_ID: &str = "aaaaaaaa-0d5e-4f60-8a7b-9c8d7e6f5a4b";

#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    story: Story,
    version: u32,
}

impl World {
    pub fn of(steps: &[String]) -> Result<Self, String> {
        let mut world = Self::default();
        for (at, step) in (0..).map(|place| TimeMs::new(MADE + place * 10_000)).zip(steps) {
            for change in changes(step).ok_or_else(|| format!("no such step: {step}"))? {
                world.apply(at, change)?;
            }
        }
        Ok(world)
    }

    /// The rows that a call needs, as a store loads them.
    pub fn load(&self, needs: &Needs) -> Rows {
        let story = &self.story;
        let asked = |it: &&_| -> bool {
            let it: &boothpay_protocol::ledger::transaction::Transaction = it;
            needs.transaction.as_ref().is_some_and(|(provider, id)| it.provider == *provider && it.provider_id == *id)
        };
        let transaction = story.transactions.iter().find(asked).cloned();
        let order_id = transaction.as_ref().map(|it| &it.order_id).or(needs.order.as_ref());
        let order = story.order.clone().filter(|order| order_id == Some(&order.id));
        let holder = order.as_ref().and_then(|_| story.transactions.iter().find(|it| it.state.holds())).cloned();
        let last = story.transactions.iter().map(|it| it.number.get()).max().unwrap_or(0);
        Rows { transaction, order, holder, ..Rows::none(TransactionNumber::new(last + 1)) }
    }

    /// Takes the changes one by one through the journal, which refuses what must never be.
    pub fn write(&mut self, writes: &Writes) -> Result<(), String> {
        match writes {
            Writes::Nothing => Ok(()),
            Writes::Setting { name, .. } => Err(format!("no call of Uzum's writes a setting: {name}")),
            Writes::Order { at, changes, .. } => changes.iter().try_for_each(|change| self.apply(*at, change.clone())),
        }
    }

    fn apply(&mut self, at: TimeMs, change: Change) -> Result<(), String> {
        self.version += 1;
        let actor = Actor::Provider { provider: Provider::Uzum, proven: true };
        let order_id = OrderId::parse("booth-1").unwrap();
        let entry = Entry { order_id, version: self.version, at, actor, change };
        apply(&mut self.story, &entry).map_err(|error| error.to_string())
    }
}

fn changes(step: &str) -> Option<Vec<Change>> {
    Some(match step {
        "made" => vec![Change::OrderCreated(NewOrder {
            amount: Tiyin::new(PRICE).unwrap(),
            copies: Copies::ONE,
            booth: Booth { id: BoothId::main(), name: "Booth".to_owned() },
            chosen: None,
            language: None,
            expires_at: TimeMs::new(EXPIRES),
        })],
        "printed" => vec![Change::OrderPrinted],
        "closed" => vec![Change::OrderCancelled],
        "expired" => vec![Change::OrderExpired],
        "a test payment" => {
            let begun = begins(9, Provider::Test, "test-9", "{}");
            vec![begun, performed(9)]
        }
        _ => {
            let (who, what) = step.split_once(' ')?;
            let (number, provider, id, details) = match who {
                "uzum" => (1, Provider::Uzum, TRANS_ID, r#"{"params":{"account":"booth-1"}}"#),
                "uzum-2" => (2, Provider::Uzum, OTHER_ID, r#"{"params":{"account":"booth-1"}}"#),
                "payme" => (3, Provider::Payme, "payme-3", r#"{"account":{"order_id":"booth-1"}}"#),
                _ => return None,
            };
            vec![of_transaction(what, number, provider, id, details)?]
        }
    })
}

fn of_transaction(what: &str, number: i64, provider: Provider, id: &str, details: &str) -> Option<Change> {
    let (it, refund) = (TransactionNumber::new(number), Some(Reason::Refund));
    Some(match what {
        "begins" => begins(number, provider, id, details),
        "pays" => performed(number),
        "pays late" => Change::TransactionPerformedLate { number: it, details: None },
        "takes it back late" => {
            let details = Details::new(r#"{"params":{"account":"booth-1"},"reversed":true}"#.to_owned());
            Change::DetailsChanged { number: it, details }
        }
        "times out" => Change::TransactionCancelled { number: it, reason: Some(Reason::TimedOut), details: None },
        "is reversed" => Change::TransactionCancelled { number: it, reason: None, details: None },
        "is refunded" => Change::TransactionRefunded { number: it, reason: refund, details: None },
        "is owed" => Change::MoneyOwed { number: it, details: None },
        "is given back" => Change::MoneyGivenBack { number: it, reason: refund, details: None },
        _ => return None,
    })
}

fn begins(number: i64, provider: Provider, id: &str, details: &str) -> Change {
    Change::TransactionCreated(NewTransaction {
        number: TransactionNumber::new(number),
        provider,
        provider_id: ProviderId::parse(id).unwrap(),
        provider_time: TimeMs::new(MADE),
        amount: Tiyin::new(PRICE).unwrap(),
        details: Details::new(details.to_owned()),
    })
}

fn performed(number: i64) -> Change {
    Change::TransactionPerformed { number: TransactionNumber::new(number), details: None }
}
