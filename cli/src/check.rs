//! `boothpay check`: the settings, judged in the owner's words.

use crate::out::{self, say};
use crate::settings;
use boothpay_protocol::money::Soum;
use boothpay_server::config::{Mode, Settings};
use boothpay_store::Address;
use std::path::Path;
use std::process::ExitCode;

/// Says what is wrong and what to do; fails when the server would not start.
pub(crate) fn run(config: Option<&Path>) -> ExitCode {
    let config = match settings::read(config) {
        Ok(config) => config,
        Err(error) => {
            say!("Wrong:\n  {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let settings = match Settings::from_config(&config) {
        Ok(settings) => settings,
        Err(findings) => {
            say!("Wrong:\n{}", settings::in_words(&findings));
            return ExitCode::FAILURE;
        }
    };
    if let Err(advice) = folder_of(&settings.database) {
        say!("Wrong:\n  database: {advice}");
        return ExitCode::FAILURE;
    }
    say!("{}", summary(&settings));
    let remarks = settings.remarks();
    if !remarks.is_empty() {
        say!("\nWorth a look:");
        for remark in remarks {
            say!("  {remark}");
        }
    }
    out::outcome()
}

fn summary(settings: &Settings) -> String {
    let mode = match settings.mode {
        Mode::Production => "production: calls need the Payme key, no test payments",
        Mode::Development => "development: no Payme key, this computer only, play money",
        Mode::Demo => "demonstration",
    };
    let prices = &settings.prices;
    let extra = Soum::from_tiyin(prices.extra_copy_tiyin);
    let lines = [
        "The settings are fine.".to_owned(),
        String::new(),
        format!("  Mode       {mode}"),
        format!("  Listens on {}", settings.listen),
        format!("  Database   {}", settings.database),
        format!("  Booth      {}", settings.booth.name),
        format!(
            "  Prices     {} soum, each further print {extra} soum, at most {} prints",
            prices.base.soum(),
            prices.max_copies
        ),
        format!("  Cashbox    {}", settings.checkout.merchant_id),
        format!("  Account    {}", settings.checkout.account_field),
        format!("  Codes      lead to {}", settings.checkout.host),
    ];
    lines.join("\n")
}

/// The database's folder has to be there; the file itself is made.
fn folder_of(address: &Address) -> Result<(), String> {
    let Address::SqliteFile(path) = address else { return Ok(()) };
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            Err(format!("the folder {} does not exist; make it, or choose another file", folder.display()))
        }
        Some(_) | None => Ok(()),
    }
}
