//! A person gives a customer's money back, at the command line or in the panel. What the wallet has a call for becomes a task, which the
//! server carries out; for the others somebody has to go to the cabinet. The rules are in `boothpay_protocol::ledger::giving_back`.

use crate::story;
use boothpay_protocol::card;
use boothpay_protocol::ledger::giving_back::{self, Asked, NoRefund};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::limits::REFUND_REASON_CHARS_MAX;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::task::{Task, TaskNumber, TaskState};
use boothpay_protocol::ledger::transaction::{State, Transaction};
use boothpay_protocol::providers::{WayBack, way_back};
use boothpay_protocol::time::TimeMs;
use boothpay_store::visit::OrderStory;
use boothpay_store::{Store, StoreError};

/// What happens next with the money of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The server asks the wallet.
    Task,
    /// Somebody cancels the payment in the wallet's cabinet.
    Cabinet,
    /// The owner sends it by his bank, and says so.
    ByHand,
    /// It was asked for before and is on its way, by this task; what it met at its last attempt.
    OnItsWay(TaskNumber, Option<String>),
    /// This task is done; the order was looked at just before.
    Done(TaskNumber),
}

/// Money that is owed back.
#[derive(Clone, Debug)]
pub struct Owed<'a> {
    /// What brought it.
    pub transaction: &'a Transaction,
    /// What gives it back, where there is such a task.
    pub task: Option<&'a Task>,
}

/// Why nothing was noted as handed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotHandedBack {
    /// There is no such money.
    Refused(NoRefund),
    /// The server is still at it, so it could go back twice.
    UnderWay(TaskNumber),
}

/// Why a reason is none that may stay in the journal for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReasonError {
    /// Empty, or too long.
    #[error("a reason has 1 to {REFUND_REASON_CHARS_MAX} characters")]
    Length,
    /// Several lines.
    #[error("a reason is one line")]
    Lines,
    /// There is the number of a card in it.
    #[error("there is the number of a card in the reason; it stays in the journal for ever, so leave it out")]
    Card,
}

/// Reads a reason.
pub fn reason(text: &str) -> Result<String, ReasonError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > REFUND_REASON_CHARS_MAX {
        return Err(ReasonError::Length);
    }
    if text.chars().any(char::is_control) {
        return Err(ReasonError::Lines);
    }
    if card::masked(text) != text {
        return Err(ReasonError::Card);
    }
    Ok(text.to_owned())
}

/// Money of an order that can go back: what paid it, or else what came and could not.
pub fn to_give_back(story: &OrderStory) -> Vec<&Transaction> {
    let in_state = |wanted: fn(State) -> bool| story.transactions.iter().filter(move |it| wanted(it.state));
    let paid: Vec<&Transaction> = in_state(|state| matches!(state, State::Performed { .. })).collect();
    if paid.is_empty() { in_state(|state| matches!(state, State::Owed { .. })).collect() } else { paid }
}

/// Money of an order that is owed back, and where that stands.
pub fn owed(story: &OrderStory) -> Vec<Owed<'_>> {
    let is_owed = |transaction: &&Transaction| match transaction.state {
        State::Performed { .. } => story.order.refund_asked_at.is_some(),
        State::Owed { .. } => true,
        State::Created | State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => false,
    };
    let owed = |transaction| Owed { transaction, task: task_of(story, transaction) };
    story.transactions.iter().filter(is_owed).map(owed).collect()
}

/// Asks that an order's money go back. What was asked before is asked again only where it was given up.
pub async fn ask(
    store: &Store,
    actor: Actor,
    story: &OrderStory,
    reason: Option<String>,
    now: TimeMs,
) -> Result<Result<Vec<(Transaction, Next)>, NoRefund>, StoreError> {
    let money = to_give_back(story);
    let kept = if story.order.status == OrderStatus::Paid {
        let decide = move |rows: &Rows| giving_back::ask(rows, reason.clone(), now);
        match change(store, actor, Needs::order(story.order.id.clone()), decide).await? {
            Ok(Asked::Now) => {
                let next = |transaction: &Transaction| match way_back(transaction.provider) {
                    WayBack::Task => Some((transaction.clone(), Next::Task)),
                    WayBack::Cabinet => Some((transaction.clone(), Next::Cabinet)),
                    WayBack::ByHand => Some((transaction.clone(), Next::ByHand)),
                    WayBack::NoMoney => None,
                };
                return Ok(Ok(money.into_iter().filter_map(next).collect()));
            }
            // Perhaps since `story` was read: the task of who was faster is not in it.
            Ok(Asked::Before) => store.story(std::slice::from_ref(&story.order.id)).await?,
            Err(why) => return Ok(Err(why)),
        }
    } else {
        None
    };
    let story = kept.as_ref().unwrap_or(story);
    let money = to_give_back(story);
    if money.is_empty() {
        return Ok(Err(why_not(story)));
    }
    let mut steps = Vec::new();
    for transaction in money {
        match again(store, actor, story, transaction, now).await? {
            Ok(next) => steps.push((transaction.clone(), next)),
            Err(why) => return Ok(Err(why)),
        }
    }
    Ok(Ok(steps))
}

/// Notes that a person has given an order's money back past this program. Of this and of
/// asking the wallet for it, in the same instant, the second is refused: the ledger sees what was asked since `story` was read, and a
/// task that was given up is closed first, so that nobody has it tried again.
pub async fn handed_back(
    store: &Store,
    actor: Actor,
    story: &OrderStory,
    now: TimeMs,
) -> Result<Result<(), NotHandedBack>, StoreError> {
    let money = to_give_back(story);
    if money.is_empty() {
        return Ok(Err(NotHandedBack::Refused(why_not(story))));
    }
    for transaction in money {
        if let Some(task) = task_of(story, transaction) {
            let is_under_way = match task.state {
                TaskState::Waiting { .. } | TaskState::Leased { .. } => true,
                TaskState::Failed { .. } => !store.close_failed_task(task.number, now).await?,
                TaskState::Done { .. } => false,
            };
            if is_under_way {
                return Ok(Err(NotHandedBack::UnderWay(task.number)));
            }
        }
        let needs = Needs::transaction(transaction.provider, transaction.provider_id.clone());
        let asked_at = story.order.refund_asked_at;
        let decide = move |rows: &Rows| giving_back::handed_back(rows, asked_at, now);
        if let Err(why) = change(store, actor, needs, decide).await? {
            return Ok(Err(NotHandedBack::Refused(why)));
        }
    }
    Ok(Ok(()))
}

/// Money that was asked back before, or that is owed anyway: what has become of that, and once more where it was given up.
async fn again(
    store: &Store,
    actor: Actor,
    story: &OrderStory,
    transaction: &Transaction,
    now: TimeMs,
) -> Result<Result<Next, NoRefund>, StoreError> {
    match way_back(transaction.provider) {
        WayBack::Cabinet => return Ok(Ok(Next::Cabinet)),
        WayBack::ByHand => return Ok(Ok(Next::ByHand)),
        WayBack::NoMoney => return Ok(Err(NoRefund::NoMoney)),
        WayBack::Task => {}
    }
    let Some(task) = task_of(story, transaction) else {
        let needs = Needs::transaction(transaction.provider, transaction.provider_id.clone());
        change(store, actor, needs, move |rows: &Rows| giving_back::ask_again(rows, now)).await?;
        return Ok(Ok(Next::Task));
    };
    Ok(Ok(match task.state {
        TaskState::Failed { .. } if store.retry_task(task.number, now).await? => Next::Task,
        // Somebody was faster: he had it tried, or has given the money back by hand and closed it.
        TaskState::Failed { .. } => Next::Done(task.number),
        TaskState::Waiting { .. } | TaskState::Leased { .. } => Next::OnItsWay(task.number, task.last_error.clone()),
        TaskState::Done { .. } => Next::Done(task.number),
    }))
}

async fn change<R: Send + 'static>(
    store: &Store,
    actor: Actor,
    needs: Needs,
    decide: impl FnMut(&Rows) -> Decision<R> + Send + 'static,
) -> Result<R, StoreError> {
    let committed = store.transact(needs, actor, decide).await?;
    story::tell(&committed.entries);
    Ok(committed.reply)
}

/// Why an order has no money to give back.
fn why_not(story: &OrderStory) -> NoRefund {
    let went_back = |it: &Transaction| matches!(it.state, State::Refunded { .. } | State::GivenBack { .. });
    if story.transactions.iter().any(went_back) { NoRefund::WentBack } else { NoRefund::NotPaid }
}

fn task_of<'a>(story: &'a OrderStory, transaction: &Transaction) -> Option<&'a Task> {
    let key = giving_back::key(transaction);
    story.refunds.iter().find(|task| task.key == key)
}
