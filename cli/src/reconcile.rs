//! `boothpay reconcile`: compares a wallet's statement with what is here, payment by payment, and keeps what differs for the panel. Works
//! beside a running server. Changes no order, unless one is named that is to be put right.

use crate::files;
use crate::out::{self, say};
use crate::settings::{self, Choice};
use anyhow::{Context, Result, bail};
use boothpay_protocol::difference::{Difference, DifferenceKind, DifferenceState};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::money::Soum;
use boothpay_protocol::panel::{Audit, Deed};
use boothpay_protocol::statement::Righted;
use boothpay_protocol::time::TimeMs;
use boothpay_server::clock::Clock;
use boothpay_server::config::Settings;
use boothpay_server::reconciling::{self, CompareError, Comparison};
use boothpay_server::sheet::{Cell, csv};
use boothpay_server::statement::compare::{Compared, Found, order_words};
use boothpay_server::statement::told::Told;
use boothpay_server::statement::{Columns, FILE_BYTES_MAX, Field, Meaning, Trouble};
use boothpay_store::Store;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Differences that are printed; a longer list is of another cashbox, or of another database.
const PRINTED_MAX: usize = 200;

/// What is said of money that a person gave back past the wallet, beside the kinds of differences.
const BY_HAND: &str = "paid on both sides, and given back by hand here, past the wallet";

/// The same of money that the wallet gave back after the statement's end.
const LATER_BACK: &str = "paid on both sides, and given back by the wallet after the statement's end";

/// Who puts something right here.
const BY: &str = "somebody at the command line";

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
    /// The first day of the statement, as 2026-11-01: as it was chosen in the cabinet. Without it, the day of its first row.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The last day, which is still in it. Without it, the day of its last row: a file that ends too early then agrees.
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// The differences as a CSV file for a spreadsheet, instead of the text.
    #[arg(long)]
    csv: bool,
    /// Records the payment of this order, which the statement has and this database has not. The journal says that somebody at the
    /// command line did it, and by which row of which file. An order is never paid twice by this. The takings count the payment on the
    /// day on which it is recorded.
    #[arg(long, value_name = "ORDER")]
    put_right: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Wallet {
    Payme,
    Click,
    Uzum,
    UzumQr,
}

impl Wallet {
    const fn provider(self) -> Provider {
        match self {
            Self::Payme => Provider::Payme,
            Self::Click => Provider::Click,
            Self::Uzum => Provider::Uzum,
            Self::UzumQr => Provider::UzumQr,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Payme => "Payme",
            Self::Click => "Click",
            Self::Uzum => "Uzum",
            Self::UzumQr => "Uzum QR",
        }
    }
}

/// The word by which a wallet is chosen.
fn option(provider: Provider) -> String {
    let chosen = Wallet::value_variants().iter().find(|it| it.provider() == provider);
    chosen.and_then(ValueEnum::to_possible_value).map_or_else(String::new, |it| it.get_name().to_owned())
}

/// Compares; whether everything agrees.
pub(crate) fn run(choice: &Choice, arguments: &Reconcile) -> Result<bool> {
    let settings = settings::checked(choice)?;
    settings::existing(&settings.database)?;
    let store = Store::open(&settings.database)?.telling(settings.subscriptions()).printing(settings.print_rules());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (provider, now) = (arguments.wallet.provider(), Clock::System.now());
    let mut known = runtime.block_on(reconciling::columns(&store, provider))?;
    let is_told = told(arguments, &mut known)?;
    let (from, to) = (arguments.from.as_deref().unwrap_or_default(), arguments.to.as_deref().unwrap_or_default());
    let days = Told::of(from, to).with_context(|| "--from and --to")?;
    let bytes = read(&arguments.file)?;
    let name = arguments.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let compare = || reconciling::compare(&settings, provider, &name, &bytes, &known, days, now);
    let mut comparison = compare().map_err(|error| advised(error, arguments))?;
    if is_told {
        runtime.block_on(reconciling::remember(&store, provider, &known, Actor::CommandLine, now))?;
    }
    runtime.block_on(keep(&store, &mut comparison, now))?;
    if let Some(order) = &arguments.put_right {
        runtime.block_on(put_right(&store, &settings, &comparison, order, now))?;
        comparison = compare()?;
        runtime.block_on(keep(&store, &mut comparison, now))?;
    }
    let zone = &settings.time_zone;
    if arguments.csv {
        out::pass_on(&mut as_csv(&comparison.compared, zone).as_bytes())?;
    } else {
        tell(&comparison, arguments.wallet, zone);
        runtime.block_on(tell_by_hand(&store, &comparison.compared, zone))?;
        tell_count(&comparison);
    }
    Ok(comparison.compared.differences.is_empty())
}

async fn keep(store: &Store, comparison: &mut Comparison, now: TimeMs) -> Result<()> {
    let audit = Audit::of(None, Deed::StatementCompared, now).about(comparison.provider.word());
    Ok(reconciling::keep(store, comparison, audit, now).await?)
}

/// An error about the file with the options that are the cure.
fn advised(error: CompareError, arguments: &Reconcile) -> anyhow::Error {
    let name = arguments.file.display();
    let trouble = if let CompareError::File(error) = &error { Some(&error.trouble) } else { None };
    let advice = if let CompareError::OtherWallet { wallet, .. } = error {
        format!(". Compare it with --wallet {}", option(wallet))
    } else if let Some(Trouble::Headings { .. } | Trouble::SameColumn { .. }) = trouble {
        ". Say which is which, for instance: --columns \"id=HEADING,sum=HEADING,time=HEADING,order=HEADING,status=HEADING\"; it is \
         remembered"
            .to_owned()
    } else if trouble == Some(&Trouble::NoPayment) {
        ". If it is of days without a payment, say them: --from 2026-11-01 --to 2026-11-30".to_owned()
    } else if let Some(Trouble::Word(word)) = trouble {
        format!(
            ". Say it: --words \"{word}=paid\" (or =refunded, or =skip for what brought no money); it is remembered"
        )
    } else {
        String::new()
    };
    anyhow::anyhow!("{name}: {error}{advice}")
}

/// Reads a file that is not too long.
fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(FILE_BYTES_MAX)?.saturating_add(1);
    let read = std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| anyhow::anyhow!("{}", files::unreadable(path, &error)))
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
        let Some(meaning) = Meaning::from_name(meaning) else {
            bail!("--words: {meaning} is none of paid, refunded, skip");
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

/// Puts an order's payment right that the statement has and the database has not.
async fn put_right(
    store: &Store,
    settings: &Settings,
    comparison: &Comparison,
    order: &str,
    now: TimeMs,
) -> Result<()> {
    let meant = order_words(Some(order));
    let is_meant = |words: &[String]| words.iter().any(|word| meant.iter().any(|it| it.eq_ignore_ascii_case(word)));
    let is_about = |it: &Difference| reconciling::can_be_put_right(it) && is_meant(&order_words(it.order.as_deref()));
    let Some(difference) = reconciling::known(store, comparison).await?.into_iter().find(is_about) else {
        let compared = &comparison.compared;
        let differs = compared.differences.iter().any(|it| is_meant(&order_words(it.order.as_deref())));
        if !differs && compared.matched.values().any(|it| is_meant(std::slice::from_ref(it))) {
            say!("order {order}: this payment is recorded already");
            return Ok(());
        }
        bail!("the statement has no payment of order {order} that is missing here");
    };
    let audit = Audit::of(None, Deed::PaymentPutRight, now).about(order).new_value(&difference.evidence);
    match reconciling::put_right(&store.noting(audit), settings, &Clock::System, &difference, BY).await? {
        Ok(Righted::Paid) => say!("order {order}: paid, by {}", difference.evidence),
        Ok(Righted::Owed) => say!("order {order}: the money cannot pay it any more; it is owed back now"),
        Ok(Righted::Before) => say!("order {order}: this payment is recorded already"),
        Err(why) => bail!("order {order}: {why}"),
    }
    let settled = Difference { state: DifferenceState::Settled, ..difference.next(now) };
    let audit = Audit::of(None, Deed::DifferenceChanged, now).about(order).new_value(settled.state.word());
    store.save_difference(settled, audit).await?;
    Ok(())
}

fn tell(comparison: &Comparison, wallet: Wallet, zone: &TimeZone) {
    let Comparison { statement, compared, evidence, .. } = comparison;
    let void = statement.lines.iter().filter(|line| line.meaning == Meaning::Skip).count();
    let money = statement.lines.len().saturating_sub(void);
    say!("{}, {evidence}: {money} rows about money, {void} that brought none", wallet.name());
    if let Some(page) = &statement.page {
        say!("Sheet: {}", plain(page));
    }
    let columns: Vec<String> =
        statement.columns.headings.iter().map(|(field, heading)| format!("{}=\"{heading}\"", field.name())).collect();
    say!("Columns: {}", columns.join(", "));
    say!("");
    say!("{:<12}{:>26}{:>28}", "Day", "in the statement, soum", "here, soum");
    for (day, of) in &compared.days {
        let side = |(count, tiyin): (i64, i64)| format!("{count} × {}", Soum::from_tiyin(tiyin));
        let verdict = if of.differences == 0 { "agrees".to_owned() } else { format!("{} differ", of.differences) };
        say!("{:<12}{:>26}{:>28}   {verdict}", day.to_string(), side(of.there), side(of.here));
    }
    say!("");
    for difference in compared.differences.iter().take(PRINTED_MAX) {
        say!("{}", words(difference, kind_words(difference.kind), zone));
    }
    let more = compared.differences.len().saturating_sub(PRINTED_MAX);
    if more > 0 {
        say!("… and {more} more. Is this the statement of another cashbox, or the database of another booth?");
    }
    let waiting = |is_over: bool| {
        let of_end = compared.at_the_ends.iter().filter(|it| it.beyond.is_some() == is_over);
        of_end.filter_map(|it| it.found.order.as_deref()).collect::<Vec<&str>>().join(", ")
    };
    let (beside, later) = (waiting(true), waiting(false));
    if !beside.is_empty() {
        say!(
            "Within ten minutes of the statement's beginning or end, so the statement of the day beside it decides: {beside}"
        );
    }
    if !later.is_empty() {
        say!(
            "Within ten minutes of the statement's last row, and its day is not over, so a later statement of that day decides: {later}"
        );
    }
}

/// Names what people gave back past the wallet: both sides have it as paid, so it differs in nothing, and there is nothing to do. The same of
/// what the wallet gave back later.
async fn tell_by_hand(store: &Store, compared: &Compared, zone: &TimeZone) -> Result<()> {
    for (found, when) in compared.by_hand.iter().take(PRINTED_MAX) {
        let known = reconciling::given_back(store, found.order.as_deref().unwrap_or_default()).await?;
        let by = known.map_or_else(String::new, |it| match (it.who, it.by) {
            (Some(name), _) => format!(", by {name}"),
            (None, Actor::CommandLine) => format!(", by {BY}"),
            (None, _) => String::new(),
        });
        say!("{}, at {}{by}", words(found, BY_HAND, zone), clock(*when, zone));
    }
    let more = compared.by_hand.len().saturating_sub(PRINTED_MAX);
    if more > 0 {
        say!("… and {more} more that were given back by hand.");
    }
    for (found, when) in compared.later_back.iter().take(PRINTED_MAX) {
        say!("{}, at {}", words(found, LATER_BACK, zone), clock(*when, zone));
    }
    let more = compared.later_back.len().saturating_sub(PRINTED_MAX);
    if more > 0 {
        say!("… and {more} more that were given back later.");
    }
    Ok(())
}

fn tell_count(comparison: &Comparison) {
    let (first, last) = comparison.days;
    match comparison.compared.differences.len() {
        0 => say!("All agrees. Compared: {first} to {last}."),
        1 => say!("One difference. Compared: {first} to {last}."),
        count => say!("{count} differences. Compared: {first} to {last}."),
    }
}

/// Texts of a strange file on a terminal: no control characters.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

const fn kind_words(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::MissingHere => "in the statement and not here",
        DifferenceKind::MissingThere => "here and not in the statement",
        DifferenceKind::OtherSum => "another sum",
        DifferenceKind::OtherOrder => "the statement names another order for it",
        DifferenceKind::RefundedThere => "cancelled or given back at the wallet and paid here",
        DifferenceKind::PartBack => "a part of it was given back at the wallet",
        DifferenceKind::RefundedHere => "the money went back here and not at the wallet",
        DifferenceKind::Twice => "twice in the statement",
    }
}

fn clock(at: TimeMs, zone: &TimeZone) -> String {
    let time = Timestamp::from_millisecond(at.ms()).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone());
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn words(found: &Found, kind: &str, zone: &TimeZone) -> String {
    let soum = |tiyin: i64| Soum::from_tiyin(tiyin).to_string();
    let sums = match (found.there, found.here) {
        (Some(there), Some(here)) if there != here => format!("{} soum there, {} here", soum(there), soum(here)),
        (Some(sum), _) | (None, Some(sum)) => format!("{} soum", soum(sum)),
        (None, None) => String::new(),
    };
    let order = found.order.as_deref().map_or_else(|| "without a name".to_owned(), plain);
    let id = found.id.as_deref().map(|id| format!(", payment {}", plain(id))).unwrap_or_default();
    let row = found.row.map(|row| format!(", row {row}")).unwrap_or_default();
    format!("{}  order {order}: {kind}: {sums}{id}{row}", clock(found.at, zone))
}

fn as_csv(compared: &Compared, zone: &TimeZone) -> String {
    let mut file = csv::begin();
    let header = ["Time", "Order", "Payment", "Difference", "Sum in the statement, soum", "Sum here, soum", "Row"];
    csv::row(&mut file, header.map(Cell::Text));
    let by_hand = compared.by_hand.iter().map(|(found, _)| (found, BY_HAND));
    let later = compared.later_back.iter().map(|(found, _)| (found, LATER_BACK));
    let differ = compared.differences.iter().map(|found| (found, kind_words(found.kind)));
    for (found, kind) in differ.chain(by_hand).chain(later) {
        let time = Timestamp::from_millisecond(found.at.ms()).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone());
        let text = |text: &'_ Option<String>| text.as_deref().map(plain);
        let (order, id) = (text(&found.order), text(&found.id));
        let cells = [
            Cell::Time(time.datetime()),
            order.as_deref().map_or(Cell::Empty, Cell::Id),
            id.as_deref().map_or(Cell::Empty, Cell::Id),
            Cell::Text(kind),
            found.there.map_or(Cell::Empty, Cell::Soum),
            found.here.map_or(Cell::Empty, Cell::Soum),
            found.row.and_then(|row| i64::try_from(row).ok()).map_or(Cell::Empty, Cell::Number),
        ];
        csv::row(&mut file, cells);
    }
    file
}
