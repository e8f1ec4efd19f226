//! The one table of every route.

use crate::access::acting;
use crate::access::origin::{self, Sender};
use crate::app::App;
use crate::{access, api, kiosk, openapi, panel, webhook};
use axum::Router;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowHeaders, AllowOrigin, AllowPrivateNetwork, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

/// Nothing from elsewhere, nothing inline, no frames: a page that shows a payment code takes no chances.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                                       connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
                                       frame-ancestors 'none'";

/// All routes of a running server.
pub fn router(app: Arc<App>) -> Router {
    for_browsers(ours(&app)).merge(phones()).merge(webhooks()).with_state(app)
}

/// The providers' webhooks, and the pictures that customers take home, for an address that the world may reach.
pub fn webhook_router(app: Arc<App>) -> Router {
    for_browsers(Router::new().fallback(api::unknown)).merge(phones()).merge(webhooks()).with_state(app)
}

/// A slash at the end of the address is no redirect. Without layers, each of which would cost every call a box and a copy:
/// the handler sets its own headers and catches its own panics, because each provider is answered in its own form whatever happens.
fn webhooks() -> Router<Arc<App>> {
    Router::new()
        .route("/api/payme/webhook", any(webhook::payme::handle))
        .route("/api/payme/webhook/", any(webhook::payme::handle))
        .route("/api/click/prepare", any(webhook::click::prepare))
        .route("/api/click/prepare/", any(webhook::click::prepare))
        .route("/api/click/complete", any(webhook::click::complete))
        .route("/api/click/complete/", any(webhook::click::complete))
        .route("/api/click", any(webhook::click::shared))
        .route("/api/click/", any(webhook::click::shared))
        .route("/api/uzum/", any(webhook::uzum::handle))
        .route("/api/uzum/{*operation}", any(webhook::uzum::handle))
}

/// What a customer's phone opens.
fn phones() -> Router<Arc<App>> {
    let pictures = Router::new().route("/photo/{link}", get(api::download::handle));
    for_browsers(pictures.method_not_allowed_fallback(api::wrong_method))
}

fn ours(app: &Arc<App>) -> Router<Arc<App>> {
    let contract = Router::new()
        .route("/api/generate-qr", post(api::generate_qr::handle))
        .route("/api/payment-status/{order_id}", get(api::payment_status::handle))
        .route("/api/test-payment/{order_id}", post(api::test_payment::handle))
        .route("/api/stats", get(api::stats::handle))
        .route("/api/prints/next", get(api::prints::next))
        .route("/api/prints/ask", post(api::prints::ask))
        .route("/api/prints/{job}", post(api::prints::answer))
        .route("/api/prints/{job}/picture", get(api::prints::picture))
        .merge(first_user())
        .layer(middleware::from_fn_with_state(Arc::clone(app), acting::noted))
        // Inside the layer: a browser's preflight is an OPTIONS that the layer has to see first.
        .method_not_allowed_fallback(api::wrong_method)
        .layer(no_store())
        .layer(cors(app));

    let booth = Router::new()
        .route("/api/booth/pair", post(kiosk::pair::handle))
        .route("/api/booth/layouts", get(kiosk::shots::layouts))
        .route("/api/booth/shots", post(kiosk::shots::begin))
        .route("/api/booth/shots/{id}/preview", post(kiosk::shots::preview))
        .route("/api/booth/shots/{id}/camera", get(kiosk::tether::look).post(kiosk::tether::take))
        .route("/api/booth/orders", post(kiosk::orders::make))
        .route("/api/booth/orders/{order_id}", get(kiosk::orders::show))
        .route("/api/booth/orders/{order_id}/cancel", post(kiosk::orders::cancel))
        .route("/api/booth/orders/{order_id}/new-code", post(kiosk::orders::new_code))
        .route("/api/booth/orders/{order_id}/print", post(kiosk::orders::print))
        .route("/api/booth/orders/{order_id}/shots", post(kiosk::paid_first::shots))
        .route("/api/booth/orders/{order_id}/later", post(kiosk::paid_first::later))
        .route("/api/booth/orders/{order_id}/printed", post(kiosk::orders::printed))
        .route("/api/booth/orders/{order_id}/came-out", post(kiosk::orders::came_out))
        .route("/api/booth/orders/{order_id}/report-paid", post(kiosk::staff::report_paid))
        .route("/api/booth/orders/{order_id}/confirm", post(kiosk::staff::confirm))
        .route("/api/booth/orders/{order_id}/events", get(kiosk::events::handle))
        .route("/api/booth/orders/{order_id}/number.png", get(kiosk::number::handle))
        .layer(middleware::from_fn_with_state(Arc::clone(app), kiosk::idle::note))
        .layer(middleware::from_fn_with_state(Arc::clone(app), acting::noted))
        // Asked for nobody: by the first picture, and by whoever looks after the screen.
        .route("/api/booth/ready", get(kiosk::ready::handle))
        .route("/api/booth/idle", get(kiosk::idle::handle))
        .method_not_allowed_fallback(api::wrong_method)
        .layer(no_store());

    let pages = Router::new()
        .route("/", get(kiosk::page::handle))
        .layer(no_store())
        .route("/assets/{*path}", get(kiosk::assets::handle))
        .route("/pictures/{name}", get(kiosk::pictures::handle))
        .method_not_allowed_fallback(api::wrong_method);

    let about = Router::new()
        .route("/livez", get(api::health::live))
        .route("/readyz", get(api::health::ready))
        .route("/api/openapi.json", get(openapi::handle))
        .route("/api/docs", get(openapi::page::handle))
        .method_not_allowed_fallback(api::wrong_method)
        .layer(no_store());

    contract
        .merge(booth)
        .merge(pages)
        .merge(panel::routes(app))
        .merge(about)
        .fallback(api::unknown)
        .layer(CatchPanicLayer::custom(|_| panicked()))
}

/// Beside the contract: what the first user's page also asks for (`docs/reference/first-page.md`).
fn first_user() -> Router<Arc<App>> {
    use api::session;
    Router::new()
        .route("/api/test", get(api::payments::test))
        .route("/api/payments", get(api::payments::list))
        .route("/api/payments/{number}", get(api::payments::one))
        .route("/api/session/create", post(session::create))
        .route("/api/session/{id}", get(session::show).put(session::change).delete(session::delete))
        .route("/api/session/{id}/photos", get(session::photos::list).post(session::photos::bring))
        .route("/api/session/{id}/photos/{number}", get(session::photos::one).delete(session::photos::take_away))
        .route("/api/session/{id}/result", get(session::photos::result).post(session::photos::finish))
        .route("/api/session/{id}/events", get(session::events::handle))
        .route("/api/sessions/list", get(session::owner::list))
        .route("/api/sessions/cleanup", post(session::owner::cleanup).delete(session::owner::cleanup))
}

/// What a browser has to be told with every answer.
fn for_browsers(routes: Router<Arc<App>>) -> Router<Arc<App>> {
    let headers = (
        header("content-security-policy", CONTENT_SECURITY_POLICY),
        header("x-content-type-options", "nosniff"),
        header("referrer-policy", "no-referrer"),
        header("cross-origin-opener-policy", "same-origin"),
    );
    routes.layer(headers)
}

fn panicked() -> Response {
    let status = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
    crate::error::Problem::new(status, "the server could not do this; its log says why").into_response()
}

/// The booth's owner may serve a page of his own; only the origins that the settings name may call from a browser, with
/// cookies and with whatever headers they like (tunnels ask for some of their own). Every refused origin is told to the log.
fn cors(app: &Arc<App>) -> CorsLayer {
    let (asked, network) = (Arc::clone(app), Arc::clone(app));
    let allowed = move |_: &HeaderValue, parts: &Parts| match origin::sender(&asked.settings, &parts.headers) {
        Sender::Named => true,
        Sender::Elsewhere(origin) => {
            access::tell_foreign(&asked, &origin);
            false
        }
        Sender::Nobody | Sender::OwnPage => false,
    };
    // A page of the internet that a browser asks about before it calls this computer: the same pages, no others.
    let from_network =
        move |_: &HeaderValue, parts: &Parts| origin::sender(&network.settings, &parts.headers) == Sender::Named;
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(allowed))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .allow_private_network(AllowPrivateNetwork::predicate(from_network))
}

fn no_store() -> SetResponseHeaderLayer<HeaderValue> {
    header("cache-control", "no-store")
}

fn header(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
}
