//! The HTTP client that plays Payme: no redirects, no proxy, connections kept alive.

use super::{Answer, Authorization, Exchange, Request, Target};
use reqwest::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE, LOCATION};
use std::time::{Duration, Instant};

/// Sends requests to one target.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    target: Target,
    timeout: Duration,
}

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up: {0}")]
pub struct SetupError(#[from] reqwest::Error);

impl Client {
    /// A client for this target; a call that takes longer than `timeout` counts as not answered.
    ///
    /// # Errors
    /// When TLS could not be set up.
    pub fn new(target: Target, timeout: Duration) -> Result<Self, SetupError> {
        prepare_tls();
        let http = reqwest::Client::builder()
            // Payme does not follow a redirect: it sees an answer that is not 200.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(timeout)
            .connect_timeout(timeout)
            .user_agent(concat!("boothpay-sandbox/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, target, timeout })
    }

    /// A client with connections of its own, for a request after which a server may rightly close its connection.
    ///
    /// # Errors
    /// When TLS could not be set up.
    pub fn apart(&self) -> Result<Self, SetupError> {
        Self::new(self.target.clone(), self.timeout)
    }

    /// The server under test.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Sends one request and waits for the whole answer.
    pub async fn send(&self, request: &Request) -> Exchange {
        let started = Instant::now();
        let answer = self.answer(request).await;
        Exchange { request: self.shown(request), answer, took: started.elapsed() }
    }

    /// Sends one request and returns only the answer; the load generator has no use for a transcript.
    ///
    /// # Errors
    /// A sentence that says why there was no answer.
    pub async fn answer(&self, request: &Request) -> Result<Answer, String> {
        let url = request.url.clone().unwrap_or_else(|| self.target.url.clone());
        let mut builder = self.http.request(request.verb.clone(), url).body(request.body.clone());
        if let Some(kind) = request.content_type {
            builder = builder.header(CONTENT_TYPE, kind);
        }
        if let Some(header) = self.authorization(&request.authorization) {
            builder = builder.header(AUTHORIZATION, header);
        }
        for (name, value) in &request.headers {
            builder = builder.header(*name, *value);
        }
        let response = builder.send().await.map_err(|error| reason(&error))?;
        let header = |name| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let (content_type, location) = (header(CONTENT_TYPE), header(LOCATION));
        let closes = header(CONNECTION).is_some_and(|v| v.eq_ignore_ascii_case("close"));
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(|error| reason(&error))?.to_vec();
        Ok(Answer { status, content_type, closes, location, body })
    }

    fn authorization(&self, authorization: &Authorization) -> Option<String> {
        match authorization {
            Authorization::Right => self.target.key.as_ref().map(|key| Target::basic(&self.target.login, key)),
            Authorization::Absent => None,
            Authorization::Other { header, .. } => Some(header.clone()),
        }
    }

    /// The request as a report shows it, with the secret replaced by its description.
    fn shown(&self, request: &Request) -> String {
        const SHOWN_BYTES: usize = 4000;
        let url = request.url.as_ref().unwrap_or(&self.target.url);
        let mut text = format!("{} {url}", request.verb);
        if let Some(kind) = request.content_type {
            text.push_str(&format!("\nContent-Type: {kind}"));
        }
        match (&request.authorization, &self.target.key) {
            (Authorization::Right, Some(_)) => {
                text.push_str(&format!("\nAuthorization: Basic <{} and the key>", self.target.login));
            }
            (Authorization::Other { shown, .. }, _) => text.push_str(&format!("\nAuthorization: {shown}")),
            (Authorization::Right, None) | (Authorization::Absent, _) => {}
        }
        for (name, value) in &request.headers {
            text.push_str(&format!("\n{name}: {value}"));
        }
        let shown = &request.body[..request.body.len().min(SHOWN_BYTES)];
        text.push_str(&format!("\n\n{}", String::from_utf8_lossy(shown)));
        if request.body.len() > shown.len() {
            text.push_str(&format!("… ({} bytes more)", request.body.len() - shown.len()));
        }
        text
    }
}

/// Names the cryptography that TLS uses. Every HTTP client of the program needs it before it is made, also for plain
/// http, because reqwest was built without a choice of its own.
pub fn prepare_tls() {
    // It fails only when a provider was named before, which serves as well.
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// The whole chain of causes: the first one alone is only "error sending request".
fn reason(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}
