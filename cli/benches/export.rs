//! A million payments as CSV and as XLSX, by the program: `cargo bench --bench export`.
//!
//! Counts what was written, takes the time, and reads the most memory that the program has had: from SQLite, then from PostgreSQL (a
//! cluster of its own). Another length with `EXPORT_PAYMENTS`. Linux only: memory is read from `/proc`.

use boothpay_store::{Address, Store};
use boothpay_test_support::{Cluster, Ids, Past, fill_postgres, fill_sqlite, mortal};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Payments in the file.
const PAYMENTS: u64 = 1_000_000;

/// KiB that the program may have had at most.
const MEMORY_KIB_MAX: u64 = 64 * 1024;

fn main() {
    let asked = std::env::var("EXPORT_PAYMENTS").ok();
    let payments = asked.map_or(PAYMENTS, |n| n.parse().expect("EXPORT_PAYMENTS: a number"));
    let past = Past::with_transactions(payments, Ids::Numbers);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    let file = folder.path().join("long.db");
    drop(Store::open(&Address::SqliteFile(file.clone())).expect("a database"));
    fill_sqlite(&file, &past);
    measure("SQLite", folder.path(), "long.db");
    let database = Cluster::shared().database();
    drop(Store::open(&Address::parse(&database.url).expect("an address")).expect("a database"));
    fill_postgres(&database, &past);
    measure("PostgreSQL", folder.path(), &database.url);
}

fn measure(name: &str, folder: &Path, database: &str) {
    for format in ["--csv", "--xlsx"] {
        let begun = Instant::now();
        let mut command = mortal(Path::new(env!("CARGO_BIN_EXE_boothpay")));
        command.args(["order", "export", format, "--all", "-o", "export"]).current_dir(folder).stdin(Stdio::null());
        let mut child = command.env("BOOTHPAY_DATABASE", database).spawn().expect("a program");
        let mut peak = 0;
        while child.try_wait().expect("a program").is_none() {
            peak = memory(child.id()).unwrap_or(0).max(peak);
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(child.wait().expect("a program").success(), "the export failed");
        let (bytes, seconds) =
            (std::fs::metadata(folder.join("export")).expect("a file").len(), begun.elapsed().as_secs_f64());
        println!("{name} {format}: {:.1} MB in {seconds:.1} s; most memory {peak} KiB", bytes as f64 / 1e6);
        assert!(peak < MEMORY_KIB_MAX, "the program had more than {MEMORY_KIB_MAX} KiB");
    }
}

/// The most memory that a process has had, in KiB.
fn memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok())
}
