//! What strangers try: forms of other sites, guessing, locking the owner out, writing into pages, reaching the panel from elsewhere.

use crate::browser::{Browser, PASSWORD, form, link};
use crate::orders::owner_in_english;
use crate::world::{PRODUCTION, World};
use axum::body::Body;
use axum::http::Request;
use boothpay_server::webhook_router;
use std::sync::Arc;
use tower::ServiceExt;

#[tokio::test]
async fn a_form_without_its_token_or_of_another_site_changes_nothing() {
    let world = World::new(&format!("cors_origins = ['https://shop.example', 'null']\n{PRODUCTION}"));
    let mut owner = Browser::of_owner(&world).await;
    let person = [("name", "thief"), ("role", "owner"), ("own_password", PASSWORD)];
    assert_eq!(owner.send(&world, "/admin/people", &person).await.status, 403, "no token");
    let other = Browser::of_owner(&world).await;
    let mut other = other;
    let theirs = crate::browser::token(&other.page(&world, "/admin").await);
    let mut owner = Browser::new();
    owner.log_in(&world, "owner", PASSWORD).await;
    let with = |token: &str| form(&[person[0], person[1], person[2], ("csrf", token)]);
    let post = || Request::post("/admin/people").header("content-type", "application/x-www-form-urlencoded");
    let ours = "http://127.0.0.1:5000";
    assert_eq!(
        owner.ask(&world, post().header("origin", ours), with(&theirs)).await.status,
        403,
        "another browser's token"
    );
    let mine = crate::browser::token(&owner.page(&world, "/admin").await);
    for origin in ["https://evil.example", "https://shop.example", "null", "http://127.0.0.1:5001"] {
        let answer = owner.ask(&world, post().header("origin", origin), with(&mine)).await;
        assert_eq!(answer.status, 403, "{origin}, also one whose pages may call the API");
    }
    let fetched = post().header("sec-fetch-site", "cross-site");
    assert_eq!(owner.ask(&world, fetched, with(&mine)).await.status, 403);
    assert_eq!(world.app.store.admins().await.unwrap().len(), 1);
    assert_eq!(owner.ask(&world, post().header("origin", ours), with(&mine)).await.status, 200);
    let login = Request::post("/admin/login").header("origin", "https://evil.example");
    let answer = Browser::new().ask(&world, login, form(&[("name", "owner"), ("password", PASSWORD)])).await;
    assert_eq!(answer.status, 403, "nobody is logged in by another site either");
}

#[tokio::test(start_paused = true)]
async fn guessing_ends_soon_and_cannot_lock_the_owner_out() {
    let world = World::new(PRODUCTION);
    let mut owner = Browser::of_owner(&world).await;
    owner.press(&world, "/admin", "/admin/logout", &[]).await;
    let tried = |from: String| {
        let world = &world;
        async move { Browser::at(&from).log_in(world, "owner", "wrong wrong wrong").await.status }
    };
    let mut answers = Vec::new();
    for _ in 0..20 {
        answers.push(tried("203.0.113.7".to_owned()).await);
    }
    assert_eq!(answers.iter().filter(|status| **status == 403).count(), 10, "{answers:?}");
    assert!(answers[10..].iter().all(|status| *status == 429), "{answers:?}");
    for number in 0..100 {
        tried(format!("198.51.100.{number}")).await;
    }
    assert_eq!(tried("198.51.100.200".to_owned()).await, 429, "all strangers together have an end, too");
    // The owner, from the very same address, in the browser in which he was in before.
    owner.from = "203.0.113.7".to_owned();
    let entered = owner.log_in(&world, "owner", PASSWORD).await;
    assert_eq!(entered.status, 303, "{}", entered.text());
    // And on a new device, by a link.
    let path = link(&world, "owner").await;
    let mut new = Browser::at("203.0.113.7");
    assert_eq!(new.send(&world, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await.status, 303);
    // A device of before the new password is a stranger again.
    assert_eq!(owner.log_in(&world, "owner", PASSWORD).await.status, 429);
}

#[tokio::test(start_paused = true)]
async fn right_passwords_are_no_tries_and_who_waits_is_told_how_long() {
    let world = World::new(PRODUCTION);
    let mut owner = owner_in_english(&world).await;
    let people = "/admin/people";
    for number in 0..30 {
        let name = format!("person{number}");
        let fields = [("name", name.as_str()), ("role", "operator"), ("own_password", PASSWORD)];
        let added = owner.press(&world, people, people, &fields).await;
        assert_eq!(added.status, 200, "{number}: {}", added.text());
    }
    for _ in 0..30 {
        assert_eq!(owner.log_in(&world, "owner", PASSWORD).await.status, 303);
    }
    // Wrong ones are, with the right ones between them.
    let wrong = [("name", "one-more"), ("role", "operator"), ("own_password", "not the password")];
    for _ in 0..10 {
        assert_eq!(owner.press(&world, people, people, &wrong).await.status, 403);
    }
    let late = owner.press(&world, people, people, &wrong).await;
    assert!(late.status == 429 && late.text().contains("Try again in 10 s"), "{}", late.text());
    assert!(!late.text().contains("wrong passwords"), "{}", late.text());
}

#[tokio::test(start_paused = true)]
async fn a_name_that_nobody_has_is_answered_like_a_wrong_password() {
    let world = World::new(PRODUCTION);
    Browser::of_owner(&world).await;
    let known = Browser::new().log_in(&world, "owner", "wrong wrong wrong").await;
    let unknown = Browser::new().log_in(&world, "nobody", "wrong wrong wrong").await;
    let without = |text: &str, name: &str| text.replace(name, "");
    assert_eq!(known.status, unknown.status);
    assert_eq!(without(known.text(), "owner"), without(unknown.text(), "nobody").replace("owner", ""));
}

#[tokio::test]
async fn the_panel_is_not_at_the_webhooks_address_and_not_behind_a_proxy_unless_the_owner_says_so() {
    let world = World::new(PRODUCTION);
    let path = link(&world, "owner").await;
    for asked in ["/admin", "/admin/login", &path] {
        let request = Request::get(asked).body(Body::empty()).unwrap();
        let answer = webhook_router(Arc::clone(&world.app)).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 404, "{asked}");
        for header in ["x-forwarded-for", "cf-ray", "via"] {
            let request = Request::get(asked).header(header, "203.0.113.7");
            assert_eq!(Browser::new().ask(&world, request, Body::empty()).await.status, 404, "{asked} {header}");
        }
        assert_eq!(Browser::new().get(&world, asked).await.status, if asked == "/admin" { 303 } else { 200 });
    }
    let off = World::new(&format!("{PRODUCTION}[admin]\npanel = 'off'\n"));
    assert_eq!(Browser::new().get(&off, "/admin/login").await.status, 404);
    let any = World::new(&format!("{PRODUCTION}[admin]\npanel = 'any'\n"));
    let request = Request::get("/admin/login").header("x-forwarded-for", "203.0.113.7");
    assert_eq!(Browser::new().ask(&any, request, Body::empty()).await.status, 200);
}

#[tokio::test]
async fn pages_are_kept_nowhere_and_run_nothing_that_is_not_ours() {
    let world = World::new(PRODUCTION);
    let mut owner = Browser::of_owner(&world).await;
    for path in ["/admin", "/admin/people", "/admin/audit", "/admin/nothing", "/admin/live/today"] {
        let answer = owner.get(&world, path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        let policy = answer.header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}");
        let html = answer.text();
        for inline in ["<style", "style=\"", "onclick", "<script>", "javascript:"] {
            assert!(!html.contains(inline), "{path}: {inline}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_strangers_write_is_text_in_every_page() {
    let evil = "<img src=x onerror=alert(1)>\"'&{{7*7}}";
    let settings = format!("{PRODUCTION}[booth]\nname = \"\"\"<b>Бутка</b>\"\"\"\n");
    let world = World::new(&settings);
    let mut owner = Browser::of_owner(&world).await;
    Browser::at("203.0.113.9").log_in(&world, evil, "x").await;
    let shown = Browser::new().log_in(&world, evil, "x").await;
    assert!(!shown.text().contains("<img src=x") && shown.text().contains("&#60;img src=x"), "{}", shown.text());
    let audit = owner.page(&world, "/admin/audit").await;
    // What is typed as a name may be a password: it is kept nowhere.
    assert!(!audit.contains("img src=x") && audit.contains("203.0.113.9"), "{audit}");
    for path in ["/admin", "/admin/people", "/admin/audit"] {
        let page = owner.page(&world, &format!("{path}?done=%3Cimg%20src%3Dx%3E&x=%22%3E%3Cimg%20src%3Dx%3E")).await;
        assert!(!page.contains("<b>Бутка") && page.contains("&#60;b&#62;Бутка"), "{page}");
        assert!(!page.contains("<img src=x"), "{page}");
    }
}

#[tokio::test]
async fn the_panel_answers_under_the_booths_own_names_alone() {
    let world = World::new(&format!("host_names = ['booth-pc']\n{PRODUCTION}"));
    let path = link(&world, "owner").await;
    let under = |host: &str, path: &str| Request::get(path).header("host", host);
    for own in ["127.0.0.1:5000", "localhost:5000", "192.168.1.5:5000", "[::1]:5000", "booth-pc:5000", "BOOTH-PC"] {
        let answer = Browser::new().ask(&world, under(own, "/admin/login"), Body::empty()).await;
        assert_eq!(answer.status, 200, "{own}");
    }
    // A name that a stranger made lead here, as his page would call it.
    for strange in ["evil.example", "evil.example:5000", "localhost.evil.example:5000", "127.0.0.1.evil.example"] {
        for path in ["/admin", "/admin/login", &path, "/admin/live/today"] {
            let answer = Browser::new().ask(&world, under(strange, path), Body::empty()).await;
            assert_eq!(answer.status, 403, "{strange} {path}");
            assert!(
                answer.text().contains("host_names") && !answer.text().contains("name=\"password\""),
                "a page with the cure"
            );
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        let login = Request::post("/admin/login").header("host", strange).header("origin", format!("http://{strange}"));
        let answer = Browser::new().ask(&world, login, form(&[("name", "owner"), ("password", PASSWORD)])).await;
        assert_eq!(answer.status, 403, "{strange}");
    }
}

#[tokio::test(start_paused = true)]
async fn cookies_and_links_that_are_made_up_are_looked_for_slowly_and_right_ones_are_never_refused() {
    let world = World::new(PRODUCTION);
    let mut owner = Browser::of_owner(&world).await;
    let mut link = link(&world, "owner").await;
    let mut stranger = Browser::at(&owner.from);
    let begun = tokio::time::Instant::now();
    for number in 0..40 {
        stranger.cookies.insert("boothpay-panel-5000".to_owned(), format!("{number:064x}"));
        assert_eq!(stranger.get(&world, "/admin").await.status, 303);
        assert_eq!(stranger.get(&world, &format!("/admin/link/{number:064x}")).await.status, 410);
    }
    assert!(begun.elapsed().as_secs() >= 60, "beyond twenty each waits a second: {:?}", begun.elapsed());
    // From the very address: the owner's session does not wait, his link waits and works.
    let before = tokio::time::Instant::now();
    assert_eq!(owner.get(&world, "/admin").await.status, 200);
    assert_eq!(before.elapsed().as_millis(), 0);
    let mut new = Browser::at(&owner.from);
    assert_eq!(new.get(&world, &link).await.status, 200);
    let set = new.send(&world, &link, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(set.status, 303);
    link.push('0');
    assert_eq!(Browser::at("192.168.1.99").get(&world, &link).await.status, 410);
}

#[tokio::test(start_paused = true)]
async fn nobody_silences_the_audit_of_wrong_passwords_from_elsewhere() {
    let world = World::new(PRODUCTION);
    let mut owner = Browser::of_owner(&world).await;
    // Pages of many sites call, each of which the log tells once a minute.
    for number in 0..200 {
        let call = Request::get("/api/booth/layouts").header("origin", format!("https://{number}.evil.example"));
        world.send(call.body(Body::empty()).unwrap()).await;
    }
    Browser::at("203.0.113.9").log_in(&world, "owner", "wrong wrong wrong").await;
    assert!(owner.page(&world, "/admin/audit").await.contains("203.0.113.9"));
}
