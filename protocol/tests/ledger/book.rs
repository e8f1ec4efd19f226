//! An order's journal with its rows, written change by change.

use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Change, Entry, Story, apply, fold};
use boothpay_protocol::ledger::order::{Copies, NewOrder, Order, OrderId};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Decision, Rows, Writes};
use boothpay_protocol::ledger::transaction::{NewTransaction, Transaction, TransactionNumber};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::TimeMs;

/// Until when the order can be paid.
pub const EXPIRES_AT: TimeMs = TimeMs::new(900);

#[derive(Clone, Default)]
pub struct Book {
    pub entries: Vec<Entry>,
    pub story: Story,
}

pub fn number(number: i64) -> TransactionNumber {
    TransactionNumber::new(number)
}

pub fn order_created() -> Change {
    Change::OrderCreated(NewOrder {
        amount: Tiyin::new(500).unwrap(),
        copies: Copies::ONE,
        booth: Booth { id: BoothId::main(), name: "Booth".to_owned() },
        chosen: None,
        language: None,
        expires_at: EXPIRES_AT,
    })
}

/// Payme begins odd numbers, the test payment even ones.
pub fn created(at: i64) -> Change {
    let provider = if at % 2 == 1 { Provider::Payme } else { Provider::Test };
    Change::TransactionCreated(NewTransaction {
        number: number(at),
        provider,
        provider_id: ProviderId::parse(&format!("id-{at}")).unwrap(),
        provider_time: TimeMs::new(at),
        amount: Tiyin::new(500).unwrap(),
        details: Details::new(r#"{"account":{}}"#.to_owned()),
    })
}

impl Book {
    /// A book with these changes, one time unit apart.
    pub fn with(changes: &[Change]) -> Self {
        let mut book = Self::default();
        for change in changes {
            book.write(change.clone()).unwrap_or_else(|why| panic!("{why}: {change:?}"));
        }
        book
    }

    /// Takes a step one time unit after the last.
    pub fn write(&mut self, change: Change) -> Result<(), String> {
        let at = self.story.order.as_ref().map_or(1, |order| order.changed_at.ms() + 1);
        self.write_at(TimeMs::new(at), change)
    }

    pub fn write_at(&mut self, at: TimeMs, change: Change) -> Result<(), String> {
        let version = u32::try_from(self.entries.len()).unwrap() + 1;
        let order_id = OrderId::parse("a").unwrap();
        let entry = Entry { order_id, version, at, actor: Actor::Sweep, change };
        let before = self.story.clone();
        match apply(&mut self.story, &entry) {
            Ok(()) => self.entries.push(entry),
            Err(why) => {
                assert_eq!(self.story, before, "a refused step has changed something");
                return Err(why.to_string());
            }
        }
        assert_eq!(fold(&self.entries).as_ref(), Ok(&self.story));
        Ok(())
    }

    /// Writes what is decided.
    pub fn decide<R>(&mut self, decision: Decision<R>) -> R {
        if let Writes::Order { at, changes, .. } = decision.writes {
            for change in changes {
                self.write_at(at, change.clone()).unwrap_or_else(|why| panic!("{why}: {change:?}"));
            }
        }
        decision.reply
    }

    pub fn order(&self) -> &Order {
        self.story.order.as_ref().unwrap()
    }

    pub fn transaction(&self, wanted: i64) -> Option<&Transaction> {
        self.story.transactions.iter().find(|it| it.number == number(wanted))
    }

    /// What a decision about a transaction sees.
    pub fn rows(&self, asked: i64) -> Rows {
        let holder = self.story.transactions.iter().find(|it| it.state.holds()).cloned();
        let transaction = self.transaction(asked).cloned();
        Rows { transaction, order: self.story.order.clone(), holder, ..Rows::none(number(99)) }
    }
}
