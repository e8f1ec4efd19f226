//! The owner's panel at the started program, on both stores: the first link, the way back in, and where it is not.

mod bot;
mod layouts;
mod pins;
#[path = "../contract/support.rs"]
#[allow(dead_code)] // Shared with the contract's tests, which use more of it.
mod support;
mod tokens;

use boothpay_test_support::{Cluster, Database};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::json;
use support::{Finished, Folder, Running};

const ORIGIN: &str = "origin";
const PASSWORD: &str = "seven+blue+photo+strips";

/// A folder on each store; the database lives as long as it.
fn on_both() -> [(Folder, Option<Database>); 2] {
    let (file, server) = (Folder::new(), Folder::new());
    let database = Cluster::shared().database();
    server.write("boothpay.toml", &format!("database = \"{}\"\n", database.url));
    [(file, None), (server, Some(database))]
}

/// A browser that says where it is sent instead of going there.
struct Browser {
    http: Client,
    cookie: String,
}

impl Browser {
    fn new() -> Self {
        Self { http: Client::builder().no_proxy().redirect(Policy::none()).build().unwrap(), cookie: String::new() }
    }

    async fn get(&self, url: &str) -> Response {
        self.http.get(url).header("cookie", &self.cookie).send().await.unwrap()
    }

    async fn send(&mut self, server: &Running, url: &str, body: &str) -> Response {
        let form = "application/x-www-form-urlencoded";
        let request = self.http.post(url).header("content-type", form).header(ORIGIN, &server.page);
        let answer = request.header("cookie", &self.cookie).body(body.to_owned()).send().await.unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            self.cookie += cookie.to_str().unwrap().split_once(';').unwrap().0;
            self.cookie += "; ";
        }
        answer
    }

    async fn set_password(&mut self, server: &Running, url: &str) {
        let answer = self.send(server, url, &format!("password={PASSWORD}&again={PASSWORD}")).await;
        assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (303, &"/admin".parse().unwrap()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_start_leads_the_owner_in_and_reset_leads_him_in_again() {
    for (folder, _database) in on_both() {
        let first = folder.serve(&[]);
        let void = first.greeting("Set its password:");
        first.kill();
        let server = folder.serve(&[]);
        assert_eq!(server.greeting("Owner's panel:"), format!("{}/admin", server.page));
        let link = server.greeting("Set its password:");
        assert!(link.starts_with(&format!("{}/admin/link/", server.page)), "{link}");
        let mut browser = Browser::new();
        let passed_on = browser.http.get(&link).header("x-forwarded-for", "203.0.113.7").send().await.unwrap();
        assert_eq!(passed_on.status(), 404);
        let gone = format!("{}/admin/link/{}", server.page, void.rsplit('/').next().unwrap());
        assert_eq!(browser.get(&gone).await.status(), 410);
        browser.set_password(&server, &link).await;
        let today = browser.get(&format!("{}/admin", server.page)).await;
        assert_eq!(today.status(), 200);
        assert!(today.text().await.unwrap().contains("/admin/live/today"));
        let ended = server.kill();
        let secret = link.rsplit('/').next().unwrap();
        assert!(ended.err.contains("GET /admin/link/… from 203.0.113.7"), "{}", ended.err);
        assert!(!ended.err.contains(secret), "a link that still works is not for who reads the log: {}", ended.err);

        // A session outlives the server, and nobody is asked for a password again.
        let server = folder.serve(&[]);
        assert_eq!(
            browser.get(&format!("{}/admin", server.page)).await.status(),
            303,
            "the port, so the cookie's name, is another"
        );
        let port = |url: &str| url.rsplit(':').next().unwrap().to_owned();
        let before = link.split("/admin").next().unwrap();
        browser.cookie = browser.cookie.replace(&format!("-{}=", port(before)), &format!("-{}=", port(&server.page)));
        assert_eq!(browser.get(&format!("{}/admin", server.page)).await.status(), 200);
        assert!(!server.out.so_far().contains("Set its password"), "{}", server.out.so_far());

        let reset = folder.run(&["admin", "reset"], &[]);
        assert_eq!(reset.code, Some(0), "{}", reset.err);
        assert!(reset.out.contains("Open this once within 24 hours"), "{}", reset.out);
        assert!(!reset.out.contains("another owner"), "{}", reset.out);
        let mistyped = folder.run(&["admin", "reset", "ovner"], &[]);
        assert!(
            mistyped.out.contains("\"ovner\" is new") && mistyped.out.contains("another owner"),
            "{}",
            mistyped.out
        );
        let path = reset.out.lines().next().unwrap().split("/admin").nth(1).unwrap().to_owned();
        let mut new = Browser::new();
        new.set_password(&server, &format!("{}/admin{path}", server.page)).await;
        assert_eq!(browser.get(&format!("{}/admin", server.page)).await.status(), 303, "the others are out");
        let verified = folder.run(&["verify"], &[]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
        let secret = path.rsplit('/').next().unwrap();
        let ended = server.kill();
        assert!(!ended.err.contains(secret) && !ended.err.contains("seven"), "{}", ended.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_who_wants_no_panel_has_none_and_webhooks_have_none_in_any_case() {
    let folder = Folder::new();
    folder.write("boothpay.toml", "[admin]\npanel = \"off\"\n");
    let server = folder.serve(&[]);
    assert_eq!(server.get("/admin").await.status, 404);
    assert!(!server.out.so_far().contains("Owner's panel"), "{}", server.out.so_far());
    let refused = folder.run(&["admin", "reset"], &[]);
    assert!(refused.code == Some(1) && refused.err.contains("admin.panel = \"off\""), "{}", refused.err);
    folder.write("boothpay.toml", "[admin]\npanel = \"on\"\n");
    let wrong = folder.run(&["check"], &[]);
    assert!(wrong.out.contains("admin.panel") && wrong.out.contains("choose \"direct\""), "{}{}", wrong.out, wrong.err);
    let bad = folder.run(&["admin", "reset", "Им я"], &[("BOOTHPAY_ADMIN_PANEL", "direct")]);
    assert!(bad.code == Some(1) && bad.err.contains("a name has 1 to 32 letters"), "{}", bad.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wallet_connected_by_clicking_outlives_a_kill_and_every_command_knows_it() {
    const KEY: &str = "kepyqxwzqkq-of-36-characters-xxxxxxx";
    let folder = Folder::new();
    let server = folder.serve(&[]);
    let mut browser = Browser::new();
    let link = server.greeting("Set its password:");
    browser.set_password(&server, &link).await;
    let address = format!("{}/admin/wallets/payme", server.page);
    let page = browser.get(&address).await.text().await.unwrap();
    let token = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = format!("csrf={token}&merchant_id={}&key={KEY}&use=try&own_password={PASSWORD}", support::MERCHANT_ID);
    let answer = browser.send(&server, &address, &form).await;
    let location = answer.headers().get("location").map(|it| it.to_str().unwrap().to_owned());
    assert_eq!(location.as_deref(), Some("/admin/wallets/payme?done=wallet_connected"), "{:?}", answer.text().await);
    let first = called(server, KEY).await;
    assert!(!first.err.contains(KEY) && !first.out.contains(KEY), "{}", first.err);

    let second = called(folder.serve(&[]), KEY).await;
    assert!(!second.out.contains("DEVELOPMENT MODE"), "{}", second.out);
    let check = folder.run(&["check"], &[]);
    assert!(
        check.code == Some(0) && check.out.contains("payme was connected there by owner, to be tried"),
        "{}",
        check.out
    );
    assert!(check.out.contains("boothpay.wallets.toml"), "{}", check.out);
    let wins = [
        ("BOOTHPAY_PAYME_KEY", "another-key-with-36-characters-xxxxx"),
        ("BOOTHPAY_PAYME_MERCHANT_ID", support::MERCHANT_ID),
    ];
    let check = folder.run(&["check"], &wins);
    assert!(check.out.contains("the settings win"), "{}", check.out);
    let doctor = folder.run(&["doctor", "--to", "doctor.txt"], &[]);
    assert_eq!(doctor.code, Some(0), "{}", doctor.err);
    let told = std::fs::read_to_string(folder.path().join("doctor.txt")).unwrap();
    assert!(told.contains("payme was connected there by owner") && !told.contains(KEY), "{told}");
    let verified = folder.run(&["verify"], &[]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    let refused = folder.run(&["check", "--development"], &[]);
    assert!(refused.code == Some(1) && refused.out.contains("development mode takes no key"), "{}", refused.out);

    // The file is lost: nothing opens, and it is said.
    std::fs::remove_file(folder.path().join("boothpay.wallets.toml")).unwrap();
    let check = folder.run(&["check"], &[]);
    assert!(check.code == Some(1) && check.out.contains("is not the file that was written then"), "{}", check.out);
    let server = folder.serve(&[]);
    let open = server.payme("Basic eDp5", "GetStatement", json!({"from": 0, "to": 1})).await;
    assert_eq!(open["error"]["code"], -32504);
    let lost = server.kill();
    assert!(lost.err.contains("is not the file that was written then"), "{}", lost.err);
    // What stands there cannot be understood: the server does not start, and repeats nothing of it.
    folder.write("boothpay.wallets.toml", &format!("key = \"{KEY}\"\n"));
    let broken = folder.run(&["serve"], &[("BOOTHPAY_LISTEN", "127.0.0.1:0")]);
    assert!(broken.code == Some(1) && broken.err.contains("cannot be understood"), "{}", broken.err);
    assert!(!broken.err.contains(KEY), "{}", broken.err);
}

/// Whether a server takes the key, and nothing else; its end.
async fn called(server: Running, key: &str) -> Finished {
    let period = json!({"from": 0, "to": 1});
    let open = server.payme("Basic eDp5", "GetStatement", period.clone()).await;
    assert_eq!(open["error"]["code"], -32504);
    let proven = format!("Basic {}", base64(&format!("Paycom:{key}")));
    let right = server.payme(&proven, "GetStatement", period).await;
    assert!(right.get("result").is_some(), "{right}");
    server.kill()
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}
