//! The harness has teeth: what must not pass does not.

use crate::database::{Database, Site};
use crate::judge::judge;
use crate::load::{self, Load, wait};
use crate::record::{Ask, Recorder};
use crate::server::{Server, back_up, verify};
use boothpay_test_support::Cluster;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Loads a new server for a moment, twice, with `between` in the middle; both times it is killed.
fn loaded(site: &Site, between: impl FnOnce()) {
    let mut between = Some(between);
    for (round, seed) in [("first", 1), ("second", 2)] {
        let server = Server::start(site, None).unwrap();
        let addresses = [server.address.clone()];
        Load::on(site, &addresses, round, seed).run(|going| {
            // Enough for every kind of story, however slow the machine is.
            wait(Duration::from_secs(30), || going.settled().iter().sum::<u64>() >= 60);
            if let Some(between) = between.take() {
                between();
            }
            server.kill()
        });
    }
}

fn both() -> [Site; 2] {
    [Site::on_file(), Site::on_server(Cluster::shared())]
}

fn faults(site: &Site) -> Vec<String> {
    let server = Server::start(site, None).unwrap();
    judge(site, &[&server], "", Duration::ZERO).faults
}

#[test]
fn without_tampering_the_judge_is_content() {
    for site in both() {
        loaded(&site, || {});
        assert_eq!(faults(&site), [""; 0]);
    }
}

/// What a disk does that said "written" too early: the database is whole and in order, and a moment old.
#[test]
fn a_database_that_is_a_moment_old_is_a_loss_though_nothing_in_it_is_wrong() {
    let site = Site::on_file();
    let at = |name: &str| site.folder().join(name);
    loaded(&site, || back_up(&site, "early.db"));
    for companion in ["boothpay.db-wal", "boothpay.db-shm"] {
        std::fs::remove_file(at(companion)).unwrap();
    }
    std::fs::rename(at("early.db"), at("boothpay.db")).unwrap();
    assert!(verify(&site).0, "only the record can tell");
    let faults = faults(&site);
    assert!(faults.iter().any(|fault| fault.starts_with("LOST")), "{faults:?}");
}

#[test]
fn a_server_that_acknowledges_what_it_does_not_keep_is_found_out() {
    for site in both() {
        loaded(&site, || {});
        let mut record = Recorder::open(&load::records(&site)[0]);
        let (order, params) = ("second-0-0".to_owned(), json!({"id": "never-kept"}));
        let number = record.ask(&Ask { order, method: "PerformTransaction".to_owned(), params });
        let answer = json!({"result": {"transaction": "1", "perform_time": 5, "state": 2}});
        record.answer(number, &answer);
        let faults = faults(&site);
        assert!(faults.iter().any(|fault| fault.contains("never-kept")), "{faults:?}");
    }
}

/// A small step, whatever it is, taken behind the program's back.
#[test]
fn a_changed_or_invented_row_is_found() {
    let damages = [
        "update transactions set create_time_ms = create_time_ms - 1 where number = (select min(number) from transactions)",
        "update transactions set amount_tiyin = 1 where number = (select min(number) from transactions)",
        "insert into orders (order_row, order_id, amount_tiyin, copies, booth_id, booth_name, status, created_at_ms, expires_at_ms, changed_at_ms,
                             version)
         select 99999, 'invented', amount_tiyin, copies, booth_id, booth_name, 'pending', 1, 2, 1, 1 from orders limit 1",
        "delete from orders where order_row not in (select order_row from transactions)",
        "update orders set status = 'pending' where status = 'paid'",
        "insert into journal select writer, sequence + 100000, order_row, version + 1, at_ms, actor, change, digest from journal
         where version = (select max(version) from journal)",
    ];
    for (damage, site) in damages.iter().flat_map(|damage| both().map(|site| (damage, site))) {
        loaded(&site, || {});
        match &site.database {
            Database::File(path) => {
                let by_hand = rusqlite::Connection::open(path).unwrap();
                by_hand.execute_batch("pragma foreign_keys = off; drop trigger orders_stay").unwrap();
                assert!(by_hand.execute(damage, []).unwrap() > 0, "{damage}");
            }
            Database::Server(server) => {
                // In one implicit transaction, without triggers: those of foreign keys too.
                let changed = format!("set session_replication_role = replica; {damage} returning 1");
                assert_ne!(server.sql(&changed).unwrap(), "", "{damage}");
            }
        }
        assert_ne!(faults(&site), [""; 0], "{damage}");
    }
}

/// A release is built without development dependencies, so this is what keeps the places to die out of it.
#[test]
fn only_builds_for_tests_can_be_told_where_to_die() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(here.join("Cargo.toml")).unwrap();
    let (program, tests) = manifest.split_once("[dev-dependencies]").unwrap();
    assert!(!program.contains("crash-points") && tests.contains("crash-points"));
    let server = std::fs::read_to_string(here.join("../server/Cargo.toml")).unwrap();
    assert!(!server.contains("crash-points"));
}
