//! `boothpay order refund`: a customer gets his money back. What the wallet has a call for becomes a task, which the server carries
//! out; for the others this says what to do in the cabinet.

use super::{change, found, show};
use crate::out;
use anyhow::{Context, Result, bail};
use boothpay_protocol::ledger::giving_back::NoRefund;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::{OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::task::TaskState;
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_protocol::providers::{WayBack, shown_id, way_back};
use boothpay_server::clock::Clock;
use boothpay_server::config::{Mode, Settings};
use boothpay_server::giving_back::{self, Next, NotHandedBack, Owed};
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

async fn ask(settings: &Settings, store: &Store, story: &OrderStory, reason: Option<&str>) -> Result<()> {
    let (order, now) = (&story.order, Clock::System.now());
    let reason = reason.map(giving_back::reason).transpose().context("--reason")?;
    let steps = match giving_back::ask(store, Actor::CommandLine, story, reason, now).await? {
        Ok(steps) => steps,
        Err(why) => return refused(&order.id, why),
    };
    for (transaction, next) in &steps {
        tell(settings, &order.id, transaction, next);
    }
    let is_asked_now = order.status == OrderStatus::Paid && order.refund_asked_at.is_none();
    if is_asked_now && order.may_have_prints() {
        let id = &order.id;
        out::complain(format_args!("its prints were started before; nothing more is printed for order {id}"));
    }
    Ok(())
}

fn refused(id: &OrderId, why: NoRefund) -> Result<()> {
    bail!("order {id}: {why}")
}

/// What happens next with money that was asked back.
fn tell(settings: &Settings, id: &OrderId, transaction: &Transaction, next: &Next) {
    let soum = transaction.amount.soum();
    match next {
        Next::Task => {
            let wallet = match transaction.provider {
                Provider::UzumQr | Provider::Uzum => "Uzum",
                Provider::Click => "Click",
                Provider::Payme | Provider::Uzqr | Provider::Test => "the wallet",
            };
            out::complain(format_args!(
                "the server asks {wallet} to give {soum} soum back, within seconds if it runs, else as soon as it is started. Watch it with \
                 `boothpay order show {id}` (status refunded: done) and `boothpay tasks list`"
            ));
            // Beside the demonstration these settings are not the server's.
            if settings.mode == Mode::Production
                && transaction.provider == Provider::Click
                && settings.click.api.is_none()
            {
                out::complain(format_args!(
                    "but click.merchant_user_id is not set, so it cannot ask. Set it and start the server again; or give the money back in \
                     Click's cabinet or by hand, and say so: boothpay order refund {id} --handed-back"
                ));
            }
        }
        Next::Cabinet => in_the_cabinet(id, transaction),
        Next::ByHand => by_the_bank(id, transaction),
        Next::OnItsWay(number, last_error) => {
            let last = last_error.as_ref().map(|why| format!(". At the last attempt: {why}")).unwrap_or_default();
            out::complain(format_args!(
                "that was asked for before and is on its way (task {number}, `boothpay tasks show {number}`){last}"
            ));
        }
        Next::Done(number) => out::complain(format_args!("task {number} is done; look at the order once more")),
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
    let (soum, payment) = (transaction.amount.soum(), shown_id(transaction.provider, &transaction.provider_id));
    let what = match transaction.provider {
        Provider::Payme => {
            "Payme gives money back only from its own cabinet: open Payme Business, find the payment in the cashbox, and cancel it"
        }
        Provider::Uzum => {
            "Uzum gives money back only by itself: cancel the payment in its cabinet, or write to its support"
        }
        Provider::Click | Provider::UzumQr | Provider::Uzqr | Provider::Test => "give it back in the wallet's cabinet",
    };
    out::complain(format_args!(
        "{what} (payment {payment}, {soum} soum). That you ask for it is noted, so this server agrees when the wallet tells it, whatever \
         its settings say about refunds; the order is refunded then. Until then `boothpay order list --owed` lists it, and nothing is \
         printed for order {id}"
    ));
}

/// A person has given the money back past this program.
async fn handed_back(store: &Store, story: &OrderStory) -> Result<()> {
    let id = &story.order.id;
    match giving_back::handed_back(store, Actor::CommandLine, story, Clock::System.now()).await? {
        Ok(()) => Ok(()),
        Err(NotHandedBack::Refused(why)) => refused(id, why),
        Err(NotHandedBack::UnderWay(number)) => bail!(
            "order {id}: the server is still at it (task {number}), so the money could go back twice. Wait until it is done or given up"
        ),
    }
}

/// Money of an order that is owed back and where that stands, for `show` and `list --owed`.
pub(super) fn owed(story: &OrderStory) -> Vec<Value> {
    let describe = |Owed { transaction, task }: Owed<'_>| {
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
    giving_back::owed(story).into_iter().map(describe).collect()
}
