//! A database whose name is a link to a file elsewhere: what protects a database protects it, where SQLite keeps its log.

use crate::support::{Folder, Running};
use serde_json::json;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

struct Booth(Folder);

impl Booth {
    /// The link leads to a file that is not there yet.
    fn new() -> Self {
        let folder = Folder::new();
        std::fs::create_dir_all(folder.path().join("booth")).unwrap();
        std::fs::create_dir_all(folder.path().join("data")).unwrap();
        symlink("../data/real.db", folder.path().join("booth/boothpay.db")).unwrap();
        folder.write("boothpay.toml", "database = \"booth/boothpay.db\"\n");
        Self(folder)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    async fn serve(&self, order: &str) -> Running {
        let server = self.0.serve(&[]);
        let body = json!({"order_id": order, "paymentType": "payme", "amount": 10000}).to_string();
        assert_eq!(server.post("/api/generate-qr", &body).await.status, 200);
        server
    }
}

#[tokio::test]
async fn a_log_that_is_gone_is_noticed_and_one_that_is_alone_is_kept() {
    let booth = Booth::new();
    let server = booth.serve("a").await;
    for ending in ["", "-wal", "-shm"] {
        let file = booth.at(&format!("data/real.db{ending}"));
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    server.kill();
    std::fs::rename(booth.at("data/real.db"), booth.at("data/moved.db")).unwrap();
    let log = std::fs::read(booth.at("data/real.db-wal")).unwrap();
    for command in [&["serve"][..], &["order", "create", "--copies", "1"], &["verify"]] {
        let refused = booth.0.run(command, &[("BOOTHPAY_LISTEN", "127.0.0.1:0")]);
        assert!(refused.code == Some(1) && refused.err.contains("another folder"), "{command:?}: {}", refused.err);
    }
    assert_eq!(std::fs::read(booth.at("data/real.db-wal")).unwrap(), log);
    std::fs::rename(booth.at("data/moved.db"), booth.at("data/real.db")).unwrap();

    let server = booth.serve("b").await;
    std::fs::remove_file(booth.at("data/real.db-wal")).unwrap();
    let body = json!({"order_id": "c", "paymentType": "payme", "amount": 10000}).to_string();
    assert_eq!(server.post("/api/generate-qr", &body).await.status, 503);
    assert_eq!(server.get("/readyz").await.status, 503);
    server.err.wait_for("real.db-wal is not there any more");
    server.kill();
}

#[tokio::test]
async fn a_restored_backup_lies_where_the_link_leads_and_what_was_there_is_kept() {
    let booth = Booth::new();
    booth.serve("a").await.kill();
    let run = |arguments: &[&str]| {
        let ran = booth.0.run(arguments, &[]);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.err);
        ran.out
    };
    run(&["backup", "safe.db"]);
    booth.serve("b").await.kill();
    run(&["restore", "safe.db", "--force"]);
    assert!(std::fs::symlink_metadata(booth.at("booth/boothpay.db")).unwrap().is_symlink());
    let names =
        std::fs::read_dir(booth.at("data")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let aside = names.into_iter().find(|name| name.contains("before-restore")).expect("what was there");
    let aside = format!("data/{}", aside.trim_end_matches("-wal").trim_end_matches("-shm"));
    assert!(run(&["verify", "--database", &aside]).contains("2 orders"));
    assert!(run(&["verify"]).contains("1 orders"));
    booth.serve("c").await.kill();
}

/// They are named after the name that the owner has given, so that an older program's are found.
#[tokio::test]
async fn what_the_panel_keeps_lies_beside_the_link() {
    let booth = Booth::new();
    std::fs::write(booth.at("booth/boothpay.panel.toml"), "nonsense = = 1").unwrap();
    let said = booth.0.run(&["check", "--development"], &[("BOOTHPAY_LISTEN", "127.0.0.1:0")]);
    assert!((said.out.clone() + &said.err).contains("boothpay.panel.toml"), "{}{}", said.out, said.err);
}
