//! The databases that the benchmarks fill by plain SQL are what the program would have written, and it goes on from there.

use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::journal::{self, Actor};
use boothpay_protocol::ledger::order::{Copies, OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::transaction::TransactionNumber;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::{self, Account, AskedAmount, Call};
use boothpay_protocol::providers::Rules;
use boothpay_protocol::shop::{self, OrderRequest};
use boothpay_protocol::time::SpanMs;
use boothpay_store::{Address, Store, verify};
use boothpay_test_support::{Cluster, Ids, Past, fill_postgres, fill_sqlite};

/// Who pays.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

#[tokio::test]
async fn a_filled_file_is_whole_and_goes_on() {
    for ids in [Ids::Numbers, Ids::Random, Ids::InTime] {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::SqliteFile(folder.path().join("filled.db"));
        drop(Store::open(&address).unwrap());
        let past = Past { orders: 2010, ids };
        fill_sqlite(&folder.path().join("filled.db"), &past);
        let store = Store::open(&address).unwrap();
        goes_on(&store, &past).await;
        let report = verify::database(&address).unwrap();
        assert_eq!(report.findings, []);
        assert_eq!((report.orders, report.transactions), (2014, past.transactions() + 1));
    }
}

#[tokio::test]
async fn a_filled_postgresql_is_whole_and_goes_on() {
    let database = Cluster::shared().database();
    let address = Address::parse(&database.url).unwrap();
    let store = Store::open(&address).unwrap();
    let past = Past { orders: 210, ids: Ids::Random };
    fill_postgres(&database, &past);
    goes_on(&store, &past).await;
}

/// Every stored order is what its journal folds to, and the next one is paid under the next number.
async fn goes_on(store: &Store, past: &Past) {
    for n in (0..past.orders).step_by(7) {
        let id = past.order_id(n);
        let folded = journal::fold(&store.journal(id.clone()).await.unwrap()).unwrap();
        assert_eq!(store.rows(Needs::order(id.clone())).await.unwrap().order, folded.order);
        assert_eq!(store.transactions(id).await.unwrap(), folded.transactions);
        assert!(folded.order.is_some());
    }
    let next = past.order_id(past.orders);
    offer(store, next.clone(), past).await;
    let paid = pay(store, next, past).await;
    assert_eq!(paid.get(), i64::try_from(past.transactions()).unwrap() + 1);
    for n in 1..=3 {
        offer(store, past.order_id(past.orders + n), past).await;
    }
    lists_by_status(store).await;
}

/// A list of one status is what the list of all has of it, newest first.
async fn lists_by_status(store: &Store) {
    let all = store.orders(None, 10_000).await.unwrap();
    assert!(all.is_sorted_by(|a, b| a.order.created_at >= b.order.created_at));
    for status in OrderStatus::ALL {
        let expected: Vec<_> = all.iter().filter(|row| row.order.status == status).take(2).cloned().collect();
        assert_eq!(expected.len(), 2, "{status:?}");
        assert_eq!(store.orders(Some(status), 2).await.unwrap(), expected, "{status:?}");
    }
}

async fn offer(store: &Store, id: OrderId, past: &Past) {
    let (now, amount) = (past.end(), Tiyin::new(2_500_000).unwrap());
    let booth = Booth { id: BoothId::main(), name: "booth".to_owned() };
    let (copies, lifetime) = (Copies::ONE, SpanMs::new(900_000));
    let request = OrderRequest { id: id.clone(), amount, copies, booth, chosen: None, language: None, lifetime };
    let offer = move |rows: &_| shop::offer(&request, rows, now);
    store.transact(Needs::order(id), Actor::Booth, offer).await.unwrap().reply.unwrap();
}

async fn pay(store: &Store, id: OrderId, past: &Past) -> TransactionNumber {
    let (now, amount) = (past.end(), Tiyin::new(2_500_000).unwrap());
    let provider_id = Past::provider_id(now, past.transactions() + 1);
    let account = Account { json: format!(r#"{{"order_id":"{id}"}}"#), order_id: Some(id) };
    let create = Call::Create { id: provider_id.clone(), time: now, amount: AskedAmount(Some(amount)), account };
    for call in [create, Call::Perform { id: provider_id.clone() }] {
        let needs = payme::needs(&call);
        let decide = move |rows: &_| payme::decide(&call, rows, now, &Rules::default(), None);
        store.transact(needs, PAYME, decide).await.unwrap().reply.unwrap();
    }
    let needs = payme::needs(&Call::Check { id: provider_id });
    store.rows(needs).await.unwrap().transaction.unwrap().number
}
