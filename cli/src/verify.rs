//! `boothpay verify`: is the database what it should be?

use crate::out::say;
use crate::settings::{self, Choice};
use anyhow::{Context, Result};
use boothpay_protocol::traces::Traces;
use boothpay_server::SigningKey;
use boothpay_server::config::Settings;
use boothpay_store::verify::{self, Invariant, Report};
use boothpay_store::{Address, Head, OpenError};

/// Reads everything, changes nothing. `false` when something is wrong; what, has been printed.
pub(crate) fn run(choice: &Choice, database: Option<&str>, heads: &[String]) -> Result<bool> {
    let heads = heads.iter().map(|text| Head::parse(text)).collect::<Result<Vec<_>, _>>().context("--head")?;
    let settings = settings::checked(choice);
    let (address, keys) = match (database, settings) {
        // Settings that cannot be used must not keep anybody from looking at a database that they do not name.
        (Some(text), settings) => {
            (Address::parse(text).context("--database")?.followed(), settings.ok().map(|it| keys(&it)))
        }
        (None, settings) => {
            let settings = settings?;
            (settings.database.clone(), Some(keys(&settings)))
        }
    };
    settings::existing(&address)?;
    // A name that was mistyped, and perhaps no database at all: nobody restores a backup for that without looking.
    if let Err(error @ OpenError::File { .. }) = boothpay_store::look(&address) {
        return Err(error.into());
    }
    let report = verify::against(&address, &keys.unwrap_or_default(), &heads)?;
    if report.is_healthy() {
        say!("{address} is as it should be: {}.", read(&report));
        say!();
        print_invariants(&report);
        print_heads(&report);
        return Ok(true);
    }
    say!("Something is wrong with {address}:");
    print_findings(&report);
    say!();
    print_invariants(&report);
    say!();
    say!("Read: {}.", read(&report));
    say!("Do not change anything by hand. Keep a copy as it is, and restore the last good backup{}.", how(&address));
    Ok(false)
}

/// What must stand nowhere.
pub(crate) fn keys(settings: &Settings) -> Traces {
    let mut keys = Traces::default();
    let signing = settings.webhooks.iter().flat_map(|webhook| &webhook.secrets).map(SigningKey::digest);
    for digest in settings.keys().into_iter().chain(signing) {
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
        say!("  {finding}");
    }
    if report.more_findings > 0 {
        say!("  and {} more", report.more_findings);
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
        say!("  {} {:<44} {outcome}", invariant.number(), invariant.sentence());
    }
    if report.unverified_payments > 0 {
        say!();
        say!(
            "Worth a look: {} payments by UzQR are unverified: staff, or somebody at the command line, said that the money came. \
             Compare them with your bank's account.",
            report.unverified_payments
        );
    }
    if report.unproven_payments > 0 {
        say!();
        say!(
            "Worth a look: {} payments are test payments or of development mode. Nobody had to prove them; they are no \
             money.",
            report.unproven_payments
        );
    }
}

/// Where the journal's chains end, for whoever keeps that in another place.
pub(crate) fn print_heads(report: &Report) {
    if report.heads.is_empty() {
        return;
    }
    say!();
    say!("The journal ends here. Kept in another place, this shows later whether anything before it was changed:");
    for head in &report.heads {
        say!("  --head {head}");
    }
}

/// What was read, in words.
pub(crate) fn read(report: &Report) -> String {
    format!("{} orders, {} transactions, {} journal rows", report.orders, report.transactions, report.journal_rows)
}
