//! Layouts in the panel, at the started program: brought with their pictures, refused with the line, offered, taken away, all without a
//! restart, and after one as before it.

use crate::support::{Folder, Running};
use crate::{Browser, PASSWORD};
use serde_json::Value;
use std::fs;

/// With a picture beside it.
const WEDDING: &str = "name = \"Wedding\"\nname_ru = \"Свадьба\"\nsize = \"4x6\"\nbackground = \"paper.jpg\"\n\
                       [[picture]]\nx = 0.1\ny = 0.1\nwidth = 0.8\nheight = 0.6\n";
const PAPER: &[u8] = include_bytes!("../../../server/src/photos/samples/phone.jpg");
const SETTINGS: [(&str, &str); 1] = [("BOOTHPAY_PHOTOS_SOURCE", "boothpay")];

struct Owner {
    browser: Browser,
    csrf: String,
}

impl Owner {
    async fn of(server: &Running) -> Self {
        let mut browser = Browser::new();
        browser.set_password(server, &server.greeting("Set its password:")).await;
        let page = browser.get(&format!("{}/admin/layouts", server.page)).await.text().await.unwrap();
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        Self { browser, csrf }
    }

    async fn page(&self, server: &Running) -> String {
        let answer = self.browser.get(&format!("{}/admin/layouts", server.page)).await;
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }

    /// Sends files as the page's form does.
    async fn bring(&self, server: &Running, files: &[(&str, &[u8])]) -> (u16, String) {
        let mut body = Vec::new();
        for (name, value) in [("csrf", self.csrf.as_str()), ("own_password", PLAIN_PASSWORD)] {
            body.extend(
                format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
            );
        }
        for (name, bytes) in files {
            let head = format!("--XX\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
            body.extend(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--XX--\r\n");
        let request = self.browser.http.post(format!("{}/admin/layouts", server.page)).header("origin", &server.page);
        let request = request.header("content-type", "multipart/form-data; boundary=XX");
        let answer = request.header("cookie", &self.browser.cookie).body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn send(&mut self, server: &Running, path: &str, fields: &str) -> (u16, String) {
        let body = format!("csrf={}&own_password={PASSWORD}&{fields}", self.csrf);
        let answer = self.browser.send(server, &format!("{}/admin/layouts/{path}", server.page), &body).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// As it is in a form with files: there a plus is no blank.
const PLAIN_PASSWORD: &str = "seven blue photo strips";

/// What the booth's screen offers.
async fn offered(server: &Running) -> Vec<String> {
    let answer = server.get("/api/booth/layouts").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let layouts = answer.json()["layouts"].as_array().unwrap().clone();
    layouts.iter().map(|layout: &Value| layout["id"].as_str().unwrap().to_owned()).collect()
}

fn files(folder: &Folder) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.path().join("layouts")) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layout_is_brought_offered_and_taken_away_without_a_restart() {
    let folder = Folder::new();
    let server = folder.serve(&SETTINGS);
    let mut owner = Owner::of(&server).await;
    assert_eq!(offered(&server).await, ["single", "strip", "grid"]);

    // What is wrong is told with its line, and nothing is there.
    let wide = WEDDING.replace("width = 0.8", "width = 80");
    let (status, page) = owner.bring(&server, &[("wedding.toml", wide.as_bytes()), ("paper.jpg", PAPER)]).await;
    assert!(status == 422 && page.contains("line 8: width is 80"), "{status} {page}");
    for (name, words) in [("свадьба.toml", "так называться не может"), ("single.exe", "так называться не может")]
    {
        let (status, page) = owner.bring(&server, &[(name, WEDDING.as_bytes())]).await;
        assert!(status == 422 && page.contains(words), "{status} {page}");
    }
    assert!(files(&folder).is_empty());

    let (status, page) =
        owner.bring(&server, &[("../../wedding.toml", WEDDING.as_bytes()), ("paper.jpg", PAPER)]).await;
    assert_eq!(status, 303, "{page}");
    assert_eq!(files(&folder), ["paper.jpg", "wedding.toml"]);
    assert_eq!(offered(&server).await, ["single", "strip", "grid", "wedding"]);
    let page = owner.page(&server).await;
    assert!(page.contains("Свадьба") && page.contains("wedding.toml"), "{page}");
    for (id, status) in [("wedding", 200), ("large", 200), ("none", 404), ("..%2Fboothpay", 404)] {
        let answer = owner.browser.get(&format!("{}/admin/layouts/{id}/picture", server.page)).await;
        assert_eq!(answer.status(), status, "{id}");
        let bytes = answer.bytes().await.unwrap();
        assert_eq!(bytes.starts_with(&[0xff, 0xd8]), status == 200, "{id}");
    }

    // One that is offered stays; which are offered is changed at once.
    assert_eq!(owner.send(&server, "away", "file=wedding.toml").await.0, 409);
    assert_eq!(owner.send(&server, "offered", "").await.0, 422, "a booth without a layout sells nothing");
    assert_eq!(owner.send(&server, "offered", "offer:large=yes&offer:strip=yes").await.0, 303);
    assert_eq!(offered(&server).await, ["strip", "large"]);
    server.kill();
    let server = folder.serve(&SETTINGS);
    assert_eq!(offered(&server).await, ["strip", "large"], "after a restart, too");
    let reset = folder.run(&["admin", "reset"], &SETTINGS);
    let path = reset.out.lines().next().unwrap().split("/admin").nth(1).unwrap().to_owned();
    let mut owner = Owner { browser: Browser::new(), csrf: String::new() };
    owner.browser.set_password(&server, &format!("{}/admin{path}", server.page)).await;
    let page = owner.page(&server).await;
    owner.csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();

    assert_eq!(owner.send(&server, "away", "file=../boothpay.toml").await.0, 404);
    fs::write(folder.path().join("layouts/broken.toml"), "name = 7\n").unwrap();
    let page = owner.page(&server).await;
    assert!(page.contains("data-testid=\"refused\"") && page.contains("line 1: "), "{page}");
    assert_eq!(owner.send(&server, "away", "file=broken.toml").await.0, 303);
    assert_eq!(owner.send(&server, "away", "file=wedding.toml").await.0, 303);
    assert!(files(&folder).is_empty(), "{:?}", files(&folder));
    let audit = owner.browser.get(&format!("{}/admin/audit", server.page)).await.text().await.unwrap();
    assert!(
        audit.matches("макеты отпечатков изменены").count() == 3 && audit.contains("layouts.not_offered"),
        "{audit}"
    );
    server.kill();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_is_none_is_told_and_harms_nothing() {
    let folder = Folder::new();
    let server = folder.serve(&SETTINGS);
    let owner = Owner::of(&server).await;
    fs::write(folder.path().join("layouts"), "a file").unwrap();
    let (status, page) = owner.bring(&server, &[("a.toml", WEDDING.as_bytes()), ("paper.jpg", PAPER)]).await;
    assert!(status == 500 && page.contains("не может писать в папку макетов"), "{status} {page}");
    let audit = owner.browser.get(&format!("{}/admin/audit", server.page)).await.text().await.unwrap();
    assert!(!audit.contains("макеты отпечатков изменены"), "what was not done is not said to be: {audit}");
    let ended = server.kill();
    assert!(ended.err.contains("Let the user who runs the server write there"), "{}", ended.err);
}
