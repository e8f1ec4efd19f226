//! What one PIN may do in a day, at the started program: the power is cut, and the count goes on.

use crate::support::Running;
use crate::{Browser, on_both};
use reqwest::Method;
use serde_json::{Value, json};

const TOKEN: &str = "a-token-of-the-owners";
const SETTINGS: [(&str, &str); 2] = [("BOOTHPAY_UZQR_TEXT", "00020101021126"), ("BOOTHPAY_API_TOKEN", TOKEN)];

/// A call of the booth's own page.
async fn post(booth: &Running, path: &str, body: Value) -> Value {
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    let answer = booth.send(Method::POST, path, &headers, &body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// An order that was paid by UzQR, and confirmed by the same PIN.
async fn paid(booth: &Running, pin: &str) -> String {
    let made = post(booth, "/api/booth/orders", json!({"copies": 1, "paymentType": "uzqr"})).await;
    let id = made["order_id"].as_str().unwrap().to_owned();
    post(booth, &format!("/api/booth/orders/{id}/report-paid"), json!({})).await;
    post(booth, &format!("/api/booth/orders/{id}/confirm"), json!({"pin": pin})).await;
    id
}

/// The booth's own screen, at which the PIN was typed, and what its forms carry.
async fn opened(server: &Running, pin: &str) -> (Browser, String) {
    let mut screen = Browser::new();
    for (path, body) in [("/api/booth/pair", "{}".to_owned()), ("/admin/booth", json!({"pin": pin}).to_string())] {
        let request = screen.http.post(format!("{}{path}", server.page)).header("origin", &server.page);
        let request = request.header("content-type", "application/json").header("cookie", &screen.cookie);
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        for cookie in answer.headers().get_all("set-cookie") {
            screen.cookie += cookie.to_str().unwrap().split_once(';').unwrap().0;
            screen.cookie += "; ";
        }
    }
    let page = screen.get(&format!("{}/admin/booth", server.page)).await.text().await.unwrap();
    let token = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (screen, token)
}

/// The status of the answer when the screen sends one of an order's forms, and its words.
async fn sent(screen: &mut (Browser, String), server: &Running, order: &str, deed: &str) -> (u16, String) {
    let url = format!("{}/admin/orders/{order}/{deed}", server.page);
    let body = format!("csrf={}", screen.1);
    let answer = screen.0.send(server, &url, &body).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_gives_a_pin_nothing_back() {
    for (folder, _database) in on_both() {
        let server = folder.serve(&SETTINGS);
        let given = folder.run(&["booth", "pin", "anna"], &SETTINGS);
        assert_eq!(given.code, Some(0), "{}", given.err);
        let pin = given.out.lines().find_map(|line| line.strip_prefix("PIN: ")).unwrap();
        let mut orders = Vec::new();
        for _ in 0..11 {
            orders.push(paid(&server, pin).await);
        }
        let (last, ten) = orders.split_last().unwrap();
        let mut screen = opened(&server, pin).await;
        for order in ten {
            assert_eq!(sent(&mut screen, &server, order, "refund").await.0, 303);
        }
        // What waits for its print anyway needs no leave: that is no paper, and does not count.
        assert_eq!(sent(&mut screen, &server, last, "reprint").await.0, 303);
        for _ in 0..20 {
            post(&server, &format!("/api/booth/orders/{last}/printed"), json!({})).await;
            assert_eq!(sent(&mut screen, &server, last, "reprint").await.0, 303);
        }
        server.kill();

        let server = folder.serve(&SETTINGS);
        let mut screen = opened(&server, pin).await;
        for (deed, words) in [("refund", "десять раз"), ("handed-back", "десять раз"), ("reprint", "двадцать раз")]
        {
            let (status, page) = sent(&mut screen, &server, last, deed).await;
            assert!(status == 429 && page.contains(words), "{deed}: {status} {page}");
        }
        let (again, _) = sent(&mut screen, &server, &ten[0], "handed-back").await;
        assert_eq!(again, 303, "an order that is counted already");
        server.kill();
        assert_eq!(folder.run(&["verify"], &SETTINGS).code, Some(0));
    }
}
