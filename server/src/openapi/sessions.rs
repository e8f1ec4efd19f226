//! Photo sessions, in the form of the first user's page (`docs/reference/first-page.md`).

use super::call::{Call, Who};
use super::orders::file;
use super::schemas::{about, by_name, list, object, one_of, or_null, photo_kind, text, whole};
use boothpay_protocol::photos::{SessionKind, SessionStatus};
use serde_json::{Value, json};

/// A picture of one point, as PNG in base64.
const EXAMPLE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

pub(super) fn calls() -> Vec<Call> {
    vec![
        create(),
        of(Call::get("/api/session/{id}", "session", "sessions", "How a session stands", Who::Session))
            .answers(200, "The session", with_session())
            .refuses(&[410]),
        change(),
        of(Call::delete(
            "/api/session/{id}",
            "deleteSession",
            "sessions",
            "End a session with its photos",
            Who::Session,
        ))
        .answers(200, "It is over, also if it was before", done(&[("message", text())]))
        .refuses(&[409]),
        list_photos(),
        bring(
            Call::post("/api/session/{id}/photos", "bringPhoto", "sessions", "Bring a photo", Who::Session),
            vec![
                ("photo_type", or_null(photo_kind())),
                ("order_index", json!({ "type": ["integer", "null"], "minimum": 0, "maximum": u32::MAX })),
                ("telegram_file_id", or_null(text())),
            ],
        ),
        one_photo(),
        of(Call::delete(
            "/api/session/{id}/photos/{number}",
            "deletePhoto",
            "sessions",
            "Take a photo away",
            Who::Session,
        ))
        .part("number", "The photo's number", text())
        .answers(200, "It is away", done(&[("photos_count", whole())]))
        .refuses(&[409, 410]),
        of(Call::get("/api/session/{id}/result", "finishedPicture", "sessions", "The finished picture", Who::Session))
            .answers(200, "The picture", done(&[("session_id", text()), ("photo", by_name("Photo"))]))
            .refuses(&[410]),
        bring(
            Call::post(
                "/api/session/{id}/result",
                "bringFinishedPicture",
                "sessions",
                "Bring the finished picture",
                Who::Session,
            ),
            Vec::new(),
        ),
        events(),
        Call::get("/api/sessions/list", "sessions", "sessions", "The sessions, newest first", Who::Owner)
            .answers(
                200,
                "The sessions, without photos",
                done(&[("total", whole()), ("sessions", list(by_name("Session")))]),
            )
            .refuses(&[500, 503]),
        cleanup(Call::post, "cleanUp"),
        cleanup(Call::delete, "cleanUpByDelete"),
    ]
}

/// An answer that says that it went well.
fn done(members: &[(&'static str, Value)]) -> Value {
    let mut all = vec![("success", json!({ "type": "boolean", "enum": [true] }))];
    all.extend(members.iter().cloned());
    object(&all, &[])
}

fn with_session() -> Value {
    done(&[("session", by_name("Session"))])
}

/// What every call of a session has.
fn of(call: Call) -> Call {
    call.part("id", "The session's id, the only key to it", text()).refuses(&[404, 429, 500, 503])
}

fn create() -> Call {
    let asked = object(
        &[
            ("type", or_null(one_of(SessionKind::ALL.map(SessionKind::word)))),
            ("kiosk_id", json!({ "type": ["integer", "null"], "minimum": i64::MIN, "maximum": i64::MAX })),
            (
                "data",
                json!({ "type": ["object", "null"], "additionalProperties": true, "description": "Of the page's own" }),
            ),
        ],
        &["type"],
    );
    let asked = optional(asked);
    Call::post("/api/session/create", "createSession", "sessions", "Make a session", Who::MayOffer)
        .takes(asked, json!({ "type": "upload", "kiosk_id": 1, "data": {} }))
        .answers(201, "The session; with `qrCode` where there is a bot", with_session())
        .refuses(&[500, 503])
}

/// An object of which nothing has to be there.
fn optional(mut shape: Value) -> Value {
    if let Some(members) = shape.as_object_mut() {
        members.remove("required");
    }
    shape
}

fn change() -> Call {
    let words = SessionStatus::ALL.map(SessionStatus::word).into_iter().chain(["canceled"]);
    let change = object(
        &[
            ("status", or_null(one_of(words))),
            ("data", json!({ "type": ["object", "null"], "additionalProperties": true })),
        ],
        &["status"],
    );
    of(Call::put("/api/session/{id}", "changeSession", "sessions", "Complete a session, or give it up", Who::Session))
        .about("Members that only the server sets are passed over.")
        .takes(optional(change), json!({ "status": "completed" }))
        .answers(200, "The session as it is now", with_session())
        .refuses(&[409, 410])
}

fn list_photos() -> Call {
    let kinds = one_of([""].into_iter().chain(["all", "uploaded", "result"]));
    of(Call::get("/api/session/{id}/photos", "photos", "sessions", "A session's photos", Who::Session))
        .query("type", "Of one kind alone", kinds)
        .query("data", "\"none\" leaves the bytes away", text())
        .answers(200, "The photos", done(&[("session_id", text()), ("photos", list(by_name("Photo")))]))
        .refuses(&[400, 410])
}

fn bring(call: Call, more: Vec<(&'static str, Value)>) -> Call {
    let mut members = vec![(
        "photo_data",
        about(
            text(),
            "data:image/jpeg;base64,… Also PNG, WebP and HEIC, at most 20 MB. It may stand in a member of another name",
        ),
    )];
    members.extend(more);
    let brought = object(&members, &["photo_data"]);
    let kept = done(&[("session_id", text()), ("photo", by_name("Photo")), ("photos_count", whole())]);
    of(call)
        .takes(brought, json!({ "photo_data": format!("data:image/png;base64,{EXAMPLE}") }))
        .answers(201, "It is kept", kept)
        .refuses_because(413, "The picture, or all of the session's together, are too large")
        .refuses_because(415, "The body is not `application/json`, or what it brings is no picture")
        .refuses_because(507, "There is no room for photos now")
        .refuses(&[409, 410])
}

fn one_photo() -> Call {
    let call =
        Call::get("/api/session/{id}/photos/{number}", "photoFile", "sessions", "A photo as a file", Who::Session);
    of(call)
        .part("number", "The photo's number", text())
        .answers_forms(200, "The picture", &["image/jpeg", "image/png"], &file())
        .refuses(&[410])
}

fn events() -> Call {
    let event = object(&[("event", one_of(["session"])), ("data", about(text(), "JSON"))], &[]);
    of(Call::get("/api/session/{id}/events", "sessionEvents", "sessions", "A session as it changes", Who::Session))
        .about("Server-sent events `session`: `{\"session\": …, \"photos\": […], \"result\": …}`, now and after each change, without bytes.")
        .answers_with(200, "A stream; each event is of this form", "text/event-stream", event)
        .refuses(&[410])
}

fn cleanup(method: fn(&'static str, &'static str, &'static str, &'static str, Who) -> Call, id: &'static str) -> Call {
    method("/api/sessions/cleanup", id, "sessions", "End what is over at once", Who::Owner)
        .answers(200, "How many that were", done(&[("deleted", whole()), ("message", text())]))
        .refuses(&[500, 503])
}
