//! Shapes: how they are written, and those that several calls share.

use crate::config::Scope;
use boothpay_protocol::ledger::limits::ORDER_ID_CHARS_MAX;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::photos::{PhotoKind, SessionKind, SessionStatus};
use serde_json::{Map, Value, json};

/// The shapes that have a name.
pub(super) fn all() -> Value {
    json!({
        "Problem": problem(),
        "OrderId": order_id(),
        "Payment": payment(),
        "Money": object(&money(), &[]),
        "Figures": object(&figures(), &[]),
        "Report": report(),
        "Sums": object(&sums(), &[]),
        "PrintJob": print_job(),
        "Session": session(),
        "Photo": photo(),
    })
}

/// A shape by its name.
pub(super) fn by_name(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object with these members and no others that are known. Without a list of those that are always there, all are.
pub(super) fn object(members: &[(&str, Value)], always: &[&str]) -> Value {
    let always: Vec<&str> =
        if always.is_empty() { members.iter().map(|(name, _)| *name).collect() } else { always.to_vec() };
    let members: Map<String, Value> = members.iter().map(|(name, shape)| ((*name).to_owned(), shape.clone())).collect();
    json!({ "type": "object", "properties": members, "required": always })
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

pub(super) fn whole() -> Value {
    json!({ "type": "integer" })
}

pub(super) fn yes_or_no() -> Value {
    json!({ "type": "boolean" })
}

pub(super) fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// An object whose members have names of their own.
pub(super) fn by_key(of: Value) -> Value {
    json!({ "type": "object", "additionalProperties": of })
}

/// One of some words.
pub(super) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    json!({ "type": "string", "enum": words.into_iter().collect::<Vec<_>>() })
}

/// The same, or null.
pub(super) fn or_null(mut shape: Value) -> Value {
    match shape.get("type").cloned() {
        Some(kind) => {
            if let Some(members) = shape.as_object_mut() {
                members.insert("type".to_owned(), json!([kind, "null"]));
                if let Some(words) = members.get_mut("enum").and_then(Value::as_array_mut) {
                    words.push(Value::Null);
                }
            }
            shape
        }
        None => json!({ "anyOf": [shape, { "type": "null" }] }),
    }
}

/// A shape with words about it.
pub(super) fn about(mut shape: Value, words: &str) -> Value {
    if let Some(members) = shape.as_object_mut() {
        members.insert("description".to_owned(), words.into());
    }
    shape
}

/// Soum, with at most two decimals.
pub(super) fn soum() -> Value {
    json!({ "type": "number", "description": "soum" })
}

pub(super) fn wallet() -> Value {
    one_of(Provider::ALL.map(Provider::word))
}

/// A time as the first user's page reads it.
pub(super) fn time() -> Value {
    about(
        text(),
        "UTC, ISO 8601 without a zone, with six digits of a second, or none where they are all 0: 2026-11-30T02:14:53.050000",
    )
}

pub(super) fn milliseconds() -> Value {
    about(whole(), "milliseconds since 1970, UTC")
}

/// Two objects as one.
pub(super) fn both(
    mut one: Vec<(&'static str, Value)>,
    other: Vec<(&'static str, Value)>,
) -> Vec<(&'static str, Value)> {
    one.extend(other);
    one
}

/// How far prints are.
pub(super) fn print_state() -> Value {
    one_of(["shots", "asked", "printing", "printed", "failed", "stuck", "unknown", "claim", "stopped"])
}

fn problem() -> Value {
    object(
        &[
            ("type", one_of(["about:blank"])),
            ("title", text()),
            ("status", whole()),
            ("detail", about(text(), "What is wrong, and what to do")),
            (
                "order",
                json!({ "type": "object", "additionalProperties": true, "description": "The order as it stands" }),
            ),
            (
                "prices",
                json!({ "type": "object", "additionalProperties": true, "description": "The booth's prices as they are" }),
            ),
            ("wallet", about(wallet(), "The wallet that does not do its part; another one may")),
            ("success", about(json!({ "type": "boolean", "enum": [false] }), "At the calls of photo sessions")),
            ("error", about(text(), "The same as detail, at the calls of photo sessions")),
            ("closed", about(text(), "In a word why the booth sells nothing now")),
            ("scope", about(one_of(Scope::ALL.map(Scope::word)), "The scope that the token lacks")),
        ],
        &["type", "title", "status", "detail"],
    )
}

fn order_id() -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": ORDER_ID_CHARS_MAX,
        "pattern": "^[A-Za-z0-9._-]+$",
        "description": "The order's number, chosen by whoever makes it",
    })
}

/// What a payment has beside its order's number and its status.
pub(super) fn payment_fields() -> Vec<(&'static str, Value)> {
    vec![
        ("id", about(or_null(whole()), "Its number in the list")),
        ("transaction_id", about(or_null(text()), "The wallet's number of the payment")),
        ("amount", soum()),
        ("payment_type", wallet()),
        (
            "verified",
            about(
                json!({ "type": "boolean", "enum": [false] }),
                "Only where it is false: nobody but the booth's staff saw this money",
            ),
        ),
        (
            "state",
            about(
                json!({ "type": "integer", "enum": [0, 1, 2, -1, -2] }),
                "0 before a payment; 1 begun, 2 paid, -1 given up, -2 gone back",
            ),
        ),
        ("create_time", time()),
        ("perform_time", or_null(time())),
        ("cancel_time", or_null(time())),
        ("created_at", time()),
        ("updated_at", time()),
    ]
}

/// Of these, what is always there.
pub(super) const PAYMENT_FIELDS: [&str; 10] = [
    "id",
    "transaction_id",
    "amount",
    "payment_type",
    "state",
    "create_time",
    "perform_time",
    "cancel_time",
    "created_at",
    "updated_at",
];

fn payment() -> Value {
    let own = vec![("order_id", by_name("OrderId")), ("status", one_of(["pending", "success", "canceled", "failed"]))];
    object(&both(own, payment_fields()), &[&["order_id", "status"][..], &PAYMENT_FIELDS[..]].concat())
}

/// Money of some time, by what has become of it.
fn money() -> Vec<(&'static str, Value)> {
    vec![
        ("paid", about(whole(), "Came in this time, also what was refunded later")),
        (
            "paid_soum",
            about(soum(), "soum, also what was refunded later; outside `report` this name is for what is left"),
        ),
        ("refunded", about(whole(), "Of paid, what was refunded, whenever that was")),
        ("refunded_soum", soum()),
        ("net", about(whole(), "Paid, less refunded: outside `report` this is called paid")),
        ("net_soum", soum()),
        ("unverified", about(whole(), "Of net, what nobody but the booth's staff has seen")),
        ("unverified_soum", soum()),
        ("tests", about(whole(), "Of net, test payments, which are no money")),
        ("tests_soum", soum()),
        ("owed", about(whole(), "Came too late, and has to go back")),
        ("owed_soum", soum()),
        ("given_back", about(whole(), "Came too late, and has gone back")),
        ("given_back_soum", soum()),
        ("went_back", about(whole(), "Went back in this time, whenever it had come")),
        ("went_back_soum", soum()),
        ("average_soum", or_null(soum())),
    ]
}

fn figures() -> Vec<(&'static str, Value)> {
    let shown = vec![
        ("asked_back", about(whole(), "Paid, and somebody asked the money back, which has not gone yet")),
        ("asked_back_soum", soum()),
        ("orders", about(whole(), "Orders that were made")),
        ("sold", about(whole(), "Of these, paid, also if the money went back later")),
        ("sold_percent", or_null(json!({ "type": "number" }))),
        ("copies", whole()),
        ("copies_per_order", or_null(json!({ "type": "number" }))),
        ("waiting", whole()),
        ("cancelled_unscanned", whole()),
        ("cancelled_begun", whole()),
        ("expired_unscanned", whole()),
        ("expired_begun", whole()),
    ];
    both(money(), shown)
}

fn report() -> Value {
    let figures_of =
        |name: &'static str, words: &str| list(object(&both(vec![(name, about(text(), words))], figures()), &[]));
    let before =
        object(&[("period", text()), ("total", by_name("Figures")), ("by_now", or_null(by_name("Figures")))], &[]);
    object(
        &[
            ("period", about(text(), "2026-11-28, 2026-11 or 2026")),
            ("time_zone", text()),
            ("total", by_name("Figures")),
            ("before", about(before, "The same weekday of the week before, or the month or year before")),
            ("parts", figures_of("begins", "The hour, day or month")),
            ("by_provider", by_key(by_name("Money"))),
            ("by_booth", figures_of("booth", "The booth's id")),
            ("owed_now", whole()),
            ("owed_now_soum", soum()),
        ],
        &[],
    )
}

/// What stands, and what went back.
pub(super) fn sums() -> Vec<(&'static str, Value)> {
    vec![
        ("paid", about(whole(), "Came and was not refunded: `net` in `report`")),
        ("paid_soum", about(soum(), "soum, without what was refunded: `net_soum` in `report`")),
        ("unverified", whole()),
        ("unverified_soum", soum()),
        ("refunded", whole()),
        ("refunded_soum", soum()),
    ]
}

/// How many orders have each status.
pub(super) fn by_status() -> Value {
    object(&OrderStatus::ALL.map(|status| (status.word(), whole())), &[])
}

fn print_job() -> Value {
    let picture = object(
        &[
            ("file", about(text(), "Where it lies on the server's computer")),
            ("address", about(text(), "Where another computer gets it")),
            ("width", whole()),
            ("height", whole()),
        ],
        &[],
    );
    object(
        &[
            ("job", text()),
            ("order_id", by_name("OrderId")),
            ("picture", about(or_null(picture), "The composed print, where the booth's page took the pictures")),
            ("copies", about(whole(), "How many are to be printed now")),
            ("copies_of_order", whole()),
            ("attempt", whole()),
            ("begun_before", about(yes_or_no(), "Somebody had the job before and never answered")),
            ("answer_before", milliseconds()),
            ("amount_soum", about(text(), "What the order costs")),
            ("language", or_null(text())),
            ("booth", text()),
        ],
        &[],
    )
}

fn session() -> Value {
    let data = json!({ "type": ["object", "null"], "additionalProperties": true, "description": "What the page keeps with it" });
    object(
        &[
            ("id", about(text(), "The only key to the session")),
            ("kiosk_id", whole()),
            ("type", one_of(SessionKind::ALL.map(SessionKind::word))),
            ("status", one_of(SessionStatus::ALL.map(SessionStatus::word))),
            ("created_at", time()),
            ("expires_at", time()),
            ("completed_at", or_null(time())),
            ("telegram_user_id", or_null(whole())),
            ("telegram_username", or_null(text())),
            ("data", data),
            ("photos_count", whole()),
            ("uploaded_count", whole()),
            ("photos_wanted", whole()),
            ("photos_max", whole()),
            ("has_result", yes_or_no()),
            ("telegram_url", about(or_null(text()), "The address behind the customer's code")),
            ("qrCode", about(text(), "That code as a picture, in the answer that made the session")),
        ],
        &[
            "id",
            "kiosk_id",
            "type",
            "status",
            "created_at",
            "expires_at",
            "completed_at",
            "telegram_user_id",
            "telegram_username",
            "data",
            "photos_count",
            "uploaded_count",
            "photos_wanted",
            "photos_max",
            "has_result",
            "telegram_url",
        ],
    )
}

/// The kinds of photos that a page brings and asks for.
pub(super) fn photo_kind() -> Value {
    one_of([PhotoKind::Uploaded.word(), PhotoKind::Result.word()])
}

fn photo() -> Value {
    object(
        &[
            ("id", about(whole(), "Its number in the session")),
            ("session_id", text()),
            ("photo_type", photo_kind()),
            ("photo_path", about(text(), "Where the server gives it as a file")),
            ("photo_data", about(or_null(text()), "data:image/jpeg;base64,…")),
            ("telegram_file_id", or_null(text())),
            ("uploaded_at", time()),
            ("width", whole()),
            ("height", whole()),
            ("order_index", whole()),
        ],
        &[],
    )
}
