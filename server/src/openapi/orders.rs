//! The contract's own calls for orders, and the picture that a customer takes home.

use super::call::{Call, Who};
use super::schemas::{
    PAYMENT_FIELDS, about, both, by_name, milliseconds, object, one_of, or_null, payment_fields, print_state, text,
    whole,
};
use boothpay_protocol::ledger::limits::COPIES_MAX;
use serde_json::{Value, json};

pub(super) fn calls() -> Vec<Call> {
    vec![generate_qr(), payment_status(), test_payment(), test(), photo()]
}

fn generate_qr() -> Call {
    let amount = json!({
        "description": "Soum, more than 0, at most two decimals: a number, or the same as text",
        "anyOf": [{ "type": "number", "exclusiveMinimum": 0 }, { "type": "string", "pattern": "^[0-9]+(\\.[0-9]{1,2})?$", "examples": ["10000"] }],
    });
    let asked = object(
        &[
            ("order_id", by_name("OrderId")),
            ("paymentType", about(one_of(["payme", "click", "uzum", "uzqr"]), "A wallet that is connected here")),
            ("amount", amount),
            (
                "copies",
                json!({ "type": ["integer", "null"], "minimum": 1, "maximum": COPIES_MAX, "description": "At most booth.max_copies; 1 unless said" }),
            ),
        ],
        &["order_id", "paymentType", "amount"],
    );
    let link = |wallet: &str| about(text(), &format!("The same link, for {wallet}"));
    let made = object(
        &[
            ("qrCode", about(text(), "The code as a picture: data:image/png;base64,…")),
            ("paymentUrl", about(text(), "The link that is in the code; UzQR by a picture has none")),
            ("paymeUrl", link("payme")),
            ("clickUrl", link("click")),
            ("uzumUrl", link("uzum")),
            ("order_id", by_name("OrderId")),
            ("expires_at", milliseconds()),
        ],
        &["qrCode", "order_id", "expires_at"],
    );
    Call::post(
        "/api/generate-qr",
        "generateQr",
        "orders",
        "Store an order and get the code that pays it",
        Who::MayOffer,
    )
    .about("Called again with the same number, wallet and amount while the order is not paid, it answers the same.")
    .takes(asked, json!({ "order_id": "photobooth-test-123", "paymentType": "payme", "amount": 10000 }))
    .answers(200, "The order is stored, and this is its code", made)
    .refuses(&[500])
    .refuses_because(409, "The number belongs to an order with another amount, to one that is paid or closed, or to one of another booth that shares the database")
    .refuses_because(
        503,
        "The server cannot now; or the booth is closed by hand (`closed` is \"hand\") and this order would ask for money anew; or the wallet that \
         `wallet` names makes no code now, and another one may",
    )
}

fn payment_status() -> Call {
    let own = vec![
        ("status", one_of(["pending", "success", "cancelled", "refunded", "expired"])),
        ("order_id", by_name("OrderId")),
        ("stage", about(one_of(["processing"]), "While a wallet has begun to pay it")),
        ("print", about(print_state(), "How far its prints are, where print jobs make them")),
        ("copies_printed", whole()),
    ];
    let found = object(&both(own, payment_fields()), &[&["status", "order_id"][..], &PAYMENT_FIELDS[..]].concat());
    let not_found = object(&[("status", one_of(["not_found"])), ("order_id", text())], &[]);
    Call::get("/api/payment-status/{order_id}", "paymentStatus", "orders", "How an order stands", Who::Everybody)
        .about("For a page that asks every three seconds. With api.token, or a token with the scope orders, there is no limit.")
        .part("order_id", "The order's number", text())
        .answers(200, "The order", found)
        .answers(404, "There is no such order", not_found)
        .refuses(&[400, 429, 500, 503])
}

fn test_payment() -> Call {
    let paid = object(
        &[
            ("status", one_of(["ok"])),
            ("message", text()),
            ("order_id", by_name("OrderId")),
            ("payment", by_name("Payment")),
        ],
        &[],
    );
    Call::post(
        "/api/test-payment/{order_id}",
        "testPayment",
        "orders",
        "Mark an order paid without money",
        Who::Everybody,
    )
    .about("In development mode alone. In production it is 404.")
    .part("order_id", "The order's number", text())
    .answers(200, "The order is paid", paid)
    .refuses(&[400, 403, 404, 409, 500, 503])
}

fn test() -> Call {
    let there = object(
        &[
            ("status", one_of(["OK"])),
            ("message", text()),
            ("database", one_of(["connected"])),
            ("payments_count", about(or_null(whole()), "Null for whoever may not know it")),
        ],
        &[],
    );
    Call::get("/api/test", "test", "orders", "Whether the server is there, with its database", Who::Everybody)
        .answers(200, "It is", there)
        .refuses(&[429, 500, 503])
}

fn photo() -> Call {
    Call::get("/photo/{link}", "photo", "orders", "The picture that a customer takes home", Who::Everybody)
        .about(
            "The address behind the code on the booth's last screen. It answers where the wallets' webhooks do, too. When the picture is \
             not there any more, a browser (`Accept: text/html`) gets a page instead of the problem.",
        )
        .part("link", "Random, and the only key to the picture", text())
        .answers_with(200, "The picture", "image/jpeg", file())
        .refuses(&[400, 404, 429, 500, 503])
}

/// The bytes of a file.
pub(super) fn file() -> Value {
    json!({ "type": "string", "contentMediaType": "application/octet-stream" })
}
