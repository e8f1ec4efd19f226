//! Uzum's codes: shown, left, paid, late; and what Uzum's answers mean.

use crate::book::{Book, created, number, order_created};
use boothpay_protocol::ledger::arrival::Arrived;
use boothpay_protocol::ledger::holder::NotPayable;
use boothpay_protocol::ledger::journal::Change;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::{OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::rows::{Rows, Writes};
use boothpay_protocol::ledger::task::TaskKind;
use boothpay_protocol::providers::{self, Rules};
use boothpay_protocol::shop::{self, OrderRequest, Progress};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_protocol::uzum_qr::api::{self, NoAnswer, Payment, PaymentStatus, Voided};
use boothpay_protocol::uzum_qr::{self, Code, NotShown, UzumQrDetails, code_id};

/// The number that every new transaction gets here.
const NEW: i64 = 99;

fn at(ms: i64) -> TimeMs {
    TimeMs::new(ms)
}

fn code(name: &str) -> Code {
    Code { id: ProviderId::parse(name).unwrap(), link: format!("https://qr.example/{name}") }
}

fn rules() -> Rules {
    Rules { uzum_qr: uzum_qr::Rules { hold: SpanMs::new(500) }, ..Rules::default() }
}

/// Shows a code; what is shown then, and how many tasks watch it.
fn show(book: &mut Book, name: &str, now: i64) -> (Result<String, NotShown>, usize) {
    let decision = uzum_qr::show(&code(name), &book.rows(NEW), at(now), &rules());
    assert!(decision.tasks.iter().all(|task| task.kind == TaskKind::UzumCode));
    let tasks = decision.tasks.len();
    (book.decide(decision), tasks)
}

/// Uzum says that the code was paid; what became of it, and how many refunds that asks for.
fn paid(book: &mut Book, now: i64) -> (Option<Arrived>, usize) {
    let payment = Payment {
        id: "pay-1".to_owned(),
        status: PaymentStatus::Success,
        phone: Some("+998 90 123-45-67".to_owned()),
        reference: Some("112233445566".to_owned()),
        card: Some(2),
    };
    let decision = uzum_qr::paid(&payment, &book.rows(NEW), at(now), &rules());
    let refunds = decision.tasks.iter().filter(|task| task.kind == TaskKind::Refund).count();
    (book.decide(decision), refunds)
}

fn progress(book: &Book, now: i64) -> Progress {
    shop::progress(book.order(), book.rows(NEW).holder.as_ref(), at(now))
}

fn asks(book: &mut Book, chosen: Provider, now: i64) {
    let again = OrderRequest::again(book.order(), SpanMs::new(900));
    let request = OrderRequest { chosen: Some(chosen), language: Some(Language::ALL[0]), ..again };
    let decision = shop::offer(&request, &book.rows(NEW), at(now));
    book.decide(decision).unwrap();
}

#[test]
fn a_code_that_is_shown_holds_its_order_and_its_customer_still_waits() {
    let mut book = Book::with(&[order_created()]);
    assert_eq!(show(&mut book, "a-1", 10), (Ok("https://qr.example/a-1".to_owned()), 1));
    assert_eq!((progress(&book, 11), progress(&book, 901)), (Progress::Waiting, Progress::Expired));
    assert!(book.clone().write(created(1)).is_err(), "no other wallet can begin meanwhile");
    // Another request had one made at the same moment: the first stays, and nobody sees the other.
    assert_eq!(show(&mut book, "a-2", 12), (Ok("https://qr.example/a-1".to_owned()), 0));
    assert_eq!(paid(&mut book, 20), (Some(Arrived::Paid), 0));
    assert_eq!((progress(&book, 21), book.order().status), (Progress::Paid, OrderStatus::Paid));
    let details = UzumQrDetails::of(book.transaction(NEW).unwrap()).unwrap();
    assert_eq!((details.payment_id.as_deref(), details.phone_end.as_deref()), (Some("pay-1"), Some("4567")));
    assert_eq!(paid(&mut book, 22), (Some(Arrived::Paid), 0), "saying it again changes nothing");
}

#[test]
fn no_code_is_shown_for_what_cannot_be_paid() {
    let performed = Change::TransactionPerformed { number: number(1), details: None };
    let cases = [
        (vec![order_created(), created(1)], 3, NotPayable::Busy),
        (vec![order_created(), created(1), performed], 4, NotPayable::Paid),
        (vec![order_created(), Change::OrderCancelled], 3, NotPayable::Cancelled),
        (vec![order_created()], 901, NotPayable::Expired),
    ];
    for (changes, now, why) in cases {
        let mut book = Book::with(&changes);
        assert_eq!(show(&mut book, "a-1", now), (Err(NotShown::NotPayable(why)), 0));
    }
    let nothing = Rows::none(number(1));
    assert_eq!(uzum_qr::show(&code("a-1"), &nothing, at(1), &rules()).reply, Err(NotShown::NotFound));
    assert_eq!(paid(&mut Book::with(&[order_created()]), 5), (None, 0));
}

#[test]
fn another_wallet_has_the_order_at_once_and_late_money_is_owed_back() {
    let mut book = Book::with(&[order_created()]);
    show(&mut book, "a-1", 10).0.unwrap();
    asks(&mut book, Provider::UzumQr, 11);
    assert!(uzum_qr::shown(book.rows(NEW).holder.as_ref()).is_some(), "the same wallet keeps its code");
    asks(&mut book, Provider::Payme, 12);
    assert_eq!(book.rows(NEW).holder, None);
    book.write(created(1)).unwrap();
    assert_eq!(paid(&mut book, 20), (Some(Arrived::Owed), 1));
    assert_eq!(paid(&mut book, 21), (Some(Arrived::Owed), 0), "and given back once");
    assert_eq!(book.transaction(1).unwrap().state.word(), "created", "Payme goes on");
}

#[test]
fn who_leaves_and_has_paid_has_paid() {
    let mut book = Book::with(&[order_created()]);
    show(&mut book, "a-1", 10).0.unwrap();
    let decision = shop::cancel(&book.rows(NEW), at(11));
    assert_eq!(book.decide(decision), Ok(()));
    assert_eq!((progress(&book, 12), book.transaction(NEW).unwrap().state.word()), (Progress::Cancelled, "cancelled"));
    assert_eq!(paid(&mut book, 20), (Some(Arrived::Paid), 0));
    assert_eq!(book.order().status, OrderStatus::Paid);
}

#[test]
fn a_code_whose_time_is_over_makes_room_for_a_new_one() {
    let mut book = Book::with(&[order_created()]);
    show(&mut book, "a-1", 600).0.unwrap();
    asks(&mut book, Provider::UzumQr, 950);
    assert_eq!((progress(&book, 951), book.rows(NEW).holder), (Progress::Waiting, None));
    let mut swept = Book::with(&[order_created()]);
    show(&mut swept, "a-1", 10).0.unwrap();
    assert!(!swept.clone().decide(providers::time_out(&swept.rows(NEW), at(510), &rules())));
    let decision = providers::time_out(&swept.rows(NEW), at(511), &rules());
    assert!(swept.decide(decision));
}

#[test]
fn what_uzum_ends_is_ended_once() {
    let mut book = Book::with(&[order_created()]);
    show(&mut book, "a-1", 10).0.unwrap();
    let decision = uzum_qr::ended(&book.rows(NEW), at(11));
    assert!(book.decide(decision));
    let again = uzum_qr::ended(&book.rows(NEW), at(12));
    assert_eq!((again.reply, again.writes), (false, Writes::Nothing));
}

#[test]
fn a_codes_number_is_new_and_says_which_order_it_is_of() {
    let order = OrderId::parse("74S88WN2").unwrap();
    assert_eq!(code_id(&order, "ABCD").unwrap().as_str(), "74S88WN2-ABCD");
    let long = OrderId::parse(&"x".repeat(64)).unwrap();
    assert!(code_id(&long, "ABCDEFGH").unwrap().as_str().ends_with("-ABCDEFGH"));
}

#[test]
fn every_answer_means_what_the_document_says_and_everything_else_nothing() {
    let id = ProviderId::parse("a-1").unwrap();
    let said = |why: NoAnswer| match why {
        NoAnswer::NotAccepted(_) => "not accepted",
        NoAnswer::Refused(_) => "refused",
        NoAnswer::Unavailable(_) => "unavailable",
        NoAnswer::Strange(_) => "strange",
    };
    let status = |http, body: &str| api::status(http, body.as_bytes()).map(|it| it.status).map_err(said);
    let with = |word: &str| format!(r#"{{"error_code":0,"payment_id":"p","payment_status":"{word}"}}"#);
    for (word, meant) in [
        ("CREATED", PaymentStatus::Created),
        ("SUCCESS", PaymentStatus::Success),
        ("FAILED", PaymentStatus::Failed),
        ("HOLD", PaymentStatus::Hold),
        ("REVERSE_PENDING", PaymentStatus::ReversePending),
        ("REVERSED", PaymentStatus::Reversed),
        ("PARTIAL_CANCELLED", PaymentStatus::PartialCancelled),
        ("CANCELLED", PaymentStatus::Cancelled),
    ] {
        assert_eq!(status(200, &with(word)), Ok(meant));
    }
    let number = r#"{"error_code":"0","payment_id":17,"payment_status":"SUCCESS"}"#;
    assert_eq!(api::status(200, number.as_bytes()).unwrap().id, "17");
    let wrong = [
        (200, with("success"), "strange"),
        (200, with(""), "strange"),
        (200, r#"{"payment_id":"p","payment_status":"SUCCESS"}"#.to_owned(), "strange"),
        (200, r#"{"error_code":0,"payment_status":"SUCCESS"}"#.to_owned(), "strange"),
        (200, r#"{"error_code":0,"payment_id":"","payment_status":"SUCCESS"}"#.to_owned(), "strange"),
        (200, r#"{"error_code":true,"payment_id":"p","payment_status":"SUCCESS"}"#.to_owned(), "strange"),
        (200, "<html>".to_owned(), "strange"),
        (200, r#"{"error_code":401,"error_message":"x"}"#.to_owned(), "not accepted"),
        (200, r#"{"error_code":503}"#.to_owned(), "unavailable"),
        (200, r#"{"error_code":400,"payment_id":"p","payment_status":"SUCCESS"}"#.to_owned(), "refused"),
        (500, with("SUCCESS"), "unavailable"),
        (302, with("SUCCESS"), "refused"),
        (404, String::new(), "refused"),
    ];
    for (http, body, expected) in &wrong {
        assert_eq!(status(*http, body), Err(*expected), "{http} {body}");
    }
    let cancel = |body: &str| api::cancel(200, body.as_bytes(), &id).map_err(said);
    assert_eq!(cancel(r#"{"error_code":0,"payment_id":"a-1","payment_status":"CANCELLED"}"#), Ok(Voided::Yes));
    assert_eq!(cancel(r#"{"error_code":0,"payment_id":"b-1","payment_status":"CANCELLED"}"#), Err("strange"));
    assert_eq!(cancel(&with("CREATED")), Err("strange"));
    let refused = |message: &str| cancel(&format!(r#"{{"error_code":400,"error_message":"{message}"}}"#));
    assert_eq!(refused("this.order.has.already.be.paid.for"), Ok(Voided::Paid));
    assert_eq!(refused("order.id.is.expired"), Ok(Voided::Expired));
    assert_eq!(refused("order.not.found"), Err("refused"));
    let reversal = |body: &str| api::reversal(200, body.as_bytes(), "p").map_err(said);
    assert_eq!(reversal(&with("REVERSED")), Ok(PaymentStatus::Reversed));
    assert_eq!(reversal(&with("SUCCESS")), Err("strange"));
    assert_eq!(reversal(r#"{"error_code":0,"payment_id":"q","payment_status":"REVERSED"}"#), Err("strange"));
    let create = |link: &str| {
        api::create(200, format!(r#"{{"error_code":0,"payment_link":"{link}"}}"#).as_bytes()).map_err(said)
    };
    assert_eq!(create("https://a.uz/x").as_deref(), Ok("https://a.uz/x"));
    for link in
        ["", "http://a.uz", "javascript:alert(1)", "https://a.uz/x y", &format!("https://a.uz/{}", "x".repeat(600))]
    {
        assert_eq!(create(link), Err("strange"), "{link}");
    }
}
