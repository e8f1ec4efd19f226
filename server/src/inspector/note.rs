//! A call while it is answered: what its handler learns of it is noted here, and kept when the note is dropped, whatever has become of
//! the call: answered, broken off by a caller who hung up, or failed by a bug.

use super::call::{Kept, Text};
use super::secrets;
use super::why::Why;
use crate::app::App;
use crate::config::connected::Connection;
use crate::limits::{CALL_BYTES_KEPT, HEADER_CHARS_KEPT, REPEATED_CHARS_MAX};
use crate::net::{Peer, Visitor};
use crate::text::{visible, without_secret};
use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use boothpay_protocol::basic;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::time::TimeMs;
use std::time::Instant;

/// What is known of a call so far.
pub(crate) struct Note<'a> {
    app: &'a App,
    wallet: Option<Provider>,
    pub(crate) parts: Parts,
    visitor: Visitor,
    at: TimeMs,
    begun: Instant,
    /// Whether this server itself calls, to see whether its public address leads here.
    is_own: bool,
    is_proven: bool,
    /// The wallet's name of what it wants, as far as that was read.
    pub(crate) method: Option<&'static str>,
    request: Bytes,
    why: Option<Why>,
    /// What the order costs that the call is about.
    pub(crate) price: Option<Tiyin>,
    status: Option<StatusCode>,
    answer: Bytes,
}

impl<'a> Note<'a> {
    /// A call has come to a wallet's address, or, with no wallet, to one with nothing.
    pub(crate) fn of(app: &'a App, wallet: Option<Provider>, parts: Parts) -> Self {
        let visitor = Visitor::of(&parts.extensions, &parts.headers);
        Self {
            app,
            wallet,
            is_own: app.condition.reach.has_arrived(wallet, &parts.headers),
            visitor,
            parts,
            at: app.clock.now(),
            begun: Instant::now(),
            is_proven: false,
            method: None,
            request: Bytes::new(),
            why: None,
            price: None,
            status: None,
            answer: Bytes::new(),
        }
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    pub(crate) fn is_post(&self) -> bool {
        self.parts.method == Method::POST
    }

    pub(crate) fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// Whether this server itself calls: no stranger.
    pub(crate) fn is_own(&self) -> bool {
        self.is_own
    }

    /// The right key came: its connection goes last where there is no room.
    pub(crate) fn prove(&mut self) {
        self.is_proven = true;
        if let Some(peer) = self.parts.extensions.get::<Peer>() {
            peer.prove();
        }
    }

    /// What was said.
    pub(crate) fn read(&mut self, body: &Bytes) {
        self.request = body.clone();
    }

    /// What was said, again.
    pub(crate) fn body(&self) -> &[u8] {
        &self.request
    }

    /// Why it is refused.
    pub(crate) fn refused(&mut self, why: Why) {
        self.why = Some(why);
    }

    /// That nobody has proven to be the wallet, by HTTP Basic with one of these logins.
    pub(crate) fn not_let_in(&mut self, logins: &[&str]) {
        if !self.is_post() {
            self.why = Some(Why::NotPost);
            return;
        }
        let given = self.parts.headers.get(header::AUTHORIZATION);
        self.why = Some(match given.and_then(|given| basic::login_is_right(given.as_bytes(), logins)) {
            None => Why::NoKey,
            Some(false) => Why::WrongLogin,
            Some(true) => Why::WrongKey,
        });
    }

    /// What was answered.
    pub(crate) fn answered(&mut self, status: StatusCode, body: Bytes) {
        (self.status, self.answer) = (Some(status), body);
    }
}

impl Drop for Note<'_> {
    fn drop(&mut self) {
        if self.is_own {
            return;
        }
        let header = |name: &'static str| {
            let value = self.parts.headers.get(name)?;
            let value: String = String::from_utf8_lossy(value.as_bytes()).chars().take(HEADER_CHARS_KEPT).collect();
            Some((name, value))
        };
        let why = if self.status.is_none() { Some(Why::HungUp) } else { self.why };
        let took = self.begun.elapsed();
        if let Some(wallet) = self.wallet {
            self.app.counts.call(wallet, self.method, why, took);
        }
        let path: String = self.parts.uri.path().chars().take(REPEATED_CHARS_MAX).collect();
        let mut request = Text::of(&self.request, CALL_BYTES_KEPT);
        secrets::cover(&mut request.shown);
        let kept = Kept {
            number: 0,
            at: self.at,
            took,
            wallet: self.wallet,
            http_method: visible(self.parts.method.as_str()),
            path: without_secret(&path),
            from: self.visitor.address,
            is_proven: self.is_proven,
            brings_key: self.parts.headers.contains_key(header::AUTHORIZATION),
            headers: secrets::HEADERS.into_iter().filter_map(header).collect(),
            why,
            price: self.price,
            status: self.status.map(|status| status.as_u16()),
            request,
            answer: Text::of(&self.answer, CALL_BYTES_KEPT),
        };
        if let Some(wallet) = self.wallet
            && self.app.settings.connections.by_panel(wallet).is_some_and(Connection::is_tried)
        {
            self.app.inspector.trials.note(wallet, &kept, &self.app.settings.rules());
        }
        self.app.inspector.keep(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::{Settings, Sources};
    use crate::serve::Shutdown;
    use axum::http::Request;
    use boothpay_store::{Address, Store};

    #[tokio::test]
    async fn a_caller_who_hangs_up_is_kept_as_one() {
        let (_shutdown, stopping) = Shutdown::new();
        let store = Store::open(&Address::SqliteMemory).unwrap();
        let app = App::new(Settings::read(&Sources::default()).unwrap(), store, Clock::System, stopping);
        let (parts, ()) = Request::post("/api/payme/webhook").body(()).unwrap().into_parts();
        drop(Note::of(&app, Some(Provider::Payme), parts));
        let strangers = app.inspector.strangers();
        assert_eq!((strangers[0].last.why, strangers[0].last.status), (Some(Why::HungUp), None));
    }
}
