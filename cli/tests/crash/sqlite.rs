//! One server on a SQLite file: kill, restart, judge, and again.

use crate::database::Site;
use crate::judge::judge;
use crate::load::{Load, wait};
use crate::report::{Totals, from_environment};
use crate::server::{Server, verify};
use boothpay_test_support::Random;
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

/// Kills before a new database is begun: judging a large one at each kill would only take time.
const KILLS_PER_DATABASE: u64 = 10;

/// A server that is told where to die gets so long to get there; the sweep comes every five seconds.
const POINT_PATIENCE: Duration = Duration::from_secs(8);

/// How soon a killed server must answer again.
const BACK_WITHIN: Duration = Duration::from_secs(2);

const RETURN: &str = "from the start of a killed server to its first answer";

/// The signals of `abort` and of `kill -9`.
const ABORTED: i32 = 6;
const KILLED: i32 = 9;

/// Where this kill is to happen: mostly anywhere, sometimes at a named place. A migration happens once in a database's life.
fn place(kill: u64, random: &mut Random) -> Option<String> {
    let turn = kill % KILLS_PER_DATABASE;
    match turn {
        0 => Some("in_migration:1".to_owned()),
        2 => Some(format!("before_commit:{}", 1 + random.below(40))),
        4 => Some(format!("after_commit:{}", 1 + random.below(40))),
        5 => Some(format!("before_answer:{}", 1 + random.below(40))),
        6 => Some("in_backup:1".to_owned()),
        // One per two databases: it has to wait until something is due.
        8 if kill % (2 * KILLS_PER_DATABASE) < KILLS_PER_DATABASE => Some("in_sweep:1".to_owned()),
        _ => None,
    }
}

#[test]
fn a_server_on_sqlite_killed_at_any_instant_loses_nothing_that_it_acknowledged() {
    let kills = from_environment("CRASH_KILLS", 100);
    let mut totals = Totals::new("Boothpay on SQLite");
    let mut random = Random::new(totals.seed);
    let mut site = Site::on_file();
    while totals.kills() < kills && totals.verdict.faults.is_empty() {
        let kill = totals.kills();
        if kill > 0 && kill.is_multiple_of(KILLS_PER_DATABASE) {
            site = Site::on_file();
        }
        one_kill(&site, kill, &mut random, &mut totals);
    }
    for point in ["in_migration", "before_commit", "after_commit", "before_answer", "in_backup", "in_sweep"] {
        if kills >= 2 * KILLS_PER_DATABASE && !totals.deaths.contains_key(point) {
            totals.fault(format!("no server died {point}"));
        }
    }
    totals.conclude(&[(RETURN, BACK_WITHIN)]);
}

fn one_kill(site: &Site, kill: u64, random: &mut Random, totals: &mut Totals) {
    let place = place(kill, random);
    let point = place.as_deref().and_then(|place| place.split(':').next());
    let round = format!("k{kill}");
    let how_long = if point.is_some() { POINT_PATIENCE } else { Duration::from_millis(20 + random.below(300)) };
    let seed = random.number();
    let ended = match Server::start(site, place.as_deref()) {
        Ok(mut server) => {
            let addresses = [server.address.clone()];
            let (ended, met) = Load::on(site, &addresses, &round, seed).run(|_| {
                wait(how_long, || server.has_ended());
                server.kill()
            });
            totals.met.add(&met);
            ended
        }
        Err(ended) => ended,
    };
    let death = match (point, ended.signal()) {
        (Some(point), Some(ABORTED)) => point,
        (Some(_), Some(KILLED)) => "did not get to its place; killed",
        (None, Some(KILLED)) => "at a random instant",
        (_, _) => {
            totals.fault(format!("kill {kill}: the server ended by itself: {ended}"));
            "ended by itself"
        }
    };
    totals.died(death);
    let server = match Server::start(site, None) {
        Ok(server) => server,
        Err(ended) => {
            let words = verify(site).1;
            return totals.fault(format!("kill {kill}: it does not start again: {ended}; verify says {words}"));
        }
    };
    totals.took(RETURN, server.ready_after);
    totals.verdict.add(judge(site, &[&server], &format!("{round}-"), Duration::ZERO));
    server.kill();
}
