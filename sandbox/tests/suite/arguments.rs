//! The commands as a shell would type them: reports, files, exit codes.

use crate::support::merchant::{KEY, Merchant};
use crate::support::mistakes::Mistake;
use boothpay_sandbox::args::{Exit, SandboxArgs, run};
use clap::Parser;

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// Runs a command line; `run` has threads of its own, so it gets a thread that has none yet.
async fn command(words: &[&str]) -> Exit {
    let program = Program::try_parse_from(["sandbox"].iter().chain(words)).unwrap_or_else(|error| panic!("{error}"));
    tokio::task::spawn_blocking(|| std::thread::spawn(|| run(program.sandbox)).join().unwrap()).await.unwrap()
}

fn refused(words: &[&str]) -> bool {
    Program::try_parse_from(["sandbox"].iter().chain(words)).is_err()
}

#[tokio::test]
async fn the_exit_code_says_how_it_ended() {
    let right = Merchant::start(None, Some(KEY), false).await;
    let wrong = Merchant::start(Some(Mistake::NumberIsNumber), Some(KEY), false).await;
    let only = ["--only", "create-01,create-02", "--boothpay", "--key", KEY, "--color", "never"];
    let payme = |url: &str| [vec!["payme", "--url", url], only.to_vec()].concat().join("\n");
    for (url, exit) in [(&right.url, Exit::Clean), (&wrong.url, Exit::Failures)] {
        assert_eq!(command(&payme(url).split('\n').collect::<Vec<_>>()).await, exit);
    }
    assert_eq!(command(&["payme", "--url", "http://127.0.0.1:1/"]).await, Exit::Unusable);
    assert_eq!(command(&["payme", "--url", &right.url, "--only", "PAYME-NOTHING"]).await, Exit::Unusable);
    assert_eq!(command(&["payme", "--explain", "CREATE-03"]).await, Exit::Clean);
    assert_eq!(command(&["payme", "--explain", "CREATE-99"]).await, Exit::Unusable);
    assert_eq!(command(&["payme", "--list", "--only", "RACE"]).await, Exit::Clean);
    assert!(refused(&["payme", "--boothpay", "--orders", "file"]) && refused(&["payme", "--timeout-ms", "soon"]));
}

#[tokio::test]
async fn orders_come_from_a_file_and_reports_go_to_one() {
    let merchant = Merchant::start(Some(Mistake::DataMissing), Some(KEY), false).await;
    merchant.shop.add_order("A-1", 5000);
    merchant.shop.add_order("A-2", 7000);
    let folder = tempfile::tempdir().unwrap();
    let (orders, report) = (folder.path().join("orders.txt"), folder.path().join("report.xml"));
    std::fs::write(&orders, "A-1 5000\nA-2 7000\n").unwrap();
    let (orders, output) = (orders.to_str().unwrap(), report.to_str().unwrap());
    let only = "CHECKPERFORM-11,CREATE-01,CREATE-02";
    let words = ["payme", "--url", &merchant.url, "--key", KEY, "--orders", orders, "--only", only];
    let junit = [&words[..], &["--format", "junit", "--output", output]].concat();
    assert_eq!(command(&junit).await, Exit::Failures);
    let written = std::fs::read_to_string(&report).unwrap();
    assert!(written.starts_with("<?xml") && written.contains("failures=\"1\"") && written.contains("-31050"));
    // Two orders are enough for two rules; the third rule is skipped and says why.
    assert!(written.contains("no fresh order is left") && !written.contains(KEY), "{written}");
    let json = [&words[..], &["--format", "json", "--output", output]].concat();
    assert_eq!(command(&json).await, Exit::Failures);
    let written: serde_json::Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    assert_eq!(written["passed"], false);
    assert_eq!(written["rules"][0]["verdict"], "failed");
    assert!(written["rules"][0]["exchanges"][0]["request"].as_str().unwrap().contains("CheckPerformTransaction"));
}

#[tokio::test]
async fn one_payment_is_played_to_each_of_its_ends() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    for end in ["paid", "cancelled", "refunded", "abandoned"] {
        merchant.shop.add_order(end, 9900);
        let words = ["pay", end, "--amount", "9900", "--end", end, "--twice", "--url", &merchant.url, "--key", KEY];
        assert_eq!(command(&words).await, Exit::Clean, "{end}");
    }
    let words = ["pay", "nobody", "--url", &merchant.url, "--key", KEY];
    assert_eq!(command(&words).await, Exit::Failures);
}

#[tokio::test]
async fn traffic_is_compared_with_a_baseline() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    let other = Merchant::start(None, Some(KEY), false).await;
    let words = ["traffic", "--boothpay", "--payments", "40", "--url", &merchant.url, "--key", KEY];
    assert_eq!(command(&words).await, Exit::Clean);
    assert_eq!(command(&[&words[..], &["--baseline", &other.url, "--format", "json"]].concat()).await, Exit::Clean);
    // Without a source of orders nobody can pay.
    assert_eq!(command(&["traffic", "--url", &merchant.url, "--key", KEY]).await, Exit::Unusable);
    let wrong = Merchant::start(Some(Mistake::OnlyPerformed), Some(KEY), false).await;
    let words = ["traffic", "--boothpay", "--payments", "40", "--url", &wrong.url, "--key", KEY];
    assert_eq!(command(&words).await, Exit::Failures);
}

#[tokio::test]
async fn a_command_is_asked_to_make_transactions_older() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    let folder = tempfile::tempdir().unwrap();
    let asked = folder.path().join("asked.txt");
    let older = format!("echo $PAYME_ID $AGE_MS >> '{}'", asked.display());
    let words = ["payme", "--url", &merchant.url, "--key", KEY, "--boothpay", "--only", "EXPIRY-05"];
    // The command does nothing, and eleven hours and 59 minutes are allowed anyway.
    assert_eq!(command(&[&words[..], &["--age-command", &older]].concat()).await, Exit::Clean);
    let asked = std::fs::read_to_string(asked).unwrap();
    let (id, age) = asked.trim().split_once(' ').unwrap();
    assert_eq!((id.len(), age), (24, "43140000"));
}
