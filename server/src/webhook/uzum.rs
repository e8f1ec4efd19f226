//! Uzum's webhooks over HTTP (`reference/uzum.md §1`).
//!
//! The order of judgement: who calls, how, for what, how much. A success is HTTP 200, everything else 400 with Uzum's code, also
//! for our own faults; nothing that Uzum calls ever answers in another form.

use super::{Unread, answer_with, close_after, fault_of, read_body, turn_away};
use crate::access;
use crate::app::App;
use crate::inspector::note::Note;
use crate::inspector::why::Why;
use crate::limits::ANSWER_PATIENCE;
use crate::story;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use boothpay_protocol::fault::SystemFault;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Decision, Rows};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::uzum::wire::{self, Envelope};
use boothpay_protocol::uzum::{self, Call, Operation, Refusal, Reply};
use boothpay_store::{StoreError, crash};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// Where the five operations are.
const BASE: &str = "/api/uzum/";

/// Answers a call of any HTTP method to any address below [`BASE`], also one at which this program panics.
pub(crate) async fn handle(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut note = Note::of(&app, Some(Provider::Uzum), parts);
    let judged = AssertUnwindSafe(judge(&app, &mut note, body)).catch_unwind().await;
    judged.unwrap_or_else(|_| refuse(&app, &mut note, &Envelope::unread(Refusal::System(SystemFault::Bug))))
}

async fn judge(app: &Arc<App>, note: &mut Note<'_>, body: Body) -> Response {
    let epoch = app.settings.epoch();
    let proven = authorise(app, &note.parts);
    if proven == Ok(true) {
        note.prove();
    }
    let name = note.parts.uri.path().strip_prefix(BASE).unwrap_or_default().trim_end_matches('/');
    let operation = Operation::from_name(name);
    note.method = operation.map(Operation::name);
    let envelope = match (proven, operation) {
        (Ok(_), _) if !note.is_post() => Envelope::unread(Refusal::NotPost),
        (Ok(_), None) => Envelope::unread(Refusal::UnknownOperation),
        // The body of a call that is not authorised is read only for the ids that an answer repeats.
        (_, Some(operation)) => match read_body(app, note.headers(), body).await {
            Ok(bytes) => {
                note.read(&bytes);
                wire::read(operation, &bytes, &app.settings.uzum.rules)
            }
            Err(Unread::TooLong) => Envelope::unread(Refusal::TooLong),
            Err(Unread::Unreadable(why)) => Envelope::unread(Refusal::BadForm(why)),
            // What did not arrive says nothing about the call: Uzum asks how it stands.
            Err(Unread::NotWhole(fault)) => Envelope::unread(Refusal::System(fault)),
        },
        (Err(refusal), None) => Envelope::unread(refusal),
    };
    // What is left of a body that was not read would be taken for the next request.
    let unread = envelope.call == Err(Refusal::TooLong);
    let mut response = match (proven, &envelope.call) {
        (Err(refusal), _) => {
            let response = respond(app, note, &envelope, &Err(refusal));
            // Which part of the pair is wrong is not told apart: both are agreed with Uzum.
            let had_credentials = note.headers().contains_key(header::AUTHORIZATION);
            note.refused(if had_credentials { Why::WrongKey } else { Why::NoKey });
            turn_away(app, note, had_credentials, |address| story::uzum::tell_intruder(had_credentials, address)).await;
            response
        }
        (Ok(_), Err(refusal)) => {
            story::uzum::tell_malformed(*refusal);
            refuse(app, note, &envelope)
        }
        (Ok(proven), Ok(call)) => {
            let reply = answer(app, note, call, proven, epoch).await;
            respond(app, note, &envelope, &reply)
        }
    };
    if unread {
        close_after(&mut response);
    }
    response
}

/// Whether the caller has proven to be Uzum, by the `Authorization` header alone. Only development mode lets everybody in, and
/// that mode listens on this computer only.
fn authorise(app: &App, parts: &Parts) -> Result<bool, Refusal> {
    let credentials = &app.settings.uzum.credentials;
    if !credentials.are_set() {
        return if access::takes_unproven(app, parts) { Ok(false) } else { Err(Refusal::NotAuthorised) };
    }
    let mut given = parts.headers.get_all(header::AUTHORIZATION).iter();
    match (given.next(), given.next()) {
        (Some(only), None) if credentials.accept(only.as_bytes()) => Ok(true),
        (_, _) => Err(Refusal::NotAuthorised),
    }
}

async fn answer(
    app: &Arc<App>,
    note: &mut Note<'_>,
    call: &Call,
    proven: bool,
    epoch: usize,
) -> Result<Reply, Refusal> {
    let carried_out = tokio::time::timeout(ANSWER_PATIENCE, carry_out(app, call, proven, epoch)).await;
    let (reply, changed, price) = match carried_out {
        Ok(Ok(carried_out)) => carried_out,
        Ok(Err(error)) => {
            tracing::error!(%error, "the database could not carry out a call of Uzum's");
            app.net.readiness.forget();
            (Err(Refusal::System(fault_of(&error))), false, None)
        }
        Err(_) => (Err(Refusal::System(SystemFault::Timeout)), false, None),
    };
    note.price = price;
    if !changed || reply.is_err() {
        story::uzum::tell_call(call, reply.as_ref().err().copied(), price);
    }
    if changed {
        crash::here(crash::Point::BeforeAnswer);
    }
    reply
}

/// The answer, whether anything was written, and what the order costs, if the call is about one.
type CarriedOut = (Result<Reply, Refusal>, bool, Option<Tiyin>);

/// Loads, decides, and writes what is decided. The answer exists only once the commit does.
async fn carry_out(app: &Arc<App>, call: &Call, proven: bool, epoch: usize) -> Result<CarriedOut, StoreError> {
    let now = app.clock.now();
    let (needs, rules) = (uzum::needs(call), app.settings.rules());
    if !uzum::writes(call) {
        let rows = app.store.rows(needs).await?;
        return Ok((uzum::decide(call, &rows, now, &rules).reply, false, price(&rows)));
    }
    let (call, in_force) = (call.clone(), Arc::clone(app));
    let decide = move |rows: &Rows| {
        if in_force.settings.epoch() != epoch {
            return Decision::answer((Err(Refusal::System(SystemFault::Changed)), None));
        }
        uzum::decide(&call, rows, now, &rules).map(|reply| (reply, price(rows)))
    };
    let actor = Actor::Provider { provider: Provider::Uzum, proven };
    let committed = app.store.transact(needs, actor, decide).await?;
    story::tell(&committed.entries);
    let (reply, price) = committed.reply;
    Ok((reply, !committed.entries.is_empty(), price))
}

fn price(rows: &Rows) -> Option<Tiyin> {
    rows.order.as_ref().map(|order| order.amount)
}

/// Answers with what is wrong with the call itself.
fn refuse(app: &App, note: &mut Note<'_>, envelope: &Envelope) -> Response {
    let refusal = envelope.call.as_ref().err().copied().unwrap_or(Refusal::System(SystemFault::Bug));
    respond(app, note, envelope, &Err(refusal))
}

fn respond(app: &App, note: &mut Note<'_>, envelope: &Envelope, reply: &Result<Reply, Refusal>) -> Response {
    if let Err(refusal) = reply {
        note.refused(Why::of_uzum(*refusal, note.body(), &app.settings.uzum.rules));
    }
    let answer = wire::write(envelope, reply, app.clock.now(), &app.settings.uzum.rules);
    let status = if answer.is_success { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    answer_with(note, status, answer.body)
}
