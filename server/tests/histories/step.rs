//! The steps of a history. They name things ("the time limit of the second transaction"), not numbers, so that a history
//! from which steps are dropped still makes sense.

use crate::model::Model;
use boothpay_test_support::model::{Click, Id, Request, Wallet};
use serde_json::{Value, json};

/// Orders by name; the last one is never made. One is all digits, because accounts may hold numbers.
pub const ORDERS: [&str; 4] = ["photobooth-test-123", "197", "booth_2.order-7", "nobody"];
/// Their prices in tiyin.
pub const PRICES: [i64; 4] = [1_000_000, 50, 2_000_050, 700];
/// Payme's ids. One is shaped like our own name for a test payment, one is not even ASCII.
pub const IDS: [&str; 4] = ["66f0c0ffee0000000000a001", "transaction_id_from_payme", "test-1", "тўлов '№4';--"];

/// One step.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// A call of Payme's.
    Payme(Call),
    /// A call of Click's.
    Click(ClickCall),
    /// A call of Uzum's.
    Uzum(UzumCall),
    /// A wallet's call once more, so many calls back, in another envelope.
    Again(usize),
    /// An order from the command line, at the price or beside it.
    Make { order: usize, beside: i64 },
    /// `generate-qr`, likewise.
    Offer { order: usize, beside: i64 },
    /// The booth closes the order.
    Close(usize),
    /// The booth wants a code again.
    NewCode(usize),
    /// The booth has started the prints; quietly: without asking how the order stands then.
    Print { order: usize, quietly: bool },
    /// The booth looks.
    Look(usize),
    /// A page asks.
    Status(usize),
    /// Paid without money.
    TestPay(usize),
    /// The background sweep.
    Sweep,
    /// The clock moves.
    Clock(Jump),
    /// The program ends and starts again on its file.
    Restart,
}

/// A call of Payme's.
#[derive(Clone, Copy, Debug)]
pub enum Call {
    CheckPerform { amount: Amount, account: Account },
    Create { id: usize, time: PaymeTime, amount: Amount, account: Account },
    Perform(usize),
    Cancel { id: usize, reason: i64 },
    Check(usize),
    Statement { from: Bound, to: Bound },
    Fiscal { id: usize, kind: &'static str, receipt: i64 },
    ChangePassword,
    Malformed(usize),
}

/// A call of Click's: Prepare or Complete.
#[derive(Clone, Copy, Debug)]
pub struct ClickCall {
    pub complete: bool,
    pub id: Id,
    pub order: usize,
    /// Tiyin beside the price.
    pub beside: i64,
    /// Below 0 when Click gives the payment up.
    pub error: i64,
    /// Complete comes with a number that no Prepare was told.
    pub wrong_number: bool,
}

/// A call of Uzum's. `beside` is in tiyin, beside the price.
#[derive(Clone, Copy, Debug)]
pub enum UzumCall {
    Check(usize),
    Create { id: Id, order: usize, beside: i64 },
    Confirm(Id),
    Reverse(Id),
    Status(Id),
}

/// What Payme says it costs.
#[derive(Clone, Copy, Debug)]
pub enum Amount {
    Right(usize),
    /// The same number, written with a fraction of zero.
    RightWithZeros(usize),
    Beside(usize, i64),
    Fraction,
    Text,
    Missing,
}

/// What the customer's link named.
#[derive(Clone, Copy, Debug)]
pub enum Account {
    Order(usize),
    /// With further fields.
    More(usize),
    /// As a number, where the name is one.
    Number(usize),
    Blanks(usize),
    Empty,
    OtherField,
    Null,
    NoObject,
}

/// Payme's time of creation.
#[derive(Clone, Copy, Debug)]
pub enum PaymeTime {
    Now(i64),
    Old,
    /// The time limit ago, and a bit.
    Limit(i64),
}

/// The end of a statement's period.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    Zero,
    /// At the time of one of Payme's transactions, and a bit.
    At(usize, i64),
    Now,
    Far,
}

/// A movement of the clock.
#[derive(Clone, Copy, Debug)]
pub enum Jump {
    By(i64),
    /// To the end of an attempt's time, and a bit.
    Limit(Wallet, Id, i64),
    /// To the end of an order's time, and a bit.
    Expiry(usize, i64),
}

impl Jump {
    /// The clock after the jump.
    pub fn lands(self, model: &Model) -> i64 {
        let to = match self {
            Self::By(ms) => Some(model.now + ms),
            Self::Limit(wallet, id, bit) => model.limit_of(wallet, id).map(|limit| limit + bit),
            Self::Expiry(order, bit) => model.book.orders.get(&order).map(|order| order.expires_at.from + bit),
        };
        to.unwrap_or(model.now).max(1)
    }
}

/// A number that no Prepare is ever told.
const NOBODYS: i64 = 999_999_999;

impl ClickCall {
    /// A payment that begins as it should.
    pub const PREPARE: Self = Self { complete: false, id: 0, order: 0, beside: 0, error: 0, wrong_number: false };

    /// The same of another attempt and order.
    pub const fn of(self, id: Id, order: usize) -> Self {
        Self { id, order, ..self }
    }

    /// As it is asked.
    pub fn asked(self, model: &Model) -> Request {
        let Self { complete, id, order, beside, error, wrong_number } = self;
        let call = Click { id, order, amount: PRICES[order] + beside, error };
        let known = model.book.find(Wallet::Click, id).filter(|_| !wrong_number);
        let number = known.and_then(|index| model.book.attempts[index].number);
        if complete { Request::Complete(call, number.unwrap_or(NOBODYS)) } else { Request::Prepare(call) }
    }
}

impl UzumCall {
    /// As it is asked.
    pub fn asked(self) -> Request {
        match self {
            Self::Check(order) => Request::UzumCheck { order: Some(order) },
            Self::Create { id, order, beside } => {
                Request::UzumCreate { id, order: Some(order), amount: PRICES[order] + beside }
            }
            Self::Confirm(id) => Request::Confirm { id },
            Self::Reverse(id) => Request::Reverse { id },
            Self::Status(id) => Request::UzumStatus { id },
        }
    }
}

impl Call {
    /// Method and parameters as they go over the wire.
    pub fn spoken(self, model: &Model) -> (&'static str, Value) {
        match self {
            Self::CheckPerform { amount, account } => {
                let mut params = json!({});
                put(&mut params, amount, account);
                ("CheckPerformTransaction", params)
            }
            Self::Create { id, time, amount, account } => {
                let time = match time {
                    PaymeTime::Now(bit) => model.now + bit,
                    PaymeTime::Old => 1_640_000_000_000,
                    PaymeTime::Limit(bit) => model.now - model.rules.limit + bit,
                };
                let mut params = json!({"id": IDS[id], "time": time.max(1)});
                put(&mut params, amount, account);
                ("CreateTransaction", params)
            }
            Self::Perform(id) => ("PerformTransaction", json!({"id": IDS[id]})),
            Self::Cancel { id, reason } => ("CancelTransaction", json!({"id": IDS[id], "reason": reason})),
            Self::Check(id) => ("CheckTransaction", json!({"id": IDS[id]})),
            Self::Statement { from, to } => {
                ("GetStatement", json!({"from": bound(from, model), "to": bound(to, model)}))
            }
            Self::Fiscal { id, kind, receipt } => {
                let data = json!({"receipt_id": receipt, "status_code": 0, "message": "accepted", "qr_code_url": ""});
                ("SetFiscalData", json!({"id": IDS[id], "type": kind, "fiscal_data": data}))
            }
            Self::ChangePassword => ("ChangePassword", json!({"password": "x"})),
            Self::Malformed(which) => malformed(which),
        }
    }
}

/// How many malformed calls there are.
pub const MALFORMED: usize = 9;

fn malformed(which: usize) -> (&'static str, Value) {
    let account = json!({"order_id": ORDERS[0]});
    match which {
        0 => ("CheckPerformTransaction", json!([])),
        1 => ("CheckPerformTransaction", json!({"amount": 1_000_000})),
        2 => ("CreateTransaction", json!({"time": 1, "amount": 1_000_000, "account": account})),
        3 => ("CreateTransaction", json!({"id": IDS[0], "amount": 1_000_000, "account": account})),
        4 => ("PerformTransaction", json!({})),
        5 => ("CancelTransaction", json!({"id": IDS[0]})),
        6 => ("CheckTransaction", json!({"id": 5})),
        7 => ("GetStatement", json!({"from": 0})),
        _ => ("ReceiveTransaction", json!({})),
    }
}

fn put(params: &mut Value, amount: Amount, account: Account) {
    match amount {
        Amount::Right(order) => params["amount"] = json!(PRICES[order]),
        Amount::RightWithZeros(order) => params["amount"] = json!(PRICES[order] as f64),
        Amount::Beside(order, bit) => params["amount"] = json!(PRICES[order] + bit),
        Amount::Fraction => params["amount"] = json!(0.5),
        Amount::Text => params["amount"] = json!("1000000"),
        Amount::Missing => {}
    }
    params["account"] = match account {
        Account::Order(order) => json!({"order_id": ORDERS[order]}),
        Account::More(order) => json!({"phone": "998901234567", "order_id": ORDERS[order], "n": [1, null]}),
        Account::Number(order) => match ORDERS[order].parse::<i64>() {
            Ok(number) => json!({"order_id": number}),
            Err(_) => json!({"order_id": ORDERS[order]}),
        },
        Account::Blanks(order) => json!({"order_id": format!(" {} ", ORDERS[order])}),
        Account::Empty => json!({"order_id": ""}),
        Account::OtherField => json!({"order": ORDERS[0]}),
        Account::Null => json!({"order_id": null}),
        Account::NoObject => json!(ORDERS[0]),
    };
}

fn bound(bound: Bound, model: &Model) -> i64 {
    match bound {
        Bound::Zero => 0,
        Bound::At(id, bit) => {
            let known = model.book.find(Wallet::Payme, Id::try_from(id).unwrap());
            known.map_or(model.now, |index| model.book.attempts[index].time) + bit
        }
        Bound::Now => model.now,
        Bound::Far => 9_999_999_999_999,
    }
}
