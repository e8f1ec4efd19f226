//! Print jobs for a photo program of the owner's own.

use super::call::{Call, Who};
use super::orders::file;
use super::schemas::{about, by_name, object, one_of, or_null, print_state, text, whole};
use crate::api::prints::{PROGRAM_CHARS_MAX, WAIT_SECONDS_MAX};
use boothpay_protocol::ledger::limits::COPIES_MAX;
use serde_json::json;

/// Text without control characters.
const NO_CONTROLS: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]+$";

pub(super) fn calls() -> Vec<Call> {
    vec![next(), answer(), picture(), ask()]
}

fn next() -> Call {
    let wait = json!({ "type": "integer", "minimum": 0, "maximum": WAIT_SECONDS_MAX, "default": 0 });
    let program = json!({ "type": "string", "minLength": 1, "maxLength": PROGRAM_CHARS_MAX, "pattern": NO_CONTROLS });
    Call::get("/api/prints/next", "nextPrint", "prints", "The next print job", Who::MayOffer)
        .about("One program has a job at a time, until it answers or `answer_before` is over.")
        .query("wait", "How many seconds the call may wait for a job", wait)
        .query("program", "A name of your choice: the same program gets the same job again", program)
        .answers(200, "A job", by_name("PrintJob"))
        .answers_nothing(204, "There is nothing to print")
        .refuses(&[400, 409, 500, 503])
}

fn answer() -> Call {
    let said = object(
        &[
            ("result", one_of(["printing", "printed", "failed", "unknown"])),
            (
                "copies",
                json!({ "type": ["integer", "null"], "minimum": 0, "maximum": COPIES_MAX, "description": "How many of the order's copies are out" }),
            ),
            ("why", or_null(text())),
        ],
        &["result"],
    );
    let taken = object(
        &[
            ("job", text()),
            ("order_id", by_name("OrderId")),
            ("print", or_null(print_state())),
            ("copies_printed", or_null(whole())),
        ],
        &[],
    );
    Call::post("/api/prints/{job}", "answerPrint", "prints", "What came of a job", Who::MayOffer)
        .part("job", "The job's id", text())
        .takes(said, json!({ "result": "printed" }))
        .answers(200, "It is kept, with the order's prints as they stand", taken)
        .refuses(&[404, 409, 500, 503])
}

fn picture() -> Call {
    Call::get("/api/prints/{job}/picture", "printPicture", "prints", "What a job prints", Who::MayOffer)
        .part("job", "The job's id", text())
        .answers_with(200, "The composed print", "image/jpeg", file())
        .refuses(&[400, 404, 500, 503])
}

fn ask() -> Call {
    let asked = object(&[("order_id", by_name("OrderId"))], &[]);
    let wanted = object(
        &[
            ("order_id", by_name("OrderId")),
            ("print", or_null(print_state())),
            ("copies_printed", about(or_null(whole()), "How many are out already")),
        ],
        &[],
    );
    Call::post("/api/prints/ask", "askForPrints", "prints", "Print what a customer has a claim to", Who::MayOffer)
        .takes(asked, json!({ "order_id": "photobooth-test-123" }))
        .answers(200, "A job is made, or there was one", wanted)
        .refuses(&[404, 409, 500, 503])
        .refuses_because(
            403,
            "The order is of another booth that shares the database, and is printed there; or a page or a name that the settings do not \
             allow, or a token without the scope that `scope` names",
        )
}
