//! A stand-in for the wallets' apps on a customer's phone, to try payments from end to end without a wallet.
//!
//! [`serve`] answers checkout links (reference/payme.md §4.1) with a page on which a person pays, declines, or goes away,
//! and makes the webhook calls that Payme would make, over real HTTP and with real authorisation. It moves no money and
//! says so on every page.

mod app;
mod assets;
mod attempts;
mod click;
pub mod click_api;
mod language;
mod link;
mod merchant;
mod money;
mod pages;
mod payment;
mod problem;
mod texts;
mod uzum;
pub mod uzum_qr_api;
mod wallet;

pub use click::ClickConfig;
pub use uzum::UzumConfig;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use app::Action;
use attempts::Attempts;
use click::Click;
use wallet::Merchants;

/// How long debiting the card takes: long enough for the booth to show its middle state.
pub const DEBIT_TIME: Duration = Duration::from_millis(1_500);

/// How long an answer of the webhook is waited for.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(5);

/// The pauses before a call that was not answered is made again; Payme does not publish its own.
pub const RETRY_PAUSES: [Duration; 3] =
    [Duration::from_millis(500), Duration::from_millis(1_000), Duration::from_millis(2_000)];

/// How long open payments may still take once the program is asked to stop.
const LAST_CALLS: Duration = Duration::from_secs(3);

/// The largest body the page sends, in bytes; a link has at most 2048.
const LARGEST_BODY: usize = 4 * 1024;

/// Everything is from this address, nothing is inline, nobody may frame the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For whom the stand-in plays Payme, and other wallets beside it.
#[derive(Clone)]
pub struct StandinConfig {
    /// Where the merchant takes Payme's calls, plain http: `http://127.0.0.1:5000/api/payme/webhook`.
    pub webhook_url: String,
    /// The cashbox key; it goes into the `Authorization` header only, never into a page, a log, or `Debug`.
    pub key: String,
    /// `m` of the checkout links; a link for another one is "supplier not found".
    pub merchant_id: String,
    /// The name the payer reads.
    pub merchant_name: String,
    /// The account field the cashbox asks for: `order_id`.
    pub account_field: String,
    /// The same merchant at Click, if its links are to be paid too.
    pub click: Option<ClickConfig>,
    /// The same merchant at Uzum, if its links are to be paid too.
    pub uzum: Option<UzumConfig>,
    /// How fast things go.
    pub pace: Pace,
}

/// The waiting times, lifelike by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From the created transaction to the debited or declined card.
    pub debit: Duration,
    /// The longest wait for one answer of the webhook.
    pub call_timeout: Duration,
    /// One repeat after each pause; empty for no repeats.
    pub retry_pauses: Vec<Duration>,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { debit: DEBIT_TIME, call_timeout: CALL_TIMEOUT, retry_pauses: RETRY_PAUSES.to_vec() }
    }
}

impl fmt::Debug for StandinConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandinConfig")
            .field("webhook_url", &self.webhook_url)
            .field("key", &"…")
            .field("merchant_id", &self.merchant_id)
            .field("merchant_name", &self.merchant_name)
            .field("account_field", &self.account_field)
            .field("click", &self.click.as_ref().map(|click| &click.service_id))
            .field("uzum", &self.uzum)
            .field("pace", &self.pace)
            .finish()
    }
}

/// What every request shares.
struct Standin {
    config: StandinConfig,
    merchants: Merchants,
    click: Option<Click>,
    attempts: Attempts,
}

/// The stand-in's routes, for whoever serves them.
///
/// # Errors
///
/// `InvalidInput` if the webhook's address is not a plain http URL or the key cannot be a header.
pub fn routes(config: StandinConfig) -> io::Result<Router> {
    let merchants = Merchants::new(&config)?;
    let click = config.click.clone().map(|click| Click::new(click, &config.pace)).transpose()?;
    let api = click.as_ref().map(|click| click.api.routes());
    let pages = router(Arc::new(Standin { config, merchants, click, attempts: Attempts::default() }));
    Ok(match api {
        Some(api) => pages.merge(api),
        None => pages,
    })
}

/// Serves the stand-in until `shutdown` is ready; payments under way get a few seconds more.
///
/// # Errors
///
/// `InvalidInput` if the webhook's address is not a plain http URL or the key cannot be a header; otherwise what the
/// listener reports.
pub async fn serve(
    listener: TcpListener,
    config: StandinConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = routes(config)?;
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let graceful = axum::serve(listener, router).with_graceful_shutdown(async move {
        shutdown.await;
        let _ = stopping.send(());
    });
    tokio::select! {
        result = graceful.into_future() => result,
        () = async {
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(LAST_CALLS).await;
        } => Ok(()),
    }
}

fn router(standin: Arc<Standin>) -> Router {
    Router::new()
        .route("/", get(pages::home))
        .route("/app/standin.css", get(assets::css))
        .route("/app/standin.js", get(assets::js))
        .route("/app/icon.svg", get(assets::icon))
        .route("/app/check", post(app::check))
        .route("/app/pay", post(|state, headers, body| app::press(state, headers, body, Action::Pay)))
        .route("/app/decline", post(|state, headers, body| app::press(state, headers, body, Action::Decline)))
        .route("/app/refund", post(|state, headers, body| app::press(state, headers, body, Action::Refund)))
        .route("/services/pay", get(pages::pay_click))
        .route("/{*token}", get(pages::pay))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(guard))
        .with_state(standin)
}

/// The headers that keep a page to itself.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
