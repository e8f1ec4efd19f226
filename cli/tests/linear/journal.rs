//! The second judge: the calls happened as the journal says, every reply is that of a moment of it, and who was over before
//! whom began comes before it. The journal is read by plain SQL and replayed here, without the program's code.

use crate::history::{Id, Op};
use crate::model::{Order, Rules, State, Status, Transaction, When, follow, time_passes};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where the rows are.
pub enum Database {
    Sqlite(PathBuf),
    Postgres(boothpay_test_support::Database),
}

/// What the database holds of one order.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub journal: Vec<Value>,
    pub order: Option<Value>,
    pub transactions: Vec<Value>,
}

impl Database {
    /// As a setting.
    pub fn address(&self) -> String {
        match self {
            Self::Sqlite(path) => path.display().to_string(),
            Self::Postgres(database) => database.url.clone(),
        }
    }

    /// Everything about the orders whose ids begin with a prefix that ends with `-`, by id.
    pub fn rows(&self, prefix: &str) -> BTreeMap<String, Rows> {
        let lines = match self {
            Self::Sqlite(path) => {
                let database = rusqlite::Connection::open(path).unwrap();
                database.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
                let mut statement =
                    database.prepare(&sql(prefix, "json_object", "json(change)", "json(details)")).unwrap();
                let lines = statement.query_map([], |row| row.get(0)).unwrap();
                lines.collect::<rusqlite::Result<Vec<String>>>().unwrap()
            }
            Self::Postgres(database) => {
                let lines = database.sql(&sql(prefix, "json_build_object", "change", "details::json")).unwrap();
                lines.lines().map(str::to_owned).collect()
            }
        };
        let mut orders: BTreeMap<String, Rows> = BTreeMap::new();
        for line in lines {
            let row: Value = serde_json::from_str(&line).unwrap();
            let rows = orders.entry(row["of"].as_str().unwrap().to_owned()).or_default();
            match row["kind"].as_i64().unwrap() {
                1 => rows.order = Some(row),
                2 => rows.transactions.push(row),
                _ => rows.journal.push(row),
            }
        }
        for rows in orders.values_mut() {
            rows.journal.sort_by_key(|row| row["version"].as_i64());
            rows.transactions.sort_by_key(|row| row["number"].as_i64());
        }
        orders
    }
}

fn sql(prefix: &str, object: &str, change: &str, details: &str) -> String {
    let orders =
        "'status', status, 'amount', orders.amount_tiyin, 'expires_at', expires_at_ms, 'version', orders.version";
    // The state as Payme numbers it.
    let transactions = format!(
        "'id', provider_id, 'number', number, 'amount', transactions.amount_tiyin, 'create', create_time_ms, \
         'perform', perform_time_ms, 'cancel', cancel_time_ms, 'details', {details}, 'state', \
         case state when 'created' then 1 when 'performed' then 2 when 'cancelled' then -1 else -2 end"
    );
    let journal = format!("'version', journal.version, 'at', at_ms, 'change', {change}");
    // The character after the minus sign ends the range.
    let end = format!("{}.", prefix.trim_end_matches('-'));
    let select = |kind: i64, members: &str, table: &str| {
        format!(
            "select * from (select {object}('kind', {kind}, 'of', order_id, {members}) from {table} \
             where order_id >= '{prefix}' and order_id < '{end}') as rows"
        )
    };
    let with_order = |table: &str| format!("{table} join orders on orders.order_row = {table}.order_row");
    let transactions = select(2, &transactions, &with_order("transactions"));
    [select(1, orders, "orders"), transactions, select(3, &journal, &with_order("journal"))].join(" union all ")
}

/// What is wrong, if anything: the first thing found.
pub fn judge(rules: &Rules, ops: &[Op], rows: &Rows) -> Result<(), String> {
    let states = replay(rows)?;
    as_stored(states.last().unwrap_or(&None), rows)?;
    let places = places(rules, ops, &states, rows)?;
    every_change_was_asked_for(rules, ops, &places, &states)
}

/// How the order was before the first change and after each.
fn replay(rows: &Rows) -> Result<Vec<State>, String> {
    let mut states: Vec<State> = vec![None];
    for (index, row) in rows.journal.iter().enumerate() {
        if row["version"].as_u64() != Some(index as u64 + 1) {
            return Err(format!("the journal has a gap before {row}"));
        }
        let next =
            step(states[index].as_ref(), row).ok_or_else(|| format!("no such step from {:?}: {row}", states[index]))?;
        states.push(Some(next));
    }
    Ok(states)
}

fn step(before: Option<&Order>, row: &Value) -> Option<Order> {
    let (change, at) = (&row["change"], When::exactly(row["at"].as_i64()?));
    let expires_at = || change["expires_at"].as_i64().map(When::exactly);
    let kind = change["change"].as_str()?;
    let Some(before) = before else {
        let amount = change["amount"].as_i64().filter(|_| kind == "order_created")?;
        return Some(Order { amount, status: Status::Pending, expires_at: expires_at()?, transactions: Vec::new() });
    };
    let mut order = before.clone();
    let number = change["number"].as_i64();
    let place = || before.transactions.iter().position(|it| it.number == number);
    match kind {
        "order_reopened" => {
            order.status = Status::Pending;
            order.expires_at = expires_at()?;
        }
        "order_cancelled" => order.status = Status::Cancelled,
        "order_expired" => order.status = Status::Expired,
        "transaction_created" => order.transactions.push(Transaction {
            id: letter(change["provider_id"].as_str()?)?,
            number,
            state: 1,
            create: at,
            perform: None,
            cancel: None,
            reason: None,
            timed_out: false,
        }),
        "transaction_performed" => {
            let it = &mut order.transactions[place()?];
            (it.state, it.perform, order.status) = (2, Some(at), Status::Paid);
        }
        "transaction_cancelled" | "transaction_refunded" => {
            let it = &mut order.transactions[place()?];
            let refunded = kind == "transaction_refunded";
            it.state = if refunded { -2 } else { -1 };
            let details: Value = serde_json::from_str(change["details"].as_str()?).ok()?;
            (it.cancel, it.reason) = (Some(at), Some(details["reason"].as_i64()?));
            // Nobody's call has this reason here.
            it.timed_out = it.reason == Some(4);
            if refunded {
                order.status = Status::Refunded;
            }
        }
        _ => return None,
    }
    Some(order)
}

fn letter(provider_id: &str) -> Option<Id> {
    provider_id.bytes().last()?.checked_sub(b'a')
}

/// The rows are what the journal comes to.
fn as_stored(last: &State, rows: &Rows) -> Result<(), String> {
    let Some(order) = last else {
        let nothing = rows.order.is_none() && rows.transactions.is_empty();
        return if nothing { Ok(()) } else { Err(format!("rows without a journal: {rows:?}")) };
    };
    let status = match order.status {
        Status::Pending => "pending",
        Status::Paid => "paid",
        Status::Cancelled => "cancelled",
        Status::Refunded => "refunded",
        Status::Expired => "expired",
    };
    let row = rows.order.as_ref().unwrap_or(&Value::Null);
    let same = row["status"] == status
        && row["amount"] == order.amount
        && row["expires_at"] == order.expires_at.from
        && row["version"] == rows.journal.len();
    let transaction = |(it, row): (&Transaction, &Value)| {
        row["number"].as_i64() == it.number
            && row["id"].as_str().and_then(letter) == Some(it.id)
            && row["state"] == it.state
            && row["amount"] == order.amount
            && row["create"] == it.create.from
            && row["perform"].as_i64() == it.perform.map(|at| at.from)
            && row["cancel"].as_i64() == it.cancel.map(|at| at.from)
            && row["details"]["reason"].as_i64() == it.reason
    };
    let paired = rows.transactions.len() == order.transactions.len();
    if same && paired && order.transactions.iter().zip(&rows.transactions).all(transaction) {
        Ok(())
    } else {
        Err(format!("the journal comes to {order:?}, the rows are {row} and {:?}", rows.transactions))
    }
}

/// For each call the first version of the order that explains its reply and is not before those of calls that were over when
/// it was sent. The first possible for one leaves the most for the others.
fn places(rules: &Rules, ops: &[Op], states: &[State], rows: &Rows) -> Result<Vec<usize>, String> {
    let mut places = vec![0; ops.len()];
    let mut turns: Vec<usize> = (0..ops.len()).collect();
    turns.sort_by_key(|index| (ops[*index].sent, ops[*index].second_part));
    for index in turns {
        let op = &ops[index];
        let first = earliest(ops, &places, op);
        places[index] = first;
        let (Some(_), Some(received)) = (&op.reply, op.received) else { continue };
        let there = |version: usize| match version.checked_sub(1) {
            Some(row) => rows.journal[row]["at"].as_i64().is_some_and(|at| at <= received / 1000 + rules.slack),
            None => true,
        };
        // A call that changes something is answered as its repeat would be, so all are looked for as repeats.
        let explains = |version: &usize| {
            there(*version) && follow(rules, &states[*version], op, i64::MAX).contains(&states[*version])
        };
        places[index] = (first..states.len())
            .find(explains)
            .ok_or_else(|| format!("at no version from {first} on does the journal explain\n  {op}\n{states:#?}"))?;
    }
    Ok(places)
}

/// The version before which a call cannot have happened.
fn earliest(ops: &[Op], places: &[usize], op: &Op) -> usize {
    let before = ops.iter().zip(places).filter(|(it, _)| it.reply.is_some() && it.precedes(op));
    before.map(|(_, place)| *place).max().unwrap_or(0)
}

/// Each change is what a call that was under way asks for, or what time brings.
fn every_change_was_asked_for(rules: &Rules, ops: &[Op], places: &[usize], states: &[State]) -> Result<(), String> {
    for (version, pair) in states.windows(2).enumerate() {
        let [before, after] = pair else { continue };
        let by_time = time_passes(rules, before, i64::MAX).iter().any(|state| covers(state, after));
        let asks = |op: &&Op| {
            // As with any outcome, but not after its answer.
            let open = Op { reply: None, ..(*op).clone() };
            !op.request.reads()
                && !op.refused()
                && earliest(ops, places, op) <= version
                && follow(rules, before, &open, i64::MAX).iter().any(|state| covers(state, after))
        };
        if !by_time && !ops.iter().any(|op| asks(&op)) {
            return Err(format!("nobody asked for version {}: from {before:?} to {after:?}", version + 1));
        }
    }
    Ok(())
}

/// Whether a state with ranges can be one with exact values.
fn covers(ranged: &State, exact: &State) -> bool {
    let (Some(ranged), Some(exact)) = (ranged, exact) else { return ranged.is_none() && exact.is_none() };
    let within = |range: Option<When>, at: Option<When>| match (range, at) {
        (Some(range), Some(at)) => range.from <= at.from && at.to <= range.to,
        (None, None) => true,
        (_, _) => false,
    };
    ranged.amount == exact.amount
        && ranged.status == exact.status
        && within(Some(ranged.expires_at), Some(exact.expires_at))
        && ranged.transactions.len() == exact.transactions.len()
        && ranged.transactions.iter().zip(&exact.transactions).all(|(ranged, exact)| {
            (ranged.id, ranged.state, ranged.reason, ranged.timed_out)
                == (exact.id, exact.state, exact.reason, exact.timed_out)
                && ranged.number.is_none_or(|number| Some(number) == exact.number)
                && within(Some(ranged.create), Some(exact.create))
                && within(ranged.perform, exact.perform)
                && within(ranged.cancel, exact.cancel)
        })
}
