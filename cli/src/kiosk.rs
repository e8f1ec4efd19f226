//! `boothpay kiosk`: the booth's page on the whole screen, in a browser that is started again whenever it ends, and once a night while
//! nobody stands there: after weeks a browser has taken more memory than a small computer has.
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
use jiff::civil::{DateTime, Time};
use jiff::{SignedDuration, Zoned};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
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

/// How long after its hour the nightly start may still come, and how often it is asked whether nobody stands there. Later it would
/// meet the customers of the day.
const NIGHT: SignedDuration = SignedDuration::from_hours(3);
const IDLE_ASKED_EVERY: Duration = Duration::from_secs(30);

/// How long a browser may take to write down what it keeps, such as a screen's pairing.
const CLOSING_PATIENCE: Duration = Duration::from_secs(10);

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
    /// When the browser is started anew each night, in the three hours from this time on and while nobody uses the screen; or `never`. Only
    /// for a page under http://, whose server can be asked.
    #[arg(long, value_name = "HH:MM", default_value = "04:00", value_parser = nightly)]
    restart_at: Nightly,
    /// Print receipts without asking, on the printer that the system uses by itself.
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, value_name = "true|false")]
    print: bool,
    /// What the browser is to be told besides, after `--`.
    #[arg(last = true)]
    further: Vec<String>,
}

/// The time of the nightly start; none where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Nightly(Option<Time>);

fn nightly(word: &str) -> Result<Nightly, String> {
    if word == "never" {
        return Ok(Nightly(None));
    }
    let time = Time::strptime("%H:%M", word).map_err(|_| "a time as 04:00, or never".to_owned())?;
    Ok(Nightly(Some(time)))
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
        let started = Zoned::now().datetime();
        let is_night = || arguments.restart_at.is_due(started, Zoned::now().datetime()) && server.is_idle();
        // While it is being updated there is no browser for a while, or half of one.
        let shown = start(&profile, &page, arguments).and_then(|mut child| {
            trouble.clear();
            let outcome = wait(&mut child, is_night)?;
            if let Outcome::Night = outcome {
                say!("it is night and nobody uses the screen: the browser is started anew");
                close(&mut child)?;
            }
            Ok(outcome)
        });
        pause = if begun.elapsed() >= WORKED { PAUSE } else { pause.saturating_mul(2).min(PAUSE_MAX) };
        match shown.map_err(|error| format!("{error:#}")) {
            Ok(Outcome::Night) => {
                pause = PAUSE;
                continue;
            }
            Ok(Outcome::Ended(ended)) => {
                say!("the browser ended ({ended}); it is started again in {} s", pause.as_secs());
            }
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

impl Nightly {
    /// Whether a browser that was started then has to be started anew now: its hour came since, and not long ago.
    fn is_due(self, started: DateTime, now: DateTime) -> bool {
        let Some(time) = self.0 else { return false };
        // Without a yesterday the calendar begins today, and nobody is due.
        let yesterday = || now.date().yesterday().ok();
        let day = if now.time() >= time { Some(now.date()) } else { yesterday() };
        let Some(hour) = day.map(|day| day.to_datetime(time)) else { return false };
        started < hour && hour.checked_add(NIGHT).is_ok_and(|end| now < end)
    }
}

/// What a started browser came to.
enum Outcome {
    Ended(ExitStatus),
    /// It runs, and is to be started anew.
    Night,
}

fn wait(child: &mut Child, is_night: impl Fn() -> bool) -> Result<Outcome> {
    let mut asked = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Outcome::Ended(status));
        }
        if asked.elapsed() >= IDLE_ASKED_EVERY {
            asked = Instant::now();
            if is_night() {
                return Ok(Outcome::Night);
            }
        }
        thread::sleep(WATCHED_EVERY);
    }
}

/// Asks the browser to end, and ends it if it does not.
fn close(child: &mut Child) -> Result<()> {
    let id = child.id().to_string();
    let words: &[&str] = if cfg!(windows) { &["taskkill", "/PID", &id] } else { &["kill", "-TERM", &id] };
    if let [program, arguments @ ..] = words {
        // Who cannot ask ends it.
        let _ = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).status();
    }
    let asked = Instant::now();
    while asked.elapsed() < CLOSING_PATIENCE {
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        thread::sleep(WATCHED_EVERY);
    }
    // It may end by itself in this very moment.
    let _ = child.kill();
    child.wait()?;
    Ok(())
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

    /// Whether nobody uses the booth's screens. What cannot be asked is not known.
    fn is_idle(&self) -> bool {
        let Some(address) = &self.address else { return false };
        neighbour::says("/api/booth/idle", "{\"idle\":true}", address, ANSWER_PATIENCE)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    #[test]
    fn the_browser_is_started_anew_once_a_night() {
        let four = nightly("04:00").unwrap();
        let started = at("2026-11-28T15:00");
        let due = |now| four.is_due(started, at(now));
        assert!(!due("2026-11-28T23:59") && !due("2026-11-29T03:59:59"));
        assert!(
            due("2026-11-29T04:00") && due("2026-11-29T06:59:59"),
            "in the night it may wait for the last customer"
        );
        assert!(!due("2026-11-29T07:00") && !due("2026-11-29T15:00"), "not among the customers of the day");
        assert!(due("2026-11-30T04:30"), "and in the next night again");
        assert!(!four.is_due(at("2026-11-29T04:10"), at("2026-11-29T06:00")), "once a night");
    }

    #[test]
    fn a_night_may_go_over_midnight_and_may_never_come() {
        let late = nightly("23:30").unwrap();
        assert!(late.is_due(at("2026-11-29T20:00"), at("2026-11-30T01:00")));
        assert!(!late.is_due(at("2026-11-29T23:40"), at("2026-11-30T01:00")));
        assert!(!nightly("never").unwrap().is_due(at("2026-11-28T15:00"), at("2026-11-29T04:00")));
        for word in ["4", "24:00", "04:60", "night", ""] {
            assert!(nightly(word).is_err(), "{word}");
        }
    }

    #[test]
    fn a_clock_without_a_battery_restarts_nothing_for_ever() {
        let four = nightly("04:00").unwrap();
        // The network has set the clock after the browser was started: one new start, and then no more.
        assert!(four.is_due(at("1970-01-01T00:00:10"), at("2026-11-29T05:00")));
        assert!(!four.is_due(at("2026-11-29T05:00:30"), at("2026-11-29T05:01")));
        assert!(!four.is_due(at("2027-01-01T00:00"), at("2026-11-29T05:00")), "set back");
    }
}
