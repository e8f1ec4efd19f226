//! What the commands of all suites share: which rules, which report, and how a run goes from arguments to an exit code.

use super::Exit;
use super::ctrl_c::CtrlC;
use super::files::{Destination, failed_in, known};
use super::progress::Progress;
use super::target::WireArgs;
use super::tongue::TongueArgs;
use crate::random::Random;
use crate::suite::orders::{AccountShape, Source};
use crate::suite::report::{Language, Paint, github, html, json, junit, text};
use crate::suite::{Handbook, Official, Report, Restart, Rule, RunError, Settings};
use crate::wire::Target;
use clap::{Args, ValueEnum};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Arguments of every suite.
#[derive(Debug, Args)]
pub struct SuiteArgs {
    /// Try only these rules or groups (CREATE-03, PAYME-CREATE, S1), separated by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Leave these rules or groups out
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Only what the provider's own tests try, judged as they do
    #[arg(long, conflicts_with_all = ["only", "skip", "rerun_failed"])]
    pub official: bool,
    /// Try only what failed in this JSON report of an earlier run
    #[arg(long, value_name = "FILE", conflicts_with = "only")]
    pub rerun_failed: Option<PathBuf>,
    /// Rules that are known to be broken, one a line: they do not decide the exit code
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// How many rules may stay untried (no order left, a command that failed) before the run counts as not done
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub max_skipped: usize,
    /// Run even though the look before the run finds something wrong
    #[arg(long)]
    pub anyway: bool,
    /// Which random histories are played: a number has the same ones in every run; `random` finds others each time
    #[arg(long, value_name = "N|random", default_value = "1", value_parser = seed)]
    pub seed: u64,
    /// In how many bursts each race is run at least: more find more, and take longer
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub race_rounds: u16,
    /// A command that restarts the server and returns
    #[arg(long, value_name = "CMD")]
    pub restart_command: Option<String>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Write the report to a file instead of the standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub tongue: TongueArgs,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
    /// Show the rules instead of trying them
    #[arg(long)]
    pub list: bool,
    /// Explain one rule instead of trying any: a request, a right and a wrong answer, the usual cure
    #[arg(long, value_name = "RULE")]
    pub explain: Option<String>,
}

/// Forms of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One page that can be mailed.
    Html,
    /// For programs.
    Json,
    /// For CI.
    Junit,
    /// Annotations for GitHub Actions.
    Github,
    /// The reference page; only with --list.
    #[value(hide = true)]
    Markdown,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A run of a provider's suite; it gets what every suite is told, and somebody who hears how far it is.
pub trait Suite {
    /// Tries the rules.
    fn run(
        self,
        settings: Settings,
        progress: &mut (dyn FnMut(usize, usize, &Rule) + Send),
    ) -> impl Future<Output = Result<Report, RunError>>;
}

/// Who is to be tested, and with what.
pub struct Subject {
    /// The server.
    pub target: Target,
    /// Fresh orders.
    pub source: Source,
    /// The account objects.
    pub shape: AccountShape,
    /// The price in tiyin of orders that come without one.
    pub amount: i64,
}

/// Runs the suite, or tells about its rules; `subject` is asked only when there is something to run.
pub async fn conduct(
    mut args: SuiteArgs,
    book: &Handbook,
    official: Option<&Official>,
    wire: &WireArgs,
    subject: impl FnOnce() -> Result<Subject, String>,
    suite: impl Suite,
) -> Result<Exit, String> {
    let language = args.tongue.language();
    if let Some(id) = &args.explain {
        let rule = book.find(id).ok_or_else(|| format!("no rule is called `{id}`; --list shows all of them"))?;
        print(&book.explain(rule, language));
        return Ok(Exit::Clean);
    }
    if args.official {
        let official = official.ok_or_else(|| format!("{} publishes no tests of its own", book.provider))?;
        args.only = official.groups.iter().map(|&word| word.to_owned()).collect();
    }
    if let Some(path) = &args.rerun_failed {
        args.only = failed_in(path, book)?;
        if args.only.is_empty() {
            let nothing = format!("{}: nothing failed there, so there is nothing to try again.", path.display());
            print(&format!("{}\n", book.say(language, &nothing)));
            return Ok(Exit::Clean);
        }
    }
    if args.list {
        let chosen = book.chosen(&args.only, &args.skip)?;
        print(&match args.format {
            Format::Markdown => book.markdown(),
            Format::Json => book.list_json(&chosen),
            Format::Text | Format::Html | Format::Junit | Format::Github => book.list(&chosen, language),
        });
        return Ok(Exit::Clean);
    }
    if args.format == Format::Markdown {
        return Err("--format markdown goes with --list".to_owned());
    }
    let known = known(args.known.as_deref(), book)?;
    let destination = Destination::open(args.output.clone())?;
    let paint = paint(args.color, args.output.is_some());
    let (format, is_official, max_skipped) = (args.format, args.official, args.max_skipped);
    let settings = settings(args, wire, subject()?);
    let stop = Arc::clone(&settings.interrupt);
    let mut ctrl_c = CtrlC::listen();
    let interrupt = tokio::spawn(async move {
        ctrl_c.pressed().await;
        tell!("\n{}\n", language.interrupting());
        stop.notify_one();
    });
    let mut progress = Progress::new();
    let ran = suite
        .run(settings, &mut |done, total, rule: &Rule| {
            progress.step(done, total, rule.id, &book.say(language, rule.group));
        })
        .await;
    progress.end();
    interrupt.abort();
    let mut report = ran.map_err(|error| error.to_string())?;
    report.known = known;
    let mut written = match format {
        Format::Text | Format::Markdown => text(&report, paint, language, book),
        Format::Html => html(&report, language, book),
        Format::Json => json(&report),
        Format::Junit => junit(&report, language, book),
        Format::Github => github(&report, language, book),
    };
    if let Some(official) = official.filter(|_| is_official && format == Format::Text) {
        written.push_str(&official.judge(&report, language));
    }
    destination.write(&written)?;
    Ok(exit(&report, max_skipped, language))
}

/// A number, or a word for one that nobody chose; the report names it, so that it can be given the next time.
fn seed(word: &str) -> Result<u64, String> {
    match word {
        "random" => Ok(Random::any_seed()),
        number => number.parse().map_err(|_| "a number, or the word `random`".to_owned()),
    }
}

fn settings(args: SuiteArgs, wire: &WireArgs, subject: Subject) -> Settings {
    Settings {
        target: subject.target,
        trust: wire.trust(),
        source: subject.source,
        shape: subject.shape,
        amount: subject.amount,
        seed: args.seed,
        only: args.only,
        skip: args.skip,
        restart: args.restart_command.map_or(Restart::None, Restart::Command),
        rounds: usize::from(args.race_rounds),
        look_first: !args.anyway,
        pause: Duration::from_millis(1100),
        timeout: wire.timeout(),
        interrupt: Arc::new(Notify::new()),
    }
}

/// The exit code, with a sentence on the error output where a report alone might be taken for a success.
fn exit(report: &Report, max_skipped: usize, language: Language) -> Exit {
    let stale: Vec<&str> = report.stale_known().collect();
    if !stale.is_empty() {
        tell!("{}\n", language.no_longer_broken(&stale.join(", ")));
    }
    if report.new_failures().next().is_some() {
        return Exit::Failures;
    }
    let untried = report.untried();
    if report.interrupted {
        // The report says so at its head; what was not reached is no matter of --max-skipped.
        return Exit::Unusable;
    }
    if report.tried() == 0 {
        tell!("{}\n", language.nothing_tried());
        return Exit::Unusable;
    }
    if untried > max_skipped {
        tell!("{}\n", language.too_many_untried(untried));
        return Exit::Unusable;
    }
    Exit::Clean
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
