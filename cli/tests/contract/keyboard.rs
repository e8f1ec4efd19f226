//! Orders from the command line, as JSON, on a database that a running server holds at the same time.

use super::support::Folder;
use serde_json::json;

#[tokio::test]
async fn orders_are_made_shown_and_listed_beside_a_running_server() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    let made = folder.json(&["order", "create", "--id", "by-hand", "--amount", "12345.50", "--copies", "2"]);
    assert_eq!((&made["order_id"], &made["status"]), (&json!("by-hand"), &json!("pending")));
    assert_eq!((&made["amount_tiyin"], &made["amount_soum"]), (&json!(1_234_550), &json!("12345.50")));
    let page = booth.get("/api/payment-status/by-hand").await;
    assert_eq!((page.status, &page.json()["status"]), (200, &json!("pending")), "the server sees it at once");

    let create =
        json!({"id": "t1", "time": 1_700_000_000_000_i64, "amount": 1_234_550, "account": {"order_id": "by-hand"}});
    let created = booth.payme("", "CreateTransaction", create).await;
    assert_eq!(created["result"]["state"], 1, "{created}");
    let performed = booth.payme("", "PerformTransaction", json!({"id": "t1"})).await;

    let shown = folder.json(&["order", "show", "by-hand"]);
    assert_eq!(shown["status"], "paid");
    let transaction = json!({
        "transaction": "1", "provider": "payme", "verified": true, "id": "t1", "state": "performed", "reason": null,
        "amount_soum": "12345.50",
        "provider_time": 1_700_000_000_000_i64, "create_time": created["result"]["create_time"],
        "perform_time": performed["result"]["perform_time"], "cancel_time": null,
        "details": {"account": {"order_id": "by-hand"}},
    });
    assert_eq!(shown["transactions"], json!([transaction]));
    let story: Vec<_> = shown["journal"].as_array().unwrap().iter().map(|row| (&row["version"], &row["by"])).collect();
    let by = [json!("command_line"), json!("payme_unproven"), json!("payme_unproven")];
    let versions = [json!(1), json!(2), json!(3)];
    assert_eq!(story, versions.iter().zip(&by).collect::<Vec<_>>());

    folder.json(&["order", "create"]);
    let listed = folder.json(&["order", "list"]);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let paid = folder.json(&["order", "list", "--status", "paid", "--limit", "1"]);
    assert_eq!(paid[0]["order_id"], "by-hand");
}

#[test]
fn an_order_is_shown_by_its_number_as_a_person_writes_it() {
    let folder = Folder::new();
    let made = folder.json(&["order", "create"]);
    let number = made["order_id"].as_str().unwrap();
    let (first, second) = number.split_at(4);
    let small = number.to_lowercase();
    for written in [
        vec![number.to_owned()],
        vec![small],
        vec![format!("{first} {second}")],
        vec![format!("{first}\u{a0}{second}")],
        vec![first.to_lowercase(), second.to_owned()],
        vec![format!("{first}-{second}")],
    ] {
        let words: Vec<&str> = ["order", "show"].into_iter().chain(written.iter().map(String::as_str)).collect();
        assert_eq!(folder.json(&words)["order_id"], number, "{written:?}");
    }
    folder.json(&["order", "create", "--id", "abcdefgh"]);
    assert_eq!(folder.json(&["order", "show", "abcdefgh"])["order_id"], "abcdefgh", "an id as it stands comes first");
}

#[test]
fn the_price_comes_from_the_settings_unless_it_is_given() {
    let folder = Folder::new();
    assert_eq!(folder.json(&["order", "create", "--copies", "3"])["amount_soum"], "40000");
    let made = folder.json(&["order", "create", "--id", "a", "--amount", "500"]);
    assert_eq!(folder.json(&["order", "create", "--id", "a", "--amount", "500"]), made, "asked again, the same order");
    for (arguments, words) in [
        (vec!["order", "create", "--id", "a", "--amount", "501"], "costs 500 soum"),
        (vec!["order", "create", "--copies", "7"], "from 1 to 6"),
        (vec!["order", "create", "--amount=-1"], "--amount -1"),
        (vec!["order", "create", "--id", "no blanks"], "--id no blanks"),
        (vec!["order", "show", "nobody"], "there is no order nobody"),
    ] {
        let finished = folder.run(&arguments, &[]);
        assert_ne!(finished.code, Some(0), "{arguments:?}");
        assert!(finished.err.contains(words), "{arguments:?}: {}", finished.err);
        assert!(finished.out.is_empty(), "{arguments:?}: {}", finished.out);
    }
}

#[tokio::test]
async fn a_reprint_is_allowed_by_the_owner_and_happens_once() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    let made = booth.post("/api/booth/orders", r#"{"copies":1,"paymentType":"payme"}"#).await.json();
    let number = made["order_id"].as_str().unwrap();
    let print = async |page: &str| {
        let path = format!("/api/booth/orders/{number}/print");
        booth.post(&path, &json!({ "page": page }).to_string()).await.status
    };
    let reprint = || folder.run(&["order", "reprint", &number.to_lowercase()], &[]);
    let refused = reprint();
    assert_eq!(refused.code, Some(1), "not paid yet: {}", refused.out);
    assert_eq!(booth.post(&format!("/api/test-payment/{number}"), "").await.status, 200);
    let early = reprint();
    assert_eq!(early.code, Some(0), "{}", early.err);
    assert!(early.err.contains("has not been printed yet"), "{}", early.err);

    assert_eq!((print("the-first-page").await, print("the-second-page").await), (200, 409));
    let allowed = reprint();
    assert_eq!(allowed.code, Some(0), "{}", allowed.err);
    let shown: serde_json::Value = serde_json::from_str(&allowed.out).unwrap();
    assert_eq!((&shown["order_id"], &shown["printed_at"]), (&json!(number), &json!(null)));
    let last = shown["journal"].as_array().unwrap().last().unwrap();
    assert_eq!(last["by"], "command_line", "{last}");
    assert_eq!((print("the-second-page").await, print("the-third-page").await), (200, 409));
    let unknown = folder.run(&["order", "reprint", "nobody"], &[]);
    assert!(unknown.code == Some(1) && unknown.err.contains("there is no order nobody"), "{}", unknown.err);
}
