//! The rows of a case, loaded and written as a store would, and what else can happen to them.

use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Change, Entry, Story, apply};
use boothpay_protocol::ledger::order::{Copies, NewOrder, OrderId};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Needs, Rows, Writes};
use boothpay_protocol::ledger::transaction::{NewTransaction, Reason, TransactionNumber};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::providers::{self, Rules};
use boothpay_protocol::shop;
use boothpay_protocol::time::TimeMs;
use std::collections::BTreeMap;

/// When every case begins.
pub const START: i64 = 1_795_244_400_000;
/// What every order costs, and for how long it can be paid.
const PRICE: i64 = 2_500_000;
const LIFETIME_MS: i64 = 900_000;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    stories: BTreeMap<OrderId, Story>,
    last: i64,
}

pub fn id(text: &str) -> OrderId {
    OrderId::parse(text).unwrap()
}

impl World {
    pub fn with_orders<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        let mut world = Self::default();
        for order in ids {
            let new = NewOrder {
                amount: Tiyin::new(PRICE).unwrap(),
                copies: Copies::ONE,
                booth: Booth { id: BoothId::main(), name: "Booth".to_owned() },
                chosen: Some(Provider::Click),
                language: None,
                expires_at: TimeMs::new(START + LIFETIME_MS),
            };
            world.write_changes(&id(order), TimeMs::new(START), vec![Change::OrderCreated(new)]).unwrap();
        }
        world
    }

    pub fn load(&self, needs: &Needs) -> Rows {
        let all = self.stories.values().flat_map(|story| &story.transactions);
        let transaction = needs.transaction.as_ref().and_then(|(provider, wanted)| {
            all.clone().find(|it| it.provider == *provider && it.provider_id == *wanted).cloned()
        });
        let order_id = transaction.as_ref().map(|it| &it.order_id).or(needs.order.as_ref());
        let story = order_id.and_then(|id| self.stories.get(id));
        let holder = story.and_then(|story| story.transactions.iter().find(|it| it.state.holds())).cloned();
        let order = story.and_then(|story| story.order.clone());
        Rows { transaction, order, holder, ..Rows::none(TransactionNumber::new(self.last + 1)) }
    }

    pub fn write(&mut self, writes: Writes) -> Result<(), String> {
        match writes {
            Writes::Nothing => Ok(()),
            Writes::Setting { .. } => Err("Click sets nothing".to_owned()),
            Writes::Order { order_id, at, changes } => self.write_changes(&order_id, at, changes),
        }
    }

    fn write_changes(&mut self, order_id: &OrderId, at: TimeMs, changes: Vec<Change>) -> Result<(), String> {
        let story = self.stories.entry(order_id.clone()).or_default();
        for change in changes {
            let version = story.order.as_ref().map_or(0, |order| order.version) + 1;
            let actor = Actor::Provider { provider: Provider::Click, proven: true };
            let entry = Entry { order_id: order_id.clone(), version, at, actor, change };
            apply(story, &entry).map_err(|error| error.to_string())?;
        }
        let held = story.transactions.iter().filter(|it| it.state.holds()).count();
        assert!(held <= 1, "an order has {held} holders");
        let numbers = story.transactions.iter().map(|it| it.number.get());
        self.last = self.last.max(numbers.max().unwrap_or(0));
        Ok(())
    }

    /// Something that is no call of Click's, to the order `PB-1`.
    pub fn happens(&mut self, what: &str, now: TimeMs, rules: &Rules) {
        let order = id("PB-1");
        let rows = self.load(&Needs::order(order.clone()));
        let number = TransactionNumber::new(self.last + 1);
        let created = Change::TransactionCreated(NewTransaction {
            number,
            provider: Provider::Payme,
            provider_id: ProviderId::parse("payme-1").unwrap(),
            provider_time: now,
            amount: Tiyin::new(PRICE).unwrap(),
            details: Details::new(r#"{"account":{}}"#.to_owned()),
        });
        let holder = rows.holder.as_ref().map(|holder| holder.number);
        let performed = |number| Change::TransactionPerformed { number, details: None };
        let changes = match what {
            "payme begins" => vec![created],
            "payme pays" => vec![created, performed(number)],
            "payme gives up" => {
                vec![Change::TransactionCancelled { number: holder.unwrap(), reason: None, details: None }]
            }
            "refunded" => vec![Change::TransactionRefunded {
                number: holder.unwrap(),
                reason: Some(Reason::Refund),
                details: None,
            }],
            "given back" => {
                let owed = self.stories[&order].transactions.iter().find(|it| it.state.word() == "owed");
                let number = owed.expect("owed money").number;
                vec![Change::MoneyGivenBack { number, reason: Some(Reason::Refund), details: None }]
            }
            "closed at the booth" => return self.decided(shop::cancel(&rows, now).writes),
            "expired" => return self.decided(shop::expire(&rows, now).writes),
            "swept" => return self.decided(providers::time_out(&rows, now, rules).writes),
            other => panic!("nothing like {other:?} happens"),
        };
        self.write_changes(&order, now, changes).unwrap();
    }

    fn decided(&mut self, writes: Writes) {
        assert_ne!(writes, Writes::Nothing, "nothing came of it");
        self.write(writes).unwrap();
    }
}
