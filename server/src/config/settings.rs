//! From settings as written to values that the program can rely on, with everything that is wrong said at once.

use super::raw::{Config, Hidden};
use crate::access::origin::Origins;
use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::limits::{BOOTH_NAME_CHARS_MAX, COPIES_MAX};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::checkout::{Checkout, PAYME_CHECKOUT};
use boothpay_protocol::payme::rules::{AccountCode, FiscalItem, RefundPolicy, Rules, TimeoutBase};
use boothpay_protocol::providers;
use boothpay_protocol::secret::{KeyDigest, Secret};
use boothpay_protocol::shop::Prices;
use boothpay_protocol::time::SpanMs;
use boothpay_store::Address;
use jiff::tz::TimeZone;
use std::net::{SocketAddr, ToSocketAddrs};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

/// A setting that is wrong, in the owner's words: what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The setting's path.
    pub setting: &'static str,
    /// What is wrong and what to do.
    pub advice: String,
}

/// What the server may do besides its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A key is set: calls need it, and there are no test payments.
    Production,
    /// No key: this computer only, calls without proof, test payments.
    Development,
    /// The demonstration: its own key, its own stand-in for the Payme app, play money.
    Demo,
}

impl Mode {
    /// The word for pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
            Self::Demo => "demo",
        }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Plain,
    /// For machines.
    Json,
}

/// What is logged and how.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// How lines look.
    pub format: LogFormat,
    /// The least important level that is written.
    pub level: String,
}

/// When backups are made, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSettings {
    /// The folder.
    pub folder: PathBuf,
    /// How long after one the next is due.
    pub every: SpanMs,
    /// How many are kept.
    pub keep: usize,
}

/// All settings as typed values.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the server may do besides its work.
    pub mode: Mode,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where only the webhooks answer, if anywhere.
    pub webhook_listen: Option<SocketAddr>,
    /// Where its database is.
    pub database: Address,
    /// Whose pages may call it from a browser.
    pub cors_origins: Origins,
    /// Names by which browsers reach it, in lower case, besides addresses and localhost.
    pub host_names: Vec<String>,
    /// The booth.
    pub booth: Booth,
    /// Whom customers may call; empty for nobody.
    pub support_phone: String,
    /// The screen's first language.
    pub language: Language,
    /// The zone of "today".
    pub time_zone: TimeZone,
    /// What the booth charges.
    pub prices: Prices,
    /// How long an order can be paid.
    pub order_lifetime: SpanMs,
    /// How long the screen shows a code, in seconds.
    pub payment_screen_seconds: u32,
    /// After how many seconds the screen asks whether anybody is there.
    pub idle_seconds: u32,
    /// Where codes lead.
    pub checkout: Checkout,
    /// The providers' rules as set.
    pub rules: Arc<providers::Rules>,
    /// The digest of the cashbox key; none in development mode.
    pub key: Option<KeyDigest>,
    /// The merchant id as a login, if accepted.
    pub merchant_login: Option<String>,
    /// The digest of the administrator's token, if there is one.
    pub admin_token: Option<KeyDigest>,
    /// The digest of the token for orders from other computers, if there is one.
    pub api_token: Option<KeyDigest>,
    /// Whether calls straight from this computer need no proof.
    pub trust_this_computer: bool,
    /// Whether the booth's screen prints orders that were made through the API.
    pub claim_at_screen: bool,
    /// When backups are made; none when the owner has not asked for them.
    pub backup: Option<BackupSettings>,
    /// What is logged and how.
    pub log: LogSettings,
}

/// The merchant id of links made in development mode when none is set. It is nobody's cashbox.
const NO_MERCHANT: &str = "000000000000000000000000";

/// Characters of an administrator's token, at least: short ones can be guessed.
const TOKEN_CHARS_MIN: usize = 16;

impl Settings {
    /// Checks everything; the findings are all that is wrong.
    pub fn from_config(config: &Config) -> Result<Self, Vec<Finding>> {
        Reader::default().settings(config)
    }

    /// What is not wrong but worth a word to the owner.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.mode == Mode::Production && self.rules.payme.refunds != RefundPolicy::Always {
            remarks.push("payme.refunds is not \"always\": Payme's sandbox will fail its refund step".to_owned());
        }
        if self.mode == Mode::Production && self.checkout.host != PAYME_CHECKOUT {
            remarks.push(format!("codes lead to {}: no real payment is possible there", self.checkout.host));
        }
        if self.mode == Mode::Production && self.admin_token.is_none() {
            remarks.push("admin.token is not set: the overview at /api/stats is closed".to_owned());
        }
        if self.mode == Mode::Production && self.cors_origins.name_files() {
            remarks.push(
                "cors_origins names pages opened from files: so may any page in a browser on this computer that hides where \
                 it comes from. Serve your page from an address of its own if you can"
                    .to_owned(),
            );
        }
        let in_a_file = matches!(self.database, Address::SqliteFile(_));
        if self.mode == Mode::Production && in_a_file && self.backup.is_none() {
            remarks.push("backup.folder is not set: no backups are made".to_owned());
        }
        if self.mode == Mode::Development && self.checkout.merchant_id == NO_MERCHANT {
            remarks.push("payme.merchant_id is not set: codes lead to nobody's cashbox".to_owned());
        }
        remarks
    }
}

/// Collects findings while it reads.
#[derive(Default)]
struct Reader {
    findings: Vec<Finding>,
}

impl Reader {
    fn settings(mut self, config: &Config) -> Result<Settings, Vec<Finding>> {
        let payme = &config.payme;
        let key = self.secret("payme.key", &payme.key, "payme.key_file", &payme.key_file);
        let mode = if key.is_some() { Mode::Production } else { Mode::Development };
        let listen = self.listen("listen", &config.listen, mode);
        let webhook_listen = match config.webhook_listen.as_str() {
            "" => Some(None),
            text => self.listen("webhook_listen", text, mode).map(Some),
        };
        let database = match Address::parse(&config.database.0) {
            Ok(address) => Some(address),
            Err(error) => self.wrong("database", error.to_string()),
        };
        self.cors(&config.cors_origins);
        self.host_names(&config.host_names);
        let booth = &config.booth;
        if booth.name.is_empty() || booth.name.chars().count() > BOOTH_NAME_CHARS_MAX {
            self.wrong("booth.name", format!("give the booth a name of 1 to {BOOTH_NAME_CHARS_MAX} characters"))
        } else {
            Some(())
        };
        let language = match Language::from_code(&booth.language) {
            Some(language) => Some(language),
            None => self.wrong("booth.language", "choose \"ru\", \"uz\" or \"en\""),
        };
        let time_zone = match TimeZone::get(&booth.time_zone) {
            Ok(zone) => Some(zone),
            Err(_) => self.wrong("booth.time_zone", "give a name like \"Asia/Tashkent\""),
        };
        let prices = self.prices(config);
        let order_seconds = self.number("booth.order_seconds", booth.order_seconds, 30..=86_400);
        let screen_seconds = self.number("booth.payment_screen_seconds", booth.payment_screen_seconds, 30..=3_600);
        let idle_seconds = self.number("booth.idle_seconds", booth.idle_seconds, 10..=3_600);
        let checkout = self.checkout(config, mode);
        let rules = self.rules(config);
        let (admin, api) = (&config.admin, &config.api);
        let admin_token = self.token("admin.token", &admin.token, "admin.token_file", &admin.token_file);
        let api_token = self.token("api.token", &api.token, "api.token_file", &api.token_file);
        let backup = self.backup(config, database.as_ref());
        let log = self.log(config);
        let settings = (|| {
            Some(Settings {
                mode,
                listen: listen?,
                webhook_listen: webhook_listen?,
                database: database?,
                cors_origins: Origins::new(config.cors_origins.iter().map(String::as_str)),
                host_names: config.host_names.iter().map(|name| name.to_ascii_lowercase()).collect(),
                booth: Booth { id: BoothId::main(), name: booth.name.clone() },
                support_phone: booth.support_phone.clone(),
                language: language?,
                time_zone: time_zone?,
                prices: prices?,
                order_lifetime: SpanMs::seconds(order_seconds?),
                payment_screen_seconds: screen_seconds?,
                idle_seconds: idle_seconds?,
                merchant_login: payme
                    .merchant_id_as_login
                    .then(|| payme.merchant_id.clone())
                    .filter(|id| !id.is_empty()),
                checkout: checkout?,
                rules: Arc::new(providers::Rules { payme: rules? }),
                key: key.map(|key| key.digest()),
                admin_token,
                api_token,
                trust_this_computer: api.trust_this_computer,
                claim_at_screen: api.claim_at_screen,
                backup: backup?,
                log: log?,
            })
        })();
        match settings {
            Some(settings) if self.findings.is_empty() => Ok(settings),
            Some(_) | None => Err(self.findings),
        }
    }

    /// Notes a finding; `None`, so that it can stand where the value would.
    fn wrong<T>(&mut self, setting: &'static str, advice: impl Into<String>) -> Option<T> {
        self.findings.push(Finding { setting, advice: advice.into() });
        None
    }

    fn number(&mut self, setting: &'static str, value: i64, range: RangeInclusive<u32>) -> Option<u32> {
        match u32::try_from(value) {
            Ok(value) if range.contains(&value) => Some(value),
            Ok(_) | Err(_) => self.wrong(setting, format!("give a number from {} to {}", range.start(), range.end())),
        }
    }

    /// A secret from the settings or from a file of its own.
    fn secret(
        &mut self,
        setting: &'static str,
        value: &Hidden,
        file_setting: &'static str,
        file: &str,
    ) -> Option<Secret> {
        if file.is_empty() {
            return Secret::new(value.0.trim());
        }
        if !value.0.is_empty() {
            return self.wrong(setting, format!("set either {setting} or {file_setting}, not both"));
        }
        match std::fs::read_to_string(file) {
            Ok(text) => match Secret::new(text.trim_start_matches('\u{feff}').trim()) {
                Some(secret) => Some(secret),
                None => self.wrong(file_setting, format!("the file {file} is empty")),
            },
            Err(error) => self.wrong(file_setting, format!("the file {file} cannot be read: {error}")),
        }
    }

    fn listen(&mut self, setting: &'static str, text: &str, mode: Mode) -> Option<SocketAddr> {
        let Some(address) = text.to_socket_addrs().ok().and_then(|mut found| found.next()) else {
            return self.wrong(setting, "give host:port, for instance \"127.0.0.1:5000\"");
        };
        if mode == Mode::Development && !address.ip().is_loopback() {
            let advice = "without a Payme key anybody who can reach this address could mark orders as paid, so only this \
                          computer may reach it: use \"127.0.0.1:5000\", or set payme.key";
            return self.wrong(setting, advice);
        }
        Some(address)
    }

    /// The digest of a token that is long enough.
    fn token(
        &mut self,
        setting: &'static str,
        value: &Hidden,
        file_setting: &'static str,
        file: &str,
    ) -> Option<KeyDigest> {
        let token = self.secret(setting, value, file_setting, file)?;
        if token.reveal().chars().count() < TOKEN_CHARS_MIN {
            return self
                .wrong(setting, format!("use at least {TOKEN_CHARS_MIN} characters: short ones can be guessed"));
        }
        Some(token.digest())
    }

    fn cors(&mut self, origins: &[String]) {
        if origins.iter().any(|origin| Origins::parse(origin).is_none()) {
            let advice = "each must be where a page is served from, like \"http://localhost:5173\" or \
                          \"https://booth.example.uz\" (no path, no star), \"file://\", or \"app://NAME\"";
            self.wrong::<()>("cors_origins", advice);
        }
    }

    fn host_names(&mut self, names: &[String]) {
        let proper = |name: &String| {
            !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_'))
        };
        if !names.iter().all(proper) {
            self.wrong::<()>(
                "host_names",
                "each must be a name alone, like \"booth.example.uz\" (no https://, no port)",
            );
        }
    }

    fn prices(&mut self, config: &Config) -> Option<Prices> {
        let booth = &config.booth;
        let base = booth.base_price.checked_mul(100).and_then(|tiyin| Tiyin::new(tiyin).ok());
        let Some(base) = base else { return self.wrong("booth.base_price", "give a price in soum, above 0") };
        let extra = booth.extra_copy_price.checked_mul(100).filter(|extra| *extra >= 0);
        let Some(extra_copy_tiyin) = extra else {
            return self.wrong("booth.extra_copy_price", "give a price in soum, 0 or more");
        };
        let most = self.number("booth.max_copies", booth.max_copies, 1..=u32::from(COPIES_MAX))?;
        let prices = Prices { base, extra_copy_tiyin, max_copies: u16::try_from(most).unwrap_or(COPIES_MAX) };
        match prices.price(prices.max_copies) {
            Ok(_) => Some(prices),
            Err(error) => self.wrong("booth.max_copies", error.to_string()),
        }
    }

    fn checkout(&mut self, config: &Config, mode: Mode) -> Option<Checkout> {
        let payme = &config.payme;
        let plain = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        };
        if !plain(&payme.account_field) {
            return self
                .wrong("payme.account_field", "use letters, digits, _ and - only, exactly as in Payme's cabinet");
        }
        let merchant_id = match (payme.merchant_id.as_str(), mode) {
            ("", Mode::Development) => NO_MERCHANT,
            ("", Mode::Production | Mode::Demo) => {
                let advice = "copy the cashbox's id from the Payme Business cabinet; without it no code can be made";
                return self.wrong("payme.merchant_id", advice);
            }
            (id, _) if plain(id) => id,
            (_, _) => {
                return self
                    .wrong("payme.merchant_id", "use the id as it stands in Payme's cabinet: letters and digits");
            }
        };
        let host = match (config.development.checkout.as_str(), mode) {
            ("", _) if payme.checkout.starts_with("https://") => &payme.checkout,
            ("", _) => return self.wrong("payme.checkout", "give an address that starts with https://"),
            (_, Mode::Production | Mode::Demo) => {
                let advice = "this is for development only and must be empty when payme.key is set: customers would be \
                              sent to a place that is not Payme";
                return self.wrong("development.checkout", advice);
            }
            (host, Mode::Development) if host.starts_with("http://") || host.starts_with("https://") => host,
            (_, Mode::Development) => {
                return self.wrong("development.checkout", "give an address that starts with http:// or https://");
            }
        };
        Some(Checkout {
            host: host.trim_end_matches('/').to_owned(),
            merchant_id: merchant_id.to_owned(),
            account_field: payme.account_field.clone(),
        })
    }

    fn rules(&mut self, config: &Config) -> Option<Rules> {
        let payme = &config.payme;
        let code_advice = "use -31008, or a number from -31099 to -31050";
        let busy = AccountCode::new(payme.busy_order_code);
        let busy = busy.or_else(|| self.wrong("payme.busy_order_code", code_advice));
        let closed = AccountCode::new(payme.closed_order_code);
        let closed = closed.or_else(|| self.wrong("payme.closed_order_code", code_advice));
        let refunds = match payme.refunds.as_str() {
            "always" => Some(RefundPolicy::Always),
            "before_printing" => Some(RefundPolicy::BeforePrinting),
            "never" => Some(RefundPolicy::Never),
            _ => self.wrong("payme.refunds", "choose \"always\", \"before_printing\" or \"never\""),
        };
        let timeout_base = match payme.transaction_seconds_from.as_str() {
            "create_time" => Some(TimeoutBase::CreateTime),
            "payme_time" => Some(TimeoutBase::PaymeTime),
            _ => self.wrong("payme.transaction_seconds_from", "choose \"create_time\" or \"payme_time\""),
        };
        let timeout = self.number("payme.transaction_seconds", payme.transaction_seconds, 1..=604_800);
        let fiscal = self.fiscal(config);
        Some(Rules {
            account_field: payme.account_field.clone(),
            busy_order_code: busy?,
            closed_order_code: closed?,
            check_refuses_busy: payme.check_refuses_busy,
            refunds: refunds?,
            timeout: SpanMs::seconds(timeout?),
            timeout_base: timeout_base?,
            refuse_stale_create: payme.refuse_stale_create,
            change_password: payme.change_password,
            fiscal,
            additional: payme.additional,
        })
    }

    fn fiscal(&mut self, config: &Config) -> Option<FiscalItem> {
        let fiscal = &config.payme.fiscal;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match (fiscal.code.as_str(), fiscal.package_code.as_str()) {
            ("", "") => return None,
            (code, package_code) if digits(code) && digits(package_code) => {}
            (_, _) => {
                let advice = "give both payme.fiscal.code and payme.fiscal.package_code, digits only, or neither";
                return self.wrong("payme.fiscal.code", advice);
            }
        }
        let vat_percent = self.number("payme.fiscal.vat_percent", fiscal.vat_percent, 0..=100)?;
        let units = self.number("payme.fiscal.units", fiscal.units, 0..=u32::MAX)?;
        Some(FiscalItem {
            title: fiscal.title.clone(),
            code: fiscal.code.clone(),
            package_code: fiscal.package_code.clone(),
            vat_percent: u8::try_from(vat_percent).ok()?,
            units: Some(units).filter(|units| *units != 0),
        })
    }

    fn backup(&mut self, config: &Config, database: Option<&Address>) -> Option<Option<BackupSettings>> {
        let backup = &config.backup;
        let hours = self.number("backup.every_hours", backup.every_hours, 1..=8_760);
        let keep = self.number("backup.keep", backup.keep, 1..=10_000);
        let (hours, keep) = (hours?, usize::try_from(keep?).ok()?);
        let every = SpanMs::seconds(hours.saturating_mul(3600));
        if !backup.folder.is_empty() && matches!(database, Some(Address::Postgres(_))) {
            let advice = "only a database in a file is backed up here; back PostgreSQL up with its own tools (see the README) \
                          and leave this empty";
            return self.wrong("backup.folder", advice);
        }
        let folder = Some(PathBuf::from(&backup.folder)).filter(|folder| !folder.as_os_str().is_empty());
        Some(folder.map(|folder| BackupSettings { folder, every, keep }))
    }

    fn log(&mut self, config: &Config) -> Option<LogSettings> {
        let format = match config.log.format.as_str() {
            "plain" => Some(LogFormat::Plain),
            "json" => Some(LogFormat::Json),
            _ => self.wrong("log.format", "choose \"plain\" or \"json\""),
        };
        let level = config.log.level.as_str();
        if !["error", "warn", "info", "debug", "trace"].contains(&level) {
            return self.wrong("log.level", "choose \"error\", \"warn\", \"info\", \"debug\" or \"trace\"");
        }
        Some(LogSettings { format: format?, level: level.to_owned() })
    }
}
