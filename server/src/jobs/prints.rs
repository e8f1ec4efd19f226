//! Prints: lays jobs into the folder or runs the command, where the owner's program does not ask by itself; and ends jobs that
//! nobody takes or answers. It runs apart from everything else, so a printer that hangs holds up no payment.

use crate::api::prints::shown;
use crate::app::App;
use crate::config::PrintBy;
use crate::limits::{PRINTS_LAPSED_MAX, PRINTS_PERIOD};
use crate::prints::{self, Handed, command, folder};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::task::TaskKind;
use boothpay_protocol::print::jobs::Report;
use boothpay_store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

/// Prints until the program is asked to stop.
pub async fn run(app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(PRINTS_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut store_fails = false;
    let mut under_way: Option<JoinHandle<()>> = None;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            // What is under way goes on by itself; after the next start it is asked about.
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        match step(&app, &mut under_way).await {
            Ok(()) => store_fails = false,
            Err(error) => {
                if !std::mem::replace(&mut store_fails, true) {
                    tracing::warn!(%error, "print jobs cannot be read or recorded now; it is tried again");
                }
            }
        }
    }
}

/// Ends jobs that nobody takes or answers.
pub async fn once(app: &App) -> Result<(), StoreError> {
    for task in app.store.open_tasks(TaskKind::Print, PRINTS_LAPSED_MAX).await? {
        prints::lapse(app, &task).await?;
    }
    Ok(())
}

async fn step(app: &Arc<App>, under_way: &mut Option<JoinHandle<()>>) -> Result<(), StoreError> {
    once(app).await?;
    if under_way.as_ref().is_some_and(|it| !it.is_finished()) {
        return Ok(());
    }
    let by = match app.settings.prints.by {
        PrintBy::Receipt | PrintBy::Caller => return Ok(()),
        PrintBy::Folder(_) => "the folder",
        PrintBy::Command(..) => "the command",
    };
    if let Some(handed) = prints::next(app, by, Actor::Tasks).await? {
        *under_way = Some(tokio::spawn(carry_out(Arc::clone(app), handed)));
    }
    Ok(())
}

/// Has one job printed, and writes down what came of it.
async fn carry_out(app: Arc<App>, handed: Handed) {
    let (by, key, order) = (app.settings.prints.by.clone(), handed.key.clone(), handed.order.id.clone());
    // A little less than the lease, so that the answer is written while the job is still this server's.
    let seconds = u64::try_from(app.settings.prints.job.ms()).unwrap_or(0) / 1000;
    let patience = Duration::from_secs(seconds.saturating_sub(5).max(1));
    let job = shown(&handed);
    let printing = tokio::task::spawn_blocking(move || match by {
        PrintBy::Folder(path) => folder::run(&path, &handed, &job, patience),
        PrintBy::Command(program, arguments) => command::run(&program, &arguments, &handed, patience),
        PrintBy::Receipt | PrintBy::Caller => {
            Report::Unknown { done: None, why: "nobody is there who would print it".to_owned() }
        }
    });
    let report = match printing.await {
        Ok(report) => report,
        Err(_) => Report::Unknown { done: None, why: "the program failed at it; this is a bug".to_owned() },
    };
    // What cannot be written now is asked for again when the job's time is over.
    if let Err(error) = prints::report(&app, key, report, Actor::Tasks).await {
        tracing::warn!(%error, %order, "order {order}: what came of its prints cannot be recorded now");
    }
}
