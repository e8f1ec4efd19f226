//! The database itself is killed under two servers: they stay up, say soon that they cannot, and go on when it is back.

use crate::database::{Database, Site};
use crate::http::PATIENCE;
use crate::judge::judge;
use crate::load::{Load, WORKERS, wait};
use crate::probe::{is_ready, looking};
use crate::report::{Totals, from_environment};
use crate::server::Server;
use boothpay_test_support::Cluster;
use boothpay_test_support::Random;
use std::time::{Duration, Instant};

/// Kills before a new database is begun.
const KILLS_PER_DATABASE: u64 = 10;

/// How soon everything has to work again.
const BACK_WITHIN: Duration = Duration::from_secs(5);

/// How soon a server has to say that it cannot.
const RED_WITHIN: Duration = Duration::from_secs(2);

/// Connections that ask the other server when theirs says that it cannot; the others insist.
const ROAMING: u64 = 2;

/// Load after everything works again, so that a fault that comes late is seen.
const LOAD_AFTER: Duration = Duration::from_millis(200);

const ANSWER: &str = "an answer, of whatever kind, while the database was away";
const RED: &str = "from the death of the database until /readyz said so";
const GREEN: &str = "from the return of the database to the last error";
const SETTLING: &str = "until an ask that met the death was settled, the time without a database included";

/// An answer has to come within two seconds.
const LIMITS: [(&str, Duration); 3] = [(ANSWER, RED_WITHIN), (RED, RED_WITHIN), (GREEN, BACK_WITHIN)];

/// Ways for a database to die.
#[derive(Clone, Copy)]
enum Death {
    /// Its first process is killed, and it is started again a moment later.
    Server,
    /// One session is killed; the server then ends all of them and recovers by itself.
    Session,
    /// `pg_ctl stop --mode immediate`, and it is started again a moment later.
    Immediate,
}

#[test]
fn two_servers_stay_up_while_their_database_is_killed_and_lose_nothing() {
    let kills = from_environment("CRASH_KILLS", 12);
    let mut totals = Totals::new("The PostgreSQL of two Boothpays");
    let mut random = Random::new(totals.seed);
    let cluster = Cluster::start();
    // As safe as one sync per file, which takes seconds and is not what is measured here.
    cluster.configure("recovery_init_sync_method = syncfs\n");
    let mut place = None;
    while totals.kills() < kills && totals.verdict.faults.is_empty() {
        let kill = totals.kills();
        if kill.is_multiple_of(KILLS_PER_DATABASE) {
            let site = Site::on_server(&cluster);
            let servers = [(); 2].map(|()| Server::start(&site, None).unwrap());
            place = Some((site, servers));
        }
        let (site, servers) = place.as_mut().unwrap();
        let death = [Death::Server, Death::Session, Death::Immediate][usize::try_from(kill % 3).unwrap()];
        one_kill(&cluster, site, servers, death, &format!("d{kill}"), &mut random, &mut totals);
    }
    totals.conclude(&LIMITS);
}

fn one_kill(
    cluster: &Cluster,
    site: &Site,
    servers: &mut [Server; 2],
    death: Death,
    round: &str,
    random: &mut Random,
    totals: &mut Totals,
) {
    let addresses = servers.each_ref().map(|server| server.address.clone());
    let load = Load {
        persistent: WORKERS,
        roaming: ROAMING,
        patience: PATIENCE,
        ..Load::on(site, &addresses, round, random.number())
    };
    let before = Duration::from_millis(20 + random.below(300));
    let away = RED_WITHIN + Duration::from_millis(random.below(500));
    let (((died, back), met), seen) = looking(&addresses, || {
        load.run(|going| {
            wait(before, || false);
            let (died, back) = die(cluster, site, death, away);
            let then = going.settled();
            let settles = || going.settled().iter().zip(&then).all(|(now, then)| now > then);
            wait(2 * BACK_WITHIN, || settles() && addresses.iter().all(|address| is_ready(address)));
            wait(LOAD_AFTER, || false);
            (died, back)
        })
    });
    let stayed_up = servers.iter_mut().all(|server| !server.has_ended());
    totals.died(match death {
        Death::Server => "postmaster, SIGKILL",
        Death::Session => "a session's process, SIGKILL",
        Death::Immediate => "pg_ctl stop --mode immediate",
    });
    for (seen, slowest) in seen.iter().zip(&met.slowest) {
        totals.took(ANSWER, seen.slowest().max(*slowest));
        totals.took(GREEN, seen.last_error_after(back));
        match (seen.red_after(died), death) {
            (Some(after), _) => totals.took(RED, after),
            // It may be back before anybody looks.
            (None, Death::Session) => {}
            (None, Death::Server | Death::Immediate) => {
                totals.fault(format!("{round}: a server never said that it cannot"));
            }
        }
        totals.verdict.faults.extend(seen.faults().into_iter().map(|fault| format!("{round}: {fault}")));
        totals.met.system_errors += seen.errors();
    }
    totals.took(GREEN, met.last_error.map(|last| last.saturating_duration_since(back)).unwrap_or_default());
    totals.took(SETTLING, met.slowest_settling);
    if met.lost > 0 || !stayed_up {
        totals.fault(format!("{round}: servers ended, or left {} asks without an answer", met.lost));
    }
    totals.met.add(&met);
    if stayed_up {
        totals.verdict.add(judge(site, &[&servers[0], &servers[1]], &format!("{round}-"), Duration::ZERO));
    }
}

/// The database dies and comes back; when it did.
fn die(cluster: &Cluster, site: &Site, death: Death, away: Duration) -> (Instant, Instant) {
    let Database::Server(database) = &site.database else { panic!("a file has no server") };
    let died = Instant::now();
    match death {
        Death::Session => {
            cluster.kill_session(database).unwrap();
            wait(BACK_WITHIN, || database.sql("select 1").is_ok());
            return (died, Instant::now());
        }
        Death::Server => cluster.kill_server(),
        Death::Immediate => cluster.stop_server("immediate"),
    }
    wait(away, || false);
    cluster.start_server();
    (died, Instant::now())
}
