//! What payments and lookups cost when years of orders are stored, next to an empty database in the same run:
//! `cargo bench --bench growth`.
//!
//! `GROWTH_ORDERS` says how many orders (a million), `GROWTH_IDS` which shape of their ids, `random` or `time` (both, one
//! after the other). `GROWTH_FOLDER` keeps the filled files there for the next run; ten million orders take about 10 GB and
//! some minutes to fill. Callers create and perform payments through [`Store::transact`], 256 at a time, on SQLite on disk
//! with `synchronous=FULL`, each waiting for its commit before its next call; before that, in the same turn, their orders are made, which
//! is measured too. The databases take turns. Then come lookups of stored orders one after the other, and the overview.

use boothpay_protocol::ledger::booth::{Booth, BoothId};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::Copies;
use boothpay_protocol::ledger::provider::Provider;
use boothpay_protocol::ledger::rows::Needs;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::{self, Account, AskedAmount, Call};
use boothpay_protocol::providers::Rules;
use boothpay_protocol::shop::{self, OrderRequest};
use boothpay_protocol::time::SpanMs;
use boothpay_store::{Address, Store};
use boothpay_test_support::{Ids, Past, fill_sqlite};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Orders in the filled database.
const STORED: u64 = 1_000_000;
/// Callers at the same time.
const CALLERS: u64 = 256;
/// How long each turn makes orders, and then pays them.
const TURN: Duration = Duration::from_secs(2);
const TURNS: u64 = 3;
/// How long orders can be paid: longer than any run, at a hundred payments a second from the first stored order on.
const LIFETIME: SpanMs = SpanMs::new(100 * 86_400_000);
/// Lookups whose time is taken.
const LOOKUPS: u64 = 20_000;

/// Who pays.
const PAYME: Actor = Actor::Provider { provider: Provider::Payme, proven: true };

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let orders = std::env::var("GROWTH_ORDERS").ok().map_or(STORED, |n| n.parse().expect("GROWTH_ORDERS: a number"));
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    let folder = std::env::var_os("GROWTH_FOLDER").map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    let shapes = match std::env::var("GROWTH_IDS").as_deref() {
        Ok("numbers") => vec![("numbers", Ids::Numbers)],
        Ok("random") => vec![("random", Ids::Random)],
        Ok("time") => vec![("time", Ids::InTime)],
        Ok(other) => panic!("GROWTH_IDS is {other}, not numbers, random or time"),
        Err(_) => vec![("numbers", Ids::Numbers), ("time", Ids::InTime)],
    };
    for (name, ids) in shapes {
        let past = Past { orders, ids };
        let file = folder.join(format!("growth-{name}-{orders}.db"));
        filled(&file, &past);
        // Set, it only fills: a measurement may then have the machine to itself.
        if std::env::var_os("GROWTH_FILL_ONLY").is_none() {
            let empty = scratch.path().join(format!("empty-{name}.db"));
            println!("ids {name}");
            runtime.block_on(compare(&empty, &file, &past));
        }
    }
}

/// A filled file, made unless it is there.
fn filled(file: &Path, past: &Past) {
    if !file.exists() {
        let started = Instant::now();
        let part = file.with_extension("part");
        // Left there by a run that was interrupted.
        let _ = std::fs::remove_file(&part);
        drop(Store::open(&Address::SqliteFile(part.clone())).expect("a database"));
        fill_sqlite(&part, past);
        std::fs::rename(&part, file).expect("a file");
        println!("{} orders filled in {:.0} s", past.orders, started.elapsed().as_secs_f64());
    }
}

/// A database that is measured, with what came of it.
struct Measured {
    name: &'static str,
    file: PathBuf,
    store: Store,
    /// Orders stored so far.
    orders: u64,
    past: Past,
    making: Cost,
    paying: Cost,
    wal_bytes: u64,
}

async fn compare(empty: &Path, file: &Path, past: &Past) {
    let mut empty = Measured::open("empty", empty, past);
    let mut filled = Measured::open("filled", file, past);
    for _ in 0..TURNS {
        for database in [&mut empty, &mut filled] {
            database.turn().await;
        }
    }
    for database in [&empty, &filled] {
        database.report();
        database.look_up().await;
    }
    println!(
        "  ratio filled/empty        orders {:.2}   payments {:.2}",
        filled.making / empty.making,
        filled.paying / empty.paying
    );
    filled.overview().await;
}

impl Measured {
    fn open(name: &'static str, file: &Path, past: &Past) -> Self {
        let store = Store::open(&Address::SqliteFile(file.to_owned())).expect("a database");
        let sql = "select coalesce(max(order_row), 0) from orders";
        let last = rusqlite::Connection::open(file).and_then(|it| it.query_row(sql, [], |row| row.get::<_, i64>(0)));
        let orders = u64::try_from(last.expect("the last order")).expect("a number of orders");
        let (making, paying) = (Cost::default(), Cost::default());
        Self { name, file: file.to_owned(), store, orders, past: *past, making, paying, wal_bytes: 0 }
    }

    /// Makes orders, then pays them, the oldest first.
    async fn turn(&mut self) {
        let first = self.orders;
        for (cost, paying) in [(&mut self.making, false), (&mut self.paying, true)] {
            let (before, next) = (Cost::so_far(), Arc::new(AtomicU64::new(first)));
            // Paying ends with the last order that was made, should the time not be over.
            let end = if paying { self.orders } else { u64::MAX };
            let started = Instant::now();
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..CALLERS {
                let next = Arc::clone(&next);
                let caller = Caller { store: self.store.clone(), past: self.past, next, end, until: started + TURN };
                tasks.spawn(async move { if paying { caller.pay().await } else { caller.make().await } });
            }
            let calls: u64 = tasks.join_all().await.into_iter().sum();
            cost.add(&before, calls, started.elapsed());
            if !paying {
                self.orders += calls;
            }
            let wal = self.file.with_extension("db-wal");
            self.wal_bytes = self.wal_bytes.max(std::fs::metadata(wal).map_or(0, |file| file.len()));
        }
    }

    fn report(&self) {
        let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
        let size = std::fs::metadata(&self.file).map_or(0, |file| file.len());
        println!(
            "  {:<7} {} orders, {:.0} MiB, log at most {:.1} MiB",
            self.name,
            self.orders,
            mib(size),
            mib(self.wal_bytes)
        );
        println!("    orders made             {}", self.making.report());
        println!("    create and perform      {}", self.paying.report());
    }

    /// Looks orders up as the status query does, one after the other.
    async fn look_up(&self) {
        let mut micros = Vec::new();
        for n in 0..LOOKUPS {
            // Everywhere in the past.
            let id = self.past.order_id(n.wrapping_mul(7_368_787) % self.orders);
            let asked = Instant::now();
            let rows = self.store.rows(Needs::order(id)).await.expect("a store");
            micros.push(asked.elapsed().as_secs_f64() * 1e6);
            assert!(rows.order.is_some(), "an order is not there");
        }
        micros.sort_by(f64::total_cmp);
        let at = |share: f64| micros[((micros.len() - 1) as f64 * share) as usize];
        println!(
            "    status lookup           p50 {:.0} µs   p99 {:.0} µs   longest {:.0} µs",
            at(0.5),
            at(0.99),
            at(1.0)
        );
    }

    /// What the owner's overview asks.
    async fn overview(&self) {
        let mut spent = Vec::new();
        let started = Instant::now();
        let mut done =
            |name: &str, started: Instant| spent.push(format!("{name} {:.3} s", started.elapsed().as_secs_f64()));
        self.store.order_counts().await.expect("counts");
        done("order counts", started);
        let started = Instant::now();
        // As the overview does: the days of the last month.
        let now = self.past.end().ms() / 3_600_000;
        let days = (0..31).map(|day| now - 24 * (day + 1)..now - 24 * day).collect();
        self.store.kept_sums(days).await.expect("sums");
        done("sums", started);
        let started = Instant::now();
        self.store.orders(None, 20).await.expect("orders");
        done("newest orders", started);
        for status in boothpay_protocol::ledger::order::OrderStatus::ALL {
            let started = Instant::now();
            self.store.orders(Some(status), 20).await.expect("orders");
            done(status.word(), started);
        }
        println!("  overview of the filled    {}", spent.join(", "));
    }
}

/// One of many callers; they share the orders of a turn.
struct Caller {
    store: Store,
    past: Past,
    next: Arc<AtomicU64>,
    end: u64,
    until: Instant,
}

impl Caller {
    fn next(&self) -> Option<u64> {
        // Not taken when the time is over: every order before the next one is made.
        let in_time = Instant::now() < self.until;
        in_time.then(|| self.next.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < self.end)
    }

    async fn make(self) -> u64 {
        let (mut calls, now) = (0, self.past.end());
        while let Some(n) = self.next() {
            let id = self.past.order_id(n);
            let booth = Booth { id: BoothId::main(), name: "Fotobox Chilonzor".to_owned() };
            let (chosen, language, lifetime) = (None, None, LIFETIME);
            let request = OrderRequest {
                id: id.clone(),
                amount: amount(),
                copies: Copies::ONE,
                booth,
                chosen,
                language,
                lifetime,
            };
            let decide = move |rows: &_| shop::offer(&request, rows, now);
            self.store
                .transact(Needs::order(id), Actor::Booth, decide)
                .await
                .expect("a store")
                .reply
                .expect("an order");
            calls += 1;
        }
        calls
    }

    async fn pay(self) -> u64 {
        let mut calls = 0;
        while let Some(n) = self.next() {
            // A hundred payments a second.
            let now = self.past.end().plus(SpanMs::new(i64::try_from(n).expect("a number") * 10));
            let (order_id, id) = (self.past.order_id(n), Past::provider_id(now, n));
            let account = Account { json: format!(r#"{{"order_id":"{order_id}"}}"#), order_id: Some(order_id) };
            let asked = AskedAmount(Some(amount()));
            let create = Call::Create { id: id.clone(), time: now, amount: asked, account };
            for call in [create, Call::Perform { id }] {
                let needs = payme::needs(&call);
                let decide = move |rows: &_| payme::decide(&call, rows, now, &Rules::default(), None);
                self.store.transact(needs, PAYME, decide).await.expect("a store").reply.expect("a payment");
                calls += 1;
            }
        }
        calls
    }
}

fn amount() -> Tiyin {
    Tiyin::new(2_500_000).expect("an amount")
}

/// What calls have cost. Beside the time: bytes through the system's calls (Linux only), which are the pages that SQLite's own
/// cache did not have, and those that went to the log and from it into the file.
#[derive(Clone, Copy, Default)]
struct Cost {
    calls: u64,
    time: Duration,
    writer: Duration,
    read_bytes: u64,
    written_bytes: u64,
}

impl Cost {
    fn so_far() -> Self {
        let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
        let of = |name: &str| io.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok()).unwrap_or(0);
        Self { read_bytes: of("rchar:"), written_bytes: of("wchar:"), writer: cpu("sqlite-writer"), ..Self::default() }
    }

    fn add(&mut self, before: &Self, calls: u64, time: Duration) {
        let now = Self::so_far();
        self.calls += calls;
        self.time += time;
        self.writer += now.writer.saturating_sub(before.writer);
        self.read_bytes += now.read_bytes - before.read_bytes;
        self.written_bytes += now.written_bytes - before.written_bytes;
    }

    fn per_second(&self) -> f64 {
        self.calls as f64 / self.time.as_secs_f64()
    }

    fn report(&self) -> String {
        let each = |total: f64| total / self.calls as f64;
        format!(
            "{:>7.0} calls/s, each: writing thread {:.1} µs, {:.2} pages read, {:.2} pages written",
            self.per_second(),
            each(self.writer.as_secs_f64() * 1e6),
            each(self.read_bytes as f64 / 4096.0),
            each(self.written_bytes as f64 / 4096.0)
        )
    }
}

impl std::ops::Div for Cost {
    type Output = f64;

    fn div(self, other: Self) -> f64 {
        self.per_second() / other.per_second()
    }
}

/// The processor time of this process's threads of that name so far; Linux only, elsewhere nothing.
fn cpu(name: &str) -> Duration {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return Duration::ZERO };
    let nanos = threads.flatten().filter_map(|thread| {
        let called = std::fs::read_to_string(thread.path().join("comm")).ok()?;
        let stat = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        (called.trim() == name).then(|| stat.split_whitespace().next()?.parse::<u64>().ok()).flatten()
    });
    Duration::from_nanos(nanos.sum())
}
