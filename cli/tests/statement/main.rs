//! A long statement is sent as it is read: the started server does not grow with its length, nor with a receiver's slowness.
//! `cargo bench --bench statement` does the same with a million transactions.

mod server;

use boothpay_store::{Address, Store};
use boothpay_test_support::{Cluster, Ids, Past, fill_postgres, fill_sqlite};
use server::Server;
use std::path::Path;

/// Transactions: as JSON, 12 MB; collected by the server, more than that.
const TRANSACTIONS: u64 = 50_000;

/// KiB by which a server may grow over what it had when idle: the pages under way (a few of 100 KiB), SQLite's page caches, and
/// the code and the allocator's reserves of a first reading, about 8 MiB together. A statement that is collected somewhere
/// comes on top of that with 12 MiB at least.
const GROWTH_KIB_MAX: u64 = 12 * 1024;

fn does_not_grow(folder: &Path, database: &str, past: &Past) {
    let server = Server::start(folder, database);
    let idle = server.memory("VmRSS");
    let expected = usize::try_from(past.transactions()).unwrap();
    for arrived in [server.statement(), server.statement_read_late()] {
        println!("{} bytes in {:?}", arrived.bytes, arrived.took);
        assert_eq!(arrived.transactions, expected);
    }
    let grown = server.memory("VmHWM").saturating_sub(idle);
    assert!(grown <= GROWTH_KIB_MAX, "the server had {idle} KiB and grew by {grown} KiB, more than {GROWTH_KIB_MAX}");
}

#[test]
fn a_long_statement_from_a_file_takes_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long.db");
    drop(Store::open(&Address::SqliteFile(file.clone())).unwrap());
    let past = Past::with_transactions(TRANSACTIONS, Ids::Numbers);
    fill_sqlite(&file, &past);
    does_not_grow(folder.path(), "long.db", &past);
}

#[test]
fn a_long_statement_from_postgresql_takes_no_memory() {
    let (folder, database) = (tempfile::tempdir().unwrap(), Cluster::shared().database());
    drop(Store::open(&Address::parse(&database.url).unwrap()).unwrap());
    let past = Past::with_transactions(TRANSACTIONS, Ids::Numbers);
    fill_postgres(&database, &past);
    does_not_grow(folder.path(), &database.url, &past);
}
