//! `boothpay demo`: the booth, an embedded database in a folder, and a stand-in for the wallets' apps, on this computer or, with
//! `--lan`, for a phone in the same network.

use crate::out::say;
use crate::{logging, process, serve, signal};
use anyhow::{Context, Result, anyhow, bail};
use boothpay_protocol::click;
use boothpay_protocol::click::signature::Service;
use boothpay_protocol::payme::checkout::Checkout;
use boothpay_protocol::secret::Secret;
use boothpay_protocol::time::SpanMs;
use boothpay_protocol::uzum::auth::{Credentials, Pair};
use boothpay_protocol::uzum::link::{PayLink, Template};
use boothpay_protocol::uzum::rules::Rules as UzumRules;
use boothpay_sandbox::printer::{Act, FakePrinter};
use boothpay_sandbox::standin::click_api::CLICK_API_PATH;
use boothpay_sandbox::standin::{self, ClickConfig, Pace, StandinConfig, UzumConfig};
use boothpay_server::clock::Clock;
use boothpay_server::config::{
    ClickApi, Mode, PayTime, PhotoSource, PrintSettings, PrinterPlace, PrinterSettings, Settings, Sources, UzqrCode,
    UzumSettings,
};
use boothpay_server::{App, HttpAddress, PrinterAddress, Shutdown, net, staff};
use boothpay_store::{Address, Store};
use clap::{Args, ValueEnum};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// The cashbox of the demonstration. It is nobody's.
const MERCHANT_ID: &str = "d3m0d3m0d3m0d3m0d3m0d3m0";

/// The demonstration's service at Click. It is nobody's.
const CLICK_SERVICE: i64 = 1;

/// The user of Click's cabinet in whose name the demonstration asks Click's own API, which the stand-in answers.
const CLICK_USER: i64 = 1;

/// The demonstration's service at Uzum, and its login. They are nobody's.
const UZUM_SERVICE: i64 = 1;
const UZUM_LOGIN: &str = "demo";

/// What the demonstration's code of UzQR says: nobody's bank knows it.
const UZQR_TEXT: &str = "UzQR of the Boothpay demonstration: not a real code, no money can be paid with it";

/// The PIN of the demonstration's staff. A real one is drawn, or chosen by its owner.
const STAFF_PIN: &str = "246810";

/// The sheets of the demonstration's roll, and at how many it is low.
const ROLL: u32 = 400;
const LOW_AT: u32 = 20;

/// The folder of the sheets that come out of the demonstration's printer, in the demonstration's own.
const SHEETS: &str = "prints";

/// How long it takes for a sheet: a little less than a real one.
const SHEET_TIME: Duration = Duration::from_secs(4);

/// The booth's port, when no other is asked for.
pub(crate) const PORT: u16 = 5000;

#[derive(Args)]
pub(crate) struct DemoArguments {
    /// Let phones in the same network reach the booth and the stand-in.
    #[arg(long)]
    lan: bool,
    /// The booth's port; the stand-in gets the next one. 0: any two that are free.
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// Let the booth take the pictures itself, with this computer's camera.
    #[arg(long)]
    camera: bool,
    /// Let the booth's customers pay before their pictures are taken.
    #[arg(long, requires = "camera")]
    pay_first: bool,
    /// What goes wrong with the demonstration's printer at its first sheets.
    #[arg(long, value_enum, requires = "camera", value_name = "FAULT")]
    printer_fault: Option<PrinterFault>,
    /// The folder of the demonstration's database; made when it is not there.
    #[arg(long, default_value = "boothpay-demo", value_name = "FOLDER")]
    folder: PathBuf,
}

/// What can go wrong with the demonstration's printer.
#[derive(Clone, Copy, ValueEnum)]
enum PrinterFault {
    /// The first two sheets are stuck: the customer gets a claim.
    Jam,
    /// The paper is used up at the first sheet, and nobody puts some in: the booth sells nothing until the job is taken back.
    PaperOut,
    /// It answers nothing for a minute.
    Silence,
    /// Half of its answer arrives, and the sheet comes out.
    HalfAnswer,
}

impl PrinterFault {
    fn acts(self) -> Vec<Act> {
        match self {
            Self::Jam => vec![Act::Jam, Act::Jam],
            Self::PaperOut => vec![Act::PaperOut],
            Self::Silence => vec![Act::FallSilent(Duration::from_secs(60))],
            Self::HalfAnswer => vec![Act::HalfAnswer],
        }
    }
}

impl DemoArguments {
    /// The usual ones, with the database in another folder.
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self { lan: false, port: PORT, camera: false, pay_first: false, printer_fault: None, folder }
    }
}

/// Runs until asked to stop.
pub(crate) fn run(arguments: &DemoArguments) -> Result<()> {
    refuse_real_key()?;
    refuse_real_booth(arguments)?;
    std::fs::create_dir_all(&arguments.folder).with_context(|| {
        format!("the folder {} cannot be made; name another with --folder FOLDER", arguments.folder.display())
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(demonstrate(arguments))
}

/// A real key means somebody is about to take money; this is not the place for it.
fn refuse_real_key() -> Result<()> {
    for name in [
        "BOOTHPAY_PAYME_KEY",
        "BOOTHPAY_PAYME_KEY_FILE",
        "BOOTHPAY_CLICK_SECRET_KEY",
        "BOOTHPAY_CLICK_SECRET_KEY_FILE",
        "BOOTHPAY_UZUM_PASSWORD",
        "BOOTHPAY_UZUM_PASSWORD_FILE",
    ] {
        if std::env::var_os(name).is_some_and(|value| !value.is_empty()) {
            bail!("{name} is set: a real key does not belong in the demonstration. Use `boothpay serve`, or unset it");
        }
    }
    Ok(())
}

/// A booth's own folder has a booth's own database.
fn refuse_real_booth(arguments: &DemoArguments) -> Result<()> {
    if arguments.folder.join("boothpay.toml").exists() {
        bail!(
            "the folder {} has a boothpay.toml, so it is a booth's own; play money does not belong there. Name another folder",
            arguments.folder.display()
        );
    }
    Ok(())
}

async fn demonstrate(arguments: &DemoArguments) -> Result<()> {
    let ip = if arguments.lan { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
    let booth = serve::listen(SocketAddr::from((ip, arguments.port))).await?;
    let standin = standin_listener(ip, booth.local_addr()?.port(), arguments.port).await?;
    let reachable = if arguments.lan { serve::lan_address() } else { IpAddr::V4(Ipv4Addr::LOCALHOST) };
    let checkout_host = format!("http://{}", SocketAddr::new(reachable, standin.local_addr()?.port()));
    let key = play_key()?;
    let mut settings = settings(arguments, booth.local_addr()?, &checkout_host, &key)?;
    settings.click.api = Some(click_api(standin.local_addr()?.port())?);
    if arguments.camera {
        settings.prints = printing(arguments, settings.prints).await?;
    }
    let _log = logging::start(&settings.log)?;
    let connections = net::connections(process::raise_file_limit(), 2, settings.limits.connections);
    let store = Store::open(&settings.database)?;
    staff::give_pin(&store, &Clock::System, "demo", STAFF_PIN).await??;
    let page = format!("http://{}/", SocketAddr::new(reachable, booth.local_addr()?.port()));
    let asked_to_stop = signal::listen();
    say!("");
    say!("Booth page:     {page}");
    say!("Wallets' apps:  {checkout_host}/");
    say!("Owner's panel:  {page}admin");
    serve::tell_first_link(page.trim_end_matches('/'), &store).await;
    say!("PIN of staff:   {STAFF_PIN}, which confirms payments by UzQR, and opens the page for staff:");
    say!("                hold the sign at the top left of the booth page for three seconds");
    if arguments.camera {
        say!("Its printer:    plays one; its sheets come out in {}", arguments.folder.join(SHEETS).display());
    }
    say!("Its orders:     BOOTHPAY_DATABASE={} boothpay order list", arguments.folder.join("boothpay.db").display());
    say!("");
    say!("This is a demonstration with play money. Open the booth page, make an order, and pay it with the stand-in:");
    say!("scan the code with a phone{}, or click it.", if arguments.lan { "" } else { " (start with --lan for that)" });
    say!("Ctrl-C ends it.");
    say!("");

    let standin_config = StandinConfig {
        webhook_url: format!("http://127.0.0.1:{}/api/payme/webhook", booth.local_addr()?.port()),
        key: key.reveal().to_owned(),
        merchant_id: MERCHANT_ID.to_owned(),
        merchant_name: settings.booth.name.clone(),
        account_field: settings.payme.rules.account_field.clone(),
        click: Some(ClickConfig {
            prepare_url: format!("http://127.0.0.1:{}/api/click/prepare", booth.local_addr()?.port()),
            complete_url: format!("http://127.0.0.1:{}/api/click/complete", booth.local_addr()?.port()),
            service_id: CLICK_SERVICE.to_string(),
            merchant_user_id: CLICK_USER,
            key: key.reveal().to_owned(),
        }),
        uzum: Some(UzumConfig {
            base_url: format!("http://127.0.0.1:{}/api/uzum", booth.local_addr()?.port()),
            login: UZUM_LOGIN.to_owned(),
            password: key.reveal().to_owned(),
            service_id: UZUM_SERVICE,
            account_key: settings.uzum.rules.account_key.clone(),
        }),
        pace: Pace::default(),
    };
    let (shutdown, stopping) = Shutdown::new();
    let app = App::new(settings, store, Clock::System, stopping);
    let standin_routes = standin::routes(standin_config)?;
    let playing = boothpay_server::serve(&app, standin, standin_routes, connections);
    tokio::spawn(async move {
        asked_to_stop.await;
        shutdown.stop();
    });
    let playing = async {
        playing.await;
        io::Result::Ok(())
    };
    tokio::try_join!(boothpay_server::run(Arc::clone(&app), booth, connections), playing)?;
    Ok(())
}

/// The stand-in listens beside the booth; where that port is taken, on any other, because nobody has to remember it.
async fn standin_listener(ip: Ipv4Addr, booth: u16, asked: u16) -> Result<TcpListener> {
    let next = if asked == 0 { 0 } else { booth.checked_add(1).unwrap_or(0) };
    match TcpListener::bind((ip, next)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind((ip, 0))
            .await
            .context("the stand-in finds no free port; end programs that hold many, or restart the computer"),
    }
}

/// The defaults, whatever settings lie around: a demonstration shows the same to everybody.
fn settings(arguments: &DemoArguments, listen: SocketAddr, checkout_host: &str, key: &Secret) -> Result<Settings> {
    let Ok(mut settings) = Settings::read(&Sources::default()) else {
        bail!("the built-in settings are wrong; this is a bug")
    };
    settings.mode = Mode::Demo;
    settings.listen = listen;
    settings.database = Address::SqliteFile(arguments.folder.join("boothpay.db"));
    settings.payme.key = Some(key.digest());
    settings.payme.checkout = Some(Checkout {
        host: checkout_host.to_owned(),
        merchant_id: MERCHANT_ID.to_owned(),
        account_field: settings.payme.rules.account_field.clone(),
    });
    settings.click.services = vec![Service { id: CLICK_SERVICE, key: key.clone() }];
    settings.click.checkout = Some(click::checkout::Checkout {
        address: format!("{checkout_host}/services/pay"),
        service_id: CLICK_SERVICE,
        merchant_id: CLICK_SERVICE.to_string(),
        merchant_user_id: None,
    });
    settings.uzum = uzum(&settings.uzum, checkout_host, key)?;
    settings.uzqr.code = Some(UzqrCode::Text(UZQR_TEXT.to_owned()));
    settings.logos.clear();
    if arguments.camera {
        settings.photos.source = PhotoSource::Boothpay;
        settings.photos.folder = arguments.folder.join("photos");
        if arguments.pay_first {
            settings.photos.pay = PayTime::First;
            settings.prints = settings.prints.paid_first();
        }
    }
    settings.photos.public_address = Some(serve::browser_address(listen));
    Ok(settings)
}

/// A printer that is played too, and the demonstration prints on it.
async fn printing(arguments: &DemoArguments, defaults: PrintSettings) -> Result<PrintSettings> {
    let printer = FakePrinter::new(SHEET_TIME, Some(arguments.folder.join(SHEETS)));
    printer.has_left(ROLL);
    printer.will(arguments.printer_fault.map(PrinterFault::acts).unwrap_or_default());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .context("the printer finds no free port; end programs that hold many, or restart the computer")?;
    let address = format!("ipp://{}/ipp/print", listener.local_addr()?);
    let queue = PrinterAddress::parse(&address).map_err(|error| anyhow!("{address}: {error}"))?;
    tokio::spawn(printer.serve(listener));
    let printer = PrinterSettings {
        at: PrinterPlace::Ipp { queue, device: None, certificate: None },
        sheet: SpanMs::seconds(1),
        media_4x6: String::new(),
        media_6x8: String::new(),
        media_strips: String::new(),
        roll_sheets: 0,
        low_at: LOW_AT,
    };
    // Shorter than at a booth: nobody wants to wait for a fault.
    Ok(defaults.at_printer(printer, SpanMs::seconds(40)))
}

/// Click's own API as the stand-in plays it.
fn click_api(standin: u16) -> Result<ClickApi> {
    let address = format!("http://127.0.0.1:{standin}{CLICK_API_PATH}");
    let address = HttpAddress::parse(&address).map_err(|error| anyhow!("{address}: {error}"))?;
    Ok(ClickApi { address, merchant_user_id: CLICK_USER, refund_needs_status: true })
}

/// Uzum as the stand-in plays it: its links lead there.
fn uzum(defaults: &UzumSettings, standin: &str, password: &Secret) -> Result<UzumSettings> {
    let rules = UzumRules { service_ids: vec![UZUM_SERVICE], ..UzumRules::clone(&defaults.rules) };
    let template =
        format!("{standin}/open-service?serviceId={{service_id}}&{{account_key}}={{order}}&amount={{amount}}");
    let link = PayLink {
        template: Template::parse_any(&template)?,
        service_id: UZUM_SERVICE,
        account_key: rules.account_key.clone(),
    };
    let credentials = Credentials { production: Pair::new(UZUM_LOGIN, password.reveal()), test: None };
    Ok(UzumSettings { credentials, link: Some(link), rules: Arc::new(rules) })
}

/// A key of this run only, shared by the server and the stand-in: they talk as Payme and a merchant do.
fn play_key() -> Result<Secret> {
    let mut bytes = [0_u8; 18];
    getrandom::fill(&mut bytes).map_err(|error| {
        anyhow!(
            "the system gives no random numbers ({error}), and without them there is no key; in a container or a jail, let the \
             program read /dev/urandom, else restart the computer"
        )
    })?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Secret::new(hex).context("the key that was drawn is no key; this is a bug, please report it")
}
