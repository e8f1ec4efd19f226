//! The owner's bot in the panel, at the started program against a stand-in of Telegram: its token is judged, kept in a file of its own, shown
//! nowhere, and counts at once and after a restart. A file that is lost keeps no booth from starting.

use crate::support::{Folder, Running};
use crate::{Browser, PASSWORD};
use boothpay_test_support::{BOT, BotApi, TOKEN};
use std::fs;

const OWNER: i64 = 7;
const SECRET_FILE: &str = "boothpay.telegram.token";

async fn page(browser: &Browser, server: &Running, path: &str) -> String {
    browser.get(&format!("{}{path}", server.page)).await.text().await.unwrap()
}

/// The status and the words of the answer when the owner sends a form of the alerts' page.
async fn send(browser: &mut Browser, server: &Running, path: &str, fields: &str) -> (u16, String) {
    let form = page(browser, server, "/admin/alerts").await;
    let csrf = form.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let body = format!("csrf={csrf}&own_password={PASSWORD}&{fields}");
    let answer = browser.send(server, &format!("{}/admin/alerts/{path}", server.page), &body).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The owner is in, at another start of the server.
async fn again(folder: &Folder, server: &Running, settings: &[(&str, &str)]) -> Browser {
    let reset = folder.run(&["admin", "reset"], settings);
    let path = reset.out.lines().next().unwrap().split("/admin").nth(1).unwrap().to_owned();
    let mut browser = Browser::new();
    browser.set_password(server, &format!("{}/admin{path}", server.page)).await;
    browser
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_bots_token_is_given_in_the_panel_and_counts_at_once() {
    let (folder, bot) = (Folder::new(), BotApi::start());
    let url = bot.url();
    let settings = [("BOOTHPAY_TELEGRAM_API", url.as_str())];
    let server = folder.serve(&settings);
    let mut owner = Browser::new();
    owner.set_password(&server, &server.greeting("Set its password:")).await;

    let unknown = TOKEN.replace("AAH", "BBH");
    for (token, words) in [("\"quoted\"", "Это не токен бота"), (unknown.as_str(), "Telegram не знает бота")]
    {
        let (status, said) = send(&mut owner, &server, "bot", &format!("token={token}")).await;
        assert!(status == 422 && said.contains(words), "{status} {said}");
        assert!(!folder.path().join(SECRET_FILE).exists(), "nothing of it is kept");
    }
    assert_eq!(send(&mut owner, &server, "bot", &format!("token={TOKEN}")).await.0, 303);
    server.err.wait_for(&format!("https://t.me/{BOT}"));
    let (status, made) = send(&mut owner, &server, "code", "").await;
    assert_eq!(status, 200);
    let start = made.split("data-testid=\"code\">").nth(1).unwrap().split('<').next().unwrap();
    bot.text_in(OWNER, "en", start);
    tokio::task::block_in_place(|| bot.until_said(OWNER, "Done: alerts of this photobooth come here"));
    assert_eq!(send(&mut owner, &server, "test", "").await.0, 303);
    tokio::task::block_in_place(|| bot.until_said(OWNER, "a test. Alerts come here"));

    // The secret is in its own file, which nobody else reads, and nowhere else.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join(SECRET_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let changed = fs::read_to_string(folder.path().join("boothpay.panel.toml")).unwrap();
    assert!(changed.contains(&format!("\"{SECRET_FILE}\"")) && !changed.contains(TOKEN), "{changed}");
    for path in ["/admin/alerts", "/admin/settings", "/admin/audit"] {
        let shown = page(&owner, &server, path).await;
        assert!(!shown.contains(TOKEN), "{path}");
    }
    assert!(page(&owner, &server, "/admin/audit").await.contains("telegram.token: set"));
    let first = server.kill();
    assert!(!first.err.contains(TOKEN) && !first.out.contains(TOKEN), "{}", first.err);

    // It outlives a restart; a lost file is told, and is no reason not to take payments.
    let server = folder.serve(&settings);
    server.err.wait_for(&format!("https://t.me/{BOT}"));
    server.kill();
    fs::rename(folder.path().join(SECRET_FILE), folder.path().join("elsewhere")).unwrap();
    let server = folder.serve(&settings);
    server.err.wait_for("so there is no bot");
    server.kill();
    fs::rename(folder.path().join("elsewhere"), folder.path().join(SECRET_FILE)).unwrap();

    let server = folder.serve(&settings);
    let mut owner = again(&folder, &server, &settings).await;
    assert_eq!(send(&mut owner, &server, "bot/away", "").await.0, 303);
    assert!(!folder.path().join(SECRET_FILE).exists());
    assert!(page(&owner, &server, "/admin/alerts").await.contains("Бота нет"));
    server.kill();

    // What stands in the environment is the owner's to change there.
    let named = [settings[0], ("BOOTHPAY_TELEGRAM_TOKEN", TOKEN)];
    let server = folder.serve(&named);
    let mut owner = again(&folder, &server, &named).await;
    let (status, said) = send(&mut owner, &server, "bot", &format!("token={TOKEN}")).await;
    assert!(status == 422 && said.contains("переменных среды"), "{status} {said}");
    assert!(!folder.path().join(SECRET_FILE).exists());
    server.kill();
}
