//! The wallets' webhooks. What their members mean is in the wallets' own documentation, and in `docs/reference`.

use super::call::{Call, Who};
use super::schemas::{about, object, one_of, or_null, text, whole};
use boothpay_protocol::payme::Method;
use boothpay_protocol::uzum::Operation;
use serde_json::{Value, json};

pub(super) fn calls() -> Vec<Call> {
    let mut calls = vec![payme()];
    calls.extend([
        click("/api/click/prepare", "clickPrepare", "Click: a payment begins"),
        click("/api/click/complete", "clickComplete", "Click: the card was debited, or the payment given up"),
        click("/api/click", "clickShared", "Click: both at one address, by `action`"),
    ]);
    calls.extend(Operation::ALL.map(uzum));
    calls
}

fn payme() -> Call {
    let asked = json!({
        "type": "object",
        "properties": {
            "jsonrpc": text(),
            "id": {},
            "method": one_of(Method::ALL.map(Method::name)),
            "params": { "type": "object", "additionalProperties": true },
        },
        "required": ["method", "params"],
    });
    let message = object(&[("ru", text()), ("uz", text()), ("en", text())], &[]);
    let error = object(
        &[("code", whole()), ("message", message), ("data", about(text(), "Which field is meant"))],
        &["code", "message"],
    );
    let answer = json!({
        "type": "object",
        "properties": {
            "jsonrpc": one_of(["2.0"]),
            "id": { "description": "As it came" },
            "result": { "type": "object", "additionalProperties": true },
            "error": error,
        },
        "required": ["id"],
        "oneOf": [{ "required": ["result"] }, { "required": ["error"] }],
    });
    let check = json!({
        "id": 1,
        "method": "CheckPerformTransaction",
        "params": { "account": { "order_id": "photobooth-test-123" }, "amount": 1_000_000 },
    });
    Call::post("/api/payme/webhook", "payme", "wallets", "Payme's Merchant API", Who::Payme)
        .about("JSON-RPC. Every answer is HTTP 200, also a refusal, to any method and any body.")
        .takes_any(json!({ "application/json": { "schema": asked, "example": check } }))
        .answers(200, "A result, or an error in Payme's form", answer)
}

fn click(path: &'static str, id: &'static str, summary: &'static str) -> Call {
    let form = object(
        &[
            ("click_trans_id", whole()),
            ("service_id", whole()),
            ("click_paydoc_id", whole()),
            ("merchant_trans_id", about(text(), "The order's number")),
            ("merchant_prepare_id", about(whole(), "At Complete")),
            ("amount", about(text(), "Soum, with a decimal point")),
            ("action", json!({ "type": "integer", "enum": [0, 1], "description": "0 prepare, 1 complete" })),
            ("error", whole()),
            ("error_note", text()),
            ("sign_time", text()),
            ("sign_string", about(text(), "MD5 over the text as it is sent, with the service's key")),
        ],
        &["click_trans_id", "service_id", "merchant_trans_id", "amount", "action", "error", "sign_time", "sign_string"],
    );
    let answer = object(
        &[
            ("click_trans_id", whole()),
            ("merchant_trans_id", text()),
            ("merchant_prepare_id", whole()),
            ("merchant_confirm_id", whole()),
            ("error", about(whole(), "0, or Click's code of the refusal")),
            ("error_note", text()),
        ],
        &["error", "error_note"],
    );
    let forms: Value = ["application/x-www-form-urlencoded", "application/json"]
        .into_iter()
        .map(|kind| (kind.to_owned(), json!({ "schema": form })))
        .collect::<serde_json::Map<_, _>>()
        .into();
    Call::post(path, id, "wallets", summary, Who::Everybody)
        .about("Its proof is the signature. Every answer is HTTP 200, also a refusal, to any method and any body.")
        .takes_any(forms)
        .answers(200, "What became of it", answer)
}

fn uzum(operation: Operation) -> Call {
    let (path, id, summary) = match operation {
        Operation::Check => ("/api/uzum/check", "uzumCheck", "Uzum: whether an order can be paid"),
        Operation::Create => ("/api/uzum/create", "uzumCreate", "Uzum: a payment begins"),
        Operation::Confirm => ("/api/uzum/confirm", "uzumConfirm", "Uzum: the customer's money was taken"),
        Operation::Reverse => ("/api/uzum/reverse", "uzumReverse", "Uzum: a payment is taken back"),
        Operation::Status => ("/api/uzum/status", "uzumStatus", "Uzum: how a payment stands"),
    };
    let asked = json!({
        "type": "object",
        "properties": {
            "serviceId": whole(),
            "timestamp": whole(),
            "transId": text(),
            "params": { "type": "object", "additionalProperties": true },
            "amount": about(whole(), "tiyin"),
        },
        "required": ["serviceId", "timestamp"],
        "additionalProperties": true,
    });
    let answer = object(
        &[
            ("serviceId", or_null(whole())),
            ("transId", text()),
            ("timestamp", whole()),
            ("status", one_of(["OK", "CREATED", "CONFIRMED", "REVERSED", "FAILED"])),
            ("transTime", whole()),
            ("confirmTime", or_null(whole())),
            ("reverseTime", or_null(whole())),
            ("amount", about(whole(), "tiyin")),
            ("data", json!({ "type": "object", "additionalProperties": true })),
        ],
        &["serviceId", "status"],
    );
    let code = json!({ "description": "Uzum's code of the refusal", "type": ["string", "integer"] });
    let refusal = object(
        &[
            ("serviceId", or_null(whole())),
            ("transId", text()),
            ("timestamp", whole()),
            ("status", one_of(["FAILED"])),
            ("errorCode", code),
        ],
        &["serviceId", "timestamp", "status", "errorCode"],
    );
    Call::post(path, id, "wallets", summary, Who::Uzum)
        .about("A success is HTTP 200, every refusal 400, to any method and any body.")
        .takes_any(json!({ "application/json": { "schema": asked } }))
        .answers(200, "Done", answer)
        .answers(400, "Refused", refusal)
}
