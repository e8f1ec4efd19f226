//! Where no message goes: to the own computer and network unless the owner says so, after a redirection, to a stranger's certificate;
//! and what settings say so.

use crate::delivery::{SECRET, carry_out, until, webhook};
use crate::receiver::Answer::Status;
use crate::receiver::{Receiver, serve};
use crate::world::World;
use boothpay_protocol::ledger::event::Event;
use boothpay_server::config::{Settings, Sources, Weight};
use boothpay_store::Address;
use boothpay_test_support::certificate;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

fn settings(text: &str) -> Result<Settings, String> {
    let file = Some((PathBuf::from("boothpay.toml"), text.to_owned()));
    let judged = Settings::judge(&Sources { file, development: true, ..Sources::default() });
    let mistakes = judged.findings.iter().filter(|it| it.weight == Weight::Mistake).map(ToString::to_string);
    let mistakes = mistakes.collect::<Vec<_>>().join("\n");
    judged.settings.ok_or(mistakes)
}

/// What the first attempt of an order's message came to, when it failed.
async fn why(world: &World) -> String {
    let job = carry_out(world);
    world.order("a").await;
    world.pay("a", "p1").await;
    let look = async {
        loop {
            let tasks = world.app.store.tasks(&["waiting", "failed"], 1).await.unwrap();
            if let Some(error) = tasks.first().and_then(|task| task.last_error.clone()) {
                return error;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    let error = tokio::time::timeout(std::time::Duration::from_secs(20), look).await.expect("nothing has failed");
    job.abort();
    error
}

#[tokio::test]
async fn a_private_address_is_not_called_whatever_the_name_was() {
    let mut receiver = Receiver::start(&[Status(200, "")]).await;
    // In numbers, as a name that is looked up, and in forms that only the lookup understands.
    for host in ["127.0.0.1", "localhost", "127.1", "2130706433"] {
        let url = receiver.url().replace("127.0.0.1", host);
        let mut settings = settings(&webhook("books", &url, "")).unwrap();
        // As when the name of a host in the internet is made to lead here.
        settings.webhooks[0].allow_private = false;
        let world = World::with(settings, &Address::SqliteMemory);
        let why = why(&world).await;
        assert!(why.contains("computer or a local network") && why.contains("allow_private = true"), "{host}: {why}");
    }
    assert_eq!(receiver.rest().len(), 0);
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let mut target = Receiver::start(&[Status(200, "")]).await;
    let location: &'static str = format!("location: {}\r\n", target.url()).leak();
    for status in [301, 302, 307, 308] {
        let mut receiver = Receiver::start(&[Status(status, location)]).await;
        let world = World::new(&webhook("books", &receiver.url(), ""));
        let why = why(&world).await;
        assert!(why.contains(&format!("it answered {status}, a redirection")), "{why}");
        receiver.next().await;
    }
    assert_eq!(target.rest().len(), 0);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_gets_no_message() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(folder.path(), "server", "IP:127.0.0.1");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(&certificate).unwrap()],
            PrivateKeyDer::from_pem_file(&key).unwrap(),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let (sender, mut received) = mpsc::unbounded_channel();
    let serving = tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((line, _)) = listener.accept().await {
            if let Ok(line) = acceptor.accept(line).await {
                serve(line, Status(200, ""), sender.clone()).await;
            }
        }
    });
    let world = World::new(&webhook("books", &url, ""));
    let why = why(&world).await;
    assert!(why.contains("certificate"), "{why}");
    assert!(received.try_recv().is_err());
    serving.abort();
}

#[tokio::test]
async fn what_speaks_no_http_and_a_webhook_that_is_no_more_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            // As much as anybody likes to send: it is not taken.
            let flood = vec![b'x'; 1024 * 1024];
            let _ = tokio::io::AsyncWriteExt::write_all(&mut line, &flood).await;
        }
    });
    let world = World::new(&webhook("books", &url, ""));
    let why_flood = why(&world).await;
    assert!(why_flood.contains("no HTTP"), "{why_flood}");
    serving.abort();

    let folder = tempfile::tempdir().unwrap();
    let address = Address::SqliteFile(folder.path().join("renamed.db"));
    let before = World::on(&webhook("old-name", "http://127.0.0.1:9/", ""), &address);
    before.order("a").await;
    before.pay("a", "p1").await;
    drop(before);
    let world = World::on("", &address);
    let job = carry_out(&world);
    until(&world, |counts| counts.open == 1).await;
    let look = async {
        loop {
            let task = world.app.store.tasks(&["waiting"], 1).await.unwrap().pop();
            if let Some(error) = task.and_then(|task| task.last_error) {
                return error;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    let error = tokio::time::timeout(std::time::Duration::from_secs(20), look).await.unwrap();
    assert!(error.contains("no [[webhooks]] of the name old-name"), "{error}");
    job.abort();
}

/// A task that ends the program at each attempt does so only a bounded number of times.
#[tokio::test]
async fn a_task_at_which_every_process_died_is_given_up() {
    let mut receiver = Receiver::start(&[Status(200, "")]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deadly.db");
    let world = World::on(&webhook("books", &receiver.url(), ""), &Address::SqliteFile(path.clone()));
    world.order("a").await;
    world.pay("a", "p1").await;
    let by_hand = rusqlite::Connection::open(&path).unwrap();
    by_hand.execute("update tasks set state = 'leased', attempts = 11", []).unwrap();
    let job = carry_out(&world);
    until(&world, |counts| counts.failed == 1).await;
    let task = world.app.store.tasks(&["failed"], 1).await.unwrap().pop().unwrap();
    assert_eq!(task.last_error.as_deref(), Some("the program ended at every attempt"));
    assert_eq!(receiver.rest().len(), 0);
    job.abort();
}

#[test]
fn settings_that_would_send_messages_astray_are_refused_in_the_owners_words() {
    let with = |lines: &str| settings(&format!("[[webhooks]]\n{lines}\n"));
    let secret = format!("secret = \"{SECRET}\"");
    let cases = [
        (format!("url = \"https://127.0.0.1/\"\n{secret}"), "allow_private = true"),
        (format!("url = \"https://localhost:8080/\"\n{secret}"), "allow_private = true"),
        (format!("url = \"https://[::1]/\"\n{secret}"), "allow_private = true"),
        (format!("url = \"https://169.254.169.254/latest\"\n{secret}"), "allow_private = true"),
        (format!("url = \"https://192.168.1.5/\"\n{secret}"), "allow_private = true"),
        (format!("url = \"https://2130706433/\"\n{secret}"), "allow_private = true"),
        (format!("url = \"https://0x7f.1/\"\n{secret}"), "allow_private = true"),
        (format!("url = \"https://0/\"\n{secret}"), "allow_private = true"),
        (format!("url = \"https://localhost./\"\n{secret}"), "allow_private = true"),
        (format!("url = \"http://example.uz/\"\n{secret}"), "begin it with https://"),
        (format!("url = \"example.uz\"\n{secret}"), "https:// at its beginning"),
        (format!("url = \"https://me:canary@example.uz/\"\n{secret}"), "take the user and the password out"),
        (secret.clone(), "give the address that is told"),
        ("url = \"https://example.uz/\"".to_owned(), "boothpay tasks secret"),
        ("url = \"https://example.uz/\"\nsecret = \"canary\"".to_owned(), "begins with whsec_"),
        ("url = \"https://example.uz/\"\nsecret = \"whsec_canary\"".to_owned(), "whsec_"),
        ("url = \"https://example.uz/\"\nsecret_file = \"nowhere.secret\"".to_owned(), "there is no such file"),
        (format!("url = \"https://example.uz/\"\n{secret}\nevents = []"), "name what it is told of: order.paid"),
        (
            format!("url = \"https://example.uz/\"\n{secret}\nevents = [\"order.payed\"]"),
            "did you mean \"order.paid\"?",
        ),
        (format!("url = \"https://example.uz/\"\n{secret}\nname = \"a b\""), "a name has 1 to 64 characters"),
        (format!("url = \"https://example.uz/\"\n{secret}\nsecrets = \"x\""), "did you mean \"secret\"?"),
        (
            format!("url = \"https://example.uz/a\"\n{secret}\n[[webhooks]]\nurl = \"https://example.uz/b\"\n{secret}"),
            "two webhooks are called example.uz",
        ),
    ];
    for (lines, words) in cases {
        let said = with(&lines).unwrap_err();
        assert!(said.contains(words), "{lines}\n{said}");
        assert!(said.starts_with("line "), "where it stands: {said}");
        assert!(!said.contains("canary") && !said.contains(SECRET), "{said}");
    }
    let single = settings(&format!("[webhooks]\nurl = \"https://example.uz/\"\n{secret}")).unwrap_err();
    assert!(single.contains("[[webhooks]]"), "{single}");
    let misspelt = settings(&format!("[[webhook]]\nurl = \"https://example.uz/\"\n{secret}")).unwrap_err();
    assert!(misspelt.contains("did you mean \"webhooks\"?"), "{misspelt}");
}

#[test]
fn settings_as_they_should_be_are_taken() {
    let two = format!(
        "[booth]\nname = \"Фотобудка\"\n[[webhooks]]\nurl = \"https://Example.uz/hook\"\nsecret = \"{SECRET}\"\n\
         [[webhooks]]\nname = \"till\"\nurl = \"http://192.168.1.5:8080\"\nsecret = \"{SECRET}\"\nallow_private = true\n\
         events = [\"order.paid\"]\n"
    );
    let settings = settings(&two).unwrap();
    let told: Vec<(String, usize)> =
        settings.webhooks.iter().map(|it| (it.name.to_string(), it.events.len())).collect();
    assert_eq!(told, [("example.uz".to_owned(), Event::ALL.len()), ("till".to_owned(), 1)], "without a choice, all");
    assert_eq!(settings.booth.name, "Фотобудка");
    assert!(!format!("{settings:?}").contains("MfKQ9r8G"));
}
