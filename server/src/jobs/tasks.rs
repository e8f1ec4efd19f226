//! Carries tasks out: what has to happen outside the database after a commit.
//!
//! It wakes when this process commits a task, looks every [`TASKS_PERIOD`] for those of other processes and those whose pause is
//! over, and takes of each lane only as many as it may carry out at once. So a receiver that hangs holds up its own
//! messages and nobody else's. What came of tasks is recorded together, with the next that are taken, in one commit.

use super::{alerts, click_receipts, refunds, uzum_code};
use crate::app::App;
use crate::limits::{
    TASKS_AT_ONCE_MAX, TASKS_PAUSE, TASKS_PERIOD, TASKS_REMOVE_PERIOD, TASKS_REMOVED_MAX, TASKS_STOP_PATIENCE,
};
use crate::outgoing::line::Caller;
use crate::outgoing::message;
use crate::outgoing::post::{self, Letter};
use boothpay_protocol::ledger::limits::TASK_LEASE;
use boothpay_protocol::ledger::task::{Attempt, Task, TaskKind, TaskState, TaskTarget, kept_since};
use boothpay_store::{Claim, Remove, StoreError, crash};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, timeout};

/// Carries out until the program is asked to stop.
pub async fn run(app: Arc<App>) {
    let mut stopping = app.stopping.clone();
    let mut ticks = tokio::time::interval(TASKS_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut removals = tokio::time::interval(TASKS_REMOVE_PERIOD);
    removals.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut work = Work::new(Arc::clone(&app));
    let mut store_fails = false;
    loop {
        let mut old_may_go = false;
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.store.task_committed() => {}
            Some(ended) = work.running.join_next_with_id() => work.note(ended),
            _ = removals.tick() => old_may_go = true,
            _ = stopping.wait_for(|stop| *stop) => break,
        }
        if old_may_go {
            remove(&app).await;
        }
        work.note_all_that_ended();
        match work.exchange().await {
            Ok(()) => store_fails = false,
            Err(error) => {
                // Once: as long as the store is in trouble, others say so.
                if !std::mem::replace(&mut store_fails, true) {
                    tracing::warn!(%error, "tasks cannot be taken or recorded now; it is tried again");
                }
                ticks.tick().await;
            }
        }
        // Payments come first: under load, several tasks share one commit.
        tokio::time::sleep(TASKS_PAUSE).await;
    }
    work.stop().await;
}

/// Tasks that are being carried out, and what has come of others.
struct Work {
    app: Arc<App>,
    caller: Caller,
    running: JoinSet<Attempt>,
    tasks: BTreeMap<Id, Task>,
    settled: Vec<Task>,
    /// Targets whose last attempt failed: told once, not with each message.
    in_trouble: BTreeSet<(TaskKind, TaskTarget)>,
}

impl Work {
    fn new(app: Arc<App>) -> Self {
        Self {
            caller: app.caller.clone(),
            app,
            running: JoinSet::new(),
            tasks: BTreeMap::new(),
            settled: Vec::new(),
            in_trouble: BTreeSet::new(),
        }
    }

    /// Records what came of tasks and takes others, as many of each lane as have room.
    async fn exchange(&mut self) -> Result<(), StoreError> {
        let store = &self.app.store;
        let mut claims = Vec::new();
        for lane in store.due_tasks(self.app.clock.now()).await? {
            if !is_carried_out_here(lane.kind) {
                continue;
            }
            let running =
                self.tasks.values().filter(|task| task.kind == lane.kind && task.target == lane.target).count();
            let most = TASKS_AT_ONCE_MAX.saturating_sub(u32::try_from(running).unwrap_or(u32::MAX));
            if most > 0 {
                claims.push(Claim { lane, most });
            }
        }
        if claims.is_empty() && self.settled.is_empty() {
            return Ok(());
        }
        let claimed = store.exchange_tasks(self.settled.clone(), claims, self.app.clock.now(), TASK_LEASE).await?;
        if !self.settled.is_empty() {
            crash::here(crash::Point::TaskRecorded);
        }
        self.settled.clear();
        for task in claimed {
            crash::here(crash::Point::TaskLeased);
            let (app, caller, given) = (Arc::clone(&self.app), self.caller.clone(), task.clone());
            let handle = self.running.spawn(async move {
                let attempt = carry_out(&app, &caller, given).await;
                if attempt == Attempt::Done {
                    crash::here(crash::Point::TaskCarriedOut);
                }
                attempt
            });
            self.tasks.insert(handle.id(), task);
        }
        Ok(())
    }

    fn note_all_that_ended(&mut self) {
        while let Some(ended) = self.running.try_join_next_with_id() {
            self.note(ended);
        }
    }

    fn note(&mut self, ended: Result<(Id, Attempt), JoinError>) {
        let (id, attempt) = match ended {
            Ok(ended) => ended,
            Err(error) if error.is_panic() => {
                (error.id(), Attempt::Failed { why: "the program failed at it; this is a bug".to_owned(), wait: None })
            }
            Err(error) => (error.id(), interrupted()),
        };
        if let Some(task) = self.tasks.remove(&id) {
            let task = task.after(attempt, self.app.clock.now());
            self.tell(&task);
            self.settled.push(task);
        }
    }

    /// For the owner: the first failure of a target, that it is back, and each task that was given up.
    fn tell(&mut self, task: &Task) {
        let (target, number) = (&task.target, task.number);
        let why = task.last_error.as_deref().unwrap_or_default();
        let about = match &task.order_id {
            Some(order) => format!(" of order {order}"),
            None => String::new(),
        };
        match (task.kind, task.state) {
            (kind, TaskState::Done { .. }) => {
                tracing::debug!(task = number.get(), %target, "task {number}{about} for {target} is done");
                if self.in_trouble.remove(&(kind, target.clone())) {
                    match kind {
                        TaskKind::Webhook => {
                            tracing::info!(%target, "{target} takes messages again");
                        }
                        TaskKind::Refund => {
                            tracing::info!(%target, "{target} gives money back again");
                        }
                        TaskKind::Telegram => tracing::info!("alerts reach their chat again"),
                        TaskKind::Receipt => {
                            tracing::info!(%target, "{target} takes again what was sold, for tax receipts");
                        }
                        TaskKind::Print => {}
                        TaskKind::UzumCode => {
                            tracing::info!(%target, "Uzum says again what becomes of its codes");
                        }
                    }
                }
            }
            (TaskKind::Webhook, TaskState::Failed { .. }) => {
                tracing::error!(task = number.get(), %target, "{target} was not told{about}: {why}. It is not tried again; when {target} is mended: boothpay tasks retry {number}");
            }
            (TaskKind::Refund, TaskState::Failed { .. }) => {
                let cure = task.order_id.as_ref().map(|order| refunds::cure(order, number)).unwrap_or_default();
                tracing::error!(task = number.get(), %target, "the money{about} did not go back: {why}. It is owed to the customer, and is not tried again; {cure}");
            }
            (TaskKind::Telegram, TaskState::Failed { .. }) => {
                tracing::error!(
                    task = number.get(),
                    "the owner was not told by Telegram: {why}. It is not tried again; the panel's page about alerts has a test"
                );
            }
            (TaskKind::Receipt, TaskState::Failed { .. }) => {
                tracing::error!(task = number.get(), %target, "no tax receipt{about} was made through {target}: {why}. It is not tried again; mend [click.fiscal] and ask again with: boothpay tasks retry {number}; or make the receipt by hand");
            }
            // What becomes of prints is in their orders' journals, and told from there.
            (TaskKind::Print, TaskState::Failed { .. }) => {}
            (TaskKind::UzumCode, TaskState::Failed { .. }) => {
                tracing::error!(task = number.get(), %target, "what became of Uzum's code{about} is not known: {why}. It is not asked again; look into Uzum's cabinet whether it was paid, or ask again with: boothpay tasks retry {number}");
            }
            // Nothing is wrong: it has to be looked at again.
            (_, TaskState::Waiting { .. } | TaskState::Leased { .. }) if task.last_error.is_none() => {}
            (kind, TaskState::Waiting { .. } | TaskState::Leased { .. }) => {
                if self.in_trouble.insert((kind, target.clone())) {
                    match kind {
                        TaskKind::Webhook => {
                            tracing::warn!(%target, "{target} could not be told{about}: {why}. It is tried again, nothing is lost; `boothpay tasks list` shows what waits");
                        }
                        TaskKind::Refund => {
                            tracing::warn!(%target, "the money{about} has not gone back yet: {why}. It is tried again; `boothpay tasks list` shows what waits");
                        }
                        TaskKind::Telegram => {
                            tracing::warn!("the owner could not be told by Telegram: {why}. It is tried again");
                        }
                        TaskKind::Receipt => {
                            tracing::warn!(%target, "{target} has not made the tax receipt{about} yet: {why}. It is tried again; `boothpay tasks list` shows what waits");
                        }
                        TaskKind::Print => {}
                        TaskKind::UzumCode => {
                            tracing::warn!(%target, "Uzum does not say what became of its code{about}: {why}. It is asked again, nothing is lost; `boothpay tasks list` shows what waits");
                        }
                    }
                }
            }
        }
    }

    /// What is under way gets a moment; the rest may be tried again at once, by whoever comes next.
    async fn stop(mut self) {
        let all_ended = async {
            while let Some(ended) = self.running.join_next_with_id().await {
                self.note(ended);
            }
        };
        if timeout(TASKS_STOP_PATIENCE, all_ended).await.is_err() {
            self.running.shutdown().await;
            let (left, now) = (std::mem::take(&mut self.tasks), self.app.clock.now());
            let due = |task: Task| Task { state: TaskState::Waiting { due: now }, ..task };
            self.settled.extend(left.into_values().map(due));
        }
        let settled = std::mem::take(&mut self.settled);
        if !settled.is_empty()
            && let Err(error) =
                self.app.store.exchange_tasks(settled, Vec::new(), self.app.clock.now(), TASK_LEASE).await
        {
            tracing::warn!(%error, "what came of the last tasks is not recorded; they are carried out once more");
        }
    }
}

fn interrupted() -> Attempt {
    Attempt::Failed { why: "the program was stopped at it".to_owned(), wait: None }
}

/// Prints have a job of their own (`super::prints`), so that a printer that hangs holds nothing up.
const fn is_carried_out_here(kind: TaskKind) -> bool {
    match kind {
        TaskKind::Webhook | TaskKind::Refund | TaskKind::Telegram | TaskKind::UzumCode | TaskKind::Receipt => true,
        TaskKind::Print => false,
    }
}

/// One attempt. A new kind of task gets its arm here.
async fn carry_out(app: &App, caller: &Caller, task: Task) -> Attempt {
    match task.kind {
        TaskKind::Webhook if task.is_exhausted() => {
            Attempt::Hopeless { why: "the program ended at every attempt".to_owned() }
        }
        TaskKind::Webhook => tell(app, caller, task).await,
        TaskKind::Refund => refunds::carry_out(app, caller, &task).await,
        TaskKind::Telegram => alerts::carry_out(app, caller, &task).await,
        TaskKind::Print => interrupted(),
        TaskKind::UzumCode => uzum_code::carry_out(app, caller, &task).await,
        TaskKind::Receipt => click_receipts::carry_out(app, caller, &task).await,
    }
}

/// What a task says to whom it concerns, for people; `None` when it cannot be read.
pub fn said(task: &Task) -> Option<String> {
    match task.kind {
        TaskKind::Webhook => message::body(&task.payload),
        TaskKind::Refund => refunds::said(&task.payload),
        TaskKind::Telegram => alerts::said(&task.payload),
        TaskKind::Print => None,
        TaskKind::UzumCode => uzum_code::said_by(&task.payload),
        TaskKind::Receipt => click_receipts::said(&task.payload),
    }
}

async fn tell(app: &App, caller: &Caller, task: Task) -> Attempt {
    let Some(webhook) = app.settings.webhooks.iter().find(|webhook| webhook.name == task.target) else {
        let why = format!("the settings have no [[webhooks]] of the name {}", task.target);
        return Attempt::Failed { why, wait: None };
    };
    let Some(body) = message::body(&task.payload) else {
        return Attempt::Hopeless { why: "its message cannot be read".to_owned() };
    };
    post::post(caller, webhook, Letter { id: task.key.to_string(), body }, app.clock.now()).await
}

async fn remove(app: &App) {
    let (done_before, failed_before) = kept_since(app.clock.now());
    let remove = Remove { done_before, failed_before, most: TASKS_REMOVED_MAX };
    if let Err(error) = app.store.remove_tasks(remove).await {
        tracing::warn!(%error, "old tasks cannot be removed now");
    }
}
