//! `boothpay backup` and `boothpay restore`: a verified copy of the database, and the way back.

use crate::out::say;
use crate::settings::{self, Choice};
use crate::{update, verify};
use anyhow::{Context, Result};
use boothpay_store::Address;
use boothpay_store::backup;
use boothpay_store::verify::Report;
use std::path::{Path, PathBuf};

/// Copies the settings' database; works beside a running server.
pub(crate) fn back_up(choice: &Choice, arguments: &To) -> Result<()> {
    let settings = settings::checked(choice)?;
    let Some(to) = &arguments.to else { return before_upgrade(&settings.database) };
    settings::existing(&settings.database)?;
    let copied = backup::make(&settings.database, to)?;
    say!("{} is a verified backup of {}: {}.", to.display(), settings.database, verify::read(&copied.report));
    verify::print_heads(&copied.report);
    Ok(())
}

/// Where there is nothing to back up, an upgrade may go on.
fn before_upgrade(database: &Address) -> Result<()> {
    match database {
        Address::SqliteFile(path) => {
            // A folder that cannot be looked into is not one without a database.
            let there = path.try_exists().with_context(|| format!("{} cannot be looked at", path.display()))?;
            if there { update::back_up(database, path).map(drop) } else { Ok(()) }
        }
        Address::SqliteMemory => Ok(()),
        Address::Postgres(_) => {
            say!("The database is PostgreSQL's: it is backed up with its own tools (pg_dump), not here.");
            Ok(())
        }
    }
}

/// Puts a backup in the place of the settings' database.
pub(crate) fn restore(choice: &Choice, from: &Path, force: bool) -> Result<()> {
    let settings = settings::checked(choice)?;
    let restored = match backup::restore(from, &settings.database, force) {
        Err(backup::BackupError::Exists(path)) if !force => anyhow::bail!(
            "{} is there already. To put the backup in its place, stop the server and add --force; what is there now is \
             kept under another name",
            path.display()
        ),
        outcome => outcome?,
    };
    say!("{} holds the backup now, verified: {}.", settings.database, verify::read(&restored.report));
    if let Some(aside) = &restored.moved_aside {
        say!("What was there before is kept as {}.", aside.display());
    }
    say!();
    say!("{}", advice(&settings.database, &restored.report, &settings.time_zone));
    Ok(())
}

/// A database that is behind does not know money that was taken since; only the wallets' own lists do.
fn advice(database: &Address, report: &Report, zone: &jiff::tz::TimeZone) -> String {
    let last = report.last_change.and_then(|time| jiff::Timestamp::from_millisecond(time.ms()).ok());
    match last {
        Some(last) => {
            let last = last.to_zoned(zone.clone());
            format!(
                "Its last change is of {}. Payments since then are not in it: before you start the server, compare with \
                 the lists in the wallets' cabinets, and refund or print by hand what {database} does not know.",
                last.strftime("%Y-%m-%d %H:%M:%S")
            )
        }
        None => "There are no orders in it.".to_owned(),
    }
}

/// Where to, or from where.
#[derive(clap::Args)]
pub(crate) struct To {
    /// The file to make. It must not be there yet.
    #[arg(required_unless_present = "before_upgrade")]
    to: Option<PathBuf>,
    /// Make `before-upgrade-….db` beside the database instead, as packages do before another version comes: the last three stay,
    /// and where there is no file to back up nothing is done.
    #[arg(long, conflicts_with = "to")]
    before_upgrade: bool,
}

/// What to put back.
#[derive(clap::Args)]
pub(crate) struct From {
    /// The backup.
    pub(crate) from: PathBuf,
    /// Replace the database that is there. It is kept under another name.
    #[arg(long)]
    pub(crate) force: bool,
}
