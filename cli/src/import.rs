//! `boothpay import`: takes over the payments of the back end before, and says first what it would do.

mod clock;
mod csv;
mod words;

use crate::files;
use crate::out::say;
use crate::settings::{self, Choice};
use anyhow::{Context, Result, bail};
use boothpay_protocol::ledger::rows::Rows;
use boothpay_protocol::takeover::decide::{self, Here, Outcome};
use boothpay_protocol::takeover::judge::{self, Judge, Judged};
use boothpay_protocol::takeover::row::Row;
use boothpay_protocol::takeover::{NUMBERS_BETWEEN, Payment};
use boothpay_protocol::time::TimeMs;
use boothpay_server::clock::Clock;
use boothpay_server::config::Settings;
use boothpay_store::Address;
use boothpay_store::takeover::source::{self, SourceError};
use boothpay_store::takeover::{self, Ask, Ended, Job, Numbers};
use jiff::tz::TimeZone;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use words::Told;

/// From where, and how.
#[derive(clap::Args)]
pub(crate) struct Import {
    /// The database file of the back end before: photobooth.db. It is only read.
    #[arg(required_unless_present = "csv", conflicts_with = "csv")]
    file: Option<PathBuf>,
    /// The same table as a CSV file. Its first line names the columns: id, order_id, transaction_id, amount (soum),
    /// payment_type, status, state, create_time, perform_time, cancel_time, created_at (may be missing). Times are UTC.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// The time zone of the machine on which the back end before ran. It kept times in UTC and told them to Payme as if they
    /// were that machine's local time; Payme has to hear the same again.
    #[arg(long, value_name = "ZONE", default_value = "Asia/Tashkent")]
    his_time_zone: String,
    /// Click's service (service_id) that the payments were for, where click.service_id of the settings is not it.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i64).range(1..))]
    click_service: Option<i64>,
    /// Only say what would be done.
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    /// Leave out what contradicts itself, and take over the rest.
    #[arg(long)]
    skip_refused: bool,
    /// Take over into this database instead of the settings'.
    #[arg(long, value_name = "ADDRESS")]
    database: Option<String>,
}

/// What is taken over, and what it is judged by.
struct Plan {
    rows: Vec<Row>,
    judged: Vec<Judged>,
    here: Here,
    now: TimeMs,
}

/// Says what would be done, then does it, or says why nothing was.
pub(crate) fn run(choice: &Choice, import: &Import) -> Result<()> {
    let settings = settings::checked(choice)?;
    let database = match &import.database {
        Some(text) => Address::parse(text).context("--database")?.followed(),
        None => settings.database.clone(),
    };
    if database == Address::SqliteMemory {
        bail!("a database in memory would be gone with this command; name a file or a PostgreSQL database");
    }
    let zone = TimeZone::get(&import.his_time_zone).with_context(|| {
        format!("--his-time-zone {}: no such time zone; for instance Asia/Tashkent or UTC", import.his_time_zone)
    })?;
    let (rows, from) = match (&import.file, &import.csv) {
        (Some(file), _) => (source::read(file).map_err(told)?, file),
        (None, Some(csv)) => (csv::read(csv)?, csv),
        (None, None) => bail!("name the database file of the back end before"),
    };
    let plan = Plan::of(rows, &zone, import.click_service, &settings);
    let outcomes = takeover::plan(&database, &plan.job(&|numbers| plan.asks(numbers), &|_| false))?;
    let told = Told { judged: &plan.judged, rows: &plan.rows, is_csv: import.file.is_none(), outcomes: &outcomes };
    announce(from, &database, &import.his_time_zone, &told);
    let refused = told.refused();
    if refused > 0 && !import.skip_refused {
        bail!(
            "{refused} rows are refused, so nothing is taken over. Mend them in a copy of the file, or take over all others \
             with --skip-refused"
        );
    }
    if import.dry_run {
        say!("");
        say!("Nothing was changed (--dry-run).");
        return Ok(());
    }
    if told.has_nothing_new() {
        say!("");
        say!("There is nothing new to take over. Nothing was changed.");
        return Ok(());
    }
    if !import.yes && !agreed()? {
        say!("Nothing was changed.");
        return Ok(());
    }
    carry_out(&plan, &database, import.skip_refused)
}

/// An error about the file, with what to do where there is none.
fn told(error: SourceError) -> anyhow::Error {
    if let SourceError::Unreadable { path, cause } = &error {
        return anyhow::anyhow!("{}", files::unreadable(path, cause));
    }
    error.into()
}

fn announce(from: &Path, database: &Address, zone: &str, told: &Told<'_>) {
    say!("From {}: {} payments, their times told to Payme as those of {zone}", from.display(), told.rows.len());
    say!("To   {database}");
    say!("");
    say!("{}", told.table());
    for lines in [told.remarks(), told.refusals()] {
        if !lines.is_empty() {
            say!("");
            say!("{lines}");
        }
    }
}

/// Asks whoever sits there. A script has nobody to ask: it said what it wants.
fn agreed() -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(true);
    }
    let mut out = std::io::stdout();
    write!(out, "\nTake this over? [y/N] ").and_then(|()| out.flush())?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "д" | "да" | "ha"))
}

fn carry_out(plan: &Plan, database: &Address, skip_refused: bool) -> Result<()> {
    let is_refused = |outcome: &Outcome| matches!(outcome, Outcome::Refused(_));
    let keep = |outcomes: &[Outcome]| skip_refused || !outcomes.iter().any(is_refused);
    match takeover::carry_out(database, &plan.job(&|numbers| plan.asks(numbers), &keep))? {
        Ended::Left(_) => {
            bail!(
                "the database was changed meanwhile, and something would be refused now; nothing was taken over. Try again"
            )
        }
        Ended::Kept(outcomes) => {
            let count = |wanted: &Outcome| outcomes.iter().filter(|outcome| *outcome == wanted).count();
            say!("");
            say!("Taken over into {database}: {} new, {} that went on.", count(&Outcome::New), count(&Outcome::WentOn));
            say!("Payments of Boothpay's own have numbers from {} on.", plan.first_number());
            say!(
                "Compare with the list in the wallets' cabinets; `boothpay verify` reads everything once more. When new rows"
            );
            say!("have come, run the same command again: it takes over what is new.");
            Ok(())
        }
    }
}

impl Plan {
    fn of(rows: Vec<Row>, zone: &TimeZone, click_service: Option<i64>, settings: &Settings) -> Self {
        let now = Clock::System.now();
        let connected = settings.click.checkout.as_ref().map(|click| click.service_id);
        let click_service = click_service.or(connected);
        let rules = settings.rules();
        let time = |text: &str| clock::read(text, zone);
        let judged = judge::all(&rows, &Judge { time: &time, now, rules: &rules, click_service });
        let here = Here {
            booth: settings.booth.clone(),
            lifetime: settings.order_lifetime,
            account_field: rules.payme.account_field.clone(),
        };
        Self { rows, judged, here, now }
    }

    fn payments(&self) -> impl Iterator<Item = &Payment> {
        self.judged.iter().flatten().map(|(payment, _)| payment)
    }

    /// The highest `id` in the file, also of what is refused: his server may mend it yet.
    fn highest(&self) -> i64 {
        self.rows.iter().filter_map(judge::id).max().unwrap_or(0)
    }

    fn first_number(&self) -> i64 {
        self.highest().saturating_add(NUMBERS_BETWEEN)
    }

    /// The questions, one for each payment that makes sense.
    fn asks(&self, numbers: &Numbers) -> Vec<Ask<Outcome>> {
        let now = self.now;
        let ask = |payment: &Payment| {
            let here = self.here.clone();
            let numbered = numbers.get(payment.id).cloned();
            let payment = decide::as_known(payment.clone(), numbered.as_ref());
            let (number, needs) = (payment.id, decide::needs(&payment));
            let decide = move |rows: &Rows| decide::decide(&payment, numbered.as_ref(), &here, rows, now);
            Ask { number, needs, decide: Box::new(decide) }
        };
        self.payments().map(ask).collect()
    }

    fn job<'a>(
        &'a self,
        asks: &'a (dyn Fn(&Numbers) -> Vec<Ask<Outcome>> + Sync),
        keep: &'a (dyn Fn(&[Outcome]) -> bool + Sync),
    ) -> Job<'a, Outcome> {
        Job { highest: self.highest(), first_number: self.first_number(), at: self.now, asks, keep }
    }
}
