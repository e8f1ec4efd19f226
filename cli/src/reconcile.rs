//! `boothpay reconcile`: compares a wallet's statement with what is here, payment by payment. Changes no order; works beside a running
//! server.

use crate::out::{self, say};
use crate::settings::{self, Choice};
use anyhow::{Context, Result, bail};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Decision, Needs};
use boothpay_protocol::ledger::setting::SettingName;
use boothpay_protocol::money::Soum;
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_server::clock::Clock;
use boothpay_server::config::Settings;
use boothpay_server::statement::compare::{self, Compared, Difference, Here, Kind};
use boothpay_server::statement::{self, Columns, FILE_BYTES_MAX, Field, Meaning};
use boothpay_store::export::{self, Export, ExportRow, Receiver};
use boothpay_store::{Store, visit};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::io::Read;
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};

/// Differences that are printed; a longer list is of another cashbox, or of another database.
const PRINTED_MAX: usize = 200;

/// Our payments around the statement's period are looked at too: the clocks differ at midnight.
const AROUND: SpanMs = SpanMs::seconds(86_400);

/// Which file, and how it is read.
#[derive(Args)]
pub(crate) struct Reconcile {
    /// The statement as the wallet's cabinet gives it: CSV or XLSX.
    file: PathBuf,
    /// Whose statement it is.
    #[arg(long)]
    wallet: Wallet,
    /// Which heading is which, where that is not known: id, sum, time, clock (the time of day, where it has a column of its own),
    /// order, status. It is remembered for this wallet.
    #[arg(long, value_name = "FIELD=HEADING,…")]
    columns: Option<String>,
    /// What words in the column of states mean, where that is not known: paid, refunded, or skip for what brought no money. It is
    /// remembered for this wallet.
    #[arg(long, value_name = "WORD=MEANING,…")]
    words: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Wallet {
    Payme,
    Click,
    Uzum,
}

impl Wallet {
    const fn provider(self) -> Provider {
        match self {
            Self::Payme => Provider::Payme,
            Self::Click => Provider::Click,
            Self::Uzum => Provider::Uzum,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Payme => "Payme",
            Self::Click => "Click",
            Self::Uzum => "Uzum",
        }
    }
}

/// Compares; whether everything agrees.
pub(crate) fn run(choice: &Choice, arguments: &Reconcile) -> Result<bool> {
    let settings = settings::checked(choice)?;
    settings::existing(&settings.database)?;
    let provider = arguments.wallet.provider();
    let setting = SettingName::parse(&format!("statement.{}", provider.word()))?;
    let remembered = visit::setting(&settings.database, &setting)?.and_then(|setting| setting.value);
    let mut known: Columns = remembered.and_then(|value| serde_json::from_str(&value).ok()).unwrap_or_default();
    let is_told = told(arguments, &mut known)?;
    let bytes = read(&arguments.file)?;
    let zone = &settings.time_zone;
    let name = arguments.file.display();
    let statement = statement::read(&bytes, &known, zone).with_context(|| name.to_string())?;
    if is_told {
        remember(&settings, setting, &known)?;
    }
    let period = compare::period(&statement.lines, zone, Clock::System.now());
    let here = here(&settings, provider, &period)?;
    let compared = compare::compare(&statement.lines, &here, &period, zone);
    say!(
        "{}, {name}: {} rows about money, {} that brought none",
        arguments.wallet.name(),
        statement.lines.len(),
        statement.skipped
    );
    let columns: Vec<String> =
        statement.columns.headings.iter().map(|(field, heading)| format!("{}=\"{heading}\"", field.name())).collect();
    say!("Columns: {}", columns.join(", "));
    tell(&compared, zone);
    Ok(compared.differences.is_empty())
}

/// Reads a file that is not too long.
fn read(path: &Path) -> Result<Vec<u8>> {
    let file = std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut bytes = Vec::new();
    let most = u64::try_from(FILE_BYTES_MAX)?.saturating_add(1);
    file.take(most).read_to_end(&mut bytes).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(bytes)
}

/// Adds what the command line says of columns and words; whether it says anything.
fn told(arguments: &Reconcile, known: &mut Columns) -> Result<bool> {
    for pair in pairs(arguments.columns.as_deref()) {
        let (field, heading) = pair.with_context(|| "--columns is written like \"id=HEADING,sum=HEADING\"")?;
        let Some(field) = Field::ALL.into_iter().find(|it| it.name() == field) else {
            let names: Vec<&str> = Field::ALL.iter().map(|it| it.name()).collect();
            bail!("--columns: {field} is none of {}", names.join(", "));
        };
        known.headings.insert(field, heading.to_owned());
    }
    for pair in pairs(arguments.words.as_deref()) {
        let (word, meaning) = pair.with_context(|| "--words is written like \"WORD=paid,WORD=skip\"")?;
        let meaning = match meaning {
            "paid" => Meaning::Paid,
            "refunded" => Meaning::Refunded,
            "skip" => Meaning::Skip,
            _ => bail!("--words: {meaning} is none of paid, refunded, skip"),
        };
        known.words.insert(word.to_lowercase(), meaning);
    }
    Ok(arguments.columns.is_some() || arguments.words.is_some())
}

fn pairs(text: Option<&str>) -> impl Iterator<Item = Option<(&str, &str)>> {
    text.into_iter().flat_map(|text| text.split(',')).map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((name.trim(), value.trim())).filter(|(name, value)| !name.is_empty() && !value.is_empty())
    })
}

/// Keeps what was said of columns and words: it read the file.
fn remember(settings: &Settings, name: SettingName, known: &Columns) -> Result<()> {
    let value = serde_json::to_string(known)?;
    let store = Store::open(&settings.database)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let now = Clock::System.now();
    let needs = Needs::setting(name.clone());
    let set = move |_: &_| Decision::set(name.clone(), Some(value.clone()), now, ());
    runtime.block_on(store.transact(needs, Actor::CommandLine, set))?;
    Ok(())
}

/// Our payments by the wallet, in the period and around it.
fn here(settings: &Settings, provider: Provider, period: &Range<TimeMs>) -> Result<Vec<Here>> {
    let mut gathered = Gathered { provider, here: Vec::new() };
    let around = period.start.minus(AROUND)..period.end.plus(AROUND);
    export::export(&settings.database, &Export { period: around, with_unpaid: false }, &mut gathered)?;
    Ok(gathered.here)
}

struct Gathered {
    provider: Provider,
    here: Vec<Here>,
}

impl Receiver for Gathered {
    fn begin(&mut self) -> ControlFlow<()> {
        self.here.clear();
        ControlFlow::Continue(())
    }

    fn row(&mut self, row: &ExportRow) -> ControlFlow<()> {
        self.here.extend(row.transaction.as_ref().and_then(|it| Here::of(it, self.provider)));
        ControlFlow::Continue(())
    }
}

fn tell(compared: &Compared, zone: &TimeZone) {
    say!("");
    say!("{:<12}{:>26}{:>28}", "Day", "in the statement, soum", "here, soum");
    for (day, of) in &compared.days {
        let side = |(count, tiyin): (u64, i64)| format!("{count} × {}", Soum::from_tiyin(tiyin));
        let verdict = if of.differences == 0 { "agrees".to_owned() } else { format!("{} differ", of.differences) };
        say!("{:<12}{:>26}{:>28}   {verdict}", day.to_string(), side(of.there), side(of.here));
    }
    say!("");
    for difference in compared.differences.iter().take(PRINTED_MAX) {
        say!("{}", words(difference, zone));
    }
    let more = compared.differences.len().saturating_sub(PRINTED_MAX);
    if more > 0 {
        say!("… and {more} more. Is this the statement of another cashbox, or the database of another booth?");
    }
    if !compared.at_the_edge.is_empty() {
        say!(
            "Within ten minutes of the statement's beginning or end, so perhaps in the next one, and not judged: {}",
            compared.at_the_edge.join(", ")
        );
    }
    match compared.differences.len() {
        0 => say!("All agrees."),
        1 => out::print(format_args!("One difference.\n")),
        count => say!("{count} differences."),
    }
}

fn words(difference: &Difference, zone: &TimeZone) -> String {
    let soum = |tiyin: Option<i64>| Soum::from_tiyin(tiyin.unwrap_or(0)).to_string();
    let (here, there) = (soum(difference.here), soum(difference.there));
    let what = match difference.kind {
        Kind::MissingHere => format!("in the statement and not here: {there} soum"),
        Kind::MissingThere => format!("here and not in the statement: {here} soum"),
        Kind::OtherSum => format!("another sum: {there} soum in the statement, {here} here"),
        Kind::OtherOrder => format!("the statement names another order for it: {there} soum"),
        Kind::RefundedThere => format!("the money went back at the wallet and not here: {there} soum"),
        Kind::RefundedHere => format!("the money went back here and not at the wallet: {here} soum"),
        Kind::Twice => format!("twice in the statement: {there} soum"),
    };
    let time = Timestamp::from_millisecond(difference.at.ms()).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone());
    let order = difference.order.as_deref().unwrap_or("without a name");
    let id = difference.id.as_deref().map(|id| format!(", payment {id}")).unwrap_or_default();
    let row = difference.row.map(|row| format!(", row {row}")).unwrap_or_default();
    format!("{}  order {order}: {what}{id}{row}", time.strftime("%Y-%m-%d %H:%M:%S"))
}
