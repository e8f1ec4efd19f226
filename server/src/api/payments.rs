//! `GET /api/test`, `GET /api/payments` and `GET /api/payments/{number}`: the first user's own addresses, beside the
//! contract. In production the payments are the owner's alone to see.

use super::Shared;
use super::body::OrderIdText;
use super::first_page::{Payment, statuses};
use crate::access::{MayCount, Owner};
use crate::error::Problem;
use crate::limits::{PAYMENTS_LISTED_MAX, PAYMENTS_SKIPPED_MAX};
use crate::net::{self, Kind, Visitor};
use crate::text::visible;
use axum::Json;
use axum::extract::{Query, RawQuery, State};
use axum::http::Uri;
use boothpay_store::Payments;
use serde::Serialize;
use serde_json::{Value, json};

/// Payments in a page when nobody says how many: as his own back end.
pub(crate) const LIMIT_DEFAULT: u32 = 100;

#[derive(Serialize)]
pub(crate) struct List {
    total: i64,
    limit: u32,
    offset: u32,
    payments: Vec<Payment>,
}

/// Whether the server is there, with its database.
pub(crate) async fn test(
    State(app): Shared,
    MayCount(may_count): MayCount,
    visitor: Visitor,
) -> Result<Json<Value>, Problem> {
    net::allow(&app, Kind::Status, &visitor)?;
    let count: i64 = app.store.order_counts().await?.into_iter().map(|(_, orders)| orders).sum();
    Ok(Json(json!({
        "status": "OK",
        "message": "Boothpay is running",
        "database": "connected",
        "payments_count": may_count.then_some(count),
    })))
}

/// A page of the payments, newest first.
pub(crate) async fn list(State(app): Shared, _owner: Owner, RawQuery(query): RawQuery) -> Result<Json<List>, Problem> {
    let Asked { limit, offset, status } = Asked::read(query.as_deref().unwrap_or_default())?;
    let statuses = match status {
        Some(word) => statuses(&word).ok_or_else(|| {
            let detail = "status is not known here; possible: pending, success, canceled, failed";
            Problem::bad_request(detail)
        })?,
        None => Vec::new(),
    };
    let counts = app.store.order_counts().await?;
    let chosen = counts.iter().filter(|(status, _)| statuses.is_empty() || statuses.contains(status));
    let total = chosen.map(|(_, orders)| orders).sum();
    let rows = app.store.payments(Payments::Page { statuses, limit, offset }).await?;
    Ok(Json(List { total, limit, offset, payments: rows.iter().map(Payment::of).collect() }))
}

/// One payment, by the number that the list gives it.
pub(crate) async fn one(
    State(app): Shared,
    _owner: Owner,
    OrderIdText(number): OrderIdText,
) -> Result<Json<Payment>, Problem> {
    let nothing = || Problem::not_found(format!("there is no payment with number {}", visible(&number)));
    let known: i64 = number.parse().map_err(|_| nothing())?;
    let rows = app.store.payments(Payments::Numbered(known)).await?;
    rows.first().map(|row| Json(Payment::of(row))).ok_or_else(nothing)
}

struct Asked {
    limit: u32,
    offset: u32,
    status: Option<String>,
}

impl Asked {
    /// Reads the part of an address behind `?`. A limit above the highest is taken for it; the answer says which it was.
    fn read(query: &str) -> Result<Self, Problem> {
        let unreadable = || Problem::bad_request("what follows ? in the address cannot be read");
        let address: Uri = format!("/?{query}").parse().map_err(|_| unreadable())?;
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&address).map_err(|_| unreadable())?;
        let mut asked = Self { limit: LIMIT_DEFAULT, offset: 0, status: None };
        for (name, value) in pairs {
            match name.as_str() {
                "limit" => asked.limit = number("limit", &value)?.min(PAYMENTS_LISTED_MAX),
                "offset" => asked.offset = number("offset", &value)?,
                "status" if !value.is_empty() => asked.status = Some(value),
                // His page adds some against caches.
                _ => {}
            }
        }
        if asked.offset > PAYMENTS_SKIPPED_MAX {
            let detail =
                format!("offset may be at most {PAYMENTS_SKIPPED_MAX}; ask for one status, or with boothpay order");
            return Err(Problem::bad_request(detail));
        }
        Ok(asked)
    }
}

/// A whole number; more digits than fit are the highest there is.
fn number(name: &str, value: &str) -> Result<u32, Problem> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return Err(Problem::bad_request(format!("{name} must be a whole number, zero or more")));
    }
    Ok(value.parse().unwrap_or(u32::MAX))
}
