//! Reconciliation: a wallet's statement is compared with what is here, what differs is kept until somebody has seen to it, and a payment
//! that the wallet has and we have not is put right. For the panel and the command line alike.

mod ends;

use crate::clock::Clock;
use crate::config::Settings;
use crate::limits::{DIFFERENCES_KEPT_MAX, PAYMENTS_COMPARED_MAX};
use crate::statement::compare::{self, Compared, Found, Here, Sought};
use crate::statement::told::{self, Told};
use crate::statement::{self, Columns, Line, Meaning, Statement, StatementError, Trouble};
use crate::story;
use boothpay_protocol::difference::{self, ComparedDay, Difference, DifferenceKind, DifferenceState};
use boothpay_protocol::ledger::journal::{Actor, Change};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Decision, Needs, Rows};
use boothpay_protocol::ledger::setting::SettingName;
use boothpay_protocol::ledger::transaction::{Reason, State, Transaction};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::panel::{AUDIT_CHARS_MAX, AdminName, Audit, Deed};
use boothpay_protocol::statement::{self as right, NotRighted, Righted, Stated};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::paid::{self, Paid, WhichPaid};
use boothpay_store::visit::VisitError;
use boothpay_store::{Store, StoreError, WhichDifferences};
use jiff::civil::Date;
use ring::digest;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Our payments around the statement's period are looked at too: the clocks differ at midnight.
const AROUND: SpanMs = SpanMs::seconds(86_400);

/// Days that are looked through for the one beside a statement: those of all wallets for a dozen years.
const DAYS_LOOKED_MAX: u32 = 20_000;

/// Rows of the audit about one order that are looked through: more than anybody does with one.
const AUDIT_LOOKED_MAX: u32 = 200;

/// Characters of a file's name that are kept.
const FILE_NAME_CHARS_MAX: usize = 100;

/// Letters of a file's digest that are kept: enough to know the file again.
const DIGEST_CHARS: usize = 16;

/// Wallets that give statements. UzQR's is the bank's own, and a test payment is no money.
pub const WALLETS: [Provider; 4] = [Provider::Payme, Provider::Click, Provider::Uzum, Provider::UzumQr];

/// Why nothing was compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// The file.
    #[error(transparent)]
    File(#[from] StatementError),
    /// The database, while the file was compared.
    #[error(transparent)]
    Visit(#[from] VisitError),
    /// The database, while something was kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file's first and last row are so far from each other that there are too many payments between them.
    #[error(
        "there are more than {PAYMENTS_COMPARED_MAX} payments here between the file's first and last day; take the statement of a \
         shorter period"
    )]
    TooMany,
    /// The file is of a wallet that it was not said to be of. Compared so, each of its rows would differ.
    #[error(
        "this looks like the statement of another wallet, {}: of its {all} payments {found} are that wallet's here. Nothing was kept",
        .wallet.word()
    )]
    OtherWallet {
        /// Whose it looks like.
        wallet: Provider,
        /// How many of its payments are that wallet's.
        found: usize,
        /// How many it has.
        all: usize,
    },
}

/// A file that was compared.
pub struct Comparison {
    /// Whose it is.
    pub provider: Provider,
    /// The file as it was read.
    pub statement: Statement,
    /// What came of it.
    pub compared: Compared,
    /// Which instants were compared.
    period: Range<TimeMs>,
    /// The first and the last day of them.
    pub days: (Date, Date),
    /// The file's name and digest.
    pub evidence: String,
}

/// Reads a file and compares it, and the days that it is said to be of. Changes nothing; blocks.
pub fn compare(
    settings: &Settings,
    provider: Provider,
    file_name: &str,
    bytes: &[u8],
    known: &Columns,
    told: Told,
    now: TimeMs,
) -> Result<Comparison, CompareError> {
    let zone = &settings.time_zone;
    let statement = statement::read(bytes, known, zone)?;
    let rows = (!statement.lines.is_empty()).then(|| compare::period(&statement.lines, zone, now));
    let no_payment = || StatementError { page: statement.page.clone(), ..Trouble::NoPayment.into() };
    let period = told.with(rows, zone, now).ok_or_else(no_payment)?;
    let here = here(settings, provider, &statement.lines, &period)?;
    of_another(settings, provider, &statement.lines, &here)?;
    let mut compared = compare::compare(&statement.lines, &here, &period, zone);
    for day in told.days(&period, zone) {
        compared.days.entry(day).or_default();
    }
    let digest = digest::digest(&digest::SHA256, bytes);
    let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).take(DIGEST_CHARS / 2).collect();
    let evidence = format!("{} (SHA-256 {hex}…)", difference::kept(file_name, FILE_NAME_CHARS_MAX));
    let days = told::ends(&period, zone);
    Ok(Comparison { provider, statement, compared, period, days, evidence })
}

/// Our payments by the wallet, in the period and around it, and those of any day that the statement names: what was recorded late, by a
/// late call or by a person, came here on another day than the wallet's.
fn here(
    settings: &Settings,
    provider: Provider,
    lines: &[Line],
    period: &Range<TimeMs>,
) -> Result<Vec<Here>, CompareError> {
    let around = period.start.minus(AROUND)..period.end.plus(AROUND);
    let mut here = read(settings, provider, &WhichPaid::Around(around))?;
    let sought = Sought::of(lines, &here);
    let beyond = named(settings, provider, &sought)?;
    let mut known: BTreeSet<String> = here.iter().filter_map(|it| it.id().map(str::to_owned)).collect();
    let is_new = |it: &Here| sought.has(it) && it.id().is_some_and(|id| known.insert(id.to_owned()));
    here.extend(beyond.into_iter().filter(is_new));
    if here.len() > PAYMENTS_COMPARED_MAX { Err(CompareError::TooMany) } else { Ok(here) }
}

/// Refuses a statement most of whose payments are another wallet's here.
fn of_another(settings: &Settings, provider: Provider, lines: &[Line], here: &[Here]) -> Result<(), CompareError> {
    let all = lines.iter().filter(|line| line.meaning != Meaning::Skip).count();
    let is_most = |count: usize| count.saturating_mul(2) > all;
    let (ours, _) = compare::belonging(lines, here, &[]);
    if all == 0 || is_most(ours) {
        return Ok(());
    }
    let sought = Sought::of(lines, &[]);
    for wallet in WALLETS.into_iter().filter(|it| *it != provider) {
        let (_, found) = compare::belonging(lines, here, &named(settings, wallet, &sought)?);
        if is_most(found) {
            return Err(CompareError::OtherWallet { wallet, found, all });
        }
    }
    Ok(())
}

/// A wallet's payments of any day that a statement names.
fn named(settings: &Settings, provider: Provider, sought: &Sought) -> Result<Vec<Here>, CompareError> {
    let ids: BTreeSet<String> = sought.ids.iter().flat_map(|id| ids_here(settings, id)).collect();
    let orders = sought.orders.iter().filter_map(|word| OrderId::parse(word).ok());
    let orders: BTreeSet<String> = orders.map(|order| order.to_string()).collect();
    let mut named = Vec::new();
    if !ids.is_empty() {
        named.extend(read(settings, provider, &WhichPaid::Ids(ids.into_iter().collect()))?);
    }
    if !orders.is_empty() {
        named.extend(read(settings, provider, &WhichPaid::Orders(orders.into_iter().collect()))?);
    }
    Ok(named)
}

fn read(settings: &Settings, provider: Provider, which: &WhichPaid) -> Result<Vec<Here>, CompareError> {
    let most = PAYMENTS_COMPARED_MAX.saturating_add(1);
    let take = |it: Paid| Here::of(&it.transaction, it.is_by_statement);
    Ok(paid::paid(&settings.database, provider, which, most, take)?.into_iter().flatten().collect())
}

/// The ids under which a payment may be here that a statement names so. Click's have the service's number before them.
fn ids_here<'a>(settings: &'a Settings, payment: &'a str) -> impl Iterator<Item = String> + 'a {
    let of_services = settings.click.services.iter().map(move |service| format!("{}:{payment}", service.id));
    [payment.to_owned(), payment.to_lowercase()].into_iter().chain(of_services)
}

/// What is kept of the comparison's period, and of a day before and after: the statement's clock and ours differ.
pub async fn known(store: &Store, comparison: &Comparison) -> Result<Vec<Difference>, StoreError> {
    let (from, to) = (comparison.period.start.minus(AROUND), comparison.period.end.plus(AROUND));
    let most = u32::try_from(DIFFERENCES_KEPT_MAX).unwrap_or(u32::MAX).saturating_mul(4);
    store.differences(WhichDifferences::Between(comparison.provider, from, to), most).await
}

/// Keeps what a comparison came to: new differences, known ones as they are now, and the days. What differed before in the same
/// period and does so no more is settled. Payments near the statement's ends are judged by what is known of the day beyond, so the
/// comparison says more afterwards. `audit` says who compares what; what came of it is added.
pub async fn keep(store: &Store, comparison: &mut Comparison, audit: Audit, now: TimeMs) -> Result<(), StoreError> {
    let mut known = known(store, comparison).await?;
    // A payment went back here near the end of its day's statement, and the statement of another day shows it, however much later.
    let back_there: BTreeSet<String> = {
        let ids = comparison.compared.back_on_both.iter();
        ids.map(|id| key_of(DifferenceKind::RefundedHere, id)).collect()
    };
    for key in &back_there {
        if known.iter().all(|it| it.key != *key) {
            known.extend(store.differences(WhichDifferences::One(comparison.provider, key.clone()), 1).await?);
        }
    }
    let known = known;
    let by_key: BTreeMap<&str, &Difference> = known.iter().map(|it| (it.key.as_str(), it)).collect();
    let beyond = ends::judge(comparison, &store.compared_days(DAYS_LOOKED_MAX).await?, &by_key);
    let comparison = &*comparison;
    let Comparison { compared, period, .. } = comparison;
    let waiting = compared.at_the_ends.iter().map(|it| (&it.found, DifferenceState::Waiting));
    // The journal says why it is right as it is; it stays to be seen.
    let explained = compared.by_hand.iter().chain(&compared.later_back);
    let explained = explained.map(|(found, _)| (found, DifferenceState::Explained));
    let found: BTreeMap<String, Difference> = compared
        .differences
        .iter()
        .map(|found| (found, DifferenceState::Open))
        .chain(waiting)
        .chain(explained)
        .take(DIFFERENCES_KEPT_MAX)
        .map(|(found, state)| (key(found), difference(comparison, found, state, now)))
        .collect();
    // What differs no more was looked at by this file, and is not among what was left out.
    let is_all_kept = compared.differences.len() <= DIFFERENCES_KEPT_MAX;
    let inside = period.start.plus(compare::EDGE)..period.end.minus(compare::EDGE);
    let matched: BTreeSet<String> =
        compared.matched.keys().map(|id| key_of(DifferenceKind::MissingThere, id)).collect();
    let is_judged = |before: &Difference| {
        is_all_kept
            && match before.kind {
                DifferenceKind::MissingThere => inside.contains(&before.at) || matched.contains(&before.key),
                DifferenceKind::RefundedHere => period.contains(&before.at) || back_there.contains(&before.key),
                DifferenceKind::MissingHere
                | DifferenceKind::OtherSum
                | DifferenceKind::OtherOrder
                | DifferenceKind::RefundedThere
                | DifferenceKind::PartBack
                | DifferenceKind::Twice => period.contains(&before.at),
            }
    };
    let mut keep: Vec<Difference> = Vec::new();
    for before in &known {
        match found.get(&before.key) {
            Some(found) => keep.extend(before.seen_again(found, now)),
            None if before.state.is_undecided() && is_judged(before) => {
                keep.push(Difference { state: DifferenceState::Settled, ..before.next(now) });
            }
            None => {}
        }
    }
    keep.extend(found.values().filter(|it| !by_key.contains_key(it.key.as_str())).cloned());
    let days = days(comparison, now).chain(beyond).collect();
    store.keep_comparison(keep, days, audit.new_value(&in_short(comparison))).await
}

fn days(comparison: &Comparison, now: TimeMs) -> impl Iterator<Item = ComparedDay> {
    comparison.compared.days.iter().map(move |(day, sums)| ComparedDay {
        provider: comparison.provider,
        day: day.to_string(),
        here: sums.here,
        there: sums.there,
        differences: sums.differences,
        evidence: comparison.evidence.clone(),
        compared_at: now,
    })
}

/// An id as it is kept.
fn short(text: &str) -> String {
    difference::short(text, difference::WORD_CHARS_MAX)
}

/// What names a difference among all of its wallet.
fn key(found: &Found) -> String {
    key_of(found.kind, &found.known_by)
}

fn key_of(kind: DifferenceKind, id: &str) -> String {
    format!("{} {}", kind.word(), short(id).to_lowercase())
}

fn difference(comparison: &Comparison, found: &Found, state: DifferenceState, now: TimeMs) -> Difference {
    let (payment, order) = (found.id.as_deref().map(short), found.order.as_deref().map(short));
    let row = found.row.map(|row| format!("{ROW}{row}")).unwrap_or_default();
    Difference {
        provider: comparison.provider,
        key: key(found),
        kind: found.kind,
        at: found.at,
        payment,
        order,
        here: found.here,
        there: found.there,
        evidence: format!("{}{row}", comparison.evidence),
        state,
        owner: None,
        note: None,
        found_at: now,
        changed_at: now,
        version: 1,
    }
}

/// By whom money was given back.
pub struct GivenBack {
    /// Whether a person did it past the wallet; else it was the wallet.
    pub is_by_hand: bool,
    /// When.
    pub at: TimeMs,
    /// From where.
    pub by: Actor,
    /// The person, where the audit names one.
    pub who: Option<AdminName>,
}

/// By whom and when the money of a difference was given back, as the journal and the audit have it; none where it was not.
pub async fn given_back(store: &Store, order: &str) -> Result<Option<GivenBack>, StoreError> {
    let Ok(id) = OrderId::parse(order) else { return Ok(None) };
    let Some(story) = store.story(&[id]).await? else { return Ok(None) };
    let why = |change: &Change| {
        let (Change::TransactionRefunded { reason, .. } | Change::MoneyGivenBack { reason, .. }) = change else {
            return None;
        };
        Some(*reason)
    };
    let Some(entry) = story.journal.iter().rfind(|entry| why(&entry.change).is_some()) else { return Ok(None) };
    let is_by_hand = why(&entry.change) == Some(Some(Reason::ByHand));
    let audit = store.audit(Some(order.to_owned()), None, AUDIT_LOOKED_MAX).await?;
    // It is written in the commit of the change, with its time.
    let row = audit.into_iter().find(|(_, row)| row.deed == Deed::HandedBack && row.at == entry.at);
    Ok(Some(GivenBack { is_by_hand, at: entry.at, by: entry.actor, who: row.and_then(|(_, row)| row.who) }))
}

/// Whether a difference is one that can be put right here. One that somebody has explained has to be opened again first.
pub const fn can_be_put_right(difference: &Difference) -> bool {
    let is_open = match difference.state {
        DifferenceState::Open => true,
        DifferenceState::Waiting | DifferenceState::Explained | DifferenceState::Settled => false,
    };
    match difference.kind {
        DifferenceKind::MissingHere => is_open,
        DifferenceKind::MissingThere
        | DifferenceKind::OtherSum
        | DifferenceKind::OtherOrder
        | DifferenceKind::RefundedThere
        | DifferenceKind::PartBack
        | DifferenceKind::RefundedHere
        | DifferenceKind::Twice => false,
    }
}

/// Records a payment that the wallet's statement has and we have not; `by` is the person who says so. The caller has written the row
/// of the audit.
pub async fn put_right(
    store: &Store,
    settings: &Settings,
    clock: &Clock,
    difference: &Difference,
    by: &str,
) -> Result<Result<Righted, NotRighted>, StoreError> {
    let stated = match stated(store, settings, difference, by).await? {
        Ok(stated) => stated,
        Err(why) => return Ok(Err(why)),
    };
    let (now, rules) = (clock.now(), settings.rules());
    let needs = right::needs(&stated);
    let decide = move |rows: &Rows| right::put_right(&stated, rows, now, &rules);
    let committed = store.transact(needs, Actor::Statement, decide).await?;
    story::tell(&committed.entries);
    Ok(committed.reply)
}

/// Why a payment could not be recorded if somebody asked for it now; none where it could. Changes nothing.
pub async fn why_not(
    store: &Store,
    settings: &Settings,
    difference: &Difference,
    now: TimeMs,
) -> Result<Option<NotRighted>, StoreError> {
    let stated = match stated(store, settings, difference, "").await? {
        Ok(stated) => stated,
        Err(why) => return Ok(Some(why)),
    };
    let rows = store.rows(right::needs(&stated)).await?;
    Ok(right::put_right(&stated, &rows, now, &settings.rules()).reply.err())
}

/// What a statement says of a payment that is missing here, in the ledger's words.
async fn stated(
    store: &Store,
    settings: &Settings,
    difference: &Difference,
    by: &str,
) -> Result<Result<Stated, NotRighted>, StoreError> {
    let Some((order, transactions)) = order_of(store, settings, difference).await? else {
        return Ok(Err(NotRighted::NoOrder));
    };
    let Some(amount) = difference.there.and_then(|tiyin| Tiyin::new(tiyin).ok()) else {
        return Ok(Err(NotRighted::OtherSum));
    };
    let Some(id) = id_of(difference, &transactions) else { return Ok(Err(NotRighted::StrangeId)) };
    Ok(Ok(Stated {
        provider: difference.provider,
        id,
        order,
        amount,
        at: difference.at,
        by: by.to_owned(),
        evidence: difference.evidence.clone(),
    }))
}

/// The order that a difference is about, with all its transactions: by what the statement says of it, else by the payment's id.
async fn order_of(
    store: &Store,
    settings: &Settings,
    difference: &Difference,
) -> Result<Option<(OrderId, Vec<Transaction>)>, StoreError> {
    let mut ids: Vec<OrderId> = Vec::new();
    ids.extend(compare::order_words(difference.order.as_deref()).iter().filter_map(|word| OrderId::parse(word).ok()));
    if let Some(payment) = difference.payment.as_deref() {
        for id in ids_here(settings, payment).filter_map(|text| ProviderId::parse(&text).ok()) {
            ids.extend(store.order_of(difference.provider, id).await?);
        }
    }
    let story = store.story(&ids).await?;
    Ok(story.map(|story| (story.order.id, story.transactions)))
}

/// The id under which the ledger has the payment, or would have it: that of the transaction which the statement names; where it names
/// payments in another way, that of the order's only attempt by this wallet that is unpaid.
fn id_of(difference: &Difference, transactions: &[Transaction]) -> Option<ProviderId> {
    let of_wallet = || transactions.iter().filter(|it| it.provider == difference.provider);
    let named = difference.payment.as_deref().map(str::to_lowercase);
    if let Some(named) = &named
        && let Some(known) = of_wallet().find(|it| compare::ids(it).contains(named))
    {
        return Some(known.provider_id.clone());
    }
    if let Some(named) = named.filter(|id| right::could_begin(difference.provider, id)) {
        return ProviderId::parse(&named).ok();
    }
    let is_unpaid = |it: &&Transaction| matches!(it.state, State::Created | State::Cancelled { .. });
    let mut unpaid = of_wallet().filter(is_unpaid);
    match (unpaid.next(), unpaid.next()) {
        (Some(only), None) => Some(only.provider_id.clone()),
        (Some(_), Some(_)) | (None, _) => None,
    }
}

/// The setting that remembers how a wallet's statements are read.
fn setting(provider: Provider) -> Result<SettingName, StoreError> {
    SettingName::parse(&format!("statement.{}", provider.word())).map_err(|_| StoreError::Bug)
}

/// How a wallet's statements are read, as far as that was ever said.
pub async fn columns(store: &Store, provider: Provider) -> Result<Columns, StoreError> {
    let rows = store.rows(Needs::setting(setting(provider)?)).await?;
    let value = rows.setting.and_then(|setting| setting.value);
    Ok(value.and_then(|value| serde_json::from_str(&value).ok()).unwrap_or_default())
}

/// Remembers how a wallet's statements are read.
pub async fn remember(
    store: &Store,
    provider: Provider,
    columns: &Columns,
    actor: Actor,
    now: TimeMs,
) -> Result<(), StoreError> {
    let (name, value) = (setting(provider)?, serde_json::to_string(columns).map_err(|_| StoreError::Bug)?);
    let needs = Needs::setting(name.clone());
    let set = move |_: &Rows| Decision::set(name.clone(), Some(value.clone()), now, ());
    store.transact(needs, actor, set).await.map(drop)
}

/// What the audit says of a comparison.
fn in_short(comparison: &Comparison) -> String {
    let (days, count) = (comparison.compared.days.len(), comparison.compared.differences.len());
    difference::kept(&format!("{}{DAYS}{days}{DIFFERENCES}{count}", comparison.evidence), AUDIT_CHARS_MAX)
}

/// What stands between a file and the row of it that is meant.
const ROW: &str = ", row ";

/// What stands before the number of days and of differences in the audit.
const DAYS: &str = ", days: ";
const DIFFERENCES: &str = ", differences: ";

/// A file, and which row of it, of a difference's evidence or of what the journal or the audit keeps of it.
pub fn with_row(evidence: &str) -> (&str, Option<&str>) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match evidence.rsplit_once(ROW).filter(|(_, row)| is_number(row)) {
        Some((file, row)) => (file, Some(row)),
        None => (evidence, None),
    }
}

/// The file, the days and the differences of what the audit says of a comparison.
pub fn with_counts(text: &str) -> Option<(&str, &str, &str)> {
    let (rest, differences) = text.rsplit_once(DIFFERENCES)?;
    let (file, days) = rest.rsplit_once(DAYS)?;
    Some((file, days, differences))
}
