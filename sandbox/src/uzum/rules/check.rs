//! check: may this order be paid, and what does it cost?

use crate::suite::answer::shown;
use crate::suite::orders::soum;
use crate::suite::{Stop, rules};
use crate::uzum::case::Case;
use crate::uzum::reply::{ACCOUNT, PAID};
use serde_json::{Value, json};

rules! {
    uzum "check":

    "UZUM-CHECK-01", Required, Merchant / Official, allowed,
    "check of an order that waits for payment is answered with status OK.",
    "The name of the order's field in params is another one, or serviceId is compared as a text.";

    "UZUM-CHECK-02", Required, Merchant / Official, members,
    "The answer has the serviceId of the request, and the time of the answer in milliseconds.",
    "The time is in seconds, a text, or left out.";

    "UZUM-CHECK-03", Required, Merchant / Read, unknown_order,
    "An order that does not exist is refused with 10007.",
    "The codes of an older edition are answered, where 10007 and 10008 are swapped; or the look-up raises an exception.";

    "UZUM-CHECK-04", Required, Merchant / Read, paid_order,
    "An order that was paid is refused with 10008.",
    "The state of the order is not looked at.";

    "UZUM-CHECK-05", Required, Merchant / Official, writes_nothing,
    "check stores nothing: the order can be checked again, and then created and confirmed.",
    "check reserves the order or makes a transaction.";

    "UZUM-CHECK-06", Expected, Merchant / Read, sum_in_soum,
    "If data has an amount, it is the price in soum: the app fills it in.",
    "The amount is in tiyin, as everywhere else: the customer is asked for a hundred times the price.";

    "UZUM-CHECK-07", Advice, Merchant / Read, sum_given,
    "data.amount.value is the price as a text.",
    "No amount is answered: the customer has to type it.";

    "UZUM-CHECK-08", Expected, Merchant / Read, data_form,
    "Every value in data is an object with a `value`.",
    "data has plain texts.";
}

async fn allowed(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    case.play(&case.check(&order)).await?.accepted("OK", "for an order that waits for payment")
}

async fn members(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let reply = case.play(&case.check(&order)).await?;
    reply.accepted("OK", "for an order that waits for payment").map_err(|stop| stop.step(&["UZUM-CHECK-01"]))?;
    reply.member("serviceId", &json!(case.uzum.service))?;
    reply.recent("timestamp").map(drop)
}

async fn unknown_order(case: &Case) -> Result<(), Stop> {
    let reply = case.play(&case.check(&case.nobodys_order())).await?;
    reply.refused(&[ACCOUNT], "for an order that does not exist").map(drop)
}

async fn paid_order(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let (transaction, _) = case.confirmed().await?;
    let reply = case.play(&case.check(&transaction.order)).await?;
    reply.refused(&[PAID], "for an order that was paid").map(drop)
}

async fn writes_nothing(case: &Case) -> Result<(), Stop> {
    let order = case.order().await?;
    for _ in 0..3 {
        case.play(&case.check(&order)).await?.accepted("OK", "for the same check again")?;
    }
    case.still_waits(&order).await
}

async fn data(case: &Case) -> Result<(usize, i64, Option<Value>), Stop> {
    let order = case.untouched().await?;
    let reply = case.play(&case.check(&order)).await?;
    reply.accepted("OK", "for an order that waits for payment").map_err(|stop| stop.step(&["UZUM-CHECK-01"]))?;
    Ok((reply.at, order.amount, reply.body.get("data").filter(|data| !data.is_null()).cloned()))
}

async fn sum_in_soum(case: &Case) -> Result<(), Stop> {
    let (at, price, data) = data(case).await?;
    let amount = data.as_ref().and_then(|data| data.get("amount"));
    let Some(amount) = amount else {
        case.note("data has no amount");
        return Ok(());
    };
    let value = amount.get("value").unwrap_or(amount);
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match tiyin(&text) {
        Some(tiyin) if tiyin == price => Ok(()),
        Some(_) | None => {
            let expected = format!("the price in soum: {}", soum(price));
            Err(Stop::fail(at, expected, format!("data.amount is {}", shown(Some(amount)))))
        }
    }
}

/// A sum in soum as tiyin.
fn tiyin(text: &str) -> Option<i64> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let part = part.trim_end_matches('0');
    if part.len() > 2 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(format!("{part:0<2}").parse().ok()?)
}

async fn sum_given(case: &Case) -> Result<(), Stop> {
    let (at, _, data) = data(case).await?;
    let value = data.as_ref().and_then(|data| data.pointer("/amount/value"));
    match value {
        Some(Value::String(_)) => Ok(()),
        other => Err(Stop::fail(at, "data.amount.value as a text", format!("it is {}", shown(other)))),
    }
}

async fn data_form(case: &Case) -> Result<(), Stop> {
    let (at, _, data) = data(case).await?;
    let Some(data) = data else {
        case.note("the answer has no data");
        return Ok(());
    };
    let Value::Object(members) = &data else {
        return Err(Stop::fail(at, "`data` as an object", format!("data is {}", shown(Some(&data)))));
    };
    match members.iter().find(|(_, value)| value.get("value").is_none()) {
        None => Ok(()),
        Some((name, value)) => {
            let got = format!("data.{name} is {}", shown(Some(value)));
            Err(Stop::fail(at, "objects with a `value` in data", got))
        }
    }
}
