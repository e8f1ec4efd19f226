//! Runs the suite against a merchant server of the tests.

use super::merchant::Merchant;
use boothpay_sandbox::payme::{Aging, Restart, Settings, run};
use boothpay_sandbox::suite::Report;
use boothpay_sandbox::suite::orders::{AccountShape, Source};
use boothpay_sandbox::wire::{Target, Trust};
use std::sync::Arc;
use std::time::Duration;

/// The settings of a run with everything switched on.
pub fn settings(merchant: &Merchant) -> Settings {
    let key = merchant.shop.key.lock().unwrap().clone();
    let (shop, restarted) = (Arc::clone(&merchant.shop), Arc::clone(&merchant.shop));
    let target = Target { url: merchant.url.parse().unwrap(), login: "Paycom".to_owned(), key };
    let cumulative = merchant.shop.cumulative;
    Settings {
        source: Source::boothpay(target.url.clone(), Duration::from_secs(10), Trust::Known, None).unwrap(),
        shape: AccountShape { field: "order_id".to_owned(), extra: serde_json::Map::new(), cumulative },
        amount: 1_000_000,
        seed: 1,
        only: vec![],
        skip: vec![],
        aging: Aging::Hook(Arc::new(move |id, by_ms| {
            let shop = Arc::clone(&shop);
            Box::pin(async move { shop.age(&id, by_ms) })
        })),
        restart: Restart::Hook(Arc::new(move || restarted.restart())),
        may_change_password: true,
        rounds: 4,
        look_first: false,
        trust: Trust::Known,
        interrupt: Arc::default(),
        pause: Duration::from_millis(1100),
        timeout: Duration::from_secs(10),
        target,
    }
}

/// Runs the suite.
pub async fn play(settings: Settings) -> Report {
    run(settings, &mut |_, _, _| {}).await.unwrap()
}
