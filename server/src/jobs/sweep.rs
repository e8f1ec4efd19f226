//! The sweep ends what is too old. Orders that nobody paid expire; payments that were begun and never finished in
//! the time that their provider allows are cancelled, so that statement, screen and status tell the truth.

use crate::app::App;
use crate::limits::{SWEEP_ORDERS_MAX, SWEEP_PERIOD, SWEEP_ROUNDS_MAX};
use crate::story;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::providers;
use boothpay_protocol::shop;
use boothpay_store::{StoreError, crash};
use futures_util::future::try_join_all;
use std::sync::Arc;
use tokio::time::MissedTickBehavior;

/// Sweeps until the program is asked to stop.
pub async fn run(app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(SWEEP_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        let swept = match app.store.try_lead().await {
            Ok(true) => once(&app).await.map(drop),
            // Another process on the same database sweeps.
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = swept {
            tracing::warn!(%error, "the sweep could not finish; it tries again");
        }
    }
}

/// Records what is due now, [`SWEEP_ORDERS_MAX`] at a time and at most [`SWEEP_ROUNDS_MAX`] times of each kind. Returns how many
/// things it ended.
pub async fn once(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let rules = app.settings.rules();
    let mut ended = 0;
    for provider in Provider::ALL {
        let patience = providers::patience(provider, &rules);
        let before = now.minus(patience.limit);
        for _ in 0..SWEEP_ROUNDS_MAX {
            let due = app.store.waiting_transactions(provider, patience.since, before, SWEEP_ORDERS_MAX).await?;
            if !due.is_empty() {
                crash::here(crash::Point::InSweep);
            }
            let rules = rules.clone();
            let ended_now = end_all(app, &due, move |rows| providers::time_out(rows, now, &rules)).await?;
            ended += ended_now;
            if is_last(&due, ended_now) {
                break;
            }
        }
    }
    for _ in 0..SWEEP_ROUNDS_MAX {
        let due = app.store.expired_orders(now, SWEEP_ORDERS_MAX).await?;
        let ended_now = end_all(app, &due, move |rows| shop::expire(rows, now)).await?;
        ended += ended_now;
        if is_last(&due, ended_now) {
            break;
        }
    }
    Ok(ended)
}

/// Whether nothing more is due, or nothing of what is due can be ended.
fn is_last(due: &[OrderId], ended: usize) -> bool {
    ended == 0 || u32::try_from(due.len()).is_ok_and(|due| due < SWEEP_ORDERS_MAX)
}

/// All at once: the store carries out in one commit what it is asked for at the same time.
async fn end_all(
    app: &App,
    due: &[OrderId],
    decide: impl Fn(&Rows) -> Decision<bool> + Clone + Send + 'static,
) -> Result<usize, StoreError> {
    let ends = due.iter().map(|order| end(app, order.clone(), decide.clone()));
    let ended = try_join_all(ends).await?;
    Ok(ended.into_iter().filter(|ended| *ended).count())
}

/// What was due when it was looked up may not be any more: the decision looks again.
async fn end(
    app: &App,
    order: OrderId,
    decide: impl FnMut(&Rows) -> Decision<bool> + Send + 'static,
) -> Result<bool, StoreError> {
    let committed = app.store.transact(Needs::order(order), Actor::Sweep, decide).await?;
    story::tell(&committed.entries);
    Ok(committed.reply)
}
