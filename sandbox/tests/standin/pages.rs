//! What a browser is given: the payment page, links that lead nowhere, and the guards around them.

use boothpay_sandbox::standin;
use reqwest::StatusCode;
use serde_json::json;
use tokio::net::TcpListener;

use super::fake::{KEY, MERCHANT_ID, ORDER, Stage, config, encode, link};

#[tokio::test]
async fn a_link_shows_the_bill_and_makes_no_call_by_itself() {
    let stage = Stage::new([]).await;
    let page = stage.page(&link(ORDER, 1_000_000)).await;
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers()["cache-control"], "no-store");
    let text = page.text().await.unwrap();
    for part in
        ["Fotobudka &#60;Chilonzor&#62;", ORDER, "10\u{a0}000&nbsp;", "data-testid=\"pay\"", "<html lang=\"ru\">"]
    {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains(KEY) && !text.contains(&encode(&format!("Paycom:{KEY}"))));
    for inline in ["<style", "style=", "onclick", "<script>"] {
        assert!(!text.contains(inline), "{inline}");
    }
    assert!(stage.seen().is_empty());
}

#[tokio::test]
async fn a_hostile_order_id_stays_text() {
    let stage = Stage::new([]).await;
    let order = "\"><script>alert(1)</script>'&";
    let text = stage.page(&link(order, 100)).await.text().await.unwrap();
    assert!(!text.contains("<script>") && !text.contains("alert(1)</script>"));
    assert!(text.contains("&#60;script&#62;alert(1)"));
    let broken = encode(&format!("m={order};a=1"));
    let text = stage.page(&broken).await.text().await.unwrap();
    assert!(!text.contains("<script>") && text.contains("&#60;script&#62;"));
}

#[tokio::test]
async fn the_language_is_the_links_then_the_browsers_and_a_chip_overrides() {
    let stage = Stage::new([]).await;
    let uzbek = encode(&format!("m={MERCHANT_ID};ac.order_id={ORDER};a=100;l=uz"));
    for (path, accept, expected) in [
        (uzbek.clone(), "en", "uz"),
        (format!("{uzbek}?lang=ru"), "en", "ru"),
        (link(ORDER, 100), "en-US,ru;q=0.5", "en"),
        (link(ORDER, 100), "de", "ru"),
        ("nothing".to_owned(), "uz", "uz"),
        (String::new(), "en", "en"),
    ] {
        let request = stage.http.get(format!("{}/{path}", stage.address)).header("accept-language", accept);
        let text = request.send().await.unwrap().text().await.unwrap();
        assert!(text.contains(&format!("<html lang=\"{expected}\">")), "{path} {accept}");
    }
}

#[tokio::test]
async fn a_broken_link_says_what_is_wrong() {
    let stage = Stage::new([]).await;
    for (path, says) in [
        ("not-base64?lang=en".to_owned(), "not base64"),
        (format!("{}?lang=en", encode("m=1;ac.order_id=7")), "a field is missing: a"),
        (format!("{}?lang=en", encode("m=1;a=100")), "a field is missing: ac.order_id"),
        (format!("{}?lang=en", encode("m=1;ac.order_id=7;a=1.5")), "above zero: 1.5"),
    ] {
        let page = stage.page(&path).await;
        assert_eq!(page.status(), StatusCode::NOT_FOUND);
        assert!(page.text().await.unwrap().contains(says), "{says}");
    }
}

#[tokio::test]
async fn another_cashbox_is_not_found_or_blocked() {
    let stage = Stage::new([]).await;
    let other = encode("m=587f72c72cac0d162c722ae2;ac.order_id=7;a=500;l=en");
    let page = stage.page(&other).await;
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    assert!(page.text().await.unwrap().contains("Supplier not found or blocked"));
    let url = format!("{}/app/check", stage.address);
    let answer = stage.http.post(url).json(&json!({"link": other})).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(stage.seen().is_empty());
}

#[tokio::test]
async fn the_front_page_explains_and_hides_the_key() {
    let text = Stage::new([]).await.page("").await.text().await.unwrap();
    assert!(text.contains(MERCHANT_ID) && text.contains("/api/payme/webhook") && !text.contains(KEY));
}

#[tokio::test]
async fn other_sites_cannot_press_the_buttons() {
    let stage = Stage::new([]).await;
    let url = format!("{}/app/check", stage.address);
    let body = json!({"link": link(ORDER, 100)}).to_string();
    for content_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let form = stage.http.post(&url).header("content-type", content_type).body(body.clone());
        assert_eq!(form.send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let json = || stage.http.post(&url).header("content-type", "application/json");
    let foreign = json().header("sec-fetch-site", "cross-site").body(body.clone());
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let large = json().body(format!("{{\"link\":\"{}\"}}", "A".repeat(8_000)));
    assert_eq!(large.send().await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(stage.seen().is_empty());
}

#[test]
fn debug_hides_the_key() {
    let text = format!("{:?}", config("http://127.0.0.1:5000/api/payme/webhook".into()));
    assert!(text.contains(MERCHANT_ID) && !text.contains(KEY), "{text}");
}

#[tokio::test]
async fn it_stops_when_asked_and_refuses_a_webhook_it_cannot_call() {
    let listener = || async { TcpListener::bind("127.0.0.1:0").await.unwrap() };
    let good = config("http://127.0.0.1:5000/".into());
    standin::serve(listener().await, good, std::future::ready(())).await.unwrap();
    for url in ["", "booth", "https://127.0.0.1:5000/"] {
        let error = standin::serve(listener().await, config(url.into()), std::future::ready(())).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{url}");
    }
}
