//! What the wallets have been told of their customers' money, by the answers alone, and whether the store has all of it: money
//! that we took is the order's payment or owed back, and has gone back only where a wallet was told so.

use std::collections::BTreeSet;

use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::transaction::{State, Transaction};
use boothpay_test_support::model::Request;
use serde_json::Value;

use crate::click;

/// Wallets and their ids of attempts.
#[derive(Default)]
pub struct Purse {
    took: BTreeSet<(&'static str, String)>,
    gave: BTreeSet<(&'static str, String)>,
}

impl Purse {
    pub fn payme(&mut self, params: &Value, answer: &Value) {
        let Some(id) = params["id"].as_str().map(|id| ("payme", id.to_owned())) else { return };
        match answer["result"]["state"].as_i64() {
            Some(2) => drop(self.took.insert(id)),
            Some(-2) => drop(self.gave.insert(id)),
            _ => {}
        }
    }

    pub fn click(&mut self, request: &Request, answer: &Value) {
        if let Request::Complete(call, _) = request
            && answer["error"] == 0
        {
            self.took.insert(("click", format!("{}:{}", click::SERVICE, click::trans_id(call.id))));
        }
    }

    pub fn uzum(&mut self, answer: &Value) {
        let Some(id) = answer["transId"].as_str().map(|id| ("uzum", id.to_owned())) else { return };
        match answer["status"].as_str() {
            Some("CONFIRMED") => drop(self.took.insert(id)),
            // A reversal of what was never confirmed moves no money.
            Some("REVERSED") if self.took.contains(&id) => drop(self.gave.insert(id)),
            _ => {}
        }
    }

    /// Says of which transaction the store and the answers disagree, if of any.
    pub fn check(&self, transactions: &[Transaction]) -> Result<(), String> {
        for it in transactions.iter().filter(|it| it.provider != Provider::Test) {
            let id = (it.provider.word(), it.provider_id.as_str().to_owned());
            let told = (self.took.contains(&id), self.gave.contains(&id));
            let stored = match it.state {
                State::Created | State::Cancelled { .. } => (false, false),
                State::Performed { .. } | State::Owed { .. } => (true, false),
                State::Refunded { .. } | State::GivenBack { .. } => (true, true),
            };
            if told != stored {
                return Err(format!("the wallet was told (took, gave) {told:?}, there is {it:?}"));
            }
        }
        Ok(())
    }

    /// How many attempts' money was taken.
    pub fn taken(&self) -> usize {
        self.took.len()
    }
}
