//! Getting in, staying in, getting out; who may do what.

use crate::browser::{Browser, PASSWORD, link, token};
use crate::world::{PRODUCTION, START, World};
use boothpay_protocol::panel::Deed;
use boothpay_server::panel::{FirstLink, first_link};
use boothpay_store::Address;
use boothpay_test_support::Cluster;

/// A world on each store.
fn worlds() -> [World; 2] {
    let database = Cluster::shared().database();
    let postgres = Address::parse(&database.url).unwrap();
    [World::new(PRODUCTION), World::on(PRODUCTION, &postgres)]
}

async fn deeds(world: &World) -> Vec<Deed> {
    world.app.store.audit(None, None, 100).await.unwrap().into_iter().map(|(_, audit)| audit.deed).collect()
}

#[tokio::test]
async fn the_owner_sets_a_password_by_a_link_that_works_once() {
    for world in worlds() {
        let app = &world.app;
        let FirstLink::New(void) = first_link(&app.store, &app.clock).await.unwrap() else { panic!("nobody is there") };
        let FirstLink::New(path) = first_link(&app.store, &app.clock).await.unwrap() else { panic!("nobody is there") };
        let secret = path.strip_prefix("/admin/link/").unwrap();
        assert!(secret.len() >= 32, "at least 128 bits in hexadecimal");
        let mut browser = Browser::new();
        assert_eq!(browser.get(&world, &void).await.status, 410, "the start after made a new one");
        assert_eq!(browser.get(&world, "/admin").await.header("location"), "/admin/login?next=%2Fadmin");
        // Looking at it, as a messenger's preview does, uses nothing up.
        for _ in 0..2 {
            assert!(browser.page(&world, &path).await.contains("owner"));
        }
        for (password, again) in [("short", "short"), (PASSWORD, "another one"), ("aaaaaaaaaaaa", "aaaaaaaaaaaa")] {
            let refused = browser.send(&world, &path, &[("password", password), ("again", again)]).await;
            assert_eq!(refused.status, 422, "{password}");
        }
        let set = browser.send(&world, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!((set.status, set.header("location")), (303, "/admin"));
        assert!(browser.page(&world, "/admin").await.contains("data-live=\"/admin/live/today\""));
        let mut other = Browser::new();
        assert_eq!(other.get(&world, &path).await.status, 410);
        assert_eq!(other.send(&world, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await.status, 410);
        assert!(matches!(first_link(&app.store, &app.clock).await.unwrap(), FirstLink::Settled));
        let kept = format!("{:?}", app.store.admins().await.unwrap());
        assert!(kept.contains("$argon2id$") && !kept.contains(PASSWORD) && !kept.contains(secret), "{kept}");
        assert_eq!(deeds(&world).await[..2], [Deed::LoggedIn, Deed::PasswordSet]);
    }
}

#[tokio::test]
async fn a_link_ends_after_a_day() {
    let world = World::new(PRODUCTION);
    let path = link(&world, "owner").await;
    world.set_time(START + 24 * 3_600_000 - 1);
    assert_eq!(Browser::new().get(&world, &path).await.status, 200);
    world.set_time(START + 24 * 3_600_000);
    assert_eq!(Browser::new().get(&world, &path).await.status, 410);
}

#[tokio::test]
async fn a_new_link_leaves_the_password_until_it_is_used_and_then_everybody_is_out() {
    for world in worlds() {
        let mut thief = Browser::of_owner(&world).await;
        let path = link(&world, "owner").await;
        assert_eq!(thief.get(&world, "/admin").await.status, 200);
        let mut owner = Browser::new();
        owner.send(&world, &path, &[("password", "another good password"), ("again", "another good password")]).await;
        assert_eq!(owner.get(&world, "/admin").await.status, 200);
        assert_eq!(thief.get(&world, "/admin").await.status, 303);
        assert_eq!(thief.log_in(&world, "owner", PASSWORD).await.status, 403);
    }
}

#[tokio::test]
async fn cookies_are_for_this_server_alone_and_each_login_gets_a_new_one() {
    let world = World::new(PRODUCTION);
    let mut browser = Browser::of_owner(&world).await;
    // Somebody has put a cookie of his own into the browser before.
    let planted = "0123456789abcdef".repeat(4);
    browser.cookies.insert("boothpay-panel-5000".to_owned(), planted.clone());
    let answer = browser.log_in(&world, "owner", PASSWORD).await;
    let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
    assert!(cookies[0].starts_with("boothpay-panel-5000="), "{cookies:?}");
    assert!(!cookies[0].contains(&planted));
    for attribute in ["; HttpOnly", "; SameSite=Strict", "; Path=/admin"] {
        assert!(cookies.iter().all(|cookie| cookie.contains(attribute)), "{cookies:?}");
    }
    assert!(!cookies[0].contains("; Secure"), "plain http could not send it back");
    let mut stranger = Browser::new();
    stranger.cookies.insert("boothpay-panel-5000".to_owned(), planted);
    assert_eq!(stranger.get(&world, "/admin").await.status, 303, "a planted cookie lets nobody in");

    let first = browser.cookies["boothpay-panel-5000"].clone();
    browser.log_in(&world, "owner", PASSWORD).await;
    assert_ne!(browser.cookies["boothpay-panel-5000"], first);
    stranger.cookies.insert("boothpay-panel-5000".to_owned(), first);
    assert_eq!(stranger.get(&world, "/admin").await.status, 303, "what the browser had before is void");
}

#[tokio::test]
async fn behind_https_cookies_are_for_https_alone() {
    let world = World::new(&format!("{PRODUCTION}[admin]\npanel = 'any'\n"));
    let path = link(&world, "owner").await;
    let request = axum::http::Request::post(&path)
        .header("x-forwarded-proto", "https")
        .header("origin", "https://127.0.0.1:5000");
    let fields = crate::browser::form(&[("password", PASSWORD), ("again", PASSWORD)]);
    let answer = Browser::new().ask(&world, request, fields).await;
    assert_eq!(answer.status, 303);
    for cookie in answer.headers.get_all("set-cookie") {
        assert!(cookie.to_str().unwrap().contains("; Secure"), "{cookie:?}");
    }
}

#[tokio::test]
async fn a_session_ends_by_itself_and_pages_that_ask_by_themselves_do_not_keep_it() {
    for world in worlds() {
        let mut browser = Browser::of_owner(&world).await;
        let minutes = |count: i64| START + count * 60_000;
        world.set_time(minutes(119));
        assert_eq!(browser.get(&world, "/admin").await.status, 200);
        for minute in (120..238).step_by(30) {
            world.set_time(minutes(minute));
            assert_eq!(browser.get(&world, "/admin/live/today").await.status, 200);
        }
        world.set_time(minutes(239));
        assert_eq!(browser.get(&world, "/admin/live/today").await.status, 401, "nobody has clicked for two hours");
        assert_eq!(browser.get(&world, "/admin").await.status, 303);

        browser.log_in(&world, "owner", PASSWORD).await;
        let day = 24 * 60;
        for minute in (239..239 + 7 * day).step_by(60) {
            world.set_time(minutes(minute));
            assert_eq!(browser.get(&world, "/admin").await.status, 200, "{minute}");
        }
        world.set_time(minutes(239 + 7 * day));
        assert_eq!(browser.get(&world, "/admin").await.status, 303, "a week is the most");
    }
}

#[tokio::test]
async fn whoever_leaves_is_out_at_once() {
    let world = World::new(PRODUCTION);
    let mut browser = Browser::of_owner(&world).await;
    let before = browser.cookies.clone();
    let left = browser.press(&world, "/admin", "/admin/logout", &[]).await;
    assert_eq!(left.header("location"), "/admin/login?done=logged_out");
    assert!(!browser.cookies.contains_key("boothpay-panel-5000"));
    browser.cookies = before;
    assert_eq!(browser.get(&world, "/admin").await.status, 303, "also with the cookie that it had");
}

#[tokio::test]
async fn an_operator_cannot_do_what_is_the_owners() {
    for world in worlds() {
        let mut owner = Browser::of_owner(&world).await;
        let made = owner
            .press(
                &world,
                "/admin/people",
                "/admin/people",
                &[("name", "Dilnoza"), ("role", "operator"), ("own_password", PASSWORD)],
            )
            .await;
        let page = made.text();
        let path = page.split("data-copy=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let mut operator = Browser::new();
        operator.send(&world, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        let today = operator.page(&world, "/admin").await;
        assert!(!today.contains("/admin/people") && !today.contains("/admin/audit"), "not even in the menu");
        for path in ["/admin/people", "/admin/audit"] {
            assert_eq!(operator.get(&world, path).await.status, 403, "{path}");
        }
        let csrf = token(&today);
        for (path, fields) in [
            ("/admin/people", vec![("name", "thief"), ("role", "owner")]),
            ("/admin/people/owner/link", vec![]),
            ("/admin/people/owner/remove", vec![]),
        ] {
            let fields: Vec<(&str, &str)> = fields.into_iter().chain([("csrf", csrf.as_str())]).collect();
            assert_eq!(operator.send(&world, path, &fields).await.status, 403, "{path}");
        }
        let names = |admins: Vec<boothpay_protocol::panel::Admin>| {
            admins.into_iter().map(|it| it.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(world.app.store.admins().await.unwrap()), ["dilnoza", "owner"]);
        let own = [("own_password", PASSWORD)];

        assert_eq!(
            owner.press(&world, "/admin/people", "/admin/people/owner/remove", &own).await.status,
            409,
            "himself"
        );
        owner.press(&world, "/admin/people", "/admin/people/dilnoza/remove", &own).await;
        assert_eq!(operator.get(&world, "/admin").await.status, 303, "out at once");
        assert_eq!(operator.log_in(&world, "dilnoza", PASSWORD).await.status, 403);
        let rows = owner.page(&world, "/admin/audit").await;
        assert!(rows.contains("dilnoza") && rows.contains("192.168.1.20"), "{rows}");
    }
}

#[tokio::test]
async fn every_page_speaks_the_language_that_was_chosen() {
    let world = World::new(PRODUCTION);
    let mut browser = Browser::of_owner(&world).await;
    for (code, word) in [("ru", "Получено сегодня"), ("uz", "Bugun tushgan pul"), ("en", "Taken today")]
    {
        let back =
            browser.send(&world, "/admin/language", &[("language", code), ("back", "/admin/audit?before=7")]).await;
        assert_eq!(back.header("location"), "/admin/audit?before=7");
        let page = browser.page(&world, "/admin").await;
        assert!(page.contains(&format!("<html lang=\"{code}\">")) && page.contains(word), "{page}");
    }
    let away = browser.send(&world, "/admin/language", &[("language", "ru"), ("back", "//evil.example")]).await;
    assert_eq!(away.header("location"), "/admin");
    let asked = axum::http::Request::get("/admin/login").header("accept-language", "de, uz;q=0.5");
    let page = Browser::new().ask(&world, asked, axum::body::Body::empty()).await;
    assert!(page.text().contains("<html lang=\"uz\">"));
}

#[tokio::test(start_paused = true)]
async fn of_a_session_that_was_stolen_comes_no_way_in_that_outlasts_it() {
    // On a clock that stands PostgreSQL would seem not to answer.
    let world = World::new(PRODUCTION);
    {
        let mut owner = Browser::of_owner(&world).await;
        owner
            .press(
                &world,
                "/admin/people",
                "/admin/people",
                &[("name", "dilnoza"), ("role", "owner"), ("own_password", PASSWORD)],
            )
            .await;
        let mut thief = Browser::at("203.0.113.7");
        thief.cookies.clone_from(&owner.cookies);
        let before = format!("{:?}", world.app.store.admins().await.unwrap());
        let role = ("role", "owner");
        for (path, fields) in [
            ("/admin/people/owner/link", vec![]),
            ("/admin/people/dilnoza/link", vec![]),
            ("/admin/people/dilnoza/remove", vec![]),
            ("/admin/people", vec![("name", "thief"), role]),
        ] {
            for guess in [vec![], vec![("own_password", "not the password")]] {
                let fields: Vec<(&str, &str)> = fields.iter().copied().chain(guess).collect();
                let refused = thief.press(&world, "/admin/people", path, &fields).await;
                assert_eq!(refused.status, 403, "{path}");
                assert!(!refused.text().contains("/admin/link/"), "{}", refused.text());
            }
        }
        assert_eq!(format!("{:?}", world.app.store.admins().await.unwrap()), before);
        // He cannot go on guessing either.
        let mut answers = Vec::new();
        for _ in 0..5 {
            answers.push(
                thief
                    .press(&world, "/admin/people", "/admin/people/owner/link", &[("own_password", "wrong")])
                    .await
                    .status,
            );
        }
        assert_eq!(answers, [403, 403, 429, 429, 429], "ten tries; the owner's right one is none of them");
        assert_eq!(deeds(&world).await[0], Deed::LoginRefused);
    }
}

#[tokio::test]
async fn a_page_that_answers_a_form_offers_no_languages_where_the_link_would_be_lost() {
    let world = World::new(PRODUCTION);
    let mut owner = Browser::of_owner(&world).await;
    assert!(owner.page(&world, "/admin/people").await.contains("class=\"languages\""));
    let fields = [("name", "dilnoza"), ("role", "operator"), ("own_password", PASSWORD)];
    let made = owner.press(&world, "/admin/people", "/admin/people", &fields).await;
    assert!(made.text().contains("data-testid=\"made-link\"") && !made.text().contains("class=\"languages\""));
    let shown = Browser::new().log_in(&world, "owner", "wrong").await;
    assert!(
        shown.text().contains("name=\"back\" value=\"/admin/login\""),
        "this one is also an address: {}",
        shown.text()
    );
}
