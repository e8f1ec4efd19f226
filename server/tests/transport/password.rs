//! ChangePassword from end to end: the sandbox's three keys, a restart, and the owner's way back
//! (`reference/payme.md §2.9`).

use crate::world::{KEY, PRODUCTION, World, rpc};
use boothpay_store::Address;
use std::path::Path;

const SECOND: &str = "second-key-00000000000000000000000000";
const THIRD: &str = "third-key-000000000000000000000000000";

fn production(key: &str) -> String {
    format!("[payme]\nkey = '{key}'\nmerchant_id = '587f72c72cac0d162c722ae2'\nchange_password = true\n")
}

fn on(folder: &Path, settings: &str) -> World {
    World::on(settings, &Address::SqliteFile(folder.join("booth.db")))
}

async fn change(world: &World, proven: &str, wanted: &str) -> i64 {
    let body = rpc("ChangePassword", &format!(r#"{{"password":"{wanted}"}}"#));
    world.payme(&format!("Paycom:{proven}"), &body).await.code()
}

/// Whether a key opens the door.
async fn opens(world: &World, key: &str) -> bool {
    let code = world.payme(&format!("Paycom:{key}"), &rpc("CheckTransaction", r#"{"id":"nobody"}"#)).await.code();
    assert!([-31003, -32504].contains(&code), "{code}");
    code == -31003
}

#[tokio::test]
async fn three_keys_in_a_row() {
    let world = World::new(&production(KEY));
    let mut before = KEY;
    for next in [SECOND, THIRD, KEY] {
        assert_eq!(change(&world, before, next).await, 0);
        assert!(opens(&world, next).await, "the new key works");
        assert!(!opens(&world, before).await, "the old key does not");
        assert_eq!(change(&world, before, "fourth").await, -32504, "nor does it change anything");
        assert_eq!(change(&world, next, next).await, -32504, "the same key is no new one");
        before = next;
    }
}

#[tokio::test]
async fn a_changed_key_survives_a_restart_and_yields_to_a_newly_configured_one() {
    let folder = tempfile::tempdir().unwrap();
    let world = on(folder.path(), &production(KEY));
    assert_eq!(change(&world, KEY, SECOND).await, 0);
    drop(world);
    let world = on(folder.path(), &production(KEY));
    assert!(opens(&world, SECOND).await && !opens(&world, KEY).await, "after a restart");
    drop(world);
    let world = on(folder.path(), &production(THIRD));
    assert!(opens(&world, THIRD).await, "the owner's way back in");
    assert!(!opens(&world, SECOND).await && !opens(&world, KEY).await);
    assert_eq!(change(&world, THIRD, "fourth-key-00000000000000000000000000").await, 0, "and it can be changed again");
    assert!(!opens(&world, THIRD).await);
}

#[tokio::test]
async fn a_replaced_key_never_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let world = on(folder.path(), &production(KEY));
    assert_eq!(change(&world, KEY, SECOND).await, 0);
    drop(world);
    // The owner lost the second key and configured a third; a later return to the first must not revive the second.
    let world = on(folder.path(), &production(THIRD));
    boothpay_server::settle_key(&world.app).await.unwrap();
    assert!(opens(&world, THIRD).await);
    drop(world);
    let world = on(folder.path(), &production(KEY));
    boothpay_server::settle_key(&world.app).await.unwrap();
    assert!(opens(&world, KEY).await && !opens(&world, SECOND).await && !opens(&world, THIRD).await);
}

#[tokio::test]
async fn only_digests_of_keys_are_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let world = on(folder.path(), &production(KEY));
    assert_eq!(change(&world, KEY, SECOND).await, 0);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for key in [KEY, SECOND] {
            assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()), "a key is in the database");
        }
    }
}

#[tokio::test]
async fn switched_off_it_does_not_exist_and_in_development_nobody_may() {
    let world = World::new(PRODUCTION);
    let before = world.everything().await;
    assert_eq!(change(&world, KEY, SECOND).await, -32601);
    assert_eq!((world.everything().await, opens(&world, KEY).await), (before, true));

    let world = World::new("[payme]\nchange_password = true");
    let before = world.everything().await;
    let body = rpc("ChangePassword", r#"{"password":"second-key"}"#);
    assert_eq!(world.post("/api/payme/webhook", &body).await.code(), -32504);
    assert_eq!(world.everything().await, before);
}

#[tokio::test]
async fn a_refused_change_changes_nothing() {
    let world = World::new(&production(KEY));
    let before = world.everything().await;
    for params in ["{}", r#"{"password":""}"#, r#"{"password":null}"#, r#"{"password":["x"]}"#, "[]", "null"] {
        let pair = format!("Paycom:{KEY}");
        assert_eq!(world.payme(&pair, &rpc("ChangePassword", params)).await.code(), -32600, "{params}");
    }
    assert_eq!(change(&world, "wrong", SECOND).await, -32504);
    assert_eq!(world.everything().await, before);
    assert!(opens(&world, KEY).await);
}
