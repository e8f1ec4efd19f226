//! `boothpay check`: the settings, judged in the owner's words, and what they need of this computer.

use crate::out::{self, say};
use crate::outside;
use crate::settings::{self, Choice, Loaded};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::money::Soum;
use boothpay_server::config::connected::{self, Connects};
use boothpay_server::config::{Mode, Settings, UzqrCode};
use std::process::ExitCode;

/// Says what is wrong and what to do; fails when the server would not start, or could not do its work.
pub(crate) fn run(choice: &Choice) -> ExitCode {
    let mut loaded = settings::load(choice);
    let outside = outside::look(&loaded);
    loaded.judged.add(outside);
    let (bot, trouble) = outside::bot(loaded.judged.settings.as_ref());
    loaded.judged.add(trouble);
    let is_wrong = |loaded: &Loaded| loaded.judged.findings.iter().any(settings::is_mistake);
    let mut printer = None;
    if !is_wrong(&loaded) {
        let (ready, trouble) = outside::printer(loaded.judged.settings.as_ref());
        printer = ready;
        loaded.judged.add(trouble);
    }
    say!("{}", heading(&loaded));
    let wrong = is_wrong(&loaded);
    if let (Some(settings), false) = (&loaded.judged.settings, wrong) {
        say!("\nThe settings are fine.\n\n{}", summary(settings, bot.as_deref(), printer.as_deref()));
    }
    if !loaded.judged.findings.is_empty() {
        say!("\n{}", settings::in_words(&loaded.judged.findings));
    }
    if wrong { ExitCode::FAILURE } else { out::outcome() }
}

/// Which program, which settings, which database.
pub(crate) fn heading(loaded: &Loaded) -> String {
    let version = crate::VERSION;
    let mut lines = vec![format!("Boothpay:      {version}"), format!("Settings:      {}", loaded.source())];
    if let Some(database) = &loaded.judged.outside.database {
        lines.push(format!("Database:      {database}"));
    }
    lines.join("\n")
}

fn summary(settings: &Settings, bot: Option<&str>, printer: Option<&str>) -> String {
    let mode = match settings.mode {
        Mode::Production => "production: calls need the wallet's key, no test payments",
        Mode::Development => "development: no wallet's key, this computer only, play money",
        Mode::Demo => "demonstration",
    };
    let prices = &settings.prices;
    let extra = Soum::from_tiyin(prices.extra_copy_tiyin);
    let mut lines = vec![format!("  Mode       {mode}"), format!("  Listens on {}", settings.listen)];
    if let Some(address) = settings.webhook_listen {
        lines.push(format!("  Webhooks   {address}, and nothing else there"));
    }
    if let Some(public) = &settings.public {
        lines.push(format!(
            "  HTTPS      https://{}, at {}, with a certificate of {}",
            public.domain, public.listen, public.authority
        ));
    }
    if let Some(metrics) = settings.metrics {
        lines.push(format!("  Metrics    {}", metrics.listen));
    }
    lines.extend([
        format!("  Booth      {}", settings.booth.name),
        format!(
            "  Prices     {} soum, each further print {extra} soum, at most {} prints",
            prices.base.soum(),
            prices.max_copies
        ),
    ]);
    if let Some(payme) = &settings.payme.checkout {
        lines.extend([
            format!("  Cashbox    {}", payme.merchant_id),
            format!("  Account    {}", payme.account_field),
            format!("  Codes      lead to {}", payme.host),
        ]);
    }
    if let Some(click) = &settings.click.checkout {
        let others = settings.click.services.iter().map(|service| service.id).filter(|id| *id != click.service_id);
        let others: String = others.map(|id| format!(", and payments of {id}")).collect();
        lines.extend([
            format!("  Click      service {}{others}", click.service_id),
            format!("  Its codes  lead to {}", click.address),
            match &settings.click.api {
                Some(api) => {
                    format!("  Refunds    are asked for at {} by the user {}", api.address, api.merchant_user_id)
                }
                None => {
                    "  Refunds    are for you to make in Click's cabinet: click.merchant_user_id is not set".to_owned()
                }
            },
        ]);
    }
    if let Some(link) = &settings.uzum.link {
        let ids = settings.uzum.rules.service_ids.iter().filter(|id| **id != link.service_id);
        let others: String = ids.map(|id| format!(", and payments of {id}")).collect();
        lines.extend([
            format!("  Uzum       service {}{others}", link.service_id),
            format!("  Its codes  lead to {}", link.host()),
        ]);
    }
    let edits = settings.connections.edits().into_iter();
    lines.extend(edits.map(|(setting, value)| format!("  Panel      {setting} = {value} was set there")));
    lines.extend(connected::WALLETS.into_iter().filter_map(|wallet| by_panel(settings, wallet)));
    if let Some(uzum_qr) = &settings.uzum_qr {
        lines.push(format!("  Uzum       codes of service {}, made at {}", uzum_qr.service_id, uzum_qr.api));
    }
    match &settings.uzqr.code {
        Some(UzqrCode::Text(_)) => lines.push("  UzQR       a code of its text; staff confirm".to_owned()),
        Some(UzqrCode::Picture(_)) => lines.push("  UzQR       the picture of a code; staff confirm".to_owned()),
        None => {}
    }
    if !settings.logos.is_empty() {
        let wallets: Vec<&str> = settings.logos.keys().map(|wallet| wallet.word()).collect();
        lines.push(format!("  Logos      {}", wallets.join(", ")));
    }
    for webhook in &settings.webhooks {
        let events: Vec<&str> = webhook.events.iter().map(|event| event.word()).collect();
        lines.push(format!("  Tells      {} at {} of {}", webhook.name, webhook.address, events.join(", ")));
    }
    if let Some(bot) = bot {
        lines.push(format!("  Photos     come by https://t.me/{bot}"));
    }
    if let Some(printer) = printer {
        lines.push(format!("  Printer    {printer}"));
    }
    if let Some(backup) = &settings.backup {
        lines.push(format!("  Backups    {}", backup.folder.display()));
    }
    lines.join("\n")
}

/// That a wallet was connected in the owner's panel, with its file; or that it was, and the settings win.
fn by_panel(settings: &Settings, wallet: Provider) -> Option<String> {
    let connections = &settings.connections;
    let file = connections.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
    let word = wallet.word();
    match connections.of(wallet) {
        Connects::Panel(connection) => {
            let offered = if connection.offered { "" } else { "; the screen does not offer it any more" };
            let what = if connection.real { "for customers" } else { "to be tried" };
            Some(format!(
                "  Panel      {word} was connected there by {}, {what}{offered}; its key is in {file}",
                connection.by
            ))
        }
        Connects::Settings(_) if connections.in_file(wallet) => {
            Some(format!("  Panel      {word} was connected there, too, and the settings win; {file} is not asked"))
        }
        Connects::Settings(_) | Connects::Nobody => None,
    }
}
