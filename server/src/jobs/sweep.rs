//! The sweep: realises what time has ended. Orders that nobody paid expire; payments that were begun and never finished
//! are cancelled with reason 4 (`reference/payme.md §2.3.2`), so that statement, screen and status tell the truth.

use crate::app::App;
use crate::limits::{SWEEP_ORDERS_MAX, SWEEP_PERIOD};
use crate::story;
use boothpay_protocol::journal::Actor;
use boothpay_protocol::order::OrderId;
use boothpay_protocol::payme::{self, rules::TimeoutBase};
use boothpay_protocol::rows::{Decision, Needs, Rows};
use boothpay_protocol::shop;
use boothpay_protocol::transaction::Provider;
use boothpay_store::{StoreError, WaitingSince, crash};
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

/// Realises what is due now, at most [`SWEEP_ORDERS_MAX`] of each kind. Returns how many things it ended.
pub async fn once(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let rules = &app.settings.payme.rules;
    let since = match rules.timeout_base {
        TimeoutBase::CreateTime => WaitingSince::CreateTime,
        TimeoutBase::PaymeTime => WaitingSince::ProviderTime,
    };
    let mut ended = 0;
    let before = now.minus(rules.timeout);
    for order in app.store.waiting_transactions(Provider::Payme, since, before, SWEEP_ORDERS_MAX).await? {
        let rules = Arc::clone(rules);
        ended += usize::from(end(app, order, move |rows| payme::time_out(rows, now, &rules)).await?);
    }
    for order in app.store.expired_orders(now, SWEEP_ORDERS_MAX).await? {
        ended += usize::from(end(app, order, move |rows| shop::expire(rows, now)).await?);
    }
    Ok(ended)
}

/// What was due when it was looked up may not be any more: the decision looks again.
async fn end(
    app: &App,
    order: OrderId,
    decide: impl FnMut(&Rows) -> Decision<bool> + Send + 'static,
) -> Result<bool, StoreError> {
    let committed = app.store.transact(Needs::order(order), Actor::Sweep, decide).await?;
    story::tell(&committed.entries);
    if committed.reply {
        crash::here(crash::Point::InSweep);
    }
    Ok(committed.reply)
}
