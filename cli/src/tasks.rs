//! `boothpay tasks`: what the server still has to do outside the database, and what it could not. Works beside a running server.

use crate::out::{self, say};
use crate::settings::{self, Choice};
use anyhow::{Context, Result, bail};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::task::{Task, TaskKind, TaskNumber, TaskState};
use boothpay_protocol::time::TimeMs;
use boothpay_server::SigningKey;
use boothpay_server::clock::Clock;
use boothpay_server::config::Settings;
use boothpay_server::refunds;
use boothpay_store::{Address, Store, visit};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Tasks that one `retry --failed` takes at a time.
const RETRIED_AT_ONCE: u32 = 1000;

/// Characters of an error in a list; `show` has the whole.
const ERROR_CHARS_MAX: usize = 80;

/// States of tasks that are listed when nothing else is asked for.
const OPEN: [&str; 3] = ["waiting", "leased", "failed"];

#[derive(Subcommand)]
pub(crate) enum TasksCommand {
    /// List what waits to be done and what was given up, newest first.
    ///
    /// A task is something that has to happen outside the database: a message to one of your webhooks, or a refund. It is tried
    /// again for about three days, each time after a longer pause. One that has failed was given up: somebody has to look.
    List(List),
    /// Show everything about one task, its message included.
    Show {
        /// The task's number, as `boothpay tasks list` gives it.
        number: i64,
    },
    /// Try tasks again at once, with all their attempts: after what they failed at was mended.
    Retry(Retry),
    /// Print a new secret for a webhook. Nothing is stored.
    Secret,
}

#[derive(Args)]
pub(crate) struct List {
    /// Only those that were given up.
    #[arg(long, conflicts_with = "all")]
    failed: bool,
    /// Also those that are done; they are kept for a week.
    #[arg(long)]
    all: bool,
    /// At most so many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Retry {
    /// The numbers of the tasks.
    #[arg(value_name = "NUMBER")]
    numbers: Vec<i64>,
    /// All that were given up.
    #[arg(long)]
    failed: bool,
}

/// Opens the database of the settings and does what is asked.
pub(crate) fn run(choice: &Choice, command: TasksCommand) -> Result<()> {
    if let TasksCommand::Secret = command {
        say!("{}", SigningKey::draw().context("the system gives no random numbers")?);
        return Ok(());
    }
    let settings = settings::checked(choice)?;
    settings::existing(&settings.database)?;
    match command {
        TasksCommand::List(list) => list_tasks(&settings, &list),
        TasksCommand::Show { number } => show(&settings, TaskNumber::new(number)),
        TasksCommand::Retry(Retry { failed: true, .. }) => change(&settings.database, retry_failed),
        TasksCommand::Retry(Retry { numbers, .. }) => {
            change(&settings.database, async |store| retry(store, &numbers).await)
        }
        TasksCommand::Secret => Ok(()),
    }
}

/// Opens the database to change something.
fn change(database: &Address, work: impl AsyncFnOnce(&Store) -> Result<()>) -> Result<()> {
    let store = Store::open(database)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work(&store))
}

fn list_tasks(settings: &Settings, list: &List) -> Result<()> {
    let states: &'static [&'static str] = match (list.failed, list.all) {
        (true, _) => &["failed"],
        (false, true) => &TaskState::WORDS,
        (false, false) => &OPEN,
    };
    let (tasks, counts) = visit::tasks(&settings.database, states, list.limit)?;
    if !tasks.is_empty() {
        let mut rows = vec![
            ["No.", "State", "For", "Order", "Asked for", "Tries", "What comes, or what happened"].map(str::to_owned),
        ];
        rows.extend(tasks.iter().map(|task| row(task, &settings.time_zone)));
        print_columns(&rows);
        say!();
    }
    let shown = i64::try_from(tasks.len()).unwrap_or(i64::MAX);
    if shown == i64::from(list.limit) {
        say!("These are the newest {shown}; --limit shows more.");
    }
    say!("{} open, {} failed, {} done in the last week.", counts.open, counts.failed, counts.done);
    if counts.failed > 0 {
        say!("Somebody has to look at what failed. When that is mended: boothpay tasks retry --failed");
    }
    Ok(())
}

fn row(task: &Task, zone: &TimeZone) -> [String; 7] {
    let error = task.last_error.as_deref().map(|error| {
        let short: String = error.chars().take(ERROR_CHARS_MAX).collect();
        if short.len() < error.len() { format!("{short}…") } else { short }
    });
    let with_error = |what: String| match &error {
        Some(error) => format!("{what}; {error}"),
        None => what,
    };
    let story = match task.state {
        TaskState::Waiting { due } => with_error(next_try(due, zone)),
        TaskState::Leased { .. } => with_error("being tried now".to_owned()),
        TaskState::Done { at } => format!("done {}", time(at, zone)),
        TaskState::Failed { at } => with_error(format!("given up {}", time(at, zone))),
    };
    [
        task.number.to_string(),
        task.state.word().to_owned(),
        task.target.to_string(),
        task.order_id.as_ref().map_or("-", OrderId::as_str).to_owned(),
        time(task.created_at, zone),
        task.attempts.to_string(),
        story,
    ]
}

/// Each column as wide as its widest cell; the last one as it is.
fn print_columns<const N: usize>(rows: &[[String; N]]) {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..N).map(|column| width(column).unwrap_or(0)).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        say!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

fn show(settings: &Settings, number: TaskNumber) -> Result<()> {
    let task = found(visit::task(&settings.database, number)?, number)?;
    let zone = &settings.time_zone;
    say!("Task       {}", task.number);
    say!("What       {}", task.kind.word());
    say!("For        {}", task.target);
    if let Some(webhook) = settings.webhooks.iter().find(|webhook| webhook.name == task.target) {
        say!("Address    {}", webhook.address);
    }
    if let Some(order) = &task.order_id {
        say!("Order      {order}");
    }
    say!("Key        {}", task.key);
    say!("Asked for  {}", time(task.created_at, zone));
    say!("Tries      {}", task.attempts);
    match task.state {
        TaskState::Waiting { due } => say!("State      waiting; {}", next_try(due, zone)),
        TaskState::Leased { until } => {
            say!("State      being tried now; if nothing is heard of it, again {}", time(until, zone));
        }
        TaskState::Done { at } => say!("State      done {}", time(at, zone)),
        TaskState::Failed { at } => say!("State      failed, given up {}: somebody has to look", time(at, zone)),
    }
    if let Some(error) = &task.last_error {
        say!("Last error {error}");
    }
    if let (TaskKind::Refund, TaskState::Failed { .. }, Some(order)) = (task.kind, task.state, &task.order_id) {
        say!("What to do {}", refunds::cure(order, task.number));
    }
    say!("Message    {}", boothpay_server::tasks::said(&task).unwrap_or_else(|| task.payload.clone()));
    Ok(())
}

/// The task that was looked up.
fn found(task: Option<Task>, number: TaskNumber) -> Result<Task> {
    match task {
        Some(task) => Ok(task),
        None => bail!(
            "there is no task {number}. `boothpay tasks list --all` shows those that are there; finished ones are removed after \
             a while"
        ),
    }
}

async fn retry(store: &Store, numbers: &[i64]) -> Result<()> {
    for number in numbers.iter().copied().map(TaskNumber::new) {
        if store.retry_task(number, Clock::System.now()).await? {
            say!("Task {number} is tried again as soon as the server runs.");
            continue;
        }
        match found(store.task(number).await?, number)?.state {
            TaskState::Done { .. } => bail!("task {number} is done; it is not carried out a second time"),
            TaskState::Leased { .. } => bail!("task {number} is being tried right now; look again in a minute"),
            TaskState::Waiting { .. } | TaskState::Failed { .. } => {
                bail!("task {number} has just changed; try once more")
            }
        }
    }
    Ok(())
}

async fn retry_failed(store: &Store) -> Result<()> {
    let mut retried: u64 = 0;
    loop {
        let failed = store.tasks(&["failed"], RETRIED_AT_ONCE).await?;
        let before = retried;
        for task in &failed {
            if store.retry_task(task.number, Clock::System.now()).await? {
                retried = retried.saturating_add(1);
            }
        }
        if failed.is_empty() || retried == before {
            break;
        }
    }
    match retried {
        0 => out::complain(format_args!("no task has failed; there is nothing to try again")),
        1 => say!("1 task is tried again as soon as the server runs."),
        retried => say!("{retried} tasks are tried again as soon as the server runs."),
    }
    Ok(())
}

fn next_try(due: TimeMs, zone: &TimeZone) -> String {
    if due <= Clock::System.now() { "to be tried now".to_owned() } else { format!("next try {}", time(due, zone)) }
}

/// In the booth's time zone.
fn time(at: TimeMs, zone: &TimeZone) -> String {
    match Timestamp::from_millisecond(at.ms()) {
        Ok(at) => at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => at.to_string(),
    }
}
