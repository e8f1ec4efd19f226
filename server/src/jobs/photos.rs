//! Ends photo sessions whose time is over, with their photos, and forgets them a while later.

use crate::app::App;
use crate::config::PhotoSource;
use crate::limits::{PHOTOS_FORGET_AFTER, PHOTOS_PERIOD, PHOTOS_STEP_MAX, SESSIONS_LISTED_MAX, UNSOLD_KEPT};
use crate::photos;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::photos::SessionStatus;
use boothpay_protocol::shop::{self, Progress};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::StoreError;
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
        match done {
            Ok(()) => store_fails = false,
            Err(error) => {
                if !std::mem::replace(&mut store_fails, true) {
                    tracing::warn!(%error, "photo sessions whose time is over cannot be ended now; it is tried again");
                }
            }
        }
        // Files that no session knows: of a program that was killed between the two.
        let longest = app.settings.photos.lifetime.max(app.settings.photos.keep);
        let age = u64::try_from(longest.ms().saturating_add(SpanMs::seconds(3600).ms())).unwrap_or(u64::MAX);
        if let Err(error) = app.photos.files.remove_older(Duration::from_millis(age)).await {
            tracing::warn!(%error, "old photos in {} cannot be removed now", app.settings.photos.folder.display());
        }
    }
}

/// Ends sessions whose order was given up or not paid in time; how many.
async fn end_unsold(app: &App, now: TimeMs) -> Result<usize, StoreError> {
    let mut ended: usize = 0;
    if app.settings.photos.source != PhotoSource::Boothpay {
        return Ok(ended);
    }
    for session in app.store.sessions(SESSIONS_LISTED_MAX).await? {
        let Some(order) = session.order.clone().filter(|_| session.link.is_none() && !session.is_over(now)) else {
            continue;
        };
        let rows = app.store.rows(Needs::order(order)).await?;
        let unsold = match &rows.order {
            None => true,
            Some(order) => match shop::progress(order, rows.holder.as_ref(), now) {
                Progress::Waiting | Progress::Processing | Progress::Paid => false,
                Progress::Cancelled | Progress::Refunded | Progress::Expired => {
                    now >= order.expires_at.plus(UNSOLD_KEPT)
                }
            },
        };
        if unsold && photos::end(app, &session, SessionStatus::Expired).await? {
            ended = ended.saturating_add(1);
        }
    }
    Ok(ended)
}

/// Ends what is over now, a step of it; how many.
pub async fn once(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let mut ended: usize = 0;
    for session in app.store.expired_sessions(now, PHOTOS_STEP_MAX).await? {
        ended = ended.saturating_add(usize::from(photos::end(app, &session, SessionStatus::Expired).await?));
    }
    ended = ended.saturating_add(end_unsold(app, now).await?);
    app.store.forget_photos(now.minus(PHOTOS_FORGET_AFTER), PHOTOS_STEP_MAX).await?;
    Ok(ended)
}
