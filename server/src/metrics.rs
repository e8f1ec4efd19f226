//! Metrics for whoever watches this server, and health beside them, on an address of their own (`[metrics]`).
//!
//! What happens is counted as it happens ([`counts`]): numbers in memory, which begin at nothing with the program. How things stand is
//! looked at when somebody asks ([`look`]). Labels are words of this program alone, so there are no more series than it knows words:
//! no order, no address, no customer is in any of them. `docs/monitoring` has a dashboard and rules for alerts that use them.

pub(crate) mod counts;
mod look;

use crate::access::{self, bearer, ends};
use crate::api;
use crate::app::App;
use crate::error::Problem;
use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use boothpay_protocol::secret::KeyDigest;
use prometheus_client::encoding::prometheus_text::{CONTENT_TYPE, encode};
use prometheus_client::registry::Registry;
use std::sync::Arc;

/// What answers at the address for metrics.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(show))
        .route("/health/live", get(api::health::live))
        .route("/health/ready", get(api::health::ready))
        .method_not_allowed_fallback(api::wrong_method)
        .fallback(api::unknown)
        .with_state(app)
}

/// Leave to read metrics: by their token where there is one. A page of elsewhere must not read them by a browser on this computer.
struct Reader;

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        access::refuse_strange_name(app, parts)?;
        let Some(expected) = app.settings.metrics.and_then(|metrics| metrics.token) else { return Ok(Self) };
        match bearer(&parts.headers) {
            Some(given) if KeyDigest::of(given).matches(&expected) => {
                ends::prove(parts);
                Ok(Self)
            }
            Some(_) => {
                Err(access::unproven(app, parts, "send the token for metrics: it is not the one in metrics.token"))
            }
            None => Err(Problem::unauthorised("send the token for metrics: Authorization: Bearer ...")),
        }
    }
}

async fn show(State(app): State<Arc<App>>, _reader: Reader) -> Result<Response, Problem> {
    let mut registry = Registry::with_prefix("boothpay");
    app.counts.register(&mut registry);
    look::register(&app, &mut registry).await;
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|_| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the metrics could not be written; this is a bug")
    })?;
    let headers = [(header::CONTENT_TYPE, CONTENT_TYPE), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, text).into_response())
}
