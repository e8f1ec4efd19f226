//! `boothpay kiosk`: the booth's page on the whole screen, in a browser that is started again whenever it ends.
//!
//! The browser runs as the person, or the user of the system, who starts this; the server as another. So the two may stop, and
//! be started again, each without the other.

use crate::browser;
use crate::neighbour;
use crate::out::say;
use crate::serve::browser_address;
use crate::settings::{self, Choice};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often a server that does not answer is asked again, and how often it is said that it does not.
const ASKED_EVERY: Duration = Duration::from_secs(1);
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// How long an answer may take.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// A browser that ends sooner than this did not work. It is started again after a pause, which doubles up to the longest.
const WORKED: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// How often it is looked whether the browser still runs.
const WATCHED_EVERY: Duration = Duration::from_millis(500);

#[derive(Args)]
pub(crate) struct KioskArguments {
    /// The page's address, for a screen of another computer than the server's. Without this, the address of the settings.
    #[arg(long, value_name = "ADDRESS")]
    url: Option<String>,
    /// The browser's program. Without this: Chromium, Chrome or Edge, whichever is there first.
    #[arg(long, value_name = "FILE")]
    browser: Option<PathBuf>,
    /// The folder of the browser's own files, in which a screen's pairing is kept. Made when it is not there.
    #[arg(long, value_name = "FOLDER")]
    profile: Option<PathBuf>,
    /// Print receipts without asking, on the printer that the system uses by itself.
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, value_name = "true|false")]
    print: bool,
    /// What the browser is to be told besides, after `--`.
    #[arg(last = true)]
    further: Vec<String>,
}

/// Runs until it is ended.
pub(crate) fn run(choice: &Choice, arguments: &KioskArguments) -> Result<()> {
    let page = match &arguments.url {
        Some(page) => page.clone(),
        None => format!("{}/", browser_address(settings::own(choice).orders)),
    };
    let server = Server::of(&page)?;
    let profile = match &arguments.profile {
        Some(folder) => folder.clone(),
        None => own_folder()?,
    };
    std::fs::create_dir_all(&profile).with_context(|| {
        format!(
            "the folder {} of the browser's files cannot be made; name another with --profile FOLDER",
            profile.display()
        )
    })?;
    let mut pause = PAUSE;
    // Why the browser could not be started, as it was said last.
    let mut trouble = String::new();
    loop {
        server.wait();
        let begun = Instant::now();
        // While it is being updated there is no browser for a while, or half of one.
        let shown = start(&profile, &page, arguments).and_then(|mut child| {
            trouble.clear();
            wait(&mut child)
        });
        pause = if begun.elapsed() >= WORKED { PAUSE } else { pause.saturating_mul(2).min(PAUSE_MAX) };
        match shown.map_err(|error| format!("{error:#}")) {
            Ok(ended) => say!("the browser ended ({ended}); it is started again in {} s", pause.as_secs()),
            Err(words) if words != trouble => {
                say!("{words}. It is tried again and again, at least every {} s", PAUSE_MAX.as_secs());
                trouble = words;
            }
            Err(_) => {}
        }
        thread::sleep(pause);
    }
}

fn start(profile: &Path, page: &str, arguments: &KioskArguments) -> Result<Child> {
    let program = arguments.browser.clone().or_else(browser::find).context(
        "there is no Chromium, Chrome or Edge on this computer; install one, or name another with --browser FILE",
    )?;
    let mut command = Command::new(&program);
    command.arg(format!("--user-data-dir={}", profile.display())).args([
        "--kiosk",
        "--no-first-run",
        "--no-default-browser-check",
        "--noerrdialogs",
        "--disable-session-crashed-bubble",
        "--disable-pinch",
        "--overscroll-history-navigation=0",
        "--disable-features=Translate",
        "--autoplay-policy=no-user-gesture-required",
    ]);
    if arguments.print {
        command.arg("--kiosk-printing");
    }
    command.args(&arguments.further).arg(page).stdin(Stdio::null());
    let started = command.spawn().with_context(|| {
        format!("the browser {} cannot be started; install it, or name another with --browser FILE", program.display())
    })?;
    say!("{} shows {page}", program.display());
    Ok(started)
}

fn wait(child: &mut Child) -> Result<std::process::ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        thread::sleep(WATCHED_EVERY);
    }
}

/// Where this person's programs keep such files.
fn own_folder() -> Result<PathBuf> {
    let (variable, below) =
        if cfg!(windows) { ("LocalAppData", "Boothpay") } else { ("HOME", ".local/share/boothpay") };
    match std::env::var_os(variable) {
        Some(folder) => Ok(Path::new(&folder).join(below).join("kiosk")),
        None => bail!("{variable} is not set; say with --profile FOLDER where the browser keeps its files"),
    }
}

/// The server, as far as the page's address says where it is.
struct Server {
    /// Host and port. None where the page is encrypted: then the browser itself says that nothing answers.
    address: Option<String>,
}

impl Server {
    fn of(page: &str) -> Result<Self> {
        if page.starts_with("https://") {
            return Ok(Self { address: None });
        }
        let Some(rest) = page.strip_prefix("http://") else {
            bail!("--url {page}: an address begins with http:// or https://, for instance http://192.168.1.5:5000/");
        };
        let host = rest.split(['/', '#', '?']).next().unwrap_or_default();
        let address = if host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
            host.to_owned()
        } else {
            format!("{host}:80")
        };
        Ok(Self { address: Some(address) })
    }

    /// Returns when the server answers: a page of the browser's own, "cannot be reached", would stay for ever.
    fn wait(&self) {
        let Some(address) = &self.address else { return };
        let mut told: Option<Instant> = None;
        while !answers(address) {
            if told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
                say!("waiting for Boothpay at {address}: nothing answers there yet");
                told = Some(Instant::now());
            }
            thread::sleep(ASKED_EVERY);
        }
    }
}

/// Whether a Boothpay answers there now.
pub(crate) fn answers(address: &str) -> bool {
    neighbour::is("live", address, ANSWER_PATIENCE)
}
