//! The client that plays a wallet to one target, and describes what it sends without the secret.

use super::held::Gate;
use super::http::{HeaderNames, Http, SetupError};
use super::{Answer, Authorization, Exchange, Request, Target, Trust};
use crate::random::now_ms;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderName, Method};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Sends requests to one target.
#[derive(Clone)]
pub struct Client {
    http: Http,
    target: Target,
    timeout: Duration,
    trust: Trust,
}

/// What came of requests that were sent at one instant.
pub struct AtOnce {
    /// When their last bytes were let go.
    pub let_go_ms: i64,
    /// One for each request.
    pub exchanges: Vec<Exchange>,
}

impl Client {
    /// A client for this target; a call that takes longer than `timeout` counts as not answered.
    ///
    /// # Errors
    /// When TLS could not be set up.
    pub fn new(target: Target, timeout: Duration, trust: Trust) -> Result<Self, SetupError> {
        Self::with(target, timeout, trust, HeaderNames::Capital)
    }

    fn with(target: Target, timeout: Duration, trust: Trust, names: HeaderNames) -> Result<Self, SetupError> {
        Ok(Self { http: Http::new(&target.url, timeout, trust, names)?, target, timeout, trust })
    }

    /// A client with connections of its own, for a request after which a server may rightly close its connection.
    ///
    /// # Errors
    /// When TLS could not be set up.
    pub fn apart(&self) -> Result<Self, SetupError> {
        Self::new(self.target.clone(), self.timeout, self.trust)
    }

    /// A client that writes the names of headers in lower case.
    ///
    /// # Errors
    /// When TLS could not be set up.
    pub fn in_lower_case(&self) -> Result<Self, SetupError> {
        Self::with(self.target.clone(), self.timeout, self.trust, HeaderNames::Lower)
    }

    /// The server under test.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Sends one request and waits for the whole answer.
    pub async fn send(&self, request: &Request) -> Exchange {
        let started = Instant::now();
        let answer = self.answer(request).await;
        self.exchange(request, answer, started.elapsed())
    }

    /// What is kept of a call. The key may also be in a body, where ChangePassword is tried.
    fn exchange(&self, request: &Request, answer: Result<Answer, String>, took: Duration) -> Exchange {
        let without = |text: String| match &self.target.key {
            Some(key) if text.contains(key.as_str()) => text.replace(key.as_str(), "<the key>"),
            _ => text,
        };
        Exchange { request: without(self.shown(request)), curl: self.curl(request).map(without), answer, took }
    }

    /// Sends all requests at one instant, each over a connection of its own that was opened before.
    ///
    /// A server with fewer workers than requests gets the rest as its workers become free. With a part of a second they
    /// leave at the next instant that lies so many milliseconds after the beginning of a second by our clock.
    pub async fn at_once(&self, requests: &[Request], part_ms: Option<i64>) -> AtOnce {
        /// Connections that are not open by then are left to themselves: a server may accept only a few at a time.
        const PATIENCE: Duration = Duration::from_millis(400);
        const TICK: Duration = Duration::from_millis(1);
        let gate = Gate::new();
        let mut sent = tokio::task::JoinSet::new();
        for (index, request) in requests.iter().enumerate() {
            let (client, request, gate) = (self.clone(), request.clone(), Arc::clone(&gate));
            sent.spawn(async move {
                let headers = client.headers(&request);
                let url = request.url.as_ref().unwrap_or(&client.target.url);
                let answer = match headers {
                    Ok(headers) => client.http.send_held(request.verb, url, &headers, request.body, &gate).await,
                    Err(reason) => Err(reason),
                };
                (index, answer, Instant::now())
            });
        }
        let begun = Instant::now();
        while gate.waiting() < requests.len() && begun.elapsed() < PATIENCE {
            tokio::time::sleep(TICK).await;
        }
        // What was handed over last gets out of the door.
        tokio::time::sleep(TICK * 2).await;
        let now = now_ms();
        let wait = part_ms.map_or(0, |part| (part - now).rem_euclid(1000));
        tokio::time::sleep(Duration::from_millis(wait.unsigned_abs())).await;
        let released = Instant::now();
        gate.open();
        let mut answers = sent.join_all().await;
        answers.sort_by_key(|(index, ..)| *index);
        let kept = |((_, answer, ended), request): ((usize, Result<Answer, String>, Instant), &Request)| {
            self.exchange(request, answer, ended.saturating_duration_since(released))
        };
        AtOnce { let_go_ms: now + wait, exchanges: answers.into_iter().zip(requests).map(kept).collect() }
    }

    /// Sends one request and returns only the answer; the load generator has no use for a transcript.
    ///
    /// # Errors
    /// A sentence that says why there was no answer.
    pub async fn answer(&self, request: &Request) -> Result<Answer, String> {
        let url = request.url.as_ref().unwrap_or(&self.target.url);
        let headers = self.headers(request)?;
        self.http.send(request.verb.clone(), url, &headers, request.body.clone()).await
    }

    fn headers(&self, request: &Request) -> Result<Vec<(HeaderName, String)>, String> {
        let mut headers: Vec<(HeaderName, String)> = Vec::with_capacity(4);
        headers.extend(request.content_type.map(|kind| (CONTENT_TYPE, kind.to_owned())));
        headers.extend(self.target.header(&request.authorization).map(|header| (AUTHORIZATION, header)));
        for (name, value) in &request.headers {
            let name = HeaderName::try_from(*name).map_err(|error| error.to_string())?;
            headers.push((name, (*value).to_owned()));
        }
        Ok(headers)
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
        let mut body = String::from_utf8_lossy(shown).into_owned();
        if let Some(hidden) = request.hidden.as_ref().filter(|hidden| !hidden.sent.is_empty()) {
            body = body.replace(&hidden.sent, hidden.shown);
        }
        text.push_str(&format!("\n\n{body}"));
        if request.body.len() > shown.len() {
            text.push_str(&format!("… ({} bytes more)", request.body.len() - shown.len()));
        }
        text
    }

    /// The request as a line for a shell; the key stays in the environment as `KEY`.
    fn curl(&self, request: &Request) -> Option<String> {
        const LONGEST_BYTES: usize = 2000;
        let body = std::str::from_utf8(&request.body).ok().filter(|body| body.len() <= LONGEST_BYTES)?;
        let url = request.url.as_ref().unwrap_or(&self.target.url);
        let mut line = "curl -sS -i".to_owned();
        if request.verb != Method::POST {
            line.push_str(&format!(" -X {}", request.verb));
        }
        match (&request.authorization, &self.target.key) {
            (Authorization::Right, Some(_)) => line.push_str(&format!(" -u \"{}:$KEY\"", self.target.login)),
            // What was wrong on purpose may hold the secret; its description is no header.
            (Authorization::Other { .. }, _) => return None,
            (Authorization::Right, None) | (Authorization::Absent, _) => {}
        }
        // curl has a type of its own, so that none has to be asked for.
        line.push_str(&format!(
            " -H 'Content-Type:{}'",
            request.content_type.map_or(String::new(), |k| format!(" {k}"))
        ));
        for (name, value) in &request.headers {
            line.push_str(&format!(" -H {}", quoted(&format!("{name}: {value}"))));
        }
        match &request.hidden {
            _ if body.is_empty() => {}
            None => line.push_str(&format!(" --data-binary {}", quoted(body))),
            Some(hidden) => {
                let made = hidden.shell.as_ref()?;
                line.push_str(&format!(" --data-binary {}", quoted(body).replace(&hidden.sent, &format!("'{made}'"))));
            }
        }
        Some(format!("{line} {}", quoted(url.as_str())))
    }
}

/// A word for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
