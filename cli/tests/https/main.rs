//! HTTPS of the server's own: the started program gets a certificate from a real ACME server (pebble, a package of Debian), keeps it,
//! renews it, and answers wallets with it, also in a crowd of half handshakes.
#![cfg(target_os = "linux")]

mod authority;
mod booth;

use authority::Authority;
use booth::{Booth, DOMAIN};
use std::io::Write;

/// Handshakes that somebody begins and leaves.
const HALF: usize = 1100;

#[test]
fn a_certificate_comes_by_itself_is_kept_and_serves_again_without_the_authority() {
    let authority = Authority::start(None);
    let booth = Booth::start(&authority.settings(), &authority.environment());
    let first = booth.certificate(&authority.root());
    booth.pay("by-https", &authority.root());
    // Nothing but what wallets call.
    for path in ["/", "/admin", "/api/stats", "/livez"] {
        let answer = booth
            .https(&authority.root(), &format!("GET {path} HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: close\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
    }
    let (root, settings, environment) = (authority.root(), authority.settings(), authority.environment());
    drop(authority);
    let booth = booth.again(&settings, &environment);
    assert_eq!(booth.certificate(&root), first, "the same after a restart, though nobody can be asked");
    booth.pay("after-a-restart", &root);
    let log = booth.end();
    assert!(log.contains(&format!("https://{DOMAIN} has its kept certificate, which is good until ")), "{log}");
}

#[test]
fn a_certificate_is_renewed_before_it_ends_and_nobody_waits_for_that() {
    // Seconds: two thirds of them go by before a new one is asked for.
    let authority = Authority::start(Some(9));
    let booth = Booth::start(&authority.settings(), &authority.environment());
    let root = authority.root();
    let first = booth.certificate(&root);
    booth::until("another certificate is shown", || {
        booth.pay(&booth::unused_order(), &root);
        booth.certificate(&root) != first
    });
    booth.end();
}

#[test]
fn the_authority_may_ask_at_the_other_port_where_nothing_else_is() {
    let authority = Authority::start(None);
    let settings = format!("{}http_listen = '127.0.0.1:{}'\n", authority.settings(), authority.http_port);
    let booth = Booth::start(&settings, &authority.environment());
    booth.certificate(&authority.root());
    let plain = format!("127.0.0.1:{}", authority.http_port);
    for path in ["/", "/api/payme/webhook", "/.well-known/acme-challenge/of-nobody"] {
        let answer = booth::ask(&plain, &format!("GET {path} HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: close\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 404") && !answer.contains("location:"), "{path}: {answer}");
    }
    booth.end();
}

#[test]
fn what_the_authority_has_seen_is_said_and_payments_elsewhere_go_on() {
    let authority = Authority::start(None);
    // The authority looks at a port that is not the server's.
    let settings = authority.settings().replace(&format!(":{}'", authority.tls_port), ":0'");
    let booth = Booth::start(&settings, &authority.environment());
    booth.until_logged("NO WALLET REACHES https://pay.example.uz yet");
    booth.pay_at_the_page("by-a-tunnel");
    let log = booth.end();
    assert!(
        log.contains("gives no certificate: it refused: ") && log.contains("It is tried again in 2 minutes"),
        "{log}"
    );
    assert!(log.contains("Does the name lead to this computer, and does the router pass its port 443 on?"), "{log}");
    let nobody = Booth::start(&authority.settings().replace("/dir'", "/no-directory'"), &authority.environment());
    nobody.until_logged("NO WALLET REACHES https://pay.example.uz yet");
    nobody.end();
}

#[test]
fn a_crowd_of_half_handshakes_leaves_room_for_the_wallets() {
    let (settings, root) = booth::kept_certificate();
    let booth = Booth::start(&settings.text, &[]);
    booth.pay("before", &root);
    let hello = booth::client_hello(DOMAIN);
    let mut half = Vec::new();
    for number in 0..HALF {
        let mut stream = booth::connect(&booth.https);
        // Nothing; a beginning; all but the last byte; no TLS at all.
        let sent =
            [&[][..], &hello[..5], &hello[..hello.len() - 1], b"POST /api/payme/webhook HTTP/1.1\r\n"][number % 4];
        let _ = stream.write_all(sent);
        half.push(stream);
        if number % 200 == 0 {
            booth.pay(&format!("in-a-crowd-{number}"), &root);
        }
    }
    booth.pay("after", &root);
    // Whoever names another host is sent away before he sees a certificate, and whoever comes without encryption is not answered.
    let sent_away = booth.handshake("another.example.uz", &root).unwrap_err().to_string();
    assert!(sent_away.contains("received fatal alert"), "{sent_away}");
    let plain = booth::ask(&booth.https, "GET / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n");
    assert!(!plain.starts_with("HTTP/"), "{plain}");
    drop(half);
    let log = booth.end();
    assert!(log.lines().filter(|line| !line.contains("order ")).count() < 20, "{log}");
}

#[test]
fn check_knows_the_port_of_a_running_server_and_a_folder_that_is_none() {
    let (settings, root) = booth::kept_certificate();
    let booth = Booth::start(&format!("{}[metrics]\nlisten = '127.0.0.1:0'\n", settings.text), &[]);
    booth.pay("before", &root);
    let metrics = booth.metrics.as_deref().unwrap().trim_start_matches("http://").trim_end_matches("/metrics");
    let told = booth::ask(metrics, "GET /metrics HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n");
    let end = told.lines().find_map(|line| line.strip_prefix("boothpay_certificate_end_timestamp_seconds "));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    assert!(end.unwrap().parse::<f64>().unwrap() > now, "metrics tell when the certificate ends");
    let (is_well, said) = booth.check();
    assert!(is_well && said.contains("public.listen: a Boothpay is running on port"), "{said}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("certificates");
    std::fs::write(&file, "").unwrap();
    let (is_well, said) = booth.check_with("BOOTHPAY_PUBLIC_FOLDER", file.to_str().unwrap());
    assert!(
        !is_well && said.contains("is a file, not a folder; give the folder in which the certificate is kept"),
        "{said}"
    );
}

#[test]
fn a_handshake_that_does_not_go_on_is_ended() {
    let (settings, root) = booth::kept_certificate();
    let booth = Booth::start(&format!("[limits]\nhead_seconds = 2\n{}", settings.text), &[]);
    let mut slow = booth::connect(&booth.https);
    slow.write_all(&booth::client_hello(DOMAIN)[..20]).unwrap();
    // The other end closes it; if it did not, the read would end by the test's own patience.
    let ended = std::io::Read::read(&mut slow, &mut [0; 16]);
    let is_closed = match &ended {
        Ok(read) => *read == 0,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    };
    assert!(is_closed, "{ended:?}");
    booth.pay("all-the-same", &root);
    booth.end();
}
