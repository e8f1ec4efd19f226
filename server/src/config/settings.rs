//! The settings as values that the program can rely on.

use super::camera::CameraSettings;
use super::connected::Connections;
use super::finding::{Finding, Weight};
use super::judged::Judged;
use super::layers::Sources;
use super::limits::Limits;
use super::logos::Logos;
use super::picture::Picture;
use super::printer::PrinterSettings;
use super::reader;
use super::texts::ScreenText;
use super::token::ScopedToken;
use super::webhook::Webhook;
use crate::access::origin::Origins;
use crate::limits::PRINT_ANSWER_TIME;
use crate::net::Proxies;
use crate::outgoing::address::HttpAddress;
use boothpay_layouts::Papers;
use boothpay_protocol::click;
use boothpay_protocol::click::signature::Service;
use boothpay_protocol::ledger::booth::Booth;
use boothpay_protocol::ledger::event::Subscriptions;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::Order;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::payme::checkout::Checkout;
use boothpay_protocol::payme::rules::Rules;
use boothpay_protocol::print::jobs::Jobs;
use boothpay_protocol::providers;
use boothpay_protocol::secret::{KeyDigest, Secret};
use boothpay_protocol::shop::Prices;
use boothpay_protocol::time::SpanMs;
use boothpay_protocol::uzum::auth::Credentials;
use boothpay_protocol::uzum::link::PayLink;
use boothpay_protocol::{uzqr, uzum, uzum_qr};
use boothpay_store::Address;
use jiff::tz::TimeZone;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// What the server may do besides its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A wallet is connected: its calls need their proof, and there are no test payments.
    Production,
    /// No wallet: this computer only, calls without proof, test payments.
    Development,
    /// The demonstration: its own keys, its own stand-in for the wallets' apps, play money.
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
    /// The file that gets it as well.
    pub file: Option<LogFileSettings>,
}

/// A file of the log, and those that were put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFileSettings {
    /// The file that is written to.
    pub path: PathBuf,
    /// Bytes at which it is put aside.
    pub bytes_max: u64,
    /// How many put aside are kept.
    pub kept: u32,
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

/// Who takes the pictures that customers pay for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoSource {
    /// The booth's page, with its browser's camera.
    Boothpay,
    /// A program of the owner's.
    OwnProgram,
    /// Nobody here: the page prints a receipt.
    Receipt,
}

impl PhotoSource {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Boothpay, Self::OwnProgram, Self::Receipt];

    /// The word in the settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Boothpay => "boothpay",
            Self::OwnProgram => "own program",
            Self::Receipt => "receipt",
        }
    }
}

/// When the booth's customers pay for the pictures that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayTime {
    /// When they have seen their print.
    After,
    /// Before their pictures are taken.
    First,
}

impl PayTime {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::After, Self::First];

    /// The word in the settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::After => "after",
            Self::First => "first",
        }
    }
}

/// Photos that customers bring and pictures that they take home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoSettings {
    /// Who takes the pictures.
    pub source: PhotoSource,
    /// When they are paid for.
    pub pay: PayTime,
    /// How often a customer may take them again.
    pub retakes: u32,
    /// Seconds before each shot.
    pub countdown_seconds: u32,
    /// How long a picture that was paid for is kept.
    pub keep: SpanMs,
    /// Where a customer's phone reaches this server; none when it does not.
    pub public_address: Option<String>,
    /// The folder of their files.
    pub folder: PathBuf,
    /// How long a session lives.
    pub lifetime: SpanMs,
    /// How many photos a customer is asked for.
    pub wanted: u32,
    /// How many a customer may send.
    pub most: u32,
    /// How many bytes all files together may take.
    pub disk_bytes: u64,
}

/// Who makes the prints of a paid order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrintBy {
    /// The booth's page: a receipt.
    Receipt,
    /// The owner's own program, which asks for each job.
    Caller,
    /// The owner's own program, which finds each job in a folder.
    Folder(PathBuf),
    /// The owner's own program, which is run for each job: the program, then its arguments.
    Command(PathBuf, Vec<String>),
    /// This server itself.
    Printer(Box<PrinterSettings>),
}

impl PrintBy {
    /// Whether a program of the owner's prints, and takes the jobs.
    pub const fn is_own_program(&self) -> bool {
        match self {
            Self::Caller | Self::Folder(_) | Self::Command(..) => true,
            Self::Receipt | Self::Printer(_) => false,
        }
    }
}

/// How prints are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintSettings {
    /// Who makes them.
    pub by: PrintBy,
    /// What follows for its prints when an order is paid.
    pub jobs: Jobs,
    /// How long one job may take.
    pub job: SpanMs,
}

impl PrintSettings {
    /// How long a job is whoever's that took it. This server has time to write down what a folder or a command says at the last moment.
    pub fn lease(&self) -> SpanMs {
        match self.by {
            PrintBy::Folder(_) | PrintBy::Command(..) => {
                SpanMs::new(self.job.ms().saturating_add(PRINT_ANSWER_TIME.ms()))
            }
            PrintBy::Receipt | PrintBy::Caller | PrintBy::Printer(_) => self.job,
        }
    }

    /// The same, with the sheets of others at which the owner is told; all else is read at the start.
    pub(super) fn low_at(&self, others: &Self) -> Self {
        let by = match (&self.by, &others.by) {
            (PrintBy::Printer(ours), PrintBy::Printer(new)) => {
                PrintBy::Printer(Box::new(PrinterSettings { low_at: new.low_at, ..(**ours).clone() }))
            }
            (by, _) => by.clone(),
        };
        Self { by, ..self.clone() }
    }
}

/// Layouts of prints: the owner's templates, and what his printer has.
#[derive(Clone, Debug, PartialEq)]
pub struct LayoutSettings {
    /// The folder of the owner's templates; it need not be there.
    pub folder: PathBuf,
    /// Ids of layouts that customers do not choose from.
    pub not_offered: Vec<String>,
    /// The printer's pixels and margin.
    pub papers: Papers,
}

/// When the owner is told that something is wrong. Times of the day are minutes from midnight, in the booth's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertSettings {
    /// From when to when nothing is told; none for never.
    pub quiet: Option<(u32, u32)>,
    /// When yesterday is summed up; none for never.
    pub summary: Option<u32>,
    /// How long no wallet may call while orders are made.
    pub silence: SpanMs,
}

/// The bot by which they come and go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelegramSettings {
    /// What the bot proves itself with.
    pub token: Secret,
    /// Where the Bot API is.
    pub api: HttpAddress,
}

/// What belongs to Payme: how it proves itself, where codes lead, its rules as set.
#[derive(Clone, Debug)]
pub struct PaymeSettings {
    /// The digest of the cashbox key; none in development mode.
    pub key: Option<KeyDigest>,
    /// The merchant id as a login, if accepted.
    pub merchant_login: Option<String>,
    /// Where codes lead; none where Payme is not connected.
    pub checkout: Option<Checkout>,
    /// The rules as set.
    pub rules: Arc<Rules>,
}

/// What belongs to Click: how it proves itself, where codes lead, its rules as set.
#[derive(Clone, Debug)]
pub struct ClickSettings {
    /// The services whose payments are taken, each with its secret key; none in development mode.
    pub services: Vec<Service>,
    /// Where codes lead; none where Click is not connected.
    pub checkout: Option<click::checkout::Checkout>,
    /// How Click itself is asked, for refunds; none where that is not set up.
    pub api: Option<ClickApi>,
    /// The rules as set.
    pub rules: Arc<click::rules::Rules>,
}

/// Click's Merchant API, which is asked with the secret key of the payment's service.
#[derive(Clone, Debug)]
pub struct ClickApi {
    /// Where it is.
    pub address: HttpAddress,
    /// The user of the merchant's cabinet in whose name it is asked.
    pub merchant_user_id: i64,
    /// Whether a refund counts only when the payment's status says so too.
    pub refund_needs_status: bool,
}

/// What belongs to Uzum: how it proves itself, where codes lead, its rules as set.
#[derive(Clone, Debug)]
pub struct UzumSettings {
    /// The pairs with which it proves itself; none in development mode.
    pub credentials: Credentials,
    /// Where codes lead; none while Uzum is not connected.
    pub link: Option<PayLink>,
    /// The rules as set.
    pub rules: Arc<uzum::rules::Rules>,
}

/// Uzum's Dynamic QR: in whose name codes are made, with which key, and where.
#[derive(Clone, Debug)]
pub struct UzumQrSettings {
    /// Where Uzum's API is.
    pub api: HttpAddress,
    /// The service that is paid.
    pub service_id: i64,
    /// The till's user (`merchant_service_user_id`).
    pub user_id: String,
    /// The key with which calls are signed.
    pub key: Secret,
    /// By how much the time in a signature is moved.
    pub time_offset: SpanMs,
}

/// The owner's panel.
#[derive(Clone, Copy, Debug)]
pub struct PanelSettings {
    /// Who reaches it.
    pub reach: PanelReach,
    /// The highest price of an order whose money an operator may give back, in tiyin.
    pub operator_refund_tiyin: i64,
}

/// Who reaches the owner's panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelReach {
    /// Nobody.
    Off,
    /// Browsers that call this server without a proxy or a tunnel.
    Direct,
    /// Whoever reaches the booth's own address.
    Any,
}

/// What belongs to UzQR.
#[derive(Clone, Debug)]
pub struct UzqrSettings {
    /// The owner's static code; none where UzQR is not set up.
    pub code: Option<UzqrCode>,
    /// The rules as set.
    pub rules: uzqr::Rules,
}

/// A static code: the same for every order, so the payer types the sum.
#[derive(Clone, Debug)]
pub enum UzqrCode {
    /// What it says.
    Text(String),
    /// How it looks.
    Picture(Picture),
}

/// The server's own name in the internet, and how its certificate comes.
#[derive(Clone, Debug)]
pub struct PublicSettings {
    /// The name, in lower case.
    pub domain: String,
    /// Where HTTPS is answered.
    pub listen: SocketAddr,
    /// Where the authority asks over plain HTTP whether the name is ours; none: it asks at port 443.
    pub http_listen: Option<SocketAddr>,
    /// To whom the authority may write, a mail address.
    pub contact: Option<String>,
    /// Who issues certificates: the address of its directory.
    pub authority: HttpAddress,
    /// The same as it was written.
    pub authority_url: String,
    /// Where account, key and certificate are kept.
    pub folder: PathBuf,
}

/// Where whoever watches this server asks for its metrics.
#[derive(Clone, Copy, Debug)]
pub struct MetricsSettings {
    /// Where they answer.
    pub listen: SocketAddr,
    /// The digest of the token that has to come along, if there is one.
    pub token: Option<KeyDigest>,
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
    /// Its own name in the internet; none where a tunnel or a proxy has that.
    pub public: Option<PublicSettings>,
    /// Where its database is.
    pub database: Address,
    /// Whose pages may call it from a browser.
    pub cors_origins: Origins,
    /// Names by which browsers reach it, in lower case, besides addresses and localhost.
    pub host_names: Vec<String>,
    /// Proxies on other computers whose word about a caller's address counts.
    pub trusted_proxies: Proxies,
    /// The booth.
    pub booth: Booth,
    /// Whom customers may call; empty for nobody.
    pub support_phone: String,
    /// What the screen says in the owner's words.
    pub texts: Vec<ScreenText>,
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
    /// What belongs to Payme.
    pub payme: PaymeSettings,
    /// What belongs to Click.
    pub click: ClickSettings,
    /// What belongs to Uzum.
    pub uzum: UzumSettings,
    /// Uzum's Dynamic QR; none where it is not set up.
    pub uzum_qr: Option<UzumQrSettings>,
    /// What belongs to UzQR.
    pub uzqr: UzqrSettings,
    /// The wallets' logos, as far as the owner has put them beside his settings.
    pub logos: Logos,
    /// The digest of the administrator's token, if there is one.
    pub admin_token: Option<KeyDigest>,
    /// The owner's panel.
    pub panel: PanelSettings,
    /// The digest of the token for orders from other computers, if there is one.
    pub api_token: Option<KeyDigest>,
    /// Tokens that open a part of the API.
    pub api_tokens: Vec<ScopedToken>,
    /// Whether calls straight from this computer need no proof.
    pub trust_this_computer: bool,
    /// Whether the booth's screen prints orders that were made through the API.
    pub claim_at_screen: bool,
    /// Photos that customers bring and pictures that they take home.
    pub photos: PhotoSettings,
    /// The camera that the server itself has take the pictures; none where the browser's takes them.
    pub camera: Option<CameraSettings>,
    /// How prints are made.
    pub prints: PrintSettings,
    /// Layouts of prints.
    pub layouts: LayoutSettings,
    /// The bot by which they come and go; none when the owner has none.
    pub telegram: Option<TelegramSettings>,
    /// When the owner is told that something is wrong.
    pub alerts: AlertSettings,
    /// What strangers may do.
    pub limits: Limits,
    /// Where metrics are asked for; none when the owner has not asked for them.
    pub metrics: Option<MetricsSettings>,
    /// When backups are made; none when the owner has not asked for them.
    pub backup: Option<BackupSettings>,
    /// What is logged and how.
    pub log: LogSettings,
    /// Who is told what happens.
    pub webhooks: Vec<Webhook>,
    /// Who says how the wallets are connected.
    pub connections: Connections,
}

impl Settings {
    /// The rules of all providers, shared.
    pub fn rules(&self) -> providers::Rules {
        providers::Rules {
            payme: Arc::clone(&self.payme.rules),
            click: Arc::clone(&self.click.rules),
            uzum: Arc::clone(&self.uzum.rules),
            // Its code is made when the order can be paid, and holds it for as long as that.
            uzum_qr: uzum_qr::Rules { hold: self.order_lifetime },
            uzqr: self.uzqr.rules,
        }
    }

    /// The link by which a provider's customer pays an order, in a language where the provider's links have one; `None` where
    /// that provider is not connected.
    pub fn pay_link(&self, provider: Provider, order: &Order, language: Option<Language>) -> Option<String> {
        match provider {
            Provider::Payme => {
                self.payme.checkout.as_ref().map(|checkout| checkout.link(&order.id, order.amount, language))
            }
            Provider::Click => self.click.checkout.as_ref().map(|checkout| checkout.link(&order.id, order.amount)),
            Provider::Uzum => self.uzum.link.as_ref().map(|link| link.link(&order.id, order.amount)),
            // A static code says the same of every order; a picture of one says nothing that could be written.
            Provider::Uzqr => match &self.uzqr.code {
                Some(UzqrCode::Text(text)) => Some(text.clone()),
                Some(UzqrCode::Picture(_)) | None => None,
            },
            // Its codes are made by Uzum, each for one order: the ledger has them.
            Provider::UzumQr | Provider::Test => None,
        }
    }

    /// By what an order is to be paid: what its customer chose, or the first on the screen where nobody chose, or what was
    /// chosen is not connected any more.
    pub fn way_of(&self, order: &Order) -> Option<Provider> {
        let offered = self.offered();
        order.chosen.filter(|chosen| offered.contains(chosen)).or_else(|| self.on_screen().first().copied())
    }

    /// The link by which an order is to be paid.
    pub fn link_of(&self, order: &Order, language: Option<Language>) -> Option<String> {
        self.pay_link(self.way_of(order)?, order, language)
    }

    /// The providers that a customer can choose, in the order in which they are shown.
    pub fn offered(&self) -> Vec<Provider> {
        let connected = |provider: &Provider| match provider {
            Provider::Payme => self.payme.checkout.is_some(),
            Provider::Click => self.click.checkout.is_some(),
            // To a customer both are Uzum: whose codes it makes by itself needs no link.
            Provider::Uzum => self.uzum.link.is_some() && self.uzum_qr.is_none(),
            Provider::UzumQr => self.uzum_qr.is_some(),
            Provider::Uzqr => self.uzqr.code.is_some(),
            Provider::Test => false,
        };
        Provider::ALL.into_iter().filter(connected).collect()
    }

    /// The digests of all keys, for looking where none may stand.
    pub fn keys(&self) -> Vec<KeyDigest> {
        let click = self.click.services.iter().map(|service| service.key.digest());
        let bot = self.telegram.iter().map(|bot| bot.token.digest());
        let wallets = self.payme.key.into_iter().chain(click).chain(self.uzum.credentials.keys());
        let codes = self.uzum_qr.iter().map(|uzum_qr| uzum_qr.key.digest());
        wallets.chain(codes).chain(self.admin_token).chain(bot).collect()
    }

    /// Who wants to be told of what.
    pub fn subscriptions(&self) -> Subscriptions {
        Subscriptions::new(self.webhooks.iter().map(Webhook::subscription))
    }

    /// Reads all layers and looks at everything.
    pub fn judge(sources: &Sources) -> Judged {
        reader::judge(sources)
    }

    /// The settings, or everything that is wrong with them.
    pub fn read(sources: &Sources) -> Result<Self, Vec<Finding>> {
        let judged = Self::judge(sources);
        judged
            .settings
            .ok_or_else(|| judged.findings.into_iter().filter(|finding| finding.weight == Weight::Mistake).collect())
    }
}
