//! `boothpay verify`: is the database what it should be?

use crate::settings;
use anyhow::{Context, Result};
use boothpay_store::Address;
use boothpay_store::archive;
use boothpay_store::verify::{self, Report};
use std::path::Path;

/// Reads everything, changes nothing. `false` when something is wrong; what, has been printed.
pub(crate) fn run(config: Option<&Path>, database: Option<&str>, archive: Option<&Path>) -> Result<bool> {
    let address = match database {
        Some(text) => Address::parse(text).context("--database")?,
        None => settings::checked(config)?.database,
    };
    if let Some(file) = archive {
        return against(&address, file);
    }
    let report = verify::database(&address)?;
    if report.is_healthy() {
        println!("{address} is as it should be: {}.", read(&report));
        return Ok(true);
    }
    println!("Something is wrong with {address}:");
    print_findings(&report);
    println!();
    println!("Read: {}.", read(&report));
    println!("Do not change the file by hand. Keep a copy of it, and restore the last good backup (boothpay restore).");
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

/// Each finding on a line.
pub(crate) fn print_findings(report: &Report) {
    for finding in &report.findings {
        println!("  {finding}");
    }
    if report.more_findings > 0 {
        println!("  and {} more", report.more_findings);
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
