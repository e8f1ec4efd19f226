//! `boothpay backup` and `restore` as a person meets them, and the scheduled backup of a running server; killed in the
//! middle, none leaves half a file under a backup's name.

use crate::support::{Folder, Running};
use serde_json::json;
use std::path::{Path, PathBuf};

async fn offer(booth: &Running, id: &str) {
    let body = json!({"order_id": id, "paymentType": "payme", "amount": 10000}).to_string();
    assert_eq!(booth.post("/api/generate-qr", &body).await.status, 200);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn a_backup_of_a_running_server_is_restored_when_it_has_stopped() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    offer(&booth, "a").await;
    let backup = folder.run(&["backup", "safe.db"], &[]);
    assert_eq!(backup.code, Some(0), "{}", backup.err);
    assert!(backup.out.contains("boothpay.db: 1 orders"), "{}", backup.out);
    let again = folder.run(&["backup", "safe.db"], &[]);
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("safe.db is there already and is not overwritten"), "{}", again.err);
    offer(&booth, "b").await;

    let refused = folder.run(&["restore", "safe.db", "--force"], &[]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("boothpay.db is in use: stop the server"), "{}", refused.err);
    offer(&booth, "c").await;
    booth.kill();

    let refused = folder.run(&["restore", "safe.db"], &[]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("--force"), "{}", refused.err);
    let restored = folder.run(&["restore", "safe.db", "--force"], &[]);
    assert_eq!(restored.code, Some(0), "{}", restored.err);
    assert!(restored.out.contains("boothpay.db.before-restore-"), "{}", restored.out);
    assert!(restored.out.contains("compare with the lists in the wallets' cabinets"), "{}", restored.out);
    let booth = folder.serve(&[]);
    assert_eq!(booth.get("/api/payment-status/a").await.status, 200);
    assert_eq!(booth.get("/api/payment-status/b").await.status, 404);
    booth.kill();

    let aside =
        files(folder.path()).into_iter().find(|path| path.to_string_lossy().contains("before-restore")).unwrap();
    let kept = folder.run(&["verify", "--database", aside.to_str().unwrap()], &[]);
    assert!(kept.out.contains("as it should be: 3 orders"), "killed, and yet all three: {}{}", kept.out, kept.err);
}

#[tokio::test]
async fn before_an_upgrade_the_last_three_stay_and_the_newest_always() {
    let folder = Folder::new();
    let upgrade = ["backup", "--before-upgrade"];
    let nothing = folder.run(&upgrade, &[]);
    assert_eq!(nothing.code, Some(0), "{}", nothing.err);
    assert!(files(folder.path()).iter().all(|file| !file.to_string_lossy().contains("before-upgrade-")));
    let postgres = folder.run(&upgrade, &[("BOOTHPAY_DATABASE", "postgres://a:b@127.0.0.1:1/c")]);
    assert_eq!(postgres.code, Some(0), "{}", postgres.err);
    assert!(postgres.out.contains("pg_dump"), "{}", postgres.out);

    let booth = folder.serve(&[]);
    offer(&booth, "a").await;
    // Made when the clock was years ahead: to it the backup of now is the oldest.
    let ahead = ["97", "98", "99"].map(|year| folder.path().join(format!("before-upgrade-{year}000101-000000-000.db")));
    for file in &ahead {
        std::fs::write(file, "of an earlier upgrade").unwrap();
    }
    let made = folder.run(&upgrade, &[]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    let left: Vec<_> =
        files(folder.path()).into_iter().filter(|file| file.to_string_lossy().contains("before-upgrade-")).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    let new = left.iter().find(|file| !ahead.contains(file)).expect("the backup of now");
    let kept = folder.run(&["verify", "--database", new.to_str().unwrap()], &[]);
    assert!(kept.out.contains("as it should be: 1 orders"), "{}{}", kept.out, kept.err);
    booth.kill();
}

#[tokio::test]
async fn a_backup_killed_in_the_middle_leaves_nothing_under_its_name_and_does_not_stop_the_next() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    offer(&booth, "a").await;
    let killed = folder.run(&["backup", "safe.db"], &[("CRASH_AT", "in_backup:1")]);
    assert_ne!(killed.code, Some(0));
    let names =
        |ending: &str| files(folder.path()).into_iter().filter(|path| path.to_string_lossy().ends_with(ending)).count();
    assert_eq!((names("safe.db"), names(".part")), (0, 1), "it died with a whole, unverified copy");
    let backup = folder.run(&["backup", "safe.db"], &[]);
    assert_eq!(backup.code, Some(0), "{}", backup.err);
    assert_eq!((names("safe.db"), names(".part")), (1, 0));
}

#[tokio::test]
async fn a_server_makes_its_own_backups() {
    let folder = Folder::new();
    let backups = folder.path().join("backups");
    let settings = [("BOOTHPAY_BACKUP_FOLDER", "backups")];
    let dies = folder.run(&["serve"], &[settings[0], ("BOOTHPAY_LISTEN", "127.0.0.1:0"), ("CRASH_AT", "in_backup:1")]);
    assert_ne!(dies.code, Some(0));
    assert!(files(&backups).iter().all(|path| path.to_string_lossy().ends_with(".part")), "{:?}", files(&backups));

    let booth = folder.serve(&settings);
    booth.err.wait_for("backup made and verified");
    assert_eq!(files(&backups).len(), 1, "and what the killed one left is gone");
    let path = files(&backups).remove(0);
    assert!(folder.run(&["verify", "--database", path.to_str().unwrap()], &[]).out.contains("as it should be"));
    booth.kill();

    let booth = folder.serve(&settings);
    offer(&booth, "a").await;
    assert_eq!(files(&backups).len(), 1, "the next is due in a day");

    let unwritable = folder.path().join("boothpay.toml");
    std::fs::write(&unwritable, "[backup]\nfolder = \"boothpay.db\"\n").unwrap();
    let booth = folder.serve(&[]);
    booth.err.wait_for("NO BACKUP was made in ");
    offer(&booth, "b").await;
}

/// Somebody has named a backup as the database, where it lies, instead of restoring it.
#[tokio::test]
async fn a_backup_that_became_the_database_is_never_removed_as_an_old_one() {
    let folder = Folder::new();
    folder.serve(&[]).kill();
    for name in ["backups/boothpay-20200102-030405.db", "before-upgrade-20200102-030405-000.db"] {
        std::fs::create_dir_all(folder.path().join("backups")).unwrap();
        let database = folder.path().join(name);
        assert_eq!(folder.run(&["backup", name], &[]).code, Some(0));
        let settings = [
            ("BOOTHPAY_DATABASE", name),
            ("BOOTHPAY_BACKUP_FOLDER", "backups"),
            ("BOOTHPAY_BACKUP_KEEP", "1"),
            ("BOOTHPAY_LISTEN", "127.0.0.1:0"),
        ];
        let booth = folder.serve(&settings);
        booth.err.wait_for("backup made and verified");
        for _ in 0..4 {
            let made = folder.run(&["backup", "--before-upgrade"], &settings);
            assert!(made.code == Some(0) && made.out.contains("is a verified backup"), "{}{}", made.out, made.err);
        }
        offer(&booth, "a").await;
        booth.err.wait_for("is named like a backup");
        booth.kill();
        assert!(database.exists(), "{name}");
        let check = folder.run(&["check", "--development"], &settings);
        assert!(check.out.contains("is named like a backup"), "{}{}", check.out, check.err);
        for made in files(&folder.path().join("backups")).into_iter().filter(|file| *file != database) {
            std::fs::remove_file(made).unwrap();
        }
    }
}
