//! Where several servers share a database: whether another one has connected a wallet in its panel.

use crate::app::App;
use crate::connecting;
use crate::limits::WALLETS_PERIOD;
use boothpay_store::Address;
use std::sync::Arc;
use tokio::time::MissedTickBehavior;

/// Looks until the program is asked to stop. A database in a file has one server, which knows what it did.
pub async fn run(app: Arc<App>) {
    if !matches!(app.settings.database, Address::Postgres(_)) {
        return;
    }
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(WALLETS_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = connecting::follow(&app).await {
            tracing::warn!(%error, "whether another server has connected a wallet is not known; it is asked again");
        }
    }
}
