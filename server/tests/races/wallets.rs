//! Money that comes late, at the same instant as another wallet's payment begins: whichever is first, the late money is the
//! order's payment or is recorded as owed back, and the wallet is told that it came. On a file and at two servers on one
//! PostgreSQL database.

use boothpay_protocol::ledger::journal::Change;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::State;
use serde_json::{Value, json};

use crate::loopback::{Answer, Booth, Request, START, UZUM_SERVICE, create, offer, send_to, status};
use crate::two_processes::{spray, two};

const ROUNDS: i64 = 15;

/// The wallets' times, in milliseconds, and one more.
const CLICKS_TIME_IS_OVER: i64 = 300_001;
const UZUMS_TIME_IS_OVER: i64 = 1_800_001;

/// A call of Click's in the form of its oldest sample, which is JSON. Nobody signs in development mode.
fn click(attempt: i64, order: &str, number: Option<i64>) -> Request {
    let (path, action) = if number.is_some() { ("/api/click/complete", 1) } else { ("/api/click/prepare", 0) };
    let mut body = json!({"click_trans_id": attempt, "service_id": 155_555, "click_paydoc_id": 5,
        "merchant_trans_id": order, "amount": "10000.00", "action": action, "error": 0, "error_note": "",
        "sign_time": "2026-11-21 12:00:00", "sign_string": "x"});
    if let Some(number) = number {
        body["merchant_prepare_id"] = json!(number);
    }
    send_to(path, &body)
}

fn uzum(operation: &str, attempt: i64, order: &str) -> Request {
    let id = format!("00000000-0000-0000-0000-{attempt:012}");
    let body = json!({"serviceId": UZUM_SERVICE, "timestamp": START, "transId": id, "params": {"account": order},
        "amount": 1_000_000});
    send_to(&format!("/api/uzum/{operation}"), &body)
}

/// What the rounds are played on: the calls of a volley, all at the same instant.
struct Stage<'a> {
    booths: Vec<&'a Booth>,
    volley: &'a dyn Fn(Vec<Request>) -> Vec<Answer>,
}

impl Stage<'_> {
    fn set_clock(&self, now: i64) {
        self.booths.iter().for_each(|booth| booth.set_clock(now));
    }

    fn ask(&self, request: Request) -> Value {
        self.booths[0].ask(request).body
    }

    /// Click has prepared, and we have let go; in every second round because Uzum began instead, which nobody finished either.
    /// Then the money of Click's customer comes, while Payme begins.
    fn play(&self) {
        let (mut paid, mut owed) = (0, 0);
        let mut now = START;
        for round in 0..ROUNDS {
            let order = format!("order-{round}");
            self.ask(offer(&order, 0));
            let number = self.ask(click(1000 + round, &order, None))["merchant_prepare_id"].as_i64().unwrap();
            now += CLICKS_TIME_IS_OVER;
            self.set_clock(now);
            if round % 2 == 1 {
                assert_eq!(self.ask(uzum("create", round, &order))["status"], "CREATED");
                now += UZUMS_TIME_IS_OVER;
                self.set_clock(now);
            } else {
                assert_eq!(self.ask(click(1000 + round, &order, None))["error"], -9, "its time is over");
            }
            // The order's time may be over, too; a new code opens it again.
            self.ask(offer(&order, 0));
            let (complete, payme) = (click(1000 + round, &order, Some(number)), create(&format!("t-{round}"), &order));
            let answers = (self.volley)(vec![complete.clone(), payme, complete.clone()]);
            let told: Vec<i64> = [0, 2].map(|place| answers[place].body["error"].as_i64().unwrap()).to_vec();
            assert!(told == [0, -4] || told == [-4, 0], "the money came once, and the repeat hears so: {answers:?}");

            let stored = self.booths[0].stored(&order);
            let of = |provider| stored.transactions.iter().find(|it| it.provider == provider);
            let clicks = of(Provider::Click).expect("Click's transaction").state;
            match (clicks, answers[1].outcome()) {
                (State::Performed { .. }, Err(_)) => {
                    paid += 1;
                    assert!(of(Provider::Payme).is_none(), "{:?}", stored.transactions);
                    assert_eq!(self.ask(status(&order))["status"], "success");
                }
                (State::Owed { .. }, Ok(begun)) => {
                    owed += 1;
                    assert_eq!(begun["state"], 1);
                    assert_eq!(self.ask(status(&order))["stage"], "processing", "Payme has it");
                }
                (clicks, payme) => panic!("{clicks:?} and {payme:?} do not go together: {:?}", stored.transactions),
            }
            let uzums = of(Provider::Uzum).map(|it| it.state);
            assert!(uzums.is_none_or(|it| matches!(it, State::Cancelled { .. })), "{uzums:?}");
            assert_eq!(self.ask(complete)["error"], -4);
        }
        println!("late money paid {paid} orders and was owed back for {owed}");
    }
}

#[test]
fn late_money_is_never_lost_to_a_payment_that_begins_on_a_file() {
    let booth = Booth::start();
    Stage { booths: vec![&booth], volley: &|requests| booth.volley(requests) }.play();
}

#[test]
fn late_money_is_never_lost_to_a_payment_that_begins_at_two_servers() {
    let booths = two();
    let [here, there] = &booths;
    Stage { booths: vec![here, there], volley: &|requests| spray(&booths, &requests) }.play();
}

/// Somebody hands the money back, and somebody else has the wallet asked for it, in the same instant: it goes back once.
fn hand_back(booth: &Booth) {
    for round in 0..ROUNDS {
        let order = format!("back-{round}");
        booth.ask(offer(&order, 0));
        let number = booth.ask(click(9000 + round, &order, None)).body["merchant_prepare_id"].as_i64().unwrap();
        assert_eq!(booth.ask(click(9000 + round, &order, Some(number))).body["error"], 0);
        let (is_handed_back, is_asked) = booth.hand_back_and_ask(&order, round % 2 == 0);
        assert!(is_handed_back != is_asked, "round {round}: {is_handed_back} and {is_asked}");
        let asked = booth.stored(&order).count(|change| matches!(change, Change::RefundAsked { .. }));
        assert_eq!(asked, usize::from(is_asked), "{order}");
    }
}

#[test]
fn money_that_is_handed_back_is_not_asked_back_in_the_same_instant_on_a_file() {
    hand_back(&Booth::start());
}

#[test]
fn money_that_is_handed_back_is_not_asked_back_in_the_same_instant_on_a_server() {
    let [here, _there] = two();
    hand_back(&here);
}
