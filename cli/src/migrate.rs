//! `boothpay migrate`: moves a booth that grew from its file to PostgreSQL, and takes the move back.

use crate::out::say;
use crate::outside::kept::left_behind;
use crate::settings::{self, Choice};
use anyhow::{Context, Result, bail};
use boothpay_protocol::money::Soum;
use boothpay_server::clock::Clock;
use boothpay_store::moving::{self, Counts, Outcome, Step};
use boothpay_store::{Address, quoted};

/// From where, and where to.
#[derive(clap::Args)]
pub(crate) struct Migrate {
    /// The file to move, for instance sqlite:boothpay.db. Its server must have been stopped.
    #[arg(long, value_name = "ADDRESS")]
    from: String,
    /// The empty PostgreSQL database to move to, instead of the settings' database.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "undo")]
    to: Option<String>,
    /// Take a move back: the file is a database again, without what was taken elsewhere since.
    #[arg(long)]
    undo: bool,
}

/// Moves everything, or says why nothing was moved.
pub(crate) fn run(choice: &Choice, migrate: &Migrate) -> Result<()> {
    let from = Address::parse(&migrate.from).context("--from")?.followed();
    if migrate.undo {
        let known = settings::checked(choice).ok().map(|settings| settings.database);
        let to = moving::undo(&from, known.as_ref())?;
        say!("{from} can be served again.");
        say!("What was taken in {to} since the move is not in it. Do not let servers work on both.");
        return Ok(());
    }
    let to = match &migrate.to {
        Some(text) => Address::parse(text).context("--to")?,
        None => match settings::checked(choice)?.database {
            to @ Address::Postgres(_) => to,
            Address::SqliteFile(_) | Address::SqliteMemory => bail!(
                "name the PostgreSQL database to move to: as the database setting (BOOTHPAY_DATABASE=postgres://…), or \
                 with --to postgres://…"
            ),
        },
    };
    let outcome = moving::run(&from, &to, Clock::System.now(), &mut |step| say!("{}", words(step)))?;
    let moved = match outcome {
        Outcome::Moved(moved) => {
            say!("");
            say!("Everything of {from} is in {to} now, compared row by row and verified:");
            moved
        }
        Outcome::WasThere(moved) => {
            say!("");
            say!("An earlier move had got to its end: everything of {from} is in {to}, compared row by row:");
            moved
        }
    };
    say!("{}", table(&moved));
    say!("");
    say!("Start the server with that address as its database setting.");
    say!("{from} is kept as it was. A server that is started on it by mistake says where it went; to go back to it:");
    if let Address::SqliteFile(file) = &from {
        say!("    {} migrate --undo --from {}", choice.command(), quoted(file));
        let loaded = settings::load(choice);
        let behind = left_behind(&loaded.judged.outside, Some(file));
        if !behind.is_empty() {
            say!("");
            say!("What the panel keeps in files is not in the database:");
        }
        for finding in behind {
            say!("{finding}");
        }
    }
    Ok(())
}

fn words(step: Step) -> &'static str {
    match step {
        Step::VerifyingSource => "Verifying the file",
        Step::Copying => "Copying",
        Step::Comparing => "Comparing every row",
        Step::VerifyingTarget => "Verifying the new database",
    }
}

fn table(moved: &Counts) -> String {
    let sum = |tiyin| Soum::from_tiyin(tiyin);
    let lines = [
        format!("  orders        {}", moved.orders),
        format!("  transactions  {}", moved.transactions),
        format!("  journal rows  {}", moved.journal_rows),
        format!("  settings      {}", moved.settings),
        format!("  paid          {}, {} soum", moved.performed, sum(moved.performed_tiyin)),
        format!("  refunded      {}, {} soum", moved.refunded, sum(moved.refunded_tiyin)),
    ];
    lines.join("\n")
}
