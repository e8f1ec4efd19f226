//! `GET /api/booth/orders/{order_id}/number.png`: an order's number as a QR code, for the phone of a customer who has to keep it. There is no
//! page that a link could lead to: the number is typed at the booth. So the code holds what a person reads, and the camera of any phone shows:
//! the number, whose it is, and whom to call.

use super::orders::{Shared, look};
use crate::access::Asker;
use crate::api::body::OrderIdText;
use crate::error::Problem;
use crate::letters;
use crate::net::Visitor;
use crate::qr;
use axum::http::header;
use axum::response::IntoResponse;

/// Answers with the code.
pub(crate) async fn handle(
    app: Shared,
    visitor: Visitor,
    asker: Asker,
    OrderIdText(text): OrderIdText,
) -> Result<impl IntoResponse, Problem> {
    let (id, _) = look(&app, &visitor, asker, &text).await?;
    let number = letters::in_groups(id.as_str());
    let lines = [number.as_str(), &app.settings.booth.name, &app.settings.support_phone];
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let picture = qr::picture(&lines.join("\n")).ok_or_else(|| Problem::not_found("it fits no code"))?;
    Ok(([(header::CONTENT_TYPE, "image/png")], picture))
}
