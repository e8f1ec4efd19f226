//! A customer: takes a picture, orders, pays, looks into the tray, says what he sees, and comes back for what he is owed. Or walks away
//! anywhere in between. He tells the truth.

use crate::booth::{Booth, PATIENCE};
use crate::wallet::{self, Payment, Said, Step, Wallet};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_test_support::Random;
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};

const PICTURE: &[u8] = include_bytes!("../../../server/src/photos/samples/phone.jpg");

/// How long he stands there for his prints.
const STAYS: Duration = Duration::from_secs(30);

/// How long a claim may take to be honoured when all is well again: a job's time, and once more.
const HONOURED_WITHIN: Duration = Duration::from_secs(75);

const LOOK_PERIOD: Duration = Duration::from_millis(400);

/// How long after its order's time was over a late payment comes at most; after two minutes it is a claim.
const LATE_SECONDS_MAX: u64 = 180;

/// What became of a customer's money, by what his wallet was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    /// Nothing was taken.
    None,
    Paid,
    WentBack,
}

/// What a customer did.
pub struct Visit {
    pub order: String,
    pub copies: u16,
    pub money: Money,
}

/// One customer, from the first picture to the door.
pub fn comes(booth: &Booth, random: Random) {
    let mut customer = Customer { booth, random };
    let Some((order, copies, amount)) = customer.orders() else { return booth.count("Visits that came to no order") };
    booth.count("Orders");
    let wallet = customer.random.one_of(&wallet::ALL);
    let mut payment = Payment::new(wallet, order.clone(), amount);
    let mut money = customer.pays(&order, &mut payment);
    if money == Money::Paid {
        booth.count("Orders that were paid");
        if customer.random.percent(4) && customer.is_given_back(&mut payment) {
            money = Money::WentBack;
            booth.count("Given back while they were printed");
        } else if customer.random.percent(90) {
            customer.waits_for_prints(&order);
        } else {
            booth.count("Customers who left at once");
        }
    }
    booth.visits.lock().unwrap().push(Visit { order, copies, money });
}

/// When all is well again, those who are owed prints come back, but for one in five.
pub fn all_come_back(booth: &Booth, random: &mut Random) {
    let orders: Vec<String> = booth.visits.lock().unwrap().iter().map(|visit| visit.order.clone()).collect();
    for order in orders {
        let mut customer = Customer { booth, random: Random::new(random.number()) };
        let state = customer.state(&order);
        if matches!(state.as_deref(), Some("unknown" | "claim")) && customer.random.percent(80) {
            customer.asks_for_what_is_owed(&order);
            booth.count("Claims that were honoured in the end");
        }
    }
}

struct Customer<'a> {
    booth: &'a Booth,
    random: Random,
}

impl Customer<'_> {
    /// Takes pictures and orders: the order, its copies and its price in tiyin. He tries again while nothing is sold.
    fn orders(&mut self) -> Option<(String, u16, i64)> {
        let copies = self.random.weighted(&[(5, 1), (3, 2), (2, 3)]);
        let way = self.random.one_of(&wallet::ALL).word();
        let begun = Instant::now();
        let shot = json!({
            "photo_data": format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(PICTURE)),
            "order_index": 0
        });
        while begun.elapsed() < 2 * PATIENCE {
            let made = (|| {
                let ask = |path: &str, body: &Value| {
                    let (status, answer) = self.booth.ask_once("POST", path, &body.to_string()).ok()?;
                    (status < 300).then_some(answer)
                };
                let session = ask("/api/booth/shots", &json!({ "layout": "single" }))?["id"].as_str()?.to_owned();
                ask(&format!("/api/session/{session}/photos"), &shot)?;
                ask(&format!("/api/booth/shots/{session}/preview"), &json!({ "layout": "single" }))?;
                ask("/api/booth/orders", &json!({ "copies": copies, "paymentType": way, "session": session }))
            })();
            if let Some(made) = made {
                let soum: i64 = made["amount_soum"].as_str()?.parse().unwrap();
                return Some((made["order_id"].as_str()?.to_owned(), copies, soum * 100));
            }
            self.pause(300);
        }
        None
    }

    /// Pays, perhaps twice, perhaps late, perhaps not.
    fn pays(&mut self, order: &str, payment: &mut Payment) -> Money {
        if self.random.percent(3) {
            self.booth.count("Customers who did not pay");
            return Money::None;
        }
        if self.random.percent(2) {
            // As it ends where somebody has begun to pay is the harness' of races.
            self.booth.ask("POST", &format!("/api/booth/orders/{order}/cancel"), &json!({}));
            self.booth.count("Orders that were closed before they were paid");
        }
        if self.calls(payment, Step::Begin) != Some(Said::Done) {
            self.booth.count("Payments that were refused");
            return Money::None;
        }
        if self.random.percent(3) && !self.is_short() {
            let late = Duration::from_secs(30 + self.random.below(LATE_SECONDS_MAX));
            thread::sleep(late);
            self.booth.count("Webhooks that came when the order's time was over");
        } else {
            self.pause(400);
        }
        match self.calls(payment, Step::Pay) {
            Some(Said::Done) => {}
            Some(Said::Again | Said::No) | None => {
                self.booth.count("Payments that were refused");
                return Money::None;
            }
        }
        if self.random.percent(15) {
            self.booth.count("Webhooks that came again");
            if self.calls(payment, Step::Pay) != Some(Said::Done) {
                self.booth.fault("the wallet's repeated call was refused", order);
            }
        }
        Money::Paid
    }

    /// A run of a minute has no time for what takes three.
    fn is_short(&self) -> bool {
        std::env::var_os("SOAK_ORDERS").is_none()
    }

    fn is_given_back(&mut self, payment: &mut Payment) -> bool {
        payment.wallet != Wallet::Click && self.calls(payment, Step::TakeBack) == Some(Said::Done)
    }

    /// The wallet calls until it has an answer; now and then twice at the same instant.
    fn calls(&mut self, payment: &mut Payment, step: Step) -> Option<Said> {
        let begun = Instant::now();
        let (path, body) = payment.call(step);
        if self.random.percent(10) {
            self.booth.count("Webhooks that came twice at once");
            thread::scope(|scope| {
                scope.spawn(|| self.booth.ask_once("POST", &path, &body));
                drop(self.booth.ask_once("POST", &path, &body));
            });
        }
        while begun.elapsed() < PATIENCE {
            if let Ok((status, answer)) = self.booth.ask_once("POST", &path, &body) {
                match payment.hear(status, &answer) {
                    Said::Again => {}
                    said @ (Said::Done | Said::No) => return Some(said),
                }
            }
            thread::sleep(Duration::from_millis(100));
        }
        None
    }

    /// How an order's prints are.
    fn state(&self, order: &str) -> Option<String> {
        Some(self.booth.order(order)?["print"]["state"].as_str()?.to_owned())
    }

    fn waits_for_prints(&mut self, order: &str) {
        let begun = Instant::now();
        let mut claims = 0;
        while begun.elapsed() < STAYS {
            match self.state(order).as_deref() {
                Some("printed" | "stopped") => return,
                Some("unknown") if self.random.percent(80) => self.says_what_he_sees(order),
                Some("unknown") => return self.booth.count("Customers who left without a word"),
                Some("claim") if claims < 2 && self.random.percent(60) => {
                    claims += 1;
                    self.pause(3_000);
                    self.claims(order);
                }
                Some("claim") => return self.booth.count("Customers who left with a claim"),
                Some(_) | None => {}
            }
            thread::sleep(LOOK_PERIOD);
        }
        self.booth.count("Customers who stood there until they left");
    }

    /// He is owed prints, and comes for them: what he sees first, then the claim.
    fn asks_for_what_is_owed(&mut self, order: &str) {
        let begun = Instant::now();
        while begun.elapsed() < HONOURED_WITHIN {
            match self.state(order).as_deref() {
                Some("printed" | "stopped") => return,
                Some("unknown") => self.says_what_he_sees(order),
                Some("claim") => self.claims(order),
                Some(_) | None => {}
            }
            thread::sleep(LOOK_PERIOD);
        }
        self.booth.fault("its claim is not honoured although all is well again", order);
    }

    /// He looks into the tray, and says it a moment later.
    fn says_what_he_sees(&mut self, order: &str) {
        let copies = self.booth.sheets(order).len();
        self.pause(2_000);
        self.booth.ask("POST", &format!("/api/booth/orders/{order}/came-out"), &json!({ "copies": copies }));
        self.booth.count("Questions to a customer whether his prints came out");
    }

    /// He types his number; now and then a friend does so at the same instant.
    fn claims(&mut self, order: &str) {
        let path = format!("/api/booth/orders/{order}/print");
        let page = |number: u64| json!({ "page": format!("0123456789abcdef{number:016x}") });
        let (mine, friends) = (page(self.random.number()), page(self.random.number()));
        self.booth.count("Claims");
        if self.random.percent(30) {
            thread::scope(|scope| {
                scope.spawn(|| self.booth.ask("POST", &path, &friends));
                self.booth.ask("POST", &path, &mine);
            });
        } else {
            self.booth.ask("POST", &path, &mine);
        }
    }

    fn pause(&mut self, most: u64) {
        thread::sleep(Duration::from_millis(self.random.below(most)));
    }
}
