//! Years of orders and what became of them, each computed from its place in time alone: the same every time, and in any
//! order. The rows are folded from the journal by the same code as the program's own.

use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::details::Details;
use boothpay_protocol::ledger::journal::{self, Actor, Change, Entry, Story};
use boothpay_protocol::ledger::order::{Copies, NewOrder, OrderId};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::transaction::{NewTransaction, Reason, TransactionNumber};
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::{SpanMs, TimeMs};
use std::ops::Range;

/// 2022-11-19 to 2026-11-19: when the orders were made.
const FROM: TimeMs = TimeMs::new(1_668_816_000_000);
const TO: TimeMs = TimeMs::new(1_795_046_400_000);

/// The letters of the server's own order numbers.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// Eight random letters are drawn from 2^39 of the 31^8 that exist, six from 2^29 of 31^6.
const EIGHT_LETTERS_BITS: u32 = 39;
const SIX_LETTERS_BITS: u32 = 29;

/// What became of twenty orders in a row; then it repeats.
const FATES: [Fate; 20] = {
    use Fate::{Cancelled, Expired, Paid, PaidAtSecondAttempt, Refunded};
    [
        Paid,
        Paid,
        Expired,
        Paid,
        Paid,
        Cancelled,
        Paid,
        Paid,
        Paid,
        PaidAtSecondAttempt,
        Paid,
        Paid,
        Expired,
        Paid,
        Refunded,
        Paid,
        Paid,
        Cancelled,
        Paid,
        Paid,
    ]
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Paid,
    PaidAtSecondAttempt,
    Refunded,
    Cancelled,
    Expired,
}

impl Fate {
    const fn transactions(self) -> u64 {
        match self {
            Self::Cancelled | Self::Expired => 0,
            Self::Paid | Self::Refunded => 1,
            Self::PaidAtSecondAttempt => 2,
        }
    }
}

/// The shape of order ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// As the server makes them: two letters for the day, six random ones.
    Numbers,
    /// Eight random letters, as others may make them: neighbours in time are nowhere near each other in an index.
    Random,
    /// `photobooth-` and the time in milliseconds, as a booth's own page makes them.
    InTime,
}

/// So many orders, evenly over four years.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    /// How many.
    pub orders: u64,
    /// The shape of their ids.
    pub ids: Ids,
}

impl Past {
    /// The fewest orders with at least so many transactions.
    pub fn with_transactions(transactions: u64, ids: Ids) -> Self {
        let mut past = Self { orders: 0, ids };
        let in_row = transactions_before(20);
        past.orders = transactions / in_row * 20;
        while past.transactions() < transactions {
            past.orders += 1;
        }
        past
    }

    /// How many transactions its orders have together.
    pub fn transactions(&self) -> u64 {
        transactions_before(self.orders)
    }

    /// When everything is over.
    pub fn end(&self) -> TimeMs {
        TO.plus(SpanMs::new(86_400_000))
    }

    /// The id of an order, counted from 0 in the order of creation. There are ids beyond the last, too: time goes on, with
    /// as many orders a day as before.
    pub fn order_id(&self, n: u64) -> OrderId {
        let text = match self.ids {
            Ids::Numbers => {
                let day = u64::try_from(self.created(n).ms() / 86_400_000).expect("a day");
                letters(day % (31 * 31), 2) + &letters(scattered(n, SIX_LETTERS_BITS), 6)
            }
            Ids::Random => letters(scattered(n, EIGHT_LETTERS_BITS), 8),
            Ids::InTime => format!("photobooth-{}", self.created(n).ms()),
        };
        OrderId::parse(&text).expect("an order id")
    }

    /// The provider's id of a transaction: a MongoDB ObjectId, which begins with its second.
    pub fn provider_id(time: TimeMs, transaction: u64) -> ProviderId {
        let second = time.ms() / 1000;
        let text = format!("{second:08x}a1b2c3d4e5{:06x}", transaction & 0xff_ffff);
        ProviderId::parse(&text).expect("a provider's id")
    }

    /// An order's rows, as they follow from its journal.
    pub fn rows(&self, n: u64) -> Story {
        journal::fold(&self.journal(n)).expect("steps that are allowed")
    }

    /// A stretch of orders in the order of their ids.
    pub fn by_id(&self, range: Range<u64>) -> Vec<u64> {
        let mut sorted: Vec<u64> = range.collect();
        sorted.sort_by_cached_key(|n| self.order_id(*n));
        sorted
    }

    fn created(&self, n: u64) -> TimeMs {
        let step = TO.since(FROM).ms() / i64::try_from(self.orders.max(1)).expect("a number of orders");
        FROM.plus(SpanMs::new(step.max(1) * i64::try_from(n).expect("a place in time")))
    }

    /// An order's journal.
    pub fn journal(&self, n: u64) -> Vec<Entry> {
        let (id, start) = (self.order_id(n), self.created(n));
        let amount = Tiyin::new(2_500_000).expect("an amount");
        let mut entries: Vec<Entry> = Vec::with_capacity(6);
        let mut add = |seconds: i64, actor: Actor, change: Change| {
            let version = u32::try_from(entries.len()).expect("a short journal") + 1;
            let at = start.plus(SpanMs::new(seconds * 1000));
            entries.push(Entry { order_id: id.clone(), version, at, actor, change });
        };
        let begin = |number: u64, seconds: i64| {
            let provider_time = start.plus(SpanMs::new(seconds * 1000 - 180));
            Change::TransactionCreated(NewTransaction {
                number: numbered(number),
                provider: Provider::Payme,
                provider_id: Self::provider_id(provider_time, number),
                provider_time,
                amount,
                details: Details::new(format!(r#"{{"account":{{"order_id":"{id}"}}}}"#)),
            })
        };
        let ended = |code: u8| Some(Details::new(format!(r#"{{"account":{{"order_id":"{id}"}},"reason":{code}}}"#)));
        let cancelled = |number: u64| {
            let (number, reason) = (numbered(number), Some(Reason::Failed));
            Change::TransactionCancelled { number, reason, details: ended(3) }
        };
        let refunded = |number: u64| {
            let (number, reason) = (numbered(number), Some(Reason::Refund));
            Change::TransactionRefunded { number, reason, details: ended(5) }
        };
        let expires_at = start.plus(SpanMs::new(900_000));
        let booth = Booth { id: BoothId::main(), name: "Fotobox Chilonzor".to_owned() };
        let new = NewOrder { amount, copies: Copies::ONE, booth, chosen: None, language: None, expires_at };
        add(0, Actor::Booth, Change::OrderCreated(new));
        let mut number = transactions_before(n) + 1;
        match fate(n) {
            Fate::Cancelled => add(40, Actor::Booth, Change::OrderCancelled),
            Fate::Expired => add(905, Actor::Sweep, Change::OrderExpired),
            Fate::Paid => {
                add(30, PAYME, begin(number, 30));
                add(33, PAYME, Change::TransactionPerformed { number: numbered(number), details: None });
                add(35, Actor::Booth, Change::OrderPrinted);
            }
            Fate::PaidAtSecondAttempt => {
                add(30, PAYME, begin(number, 30));
                add(33, PAYME, cancelled(number));
                number += 1;
                add(60, PAYME, begin(number, 60));
                add(63, PAYME, Change::TransactionPerformed { number: numbered(number), details: None });
                add(65, Actor::Booth, Change::OrderPrinted);
            }
            Fate::Refunded => {
                add(30, PAYME, begin(number, 30));
                add(33, PAYME, Change::TransactionPerformed { number: numbered(number), details: None });
                add(3600, PAYME, refunded(number));
            }
        }
        entries
    }
}

/// Who pays.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

fn fate(n: u64) -> Fate {
    FATES[usize::try_from(n % 20).expect("a small number")]
}

fn transactions_before(n: u64) -> u64 {
    let of = |orders: u64| (0..orders).map(|n| fate(n).transactions()).sum::<u64>();
    n / 20 * of(20) + of(n % 20)
}

fn numbered(number: u64) -> TransactionNumber {
    TransactionNumber::new(i64::try_from(number).expect("a transaction's number"))
}

/// Numbers of so many bits all over the place, no two alike: each step can be undone, so none can meet.
fn scattered(n: u64, bits: u32) -> u64 {
    let mask = (1 << bits) - 1;
    let mut x = n & mask;
    for odd in [0x9E37_79B9_7F4A_7C15_u64, 0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB] {
        x = x.wrapping_mul(odd) & mask;
        x ^= x >> (bits / 2 + 1);
    }
    x
}

/// A number in so many letters, the highest first.
fn letters(number: u64, count: usize) -> String {
    let mut rest = number;
    let mut letters = vec![0_u8; count];
    for letter in letters.iter_mut().rev() {
        *letter = ALPHABET[usize::try_from(rest % 31).expect("a letter's place")];
        rest /= 31;
    }
    String::from_utf8(letters).expect("letters")
}
