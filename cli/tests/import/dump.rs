//! The dump of a table like his: sixty rows that make sense, six that contradict themselves.

use crate::his::{FILE, Place, Row, dump, paymes};
use crate::support::Folder;
use serde_json::{Value, json};

/// What is wrong with each of the six.
const REFUSED: [(&str, &str); 6] = [
    ("row 61 (order photobooth-1766900000001)", "state is 2, but perform_time is empty"),
    ("row 62 (order photobooth-1766900000002)", "amount is 0: the amount must be a positive number"),
    ("row 63 (order photobooth-1766900000003)", "state is 2, but transaction_id is empty"),
    ("row 64 (order фото 64)", "order_id is фото 64: the order id has a character outside"),
    ("row 65 (order photobooth-1766900000005)", "status is canceled, but state is 2"),
    ("row 66 (order photobooth-1766900000006)", "payment_type is uzcard; known are payme, click and test"),
];

#[test]
fn the_plan_names_what_it_refuses_and_changes_nothing() {
    let folder = Folder::new();
    drop(dump(&folder));
    let before = std::fs::read(folder.path().join(FILE)).unwrap();
    for more in [&["--dry-run"][..], &[], &["--yes"]] {
        let arguments: Vec<&str> = ["import", FILE].into_iter().chain(more.iter().copied()).collect();
        let refused = Place::File.run(&folder, &arguments, &[]);
        assert_eq!(refused.code, Some(1), "{}", refused.out);
        for (row, reason) in REFUSED {
            assert!(
                refused.out.lines().any(|line| line.contains(row) && line.contains(reason)),
                "{row}\n{}",
                refused.out
            );
        }
        assert!(refused.out.lines().any(|line| line.contains("refused") && line.ends_with(" 6")), "{}", refused.out);
        assert!(refused.err.contains("6 rows are refused, so nothing is taken over"), "{}", refused.err);
    }
    let skipped = Place::File.run(&folder, &["import", FILE, "--dry-run", "--skip-refused"], &[]);
    assert_eq!(skipped.code, Some(0), "{}", skipped.err);
    assert!(skipped.out.contains("row 7 (order photobooth-1766266934044): paid and refunded (state -2), but when"));
    assert_eq!(std::fs::read(folder.path().join(FILE)).unwrap(), before);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, [FILE], "no database was made, and nothing beside his");
}

#[tokio::test]
async fn payme_hears_of_every_old_payment_what_it_heard_before() {
    for place in Place::both() {
        let folder = Folder::new();
        let his = dump(&folder);
        let rows = paymes(&his, 5);
        assert_eq!(rows.len(), 29);
        let said = place.import(&folder, &["--skip-refused"]);
        assert!(said.contains(": 60 new, 0 that went on."), "{said}");
        place.verify(&folder);
        let before = place.everything(&folder);
        let again = place.import(&folder, &["--skip-refused"]);
        assert!(again.contains("There is nothing new to take over"), "{again}");
        assert_eq!(place.everything(&folder), before);

        let booth = place.serve(&folder);
        let all = booth.payme("GetStatement", json!({ "from": 0, "to": 9_000_000_000_000_i64 })).await;
        let statement = all["result"]["transactions"].as_array().unwrap().clone();
        assert_eq!(statement.len(), rows.len());
        for row in &rows {
            let Row { create_time, perform_time, cancel_time, .. } = *row;
            let number = row.id.to_string();
            if row.state == 1 {
                // Begun a year ago: ended by the sweep, sooner or later, as a call of Payme's would.
                let performed = booth.payme("PerformTransaction", json!({ "id": row.transaction_id })).await;
                assert_eq!(performed["error"]["code"], -31008, "{row:?}");
                let checked = booth.check(&row.transaction_id).await;
                assert_eq!((&checked["create_time"], &checked["reason"]), (&json!(create_time), &json!(4)), "{row:?}");
                continue;
            }
            let expected = json!({
                "create_time": create_time, "perform_time": perform_time, "cancel_time": cancel_time,
                "transaction": number, "state": row.state, "reason": null,
            });
            assert_eq!(booth.check(&row.transaction_id).await, expected, "{row:?}");
            let item = statement.iter().find(|item| item["id"] == row.transaction_id.as_str()).unwrap();
            for (name, value) in expected.as_object().unwrap() {
                assert_eq!(&item[name], value, "{row:?}");
            }
            assert_eq!(
                (&item["amount"], &item["account"]),
                (&json!(row.amount * 100), &json!({ "order_id": row.order_id }))
            );
            again_as_before(&booth, row, &number).await;
        }
        refund_of_an_old_payment(&booth, &rows).await;
        click_hears_what_became_of_its_payments(&booth).await;
        his_page(&booth).await;
        let number = booth.pay("photobooth-1790000000000").await;
        assert!(number > 66, "numbers of ours begin above his: {number}");
        drop(booth);
        place.verify(&folder);
    }
}

/// Repeated calls get the answers that they got.
async fn again_as_before(booth: &crate::his::Booth, row: &Row, number: &str) {
    let performed = booth.payme("PerformTransaction", json!({ "id": row.transaction_id })).await;
    let cancelled = async || booth.payme("CancelTransaction", json!({ "id": row.transaction_id, "reason": 5 })).await;
    match row.state {
        2 => {
            let expected = json!({ "transaction": number, "perform_time": row.perform_time, "state": 2 });
            assert_eq!(performed["result"], expected, "{row:?}");
        }
        state => {
            assert_eq!(performed["error"]["code"], -31008, "{row:?}");
            let expected = json!({ "transaction": number, "cancel_time": row.cancel_time, "state": state });
            assert_eq!(cancelled().await["result"], expected, "{row:?}");
        }
    }
    let account = json!({ "order_id": row.order_id });
    let params = json!({ "id": row.transaction_id, "time": 5, "amount": row.amount * 100, "account": account });
    assert_eq!(booth.payme("CreateTransaction", params).await["error"]["code"], -31008, "{row:?}");
    let check = json!({ "amount": row.amount * 100, "account": account });
    let allowed = booth.payme("CheckPerformTransaction", check).await;
    assert_eq!(allowed["error"]["code"], -31052, "an old order takes no new payment: {row:?} {allowed}");
}

async fn refund_of_an_old_payment(booth: &crate::his::Booth, rows: &[Row]) {
    let row = rows.iter().find(|row| row.state == 2).unwrap();
    let cancel = async || booth.payme("CancelTransaction", json!({ "id": row.transaction_id, "reason": 5 })).await;
    let refunded = cancel().await;
    let cancel_time = refunded["result"]["cancel_time"].as_i64().unwrap();
    assert!(cancel_time > 1_790_000_000_000, "now, as it is: {refunded}");
    assert_eq!(cancel().await, refunded);
    let expected = json!({
        "create_time": row.create_time, "perform_time": row.perform_time, "cancel_time": cancel_time,
        "transaction": row.id.to_string(), "state": -2, "reason": 5,
    });
    assert_eq!(booth.check(&row.transaction_id).await, expected);
    assert_eq!(booth.status(&row.order_id).await["status"], "refunded");
}

/// Click's calls are repeated after days: each is told what the payment came to, under his number for it.
async fn click_hears_what_became_of_its_payments(booth: &crate::his::Booth) {
    for (attempt, order, amount, number, prepared, completed) in [
        ("3079674619", "photobooth-1766297296718", "20000", 12, -4, -4),
        ("2972434594", "photobooth-1766263753709", "20000", 6, -9, -9),
    ] {
        let prepare = booth.click("prepare", attempt, order, amount, None).await;
        assert_eq!(prepare["error"], prepared, "{prepare}");
        let complete = booth.click("complete", attempt, order, amount, Some(number)).await;
        assert_eq!(complete["error"], completed, "{complete}");
        let other = booth.click("complete", attempt, order, amount, Some(number + 1)).await;
        assert_eq!(other["error"], -6, "{other}");
    }
}

/// His list has his numbers and the times of his columns, whatever Payme was told.
async fn his_page(booth: &crate::his::Booth) {
    let listed = booth.owner("/api/payments?limit=1000").await;
    assert_eq!(listed["total"], 60);
    let ids: Vec<i64> = listed["payments"].as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, (1..=60).rev().collect::<Vec<_>>());
    let paid = booth.owner("/api/payments/4").await;
    let times = ["create_time", "perform_time", "cancel_time"].map(|name| paid[name].clone());
    assert_eq!(times, [json!("2025-12-20T16:28:12.537000"), json!("2025-12-20T16:29:45.537000"), Value::Null]);
    assert_eq!((&paid["status"], &paid["amount"]), (&json!("success"), &json!(30000)));
    assert_eq!(booth.owner("/api/payments/7").await["status"], "canceled");
    let by_click = booth.owner("/api/payments/12").await;
    let about = ["payment_type", "transaction_id", "status", "state"].map(|name| by_click[name].clone());
    assert_eq!(about, [json!("click"), json!("3079674619"), json!("success"), json!(2)]);
    let stats = booth.owner("/api/stats").await;
    assert_eq!(stats["total_payments"], 60);
}

#[tokio::test]
async fn a_machine_of_another_zone_told_other_times() {
    let folder = Folder::new();
    let his = dump(&folder);
    let said = Place::File.import(&folder, &["--skip-refused", "--his-time-zone", "UTC", "--yes"]);
    assert!(said.contains("as those of UTC"), "{said}");
    let other = Place::File.run(&folder, &["import", FILE, "--skip-refused"], &[]);
    assert!(
        other
            .out
            .contains("row 3 (order photobooth-1766240231625): Boothpay took it over before as number 3 with other")
    );
    let booth = Place::File.serve(&folder);
    for row in paymes(&his, 0).iter().filter(|row| row.state == 2) {
        let checked = booth.check(&row.transaction_id).await;
        assert_eq!(
            (&checked["create_time"], &checked["perform_time"]),
            (&json!(row.create_time), &json!(row.perform_time))
        );
    }
    drop(booth);
    let nowhere = Place::File.run(&folder, &["import", FILE, "--his-time-zone", "Asia/Taschkent"], &[]);
    assert!(nowhere.err.contains("no such time zone"), "{}", nowhere.err);
}

#[test]
fn killed_in_the_middle_it_leaves_nothing_and_killed_behind_it_everything() {
    for place in Place::both() {
        let folder = Folder::new();
        drop(dump(&folder));
        let arguments = ["import", FILE, "--skip-refused"];
        let killed = place.run(&folder, &arguments, &[("CRASH_AT", "before_commit:1")]);
        assert_eq!(killed.code, None, "{}{}", killed.out, killed.err);
        assert_eq!(place.everything(&folder).trim(), "[]");
        let killed = place.run(&folder, &arguments, &[("CRASH_AT", "after_commit:1")]);
        assert_eq!(killed.code, None, "{}{}", killed.out, killed.err);
        place.verify(&folder);
        assert!(place.import(&folder, &["--skip-refused"]).contains("There is nothing new to take over"));
    }
}

#[test]
fn what_has_taken_money_is_not_opened_to_everybody() {
    let folder = Folder::new();
    drop(dump(&folder));
    Place::File.import(&folder, &["--skip-refused"]);
    let refused = folder.run(&["serve"], &[("BOOTHPAY_LISTEN", "127.0.0.1:0")]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("payments that were taken over"), "{}", refused.err);
}

#[tokio::test]
async fn numbers_begin_above_his_after_a_move_too() {
    let folder = Folder::new();
    drop(dump(&folder));
    Place::File.import(&folder, &["--skip-refused"]);
    let server = Place::both().into_iter().next_back().unwrap();
    let moved = server.run(&folder, &["migrate", "--from", "sqlite:boothpay.db"], &[]);
    assert_eq!(moved.code, Some(0), "{}{}", moved.out, moved.err);
    let booth = server.serve(&folder);
    assert!(booth.pay("photobooth-1790000000000").await > 66);
    assert_eq!(booth.check("6cdcf1ba1cde11df51cf198d").await["transaction"], "3");
    drop(booth);
    server.verify(&folder);
}
