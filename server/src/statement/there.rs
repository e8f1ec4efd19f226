//! The statement's payments: a row for the money, and the rows for its way back, are one payment.

use super::compare::Ours;
use super::{Line, Meaning};
use std::collections::HashMap;

/// A payment of the statement, with what its rows say together.
pub(super) struct There<'a> {
    pub(super) line: &'a Line,
    /// What went back.
    pub(super) back: Option<i64>,
}

/// How much of a payment went back at the wallet.
pub(super) enum Back {
    Nothing,
    /// So much of it.
    Part(i64),
    All,
}

impl There<'_> {
    /// What stays of what came.
    pub(super) fn stays(&self, came: i64) -> i64 {
        came.saturating_sub(self.back.unwrap_or(0)).max(0)
    }

    /// How much of `whole` went back.
    pub(super) fn back_of(&self, whole: i64) -> Back {
        match self.back {
            None => Back::Nothing,
            Some(back) if back < whole => Back::Part(back),
            Some(_) => Back::All,
        }
    }
}

/// The payments, and the rows that repeat one. A way back that would make more go back than came, beside another, is such a row.
pub(super) fn payments<'a>(lines: &'a [Line], ours: &Ours<'_>) -> (Vec<There<'a>>, Vec<&'a Line>) {
    let (mut found, mut twice) = (Gathered::default(), Vec::new());
    for line in lines.iter().filter(|line| line.meaning == Meaning::Paid) {
        if found.places.contains_key(key(line)) {
            twice.push(line);
            continue;
        }
        found.begin(line, None, ours);
    }
    for line in lines.iter().filter(|line| line.meaning == Meaning::Refunded) {
        let Some(payment) = found.of_way_back(line, ours).and_then(|place| found.payments.get_mut(place)) else {
            // The list has one row for a payment, with its state of today; or its money came on another day.
            found.begin(line, Some(line.tiyin), ours);
            continue;
        };
        let of_line = (payment.line.meaning == Meaning::Paid).then_some(payment.line.tiyin);
        let came = of_line.or_else(|| ours.place(payment.line).and_then(|place| ours.tiyin(place)));
        let back = payment.back.unwrap_or(0).saturating_add(line.tiyin);
        if payment.back.is_some() && came.is_some_and(|came| back > came) {
            twice.push(line);
        } else {
            payment.back = Some(back);
        }
    }
    (found.payments, twice)
}

/// The payments by what a row for a way back may name.
#[derive(Default)]
struct Gathered<'a> {
    payments: Vec<There<'a>>,
    places: HashMap<&'a str, usize>,
    /// By the place of ours.
    by_ours: HashMap<usize, usize>,
    /// By the order, in small letters.
    by_order: HashMap<String, usize>,
}

impl<'a> Gathered<'a> {
    fn begin(&mut self, line: &'a Line, back: Option<i64>, ours: &Ours<'_>) {
        let place = self.payments.len();
        self.places.insert(key(line), place);
        if line.meaning == Meaning::Paid {
            if let Some(of_ours) = ours.place(line) {
                self.by_ours.entry(of_ours).or_insert(place);
            }
            self.by_order.extend(line.order.as_deref().map(|order| (order.to_lowercase(), place)));
        }
        self.payments.push(There { line, back });
    }

    /// The payment whose money a row says went back. A way back may have an id of its own and name the order alone: then it is the order's
    /// payment that went back here too. Another one is meant only by a sum with a minus, for the row of an order's other attempt, which came
    /// and went back, looks just so.
    fn of_way_back(&self, line: &Line, ours: &Ours<'_>) -> Option<usize> {
        if let Some(place) = self.places.get(key(line)) {
            return Some(*place);
        }
        // A wallet may have two ids for a payment.
        if let Some(place) = ours.named(line) {
            return self.by_ours.get(&place).copied();
        }
        let of_order = ours.of_order(line);
        let first = |is_meant: &dyn Fn(&usize) -> bool| {
            of_order.iter().filter(|it| is_meant(it)).find_map(|it| self.by_ours.get(it).copied())
        };
        let by_order = || line.order.as_deref().and_then(|order| self.by_order.get(&order.to_lowercase()).copied());
        let whole = |place: &usize| ours.is_back(*place) && ours.tiyin(*place) == Some(line.tiyin);
        let any = || if line.is_minus { first(&|_| true).or_else(by_order) } else { None };
        first(&whole).or_else(any)
    }
}

fn key(line: &Line) -> &str {
    line.id.as_deref().or(line.order.as_deref()).unwrap_or_default()
}
