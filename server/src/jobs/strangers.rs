//! Tells the owner, a line a minute and address at most, what strangers went on doing.

use crate::app::App;
use crate::limits::{STRANGERS_PERIOD, STRANGERS_TICK};
use boothpay_protocol::time::{SpanMs, TimeMs};
use std::sync::Arc;
use tokio::time::MissedTickBehavior;

/// Tells until the program is asked to stop.
pub async fn run(app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(STRANGERS_TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => break,
        }
        tell(&app, app.clock.now());
    }
    // What was counted is not lost with the program.
    tell(&app, app.clock.now().plus(SpanMs::seconds(STRANGERS_PERIOD)));
}

fn tell(app: &App, now: TimeMs) {
    for line in app.net.strangers.due(now) {
        tracing::warn!("{line}");
    }
}
