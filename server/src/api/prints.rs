//! `/api/prints`: print jobs for the owner's own photo program, which asks for the next one and says what came of it; and a
//! customer's claim, for the owner's own page.

use super::Shared;
use super::body::{self, OrderIdText};
use crate::access::MayPrint;
use crate::app::App;
use crate::error::Problem;
use crate::kiosk::orders::is_here;
use crate::net::Visitor;
use crate::orders::Orders;
use crate::prints::{self, Handed, Told};
use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::ledger::task::TaskKey;
use boothpay_protocol::print::jobs::Report;
use boothpay_protocol::shop::PrintRefusal;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::{Instant, sleep};

/// Seconds that a call may wait for a job: proxies give up after a minute.
pub(crate) const WAIT_SECONDS_MAX: u32 = 50;

/// How often a waiting call looks by itself, for jobs whose time came without a change of an order.
const LOOK_PERIOD: Duration = Duration::from_secs(1);

/// Characters of a program's name.
pub(crate) const PROGRAM_CHARS_MAX: usize = 64;

/// The name of a program that gives none.
const NAMELESS: &str = "a program";

#[derive(Deserialize)]
pub(crate) struct Question {
    wait: Option<String>,
    program: Option<String>,
}

/// `GET /api/prints/next`: the next job, or 204 when there is nothing to print.
pub(crate) async fn next(
    State(app): Shared,
    leave: MayPrint,
    visitor: Visitor,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Response, Problem> {
    leave.count(&app, &visitor)?;
    must_make_jobs(&app)?;
    let Query(Question { wait, program }) =
        question.map_err(|_| Problem::bad_request("what follows ? in the address cannot be read"))?;
    let wait = match wait.as_deref().map(str::parse::<u32>) {
        None => 0,
        Some(Ok(seconds @ 0..=WAIT_SECONDS_MAX)) => seconds,
        Some(_) => {
            return Err(Problem::bad_request(format!(
                "wait must be a whole number of seconds, up to {WAIT_SECONDS_MAX}"
            )));
        }
    };
    let fits =
        |name: &&str| (1..=PROGRAM_CHARS_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    let program = match program.as_deref() {
        None => None,
        Some(name) => Some(Some(name).filter(fits).ok_or_else(|| {
            Problem::bad_request(format!("program must be a name of 1 to {PROGRAM_CHARS_MAX} characters"))
        })?),
    };
    let begun = Instant::now();
    let patience = Duration::from_secs(wait.into());
    let mut changes = app.store.changes();
    let mut stopping = app.stopping.clone();
    loop {
        if let Some(name) = program
            && let Some(handed) = prints::held_by(&app, name, Actor::Api).await?
        {
            return Ok(Json(shown(&handed)).into_response());
        }
        if let Some(handed) = prints::next(&app, program.unwrap_or(NAMELESS), Actor::Api).await? {
            return Ok(Json(shown(&handed)).into_response());
        }
        let left = patience.saturating_sub(begun.elapsed());
        if left.is_zero() || *stopping.borrow() {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        tokio::select! {
            change = changes.recv() => {
                // Some may have been missed: the channel ends, and another one begins.
                if matches!(change, Err(broadcast::error::RecvError::Closed)) {
                    changes = app.store.changes();
                }
            }
            () = sleep(LOOK_PERIOD.min(left)) => {}
            _ = stopping.wait_for(|stop| *stop) => {}
        }
    }
}

/// A job, as programs get it: in an answer, and as a file.
pub(crate) fn shown(handed: &Handed) -> Value {
    let Handed { key, order, picture, left, attempt, begun_before, until } = handed;
    let picture = picture.as_ref().map(|picture| {
        json!({
            "file": picture.whole_path().display().to_string(),
            "address": format!("/api/prints/{}/picture", key.as_str()),
            "width": picture.width,
            "height": picture.height,
        })
    });
    json!({
        "job": key.as_str(),
        "order_id": order.id.as_str(),
        "picture": picture,
        "copies": left,
        "copies_of_order": order.copies.get(),
        "attempt": attempt,
        "begun_before": begun_before,
        "answer_before": until.ms(),
        "amount_soum": order.amount.soum().to_string(),
        "language": order.language.map(Language::code),
        "booth": order.booth.name,
    })
}

/// `GET /api/prints/{job}/picture`: what is printed, as a JPEG, for a program on another computer.
pub(crate) async fn picture(
    State(app): Shared,
    leave: MayPrint,
    visitor: Visitor,
    OrderIdText(job): OrderIdText,
) -> Result<Response, Problem> {
    leave.count(&app, &visitor)?;
    let key = TaskKey::parse(&job).ok_or_else(no_such_job)?;
    match prints::picture(&app, key).await {
        Ok(Some(bytes)) => {
            Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"))], bytes).into_response())
        }
        Ok(None) => Err(Problem::not_found("there is no picture of such a print job")),
        Err(error) => {
            tracing::error!(%error, "the picture of a print job cannot be read now");
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the picture cannot be read now; ask again"))
        }
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    copies: Option<&'a RawValue>,
    #[serde(borrow)]
    why: Option<&'a RawValue>,
}

/// `POST /api/prints/{job}`: what came of it.
pub(crate) async fn answer(
    State(app): Shared,
    _leave: MayPrint,
    OrderIdText(job): OrderIdText,
    headers: HeaderMap,
    request: Body,
) -> Result<Json<Value>, Problem> {
    must_make_jobs(&app)?;
    body::require_json(&headers)?;
    let bytes = body::read(&app, request).await?;
    let said: Answer<'_> = body::parse(&bytes)?;
    let why = match said.why {
        Some(why) => body::text(Some(why), "why")?,
        None => "the program says no more".to_owned(),
    };
    let done = match said.copies.map(body::whole::<u16>) {
        None => None,
        Some(Some(copies)) => Some(copies),
        Some(None) => {
            return Err(Problem::bad_request("copies must be a whole number: how many of the order's copies are out"));
        }
    };
    let report = match body::text(said.result, "result")?.as_str() {
        "printing" => Report::Printing { done, until: app.clock.now().plus(app.settings.prints.job) },
        "printed" => Report::Printed { done },
        "failed" => Report::Failed { done, why },
        "unknown" => Report::Unknown { done, why },
        _ => return Err(Problem::bad_request("result must be printing, printed, failed or unknown")),
    };
    let key = TaskKey::parse(&job).ok_or_else(no_such_job)?;
    match prints::report(&app, key, report, Actor::Api).await? {
        Told::Taken(order) => Ok(Json(json!({
            "job": job,
            "order_id": order.id.as_str(),
            "print": order.printing.map(|it| it.state.word()),
            "copies_printed": order.printing.map(|it| it.done),
        }))),
        Told::Refused(refusal) => Err(Problem::conflict(refusal.to_string())),
        Told::Unknown => Err(no_such_job()),
    }
}

#[derive(Deserialize)]
struct Wish<'a> {
    #[serde(borrow)]
    order_id: Option<&'a RawValue>,
}

/// `POST /api/prints/ask`: the customer of a paid order comes for what did not come out.
pub(crate) async fn ask(
    State(app): Shared,
    leave: MayPrint,
    visitor: Visitor,
    headers: HeaderMap,
    request: Body,
) -> Result<Json<Value>, Problem> {
    leave.count(&app, &visitor)?;
    if !app.settings.prints.are_by_job() {
        must_make_jobs(&app)?;
    }
    body::require_json(&headers)?;
    let bytes = body::read(&app, request).await?;
    let id = body::order_id(&body::text(body::parse::<Wish<'_>>(&bytes)?.order_id, "order_id")?)?;
    if let Some(order) = app.store.rows(Needs::order(id.clone())).await?.order {
        is_here(&app, &order)?;
    }
    let orders = Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::Api };
    match orders.want_print(id.clone()).await? {
        Ok(_) => {
            let order = app.store.rows(Needs::order(id)).await?.order;
            let printing = order.as_ref().and_then(|order: &Order| order.printing);
            Ok(Json(json!({
                "order_id": order.map(|order| order.id.to_string()),
                "print": printing.map(|it| it.state.word()),
                "copies_printed": printing.map(|it| it.done),
            })))
        }
        Err(refusal @ PrintRefusal::NotFound) => Err(Problem::not_found(refusal.to_string())),
        Err(
            refusal @ (PrintRefusal::NotPaid
            | PrintRefusal::RefundAsked
            | PrintRefusal::ClaimOver
            | PrintRefusal::NoShots
            | PrintRefusal::Stuck
            | PrintRefusal::NoPicture
            | PrintRefusal::HasJob),
        ) => Err(Problem::conflict(refusal.to_string())),
    }
}

fn no_such_job() -> Problem {
    Problem::not_found("there is no such print job; finished ones are forgotten after a week")
}

/// A program that asks where nothing will ever come would wait for ever.
fn must_make_jobs(app: &Arc<App>) -> Result<(), Problem> {
    if app.settings.prints.by.is_own_program() {
        return Ok(());
    }
    let cure =
        "this server makes no print jobs for other programs: set by = \"own program\" in [prints] and start it again";
    Err(Problem::conflict(cure))
}
