//! Taken over again after his server went on, with ours running in between; and what has no place beside what is here.

use crate::his::{FILE, Place, TABLE, database};
use crate::support::Folder;
use serde_json::json;

/// Four payments of the last hour: open, begun, paid, and one whose code the customer still looks at.
const ROWS: &str = "
    insert into payments values
      (1, 'open', null, 10000, 'payme', 'pending', 0, datetime('now', '-50 minutes'), null, null, null,
       datetime('now', '-50 minutes'), null),
      (2, 'begun', 'p-begun', 10000, 'payme', 'pending', 1, datetime('now', '-40 minutes'), null, null, null,
       datetime('now', '-40 minutes'), null),
      (3, 'paid', 'p-paid', 10000, 'payme', 'success', 2, datetime('now', '-30 minutes'), datetime('now', '-29 minutes'),
       null, null, datetime('now', '-30 minutes'), null),
      (4, 'fresh', null, 10000, 'payme', 'pending', 0, datetime('now', '-1 minutes'), null, null, null,
       datetime('now', '-1 minutes'), null)";

/// His server went on: the open one was paid, the begun one too, the paid one refunded, and there is a new one.
const LATER: &str = "
    update payments set transaction_id = 'p-open', status = 'success', state = 2, create_time = datetime('now', '-20 minutes'),
           perform_time = datetime('now', '-19 minutes') where id = 1;
    update payments set status = 'success', state = 2, perform_time = datetime('now', '-10 minutes') where id = 2;
    update payments set status = 'canceled', state = -2, cancel_time = datetime('now', '-5 minutes') where id = 3;
    insert into payments values
      (5, 'new', 'p-new', 20000, 'payme', 'success', 2, datetime('now', '-4 minutes'), datetime('now', '-3 minutes'), null,
       null, datetime('now', '-4 minutes'), null)";

#[tokio::test]
async fn what_moved_on_there_moves_on_here_also_when_our_server_ran_in_between() {
    for place in Place::both() {
        let folder = Folder::new();
        let his = database(&folder, &format!("{TABLE};{ROWS}"));
        assert!(place.import(&folder, &[]).contains(": 4 new, 0 that went on."));
        let booth = place.serve(&folder);
        // Long over; the begun one may still be paid, and so may the one whose code was just made.
        assert_eq!(booth.status("open").await["status"], "expired");
        assert_eq!(booth.status("begun").await["stage"], "processing");
        let check = json!({ "amount": 1_000_000, "account": { "order_id": "fresh" } });
        assert_eq!(booth.payme("CheckPerformTransaction", check).await["result"]["allow"], true);
        let ours = booth.pay("ours").await;
        assert!(ours > 5, "{ours}");

        his.execute_batch(LATER).unwrap();
        // The server runs on meanwhile.
        assert!(place.import(&folder, &[]).contains(": 1 new, 3 that went on."));
        for (order, status, transaction, state) in [
            ("open", "success", 1, 2),
            ("begun", "success", 2, 2),
            ("paid", "refunded", 3, -2),
            ("new", "success", 5, 2),
        ] {
            assert_eq!(booth.status(order).await["status"], status, "{order}");
            let checked = booth.check(&format!("p-{order}")).await;
            assert_eq!((&checked["transaction"], &checked["state"]), (&json!(transaction.to_string()), &json!(state)));
        }
        let again = booth.payme("PerformTransaction", json!({ "id": "p-begun" })).await;
        assert_eq!(again["result"]["state"], 2, "the money came there: {again}");
        assert_eq!(booth.owner("/api/payments/5").await["order_id"], "new");
        assert!(booth.pay("ours-again").await > ours);
        drop(booth);
        place.verify(&folder);
        assert!(place.import(&folder, &[]).contains("There is nothing new to take over"));
    }
}

#[tokio::test]
async fn a_payment_that_was_begun_there_is_finished_here() {
    for place in Place::both() {
        let folder = Folder::new();
        drop(database(&folder, &format!("{TABLE};{ROWS}")));
        place.import(&folder, &[]);
        let booth = place.serve(&folder);
        let create_time = booth.check("p-begun").await["create_time"].as_i64().unwrap();
        let params = json!({ "id": "p-begun", "time": 5, "amount": 1_000_000, "account": { "order_id": "begun" } });
        let created = booth.payme("CreateTransaction", params).await;
        assert_eq!(
            (&created["result"]["create_time"], &created["result"]["transaction"]),
            (&json!(create_time), &json!("2"))
        );
        let performed = booth.payme("PerformTransaction", json!({ "id": "p-begun" })).await;
        let perform_time = performed["result"]["perform_time"].as_i64().unwrap();
        // Told by this server, whose clock is right: five hours and forty minutes after what the other had told.
        assert!((perform_time - create_time - (5 * 60 + 40) * 60_000).abs() < 120_000, "{create_time} {performed}");
        assert_eq!(booth.status("begun").await["status"], "success");
        drop(booth);
        place.verify(&folder);
        // His copy does not know: what went on here stays.
        assert!(place.import(&folder, &[]).contains("There is nothing new to take over"));
    }
}

#[tokio::test]
async fn what_has_no_place_beside_our_own_payments_is_refused() {
    for place in Place::both() {
        let folder = Folder::new();
        let his = database(&folder, &format!("{TABLE};{ROWS}"));
        let booth = place.serve(&folder);
        assert_eq!(booth.pay("theirs").await, 1, "a booth that took money before");
        for (order, amount) in [("open", 5000), ("paid", 10000)] {
            let body = json!({ "order_id": order, "paymentType": "payme", "amount": amount }).to_string();
            assert_eq!(booth.0.post("/api/generate-qr", &body).await.status, 200);
        }
        let account = json!({ "order_id": "paid" });
        let params = json!({ "id": "p-here", "time": 5, "amount": 1_000_000, "account": account });
        assert_eq!(booth.payme("CreateTransaction", params).await["result"]["transaction"], "2");
        drop(booth);
        his.execute_batch("update payments set transaction_id = 'p-open', state = 1 where id = 1").unwrap();
        let before = place.everything(&folder);
        let refused = place.run(&folder, &["import", FILE], &[]);
        assert_eq!(refused.code, Some(1));
        for (row, reason) in [
            ("row 1 (order open)", "Boothpay has this order at 5000 soum"),
            ("row 2 (order begun)", "Boothpay has given number 2 to a payment of its own"),
            ("row 3 (order paid)", "Boothpay has this order as pending, by another payment"),
        ] {
            assert!(refused.out.lines().any(|it| it.contains(row) && it.contains(reason)), "{row}\n{}", refused.out);
        }
        assert_eq!(place.everything(&folder), before);
        assert!(place.import(&folder, &["--skip-refused"]).contains(": 1 new, 0 that went on."));
        place.verify(&folder);
    }
}

#[tokio::test]
async fn what_went_two_ways_is_left_to_a_person() {
    let folder = Folder::new();
    let his = database(&folder, &format!("{TABLE};{ROWS}"));
    Place::File.import(&folder, &[]);
    let booth = Place::File.serve(&folder);
    let cancelled = booth.payme("CancelTransaction", json!({ "id": "p-begun", "reason": 3 })).await;
    assert_eq!(cancelled["result"]["state"], -1);
    drop(booth);
    his.execute_batch(LATER).unwrap();
    let refused = Place::File.run(&folder, &["import", FILE], &[]);
    let expected = "row 2 (order begun): here it is cancelled, in the file performed";
    assert!(refused.out.contains(expected), "{}", refused.out);
}
