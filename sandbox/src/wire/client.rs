//! The client that plays Payme to one target, and describes what it sends without the secret.

use super::http::{Http, SetupError};
use super::{Answer, Authorization, Exchange, Request, Target};
use axum::http::HeaderName;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use std::time::{Duration, Instant};

/// Sends requests to one target.
#[derive(Clone)]
pub struct Client {
    http: Http,
    target: Target,
    timeout: Duration,
}

impl Client {
    /// A client for this target; a call that takes longer than `timeout` counts as not answered.
    ///
    /// # Errors
    /// When TLS could not be set up.
    pub fn new(target: Target, timeout: Duration) -> Result<Self, SetupError> {
        Ok(Self { http: Http::new(&target.url, timeout)?, target, timeout })
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
        let url = request.url.as_ref().unwrap_or(&self.target.url);
        let mut headers: Vec<(HeaderName, String)> = Vec::with_capacity(4);
        headers.extend(request.content_type.map(|kind| (CONTENT_TYPE, kind.to_owned())));
        headers.extend(self.authorization(&request.authorization).map(|header| (AUTHORIZATION, header)));
        for (name, value) in &request.headers {
            let name = HeaderName::try_from(*name).map_err(|error| error.to_string())?;
            headers.push((name, (*value).to_owned()));
        }
        self.http.send(request.verb.clone(), url, &headers, request.body.clone()).await
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
