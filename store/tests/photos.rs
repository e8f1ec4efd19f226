//! What photo sessions promise, on SQLite and on PostgreSQL: a step is kept if nobody was faster, an update is handled once, and
//! what is over is forgotten.

mod support;

use boothpay_protocol::ledger::language::Language;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::photos::{
    Bounds, Customer, FileName, LinkToken, NewPhoto, PhotoKind, Session, SessionId, SessionKind, SessionStatus,
};
use boothpay_protocol::time::{SpanMs, TimeMs};
use boothpay_store::{Update, UpdateKey};
use support::{at, on_both};

const BOUNDS: Bounds = Bounds { photos: 3, bytes: 1000 };

fn session(byte: u8) -> Session {
    let id = SessionId::from_random([byte; 16]);
    let data = "{\"template\": \"Лента\"}".to_owned();
    Session::new(id, SessionKind::Upload, 3, data, at(1000), SpanMs::seconds(60))
}

fn anna() -> Customer {
    Customer { id: 7_000_000_001, name: Some("anna".to_owned()), language: Language::Uz }
}

fn photo(kind: PhotoKind) -> NewPhoto {
    let file = FileName::from_random([9; 16], "jpg");
    let telegram_file_id = Some("AgAC".to_owned());
    NewPhoto { kind, file, bytes: 100, width: 10, height: 20, order_index: None, telegram_file_id }
}

fn update(number: i64) -> Update {
    let key = UpdateKey { bot_id: 5, update_id: number };
    Update { key, customer_id: anna().id, received_at: at(1000), content: "{\"text\": \"привет\"}".to_owned() }
}

#[tokio::test]
async fn a_step_is_kept_if_nobody_was_faster() {
    on_both(async |one, other| {
        let new = session(1);
        assert!(one.make_session(new.clone()).await.unwrap());
        assert!(!other.make_session(new.clone()).await.unwrap(), "ids are given once");
        assert_eq!(other.session(new.id.clone()).await.unwrap().as_ref(), Some(&new));
        let opened = new.open(anna(), at(1001)).unwrap();
        let (with_photo, _) = new.add(photo(PhotoKind::Uploaded), BOUNDS, at(1001)).unwrap();
        assert!(one.save_session(opened.clone(), None, at(1001)).await.unwrap());
        assert!(!other.save_session(with_photo, None, at(1001)).await.unwrap(), "it was seen before it was opened");
        let (both, _) = opened.add(photo(PhotoKind::Uploaded), BOUNDS, at(1002)).unwrap();
        assert!(other.save_session(both.clone(), None, at(1002)).await.unwrap());
        assert_eq!(one.session_of(anna().id, at(1003)).await.unwrap(), Some(both), "to the last letter");
        assert_eq!(one.session_of(1, at(1003)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn an_update_is_handled_once_together_with_its_step() {
    on_both(async |one, other| {
        let new = session(1);
        one.make_session(new.clone()).await.unwrap();
        assert_eq!(one.keep_updates(vec![update(10), update(11)]).await.unwrap(), 2);
        assert_eq!(other.keep_updates(vec![update(11), update(12)]).await.unwrap(), 1, "one came again");
        let waiting = other.waiting_updates(5, 10).await.unwrap();
        assert_eq!(waiting, [update(10), update(11), update(12)]);
        assert!(other.waiting_updates(6, 10).await.unwrap().is_empty(), "another bot's");
        let opened = new.open(anna(), at(1001)).unwrap();
        assert!(one.save_session(opened.clone(), Some(update(10).key), at(1001)).await.unwrap());
        let again = opened.speak(Language::Ru);
        assert!(!other.save_session(again.clone(), Some(update(10).key), at(1001)).await.unwrap());
        assert!(!other.save_session(opened, Some(update(11).key), at(1001)).await.unwrap(), "the version was seen");
        assert_eq!(one.waiting_updates(5, 10).await.unwrap().len(), 2, "it still has to be handled");
        assert!(one.handled(update(11).key, at(1002)).await.unwrap());
        assert!(!other.handled(update(11).key, at(1002)).await.unwrap());
        assert_eq!(one.keep_updates(vec![update(10)]).await.unwrap(), 0, "handled long ago");
        assert_eq!(one.waiting_updates(5, 10).await.unwrap(), [update(12)]);
    })
    .await;
}

/// Whoever ends sessions by their time alone does not even see one that money may still come for.
#[tokio::test]
async fn a_session_that_an_order_may_pay_for_is_found_apart() {
    on_both(async |one, other| {
        let order = |id| Some(OrderId::parse(id).unwrap());
        let link = Some(LinkToken::from_random([3; 16]));
        let sold = Session { order: order("A1"), version: 2, ..session(1) };
        let printed = Session { order: order("A2"), link, version: 2, ..session(2) };
        for (byte, next) in [(1, &sold), (2, &printed)] {
            one.make_session(session(byte)).await.unwrap();
            assert!(one.save_session(next.clone(), None, at(1002)).await.unwrap());
        }
        let over = sold.expires_at;
        assert_eq!(other.expired_sessions(over, 10).await.unwrap(), std::slice::from_ref(&printed));
        assert_eq!(other.unpaid_sessions(over, 10).await.unwrap(), std::slice::from_ref(&sold));
        assert!(other.unpaid_sessions(at(1002), 10).await.unwrap().is_empty(), "its time is far");
        let counts = (other.living_sessions(at(1002)).await.unwrap(), other.unsold_sessions(at(1002)).await.unwrap());
        assert_eq!(counts, (2, 0), "both are an order's");
    })
    .await;
}

#[tokio::test]
async fn what_is_over_is_found_ended_and_forgotten() {
    on_both(async |one, other| {
        let (early, late) = (session(1), Session { expires_at: at(900_000), ..session(2) });
        for session in [&early, &late] {
            one.make_session(session.clone()).await.unwrap();
        }
        assert_eq!(one.living_sessions(at(2000)).await.unwrap(), 2);
        assert_eq!(other.sessions_after(None, 1).await.unwrap(), std::slice::from_ref(&early));
        assert_eq!(other.sessions_after(Some(early.id.clone()), 9).await.unwrap(), std::slice::from_ref(&late));
        assert_eq!(one.sessions(1).await.unwrap().len(), 1);
        let opened = late.open(anna(), at(1001)).unwrap();
        let (finished, _) = opened.add(photo(PhotoKind::Result), BOUNDS, at(1002)).unwrap();
        for next in [opened, finished.clone()] {
            assert!(one.save_session(next, None, at(1002)).await.unwrap());
        }
        assert_eq!(other.sessions_to_send(at(2000), 10).await.unwrap(), [finished]);
        let over: TimeMs = early.expires_at;
        let expired = other.expired_sessions(over, 10).await.unwrap();
        assert_eq!(expired, std::slice::from_ref(&early));
        assert!(one.save_session(early.end(SessionStatus::Expired), None, over).await.unwrap());
        assert!(other.expired_sessions(over, 10).await.unwrap().is_empty());
        assert_eq!(other.living_sessions(over).await.unwrap(), 1);
        assert_eq!(other.sessions_after(None, 9).await.unwrap().len(), 1, "what is over has no files");
        let new = Update { received_at: over.plus(SpanMs::seconds(2)), ..update(11) };
        one.keep_updates(vec![update(10), new.clone(), update(12)]).await.unwrap();
        one.handled(update(10).key, over).await.unwrap();
        let later = over.plus(SpanMs::seconds(1));
        assert_eq!(other.forget_photos(later, 10).await.unwrap(), 3);
        assert_eq!(one.session(early.id).await.unwrap(), None);
        assert_eq!(one.waiting_updates(5, 10).await.unwrap(), [new], "what nobody has handled for long goes, too");
    })
    .await;
}
