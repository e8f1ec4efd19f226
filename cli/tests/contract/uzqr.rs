//! A booth that takes UzQR alone: the started program, on a file and on PostgreSQL, killed in the middle of a payment; staff at the
//! screen and the owner at the command line.

use super::support::{Folder, Running};
use boothpay_test_support::Cluster;
use reqwest::Method;
use serde_json::{Value, json};

const TOKEN: &str = "a-token-of-the-owners";

async fn post(booth: &Running, path: &str, body: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("Content-Type", "application/json"), ("Authorization", bearer.as_str())];
    let answer = booth.send(Method::POST, path, &headers, &body.to_string()).await;
    (answer.status, answer.json())
}

async fn order(booth: &Running) -> String {
    let (_, made) = post(booth, "/api/booth/orders", &json!({"copies": 1, "paymentType": "uzqr"})).await;
    made["order_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn staff_and_owner_confirm_and_the_books_say_that_nobody_else_did_on_both_stores() {
    let server = Cluster::shared().database();
    for database in ["booth.db", &server.url] {
        let folder = Folder::new();
        let environment = [
            ("BOOTHPAY_UZQR_TEXT", "00020101021126"),
            ("BOOTHPAY_API_TOKEN", TOKEN),
            ("BOOTHPAY_ADMIN_TOKEN", "an-owners-own-token"),
            ("BOOTHPAY_DATABASE", database),
        ];
        let run = |arguments: &[&str]| {
            let finished = folder.run(arguments, &environment);
            assert_eq!(finished.code, Some(0), "{arguments:?}: {}{}", finished.out, finished.err);
            finished.out
        };
        assert!(run(&["check"]).contains("boothpay booth pin NAME"), "nobody could confirm");
        let booth = folder.serve(&environment);
        booth.err.wait_for("nobody has a PIN");
        assert!(booth.get("/").await.body.contains(r#""providers":["uzqr"]"#), "UzQR alone is offered");
        let printed = run(&["booth", "pin", "anna"]);
        let pin = printed.lines().find_map(|line| line.strip_prefix("PIN: ")).unwrap().to_owned();
        let listed: Value = serde_json::from_str(&run(&["booth", "list"])).unwrap();
        assert_eq!(listed["staff"][0]["name"], "anna");
        assert!(!run(&["check"]).contains("boothpay booth pin NAME"));

        let first = order(&booth).await;
        let confirm = |id: &str| format!("/api/booth/orders/{id}/confirm");
        let (status, reported) = post(&booth, &format!("/api/booth/orders/{first}/report-paid"), &json!({})).await;
        assert_eq!((status, &reported["held_by"]), (200, &json!("uzqr")));
        let other = order(&booth).await;
        assert_eq!(post(&booth, &confirm(&other), &json!({"pin": pin})).await.0, 200, "the right PIN");
        let wrong = if pin == "135790" { "135791" } else { "135790" };
        assert_eq!(post(&booth, &confirm(&first), &json!({"pin": wrong})).await.0, 403);
        booth.err.wait_for("a wrong PIN was typed");
        let first_log = booth.kill().err;

        let booth = folder.serve(&environment);
        for _ in 0..4 {
            assert_eq!(post(&booth, &confirm(&first), &json!({"pin": wrong})).await.0, 403);
        }
        let (status, shut) = post(&booth, &confirm(&first), &json!({"pin": pin})).await;
        assert_eq!(status, 429, "a death gives no tries back: {shut}");
        run(&["order", "confirm", &first, "--by", "owner"]);
        let (_, paid) = post(&booth, &format!("/api/booth/orders/{first}/report-paid"), &json!({})).await;
        assert_eq!((&paid["status"], &paid["provider"]), (&json!("success"), &json!("uzqr")));
        let again = folder.run(&["order", "confirm", &first], &environment);
        assert!(again.code == Some(1) && again.err.contains("already paid by uzqr"), "{}", again.err);

        // A new PIN does not open the keypad either; the tries are the booth's.
        run(&["booth", "pin", "bek"]);
        assert_eq!(post(&booth, &confirm(&first), &json!({"pin": pin})).await.0, 429);
        for log in [first_log, booth.kill().err] {
            assert!(log.contains(&first) && !log.contains(&pin) && !log.contains(wrong), "no PIN is logged: {log}");
        }

        let shown: Value = serde_json::from_str(&run(&["order", "show", &first])).unwrap();
        let transaction = &shown["transactions"][0];
        assert_eq!((&transaction["provider"], &transaction["verified"]), (&json!("uzqr"), &json!(false)));
        let details = json!({"confirmed_by": "owner", "how": "command_line"});
        assert_eq!(transaction["details"], details);
        assert_eq!(shown["journal"][2]["by"], "command_line", "{shown}");
        let asked = folder.run(&["order", "refund", &first], &environment);
        assert!(asked.code == Some(0) && asked.err.contains("by your bank"), "{}", asked.err);
        assert_eq!(
            serde_json::from_str::<Value>(&asked.out).unwrap()["status"],
            "paid",
            "nobody has said that it went back"
        );
        let back: Value = serde_json::from_str(&run(&["order", "refund", &first, "--handed-back"])).unwrap();
        assert_eq!(back["status"], "refunded");
        let verified = run(&["verify"]);
        assert!(verified.contains("2 payments by UzQR are unverified"), "{verified}");
        let development = folder.run(&["serve", "--development"], &[("BOOTHPAY_DATABASE", database)]);
        assert!(development.code == Some(1) && development.err.contains("has taken money"), "{}", development.err);
    }
}

#[test]
fn check_says_what_is_wrong_with_pictures_and_a_bad_logo_stops_nothing() {
    let folder = Folder::new();
    folder.write("uzqr.png", "<html>");
    folder.write("boothpay.toml", "[uzqr]\npicture = \"uzqr.png\"\n");
    let wrong = folder.run(&["check"], &[]);
    assert!(wrong.code == Some(1) && wrong.out.contains("no whole PNG, JPEG or WebP"), "{}{}", wrong.out, wrong.err);
    folder.write("boothpay.toml", "[uzqr]\ntext = \"1\"\n");
    std::fs::create_dir(folder.path().join("logos")).unwrap();
    folder.write("logos/payme.png", "<html>");
    folder.write("logos/uzqr.svg", "<svg></svg>");
    let checked = folder.run(&["check"], &[]);
    assert_eq!(checked.code, Some(0), "{}{}", checked.out, checked.err);
    assert!(checked.out.contains("payme.png") && checked.out.contains("shows the wallet's name"), "{}", checked.out);
    assert!(checked.out.contains("Logos      uzqr"), "{}", checked.out);
    let development = folder.run(&["check", "--development"], &[]);
    assert!(development.code == Some(1) && development.out.contains("real money"), "{}", development.out);
}
