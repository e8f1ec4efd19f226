//! One payment by Payme, Click or Uzum: what the wallet calls, and what it makes of the answer.

use boothpay_test_support::wallets::{self, number_of, uuid};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wallet {
    Payme,
    Click,
    Uzum,
}

pub const ALL: [Wallet; 3] = [Wallet::Payme, Wallet::Click, Wallet::Uzum];

impl Wallet {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Payme => "payme",
            Self::Click => "click",
            Self::Uzum => "uzum",
        }
    }
}

/// What a wallet does with a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Begin,
    Pay,
    /// Gives the money back by a call of its own, which Click has not.
    TakeBack,
}

/// What it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is so, now or since an earlier call.
    Done,
    /// The server could not do it now: the wallet calls again.
    Again,
    No,
}

pub struct Payment {
    pub wallet: Wallet,
    order: String,
    /// Tiyin.
    amount: i64,
    /// Our number of it, which Click repeats.
    prepared: Option<i64>,
}

impl Payment {
    pub const fn new(wallet: Wallet, order: String, amount: i64) -> Self {
        Self { wallet, order, amount, prepared: None }
    }

    /// The address and the body of a call.
    pub fn call(&self, step: Step) -> (String, String) {
        let Self { order, amount, .. } = self;
        let number = number_of(order);
        match (self.wallet, step) {
            (Wallet::Payme, step) => {
                let id = format!("{order}-a");
                let (method, params) = match step {
                    Step::Begin => ("CreateTransaction", wallets::create(&id, order, *amount)),
                    Step::Pay => ("PerformTransaction", json!({ "id": id })),
                    Step::TakeBack => ("CancelTransaction", json!({ "id": id, "reason": 5 })),
                };
                let (path, body) = wallets::payme(method, &params);
                (path.to_owned(), body)
            }
            (Wallet::Click, step) => {
                let prepared = (step != Step::Begin).then(|| self.prepared.unwrap());
                let (path, body) = wallets::click(number, order, *amount, 0, prepared);
                (path.to_owned(), body)
            }
            (Wallet::Uzum, Step::Begin) => wallets::uzum("create", Some(&uuid(number)), Some((order, *amount))),
            (Wallet::Uzum, Step::Pay) => wallets::uzum("confirm", Some(&uuid(number)), None),
            (Wallet::Uzum, Step::TakeBack) => wallets::uzum("reverse", Some(&uuid(number)), None),
        }
    }

    /// What an answer means.
    pub fn hear(&mut self, status: u16, answer: &Value) -> Said {
        match self.wallet {
            Wallet::Payme if answer["result"].is_object() => Said::Done,
            Wallet::Payme if answer["error"]["code"] == -32400 => Said::Again,
            Wallet::Payme => Said::No,
            Wallet::Click => {
                if let Some(number) = answer["merchant_prepare_id"].as_i64() {
                    self.prepared = Some(number);
                }
                match answer["error"].as_i64() {
                    Some(0 | -4) => Said::Done,
                    Some(-7) | None => Said::Again,
                    Some(_) => Said::No,
                }
            }
            Wallet::Uzum => match answer["errorCode"].as_str() {
                None if status == 200 => Said::Done,
                Some("10010" | "10016" | "10018") => Said::Done,
                Some("99999") | None => Said::Again,
                Some(_) => Said::No,
            },
        }
    }
}
