//! What the lines of a report say, for all who show one to people: a terminal, a page.

use super::words::Words;
use super::{Figures, Period, Report, Sum};

/// One of a period's sums.
type Of = fn(&Figures) -> Sum;

/// A sum of the period beside the same of what it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MoneyRow {
    /// What it is.
    pub(crate) label: &'static str,
    /// Of the period.
    pub(crate) now: Sum,
    /// Of what it is compared with.
    pub(crate) then: Sum,
}

impl Report {
    /// What it is compared with: as much of the one before as has passed of one that is not over; and its name.
    pub(crate) fn compared(&self, words: &'static Words) -> (&Figures, String) {
        let name = match self.period {
            Period::Day(_) => words.week_before,
            Period::Month(_) => words.month_before,
            Period::Year(_) => words.year_before,
        };
        match &self.before.by_now {
            Some(by_now) => (by_now, format!("{name}, {}", words.to_this_hour)),
            None => (&self.before.total, name.to_owned()),
        }
    }

    /// The money. A booth without UzQR has no line for what is unverified, and one without test payments none for these.
    pub(crate) fn money_rows(&self, words: &'static Words) -> Vec<MoneyRow> {
        let rows: [(&'static str, Of); 8] = [
            (words.paid, |it| it.money.paid),
            (words.refunded, |it| it.money.refunded),
            (words.net, |it| it.money.net()),
            (words.of_that_unverified, |it| it.money.unverified),
            (words.of_that_tests, |it| it.money.tests),
            (words.owed, Figures::owed_back),
            (words.given_back, |it| it.money.given_back),
            (words.went_back, |it| it.money.went_back),
        ];
        let (before, _) = self.compared(words);
        let row = |(label, of): (_, Of)| MoneyRow { label, now: of(&self.total), then: of(before) };
        let is_said = |row: &MoneyRow| {
            let is_rare = row.label == words.of_that_unverified || row.label == words.of_that_tests;
            !is_rare || row.now != Sum::default() || row.then != Sum::default()
        };
        rows.into_iter().map(row).filter(is_said).collect()
    }

    /// What became of the codes that were shown.
    pub(crate) fn shown_rows(&self, words: &'static Words) -> [(&'static str, i64); 6] {
        let shown = &self.total.shown;
        [
            (words.sold, shown.sold),
            (words.waiting, shown.waiting),
            (words.cancelled_unscanned, shown.cancelled_unscanned),
            (words.cancelled_begun, shown.cancelled_begun),
            (words.expired_unscanned, shown.expired_unscanned),
            (words.expired_begun, shown.expired_begun),
        ]
    }

    /// The title above the parts.
    pub(crate) const fn by_part(&self, words: &'static Words) -> &'static str {
        match self.period {
            Period::Day(_) => words.by_hour,
            Period::Month(_) => words.by_day,
            Period::Year(_) => words.by_month,
        }
    }
}
