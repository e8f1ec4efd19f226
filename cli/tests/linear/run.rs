//! The runs: histories on a file and on PostgreSQL with two servers, some of them with a server killed in the middle.

use crate::history::{Op, Reply};
use crate::journal::{self, Rows};
use crate::plan::{CALLS, CLIENTS};
use crate::record::{Shape, record};
use crate::search::explain;
use crate::server::{Fleet, RULES};
use crate::shrink;
use boothpay_test_support::model::Request;
use std::collections::BTreeMap;
use std::time::Instant;

const HISTORIES_ON_A_FILE: u64 = 60;
const HISTORIES_ON_POSTGRESQL: u64 = 40;
const HISTORIES_WITH_A_KILL: u64 = 15;

/// One history in so many falls silent until payments run out.
const PAUSE_EVERY: u64 = 10;

/// Kinds of answers that a run of all histories has to have met, or it shows nothing.
const MUST_BE_MET: &[&str] = &[
    "Offer: Offered",
    "Offer: Conflict",
    "Status: NotFound",
    "Status: Waiting",
    "Status: Processing",
    "Status: Paid",
    "Status: Cancelled",
    "Status: Refunded",
    "Close: Closed",
    "Close: Conflict",
    "Look: Shown",
    "CheckPerform: Allow",
    "CheckPerform: -31050",
    "CheckPerform: -31001",
    "CheckPerform: -31052",
    "CheckPerform: -31099",
    "Create: Created",
    "Create: -31050",
    "Create: -31001",
    "Create: -31052",
    "Create: -31099",
    "Create: -31008",
    "Perform: Performed",
    "Perform: -31003",
    "Perform: -31008",
    "Cancel: -1",
    "Cancel: -2",
    "Cancel: -31003",
    "Check: 1",
    "Check: 2",
    "Check: -1",
    "Check: -2",
    "Check: timed out",
    "Check: -31003",
    "Prepare: 0",
    "Prepare: -2",
    "Prepare: -4",
    "Prepare: -5",
    "Prepare: -9",
    "Complete: 0",
    "Complete: -4",
    "Complete: -6",
    "Complete: -9",
    "Uzum's check: Allow",
    "Uzum's check: 10008",
    "Uzum's create: Created",
    "Uzum's create: 10007",
    "Uzum's create: 10008",
    "Uzum's create: 10009",
    "Uzum's create: 10010",
    "Uzum's confirm: Performed",
    "Uzum's confirm: 10014",
    "Uzum's confirm: 10015",
    "Uzum's confirm: 10016",
    "Uzum's reverse: Reversed",
    "Uzum's reverse: 10014",
    "Uzum's reverse: 10018",
    "Uzum's status: CREATED",
    "Uzum's status: CONFIRMED",
    "Uzum's status: REVERSED",
    "Uzum's status: 10014",
];

#[derive(Default)]
struct Totals {
    histories: u64,
    kills: u64,
    calls: usize,
    unknown: usize,
    took_effect: usize,
    overlapping: usize,
    most_on_an_order: usize,
    met: BTreeMap<String, u64>,
}

fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} must be a number")))
}

#[test]
fn histories_on_a_file_are_linearizable_and_as_the_journal_says() {
    run("one server on a file", Fleet::on_a_file, HISTORIES_ON_A_FILE);
}

#[test]
fn histories_of_two_servers_on_postgresql_are_linearizable_and_as_the_journal_says() {
    run("two servers on PostgreSQL", Fleet::on_postgresql, HISTORIES_ON_POSTGRESQL);
}

fn run(what: &str, fleet: fn() -> Fleet, count: u64) {
    let wanted = from_environment("LINEAR_HISTORIES");
    let seed = from_environment("LINEAR_SEED").unwrap_or(1);
    let kills = wanted.map_or(HISTORIES_WITH_A_KILL, |wanted| (wanted * HISTORIES_WITH_A_KILL).div_ceil(count));
    let count = wanted.unwrap_or(count);
    let started = Instant::now();
    let mut totals = Totals::default();
    let fleet = fleet();
    for index in 0..count + kills {
        let kill = index >= count;
        // A seed has the same shape in whatever run.
        let seed = seed.wrapping_add(index % count);
        let shape = Shape { kill, pause: seed.is_multiple_of(PAUSE_EVERY) };
        let prefix = format!("{}{seed}-", if kill { "k" } else { "h" });
        let orders = record(&fleet, &prefix, seed, shape);
        let mut rows = fleet.database.rows(&prefix);
        for (order, ops) in orders.iter().enumerate() {
            let name = format!("{prefix}{order}");
            let judged = judge(&name, ops, &rows.remove(&name).unwrap_or_default(), &mut totals);
            judged.unwrap_or_else(|why| {
                panic!("{what}, order {name}, LINEAR_HISTORIES=1 LINEAR_SEED={seed}, {shape:?}\n{why}")
            });
        }
        assert!(rows.is_empty(), "{what}, LINEAR_SEED={seed}: orders that nobody asked for: {:?}", rows.keys());
        totals.histories += 1;
        totals.kills += u64::from(kill);
    }
    totals.report(what, seed, started);
}

fn judge(name: &str, ops: &[Op], rows: &Rows, totals: &mut Totals) -> Result<(), String> {
    totals.count(ops);
    let order = explain(&RULES, ops).map_err(|_| shrink::in_words(&RULES, ops))?;
    totals.took_effect += order.iter().filter(|index| ops[**index].reply.is_none()).count();
    journal::judge(&RULES, name, ops, rows)
}

impl Totals {
    fn count(&mut self, ops: &[Op]) {
        self.calls += ops.len();
        self.most_on_an_order = self.most_on_an_order.max(ops.len());
        self.unknown += ops.iter().filter(|op| op.reply.is_none()).count();
        let meets = |one: &&Op| ops.iter().any(|it| it.client != one.client && !it.precedes(one) && !one.precedes(it));
        self.overlapping += ops.iter().filter(meets).count();
        for op in ops {
            *self.met.entry(kind(op)).or_default() += 1;
        }
    }

    fn report(&self, what: &str, seed: u64, started: Instant) {
        let Self { histories, kills, calls, unknown, took_effect, overlapping, most_on_an_order, met } = self;
        println!(
            "{what}: {histories} histories from seed {seed}, {kills} of them with a kill, in {:.0} s",
            started.elapsed().as_secs_f64()
        );
        println!("  {calls} calls, at most {most_on_an_order} on an order; {overlapping} met another's call on theirs");
        println!("  {unknown} of unknown outcome, {took_effect} of which took effect in the order found");
        for (kind, times) in met {
            println!("  {times:8}  {kind}");
        }
        if *histories < HISTORIES_ON_POSTGRESQL {
            return;
        }
        let unmet: Vec<&&str> = MUST_BE_MET.iter().filter(|kind| !met.contains_key(**kind)).collect();
        assert!(unmet.is_empty(), "never met: {unmet:?}");
        assert!(overlapping * 2 > *calls, "most calls met nobody else's: the clients were not on the orders at once");
        // Each kill cuts off at most one call per client; beyond that, a healthy server answers.
        let cut_off = usize::try_from(*kills).unwrap() * 2 * CLIENTS;
        let ordinary = usize::try_from(histories - kills).unwrap() * CLIENTS * CALLS / 100;
        assert!(*unknown <= cut_off + ordinary, "{unknown} calls without an answer");
    }
}

/// What was asked and what kind of answer came.
fn kind(op: &Op) -> String {
    let asked = match op.request {
        Request::Offer { .. } => "Offer",
        Request::Status(_) => "Status",
        Request::Close(_) => "Close",
        Request::Look(_) => "Look",
        Request::CheckPerform { .. } => "CheckPerform",
        Request::Create { .. } => "Create",
        Request::Perform { .. } => "Perform",
        Request::Cancel { .. } => "Cancel",
        Request::Check { .. } => "Check",
        Request::Prepare(_) => "Prepare",
        Request::Complete(..) => "Complete",
        Request::UzumCheck { .. } => "Uzum's check",
        Request::UzumCreate { .. } => "Uzum's create",
        Request::Confirm { .. } => "Uzum's confirm",
        Request::Reverse { .. } => "Uzum's reverse",
        Request::UzumStatus { .. } => "Uzum's status",
        Request::NewCode(_) | Request::Print(_) | Request::TestPay(_) => "nobody asks this here",
    };
    let answered = match &op.reply {
        None => "unknown".to_owned(),
        Some(Reply::Offered { .. }) => "Offered".to_owned(),
        Some(Reply::Closed) => "Closed".to_owned(),
        Some(Reply::Conflict) => "Conflict".to_owned(),
        Some(Reply::NotFound) => "NotFound".to_owned(),
        Some(Reply::Standing(word)) => format!("{word:?}"),
        Some(Reply::Shown { .. }) => "Shown".to_owned(),
        Some(Reply::Allow) => "Allow".to_owned(),
        Some(Reply::Created { .. }) => "Created".to_owned(),
        Some(Reply::Performed { .. }) => "Performed".to_owned(),
        Some(Reply::Cancelled { state, .. }) => state.to_string(),
        Some(Reply::Checked { reason: Some(4), .. }) => "timed out".to_owned(),
        Some(Reply::Checked { state, .. }) => state.to_string(),
        Some(Reply::Reversed { .. }) => "Reversed".to_owned(),
        Some(Reply::Told { word, .. }) => (*word).to_owned(),
        Some(Reply::Click { error, .. }) => error.to_string(),
        Some(Reply::Fault(code)) => code.to_string(),
        Some(Reply::Odd(_)) => "odd".to_owned(),
    };
    format!("{asked}: {answered}")
}
