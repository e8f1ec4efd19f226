//! Gives customers their money back: the tasks of the kind "refund".
//!
//! Each attempt looks at the ledger first: money that has gone back, whoever learned of it, is not given back again. What the
//! wallet says then is recorded in the ledger before the task is, so a program that ends between the two finds it recorded.

mod click;
mod uzum_qr;

use crate::app::App;
use crate::outgoing::line::Caller;
use crate::story;
use boothpay_protocol::ledger::giving_back::{self, GiveBack};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::task::{Attempt, Task, TaskNumber};
use boothpay_store::{StoreError, crash};

/// What came of asking a wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// The customer has his money.
    WentBack,
    /// He may have it another time.
    NotYet(String),
    /// A person has to see to it.
    Cannot(String),
}

/// One attempt.
pub(super) async fn carry_out(app: &App, caller: &Caller, task: &Task) -> Attempt {
    let Some(refund) = GiveBack::read(&task.payload) else {
        return Attempt::Hopeless { why: "whose money goes back cannot be read in it".to_owned() };
    };
    match attempt(app, caller, task, &refund).await {
        Ok(attempt) => attempt,
        Err(error) => Attempt::Failed { why: format!("the database does not work now: {error}"), wait: None },
    }
}

async fn attempt(app: &App, caller: &Caller, task: &Task, refund: &GiveBack) -> Result<Attempt, StoreError> {
    let needs = || Needs::transaction(refund.provider, refund.id.clone());
    let rows = app.store.rows(needs()).await?;
    let Some(transaction) = rows.transaction.as_ref().filter(|_| giving_back::is_owed(&rows)) else {
        return Ok(Attempt::Done);
    };
    let outcome = match refund.provider {
        _ if task.is_exhausted() => Outcome::Cannot("the program ended at every attempt".to_owned()),
        Provider::Click => click::give_back(app, caller, transaction).await?,
        Provider::UzumQr => uzum_qr::give_back(app, caller, transaction).await,
        Provider::Payme | Provider::Uzum | Provider::Uzqr | Provider::Test => {
            Outcome::Cannot(format!("{} has no call for it", refund.provider.word()))
        }
    };
    let now = app.clock.now();
    let why = match outcome {
        Outcome::WentBack => {
            crash::here(crash::Point::MoneyReversed);
            let by = Actor::Provider { provider: refund.provider, proven: true };
            let recorded = app.store.transact(needs(), by, move |rows| giving_back::went_back(rows, now)).await?;
            story::tell(&recorded.entries);
            return Ok(Attempt::Done);
        }
        Outcome::NotYet(why) if !task.is_last_attempt() => return Ok(Attempt::Failed { why, wait: None }),
        Outcome::NotYet(why) | Outcome::Cannot(why) => why,
    };
    let noted = why.clone();
    let failed = move |rows: &_| giving_back::failed(rows, &noted, now);
    story::tell(&app.store.transact(needs(), Actor::Tasks, failed).await?.entries);
    Ok(Attempt::Hopeless { why })
}

/// What a person can do about a refund that was given up.
pub fn cure(order: &OrderId, task: TaskNumber) -> String {
    format!(
        "mend it and have it tried again: boothpay tasks retry {task}; or give the money back in the wallet's cabinet or by hand, and \
         say so: boothpay order refund {order} --handed-back"
    )
}

/// What a refund is about, for people; `None` when it cannot be read.
pub(super) fn said(payload: &str) -> Option<String> {
    let GiveBack { provider, id } = GiveBack::read(payload)?;
    Some(format!("give back what {} brought by its payment {id}", provider.word()))
}
