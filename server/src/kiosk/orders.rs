//! The booth's own API: make an order at the server's price, look at it, close it, reopen it, print it. Order numbers in addresses
//! may be written as people write them: in groups, in small letters.

use super::page::prices;
use super::paid_first;
use super::ready;
use super::sale;
use super::snapshot::{self, Snapshot};
use super::staff;
use crate::access::{Asker, AtBooth};
use crate::api::body::{self, OrderIdText};
use crate::api::generate_qr::payment_type;
use crate::app::App;
use crate::error::Problem;
use crate::net::{self, Kind, Visitor};
use crate::orders::{self, Orders};
use crate::uzum_qr;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::{Order, OrderId};
use boothpay_protocol::ledger::printing::PrintState;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::print::jobs::{self, ReportRefusal};
use boothpay_protocol::print::{self, PageId};
use boothpay_protocol::shop::{CloseRefusal, Prices, PrintRefusal};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;

pub(super) type Shared = State<Arc<App>>;
pub(super) type Answer = Result<Json<Snapshot>, Problem>;

#[derive(Deserialize)]
struct Wanted<'a> {
    #[serde(borrow)]
    copies: Option<&'a RawValue>,
    #[serde(borrow, rename = "paymentType")]
    payment_type: Option<&'a RawValue>,
    lang: Option<String>,
    /// What the page shows as the price, in soum. A page that was left open across a change of prices learns it so.
    shown_soum: Option<String>,
    /// The photo session whose print it pays for, where the booth takes the pictures.
    session: Option<String>,
}

#[derive(Deserialize)]
struct Print<'a> {
    #[serde(borrow)]
    page: Option<&'a RawValue>,
    /// The photo session of the customer who stands before it. Only his visit knows it: the next customer has the same page.
    session: Option<String>,
}

#[derive(Deserialize)]
struct NewCode {
    lang: Option<String>,
}

/// `POST /api/booth/orders`
pub(crate) async fn make(
    State(app): Shared,
    leave: AtBooth,
    visitor: Visitor,
    headers: HeaderMap,
    request: Body,
) -> Answer {
    leave.count(&app, &visitor)?;
    ready::must_be(&app).await?;
    body::require_json(&headers)?;
    let bytes = body::read(&app, request).await?;
    let wanted: Wanted<'_> = body::parse(&bytes)?;
    let chosen = payment_type(&app, wanted.payment_type)?;
    // As many as there is paper for, where the printer says it.
    let left = ready::copies_left(&app).and_then(|left| u16::try_from(left).ok());
    let offered =
        Prices { max_copies: app.settings.prices.max_copies.min(left.unwrap_or(u16::MAX)), ..app.settings.prices };
    let most = offered.max_copies;
    let copies = wanted.copies.and_then(|raw| serde_json::from_str(raw.get()).ok());
    let refuse = |reason: String| Problem::bad_request(reason).with_prices(prices(&offered));
    let copies = copies.ok_or_else(|| refuse(format!("copies must be a whole number from 1 to {most}")))?;
    let (copies, amount) = offered.price(copies).map_err(|error| refuse(error.to_string()))?;
    if wanted.shown_soum.is_some_and(|shown| Tiyin::from_soum_text(&shown) != Ok(amount)) {
        let detail = format!("the price is {} soum now, not what the page showed", amount.soum());
        return Err(Problem::conflict(detail).with_prices(prices(&offered)));
    }
    let language = language(wanted.lang.as_deref())?;
    let session = sale::wanted(&app, wanted.session.as_deref()).await?;
    let order = at_booth(&app).make(amount, copies, Some(chosen), language).await?;
    if let Some(session) = session
        && let Err(problem) = sale::bind(&app, &session, &order.id).await
    {
        // Nobody has seen its code.
        let _ = at_booth(&app).cancel(order.id.clone()).await?;
        return Err(problem);
    }
    if let Err(problem) = uzum_qr::make_sure(&app, &order.id).await {
        // Nobody can pay it, and its pictures are for the next one.
        let _ = at_booth(&app).cancel(order.id.clone()).await?;
        return Err(problem);
    }
    current(&app, order.id, language).await
}

/// `GET /api/booth/orders/{order_id}`
pub(crate) async fn show(State(app): Shared, visitor: Visitor, asker: Asker, OrderIdText(text): OrderIdText) -> Answer {
    look(&app, &visitor, asker, &text).await.map(|(_, order)| order)
}

/// Somebody's look at an order, counted against the limits of who asks. Numbers that are nobody's are guesses, also where somebody only
/// mistyped his own. Too many of them end the asking of strangers, but not that of a screen for the order that is being paid there.
pub(super) async fn look(
    app: &Arc<App>,
    visitor: &Visitor,
    asker: Asker,
    text: &str,
) -> Result<(OrderId, Json<Snapshot>), Problem> {
    asker.count(app, visitor, Kind::Status)?;
    if asker == Asker::Anybody {
        net::may(app, Kind::Claim, visitor)?;
    }
    let id = meant(app, text).await?;
    let answer = current(app, id.clone(), None).await;
    if answer.as_ref().is_err_and(Problem::is_not_found) {
        asker.count(app, visitor, Kind::Claim)?;
    }
    Ok((id, answer?))
}

/// `POST /api/booth/orders/{order_id}/cancel`
pub(crate) async fn cancel(
    State(app): Shared,
    _leave: AtBooth,
    headers: HeaderMap,
    OrderIdText(text): OrderIdText,
) -> Answer {
    body::require_json(&headers)?;
    let id = meant_here(&app, &text).await?;
    match at_booth(&app).cancel(id.clone()).await? {
        Ok(()) => {
            staff::void_code(&app, &id).await?;
            current(&app, id, None).await
        }
        Err(refusal @ CloseRefusal::NotFound) => Err(Problem::not_found(refusal.to_string())),
        Err(refusal @ (CloseRefusal::PaymentInProgress | CloseRefusal::Paid)) => {
            Err(conflict(&app, id, refusal.to_string()).await)
        }
    }
}

/// `POST /api/booth/orders/{order_id}/new-code`
pub(crate) async fn new_code(
    State(app): Shared,
    leave: AtBooth,
    visitor: Visitor,
    headers: HeaderMap,
    OrderIdText(text): OrderIdText,
    request: Body,
) -> Answer {
    leave.count(&app, &visitor)?;
    ready::must_be(&app).await?;
    body::require_json(&headers)?;
    let id = meant_here(&app, &text).await?;
    let bytes = body::read(&app, request).await?;
    let language = language(body::parse::<NewCode>(&bytes)?.lang.as_deref())?;
    match at_booth(&app).reopen(id.clone(), language).await? {
        None => Err(Problem::not_found("there is no such order")),
        Some(Err(refusal)) => Err(conflict(&app, id, refusal.to_string()).await),
        Some(Ok(_)) => {
            uzum_qr::make_sure(&app, &id).await?;
            current(&app, id, language).await
        }
    }
}

/// `POST /api/booth/orders/{order_id}/print`: whether this page prints it. Two screens, two tabs or a friend with the number
/// get one set of prints. A page that asks again, because its answer was lost, hears the same. Of what somebody else has printed already,
/// only who names the order's photo session still gets the code to take the picture home.
pub(crate) async fn print(
    State(app): Shared,
    _leave: AtBooth,
    headers: HeaderMap,
    OrderIdText(text): OrderIdText,
    request: Body,
) -> Result<Json<Granted>, Problem> {
    body::require_json(&headers)?;
    let id = meant_here(&app, &text).await?;
    let bytes = body::read(&app, request).await?;
    let Print { page, session } = body::parse(&bytes)?;
    let page = body::text(page, "page")?;
    let page = PageId::parse(&page).map_err(|error| Problem::bad_request(error.to_string()))?;
    let by_api = app.store.rows(Needs::order(id.clone())).await?.order.is_some_and(|order| order.by_api);
    if by_api && !app.settings.claim_at_screen {
        let detail = "this order was made through the API, not at the booth's screen; to print such orders here, set \
                      claim_at_screen = true in [api]";
        return Err(Problem::forbidden(detail));
    }
    paid_first::finish(&app, &id).await?;
    if app.settings.prints.are_by_job() {
        return want(&app, id, session.as_deref()).await;
    }
    // What cannot be had now is not granted: nobody would print it, and everybody else would hear that it was.
    let rows = app.store.rows(Needs::order(id.clone())).await?;
    if let Some(order) = &rows.order
        && print::grant(&page, &rows, app.clock.now()).reply == Ok(print::Asked::Granted)
    {
        sale::must_be_had(&app, order).await?;
    }
    match at_booth(&app).grant_print(id.clone(), page.clone()).await? {
        Ok(print::Asked::Granted) => granted(&app, id).await,
        Ok(print::Asked::Taken) if print::holder(&app.store.journal(id.clone()).await?) == Some(&page) => {
            granted(&app, id).await
        }
        Ok(print::Asked::Taken) => Err(conflict(&app, id, "this order was printed already".to_owned()).await),
        Err(refusal) => Err(no_print(&app, id, refusal).await),
    }
}

/// Where print jobs print: a job for what the customer has a claim to. The page only shows how far it is, and prints nothing.
async fn want(app: &App, id: OrderId, session: Option<&str>) -> Result<Json<Granted>, Problem> {
    match at_booth(app).want_print(id.clone()).await? {
        Ok(jobs::Wanted::Asked) => followed(app, id).await,
        Ok(jobs::Wanted::Before) => {
            let rows = app.store.rows(Needs::order(id.clone())).await?;
            match rows.order.as_ref().and_then(|order| order.printing).map(|it| it.state) {
                Some(PrintState::Printed) if sale::is_of(app, &id, session).await? => followed(app, id).await,
                Some(PrintState::Printed | PrintState::Stopped) | None => {
                    Err(conflict(app, id, "this order was printed already".to_owned()).await)
                }
                Some(
                    PrintState::Shots { .. }
                    | PrintState::Asked { .. }
                    | PrintState::Begun { .. }
                    | PrintState::Failed
                    | PrintState::Stuck { .. }
                    | PrintState::Unknown
                    | PrintState::Claim { .. },
                ) => followed(app, id).await,
            }
        }
        Err(refusal) => Err(no_print(app, id, refusal).await),
    }
}

#[derive(Deserialize)]
struct CameOut {
    copies: Option<u16>,
}

/// `POST /api/booth/orders/{order_id}/came-out`: what the customer says of prints of which nobody knows whether they came out.
pub(crate) async fn came_out(
    State(app): Shared,
    _leave: AtBooth,
    headers: HeaderMap,
    OrderIdText(text): OrderIdText,
    request: Body,
) -> Answer {
    body::require_json(&headers)?;
    let id = meant_here(&app, &text).await?;
    let bytes = body::read(&app, request).await?;
    let copies = body::parse::<CameOut>(&bytes)?.copies;
    let copies = copies.ok_or_else(|| Problem::bad_request("copies must be the number of copies that came out"))?;
    match at_booth(&app).came_out(id.clone(), copies).await? {
        Ok(()) => current(&app, id, None).await,
        Err(refusal @ (ReportRefusal::Copies | ReportRefusal::NotAll)) => {
            Err(Problem::bad_request(refusal.to_string()))
        }
        Err(ReportRefusal::Over | ReportRefusal::Answered) => {
            Err(conflict(&app, id, "nobody asks that of this order now".to_owned()).await)
        }
    }
}

/// The order, with what its page prints and shows; only the page that got the leave hears it.
#[derive(Serialize)]
pub(crate) struct Granted {
    #[serde(flatten)]
    order: Snapshot,
    #[serde(flatten)]
    prints: sale::Prints,
}

/// For a page that only shows how far the prints are.
async fn followed(app: &App, id: OrderId) -> Result<Json<Granted>, Problem> {
    let prints = sale::taken_home(app, &id).await;
    let Json(order) = current(app, id, None).await?;
    Ok(Json(Granted { order, prints }))
}

/// For a page that prints.
async fn granted(app: &App, id: OrderId) -> Result<Json<Granted>, Problem> {
    let rows = app.store.rows(Needs::order(id.clone())).await?;
    let order = rows.order.ok_or_else(|| Problem::not_found("there is no such order"))?;
    let prints = sale::prints(app, &order).await?;
    let Json(order) = current(app, id, None).await?;
    Ok(Json(Granted { order, prints }))
}

/// `POST /api/booth/orders/{order_id}/printed`: for a program of the owner's own that prints.
pub(crate) async fn printed(
    State(app): Shared,
    _leave: AtBooth,
    headers: HeaderMap,
    OrderIdText(text): OrderIdText,
) -> Answer {
    body::require_json(&headers)?;
    let id = meant_here(&app, &text).await?;
    match at_booth(&app).printed(id.clone()).await? {
        Ok(()) => current(&app, id, None).await,
        Err(refusal) => Err(no_print(&app, id, refusal).await),
    }
}

async fn no_print(app: &App, id: OrderId, refusal: PrintRefusal) -> Problem {
    match refusal {
        PrintRefusal::NotFound => Problem::not_found(refusal.to_string()),
        PrintRefusal::NotPaid
        | PrintRefusal::RefundAsked
        | PrintRefusal::ClaimOver
        | PrintRefusal::NoShots
        | PrintRefusal::Stuck
        | PrintRefusal::NoPicture
        | PrintRefusal::HasJob => conflict(app, id, refusal.to_string()).await,
    }
}

/// The order that is meant by an id in an address.
pub(super) async fn meant(app: &App, text: &str) -> Result<OrderId, Problem> {
    let (id, number) = orders::meant_by(text).map_err(|error| Problem::bad_request(error.to_string()))?;
    match number {
        Some(number) if app.store.rows(Needs::order(id.clone())).await?.order.is_none() => Ok(number),
        Some(_) | None => Ok(id),
    }
}

/// The same, of this booth: an order of another one that shares the database is only looked at here. Its prints would come out there.
pub(super) async fn meant_here(app: &App, text: &str) -> Result<OrderId, Problem> {
    let id = meant(app, text).await?;
    match app.store.rows(Needs::order(id.clone())).await?.order {
        Some(order) => is_here(app, &order).map(|()| id),
        None => Ok(id),
    }
}

/// Whether an order is of this booth, else where its customer has to go.
pub(crate) fn is_here(app: &App, order: &Order) -> Result<(), Problem> {
    if order.booth.id == app.settings.booth.id {
        return Ok(());
    }
    let detail = format!("this order is of another booth, {} ({}): go there with it", order.booth.name, order.booth.id);
    Err(Problem::forbidden(detail))
}

/// An order as it is now, for an answer or a stream.
pub(super) async fn current(app: &App, id: OrderId, language: Option<Language>) -> Answer {
    let rows = app.store.rows(Needs::order(id)).await?;
    match &rows.order {
        Some(order) => Ok(Json(snapshot::of(app, order, rows.holder.as_ref(), language).await)),
        None => Err(Problem::not_found("there is no such order")),
    }
}

pub(super) async fn conflict(app: &App, id: OrderId, detail: String) -> Problem {
    let order = current(app, id, None).await.ok().and_then(|Json(order)| serde_json::to_value(order).ok());
    match order {
        Some(order) => Problem::conflict(detail).with_order(order),
        None => Problem::conflict(detail),
    }
}

pub(super) fn at_booth(app: &App) -> Orders<'_> {
    Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::Booth }
}

fn language(code: Option<&str>) -> Result<Option<Language>, Problem> {
    let Some(code) = code else { return Ok(None) };
    let language = Language::from_code(code).ok_or_else(|| Problem::bad_request("lang must be ru, uz or en"))?;
    Ok(Some(language))
}
