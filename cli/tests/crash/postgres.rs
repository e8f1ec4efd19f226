//! Two servers on one PostgreSQL database: one of them is killed, or both, and the other goes on.

use crate::database::Site;
use crate::judge::judge;
use crate::load::{Going, Load, wait};
use crate::report::{Totals, from_environment};
use crate::server::{Server, Starting, TRANSACTION_SECONDS};
use boothpay_test_support::Cluster;
use boothpay_test_support::Random;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Rounds before a new database is begun: judging a large one each time would only take time.
const ROUNDS_PER_DATABASE: u64 = 10;

/// A server that is told where to die gets so long to get there.
const POINT_PATIENCE: Duration = Duration::from_secs(8);

/// The sweep comes every five seconds, and a payment must be three seconds old.
const SWEEP_PATIENCE: Duration = Duration::from_secs(12);

/// How long a server is frozen: longer than its locks may stand in the other's way.
const FROZEN: Duration = Duration::from_millis(5500);

/// Long enough to leave some payments behind that were begun and are never finished.
const LOAD_BEFORE_SWEEP: Duration = Duration::from_millis(200);

/// How long a client waits for a server that is perhaps frozen, before it asks the other.
const CLIENT_PATIENCE: Duration = Duration::from_millis(500);

/// Connections that ask the other server when theirs is gone.
const PERSISTENT: u64 = 4;

const RETURN: &str = "from the start of a killed server to its first answer";
const OTHER: &str = "an answer of the server that was not killed";
const SETTLING: &str = "until the other server settled what a dead or frozen one had left";
const TAKEOVER: &str = "until the other server had swept what a dead one had left";

const LIMITS: [(&str, Duration); 4] = [
    (RETURN, Duration::from_secs(2)),
    (OTHER, Duration::from_secs(2)),
    (SETTLING, Duration::from_secs(5)),
    // The sweep's own period, and the time to notice that nobody leads.
    (TAKEOVER, Duration::from_secs(7)),
];

/// The signals of `abort` and of `kill -9`.
const ABORTED: i32 = 6;
const KILLED: i32 = 9;

/// Sessions that hold the lead over the background jobs.
const LEADERS: &str = "select count(*) from pg_locks where locktype = 'advisory' and granted
                       and database = (select oid from pg_database where datname = current_database())";

/// The named places.
const PLACES: [&str; 6] =
    ["in_migration", "batch_loaded", "before_commit", "after_commit", "before_answer", "in_sweep"];

/// What happens in a round.
enum Plan {
    /// Both make the schema at once, and both die of it, one after the other.
    BothInMigration,
    /// One dies at any instant, or both do.
    AnyInstant { both: bool },
    /// One dies at a named place.
    Place(&'static str),
    /// One stands still in the middle of its work, goes on, and is killed then.
    Frozen,
    /// The one that sweeps dies of it.
    InSweep,
}

const fn plan(round: u64) -> Plan {
    match round % ROUNDS_PER_DATABASE {
        0 => Plan::BothInMigration,
        2 => Plan::Place("batch_loaded"),
        4 => Plan::Place("before_commit"),
        5 => Plan::AnyInstant { both: true },
        6 => Plan::Place("after_commit"),
        7 if round % (2 * ROUNDS_PER_DATABASE) < ROUNDS_PER_DATABASE => Plan::Frozen,
        8 => Plan::Place("before_answer"),
        9 => Plan::InSweep,
        _ => Plan::AnyInstant { both: false },
    }
}

/// The two servers, as far as they run, and where the run stands.
struct Run {
    site: Rc<Site>,
    servers: [Option<Server>; 2],
    random: Random,
    totals: Totals,
    /// The first part of this round's ids.
    round: String,
    /// Payments that were due when the sweeping server died.
    left_to_the_other: i64,
}

#[test]
fn two_servers_on_postgresql_killed_at_any_instant_lose_nothing_that_they_acknowledged() {
    let kills = from_environment("CRASH_KILLS", 50);
    let totals = Totals::new("Two Boothpays on one PostgreSQL");
    let random = Random::new(totals.seed);
    let site = Site::on_server(Cluster::shared());
    let mut run =
        Run { site: Rc::new(site), servers: [None, None], random, totals, round: String::new(), left_to_the_other: 0 };
    let mut round = 0_u64;
    while run.totals.kills() < kills && run.totals.verdict.faults.is_empty() {
        if round > 0 && round.is_multiple_of(ROUNDS_PER_DATABASE) {
            run.servers = [None, None];
            run.site = Rc::new(Site::on_server(Cluster::shared()));
        }
        run.round = format!("r{round}");
        run.one(&plan(round));
        round += 1;
    }
    let mut totals = run.totals;
    for place in PLACES {
        if kills >= 50 && !totals.deaths.contains_key(place) {
            totals.fault(format!("no server died {place}"));
        }
    }
    if kills >= 50 && run.left_to_the_other == 0 {
        totals.fault("no server left anything to sweep to the other".to_owned());
    }
    totals.conclude(&LIMITS);
}

impl Run {
    fn one(&mut self, plan: &Plan) {
        let victim = usize::from(self.random.below(2) == 0);
        match plan {
            Plan::BothInMigration => self.both_in_migration(),
            Plan::AnyInstant { both } => self.any_instant(victim, *both),
            Plan::Place(place) => self.place(victim, place),
            Plan::Frozen => self.frozen(victim),
            Plan::InSweep => self.in_sweep(victim),
        }
        self.start_missing();
        if self.totals.verdict.faults.is_empty() {
            let servers: Vec<&Server> = self.servers.iter().flatten().collect();
            self.totals.verdict.add(judge(&self.site, &servers, &format!("{}-", self.round), Duration::ZERO));
        }
    }

    fn both_in_migration(&mut self) {
        let database = self.site.database.setting();
        let starting: Vec<_> = [(); 2].map(|()| Starting::begin(&self.site, &database, Some("in_migration:1"))).into();
        for starting in starting {
            match starting.answering() {
                Ok(server) => self.died("in_migration", server.kill()),
                Err(ended) => self.died("in_migration", ended),
            }
        }
    }

    fn any_instant(&mut self, victim: usize, both: bool) {
        self.start_missing();
        let how_long = Duration::from_millis(20 + self.random.below(300));
        let after = Duration::from_millis(50 + self.random.below(200));
        self.loaded(victim, |run, going| {
            wait(how_long, || false);
            run.kill(victim);
            if both {
                run.kill(1 - victim);
            } else {
                run.other_goes_on(victim, after, going);
            }
        });
    }

    fn place(&mut self, victim: usize, place: &'static str) {
        // A server hears where to die when it starts.
        let visit = 1 + self.random.below(40);
        self.servers[victim] = None;
        self.start_missing_but(victim);
        match Server::start(&self.site, Some(&format!("{place}:{visit}"))) {
            Ok(server) => self.servers[victim] = Some(server),
            Err(ended) => return self.died(place, ended),
        }
        let after = Duration::from_millis(50 + self.random.below(200));
        self.loaded(victim, |run, going| {
            wait(POINT_PATIENCE, || run.server(victim).has_ended());
            let ended = run.servers[victim].take().unwrap().kill();
            run.died(place, ended);
            run.other_goes_on(victim, after, going);
        });
    }

    fn frozen(&mut self, victim: usize) {
        self.start_missing();
        let how_long = Duration::from_millis(20 + self.random.below(300));
        self.loaded(victim, |run, going| {
            wait(how_long, || false);
            run.server(victim).freeze();
            run.other_goes_on(victim, FROZEN, going);
            run.server(victim).thaw();
            wait(how_long, || false);
            let ended = run.servers[victim].take().unwrap().kill();
            run.died("after it stood still for a while", ended);
        });
    }

    /// Some payments are due; whoever sweeps dies when it has seen them; the other one sweeps them.
    fn in_sweep(&mut self, leader: usize) {
        // Whoever is there first leads.
        self.servers = [None, None];
        let mut died_at = Instant::now();
        match Server::start(&self.site, Some("in_sweep:1")) {
            Ok(server) => self.servers[leader] = Some(server),
            // Its first sweep comes at once, and something was due.
            Err(ended) => self.died("in_sweep", ended),
        }
        if self.servers[leader].is_some() {
            wait(SWEEP_PATIENCE, || self.server(leader).has_ended() || self.number(LEADERS) == 1);
            // What is due now is due in its first sweep, of which it dies. The other one starts after that, so that it does not
            // sweep what is to be counted first.
            if self.number(&due()) == 0 {
                self.start_missing_but(leader);
                self.loaded(leader, |_, _| {
                    wait(LOAD_BEFORE_SWEEP, || false);
                });
            }
            wait(SWEEP_PATIENCE, || self.server(leader).has_ended());
            died_at = Instant::now();
            let ended = self.servers[leader].take().unwrap().kill();
            self.died("in_sweep", ended);
        }
        let left = due();
        self.left_to_the_other += self.number(&left);
        self.start_missing_but(leader);
        if !wait(SWEEP_PATIENCE, || self.number(&left) == 0) {
            self.totals.fault(format!("{}: nobody swept what was due when the sweeping server died", self.round));
        }
        self.totals.took(TAKEOVER, died_at.elapsed());
    }

    /// Loads both servers as long as `drive` takes.
    fn loaded(&mut self, victim: usize, drive: impl FnOnce(&mut Self, &Going)) {
        let addresses: Vec<_> = self.servers.iter().flatten().map(|server| server.address.clone()).collect();
        let (round, seed) = (self.round.clone(), self.random.number());
        let site = Rc::clone(&self.site);
        let load = Load {
            site: &site,
            addresses: &addresses,
            round: &round,
            seed,
            persistent: PERSISTENT,
            roaming: PERSISTENT,
            patience: CLIENT_PATIENCE,
        };
        let ((), met) = load.run(|going| drive(self, going));
        self.totals.took(OTHER, met.slowest[1 - victim]);
        self.totals.took(SETTLING, met.slowest_settling);
        self.totals.met.add(&met);
    }

    /// The other server settles further asks while this one is dead.
    fn other_goes_on(&mut self, victim: usize, how_long: Duration, going: &Going) {
        let before = going.settled()[1 - victim];
        wait(how_long, || false);
        let goes_on = wait(CLIENT_PATIENCE, || going.settled()[1 - victim] > before);
        if !goes_on {
            self.totals.fault(format!("{}: the other server answers nothing", self.round));
        }
    }

    fn kill(&mut self, which: usize) {
        let ended = self.servers[which].take().unwrap().kill();
        self.died("at a random instant", ended);
    }

    fn died(&mut self, place: &'static str, ended: ExitStatus) {
        let is_named = PLACES.contains(&place);
        match ended.signal() {
            Some(ABORTED) if is_named => self.totals.died(place),
            Some(KILLED) if is_named => self.totals.died("did not get to its place; killed"),
            Some(KILLED) => self.totals.died(place),
            _ => self.totals.fault(format!("{}: a server ended by itself: {ended}", self.round)),
        }
    }

    fn start_missing(&mut self) {
        for which in 0..2 {
            self.start_missing_but(1 - which);
        }
    }

    /// Starts the other one if it does not run.
    fn start_missing_but(&mut self, but: usize) {
        let which = 1 - but;
        if self.servers[which].is_some() {
            return;
        }
        match Server::start(&self.site, None) {
            Ok(server) => {
                self.totals.took(RETURN, server.ready_after);
                self.servers[which] = Some(server);
            }
            Err(ended) => panic!("{}: a server does not start again: {ended}", self.round),
        }
    }

    fn server(&mut self, which: usize) -> &mut Server {
        self.servers[which].as_mut().unwrap()
    }

    fn number(&self, sql: &str) -> i64 {
        self.site.database.query(sql).unwrap()[0][0].parse().unwrap()
    }
}

/// Counts the payments that a sweep would end now.
fn due() -> String {
    let before = milliseconds() - TRANSACTION_SECONDS * 1000;
    format!(
        "select count(*) from transactions where state = 'created' and provider = 'payme' \
         and create_time_ms < {before}"
    )
}

fn milliseconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}
