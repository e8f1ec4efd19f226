//! Payme's webhook over HTTP (`reference/payme.md §1`).
//!
//! The order of judgement: who calls, how, how much, what. Every answer is HTTP 200 with a JSON body, also to a GET, to
//! broken JSON and to our own faults: Payme takes any other status for a broken merchant.

use super::{Unread, answered, close_after, fault_of, json, read_body, turn_away};
use crate::access;
use crate::app::App;
use crate::inspector::note::Note;
use crate::inspector::why::Why;
use crate::limits::ANSWER_PATIENCE;
use crate::story;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::period::Period;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::auth::{Credentials, Keys, LOGIN};
use boothpay_protocol::payme::key::{self, ChangedKey};
use boothpay_protocol::payme::wire::{self, Envelope};
use boothpay_protocol::payme::{self, Call, Refusal, Reply, SystemFault};
use boothpay_store::{StatementPages, StoreError, crash};
use futures_util::{FutureExt, Stream, stream};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// Who is calling.
enum Caller {
    /// Payme, with the keys that prove it.
    Payme(Keys),
    /// Anybody: development mode asks for no proof.
    Unproven,
}

impl Caller {
    const fn actor(&self) -> Actor {
        match self {
            Self::Payme(_) => Actor::Provider { provider: Provider::Payme, proven: true },
            Self::Unproven => Actor::Provider { provider: Provider::Payme, proven: false },
        }
    }

    const fn keys(&self) -> Option<Keys> {
        match self {
            Self::Payme(keys) => Some(*keys),
            Self::Unproven => None,
        }
    }
}

/// Answers a call of any HTTP method, also one at which this program panics.
pub(crate) async fn handle(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut note = Note::of(&app, Some(Provider::Payme), parts);
    let judged = AssertUnwindSafe(judge(&app, &mut note, body)).catch_unwind().await;
    judged.unwrap_or_else(|_| {
        let refusal = Refusal::System(SystemFault::Bug);
        reply(&app, &mut note, &Envelope::unread(refusal.clone()), &Err(refusal))
    })
}

async fn judge(app: &Arc<App>, note: &mut Note<'_>, body: Body) -> Response {
    let epoch = app.settings.epoch();
    let caller = authorise(app, &note.parts).await;
    if matches!(caller, Ok(Caller::Payme(_))) {
        note.prove();
    }
    if caller.is_ok() && !note.is_post() {
        return refuse(app, note, &Envelope::unread(Refusal::NotPost), &Refusal::NotPost);
    }
    let envelope = match read_body(app, note.headers(), body).await {
        Ok(bytes) => {
            note.read(&bytes);
            wire::read(&bytes, &app.settings.payme.rules)
        }
        Err(Unread::TooLong) => Envelope::unread(Refusal::TooLong),
        Err(Unread::Unreadable(why)) => Envelope::unread(Refusal::BadForm(why)),
        // What did not arrive says nothing about the call; this answer makes Payme send it again.
        Err(Unread::NotWhole(fault)) => Envelope::unread(Refusal::System(fault)),
    };
    note.method = envelope.call.as_ref().ok().map(|call| call.method().name());
    // What is left of a body that was not read would be taken for the next request.
    let unread = envelope.call == Err(Refusal::TooLong);
    let mut response = match caller {
        // The body was read only to find the id that an answer has to repeat.
        Err(refusal) => {
            let is_unknown = refusal == Refusal::NotAuthorised;
            let response = reply(app, note, &envelope, &Err(refusal));
            if is_unknown {
                let merchant = app.settings.payme.merchant_login.as_deref();
                note.not_let_in(&[LOGIN, merchant.unwrap_or(LOGIN)]);
                let had_credentials = note.headers().contains_key(header::AUTHORIZATION);
                turn_away(app, note, had_credentials, |address| story::tell_intruder(had_credentials, address)).await;
            }
            response
        }
        Ok(caller) => answer(app, note, envelope, &caller, epoch).await,
    };
    if unread {
        close_after(&mut response);
    }
    response
}

async fn answer(app: &Arc<App>, note: &mut Note<'_>, envelope: Envelope, caller: &Caller, epoch: usize) -> Response {
    let call = match &envelope.call {
        Ok(call) => call,
        Err(refusal) => return refuse(app, note, &envelope, refusal),
    };
    if let Call::Statement(period) = *call {
        return statement(app, note, envelope, period).await;
    }
    let (decided, changed, price) =
        match tokio::time::timeout(ANSWER_PATIENCE, carry_out(app, call, caller, epoch)).await {
            Ok(Ok(carried_out)) => carried_out,
            Ok(Err(error)) => {
                tracing::error!(%error, "the database could not carry out a call of Payme's");
                app.net.readiness.forget();
                (Err(Refusal::System(fault_of(&error))), false, None)
            }
            Err(_) => (Err(Refusal::System(SystemFault::Timeout)), false, None),
        };
    note.price = price;
    if !changed || decided.is_err() {
        story::tell_call(call, decided.as_ref().err(), &app.settings.payme.rules.account_field, price);
    }
    if changed {
        crash::here(crash::Point::BeforeAnswer);
    }
    reply(app, note, &envelope, &decided)
}

/// The answer, whether anything was written, and what the order costs, if the call is about one.
type CarriedOut = (Result<Reply, Refusal>, bool, Option<Tiyin>);

/// Loads, decides, and writes what is decided. The answer exists only once the commit does.
async fn carry_out(app: &Arc<App>, call: &Call, caller: &Caller, epoch: usize) -> Result<CarriedOut, StoreError> {
    let now = app.clock.now();
    let keys = caller.keys();
    let needs = payme::needs(call);
    if !payme::writes(call) {
        let rows = app.store.rows(needs).await?;
        let reply = payme::decide(call, &rows, now, &app.settings.rules(), keys.as_ref()).reply;
        return Ok((reply, false, price(&rows)));
    }
    let (call, rules, in_force) = (call.clone(), app.settings.rules(), Arc::clone(app));
    let decide = move |rows: &Rows| {
        if in_force.settings.epoch() != epoch {
            return Decision::answer((Err(Refusal::System(SystemFault::Changed)), None));
        }
        payme::decide(&call, rows, now, &rules, keys.as_ref()).map(|reply| (reply, price(rows)))
    };
    let committed = app.store.transact(needs, caller.actor(), decide).await?;
    story::tell(&committed.entries);
    let (reply, price) = committed.reply;
    Ok((reply, !committed.entries.is_empty(), price))
}

fn price(rows: &Rows) -> Option<Tiyin> {
    rows.order.as_ref().map(|order| order.amount)
}

/// Who calls, by the `Authorization` header alone. The demonstration proves itself as Payme does; only development mode
/// lets everybody in, and that mode listens on this computer only.
async fn authorise(app: &App, parts: &Parts) -> Result<Caller, Refusal> {
    let Some(configured) = app.settings.payme.key else {
        return if access::takes_unproven(app, parts) { Ok(Caller::Unproven) } else { Err(Refusal::NotAuthorised) };
    };
    let key = if app.settings.payme.rules.change_password {
        let rows = app.store.rows(Needs::setting(key::setting_name())).await;
        let rows = rows.map_err(|error| Refusal::System(fault_of(&error)))?;
        key::in_force(configured, rows.setting.as_ref()).map_err(|error| {
            tracing::error!(%error, "nobody can be proven to be Payme");
            Refusal::System(SystemFault::Store)
        })?
    } else {
        configured
    };
    let credentials = Credentials { key, merchant_login: app.settings.payme.merchant_login.as_deref() };
    let mut given = parts.headers.get_all(header::AUTHORIZATION).iter();
    match (given.next(), given.next()) {
        (Some(only), None) if credentials.accept(only.as_bytes()) => {
            Ok(Caller::Payme(Keys { configured, proven: key }))
        }
        (_, _) => Err(Refusal::NotAuthorised),
    }
}

/// At the start: a key that Payme once changed and that a newly configured key has replaced is forgotten for good.
/// Otherwise it would come back into force if the owner ever configured the old key again.
pub async fn settle_key(app: &App) -> Result<(), StoreError> {
    let Some(configured) = app.settings.payme.key else { return Ok(()) };
    let now = app.clock.now();
    let decide = move |rows: &Rows| match ChangedKey::of(rows.setting.as_ref()) {
        Ok(Some(changed)) if !changed.replaces.matches(&configured) => {
            Decision::set(key::setting_name(), None, now, true)
        }
        Ok(Some(_) | None) | Err(_) => Decision::answer(false),
    };
    if app.store.transact(Needs::setting(key::setting_name()), Actor::CommandLine, decide).await?.reply {
        tracing::warn!("the configured Payme key is new: the key that Payme had changed is no longer accepted");
    }
    Ok(())
}

async fn statement(app: &Arc<App>, note: &mut Note<'_>, envelope: Envelope, period: Period) -> Response {
    let started = tokio::time::timeout(ANSWER_PATIENCE, app.store.statement(Provider::Payme, period)).await;
    let fault = match started {
        Ok(Ok(pages)) => {
            // Sent as it is read, so it is not kept.
            note.answered(StatusCode::OK, Bytes::new());
            return answered(StatusCode::OK, Body::from_stream(statement_body(envelope, pages)));
        }
        Ok(Err(error)) => fault_of(&error),
        Err(_) => SystemFault::Timeout,
    };
    let refusal = Refusal::System(fault);
    story::tell_call(&Call::Statement(period), Some(&refusal), &app.settings.payme.rules.account_field, None);
    reply(app, note, &envelope, &Err(refusal))
}

/// A statement as it is read: start, pages, end. A fault in the middle breaks the connection, because a statement that
/// ended early could not be told from a short one.
fn statement_body(envelope: Envelope, pages: StatementPages) -> impl Stream<Item = Result<Bytes, StoreError>> + Send {
    enum Step {
        Start,
        Page { first: bool },
        Done,
    }
    stream::unfold((Step::Start, envelope, pages), async |(step, envelope, mut pages)| match step {
        Step::Start => {
            let start = Bytes::from(wire::statement_start(&envelope));
            Some((Ok(start), (Step::Page { first: true }, envelope, pages)))
        }
        Step::Page { first } => match pages.recv().await {
            Some(Ok(page)) => {
                let items: Result<Vec<String>, _> = page.iter().map(wire::statement_item).collect();
                let items = match items {
                    Ok(items) => items,
                    Err(error) => {
                        tracing::error!(%error, "a statement could not be finished");
                        let damaged = StoreError::Damaged(error.to_string().into());
                        return Some((Err(damaged), (Step::Done, envelope, pages)));
                    }
                };
                let comma = if first || items.is_empty() { "" } else { "," };
                let next = Step::Page { first: first && items.is_empty() };
                Some((Ok(Bytes::from(format!("{comma}{}", items.join(",")))), (next, envelope, pages)))
            }
            Some(Err(error)) => {
                tracing::error!(%error, "a statement could not be finished");
                Some((Err(error), (Step::Done, envelope, pages)))
            }
            None => {
                let end = Bytes::from(wire::statement_end(&envelope));
                Some((Ok(end), (Step::Done, envelope, pages)))
            }
        },
        Step::Done => None,
    })
}

fn refuse(app: &App, note: &mut Note<'_>, envelope: &Envelope, refusal: &Refusal) -> Response {
    story::tell_malformed(refusal);
    reply(app, note, envelope, &Err(refusal.clone()))
}

fn reply(app: &App, note: &mut Note<'_>, envelope: &Envelope, reply: &Result<Reply, Refusal>) -> Response {
    let rules = &app.settings.payme.rules;
    if let Err(refusal) = reply {
        note.refused(Why::of_payme(refusal, envelope.call.as_ref().ok(), rules));
    }
    json(note, wire::write(envelope, reply, rules))
}
