//! What it says, and what the other commands say afterwards.

use crate::past::{both, sqlite};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_it_did_and_how_to_look_at_it() {
    for booth in both() {
        booth.sold(4).await;
        let said = booth.says(&["archive", "--before", "2020-12-31"]);
        assert!(said.contains("4 orders were moved from "), "{said}");
        assert!(said.contains("  paid              4 orders          40000 soum"), "{said}");
        assert!(said.contains("verified: 4 transactions, 16 journal rows"), "{said}");
        let name = "boothpay.archive-2020-12-31.db";
        let file = booth.folder.path().join(name).display().to_string();
        assert!(said.contains(&format!("boothpay verify --archive {file}")), "{said}");

        let shown: Value = serde_json::from_str(&booth.says(&["order", "show", "old-2"])).unwrap();
        assert_eq!((&shown["archived_in"], &shown["status"]), (&Value::from(file.as_str()), &Value::from("paid")));
        assert_eq!(shown["transactions"][0]["id"], "old-2");
        assert!(shown.get("journal").is_none(), "it is in the file: {shown}");
        let listed: Value = serde_json::from_str(&booth.says(&["order", "list"])).unwrap();
        assert_eq!(listed.as_array().unwrap().len(), 4);
        assert!(listed.as_array().unwrap().iter().all(|order| order["archived_in"] == file.as_str()), "{listed}");

        let told: Value = serde_json::from_str(&booth.says(&["order", "show", "old-2", "--archive", name])).unwrap();
        assert_eq!(told["journal"].as_array().unwrap().len(), 4);
        assert!(told.get("archived_in").is_none());
        let missing = booth.run(&["order", "show", "nobodys", "--archive", name], &[]);
        assert_eq!(missing.code, Some(1));
        assert!(missing.err.contains("there is no order nobodys in"), "{}", missing.err);

        let verified = booth.says(&["verify", "--archive", name]);
        assert!(verified.contains("is as it should be: 4 orders, 4 transactions, 16 journal rows"), "{verified}");
        assert!(verified.contains("4 orders were archived in it"), "{verified}");
        // It is a database like any other.
        assert!(booth.says(&["verify", "--database", name]).contains("as it should be: 4 orders"));
        let opened = booth.folder.run(&["order", "show", "old-2"], &[("BOOTHPAY_DATABASE", name)]);
        assert!(opened.out.contains("transaction_performed"), "{}{}", opened.out, opened.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_that_cannot_be_is_explained() {
    let booth = sqlite();
    let missing = booth.run(&["archive", "--before", "2020-12-31"], &[]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("boothpay.db is not there"), "{}", missing.err);
    booth.sold(1).await;
    let young = booth.run(&["archive", "--before", "2099-01-01"], &[]);
    assert_eq!(young.code, Some(1));
    assert!(young.err.contains("at least 90 days in the past"), "{}", young.err);
    for wrong in ["yesterday", "2020-13-01", ""] {
        let refused = booth.run(&["archive", "--before", wrong], &[]);
        assert_eq!(refused.code, Some(2), "{wrong}");
    }
    let early = booth.says(&["archive", "--before", "2020-01-01"]);
    assert!(early.contains("No order was settled before 2020-01-01"), "{early}");
    booth.folder.write("old.db", "mine");
    let taken = booth.archive(&[]);
    assert_eq!(taken.code, Some(1));
    assert!(taken.err.contains("old.db is there already and is not overwritten"), "{}", taken.err);
    assert!(booth.says(&["verify"]).contains("1 orders, 1 transactions, 4 journal rows."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_does_not_pass() {
    let booth = sqlite();
    booth.sold(2).await;
    assert_eq!(booth.archive(&[]).code, Some(0));
    let by_hand = rusqlite::Connection::open(booth.folder.path().join("old.db")).unwrap();
    by_hand.execute("update orders set booth = 'Mine' where order_id = 'old-1'", []).unwrap();
    drop(by_hand);
    let found = booth.run(&["verify", "--archive", "old.db"], &[]);
    assert_eq!(found.code, Some(1));
    assert!(found.out.contains("order old-1: its booth is Mine, but the journal says Test"), "{}", found.out);
}
