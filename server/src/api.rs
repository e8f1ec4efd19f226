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
use crate::inspector::note::Note;
use crate::inspector::why::Why;
use crate::net::{Trouble, Visitor};
use crate::story;
use crate::text::visible;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use std::sync::Arc;

/// Any address that is not in the table.
pub(crate) async fn unknown(State(app): Shared, request: Request) -> Problem {
    note_misdirected(&app, &request);
    let visitor = Visitor::of(request.extensions(), request.headers());
    if app.net.strangers.note(Trouble::NothingThere, visitor.address, app.clock.now()) {
        story::tell_nothing_there(request.method(), request.uri().path(), visitor.address);
    }
    Problem::not_found(format!("there is nothing at {}", visible(request.uri().path())))
}

/// A call that a wallet may have meant for its own address.
fn note_misdirected(app: &App, request: &Request) {
    if story::may_be_a_wallets(request.method(), request.uri().path()) {
        let (mut parts, ()) = axum::http::Request::new(()).into_parts();
        (parts.method, parts.uri) = (request.method().clone(), request.uri().clone());
        (parts.headers, parts.extensions) = (request.headers().clone(), request.extensions().clone());
        let mut note = Note::of(app, None, parts);
        note.refused(Why::NothingThere);
        note.answered(StatusCode::NOT_FOUND, axum::body::Bytes::new());
    }
}

/// An address of the table with another method. A wallet's address that was written without its path leads to the first page.
pub(crate) async fn wrong_method(State(app): Shared, request: Request) -> Problem {
    if request.uri().path() == "/" {
        note_misdirected(&app, &request);
    }
    let detail = format!("{} does not take {}", visible(request.uri().path()), request.method());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

/// What handlers get.
type Shared = State<Arc<App>>;
