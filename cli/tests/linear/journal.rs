//! The second judge: the calls happened as the journal says, every reply is that of a moment of it, and who was over before
//! whom began comes before it. The journal is read by plain SQL and replayed here, without the program's code.

use crate::history::Op;
use crate::model::{ORDER, Rules, follow, time_passes};
use crate::wire::provider_id;
use boothpay_test_support::model::{Attempt, Book, End, Id, Order, State, Status, Wallet, When};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
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
    let transactions = format!(
        "'id', provider_id, 'number', number, 'amount', transactions.amount_tiyin, 'create', create_time_ms, \
         'perform', perform_time_ms, 'cancel', cancel_time_ms, 'details', {details}, 'state', state, 'reason', reason, \
         'provider', provider"
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

/// What is wrong with the order of that name, if anything: the first thing found.
pub fn judge(rules: &Rules, name: &str, ops: &[Op], rows: &Rows) -> Result<(), String> {
    let states = replay(name, rows)?;
    as_stored(name, states.last().unwrap_or(&Book::default()), rows)?;
    let places = places(rules, ops, &states, rows)?;
    every_change_was_asked_for(rules, ops, &places, &states)
}

/// How the order was before the first change and after each.
fn replay(name: &str, rows: &Rows) -> Result<Vec<Book>, String> {
    let mut states = vec![Book::default()];
    for (index, row) in rows.journal.iter().enumerate() {
        if row["version"].as_u64() != Some(index as u64 + 1) {
            return Err(format!("the journal has a gap before {row}"));
        }
        let next =
            step(name, &states[index], row).ok_or_else(|| format!("no such step from {:?}: {row}", states[index]))?;
        states.push(next);
    }
    Ok(states)
}

fn step(name: &str, before: &Book, row: &Value) -> Option<Book> {
    let (change, at) = (&row["change"], When::exactly(row["at"].as_i64()?));
    let expires_at = || change["expires_at"].as_i64().map(When::exactly);
    let kind = change["change"].as_str()?;
    let mut book = before.clone();
    if before.orders.is_empty() {
        let amount = change["amount"].as_i64().filter(|_| kind == "order_created")?;
        let (status, expires_at) = (Status::Pending, expires_at()?);
        let new = Order { amount, status, expires_at, printed: false, chosen: true, uzbek: false, changed_at: at };
        book.orders.insert(ORDER, new);
        return Some(book);
    }
    if let Some(status) = match kind {
        "order_reopened" => Some(Status::Pending),
        "order_cancelled" => Some(Status::Cancelled),
        "order_expired" => Some(Status::Expired),
        _ => None,
    } {
        book.stamp(ORDER, at);
        let order = book.order_mut(ORDER);
        order.status = status;
        order.expires_at = expires_at().unwrap_or(order.expires_at);
        return Some(book);
    }
    if kind == "transaction_created" {
        let wallet = wallet(change["provider"].as_str()?)?;
        let id = id(name, wallet, change["provider_id"].as_str()?)?;
        let time = if wallet == Wallet::Payme { change["provider_time"].as_i64()? } else { 0 };
        let index = book.begin(ORDER, wallet, id, time, at);
        book.attempts[index].number = change["number"].as_i64();
        return Some(book);
    }
    let number = change["number"].as_i64();
    let index = before.attempts.iter().position(|it| it.number == number)?;
    let state = before.attempts[index].state;
    match (kind, state) {
        ("transaction_performed", State::Begun) => book.pay(index, at),
        ("transaction_performed_late", State::LetGo(_)) => book.pay(index, at),
        ("money_owed", State::LetGo(_)) => book.owe(index, at),
        ("transaction_cancelled", State::Begun)
        | ("transaction_refunded", State::Paid)
        | ("money_given_back", State::Owed) => book.end(index, end(before.attempts[index].wallet, change)?, at),
        ("details_changed", _) => {
            book.stamp(ORDER, at);
            book.attempts[index].disowned = true;
        }
        (_, _) => return None,
    }
    Some(book)
}

/// Who ended an attempt, by the reason that was written. Nobody's call has Payme's fourth here.
fn end(wallet: Wallet, change: &Value) -> Option<End> {
    let timed_out = change["reason"] == "timed_out";
    Some(match wallet {
        _ if timed_out => End::OurTime,
        Wallet::Payme => {
            let details: Value = serde_json::from_str(change["details"].as_str()?).ok()?;
            End::Payme(details["reason"].as_i64()?)
        }
        Wallet::Click | Wallet::Uzum | Wallet::Test => End::Wallet,
    })
}

fn wallet(word: &str) -> Option<Wallet> {
    [Wallet::Payme, Wallet::Click, Wallet::Uzum].into_iter().find(|it| it.word() == word)
}

fn id(name: &str, wallet: Wallet, text: &str) -> Option<Id> {
    (0..8).find(|id| provider_id(name, wallet, *id) == text)
}

/// The rows are what the journal comes to.
fn as_stored(name: &str, last: &Book, rows: &Rows) -> Result<(), String> {
    let Some(order) = last.orders.get(&ORDER) else {
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
    let transaction = |(it, row): (&Attempt, &Value)| {
        row["number"].as_i64() == it.number
            && row["provider"] == it.wallet.word()
            && row["id"] == provider_id(name, it.wallet, it.id)
            && row["state"] == it.state.stored()
            && row["amount"] == order.amount
            && row["create"] == it.begun.from
            && row["perform"].as_i64() == it.paid.map(|at| at.from)
            && row["cancel"].as_i64() == it.ended.map(|at| at.from)
            && match it.wallet {
                Wallet::Payme => row["details"]["reason"].as_i64() == it.state.paymes_reason(),
                Wallet::Click | Wallet::Uzum | Wallet::Test => row["reason"].as_str() == it.stored_reason(),
            }
    };
    let paired = rows.transactions.len() == last.attempts.len();
    if same && paired && last.attempts.iter().zip(&rows.transactions).all(transaction) {
        Ok(())
    } else {
        Err(format!("the journal comes to {last:?}, the rows are {row} and {:?}", rows.transactions))
    }
}

/// For each call the first version of the order that explains its reply and is not before those of calls that were over when
/// it was sent. The first possible for one leaves the most for the others.
fn places(rules: &Rules, ops: &[Op], states: &[Book], rows: &Rows) -> Result<Vec<usize>, String> {
    let mut places = vec![0; ops.len()];
    let mut made: BTreeSet<usize> = BTreeSet::new();
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
        // Most calls that change something are answered as their repeat would be, so all are looked for as repeats. Click and
        // Uzum answer some repeats otherwise: such a call made the version, and no other call did.
        let as_repeat = |version: usize| follow(rules, &states[version], op, i64::MAX).contains(&states[version]);
        let as_change = |version: usize| {
            let ends = |before: usize| follow(rules, &states[before], op, i64::MAX);
            let before = version.checked_sub(1).filter(|before| *before >= first && !made.contains(&version));
            before.is_some_and(|before| ends(before).iter().any(|end| covers(end, &states[version])))
        };
        let mut possible = (first..states.len()).filter(|version| there(*version));
        let place = possible.find_map(|version| match (as_repeat(version), as_change(version)) {
            (true, _) => Some((version, false)),
            (false, made) => made.then_some((version, true)),
        });
        let (version, is_its_own) = place
            .ok_or_else(|| format!("at no version from {first} on does the journal explain\n  {op}\n{states:#?}"))?;
        places[index] = version;
        if is_its_own {
            made.insert(version);
        }
    }
    Ok(places)
}

/// The version before which a call cannot have happened.
fn earliest(ops: &[Op], places: &[usize], op: &Op) -> usize {
    let before = ops.iter().zip(places).filter(|(it, _)| it.reply.is_some() && it.precedes(op));
    before.map(|(_, place)| *place).max().unwrap_or(0)
}

/// Each change is what a call that was under way asks for, or what time brings.
fn every_change_was_asked_for(rules: &Rules, ops: &[Op], places: &[usize], states: &[Book]) -> Result<(), String> {
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
fn covers(ranged: &Book, exact: &Book) -> bool {
    let within = |range: Option<When>, at: Option<When>| match (range, at) {
        (Some(range), Some(at)) => range.from <= at.from && at.to <= range.to,
        (None, None) => true,
        (_, _) => false,
    };
    let order = |(ranged, exact): (&Order, &Order)| {
        (ranged.amount, ranged.status) == (exact.amount, exact.status)
            && within(Some(ranged.expires_at), Some(exact.expires_at))
            && within(Some(ranged.changed_at), Some(exact.changed_at))
    };
    let attempt = |(ranged, exact): (&Attempt, &Attempt)| {
        (ranged.wallet, ranged.id, ranged.state, ranged.disowned)
            == (exact.wallet, exact.id, exact.state, exact.disowned)
            && ranged.number.is_none_or(|number| Some(number) == exact.number)
            && within(Some(ranged.begun), Some(exact.begun))
            && within(ranged.paid, exact.paid)
            && within(ranged.ended, exact.ended)
    };
    ranged.orders.len() == exact.orders.len()
        && ranged.attempts.len() == exact.attempts.len()
        && ranged.orders.values().zip(exact.orders.values()).all(order)
        && ranged.attempts.iter().zip(&exact.attempts).all(attempt)
}
