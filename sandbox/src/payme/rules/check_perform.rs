//! CheckPerformTransaction: a dry run that compares the amount and the account, and writes nothing.

use super::scenario::{allows, unknown_order};
use crate::payme::case::Case;
use crate::payme::reply::{ACCOUNT, Code, NOT_PAYABLE, Reply, WRONG_AMOUNT, shown};
use crate::random::now_ms;
use crate::suite::Stop;
use crate::suite::orders::Order;
use serde_json::{Map, Value, json};

use crate::suite::rules;

rules! {
    payme "CheckPerformTransaction":

    "PAYME-CHECKPERFORM-01", Required, CheckPerform, allow,
    "An order that waits for payment is answered with allow true.",
    "The account field has another name in the code than in the cabinet, or the amount is in soum.";

    "PAYME-CHECKPERFORM-02", Required, CheckPerform, wrong_amount,
    "An amount that is not the order's (one tiyin more or less, a hundred times, a hundredth) is refused with -31001.",
    "Soum and tiyin are mixed up, amounts are compared as floating point, or only a minimum is checked.";

    "PAYME-CHECKPERFORM-03", Expected, CheckPerform, no_amount_at_all,
    "An amount of zero or below is refused with -31001 or -32600.",
    "Zero is taken for \"not given\" and not compared.";

    "PAYME-CHECKPERFORM-04", Required, Types, fraction,
    "An amount with a fraction of a tiyin is refused with -31001 or -32600.",
    "The amount is rounded or cut to an integer before it is compared, or the fraction raises an exception.";

    "PAYME-CHECKPERFORM-05", Advice, Types, zero_fraction,
    "An amount written as 1000000.0 is either read as the integer or refused; the report says which.",
    "A float type raises an exception deep in the handler.";

    "PAYME-CHECKPERFORM-06", Required, Errors, amount_type,
    "An amount that is missing or not a number is refused with -32600 or -31001.",
    "The parameter is used without a check, which raises an exception.";

    "PAYME-CHECKPERFORM-07", Required, Errors, account_type,
    "An account that is missing or not an object is refused with -32600 or -31050…-31099.",
    "The parameter is used without a check, which raises an exception.";

    "PAYME-CHECKPERFORM-08", Expected, CheckPerform, empty_account,
    "An account without the configured field, or with an empty value, is refused with -31050…-31099.",
    "A missing field is looked up as an empty order number, or a query for a number raises an exception on it.";

    "PAYME-CHECKPERFORM-09", Required, CheckPerform, unknown_account,
    "An order that does not exist is refused with -31050…-31099.",
    "-31003 is used, which means an unknown transaction; or -31001, because the price of nothing is 0.";

    "PAYME-CHECKPERFORM-10", Required, Errors, message_localised,
    "An account error has a message in ru, uz and en, because the payer reads it.",
    "The message is a plain string, or a language is missing.";

    "PAYME-CHECKPERFORM-11", Required, Errors, field_in_data,
    "An account error names the account field in `data`.",
    "`data` is missing, stands inside the message, or says something else than the name of the field.";

    "PAYME-CHECKPERFORM-12", Expected, Sandbox, paid_order,
    "An order that was paid is refused (-31050…-31099 or -31008).",
    "Only the existence and the price of the order are checked.";

    "PAYME-CHECKPERFORM-13", Advice, Sandbox, busy_order,
    "An order that is being paid is refused (-31050…-31099 or -31008); the report says when it is allowed.",
    "Official plugins differ; the sandbox's legend expects an account error.";

    "PAYME-CHECKPERFORM-14", Required, CheckPerform, dry_run,
    "CheckPerformTransaction writes nothing: repeated, it still allows, and CreateTransaction then works.",
    "The order is reserved or its state changed before CreateTransaction.";

    "PAYME-CHECKPERFORM-15", Advice, Sandbox, amount_before_busy,
    "A wrong amount on an order that is being paid is answered with -31001.",
    "The state of the order is looked at before the amount, which fails the sandbox's amount test on a used order.";

    "PAYME-CHECKPERFORM-16", Advice, Types, odd_values,
    "Account values of odd types (null, list, object, boolean) are refused with -31050…-31099 or -32600.",
    "The value goes into a query or a conversion without a check: an exception, or the order that it happens to mean.";

    "PAYME-CHECKPERFORM-17", Advice, Sandbox, blanks,
    "Blanks around an account value are either ignored or an account error; the report says which.",
    "People type order numbers with blanks; an exception or another order would be wrong.";

    "PAYME-CHECKPERFORM-18", Expected, CheckPerform, detail,
    "Fiscal `detail`, where given, has complete items whose sum is the amount.",
    "An item lacks its code, package, VAT or discount (Payme: result does not match the specification).";

    "PAYME-CHECKPERFORM-19", Expected, CheckPerform, impossible_account,
    "An account value that no order can have (letters among numbers, thirty digits) is refused with -31050…-31099.",
    "The value goes into a query for a number: the database or the conversion raises an exception, or takes the digits that it begins with. Payers do mistype.";
}

async fn check(case: &Case, amount: &Value, account: &Value) -> Result<Reply, Stop> {
    case.call("CheckPerformTransaction", &json!({"amount": amount, "account": account})).await
}

async fn with_amounts(case: &Case, amounts: &[Value], codes: &[Code]) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let account = Value::Object(order.account);
    for amount in amounts {
        check(case, amount, &account).await?.refused(codes, &format!("for the amount {amount}"))?;
    }
    Ok(())
}

async fn allow(case: &Case) -> Result<(), Stop> {
    allows(case, &case.untouched().await?).await
}

async fn wrong_amount(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let right = case.untouched().await?.amount;
    let many = [right.saturating_mul(100), right.saturating_mul(2)];
    let wrong = [right.saturating_add(1), right - 1, 3, right / 100].into_iter().chain(many);
    // No amount at all is another rule's.
    let wrong: Vec<Value> = wrong.filter(|amount| *amount > 0 && *amount != right).map(Value::from).collect();
    with_amounts(case, &wrong, WRONG_AMOUNT).await
}

const NO_AMOUNT: &[Code] = &[Code::Exactly(-31001), Code::Exactly(-32600)];

async fn no_amount_at_all(case: &Case) -> Result<(), Stop> {
    with_amounts(case, &[json!(0), json!(-1), json!(-1_000_000)], NO_AMOUNT).await
}

async fn fraction(case: &Case) -> Result<(), Stop> {
    #[allow(clippy::cast_precision_loss, reason = "prices are far below 2^52")]
    let right = case.untouched().await?.amount as f64;
    with_amounts(case, &[json!(right + 0.4), json!(right + 0.5), json!(right - 0.1)], NO_AMOUNT).await
}

async fn zero_fraction(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    #[allow(clippy::cast_precision_loss, reason = "prices are far below 2^52")]
    let reply = check(case, &json!(order.amount as f64), &Value::Object(order.account)).await?;
    if reply.result().is_some() {
        case.note("an amount with a zero fraction was read as the integer");
        return Ok(());
    }
    let code = reply.refused(NO_AMOUNT, "or allow true for an amount with a zero fraction")?;
    case.note(format!("an amount with a zero fraction was refused with {code}"));
    Ok(())
}

async fn amount_type(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let account = Value::Object(order.account);
    let missing = case.call("CheckPerformTransaction", &json!({"account": account})).await?;
    missing.refused(NO_AMOUNT, "when the amount is missing")?;
    with_amounts(case, &[json!(null), json!(true), json!({}), json!([1]), json!("much")], NO_AMOUNT).await?;
    let text = check(case, &json!(order.amount.to_string()), &account).await?;
    if text.result().is_some() {
        case.note("the amount as a string of digits was accepted");
        return Ok(());
    }
    let code = text.refused(NO_AMOUNT, "for an amount given as a string")?;
    case.note(format!("the amount as a string of digits was refused with {code}"));
    Ok(())
}

const NO_ACCOUNT: &[Code] = &[Code::Exactly(-32600), Code::Account];

async fn account_type(case: &Case) -> Result<(), Stop> {
    let amount = case.untouched().await?.amount;
    let missing = case.call("CheckPerformTransaction", &json!({"amount": amount})).await?;
    missing.refused(NO_ACCOUNT, "when the account is missing")?;
    for account in [json!(null), json!("text"), json!(5), json!([])] {
        check(case, &json!(amount), &account).await?.refused(NO_ACCOUNT, &format!("for the account {account}"))?;
    }
    Ok(())
}

async fn empty_account(case: &Case) -> Result<(), Stop> {
    let amount = json!(case.untouched().await?.amount);
    let shape = case.bench.orders.shape();
    let other = Map::from_iter([(format!("not_{}", shape.field), json!("1"))]);
    for account in [Map::new(), other, shape.account(""), shape.account("   ")] {
        let account = Value::Object(account);
        check(case, &amount, &account).await?.refused(ACCOUNT, &format!("for the account {account}"))?;
    }
    Ok(())
}

async fn unknown(case: &Case) -> Result<Reply, Stop> {
    let order = unknown_order(case, &case.untouched().await?);
    let reply = case.check_perform(&order).await?;
    let refused = reply.refused(ACCOUNT, "for an order that does not exist");
    refused.map_err(|stop| stop.step(&["PAYME-CHECKPERFORM-09"]))?;
    Ok(reply)
}

async fn unknown_account(case: &Case) -> Result<(), Stop> {
    unknown(case).await.map(drop)
}

async fn impossible_account(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let shape = case.bench.orders.shape();
    // The last one is an order that there is, with letters behind it.
    let mistyped = format!("{}abc", order.number(&shape.field));
    for value in [format!("nobody-{}", case.id()), "9".repeat(30), mistyped] {
        let account = Value::Object(shape.account(value.clone()));
        let reply = check(case, &json!(order.amount), &account).await?;
        reply.refused(ACCOUNT, &format!("for the account value {value}"))?;
    }
    Ok(())
}

async fn message_localised(case: &Case) -> Result<(), Stop> {
    localised(&unknown(case).await?)
}

/// The message of an error has to be an object with ru, uz and en.
pub fn localised(reply: &Reply) -> Result<(), Stop> {
    let message = reply.error().and_then(|error| error.get("message"));
    for language in ["ru", "uz", "en"] {
        let text = message.and_then(|message| message.get(language)).and_then(Value::as_str).unwrap_or_default();
        if text.trim().is_empty() {
            let expected = format!("a message with ru, uz and en (`{language}` is not there)");
            return Err(Stop::fail(reply.at, expected, format!("message is {}", shown(message))));
        }
    }
    Ok(())
}

async fn field_in_data(case: &Case) -> Result<(), Stop> {
    let reply = unknown(case).await?;
    let field = &case.bench.orders.shape().field;
    let extra = &case.bench.orders.shape().extra;
    match reply.error().and_then(|error| error.get("data")) {
        Some(Value::String(data)) if data == field || extra.contains_key(data) => Ok(()),
        other => Err(Stop::fail(reply.at, format!("data \"{field}\""), format!("data is {}", shown(other)))),
    }
}

async fn paid_order(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let (transaction, _) = case.performed().await?;
    let code = case.check_perform(&transaction.order).await?.refused(NOT_PAYABLE, "for an order that was paid")?;
    case.note(format!("a paid order was refused with {code}"));
    Ok(())
}

async fn busy_order(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let transaction = case.created().await?;
    let reply = case.check_perform(&transaction.order).await?;
    if reply.result().is_some() {
        case.note("an order that is being paid was allowed, as three of Payme's plugins do");
        return Ok(());
    }
    let code = reply.refused(NOT_PAYABLE, "or allow true for an order that is being paid")?;
    case.note(format!("an order that is being paid was refused with {code}"));
    Ok(())
}

async fn dry_run(case: &Case) -> Result<(), Stop> {
    let order = case.order().await?;
    for _ in 0..3 {
        case.payable(&order).await?;
    }
    let transaction = case.created_on(&order, now_ms()).await?;
    transaction.created.state(1)
}

async fn amount_before_busy(case: &Case) -> Result<(), Stop> {
    case.one_time()?;
    let transaction = case.created().await?;
    let order = Order { amount: transaction.order.amount + 100, ..transaction.order };
    let reply = case.check_perform(&order).await?;
    reply.refused(WRONG_AMOUNT, "for a wrong amount on an order that is being paid").map(drop)
}

async fn odd_values(case: &Case) -> Result<(), Stop> {
    let amount = json!(case.untouched().await?.amount);
    for value in [json!(null), json!([]), json!({}), json!(true), json!(-7.5), json!("\u{0}"), json!("x".repeat(5000))]
    {
        let shown_value = shown(Some(&value)).chars().take(40).collect::<String>();
        let account = Value::Object(case.bench.orders.shape().account(value));
        let reply = check(case, &amount, &account).await?;
        reply.refused(NO_ACCOUNT, &format!("for the account value {shown_value}"))?;
    }
    Ok(())
}

async fn blanks(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let shape = case.bench.orders.shape();
    let Some(value) = order.account.get(&shape.field).and_then(Value::as_str) else {
        return Err(Stop::Skip("the account value is not a string".to_owned()));
    };
    let reply = check(case, &json!(order.amount), &Value::Object(shape.account(format!(" {value} ")))).await?;
    if reply.result().is_some() {
        case.note("blanks around an account value are ignored");
        return Ok(());
    }
    let code = reply.refused(ACCOUNT, "or allow true for a value with blanks around it")?;
    case.note(format!("blanks around an account value are refused with {code}"));
    Ok(())
}

async fn detail(case: &Case) -> Result<(), Stop> {
    let order = case.untouched().await?;
    let reply = case.check_perform(&order).await?;
    let Some(detail) = reply.accepted("for an order that waits for payment")?.get("detail") else {
        return Err(Stop::Skip("the answer has no fiscal detail (optional)".to_owned()));
    };
    let items = detail.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    let shipping = detail.pointer("/shipping/price").and_then(Value::as_i64).unwrap_or(0);
    // What a server says may be any number.
    let mut sum = i128::from(shipping);
    for item in &items {
        for name in ["title", "price", "count", "code", "package_code", "vat_percent"] {
            if item.get(name).is_none_or(Value::is_null) {
                let got = format!("an item without it: {}", shown(Some(item)));
                return Err(Stop::fail(reply.at, format!("`{name}` in every item of detail"), got));
            }
        }
        let number = |name| i128::from(item.get(name).and_then(Value::as_i64).unwrap_or(0));
        let of_item = number("price").saturating_mul(number("count")).saturating_sub(number("discount"));
        sum = sum.saturating_add(of_item);
    }
    match sum == i128::from(order.amount) {
        true => Ok(()),
        false => Err(Stop::fail(reply.at, format!("items that sum to {}", order.amount), format!("{sum}"))),
    }
}
