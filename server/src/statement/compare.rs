//! A statement beside what is here: every payment on both sides is in both and equal, or a difference with its kind.
//!
//! A payment is found again by the provider's id, else by its order. The day of a payment that is on both sides is the statement's,
//! so the clocks of the two need not agree. A payment of ours that is not found has the day on which its money came here; one that was
//! recorded by a statement has its wallet's day, for it came here when somebody pressed a button. Near one of the statement's ends it is no
//! difference yet: it may stand in the statement of the day beside it (`server/src/reconciling/ends.rs`).

use super::there::{Back, There, payments};
use super::{Line, Meaning};
use crate::orders::number_as_written;
use boothpay_protocol::click::details::ClickDetails;
use boothpay_protocol::difference::DifferenceKind as Kind;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::{Reason, State, Transaction};
use boothpay_protocol::providers::shown_id;
use boothpay_protocol::time::{SpanMs, TimeMs};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

/// How near the statement's ends a payment of ours may be, on either side, and stand in the other statement: clocks differ.
pub(crate) const EDGE: SpanMs = SpanMs::seconds(600);

/// A payment of ours for which money came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    ids: Vec<String>,
    /// The id as the wallet's cabinet shows it.
    shown: String,
    order: String,
    tiyin: i64,
    at: TimeMs,
    way: Way,
}

/// Where the money of a payment of ours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It came, and is here.
    Stayed,
    /// The wallet gave it back.
    Back(TimeMs),
    /// A person gave it back past the wallet, which has it still: nothing of that is in a statement.
    ByHand(TimeMs),
}

impl Here {
    /// Of a transaction; none when no money came. `is_by_statement` says that its money was recorded by a statement.
    pub fn of(transaction: &Transaction, is_by_statement: bool) -> Option<Self> {
        let came_at = transaction.state.perform_time()?;
        let at = if is_by_statement { transaction.provider_time } else { came_at };
        let ids = ids(transaction);
        let way = match transaction.state {
            State::Refunded { cancel_time, reason: Some(Reason::ByHand), .. }
            | State::GivenBack { cancel_time, reason: Some(Reason::ByHand), .. } => Way::ByHand(cancel_time),
            State::Refunded { cancel_time, .. } | State::GivenBack { cancel_time, .. } => Way::Back(cancel_time),
            State::Created | State::Performed { .. } | State::Cancelled { .. } | State::Owed { .. } => Way::Stayed,
        };
        let shown = shown_id(transaction.provider, &transaction.provider_id).to_owned();
        let order = transaction.order_id.to_string();
        Some(Self { ids, shown, order, tiyin: transaction.amount.tiyin(), at, way })
    }

    /// What of it the wallet had not given back at the end of a statement, as far as we know. Clocks differ.
    fn stays(&self, end: TimeMs) -> i64 {
        match self.way {
            Way::Stayed | Way::ByHand(_) => self.tiyin,
            Way::Back(when) if when >= end.minus(EDGE) => self.tiyin,
            Way::Back(_) => 0,
        }
    }

    /// Whether a row about the way back alone has the day of the payment, not one of its own.
    fn is_of_day(&self, row: TimeMs, zone: &TimeZone) -> bool {
        let is_near = row < self.at.plus(EDGE) && row >= self.at.minus(EDGE);
        is_near || day_of(row, zone) == day_of(self.at, zone)
    }

    /// The id under which it is kept here.
    pub fn id(&self) -> Option<&str> {
        self.ids.first().map(String::as_str)
    }
}

/// What a statement names that is not among some payments of ours: it may have come here on another day.
#[derive(Debug, Default)]
pub struct Sought {
    /// Ids, as the statement has them.
    pub ids: Vec<String>,
    /// What may be the orders of rows, as [`order_words`] has them.
    pub orders: Vec<String>,
    named: HashSet<String>,
    ordered: HashSet<String>,
}

impl Sought {
    /// Of a statement that is held against these payments.
    pub fn of(lines: &[Line], here: &[Here]) -> Self {
        let (ours, mut sought) = (Ours::of(here), Self::default());
        for line in lines {
            match &line.id {
                Some(id) if ours.named(line).is_none() => {
                    sought.named.insert(id.to_lowercase());
                    sought.ids.push(id.clone());
                    // A wallet's second id of a payment is found by the order alone.
                    sought.orders.extend(orders(line));
                    // A way back with an id of its own, too.
                    if line.is_minus {
                        sought.ordered.extend(orders(line).iter().map(|order| order.to_lowercase()));
                    }
                }
                None if line.meaning != Meaning::Skip && ours.find(line).is_none() => {
                    sought.ordered.extend(orders(line).iter().map(|order| order.to_lowercase()));
                    sought.orders.extend(orders(line));
                }
                Some(_) | None => {}
            }
        }
        sought
    }

    /// Whether a payment is one of those: by its id, or by the order where the statement has no id.
    pub fn has(&self, payment: &Here) -> bool {
        payment.ids.iter().any(|id| self.named.contains(id)) || self.ordered.contains(&payment.order.to_lowercase())
    }
}

/// The ids by which a wallet's statement may name a transaction, in small letters.
pub fn ids(transaction: &Transaction) -> Vec<String> {
    let mut ids = vec![transaction.provider_id.as_str().to_lowercase()];
    if let (Provider::Click, Ok(details)) = (transaction.provider, ClickDetails::of(transaction)) {
        ids.extend([details.click_trans_id.to_string(), details.click_paydoc_id.to_string()]);
    }
    ids
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What differs.
    pub kind: Kind,
    /// When it was paid.
    pub at: TimeMs,
    /// The provider's id, as the statement has it or else as we do.
    pub id: Option<String>,
    /// Our order, or else the one that the statement names.
    pub order: Option<String>,
    /// The sum here in tiyin.
    pub here: Option<i64>,
    /// The sum there in tiyin.
    pub there: Option<i64>,
    /// The statement's row.
    pub row: Option<u64>,
    /// By what it is known again in a later comparison: the id as the statement has it, or else as the ledger does; without one the order.
    pub known_by: String,
}

/// One day on both sides: what was paid and did not go back at the wallet, so that whatever differs changes one of the sums by its money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// How many payments here, and their sum in tiyin.
    pub here: (i64, i64),
    /// How many payments there, and their sum in tiyin.
    pub there: (i64, i64),
    /// How many differences.
    pub differences: i64,
}

impl Day {
    /// Adds what stays of a payment to one side; one that went back whole is none.
    const fn add(side: &mut (i64, i64), stays: i64) {
        if stays != 0 {
            *side = (side.0.saturating_add(1), side.1.saturating_add(stays));
        }
    }
}

/// What a comparison comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Every day with a payment or a difference.
    pub days: BTreeMap<Date, Day>,
    /// By time.
    pub differences: Vec<Found>,
    /// Payments that a person gave back past the wallet, and when: the statement has them as paid, which is right.
    pub by_hand: Vec<(Found, TimeMs)>,
    /// Payments that the wallet has given back after the statement's end, and when: the statement has them as paid, which is right.
    pub later_back: Vec<(Found, TimeMs)>,
    /// All ids of the payments that a row about the way back alone is about, where they went back here as well.
    pub back_on_both: Vec<String>,
    /// Payments of ours that it has not, and that may stand in another statement.
    pub at_the_ends: Vec<AtAnEnd>,
    /// The ids of our payments that it has, each with its order.
    pub matched: BTreeMap<String, String>,
}

/// A payment of ours near one of the statement's ends that the statement has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtAnEnd {
    /// What is missing, if the other statement has it no more than this one.
    pub found: Found,
    /// What of it stays here.
    stays: i64,
    /// The day of this statement at that end.
    pub own: Date,
    /// The day beyond, whose statement may have it, and the instant between the two days. None where a day is not over: its own statement
    /// of later decides.
    pub beyond: Option<(Date, TimeMs)>,
}

impl AtAnEnd {
    /// Whether it was paid on this statement's own day, not on the one beyond.
    pub(crate) fn is_own(&self) -> bool {
        self.beyond.is_none_or(|(day, between)| (self.found.at < between) == (self.own < day))
    }

    /// Adds it to the day on which it was paid, on our side.
    pub(crate) const fn count(&self, here: &mut (i64, i64), differences: &mut i64) {
        *differences = differences.saturating_add(1);
        Day::add(here, self.stays);
    }
}

/// The instants whose payments a statement has: the whole days from its first row to its last, but no later than its last row when
/// that day is not over.
pub fn period(lines: &[Line], zone: &TimeZone, now: TimeMs) -> Range<TimeMs> {
    let (first, last) = lines.iter().fold((TimeMs::new(i64::MAX), TimeMs::new(i64::MIN)), |(first, last), line| {
        (first.min(line.at), last.max(line.at))
    });
    let midnight = |day: Date| day.to_zoned(zone.clone()).map_or(0, |start| start.timestamp().as_millisecond());
    let after = day_of(last, zone).tomorrow().map_or(i64::MAX, midnight);
    let end = if TimeMs::new(after) > now { last.plus(SpanMs::new(1)) } else { TimeMs::new(after) };
    TimeMs::new(midnight(day_of(first, zone)))..end
}

/// How many of a statement's payments are ours, and how many are not but are among `others`, which are another wallet's.
pub fn belonging(lines: &[Line], here: &[Here], others: &[Here]) -> (usize, usize) {
    let (ours, theirs) = (Ours::of(here), Ours::of(others));
    let about_money = || lines.iter().filter(|line| line.meaning != Meaning::Skip);
    // Of a payment that has an id the order alone says nothing: it may have been tried with both wallets.
    let is_of = |of: &Ours<'_>, line: &Line| match line.id {
        Some(_) => of.named(line).is_some(),
        None => of.known(line).is_some(),
    };
    let is_ours = |line: &&Line| ours.known(line).is_some();
    (about_money().filter(is_ours).count(), about_money().filter(|line| !is_ours(line) && is_of(&theirs, line)).count())
}

/// Our payments by what finds them, and those that were found.
pub(super) struct Ours<'a> {
    here: &'a [Here],
    by_id: HashMap<&'a str, usize>,
    /// By the order in small letters.
    by_order: HashMap<String, Vec<usize>>,
    taken: Vec<bool>,
}

impl<'a> Ours<'a> {
    fn of(here: &'a [Here]) -> Self {
        let (mut by_id, mut by_order) = (HashMap::new(), HashMap::<String, Vec<usize>>::new());
        for (place, payment) in here.iter().enumerate() {
            by_id.extend(payment.ids.iter().map(|id| (id.as_str(), place)));
            by_order.entry(payment.order.to_lowercase()).or_default().push(place);
        }
        Self { here, by_id, by_order, taken: vec![false; here.len()] }
    }

    /// The place of the payment that a row names by its id.
    pub(super) fn named(&self, line: &Line) -> Option<usize> {
        line.id.as_deref().and_then(|id| self.by_id.get(id.to_lowercase().as_str()).copied())
    }

    /// The places of payments of the order that a row names; those of the order that is written just so come first.
    pub(super) fn of_order(&self, line: &Line) -> Vec<usize> {
        let orders = orders(line);
        let mut places: Vec<usize> =
            orders.iter().filter_map(|order| self.by_order.get(&order.to_lowercase())).flatten().copied().collect();
        places.sort_by_key(|place| !self.here.get(*place).is_some_and(|payment| orders.contains(&payment.order)));
        places
    }

    /// The payment that a row is about: by its id, else by an order of which a payment was not found yet.
    fn find(&self, line: &Line) -> Option<(usize, &'a Here)> {
        let by_order = || self.of_order(line).into_iter().find(|place| !self.is_taken(*place));
        let place = self.named(line).or_else(by_order)?;
        self.here.get(place).map(|payment| (place, payment))
    }

    /// The place of the payment that a row is about, also if it was found before.
    pub(super) fn place(&self, line: &Line) -> Option<usize> {
        self.named(line).or_else(|| self.of_order(line).into_iter().next())
    }

    fn known(&self, line: &Line) -> Option<&'a Here> {
        self.here.get(self.place(line)?)
    }

    /// The sum of a payment.
    pub(super) fn tiyin(&self, place: usize) -> Option<i64> {
        self.here.get(place).map(|payment| payment.tiyin)
    }

    /// Whether the wallet has given it back, as far as we know.
    pub(super) fn is_back(&self, place: usize) -> bool {
        self.here.get(place).is_some_and(|payment| matches!(payment.way, Way::Back(_)))
    }

    fn is_taken(&self, place: usize) -> bool {
        self.taken.get(place).copied().unwrap_or(true)
    }

    fn take(&mut self, place: usize) {
        if let Some(taken) = self.taken.get_mut(place) {
            *taken = true;
        }
    }
}

/// Compares. `here` are our payments of the period and of a day before and after it, and those of other days that the statement names.
pub fn compare(lines: &[Line], here: &[Here], period: &Range<TimeMs>, zone: &TimeZone) -> Compared {
    let mut compared = Compared::default();
    let mut ours = Ours::of(here);
    let (theirs, twice) = payments(lines, &ours);
    for line in twice {
        // What went back twice in the file takes nothing more away.
        let again = if line.meaning == Meaning::Refunded { 0 } else { line.tiyin };
        Day::add(&mut compared.day(line.at, zone).there, again);
        compared.add(found(Kind::Twice, Some(line), ours.known(line)), zone);
    }
    // Those whose id is known come first, wherever their rows stand: a row that is found by its order alone takes none of theirs.
    let (named, others): (Vec<There<'_>>, Vec<There<'_>>) =
        theirs.into_iter().partition(|there| ours.named(there.line).is_some());
    for there in named.into_iter().chain(others) {
        let line = there.line;
        let Some((place, payment)) = ours.find(line) else {
            compared.add_there(line, there.stays(line.tiyin), zone);
            let part = match there.back_of(line.tiyin) {
                // What came and went back at the wallet, and is not here, brought no money on either side.
                Back::All => continue,
                Back::Nothing => None,
                Back::Part(part) => Some(part),
            };
            compared.add(found(Kind::MissingHere, Some(line), None), zone);
            if part.is_some() {
                compared.add(Found { there: part, ..found(Kind::PartBack, Some(line), None) }, zone);
            }
            continue;
        };
        if ours.is_taken(place) {
            compared.add_there(line, there.stays(line.tiyin), zone);
            compared.add(found(Kind::Twice, Some(line), Some(payment)), zone);
            continue;
        }
        ours.take(place);
        // A row about the way back alone says nothing of what came.
        let is_alone = line.meaning == Meaning::Refunded;
        let came = if is_alone { payment.tiyin } else { line.tiyin };
        let back = there.back_of(came);
        let stays = match (&back, payment.way) {
            // The wallet was asked to give it back as well, or has given it back by its own clock.
            (Back::All, Way::ByHand(_) | Way::Back(_)) => 0,
            (Back::All | Back::Part(_) | Back::Nothing, _) => payment.stays(period.end),
        };
        let day = compared.day(line.at, zone);
        // On the day of the way back alone nothing came.
        if !is_alone || payment.is_of_day(line.at, zone) {
            Day::add(&mut day.there, there.stays(came));
            Day::add(&mut day.here, stays);
        }
        let is_part = matches!(back, Back::Part(_));
        let too_much = there.back.filter(|back| !is_alone && *back > line.tiyin);
        // It may stand in several parts.
        let said = there.back.filter(|_| is_alone).unwrap_or(line.tiyin);
        if payment.tiyin != said && !(is_alone && is_part) {
            compared.add(found(Kind::OtherSum, Some(line), Some(payment)), zone);
        } else if too_much.is_some() {
            compared.add(Found { there: too_much, ..found(Kind::OtherSum, Some(line), Some(payment)) }, zone);
        }
        if line.order.is_some() && !orders(line).iter().any(|order| order.eq_ignore_ascii_case(&payment.order)) {
            compared.add(found(Kind::OtherOrder, Some(line), Some(payment)), zone);
        }
        match (back, payment.way) {
            (Back::Part(part), _) => {
                compared.add(Found { there: Some(part), ..found(Kind::PartBack, Some(line), Some(payment)) }, zone);
            }
            (Back::All, Way::Stayed) => compared.add(found(Kind::RefundedThere, Some(line), Some(payment)), zone),
            (Back::Nothing, Way::Back(when)) => {
                let found = found(Kind::RefundedHere, Some(line), Some(payment));
                if stays == 0 { compared.add(found, zone) } else { compared.later_back.push((found, when)) }
            }
            (Back::Nothing, Way::ByHand(when)) => {
                compared.by_hand.push((found(Kind::RefundedHere, Some(line), Some(payment)), when));
            }
            (Back::All, Way::Back(_)) if is_alone => {
                compared.back_on_both.extend(payment.ids.iter().cloned().chain(line.id.clone()));
            }
            (Back::All, Way::Back(_) | Way::ByHand(_)) | (Back::Nothing, Way::Stayed) => {}
        }
    }
    // What the statement has as cancelled brought no money there: of ours it is found by its id alone, for an order may have been
    // tried more than once.
    for line in lines.iter().filter(|line| line.meaning == Meaning::Skip) {
        if let Some(place) = ours.named(line).filter(|place| !ours.is_taken(*place))
            && let Some(payment) = here.get(place)
        {
            ours.take(place);
            // The day was looked at, whatever money it has.
            let day = compared.day(line.at, zone);
            if payment.way == Way::Stayed {
                Day::add(&mut day.here, payment.tiyin);
                compared.add(found(Kind::RefundedThere, Some(line), Some(payment)), zone);
            }
        }
    }
    for (place, payment) in here.iter().enumerate() {
        if ours.is_taken(place) {
            compared.matched.extend(payment.ids.first().map(|id| (id.clone(), payment.order.clone())));
            continue;
        }
        if let Some((own, beyond)) = end_near(payment.at, period, zone) {
            let (found, stays) = (found(Kind::MissingThere, None, Some(payment)), payment.stays(period.end));
            compared.at_the_ends.push(AtAnEnd { found, stays, own, beyond });
            continue;
        }
        if !period.contains(&payment.at) {
            continue;
        }
        Day::add(&mut compared.day(payment.at, zone).here, payment.stays(period.end));
        compared.add(found(Kind::MissingThere, None, Some(payment)), zone);
    }
    compared.differences.sort_by_key(|difference| (difference.at, difference.kind));
    compared
}

/// The end of the period that an instant is near: the period's day there, and the day beyond it with the instant between the two.
fn end_near(at: TimeMs, period: &Range<TimeMs>, zone: &TimeZone) -> Option<(Date, Option<(Date, TimeMs)>)> {
    let is_near = |end: TimeMs| at >= end.minus(EDGE) && at < end.plus(EDGE);
    let own = |inside: TimeMs| day_of(inside, zone);
    if is_near(period.start) {
        let before = period.start.minus(SpanMs::new(1));
        return Some((own(period.start), Some((day_of(before, zone), period.start))));
    }
    if !is_near(period.end) {
        return None;
    }
    let (last, after) = (own(period.end.minus(SpanMs::new(1))), own(period.end));
    if last != after {
        return Some((last, Some((after, period.end))));
    }
    // The day is not over; what came after its last row is not looked at.
    period.contains(&at).then_some((last, None))
}

/// What may be the order of a row.
fn orders(line: &Line) -> Vec<String> {
    order_words(line.order.as_deref())
}

/// What may be the order's id in what a statement says: all of it, or a word of it, as in `order_id: 74S88WN2`; and the numbers
/// that people write in small letters or in two groups, as in `74s8 8wn2`.
pub fn order_words(whole: Option<&str>) -> Vec<String> {
    let Some(whole) = whole else { return Vec::new() };
    let is_between = |letter: char| !(letter.is_alphanumeric() || "._-".contains(letter));
    let words: Vec<&str> = whole.split(is_between).filter(|word| !word.is_empty()).collect();
    let pairs: Vec<String> = words.windows(2).map(|pair| pair.join(" ")).collect();
    let written = || [whole].into_iter().chain(words.iter().copied());
    let numbers = written().chain(pairs.iter().map(String::as_str)).filter_map(number_as_written);
    let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
    written().map(str::to_owned).chain(numbers).collect()
}

fn day_of(time: TimeMs, zone: &TimeZone) -> Date {
    Timestamp::from_millisecond(time.ms()).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone()).date()
}

impl Compared {
    /// The day of an instant; from now on it was looked at.
    fn day(&mut self, at: TimeMs, zone: &TimeZone) -> &mut Day {
        self.days.entry(day_of(at, zone)).or_default()
    }

    fn add_there(&mut self, line: &Line, stays: i64, zone: &TimeZone) {
        Day::add(&mut self.day(line.at, zone).there, stays);
    }

    fn add(&mut self, found: Found, zone: &TimeZone) {
        let day = self.day(found.at, zone);
        day.differences = day.differences.saturating_add(1);
        self.differences.push(found);
    }

    /// A payment at an end of the statement is in the statement beyond that end no more than in this one.
    pub(crate) fn is_missing(&mut self, at_an_end: AtAnEnd) {
        if at_an_end.is_own() {
            let day = self.days.entry(at_an_end.own).or_default();
            at_an_end.count(&mut day.here, &mut day.differences);
        }
        let later = self.differences.iter().position(|it| it.at > at_an_end.found.at);
        self.differences.insert(later.unwrap_or(self.differences.len()), at_an_end.found);
    }
}

fn found(kind: Kind, line: Option<&Line>, payment: Option<&Here>) -> Found {
    let at = line.map(|it| it.at).or(payment.map(|it| it.at)).unwrap_or(TimeMs::new(0));
    let of_line = line.and_then(|it| it.id.clone());
    let id = of_line.clone().or_else(|| payment.map(|it| it.shown.clone()));
    let order = payment.map(|it| it.order.clone()).or_else(|| line.and_then(|it| it.order.clone()));
    let (here, there) = (payment.map(|it| it.tiyin), line.map(|it| it.tiyin));
    let known_by = of_line.or_else(|| payment.and_then(|it| it.ids.first().cloned())).or_else(|| order.clone());
    Found { kind, at, id, order, here, there, row: line.map(|it| it.row), known_by: known_by.unwrap_or_default() }
}
