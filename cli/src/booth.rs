//! `boothpay booth`: which screens of other computers may act for the booth, and which people may confirm payments at it. Works
//! beside a running server.

use crate::out::{self, say};
use crate::serve;
use crate::settings::{self, Choice};
use anyhow::Result;
use boothpay_protocol::pairing::{self, Pairings};
use boothpay_protocol::staff::{self, Staff};
use boothpay_server::clock::Clock;
use boothpay_server::config::Settings;
use boothpay_server::{screens, staff as pins};
use boothpay_store::{Store, visit};
use clap::Subcommand;
use serde_json::json;
use std::io::{self, BufRead};

#[derive(Subcommand)]
pub(crate) enum BoothCommand {
    /// Print a code that pairs one browser on another computer with the booth.
    ///
    /// It is typed at the booth's page there, works once, and only for ten minutes. The booth's own computer needs none.
    Pair {
        /// What to call the screen, for instance "hall". One that has the name already is replaced once the code is used.
        name: Option<String>,
    },
    /// Print the screens that are paired and the people who have a PIN, as JSON.
    List,
    /// Take a screen's pairing back: it can sell and print nothing any more.
    Unpair {
        /// What `boothpay booth list` calls it.
        name: String,
    },
    /// Give a member of staff a PIN: at the booth's screen it confirms payments by UzQR, and opens the page for staff.
    ///
    /// It is asked for on the keyboard: 6 to 8 digits, or an empty line for one by chance. One that the person had is replaced.
    Pin {
        /// Whose it is, for instance "anna": the journal names who confirmed.
        name: String,
    },
    /// Take somebody's PIN back.
    Unpin {
        /// What `boothpay booth list` calls the person.
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
            let kept = visit::setting(&settings.database, &staff::setting_name())?;
            let people = Staff::of(kept.as_ref())?.map(|staff| staff.people).unwrap_or_default();
            let people: Vec<_> =
                people.iter().map(|person| json!({ "name": person.name, "since": person.since.ms() })).collect();
            out::print_json(&json!({ "screens": screens, "code_until": until, "staff": people }));
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
            say!("{}", serve::from_elsewhere(settings.listen, "/"));
            Ok(())
        }
        BoothCommand::Unpair { name } => {
            with_store(&settings.database, async |store| Ok(screens::unpair(store, &Clock::System, &name).await??))?;
            say!("The screen \"{name}\" is not paired any more.");
            Ok(())
        }
        BoothCommand::Pin { name } => give_pin(&settings, &name),
        BoothCommand::Unpin { name } => {
            with_store(
                &settings.database,
                async |store| Ok(pins::take_pin_back(store, &Clock::System, &name).await??),
            )?;
            say!("{name} has no PIN any more.");
            Ok(())
        }
    }
}

fn give_pin(settings: &Settings, name: &str) -> Result<()> {
    say!("A new PIN for {name}, 6 to 8 digits (an empty line: one by chance):");
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed)?;
    let own = typed.trim();
    let pin = if own.is_empty() { pins::draw_pin()? } else { own.to_owned() };
    with_store(&settings.database, async |store| Ok(pins::give_pin(store, &Clock::System, name, &pin).await??))?;
    if own.is_empty() {
        say!("PIN: {pin}");
        say!();
        say!("It is shown this once. Only a digest of it is stored.");
    }
    say!(
        "At the booth's screen {name} can confirm payments by UzQR now, and open the page for staff: a finger on the sign at the top left,"
    );
    say!("for three seconds. What may be given back there is admin.operator_refund in boothpay.toml.");
    if settings.uzqr.code.is_none() {
        say!("UzQR is not set up yet: see [uzqr] in boothpay.toml.");
    }
    Ok(())
}

fn with_store<T>(database: &boothpay_store::Address, work: impl AsyncFnOnce(&Store) -> Result<T>) -> Result<T> {
    let store = Store::open(database)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(work(&store))
}
