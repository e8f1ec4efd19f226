//! Is there an order of the calls in which each has the effect that its reply shows, and which respects who was over before
//! whom began? The search of Wing and Gong, with the situations remembered that were found to lead nowhere.
//!
//! Linearizability composes: a history is linearizable when the history of each order is.

use crate::history::Op;
use crate::model::{Rules, follow};
use boothpay_test_support::model::Book;
use std::collections::HashSet;

/// Operations on one order: each is a bit of a situation.
pub const OPERATIONS_MAX: usize = 64;

/// Situations looked at before the search gives up, which fails the run: a good history needs some hundreds.
const SITUATIONS_MAX: usize = 400_000;

/// Why there is no such order of the calls, as far as the search came.
#[derive(Debug)]
pub struct Stuck {
    /// The longest beginning found, as places in the history.
    pub longest: Vec<usize>,
    /// How the order was then.
    pub state: Book,
    /// The search was given up, so nothing is proven.
    pub gave_up: bool,
}

struct Search<'a> {
    rules: &'a Rules,
    ops: &'a [Op],
    known: u64,
    seen: HashSet<(u64, Book)>,
    path: Vec<usize>,
    stuck: Stuck,
}

/// The calls of one order in an order that explains every reply, or how far that goes.
pub fn explain(rules: &Rules, ops: &[Op]) -> Result<Vec<usize>, Stuck> {
    assert!(ops.len() <= OPERATIONS_MAX, "{} operations on one order", ops.len());
    let known = ops.iter().enumerate().filter(|(_, op)| op.reply.is_some()).fold(0, |all, (index, _)| all | 1 << index);
    let stuck = Stuck { longest: Vec::new(), state: Book::default(), gave_up: false };
    let mut search = Search { rules, ops, known, seen: HashSet::new(), path: Vec::new(), stuck };
    if search.go(0, &Book::default()) { Ok(search.path) } else { Err(search.stuck) }
}

impl Search<'_> {
    fn go(&mut self, done: u64, state: &Book) -> bool {
        if done & self.known == self.known {
            return true;
        }
        if self.seen.len() >= SITUATIONS_MAX {
            self.stuck.gave_up = true;
            return false;
        }
        if !self.seen.insert((done, state.clone())) {
            return false;
        }
        if self.path.len() > self.stuck.longest.len() || self.stuck.longest.is_empty() {
            self.stuck.longest = self.path.clone();
            self.stuck.state = state.clone();
        }
        // Whatever happens next happens before the first of the replies that are still to come.
        let open = |index: &usize| done & 1 << index == 0;
        let latest = (0..self.ops.len()).filter(open).filter_map(|index| self.ops[index].received).min();
        let latest = latest.unwrap_or(i64::MAX);
        let blocked = |index: usize| (0..self.ops.len()).filter(open).any(|it| self.ops[it].precedes(&self.ops[index]));
        let mut next: Vec<usize> = (0..self.ops.len()).filter(open).filter(|index| !blocked(*index)).collect();
        // Those of unknown outcome last: they can wait.
        next.sort_by_key(|index| (self.ops[*index].reply.is_none(), self.ops[*index].received));

        let mut ways = Vec::new();
        for index in next {
            let op = &self.ops[index];
            let ends = follow(self.rules, state, op, latest);
            if ends.contains(state) && (op.refused() || op.request.reads()) {
                // It fits, and never changes anything: whatever explains the rest with it later does so with it now.
                return self.step(done, index, state);
            }
            // A call of unknown outcome that changes nothing might as well not have happened.
            let tells = |end: &Book| op.reply.is_some() || end != state;
            ways.extend(ends.into_iter().filter(tells).map(|end| (index, end)));
        }
        ways.into_iter().any(|(index, end)| self.step(done, index, &end))
    }

    fn step(&mut self, done: u64, index: usize, state: &Book) -> bool {
        self.path.push(index);
        let explained = self.go(done | 1 << index, state);
        if !explained {
            self.path.pop();
        }
        explained
    }
}
