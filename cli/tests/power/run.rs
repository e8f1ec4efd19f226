//! The run: cut the power, switch it on again, judge, and again; and the controls, in which a loss has to be seen.

use crate::device::Device;
use crate::judge::{Verdict, judge};
use crate::load;
use crate::report::{Figures, add_to_report};
use crate::stand::{Kind, Server, Stand};
use boothpay_test_support::Random;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;

/// Cuts on SQLite unless the environment says otherwise. Half as many on PostgreSQL, where each takes longer.
const CUTS: u64 = 10;

/// Cuts before a new disk is begun: judging a large database at each cut would only take time.
const CUTS_PER_DISK: u64 = 10;

/// A weak server has so many cuts to lose something in. Each loses what it did since the last checkpoint (SQLite) or in the
/// last few hundred milliseconds (PostgreSQL).
const CONTROL_CUTS: u64 = 5;

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

/// Says in one line what was done, or why nothing was: `./test` shows these lines and wants them.
fn say(words: &str) {
    println!("power cuts: {words}");
}

#[test]
fn on_sqlite_nothing_that_was_acknowledged_is_lost() {
    acknowledged_stays(Kind::Sqlite, from_environment("POWER_CUTS", CUTS));
}

#[test]
fn on_postgresql_nothing_that_was_acknowledged_is_lost() {
    acknowledged_stays(Kind::Postgres, from_environment("POWER_CUTS", CUTS).div_ceil(2));
}

#[test]
fn on_sqlite_a_server_that_syncs_too_little_is_found_out() {
    too_little_is_found_out(Kind::Sqlite);
}

#[test]
fn on_postgresql_a_server_that_syncs_too_little_is_found_out() {
    too_little_is_found_out(Kind::Postgres);
}

/// The disk itself: what was synced stays, what was not goes, also in the middle of a file.
#[test]
fn the_disk_keeps_what_was_synced_and_loses_what_was_not() {
    let Some(mut device) = made("the disk alone", from_environment("POWER_CUTS", CUTS), || Device::new(64)) else {
        return;
    };
    let path = device.root().join("file");
    std::fs::write(&path, "synced, synced").unwrap();
    device.sync();
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.write_all_at(b"hidden", 8).unwrap();
    std::fs::write(device.root().join("another"), "never synced").unwrap();
    drop(file);
    device.cut(&[]);
    device.power_on();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "synced, synced");
    assert!(!device.root().join("another").exists());
    say("1 cut of the disk alone: it keeps what was synced and loses what was not");
}

/// What the cuts are made on, or `None` after saying why none are made.
fn made<T>(what: &str, cuts: u64, make: impl FnOnce() -> Result<T, String>) -> Option<T> {
    if cuts == 0 {
        say(&format!("NONE on {what}: POWER_CUTS is 0"));
        return None;
    }
    make().inspect_err(|lack| say(&format!("NONE on {what}: {lack}"))).ok()
}

fn acknowledged_stays(kind: Kind, cuts: u64) {
    let seed = from_environment("POWER_SEED", 1);
    let mut random = Random::new(seed);
    let Some(mut stand) = made(kind.name(), cuts, || Stand::new(kind)) else { return };
    let mut figures = Figures::default();
    let mut records = tempfile::tempdir().unwrap();
    for cut in 0..cuts {
        if cut % CUTS_PER_DISK == 0 && cut > 0 {
            drop(stand);
            stand = Stand::new(kind).unwrap();
            records = tempfile::tempdir().unwrap();
        }
        let verdict = one_cut(kind, &mut stand, records.path(), &format!("k{cut}-"), &mut random, false);
        let wrong = [verdict.lost.clone(), verdict.faults.clone()].concat();
        assert!(wrong.is_empty(), "{} of {cuts} cuts, seed {seed}:\n{}", cut + 1, wrong.join("\n"));
        figures.add(&verdict);
    }
    say(&format!("{} on {}: {figures}", figures.cuts, kind.name()));
    add_to_report(kind.name(), seed, &figures);
}

fn too_little_is_found_out(kind: Kind) {
    let cuts = from_environment("POWER_CUTS", CUTS).min(CONTROL_CUTS);
    let mut random = Random::new(from_environment("POWER_SEED", 1));
    let name = format!("{}, control", kind.name());
    let mut figures = Figures::default();
    for cut in 0..cuts.max(1) {
        let Some(mut stand) = made(&name, cuts, || Stand::new(kind)) else { return };
        let records = tempfile::tempdir().unwrap();
        let verdict = one_cut(kind, &mut stand, records.path(), &format!("c{cut}-"), &mut random, true);
        figures.add(&verdict);
        if figures.lost > 0 {
            break;
        }
    }
    say(&format!("{} on {name}, which has to lose: {figures}", figures.cuts));
    assert!(figures.lost > 0, "a server that syncs too little lost nothing: the cuts do not reach what is not synced");
    add_to_report(&name, from_environment("POWER_SEED", 1), &figures);
}

/// Loads a server for a while, cuts the power, switches it on, starts the server again and judges.
fn one_cut(kind: Kind, stand: &mut Stand, records: &Path, round: &str, random: &mut Random, is_weak: bool) -> Verdict {
    let server = Server::start(stand, kind, is_weak).unwrap();
    if is_weak {
        // The tables are not what is to be lost.
        stand.sync();
    }
    let address = server.address.clone();
    let how_long = Duration::from_millis(50 + random.below(1000));
    load::run(records, &address, round, random, how_long, || stand.cut(server));
    stand.power_on();
    let server = match Server::start(stand, kind, false) {
        Ok(server) => server,
        Err(why) => return Verdict { faults: vec![why], ..Verdict::default() },
    };
    let mut verdict = judge(records, stand, &server, round);
    if !is_weak && kind == Kind::Sqlite {
        verdict.faults.extend(stand.verify().err());
    }
    verdict
}
