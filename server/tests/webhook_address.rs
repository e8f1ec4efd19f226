//! The second address answers webhooks and nothing else.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use boothpay_protocol::time::TimeMs;
use boothpay_server::clock::Clock;
use boothpay_server::config::{Settings, Sources};
use boothpay_server::{App, Shutdown, webhook_router};
use boothpay_store::{Address, Store};
use tower::ServiceExt;

#[tokio::test]
async fn the_webhook_address_shows_nothing_but_the_webhook() {
    let settings = Settings::read(&Sources::default()).unwrap();
    let store = Store::open(&Address::SqliteMemory).unwrap();
    let (_shutdown, stopping) = Shutdown::new();
    let router = webhook_router(App::new(settings, store, Clock::manual(TimeMs::new(1)), stopping));
    let status = async |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path).body(Body::from("{}")).unwrap();
        router.clone().oneshot(request).await.unwrap().status()
    };
    assert_eq!(status("POST", "/api/payme/webhook").await, StatusCode::OK);
    assert_eq!(status("GET", "/api/payme/webhook/").await, StatusCode::OK);
    let elsewhere = ["/", "/api/stats", "/api/generate-qr", "/api/payment-status/x", "/api/booth/orders", "/readyz"];
    for path in elsewhere.into_iter().chain(["/admin", "/admin/login", "/admin/booth", "/admin/booth/touched"]) {
        assert_eq!(status("GET", path).await, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(status("POST", path).await, StatusCode::NOT_FOUND, "{path}");
    }
}
