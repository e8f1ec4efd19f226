//! GetStatement: the transactions of a period by Payme's time, in order, in every state, as they were sent.

use crate::payme::case::Case;
use crate::payme::reply::{Code, Reply, shown};
use crate::payme::steps::{NAMELESS, find, items, nameless};
use crate::payme::transaction::Transaction;
use crate::random::now_ms;
use crate::suite::Stop;
use serde_json::{Value, json};

use crate::suite::rules;

rules! {
    payme "GetStatement":

    "PAYME-STATEMENT-01", Required, Statement, lists,
    "A transaction that was created is listed under Payme's id.",
    "The method is not implemented, its list has another name than `transactions`, or its items have another name than `id` for Payme's id.";

    "PAYME-STATEMENT-02", Required, Statement, inclusive,
    "Both bounds are inclusive.",
    "The query uses < or > for a bound.";

    "PAYME-STATEMENT-03", Required, Statement, outside,
    "Transactions one millisecond before `from` and one after `to` are not listed.",
    "A bound is ignored, or rounded to seconds.";

    "PAYME-STATEMENT-04", Required, Statement, by_payme_time,
    "The period is about Payme's `time`, not the merchant's create_time.",
    "The query filters by the merchant's own time.";

    "PAYME-STATEMENT-05", Required, Statement, sorted,
    "The list ascends by Payme's time, also when the transactions came in another order.",
    "The list is in the order of insertion, the newest comes first, or it is sorted by a column of whole seconds.";

    "PAYME-STATEMENT-06", Required, Statement, all_states,
    "Transactions of all states are listed: 1, 2, -1, -2.",
    "Only performed transactions are selected.";

    "PAYME-STATEMENT-07", Required, Statement, empty,
    "A period without transactions is answered with an empty list.",
    "An empty result becomes null or an error.";

    "PAYME-STATEMENT-08", Advice, Statement, one_instant,
    "`from` equal to `to` is a period of one millisecond.",
    "The bounds are refused unless from < to; the rule of inclusive bounds makes it a normal period.";

    "PAYME-STATEMENT-09", Advice, Statement, inverted,
    "`from` after `to` is answered with an empty list or an error; the report says which.",
    "The bounds are not compared; a query with them raises an exception or gives everything.";

    "PAYME-STATEMENT-10", Expected, Errors, missing_bounds,
    "A missing bound, or one that is not a number, is refused (-32600 or -31050…-31099).",
    "A missing bound raises an exception, or is filled in with a default.";

    "PAYME-STATEMENT-11", Required, Statement, account,
    "`account` is the object that CreateTransaction received.",
    "The account is made up from the order's row, or only its value is sent.";

    "PAYME-STATEMENT-12", Required, Types, amount,
    "`amount` is the amount of CreateTransaction, as an integer in tiyin.",
    "The amount is stored in soum, or as a floating point number (10000.0).";

    "PAYME-STATEMENT-13", Required, Statement, payme_time,
    "`time` is the time that CreateTransaction received.",
    "The merchant's create_time is sent in its place.";

    "PAYME-STATEMENT-14", Required, Statement, agrees,
    "create_time, perform_time, cancel_time, transaction, state and reason are as CheckTransaction tells them.",
    "The two methods build their answers in different ways.";

    "PAYME-STATEMENT-15", Required, Statement, refused_ones,
    "A transaction whose CreateTransaction was refused is not listed.",
    "Refused attempts are stored as rows.";

    "PAYME-STATEMENT-16", Advice, Statement, receivers,
    "Each item has `receivers`, null when there are none.",
    "The member is left out.";

    "PAYME-STATEMENT-17", Required, Statement, all_members,
    "Times that have not happened and reasons that do not exist are in the item (as 0 and null), not left out.",
    "Members that are empty are left out.";

    "PAYME-STATEMENT-18", Required, Statement, more_than_a_page,
    "A period with 101 transactions is answered with all of them.",
    "The query or the framework has a page size (50, 100); Payme knows no pages and takes the rest for lost.";

    "PAYME-STATEMENT-19", Required, Statement, more_than_a_day,
    "A period of a month is answered whole.",
    "The period is cut to a day, or only the day of one bound is looked at.";

    "PAYME-STATEMENT-20", Required, Statement, own_members,
    "Each item has id, time, amount, account, create_time, transaction and state.",
    "A member is left out; `transaction`, the merchant's own number, is the one that is forgotten most.";
}

/// A time that lies some hours back, so that it differs from the merchant's clock; another second for every call. It is
/// always the same part of a second: what is sorted or compared in whole seconds then shows in every run.
fn earlier(case: &Case) -> i64 {
    let seconds = now_ms().div_euclid(1000) - 3 * 3600 - case.next_call() % 10_000;
    seconds * 1000 + 400
}

async fn one(case: &Case, time: i64) -> Result<Transaction, Stop> {
    case.created_on(&case.order().await?, time).await
}

/// The transaction has to be in this answer, or must not be in it.
fn listed(reply: &Reply, transaction: &Transaction, wanted: bool, period: &str) -> Result<(), Stop> {
    let is = find(reply, transaction)?.is_some();
    match is == wanted {
        true => Ok(()),
        false => {
            let got = if is { "it is there" } else { "it is not there" };
            let place = if wanted { "in" } else { "not in" };
            let expected = format!("the transaction of {} {place} the statement {period}", transaction.time);
            let stop = Stop::fail(reply.at, expected, got);
            // Not found at all is the subject of other rules, if they are broken.
            Err(if wanted { stop.step(&["PAYME-STATEMENT-01", "PAYME-STATEMENT-04"]) } else { stop })
        }
    }
}

async fn lists(case: &Case) -> Result<(), Stop> {
    let transaction = one(case, now_ms()).await?;
    let (at, item) = case.item(&transaction).await?;
    match item.get("id").and_then(Value::as_str) == Some(&transaction.id) {
        true => Ok(()),
        false => Err(Stop::fail(at, format!("the statement to list {}", transaction.id), NAMELESS)),
    }
}

async fn own_members(case: &Case) -> Result<(), Stop> {
    let (at, item) = case.item(&one(case, now_ms()).await?).await?;
    for name in ["time", "amount", "account", "create_time", "transaction", "state", "id"] {
        if item.get(name).is_none_or(Value::is_null) {
            let stop = Stop::fail(at, format!("`{name}` in the item"), item.to_string());
            return Err(if name == "id" { stop.step(&["PAYME-STATEMENT-01"]) } else { stop });
        }
    }
    Ok(())
}

async fn inclusive(case: &Case) -> Result<(), Stop> {
    let time = earlier(case);
    let (first, last) = (one(case, time).await?, one(case, time + 5).await?);
    let reply = case.statement(first.time, last.time).await?;
    listed(&reply, &first, true, "that starts at its time")?;
    listed(&reply, &last, true, "that ends at its time")
}

async fn outside(case: &Case) -> Result<(), Stop> {
    let transaction = one(case, earlier(case)).await?;
    // Where it is never listed, that it is not listed here says nothing.
    let around = case.statement(transaction.time - 1000, transaction.time + 1000).await?;
    listed(&around, &transaction, true, "around Payme's time")?;
    let after = case.statement(transaction.time + 1, transaction.time + 1000).await?;
    listed(&after, &transaction, false, "that starts one millisecond later")?;
    let before = case.statement(transaction.time - 1000, transaction.time - 1).await?;
    listed(&before, &transaction, false, "that ends one millisecond earlier")
}

async fn by_payme_time(case: &Case) -> Result<(), Stop> {
    let transaction = one(case, earlier(case)).await?;
    let around = case.statement(transaction.time - 1000, transaction.time + 1000).await?;
    listed(&around, &transaction, true, "around Payme's time")?;
    let created = transaction.created.integer("create_time")?;
    if created.abs_diff(transaction.time) <= 2000 {
        // Then no period tells the two apart, and Payme's time is the one that the statement is asked for.
        case.note("create_time is Payme's `time`");
        return Ok(());
    }
    let merchant = case.statement(created.saturating_sub(1000), created.saturating_add(1000)).await?;
    listed(&merchant, &transaction, false, "around the merchant's create_time, hours away from Payme's")
}

async fn sorted(case: &Case) -> Result<(), Stop> {
    let time = earlier(case);
    for offset in [30, 10, 20] {
        one(case, time + offset).await?;
    }
    let reply = case.statement(time, time + 40).await?;
    let times: Vec<i64> = items(&reply)?.iter().filter_map(|item| item.get("time")?.as_i64()).collect();
    if times.len() < 3 {
        let stop = Stop::fail(reply.at, "three transactions in the period", format!("{} of them", times.len()));
        return Err(stop.step(&["PAYME-STATEMENT-01", "PAYME-STATEMENT-04"]));
    }
    match times.is_sorted() {
        true => Ok(()),
        false => Err(Stop::fail(reply.at, "times that ascend", format!("{times:?}"))),
    }
}

async fn all_states(case: &Case) -> Result<(), Stop> {
    let waiting = case.created().await?;
    let (paid, _) = case.performed().await?;
    let (cancelled, _) = case.cancelled().await?;
    let mut wanted = vec![(waiting, 1), (paid, 2), (cancelled, -1)];
    // A shop that refuses refunds has no transaction in state -2.
    match case.refunded().await {
        Ok((refunded, _)) => wanted.push((refunded, -2)),
        Err(Stop::Skip(reason)) => case.note(reason),
        Err(stop) => return Err(stop),
    }
    for (transaction, state) in wanted {
        let (at, item) = case.item(&transaction).await?;
        if item.get("state").and_then(Value::as_i64) != Some(state) {
            let got = format!("state {}", shown(item.get("state")));
            return Err(Stop::fail(at, format!("the transaction with state {state}"), got));
        }
    }
    Ok(())
}

async fn empty(case: &Case) -> Result<(), Stop> {
    let reply = case.statement(1_000_000_000_000, 1_000_000_001_000).await?;
    match items(&reply)?.len() {
        0 => Ok(()),
        count => Err(Stop::fail(reply.at, "an empty list for a second of 2001", format!("{count} transactions"))),
    }
}

async fn one_instant(case: &Case) -> Result<(), Stop> {
    let transaction = one(case, earlier(case)).await?;
    let reply = case.statement(transaction.time, transaction.time).await?;
    listed(&reply, &transaction, true, "of exactly its millisecond")
}

async fn inverted(case: &Case) -> Result<(), Stop> {
    let now = now_ms();
    let reply = case.statement(now, now - 60_000).await?;
    if reply.error().is_some() {
        let code = reply.refused(&[Code::Exactly(-32600), Code::Account], "or an empty list")?;
        case.note(format!("`from` after `to` was refused with {code}"));
        return Ok(());
    }
    case.note("`from` after `to` was answered with a list");
    match items(&reply)?.is_empty() {
        true => Ok(()),
        false => Err(Stop::fail(reply.at, "an empty list", shown(reply.result()))),
    }
}

async fn missing_bounds(case: &Case) -> Result<(), Stop> {
    let now = now_ms();
    let all = [json!({"from": now}), json!({"to": now}), json!({}), json!({"from": "yesterday", "to": now})];
    for params in all {
        let reply = case.call("GetStatement", &params).await?;
        reply.refused(&[Code::Exactly(-32600), Code::Account], &format!("for the params {params}"))?;
    }
    Ok(())
}

/// A member of the item is what CreateTransaction was given. Payme's time is half a second back: far enough to differ
/// from the merchant's, and near enough to be found by a server that goes by its own. It is odd, so never a whole second.
async fn as_sent(case: &Case, name: &str, sent: impl Fn(&Transaction) -> Value) -> Result<(), Stop> {
    let transaction = one(case, (now_ms() - 500) | 1).await?;
    let (at, item) = case.item(&transaction).await?;
    let sent = sent(&transaction);
    match item.get(name) == Some(&sent) {
        true => Ok(()),
        false => {
            let got = format!("`{name}` is {}", shown(item.get(name)));
            Err(Stop::fail(at, format!("`{name}` as it was sent: {sent}"), got))
        }
    }
}

async fn account(case: &Case) -> Result<(), Stop> {
    as_sent(case, "account", |transaction| Value::Object(transaction.order.account.clone())).await
}

async fn amount(case: &Case) -> Result<(), Stop> {
    as_sent(case, "amount", |transaction| json!(transaction.order.amount)).await
}

async fn payme_time(case: &Case) -> Result<(), Stop> {
    as_sent(case, "time", |transaction| json!(transaction.time)).await
}

async fn agrees(case: &Case) -> Result<(), Stop> {
    let waiting = case.created().await?;
    let (paid, _) = case.performed().await?;
    let (cancelled, _) = case.cancelled().await?;
    for transaction in [waiting, paid, cancelled] {
        let row = case.check(&transaction.id).await?;
        let row = row.accepted("from CheckTransaction")?.clone();
        let (at, item) = case.item(&transaction).await?;
        for name in ["create_time", "perform_time", "cancel_time", "transaction", "state", "reason"] {
            // A member that only one of them leaves out breaks the rules about all members.
            if let (Some(told), Some(listed)) = (row.get(name), item.get(name))
                && told != listed
            {
                return Err(Stop::fail(at, format!("`{name}` {told} as CheckTransaction tells"), listed.to_string()));
            }
        }
    }
    Ok(())
}

async fn refused_ones(case: &Case) -> Result<(), Stop> {
    let first = case.created().await?;
    let mut order = case.untouched().await?;
    order.amount += 1;
    // On a cumulative account both are legal.
    case.one_time()?;
    let about: [&[&str]; 2] = [&["PAYME-CREATE-16"], &["PAYME-CREATE-07"]];
    let refused = [(case.id(), order), (case.id(), first.order.clone())];
    for ((id, order), about) in refused.iter().zip(about) {
        let reply = case.create(id, first.time, order).await?;
        if reply.error().is_none() {
            return Err(reply.broken("a refusal").step(about));
        }
    }
    let reply = case.statement(first.time - 1000, first.time + 1000).await?;
    // Where nothing is listed under Payme's id, that these are not says nothing.
    listed(&reply, &first, true, "around Payme's time")?;
    let says = |item: &Value, name: &str, id: &str| item.get(name).and_then(Value::as_str) == Some(id);
    // Payme's id may stand in another member; where it stands in none, nobody can tell whether these are listed.
    let name = if nameless(&reply)? { "transaction" } else { "id" };
    if !items(&reply)?.iter().any(|item| says(item, name, &first.id)) {
        let expected = format!("the statement to list {}", first.id);
        return Err(Stop::fail(reply.at, expected, NAMELESS).step(&["PAYME-STATEMENT-01"]));
    }
    for (id, _) in &refused {
        if items(&reply)?.iter().any(|item| says(item, name, id)) {
            return Err(Stop::fail(reply.at, "no item for a refused transaction", format!("{id} is listed")));
        }
    }
    Ok(())
}

async fn more_than_a_page(case: &Case) -> Result<(), Stop> {
    const COUNT: usize = 101;
    const CREATES: &[&str] = &["PAYME-CREATE-13", "PAYME-CREATE-01"];
    const CANCELS: &[&str] = &["PAYME-CANCEL-01"];
    let (order, from) = (case.order().await?, now_ms());
    let mut all = Vec::new();
    // One order is enough: each transaction is cancelled before the next.
    for _ in 0..COUNT {
        let (id, time) = (case.id(), now_ms());
        let created = case.create(&id, time, &order).await.map_err(|stop| stop.step(CREATES))?;
        let accepted = created.accepted("for a new transaction on an order whose last one was cancelled").map(drop);
        accepted.map_err(|stop| stop.step(CREATES))?;
        let cancelled = case.cancel(&id, 3).await.map_err(|stop| stop.step(CANCELS))?;
        let accepted = cancelled.accepted("for CancelTransaction of a transaction in state 1").map(drop);
        accepted.map_err(|stop| stop.step(CANCELS))?;
        all.push(Transaction { id, time, order: order.clone(), created });
    }
    let reply = case.statement(from, now_ms()).await?;
    let mut listed = 0;
    for transaction in &all {
        listed += usize::from(find(&reply, transaction)?.is_some());
    }
    match listed {
        COUNT => Ok(()),
        count => {
            let stop = Stop::fail(reply.at, format!("{COUNT} cancelled transactions"), format!("{count} of them"));
            Err(stop.step(&["PAYME-STATEMENT-01", "PAYME-STATEMENT-06"]))
        }
    }
}

async fn more_than_a_day(case: &Case) -> Result<(), Stop> {
    const HOUR_MS: i64 = 3_600_000;
    let now = now_ms();
    let recent = one(case, now).await?;
    let (order, id, time) = (case.order().await?, case.id(), now - 26 * HOUR_MS);
    let old = case.create(&id, time, &order).await?;
    let reply = case.statement(now - 30 * 24 * HOUR_MS, now + 1000).await?;
    listed(&reply, &recent, true, "of the last thirty days")?;
    if old.result().is_none() {
        case.note("a transaction of yesterday was refused, so only today's was looked for");
        return Ok(());
    }
    let old = Transaction { id, time, order, created: old };
    listed(&reply, &old, true, "of the last thirty days, where it is from yesterday")
}

async fn receivers(case: &Case) -> Result<(), Stop> {
    let (at, item) = case.item(&case.created().await?).await?;
    match item.get("receivers") {
        Some(Value::Null | Value::Array(_)) => Ok(()),
        other => Err(Stop::fail(at, "`receivers` null or a list", format!("it is {}", shown(other)))),
    }
}

async fn all_members(case: &Case) -> Result<(), Stop> {
    let (at, item) = case.item(&case.created().await?).await?;
    for name in ["perform_time", "cancel_time", "reason"] {
        if item.get(name).is_none() {
            return Err(Stop::fail(at, format!("`{name}` in the item"), item.to_string()));
        }
    }
    Ok(())
}
