//! The calls of one batch, decided in memory: one after the other, each on what those before it have left.

use crate::error::StoreError;
use crate::world::World;
use boothpay_protocol::ledger::journal::{Actor, Change, Entry};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows, Writes};
use boothpay_protocol::ledger::setting::Setting;
use boothpay_protocol::ledger::task::NewTask;
use boothpay_protocol::ledger::transaction::TransactionNumber;
use boothpay_protocol::panel::Audit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// A reply whose changes are committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed<R> {
    /// What the decision said.
    pub reply: R,
    /// What was written, for the log; empty when nothing was.
    pub entries: Vec<Entry>,
}

/// A call on its way: what it needs, its decision, then its answer once the commit is decided.
pub(crate) trait Call: Send {
    fn needs(&self) -> &Needs;
    fn actor(&self) -> Actor;
    /// Decides and keeps the reply. May be asked again: the last reply counts.
    fn decide(&mut self, rows: &Rows) -> Decision<()>;
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    fn finish(self: Box<Self>, outcome: Result<Vec<Entry>, StoreError>);
}

/// A call as [`crate::Store::transact`] makes it.
pub(crate) struct Asked<R, F> {
    pub(crate) needs: Needs,
    pub(crate) actor: Actor,
    pub(crate) decide: F,
    pub(crate) reply: Option<R>,
    pub(crate) answer: oneshot::Sender<Result<Committed<R>, StoreError>>,
}

impl<R, F> Call for Asked<R, F>
where
    R: Send,
    F: FnMut(&Rows) -> Decision<R> + Send,
{
    fn needs(&self) -> &Needs {
        &self.needs
    }

    fn actor(&self) -> Actor {
        self.actor
    }

    fn decide(&mut self, rows: &Rows) -> Decision<()> {
        (self.decide)(rows).map(|reply| self.reply = Some(reply))
    }

    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn finish(self: Box<Self>, outcome: Result<Vec<Entry>, StoreError>) {
        let Self { reply, answer, .. } = *self;
        let committed = outcome.and_then(|entries| Ok(Committed { reply: reply.ok_or(StoreError::Bug)?, entries }));
        // The caller may have gone; what is committed stays committed.
        let _ = answer.send(committed);
    }
}

/// A setting that a call has set, once for each time.
pub(crate) struct SettingChange {
    pub(crate) setting: Setting,
    pub(crate) actor: Actor,
}

/// What a batch comes to.
pub(crate) struct Decided {
    /// The rows as they are to be.
    pub(crate) after: World,
    /// What was set.
    pub(crate) settings: Vec<SettingChange>,
    /// What has to happen after the commit.
    pub(crate) tasks: Vec<NewTask>,
    /// Who did what.
    pub(crate) audit: Vec<Audit>,
    /// Each call's own outcome, once the commit is done.
    pub(crate) outcomes: Vec<Result<Vec<Entry>, StoreError>>,
    /// How many new transactions found no number to take.
    pub(crate) numbers_missing: i64,
}

impl Decided {
    pub(crate) fn writes_nothing(&self) -> bool {
        self.settings.is_empty() && self.tasks.is_empty() && self.outcomes.iter().flatten().all(Vec::is_empty)
    }

    /// All journal rows.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.outcomes.iter().flatten().flatten()
    }
}

/// Decides on every call. New transactions take their numbers from `numbers`; those that find none get a stand-in, and the
/// whole must be decided again with more, on the rows as they were loaded.
pub(crate) fn decide(calls: &mut [Box<dyn Call>], loaded: World, numbers: impl IntoIterator<Item = i64>) -> Decided {
    let mut decided = Decided {
        after: loaded,
        settings: Vec::new(),
        tasks: Vec::new(),
        audit: Vec::new(),
        outcomes: Vec::with_capacity(calls.len()),
        numbers_missing: 0,
    };
    let mut numbers = numbers.into_iter().peekable();
    for call in calls {
        // Below every real number, and of this call alone.
        let stand_in = decided.numbers_missing.saturating_add(1).saturating_neg();
        let number = numbers.peek().copied().unwrap_or(stand_in);
        let rows = decided.after.rows(call.needs(), TransactionNumber::new(number));
        // A panic cannot have changed anything that is used again: the rows are the call's own.
        let outcome = match catch_unwind(AssertUnwindSafe(|| call.decide(&rows))) {
            Ok(Decision { writes, tasks, audit, reply: () }) => {
                let written = write(&mut decided, &rows, call.actor(), writes);
                if written.is_ok() {
                    decided.tasks.extend(tasks);
                    decided.audit.extend(audit);
                }
                written
            }
            Err(_) => {
                tracing::error!("a decision panicked; its call gets a system error");
                Err(StoreError::Bug)
            }
        };
        let is_new = |entry: &Entry| matches!(entry.change, Change::TransactionCreated(_));
        if outcome.as_ref().is_ok_and(|entries| entries.iter().any(is_new)) && numbers.next().is_none() {
            decided.numbers_missing = decided.numbers_missing.saturating_add(1);
        }
        decided.outcomes.push(outcome);
    }
    decided
}

fn write(decided: &mut Decided, rows: &Rows, actor: Actor, writes: Writes) -> Result<Vec<Entry>, StoreError> {
    match writes {
        Writes::Nothing => Ok(Vec::new()),
        Writes::Order { order_id, at, changes } => decided.after.change(rows, &order_id, at, actor, changes),
        Writes::Setting { name, value, at } => {
            let setting = decided.after.set(name, value, at);
            decided.settings.push(SettingChange { setting, actor });
            Ok(Vec::new())
        }
    }
}
