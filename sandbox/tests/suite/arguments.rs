//! The commands as a shell would type them: reports, files, exit codes.

use crate::click::mistakes::Mistake as Shops;
use crate::click::shop;
use crate::support::merchant::{KEY, Merchant};
use crate::support::mistakes::Mistake;
use crate::uzum::merchant as uzum;
use crate::uzum::mistakes::Mistake as Banks;
use boothpay_sandbox::args::{Exit, Own, SandboxArgs, run};
use clap::Parser;

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// Runs a command line; `run` has threads of its own, so it gets a thread that has none yet.
async fn command(words: &[&str]) -> Exit {
    command_beside(words, "127.0.0.1:1").await
}

/// The same on a computer whose own Boothpay listens there.
async fn command_beside(words: &[&str], listens: &str) -> Exit {
    let program = Program::try_parse_from(["sandbox"].iter().chain(words)).unwrap_or_else(|error| panic!("{error}"));
    let listens = listens.parse().unwrap();
    let run = move || run(program.sandbox, &|| Own { wallets: listens, orders: listens });
    tokio::task::spawn_blocking(|| std::thread::spawn(run).join().unwrap()).await.unwrap()
}

#[tokio::test]
async fn without_an_address_the_computers_own_boothpay_is_tested() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    let listens = merchant.url.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
    let words = ["payme", "--boothpay", "--key", KEY, "--only", "create-01"];
    assert_eq!(command_beside(&words, &listens).await, Exit::Clean);
    assert_eq!(command(&words).await, Exit::Unusable, "nobody listens at port 1");
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
    // Two orders are enough for two rules; the third one could not be tried, and says why.
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

/// What stands in the way of a run is one sentence and exit code 2, never a success.
#[tokio::test]
async fn a_run_that_cannot_say_anything_is_no_success() {
    let merchant = Merchant::start(None, Some(KEY), false).await;
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.txt");
    std::fs::write(&empty, "# none\n").unwrap();
    let (empty, nowhere) = (empty.to_str().unwrap(), merchant.url.replace("/payme", "/other"));
    let (url, key) = (merchant.url.as_str(), KEY);
    let unusable = [
        vec!["--url", url, "--key", key],
        vec!["--url", url, "--key", key, "--orders", empty],
        vec!["--url", url, "--key", key, "--orders", "no-such-file"],
        vec!["--url", url, "--key", key, "--order-command", "exit 3"],
        vec!["--url", url, "--key", "another-key", "--boothpay"],
        vec!["--url", url, "--boothpay"],
        vec!["--url", &nowhere, "--key", key, "--boothpay"],
        vec!["--url", url, "--key", key, "--boothpay", "--account-field", "user"],
        vec!["--url", url, "--key", key, "--boothpay", "--only", "EXPIRY-01", "--age-command", "exit 3"],
        vec!["--url", url, "--key", key, "--boothpay", "--only", "CREATE-01", "--output", "/no/such/folder/report.txt"],
        vec!["--url", url, "--key", key, "--only", "CREATE-01"],
        // Everything is left out: the optional method is not there, or nobody allowed it.
        vec!["--url", url, "--key", key, "--boothpay", "--only", "PASSWORD"],
    ];
    for words in unusable {
        assert_eq!(command(&[&["payme"][..], &words].concat()).await, Exit::Unusable, "{words:?}");
    }
    let accepted = ["payme", "--url", url, "--key", key, "--only", "CREATE-01,RPC-05", "--max-skipped", "1"];
    assert_eq!(command(&accepted).await, Exit::Clean);
}

#[tokio::test]
async fn known_faults_do_not_fail_and_a_report_can_be_tried_again() {
    let merchant = Merchant::start(Some(Mistake::NumberIsNumber), Some(KEY), false).await;
    let folder = tempfile::tempdir().unwrap();
    let (known, json) = (folder.path().join("known.txt"), folder.path().join("report.json"));
    std::fs::write(&known, "CREATE-02  # the next release\n").unwrap();
    let (known, json) = (known.to_str().unwrap(), json.to_str().unwrap());
    let words = ["payme", "--url", &merchant.url, "--key", KEY, "--boothpay", "--only", "CREATE-01,CREATE-02"];
    let report = [&words[..], &["--format", "json", "--output", json]].concat();
    assert_eq!(command(&report).await, Exit::Failures);
    assert_eq!(command(&[&words[..], &["--known", known]].concat()).await, Exit::Clean);
    let again =
        ["payme", "--url", &merchant.url, "--key", KEY, "--boothpay", "--rerun-failed", json, "--format", "json"];
    let second = folder.path().join("second.json");
    assert_eq!(command(&[&again[..], &["--output", second.to_str().unwrap()]].concat()).await, Exit::Failures);
    let written: serde_json::Value = serde_json::from_slice(&std::fs::read(&second).unwrap()).unwrap();
    let rules: Vec<_> = written["rules"].as_array().unwrap().iter().map(|rule| rule["id"].clone()).collect();
    assert_eq!(rules, ["PAYME-CREATE-02"]);
    assert!(written["rules"][0]["exchanges"][0]["curl"].as_str().unwrap().contains("$KEY"));
}

#[tokio::test]
async fn every_form_of_the_report_is_whole() {
    let merchant = Merchant::start(Some(Mistake::DataMissing), Some(KEY), false).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report");
    let forms = [
        ("text", "en", "What is wrong"),
        ("text", "ru", "Что неправильно"),
        ("text", "uz", "Nima noto‘g‘ri"),
        ("html", "ru", "<html lang=\"ru\">"),
        ("github", "en", "::error title=PAYME-CHECKPERFORM-11::"),
        ("junit", "en", "<failure"),
        ("json", "en", "\"causes\""),
    ];
    for (form, language, part) in forms {
        let words = ["payme", "--url", &merchant.url, "--key", KEY, "--boothpay", "--only", "CHECKPERFORM-11"];
        let more = ["--format", form, "--language", language, "--output", path.to_str().unwrap()];
        assert_eq!(command(&[&words[..], &more].concat()).await, Exit::Failures);
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(
            written.contains(part) && written.contains("PAYME-CHECKPERFORM-11") && !written.contains(KEY),
            "{written}"
        );
    }
}

#[tokio::test]
async fn the_official_scenarios_end_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.txt");
    for (mistake, exit, sentence) in [
        (None, Exit::Clean, "\nReady for test.paycom.uz"),
        (Some(Mistake::Http401InScenario), Exit::Failures, "\nNot ready for test.paycom.uz: PAYME-S1-01."),
    ] {
        let merchant = Merchant::start(mistake, Some(KEY), false).await;
        let words = ["payme", "--official", "--url", &merchant.url, "--key", KEY, "--boothpay", "--output"];
        assert_eq!(command(&[&words[..], &[path.to_str().unwrap()]].concat()).await, exit);
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.contains(sentence), "{written}");
    }
}

/// The suites of the other wallets take their own addresses and secrets, and share everything else.
#[tokio::test]
async fn the_other_wallets_have_their_commands() {
    let (shop, merchant) = (shop::Server::start(None).await, uzum::Server::start(None, false).await);
    let (prepare, complete) = (format!("{}/prepare", shop.url), format!("{}/complete", shop.url));
    let click =
        ["click", "--service-id", shop::SERVICE, "--secret", shop::SECRET, "--boothpay", "--only", "PREPARE-01"];
    assert_eq!(command(&[&click[..], &["--url", &shop.url]].concat()).await, Exit::Clean);
    let two = ["--prepare-url", &prepare, "--complete-url", &complete];
    assert_eq!(command(&[&click[..], &two].concat()).await, Exit::Clean);
    let service = uzum::SERVICE.to_string();
    let right = ["--login", uzum::LOGIN, "--password", uzum::PASSWORD, "--service-id", &service];
    let played = ["uzum", "--url", &merchant.url, "--boothpay", "--only", "CREATE-01"];
    assert_eq!(command(&[&played[..], &right].concat()).await, Exit::Clean);
    // What is wrong is one sentence before the run, never a success.
    let elsewhere = format!("{}/elsewhere", shop.url);
    let unusable: [&[&str]; 6] = [
        &["click", "--url", &shop.url, "--service-id", shop::SERVICE, "--secret", "another", "--boothpay"],
        &["click", "--url", &shop.url, "--service-id", "7", "--secret", shop::SECRET, "--boothpay"],
        &["click", "--url", &shop.url, "--service-id", shop::SERVICE, "--boothpay"],
        &["click", "--url", &elsewhere, "--service-id", shop::SERVICE, "--secret", shop::SECRET, "--boothpay"],
        &["uzum", "--url", &merchant.url, "--boothpay", "--login", uzum::LOGIN, "--password", "another"],
        &["uzum", "--url", &merchant.url, "--official"],
    ];
    for words in unusable {
        assert_eq!(command(words).await, Exit::Unusable, "{words:?}");
    }
    for suite in ["click", "uzum"] {
        assert_eq!(command(&[suite, "--list", "--format", "json"]).await, Exit::Clean);
        assert_eq!(command(&[suite, "--explain", "RACE-02", "--language", "uz"]).await, Exit::Clean);
    }
}

/// One payment to each of its ends, and many on a bad line: a right server's story holds, and a wrong one is found out.
#[tokio::test]
async fn the_other_wallets_pay_alone_and_in_a_crowd() {
    let (shop, merchant) = (shop::Server::start(None).await, uzum::Server::start(None, false).await);
    let service = uzum::SERVICE.to_string();
    let click = ["--wallet", "click", "--url", &shop.url, "--service-id", shop::SERVICE, "--secret", shop::SECRET];
    let bank = ["--wallet", "uzum", "--url", &merchant.url, "--service-id", &service, "--login", uzum::LOGIN];
    let bank = [&bank[..], &["--password", uzum::PASSWORD]].concat();
    for end in ["paid", "cancelled", "refunded", "abandoned"] {
        shop.shop.add_order(end, 9900);
        merchant.merchant.add_order(end, 9900);
        for wallet in [&click[..], &bank] {
            let words = [&["pay", end, "--amount", "9900", "--end", end, "--twice"], wallet].concat();
            assert_eq!(command(&words).await, Exit::Clean, "{words:?}");
        }
    }
    for wallet in [&click[..], &bank] {
        assert_eq!(command(&[&["pay", "nobody"], wallet].concat()).await, Exit::Failures);
        let crowd = ["traffic", "--boothpay", "--payments", "200", "--faults", "40", "--seed", "1"];
        assert_eq!(command(&[&crowd[..], wallet].concat()).await, Exit::Clean, "{wallet:?}");
        assert_eq!(command(&[&["traffic", "--payments", "5"], wallet].concat()).await, Exit::Unusable);
    }
    for mistake in [Shops::RepeatSucceeds, Shops::PaidTwice, Shops::RevivesCancelled, Shops::ConfirmsUnsigned] {
        let wrong = shop::Server::start(Some(mistake)).await;
        let words =
            ["traffic", "--boothpay", "--payments", "100", "--faults", "60", "--format", "json", "--wallet", "click"];
        let more = ["--url", &wrong.url, "--service-id", shop::SERVICE, "--secret", shop::SECRET];
        assert_eq!(command(&[&words[..], &more].concat()).await, Exit::Failures, "{mistake:?}");
    }
    for mistake in [Banks::ConfirmTimeLost, Banks::TransactionNotOrder, Banks::ConfirmTimeFromClock] {
        let wrong = uzum::Server::start(Some(mistake), false).await;
        let words =
            ["traffic", "--boothpay", "--payments", "100", "--faults", "60", "--wallet", "uzum", "--url", &wrong.url];
        let more = ["--service-id", &service, "--login", uzum::LOGIN, "--password", uzum::PASSWORD];
        assert_eq!(command(&[&words[..], &more].concat()).await, Exit::Failures, "{mistake:?}");
    }
}

/// `--known` and `--rerun-failed` are for every wallet: a known fault does not decide, and one wallet's report is not another's.
#[tokio::test]
async fn known_faults_and_second_tries_work_for_the_other_wallets() {
    let (shop, bank) =
        (shop::Server::start(Some(Shops::IdIsText)).await, uzum::Server::start(Some(Banks::HtmlType), false).await);
    let service = uzum::SERVICE.to_string();
    let click = ["click", "--url", &shop.url, "--service-id", shop::SERVICE, "--secret", shop::SECRET, "--boothpay"];
    let right = ["--service-id", &service, "--login", uzum::LOGIN, "--password", uzum::PASSWORD, "--boothpay"];
    let bank = [&["uzum", "--url", &bank.url][..], &right].concat();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let read = |file: &str| std::fs::read_to_string(file).unwrap();
    let wallets =
        [(&click[..], Shops::IdIsText.rule(), "PREPARE-01"), (&bank[..], Banks::HtmlType.rule(), "CREATE-01")];
    for (number, (words, broken, kept)) in wallets.into_iter().enumerate() {
        let (known, first, second) = (path("known.txt"), path(&format!("{number}.json")), path("second"));
        std::fs::write(&known, format!("{broken}  # the next release\n\n# kept by now\n{kept}\n")).unwrap();
        let only = format!("{broken},{kept}");
        let chosen = [words, &["--only", &only]].concat();
        let json = [&chosen[..], &["--format", "json", "--output", &first]].concat();
        assert_eq!(command(&json).await, Exit::Failures, "{words:?}");
        assert_eq!(command(&[&chosen[..], &["--known", &known]].concat()).await, Exit::Clean);
        for (form, word) in [("text", "ma’lum"), ("html", "ma’lum"), ("github", "::notice title=")] {
            let more = ["--known", &known, "--language", "uz", "--format", form, "--output", &second];
            assert_eq!(command(&[&chosen[..], &more].concat()).await, Exit::Clean, "{form}");
            assert!(read(&second).contains(word) && !read(&second).contains("XATO"), "{form}: {}", read(&second));
        }
        let again = [words, &["--rerun-failed", &first, "--format", "json", "--output", &second]].concat();
        assert_eq!(command(&again).await, Exit::Failures);
        let written: serde_json::Value = serde_json::from_str(&read(&second)).unwrap();
        let rules: Vec<_> = written["rules"].as_array().unwrap().iter().map(|rule| rule["id"].clone()).collect();
        assert_eq!(rules, [broken]);
        // A rule of another wallet in the file, a file that is no report, and one that is not there.
        std::fs::write(&known, "PAYME-CREATE-02\n").unwrap();
        assert_eq!(command(&[&chosen[..], &["--known", &known]].concat()).await, Exit::Unusable);
        for no_report in [&known, &path("nothing.json")] {
            assert_eq!(command(&[words, &["--rerun-failed", no_report]].concat()).await, Exit::Unusable);
        }
    }
    assert_eq!(command(&[&click[..], &["--rerun-failed", &path("1.json")]].concat()).await, Exit::Unusable);
}
