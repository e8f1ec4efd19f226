//! Orders to pay, for the benchmarks that pay them.

use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::{Copies, OrderId};
use boothpay_protocol::money::Tiyin;
use boothpay_server::clock::Clock;
use boothpay_server::config::Settings;
use boothpay_server::orders::Orders;
use boothpay_store::Store;
use std::ops::Range;
use tokio::task::JoinSet;

/// Orders that are made at a time.
const AT_A_TIME: usize = 1024;

/// Makes the orders `bench-N` of these numbers, each of 10 000 soum.
pub async fn make(store: &Store, settings: &Settings, numbers: Range<u64>) {
    let mut tasks = JoinSet::new();
    for n in numbers {
        let (store, settings) = (store.clone(), settings.clone());
        tasks.spawn(async move {
            let orders = Orders { store: &store, clock: &Clock::System, settings: &settings, actor: Actor::Api };
            let id = OrderId::parse(&format!("bench-{n}")).expect("an id");
            let amount = Tiyin::new(1_000_000).expect("an amount");
            orders.offer(id, amount, Copies::ONE, None).await.expect("a store").expect("a new order");
        });
        if tasks.len() >= AT_A_TIME {
            tasks.join_next().await;
        }
    }
    tasks.join_all().await;
}
