//! Click's SHOP API over HTTP (`reference/click.md §2.1`): an address for each action, and one for both.
//!
//! The order of judgement: how, how much, what, and who, because the proof is a signature over what is said. Every answer is
//! HTTP 200 with a JSON body, also to a GET, to a body that is none, and to our own faults.

use super::{Unread, close_after, fault_of, json, read_body, turn_away};
use crate::access;
use crate::app::App;
use crate::config::Mode;
use crate::inspector::note::Note;
use crate::inspector::why::Why;
use crate::limits::ANSWER_PATIENCE;
use crate::story;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use boothpay_protocol::click::wire::{self, Envelope, Route};
use boothpay_protocol::click::{self, Action, Answer, Call, Refusal};
use boothpay_protocol::fault::SystemFault;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Decision, Rows};
use boothpay_protocol::money::Tiyin;
use boothpay_store::{StoreError, crash};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// `/api/click/prepare`
pub(crate) async fn prepare(State(app): State<Arc<App>>, request: Request) -> Response {
    handle(&app, Route::Of(Action::Prepare), request).await
}

/// `/api/click/complete`
pub(crate) async fn complete(State(app): State<Arc<App>>, request: Request) -> Response {
    handle(&app, Route::Of(Action::Complete), request).await
}

/// `/api/click`
pub(crate) async fn shared(State(app): State<Arc<App>>, request: Request) -> Response {
    handle(&app, Route::Shared, request).await
}

/// Answers a call of any HTTP method, also one at which this program panics.
async fn handle(app: &Arc<App>, route: Route, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut note = Note::of(app, Some(Provider::Click), parts);
    let judged = AssertUnwindSafe(judge(app, &mut note, route, body)).catch_unwind().await;
    judged.unwrap_or_else(|_| {
        let refusal = Refusal::System(SystemFault::Bug);
        reply(app, &mut note, &Envelope::unread(refusal.clone()), Action::Prepare, &Answer::refused(refusal))
    })
}

async fn judge(app: &Arc<App>, note: &mut Note<'_>, route: Route, body: Body) -> Response {
    let envelope = read(app, note, body, route).await;
    let asked = match &envelope.request {
        Ok(asked) => asked.clone(),
        Err(refusal) => return refuse(app, note, &envelope, refusal.clone()).await,
    };
    let (service, epoch) = (asked.service_id, app.settings.epoch());
    let Some(actor) = who(app, &note.parts, &asked) else {
        let is_known = app.settings.click.services.iter().any(|known| known.id == service);
        let response = reply(app, note, &envelope, Action::Prepare, &Answer::refused(Refusal::NotSigned));
        if needs_no_proof(app) {
            // A page of elsewhere, or a strange name: that was told already.
            note.refused(Why::NoKey);
            turn_away(app, note, false, |_| {}).await;
            return response;
        }
        if !is_known {
            note.refused(Why::OtherService);
        }
        turn_away(app, note, true, |address| story::click::tell_unsigned(service, is_known, address)).await;
        return response;
    };
    if matches!(actor, Actor::Provider { proven: true, .. }) {
        note.prove();
    }
    match asked.call(route) {
        Ok(call) => {
            let answer = answer(app, note, &call, actor, epoch).await;
            reply(app, note, &envelope, call.action(), &answer)
        }
        Err(refusal) => {
            story::click::tell_malformed(&refusal);
            reply(app, note, &envelope, Action::Prepare, &Answer::refused(refusal))
        }
    }
}

async fn read(app: &App, note: &mut Note<'_>, body: Body, route: Route) -> Envelope {
    if !note.is_post() {
        return Envelope::unread(Refusal::NotPost);
    }
    match read_body(app, note.headers(), body).await {
        Ok(bytes) => {
            note.read(&bytes);
            wire::read(&bytes, route)
        }
        Err(Unread::TooLong) => Envelope::unread(Refusal::TooLong),
        Err(Unread::Unreadable(why)) => Envelope::unread(Refusal::BadForm(why)),
        // What did not arrive says nothing about the call: of all codes this alone can pass.
        Err(Unread::NotWhole(fault)) => Envelope::unread(Refusal::System(fault)),
    }
}

/// Refuses what is no call. Nobody has proven anything, so it counts as a stranger's where strangers count.
async fn refuse(app: &App, note: &mut Note<'_>, envelope: &Envelope, refusal: Refusal) -> Response {
    match app.settings.mode {
        Mode::Production | Mode::Demo => {
            turn_away(app, note, false, |address| story::click::tell_no_call(&refusal, address)).await;
        }
        Mode::Development => story::click::tell_malformed(&refusal),
    }
    let mut response = reply(app, note, envelope, Action::Prepare, &Answer::refused(refusal));
    if !note.is_post() || envelope.request == Err(Refusal::TooLong) {
        close_after(&mut response);
    }
    response
}

fn needs_no_proof(app: &App) -> bool {
    app.settings.click.services.is_empty() && app.settings.mode == Mode::Development
}

/// Who calls, by the signature alone; `None` for somebody without the right one. Only development mode lets everybody in, and
/// that mode listens on this computer only.
fn who(app: &App, parts: &Parts, asked: &wire::Request) -> Option<Actor> {
    let actor = |proven| Actor::Provider { provider: Provider::Click, proven };
    let services = &app.settings.click.services;
    if needs_no_proof(app) {
        return access::takes_unproven(app, parts).then(|| actor(false));
    }
    let service = services.iter().find(|service| service.id == asked.service_id)?;
    asked.signed.is_by(&service.key).then(|| actor(true))
}

async fn answer(app: &Arc<App>, note: &mut Note<'_>, call: &Call, actor: Actor, epoch: usize) -> Answer {
    let carried_out = tokio::time::timeout(ANSWER_PATIENCE, carry_out(app, call, actor, epoch)).await;
    let (answer, changed, price) = match carried_out {
        Ok(Ok(carried_out)) => carried_out,
        Ok(Err(error)) => {
            tracing::error!(%error, "the database could not carry out a call of Click's");
            app.net.readiness.forget();
            (Answer::refused(Refusal::System(fault_of(&error))), false, None)
        }
        Err(_) => (Answer::refused(Refusal::System(SystemFault::Timeout)), false, None),
    };
    note.price = price;
    if !changed || answer.verdict.is_err() {
        story::click::tell_call(call, answer.verdict.as_ref().err(), price);
    }
    if changed {
        crash::here(crash::Point::BeforeAnswer);
    }
    answer
}

/// The answer, whether anything was written, and what the order costs, if there is one.
type CarriedOut = (Answer, bool, Option<Tiyin>);

/// Loads, decides, and writes what is decided. The answer exists only once the commit does.
async fn carry_out(app: &Arc<App>, call: &Call, actor: Actor, epoch: usize) -> Result<CarriedOut, StoreError> {
    let now = app.clock.now();
    let (needs, call, rules, in_force) = (click::needs(call), call.clone(), app.settings.rules(), Arc::clone(app));
    let decide = move |rows: &Rows| {
        if in_force.settings.epoch() != epoch {
            return Decision::answer((Answer::refused(Refusal::System(SystemFault::Changed)), None));
        }
        click::decide(&call, rows, now, &rules).map(|answer| (answer, rows.order.as_ref().map(|order| order.amount)))
    };
    let committed = app.store.transact(needs, actor, decide).await?;
    story::tell(&committed.entries);
    let (answer, price) = committed.reply;
    Ok((answer, !committed.entries.is_empty(), price))
}

fn reply(app: &App, note: &mut Note<'_>, envelope: &Envelope, action: Action, answer: &Answer) -> Response {
    if envelope.request.is_ok() {
        note.method = Some(action.name());
    }
    if let Err(refusal) = &answer.verdict {
        note.refused(Why::of_click(refusal));
    }
    json(note, wire::write(envelope, action, answer, &app.settings.click.rules))
}
