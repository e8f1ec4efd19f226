//! A database that has nothing in it, because it was copied without its log or not whole, is told of as such; and nobody begins anew
//! without hearing of it.

use crate::support::Folder;
use serde_json::json;

const NOTHING: &str = "there is nothing in the file";

#[tokio::test]
async fn a_copy_without_its_log_is_not_called_old_and_no_server_begins_anew_in_silence() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    let body = json!({"order_id": "a", "paymentType": "payme", "amount": 10000}).to_string();
    assert_eq!(booth.post("/api/generate-qr", &body).await.status, 200);
    std::fs::copy(folder.path().join("boothpay.db"), folder.path().join("lonely.db")).unwrap();
    booth.kill();
    std::fs::write(folder.path().join("nothing.db"), "").unwrap();
    for name in ["lonely.db", "nothing.db"] {
        let other = Folder::new();
        std::fs::copy(folder.path().join(name), other.path().join("boothpay.db")).unwrap();
        std::fs::copy(folder.path().join(name), other.path().join(name)).unwrap();
        for command in [&["verify"][..], &["backup", "safe.db"], &["order", "list"], &["restore", name, "--force"]] {
            let said = other.run(command, &[]);
            assert_eq!(said.code, Some(1), "{name}, {command:?}: {}", said.out);
            assert!(said.err.contains(NOTHING) && said.err.contains("-wal"), "{name}, {command:?}: {}", said.err);
        }
        let check = other.run(&["check", "--development"], &[("BOOTHPAY_LISTEN", "127.0.0.1:0")]);
        assert!(check.out.contains("begins anew") && check.out.contains(NOTHING), "{name}: {}{}", check.out, check.err);
        let booth = other.serve(&[]);
        booth.err.wait_for("begins anew");
        booth.kill();
        other.serve(&[]).kill();
        assert_eq!(other.run(&["verify"], &[]).code, Some(0));
    }
}

/// SQLite begins anew where the file is gone, and throws its log away, with all that was not written back yet.
#[tokio::test]
async fn a_log_whose_database_was_moved_away_is_kept() {
    let folder = Folder::new();
    let booth = folder.serve(&[]);
    let body = json!({"order_id": "a", "paymentType": "payme", "amount": 10000}).to_string();
    assert_eq!(booth.post("/api/generate-qr", &body).await.status, 200);
    booth.kill();
    let at = |name: &str| folder.path().join(name);
    std::fs::rename(at("boothpay.db"), at("old.db")).unwrap();
    let log = std::fs::read(at("boothpay.db-wal")).unwrap();
    std::fs::write(at("backup.db"), "").unwrap();
    let nothing = [("BOOTHPAY_LISTEN", "127.0.0.1:0")];
    for command in [
        &["order", "list"][..],
        &["order", "create", "--copies", "1"],
        &["verify"],
        &["backup", "safe.db"],
        &["restore", "backup.db"],
        &["check", "--development"],
    ] {
        let said = folder.run(command, &nothing);
        let words = said.out + &said.err;
        assert!(
            said.code == Some(1) && words.contains("boothpay.db-wal") && words.contains("another folder"),
            "{command:?}: {words}"
        );
    }
    assert_eq!(std::fs::read(at("boothpay.db-wal")).unwrap(), log);
    std::fs::rename(at("old.db"), at("boothpay.db")).unwrap();
    let list = folder.run(&["order", "list"], &[]);
    assert!(list.out.contains("\"a\""), "{}{}", list.out, list.err);
}

#[tokio::test]
async fn a_database_that_is_gone_while_its_backups_are_there_is_missed() {
    let folder = Folder::new();
    let check = || folder.run(&["check", "--development"], &[("BOOTHPAY_LISTEN", "127.0.0.1:0")]).out;
    assert!(!check().contains("begins anew"), "the first start is no loss");
    folder.serve(&[]).kill();
    assert_eq!(folder.run(&["backup", "--before-upgrade"], &[]).code, Some(0));
    assert!(!check().contains("begins anew"));
    for name in ["boothpay.db", "boothpay.db-wal", "boothpay.db-shm"] {
        let _ = std::fs::remove_file(folder.path().join(name));
    }
    let said = check();
    assert!(said.contains("begins anew") && said.contains("boothpay restore"), "{said}");
    let booth = folder.serve(&[]);
    booth.err.wait_for("boothpay restore");
    booth.kill();
}

/// Folders have blanks and quotes in their names, and the settings may have been named.
#[cfg(unix)]
#[test]
fn a_command_that_is_told_can_be_copied_as_it_stands() {
    let folder = Folder::new();
    let home = folder.path().join("foto box/o'b");
    std::fs::create_dir_all(&home).unwrap();
    std::fs::write(home.join("boothpay.toml"), "").unwrap();
    let listen = [("BOOTHPAY_LISTEN", "127.0.0.1:0")];
    let with = |command: &[&'static str]| [&["--config", "foto box/o'b/boothpay.toml"][..], command].concat();
    folder.start(&with(&["serve"]), &listen).kill();
    assert_eq!(folder.run(&with(&["backup", "--before-upgrade"]), &[]).code, Some(0));
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(home.join(format!("boothpay.db{ending}")));
    }
    let check = folder.run(&with(&["check", "--development"]), &listen).out;
    let command = check.split("in its place: ").nth(1).and_then(|rest| rest.split_inclusive("--force").next());
    let command = command.unwrap_or_else(|| panic!("no command: {check}"));
    let program = std::path::Path::new("sh");
    let script = format!("boothpay() {{ '{}' \"$@\"; }}; {command}", env!("CARGO_BIN_EXE_boothpay"));
    let restored = crate::support::Finished::of(folder.command_of(program, &["-c", &script], &[]));
    assert_eq!(restored.code, Some(0), "{command}: {}", restored.err);
    assert!(home.join("boothpay.db").exists());
}
