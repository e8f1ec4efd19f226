//! Whether the server's public address leads here, asked through that very address: its name, its certificate, whatever stands before
//! this program. Each wallet's own address is asked as the wallet asks it, without a key, so nothing happens.
//!
//! The address is the settings', never one that a request names. A number that nobody can guess goes along; when it comes in at
//! this program, the address leads here and not to another Boothpay.

use crate::app::App;
use crate::config::Settings;
use crate::inspector::WALLETS;
use crate::limits::{REACH_BYTES_MAX, REACH_PATIENCE, REACH_PAUSE, REACH_PERIOD};
use crate::outgoing::address::HttpAddress;
use crate::outgoing::line::{Caller, Destination, Trouble};
use axum::http::{HeaderMap, Request, StatusCode};
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::secret::KeyDigest;
use boothpay_protocol::time::TimeMs;
use futures_util::future::join_all;
use http_body_util::Full;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The header that carries the number.
const HEADER: &str = "boothpay-own-question";

/// What became of asking a wallet's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    /// It leads here.
    Here,
    /// A redirection, which no wallet follows.
    Redirected(u16),
    /// A Boothpay answers, and it is not this one.
    AnotherBoothpay,
    /// Something else answers, with this HTTP status.
    SomethingElse(u16),
    /// Nothing answers; why, in English.
    Nothing(String),
}

/// What is remembered of it.
#[derive(Default)]
pub(crate) struct Reach {
    state: Mutex<State>,
    caller: Caller,
}

#[derive(Default)]
struct State {
    begun: Option<TimeMs>,
    found: Vec<(Provider, Reached)>,
    /// The number of the question under way, and the wallets at whose address it has come in.
    number: Option<KeyDigest>,
    arrived: BTreeSet<Option<&'static str>>,
}

/// The address, if the settings have one.
pub(crate) fn public_address(settings: &Settings) -> Option<String> {
    settings.photos.public_address.clone()
}

/// The wallets that are connected.
pub(crate) fn connected(settings: &Settings) -> Vec<Provider> {
    let is_connected = |wallet: &Provider| match wallet {
        Provider::Payme => settings.payme.key.is_some(),
        Provider::Click => !settings.click.services.is_empty(),
        Provider::Uzum => settings.uzum.credentials.are_set(),
        Provider::UzumQr | Provider::Uzqr | Provider::Test => false,
    };
    WALLETS.into_iter().filter(is_connected).collect()
}

/// Where a wallet calls.
pub(crate) const fn endpoint(wallet: Provider) -> &'static str {
    match wallet {
        Provider::Payme => "api/payme/webhook",
        Provider::Click => "api/click/prepare",
        Provider::Uzum => "api/uzum/check",
        Provider::UzumQr | Provider::Uzqr | Provider::Test => "",
    }
}

impl Reach {
    /// Whether a request is this server's own question; if so, it is noted that it has come in.
    pub(crate) fn has_arrived(&self, wallet: Option<Provider>, headers: &HeaderMap) -> bool {
        let Some(given) = headers.get(HEADER) else { return false };
        let mut state = self.state();
        let is_ours = state.number.is_some_and(|number| number.matches(&KeyDigest::of(given.as_bytes())));
        if is_ours {
            state.arrived.insert(wallet.map(Provider::word));
        }
        is_ours
    }

    /// What was seen the last time of a wallet's address; none when it was not asked yet.
    pub(crate) fn last(&self, wallet: Provider) -> Option<Reached> {
        self.state().found.iter().find(|(other, _)| *other == wallet).map(|(_, reached)| reached.clone())
    }

    /// Begins to ask, without waiting, when what is known is old.
    pub(crate) fn ask_if_old(app: &Arc<App>) {
        let (now, reach) = (app.clock.now(), &app.condition.reach);
        let is_old = reach.state().begun.is_none_or(|begun| now.since(begun).ms() > REACH_PERIOD.ms());
        if is_old {
            let app = Arc::clone(app);
            tokio::spawn(async move { Self::ask(&app).await });
        }
    }

    /// Asks, unless that was just done.
    pub(crate) async fn ask(app: &App) {
        let reach = &app.condition.reach;
        let Some(address) = public_address(&app.settings).and_then(|text| HttpAddress::parse(&text).ok()) else {
            return;
        };
        let mut bytes = [0_u8; 16];
        if getrandom::fill(&mut bytes).is_err() {
            return;
        }
        let number: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if !reach.begin(&number, app.clock.now()) {
            return;
        }
        // Whoever asked may be gone in the middle; the next one can ask all the same.
        let ends = Ends(reach);
        let questions = connected(&app.settings).into_iter().map(|wallet| reach.question(&address, wallet, &number));
        let found = join_all(questions).await;
        reach.state().found = found;
        drop(ends);
    }

    fn begin(&self, number: &str, now: TimeMs) -> bool {
        let mut state = self.state();
        let too_soon = state.begun.is_some_and(|begun| (0..REACH_PAUSE.ms()).contains(&now.since(begun).ms()));
        if too_soon || state.number.is_some() {
            return false;
        }
        state.begun = Some(now);
        state.number = Some(KeyDigest::of(number.as_bytes()));
        state.arrived.clear();
        true
    }

    async fn question(&self, address: &HttpAddress, wallet: Provider, number: &str) -> (Provider, Reached) {
        let request = Request::post(address.below(endpoint(wallet)))
            .header("content-type", "application/json")
            .header(HEADER, number)
            .body(Full::from("{}"));
        let Ok(request) = request else {
            return (wallet, Reached::Nothing("its path is none that a request could have".to_owned()));
        };
        // The owner has named it; it may lead back through his own network.
        let to =
            Destination { address, allow_private: true, patience: REACH_PATIENCE, body_bytes_max: REACH_BYTES_MAX };
        let answer = match self.caller.call(&to, request).await {
            Ok(answer) => answer,
            Err(Trouble(why)) => return (wallet, Reached::Nothing(why)),
        };
        let expected = match wallet {
            Provider::Uzum => StatusCode::BAD_REQUEST,
            Provider::Payme | Provider::Click | Provider::UzumQr | Provider::Uzqr | Provider::Test => StatusCode::OK,
        };
        let has_arrived = self.state().arrived.contains(&Some(wallet.word()));
        let looks_like_ours = answer.body.starts_with(b"{") && answer.body.windows(5).any(|part| part == b"error");
        let status = answer.status;
        let reached = match (has_arrived, status == expected) {
            (true, true) => Reached::Here,
            _ if status.is_redirection() => Reached::Redirected(status.as_u16()),
            (false, true) if looks_like_ours => Reached::AnotherBoothpay,
            _ => Reached::SomethingElse(status.as_u16()),
        };
        (wallet, reached)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a question, whatever became of it.
struct Ends<'a>(&'a Reach);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.state().number = None;
    }
}
