//! Watches Uzum's codes: the tasks of the kind "uzum_code". Uzum does not call, so it is asked; what it says is recorded in the ledger
//! before the task is, so a program that ends between the two finds it recorded.
//!
//! | transaction | what is asked | answer | then |
//! |---|---|---|---|
//! | created | its status | SUCCESS | recorded, done |
//! | created | its status | FAILED, CANCELLED, REVERSED | recorded; from then on we have let go |
//! | created | its status | CREATED, HOLD, REVERSE_PENDING | asked again |
//! | we let go | to make it void | any | its status is asked, whatever the answer is |
//! | we let go | its status after that | SUCCESS | recorded, done: paid late, or owed back |
//! | we let go | its status after that | CANCELLED, REVERSED, or FAILED and void | done: nobody can pay it any more |
//! | any | its status | PARTIAL_CANCELLED | nothing; asked again, and the log says so |
//! | we let go, its time ran out at Uzum | its status after that | CREATED | done |
//! | we let go | its status after that | anything else | asked again |
//! | paid, owed, gone back | nothing | | done |
//!
//! An answer to a cancellation is not believed alone: a customer may have paid in that moment.

use crate::app::App;
use crate::outgoing::line::Caller;
use crate::outgoing::uzum_qr::{Unanswered, UzumQr};
use crate::story;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::ledger::task::{Attempt, Task};
use boothpay_protocol::ledger::transaction::State;
use boothpay_protocol::uzum_qr::api::{Payment, PaymentStatus, Voided};
use boothpay_protocol::uzum_qr::{self, Watched};
use boothpay_store::{StoreError, crash};

/// What Uzum says about a code comes from whom we asked.
const UZUM: Actor = Actor::Provider { provider: Provider::UzumQr, proven: true };

/// One attempt.
pub(super) async fn carry_out(app: &App, caller: &Caller, task: &Task) -> Attempt {
    let Some(watched) = Watched::read(&task.payload) else {
        return Attempt::Hopeless { why: "which code it is about cannot be read in it".to_owned() };
    };
    match attempt(app, caller, &watched.id).await {
        Ok(attempt) => attempt,
        Err(error) => failed(format!("the database does not work now: {error}")),
    }
}

async fn attempt(app: &App, caller: &Caller, id: &ProviderId) -> Result<Attempt, StoreError> {
    let rows = app.store.rows(needs(id)).await?;
    let Some(state) = rows.transaction.as_ref().map(|transaction| transaction.state) else {
        return Ok(Attempt::Done);
    };
    let is_shown = match state {
        State::Created => true,
        State::Cancelled { .. } => false,
        State::Performed { .. } | State::Refunded { .. } | State::Owed { .. } | State::GivenBack { .. } => {
            return Ok(Attempt::Done);
        }
    };
    let Some(settings) = &app.settings.uzum_qr else {
        return Ok(failed("the settings have no [uzum_qr], so Uzum cannot be asked".to_owned()));
    };
    let uzum = UzumQr { caller, settings, clock: &app.clock };
    let voided = if is_shown { None } else { Some(uzum.cancel(id).await) };
    match uzum.status(id).await {
        Ok(payment) => said(app, id, &payment, voided).await,
        Err(why) => Ok(failed(why.to_string())),
    }
}

/// What an answer comes to. `voided` is what became of making the code void, where we have let go of it.
async fn said(
    app: &App,
    id: &ProviderId,
    payment: &Payment,
    voided: Option<Result<Voided, Unanswered>>,
) -> Result<Attempt, StoreError> {
    match payment.status {
        PaymentStatus::Success => {
            crash::here(crash::Point::CodePaid);
            let (payment, rules, now) = (payment.clone(), app.settings.rules(), app.clock.now());
            let paid = move |rows: &Rows| uzum_qr::paid(&payment, rows, now, &rules);
            story::tell(&app.store.transact(needs(id), UZUM, paid).await?.entries);
            Ok(Attempt::Done)
        }
        PaymentStatus::Failed | PaymentStatus::Cancelled | PaymentStatus::Reversed => {
            let now = app.clock.now();
            let ended = move |rows: &Rows| uzum_qr::ended(rows, now);
            story::tell(&app.store.transact(needs(id), UZUM, ended).await?.entries);
            // A code that failed once is made void as well, before anybody pays it in a second try.
            let may_be_tried_again = payment.status == PaymentStatus::Failed;
            Ok(match voided {
                None => Attempt::NotYet,
                Some(Err(why)) if may_be_tried_again => failed(format!("the code is not void yet: {why}")),
                Some(Ok(Voided::Paid)) if may_be_tried_again => Attempt::NotYet,
                Some(Ok(Voided::Yes | Voided::Expired | Voided::Paid) | Err(_)) => Attempt::Done,
            })
        }
        PaymentStatus::Created => Ok(match voided {
            // Its time is over, and nobody has paid it.
            Some(Ok(Voided::Expired)) => Attempt::Done,
            Some(Err(why)) => failed(format!("the code is not void yet: {why}")),
            Some(Ok(Voided::Yes | Voided::Paid)) | None => Attempt::NotYet,
        }),
        PaymentStatus::Hold | PaymentStatus::ReversePending => Ok(Attempt::NotYet),
        PaymentStatus::PartialCancelled => Ok(failed(
            "Uzum says that a part of the money went back, which nobody here asked for; look into Uzum's cabinet"
                .to_owned(),
        )),
    }
}

fn needs(id: &ProviderId) -> Needs {
    Needs::transaction(Provider::UzumQr, id.clone())
}

fn failed(why: String) -> Attempt {
    Attempt::Failed { why, wait: None }
}

/// What a task is about, for people; `None` when it cannot be read.
pub(super) fn said_by(payload: &str) -> Option<String> {
    let Watched { id } = Watched::read(payload)?;
    Some(format!("watch Uzum's code {id} until nobody can pay it any more"))
}
