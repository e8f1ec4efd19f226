//! How long the panel's pages take when years of orders are stored, next to a page that reads nothing: `cargo bench --bench pages`.
//!
//! A browser over HTTP on loopback gets each page in turns, from SQLite on disk, at the end of four years of orders. The times are the
//! server's whole ones, from the request to the last byte. `PAGES_ORDERS` says how many orders (a hundred thousand: what a busy booth
//! sells in a year); ten million take about 10 GB and some minutes to fill. The aim is 50 ms in the median and 200 ms at most.

use boothpay_protocol::panel::AdminName;
use boothpay_server::clock::Clock;
use boothpay_server::config::{Settings, Sources};
use boothpay_server::{App, Shutdown, panel};
use boothpay_store::{Address, Store};
use boothpay_test_support::{Ids, Past, fill_sqlite};
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Orders in the database.
const ORDERS: u64 = 100_000;
/// How often each page is got.
const TURNS: usize = 40;
/// The page that reads nothing, to which the others are compared.
const EMPTY: &str = "/livez";
const PASSWORD: &str = "a password for benchmarks";

fn main() {
    let asked = std::env::var("PAGES_ORDERS").ok();
    let past = Past { orders: asked.map_or(ORDERS, |n| n.parse().expect("PAGES_ORDERS: a number")), ids: Ids::Random };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on the disk");
    let file = folder.path().join("years.db");
    drop(Store::open(&Address::SqliteFile(file.clone())).expect("a database"));
    fill_sqlite(&file, &past);
    println!("{} orders", past.orders);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(measure(Store::open(&Address::SqliteFile(file)).expect("a database"), &past));
}

async fn measure(store: Store, past: &Past) {
    let settings = Settings::read(&Sources::default()).expect("good settings");
    let (shutdown, stopping) = Shutdown::new();
    // The last of its days is today.
    let app = App::new(settings, store, Clock::manual(past.end()), stopping);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let owner = AdminName::parse("owner").expect("a name");
    let link = panel::new_link(&app.store, &app.clock, &owner).await.expect("a link").path;
    let served = tokio::spawn(boothpay_server::run(app, listener, 64));
    let browser = Browser::enter(base, &link).await;

    let order = past.order_id(past.orders / 2);
    let pages = [
        EMPTY.to_owned(),
        "/admin".to_owned(),
        "/admin/owed".to_owned(),
        "/admin/figures".to_owned(),
        "/admin/figures?month=2026-10".to_owned(),
        "/admin/figures?year=2026".to_owned(),
        "/admin/orders".to_owned(),
        "/admin/orders?status=refunded".to_owned(),
        "/admin/orders?provider=payme&day=2024-06-01".to_owned(),
        "/admin/orders?sum=25000".to_owned(),
        // Of nobody: the whole of a filter is looked through.
        "/admin/orders?provider=click".to_owned(),
        "/admin/orders?sum=12345".to_owned(),
        "/admin/orders?q=NOTHINGLIKEIT".to_owned(),
        format!("/admin/orders/{order}"),
        "/admin/books".to_owned(),
        "/admin/why".to_owned(),
        "/admin/alerts".to_owned(),
        "/admin/wallets".to_owned(),
        "/admin/settings".to_owned(),
        "/admin/people".to_owned(),
        "/admin/audit".to_owned(),
    ];
    let mut times = vec![Vec::with_capacity(TURNS); pages.len()];
    for _ in 0..TURNS {
        for (page, times) in pages.iter().zip(&mut times) {
            times.push(browser.page(page).await);
        }
    }
    println!("{:<46} median ms   most ms", "page");
    for (page, times) in pages.iter().zip(&mut times) {
        times.sort_unstable();
        let ms = |time: Option<&Duration>| time.expect("a time").as_secs_f64() * 1000.0;
        println!("{page:<46} {:>9.2} {:>9.2}", ms(times.get(TURNS / 2)), ms(times.last()));
    }
    shutdown.stop();
    served.await.expect("a server").expect("it stops in order");
}

/// Somebody in the panel.
struct Browser {
    http: Client,
    base: String,
    cookie: String,
}

impl Browser {
    /// Sets the owner's password by his link, which lets him in.
    async fn enter(base: String, link: &str) -> Self {
        let http = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        let form = format!("password={0}&again={0}", PASSWORD.replace(' ', "+"));
        let request = http.post(format!("{base}{link}")).header(ORIGIN, &base).body(form);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, Some("/admin")), "the owner is in");
        let pair = |cookie: &str| cookie.split(';').next().unwrap_or_default().to_owned();
        let cookies = answer.headers().get_all(SET_COOKIE).iter().map(|it| pair(it.to_str().expect("a cookie")));
        let cookie = cookies.collect::<Vec<_>>().join("; ");
        Self { http, base, cookie }
    }

    /// Gets a page and says how long that took.
    async fn page(&self, path: &str) -> Duration {
        let begun = Instant::now();
        let request = self.http.get(format!("{}{path}", self.base)).header(COOKIE, &self.cookie);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{path} leads to {:?}", location(&answer));
        let bytes = answer.bytes().await.expect("a whole page");
        let took = begun.elapsed();
        assert!(!bytes.is_empty(), "{path} is empty");
        took
    }
}

fn location(answer: &Response) -> Option<&str> {
    answer.headers().get("location").and_then(|it| it.to_str().ok())
}
