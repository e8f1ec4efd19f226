//! What the store's tests share: making orders, paying them, and databases to do it in.
#![allow(dead_code)] // Each test program uses a part of it.

use boothpay_protocol::ledger::booth::Booth;
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Change};
use boothpay_protocol::ledger::order::{Copies, OrderId};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::transaction::NewTransaction;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::shop::{self, OrderRequest};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::{Address, Store, StoreError};
use boothpay_test_support::{Cluster, Database};

/// Who pays.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

/// An order's id.
pub fn id(text: &str) -> OrderId {
    OrderId::parse(text).unwrap()
}

/// A time.
pub fn at(ms: i64) -> TimeMs {
    TimeMs::new(ms)
}

/// What asks for an order of 10,000 soum.
pub fn request(name: &str) -> OrderRequest {
    OrderRequest {
        id: id(name),
        amount: Tiyin::new(1_000_000).unwrap(),
        copies: Copies::ONE,
        booth: Booth { id: BoothId::main(), name: "Test".to_owned() },
        chosen: None,
        language: None,
        lifetime: SpanMs::seconds(900),
    }
}

/// Makes an order of 10,000 soum; one that has been paid already stays as it is.
pub async fn offer(store: &Store, name: &str, now: i64) -> Result<(), StoreError> {
    let request = request(name);
    let decide = move |rows: &Rows| shop::offer(&request, rows, at(now));
    store.transact(Needs::order(id(name)), Actor::Booth, decide).await.map(drop)
}

/// Makes an order of 10,000 soum.
pub async fn make(store: &Store, name: &str, now: i64) {
    offer(store, name, now).await.unwrap();
}

/// Binds a transaction, and performs it if asked.
pub async fn pay(
    store: &Store,
    name: &str,
    provider_id: &str,
    provider_time: i64,
    perform: bool,
) -> Result<(), StoreError> {
    let provider_id = ProviderId::parse(provider_id).unwrap();
    let needs = Needs { transaction: Some((Provider::Payme, provider_id.clone())), ..Needs::order(id(name)) };
    let decide = move |rows: &Rows| {
        let order = rows.order.clone().unwrap();
        let number = rows.next_number;
        let mut changes = vec![Change::TransactionCreated(NewTransaction {
            number,
            provider: Provider::Payme,
            provider_id: provider_id.clone(),
            provider_time: at(provider_time),
            amount: order.amount,
            details: Details::new(r#"{"account":{"order_id":"x"}}"#.to_owned()),
        })];
        if perform {
            changes.push(Change::TransactionPerformed { number, details: None });
        }
        Decision::change(order.id, at(5_000_000), changes, ())
    };
    store.transact(needs, PAYME, decide).await.map(drop)
}

/// A new database on PostgreSQL.
pub fn postgres() -> (Database, Address) {
    let database = Cluster::shared().database();
    let address = Address::parse(&database.url).unwrap();
    (database, address)
}

/// Two stores on one database of each kind, as two processes have them.
pub async fn on_both<F: Future<Output = ()>>(test: impl Fn(Store, Store) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let file = Address::SqliteFile(folder.path().join("test.db"));
    for address in [file, postgres().1] {
        let open = || Store::open(&address).unwrap();
        test(open(), open()).await;
    }
}
