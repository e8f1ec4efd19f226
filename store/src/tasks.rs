//! Tasks as the job that carries them out, and the command line, ask for them. How they come into being is a matter of
//! [`Store::transact`]: in the commit of the decision that asks for them.

use crate::error::StoreError;
use crate::sqlite;
use crate::tables::task::{Claim, Lane, Remove, TaskCounts};
use crate::{Backend, Store};
use boothpay_protocol::ledger::task::{Task, TaskKey, TaskKind, TaskNumber};
use boothpay_protocol::time::{SpanMs, TimeMs};

impl Store {
    /// Returns when this process has committed a task since the last time. Tasks of other processes are found by looking.
    pub async fn task_committed(&self) {
        self.tasks_committed.notified().await;
    }

    /// The lanes in which tasks are due.
    pub async fn due_tasks(&self, now: TimeMs) -> Result<Vec<Lane>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::tasks::due(connection, now)).await,
            Backend::Postgres(postgres) => postgres.due_tasks(now).await,
        }
    }

    /// Records what came of tasks, and takes others that are due, each for one process at a time as long as its lease lasts.
    ///
    /// A task whose lease ended, and that somebody else has taken since, keeps what that process makes of it.
    pub async fn exchange_tasks(
        &self,
        settled: Vec<Task>,
        claims: Vec<Claim>,
        now: TimeMs,
        lease: SpanMs,
    ) -> Result<Vec<Task>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                let exchange = move |connection: &_| {
                    sqlite::tasks::settle(connection, &settled)?;
                    sqlite::tasks::claim(connection, &claims, now, lease)
                };
                sqlite.write(exchange).await
            }
            Backend::Postgres(postgres) => postgres.exchange_tasks(&settled, &claims, now, lease).await,
        }
    }

    /// Tasks of a kind that are not finished, the oldest first, at most `limit`.
    pub async fn open_tasks(&self, kind: TaskKind, limit: u32) -> Result<Vec<Task>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::tasks::open(connection, kind, limit)).await
            }
            Backend::Postgres(postgres) => postgres.open_tasks(kind, limit).await,
        }
    }

    /// A task by its key.
    pub async fn task_by_key(&self, key: TaskKey) -> Result<Option<Task>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::tasks::by_key(connection, &key)).await,
            Backend::Postgres(postgres) => postgres.task_by_key(&key).await,
        }
    }

    /// A task by its number.
    pub async fn task(&self, number: TaskNumber) -> Result<Option<Task>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(move |connection| sqlite::tasks::one(connection, number)).await,
            Backend::Postgres(postgres) => postgres.task(number).await,
        }
    }

    /// Tasks in any of these states, the newest first, at most `limit`. States are named by their words
    /// ([`boothpay_protocol::ledger::task::TaskState::WORDS`]).
    pub async fn tasks(&self, states: &'static [&'static str], limit: u32) -> Result<Vec<Task>, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.read(move |connection| sqlite::tasks::list(connection, states, limit)).await
            }
            Backend::Postgres(postgres) => postgres.tasks(states, limit).await,
        }
    }

    /// How many there are.
    pub async fn task_counts(&self) -> Result<TaskCounts, StoreError> {
        let counts = match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(sqlite::tasks::counts).await?,
            Backend::Postgres(postgres) => postgres.task_counts().await?,
        };
        Ok(TaskCounts::of(&counts))
    }

    /// Makes a task that waits or was given up due at once, with all its attempts. `false` when it is in another state, or not
    /// there.
    pub async fn retry_task(&self, number: TaskNumber, now: TimeMs) -> Result<bool, StoreError> {
        let retried = match &self.backend {
            Backend::Sqlite(sqlite) => {
                let audit = self.audit.clone();
                sqlite.write(move |connection| sqlite::tasks::retry(connection, number, now, audit.as_ref())).await?
            }
            Backend::Postgres(postgres) => postgres.retry_task(number, now, self.audit.as_ref()).await?,
        };
        if retried {
            self.tasks_committed.notify_one();
        }
        Ok(retried)
    }

    /// Ends a task that nobody needs to carry out any more; whether it was open.
    pub async fn finish_task(&self, number: TaskNumber, now: TimeMs) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::tasks::finish(connection, number, now)).await
            }
            Backend::Postgres(postgres) => postgres.finish_task(number, now).await,
        }
    }

    /// Ends a task that was given up, so that nobody has it carried out again; whether it was still given up.
    pub async fn close_failed_task(&self, number: TaskNumber, now: TimeMs) -> Result<bool, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => {
                sqlite.write(move |connection| sqlite::tasks::close_failed(connection, number, now)).await
            }
            Backend::Postgres(postgres) => postgres.close_failed_task(number, now).await,
        }
    }

    /// Removes finished tasks that nobody asks for any more; how many.
    pub async fn remove_tasks(&self, remove: Remove) -> Result<u64, StoreError> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.write(move |connection| sqlite::tasks::remove(connection, remove)).await,
            Backend::Postgres(postgres) => postgres.remove_tasks(remove).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use boothpay_protocol::ledger::task::TaskState;

    #[test]
    fn every_state_is_counted() {
        let counted = ["waiting", "leased", "done", "failed"];
        assert_eq!(counted, TaskState::WORDS);
    }
}
