//! SetFiscalData: optional; Payme hands over the fiscal receipt of a payment and of its refund.

use crate::payme::case::Case;
use crate::payme::reply::{Code, Reply};
use crate::suite::Stop;
use serde_json::{Value, json};

use crate::suite::rules;

rules! {
    payme "SetFiscalData":

    "PAYME-FISCAL-01", Required, Fiscal, perform,
    "The receipt of a payment (PERFORM) is answered with success true.",
    "The receipt is looked up by another id than Payme's.";

    "PAYME-FISCAL-02", Required, Fiscal, cancel,
    "The receipt of a refund (CANCEL) is accepted next to that of the payment.",
    "A second receipt is refused as a duplicate.";

    "PAYME-FISCAL-03", Required, Fiscal, unknown,
    "A transaction that does not exist is refused with -32001.",
    "The code of the other methods is used; this one has its own.";

    "PAYME-FISCAL-04", Required, Fiscal, unknown_type,
    "Another type than PERFORM and CANCEL is refused with -32602.",
    "The type is stored without a check.";

    "PAYME-FISCAL-05", Expected, Fiscal, repeat,
    "The same call again is answered with success true.",
    "The repeat is refused as a duplicate.";

    "PAYME-FISCAL-06", Expected, Fiscal, number_or_text,
    "`receipt_id` is accepted as a number (the documentation's sample) and as a string (its table).",
    "The schema knows only one of the two types.";

    "PAYME-FISCAL-07", Expected, Fiscal, missing_data,
    "Missing fiscal_data is refused with -32602 or -32600.",
    "The parameter is used without a check.";

    "PAYME-FISCAL-08", Required, Fiscal, leaves_transaction,
    "Fiscal data change neither the state nor the times of the transaction.",
    "The row's update time is used as one of the answered times.";

    "PAYME-FISCAL-09", Advice, Fiscal, unsuccessful,
    "Data of a fiscalisation that failed (a status other than 0, an empty link) are accepted.",
    "The link is required to be a URL.";
}

fn data(receipt_id: Value) -> Value {
    json!({
        "receipt_id": receipt_id, "status_code": 0, "message": "accepted", "terminal_id": "EP000000000025",
        "fiscal_sign": "800031554082", "date": "20220706221021",
        "qr_code_url": "https://ofd.soliq.uz/check?t=EP000000000025&r=123456&c=20220706221021&s=800031554082",
    })
}

/// Calls the method; a server that does not have it is not tested further.
async fn set(case: &Case, params: &Value) -> Result<Reply, Stop> {
    let reply = case.call("SetFiscalData", params).await?;
    match reply.code() {
        Some(-32601) => Err(Stop::Skip("the server does not have SetFiscalData (optional)".to_owned())),
        Some(_) | None => Ok(reply),
    }
}

fn success(reply: &Reply) -> Result<(), Stop> {
    match reply.result().and_then(|result| result.get("success")) {
        Some(Value::Bool(true)) => Ok(()),
        Some(_) | None => Err(reply.broken("success true")),
    }
}

async fn perform(case: &Case) -> Result<(), Stop> {
    let (paid, _) = case.performed().await?;
    success(&set(case, &json!({"id": paid.id, "type": "PERFORM", "fiscal_data": data(json!("121"))})).await?)
}

async fn cancel(case: &Case) -> Result<(), Stop> {
    // A server without the method has nothing to refund for it.
    set(case, &json!({"id": case.id(), "type": "CANCEL", "fiscal_data": data(json!("122"))})).await?;
    let (refunded, _) = case.refunded().await?;
    for kind in ["PERFORM", "CANCEL"] {
        success(&set(case, &json!({"id": refunded.id, "type": kind, "fiscal_data": data(json!("122"))})).await?)?;
    }
    Ok(())
}

async fn unknown(case: &Case) -> Result<(), Stop> {
    let reply = set(case, &json!({"id": case.id(), "type": "PERFORM", "fiscal_data": data(json!("123"))})).await?;
    reply.refused(&[Code::Exactly(-32001)], "for a transaction that does not exist").map(drop)
}

const BAD_PARAMS: &[Code] = &[Code::Exactly(-32602)];

async fn unknown_type(case: &Case) -> Result<(), Stop> {
    let (paid, _) = case.performed().await?;
    let reply = set(case, &json!({"id": paid.id, "type": "LOST", "fiscal_data": data(json!("124"))})).await?;
    reply.refused(BAD_PARAMS, "for the type LOST").map(drop)
}

async fn repeat(case: &Case) -> Result<(), Stop> {
    let (paid, _) = case.performed().await?;
    for _ in 0..2 {
        success(&set(case, &json!({"id": paid.id, "type": "PERFORM", "fiscal_data": data(json!("125"))})).await?)?;
    }
    Ok(())
}

async fn number_or_text(case: &Case) -> Result<(), Stop> {
    let (paid, _) = case.performed().await?;
    for receipt_id in [json!(121), json!("121")] {
        success(&set(case, &json!({"id": paid.id, "type": "PERFORM", "fiscal_data": data(receipt_id)})).await?)?;
    }
    Ok(())
}

async fn missing_data(case: &Case) -> Result<(), Stop> {
    let (paid, _) = case.performed().await?;
    let reply = set(case, &json!({"id": paid.id, "type": "PERFORM"})).await?;
    reply.refused(&[Code::Exactly(-32602), Code::Exactly(-32600)], "when fiscal_data is missing").map(drop)
}

async fn leaves_transaction(case: &Case) -> Result<(), Stop> {
    let (paid, _) = case.performed().await?;
    let before = case.stored(&paid.id, 2).await?;
    set(case, &json!({"id": paid.id, "type": "PERFORM", "fiscal_data": data(json!("126"))})).await?;
    case.check(&paid.id).await?.same_as(&before)
}

async fn unsuccessful(case: &Case) -> Result<(), Stop> {
    let (paid, _) = case.performed().await?;
    let mut fiscal_data = data(json!("0"));
    fiscal_data["status_code"] = json!(1);
    fiscal_data["qr_code_url"] = json!("");
    success(&set(case, &json!({"id": paid.id, "type": "PERFORM", "fiscal_data": fiscal_data})).await?)
}
