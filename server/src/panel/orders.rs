//! Orders: a page of them, newest first, by what they have in common; and the one that is meant by a number.

use super::frame::{Frame, Section, Stop, When, show};
use super::say;
use super::seat::Seat;
use super::today::provider_key;
use super::words::Words;
use crate::app::App;
use crate::orders::meant_by;
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use boothpay_protocol::ledger::order::{Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::provider::{Provider, ProviderId};
use boothpay_protocol::ledger::transaction::Transaction;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::uzum_qr;
use boothpay_store::{OrderPage, OrderSearch, PaymentRow, StoreError};
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

/// Orders of a page: what a phone shows without waiting.
const ROWS: u32 = 50;

/// What an address may say. A number that cannot be read is as if it were not there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    status: String,
    provider: String,
    sum: String,
    day: String,
    before: String,
}

/// A choice of a filter.
struct Choice {
    word: &'static str,
    name: &'static str,
    is_chosen: bool,
}

/// An order in a list.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) when: When,
    pub(super) sum: String,
    pub(super) copies: u16,
    pub(super) status: &'static str,
    pub(super) status_name: &'static str,
    pub(super) provider: &'static str,
}

impl Row {
    pub(super) fn of(row: &PaymentRow, app: &App, words: &'static Words) -> Self {
        let order = &row.order;
        let status = standing(order, row.transaction.as_ref().is_some_and(is_being_paid));
        let provider = row.transaction.as_ref().map(|it| it.provider).or(order.chosen);
        Self {
            id: order.id.to_string(),
            number: say::order(order.id.as_str()),
            when: When::of(order.created_at, app, words),
            sum: say::sum(order.amount.tiyin(), words.language()),
            copies: order.copies.get(),
            status,
            status_name: words.t(status_key(status)),
            provider: provider.map_or("—", |provider| words.t(provider_key(provider))),
        }
    }
}

/// Whether somebody has begun to pay by it. Of a code that is only shown, nobody has.
pub(super) fn is_being_paid(transaction: &Transaction) -> bool {
    transaction.state.holds() && !uzum_qr::is_shown(transaction)
}

/// How an order stands, for an owner: its status, or that somebody is just paying it, or that its money is owed back.
pub(super) const fn standing(order: &Order, is_held: bool) -> &'static str {
    match order.status {
        OrderStatus::Pending if is_held => "processing",
        OrderStatus::Pending => "pending",
        OrderStatus::Paid if order.refund_asked_at.is_some() => "owed",
        OrderStatus::Paid => "paid",
        OrderStatus::Cancelled => "cancelled",
        OrderStatus::Refunded => "refunded",
        OrderStatus::Expired => "expired",
    }
}

/// The key of the name of what [`standing`] gives.
pub(super) fn status_key(standing: &str) -> &'static str {
    match standing {
        "processing" => "status.processing",
        "pending" => "status.pending",
        "owed" => "status.owed",
        "paid" => "status.paid",
        "cancelled" => "status.cancelled",
        "refunded" => "status.refunded",
        _ => "status.expired",
    }
}

#[derive(Template)]
#[template(path = "panel/orders.html")]
struct OrdersPage {
    f: Frame,
    asked: Asked,
    statuses: Vec<Choice>,
    providers: Vec<Choice>,
    rows: Vec<Row>,
    /// Where older ones are.
    older: Option<String>,
    /// Whether this is not the first page.
    is_later: bool,
    /// What could not be found or read, in words.
    remark: Option<&'static str>,
}

/// The page; or, where a number means one order, that order.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    seat: Seat,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Stop> {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let words = seat.words();
    let mut remark = None;
    if !asked.q.trim().is_empty() {
        if let Some(id) = meant(&app, asked.q.trim()).await? {
            return Ok(Redirect::to(&format!("/admin/orders/{id}")).into_response());
        }
        remark = Some(words.t("orders.not_found"));
    }
    let mut search = OrderSearch {
        status: OrderStatus::from_word(&asked.status),
        provider: Provider::from_word(&asked.provider),
        before: asked.before.parse().ok(),
        ..OrderSearch::default()
    };
    match sum_of(&asked.sum) {
        Ok(amount) => search.amount = amount,
        Err(()) => remark = Some(words.t("orders.bad_sum")),
    }
    match day_of(&asked.day, &app) {
        Ok(made) => search.made = made,
        Err(()) => remark = Some(words.t("orders.bad_day")),
    }
    let OrderPage { rows, next } = app.store.find_orders(search, ROWS).await?;
    let older = next.map(|before| address(&asked, before));
    let statuses = OrderStatus::ALL
        .map(|status| Choice {
            word: status.word(),
            name: words.t(status_key(status.word())),
            is_chosen: status.word() == asked.status,
        })
        .into();
    let providers = Provider::ALL
        .map(|provider| Choice {
            word: provider.word(),
            name: words.t(provider_key(provider)),
            is_chosen: provider.word() == asked.provider,
        })
        .into();
    let rows = rows.iter().map(|row| Row::of(row, &app, words)).collect();
    let is_later = !asked.before.is_empty();
    show(&OrdersPage {
        f: seat.frame(&app, Section::Orders),
        asked,
        statuses,
        providers,
        rows,
        older,
        is_later,
        remark,
    })
}

/// The order that is meant: by its number, however it is written, by a provider's id of one of its transactions, by the number of Click's receipt, or
/// by ours of a transaction.
async fn meant(app: &App, text: &str) -> Result<Option<OrderId>, StoreError> {
    if let Ok((id, number)) = meant_by(text) {
        let ids: Vec<OrderId> = [id].into_iter().chain(number).collect();
        if let Some(story) = app.store.story(&ids).await? {
            return Ok(Some(story.order.id));
        }
    }
    // Wallets write letters small. We keep Click's number behind that of the service; Click's cabinet shows it alone.
    let of_services = app.settings.click.services.iter().map(|service| format!("{}:{text}", service.id));
    let written = [text.to_owned(), text.to_lowercase()].into_iter().chain(of_services);
    for id in written.filter_map(|text| ProviderId::parse(&text).ok()) {
        for provider in Provider::ALL {
            if let Some(order) = app.store.order_of(provider, id.clone()).await? {
                return Ok(Some(order));
            }
        }
    }
    match text.parse() {
        Ok(number) => app.store.order_of_number(number).await,
        Err(_) => Ok(None),
    }
}

/// A sum as a person writes it.
fn sum_of(text: &str) -> Result<Option<Tiyin>, ()> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let tiyin = crate::statement::sum_as_written(text).ok_or(())?;
    Tiyin::new(tiyin).map(Some).map_err(|_| ())
}

/// A day in the booth's zone, as a browser's field gives it: from when to when it is.
fn day_of(text: &str, app: &App) -> Result<Option<(TimeMs, TimeMs)>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let day: Date = text.parse().map_err(|_| ())?;
    say::bounds(day, app).map(Some).ok_or(())
}

/// The address of the page that goes on.
fn address(asked: &Asked, before: i64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let fields = [("status", &asked.status), ("provider", &asked.provider), ("sum", &asked.sum), ("day", &asked.day)];
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    query.append_pair("before", &before.to_string());
    format!("/admin/orders?{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_read_as_people_write_it() {
        for text in ["25000", "25 000", " 25\u{a0}000 ", "25000,00", "25000.0"] {
            assert_eq!(sum_of(text), Ok(Some(Tiyin::new(2_500_000).unwrap())), "{text}");
        }
        assert_eq!(sum_of(" "), Ok(None));
        for text in ["x", "-5", "0", "1e9999"] {
            assert_eq!(sum_of(text), Err(()), "{text}");
        }
    }
}
