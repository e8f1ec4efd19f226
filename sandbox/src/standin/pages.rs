//! The pages a person opens: a payment, a link that does not work, the front page.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};

use super::click::ClickLink;
use super::language::Lang;
use super::link;
use super::money;
use super::problem::{INVALID_FIELD, SUPPLIER_NOT_FOUND};
use super::texts::{Texts, texts};
use super::uzum;
use super::wallet::Bill;
use super::{Standin, StandinConfig};

/// Where Click's links begin, behind the first slash, up to what they say.
pub(super) const CLICK_PATH: &str = "services/pay?";

/// How much of a broken link is shown, in characters.
const SHOWN: usize = 300;

#[derive(Template)]
#[template(path = "pay.html", config = "src/standin/askama.toml")]
struct PayPage<'a> {
    lang: Lang,
    t: &'a Texts,
    title: &'a str,
    token: &'a str,
    merchant: &'a str,
    initial: String,
    order: &'a str,
    sum: String,
    /// Whether the sum needs smaller digits to stay on one line.
    long: bool,
    /// Whose app this is.
    wallet: &'static str,
    /// Whether the wallet has a call for refunds.
    refunds: bool,
}

#[derive(Template)]
#[template(path = "broken.html", config = "src/standin/askama.toml")]
struct BrokenPage<'a> {
    lang: Lang,
    t: &'a Texts,
    title: &'a str,
    note: &'a str,
    code: i64,
    /// What an integrator looks at: a name and a value.
    rows: Vec<(&'a str, String)>,
}

#[derive(Template)]
#[template(path = "home.html", config = "src/standin/askama.toml")]
struct HomePage<'a> {
    lang: Lang,
    t: &'a Texts,
    title: &'a str,
    webhook: &'a str,
    merchant: &'a str,
    merchant_id: &'a str,
    field: &'a str,
    /// Where Uzum's calls go, if it is played too, and its service.
    uzum: Option<(&'a str, i64)>,
}

/// `GET /`: what this is.
pub(super) async fn home(State(standin): State<Arc<Standin>>, uri: Uri, headers: HeaderMap) -> Response {
    let lang = Lang::choose(chip(&uri), None, &headers);
    let t = texts(lang);
    let config = &standin.config;
    let page = HomePage {
        lang,
        t,
        title: t.app,
        webhook: &config.webhook_url,
        merchant: &config.merchant_name,
        merchant_id: &config.merchant_id,
        field: &config.account_field,
        uzum: config.uzum.as_ref().map(|uzum| (uzum.base_url.as_str(), uzum.service_id)),
    };
    html(StatusCode::OK, &page)
}

/// `GET /<base64>`: a checkout link of Payme's; `GET /open-service?…`: one of Uzum's.
pub(super) async fn pay(
    State(standin): State<Arc<Standin>>,
    Path(token): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let config = &standin.config;
    let address = match uri.query() {
        Some(query) if token == uzum::PATH => format!("{token}?{query}"),
        Some(_) | None => token,
    };
    let bill = Bill::parse(&address, config);
    let wanted = match &bill {
        Ok(Bill::Payme(link)) => link.language,
        Ok(Bill::Uzum(_)) | Err(_) => None,
    };
    let lang = Lang::choose(chip(&uri), wanted, &headers);
    let t = texts(lang);
    let bill = match bill {
        Ok(bill) => bill,
        Err(fault) => {
            let mut rows = vec![(t.reason, fault.explain(t))];
            if let Ok(text) = link::decode(&address) {
                rows.push((t.inside, text.chars().take(SHOWN).collect()));
            }
            let page = BrokenPage { lang, t, title: t.broken, note: t.broken_note, code: INVALID_FIELD, rows };
            return html(StatusCode::NOT_FOUND, &page);
        }
    };
    if let Some((named, expected)) = bill.stranger(config) {
        let rows = vec![(t.in_link, named.chars().take(SHOWN).collect()), (t.expected, expected)];
        let page = BrokenPage { lang, t, title: t.supplier, note: t.supplier_note, code: SUPPLIER_NOT_FOUND, rows };
        return html(StatusCode::NOT_FOUND, &page);
    }
    let wallet = match &bill {
        Bill::Payme(_) => "payme",
        Bill::Uzum(_) => "uzum",
    };
    let shown = Shown { token: &address, order: bill.order(config), amount: bill.amount(), wallet };
    pay_page(lang, config, &shown)
}

/// `GET /services/pay?…`: a pay link of Click's.
pub(super) async fn pay_click(State(standin): State<Arc<Standin>>, uri: Uri, headers: HeaderMap) -> Response {
    let lang = Lang::choose(chip(&uri), None, &headers);
    let t = texts(lang);
    let query = uri.query().unwrap_or_default();
    let link = match ClickLink::parse(query) {
        Ok(link) => link,
        Err(fault) => {
            let rows = vec![(t.reason, fault.explain(t)), (t.inside, query.chars().take(SHOWN).collect())];
            let page = BrokenPage { lang, t, title: t.broken, note: t.broken_note, code: INVALID_FIELD, rows };
            return html(StatusCode::NOT_FOUND, &page);
        }
    };
    let expected = standin.click.as_ref().map_or("", |click| click.config.service_id.as_str());
    if link.service_id != expected {
        let rows = vec![(t.in_link, link.service_id.chars().take(SHOWN).collect()), (t.expected, expected.to_owned())];
        let page = BrokenPage { lang, t, title: t.supplier, note: t.supplier_note, code: SUPPLIER_NOT_FOUND, rows };
        return html(StatusCode::NOT_FOUND, &page);
    }
    let token = format!("{CLICK_PATH}{query}");
    let shown = Shown { token: &token, order: &link.order, amount: link.amount, wallet: "click" };
    pay_page(lang, &standin.config, &shown)
}

/// What is paid, by which link.
struct Shown<'a> {
    token: &'a str,
    order: &'a str,
    amount: u64,
    wallet: &'static str,
}

fn pay_page(lang: Lang, config: &StandinConfig, shown: &Shown<'_>) -> Response {
    let (t, sum) = (texts(lang), money::som(shown.amount));
    let page = PayPage {
        lang,
        t,
        title: t.payment,
        token: shown.token,
        merchant: &config.merchant_name,
        initial: config.merchant_name.chars().next().map_or_else(String::new, |first| first.to_uppercase().collect()),
        order: shown.order,
        long: sum.chars().count() > 12,
        sum,
        wallet: shown.wallet,
        refunds: shown.wallet != "click",
    };
    html(StatusCode::OK, &page)
}

/// The language chip in the address: `?lang=uz`.
fn chip(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("lang="))
}

fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
