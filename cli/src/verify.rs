//! `boothpay verify`: is the database what it should be?

use crate::settings::{self, Choice};
use anyhow::{Context, Result};
use boothpay_protocol::traces::Traces;
use boothpay_server::config::Settings;
use boothpay_store::Address;
use boothpay_store::archive;
use boothpay_store::verify::{self, Invariant, Report};
use std::path::Path;

/// Reads everything, changes nothing. `false` when something is wrong; what, has been printed.
pub(crate) fn run(choice: &Choice, database: Option<&str>, archive: Option<&Path>) -> Result<bool> {
    let settings = settings::checked(choice);
    let (address, keys) = match (database, settings) {
        // Settings that cannot be used must not keep anybody from looking at a database that they do not name.
        (Some(text), settings) => (Address::parse(text).context("--database")?, settings.ok().map(|it| keys(&it))),
        (None, settings) => {
            let settings = settings?;
            (settings.database.clone(), Some(keys(&settings)))
        }
    };
    settings::existing(&address)?;
    if let Some(file) = archive {
        return against(&address, file);
    }
    let report = verify::searching(&address, &keys.unwrap_or_default())?;
    if report.is_healthy() {
        println!("{address} is as it should be: {}.", read(&report));
        println!();
        print_invariants(&report);
        return Ok(true);
    }
    println!("Something is wrong with {address}:");
    print_findings(&report);
    println!();
    print_invariants(&report);
    println!();
    println!("Read: {}.", read(&report));
    println!(
        "Do not change anything by hand. Keep a copy as it is, and restore the last good backup{}.",
        how(&address)
    );
    Ok(false)
}

/// An archive's file, and whether it agrees with the database.
fn against(address: &Address, file: &Path) -> Result<bool> {
    let compared = archive::compare(address, file)?;
    let (report, name) = (&compared.report, file.display());
    if !report.is_healthy() {
        println!("Something is wrong with {name}, or it does not agree with {address}:");
        print_findings(report);
        println!();
        println!("Read: {}.", read(report));
        println!("Do not change the file by hand. Look for another copy of it.");
        return Ok(false);
    }
    println!("{name} is as it should be: {}.", read(report));
    println!("It agrees with {address}: {} orders were archived in it.", compared.archived);
    if compared.stayed > 0 {
        println!("{} more changed after they were copied, and stayed in the database.", compared.stayed);
    }
    Ok(true)
}

/// What must stand nowhere.
fn keys(settings: &Settings) -> Traces {
    let mut keys = Traces::default();
    for digest in settings.payme.key.into_iter().chain(settings.admin_token) {
        keys.add(digest);
    }
    keys
}

fn how(address: &Address) -> &'static str {
    match address {
        Address::SqliteFile(_) | Address::SqliteMemory => " (boothpay restore)",
        Address::Postgres(_) => "",
    }
}

/// Each finding on a line.
pub(crate) fn print_findings(report: &Report) {
    for finding in &report.findings {
        println!("  {finding}");
    }
    if report.more_findings > 0 {
        println!("  and {} more", report.more_findings);
    }
}

/// Each invariant on a line, with what was looked at or how often it is broken; then what deserves a look.
fn print_invariants(report: &Report) {
    for invariant in Invariant::ALL {
        let outcome = match report.broken(invariant) {
            0 => invariant.looked_at(report),
            1 => "BROKEN: 1 finding".to_owned(),
            findings => format!("BROKEN: {findings} findings"),
        };
        println!("  {} {:<44} {outcome}", invariant.number(), invariant.sentence());
    }
    if report.unproven_payments > 0 {
        println!();
        println!(
            "Worth a look: {} payments are test payments or of development mode. Nobody had to prove them; they are no \
             money.",
            report.unproven_payments
        );
    }
}

/// What was read, in words.
pub(crate) fn read(report: &Report) -> String {
    let read =
        format!("{} orders, {} transactions, {} journal rows", report.orders, report.transactions, report.journal_rows);
    match report.archived {
        0 => read,
        archived => format!("{read}, {archived} archived orders"),
    }
}
