//! A report for people to read in a terminal.

use super::rows::MoneyRow;
use super::words::{Words, words};
use super::{Figures, Report, Sum};
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::money::Soum;

/// Letters of the first column: the longest label of any language.
const LABEL: usize = 36;

impl Report {
    /// The report as lines, in a language.
    pub fn text(&self, language: Language) -> String {
        let words = words(language);
        let mut page = Page { text: String::new(), words };
        page.line(format_args!("{} {} ({})", words.report, self.period, self.zone.iana_name().unwrap_or_default()));
        page.line(format_args!(""));
        self.totals(&mut page);
        self.shown(&mut page);
        let parts =
            self.parts.iter().map(|(part, figures)| (part.to_string(), figures.money.net(), figures.shown.copies_kept));
        page.table(self.by_part(words), parts);
        let providers = self.by_provider.iter().map(|(it, money)| (provider_name(*it, words), money.net(), 0));
        page.table(words.by_provider, providers);
        if self.by_booth.len() > 1 {
            let booths = self.by_booth.iter().map(|(it, of)| (it.to_string(), of.money.net(), of.shown.copies_kept));
            page.table(words.by_booth, booths);
        }
        page.text
    }

    fn totals(&self, page: &mut Page) {
        let words = page.words;
        let (before, compared) = self.compared(words);
        page.line(format_args!("{:LABEL$}{:>9}{:>18}   {compared}", "", words.count, words.soum));
        for MoneyRow { label, now, then } in self.money_rows(words) {
            page.line(format_args!(
                "{label:LABEL$}{:>9}{:>18}   {}",
                now.count,
                grouped(now.tiyin, words),
                grouped(then.tiyin, words)
            ));
        }
        if self.owed_now != Sum::default() {
            let (count, soum) = (self.owed_now.count, grouped(self.owed_now.tiyin, words));
            page.line(format_args!("{:LABEL$}{count:>9}{soum:>18}", words.owed_now));
        }
        let average =
            |it: &Figures| it.money.average_tiyin().map_or_else(|| "–".to_owned(), |tiyin| grouped(tiyin, words));
        page.line(format_args!("{:LABEL$}{:>27}   {}", words.average, average(&self.total), average(before)));
        let copies = |it: &Figures| {
            it.shown.copies_hundredths().map_or_else(|| "–".to_owned(), |number| decimal_in(number, 2, words))
        };
        page.line(format_args!("{:LABEL$}{:>27}   {}", words.copies_per_order, copies(&self.total), copies(before)));
    }

    fn shown(&self, page: &mut Page) {
        let (words, shown) = (page.words, &self.total.shown);
        page.line(format_args!(""));
        page.line(format_args!("{:LABEL$}{:>9}", words.codes, shown.made));
        let percent = shown.sold_of_thousand().map(|it| format!("{} % {}", decimal_in(it, 1, words), words.of_ended));
        for (label, count) in self.shown_rows(words) {
            let note = percent.as_deref().filter(|_| label == words.sold).unwrap_or_default();
            page.line(format_args!("  {label:34}{count:>9}   {note}"));
        }
    }
}

/// Lines in a language.
struct Page {
    text: String,
    words: &'static Words,
}

impl Page {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        self.text.push_str(line.to_string().trim_end());
        self.text.push('\n');
    }

    /// Rows that have something.
    fn table(&mut self, title: &str, rows: impl Iterator<Item = (String, Sum, i64)>) {
        self.line(format_args!(""));
        self.line(format_args!("{title}"));
        let mut is_empty = true;
        for (label, sum, copies) in rows.filter(|(_, sum, copies)| *sum != Sum::default() || *copies != 0) {
            is_empty = false;
            let copies = if copies == 0 { String::new() } else { format!("{}: {copies}", self.words.copies) };
            self.line(format_args!("  {label:34}{:>9}{:>18}   {copies}", sum.count, grouped(sum.tiyin, self.words)));
        }
        if is_empty {
            self.line(format_args!("  {}", self.words.nothing));
        }
    }
}

/// A provider's name for people.
pub(crate) fn provider_name(provider: Provider, words: &Words) -> String {
    match provider {
        Provider::Payme => "Payme".to_owned(),
        Provider::Click => "Click".to_owned(),
        Provider::Uzum => "Uzum".to_owned(),
        Provider::UzumQr => "Uzum QR".to_owned(),
        Provider::Uzqr => format!("UzQR ({})", words.unverified),
        Provider::Test => words.test_payments.to_owned(),
    }
}

/// A number that counts tenths or hundredths, with the decimal mark of a language: a comma but in English.
pub(crate) fn decimal_in(number: i64, decimals: usize, words: &Words) -> String {
    decimal(number, decimals, mark(words))
}

/// A number that counts tenths or hundredths.
pub(super) fn decimal(number: i64, decimals: usize, mark: char) -> String {
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = decimals.saturating_add(1));
    let (whole, rest) = digits.split_at(digits.len().saturating_sub(decimals));
    format!("{}{whole}{mark}{rest}", if number < 0 { "-" } else { "" })
}

/// The decimal mark of a language: a comma but in English.
fn mark(words: &Words) -> char {
    if std::ptr::eq(words, self::words(Language::En)) { '.' } else { ',' }
}

/// A sum in soum with blanks between the thousands: `1 025 000`, `99.50`; with the decimal mark of a language.
pub(crate) fn grouped(tiyin: i64, words: &Words) -> String {
    let plain = Soum::from_tiyin(tiyin).to_string();
    let (whole, rest) = plain.split_once('.').map_or((plain.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && digits.len().saturating_sub(place) % 3 == 0 {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    match rest {
        Some(rest) => format!("{grouped}{}{rest}", mark(words)),
        None => grouped,
    }
}
