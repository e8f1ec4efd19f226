//! HTTP and https for the sandbox alone: no redirects, no proxy, connections kept alive.
//!
//! reqwest would do, but its https is a feature: switched on here it is switched on for every crate that is built along,
//! and their clients then panic unless somebody has named a provider of cryptography first.

use super::Answer;
use super::held::{Gate, Sent};
use super::trust::{self, Trust};
use axum::body::Bytes;
use axum::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, LOCATION, USER_AGENT};
use axum::http::{HeaderName, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use reqwest::Url;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// A client with its own pool of connections.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client<HttpsConnector<HttpConnector>, Sent>,
    timeout: Duration,
}

/// How the names of headers are written. HTTP says that it makes no difference; some servers make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderNames {
    /// `Authorization`, as Payme and nearly all clients write them.
    Capital,
    /// `authorization`, as HTTP/2 and some proxies write them.
    Lower,
}

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("https could not be set up: {0}")]
pub struct SetupError(rustls::Error);

impl From<rustls::Error> for SetupError {
    fn from(error: rustls::Error) -> Self {
        Self(error)
    }
}

impl Http {
    /// A client for addresses like this one; a call that takes longer than `timeout` counts as not answered.
    ///
    /// # Errors
    /// When TLS could not be set up.
    pub fn new(url: &Url, timeout: Duration, trust: Trust, names: HeaderNames) -> Result<Self, SetupError> {
        let config = trust::config(trust, url.scheme() == "https")?;
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(timeout));
        let builder = HttpsConnectorBuilder::new().with_tls_config(config).https_or_http();
        let connector = builder.enable_http1().wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .http1_title_case_headers(names == HeaderNames::Capital)
            .build(connector);
        Ok(Self { client, timeout })
    }

    /// Sends one request and waits for the whole answer.
    ///
    /// # Errors
    /// A sentence that says why there was none.
    pub async fn send(
        &self,
        verb: Method,
        url: &Url,
        headers: &[(HeaderName, String)],
        body: Vec<u8>,
    ) -> Result<Answer, String> {
        self.send_body(verb, url, headers, Sent::Whole(Full::new(Bytes::from(body)))).await
    }

    /// The same with a body whose last byte waits for the gate.
    ///
    /// # Errors
    /// As for [`Self::send`].
    pub async fn send_held(
        &self,
        verb: Method,
        url: &Url,
        headers: &[(HeaderName, String)],
        body: Vec<u8>,
        gate: &Arc<Gate>,
    ) -> Result<Answer, String> {
        self.send_body(verb, url, headers, Sent::held(body, Arc::clone(gate))).await
    }

    async fn send_body(
        &self,
        verb: Method,
        url: &Url,
        headers: &[(HeaderName, String)],
        body: Sent,
    ) -> Result<Answer, String> {
        let agent = concat!("boothpay-sandbox/", env!("CARGO_PKG_VERSION"));
        let mut builder = Request::builder().method(verb).uri(url.as_str()).header(USER_AGENT, agent);
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        let request = builder.body(body).map_err(|error| error.to_string())?;
        let answered = tokio::time::timeout(self.timeout, self.exchange(request)).await;
        answered.unwrap_or_else(|_| Err(format!("nothing came within {} ms", self.timeout.as_millis())))
    }

    async fn exchange(&self, request: Request<Sent>) -> Result<Answer, String> {
        let response = self.client.request(request).await.map_err(|error| reason(&error))?;
        let header = |name: HeaderName| response.headers().get(name)?.to_str().ok().map(str::to_owned);
        let (content_type, location, encoding) = (header(CONTENT_TYPE), header(LOCATION), header(CONTENT_ENCODING));
        let closes = header(CONNECTION).is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.map_err(|error| reason(&error))?.to_bytes().to_vec();
        Ok(Answer { status, content_type, encoding, closes, location, body })
    }
}

/// The whole chain of causes: the first one alone is only "client error".
fn reason(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}
