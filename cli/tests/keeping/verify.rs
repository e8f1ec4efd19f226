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

/// The heads that a text names, as they are given back.
fn heads(text: &str) -> Vec<String> {
    let is_head = |word: &&str| word.matches(':').count() == 2 && word.trim_end_matches(';').len() > 66;
    text.split_whitespace().filter(is_head).map(|word| word.trim_end_matches(';').to_owned()).collect()
}

#[test]
fn a_head_kept_elsewhere_shows_a_journal_that_was_cut_or_rewritten() {
    let folder = Folder::new();
    let database = folder.path().join("boothpay.db");
    let make = |id: &str| assert_eq!(folder.run(&["order", "create", "--id", id], &[]).code, Some(0));
    make("first");
    let older = std::fs::read(&database).unwrap();
    make("second");
    let named = heads(&folder.run(&["verify"], &[]).out);
    assert_eq!(named.len(), 1, "{named:?}");
    let verify = || folder.run(&["verify", "--head", &named[0]], &[]);
    assert_eq!(verify().code, Some(0), "nothing was done to it");
    make("third");
    assert_eq!(verify().code, Some(0), "it only grew: {}", verify().out);

    for (how, words) in [("cut", "was cut off"), ("rewritten", "the journal was rewritten")] {
        std::fs::write(&database, &older).unwrap();
        if how == "rewritten" {
            make("instead");
        }
        assert_eq!(folder.run(&["verify"], &[]).code, Some(0), "{how}: by itself it is as it should be");
        let found = verify();
        assert_eq!(found.code, Some(1), "{how}");
        assert!(found.out.contains(words), "{how}: {}", found.out);
    }
    let nonsense = folder.run(&["verify", "--head", "1:2:xyz"], &[]);
    assert!(nonsense.code == Some(1) && nonsense.err.contains("WRITER:ROWS:DIGEST"), "{}", nonsense.err);
}

#[test]
fn the_log_and_each_backup_name_the_heads() {
    let folder = Folder::new();
    for format in ["plain", "json"] {
        assert_eq!(folder.run(&["order", "create"], &[]).code, Some(0));
        let booth = folder.serve(&[("BOOTHPAY_LOG_FORMAT", format)]);
        booth.err.wait_for("the journal ends here");
        let (told, now) = (booth.kill().err, heads(&folder.run(&["verify"], &[]).out));
        assert!(now.len() == 1 && told.contains(&now[0]), "{format}: {told}");
        let backup = folder.run(&["backup", &format!("{format}.db")], &[]);
        assert_eq!(heads(&backup.out), now, "{}", backup.out);
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
