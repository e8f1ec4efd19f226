//! The program under test: its router in this process, its store in memory, on a file or on PostgreSQL, and a clock moved by hand.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use boothpay_protocol::journal::Actor;
use boothpay_protocol::money::Tiyin;
use boothpay_protocol::order::{Copies, OrderId};
use boothpay_protocol::payme::rules::{AccountCode, RefundPolicy, TimeoutBase};
use boothpay_protocol::time::SpanMs;
use boothpay_server::clock::Clock;
use boothpay_server::config::{Settings, Sources, load};
use boothpay_server::orders::Orders;
use boothpay_server::{App, Shutdown, router};
use boothpay_store::{Address, Store};
use boothpay_test_support::Cluster;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::booth::MERCHANT_ID;
use crate::model::{Refunds, Rules};

pub struct Program {
    pub app: Arc<App>,
    router: Router,
    // Gone, it would stop the program.
    _shutdown: Shutdown,
}

impl Program {
    pub fn start(settings: &Settings, clock: &Clock) -> Self {
        let store = Store::open(&settings.database).expect("the database opens");
        let (shutdown, stopping) = Shutdown::new();
        let app = App::new(settings.clone(), store, clock.clone(), stopping);
        Self { router: router(Arc::clone(&app)), app, _shutdown: shutdown }
    }

    /// Sends a request; HTTP status and body of the answer.
    pub async fn send(&self, method: &str, path: &str, body: String) -> (u16, String) {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
        (status, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
    }

    /// Makes an order as the command line does; until when it can be paid, unless it was refused.
    pub async fn make(&self, name: &str, amount: i64) -> Option<i64> {
        let (id, amount) = (OrderId::parse(name).unwrap(), Tiyin::new(amount).unwrap());
        let made = self.orders(Actor::CommandLine).offer(id, amount, Copies::ONE).await;
        Some(made.expect("the database works").ok()?.expires_at.ms())
    }

    /// Notes a print; whether that was accepted.
    pub async fn print(&self, name: &str) -> bool {
        let noted = self.orders(Actor::Booth).printed(OrderId::parse(name).unwrap()).await;
        noted.expect("the database works").is_ok()
    }

    fn orders(&self, actor: Actor) -> Orders<'_> {
        Orders { store: &self.app.store, clock: &self.app.clock, settings: &self.app.settings, actor }
    }
}

/// Where a history is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Memory,
    Disk,
    Postgres,
}

impl Place {
    /// A database for one history, with the folder that it needs as long.
    pub fn database(self) -> (Address, Option<TempDir>) {
        match self {
            Self::Memory => (Address::SqliteMemory, None),
            Self::Disk => {
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
    let config = load(&Sources { file: None, environment }).expect("the defaults");
    Settings::from_config(&config).expect("the defaults")
}

/// The settings of a history, in the program's own types.
pub fn settings(base: &Settings, rules: &Rules, database: Address) -> Settings {
    let mut settings = base.clone();
    settings.database = database;
    settings.order_lifetime = SpanMs::new(rules.order_life);
    settings.rules.busy_order_code = AccountCode::new(rules.busy_code).unwrap();
    settings.rules.closed_order_code = AccountCode::new(rules.closed_code).unwrap();
    settings.rules.check_refuses_busy = rules.check_refuses_busy;
    settings.rules.refuse_stale_create = rules.refuse_stale;
    settings.rules.timeout = SpanMs::new(rules.limit);
    settings.rules.timeout_base = if rules.limit_from_payme { TimeoutBase::PaymeTime } else { TimeoutBase::CreateTime };
    settings.rules.refunds = match rules.refunds {
        Refunds::Always => RefundPolicy::Always,
        Refunds::BeforePrinting => RefundPolicy::BeforePrinting,
        Refunds::Never => RefundPolicy::Never,
    };
    settings
}
