//! `boothpay sandbox payme`: the conformance suite.

use super::Exit;
use super::target::{OrderArgs, TargetArgs};
use crate::conformance::report::{Paint, json, junit, text};
use crate::conformance::{self, Aging, Rule, Settings};
use crate::random::Random;
use clap::{Args, ValueEnum};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of the conformance suite.
#[derive(Debug, Args)]
pub struct PaymeArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    orders: OrderArgs,
    /// Try only these rules or groups (PAYME-CREATE-03, CREATE, S1), separated by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave these rules or groups out
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    skip: Vec<String>,
    /// Repeat the random histories of an earlier run
    #[arg(long)]
    seed: Option<u64>,
    /// A command that makes a transaction older; it gets PAYME_ID, AGE_MS and ACCOUNT in its environment
    #[arg(long, value_name = "CMD")]
    age_command: Option<String>,
    /// The server was started with this limit in milliseconds instead of 12 hours
    #[arg(long, value_name = "N", conflicts_with = "age_command")]
    timeout_ms: Option<u64>,
    /// Also change the server's key with ChangePassword, and change it back
    #[arg(long)]
    change_password: bool,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the report to a file instead of the standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    color: Colour,
    /// Show the rules instead of trying them
    #[arg(long)]
    list: bool,
    /// Explain one rule instead of trying any
    #[arg(long, value_name = "RULE")]
    explain: Option<String>,
}

/// Forms of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for people.
    Text,
    /// For programs.
    Json,
    /// For CI.
    Junit,
    /// The reference page; only with --list.
    #[value(hide = true)]
    Markdown,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Runs the suite, or tells about its rules.
pub async fn run(args: PaymeArgs) -> Result<Exit, String> {
    if let Some(id) = &args.explain {
        let rule =
            conformance::find(id).ok_or_else(|| format!("no rule is called `{id}`; --list shows all of them"))?;
        print(&conformance::explain(rule));
        return Ok(Exit::Clean);
    }
    if args.list {
        let chosen = conformance::chosen(&args.only, &args.skip).map_err(|error| error.to_string())?;
        print(&match args.format {
            Format::Markdown => conformance::markdown(),
            Format::Text | Format::Json | Format::Junit => conformance::list(&chosen),
        });
        return Ok(Exit::Clean);
    }
    let (format, output) = (args.format, args.output.clone());
    if format == Format::Markdown {
        return Err("--format markdown goes with --list".to_owned());
    }
    let paint = paint(args.color, output.is_some());
    let settings = settings(args)?;
    let mut progress = progress();
    let report = conformance::run(settings, &mut progress).await.map_err(|error| error.to_string())?;
    clear_progress();
    let written = match format {
        Format::Text | Format::Markdown => text(&report, paint),
        Format::Json => json(&report),
        Format::Junit => junit(&report),
    };
    match output {
        None => print(&written),
        Some(path) => std::fs::write(&path, written).map_err(|error| format!("{}: {error}", path.display()))?,
    }
    Ok(if report.failures().next().is_none() { Exit::Clean } else { Exit::Failures })
}

fn settings(args: PaymeArgs) -> Result<Settings, String> {
    let target = args.target.target()?;
    Ok(Settings {
        source: args.orders.source(&target)?,
        shape: args.orders.shape()?,
        amount: args.orders.amount,
        seed: args.seed.unwrap_or_else(Random::any_seed),
        only: args.only,
        skip: args.skip,
        aging: match (args.age_command, args.timeout_ms) {
            (Some(command), _) => Aging::Command(command),
            (None, Some(limit)) => Aging::Timeout(Duration::from_millis(limit)),
            (None, None) => Aging::None,
        },
        may_change_password: args.change_password,
        pause: Duration::from_millis(1100),
        timeout: args.target.timeout(),
        target,
    })
}

/// A closed pipe (`| head`) is no reason to fail.
fn print(text: &str) {
    drop(std::io::stdout().write_all(text.as_bytes()));
}

fn paint(colour: Colour, to_file: bool) -> Paint {
    let allowed = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let colourful = match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => allowed && !to_file && std::io::stdout().is_terminal(),
    };
    if colourful { Paint::Colour } else { Paint::Plain }
}

/// One line on the error output that is written over; nothing where nobody watches.
fn progress() -> impl FnMut(usize, usize, &Rule) + Send {
    let watched = std::io::stderr().is_terminal();
    move |done, total, rule| {
        if watched {
            tell!("\r\u{1b}[K[{done:>3}/{total}] {}", rule.id);
        }
    }
}

fn clear_progress() {
    if std::io::stderr().is_terminal() {
        tell!("\r\u{1b}[K");
    }
}
