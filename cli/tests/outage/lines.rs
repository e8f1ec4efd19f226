//! The tests: two servers with load, one behind the line that goes bad and one on a good one.

use crate::database::{Database, Site};
use crate::http::{Connection, PATIENCE};
use crate::judge::judge;
use crate::load::{Load, WORKERS, wait};
use crate::probe::{is_ready, looking};
use crate::proxy::{Line, Proxy};
use crate::server::{Server, Starting};
use boothpay_test_support::Cluster;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How soon there is an answer, of whatever kind.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// How soon a server that has no database says so: its answer may be that of a look one second ago.
const RED_WITHIN: Duration = Duration::from_secs(3);

/// How soon everything works again, and how soon what one server has left open is settled by the other.
const BACK_WITHIN: Duration = Duration::from_secs(5);

/// How long a line is bad: longer than it may take until that is said.
const BAD: Duration = Duration::from_millis(2500);

/// How long a line is silent: longer than the locks of a session behind it may stand in the other server's way.
const SILENT: Duration = Duration::from_millis(5500);

/// Connections that ask the other server when theirs says that it cannot; the others insist.
const ROAMING: u64 = 2;

/// Load before and after, so that there is always something under way.
const LOAD_AROUND: Duration = Duration::from_millis(300);

/// The times asserted here are of one stage; two at once would measure each other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

struct Stage {
    site: Site,
    /// Behind the proxy, and straight.
    servers: [Server; 2],
    proxy: Proxy,
    _alone: MutexGuard<'static, ()>,
}

/// What is to be seen of the server behind the bad line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// It says that it cannot take payments.
    Red,
    /// Perhaps some errors.
    Errors,
    /// Nothing: every answer is right.
    Nothing,
}

impl Stage {
    fn set() -> Self {
        // A test that failed has left nothing behind.
        let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let site = Site::on_server(Cluster::shared());
        let Database::Server(database) = &site.database else { panic!("a file has no line") };
        let (start, rest) = database.url.split_once('@').unwrap();
        let (target, name) = rest.split_once('/').unwrap();
        let target: SocketAddr = target.parse().unwrap();
        let proxy = Proxy::to(target);
        let behind = format!("{start}@{}/{name}", proxy.address);
        let first = Starting::begin(&site, &behind, None).answering().unwrap();
        let second = Server::start(&site, None).unwrap();
        Self { site, servers: [first, second], proxy, _alone: alone }
    }

    /// Loads both servers, makes the line bad as long as `bad` takes and good again, and holds everything against what has
    /// to be.
    fn play(&self, shows: Shows, bad: impl FnOnce(&Proxy)) {
        let addresses = self.servers.each_ref().map(|server| server.address.clone());
        let load = Load {
            persistent: WORKERS,
            roaming: ROAMING,
            patience: PATIENCE,
            ..Load::on(&self.site, &addresses, "o", 1)
        };
        let (((harmed, healed), met), seen) = looking(&addresses, || {
            load.run(|going| {
                wait(LOAD_AROUND, || false);
                let harmed = Instant::now();
                bad(&self.proxy);
                self.proxy.set(Line::Good);
                let healed = Instant::now();
                let then = going.settled();
                let settles = || going.settled().iter().zip(&then).all(|(now, then)| now > then);
                wait(2 * BACK_WITHIN, || settles() && addresses.iter().all(|address| is_ready(address)));
                wait(LOAD_AROUND, || false);
                (harmed, healed)
            })
        });
        let slowest = seen.iter().map(crate::probe::Seen::slowest).chain(met.slowest.iter().copied()).max().unwrap();
        let last_met = met.last_error.map(|last| last.saturating_duration_since(healed)).unwrap_or_default();
        let last_error = seen[0].last_error_after(healed).max(last_met);
        let verdict = judge(&self.site, &[&self.servers[0], &self.servers[1]], "o-", Duration::ZERO);
        println!(
            "slowest answer {slowest:?}, red after {:?}, last error {last_error:?} after the end, {} and {} errors seen, \
             {} met, {} asks settled by a repeat in at most {:?}, {} acknowledged effects",
            seen[0].red_after(harmed),
            seen[0].errors(),
            seen[1].errors(),
            met.system_errors,
            met.repeated,
            met.slowest_settling,
            verdict.acknowledged,
        );
        assert_eq!(verdict.faults, [""; 0]);
        assert_eq!(seen.iter().flat_map(crate::probe::Seen::faults).collect::<Vec<_>>(), [""; 0]);
        assert_eq!(met.lost, 0, "every ask has an answer, if only that it cannot be done now");
        assert!(slowest <= ANSWER_WITHIN, "an answer took {slowest:?}");
        assert!(last_error <= BACK_WITHIN, "still an error {last_error:?} after the end");
        assert!(met.slowest_settling <= BACK_WITHIN, "the other server settled in {:?} only", met.slowest_settling);
        assert_eq!(seen[1].errors(), 0, "the other server has a good line");
        match shows {
            Shows::Red => assert!(seen[0].red_after(harmed).is_some_and(|after| after <= RED_WITHIN)),
            Shows::Errors => {}
            Shows::Nothing => assert_eq!((seen[0].errors(), met.system_errors), (0, 0)),
        }
        assert!(verdict.acknowledged > 0);
    }
}

#[test]
fn a_line_that_is_cut_again_and_again() {
    Stage::set().play(Shows::Errors, |proxy| {
        for _ in 0..15 {
            proxy.cut();
            wait(Duration::from_millis(150), || false);
        }
    });
}

#[test]
fn a_line_that_refuses_connections() {
    Stage::set().play(Shows::Red, |proxy| {
        proxy.set(Line::Refusing);
        proxy.cut();
        wait(BAD, || false);
    });
}

#[test]
fn a_line_on_which_nothing_arrives_any_more_for_a_while() {
    Stage::set().play(Shows::Red, |proxy| {
        proxy.set(Line::Frozen);
        wait(SILENT, || false);
    });
}

/// Readers share sessions, and a statement waits for its turn: nobody waits for somebody else's patience to end first.
#[test]
fn many_who_read_at_once_on_a_silent_line() {
    let stage = Stage::set();
    let address = &stage.servers[0].address;
    let read = |path: &str, body: &str| {
        let method = if body.is_empty() { "GET" } else { "POST" };
        let asked = Instant::now();
        let (status, answer) = Connection::open(address).unwrap().send(method, path, body).unwrap();
        (asked.elapsed(), status == 503 || answer["error"]["code"] == -32400)
    };
    let check = r#"{"id": 1, "method": "CheckTransaction", "params": {"id": "nobody"}}"#;
    let statement = r#"{"id": 1, "method": "GetStatement", "params": {"from": 1, "to": 2}}"#;
    let asks = [("/api/payment-status/nobody", ""), ("/api/payme/webhook", check), ("/api/payme/webhook", statement)];
    for (path, body) in asks {
        // So that the reading sessions are there.
        assert!(!read(path, body).1, "{path} {body}");
    }
    stage.proxy.set(Line::Frozen);
    let read = &read;
    let answers: Vec<_> = std::thread::scope(|scope| {
        let reader = |(path, body)| {
            scope.spawn(move || {
                let started = Instant::now();
                let mut answers = Vec::new();
                while started.elapsed() < BAD {
                    answers.push(read(path, body));
                }
                answers
            })
        };
        // One after the other, as they come; more than there are sessions and places.
        let readers: Vec<_> = (0..8)
            .flat_map(|_| {
                wait(Duration::from_millis(100), || false);
                asks.map(reader)
            })
            .collect();
        readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect()
    });
    stage.proxy.set(Line::Good);
    assert!(answers.len() >= 24 && answers.iter().all(|(_, is_error)| *is_error));
    let slowest = answers.iter().map(|(took, _)| *took).max().unwrap();
    println!("slowest of {} answers {slowest:?}", answers.len());
    assert!(slowest <= ANSWER_WITHIN, "an answer took {slowest:?}");
    assert!(wait(BACK_WITHIN, || asks.iter().all(|(path, body)| !read(path, body).1)), "readers do not come back");
}

#[test]
fn a_line_that_forgets_its_connections_without_closing_them() {
    Stage::set().play(Shows::Errors, Proxy::forget);
}

/// A database in the next town: slower, and nothing else.
#[test]
fn a_line_that_takes_its_time() {
    Stage::set().play(Shows::Nothing, |proxy| {
        proxy.set(Line::Slow(Duration::from_millis(20)));
        wait(BAD, || false);
    });
}

#[test]
fn a_line_that_is_too_slow_for_payments() {
    Stage::set().play(Shows::Errors, |proxy| {
        proxy.set(Line::Slow(Duration::from_millis(400)));
        wait(BAD, || false);
    });
}

/// A database far away: sessions can be made with it, too.
#[test]
fn a_line_that_is_cut_and_takes_its_time_from_then_on() {
    let stage = Stage::set();
    stage.play(Shows::Errors, |proxy| {
        proxy.set(Line::Slow(Duration::from_millis(40)));
        proxy.cut();
        let behind = &stage.servers[0].address;
        assert!(wait(BACK_WITHIN, || is_ready(behind)), "it never comes back on a slow line");
    });
}

/// The worst instant: the database has done it, and nobody hears of it.
#[test]
fn a_line_that_breaks_in_the_answer_to_a_commit() {
    let stage = Stage::set();
    stage.play(Shows::Errors, |proxy| {
        proxy.set(Line::CuttingCommits);
        wait(BAD, || false);
    });
    let cut = stage.proxy.commits_cut();
    println!("{cut} answers to commits were cut");
    assert!(cut >= 5, "only {cut}");
}
