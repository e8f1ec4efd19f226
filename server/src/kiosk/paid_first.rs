//! Orders that are paid before their pictures are taken: the session that waits for its shots, taken up again after a reload or a restart,
//! and put off to another time. The same serves whoever comes back with the number of such an order.

use super::orders::{Answer, Shared, at_booth, conflict, current, meant_here};
use super::shots::{layout_of, shape, taken_here};
use crate::access::AtBooth;
use crate::api::body::{self, OrderIdText};
use crate::api::session::{make_paid, refused};
use crate::app::App;
use crate::config::PayTime;
use crate::error::Problem;
use crate::limits::SHOTS_LIFETIME;
use crate::net::{Kind, Visitor};
use crate::photos::{Stepped, end, lost, sheets, step};
use crate::qr;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use boothpay_layouts::{ID_CHARS_MAX, Look, Template};
use boothpay_protocol::ledger::order::{Order, OrderId};
use boothpay_protocol::ledger::printing::PrintState;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::photos::{Choice, Session, SessionKind, SessionStatus};
use serde::Deserialize;
use serde_json::{Value, json};

/// Whether customers pay here before their pictures are taken.
pub(super) fn is_set(app: &App) -> bool {
    app.settings.photos.pay == PayTime::First
}

/// Binds a session without shots to the order that pays for them.
pub(super) async fn reserve(app: &App, session: &Session, order: &OrderId) -> Result<(), Problem> {
    let now = app.clock.now();
    let until = sheets::kept_until(app, now);
    match step(app, &session.id, None, |there| Ok((there.reserve(order.clone(), until, now)?, ()))).await? {
        Stepped::Taken(..) => Ok(()),
        Stepped::Refused(_, refusal) => Err(refused(refusal)),
        Stepped::Unknown | Stepped::HandledBefore => Err(gone()),
    }
}

/// The customer wants the print of the shots that were taken after the payment: no more come. Without all of them there is no print.
pub(super) async fn finish(app: &App, order: &OrderId) -> Result<(), Problem> {
    let rows = app.store.rows(Needs::order(order.clone())).await?;
    if !at_booth(app).awaits_shots(rows.order.as_ref()).await? {
        return Ok(());
    }
    let not_yet = "the pictures of this order are not taken yet";
    let Some(session) = living(app, order).await? else {
        return Err(conflict(app, order.clone(), not_yet.to_owned()).await);
    };
    let template = layout_of(app, &session).await?;
    if !template.is_some_and(|template| has_all(&session, &template)) || lost::are_gone(&app.settings, &session).await {
        return Err(conflict(app, order.clone(), not_yet.to_owned()).await);
    }
    let now = app.clock.now();
    match step(app, &session.id, None, |there| Ok((there.complete(now)?, ()))).await? {
        Stepped::Taken(..) => Ok(()),
        Stepped::Refused(_, refusal) => Err(refused(refusal)),
        Stepped::Unknown | Stepped::HandledBefore => Err(gone()),
    }
}

fn gone() -> Problem {
    Problem::new(StatusCode::GONE, "the pictures of this order are not there any more; take them again")
}

/// The order's session, while it lives.
async fn living(app: &App, order: &OrderId) -> Result<Option<Session>, Problem> {
    let session = app.store.session_of_order(order.clone()).await?;
    Ok(session.filter(|session| !session.is_over(app.clock.now())))
}

fn has_all(session: &Session, template: &Template) -> bool {
    session.uploaded().len() >= template.shots
}

#[derive(Deserialize)]
struct Wanted {
    /// The layout, for an order that has none any more.
    layout: Option<String>,
    /// The shots that are there are not wanted: they are taken again.
    #[serde(default)]
    anew: bool,
}

/// `POST /api/booth/orders/{order_id}/shots`: the session in which the pictures of a paid order are taken, and how far they are. Shots that
/// are not all there are never mixed with new ones: a session with some of them, or whose files are gone, is replaced. `layout` is null
/// where the customer has to choose one first.
pub(crate) async fn shots(
    State(app): Shared,
    leave: AtBooth,
    visitor: Visitor,
    headers: HeaderMap,
    OrderIdText(text): OrderIdText,
    request: Body,
) -> Result<Json<Value>, Problem> {
    leave.count_as(&app, &visitor, Kind::Photo)?;
    taken_here(&app)?;
    body::require_json(&headers)?;
    let id = meant_here(&app, &text).await?;
    let bytes = body::read(&app, request).await?;
    let wanted: Wanted = body::parse(&bytes)?;
    let Some(order) = app.store.rows(Needs::order(id.clone())).await?.order else {
        return Err(Problem::not_found("there is no such order"));
    };
    if !at_booth(&app).awaits_shots(Some(&order)).await? || is_past(&app, &order) {
        let detail = "the pictures of this order cannot be taken now".to_owned();
        return Err(conflict(&app, id, detail).await);
    }
    let before = living(&app, &order.id).await?;
    let template = match &before {
        Some(session) => layout_of(&app, session).await?,
        None => None,
    };
    let (session, template) = match (before, template) {
        (Some(before), Some(template)) => (taken_up(&app, &order, before, &template, wanted.anew).await?, template),
        (before, None) | (before @ None, _) => {
            let Some(template) = chosen(&app, wanted.layout.as_deref()).await? else {
                return Ok(Json(json!({ "layout": null })));
            };
            let choice = Choice { layout: template.id.clone(), look: Look::Colour.word().to_owned(), retakes: 0 };
            (instead_of(&app, &order, before, choice).await?, template)
        }
    };
    let link = app.photos.link(&session);
    Ok(Json(json!({
        "id": session.id.as_str(),
        "telegram_url": link,
        "qrCode": link.as_deref().and_then(qr::data_uri),
        "layout": shape(&template, &app.settings.layouts.papers),
        "look": session.choice.as_ref().map(|choice| choice.look.as_str()),
        "retakes": session.choice.as_ref().map_or(0, |choice| choice.retakes),
        "complete": has_all(&session, &template),
    })))
}

/// Whether the days of its claim are over.
fn is_past(app: &App, order: &Order) -> bool {
    matches!(order.printing.map(|it| it.state), Some(PrintState::Claim { until }) if app.clock.now() >= until)
}

/// The layout that a customer chooses now.
async fn chosen(app: &App, layout: Option<&str>) -> Result<Option<Template>, Problem> {
    let Some(layout) = layout else { return Ok(None) };
    let is_one = !layout.is_empty() && layout.len() <= ID_CHARS_MAX;
    let template = if is_one { super::shots::template(app, layout.to_owned()).await? } else { None };
    template.map(Some).ok_or_else(|| Problem::bad_request("there is no such layout"))
}

/// The session as it is, or another one for shots that are taken again: so often as the settings say, but for those that were never whole.
async fn taken_up(
    app: &App,
    order: &Order,
    before: Session,
    template: &Template,
    anew: bool,
) -> Result<Session, Problem> {
    let Some(choice) = before.choice.clone() else { return Err(gone()) };
    // Its customer has not taken them again by his own will.
    if before.link.is_some() || lost::are_gone(&app.settings, &before).await {
        return instead_of(app, order, Some(before), choice).await;
    }
    let is_whole = has_all(&before, template);
    if before.uploaded().is_empty() || (is_whole && !anew) {
        return Ok(before);
    }
    let retakes = choice.retakes.saturating_add(u32::from(is_whole));
    if retakes > app.settings.photos.retakes {
        return Err(conflict(app, order.id.clone(), "the pictures were taken as often as they may be".to_owned()).await);
    }
    instead_of(app, order, Some(before), Choice { retakes, ..choice }).await
}

/// A new session for an order; the one before it ends with its shots. Killed in between, the customer chooses the layout once more.
async fn instead_of(app: &App, order: &Order, before: Option<Session>, choice: Choice) -> Result<Session, Problem> {
    if let Some(before) = before
        && !end(app, &before, SessionStatus::Cancelled).await?
    {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the session is being changed; try again"));
    }
    make_paid(app, |id, now| Session {
        choice: Some(choice),
        order: Some(order.id.clone()),
        ..Session::new(id, SessionKind::Upload, 1, "{}".to_owned(), now, SHOTS_LIFETIME)
    })
    .await
}

/// `POST /api/booth/orders/{order_id}/later`: the customer goes away before the pictures are taken. He has a claim to them from now on.
pub(crate) async fn later(
    State(app): Shared,
    _leave: AtBooth,
    headers: HeaderMap,
    OrderIdText(text): OrderIdText,
) -> Answer {
    body::require_json(&headers)?;
    let id = meant_here(&app, &text).await?;
    at_booth(&app).put_off(id.clone()).await?;
    current(&app, id, None).await
}
