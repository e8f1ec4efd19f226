//! `boothpay verify`: is the database what it should be?

use crate::settings;
use anyhow::{Context, Result};
use boothpay_store::Address;
use boothpay_store::verify::{self, Report};
use std::path::Path;

/// Reads everything, changes nothing. `false` when something is wrong; what, has been printed.
pub(crate) fn run(config: Option<&Path>, database: Option<&str>) -> Result<bool> {
    let address = match database {
        Some(text) => Address::parse(text).context("--database")?,
        None => settings::checked(config)?.database,
    };
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
    format!("{} orders, {} transactions, {} journal rows", report.orders, report.transactions, report.journal_rows)
}
