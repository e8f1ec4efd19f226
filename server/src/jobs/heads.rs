//! Once a day the log names where the journal's chains end. A log that is kept in another place then shows whether the journal
//! was changed or cut off: `boothpay verify --head` compares.

use crate::app::App;
use crate::limits::HEADS_PERIOD;
use boothpay_store::{Head, StoreError};
use std::sync::Arc;
use tokio::time::MissedTickBehavior;

/// Names the heads at the start and then once a day, until the program is asked to stop.
pub async fn run(app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(HEADS_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = once(&app).await {
            tracing::warn!(%error, "the journal's heads cannot be named today");
        }
    }
}

/// Names the heads in the log; returns them in words.
pub async fn once(app: &App) -> Result<String, StoreError> {
    let heads = words(&app.store.heads().await?);
    if !heads.is_empty() {
        tracing::info!(%heads, "the journal ends here; `boothpay verify --head` compares");
    }
    Ok(heads)
}

/// As they are given to `--head`, one after the other.
pub(crate) fn words(heads: &[Head]) -> String {
    heads.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
