//! The program under test: its router in this process, its store in memory, on a file or on PostgreSQL, and a clock moved by
//! hand. On a file there may be two of it side by side, each with a memory of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use boothpay_protocol::click::Code;
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::{Copies, OrderId};
use boothpay_protocol::ledger::refunds::RefundPolicy;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::payme::rules::{AccountCode, TimeoutBase};
use boothpay_protocol::time::SpanMs;
use boothpay_protocol::uzum::rules::BusyCode;
use boothpay_server::clock::Clock;
use boothpay_server::config::{Settings, Sources};
use boothpay_server::orders::Orders;
use boothpay_server::{App, Shutdown, router};
use boothpay_store::{Address, Store};
use boothpay_test_support::Cluster;
use boothpay_test_support::model::{Refunds, Rules};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::booth::MERCHANT_ID;
use crate::uzum;

/// One program, or two on one database that are asked in turns.
pub struct Program {
    sides: Vec<Side>,
    asked: AtomicUsize,
}

struct Side {
    app: Arc<App>,
    router: Router,
    // Gone, it would stop the program.
    _shutdown: Shutdown,
}

impl Side {
    fn start(settings: &Settings, clock: &Clock) -> Self {
        let store = Store::open(&settings.database).expect("the database opens");
        let (shutdown, stopping) = Shutdown::new();
        let app = App::new(settings.clone(), store, clock.clone(), stopping);
        Self { router: router(Arc::clone(&app)), app, _shutdown: shutdown }
    }
}

impl Program {
    /// Starts as many as are to work side by side.
    pub fn start(settings: &Settings, clock: &Clock, sides: usize) -> Self {
        let sides = (0..sides).map(|_| Side::start(settings, clock)).collect();
        Self { sides, asked: AtomicUsize::new(0) }
    }

    /// Whose turn it is.
    pub fn app(&self) -> &Arc<App> {
        &self.side().app
    }

    /// In a row that does not repeat soon: sometimes the same one twice, sometimes the other.
    fn side(&self) -> &Side {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        let mixed = (asked as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
        &self.sides[mixed as usize % self.sides.len()]
    }

    /// Sends a request; HTTP status and body of the answer.
    pub async fn send(&self, method: &str, path: &str, body: String) -> (u16, String) {
        let form = path.starts_with("/api/click");
        let kind = if form { "application/x-www-form-urlencoded" } else { "application/json" };
        let request = Request::builder().method(method).uri(path).header("content-type", kind);
        let response = self.side().router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
        (status, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
    }

    /// Makes an order as the command line does; until when it can be paid, unless it was refused.
    pub async fn make(&self, name: &str, amount: i64) -> Option<i64> {
        let (id, amount) = (OrderId::parse(name).unwrap(), Tiyin::new(amount).unwrap());
        let made = orders(self.app(), Actor::CommandLine).offer(id, amount, Copies::ONE, None).await;
        Some(made.expect("the database works").ok()?.expires_at.ms())
    }

    /// Notes a print; whether that was accepted.
    pub async fn print(&self, name: &str) -> bool {
        let noted = orders(self.app(), Actor::Booth).printed(OrderId::parse(name).unwrap()).await;
        noted.expect("the database works").is_ok()
    }
}

fn orders(app: &App, actor: Actor) -> Orders<'_> {
    Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor }
}

/// Where a history is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Memory,
    Disk,
    /// On disk, two programs at work on the same file.
    Shared,
    Postgres,
}

impl Place {
    /// How many programs work on it.
    pub const fn sides(self) -> usize {
        match self {
            Self::Memory | Self::Disk | Self::Postgres => 1,
            Self::Shared => 2,
        }
    }

    /// A database for one history, with the folder that it needs as long.
    pub fn database(self) -> (Address, Option<TempDir>) {
        match self {
            Self::Memory => (Address::SqliteMemory, None),
            Self::Disk | Self::Shared => {
                let folder = tempfile::tempdir().unwrap();
                (Address::SqliteFile(folder.path().join("boothpay.db")), Some(folder))
            }
            Self::Postgres => (Address::parse(&Cluster::shared().database().url).unwrap(), None),
        }
    }
}

/// The defaults with a cashbox.
pub fn base() -> Settings {
    let environment = vec![("BOOTHPAY_PAYME_MERCHANT_ID".to_owned(), MERCHANT_ID.to_owned())];
    Settings::read(&Sources { environment, development: true, ..Sources::default() }).expect("the defaults")
}

/// The settings of a history, in the program's own types.
pub fn settings(base: &Settings, rules: &Rules, database: Address) -> Settings {
    let mut settings = base.clone();
    settings.database = database;
    settings.order_lifetime = SpanMs::new(rules.order_life);
    let ours = Arc::make_mut(&mut settings.payme.rules);
    ours.busy_order_code = AccountCode::new(rules.busy_code).unwrap();
    ours.closed_order_code = AccountCode::new(rules.closed_code).unwrap();
    ours.check_refuses_busy = rules.check_refuses_busy;
    ours.refuse_stale_create = rules.refuse_stale;
    ours.timeout = SpanMs::new(rules.limit);
    ours.timeout_base = if rules.limit_from_payme { TimeoutBase::PaymeTime } else { TimeoutBase::CreateTime };
    ours.refunds = policy(rules.refunds);
    let ours = Arc::make_mut(&mut settings.click.rules);
    ours.hold = SpanMs::new(rules.click_hold);
    ours.busy_order = Code::from_number(rules.click_busy).unwrap();
    ours.cancel_after_payment = Code::from_number(rules.click_disowned).unwrap();
    let ours = Arc::make_mut(&mut settings.uzum.rules);
    ours.service_ids = vec![uzum::SERVICE];
    ours.timeout = SpanMs::new(rules.uzum_limit);
    ours.busy_order_code = BusyCode::new(rules.uzum_busy).unwrap();
    ours.refunds = policy(rules.uzum_refunds);
    settings
}

fn policy(refunds: Refunds) -> RefundPolicy {
    match refunds {
        Refunds::Always => RefundPolicy::Always,
        Refunds::BeforePrinting => RefundPolicy::BeforePrinting,
        Refunds::Never => RefundPolicy::Never,
    }
}
