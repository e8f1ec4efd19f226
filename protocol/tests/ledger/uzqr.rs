//! UzQR: what the customer says, what staff say, and what no guess of a PIN does.

use crate::book::{Book, created, number, order_created};
use boothpay_protocol::ledger::giving_back::{self, Asked, NoRefund};
use boothpay_protocol::ledger::journal::Change;
use boothpay_protocol::ledger::order::OrderStatus;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Decision, Rows, Writes};
use boothpay_protocol::ledger::setting::Setting;
use boothpay_protocol::ledger::transaction::{Reason, State};
use boothpay_protocol::providers::{self, Rules};
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::shop::{self, CloseRefusal, Progress};
use boothpay_protocol::staff::{self, PinRefusal, Staff, StaffRefusal};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::uzqr::{self, ConfirmRefusal, How, ReportRefusal, UzqrDetails};

/// The number that every new transaction gets here.
const NEW: i64 = 99;

const CLOSED: Change = Change::OrderCancelled;
const EXPIRED: Change = Change::OrderExpired;

fn performed(at: i64) -> Change {
    Change::TransactionPerformed { number: number(at), details: None }
}

fn refunded(at: i64) -> Change {
    Change::TransactionRefunded { number: number(at), reason: Some(Reason::Refund), details: None }
}

fn at(ms: i64) -> TimeMs {
    TimeMs::new(ms)
}

fn report(book: &mut Book, now: i64) -> Result<(), ReportRefusal> {
    let decision = uzqr::report(&book.rows(NEW), at(now), &Rules::default());
    book.decide(decision)
}

fn confirm(book: &mut Book, now: i64) -> Result<(), ConfirmRefusal> {
    let said = UzqrDetails::said(Some("anna".to_owned()), How::CommandLine);
    let decision = uzqr::confirm(&said, &book.rows(NEW), at(now), &Rules::default());
    book.decide(decision)
}

fn standing(book: &Book) -> (OrderStatus, Option<&'static str>) {
    (book.order().status, book.transaction(NEW).map(|it| it.state.word()))
}

#[test]
fn the_customers_word_holds_the_order_and_pays_nothing() {
    let mut book = Book::with(&[order_created()]);
    assert_eq!(report(&mut book, 5), Ok(()));
    assert_eq!(standing(&book), (OrderStatus::Pending, Some("created")));
    let before = book.entries.len();
    assert_eq!(report(&mut book, 6), Ok(()), "saying it again is no error");
    assert_eq!(book.entries.len(), before);
    let rows = book.rows(NEW);
    assert_eq!(shop::progress(book.order(), rows.holder.as_ref(), at(6)), Progress::Processing);
    assert!(book.write(created(1)).is_err(), "no other wallet can begin meanwhile");
}

#[test]
fn a_customer_takes_his_word_back_and_no_wallets() {
    let mut book = Book::with(&[order_created()]);
    report(&mut book, 5).unwrap();
    let decision = shop::cancel(&book.rows(NEW), at(6));
    assert_eq!(book.decide(decision), Ok(()));
    assert_eq!(standing(&book), (OrderStatus::Cancelled, Some("cancelled")));
    let held = Book::with(&[order_created(), created(1)]);
    assert_eq!(shop::cancel(&held.rows(1), at(6)).reply, Err(CloseRefusal::PaymentInProgress));
}

#[test]
fn staff_confirm_what_is_unpaid_whatever_its_time_says() {
    let ways: [&[Change]; 3] = [&[order_created()], &[order_created(), CLOSED], &[order_created(), EXPIRED]];
    for changes in ways {
        let mut book = Book::with(changes);
        assert_eq!(confirm(&mut book, 1_000), Ok(()));
        assert_eq!(standing(&book), (OrderStatus::Paid, Some("performed")));
        let details = book.transaction(NEW).unwrap().details.as_str();
        assert_eq!(details, r#"{"confirmed_by":"anna","how":"command_line"}"#);
        assert_eq!(confirm(&mut book, 1_001), Err(ConfirmRefusal::Paid(Some(Provider::Uzqr))));
    }
    let mut reported = Book::with(&[order_created()]);
    report(&mut reported, 5).unwrap();
    // Long after the attempt was abandoned, and before the sweep came.
    assert_eq!(confirm(&mut reported, 10_000_000), Ok(()));
    assert_eq!(standing(&reported), (OrderStatus::Paid, Some("performed")));
}

#[test]
fn another_wallet_is_never_overtaken() {
    let mut busy = Book::with(&[order_created(), created(1)]);
    assert_eq!(report(&mut busy, 5), Err(ReportRefusal::Busy));
    assert_eq!(confirm(&mut busy, 5), Err(ConfirmRefusal::Busy(Provider::Payme)));
    let mut paid = Book::with(&[order_created(), created(1), performed(1)]);
    assert_eq!(report(&mut paid, 5), Ok(()), "the page will see that it is paid");
    let refusal = confirm(&mut paid, 5).unwrap_err();
    assert_eq!(refusal, ConfirmRefusal::Paid(Some(Provider::Payme)));
    assert!(refusal.to_string().contains("already paid by payme"), "{refusal}");
    let mut gone = Book::with(&[order_created(), created(1), performed(1), refunded(1)]);
    assert_eq!(report(&mut gone, 5), Err(ReportRefusal::Refunded));
    assert_eq!(confirm(&mut gone, 5), Err(ConfirmRefusal::Refunded));
    let mut abandoned = Book::with(&[order_created(), created(2)]);
    assert_eq!(confirm(&mut abandoned, 10), Err(ConfirmRefusal::Busy(Provider::Test)), "until the sweep has ended it");
    let nothing = Rows::none(number(1));
    assert_eq!(uzqr::report(&nothing, at(1), &Rules::default()).reply, Err(ReportRefusal::NotFound));
}

#[test]
fn an_attempt_that_nobody_confirms_ends_after_its_time() {
    let mut book = Book::with(&[order_created()]);
    report(&mut book, 5).unwrap();
    let wait = Rules::default().uzqr.wait.ms();
    let early = providers::time_out(&book.rows(NEW), at(5 + wait), &Rules::default());
    assert!(!early.reply);
    let late = providers::time_out(&book.rows(NEW), at(6 + wait), &Rules::default());
    assert!(book.decide(late));
    let state = book.transaction(NEW).unwrap().state;
    assert!(matches!(state, State::Cancelled { reason: Some(Reason::TimedOut), .. }), "{state:?}");
}

/// The setting as the store would keep it, beside an order.
struct Desk {
    book: Book,
    kept: Option<String>,
}

const SALT: &str = "00ff";

impl Desk {
    fn new() -> Self {
        Self { book: Book::with(&[order_created()]), kept: None }
    }

    fn decide<R>(&mut self, decide: impl FnOnce(&Rows) -> Decision<R>) -> R {
        let setting = self.kept.clone().map(|value| Setting {
            name: staff::setting_name(),
            value: Some(value),
            version: 1,
            changed_at: at(0),
        });
        let decision = decide(&Rows { setting, ..self.book.rows(NEW) });
        if let Writes::Setting { name, value, .. } = &decision.writes {
            assert_eq!(*name, staff::setting_name());
            self.kept.clone_from(value);
        }
        self.book.decide(decision)
    }

    fn give(&mut self, name: &str, pin: &str) -> Result<(), PinRefusal> {
        self.decide(|rows| staff::give(name, &digest(pin), SALT, rows, at(1)))
    }

    fn confirm(&mut self, pin: &str, now: i64) -> Result<(), StaffRefusal> {
        self.decide(|rows| staff::confirm(&digest(pin), rows, at(now), &Rules::default()))
    }

    fn enter(&mut self, pin: &str, now: i64) -> Result<String, StaffRefusal> {
        self.decide(|rows| staff::enter(&digest(pin), rows, at(now)))
    }
}

fn digest(pin: &str) -> KeyDigest {
    KeyDigest::of(pin.as_bytes())
}

#[test]
fn the_right_pin_pays_and_says_whose_it_is() {
    let mut desk = Desk::new();
    assert_eq!(desk.confirm("135790", 5), Err(StaffRefusal::NoPin));
    desk.give("anna", "135790").unwrap();
    desk.give("bek", "864209").unwrap();
    assert_eq!(desk.confirm("864209", 5), Ok(()));
    let details = desk.book.transaction(NEW).unwrap().details.as_str();
    assert_eq!(details, r#"{"confirmed_by":"bek","how":"pin"}"#);
    assert!(!desk.kept.as_ref().unwrap().contains("864209"), "only a digest is stored");
}

#[test]
fn a_pin_is_somebodys_alone_until_it_is_changed_or_taken_back() {
    let mut desk = Desk::new();
    desk.give("anna", "135790").unwrap();
    assert_eq!(desk.give("bek", "135790"), Err(PinRefusal::Taken), "nobody could tell who confirmed");
    desk.give("anna", "975310").unwrap();
    assert_eq!(desk.confirm("135790", 5), Err(StaffRefusal::Wrong));
    assert_eq!(desk.decide(|rows| staff::take_back("bek", rows, at(2))), Err(PinRefusal::Unknown("bek".to_owned())));
    assert_eq!(desk.decide(|rows| staff::take_back("anna", rows, at(2))), Ok(()));
    assert_eq!(desk.confirm("975310", 5), Err(StaffRefusal::NoPin));
    let another_salt = desk.decide(|rows| staff::give("anna", &digest("1"), "ff00", rows, at(1)));
    assert_eq!(another_salt, Err(PinRefusal::Taken), "the salt is the first one's");
    for name in ["", " anna", "a\nb", &"x".repeat(65)] {
        assert_eq!(desk.give(name, "135790"), Err(PinRefusal::Name), "{name:?}");
    }
    for person in 0..staff::PEOPLE_MAX {
        desk.give(&person.to_string(), &person.to_string()).unwrap();
    }
    assert_eq!(desk.give("one more", "975310"), Err(PinRefusal::Full));
}

#[test]
fn guessing_comes_to_its_end_and_the_right_pin_gives_no_tries_back() {
    let mut desk = Desk::new();
    desk.give("anna", "135790").unwrap();
    let start = 1_700_000_000_000;
    for _ in 0..staff::TRIES_MAX {
        assert_eq!(desk.confirm("000000", start), Err(StaffRefusal::Wrong));
    }
    let grows_in = u32::try_from(staff::TRY_GROWS_IN.ms() / 1000).unwrap();
    assert_eq!(desk.confirm("135790", start), Err(StaffRefusal::TooOften(grows_in)), "also the right one waits");
    assert_eq!(standing(&desk.book), (OrderStatus::Pending, None));
    let later = start + staff::TRY_GROWS_IN.ms();
    assert_eq!(desk.confirm("135790", later), Ok(()));
    assert_eq!(desk.confirm("000000", later), Err(StaffRefusal::Wrong));
    assert!(matches!(desk.confirm("000000", later), Err(StaffRefusal::TooOften(_))));
    let day = 86_400_000;
    let mut tries = 0;
    for minute in 0..24 * 60 {
        let now = later + day + minute * 60_000;
        tries += u32::from(desk.confirm("000000", now) == Err(StaffRefusal::Wrong));
        tries += u32::from(desk.enter("000000", now) == Err(StaffRefusal::Wrong));
    }
    assert!((150..=staff::TRIES_A_DAY_MAX).contains(&tries), "{tries} in a day");
    assert!(matches!(desk.confirm("000000", later), Err(StaffRefusal::TooOften(_))), "a clock set back gives none");
}

#[test]
fn who_plays_with_one_pad_does_not_shut_the_other_and_keeps_nobody_out_for_long() {
    let mut desk = Desk::new();
    desk.give("anna", "135790").unwrap();
    let start = 1_700_000_000_000;
    while desk.enter("000001", start) == Err(StaffRefusal::Wrong) {}
    assert!(matches!(desk.enter("135790", start), Err(StaffRefusal::TooOften(_))), "also the right one waits");
    assert_eq!(desk.confirm("135790", start), Ok(()), "a customer who has paid is not kept waiting");
    assert_eq!(desk.enter("135790", start + staff::TRY_GROWS_IN.ms()).as_deref(), Ok("anna"));
    let mut desk = Desk::new();
    desk.give("anna", "135790").unwrap();
    while desk.confirm("000001", start) == Err(StaffRefusal::Wrong) {}
    assert_eq!(desk.enter("135790", start).as_deref(), Ok("anna"));
}

#[test]
fn pins_that_an_earlier_version_kept_open_the_panel_too() {
    let mut desk = Desk::new();
    desk.give("anna", "135790").unwrap();
    let kept = desk.kept.take().unwrap();
    desk.kept = Some(kept.replace(",\"door_full\":0", ""));
    assert_ne!(desk.kept.as_deref(), Some(kept.as_str()));
    assert_eq!(desk.enter("135790", 5).as_deref(), Ok("anna"));
    let staff = Staff::of(Some(&Setting {
        name: staff::setting_name(),
        value: desk.kept.clone(),
        version: 1,
        changed_at: at(0),
    }));
    let staff = staff.unwrap().unwrap();
    assert!(staff.still_has("anna", at(1)) && !staff.still_has("anna", at(0)), "given at 1");
    assert!(!staff.still_has("bek", at(9)));
}

#[test]
fn what_cannot_be_read_confirms_nothing_and_stays() {
    let mut desk = Desk::new();
    desk.kept = Some("[]".to_owned());
    assert_eq!(desk.confirm("135790", 5), Err(StaffRefusal::Unreadable), "somebody may have a PIN");
    assert!(matches!(desk.give("anna", "135790"), Err(PinRefusal::Unreadable(_))));
    assert_eq!(desk.kept.as_deref(), Some("[]"));
    assert_eq!(Staff::of(None), Ok(None));
}

#[test]
fn pins_that_are_tried_first_are_refused() {
    for good in ["135790", "20261128", "4711081"] {
        assert_eq!(staff::judge_pin(good), Ok(()), "{good}");
    }
    for short in ["", "12345", "123456789", "12 456", "abcdef", "١٣٥٧٩٠", "-13579"] {
        assert_eq!(staff::judge_pin(short), Err(PinRefusal::Digits), "{short}");
    }
    for weak in ["000000", "123456", "98765432", "121212", "445544"] {
        assert_eq!(staff::judge_pin(weak), Err(PinRefusal::Weak), "{weak}");
    }
}

#[test]
fn nobody_hands_back_what_was_asked_back_since_he_looked() {
    let mut book = Book::with(&[order_created()]);
    assert_eq!(confirm(&mut book, 1_000), Ok(()));
    let looked = book.order().refund_asked_at;
    let asked = giving_back::ask(&book.rows(NEW), None, at(1_001));
    assert_eq!(book.decide(asked), Ok(Asked::Now));
    let hand_back = |book: &mut Book, looked| {
        let decision = giving_back::handed_back(&book.rows(NEW), looked, at(1_002));
        book.decide(decision)
    };
    assert_eq!(hand_back(&mut book, looked), Err(NoRefund::AskedMeanwhile));
    assert_eq!(standing(&book).0, OrderStatus::Paid);
    let looked_again = book.order().refund_asked_at;
    assert_eq!(hand_back(&mut book, looked_again), Ok(()));
    assert_eq!(standing(&book).0, OrderStatus::Refunded);
}
