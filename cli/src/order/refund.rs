//! `boothpay order refund`: a customer gets his money back. What the wallet has a call for becomes a task, which the server carries
//! out; for the others this says what to do in the cabinet.

use super::{change, found, show};
use crate::out;
use anyhow::{Result, bail};
use boothpay_protocol::card;
use boothpay_protocol::ledger::giving_back::{self, Asked, NoRefund};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::limits::REFUND_REASON_CHARS_MAX;
use boothpay_protocol::ledger::order::{OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::task::{Task, TaskState};
use boothpay_protocol::ledger::transaction::{State, Transaction};
use boothpay_protocol::providers::{WayBack, way_back};
use boothpay_server::clock::Clock;
use boothpay_server::config::{Mode, Settings};
use boothpay_server::refunds;
use boothpay_store::Store;
use boothpay_store::visit::OrderStory;
use clap::Args;
use serde_json::Value;

#[derive(Args)]
pub(crate) struct Refund {
    /// The order's id, as for show.
    #[arg(required = true, value_name = "ID")]
    id: Vec<String>,
    /// Why, in your words; kept in the order's journal.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Note that you have given the money back yourself, in Click's cabinet or by hand. Nobody is asked for it then.
    #[arg(long, conflicts_with = "reason")]
    handed_back: bool,
}

/// Does what is asked, and prints the order as it is then.
pub(super) fn run(settings: &Settings, refund: &Refund) -> Result<Value> {
    let story = found(&settings.database, &refund.id)?;
    let id = story.order.id.clone();
    change(settings, async |store| {
        if refund.handed_back {
            handed_back(store, &story).await?;
        } else {
            ask(settings, store, &story, refund.reason.as_deref()).await?;
        }
        show(settings, &[id.as_str().to_owned()])
    })
}

/// Money of this order that can go back: what paid it, or else what came and could not.
fn to_give_back(story: &OrderStory) -> Vec<&Transaction> {
    let in_state = |wanted: fn(State) -> bool| story.transactions.iter().filter(move |it| wanted(it.state));
    let paid: Vec<&Transaction> = in_state(|state| matches!(state, State::Performed { .. })).collect();
    if paid.is_empty() { in_state(|state| matches!(state, State::Owed { .. })).collect() } else { paid }
}

async fn ask(settings: &Settings, store: &Store, story: &OrderStory, reason: Option<&str>) -> Result<()> {
    let (id, now) = (&story.order.id, Clock::System.now());
    let reason = reason.map(|text| a_reason(text).map_err(anyhow::Error::msg)).transpose()?;
    if story.order.status != OrderStatus::Paid {
        let owed = to_give_back(story);
        if owed.is_empty() {
            return refused(id, why_not(story));
        }
        for transaction in owed {
            again(settings, store, story, transaction).await?;
        }
        return Ok(());
    }
    let decide = move |rows: &_| giving_back::ask(rows, reason.clone(), now);
    match store.transact(Needs::order(id.clone()), Actor::CommandLine, decide).await?.reply {
        Ok(Asked::Now) => {
            for transaction in to_give_back(story) {
                tell(settings, id, transaction);
            }
            if story.order.printed_at.is_some() {
                out::complain(format_args!("its prints were started before; nothing more is printed for order {id}"));
            }
        }
        Ok(Asked::Before) => {
            for transaction in to_give_back(story) {
                again(settings, store, story, transaction).await?;
            }
        }
        Err(why) => return refused(id, why),
    }
    Ok(())
}

/// Why an order has no money to give back.
fn why_not(story: &OrderStory) -> NoRefund {
    let went_back = |it: &Transaction| matches!(it.state, State::Refunded { .. } | State::GivenBack { .. });
    if story.transactions.iter().any(went_back) { NoRefund::WentBack } else { NoRefund::NotPaid }
}

fn refused(id: &OrderId, why: NoRefund) -> Result<()> {
    bail!("order {id}: {why}")
}

/// What happens next with money that has just been asked back.
fn tell(settings: &Settings, id: &OrderId, transaction: &Transaction) {
    let soum = transaction.amount.soum();
    match way_back(transaction.provider) {
        WayBack::Task => {
            out::complain(format_args!(
                "the server asks Click to give {soum} soum back, within seconds if it runs, else as soon as it is started. Watch it with \
                 `boothpay order show {id}` (status refunded: done) and `boothpay tasks list`"
            ));
            // Beside the demonstration these settings are not the server's.
            if settings.mode == Mode::Production && settings.click.api.is_none() {
                out::complain(format_args!(
                    "but click.merchant_user_id is not set, so it cannot ask. Set it and start the server again; or give the money back in \
                     Click's cabinet or by hand, and say so: boothpay order refund {id} --handed-back"
                ));
            }
        }
        WayBack::Cabinet => in_the_cabinet(id, transaction),
        WayBack::ByHand => by_the_bank(id, transaction),
        WayBack::NoMoney => {}
    }
}

/// What is to do where nobody but the owner can send it.
fn by_the_bank(id: &OrderId, transaction: &Transaction) {
    let soum = transaction.amount.soum();
    out::complain(format_args!(
        "what came by UzQR goes back by your bank: send {soum} soum to the customer there, then say so: boothpay order refund {id} \
         --handed-back. Until then `boothpay order list --owed` lists it, and nothing is printed for order {id}"
    ));
}

/// What is to do where the wallet has no call for it.
fn in_the_cabinet(id: &OrderId, transaction: &Transaction) {
    let (soum, payment) = (transaction.amount.soum(), &transaction.provider_id);
    let what = match transaction.provider {
        Provider::Payme => {
            "Payme gives money back only from its own cabinet: open Payme Business, find the payment in the cashbox, and cancel it"
        }
        Provider::Uzum => {
            "Uzum gives money back only by itself: cancel the payment in its cabinet, or write to its support"
        }
        Provider::Click | Provider::Uzqr | Provider::Test => "give it back in the wallet's cabinet",
    };
    out::complain(format_args!(
        "{what} (payment {payment}, {soum} soum). That you ask for it is noted, so this server agrees when the wallet tells it, whatever \
         its settings say about refunds; the order is refunded then. Until then `boothpay order list --owed` lists it, and nothing is \
         printed for order {id}"
    ));
}

/// Money that was asked back before, or that is owed anyway: what has become of that, and once more where it was given up.
async fn again(settings: &Settings, store: &Store, story: &OrderStory, transaction: &Transaction) -> Result<()> {
    let (id, now) = (&story.order.id, Clock::System.now());
    match way_back(transaction.provider) {
        WayBack::Cabinet => {
            in_the_cabinet(id, transaction);
            return Ok(());
        }
        WayBack::ByHand => {
            by_the_bank(id, transaction);
            return Ok(());
        }
        WayBack::NoMoney => return refused(id, NoRefund::NoMoney),
        WayBack::Task => {}
    }
    let Some(task) = task_of(story, transaction) else {
        let needs = Needs::transaction(transaction.provider, transaction.provider_id.clone());
        let decide = move |rows: &_| giving_back::ask_again(rows, now);
        store.transact(needs, Actor::CommandLine, decide).await?;
        tell(settings, id, transaction);
        return Ok(());
    };
    let number = task.number;
    match task.state {
        TaskState::Failed { .. } if store.retry_task(number, now).await? => tell(settings, id, transaction),
        TaskState::Failed { .. } | TaskState::Waiting { .. } | TaskState::Leased { .. } => {
            let last = task.last_error.as_ref().map(|why| format!(". At the last attempt: {why}")).unwrap_or_default();
            out::complain(format_args!(
                "that was asked for before and is on its way (task {number}, `boothpay tasks show {number}`){last}"
            ));
        }
        TaskState::Done { .. } => out::complain(format_args!("task {number} is done; look at the order once more")),
    }
    Ok(())
}

fn task_of<'a>(story: &'a OrderStory, transaction: &Transaction) -> Option<&'a Task> {
    let key = giving_back::key(transaction);
    story.refunds.iter().find(|task| task.key == key)
}

/// A person has given the money back past this program.
async fn handed_back(store: &Store, story: &OrderStory) -> Result<()> {
    let (id, now) = (&story.order.id, Clock::System.now());
    let transactions = to_give_back(story);
    if transactions.is_empty() {
        return refused(id, why_not(story));
    }
    for transaction in transactions {
        let under_way = task_of(story, transaction).filter(|task| task.state.due().is_some());
        if let Some(task) = under_way {
            bail!(
                "order {id}: the server is still at it (task {}), so the money could go back twice. Wait until it is done or given up",
                task.number
            );
        }
        let needs = Needs::transaction(transaction.provider, transaction.provider_id.clone());
        let decide = move |rows: &_| giving_back::handed_back(rows, now);
        if let Err(why) = store.transact(needs, Actor::CommandLine, decide).await?.reply {
            return refused(id, why);
        }
    }
    Ok(())
}

/// Money of an order that is owed back and where that stands, for `show` and `list --owed`.
pub(super) fn owed(story: &OrderStory) -> Vec<Value> {
    let is_owed = |transaction: &&Transaction| match transaction.state {
        State::Performed { .. } => story.order.refund_asked_at.is_some(),
        State::Owed { .. } => true,
        State::Created | State::Cancelled { .. } | State::Refunded { .. } | State::GivenBack { .. } => false,
    };
    let describe = |transaction: &Transaction| {
        let task = task_of(story, transaction);
        let next = match (way_back(transaction.provider), task) {
            (_, Some(task)) => match task.state {
                TaskState::Failed { .. } => refunds::cure(&story.order.id, task.number),
                TaskState::Waiting { .. } | TaskState::Leased { .. } | TaskState::Done { .. } => {
                    "the server carries it out".to_owned()
                }
            },
            (WayBack::Task, None) => format!("ask for it: boothpay order refund {}", story.order.id),
            (WayBack::ByHand, None) => "send it by your bank, then: boothpay order refund ID --handed-back".to_owned(),
            (WayBack::Cabinet | WayBack::NoMoney, None) => "cancel the payment in the wallet's cabinet".to_owned(),
        };
        serde_json::json!({
            "transaction": transaction.number.to_string(),
            "provider": transaction.provider.word(),
            "amount_soum": transaction.amount.soum().to_string(),
            "task": task.map(|task| task.number.get()),
            "task_state": task.map(|task| task.state.word()),
            "last_error": task.and_then(|task| task.last_error.as_deref()),
            "next": next,
        })
    };
    story.transactions.iter().filter(is_owed).map(describe).collect()
}

/// A reason that may stay in the journal for ever.
fn a_reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > REFUND_REASON_CHARS_MAX {
        return Err(format!("--reason takes 1 to {REFUND_REASON_CHARS_MAX} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("--reason takes one line".to_owned());
    }
    if card::masked(text) != text {
        return Err(
            "there is the number of a card in --reason; it stays in the journal for ever, so leave it out".to_owned()
        );
    }
    Ok(text.to_owned())
}
