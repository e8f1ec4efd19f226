//! A statement over a million transactions, from the started program over HTTP: `cargo bench --bench statement`.
//!
//! Counts what arrives, takes the time, and reads the most memory that the server has had: on SQLite, then on PostgreSQL (a
//! cluster of its own), each once by a receiver as fast as it can be and once by one that stops reading on the way. Another
//! length with `STATEMENT_TRANSACTIONS`.

#[path = "../tests/statement/server.rs"]
mod server;

use boothpay_store::{Address, Store};
use boothpay_test_support::{Cluster, Ids, Past, fill_postgres, fill_sqlite};
use server::{Arrived, Server};
use std::path::Path;

/// Transactions in the statement.
const TRANSACTIONS: u64 = 1_000_000;

/// KiB that the server may have had at most.
const MEMORY_KIB_MAX: u64 = 64 * 1024;

fn main() {
    let asked = std::env::var("STATEMENT_TRANSACTIONS").ok();
    let transactions = asked.map_or(TRANSACTIONS, |n| n.parse().expect("STATEMENT_TRANSACTIONS: a number"));
    let past = Past::with_transactions(transactions, Ids::Numbers);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");

    let file = folder.path().join("long.db");
    drop(Store::open(&Address::SqliteFile(file.clone())).expect("a database"));
    fill_sqlite(&file, &past);
    measure("SQLite", folder.path(), "long.db", &past);

    let database = Cluster::shared().database();
    drop(Store::open(&Address::parse(&database.url).expect("an address")).expect("a database"));
    fill_postgres(&database, &past);
    measure("PostgreSQL", folder.path(), &database.url, &past);
}

fn measure(name: &str, folder: &Path, database: &str, past: &Past) {
    let server = Server::start(folder, database);
    println!("{name}: {} transactions, server at idle {} KiB", past.transactions(), server.memory("VmRSS"));
    report("read at once", &server, &server.statement(), past);
    report("read late", &server, &server.statement_read_late(), past);
}

fn report(how: &str, server: &Server, arrived: &Arrived, past: &Past) {
    let (peak, seconds) = (server.memory("VmHWM"), arrived.took.as_secs_f64());
    let mb = arrived.bytes as f64 / 1e6;
    println!("  {how:<13} {mb:.0} MB in {seconds:.1} s, {:.0} MB/s; most memory so far {peak} KiB", mb / seconds);
    assert_eq!(u64::try_from(arrived.transactions).ok(), Some(past.transactions()), "not all arrived");
    assert!(peak < MEMORY_KIB_MAX, "the server had more than {MEMORY_KIB_MAX} KiB");
}
