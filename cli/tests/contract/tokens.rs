//! Tokens with scopes at a started server in production: each opens the calls that the description says it opens, and nothing else.

use super::support::{Answer, Folder, MERCHANT_ID, Running};
use boothpay_server::openapi;
use reqwest::Method;
use serde_json::Value;

const KEY: &str = "k:ey&@?#%^=$!-of-36-characters-xxxxx";
const SCOPES: [&str; 7] = ["orders", "booth", "prints", "sessions", "all-sessions", "figures", "payments"];

fn token(scope: &str) -> String {
    format!("canary-token-of-{scope}")
}

/// A server on whose own computer nobody is believed, with a token for each scope, one of them in a file.
fn production(folder: &Folder) -> Running {
    let mut settings = "[api]\ntrust_this_computer = false\n[prints]\nby = \"own program\"\n".to_owned();
    for scope in SCOPES {
        let secret = match scope {
            "figures" => "token_file = \"figures.token\"".to_owned(),
            scope => format!("token = \"{}\"", token(scope)),
        };
        settings += &format!("[api.tokens.for-{scope}]\n{secret}\nscopes = [\"{scope}\"]\n");
    }
    folder.write("boothpay.toml", &settings);
    folder.write("figures.token", &format!("{}\n", token("figures")));
    folder.serve(&[
        ("BOOTHPAY_PAYME_KEY", KEY),
        ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID),
        ("BOOTHPAY_API_TOKEN", "whole-token-for-programs"),
        ("BOOTHPAY_ADMIN_TOKEN", "whole-token-of-the-owner"),
        ("BOOTHPAY_LIMITS_WRONG_KEYS_PER_MINUTE", "1000"),
        ("BOOTHPAY_LOG_LEVEL", "trace"),
    ])
}

async fn ask(booth: &Running, method: &str, path: &str, token: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    booth.send(method.to_uppercase().parse::<Method>().unwrap(), path, &headers, body).await
}

/// The calls for which the description names a scope.
fn described() -> Vec<(String, String, String, String)> {
    let mut calls = Vec::new();
    for (path, methods) in openapi::document()["paths"].as_object().unwrap() {
        for (method, call) in methods.as_object().unwrap() {
            let proofs = call["security"].as_array().unwrap();
            let Some(scopes) = proofs.iter().find_map(|proof| proof.get("scoped")) else { continue };
            let [scope] = scopes.as_array().unwrap().as_slice() else { panic!("{method} {path} needs one scope") };
            let whole =
                if proofs.iter().any(|proof| proof.get("owner").is_some()) { "of-the-owner" } else { "for-programs" };
            let body = call
                .pointer("/requestBody/content/application~1json/example")
                .map_or_else(String::new, Value::to_string);
            let path = path.replace("{number}", "1").replace("{job}", "no-such-job");
            calls.push((
                method.clone(),
                path,
                scope.as_str().unwrap().to_owned(),
                format!("whole-token-{whole} {body}"),
            ));
        }
    }
    calls
}

#[tokio::test]
async fn each_token_opens_what_the_description_says_and_is_told_which_scope_it_lacks() {
    let folder = Folder::new();
    let booth = production(&folder);
    let calls = described();
    assert!(calls.len() >= 11, "{calls:?}");
    for (method, path, needed, rest) in &calls {
        let (whole, body) = rest.split_once(' ').unwrap();
        for scope in SCOPES {
            let answer = ask(&booth, method, path, &token(scope), body).await;
            if scope == needed {
                assert!(!matches!(answer.status, 401 | 403), "{method} {path} by {scope}: {}", answer.body);
                continue;
            }
            assert_eq!(answer.status, 403, "{method} {path} by {scope}: {}", answer.body);
            let problem = answer.json();
            assert_eq!(&problem["scope"], needed, "{method} {path}");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(&format!("[api.tokens.for-{scope}]")) && detail.contains(needed), "{detail}");
            assert!(answer.headers.contains("insufficient_scope"), "{}", answer.headers);
        }
        for whole_or_not in [(whole, true), ("no-token-at-all-of-ours", false)] {
            let status = ask(&booth, method, path, whole_or_not.0, body).await.status;
            assert_eq!(!matches!(status, 401 | 403), whole_or_not.1, "{method} {path}: {status}");
        }
    }
    // The booth's own calls, which are of its page and in no description.
    let order = r#"{"copies": 1, "paymentType": "payme"}"#;
    assert_eq!(ask(&booth, "post", "/api/booth/orders", &token("booth"), order).await.status, 200);
    let refused = ask(&booth, "post", "/api/booth/orders", &token("figures"), order).await;
    assert_eq!((refused.status, &refused.json()["scope"]), (403, &"booth".into()));
    assert_eq!(
        ask(&booth, "post", "/api/booth/pair", &token("booth"), r#"{"token":"canary-token-of-booth"}"#).await.status,
        401
    );
    // The number of payments is for whoever may see them.
    for (scope, is_told) in [("payments", true), ("figures", false)] {
        let answer = ask(&booth, "get", "/api/test", &token(scope), "").await.json();
        assert_eq!(answer["payments_count"].is_number(), is_told, "{scope}: {answer}");
    }
    let finished = booth.kill();
    assert!(finished.err.contains("the token for-figures was refused"), "{}", finished.err);
    let shown = folder.run(&["config", "--values"], &[]);
    assert!(
        shown.out.contains("[api.tokens.for-payments]") && shown.out.contains("scopes = [\"payments\"]"),
        "{}",
        shown.out
    );
    let doctor = folder.run(&["doctor"], &[]);
    let mut told = finished.out + &finished.err + &shown.out + &shown.err + &doctor.out + &doctor.err;
    for entry in std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_file() && name != "boothpay.toml" && name != "figures.token" {
            told += &String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap());
        }
    }
    assert!(!told.contains("canary-token-of"), "no token is told or kept anywhere");
}
