//! Print jobs for whoever prints: a program that asks, one that finds them in a folder, a command that is run.
//!
//! The order in the ledger says how far its prints are; the task only carries the job. So a job that was answered, and whose task
//! is still there because the program died in between, is given to nobody.

pub(crate) mod command;
pub(crate) mod folder;

use crate::app::App;
use crate::clock::Clock;
use crate::config::Settings;
use crate::limits::PRINTER_STUCK;
use crate::photos::sheets::{self, PrintFile, SheetError};
use crate::story;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::{Order, OrderId};
use boothpay_protocol::ledger::printing::{PrintState, Printing};
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::task::{Task, TaskKey, TaskKind, TaskState, TaskTarget};
use boothpay_protocol::print::jobs::{self, Job, Report, ReportRefusal, Taken};
use boothpay_protocol::time::TimeMs;
use boothpay_store::{Claim, Lane, Store, StoreError, crash};

/// Jobs that are over and still in the list, which one call passes over. Each is ended on the way, so the next call finds fewer.
const PASSED_OVER_MAX: usize = 50;

/// Jobs that are looked through for one that the same program has already: a booth has a handful at most.
const LOOKED_THROUGH_MAX: u32 = 50;

/// A job, as who prints gets it.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    /// Its id.
    pub(crate) key: TaskKey,
    /// What is printed.
    pub(crate) order: Order,
    /// The composed picture; none where somebody else takes the pictures.
    pub(crate) picture: Option<PrintFile>,
    /// How many copies are not out.
    pub(crate) left: u16,
    /// How often it was given, this time included.
    pub(crate) attempt: u32,
    /// Whether somebody had begun it before, and never said what came of it.
    pub(crate) begun_before: bool,
    /// By then an answer is expected.
    pub(crate) until: TimeMs,
}

/// Keeps how this booth's orders are printed, for the servers of other booths on the same database: before anything is sold here. A file has one
/// server.
pub async fn keep_rules(settings: &Settings, store: &Store, clock: &Clock) -> Result<(), StoreError> {
    if !store.is_shared() {
        return Ok(());
    }
    let (rules, now) = (settings.print_rules(), clock.now());
    let needs = Needs::setting(rules.setting_name());
    store.transact(needs, Actor::Tasks, move |rows| rules.keep(rows, now)).await.map(drop)
}

/// The next job, for one program until it answers or its time is over; `None` when there is nothing to print.
pub(crate) async fn next(app: &App, by: &str, actor: Actor) -> Result<Option<Handed>, StoreError> {
    let lane = Lane { kind: TaskKind::Print, target: TaskTarget::booth(&app.settings.booth.id) };
    for _ in 0..PASSED_OVER_MAX {
        let now = app.clock.now();
        if !app.store.due_tasks(now).await?.contains(&lane) {
            return Ok(None);
        }
        let claim = Claim { lane: lane.clone(), most: 1 };
        let mut claimed = app.store.exchange_tasks(Vec::new(), vec![claim], now, app.settings.prints.lease()).await?;
        let Some(task) = claimed.pop() else { return Ok(None) };
        crash::here(crash::Point::PrintLeased);
        if let Some(handed) = begin(app, &task, by, actor).await? {
            return Ok(Some(handed));
        }
        // Where it was begun and its money went back since, nobody else will say what came of it. Of any other state this changes nothing.
        let why = "the money went back before anybody said what came of it".to_owned();
        report(app, task.key.clone(), Report::Unknown { done: None, why }, actor).await?;
        app.store.finish_task(task.number, app.clock.now()).await?;
    }
    Ok(None)
}

/// The job that a program of this name has and has not answered: it asks again because the answer was lost, or because it was
/// started again. Its time begins anew. Programs of other booths may have the same name.
pub(crate) async fn held_by(app: &App, by: &str, actor: Actor) -> Result<Option<Handed>, StoreError> {
    let (now, here) = (app.clock.now(), TaskTarget::booth(&app.settings.booth.id));
    for task in app.store.open_tasks(TaskKind::Print, LOOKED_THROUGH_MAX).await? {
        let (TaskState::Leased { until }, Some(order_id)) = (task.state, &task.order_id) else { continue };
        if task.target != here || until <= now || jobs::taker(&app.store.journal(order_id.clone()).await?) != Some(by) {
            continue;
        }
        let Some(handed) = begin(app, &task, by, actor).await? else { continue };
        keep(app, task, handed.until).await?;
        return Ok(Some(handed));
    }
    Ok(None)
}

/// Writes down that a job is begun; `None` when there is nothing to begin any more.
async fn begin(app: &App, task: &Task, by: &str, actor: Actor) -> Result<Option<Handed>, StoreError> {
    let (Some(Job { job }), Some(order_id)) = (Job::read(&task.payload), task.order_id.clone()) else {
        return Ok(None);
    };
    let now = app.clock.now();
    let (until, taker) = (now.plus(app.settings.prints.lease()), by.to_owned());
    let decide = move |rows: &_| jobs::take(job, &taker, until, rows, now);
    let committed = app.store.transact(Needs::order(order_id), actor, decide).await?;
    story::tell(&committed.entries);
    let Taken::Yes { order, begun_before } = committed.reply else { return Ok(None) };
    crash::here(crash::Point::PrintBegun);
    let done = order.printing.map_or(0, |it| it.done);
    let left = order.copies.get().saturating_sub(done);
    let (key, attempt) = (task.key.clone(), task.attempts);
    let picture = match sheets::print_file(app, &order.id).await {
        Ok(file) => file.map(|(file, _)| file),
        Err(error) => {
            let why = format!("its picture cannot be composed: {error}");
            report(app, key, Report::Failed { done: None, why }, actor).await?;
            return Ok(None);
        }
    };
    Ok(Some(Handed { key, order: *order, picture, left, attempt, begun_before, until }))
}

/// A print job of this booth's. Another booth's is nobody's here: whoever holds its token has nothing to say about our customers' prints. On a
/// database of its own a booth may have had another id before.
async fn job(app: &App, key: TaskKey) -> Result<Option<Task>, StoreError> {
    let here = TaskTarget::booth(&app.settings.booth.id);
    let is_ours = |task: &Task| task.kind == TaskKind::Print && (task.target == here || !app.store.is_shared());
    Ok(app.store.task_by_key(key).await?.filter(is_ours))
}

/// The picture of a job; none where there is no such job, or where somebody else takes the pictures.
pub(crate) async fn picture(app: &App, key: TaskKey) -> Result<Option<Vec<u8>>, SheetError> {
    let Some(order_id) = job(app, key).await?.and_then(|task| task.order_id) else { return Ok(None) };
    let Some(session) = app.store.session_of_order(order_id).await? else { return Ok(None) };
    match sheets::sheet_bytes(app, &session).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_gone() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What came of a report.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// The order as it is now.
    Taken(Box<Order>),
    /// It was not taken.
    Refused(ReportRefusal),
    /// No such job.
    Unknown,
}

/// Takes what whoever prints says of a job.
pub(crate) async fn report(app: &App, key: TaskKey, report: Report, actor: Actor) -> Result<Told, StoreError> {
    let Some(task) = job(app, key).await? else { return Ok(Told::Unknown) };
    let (Some(Job { job }), Some(order_id)) = (Job::read(&task.payload), task.order_id.clone()) else {
        return Ok(Told::Unknown);
    };
    let round = jobs::round(&app.store.journal(order_id.clone()).await?, job);
    let (rules, said, now) = (app.settings.print_rules(), report.clone(), app.clock.now());
    let decide = move |rows: &_| rules.of(rows).report(job, round, &said, rows, now);
    let committed = app.store.transact(Needs::order(order_id.clone()), actor, decide).await?;
    story::tell(&committed.entries);
    if let Err(refusal) = committed.reply {
        return Ok(Told::Refused(refusal));
    }
    crash::here(crash::Point::PrintReported);
    let Some(order) = app.store.rows(Needs::order(order_id)).await?.order else { return Ok(Told::Unknown) };
    let goes_on = order.printing.is_some_and(|it| it.job == job && it.state.is_under_way());
    match report {
        Report::Printing { until, .. } if goes_on => keep(app, task, until).await?,
        // Its task stays, until it was seen that the job is gone.
        Report::Stuck { .. } if goes_on => keep(app, task, app.clock.now().plus(PRINTER_STUCK)).await?,
        Report::Printing { .. }
        | Report::Stuck { .. }
        | Report::Printed { .. }
        | Report::Failed { .. }
        | Report::Unknown { .. } => {
            app.store.finish_task(task.number, app.clock.now()).await?;
        }
    }
    Ok(Told::Taken(Box::new(order)))
}

/// Jobs that may still be in a printer that was silent, each with its order and its state.
pub(crate) async fn stuck(app: &App) -> Result<Vec<(TaskKey, Order, Printing)>, StoreError> {
    let mut stuck = Vec::new();
    for task in app.store.open_tasks(TaskKind::Print, LOOKED_THROUGH_MAX).await? {
        let (Some(Job { job }), Some(order_id)) = (Job::read(&task.payload), task.order_id.clone()) else { continue };
        let Some(order) = app.store.rows(Needs::order(order_id)).await?.order else { continue };
        let is_stuck = |it: &Printing| it.job == job && matches!(it.state, PrintState::Stuck { .. });
        if order.booth.id == app.settings.booth.id
            && let Some(printing) = order.printing.filter(is_stuck)
        {
            stuck.push((task.key, order, printing));
        }
    }
    Ok(stuck)
}

/// Keeps a job for who has it until another time.
async fn keep(app: &App, task: Task, until: TimeMs) -> Result<(), StoreError> {
    let longer = Task { state: TaskState::Leased { until }, ..task };
    app.store.exchange_tasks(vec![longer], Vec::new(), app.clock.now(), app.settings.prints.lease()).await.map(drop)
}

/// Ends the job of an order that nobody has taken in time, or that nobody says anything of; and the task of one that is over.
pub(crate) async fn lapse(app: &App, task: &Task) -> Result<(), StoreError> {
    let (Some(Job { job }), Some(order_id)) = (Job::read(&task.payload), task.order_id.clone()) else {
        return app.store.finish_task(task.number, app.clock.now()).await.map(drop);
    };
    let rows = app.store.rows(Needs::order(order_id.clone())).await?;
    let (rules, now) = (app.settings.print_rules(), app.clock.now());
    let is_current = |order: &Order| order.printing.is_some_and(|it| it.job == job && it.state.is_under_way());
    if rows.order.as_ref().is_some_and(is_current)
        && !(rules.of(&rows).lapse(&rows, now).reply && lapse_order(app, order_id).await?)
    {
        return Ok(());
    }
    app.store.finish_task(task.number, app.clock.now()).await.map(drop)
}

/// Ends what an order waits for, if its time is over; whether it was.
pub(crate) async fn lapse_order(app: &App, order_id: OrderId) -> Result<bool, StoreError> {
    let (rules, now) = (app.settings.print_rules(), app.clock.now());
    let decide = move |rows: &_| rules.of(rows).lapse(rows, now);
    let committed = app.store.transact(Needs::order(order_id), Actor::Tasks, decide).await?;
    story::tell(&committed.entries);
    Ok(committed.reply)
}
