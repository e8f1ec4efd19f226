//! Who may take print jobs and say what came of them, in production.

use crate::booth::Booth;
use reqwest::Method;

const SETTINGS: &str = "cors_origins = [\"http://localhost:5173\"]\n[payme]\nmerchant_id = \"5e730e8e0b852a417aa49ceb\"\n\
                        key = \"ZuUnW2oPcGxf5gHN3sTTK9%fSP2zR4EXrmcA\"\n[api]\ntoken = \"a-token-of-the-api\"";

const NEXT: &str = "/api/prints/next";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_print_job_is_taken_by_the_owners_program_and_nobody_else() {
    let booth = Booth::set(SETTINGS, "");
    let server = booth.serve(None);
    let own = ("Origin", "http://localhost:5173");
    let (token, wrong) =
        (("Authorization", "Bearer a-token-of-the-api"), ("Authorization", "Bearer a-guess-of-somebody"));
    let proxied = ("X-Forwarded-For", "203.0.113.7");
    let allowed: [(&str, &[(&str, &str)]); 4] = [
        ("a program on this computer", &[]),
        ("the owner's own page on this computer", &[own]),
        ("the token, on this computer", &[token]),
        ("the token, from anywhere", &[token, proxied]),
    ];
    for (who, headers) in allowed {
        assert_eq!(server.send(Method::GET, NEXT, headers, "").await.status, 204, "{who}");
    }
    let refused: [(&str, &[(&str, &str)]); 5] = [
        ("somebody through a tunnel", &[proxied]),
        ("the owner's page through a tunnel", &[own, proxied]),
        ("a page of elsewhere", &[("Origin", "https://evil.example")]),
        ("a picture's address on a page of elsewhere", &[("Sec-Fetch-Site", "cross-site")]),
        ("a wrong token", &[wrong]),
    ];
    let json = ("Content-Type", "application/json");
    for (who, headers) in refused {
        let status = server.send(Method::GET, NEXT, headers, "").await.status;
        assert!([401, 403].contains(&status), "{who}: {status}");
        let headers: Vec<_> = headers.iter().copied().chain([json]).collect();
        for (path, body) in [
            ("/api/prints/print_0", r#"{"result": "printed"}"#),
            ("/api/prints/ask", r#"{"order_id": "photo-1"}"#),
            ("/api/booth/orders/photo-1/came-out", r#"{"copies": 1}"#),
            ("/api/booth/orders/photo-1/printed", "{}"),
            ("/api/booth/orders/photo-1/cancel", "{}"),
            ("/api/booth/orders/photo-1/print", r#"{"page": "page-one"}"#),
        ] {
            let status = server.send(Method::POST, path, &headers, body).await.status;
            assert!([401, 403].contains(&status), "{who}, {path}: {status}");
        }
    }
    server.kill();
}

/// Where the booth's page prints, nobody but the booth says what was printed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_program_of_its_owner_the_booth_takes_the_booths_proof() {
    let booth = Booth::set(SETTINGS, "");
    booth.folder.write("boothpay.toml", SETTINGS);
    let server = booth.serve(None);
    for headers in [&[][..], &[("Origin", "http://localhost:5173")]] {
        assert_eq!(server.send(Method::GET, NEXT, headers, "").await.status, 401);
    }
    server.kill();
}
