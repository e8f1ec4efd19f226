//! `POST /api/generate-qr`: stores an order and returns the code that pays it.

use super::{Shared, body};
use crate::access::MayOffer;
use crate::app::App;
use crate::config::UzqrCode;
use crate::error::Problem;
use crate::kiosk::ready;
use crate::net::Visitor;
use crate::orders::Orders;
use crate::qr;
use crate::uzum_qr;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::{Copies, OrderStatus};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::money::{Tiyin, WrittenSumError};
use boothpay_protocol::time::TimeMs;
use boothpay_protocol::uzum_qr::let_go;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Members stay text, so that an amount is read exactly and a wrong type gets a reason of its own.
#[derive(Deserialize)]
struct Asked<'a> {
    #[serde(borrow)]
    order_id: Option<&'a RawValue>,
    #[serde(borrow, rename = "paymentType")]
    payment_type: Option<&'a RawValue>,
    #[serde(borrow)]
    amount: Option<&'a RawValue>,
    #[serde(borrow)]
    copies: Option<&'a RawValue>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    qr_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payme_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    click_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uzum_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_url: Option<String>,
    #[serde(rename = "order_id")]
    order_id: String,
    #[serde(rename = "expires_at")]
    expires_at: i64,
}

/// Answers once the order is stored.
pub(crate) async fn handle(
    State(app): Shared,
    leave: MayOffer,
    visitor: Visitor,
    headers: HeaderMap,
    request: Body,
) -> Result<Response, Problem> {
    leave.count(&app, &visitor)?;
    body::require_json(&headers)?;
    let bytes = body::read(&app, request).await?;
    let asked: Asked<'_> = body::parse(&bytes)?;
    let id = body::order_id(&body::text(asked.order_id, "order_id")?)?;
    let chosen = payment_type(&app, asked.payment_type)?;
    let amount = asked.amount.ok_or_else(|| Problem::bad_request("amount is missing"))?;
    let amount = amount_soum(amount)?;
    let copies = copies(asked.copies, app.settings.prices.max_copies)?;
    if let Err(closed) = ready::must_be_open(&app)
        && !is_asked_for(&app.store.rows(Needs::order(id.clone())).await?, app.clock.now())
    {
        return Err(closed);
    }
    let orders = Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::Api };
    let order = orders
        .offer(id, amount, copies, Some(chosen))
        .await?
        .map_err(|conflict| Problem::conflict(conflict.to_string()))?;
    let link = match chosen {
        Provider::UzumQr => uzum_qr::make_sure(&app, &order.id).await?,
        Provider::Payme | Provider::Click | Provider::Uzum | Provider::Uzqr | Provider::Test => {
            app.settings.pay_link(chosen, &order, None)
        }
    };
    let qr_code = match (chosen, &app.settings.uzqr.code, &link) {
        (Provider::Uzqr, Some(UzqrCode::Picture(picture)), _) => picture.data_uri(),
        (_, _, Some(link)) => {
            qr::data_uri(link).ok_or_else(|| Problem::bad_request("the link is too long for a code"))?
        }
        (Provider::UzumQr, _, None) => return Err(Problem::conflict("this order cannot be paid now")),
        (_, _, None) => return Err(Problem::bad_request("paymentType is not connected here")),
    };
    let url = |provider| link.clone().filter(|_| chosen == provider);
    let answer = Answer {
        qr_code,
        payme_url: url(Provider::Payme),
        click_url: url(Provider::Click),
        uzum_url: url(Provider::Uzum).or_else(|| url(Provider::UzumQr)),
        payment_url: link.clone(),
        order_id: order.id.to_string(),
        expires_at: order.expires_at.ms(),
    };
    Ok(Json(answer).into_response())
}

/// Whether money is asked for an order already, or is asked no more: the answer is the one from before. For every other one it would be asked
/// anew.
fn is_asked_for(rows: &Rows, now: TimeMs) -> bool {
    let Some(order) = &rows.order else { return false };
    match order.status {
        OrderStatus::Pending => {
            let is_being_paid = rows.holder.as_ref().is_some_and(|holder| let_go(holder).is_none());
            is_being_paid || !order.is_past_expiry(now)
        }
        OrderStatus::Paid | OrderStatus::Refunded => true,
        OrderStatus::Cancelled | OrderStatus::Expired => false,
    }
}

/// The provider that `paymentType` names, if it is connected. The test payment is no provider that anybody can choose.
pub(crate) fn payment_type(app: &App, raw: Option<&RawValue>) -> Result<Provider, Problem> {
    let word = body::text(raw, "paymentType")?;
    let offered = app.settings.offered();
    // To whoever asks, both are Uzum; which it is here, the settings say.
    let is_code = |named: &Provider| *named == Provider::Uzum && offered.contains(&Provider::UzumQr);
    let named = Provider::from_word(&word).map(|named| if is_code(&named) { Provider::UzumQr } else { named });
    if let Some(provider) = named.filter(|provider| offered.contains(provider)) {
        return Ok(provider);
    }
    let possible = offered.into_iter().map(Provider::word).collect::<Vec<_>>().join(", ");
    Err(Problem::bad_request(match named {
        Some(wallet @ (Provider::Payme | Provider::Click | Provider::Uzum | Provider::UzumQr | Provider::Uzqr)) => {
            let wallet = wallet.word();
            format!(
                "{wallet} is not connected here: its settings are in [{wallet}] of boothpay.toml; possible: {possible}"
            )
        }
        Some(Provider::Test) | None => format!("paymentType is not known here; possible: {possible}"),
    }))
}

/// An amount in soum, as a number or as text, as the first user's page sends it. Both are plain decimals, with at most two digits
/// behind the point; a number may have an exponent, as programs write large ones.
fn amount_soum(raw: &RawValue) -> Result<Tiyin, Problem> {
    let refuse = |error: WrittenSumError| Problem::bad_request(error.to_string());
    let raw = raw.get();
    if raw.starts_with(|first: char| first.is_ascii_digit() || first == '-') && raw.contains(['e', 'E']) {
        return Tiyin::from_soum_text(raw).map_err(|error| refuse(error.into()));
    }
    if !raw.starts_with('"') {
        return Tiyin::from_written_soum(raw).map_err(refuse);
    }
    let text: String =
        serde_json::from_str(raw).map_err(|_| Problem::bad_request("amount is not readable text".to_owned()))?;
    Tiyin::from_written_soum(&text).map_err(refuse)
}

/// The number of copies; one when nothing is said, as the first user's page says nothing. The booth's limit holds for every
/// caller: its printer is the same.
fn copies(raw: Option<&RawValue>, most: u16) -> Result<Copies, Problem> {
    let Some(raw) = raw else { return Ok(Copies::ONE) };
    let copies = body::whole(raw).filter(|copies| *copies <= most);
    let copies = copies.and_then(|copies| Copies::new(copies).ok());
    copies.ok_or_else(|| Problem::bad_request(format!("copies must be a whole number from 1 to {most}")))
}
