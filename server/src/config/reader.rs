//! From settings as written to values, with everything that is wrong or odd noted at once.

mod addresses;
pub(super) mod alerts;
pub(super) mod booth;
mod camera;
mod click;
mod fiscal;
mod layouts;
mod limits;
mod log;
mod metrics;
mod mode;
mod panel;
mod payme;
mod photos;
pub(super) mod prints;
mod public;
mod texts;
mod tokens;
mod uzqr;
mod uzum;
mod uzum_qr;
mod webhooks;

use super::connected::Connections;
use super::finding::{self, Finding, Place, Weight};
use super::judged::{Judged, Outside};
use super::layers::{self, Origin, Sources, Written};
use super::raw::Hidden;
use super::secrets::Fault;
use super::settings::{BackupSettings, Mode, Settings};
use super::{logos, paths, secrets, syntax};
use boothpay_protocol::ledger::booth::Booth;
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::SpanMs;
use boothpay_store::Address;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

/// Characters of a token, at least: short ones can be guessed.
const TOKEN_CHARS_MIN: usize = 16;

/// Reads everything.
pub(super) fn judge(sources: &Sources) -> Judged {
    let Written { config, origins, findings, misspelt, unread_lines, connects, .. } = layers::read(sources);
    let mut reader = Reader {
        findings,
        origins,
        misspelt,
        folder: sources.folder.clone(),
        development: sources.development,
        connected_at_ms: sources.connected.as_ref().map(|connected| connected.changed_at_ms),
        keyless: false,
        outside: Outside::default(),
    };
    let mut settings = reader.settings(&config);
    if let Some(settings) = &mut settings {
        settings.connections = Connections {
            file: reader.outside.wallets_file.clone(),
            wallets: connects,
            sources: Arc::new(sources.clone()),
        };
        settings.leave_out_what_is_not_offered();
    }
    reader.open_file(sources, &config);
    let mut findings = reader.findings;
    if !unread_lines.is_empty() {
        findings = without_echoes(findings, &unread_lines);
    }
    finding::sort(&mut findings);
    let wrong = findings.iter().any(|finding| finding.weight == Weight::Mistake);
    let places = reader.origins.into_iter().map(|(setting, origin)| (setting, origin.place)).collect();
    Judged { settings: settings.filter(|_| !wrong), findings, outside: reader.outside, places }
}

/// Of a line that could not be read, one finding is left: what its value says is only a guess of the reader's, but for a path,
/// of which it says more. What is missing may stand in such a line, so that is not told.
fn without_echoes(findings: Vec<Finding>, unread_lines: &[usize]) -> Vec<Finding> {
    let is_path =
        |finding: &Finding| finding.advice.starts_with(syntax::backslash_advice()) && !finding.setting.is_empty();
    let paths: Vec<Place> = findings.iter().filter(|it| is_path(it)).map(|it| it.place.clone()).collect();
    let same_line = |one: &Place, line: usize| matches!(one, Place::File { line: other, .. } if *other == line);
    let keep = |finding: &Finding| match &finding.place {
        Place::File { line, .. } if unread_lines.contains(line) => {
            is_path(finding) || (finding.setting.is_empty() && !paths.iter().any(|path| same_line(path, *line)))
        }
        Place::File { .. } | Place::Environment(_) | Place::Panel => true,
        Place::Nowhere => finding.weight == Weight::Remark,
    };
    findings.into_iter().filter(keep).collect()
}

/// Collects findings while it reads.
struct Reader {
    findings: Vec<Finding>,
    origins: BTreeMap<String, Origin>,
    misspelt: Vec<String>,
    folder: PathBuf,
    development: bool,
    /// When wallets were connected or changed in the panel last; none where that never was.
    connected_at_ms: Option<i64>,
    /// No key was found, whatever mode follows from that.
    keyless: bool,
    outside: Outside,
}

/// A secret as it was found.
#[derive(Clone, PartialEq, Eq)]
enum Kept {
    /// Nobody wrote one, or what was written is blank.
    Nothing,
    /// What was written cannot be one; that is noted.
    Wrong,
    /// This text, written in this setting.
    Text(String, &'static str),
}

impl Reader {
    fn settings(&mut self, config: &super::Config) -> Option<Settings> {
        let key = self.secret("payme.key", &config.payme.key, "payme.key_file", &config.payme.key_file);
        let key = self.payme_key(key);
        let secret = &config.click.secret_key;
        let click_key = self.secret("click.secret_key", secret, "click.secret_key_file", &config.click.secret_key_file);
        let click_key = self.click_key(click_key);
        let passwords = self.uzum_passwords(config);
        let uzum_qr_key = self.uzum_qr_key(config);
        let (uzqr_key, uzqr_code) = self.uzqr_code(config);
        let wallets = [
            mode::payme(config, &key),
            mode::click(config, &click_key),
            mode::uzum(config, uzum::uzum_key(&passwords)),
            mode::uzum_qr(config, &uzum_qr_key),
            mode::uzqr(&uzqr_key),
        ];
        let mode = self.mode(config, &wallets);
        self.outside.development = mode == Mode::Development;
        let listen = self.listen("listen", &config.listen, mode);
        let webhook_listen = match config.webhook_listen.as_str() {
            "" => Some(None),
            text => self.listen("webhook_listen", text, mode).map(Some),
        };
        self.outside.listen = listen;
        self.outside.webhook_listen = webhook_listen.flatten();
        let public = self.public(config, mode);
        let metrics = self.metrics(&config.metrics);
        self.addresses_apart();
        self.exposed(mode);
        let database = self.database(&config.database.0, mode);
        // The panel's files lie beside the name that the owner has given, whether it is a link or not.
        self.wallets_file(&config.admin.wallets_file, database.as_ref());
        let database = database.map(Address::followed);
        self.outside.database.clone_from(&database);
        self.outside.wallets_changed_at_ms = self.connected_at_ms;
        let cors_origins = self.cors(&config.cors_origins, mode);
        self.host_names(&config.host_names);
        let trusted_proxies = self.proxies(&config.trusted_proxies);
        let booth = self.booth(&config.booth, mode);
        let payme = self.payme(config, mode, &key);
        let click = self.click(config, mode, &click_key);
        let uzum = self.uzum(config, mode, &passwords);
        let uzum_qr = self.uzum_qr(config, mode, &uzum_qr_key);
        let uzqr = self.uzqr(config, uzqr_code);
        let (logos, remarks) = logos::read(&self.folder);
        self.findings.extend(remarks);
        let (admin, api) = (&config.admin, &config.api);
        let admin_token = self.token("admin.token", &admin.token, "admin.token_file", &admin.token_file);
        let api_token = self.token("api.token", &api.token, "api.token_file", &api.token_file);
        let whole = [("admin.token", admin_token), ("api.token", api_token)];
        let api_tokens = self.scoped_tokens(&api.tokens, whole);
        if self.takes_money(mode) && admin_token.is_none() {
            self.remark("admin.token", "it is not set, so the overview at /api/stats is closed");
        }
        let panel = self.panel(admin);
        let limits = self.limits(&config.limits);
        let backup = self.backup(config, database.as_ref(), mode);
        let log = self.log(config);
        let webhooks = self.webhooks(&config.webhooks);
        let photos = self.photos(config);
        let camera = self.camera(config);
        let prints = self.prints(config);
        let layouts = self.layouts(config);
        self.outside.layouts.clone_from(&layouts);
        let telegram = self.telegram(config);
        let alerts = self.alerts(&config.alerts);
        let texts = self.texts(&config.texts);
        let booth = booth?;
        Some(Settings {
            mode,
            listen: listen?,
            webhook_listen: webhook_listen?,
            public: public?,
            database: database?,
            cors_origins,
            host_names: config.host_names.iter().map(|name| name.to_ascii_lowercase()).collect(),
            trusted_proxies: trusted_proxies?,
            booth: Booth { id: booth.id, name: config.booth.name.clone() },
            support_phone: config.booth.support_phone.clone(),
            texts,
            language: booth.language,
            time_zone: booth.time_zone,
            prices: booth.prices,
            order_lifetime: booth.order_lifetime,
            payment_screen_seconds: booth.payment_screen_seconds,
            idle_seconds: booth.idle_seconds,
            payme: payme?,
            click: click?,
            uzum: uzum?,
            uzum_qr: uzum_qr?,
            uzqr: uzqr?,
            logos,
            admin_token,
            panel: panel?,
            api_token,
            api_tokens,
            trust_this_computer: api.trust_this_computer,
            claim_at_screen: api.claim_at_screen,
            photos: photos?,
            camera: camera?,
            prints: prints?,
            layouts: layouts?,
            telegram: telegram?,
            alerts: alerts?,
            limits: limits?,
            metrics: metrics?,
            backup: backup?,
            log: log?,
            webhooks,
            connections: Connections::default(),
        })
    }

    /// Notes a mistake; `None`, so that it can stand where the value would.
    fn wrong<T>(&mut self, setting: &str, advice: impl Into<String>) -> Option<T> {
        // What could not be read has its default for the time being, and that is not the owner's mistake.
        let said = |finding: &Finding| finding.setting == setting && finding.weight == Weight::Mistake;
        if !self.findings.iter().any(said) {
            self.note(Weight::Mistake, setting, advice.into());
        }
        None
    }

    fn remark(&mut self, setting: &str, advice: impl Into<String>) {
        self.note(Weight::Remark, setting, advice.into());
    }

    fn note(&mut self, weight: Weight, setting: &str, advice: String) {
        let place = self.origins.get(setting).map_or(Place::Nowhere, |origin| origin.place.clone());
        self.findings.push(Finding { weight, place, setting: setting.to_owned(), advice });
    }

    /// Whether it is worth saying how a booth that takes money should be set. One whose key is missing has another trouble.
    fn takes_money(&self, mode: Mode) -> bool {
        mode == Mode::Production && !self.keyless
    }

    /// How a setting is written in the file, with its quotes; empty if it is not.
    fn source(&self, setting: &str) -> String {
        match self.origins.get(setting) {
            Some(Origin { place: Place::File { .. }, source }) => source.clone(),
            Some(_) | None => String::new(),
        }
    }

    fn number(&mut self, setting: &'static str, value: i64, range: RangeInclusive<u32>) -> Option<u32> {
        match u32::try_from(value) {
            Ok(value) if range.contains(&value) => Some(value),
            Ok(_) | Err(_) => self.wrong(setting, format!("give a number from {} to {}", range.start(), range.end())),
        }
    }

    /// A secret from the settings or from a file of its own.
    fn secret(&mut self, setting: &'static str, value: &Hidden, file_setting: &'static str, file: &str) -> Kept {
        let value = value.0.trim();
        if file.is_empty() {
            return if value.is_empty() { Kept::Nothing } else { Kept::Text(value.to_owned(), setting) };
        }
        if !value.is_empty() {
            self.wrong::<()>(setting, format!("set either {setting} or {file_setting}, not both"));
            return Kept::Wrong;
        }
        self.secret_file(file_setting, file).map_or(Kept::Wrong, |text| Kept::Text(text, file_setting))
    }

    /// Looks at a key, and notes what is wrong or odd about it.
    fn judged_key(&mut self, kept: Kept, look: impl Fn(&str) -> Option<Fault>) -> Kept {
        let Kept::Text(text, setting) = kept else { return kept };
        match look(&text) {
            Some(fault) if fault.is_mistake() => {
                self.wrong::<()>(setting, fault.advice());
                Kept::Wrong
            }
            Some(fault) => {
                self.remark(setting, fault.advice());
                Kept::Text(text, setting)
            }
            None => Kept::Text(text, setting),
        }
    }

    /// What a secret's file holds.
    fn secret_file(&mut self, setting: &str, file: &str) -> Option<String> {
        match secrets::read(&self.folder, file) {
            Ok(found) => {
                if let Some(what) = found.open_to {
                    let advice = format!(
                        "other users of this computer can get at the file, it can be {what} by them. Let only the user \
                         who runs Boothpay read it, on Linux with: chmod 600 FILE"
                    );
                    self.remark(setting, advice);
                }
                Some(found.text)
            }
            Err(advice) => self.wrong(setting, advice),
        }
    }

    /// The digest of a token that is long enough.
    fn token(
        &mut self,
        setting: &'static str,
        value: &Hidden,
        file_setting: &'static str,
        file: &str,
    ) -> Option<KeyDigest> {
        let Kept::Text(token, place) = self.secret(setting, value, file_setting, file) else { return None };
        self.token_digest(place, &token)
    }

    /// A settings file with a key in it is a key's file. In development there is none to protect.
    fn open_file(&mut self, sources: &Sources, config: &super::Config) {
        let secrets = [
            ("payme.key", config.payme.key.0.as_str()),
            ("click.secret_key", config.click.secret_key.0.as_str()),
            ("uzum.password", config.uzum.password.0.as_str()),
            ("uzum.test_password", config.uzum.test_password.0.as_str()),
            ("uzum_qr.secret_key", config.uzum_qr.secret_key.0.as_str()),
            ("admin.token", config.admin.token.0.as_str()),
            ("api.token", config.api.token.0.as_str()),
            ("metrics.token", config.metrics.token.0.as_str()),
            ("telegram.token", config.telegram.token.0.as_str()),
            (
                "database",
                if config.database.0.trim().starts_with("postgres") { config.database.0.as_str() } else { "" },
            ),
        ];
        let scoped = config.api.tokens.iter();
        let scoped = scoped.map(|(name, it)| (format!("api.tokens.{name}.token"), it.token.0.as_str()));
        let mut secrets = secrets.map(|(setting, value)| (setting.to_owned(), value)).into_iter().chain(scoped);
        let in_file =
            |setting: &str| matches!(self.origins.get(setting), Some(Origin { place: Place::File { .. }, .. }));
        let kept = secrets.find(|(setting, value)| !value.trim().is_empty() && in_file(setting));
        let meta = sources.file.as_ref().and_then(|(path, _)| std::fs::metadata(path).ok());
        if let (Some((setting, _)), Some(what)) = (kept, meta.as_ref().and_then(secrets::open_to)) {
            let advice = format!(
                "it stands in the settings file, which can be {what} by other users of this computer. Let only the user who runs \
                 Boothpay read the file, on Linux with: chmod 600 FILE; or keep this in a file of its own, or in the environment"
            );
            self.remark(&setting, advice);
        }
    }

    fn backup(
        &mut self,
        config: &super::Config,
        database: Option<&Address>,
        mode: Mode,
    ) -> Option<Option<BackupSettings>> {
        let backup = &config.backup;
        let hours = self.number("backup.every_hours", backup.every_hours, 1..=8_760);
        let keep = self.number("backup.keep", backup.keep, 1..=10_000);
        if backup.folder.is_empty() {
            if self.takes_money(mode) && matches!(database, Some(Address::SqliteFile(_))) {
                self.remark("backup.folder", "it is not set, so no backups are made");
            }
            return Some(None);
        }
        if matches!(database, Some(Address::Postgres(_))) {
            let advice = "only a database in a file is backed up here; back PostgreSQL up with its own tools (see the README) \
                          and leave this empty";
            return self.wrong("backup.folder", advice);
        }
        if let Err(advice) = paths::judge(&backup.folder, &self.source("backup.folder")) {
            return self.wrong("backup.folder", advice);
        }
        if let Some(advice) = paths::of_another_system(&backup.folder) {
            return self.wrong("backup.folder", advice);
        }
        let folder = self.folder.join(&backup.folder);
        if let Some(Address::SqliteFile(file)) = database
            && file.parent().is_some_and(|beside| paths::same(beside, &folder))
        {
            let advice = "this is the database's own folder. Best is another disk: when this one fails, both are gone";
            self.remark("backup.folder", advice);
        }
        self.outside.backup_folder = Some(folder.clone());
        let every = SpanMs::seconds(hours?.saturating_mul(3600));
        Some(Some(BackupSettings { folder, every, keep: usize::try_from(keep?).ok()? }))
    }
}
