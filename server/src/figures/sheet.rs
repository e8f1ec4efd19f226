//! A report as a CSV file: a row for each hour, day or month.

use super::words::words;
use super::{Period, Report};
use crate::sheet::csv;
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
            words.owed.to_owned(),
            soum(words.owed),
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
        csv::row(&mut file, header.iter().map(|label| csv::Cell::Text(label)));
        for (part, figures) in &self.parts {
            let (part, money, shown, owed) = (part.to_string(), &figures.money, &figures.shown, figures.owed_back());
            let cells = [
                csv::Cell::Text(&part),
                csv::Cell::Number(money.paid.count),
                csv::Cell::Soum(money.paid.tiyin),
                csv::Cell::Number(money.refunded.count),
                csv::Cell::Soum(money.refunded.tiyin),
                csv::Cell::Soum(money.net().tiyin),
                csv::Cell::Number(owed.count),
                csv::Cell::Soum(owed.tiyin),
                csv::Cell::Number(shown.made),
                csv::Cell::Number(shown.sold),
                csv::Cell::Number(shown.copies),
                csv::Cell::Number(shown.waiting),
                csv::Cell::Number(shown.cancelled_unscanned),
                csv::Cell::Number(shown.cancelled_begun),
                csv::Cell::Number(shown.expired_unscanned),
                csv::Cell::Number(shown.expired_begun),
            ];
            csv::row(&mut file, cells);
        }
        file
    }
}
