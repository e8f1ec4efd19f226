//! `GET /`: the booth's page. Words and settings travel with it, so it switches languages without asking again.
//!
//! A page stays open for weeks. Its revision is also the answer's `ETag`: the page asks for it with `HEAD`, and loads itself
//! anew between two customers when the settings or the program have changed.

use super::{assets, pictures};
use crate::access::cookie;
use crate::access::pairing::{self, BrowserAccess};
use crate::app::App;
use crate::config::PhotoSource;
use crate::config::Settings;
use crate::config::texts;
use crate::error::Problem;
use crate::letters;
use crate::net::Visitor;
use askama::Template;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use boothpay_layouts::Look;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::money::Soum;
use boothpay_protocol::shop::Prices;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, LazyLock};

/// The zone of the receipt when the settings' zone has no name that a browser would know.
const NAMELESS_ZONE: &str = "UTC";

/// What this program's own files add to a revision; they do not change while it runs.
static PROGRAM: LazyLock<u64> = LazyLock::new(|| {
    let mut digest = DefaultHasher::new();
    digest.write(include_str!("../../templates/kiosk.html").as_bytes());
    assets::digest(&mut digest);
    digest.finish()
});

#[derive(Template)]
#[template(path = "kiosk.html")]
struct Page<'a> {
    lang: &'a str,
    title: &'a str,
    mode: &'a str,
    access: &'a str,
    settings_json: String,
    texts_json: String,
    revision: &'a str,
}

/// Answers with the page.
pub(crate) async fn handle(State(app): State<Arc<App>>, parts: Parts) -> Result<Response, Problem> {
    let settings = &app.settings;
    // The page is there also when the database is not: it says what is wrong.
    let access = pairing::browser_access(&app, &parts).await.unwrap_or(BrowserAccess::Paired);
    let settings_json = data_block(
        &json!({
            "booth": { "name": settings.booth.name, "support_phone": settings.support_phone },
            "mode": settings.mode.word(),
            "default_language": settings.language.code(),
            "languages": Language::ALL.map(Language::code),
            "time_zone": settings.time_zone.iana_name().unwrap_or(NAMELESS_ZONE),
            "prices": prices(&settings.prices),
            "payment_seconds": settings.payment_screen_seconds,
            "providers": settings.on_screen().into_iter().map(Provider::word).collect::<Vec<_>>(),
            "logos": logos(settings),
            "idle_seconds": settings.idle_seconds,
            "letters": letters::for_page(),
            "pictures": pictures(settings),
        })
        .to_string(),
    );
    let texts_json = data_block(&words(settings));
    let revision = revision(&[&settings_json, &texts_json]);
    let page = Page {
        lang: settings.language.code(),
        title: &settings.booth.name,
        mode: settings.mode.word(),
        access: access.word(),
        settings_json,
        texts_json,
        revision: &revision,
    };
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "the booth's page could not be made");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be made; the server's log says why")
    })?;
    match access {
        BrowserAccess::Open | BrowserAccess::Paired | BrowserAccess::ByItself => {
            app.condition.screens.see(app.clock.now(), Visitor::of(&parts.extensions, &parts.headers).address);
        }
        BrowserAccess::ByCode => {}
    }
    let kept = match access {
        // The browser keeps its cookie for a limited time, which begins anew.
        BrowserAccess::Paired => cookie::read(&parts).and_then(|token| cookie::set(&parts, token)),
        BrowserAccess::Open | BrowserAccess::ByItself | BrowserAccess::ByCode => None,
    };
    let tag = [(header::ETAG, format!("\"{revision}\""))];
    Ok((tag, kept.map(|cookie| [(header::SET_COOKIE, cookie)]), Html(html)).into_response())
}

/// Where the logos of what the screen shows are, by provider.
fn logos(settings: &Settings) -> BTreeMap<&'static str, String> {
    let logo = |wallet: Provider| Some((wallet.word(), pictures::logo_address(settings, wallet)?));
    settings.on_screen().into_iter().filter_map(logo).collect()
}

/// What the page needs to take pictures; null where others do.
fn pictures(settings: &Settings) -> Value {
    let photos = &settings.photos;
    // Where the browser's camera takes the pictures itself, null.
    let camera = settings.camera.as_ref();
    let camera = camera.map(|it| json!({ "live_view": it.has_live_view, "releases": it.releases() }));
    match photos.source {
        PhotoSource::Boothpay => json!({
            "countdown": photos.countdown_seconds,
            "retakes": photos.retakes,
            "pay": photos.pay.word(),
            "camera": camera,
            "looks": Look::ALL.map(Look::word),
        }),
        PhotoSource::OwnProgram | PhotoSource::Receipt => Value::Null,
    }
}

/// The booth's prices for its page.
pub(super) fn prices(prices: &Prices) -> Value {
    json!({
        "base_soum": prices.base.soum().to_string(),
        "extra_copy_soum": Soum::from_tiyin(prices.extra_copy_tiyin).to_string(),
        "max_copies": prices.max_copies,
    })
}

/// Differs when the page does.
fn revision(parts: &[&str]) -> String {
    let mut digest = DefaultHasher::new();
    digest.write_u64(*PROGRAM);
    for part in parts {
        digest.write(part.as_bytes());
    }
    format!("{:016x}", digest.finish())
}

fn words(settings: &Settings) -> String {
    let of = |language| texts::on_screen(&settings.texts, language);
    let languages = Language::ALL.map(|language| format!("\"{}\":{}", language.code(), of(language)));
    format!("{{{}}}", languages.join(","))
}

/// JSON for a script element: nothing in it can end the element.
fn data_block(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
