//! The model beside a history: the book of [`boothpay_test_support::model`] with a clock moved by hand, and what Payme alone has
//! kept.

use std::collections::BTreeMap;

use boothpay_test_support::model::{Answer, Book, End, Request, Rules, Status, Wallet, When, act};
use serde_json::Value;

/// Everything.
pub struct Model {
    pub rules: Rules,
    pub now: i64,
    pub book: Book,
    /// What Payme has sent to be kept with its attempts, by their place in the book.
    pub kept: BTreeMap<usize, Kept>,
}

/// The account as it was received, and the receipts by their type.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub account: Value,
    pub fiscal: BTreeMap<String, Value>,
}

impl Model {
    pub fn new(rules: Rules, now: i64) -> Self {
        let book = Book { counts: true, ..Book::default() };
        Self { rules, now, book, kept: BTreeMap::new() }
    }

    /// Now, which is known here.
    pub fn instant(&self) -> When {
        When::exactly(self.now)
    }

    /// What a call is answered, and the name of the table's cell; afterwards everything is as after the call.
    pub fn ask(&mut self, request: &Request) -> (Answer, &'static str) {
        let mut ways = act(&self.rules, &self.book, request, self.instant());
        let way = ways.pop().filter(|_| ways.is_empty()).expect("with a clock that is known there is one way");
        self.book = way.book;
        (way.answer, way.cell)
    }

    /// The last millisecond of an attempt's time.
    pub fn limit_of(&self, wallet: Wallet, id: u8) -> Option<i64> {
        Some(self.book.attempts[self.book.find(wallet, id)?].limit(&self.rules).to)
    }

    /// What the background sweep ends, and how many things that were.
    pub fn sweep(&mut self) -> usize {
        let now = self.instant();
        let is_over = |index: &usize| self.book.attempts[*index].may_be_over(&self.rules, self.now);
        let over: Vec<usize> = (0..self.book.attempts.len()).filter(is_over).collect();
        for index in &over {
            self.book.end(*index, End::OurTime, now);
        }
        let is_late = |order: &usize| {
            let it = &self.book.orders[order];
            it.status == Status::Pending && self.book.holder(*order).is_none() && it.may_be_late(now)
        };
        let late: Vec<usize> = self.book.orders.keys().copied().filter(is_late).collect();
        for order in &late {
            self.book.stamp(*order, now);
            self.book.order_mut(*order).status = Status::Expired;
        }
        over.len() + late.len()
    }
}
