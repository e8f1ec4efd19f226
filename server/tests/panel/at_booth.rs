//! The panel at the booth's own screen: a PIN opens it, there is less than an operator has, and it ends by itself.

use crate::browser::{Browser, token};
use crate::world::{Answer, PRODUCTION, START, World};
use axum::body::Body;
use axum::http::Request;
use boothpay_protocol::panel::{Audit, Deed};
use boothpay_protocol::staff::TRIES_MAX;
use boothpay_server::staff;
use boothpay_store::Address;
use boothpay_test_support::Cluster;

pub const PIN: &str = "794613";
const WRONG: &str = "135792";
const SECOND: i64 = 1000;

pub async fn give_pin(world: &World, name: &str, pin: &str) {
    staff::give_pin(&world.app.store, &world.app.clock, name, pin).await.unwrap().unwrap();
}

/// A world on each store in which one person has a PIN.
async fn worlds() -> [World; 2] {
    let database = Cluster::shared().database();
    let postgres = Address::parse(&database.url).unwrap();
    let worlds = [World::new(PRODUCTION), World::on(PRODUCTION, &postgres)];
    for world in &worlds {
        give_pin(world, "Anna", PIN).await;
    }
    worlds
}

async fn world() -> World {
    let world = World::new(PRODUCTION);
    give_pin(&world, "Anna", PIN).await;
    world
}

/// The booth's own browser, which pairs itself.
pub async fn screen(world: &World) -> Browser {
    let mut screen = Browser::at("127.0.0.1");
    assert_eq!(post(&mut screen, world, "/api/booth/pair", "{}", &[]).await.status, 200);
    screen
}

pub async fn post(browser: &mut Browser, world: &World, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post(path);
    let usual = [("origin", "http://127.0.0.1:5000"), ("content-type", "application/json")];
    for (name, value) in usual.iter().filter(|(name, _)| headers.iter().all(|(other, _)| other != name)).chain(headers)
    {
        request = request.header(*name, *value);
    }
    browser.ask(world, request, Body::from(body.to_owned())).await
}

async fn typed(screen: &mut Browser, world: &World, pin: &str) -> Answer {
    post(screen, world, "/admin/booth", &format!(r#"{{"pin":"{pin}"}}"#), &[]).await
}

/// A screen at which Anna is in.
pub async fn opened(world: &World) -> Browser {
    let mut screen = screen(world).await;
    let opened = typed(&mut screen, world, PIN).await;
    assert_eq!(opened.status, 200, "{}", opened.text());
    assert_eq!(opened.json()["address"], "/admin/booth");
    screen
}

#[tokio::test]
async fn the_panel_opens_in_the_language_of_the_screen() {
    let world = world().await;
    for (language, title) in [("uz", "lang=\"uz\""), ("en", "lang=\"en\""), ("ru", "lang=\"ru\"")] {
        let mut screen = screen(&world).await;
        let (path, pin) = (format!("/admin/booth?language={language}"), format!(r#"{{"pin":"{PIN}"}}"#));
        // The browser itself asks for another one.
        let opened = post(&mut screen, &world, &path, &pin, &[("accept-language", "de,en")]).await;
        assert_eq!(opened.status, 200, "{}", opened.text());
        assert!(screen.page(&world, "/admin/booth").await.contains(title), "{language}");
    }
}

pub async fn audit(world: &World, deed: Deed) -> Vec<Audit> {
    let rows = world.app.store.audit(None, None, 200).await.unwrap();
    rows.into_iter().map(|(_, row)| row).filter(|row| row.deed == deed).collect()
}

#[tokio::test]
async fn a_camera_whose_folder_is_gone_is_told_with_its_cure_and_the_browsers_is_not_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let camera = folder.path().join("camera");
    std::fs::create_dir(&camera).unwrap();
    let lines = format!(
        "{PRODUCTION}[photos]\nsource = \"boothpay\"\nfolder = '{}'\n[camera]\nfolder = '{}'\nlive_view = false\n",
        folder.path().join("photos").display(),
        camera.display()
    );
    let world = World::new(&lines);
    give_pin(&world, "Anna", PIN).await;
    let mut screen = opened(&world).await;
    let page = screen.page(&world, "/admin/booth").await;
    // The cure names the settings' section, in every language.
    assert!(!page.contains("[camera]") && !page.contains("data-camera"), "{page}");
    std::fs::remove_dir(&camera).unwrap();
    let page = screen.page(&world, "/admin/booth").await;
    assert!(page.contains("[camera]"), "{page}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_camera_at_the_usb_that_does_not_answer_yet_is_told_with_its_cure() {
    let photos = tempfile::tempdir().unwrap();
    let camera = "[camera]\ngphoto2 = \"gphoto2\"\nlive_view = false\n";
    let folder = photos.path().display();
    let world = World::new(&format!("{PRODUCTION}[photos]\nsource = \"boothpay\"\nfolder = '{folder}'\n{camera}"));
    give_pin(&world, "Anna", PIN).await;
    let page = opened(&world).await.page(&world, "/admin/booth").await;
    // Nothing keeps the camera here, so it is for ever being connected.
    assert!(page.contains("камера подключается") && page.contains("Подождите несколько секунд"), "{page}");
}

#[tokio::test]
async fn a_pin_opens_what_the_person_at_the_booth_needs_and_nothing_else() {
    for world in worlds().await {
        world.order("order-1").await;
        world.pay("order-1", "pay-1").await;
        let mut screen = opened(&world).await;
        let cookie = screen.cookies.iter().find(|(name, _)| name.starts_with("boothpay-panel")).unwrap();
        assert!(cookie.1.len() > 64, "{cookie:?}");
        let page = screen.page(&world, "/admin/booth").await;
        for there in [
            "data-idle=\"60\"",
            "Anna",
            "data-testid=\"check-selling\"",
            "data-testid=\"check-wallet\"",
            "/admin/orders/order-1",
        ] {
            assert!(page.contains(there), "{there}: {page}");
        }
        for not in ["/admin/people", "/admin/me", "/admin/figures", "/admin/wallets", "/admin/settings", "/admin/why"] {
            assert!(!page.contains(not), "{not}");
        }
        for kept in
            ["people", "audit", "wallets", "settings", "me", "figures", "figures/table.csv", "books", "why", "alerts"]
        {
            assert_eq!(screen.get(&world, &format!("/admin/{kept}")).await.status, 403, "{kept}");
        }
        let first = screen.get(&world, "/admin").await;
        assert_eq!((first.status, first.header("location")), (303, "/admin/booth"));

        let kept =
            screen.press(&world, "/admin/orders/order-1", "/admin/orders/order-1/note", &[("note", "no paper")]).await;
        assert_eq!(kept.status, 303, "{}", kept.text());
        let back = screen.press(&world, "/admin/orders/order-1", "/admin/orders/order-1/refund", &[]).await;
        assert_eq!(back.status, 303, "{}", back.text());
        let [note] = &*audit(&world, Deed::NoteWritten).await else { panic!("one note") };
        let who = note.who.as_ref().unwrap().as_str();
        assert!(who.starts_with("pin.anna."), "{who}");
        let [open] = &*audit(&world, Deed::OpenedAtBooth).await else { panic!("opened once") };
        assert_eq!((open.about.as_deref(), open.who.as_ref().unwrap().as_str()), (Some("Anna"), who));
        assert_eq!(audit(&world, Deed::RefundAsked).await.first().unwrap().who, open.who);
    }
}

#[tokio::test]
async fn a_minute_without_a_touch_ends_it_and_nobody_is_asked_for_a_password_there() {
    let world = world().await;
    let mut screen = opened(&world).await;
    world.set_time(START + 80 * SECOND);
    assert_eq!(screen.get(&world, "/admin/live/booth").await.status, 200);
    world.set_time(START + 90 * SECOND);
    assert_eq!(screen.get(&world, "/admin/live/booth").await.status, 401, "what comes by itself is no touch");
    for gone in ["/admin/booth", "/admin/orders", "/admin/people"] {
        let answer = screen.get(&world, gone).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/"), "{gone}: the customers' screen is back");
    }
    let owners = screen.get(&world, "/admin").await;
    assert_eq!((owners.status, owners.header("location")), (303, "/admin/login?next=%2Fadmin"));

    let mut screen = opened(&world).await;
    for minute in 1..15 {
        world.set_time(START + (90 + minute * 60) * SECOND);
        assert_eq!(screen.get(&world, "/admin/booth/touched").await.status, 204, "{minute}");
    }
    world.set_time(START + (90 + 15 * 60) * SECOND);
    assert_eq!(screen.get(&world, "/admin/booth").await.status, 303, "a quarter of an hour in any case");
}

#[tokio::test]
async fn who_leaves_or_loses_the_pin_is_out() {
    for world in worlds().await {
        let mut screen = opened(&world).await;
        let before = screen.cookies.clone();
        let csrf = token(&screen.page(&world, "/admin/booth").await);
        let left = screen.send(&world, "/admin/logout", &[("csrf", csrf.as_str())]).await;
        assert_eq!((left.status, left.header("location")), (303, "/"));
        assert_ne!(screen.cookies, before, "a browser forgets pages that it has kept when their cookie changes");
        screen.cookies = before;
        assert_eq!(screen.get(&world, "/admin/booth").await.header("location"), "/", "also with the old cookie");
        assert_eq!(audit(&world, Deed::LoggedOut).await.len(), 1);

        let mut screen = opened(&world).await;
        assert_eq!(screen.get(&world, "/admin/booth").await.status, 200);
        world.set_time(START + 5 * SECOND);
        give_pin(&world, "Anna", "640215").await;
        assert_eq!(screen.get(&world, "/admin/booth").await.status, 303, "another PIN");
        assert_eq!(typed(&mut screen, &world, "640215").await.status, 200);
        staff::take_pin_back(&world.app.store, &world.app.clock, "Anna").await.unwrap().unwrap();
        assert_eq!(screen.get(&world, "/admin/booth").await.status, 303, "none");
    }
}

#[tokio::test]
async fn it_holds_at_the_screen_at_which_it_was_opened_and_nowhere_else() {
    let world = world().await;
    let screen = opened(&world).await;
    let mut thief = Browser::at("192.168.1.66");
    thief.cookies = screen.cookies.clone();
    assert_eq!(thief.get(&world, "/admin/booth").await.status, 303, "from another computer");
    let mut thief = Browser::at("127.0.0.1");
    thief.cookies = screen.cookies.clone();
    thief.cookies.retain(|name, _| name.starts_with("boothpay-panel"));
    assert_eq!(thief.get(&world, "/admin/booth").await.status, 303, "without the screen's own cookie");
    thief.cookies = screen.cookies.clone();
    let proxy = Request::get("/admin/booth").header("x-forwarded-for", "203.0.113.7");
    assert_eq!(thief.ask(&world, proxy, Body::empty()).await.status, 404, "through a proxy");
    assert_eq!(thief.get(&world, "/admin/booth").await.status, 200, "here");
}

#[tokio::test]
async fn a_pin_opens_nothing_from_elsewhere() {
    let world = World::new(&format!("{PRODUCTION}[api]\ntoken = 'a-token-of-thirty-two-characters'\n"));
    give_pin(&world, "Anna", PIN).await;
    let body = format!(r#"{{"pin":"{PIN}"}}"#);
    let mut stranger = Browser::at("192.168.1.66");
    assert_eq!(typed(&mut stranger, &world, PIN).await.status, 401, "it is no screen of the booth's");
    let token = [("authorization", "Bearer a-token-of-thirty-two-characters")];
    assert_eq!(post(&mut stranger, &world, "/admin/booth", &body, &token).await.status, 401, "nor is a program");
    let mut screen = screen(&world).await;
    let foreign = [("origin", "https://evil.example")];
    assert_eq!(post(&mut screen, &world, "/admin/booth", &body, &foreign).await.status, 403, "a page of another site");
    let form = [("content-type", "text/plain")];
    assert_eq!(post(&mut screen, &world, "/admin/booth", &body, &form).await.status, 415, "a form of another site");
    let proxy = [("x-forwarded-for", "203.0.113.7")];
    assert_eq!(post(&mut screen, &world, "/admin/booth", &body, &proxy).await.status, 404, "through a proxy");
    assert!(audit(&world, Deed::OpenedAtBooth).await.is_empty());
    let off = World::new(&format!("{PRODUCTION}[admin]\npanel = 'off'\n"));
    give_pin(&off, "Anna", PIN).await;
    let mut screen = crate::at_booth::screen(&off).await;
    assert_eq!(typed(&mut screen, &off, PIN).await.status, 404, "where there is no panel");
}

#[tokio::test]
async fn guesses_are_counted_and_children_keep_nobody_out_for_long() {
    for world in worlds().await {
        let mut screen = screen(&world).await;
        for _ in 0..20 {
            for childs in ["111111", "123456", "98765432"] {
                assert_eq!(typed(&mut screen, &world, childs).await.status, 403, "{childs}");
            }
        }
        for odd in ["", "12", "abcdef", "123456789"] {
            assert_eq!(typed(&mut screen, &world, odd).await.status, 400, "{odd}");
        }
        for _ in 0..TRIES_MAX {
            assert_eq!(typed(&mut screen, &world, WRONG).await.status, 403);
        }
        let shut = typed(&mut screen, &world, PIN).await;
        assert_eq!((shut.status, shut.header("retry-after")), (429, "900"));
        assert_eq!(
            audit(&world, Deed::PinRefused).await.len(),
            usize::from(TRIES_MAX),
            "the guesses, and not the play"
        );
        assert!(audit(&world, Deed::OpenedAtBooth).await.is_empty());
        world.set_time(START + 900 * SECOND);
        assert_eq!(typed(&mut screen, &world, PIN).await.status, 200);
    }
    let nobody = World::new(PRODUCTION);
    let mut screen = screen(&nobody).await;
    assert_eq!(typed(&mut screen, &nobody, PIN).await.status, 412, "nobody has a PIN");
}

#[tokio::test]
async fn what_a_watched_pin_gives_back_is_bounded_and_shows() {
    let world = world().await;
    for number in 0..11 {
        world.order(&format!("order-{number}")).await;
        world.pay(&format!("order-{number}"), &format!("pay-{number}")).await;
    }
    let mut screen = opened(&world).await;
    assert!(!screen.page(&world, "/admin/booth").await.contains("opened-before"));
    let mut answers = Vec::new();
    for number in 0..11 {
        let order = format!("/admin/orders/order-{number}");
        answers.push(screen.press(&world, &order, &format!("{order}/refund"), &[]).await.status);
    }
    assert_eq!(answers, [[303; 10].as_slice(), &[429]].concat());
    assert_eq!(audit(&world, Deed::RefundAsked).await.len(), 10);
    // The owner goes on, and so does the PIN a day later.
    let mut owner = Browser::of_owner(&world).await;
    let last = "/admin/orders/order-10";
    assert_eq!(
        owner.press(&world, last, "/admin/orders/order-10/note", &[("note", "he paid twice")]).await.status,
        303
    );
    world.set_time(START + 24 * 60 * 60 * SECOND);
    let mut screen = opened(&world).await;
    assert_eq!(screen.press(&world, last, "/admin/orders/order-10/refund", &[]).await.status, 303);
    let mut screen = opened(&world).await;
    assert!(screen.page(&world, "/admin/booth").await.contains("data-testid=\"opened-before\""), "Anna sees it");
}

#[tokio::test]
async fn forms_there_want_their_token() {
    let world = world().await;
    world.order("order-1").await;
    let mut screen = opened(&world).await;
    for csrf in ["", "0123456789abcdef"] {
        let sent = screen.send(&world, "/admin/orders/order-1/cancel", &[("csrf", csrf)]).await;
        assert_eq!(sent.status, 403, "{csrf}");
    }
    assert!(audit(&world, Deed::OrderCancelled).await.is_empty());
}

#[tokio::test]
async fn who_was_in_before_is_out() {
    let world = world().await;
    let mut browser = Browser::at("127.0.0.1");
    browser.set_password(&world, "owner").await;
    let owners = browser.cookies.clone();
    assert_eq!(post(&mut browser, &world, "/api/booth/pair", "{}", &[]).await.status, 200);
    assert_eq!(typed(&mut browser, &world, PIN).await.status, 200);
    assert_eq!(browser.get(&world, "/admin/people").await.status, 403);
    let stays = browser.cookies.clone();
    browser.cookies = owners;
    assert_eq!(browser.get(&world, "/admin/people").await.status, 303, "the owner's own session is over");
    // And the other way round: who gets in by a password ends the stay.
    browser.cookies = stays.clone();
    assert_eq!(browser.log_in(&world, "owner", crate::browser::PASSWORD).await.status, 303);
    assert_eq!(browser.get(&world, "/admin/people").await.status, 200);
    browser.cookies = stays;
    assert_eq!(browser.get(&world, "/admin/booth").await.header("location"), "/");
}

#[tokio::test]
async fn nobody_with_a_password_is_called_as_those_with_a_pin_are() {
    let world = world().await;
    let mut owner = Browser::of_owner(&world).await;
    let fields = [("name", "pin.anna"), ("role", "operator"), ("own_password", crate::browser::PASSWORD)];
    assert_eq!(owner.press(&world, "/admin/people", "/admin/people", &fields).await.status, 422);
}
