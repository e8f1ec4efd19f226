//! Prints: sends jobs to the printer, lays them into the folder or runs the command, where nobody asks for them by himself; and ends
//! jobs that nobody takes or answers. It runs apart from everything else, so a printer that hangs holds up no payment.

use crate::api::prints::shown;
use crate::app::App;
use crate::config::PrintBy;
use crate::limits::{PRINTS_LAPSED_MAX, PRINTS_PERIOD};
use crate::printer::copies;
use crate::printer::trouble::Kind;
use crate::prints::{self, Handed, command, folder};
use boothpay_protocol::ledger::booth::BoothId;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::task::{TaskKey, TaskKind};
use boothpay_protocol::print::jobs::Report;
use boothpay_store::StoreError;
use std::sync::Arc;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

/// Prints until the program is asked to stop.
pub async fn run(app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(PRINTS_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut store_fails = false;
    let mut hands = Hands::default();
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            // What is under way goes on by itself; after the next start it is asked about.
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        match step(&app, &mut hands).await {
            Ok(()) => store_fails = false,
            Err(error) => {
                if !std::mem::replace(&mut store_fails, true) {
                    tracing::warn!(%error, "print jobs cannot be read or recorded now; it is tried again");
                }
            }
        }
    }
}

/// Ends jobs that nobody takes or answers, and the waiting for pictures that nobody takes.
pub async fn once(app: &App) -> Result<(), StoreError> {
    for task in app.store.open_tasks(TaskKind::Print, PRINTS_LAPSED_MAX).await? {
        prints::lapse(app, &task).await?;
    }
    for order in app.store.orders_awaiting_shots(PRINTS_LAPSED_MAX).await? {
        prints::lapse_order(app, order).await?;
    }
    Ok(())
}

/// What is being done.
#[derive(Default)]
struct Hands {
    under_way: Option<JoinHandle<()>>,
    /// Whether the job was looked for that this server was at when it was stopped.
    has_looked_back: bool,
}

async fn step(app: &Arc<App>, hands: &mut Hands) -> Result<(), StoreError> {
    once(app).await?;
    if hands.under_way.as_ref().is_some_and(|it| !it.is_finished()) {
        return Ok(());
    }
    let handed = match &app.settings.prints.by {
        PrintBy::Receipt | PrintBy::Caller => return Ok(()),
        PrintBy::Folder(_) => at_program(app, hands, "the folder").await?,
        PrintBy::Command(..) => at_program(app, hands, "the command").await?,
        PrintBy::Printer(_) => at_printer(app, hands).await?,
    };
    if let Some(handed) = handed {
        hands.under_way = Some(tokio::spawn(carry_out(Arc::clone(app), handed)));
    }
    Ok(())
}

/// The next job for the owner's program. What was begun before comes first: it may have been answered meanwhile.
async fn at_program(app: &App, hands: &mut Hands, name: &str) -> Result<Option<Handed>, StoreError> {
    match left_behind(app, hands, name).await? {
        Some(begun) => Ok(Some(begun)),
        None => prints::next(app, name, Actor::Tasks).await,
    }
}

/// The job that this server was at when it was stopped. It is looked for once.
async fn left_behind(app: &App, hands: &mut Hands, name: &str) -> Result<Option<Handed>, StoreError> {
    if hands.has_looked_back {
        return Ok(None);
    }
    let begun = prints::held_by(app, name, Actor::Tasks).await?;
    hands.has_looked_back = true;
    Ok(begun)
}

/// The next job for the printer. What was begun before comes first; a new one waits until the printer can print it.
async fn at_printer(app: &App, hands: &mut Hands) -> Result<Option<Handed>, StoreError> {
    let Some(printer) = &app.printer else { return Ok(None) };
    let booth = &app.settings.booth.id;
    let name = if *booth == BoothId::main() { "the printer".to_owned() } else { format!("the printer of {booth}") };
    if let Some(begun) = left_behind(app, hands, &name).await? {
        return Ok(Some(begun));
    }
    // What a queue only remembers may be over, and a print that is paid shows it.
    let hindrance = printer.hindrance(app.clock.now()).filter(|it| !it.is_old);
    if hindrance.as_ref().is_some_and(|it| it.kind == Kind::Away) {
        return Ok(None);
    }
    // First what is left in it: a queue takes a job back also while its printer cannot print, and has it printed as soon as that can.
    if !printer.tidy(&app.store).await {
        return Ok(None);
    }
    for (key, order, printing) in prints::stuck(app).await? {
        if let Some(report) = copies::what_came_of(printer, &order, printing).await {
            prints::report(app, key, report, Actor::Tasks).await?;
        }
    }
    if hindrance.is_some() {
        return Ok(None);
    }
    prints::next(app, &name, Actor::Tasks).await
}

/// Has one job printed, and writes down what came of it.
async fn carry_out(app: Arc<App>, handed: Handed) {
    let (key, order) = (handed.key.clone(), handed.order.id.clone());
    let report = match (&app.settings.prints.by, &app.printer) {
        (PrintBy::Printer(settings), Some(printer)) => {
            match copies::carry_out(&app, printer, settings, &handed).await {
                Ok(report) => report,
                // The job's time will be over, and then it is asked about.
                Err(error) => {
                    tracing::warn!(%error, %order, "order {order}: how far its prints are cannot be recorded now");
                    return;
                }
            }
        }
        (by, _) => apart(&app, by.clone(), handed).await,
    };
    // What cannot be written now is asked for again when the job's time is over.
    match prints::report(&app, key.clone(), report, Actor::Tasks).await {
        Ok(_) => clear(&app, key).await,
        Err(error) => {
            tracing::warn!(%error, %order, "order {order}: what came of its prints cannot be recorded now");
        }
    }
}

/// Takes a job's files out of the folder: until its answer is in the ledger they are all that is known of it.
async fn clear(app: &App, key: TaskKey) {
    let PrintBy::Folder(path) = &app.settings.prints.by else { return };
    let path = path.clone();
    // A file that stays is told of in the log, and means nothing any more.
    let _ = tokio::task::spawn_blocking(move || folder::clear(&path, &key)).await;
}

/// By the owner's own program, on a thread of its own.
async fn apart(app: &App, by: PrintBy, handed: Handed) -> Report {
    let patience = app.settings.prints.job.duration();
    let job = shown(&handed);
    let printing = tokio::task::spawn_blocking(move || match by {
        PrintBy::Folder(path) => folder::run(&path, &handed, &job, patience),
        PrintBy::Command(program, arguments) => command::run(&program, &arguments, &handed, patience),
        PrintBy::Receipt | PrintBy::Caller | PrintBy::Printer(_) => {
            Report::Unknown { done: None, why: "nobody is there who would print it".to_owned() }
        }
    });
    match printing.await {
        Ok(report) => report,
        Err(_) => Report::Unknown { done: None, why: "the program failed at it; this is a bug".to_owned() },
    }
}
