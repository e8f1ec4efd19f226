//! `GET /`: the booth's page. Words and settings travel with it, so it switches languages without asking again.

use crate::app::App;
use crate::error::Problem;
use crate::texts;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::money::Soum;
use serde_json::json;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "kiosk.html")]
struct Page<'a> {
    lang: &'a str,
    title: &'a str,
    mode: &'a str,
    settings_json: String,
    texts_json: String,
}

/// Answers with the page.
pub(crate) async fn handle(State(app): State<Arc<App>>) -> Result<Html<String>, Problem> {
    let settings = &app.settings;
    let prices = &settings.prices;
    let page = Page {
        lang: settings.language.code(),
        title: &settings.booth.name,
        mode: settings.mode.word(),
        settings_json: data_block(
            &json!({
                "booth": { "name": settings.booth.name, "support_phone": settings.support_phone },
                "mode": settings.mode.word(),
                "default_language": settings.language.code(),
                "languages": Language::ALL.map(Language::code),
                "prices": {
                    "base_soum": prices.base.soum().to_string(),
                    "extra_copy_soum": Soum::from_tiyin(prices.extra_copy_tiyin).to_string(),
                    "max_copies": prices.max_copies,
                },
                "payment_seconds": settings.payment_screen_seconds,
                "providers": ["payme"],
                "idle_seconds": settings.idle_seconds,
            })
            .to_string(),
        ),
        texts_json: data_block(&words()),
    };
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "the booth's page could not be made");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be made; the server's log says why")
    })?;
    Ok(Html(html))
}

fn words() -> String {
    let languages = Language::ALL.map(|language| format!("\"{}\":{}", language.code(), texts::json(language)));
    format!("{{{}}}", languages.join(","))
}

/// JSON for a script element: nothing in it can end the element.
fn data_block(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
