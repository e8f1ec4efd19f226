//! `boothpay booth`: which screens of other computers may act for the booth. Works beside a running server.

use crate::out::{self, say};
use crate::settings::{self, Choice};
use anyhow::Result;
use boothpay_protocol::pairing::{self, Pairings};
use boothpay_server::clock::Clock;
use boothpay_server::screens;
use boothpay_store::{Store, visit};
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub(crate) enum BoothCommand {
    /// Print a code that pairs one browser on another computer with the booth.
    ///
    /// It is typed at the booth's page there, works once, and only for ten minutes. The booth's own computer needs none.
    Pair {
        /// What to call the screen, for instance "hall". One that has the name already is replaced once the code is used.
        name: Option<String>,
    },
    /// Print the screens that are paired, as JSON.
    List,
    /// Take a screen's pairing back: it can sell and print nothing any more.
    Unpair {
        /// What `boothpay booth list` calls it.
        name: String,
    },
}

/// Opens the database of the settings and does what is asked.
pub(crate) fn run(choice: &Choice, command: BoothCommand) -> Result<()> {
    let settings = settings::checked(choice)?;
    settings::existing(&settings.database)?;
    match command {
        BoothCommand::List => {
            let setting = visit::setting(&settings.database, &pairing::setting_name())?;
            let pairings = Pairings::of(setting.as_ref())?;
            let screens: Vec<_> = pairings
                .screens
                .iter()
                .map(|screen| json!({ "name": screen.name, "since": screen.since.ms() }))
                .collect();
            let until = pairings.code_until(Clock::System.now()).map(|until| until.ms());
            out::print_json(&json!({ "screens": screens, "code_until": until }));
            Ok(())
        }
        BoothCommand::Pair { name } => {
            let (code, name) = with_store(&settings.database, async |store| {
                Ok(screens::issue_code(store, &Clock::System, name.as_deref()).await??)
            })?;
            let minutes = pairing::CODE_LIFETIME.ms().div_euclid(60_000);
            say!("Code: {code}");
            say!();
            say!("Open the booth's page on the other computer and type the code there within {minutes} minutes.");
            say!("It pairs one browser, which is then called \"{name}\".");
            Ok(())
        }
        BoothCommand::Unpair { name } => {
            with_store(&settings.database, async |store| Ok(screens::unpair(store, &Clock::System, &name).await??))?;
            say!("The screen \"{name}\" is not paired any more.");
            Ok(())
        }
    }
}

fn with_store<T>(database: &boothpay_store::Address, work: impl AsyncFnOnce(&Store) -> Result<T>) -> Result<T> {
    let store = Store::open(database)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work(&store))
}
