//! `boothpay config`: all settings with their explanations, or with their values and where each one came from.

use crate::out::say;
use crate::settings::{self, Choice};
use boothpay_protocol::time::TimeMs;
use boothpay_server::config::connected::{Connects, WALLETS};
use boothpay_server::config::edited::Edited;
use boothpay_server::config::{self, Entry, Place, Sources};
use std::path::PathBuf;

/// What is asked of `boothpay config`.
#[derive(clap::Args)]
pub(crate) struct Config {
    /// Print each setting with its value as the next start would have it, and where that came from: the default, the settings file with the
    /// line, the environment, or the owner's panel. Of secrets only whether they are set.
    #[arg(long)]
    values: bool,
}

/// Prints them.
pub(crate) fn run(choice: &Choice, asked: &Config) -> anyhow::Result<()> {
    if !asked.values {
        crate::out::print(format_args!("{}", config::DEFAULTS));
        return Ok(());
    }
    let loaded = settings::load(choice);
    let sources = &loaded.sources;
    say!("# The settings: {}.", loaded.source());
    let wallets = loaded.judged.outside.wallets_file.clone();
    say!("# {}", of_panel(sources, wallets.as_ref()));
    if let Some(settings) = &loaded.judged.settings {
        for wallet in WALLETS {
            if let (Connects::Settings(_), true) =
                (settings.connections.of(wallet), settings.connections.in_file(wallet))
            {
                say!("# {} was connected in the panel, too; the settings win, and that is not asked.", wallet.word());
            }
        }
    }
    let mut section = "";
    let entries = config::inventory(sources);
    for entry in &entries {
        let (of, name) = entry.setting.rsplit_once('.').unwrap_or(("", &entry.setting));
        if of != section {
            let is_list = of.starts_with("webhooks");
            say!("\n{}", if is_list { "[[webhooks]]".to_owned() } else { format!("[{of}]") });
            section = of;
        }
        say!("{name} = {}", line(entry, sources, wallets.as_ref()));
    }
    if loaded.judged.settings.is_none() {
        anyhow::bail!("{}", loaded.refusal());
    }
    Ok(())
}

/// What the panel's files have.
fn of_panel(sources: &Sources, wallets: Option<&PathBuf>) -> String {
    let Some(file) = wallets else { return "The owner's panel keeps nothing: the database is in memory.".to_owned() };
    let connected: Vec<&str> = sources.connected.as_ref().map_or_else(Vec::new, |connected| {
        WALLETS.into_iter().filter(|wallet| connected.of(*wallet).is_some()).map(|wallet| wallet.word()).collect()
    });
    let shown = file.display();
    let edits = Edited::file_beside(file).map(|file| file.display().to_string()).unwrap_or_default();
    if connected.is_empty() {
        format!(
            "Of the owner's panel: no wallet (it would be in {shown}); settings that were changed there are in {edits}."
        )
    } else {
        let words = connected.join(", ");
        format!("Of the owner's panel: {words}, in {shown}; settings that were changed there are in {edits}.")
    }
}

/// A value and where it came from.
fn line(entry: &Entry, sources: &Sources, wallets: Option<&PathBuf>) -> String {
    let value = match (&entry.value, entry.is_set) {
        (Some(value), _) => value.to_string(),
        (None, true) => "(set, not shown)".to_owned(),
        (None, false) => "\"\"".to_owned(),
    };
    let unit = entry.unit.map(|unit| format!("{}, ", unit.word())).unwrap_or_default();
    format!("{value}  # {unit}{}", from(entry, sources, wallets))
}

fn from(entry: &Entry, sources: &Sources, wallets: Option<&PathBuf>) -> String {
    let place_word = |place: &Place| match place {
        Place::File { line, .. } => format!("the settings file, line {line}"),
        Place::Environment(name) => format!("{name} in the environment"),
        Place::Panel => format!(
            "connected in the owner's panel, {}",
            wallets.map(|file| file.display().to_string()).unwrap_or_default()
        ),
        Place::Nowhere => "the default".to_owned(),
    };
    match (&entry.place, &entry.beneath, sources.edited.of(&entry.setting)) {
        (Place::Panel, Some(beneath), Some(edit)) => format!(
            "set in the owner's panel by {} on {}; without it {} ({})",
            edit.by,
            day(edit.at()),
            beneath.value,
            place_word(&beneath.place)
        ),
        (place, Some(_), Some(edit)) => {
            format!("{}, which was changed after {} was set in the owner's panel", place_word(place), edit.value)
        }
        (place, ..) => place_word(place),
    }
}

/// The day of a time, in UTC.
fn day(at: TimeMs) -> String {
    jiff::Timestamp::from_millisecond(at.ms()).map(|time| time.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}
