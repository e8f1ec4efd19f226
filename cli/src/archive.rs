//! `boothpay archive`: old, settled orders to a file of their own.

use crate::settings::{self, Choice};
use anyhow::{Context, Result};
use boothpay_protocol::money::Soum;
use boothpay_protocol::order::OrderStatus;
use boothpay_protocol::time::TimeMs;
use boothpay_server::clock::Clock;
use boothpay_store::Address;
use boothpay_store::archive::{self, AGE_DAYS_MIN, Moved, Outcome, Wish};
use jiff::civil::Date;
use std::path::PathBuf;

/// What to archive, and where to.
#[derive(clap::Args)]
pub(crate) struct What {
    /// Orders whose last change was before this day, in the booth's time zone, as 2026-01-31.
    #[arg(long, value_name = "DATE")]
    before: Date,
    /// The file to make, which must not be there yet. Without this, a file beside the database, named by the date.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// Moves the orders; works beside a running server.
pub(crate) fn run(choice: &Choice, what: &What) -> Result<()> {
    let settings = settings::checked(choice)?;
    let midnight = what.before.to_zoned(settings.time_zone.clone()).context("--before")?;
    let before = TimeMs::new(midnight.timestamp().as_millisecond());
    let to = what.to.clone().unwrap_or_else(|| beside(&settings.database, what.before));
    let wish = Wish { before, to, now: Clock::System.now() };
    match archive::run(&settings.database, &wish)? {
        Outcome::Nothing => {
            println!(
                "No order was settled before {}. Orders that are waiting, that are being paid, or that are paid and not \
                 printed stay where they are.",
                what.before
            );
        }
        Outcome::Moved(moved) => print!("{}", in_words(&moved, &settings.database)),
    }
    Ok(())
}

fn beside(database: &Address, before: Date) -> PathBuf {
    let name = |stem: &str| format!("{stem}.archive-{before}.db");
    match database {
        Address::SqliteFile(path) => {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("boothpay");
            path.with_file_name(name(stem))
        }
        Address::SqliteMemory | Address::Postgres(_) => PathBuf::from(name("boothpay")),
    }
}

fn in_words(moved: &Moved, database: &Address) -> String {
    let file = moved.file.display();
    let mut lines = Vec::new();
    if moved.resumed {
        lines
            .push("An earlier archiving had been interrupted; it is finished now. Run this again for more.".to_owned());
    }
    let all: i64 = moved.orders.iter().map(|(_, count, _)| count).sum();
    lines.push(format!("{all} orders were moved from {database} to {file}:"));
    lines.push(String::new());
    for status in OrderStatus::ALL {
        for (_, count, tiyin) in moved.orders.iter().filter(|(it, _, _)| *it == status) {
            let soum = Soum::from_tiyin(*tiyin).to_string();
            let sum = match status {
                OrderStatus::Paid | OrderStatus::Refunded => format!(" {soum:>14} soum"),
                // For these nobody paid.
                OrderStatus::Pending | OrderStatus::Cancelled | OrderStatus::Expired => String::new(),
            };
            lines.push(format!("  {:<10} {count:>8} orders{sum}", status.word()));
        }
    }
    lines.push(String::new());
    if moved.stayed > 0 {
        lines.push(format!("{} more have changed meanwhile and stay in the database.", moved.stayed));
    }
    lines.push(format!(
        "The file was read back and verified: {} transactions, {} journal rows, {} KiB.",
        moved.transactions,
        moved.journal_rows,
        moved.bytes.div_ceil(1024)
    ));
    lines.push(
        "Nobody notices: totals, Payme's statements and each order's status stay as they were. Only a refund through \
         Payme is not possible any more."
            .to_owned(),
    );
    lines.push(
        "Their full story is in this file alone now, so keep a copy of it on another disk. The database does not get \
         smaller, it uses the room again."
            .to_owned(),
    );
    lines.push(String::new());
    lines.push(format!("  boothpay verify --archive {file}"));
    lines.push(format!("  boothpay order show ORDER --archive {file}"));
    lines.join("\n") + "\n"
}

/// `boothpay archive --help`, at its end.
pub(crate) fn help() -> String {
    format!(
        "The date must lie at least {AGE_DAYS_MIN} days in the past. A run that was interrupted is finished by the next one."
    )
}
