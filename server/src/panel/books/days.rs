//! The days that were compared: what each side has, and whether somebody still has to see to something.

use super::super::say;
use super::super::today::provider_key;
use super::super::words::Words;
use super::{about, is_near_midnight};
use crate::app::App;
use boothpay_protocol::difference::{ComparedDay, Difference};

/// Orders that the line of a day names.
const ORDERS_NAMED_MAX: usize = 5;

pub(super) struct DayRow {
    pub(super) day: String,
    pub(super) wallet: &'static str,
    pub(super) there: String,
    pub(super) here: String,
    pub(super) verdict: String,
    pub(super) agrees: bool,
}

impl DayRow {
    /// With `is_more` there are more open differences than these, so a day that has none among them may have some all the same.
    pub(super) fn of(
        day: &ComparedDay,
        open: &[Difference],
        is_more: bool,
        waiting: &[Difference],
        app: &App,
        words: &'static Words,
    ) -> Self {
        let side =
            |(count, tiyin): (i64, i64)| format!("{} ({})", say::sum(tiyin, words.language()), say::number(count));
        let is_of =
            |it: &&Difference| it.provider == day.provider && say::local(it.at, app).date().to_string() == day.day;
        let of_day: Vec<&Difference> = open.iter().filter(is_of).collect();
        let still_open = i64::try_from(of_day.len()).unwrap_or(i64::MAX);
        let mut orders: Vec<String> = Vec::new();
        for name in of_day.iter().map(|it| say::order(about(it))) {
            if !orders.contains(&name) {
                orders.push(name);
            }
        }
        if orders.len() > ORDERS_NAMED_MAX {
            orders.truncate(ORDERS_NAMED_MAX);
            orders.push("…".to_owned());
        }
        let wait: Vec<&Difference> = waiting.iter().filter(is_of).collect();
        let verdict = match (still_open, day.differences) {
            (0, 0) if !wait.is_empty() => {
                let is_beside = wait.iter().any(|it| is_near_midnight(it, app));
                let key = if is_beside { "books.waits" } else { "books.waits_later" };
                words.fill(key, &[("count", &say::number(i64::try_from(wait.len()).unwrap_or(i64::MAX)))])
            }
            (0, 0) => words.t("books.agrees").to_owned(),
            (0, count) if is_more => words.fill("books.differ", &[("count", &say::number(count)), ("orders", "…")]),
            (0, _) => words.t("books.seen_to").to_owned(),
            (count, _) => words.fill("books.differ", &[("count", &say::number(count)), ("orders", &orders.join(", "))]),
        };
        let shown = day.day.parse().map_or_else(|_| day.day.clone(), |it| say::day(it, words.language()));
        Self {
            day: shown,
            wallet: words.t(provider_key(day.provider)),
            there: side(day.there),
            here: side(day.here),
            verdict,
            agrees: still_open == 0 && (day.differences == 0 || !is_more),
        }
    }
}
