//! Metrics as a monitoring program meets them: their form, what they count, who may read them, and that the dashboard and the alerts that
//! come with them ask for nothing else.

use super::production::basic;
use super::support::{Folder, MERCHANT_ID, Running};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where there is something to say only with a certificate of an authority; `cli/tests/https` sees it.
const ELSEWHERE: &str = "boothpay_certificate_end_timestamp_seconds";

/// What was told, read as strictly as the form is written (Prometheus text, 0.0.4): each sample with its family's type, in one piece.
struct Told {
    samples: BTreeMap<String, f64>,
    names: BTreeSet<String>,
}

impl Told {
    fn read(text: &str) -> Self {
        assert!(text.ends_with('\n'), "the last line ends");
        let (mut samples, mut names, mut types) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        let (mut family, mut helped) = (String::new(), BTreeSet::new());
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, words) = help.split_once(' ').unwrap();
                assert!(!words.is_empty() && helped.insert(name.to_owned()), "{line}");
                family = name.to_owned();
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                assert!(name == family && types.insert(family.clone(), kind.to_owned()).is_none(), "{line}");
                assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            } else {
                let (series, value) = line.rsplit_once(' ').unwrap();
                let (name, labels) = series.split_once('{').map_or((series, None), |(name, rest)| (name, Some(rest)));
                let is_name =
                    |text: &str| text.bytes().all(|it| it.is_ascii_lowercase() || b"_0123456789".contains(&it));
                assert!(name.starts_with("boothpay_") && is_name(name), "{line}");
                for label in labels.into_iter().flat_map(|labels| labels.strip_suffix('}').unwrap().split(',')) {
                    let (name, value) = label.split_once("=\"").unwrap();
                    // Words, versions and bounds: nothing that a customer, an address or an order could stand in.
                    let is_word = |it: char| it.is_ascii_alphanumeric() || "_.+".contains(it);
                    assert!(is_name(name) && value.strip_suffix('"').unwrap().chars().all(is_word), "{line}");
                }
                let base = match types.get(&family).map(String::as_str) {
                    Some("histogram") => ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)),
                    Some(_) => Some(name),
                    None => None,
                };
                assert_eq!(base, Some(family.as_str()), "{line} belongs to its family");
                names.insert(name.to_owned());
                assert!(samples.insert(series.to_owned(), value.parse().unwrap()).is_none(), "{line} is there once");
            }
        }
        Self { samples, names }
    }

    fn value(&self, series: &str) -> f64 {
        *self.samples.get(series).unwrap_or_else(|| panic!("no {series} in {:#?}", self.samples))
    }
}

async fn read(booth: &Running, address: &str) -> Told {
    let answer = booth.get(address).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.headers.contains("text/plain; version=0.0.4; charset=utf-8"), "{}", answer.headers);
    Told::read(&answer.body)
}

const KEY: &str = "k:ey&@?#%^=$!-of-36-characters-xxxxx";
const LISTEN: (&str, &str) = ("BOOTHPAY_METRICS_LISTEN", "127.0.0.1:0");

#[tokio::test]
async fn what_happens_is_counted_and_how_it_stands_is_told() {
    let folder = Folder::new();
    // A printer that is not there and a camera, so that each has something to say.
    std::fs::create_dir(folder.path().join("camera")).unwrap();
    folder.write(
        "boothpay.toml",
        "[photos]\nsource = \"boothpay\"\n[camera]\nfolder = \"camera\"\n[prints]\nby = \"printer\"\nprinter = \"ipp://127.0.0.1:9/ipp/print\"\n[backup]\nfolder = \"backups\"\n",
    );
    let booth = folder.serve(&[LISTEN, ("BOOTHPAY_PAYME_KEY", KEY), ("BOOTHPAY_PAYME_MERCHANT_ID", MERCHANT_ID)]);
    let address = booth.greeting("Metrics:");
    let before = read(&booth, &address).await;
    assert_eq!(before.value("boothpay_orders{status=\"paid\"}"), 0.0);

    let webhook = async |method: &str, params: Value| {
        booth.payme(&basic("Paycom", KEY), method, params).await;
    };
    let order = json!({"order_id": "photobooth-test-123", "paymentType": "payme", "amount": 10000}).to_string();
    assert_eq!(booth.post("/api/generate-qr", &order).await.status, 200);
    let account = json!({"order_id": "photobooth-test-123"});
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let create = json!({"id": "one", "time": u64::try_from(now).unwrap(), "amount": 1_000_000, "account": account});
    webhook("CreateTransaction", create.clone()).await;
    webhook("CreateTransaction", create).await;
    webhook("PerformTransaction", json!({"id": "one"})).await;
    webhook("CheckTransaction", json!({"id": "two"})).await;
    webhook("Nonsense", json!({})).await;
    assert_eq!(booth.send(Method::GET, "/", &[("Accept", "text/html")], "").await.status, 200);

    let told = read(&booth, &address).await;
    let calls = |method: &str, answer: &str| {
        told.value(&format!(
            "boothpay_webhook_calls_total{{provider=\"payme\",method=\"{method}\",answer=\"{answer}\"}}"
        ))
    };
    assert_eq!((calls("CreateTransaction", "ok"), calls("PerformTransaction", "ok")), (2.0, 1.0));
    assert_eq!((calls("CheckTransaction", "payment_not_found"), calls("unknown", "unknown_method")), (1.0, 1.0));
    let of_create = "boothpay_webhook_call_seconds_count{provider=\"payme\",method=\"CreateTransaction\"}";
    assert_eq!(told.value(of_create), 2.0);
    assert!(told.value("boothpay_database_change_seconds_count") >= 3.0);
    assert_eq!(told.value("boothpay_orders{status=\"paid\"}"), 1.0);
    assert_eq!(told.value("boothpay_payments_received_total{provider=\"payme\"}"), 1.0);
    assert_eq!(told.value("boothpay_received_tiyin_total{provider=\"payme\"}"), 1_000_000.0);
    assert_eq!(told.value("boothpay_build_info{version=\"0.1.0\",mode=\"production\"}"), 1.0);
    assert_eq!((told.value("boothpay_ready"), told.value("boothpay_printer_ready")), (1.0, 0.0));
    assert_eq!((told.value("boothpay_open"), told.value("boothpay_camera_ready")), (1.0, 1.0));
    assert!(told.value("boothpay_disk_free_bytes{used_for=\"database\"}") > 0.0);
    assert!(told.value("boothpay_database_bytes{part=\"tables\"}") > 0.0);
    assert!(told.value("boothpay_last_call_timestamp_seconds{provider=\"payme\"}") > 1.7e9);
    let answers = |told: &Told| told.value("boothpay_http_responses_total{listener=\"booth\",status=\"2xx\"}");
    assert_eq!(answers(&told) - answers(&before), 7.0);

    // What was paid goes back: it came all the same.
    webhook("CancelTransaction", json!({"id": "one", "reason": 5})).await;
    let told = read(&booth, &address).await;
    assert_eq!(told.value("boothpay_received_tiyin_total{provider=\"payme\"}"), 1_000_000.0);
    assert_eq!(told.value("boothpay_returned_tiyin_total{provider=\"payme\"}"), 1_000_000.0);
    assert_eq!(told.value("boothpay_payments_returned_total{provider=\"payme\"}"), 1.0);

    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/monitoring");
    for file in ["dashboard.json", "alerts.yml"] {
        let text = std::fs::read_to_string(format!("{folder}/{file}")).unwrap();
        let asked: BTreeSet<&str> = text
            .split(|it: char| !it.is_ascii_alphanumeric() && it != '_')
            .filter(|word| word.starts_with("boothpay_"))
            .collect();
        let missing: Vec<_> = asked.iter().filter(|name| **name != ELSEWHERE && !told.names.contains(**name)).collect();
        assert!(asked.len() > 10 && missing.is_empty(), "{file} asks for what there is not: {missing:?}");
    }
    let dashboard = std::fs::read_to_string(format!("{folder}/dashboard.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    let shown: Vec<&str> = dashboard["panels"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|panel| panel["targets"].as_array().unwrap())
        .map(|target| target["expr"].as_str().unwrap())
        .collect();
    let not_shown = |name: &&String| {
        let family = name.trim_end_matches("_bucket").trim_end_matches("_sum").trim_end_matches("_count");
        !shown.iter().any(|expression| expression.contains(family))
    };
    let left_out: Vec<_> = told.names.iter().filter(not_shown).collect();
    assert_eq!(left_out, ["boothpay_build_info"], "the dashboard shows everything else");
}

#[tokio::test]
async fn they_have_an_address_of_their_own_that_tells_nobody_else() {
    let folder = Folder::new();
    let token = "a-token-for-metrics-alone";
    let booth = folder.serve(&[LISTEN, ("BOOTHPAY_METRICS_TOKEN", token)]);
    let address = booth.greeting("Metrics:");
    let base = address.trim_end_matches("/metrics").to_owned();
    assert_eq!(booth.get("/metrics").await.status, 404, "not at the booth's address");
    for path in ["/", "/admin", "/api/stats", "/api/payme/webhook"] {
        assert_eq!(booth.get(&format!("{base}{path}")).await.status, 404, "{path} is not here");
    }
    let asked = async |headers: &[(&str, &str)]| booth.send(Method::GET, &address, headers, "").await.status;
    assert_eq!(asked(&[]).await, 401);
    assert_eq!(asked(&[("Authorization", "Bearer another")]).await, 401);
    let right = ("Authorization", "Bearer a-token-for-metrics-alone");
    assert_eq!(asked(&[right]).await, 200);
    // A page of elsewhere that makes its name lead here.
    assert_eq!(asked(&[right, ("Host", "evil.example")]).await, 403);
    assert_eq!(booth.send(Method::POST, &address, &[right], "").await.status, 405);
    // Health needs no token, and says what it says at the booth's address.
    for (path, says) in [("/health/live", "live"), ("/health/ready", "ready")] {
        let answer = booth.get(&format!("{base}{path}")).await;
        assert_eq!((answer.status, answer.json()), (200, json!({"status": says})));
    }
    let told = booth.send(Method::GET, &address, &[right], "").await;
    let told = Told::read(&told.body);
    assert_eq!(told.value("boothpay_strangers_total{what=\"nothing_there\"}"), 5.0);
    assert_eq!(told.value("boothpay_http_responses_total{listener=\"metrics\",status=\"4xx\"}"), 8.0);
}

#[tokio::test]
async fn a_database_that_cannot_be_written_to_is_told() {
    let folder = Folder::new();
    let booth = folder.serve(&[LISTEN]);
    let address = booth.greeting("Metrics:");
    // Somebody took the database away: what is written now would be lost.
    std::fs::rename(folder.path().join("boothpay.db"), folder.path().join("elsewhere.db")).unwrap();
    let ready = booth.get(&address.replace("/metrics", "/health/ready")).await;
    assert_eq!(ready.status, 503, "{}", ready.body);
    let told = read(&booth, &address).await;
    assert_eq!(told.value("boothpay_ready"), 0.0);
    assert!(told.value("boothpay_disk_free_bytes{used_for=\"database\"}") > 0.0, "the rest is told all the same");
}
