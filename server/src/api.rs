//! The API that the first user's page calls (the contract), and health for whoever watches the server.

pub(crate) mod body;
pub(crate) mod download;
pub(crate) mod first_page;
pub(crate) mod generate_qr;
pub(crate) mod health;
pub(crate) mod payment_status;
pub(crate) mod payments;
pub(crate) mod prints;
pub(crate) mod session;
pub(crate) mod stats;
pub(crate) mod test_payment;

use crate::app::App;
use crate::error::Problem;
use crate::inspector::call;
use crate::inspector::note::Note;
use crate::inspector::why::Why;
use crate::limits::CALL_BYTES_KEPT;
use crate::net::{Trouble, Visitor};
use crate::story;
use crate::text::visible;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use std::sync::Arc;

/// Any address that is not in the table.
pub(crate) async fn unknown(State(app): Shared, request: Request) -> Problem {
    let (parts, body) = request.into_parts();
    let visitor = Visitor::of(&parts.extensions, &parts.headers);
    if app.net.strangers.note(Trouble::NothingThere, visitor.address, app.clock.now()) {
        story::tell_nothing_there(&parts.method, parts.uri.path(), visitor.address);
    }
    let problem = Problem::not_found(format!("there is nothing at {}", visible(parts.uri.path())));
    note_misdirected(&app, parts, body).await;
    problem
}

/// A call that a wallet may have meant for its own address. By its form it is known which wallet's it is; a body of another form is nobody's
/// business here (a password may stand in it) and is not kept.
async fn note_misdirected(app: &App, parts: Parts, body: Body) {
    if !story::may_be_a_wallets(&parts.method, parts.uri.path()) {
        return;
    }
    let is_post = parts.method == Method::POST;
    let mut note = Note::of(app, None, parts);
    note.refused(Why::NothingThere);
    note.answered(StatusCode::NOT_FOUND, Bytes::new());
    // More than a wallet's call has is not waited for.
    if is_post
        && let Ok(bytes) = body::read_up_to(app, body, CALL_BYTES_KEPT).await
        && call::form_of(&bytes).is_some()
    {
        note.read(&bytes);
    }
}

/// An address of the table with another method. A wallet's address that was written without its path leads to the first page.
pub(crate) async fn wrong_method(State(app): Shared, request: Request) -> Problem {
    let (parts, body) = request.into_parts();
    let detail = format!("{} does not take {}", visible(parts.uri.path()), parts.method);
    if parts.uri.path() == "/" {
        note_misdirected(&app, parts, body).await;
    }
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

/// What handlers get.
type Shared = State<Arc<App>>;
