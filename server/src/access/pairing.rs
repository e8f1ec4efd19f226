//! Pairing: how the booth's browser gets its token.
//!
//! A browser on this very computer is paired by itself: its page asks, and gets a token that lives as long as this process,
//! because whoever runs programs here could read any other one as well. After a restart the page simply asks again.
//!
//! A browser on another computer is paired by a code that its owner gets from `boothpay booth pair` and types at the page: it
//! works once, and what the browser carries then is kept as a digest, until the owner takes it back
//! (`boothpay_protocol::pairing` has the rules). Or it is paired by `api.token`, which its owner writes once behind the booth's
//! address. The browser's cookie is computed from that token and is not the token: it outlives restarts, holds for every server with the
//! same settings, needs nothing stored, and ends when the owner changes the token.

use super::origin::Sender;
use super::{cookie, ends, origin};
use crate::app::App;
use crate::config::Mode;
use crate::net::{Address, Visitor};
use crate::orders::number_as_written;
use axum::http::request::Parts;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::rows::{Needs, Rows};
use boothpay_protocol::pairing::{self, CodeRefusal, Pairings};
use boothpay_protocol::secret::{KeyDigest, Secret};
use boothpay_store::StoreError;

/// Bytes of a token: nobody guesses so many.
const TOKEN_BYTES: usize = 32;

/// What the page's browser may do, and what it needs first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BrowserAccess {
    /// The mode asks for no proof.
    Open,
    /// It is paired.
    Paired,
    /// It is on this computer, and may pair itself.
    ByItself,
    /// It needs a code, or the token.
    ByCode,
}

impl BrowserAccess {
    /// The word for the page.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paired => "paired",
            Self::ByItself => "itself",
            Self::ByCode => "code",
        }
    }
}

/// The token of browsers on this computer, for as long as the process lives.
pub(crate) struct ThisComputer {
    token: Option<Secret>,
}

impl ThisComputer {
    /// Draws a token. Where the system gives no random numbers, browsers here need a code.
    pub(crate) fn new() -> Self {
        Self { token: new_token() }
    }
}

/// A new token, in hexadecimal.
pub(crate) fn new_token() -> Option<Secret> {
    let mut bytes = [0_u8; TOKEN_BYTES];
    getrandom::fill(&mut bytes).ok()?;
    Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// What the browser that sent a call may do.
pub(crate) async fn browser_access(app: &App, parts: &Parts) -> Result<BrowserAccess, StoreError> {
    Ok(match app.settings.mode {
        Mode::Development | Mode::Demo => BrowserAccess::Open,
        Mode::Production if is_paired(app, parts).await? => BrowserAccess::Paired,
        Mode::Production if may_pair_itself(app, parts) => BrowserAccess::ByItself,
        Mode::Production => BrowserAccess::ByCode,
    })
}

/// Whether a call carries the cookie of a paired browser.
pub(crate) async fn is_paired(app: &App, parts: &Parts) -> Result<bool, StoreError> {
    let Some(token) = cookie::read(parts) else { return Ok(false) };
    let given = KeyDigest::of(token.as_bytes());
    let here = app.this_computer.token.as_ref().map(Secret::digest);
    if here.is_some_and(|here| given.matches(&here)) {
        return Ok(may_pair_itself(app, parts));
    }
    if elsewhere(app).is_some_and(|elsewhere| given.matches(&elsewhere.digest())) {
        return Ok(true);
    }
    // What was never given to anybody is not looked for.
    if token.len() != TOKEN_BYTES.saturating_mul(2) {
        return Ok(false);
    }
    let rows = app.store.rows(Needs::setting(pairing::setting_name())).await?;
    Ok(Pairings::of(rows.setting.as_ref()).is_ok_and(|pairings| pairings.hold(&given)))
}

/// What tells one screen of the booth from everything else: what its browser carries, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Screen {
    /// None where the mode asks for no proof.
    token: Option<KeyDigest>,
    address: Address,
}

#[cfg(test)]
impl Screen {
    pub(crate) const fn for_tests(address: Address) -> Self {
        Self { token: None, address }
    }
}

/// The booth's screen that sent a call; none where it was something else. A program with `api.token` is none.
pub(crate) async fn screen(app: &App, parts: &Parts) -> Result<Option<Screen>, StoreError> {
    let address = Visitor::of(&parts.extensions, &parts.headers).address;
    Ok(match browser_access(app, parts).await? {
        BrowserAccess::Open => Some(Screen { token: None, address }),
        BrowserAccess::Paired => {
            let token = cookie::read(parts).map(|token| KeyDigest::of(token.as_bytes()));
            Some(Screen { token, address })
        }
        BrowserAccess::ByItself | BrowserAccess::ByCode => None,
    })
}

/// Pairs the browser that asks, if it is on this computer. Its token.
pub(crate) fn pair_itself(app: &App, parts: &Parts) -> Option<Secret> {
    app.this_computer.token.clone().filter(|_| may_pair_itself(app, parts))
}

/// Pairs the browser that brings `api.token`. Its own token.
pub(crate) fn pair_by_token(app: &App, given: &str) -> Option<Secret> {
    let expected = app.settings.api_token?;
    if KeyDigest::of(given.as_bytes()).matches(&expected) { elsewhere(app) } else { None }
}

/// Pairs the browser that brings a code, as a person types it. Its own token, and the name under which it is kept.
pub(crate) async fn pair_by_code(app: &App, given: &str) -> Result<Result<(Secret, String), CodeRefusal>, StoreError> {
    let (Some(code), Some(token)) = (number_as_written(given), new_token()) else { return Ok(Err(CodeRefusal)) };
    let (code, carried, now) = (KeyDigest::of(code.as_str().as_bytes()), token.digest(), app.clock.now());
    let decide = move |rows: &Rows| pairing::redeem(&code, &carried, rows, now);
    let paired = app.store.transact(Needs::setting(pairing::setting_name()), Actor::Booth, decide).await?;
    Ok(paired.reply.map(|name| (token, name)))
}

/// What browsers on other computers carry.
fn elsewhere(app: &App) -> Option<Secret> {
    let token = app.settings.api_token?;
    let digest = KeyDigest::of(format!("a browser of the booth: {}", token.hex()).as_bytes());
    Secret::new(digest.hex())
}

fn may_pair_itself(app: &App, parts: &Parts) -> bool {
    let own = matches!(origin::sender(&app.settings, &parts.headers), Sender::Nobody | Sender::OwnPage);
    app.settings.trust_this_computer && own && ends::is_direct(parts)
}
