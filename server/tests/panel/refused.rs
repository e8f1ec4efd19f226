//! What a person finds after something of his was refused: what he typed, without passwords and keys, and the way back.

use crate::browser::{Browser, PASSWORD};
use crate::orders::{owner_in_english, settings};
use crate::world::{PRODUCTION, START, World};
use boothpay_protocol::panel::{Deed, SESSION_IDLE};
use boothpay_server::config::{Settings, Sources, connected};
use boothpay_store::Address;
use tempfile::TempDir;

const WRONG: &str = "seven blue photo stripes";

/// A booth whose settings and wallets can be changed in the panel: they are kept beside a file.
fn on_file() -> (World, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("booth.db");
    let wallets = folder.path().join("boothpay.wallets.toml");
    let text = format!(
        "database = '{}'\n[admin]\nwallets_file = '{}'\n[booth]\nbase_price = 25000\n{PRODUCTION}",
        file.display(),
        wallets.display()
    );
    let mut sources = Sources { file: Some((folder.path().join("boothpay.toml"), text)), ..Sources::default() };
    connected::load(&mut sources).unwrap();
    (World::with(Settings::read(&sources).unwrap(), &Address::SqliteFile(file)), folder)
}

#[tokio::test]
async fn a_mistyped_password_leaves_the_settings_typed() {
    let (world, _folder) = on_file();
    let mut owner = owner_in_english(&world).await;
    let fields = [("booth.base_price", "31 000"), ("booth.extra_copy_price", "7000"), ("booth.max_copies", "4")];
    let wrong: Vec<(&str, &str)> = fields.into_iter().chain([("own_password", WRONG)]).collect();
    let refused = owner.press(&world, "/admin/settings", "/admin/settings/prices", &wrong).await;
    assert_eq!(refused.status, 403);
    let page = refused.text();
    assert!(page.contains("name=\"booth.base_price\" value=\"31 000\"") && !page.contains(WRONG), "{page}");
    assert!(page.contains("href=\"/admin/settings\""), "{page}");
    let row = world.app.store.audit(None, None, 1).await.unwrap().pop().unwrap().1;
    assert_eq!((row.deed, row.who.unwrap().as_str()), (Deed::LoginRefused, "owner"), "it was no stranger");
    // As the page sends it, with the right password.
    let right: Vec<(&str, &str)> = fields.into_iter().chain([("own_password", PASSWORD)]).collect();
    let saved = owner.press(&world, "/admin/settings", "/admin/settings/prices", &right).await;
    assert_eq!(saved.header("location"), "/admin/settings?done=settings_saved");
}

#[tokio::test]
async fn a_pasted_key_is_asked_for_again_and_not_shown() {
    let (world, _folder) = on_file();
    let mut owner = owner_in_english(&world).await;
    let key = "Vq7pasted-secret";
    let fields = [
        ("service_id", "155555"),
        ("merchant_id", "7777"),
        ("merchant_user_id", "12345"),
        ("secret_key", key),
        ("use", "try"),
        ("own_password", WRONG),
    ];
    let refused = owner.press(&world, "/admin/wallets/click", "/admin/wallets/click", &fields).await;
    let page = refused.text();
    assert!(page.contains("value=\"155555\"") && page.contains("value=\"7777\""), "{page}");
    assert!(page.contains("Paste the key again") && page.contains("data-testid=\"stop\""), "{page}");
    assert!(refused.status == 403 && !page.contains(key) && !page.contains(WRONG), "{page}");
}

#[tokio::test]
async fn one_wrong_field_is_typed_again_and_not_the_others() {
    let world = World::new(&settings(0));
    world.order("booth-1").await;
    let mut owner = owner_in_english(&world).await;
    let fields = [("name", "Дилноза"), ("role", "owner"), ("own_password", PASSWORD)];
    let refused = owner.press(&world, "/admin/people", "/admin/people", &fields).await;
    let page = refused.text();
    assert!(
        page.contains("name=\"name\" value=\"Дилноза\"") && page.contains("name=\"role\" value=\"owner\""),
        "{page}"
    );
    assert!(refused.status == 422 && page.contains("name=\"own_password\"") && !page.contains(PASSWORD), "{page}");
    let at = "/admin/orders/booth-1";
    for (deed, name) in [("note", "note"), ("refund", "reason")] {
        let typed = "he paid by 8600069195406311";
        let refused = owner.press(&world, at, &format!("{at}/{deed}"), &[(name, typed)]).await;
        let page = refused.text();
        assert!(page.contains(&format!("name=\"{name}\" value=\"{typed}\"")), "{page}");
        assert!(refused.status == 422 && page.contains(&format!("href=\"{at}\"")), "{page}");
    }
    let changed = owner.press(&world, at, &format!("{at}/handed-back"), &[]).await;
    assert!(changed.status == 409 && changed.text().contains(&format!("href=\"{at}\"")), "{}", changed.text());
}

#[tokio::test]
async fn what_was_written_when_the_session_was_over_is_not_lost() {
    let world = World::new(&settings(0));
    world.order("booth-1").await;
    let mut owner = owner_in_english(&world).await;
    world.set_time(START + SESSION_IDLE.ms() + 1000);
    let note = [("note", "He came back at six")];
    let over = owner.send(&world, "/admin/orders/booth-1/note", &note).await;
    assert!(over.status == 401 && over.text().contains("He came back at six"), "{}", over.text());
    assert!(over.text().contains("/admin/login?next=%2Fadmin%2Forders%2Fbooth-1"), "{}", over.text());
    let stranger = Browser::new().send(&world, "/admin/orders/booth-1/note", &note).await;
    assert_eq!(stranger.status, 303, "who was never in is asked who he is");
}

#[tokio::test]
async fn an_address_that_takes_forms_leads_to_its_page() {
    let world = World::new(&settings(0));
    let mut owner = owner_in_english(&world).await;
    for (address, page) in [
        ("/admin/orders/booth-1/refund", "/admin/orders/booth-1"),
        ("/admin/settings/prices", "/admin/settings"),
        ("/admin/wallets/click/offer", "/admin/wallets/click"),
        ("/admin/people/dilnoza/link", "/admin/people"),
        ("/admin/alerts/test", "/admin/alerts"),
        ("/admin/logout", "/admin"),
    ] {
        let answer = owner.get(&world, address).await;
        assert_eq!((answer.status, answer.header("location")), (303, page), "{address}");
    }
}
