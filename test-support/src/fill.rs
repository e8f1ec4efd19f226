//! Fills a database with a [`Past`] by plain SQL, many times faster than calls would: a database that the program has made
//! and that nobody has open.
//!
//! Indexes are taken away, made again when most is there, and kept through the rest, so that their pages are as full as
//! after ordinary use: pages filled to the brim would be split by the first calls that follow.

use crate::{Database, Past};
use boothpay_protocol::ledger::journal::Entry;
use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::transaction::{Reason, Transaction};
use boothpay_protocol::time::TimeMs;
use rusqlite::{Connection, params};
use std::io::Write;
use std::ops::Range;
use std::path::Path;

/// Page cache while filling, in KiB: the indexes that grow in random places stay in memory.
const FILLING_CACHE_KIB: i64 = 2_000_000;

/// Fills a SQLite file.
pub fn fill_sqlite(path: &Path, past: &Past) {
    let connection = Connection::open(path).expect("a database");
    // What is lost when this is interrupted is a benchmark's.
    connection
        .execute_batch(&format!(
            "pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off; pragma locking_mode = exclusive;
             pragma cache_size = -{FILLING_CACHE_KIB};"
        ))
        .expect("a database that nobody else has open");
    let sql = "select name, sql from sqlite_schema where type = 'index' and sql is not null";
    let indexes: Vec<(String, String)> = connection
        .prepare(sql)
        .and_then(|mut statement| statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .expect("the indexes");
    connection.execute_batch("begin").expect("a transaction");
    for (name, _) in &indexes {
        connection.execute_batch(&format!("drop index {name}")).expect("an index less");
    }
    let most = past.orders / 10 * 6;
    add(&connection, past, 0..most);
    for (_, sql) in &indexes {
        connection.execute_batch(sql).expect("an index");
    }
    add(&connection, past, most..past.orders);
    connection.execute_batch("commit; pragma journal_mode = wal").expect("a commit");
    drop(connection);
    std::fs::File::open(path).and_then(|file| file.sync_all()).expect("a file on the disk");
}

/// Rows of orders and transactions in the order of time; the journal, which is kept in the order of ids, in that order.
fn add(connection: &Connection, past: &Past, range: Range<u64>) {
    for n in range.clone() {
        let story = past.rows(n);
        insert_order(connection, &story.order.expect("an order")).expect("an order's row");
        for transaction in &story.transactions {
            insert_transaction(connection, transaction).expect("a transaction's row");
        }
    }
    for n in past.by_id(range) {
        for entry in past.journal(n) {
            insert_entry(connection, &entry).expect("a journal row");
        }
    }
}

fn insert_order(connection: &Connection, order: &Order) -> rusqlite::Result<usize> {
    let sql = "insert into orders (order_id, amount_tiyin, copies, booth_id, booth, status, created_at_ms,
                                   expires_at_ms, printed_at_ms, changed_at_ms, version)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    connection.prepare_cached(sql)?.execute(params![
        order.id.as_str(),
        order.amount.tiyin(),
        order.copies.get(),
        order.booth.id.as_str(),
        order.booth.name,
        order.status.word(),
        order.created_at.ms(),
        order.expires_at.ms(),
        order.printed_at.map(TimeMs::ms),
        order.changed_at.ms(),
        order.version,
    ])
}

fn insert_transaction(connection: &Connection, transaction: &Transaction) -> rusqlite::Result<usize> {
    let sql = "insert into transactions (number, provider, provider_id, order_id, amount_tiyin, provider_time_ms,
                                         create_time_ms, perform_time_ms, cancel_time_ms, state, reason, details)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    connection.prepare_cached(sql)?.execute(params![
        transaction.number.get(),
        transaction.provider.word(),
        transaction.provider_id.as_str(),
        transaction.order_id.as_str(),
        transaction.amount.tiyin(),
        transaction.provider_time.ms(),
        transaction.create_time.ms(),
        transaction.state.perform_time().map(TimeMs::ms),
        transaction.state.cancel_time().map(TimeMs::ms),
        transaction.state.word(),
        transaction.state.reason().map(Reason::word),
        transaction.details.as_str(),
    ])
}

fn insert_entry(connection: &Connection, entry: &Entry) -> rusqlite::Result<usize> {
    let sql = "insert into journal (order_id, version, at_ms, actor, change) values (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute(params![
        entry.order_id.as_str(),
        entry.version,
        entry.at.ms(),
        entry.actor.word(),
        json(entry),
    ])
}

fn json(entry: &Entry) -> String {
    serde_json::to_string(&entry.change).expect("a change as JSON")
}

/// Fills a PostgreSQL database.
pub fn fill_postgres(database: &Database, past: &Past) {
    let orders = "orders (order_id, amount_tiyin, copies, booth_id, booth, status, created_at_ms, expires_at_ms, \
                  printed_at_ms, changed_at_ms, version)";
    database.copy(orders, |to| {
        (0..past.orders).try_for_each(|n| {
            let order = past.rows(n).order.expect("an order");
            let (printed, status) = (or_null(order.printed_at.map(TimeMs::ms)), order.status.word());
            let (created, expires, changed) = (order.created_at, order.expires_at, order.changed_at);
            let (amount, copies, version) = (order.amount.tiyin(), order.copies.get(), order.version);
            let (id, booth_id, booth) = (order.id, order.booth.id, order.booth.name);
            writeln!(
                to,
                "{id}\t{amount}\t{copies}\t{booth_id}\t{booth}\t{status}\t{created}\t{expires}\t{printed}\t{changed}\t\
                 {version}"
            )
        })
    });
    let transactions = "transactions (number, provider, provider_id, order_id, amount_tiyin, provider_time_ms, \
                        create_time_ms, perform_time_ms, cancel_time_ms, state, reason, details)";
    database.copy(transactions, |to| {
        (0..past.orders).try_for_each(|n| past.rows(n).transactions.iter().try_for_each(|it| copied(to, it)))
    });
    database.copy("journal (order_id, version, at_ms, actor, change)", |to| {
        (0..past.orders).flat_map(|n| past.journal(n)).try_for_each(|entry| {
            let (id, version, at, actor) = (&entry.order_id, entry.version, entry.at, entry.actor.word());
            // A backslash is COPY's own sign.
            writeln!(to, "{id}\t{version}\t{at}\t{actor}\t{}", json(&entry).replace('\\', "\\\\"))
        })
    });
    let last = past.transactions().max(1);
    database.sql(&format!("select setval('transaction_numbers', {last})")).expect("the next number");
    database.sql("analyze").expect("statistics");
}

fn copied(to: &mut dyn Write, transaction: &Transaction) -> std::io::Result<()> {
    let Transaction { number, provider, provider_id, order_id, amount, provider_time, create_time, state, .. } =
        transaction;
    let (performed, cancelled) = (state.perform_time().map(TimeMs::ms), state.cancel_time().map(TimeMs::ms));
    writeln!(
        to,
        "{number}\t{}\t{provider_id}\t{order_id}\t{}\t{provider_time}\t{create_time}\t{}\t{}\t{}\t{}\t{}",
        provider.word(),
        amount.tiyin(),
        or_null(performed),
        or_null(cancelled),
        state.word(),
        state.reason().map_or("\\N", Reason::word),
        transaction.details.as_str().replace('\\', "\\\\"),
    )
}

fn or_null(number: Option<i64>) -> String {
    number.map_or_else(|| "\\N".to_owned(), |number| number.to_string())
}
