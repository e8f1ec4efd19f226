//! The orders that the tests of `verify` look at, in every status.

use boothpay_protocol::ledger::booth::Booth;
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{Actor, Change};
use boothpay_protocol::ledger::order::{Copies, OrderId};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::transaction::NewTransaction;
use boothpay_protocol::ledger::transaction::Reason;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::shop::{self, OrderRequest};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::{Address, Store};

pub fn id(text: &str) -> OrderId {
    OrderId::parse(text).unwrap()
}

pub async fn make(store: &Store, name: &str) {
    let request = OrderRequest {
        id: id(name),
        amount: Tiyin::new(1_000_000).unwrap(),
        copies: Copies::ONE,
        booth: Booth { id: BoothId::main(), name: "Test".to_owned() },
        chosen: None,
        language: None,
        lifetime: SpanMs::seconds(900),
    };
    let decide = move |rows: &Rows| shop::offer(&request, rows, TimeMs::new(1000));
    store.transact(Needs::order(id(name)), Actor::Booth, decide).await.unwrap().reply.unwrap();
}

pub async fn change(store: &Store, name: &str, at: i64, step: impl Fn(&Rows) -> Change + Send + 'static) {
    change_by(store, Provider::Payme, name, at, step).await;
}

async fn change_by(
    store: &Store,
    provider: Provider,
    name: &str,
    at: i64,
    step: impl Fn(&Rows) -> Change + Send + 'static,
) {
    let decide =
        move |rows: &Rows| Decision::change(rows.order.clone().unwrap().id, TimeMs::new(at), vec![step(rows)], ());
    store.transact(Needs::order(id(name)), Actor::Provider { provider, proven: true }, decide).await.unwrap();
}

pub async fn begin(store: &Store, name: &str, provider_id: &str) {
    begin_by(store, Provider::Payme, name, provider_id, r#"{"account":{}}"#).await;
}

async fn begin_by(store: &Store, provider: Provider, name: &str, provider_id: &str, details: &'static str) {
    let provider_id = ProviderId::parse(provider_id).unwrap();
    let create = move |rows: &Rows| {
        Change::TransactionCreated(NewTransaction {
            number: rows.next_number,
            provider,
            provider_id: provider_id.clone(),
            provider_time: TimeMs::new(77),
            amount: Tiyin::new(1_000_000).unwrap(),
            details: Details::new(details.to_owned()),
        })
    };
    change_by(store, provider, name, 2000, create).await;
}

/// An order that another wallet paid and, if wanted, took back.
async fn other_wallet(
    store: &Store,
    provider: Provider,
    name: &str,
    provider_id: &str,
    details: &'static str,
    back: bool,
) {
    let number = |rows: &Rows| rows.holder.clone().unwrap().number;
    make(store, name).await;
    begin_by(store, provider, name, provider_id, details).await;
    let perform = move |rows: &Rows| Change::TransactionPerformed { number: number(rows), details: None };
    change_by(store, provider, name, 3000, perform).await;
    if back {
        let reason = Some(Reason::Refund);
        let refund = move |rows: &Rows| Change::TransactionRefunded { number: number(rows), reason, details: None };
        change_by(store, provider, name, 4000, refund).await;
    }
}

/// Of Click's transaction.
const CLICK_DETAILS: &str = r#"{"service_id":5,"click_trans_id":77,"click_paydoc_id":78}"#;

/// Uzum's id of a transaction.
pub const UZUM_ID: &str = "3f1a2b4c-0d5e-4f60-8a7b-9c8d7e6f5a4b";

/// Orders in every status: waiting, held (1), paid (2), refunded (3), given up (4) and paid on the second try (5); paid by Click
/// (6), paid and taken back by Uzum (7).
pub async fn stories(address: &Address) -> Store {
    let store = Store::open(address).unwrap();
    let holder = |rows: &Rows| rows.holder.clone().unwrap().number;
    for name in ["waiting", "held", "paid", "refunded", "retried", "closed"] {
        make(&store, name).await;
    }
    begin(&store, "held", "p1").await;
    begin(&store, "paid", "p2").await;
    change(&store, "paid", 3000, move |rows| Change::TransactionPerformed { number: holder(rows), details: None })
        .await;
    change(&store, "paid", 3500, |_| Change::OrderPrinted).await;
    begin(&store, "refunded", "p3").await;
    change(&store, "refunded", 3000, move |rows| Change::TransactionPerformed { number: holder(rows), details: None })
        .await;
    change(&store, "refunded", 4000, move |rows| Change::TransactionRefunded {
        number: holder(rows),
        reason: Some(Reason::Refund),
        details: None,
    })
    .await;
    begin(&store, "retried", "p4").await;
    change(&store, "retried", 3000, move |rows| Change::TransactionCancelled {
        number: holder(rows),
        reason: Some(Reason::Failed),
        details: None,
    })
    .await;
    change(&store, "retried", 3000, |_| Change::OrderReopened { expires_at: TimeMs::new(99_000) }).await;
    begin_later(&store).await;
    change(&store, "closed", 3000, |_| Change::OrderCancelled).await;
    other_wallet(&store, Provider::Click, "by-click", "5:77", CLICK_DETAILS, false).await;
    other_wallet(&store, Provider::Uzum, "by-uzum", UZUM_ID, r#"{"params":{}}"#, true).await;
    store
}

async fn begin_later(store: &Store) {
    let create = |rows: &Rows| {
        Change::TransactionCreated(NewTransaction {
            number: rows.next_number,
            provider: Provider::Payme,
            provider_id: ProviderId::parse("p5").unwrap(),
            provider_time: TimeMs::new(78),
            amount: Tiyin::new(1_000_000).unwrap(),
            details: Details::new(r#"{"account":{}}"#.to_owned()),
        })
    };
    change(store, "retried", 5000, create).await;
    let perform =
        |rows: &Rows| Change::TransactionPerformed { number: rows.holder.clone().unwrap().number, details: None };
    change(store, "retried", 6000, perform).await;
}
