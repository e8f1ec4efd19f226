//! Pictures of a paid order that are gone while their session is there: they are taken again, and nobody pays for nothing. A folder that is
//! away comes back.

use crate::paid_first::{Booth, page};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::photos::{Bounds, FileName, NewPhoto, PhotoKind};
use boothpay_protocol::time::TimeMs;
use serde_json::{Value, json};
use std::fs;

const OWN_PROGRAM: &str = "[prints]\nby = \"own program\"\n";

/// A session with its shot.
async fn shot(booth: &Booth) -> String {
    let session = booth.call("/api/booth/shots", &json!({ "layout": "single" })).await;
    let id = session["id"].as_str().unwrap();
    booth.bring(id).await;
    id.to_owned()
}

fn wanted(session: &str) -> Value {
    json!({ "copies": 2, "paymentType": "payme", "session": session })
}

/// An order whose pictures were taken before it was paid.
async fn paid(booth: &Booth) -> String {
    let made = booth.call("/api/booth/orders", &wanted(&shot(booth).await)).await;
    let number = made["order_id"].as_str().unwrap().to_owned();
    booth.call(&format!("/api/test-payment/{number}"), &json!({})).await;
    number
}

fn remove_all(booth: &Booth) {
    for file in fs::read_dir(booth.folders().0).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
}

/// The customer takes them again, in the layout that he has chosen before, and wants the print.
async fn taken_again(booth: &Booth, number: &str) -> Value {
    let shots = booth.call(&format!("/api/booth/orders/{number}/shots"), &json!({})).await;
    assert_eq!(
        (&shots["layout"]["id"], &shots["complete"], &shots["retakes"]),
        (&json!("single"), &json!(false), &json!(0))
    );
    let id = shots["id"].as_str().unwrap();
    booth.bring(id).await;
    booth.call(&format!("/api/booth/shots/{id}/preview"), &json!({ "layout": "single" })).await;
    booth.call(&format!("/api/booth/orders/{number}/print"), &page("page-number-one")).await
}

#[tokio::test]
async fn where_the_page_prints_they_are_a_claim_that_leads_to_the_camera() {
    let booth = Booth::on("");
    let number = paid(&booth).await;
    remove_all(&booth);
    let print = format!("/api/booth/orders/{number}/print");
    let refused = booth.world.post(&print, &page("page-number-one").to_string()).await;
    assert_eq!((refused.status, &refused.json()["order"]["shots_due"]), (409, &json!(true)), "{}", refused.text());
    assert_eq!(booth.stands(&number).await, ("claim".to_owned(), true));
    assert_eq!(booth.owed().await, [OrderId::parse(&number).unwrap()], "the owner sees it");
    let printed = taken_again(&booth, &number).await;
    assert!(printed["picture"].as_str().unwrap().starts_with("data:image/jpeg"), "{printed}");
    assert!(booth.owed().await.is_empty());

    // The page that has the leave did not hear it, and asks again.
    remove_all(&booth);
    assert_eq!(booth.ask(&print, &page("page-number-one")).await.0, 409);
    assert_eq!(booth.stands(&number).await, ("claim".to_owned(), true));
    assert!(taken_again(&booth, &number).await["picture"].is_string());
}

#[tokio::test]
async fn a_claim_to_what_did_not_come_out_leads_to_the_camera() {
    let booth = Booth::on(OWN_PROGRAM);
    let number = paid(&booth).await;
    let answer = async |said: Value| {
        let job = booth.world.get("/api/prints/next").await.json();
        booth.call(&format!("/api/prints/{}", job["job"].as_str().unwrap()), &said).await;
        job
    };
    answer(json!({ "result": "failed", "why": "jam", "copies": 1 })).await;
    answer(json!({ "result": "failed", "why": "jam", "copies": 1 })).await;
    assert_eq!(booth.stands(&number).await, ("claim".to_owned(), false), "its picture is there");
    let (photos, away) = booth.folders();
    fs::rename(&photos, &away).unwrap();
    assert_eq!(booth.stands(&number).await, ("claim".to_owned(), false), "a share that is not mounted comes back");
    fs::rename(&away, &photos).unwrap();
    remove_all(&booth);
    assert_eq!(booth.stands(&number).await, ("claim".to_owned(), true));
    let print = format!("/api/booth/orders/{number}/print");
    assert_eq!(booth.ask(&print, &page("page-number-one")).await.0, 409, "no job that fails for ever");
    assert_eq!(taken_again(&booth, &number).await["print"]["state"], "asked");
    let job = answer(json!({ "result": "printed" })).await;
    assert_eq!((&job["copies"], job["picture"].is_object()), (&json!(1), true), "{job}");
    assert_eq!(booth.stands(&number).await, ("printed".to_owned(), false));
}

#[tokio::test]
async fn a_folder_that_is_away_is_a_claim_until_it_is_back() {
    let booth = Booth::on("");
    let number = paid(&booth).await;
    let (photos, away) = booth.folders();
    fs::rename(&photos, &away).unwrap();
    let print = format!("/api/booth/orders/{number}/print");
    for _ in 0..2 {
        assert_eq!(booth.ask(&print, &page("page-number-one")).await.0, 503);
        assert_eq!(booth.stands(&number).await, ("claim".to_owned(), false));
    }
    assert_eq!(booth.owed().await.len(), 1);
    fs::rename(&away, &photos).unwrap();
    assert!(booth.call(&print, &page("page-number-two")).await["picture"].is_string());
    assert!(booth.owed().await.is_empty());
}

#[tokio::test]
async fn a_composed_picture_that_is_gone_is_composed_again_while_its_shots_are_there() {
    let booth = Booth::on("");
    let number = paid(&booth).await;
    let store = &booth.world.app.store;
    let session = store.session_of_order(OrderId::parse(&number).unwrap()).await.unwrap().unwrap();
    let file = FileName::from_random([9; 16], "jpg");
    let kind = PhotoKind::Sheet;
    let lost = NewPhoto { kind, file, bytes: 1, width: 1, height: 1, order_index: None, telegram_file_id: None };
    let now = TimeMs::new(crate::world::START);
    let (with_lost, _) = session.add(lost, Bounds { photos: 9, bytes: 1 }, now).unwrap();
    assert!(store.save_session(with_lost, None, now).await.unwrap());
    let printed = booth.call(&format!("/api/booth/orders/{number}/print"), &page("page-number-one")).await;
    assert!(printed["picture"].is_string(), "{printed}");
}

#[tokio::test]
async fn shots_that_are_gone_before_they_are_sold_or_printed_are_taken_again() {
    let booth = Booth::on("");
    let id = shot(&booth).await;
    remove_all(&booth);
    let preview = json!({ "layout": "single" });
    assert_eq!(booth.ask(&format!("/api/booth/shots/{id}/preview"), &preview).await.0, 410);
    assert_eq!(booth.ask("/api/booth/orders", &wanted(&id)).await.0, 410, "nobody pays for them");

    let first = Booth::on("pay = \"first\"\n");
    let number = first.paid(2).await;
    let shots = format!("/api/booth/orders/{number}/shots");
    let session = first.call(&shots, &json!({})).await;
    first.bring(session["id"].as_str().unwrap()).await;
    assert_eq!(first.call(&shots, &json!({})).await["complete"], true);
    remove_all(&first);
    assert_eq!(first.ask(&format!("/api/booth/orders/{number}/print"), &page("page-number-one")).await.0, 409);
    assert!(taken_again(&first, &number).await["picture"].is_string());
}
