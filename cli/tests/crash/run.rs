//! The run: kill, restart, judge, and again.

use crate::judge::{Verdict, judge};
use crate::random::Random;
use crate::server::Server;
use crate::{load, server};
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// Kills before a new database is begun: judging a large one at each kill would only take time.
const KILLS_PER_DATABASE: u64 = 10;

/// A server that is told where to die gets so long to get there; the sweep comes every five seconds.
const POINT_PATIENCE: Duration = Duration::from_secs(8);

/// How soon a killed server must answer again.
const BACK_WITHIN: Duration = Duration::from_secs(2);

/// The signals of `abort` and of `kill -9`.
const ABORTED: i32 = 6;
const KILLED: i32 = 9;

#[derive(Default)]
struct Totals {
    deaths: BTreeMap<String, u64>,
    verdict: Verdict,
    slowest_return: Duration,
}

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

/// Where this kill is to happen: mostly anywhere, sometimes at a named place. A migration happens once in a database's life.
fn place(kill: u64, random: &mut Random) -> Option<String> {
    let turn = kill % KILLS_PER_DATABASE;
    match turn {
        0 => Some("in_migration:1".to_owned()),
        2 => Some(format!("before_commit:{}", 1 + random.below(40))),
        4 => Some(format!("after_commit:{}", 1 + random.below(40))),
        6 => Some("in_backup:1".to_owned()),
        // One per two databases: it has to wait until something is due.
        8 if kill % (2 * KILLS_PER_DATABASE) < KILLS_PER_DATABASE => Some("in_sweep:1".to_owned()),
        _ => None,
    }
}

#[test]
fn killed_at_any_instant_the_server_loses_nothing_that_it_acknowledged() {
    let kills = from_environment("CRASH_KILLS", 100);
    let seed = from_environment("CRASH_SEED", 1);
    let started = Instant::now();
    let mut random = Random::new(seed);
    let mut totals = Totals::default();
    let mut kill = 0;
    while kill < kills {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..KILLS_PER_DATABASE.min(kills - kill) {
            one_kill(folder.path(), kill, &mut random, &mut totals);
            assert!(
                totals.verdict.faults.is_empty(),
                "seed {seed}, kill {kill}:\n{}",
                totals.verdict.faults.join("\n")
            );
            kill += 1;
        }
    }
    let Totals { deaths, verdict, slowest_return } = totals;
    println!("crash harness: seed {seed}, {kills} kills in {:.0} s", started.elapsed().as_secs_f64());
    for (place, times) in &deaths {
        println!("  {times:4} x {place}");
    }
    println!(
        "  {} looks for an acknowledged effect, for each one again after every later kill: 0 lost",
        verdict.acknowledged
    );
    println!(
        "  {} asks without an answer: {} were there whole, {} not at all; each settled to one answer",
        verdict.unanswered_there + verdict.unanswered_absent,
        verdict.unanswered_there,
        verdict.unanswered_absent
    );
    println!("  slowest return to the first answer: {} ms", slowest_return.as_millis());
    assert_eq!(deaths.values().sum::<u64>(), kills);
    assert!(slowest_return <= BACK_WITHIN, "{slowest_return:?}");
    if kills >= 2 * KILLS_PER_DATABASE {
        for point in ["in_migration", "before_commit", "after_commit", "in_backup", "in_sweep"] {
            assert!(deaths.contains_key(point), "no server died {point}: {deaths:?}");
        }
    }
}

fn one_kill(folder: &Path, kill: u64, random: &mut Random, totals: &mut Totals) {
    let place = place(kill, random);
    let point = place.as_deref().and_then(|place| place.split(':').next());
    let round = format!("k{kill}");
    let how_long = if point.is_some() { POINT_PATIENCE } else { Duration::from_millis(20 + random.below(300)) };
    let seed = random.next();
    let ended = match Server::start(folder, place.as_deref()) {
        Ok(server) => {
            let address = server.address.clone();
            load::run(folder, &address, &round, seed, how_long, || server.kill())
        }
        Err(ended) => ended,
    };
    let death = match (point, ended.signal()) {
        (Some(point), Some(ABORTED)) => point,
        (Some(_), Some(KILLED)) => "did not get to its place; killed",
        (None, Some(KILLED)) => "killed at a random instant",
        (_, _) => {
            totals.verdict.faults.push(format!("the server ended by itself: {ended}"));
            "ended by itself"
        }
    };
    *totals.deaths.entry(death.to_owned()).or_default() += 1;
    let server = match Server::start(folder, None) {
        Ok(server) => server,
        Err(ended) => {
            let (_, words) = server::verify(folder);
            return totals.verdict.faults.push(format!("it does not start again: {ended}; verify says {words}"));
        }
    };
    totals.slowest_return = totals.slowest_return.max(server.ready_after);
    let verdict = judge(folder, &server, &format!("{round}-"));
    server.kill();
    totals.verdict.acknowledged += verdict.acknowledged;
    totals.verdict.unanswered_there += verdict.unanswered_there;
    totals.verdict.unanswered_absent += verdict.unanswered_absent;
    totals.verdict.faults.extend(verdict.faults);
}
