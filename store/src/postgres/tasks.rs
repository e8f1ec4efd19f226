//! Tasks on PostgreSQL. Whoever takes tasks passes over those that somebody else is just taking, so any number of processes do
//! so at once and none waits. Each step is one statement, so it holds or it does not.

use super::arrays::{self, Rows};
use super::panel::noted;
use super::queries::collect;
use super::{Postgres, on};
use crate::error::StoreError;
use crate::tables::task::{Claim, Lane, Remove};
use crate::tables::{Cell, task};
use boothpay_protocol::ledger::task::{Task, TaskKey, TaskKind, TaskNumber};
use boothpay_protocol::panel::Audit;
use boothpay_protocol::time::{SpanMs, TimeMs};
use std::sync::LazyLock;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

static SETTLE: LazyLock<String> =
    LazyLock::new(|| format!("{} and tasks.state = 'leased'", arrays::update(&task::TABLE, "number", "attempts")));

static CLAIM: LazyLock<String> = LazyLock::new(|| {
    format!(
        "with due as materialized (
             select number from tasks where kind = $2 and target = $3 and due_at_ms <= $4
             order by due_at_ms, number limit $5 for update skip locked)
         update tasks t set state = 'leased', due_at_ms = $1, attempts = t.attempts + 1
         from due where t.number = due.number returning {}",
        task::TABLE.read_as("t")
    )
});

impl Postgres {
    /// Targets with tasks that are due.
    pub(crate) async fn due_tasks(&self, now: TimeMs) -> Result<Vec<Lane>, StoreError> {
        let sql = "select distinct kind, target from tasks where due_at_ms <= $1";
        let parameters: [&(dyn ToSql + Sync); 1] = [&now.ms()];
        self.on_tasks(async |client| collect(client, sql, &parameters, |row| task::read_lane(row).map(Lane::of)).await)
            .await
    }

    /// Records what came of tasks, as far as they are still ours, and takes others that are due.
    pub(crate) async fn exchange_tasks(
        &self,
        settled: &[Task],
        claims: &[Claim],
        now: TimeMs,
        lease: SpanMs,
    ) -> Result<Vec<Task>, StoreError> {
        self.on_tasks(async |client| {
            settle(client, settled).await?;
            let mut claimed = Vec::new();
            for claim in claims {
                claimed.extend(take(client, claim, now, lease).await?);
            }
            Ok(claimed)
        })
        .await
    }

    /// Those of a kind that are not finished, the oldest first.
    pub(crate) async fn open_tasks(&self, kind: TaskKind, limit: u32) -> Result<Vec<Task>, StoreError> {
        let sql = format!(
            "select {} from tasks t where t.kind = $1 and t.due_at_ms is not null order by t.number limit $2",
            task::TABLE.read_as("t")
        );
        let (kind, limit) = (kind.word(), i64::from(limit));
        let parameters: [&(dyn ToSql + Sync); 2] = [&kind, &limit];
        self.on_tasks(async |client| collect(client, &sql, &parameters, task::read).await).await
    }

    pub(crate) async fn task_by_key(&self, key: &TaskKey) -> Result<Option<Task>, StoreError> {
        self.on_tasks(async |client| by_key(client, key).await).await
    }

    pub(crate) async fn task(&self, number: TaskNumber) -> Result<Option<Task>, StoreError> {
        self.on_tasks(async |client| one(client, number).await).await
    }

    pub(crate) async fn tasks(&self, states: &[&str], limit: u32) -> Result<Vec<Task>, StoreError> {
        self.on_tasks(async |client| list(client, states, limit).await).await
    }

    pub(crate) async fn task_counts(&self) -> Result<Vec<(String, i64)>, StoreError> {
        self.on_tasks(counts).await
    }

    /// Makes one wait again that nobody is at; whether it did.
    pub(crate) async fn retry_task(
        &self,
        number: TaskNumber,
        now: TimeMs,
        audit: Option<&Audit>,
    ) -> Result<bool, StoreError> {
        if let Some(audit) = audit {
            let sql = "update tasks set state = 'waiting', attempts = 0, due_at_ms = $9::bigint, finished_at_ms = null
                       where number = $8::bigint and state in ('waiting', 'failed') returning 1";
            return self.change(&noted(sql, ""), audit, &[&number.get(), &now.ms()]).await;
        }
        let sql = "update tasks set state = 'waiting', attempts = 0, due_at_ms = $2, finished_at_ms = null
                   where number = $1 and state in ('waiting', 'failed')";
        let parameters: [&(dyn ToSql + Sync); 2] = [&number.get(), &now.ms()];
        self.on_tasks(async |client| Ok(client.execute(sql, &parameters).await? > 0)).await
    }

    /// Ends one that nobody needs to carry out any more; whether it did.
    pub(crate) async fn finish_task(&self, number: TaskNumber, now: TimeMs) -> Result<bool, StoreError> {
        let sql = "update tasks set state = 'done', due_at_ms = null, finished_at_ms = $2
                   where number = $1 and state in ('waiting', 'leased')";
        let parameters: [&(dyn ToSql + Sync); 2] = [&number.get(), &now.ms()];
        self.on_tasks(async |client| Ok(client.execute(sql, &parameters).await? > 0)).await
    }

    /// Ends one that was given up; whether it still was.
    pub(crate) async fn close_failed_task(&self, number: TaskNumber, now: TimeMs) -> Result<bool, StoreError> {
        let sql = "update tasks set state = 'done', finished_at_ms = $2 where number = $1 and state = 'failed'";
        let parameters: [&(dyn ToSql + Sync); 2] = [&number.get(), &now.ms()];
        self.on_tasks(async |client| Ok(client.execute(sql, &parameters).await? > 0)).await
    }

    /// Removes finished ones; how many.
    pub(crate) async fn remove_tasks(&self, remove: Remove) -> Result<u64, StoreError> {
        let sql = "delete from tasks where number in (
                       select number from tasks where state = 'done' and finished_at_ms < $1
                       union all
                       select number from tasks where state = 'failed' and finished_at_ms < $2
                       limit $3)";
        let Remove { done_before, failed_before, most } = remove;
        let most = i64::from(most);
        let parameters: [&(dyn ToSql + Sync); 3] = [&done_before.ms(), &failed_before.ms(), &most];
        self.on_tasks(async |client| Ok(client.execute(sql, &parameters).await?)).await
    }

    async fn on_tasks<T>(&self, work: impl AsyncFnOnce(&Client) -> Result<T, StoreError>) -> Result<T, StoreError> {
        on(self.open.readers.tasks(), work).await
    }
}

pub(crate) async fn by_key(client: &Client, key: &TaskKey) -> Result<Option<Task>, StoreError> {
    let sql = format!("select {} from tasks t where t.key = $1", task::TABLE.read_as("t"));
    Ok(collect(client, &sql, &[&key.as_str()], task::read).await?.pop())
}

pub(crate) async fn one(client: &Client, number: TaskNumber) -> Result<Option<Task>, StoreError> {
    let sql = format!("select {} from tasks t where t.number = $1", task::TABLE.read_as("t"));
    let parameters: [&(dyn ToSql + Sync); 1] = [&number.get()];
    Ok(collect(client, &sql, &parameters, task::read).await?.pop())
}

/// The newest first.
pub(crate) async fn list(client: &Client, states: &[&str], limit: u32) -> Result<Vec<Task>, StoreError> {
    let sql = format!(
        "select {} from tasks t where t.state = any ($1::text[]) order by t.number desc limit $2",
        task::TABLE.read_as("t")
    );
    let limit = i64::from(limit);
    let parameters: [&(dyn ToSql + Sync); 2] = [&states, &limit];
    collect(client, &sql, &parameters, task::read).await
}

/// How many there are in each state.
pub(crate) async fn counts(client: &Client) -> Result<Vec<(String, i64)>, StoreError> {
    collect(client, "select state, count(*) from tasks group by state", &[], task::read_count).await
}

async fn settle(client: &Client, settled: &[Task]) -> Result<(), StoreError> {
    if settled.is_empty() {
        return Ok(());
    }
    let mut rows = Rows::changes(&task::TABLE, "number");
    for task in settled {
        rows.add(&task::cells(task), Some(Cell::number(task.attempts.into())));
    }
    client.execute(SETTLE.as_str(), &rows.columns()).await?;
    Ok(())
}

async fn take(client: &Client, claim: &Claim, now: TimeMs, lease: SpanMs) -> Result<Vec<Task>, StoreError> {
    let (kind, target) = (claim.lane.kind.word(), claim.lane.target.as_str());
    let (until, most) = (now.plus(lease).ms(), i64::from(claim.most));
    let parameters: [&(dyn ToSql + Sync); 5] = [&until, &kind, &target, &now.ms(), &most];
    collect(client, &CLAIM, &parameters, task::read).await
}
