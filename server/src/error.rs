//! Errors of our own API: RFC 9457 problem JSON. Providers' webhooks have their own form and never use this.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_store::StoreError;
use serde::Serialize;
use serde_json::Value;

/// What a caller of our API did wrong, or what we could not do. `detail` is for the caller; the cause of a fault of ours
/// goes to the log only.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    order: Option<Value>,
    /// In a box: a [`Result`] with this error stays small.
    /// In a box, so that a `Result` with this error stays small.
    prices: Option<Box<Value>>,
    wallet: Option<Provider>,
    retry_after: Option<u32>,
    success: Option<bool>,
    closed: Option<&'static str>,
    scope: Option<&'static str>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prices: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wallet: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
}

impl Problem {
    /// 400: the request says something that cannot be.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 401: a token is needed.
    pub fn unauthorised(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, detail)
    }

    /// 403: who asks is not the one who may.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    /// 404: there is no such thing.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 409: it is there, but not in a state that allows this.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// 429: too often; worth asking again in so many seconds.
    pub fn too_often(detail: impl Into<String>, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }

    /// 503: nothing is wrong with it but the moment; worth asking again in so many seconds.
    pub fn busy(detail: impl Into<String>, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, detail) }
    }

    /// Whether it is a 404.
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
    }

    /// Any other status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            order: None,
            prices: None,
            wallet: None,
            retry_after: None,
            success: None,
            closed: None,
            scope: None,
        }
    }

    /// Adds the order as it stands.
    pub fn with_order(mut self, order: Value) -> Self {
        self.order = Some(order);
        self
    }

    /// Adds whether it went well, as the first user's page asks of its photo sessions; with `error`, which says what `detail` does.
    pub fn with_success(mut self, success: bool) -> Self {
        self.success = Some(success);
        self
    }

    /// Adds in a word why the booth sells nothing now.
    pub fn with_closed(mut self, word: &'static str) -> Self {
        self.closed = Some(word);
        self
    }

    /// In a word why the booth sells nothing now, if that is why.
    pub const fn closed(&self) -> Option<&'static str> {
        self.closed
    }

    /// Adds the scope that the caller's token lacks.
    pub fn with_scope(mut self, word: &'static str) -> Self {
        self.scope = Some(word);
        self
    }

    /// Adds the booth's prices as they are.
    pub fn with_prices(mut self, prices: Value) -> Self {
        self.prices = Some(Box::new(prices));
        self
    }

    /// Adds whose fault it is, where a wallet does not do its part: another one may.
    pub fn with_wallet(mut self, wallet: Provider) -> Self {
        self.wallet = Some(wallet);
        self
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a request could not be answered: the database failed");
        let (status, detail) = match error {
            StoreError::Overloaded | StoreError::Failed(_) | StoreError::Suspect(_) | StoreError::Closed => {
                (StatusCode::SERVICE_UNAVAILABLE, "the server cannot reach its database now; try again")
            }
            StoreError::Damaged(_) | StoreError::Forbidden(_) | StoreError::Bug => {
                (StatusCode::INTERNAL_SERVER_ERROR, "the server could not do this; its log says why")
            }
        };
        Self::new(status, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            order: self.order.as_ref(),
            prices: self.prices.as_deref(),
            wallet: self.wallet.map(Provider::word),
            success: self.success,
            error: self.success.map(|_| self.detail.as_str()),
            closed: self.closed,
            scope: self.scope,
        };
        let mut response = (self.status, axum::Json(&body)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // RFC 6750, 3.1.
        let challenge = self.scope.map(|scope| format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\""));
        if let Some(challenge) = challenge.and_then(|it| HeaderValue::try_from(it).ok()) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
