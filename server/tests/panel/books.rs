//! Reconciliation in the panel, on both stores: a statement is compared, each difference is kept with what people say of it, and a
//! payment that the wallet has and we have not is put right, once.

use crate::browser::{Browser, PASSWORD, token};
use crate::world::{Answer, PRODUCTION, START, World};
use axum::body::Body;
use axum::http::Request;
use boothpay_protocol::ledger::journal::{Actor, Change};
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::panel::Deed;
use boothpay_store::{Address, Store, verify};
use boothpay_test_support::Cluster;

pub const DAY_MS: i64 = 86_400_000;

/// An id as Payme's are.
pub fn id(n: u8) -> String {
    format!("5305e3bab097f420a62ced{n:02}")
}

/// A world whose database others can open as well, on each store.
fn worlds() -> [(World, Address, Box<dyn std::any::Any>); 2] {
    worlds_with(PRODUCTION)
}

/// The same with these settings.
pub fn worlds_with(settings: &str) -> [(World, Address, Box<dyn std::any::Any>); 2] {
    let (database, folder) = (Cluster::shared().database(), tempfile::tempdir().unwrap());
    let postgres = Address::parse(&database.url).unwrap();
    let sqlite = Address::SqliteFile(folder.path().join("books.db"));
    let world = |address: &Address, written: String| World::on(&format!("database = '{written}'\n{settings}"), address);
    let file = folder.path().join("books.db").display().to_string();
    [
        (world(&postgres, database.url.clone()), postgres, Box::new(database)),
        (world(&sqlite, file), sqlite, Box::new(folder)),
    ]
}

pub async fn owner_in_english(world: &World) -> Browser {
    let mut owner = Browser::of_owner(world).await;
    owner.send(world, "/admin/language", &[("language", "en"), ("back", "/admin")]).await;
    owner
}

/// Uploads a file as a browser does.
pub async fn upload(browser: &mut Browser, world: &World, file: &[u8], fields: &[(&str, &str)]) -> Answer {
    let token = token(&browser.page(world, "/admin/books").await);
    let mut body = Vec::new();
    let wallet = (!fields.iter().any(|(name, _)| *name == "wallet")).then_some(("wallet", "payme"));
    for (name, value) in fields.iter().copied().chain(wallet).chain([("csrf", token.as_str())]) {
        body.extend(format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    body.extend(b"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"march.csv\"\r\nContent-Type: text/csv\r\n\r\n");
    body.extend(file);
    body.extend(b"\r\n--XX--\r\n");
    let request = Request::post("/admin/books").header("origin", "http://127.0.0.1:5000");
    browser.ask(world, request.header("content-type", "multipart/form-data; boundary=XX"), Body::from(body)).await
}

/// A row of a statement, at [`START`].
pub fn row(id: &str, order: &str, soum: &str, state: &str) -> String {
    row_at(START, id, order, soum, state)
}

pub fn row_at(at: i64, id: &str, order: &str, soum: &str, state: &str) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap();
    format!("{id};{order};{at};{soum};{state}\n")
}

/// The first midnight after [`START`] in the booth's zone.
pub fn midnight() -> i64 {
    let start = jiff::Timestamp::from_millisecond(START).unwrap().in_tz("Asia/Tashkent").unwrap();
    start.tomorrow().unwrap().start_of_day().unwrap().timestamp().as_millisecond()
}

pub fn statement(rows: &[String]) -> String {
    format!("ID транзакции;Номер заказа;Дата и время;Сумма;Статус\n{}", rows.concat())
}

/// The kinds of the open differences, in the page's order.
pub fn kinds(page: &str) -> Vec<&str> {
    let (_, rest) = page.split_once("<h2>Differences</h2>").unwrap();
    let (open, _) = rest.split_once("</section>").unwrap();
    open.split("<h3>").skip(1).map(|it| it.split("</h3>").next().unwrap()).collect()
}

/// The hidden fields of a difference's forms that name it.
fn named(page: &str, kind: &str) -> (String, String) {
    let (_, rest) = page.split_once(&format!("<h3>{kind}</h3>")).unwrap_or_else(|| panic!("{kind}: {page}"));
    let value = |name: &str| {
        let (_, rest) = rest.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    (value("key"), value("version"))
}

async fn journal(world: &World, order: &str) -> Vec<(Actor, Change)> {
    let story = world.app.store.story(&[OrderId::parse(order).unwrap()]).await.unwrap().unwrap();
    story.journal.into_iter().map(|entry| (entry.actor, entry.change)).collect()
}

#[tokio::test]
async fn every_kind_of_difference_is_found_and_what_agrees_is_said_to() {
    for (world, _, _kept) in worlds() {
        for order in ["agrees", "missing", "cheaper", "cancelled", "unpaid"] {
            world.order(order).await;
        }
        for (order, n) in [("agrees", 1), ("missing", 2), ("cheaper", 3), ("cancelled", 4)] {
            world.pay(order, &id(n)).await;
        }
        world.set_time(START + 2 * DAY_MS);
        let mut owner = owner_in_english(&world).await;
        assert!(owner.page(&world, "/admin/books").await.contains("There are no open differences."));
        let all = statement(&[
            row(&id(1), "agrees", "10 000,00", "Оплачен"),
            row(&id(3), "cheaper", "9 000,00", "Оплачен"),
            row(&id(4), "cancelled", "10 000,00", "Отменён"),
            row(&id(5), "unpaid", "10 000,00", "Оплачен"),
        ]);
        let answer = upload(&mut owner, &world, all.as_bytes(), &[]).await;
        assert_eq!(answer.header("location"), "/admin/books?done=statement_compared", "{}", answer.text());
        let page = owner.page(&world, "/admin/books").await;
        let mut found = kinds(&page);
        found.sort_unstable();
        assert_eq!(
            found,
            [
                "Another sum",
                "Cancelled or given back at the wallet, paid here",
                "Paid at the wallet, not here",
                "Paid here, not in the statement"
            ]
        );
        assert!(page.contains("march.csv (SHA-256 "), "{page}");
        assert!(page.contains(", row 5"), "the row of the file");
        assert!(page.contains("differences: 4 ("), "{page}");
        // The same file once more finds nothing new.
        upload(&mut owner, &world, all.as_bytes(), &[]).await;
        assert_eq!(kinds(&owner.page(&world, "/admin/books").await).len(), 4);
        // A later file of the same days agrees.
        let right = statement(&[
            row(&id(1), "agrees", "10000", "paid"),
            row(&id(2), "missing", "10000", "paid"),
            row(&id(3), "cheaper", "10000", "paid"),
            row(&id(4), "cancelled", "10000", "paid"),
        ]);
        let answer = upload(&mut owner, &world, right.as_bytes(), &[]).await;
        assert_eq!(answer.header("location"), "/admin/books?done=statement_agrees", "{}", answer.text());
        let page = owner.page(&world, "/admin/books").await;
        assert!(page.contains("There are no open differences.") && page.contains("all agrees"), "{page}");
        assert!(page.contains("40\u{a0}000 (4)"), "{page}");
    }
}

#[tokio::test]
async fn a_payment_near_midnight_is_judged_by_the_statements_of_both_days_in_whatever_order_they_come() {
    const MINUTE_MS: i64 = 60_000;
    let midnight = midnight();
    let paid = |at: i64, n: u8, order: &str| row_at(at, &id(n), order, "10000", "paid");
    let first = [paid(START, 1, "early")];
    // The wallet's clock is ahead of ours.
    let second = [paid(midnight + MINUTE_MS, 2, "ahead"), paid(midnight + 600 * MINUTE_MS, 4, "next")];
    for is_backwards in [false, true] {
        for (world, _, _kept) in worlds() {
            let times = [("early", START), ("ahead", midnight - 5 * MINUTE_MS), ("gone", midnight - 4 * MINUTE_MS)];
            for ((order, at), n) in times.into_iter().chain([("next", midnight + 600 * MINUTE_MS)]).zip(1..) {
                world.set_time(at);
                world.order(order).await;
                world.pay(order, &id(n)).await;
            }
            world.set_time(midnight + DAY_MS);
            let mut owner = owner_in_english(&world).await;
            let mut files = [statement(&first), statement(&second)];
            if is_backwards {
                files.reverse();
            }
            let answer = upload(&mut owner, &world, files[0].as_bytes(), &[]).await;
            assert_eq!(answer.header("location"), "/admin/books?done=statement_compared", "{}", answer.text());
            let page = owner.page(&world, "/admin/books").await;
            assert_eq!(kinds(&page), [""; 0], "not judged yet");
            assert!(page.contains("the statement of the day beside it"), "{page}");
            const TO_SEE_TO: &str = "data-testid=\"differences\"";
            assert!(!owner.page(&world, "/admin").await.contains(TO_SEE_TO), "and nobody has to see to it");

            upload(&mut owner, &world, files[1].as_bytes(), &[]).await;
            assert!(owner.page(&world, "/admin").await.contains(TO_SEE_TO));
            // Both once more, as somebody does who is not sure.
            for file in files.iter().chain([&files[1], &files[0]]) {
                let page = owner.page(&world, "/admin/books").await;
                assert_eq!(kinds(&page), ["Paid here, not in the statement"]);
                let (key, _) = named(&page, "Paid here, not in the statement");
                assert_eq!(key, format!("missing_there {}", id(3)), "the one that neither has");
                upload(&mut owner, &world, file.as_bytes(), &[]).await;
            }
            // The wallet has it after all.
            let whole = statement(&[&first[..], &[paid(midnight - MINUTE_MS, 3, "gone")]].concat());
            upload(&mut owner, &world, whole.as_bytes(), &[]).await;
            assert_eq!(kinds(&owner.page(&world, "/admin/books").await), [""; 0]);
        }
    }
}

#[tokio::test]
async fn a_statement_of_half_a_day_decides_nothing_about_its_last_minutes() {
    for (world, _, _kept) in worlds() {
        for (order, at, n) in [("a", START, 1), ("b", START + 60_000, 2)] {
            world.set_time(at);
            world.order(order).await;
            world.pay(order, &id(n)).await;
        }
        world.set_time(START + 120_000);
        let mut owner = owner_in_english(&world).await;
        let half = statement(&[row(&id(1), "a", "10000", "paid")]);
        for _ in 0..2 {
            upload(&mut owner, &world, half.as_bytes(), &[]).await;
            assert_eq!(kinds(&owner.page(&world, "/admin/books").await), [""; 0], "its row may come");
        }
        world.set_time(START + 2 * DAY_MS);
        owner.log_in(&world, "owner", PASSWORD).await;
        upload(&mut owner, &world, half.as_bytes(), &[]).await;
        assert_eq!(kinds(&owner.page(&world, "/admin/books").await), ["Paid here, not in the statement"]);
    }
}

#[tokio::test]
async fn a_payment_that_is_not_here_is_put_right_once_and_the_journal_says_who_did_it() {
    for (world, address, _kept) in worlds() {
        for order in ["lost", "begun", "paid"] {
            world.order(order).await;
        }
        world.pay("paid", &id(1)).await;
        world.hold("begun", &id(2)).await;
        let mut owner = owner_in_english(&world).await;
        let file = statement(&[
            row(&id(1), "paid", "10000", "paid"),
            row(&id(2), "begun", "10000", "paid"),
            row(&id(3), "lost", "10000", "paid"),
            row(&id(4), "paid", "10000", "paid"),
            row("receipt-7", "nowhere", "10000", "paid"),
        ]);
        upload(&mut owner, &world, file.as_bytes(), &[]).await;
        assert_eq!(kinds(&owner.page(&world, "/admin/books").await), ["Paid at the wallet, not here"; 4]);
        let press = async |owner: &mut Browser, n: &str| {
            let key = format!("missing_here {n}");
            owner.press(&world, "/admin/books", "/admin/books/right", &[("provider", "payme"), ("key", &key)]).await
        };
        for (n, order) in [(2, "begun"), (3, "lost")] {
            let answer = press(&mut owner, &id(n)).await;
            assert_eq!(answer.header("location"), "/admin/books?done=put_right", "{order}: {}", answer.text());
            let journal = journal(&world, order).await;
            let shown = journal.iter().find_map(|(actor, change)| {
                let Change::StatementShown { by, evidence, .. } = change else { return None };
                Some((*actor, by.clone(), evidence.clone()))
            });
            let (actor, by, evidence) = shown.unwrap_or_else(|| panic!("{order}: {journal:?}"));
            assert_eq!((actor, by.as_str()), (Actor::Statement, "owner"));
            assert!(
                evidence.starts_with("march.csv (SHA-256 ") && evidence.ends_with(&format!("row {}", n + 1)),
                "{evidence}"
            );
            assert!(matches!(journal.last(), Some((Actor::Statement, Change::TransactionPerformed { .. }))));
            // A second click, of somebody whose page is old.
            let answer = press(&mut owner, &id(n)).await;
            assert_eq!(answer.status, 409, "{}", answer.text());
            let story = owner.page(&world, &format!("/admin/orders/{order}")).await;
            assert!(story.contains("A statement of Payme was shown: owner") && story.contains("march.csv"), "{story}");
        }
        // The wallet's own late call meets the same payment.
        world.carry_out("PerformTransaction", &format!(r#"{{"id":"{}"}}"#, id(3))).await;
        // Paid already by another payment, and an order that is nowhere: nothing is offered, and nothing is changed.
        let page = owner.page(&world, "/admin/books").await;
        assert!(!page.contains("action=\"/admin/books/right\""), "{page}");
        assert!(page.contains("paid by another payment already") && page.contains("no such order here"), "{page}");
        let answer = press(&mut owner, &id(4)).await;
        assert!(answer.status == 409 && answer.text().contains("paid by another payment already"), "{}", answer.text());
        let answer = press(&mut owner, "receipt-7").await;
        assert!(answer.status == 409 && answer.text().contains("no such order here"), "{}", answer.text());
        assert_eq!(kinds(&owner.page(&world, "/admin/books").await).len(), 2);
        let audit = world.app.store.audit(None, None, 100).await.unwrap();
        let righted = audit.iter().filter(|(_, row)| row.deed == Deed::PaymentPutRight).count();
        assert_eq!(righted, 2, "not what came to nothing");
        let answer = upload(&mut owner, &world, file.as_bytes(), &[]).await;
        assert_eq!(answer.status, 303);
        assert_eq!(kinds(&owner.page(&world, "/admin/books").await).len(), 2, "what was put right agrees now");
        drop(world);
        let report = verify::database(&address).unwrap();
        assert!(report.is_healthy(), "{report:?}");
    }
}

#[tokio::test]
async fn what_was_put_right_days_later_is_found_again_and_missing_nowhere() {
    // Two days later, and in the next month.
    for later in [2 * DAY_MS, 17 * DAY_MS] {
        for (world, address, _kept) in worlds() {
            world.order("early").await;
            world.pay("early", &id(1)).await;
            world.set_time(START + later);
            world.order("late").await;
            world.order("today").await;
            world.hold_at("today", &id(3), START + later).await;
            world.carry_out("PerformTransaction", &format!(r#"{{"id":"{}"}}"#, id(3))).await;
            let mut owner = owner_in_english(&world).await;
            let file = statement(&[row(&id(1), "early", "10000", "paid"), row(&id(2), "late", "10000", "paid")]);
            upload(&mut owner, &world, file.as_bytes(), &[]).await;
            assert_eq!(kinds(&owner.page(&world, "/admin/books").await), ["Paid at the wallet, not here"]);
            let key = format!("missing_here {}", id(2));
            let fields = [("provider", "payme"), ("key", key.as_str())];
            let answer = owner.press(&world, "/admin/books", "/admin/books/right", &fields).await;
            assert_eq!(answer.header("location"), "/admin/books?done=put_right", "{}", answer.text());

            let agrees = async |owner: &mut Browser, file: &str, said: &str| {
                let answer = upload(owner, &world, file.as_bytes(), &[]).await;
                assert_eq!(answer.header("location"), "/admin/books?done=statement_agrees", "{}", answer.text());
                let page = owner.page(&world, "/admin/books").await;
                assert_eq!(kinds(&page), [""; 0]);
                assert!(page.contains(said), "{page}");
            };
            agrees(&mut owner, &file, "20\u{a0}000 (2)").await;
            // Whatever day the wallet gives a payment, it is found by its id, and by the order alone.
            for n in [id(1), String::new()] {
                let far = statement(&[row_at(START - 9 * DAY_MS, &n, "early", "10000", "paid")]);
                agrees(&mut owner, &far, "10\u{a0}000 (1)").await;
            }
            let nameless = statement(&[row("", "early", "10000", "paid"), row("", "late", "10000", "paid")]);
            agrees(&mut owner, &nameless, "20\u{a0}000 (2)").await;
            // The wallet has nothing of it on the day on which it was recorded.
            world.set_time(START + later + 2 * DAY_MS);
            owner.log_in(&world, "owner", PASSWORD).await;
            let today = statement(&[row_at(START + later, &id(3), "today", "10000", "paid")]);
            agrees(&mut owner, &today, "10\u{a0}000 (1)").await;
            // And a statement of the wallet's day that has it no more says so.
            let without = statement(&[row(&id(1), "early", "10000", "paid")]);
            upload(&mut owner, &world, without.as_bytes(), &[]).await;
            assert_eq!(kinds(&owner.page(&world, "/admin/books").await), ["Paid here, not in the statement"]);
            drop(world);
            let report = verify::database(&address).unwrap();
            assert!(report.is_healthy(), "{report:?}");
        }
    }
}

#[tokio::test]
async fn a_part_that_went_back_is_one_difference_and_a_day_names_an_order_once() {
    for (world, _, _kept) in worlds() {
        world.order("gift").await;
        world.pay("gift", &id(1)).await;
        world.set_time(START + 2 * DAY_MS);
        let mut owner = owner_in_english(&world).await;
        let (paid, part) = (row(&id(1), "gift", "10000", "paid"), row(&id(1), "gift", "-4000", "paid"));
        upload(&mut owner, &world, statement(&[paid.clone(), part]).as_bytes(), &[]).await;
        let page = owner.page(&world, "/admin/books").await;
        assert_eq!(kinds(&page), ["A part given back at the wallet (the statement’s sum is what went back)"]);
        assert!(page.contains("<dd>4\u{a0}000</dd>") && page.contains("<dd>10\u{a0}000</dd>"), "{page}");
        let wrong = [row(&id(1), "other", "9000", "paid"), paid];
        upload(&mut owner, &world, statement(&wrong).as_bytes(), &[]).await;
        let page = owner.page(&world, "/admin/books").await;
        assert!(kinds(&page).len() == 3 && page.contains("differences: 3 (gift)<"), "{page}");
    }
}

#[tokio::test]
async fn what_waits_stands_by_itself_and_evidence_is_in_the_readers_language() {
    for (world, _, _kept) in worlds() {
        for (order, at, n) in [("a", START, 1), ("b", START + 60_000, 2)] {
            world.set_time(at);
            world.order(order).await;
            world.pay(order, &id(n)).await;
        }
        world.set_time(START + 120_000);
        let mut owner = owner_in_english(&world).await;
        let last = START + 60_000;
        let half = [row_at(last, &id(2), "b", "10000", "paid"), row_at(last, &id(9), "nowhere", "1", "paid")];
        let half = statement(&half);
        upload(&mut owner, &world, half.as_bytes(), &[]).await;
        let page = owner.page(&world, "/admin/books").await;
        let (_, waiting) =
            page.split_once("<h2>Waiting for another statement</h2>").unwrap_or_else(|| panic!("{page}"));
        assert!(waiting.contains("a later statement of the same day decides it"), "{page}");
        assert!(!page.contains("<h2>Seen to</h2>"), "{page}");
        owner.send(&world, "/admin/language", &[("language", "ru"), ("back", "/admin")]).await;
        let page = owner.page(&world, "/admin/books").await;
        assert!(page.contains(", строка 3</p>") && !page.contains(", row "), "{page}");
        let audit = owner.page(&world, "/admin/audit").await;
        assert!(audit.contains(": дней 1, расхождений 1"), "{audit}");
    }
}

#[tokio::test]
async fn a_difference_has_a_state_somebody_who_sees_to_it_and_a_note() {
    for (world, _, _kept) in worlds() {
        world.order("gift").await;
        world.pay("gift", &id(1)).await;
        world.set_time(START + 2 * DAY_MS);
        let mut owner = owner_in_english(&world).await;
        let file = statement(&[row(&id(9), "=cmd|' /C calc'!A0", "1", "paid"), row(&id(1), "gift", "9999", "paid")]);
        upload(&mut owner, &world, file.as_bytes(), &[]).await;
        let page = owner.page(&world, "/admin/books").await;
        let (key, version) = named(&page, "Another sum");
        let fields = [
            ("provider", "payme"),
            ("key", &key),
            ("version", &version),
            ("state", "explained"),
            ("owner", "owner"),
            ("note", "<b>a coupon</b>"),
        ];
        let answer = owner.press(&world, "/admin/books", "/admin/books/difference", &fields).await;
        assert_eq!(answer.header("location"), "/admin/books?done=difference_kept", "{}", answer.text());
        let answer = owner.press(&world, "/admin/books", "/admin/books/difference", &fields).await;
        assert_eq!(answer.status, 409, "somebody with an old page overwrites nothing");
        let page = owner.page(&world, "/admin/books").await;
        assert_eq!(kinds(&page), ["Paid at the wallet, not here"]);
        assert!(
            page.contains("explained · owner · &#60;b&#62;a coupon")
                || page.contains("explained · owner · &lt;b&gt;a coupon")
        );
        upload(&mut owner, &world, file.as_bytes(), &[]).await;
        assert_eq!(kinds(&owner.page(&world, "/admin/books").await).len(), 1, "it stays explained");
        let card =
            [("provider", "payme"), ("key", "missing_here x"), ("version", "1"), ("state", "open"), ("note", "")];
        let answer = owner.press(&world, "/admin/books", "/admin/books/difference", &card).await;
        assert_eq!(answer.status, 404);
        // What somebody has explained is recorded as paid by no page that is old.
        let (key, version) = named(&owner.page(&world, "/admin/books").await, "Paid at the wallet, not here");
        let explained = [
            ("provider", "payme"),
            ("key", key.as_str()),
            ("version", version.as_str()),
            ("state", "explained"),
            ("note", "given back in the cabinet"),
        ];
        let answer = owner.press(&world, "/admin/books", "/admin/books/difference", &explained).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let old = [("provider", "payme"), ("key", key.as_str())];
        let answer = owner.press(&world, "/admin/books", "/admin/books/right", &old).await;
        assert!(answer.status == 409 && answer.text().contains("has changed meanwhile"), "{}", answer.text());
        // An operator sees the page and may write notes; files and payments are the owner's.
        let fields = [("name", "dilnoza"), ("role", "operator"), ("own_password", PASSWORD)];
        let made = owner.press(&world, "/admin/people", "/admin/people", &fields).await;
        let path = made.text().split("data-copy=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let mut operator = Browser::new();
        operator.send(&world, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert!(!operator.page(&world, "/admin/books").await.contains("type=\"file\""));
        let answer = upload(&mut operator, &world, file.as_bytes(), &[]).await;
        assert_eq!(answer.status, 403);
        let right = [("provider", "payme"), ("key", "missing_here x")];
        assert_eq!(operator.press(&world, "/admin/books", "/admin/books/right", &right).await.status, 403);
    }
}

#[tokio::test]
async fn a_bad_file_says_what_is_wrong_and_changes_nothing() {
    let world = World::new(PRODUCTION);
    let mut owner = owner_in_english(&world).await;
    for (file, words) in [
        (b"PK\x03\x04 no archive".as_slice(), "The XLSX file is broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file"),
        (b"<html><table></table>", "a web page"),
        (b"id;sum;date\n1;=1+1;2026-11-28\n", "Row 2: this is no sum of money: =1+1"),
        (b"id;sum;date\n", "no payment"),
        (b"", "No file was chosen"),
    ] {
        let answer = upload(&mut owner, &world, file, &[]).await;
        assert!(answer.status == 422 && answer.text().contains(words), "{}: {}", answer.status, answer.text());
    }
    let answer = upload(&mut owner, &world, &vec![b'x'; 17 * 1024 * 1024], &[]).await;
    assert!(answer.status == 413 && answer.text().contains("larger than 16 MiB"), "{}", answer.status);
    assert!(owner.page(&world, "/admin/books").await.contains("There are no open differences."));
    assert_eq!(Store::compared_days(&world.app.store, 10).await.unwrap(), []);
}

#[tokio::test]
async fn unknown_columns_and_words_are_mapped_by_hand_and_remembered() {
    for (world, _, _kept) in worlds() {
        let mut owner = owner_in_english(&world).await;
        let at = jiff::Timestamp::from_millisecond(START).unwrap();
        let file = format!("Ref;Wert;Zeit;Zustand\n{};10000;{at};fertig\n", id(1));
        let answer = upload(&mut owner, &world, file.as_bytes(), &[]).await;
        assert!(answer.status == 422 && answer.text().contains("<option value=\"Wert\">"), "{}", answer.text());
        let columns =
            [("column:id", "Ref"), ("column:sum", "Wert"), ("column:time", "Zeit"), ("column:status", "Zustand")];
        let answer = upload(&mut owner, &world, file.as_bytes(), &columns).await;
        assert!(answer.text().contains("What does “fertig” mean?"), "{}", answer.text());
        assert!(answer.text().contains("name=\"column:sum\" value=\"Wert\""), "what was said is sent again");
        let all: Vec<(&str, &str)> = columns.into_iter().chain([("word:fertig", "paid")]).collect();
        let answer = upload(&mut owner, &world, file.as_bytes(), &all).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let answer = upload(&mut owner, &world, file.as_bytes(), &[]).await;
        assert_eq!(answer.status, 303, "it is remembered: {}", answer.text());
        assert_eq!(kinds(&owner.page(&world, "/admin/books").await), ["Paid at the wallet, not here"]);
        // Whoever has mapped wrongly maps once more, also where everything can be read.
        let titled = format!("My firm\n\n{file}");
        let answer = upload(&mut owner, &world, titled.as_bytes(), &[("columns", "ask")]).await;
        assert!(answer.status == 200 && answer.text().contains("<option value=\"Zeit\">"), "{}", answer.text());
        let wrong =
            [("column:id", "Ref"), ("column:sum", "Ref"), ("column:time", "Zeit"), ("column:status", "Zustand")];
        let answer = upload(&mut owner, &world, titled.as_bytes(), &wrong).await;
        let said = "Row 3: the column “Ref” was chosen for two things.";
        assert!(answer.status == 422 && answer.text().contains(said), "{}", answer.text());
        assert!(answer.text().contains("<option value=\"Zeit\">"), "and it can be chosen anew: {}", answer.text());
        let answer = upload(&mut owner, &world, file.as_bytes(), &[]).await;
        assert_eq!(answer.status, 303, "what reads no file is not remembered: {}", answer.text());
    }
}
