//! `boothpay verify` as a person meets it: words and exit codes.

use crate::support::Folder;
use serde_json::json;

#[tokio::test]
async fn a_healthy_database_passes_beside_the_server_and_a_changed_amount_is_named() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    let body = json!({"order_id": "a", "paymentType": "payme", "amount": 10000}).to_string();
    assert_eq!(booth.post("/api/generate-qr", &body).await.status, 200);
    let beside = folder.run(&["verify"], &[]);
    assert_eq!(beside.code, Some(0), "{}{}", beside.out, beside.err);
    assert!(beside.out.contains("as it should be: 1 orders, 0 transactions, 1 journal rows"), "{}", beside.out);
    booth.kill();

    let by_hand = rusqlite::Connection::open(folder.path().join("boothpay.db")).unwrap();
    by_hand.execute("update orders set amount_tiyin = 1", []).unwrap();
    drop(by_hand);
    for arguments in [&["verify"][..], &["verify", "--database", "sqlite:boothpay.db"]] {
        let damaged = folder.run(arguments, &[]);
        assert_eq!(damaged.code, Some(1));
        assert!(damaged.out.contains("order a: its amount is 1, but the journal says 1000000"), "{}", damaged.out);
    }
}

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let folder = Folder::new();
    let missing = folder.run(&["verify", "--database", "nowhere.db"], &[]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("there is no database nowhere.db"), "{}", missing.err);
    assert!(!folder.path().join("nowhere.db").exists());
}
