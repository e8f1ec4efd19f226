//! Fills a database with a [`Past`] by plain SQL, many times faster than calls would: a database that the program has made
//! and that nobody has open.
//!
//! Indexes are taken away, made again when most is there, and kept through the rest, so that their pages are as full as
//! after ordinary use: pages filled to the brim would be split by the first calls that follow.

use crate::{Database, Past};
use boothpay_protocol::ledger::chain::Head;
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
    let mut head = Head::start(1);
    add(&connection, past, 0..most, &mut head);
    for (_, sql) in &indexes {
        connection.execute_batch(sql).expect("an index");
    }
    add(&connection, past, most..past.orders, &mut head);
    connection.execute_batch(SUMS).expect("the sums");
    connection.execute_batch("commit; pragma journal_mode = wal").expect("a commit");
    drop(connection);
    std::fs::File::open(path).and_then(|file| file.sync_all()).expect("a file on the disk");
}

/// Rows in the order of time, an order with all that belongs to it after the other; the chain of the journal goes on at `head`.
fn add(connection: &Connection, past: &Past, range: Range<u64>, head: &mut Head) {
    for n in range {
        let (row, story) = (row_of(n), past.rows(n));
        insert_order(connection, row, &story.order.expect("an order")).expect("an order's row");
        for transaction in &story.transactions {
            insert_transaction(connection, row, transaction).expect("a transaction's row");
        }
        for entry in past.journal(n) {
            insert_entry(connection, row, &entry, head).expect("a journal row");
        }
    }
}

/// Where an order stands in its table.
fn row_of(n: u64) -> i64 {
    i64::try_from(n).expect("a number of orders") + 1
}

/// The sums that the program would have kept, made of the rows.
const SUMS: &str = "
    insert into order_sums (writer, hours, hour, booth_id, status, begun, orders, copies, amount_tiyin, asked_back, asked_back_tiyin)
        select 1, hours, hour, booth_id, status, case when begun_at_ms is null then 0 else 1 end, count(*), sum(copies),
               sum(amount_tiyin), 0, 0
        from (select 0 as hours, 0 as hour, * from orders
              union all select 1, created_at_ms / 3600000, * from orders
              union all select 24, created_at_ms / 86400000 * 24, * from orders) o
        group by hours, hour, booth_id, status, case when begun_at_ms is null then 0 else 1 end;
    insert into takings (writer, hours, hour, provider, booth_id, paid, paid_tiyin, refunded, refunded_tiyin, owed, owed_tiyin,
                         given_back, given_back_tiyin, went_back, went_back_tiyin)
        select 1, hours, hour, provider, booth_id,
               sum(case when state = 'performed' then 1 else 0 end),
               sum(case when state = 'performed' then t.amount_tiyin else 0 end),
               sum(case when state = 'refunded' and went_back = 0 then 1 else 0 end),
               sum(case when state = 'refunded' and went_back = 0 then t.amount_tiyin else 0 end), 0, 0, 0, 0,
               sum(went_back), sum(t.amount_tiyin * went_back)
        from (select 0 as hours, 0 as hour, 0 as went_back, * from transactions
              union all select 1, perform_time_ms / 3600000, 0, * from transactions
              union all select 24, perform_time_ms / 86400000 * 24, 0, * from transactions
              union all select 0, 0, 1, * from transactions where cancel_time_ms is not null
              union all select 1, cancel_time_ms / 3600000, 1, * from transactions where cancel_time_ms is not null
              union all select 24, cancel_time_ms / 86400000 * 24, 1, * from transactions where cancel_time_ms is not null) t
        join orders o on o.order_row = t.order_row
        where t.perform_time_ms is not null group by hours, hour, provider, booth_id";

fn insert_order(connection: &Connection, row: i64, order: &Order) -> rusqlite::Result<usize> {
    let sql =
        "insert into orders (order_row, order_id, amount_tiyin, copies, booth_id, booth_name, status, created_at_ms,
                                   expires_at_ms, begun_at_ms, printed_at_ms, changed_at_ms, version)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    connection.prepare_cached(sql)?.execute(params![
        row,
        order.id.as_str(),
        order.amount.tiyin(),
        order.copies.get(),
        order.booth.id.as_str(),
        order.booth.name,
        order.status.word(),
        order.created_at.ms(),
        order.expires_at.ms(),
        order.begun_at.map(TimeMs::ms),
        order.printed_at.map(TimeMs::ms),
        order.changed_at.ms(),
        order.version,
    ])
}

fn insert_transaction(connection: &Connection, row: i64, transaction: &Transaction) -> rusqlite::Result<usize> {
    let sql = "insert into transactions (number, order_row, provider, provider_id, amount_tiyin, provider_time_ms,
                                         create_time_ms, perform_time_ms, cancel_time_ms, state, reason, details)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    connection.prepare_cached(sql)?.execute(params![
        transaction.number.get(),
        row,
        transaction.provider.word(),
        transaction.provider_id.as_str(),
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

fn insert_entry(connection: &Connection, row: i64, entry: &Entry, head: &mut Head) -> rusqlite::Result<usize> {
    let sql = "insert into journal (writer, sequence, order_row, version, at_ms, actor, change, digest)
               values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let change = json(entry);
    head.add(entry, &change);
    connection.prepare_cached(sql)?.execute(params![
        head.writer,
        head.sequence,
        row,
        entry.version,
        entry.at.ms(),
        entry.actor.word(),
        change,
        head.digest,
    ])
}

fn json(entry: &Entry) -> String {
    serde_json::to_string(&entry.change).expect("a change as JSON")
}

/// Fills a PostgreSQL database.
pub fn fill_postgres(database: &Database, past: &Past) {
    let orders = "orders (order_row, order_id, amount_tiyin, copies, booth_id, booth_name, status, created_at_ms, \
                  expires_at_ms, begun_at_ms, printed_at_ms, changed_at_ms, version)";
    database.copy(orders, |to| {
        (0..past.orders).try_for_each(|n| {
            let order = past.rows(n).order.expect("an order");
            let begun = or_null(order.begun_at.map(TimeMs::ms));
            let (printed, status) = (or_null(order.printed_at.map(TimeMs::ms)), order.status.word());
            let (created, expires, changed) = (order.created_at, order.expires_at, order.changed_at);
            let (amount, copies, version) = (order.amount.tiyin(), order.copies.get(), order.version);
            let (row, id, booth_id, booth) = (row_of(n), order.id, order.booth.id, order.booth.name);
            writeln!(
                to,
                "{row}\t{id}\t{amount}\t{copies}\t{booth_id}\t{booth}\t{status}\t{created}\t{expires}\t{begun}\t\
                 {printed}\t{changed}\t{version}"
            )
        })
    });
    let transactions = "transactions (number, order_row, provider, provider_id, amount_tiyin, provider_time_ms, \
                        create_time_ms, perform_time_ms, cancel_time_ms, state, reason, details)";
    database.copy(transactions, |to| {
        (0..past.orders).try_for_each(|n| past.rows(n).transactions.iter().try_for_each(|it| copied(to, row_of(n), it)))
    });
    database.copy("journal (writer, sequence, order_row, version, at_ms, actor, change, digest)", |to| {
        let mut head = Head::start(1);
        (0..past.orders).flat_map(|n| past.journal(n).into_iter().map(move |entry| (row_of(n), entry))).try_for_each(
            |(row, entry)| {
                let (version, at, actor, change) = (entry.version, entry.at, entry.actor.word(), json(&entry));
                head.add(&entry, &change);
                let digest: String = head.digest.iter().map(|byte| format!("{byte:02x}")).collect();
                // A backslash is COPY's own sign.
                let (sequence, change) = (head.sequence, change.replace('\\', "\\\\"));
                writeln!(to, "1\t{sequence}\t{row}\t{version}\t{at}\t{actor}\t{change}\t\\\\x{digest}")
            },
        )
    });
    database.sql(SUMS).expect("the sums");
    let (number, row) = (past.transactions().max(1), past.orders.max(1));
    database
        .sql(&format!("select setval('transaction_numbers', {number}), setval('order_rows', {row})"))
        .expect("the next numbers");
    database.sql("analyze").expect("statistics");
}

fn copied(to: &mut dyn Write, row: i64, transaction: &Transaction) -> std::io::Result<()> {
    let Transaction { number, provider, provider_id, amount, provider_time, create_time, state, .. } = transaction;
    let (performed, cancelled) = (state.perform_time().map(TimeMs::ms), state.cancel_time().map(TimeMs::ms));
    writeln!(
        to,
        "{number}\t{row}\t{}\t{provider_id}\t{}\t{provider_time}\t{create_time}\t{}\t{}\t{}\t{}\t{}",
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
