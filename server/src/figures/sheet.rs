//! A report as a CSV file: a row for each hour, day or month.

use super::words::words;
use super::{Period, Report};
use crate::sheet::{Cell, csv};
use boothpay_protocol::ledger::language::Language;

impl Report {
    /// The report as a CSV file ([`crate::sheet::csv`]): a row for each part, also for those in which nothing was sold. What a
    /// spreadsheet can add up is not added up here.
    pub fn csv(&self, language: Language) -> String {
        let words = words(language);
        let part = match self.period {
            Period::Day(_) => words.hour,
            Period::Month(_) => words.day,
            Period::Year(_) => words.month,
        };
        let soum = |label: &str| format!("{label}, {}", words.soum);
        let header = [
            part.to_owned(),
            words.paid.to_owned(),
            soum(words.paid),
            words.refunded.to_owned(),
            soum(words.refunded),
            soum(words.net),
            words.of_that_unverified.to_owned(),
            soum(words.of_that_unverified),
            words.of_that_tests.to_owned(),
            soum(words.of_that_tests),
            words.owed.to_owned(),
            soum(words.owed),
            words.went_back.to_owned(),
            soum(words.went_back),
            words.codes.to_owned(),
            words.sold.to_owned(),
            words.copies.to_owned(),
            words.waiting.to_owned(),
            words.cancelled_unscanned.to_owned(),
            words.cancelled_begun.to_owned(),
            words.expired_unscanned.to_owned(),
            words.expired_begun.to_owned(),
        ];
        let mut file = csv::begin();
        csv::row(&mut file, header.iter().map(|label| Cell::Text(label)));
        for (part, figures) in &self.parts {
            let (part, money, shown, owed) = (part.to_string(), &figures.money, &figures.shown, figures.owed_back());
            let cells = [
                Cell::Text(&part),
                Cell::Number(money.paid.count),
                Cell::Soum(money.paid.tiyin),
                Cell::Number(money.refunded.count),
                Cell::Soum(money.refunded.tiyin),
                Cell::Soum(money.net().tiyin),
                Cell::Number(money.unverified.count),
                Cell::Soum(money.unverified.tiyin),
                Cell::Number(money.tests.count),
                Cell::Soum(money.tests.tiyin),
                Cell::Number(owed.count),
                Cell::Soum(owed.tiyin),
                Cell::Number(money.went_back.count),
                Cell::Soum(money.went_back.tiyin),
                Cell::Number(shown.made),
                Cell::Number(shown.sold),
                Cell::Number(shown.copies),
                Cell::Number(shown.waiting),
                Cell::Number(shown.cancelled_unscanned),
                Cell::Number(shown.cancelled_begun),
                Cell::Number(shown.expired_unscanned),
                Cell::Number(shown.expired_begun),
            ];
            csv::row(&mut file, cells);
        }
        file
    }
}
