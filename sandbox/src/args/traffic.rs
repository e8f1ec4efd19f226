//! `boothpay sandbox traffic`: the simulator with many customers, also as a load generator.

use super::ctrl_c::CtrlC;
use super::target::{AccountArgs, OrderArgs, address};
use super::tongue::TongueArgs;
use super::wallet::{Wallet, WalletArgs};
use super::{Exit, FindOwn};
use crate::payme::simulator::{Session, Settings, comparison, json, text};
use crate::random::Random;
use crate::suite::report::Language;
use crate::suite::traffic::Outcome;
use crate::suite::{Customers, Handbook, Interrupt, Limit, Load, RunError, traffic};
use crate::wire::Target;
use crate::{click, uzum};
use clap::{Args, ValueEnum};
use reqwest::Url;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Arguments of the traffic.
#[derive(Debug, Args)]
pub struct TrafficArgs {
    #[command(flatten)]
    wallet: WalletArgs,
    #[command(flatten)]
    orders: OrderArgs,
    #[command(flatten)]
    account: AccountArgs,
    /// How long new customers come: 30, 30s, 5m, 2h
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    duration: Duration,
    /// This many customers instead of a time; their orders are made before the clock starts
    #[arg(long, value_name = "N")]
    payments: Option<u64>,
    /// How many customers pay at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=4096))]
    connections: u16,
    /// How many of a hundred calls go wrong on the way; 0 is the plain load
    #[arg(long, value_name = "PERCENT", default_value_t = 15, value_parser = clap::value_parser!(u64).range(..=100))]
    faults: u64,
    /// Repeat the customers of an earlier run
    #[arg(long)]
    seed: Option<u64>,
    /// Run the same load against another server in turns and give the ratio
    #[arg(long, value_name = "URL")]
    baseline: Option<String>,
    /// The key of the other server, if it is another one
    #[arg(long, value_name = "KEY", requires = "baseline")]
    baseline_key: Option<String>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    tongue: TongueArgs,
}

impl TrafficArgs {
    /// The language that was chosen, and whose words are used.
    pub fn audience(&self) -> (Language, Handbook) {
        (self.tongue.language(), self.wallet.wallet.handbook())
    }
}

/// Forms of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// With a baseline the load is cut into this many turns, so that a slow moment of the computer meets both servers.
const TURNS: u32 = 4;
/// What shells say of a program that Ctrl-C ended: 128 and the signal's number.
const ENDED_BY_CTRL_C: i32 = 130;

/// Plays the traffic.
pub async fn run(args: TrafficArgs, find: FindOwn<'_>) -> Result<Exit, String> {
    let interrupt = Interrupt::default();
    let listener = tokio::spawn(listen(CtrlC::listen(), interrupt.clone(), args.tongue.language()));
    let ended = match args.wallet.wallet {
        Wallet::Payme => of_payme(args, find, interrupt).await,
        other @ (Wallet::Click | Wallet::Uzum) => of_another(&args, other, find, interrupt).await,
    };
    listener.abort();
    ended
}

/// The first Ctrl-C ends the load and leaves the report; the second ends the program.
async fn listen(mut ctrl_c: CtrlC, interrupt: Interrupt, language: Language) {
    ctrl_c.pressed().await;
    tell!("\n{}\n", language.load_interrupting());
    interrupt.ask();
    ctrl_c.pressed().await;
    std::process::exit(ENDED_BY_CTRL_C);
}

/// What the program ends with.
fn exit(customers: u64, wrong: usize, trouble: Option<String>, interrupt: &Interrupt) -> Result<Exit, String> {
    match (trouble, customers, wrong, interrupt.is_asked()) {
        (Some(trouble), 0, _, false) => Err(trouble),
        (_, _, 0, false) => Ok(Exit::Clean),
        (_, _, 0, true) => Ok(Exit::Unusable),
        (_, _, _, _) => Ok(Exit::Failures),
    }
}

/// Click's customers, or Uzum's.
async fn of_another(
    args: &TrafficArgs,
    wallet: Wallet,
    find: FindOwn<'_>,
    interrupt: Interrupt,
) -> Result<Exit, String> {
    let (target, maker) = args.wallet.target(find)?;
    let seed = args.seed.unwrap_or_else(Random::any_seed);
    let turns = if args.baseline.is_some() { TURNS } else { 1 };
    let limit = match args.payments {
        Some(count) => Limit::Customers(count.div_ceil(u64::from(turns))),
        None => Limit::Duration(args.duration / turns),
    };
    let load = Load { limit, connections: usize::from(args.connections), faults_percent: args.faults };
    let mut servers = vec![(target.clone(), maker)];
    if let Some(url) = &args.baseline {
        let (url, key) = (address(url)?, args.baseline_key.clone().or_else(|| target.key.clone()));
        servers.push((Target { url: url.clone(), key, ..target }, url));
    }
    let mut settings = Vec::new();
    for (target, maker) in servers {
        let source = args.orders.source(wallet.word(), &maker, args.wallet.wire.trust())?;
        let shape = args.account.shape(wallet.field(), args.orders.cumulative)?;
        settings.push(args.wallet.settings(target, source, shape, args.orders.amount, Some(seed)));
    }
    let wrong = |error: RunError| error.to_string();
    let outcomes = match wallet {
        Wallet::Click => {
            let mut sessions = Vec::new();
            for common in settings {
                let session = click::customers(args.wallet.click(common)).await.map_err(wrong)?;
                sessions.push(session.until(interrupt.clone()));
            }
            take_turns(sessions, turns, load).await
        }
        Wallet::Payme | Wallet::Uzum => {
            let mut sessions = Vec::new();
            for common in settings {
                let session = uzum::customers(args.wallet.uzum(common)?).await.map_err(wrong)?;
                sessions.push(session.until(interrupt.clone()));
            }
            take_turns(sessions, turns, load).await
        }
    };
    let mut outcomes = outcomes.into_iter();
    let (Some(outcome), other) = (outcomes.next(), outcomes.next()) else {
        return Err("no server to play with".to_owned());
    };
    let written = match args.format {
        Format::Json => traffic::json(&outcome, other.as_ref()),
        Format::Text => {
            let (language, book) = args.audience();
            let compared =
                other.as_ref().map_or_else(String::new, |other| traffic::comparison(&outcome, other, language));
            traffic::text(&outcome, language, &book) + &compared
        }
    };
    drop(std::io::stdout().write_all(written.as_bytes()));
    exit(outcome.tally.customers, outcome.findings.len(), outcome.trouble, &interrupt)
}

/// The same load against each server in turns.
async fn take_turns<P: Customers>(mut sessions: Vec<traffic::Session<P>>, turns: u32, load: Load) -> Vec<Outcome> {
    for _ in 0..turns {
        for session in &mut sessions {
            session.turn(load).await;
        }
    }
    sessions.into_iter().filter_map(traffic::Session::outcome).collect()
}

async fn of_payme(args: TrafficArgs, find: FindOwn<'_>, interrupt: Interrupt) -> Result<Exit, String> {
    let seed = args.seed.unwrap_or_else(Random::any_seed);
    let (target, maker) = args.wallet.target(find)?;
    let mut sessions = vec![session(&args, seed, target.clone(), &maker, &interrupt)?];
    if let Some(url) = &args.baseline {
        let key = args.baseline_key.clone().or_else(|| target.key.clone());
        let url = address(url)?;
        let other = Target { url: url.clone(), login: target.login, key };
        sessions.push(session(&args, seed, other, &url, &interrupt)?);
    }
    let turns = if sessions.len() > 1 { TURNS } else { 1 };
    let limit = match args.payments {
        Some(count) => Limit::Customers(count.div_ceil(u64::from(turns))),
        None => Limit::Duration(args.duration / turns),
    };
    let started = Instant::now();
    for _ in 0..turns {
        for session in &mut sessions {
            let progress = progress(session.watch(), started, args.tongue.language());
            session.load(limit).await;
            progress.abort();
        }
    }
    clear_progress();
    let mut outcomes = Vec::new();
    for session in sessions {
        outcomes.push(session.audit().await);
    }
    let baseline = if outcomes.len() > 1 { outcomes.pop() } else { None };
    let Some(outcome) = outcomes.pop() else { return Err("no server to play with".to_owned()) };
    let written = match args.format {
        Format::Json => json(&outcome, baseline.as_ref()),
        Format::Text => {
            let (language, book) = args.audience();
            let compared = baseline.as_ref().map_or_else(String::new, |other| comparison(&outcome, other, language));
            text(&outcome, language, &book) + &compared
        }
    };
    drop(std::io::stdout().write_all(written.as_bytes()));
    exit(outcome.tally.customers, outcome.findings.len(), outcome.trouble, &interrupt)
}

fn session(
    args: &TrafficArgs,
    seed: u64,
    target: Target,
    maker: &Url,
    interrupt: &Interrupt,
) -> Result<Session, String> {
    let settings = Settings {
        source: args.orders.source("payme", maker, args.wallet.wire.trust())?,
        shape: args.account.shape("order_id", args.orders.cumulative)?,
        amount: args.orders.amount,
        seed,
        connections: usize::from(args.connections),
        faults_percent: args.faults,
        timeout: args.wallet.wire.timeout(),
        trust: args.wallet.wire.trust(),
        interrupt: interrupt.clone(),
        target,
    };
    Session::new(settings).map_err(|error| error.to_string())
}

/// One line on the error output that is written over; nothing where nobody watches.
fn progress(
    watch: impl Fn() -> (u64, u64) + Send + 'static,
    started: Instant,
    language: Language,
) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        if !std::io::stderr().is_terminal() {
            return;
        }
        let mut tick = tokio::time::interval(Duration::from_millis(250));
        loop {
            tick.tick().await;
            let (customers, wrong) = watch();
            tell!("\r\u{1b}[K{}", language.load_so_far(started.elapsed(), customers, wrong));
        }
    })
}

fn clear_progress() {
    if std::io::stderr().is_terminal() {
        tell!("\r\u{1b}[K");
    }
}

/// Reads `30`, `30s`, `5m`, `2h`.
fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.trim_end_matches(char::is_alphabetic).len());
    let seconds = match unit {
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        other => return Err(format!("`{other}` is not a unit of time; s, m and h are")),
    };
    let number: f64 = number.parse().map_err(|_| format!("`{text}` is not a time like 30s or 5m"))?;
    Duration::try_from_secs_f64(number * seconds).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(duration("30"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("0.5s"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert!(duration("soon").is_err() && duration("-1s").is_err() && duration("1d").is_err());
    }
}
