//! Runs the suite against a merchant server of the tests.

use super::merchant::Merchant;
use boothpay_sandbox::payme::{Aging, Settings, run};
use boothpay_sandbox::suite::orders::{AccountShape, Source};
use boothpay_sandbox::suite::{self, Report, Restart};
use boothpay_sandbox::wire::{Target, Trust};
use std::sync::Arc;
use std::time::Duration;

/// The settings of a run with everything switched on.
pub fn settings(merchant: &Merchant) -> Settings {
    let key = merchant.shop.key.lock().unwrap().clone();
    let (shop, restarted) = (Arc::clone(&merchant.shop), Arc::clone(&merchant.shop));
    let target = Target { url: merchant.url.parse().unwrap(), login: "Paycom".to_owned(), key };
    let cumulative = merchant.shop.cumulative;
    let common = suite::Settings {
        source: Source::boothpay(target.url.clone(), "payme", Duration::from_secs(10), Trust::Known).unwrap(),
        shape: AccountShape { field: "order_id".to_owned(), extra: serde_json::Map::new(), cumulative },
        amount: 1_000_000,
        seed: 1,
        only: vec![],
        skip: vec![],
        restart: Restart::Hook(Arc::new(move || restarted.restart())),
        rounds: 4,
        look_first: false,
        trust: Trust::Known,
        interrupt: Arc::default(),
        pause: Duration::from_millis(1100),
        timeout: Duration::from_secs(10),
        target,
    };
    let aging = Aging::Hook(Arc::new(move |id, by_ms| {
        let shop = Arc::clone(&shop);
        Box::pin(async move { shop.age(&id, by_ms) })
    }));
    Settings { common, aging, may_change_password: true }
}

/// Runs the suite.
pub async fn play(settings: Settings) -> Report {
    run(settings, &mut |_, _, _| {}).await.unwrap()
}
