//! Members that are missing or of another kind: a documented refusal, and nothing is written.

use crate::suite::orders::Order;
use crate::suite::{Stop, rules};
use crate::uzum::case::Case;
use crate::uzum::reply::{ACCOUNT, AMOUNT, MISSING, PARSE, SERVICE, UNKNOWN};
use serde_json::{Value, json};

rules! {
    uzum "Members":

    "UZUM-FIELD-01", Required, Merchant / Read, missing,
    "A call without serviceId, transId, params or amount, where it has one, is refused with 10005; without serviceId 10006 is right too.",
    "A missing member is taken as empty, or ends in an exception.";

    "UZUM-FIELD-02", Required, Merchant / Read, other_service,
    "check and create with another serviceId are refused with 10006.",
    "serviceId is not compared with the own one.";

    "UZUM-FIELD-03", Expected, Merchant / Inferred, other_kinds,
    "A transId, params or serviceId of another kind is refused with a documented code, not with an exception.",
    "The value goes into a query as it is.";

    "UZUM-FIELD-04", Expected, Merchant / Read, odd_amounts,
    "A sum that is no positive integer (a text, a fraction, zero, negative, too large) is refused with 10011 to 10013, 10005 or 10002.",
    "The sum is rounded, or turned into a number whatever it is.";

    "UZUM-FIELD-05", Expected, Merchant / Inferred, any_account,
    "An account of any text, very long, with quotes, with a zero byte, is refused with 10007 (or 10005, 10002).",
    "The text is put into a query, or is too long for its column, and an exception ends the call; or only the digits that it begins with are read.";

    "UZUM-FIELD-06", Required, Merchant / Read, no_account,
    "params without the order's field are refused with 10005 or 10007.",
    "The missing field is looked up as an empty text, or ends in an exception.";
}

async fn missing(case: &Case) -> Result<(), Stop> {
    let (order, id) = (case.untouched().await?, case.id());
    let calls = [
        (case.check(&order), ["serviceId", "params"].as_slice()),
        (case.create(&id, &order), &["serviceId", "transId", "params", "amount"]),
        (case.confirm(&id), &["serviceId", "transId"]),
        (case.reverse(&id), &["serviceId", "transId"]),
        (case.status(&id), &["serviceId", "transId"]),
    ];
    for (call, names) in calls {
        for name in names {
            let allowed: &[i64] = if *name == "serviceId" { &[MISSING, SERVICE] } else { &[MISSING] };
            let reply = case.play(&call.clone().without(name)).await?;
            reply.refused(allowed, &format!("from {} without {name}", call.operation))?;
        }
    }
    Ok(())
}

async fn other_service(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    for call in [case.check(&order), case.create(&case.id(), &order)] {
        let operation = call.operation;
        let reply = case.play(&call.set("serviceId", json!(case.uzum.service + 1))).await?;
        reply.refused(&[SERVICE], &format!("from {operation} for a serviceId that is not the server's"))?;
    }
    Ok(())
}

async fn other_kinds(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let allowed = &[MISSING, PARSE, SERVICE, ACCOUNT, UNKNOWN];
    for value in [json!(5), json!({}), json!(""), Value::Null, json!("x".repeat(5000)), json!("a\u{0}b")] {
        let situation = format!("from status for the transId {}", short(&value));
        case.play(&case.status("").set("transId", value)).await?.refused(allowed, &situation)?;
    }
    for value in [json!("197"), json!([]), json!(7), Value::Null] {
        let situation = format!("from check for the params {value}");
        case.play(&case.check(&order).set("params", value)).await?.refused(allowed, &situation)?;
    }
    for value in [json!("many"), json!({}), json!(-1), Value::Null] {
        let situation = format!("from check for the serviceId {value}");
        case.play(&case.check(&order).set("serviceId", value)).await?.refused(allowed, &situation)?;
    }
    Ok(())
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(40).collect()
}

async fn odd_amounts(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let mut allowed = AMOUNT.to_vec();
    allowed.extend([MISSING, PARSE]);
    let soum = order.amount / 100;
    #[allow(clippy::cast_precision_loss, reason = "a price is far below 2^53")]
    let fraction = order.amount as f64 + 0.5;
    let odd = [
        json!("much"),
        json!(0),
        json!(-order.amount),
        json!(fraction),
        json!(i64::MAX),
        json!(soum),
        Value::Null,
        json!([order.amount]),
    ];
    for value in odd {
        let id = case.id();
        let situation = format!("from create for the sum {value}");
        case.play(&case.create(&id, &order).set("amount", value)).await?.refused(&allowed, &situation)?;
        case.unknown(&id, "a create that was refused").await?;
    }
    Ok(())
}

async fn any_account(case: &Case) -> Result<(), Stop> {
    let shape = case.bench.orders.shape();
    let known = case.untouched().await?;
    let values = [
        json!("9".repeat(10_000)),
        json!("' OR '1'='1"),
        json!("order\u{0}"),
        json!("99999999999999999999"),
        json!("заказ 🙂"),
        json!(format!("{}abc", known.number(&shape.field))),
        json!({"nested": [1]}),
        json!(""),
    ];
    for value in values {
        let order = Order { account: shape.account(value.clone()), amount: 1_000_000 };
        let situation = format!("for the account {}", short(&value));
        case.play(&case.check(&order)).await?.refused(&[ACCOUNT, MISSING, PARSE], &situation)?;
    }
    Ok(())
}

async fn no_account(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    for call in [case.check(&order), case.create(&case.id(), &order)] {
        let operation = call.operation;
        let reply = case.play(&call.set("params", json!({}))).await?;
        reply.refused(&[MISSING, ACCOUNT], &format!("from {operation} for empty params"))?;
    }
    Ok(())
}
