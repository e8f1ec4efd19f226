//! The whole API for programs as one OpenAPI 3.1 document: at `/api/openapi.json`, as a page at `/api/docs`, and from `boothpay openapi`.
//!
//! It is written by hand beside the code, with the words, limits and names taken from the code where they are there. Tests keep it true:
//! every route of `routes.rs` is in it and the other way round, and every answer that the program's tests get is held against it
//! (`cli/tests/contract/description.rs`), member by member.
//!
//! | file | subject |
//! |---|---|
//! | `call.rs` | how one call is written down |
//! | `schemas.rs` | the shapes that several calls share |
//! | `orders.rs`, `figures.rs`, `prints.rs`, `sessions.rs`, `wallets.rs` | the calls |
//! | `page.rs` | the document as a page |

mod call;
mod figures;
mod orders;
pub(crate) mod page;
mod prints;
mod schemas;
mod sessions;
mod wallets;

use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// What the calls are about, in the order of the page.
const TAGS: [(&str, &str); 6] = [
    ("orders", "Make an order, show its code, learn that it is paid."),
    ("figures", "What was earned, and the payments one by one: the owner's alone."),
    ("prints", "What a photo program of yours is to print, and what came of it."),
    ("sessions", "Customers' photos on their way to the booth and home, in the form of the first user's page."),
    ("wallets", "What Payme, Click and Uzum call. Their own documentation says what it means."),
    ("server", "Whether the server runs, and this description."),
];

const ABOUT: &str = "Boothpay takes the payments of a photobooth. Bodies are JSON in UTF-8. Whatever is refused changes nothing and gets a reason as \
                     problem JSON (RFC 9457); the wallets' own addresses answer in the wallets' form. Members may be added to an answer; none is renamed \
                     or taken away. In development mode, where no wallet is connected, no call needs a token.";

/// The document.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut paths = Map::new();
    let calls = [orders::calls(), figures::calls(), prints::calls(), sessions::calls(), wallets::calls(), server()];
    for call in calls.into_iter().flatten() {
        let path = paths.entry(call.path()).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(call.method().to_owned(), call.written());
        }
    }
    let tags = TAGS.map(|(name, about)| json!({ "name": name, "description": about }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Boothpay",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/", "description": "The server that this comes from" }],
        "tags": tags,
        "paths": paths,
        "components": { "schemas": schemas::all(), "securitySchemes": call::proofs() },
    })
});

/// The document as text.
static TEXT: LazyLock<String> = LazyLock::new(|| serde_json::to_string_pretty(&*DOCUMENT).unwrap_or_default());

/// The document.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The document as it is told.
pub fn text() -> &'static str {
    &TEXT
}

/// `GET /api/openapi.json`
pub(crate) async fn handle() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text())
}

fn server() -> Vec<call::Call> {
    use call::{Call, Who};
    let says = |word: &str| schemas::object(&[("status", schemas::one_of([word]))], &["status"]);
    vec![
        Call::get("/livez", "isLive", "server", "Whether the program runs", Who::Everybody).answers(
            200,
            "It does; this says nothing about anything else",
            says("live"),
        ),
        Call::get("/readyz", "isReady", "server", "Whether it can take payments", Who::Everybody)
            .answers(200, "The database can be written to, and every job runs", says("ready"))
            .refuses(&[503]),
        Call::get("/api/openapi.json", "description", "server", "This description", Who::Everybody).answers(
            200,
            "An OpenAPI 3.1 document",
            json!({ "type": "object", "additionalProperties": true }),
        ),
        Call::get("/api/docs", "descriptionAsPage", "server", "This description as a page", Who::Everybody)
            .answers_with(200, "The page", "text/html", schemas::text())
            .refuses(&[500]),
    ]
}
