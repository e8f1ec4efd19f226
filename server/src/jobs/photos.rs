//! Ends photo sessions whose time is over, with their photos, and forgets them a while later. Those that money may still come for stay, and those
//! whose print is owed to the customer.

use crate::app::App;
use crate::limits::{PHOTOS_FORGET_AFTER, PHOTOS_PERIOD, PHOTOS_STEP_MAX, UNPAID_LOOK_AHEAD};
use crate::photos;
use boothpay_protocol::ledger::order::{Order, OrderId};
use boothpay_protocol::ledger::printing::PrintState;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::photos::SessionStatus;
use boothpay_protocol::shop::{self, Progress};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::StoreError;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Ends and forgets until the program is asked to stop.
pub async fn run(app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(PHOTOS_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut store_fails = false;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        let done = match app.store.try_lead().await {
            Ok(true) => once(&app).await.map(drop),
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        // Every computer has files of its own.
        let done = match done {
            Ok(()) => remove_unknown(&app).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => store_fails = false,
            Err(error) => {
                if !std::mem::replace(&mut store_fails, true) {
                    tracing::warn!(%error, "photo sessions whose time is over cannot be ended now; it is tried again");
                }
            }
        }
    }
}

/// Removes files that no session knows: of a program that was killed between the two. Sessions are read a step of them at a time, however
/// many there are; a file that is old is named by a session already, or by none.
async fn remove_unknown(app: &App) -> Result<(), StoreError> {
    let longest = app.settings.photos.lifetime.max(app.settings.photos.keep);
    let age = u64::try_from(longest.ms().saturating_add(SpanMs::seconds(3600).ms())).unwrap_or(u64::MAX);
    let failed = |error: io::Error| {
        tracing::warn!(%error, "old photos in {} cannot be removed now", app.settings.photos.folder.display());
    };
    let mut unknown = match app.photos.files.older(Duration::from_millis(age)).await {
        Ok(older) => older,
        Err(error) => {
            failed(error);
            return Ok(());
        }
    };
    let mut after = None;
    while !unknown.is_empty() {
        let known = app.store.sessions_after(after, PHOTOS_STEP_MAX).await?;
        let Some(last) = known.last() else { break };
        after = Some(last.id.clone());
        for photo in known.iter().flat_map(|session| &session.photos) {
            unknown.remove(&photo.file);
        }
    }
    for file in &unknown {
        if let Err(error) = app.photos.files.remove(file).await {
            failed(error);
            break;
        }
    }
    Ok(())
}

/// Until when a paid picture has to be kept because its print is not out: its customer may still come for it. None when it is out.
async fn claimed_until(app: &App, order: OrderId, now: TimeMs) -> Result<Option<TimeMs>, StoreError> {
    let order = app.store.rows(Needs::order(order)).await?.order;
    Ok(order.and_then(|order| not_out_until(app, &order)).filter(|until| *until > now))
}

/// Until when the customer of a paid order may come for prints that are not out; none when they are.
fn not_out_until(app: &App, order: &Order) -> Option<TimeMs> {
    let claim = app.settings.prints.jobs.claim;
    match order.printing?.state {
        PrintState::Shots { until } | PrintState::Asked { until } | PrintState::Begun { until } => {
            Some(until.plus(claim))
        }
        PrintState::Claim { until } => Some(until),
        PrintState::Failed | PrintState::Stuck { .. } | PrintState::Unknown => Some(order.changed_at.plus(claim)),
        PrintState::Printed | PrintState::Stopped => None,
    }
}

/// Until when a session has to be kept because of its order. None when money for it is not under way.
async fn held_until(app: &App, order: OrderId, now: TimeMs) -> Result<Option<TimeMs>, StoreError> {
    let rows = app.store.rows(Needs::order(order)).await?;
    let Some(order) = &rows.order else { return Ok(None) };
    Ok(match shop::progress(order, rows.holder.as_ref(), now) {
        Progress::Waiting | Progress::Processing => Some(now.plus(app.settings.photos.keep)),
        // Its print was not asked for yet, or its customer has a claim to it.
        Progress::Paid => {
            let kept = order.changed_at.plus(app.settings.photos.keep);
            Some(not_out_until(app, order).map_or(kept, |until| until.max(kept)))
        }
        // The bank's code may have been paid all the same: staff confirm that later.
        Progress::Expired => Some(order.expires_at.plus(app.settings.photos.keep)),
        Progress::Cancelled | Progress::Refunded => None,
    })
}

/// Keeps the sessions whose order may still be paid or was not printed yet, and ends the others of them that are over; how many.
async fn hold_or_end_unpaid(app: &App, now: TimeMs) -> Result<usize, StoreError> {
    let mut ended: usize = 0;
    for session in app.store.unpaid_sessions(now.plus(UNPAID_LOOK_AHEAD), PHOTOS_STEP_MAX).await? {
        let Some(order) = session.order.clone() else { continue };
        match held_until(app, order, now).await?.filter(|until| *until > session.expires_at) {
            Some(until) => {
                photos::step(app, &session.id, None, |session| Ok((session.hold(until)?, ()))).await?;
            }
            None if now >= session.expires_at => {
                ended = ended.saturating_add(usize::from(photos::end(app, &session, SessionStatus::Expired).await?));
            }
            None => {}
        }
    }
    Ok(ended)
}

/// Ends what is over now, a step of it; how many.
pub async fn once(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let mut ended: usize = 0;
    for session in app.store.expired_sessions(now, PHOTOS_STEP_MAX).await? {
        if let Some(order) = session.order.clone()
            && let Some(until) = claimed_until(app, order, now).await?
        {
            photos::step(app, &session.id, None, |session| Ok((session.hold(until)?, ()))).await?;
            continue;
        }
        ended = ended.saturating_add(usize::from(photos::end(app, &session, SessionStatus::Expired).await?));
    }
    ended = ended.saturating_add(hold_or_end_unpaid(app, now).await?);
    app.store.forget_photos(now.minus(PHOTOS_FORGET_AFTER), PHOTOS_STEP_MAX).await?;
    Ok(ended)
}
