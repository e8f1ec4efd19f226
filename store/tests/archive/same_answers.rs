//! Nobody can tell that an order is archived: every question has the same answer as before, to the byte; only what would
//! change an archived order is refused.

use crate::booth::{Booth, DAY, FISCAL, NOW, PAST, SETTLED, STAYING, on_both};
use crate::support::{at, id, postgres};
use boothpay_protocol::journal::fold;
use boothpay_protocol::payme::{Period, wire};
use boothpay_protocol::rows::Needs;
use boothpay_protocol::shop::{self, OrderConflict};
use boothpay_protocol::transaction::Provider;
use boothpay_store::moving::{self, Outcome};
use boothpay_store::{Address, Store, verify};
use std::collections::BTreeMap;

/// Each question with its answer.
type Answers = BTreeMap<String, String>;

/// Everything that anybody may ask, and that changes nothing.
async fn ask_everything(booth: &Booth) -> Answers {
    let mut answers = Answers::new();
    let store = &booth.store;
    for transaction in ["t1", "t2", "t3", "t4", "t5", "t6", "h1", "h2", "h3", "nobodys"] {
        let one = format!(r#"{{"id":"{transaction}"}}"#);
        answers.insert(format!("check {transaction}"), booth.payme("CheckTransaction", &one, NOW).await);
        if !["h1", "nobodys"].contains(&transaction) {
            answers.insert(format!("perform {transaction}"), booth.perform(transaction, NOW).await);
            for order in ["printed", "pending"] {
                let again = booth.create(order, transaction, NOW).await;
                answers.insert(format!("create {transaction} for {order}"), again);
            }
        }
    }
    for transaction in ["t2", "t3", "t5"] {
        answers.insert(format!("cancel {transaction}"), booth.cancel(transaction, 1, NOW).await);
    }
    answers.insert("fiscal".to_owned(), booth.payme("SetFiscalData", FISCAL, NOW).await);
    for order in SETTLED.into_iter().chain(STAYING) {
        let rows = store.rows(Needs::order(id(order))).await.unwrap();
        let standing = shop::standing(rows.order.as_ref().unwrap(), rows.live.as_ref(), at(NOW));
        answers.insert(format!("status {order}"), format!("{standing:?} {:?} {:?}", rows.order, rows.live));
        answers.insert(format!("transactions {order}"), format!("{:?}", store.transactions(id(order)).await.unwrap()));
        for amount in [1_000_000, 999] {
            let params = format!(r#"{{"amount":{amount},"account":{{"order_id":"{order}"}}}}"#);
            let may = booth.payme("CheckPerformTransaction", &params, NOW).await;
            answers.insert(format!("check {order} {amount}"), may);
        }
        if !["pending", "held"].contains(&order) {
            answers.insert(format!("create another for {order}"), booth.create(order, "another", NOW).await);
        }
    }
    for (from, to) in [(0, i64::MAX), (PAST, PAST + 1), (PAST - 99, PAST - 99), (PAST + 4, NOW)] {
        answers.insert(format!("statement {from} {to}"), statement(store, from, to).await.join(","));
    }
    let mut counts: Vec<String> = store
        .order_counts()
        .await
        .unwrap()
        .iter()
        .map(|(status, count)| format!("{} {count}", status.word()))
        .collect();
    counts.sort();
    answers.insert("counts".to_owned(), counts.join(","));
    let mut takings: Vec<String> = store.takings().await.unwrap().iter().map(|it| format!("{it:?}")).collect();
    takings.sort();
    answers.insert("takings".to_owned(), takings.join(","));
    answers.insert("unproven".to_owned(), store.unproven_payments().await.unwrap().to_string());
    for limit in [3, 100] {
        let listed = store.orders(None, limit).await.unwrap();
        let listed: Vec<String> = listed.iter().map(|row| format!("{:?} {:?}", row.order, row.live)).collect();
        answers.insert(format!("list {limit}"), listed.join(","));
    }
    answers
}

async fn statement(store: &Store, from: i64, to: i64) -> Vec<String> {
    let mut pages = store.statement(Provider::Payme, Period { from: at(from), to: at(to) }).await.unwrap();
    let mut items = Vec::new();
    while let Some(page) = pages.recv().await {
        items.extend(page.unwrap().iter().map(wire::statement_item));
    }
    items
}

#[tokio::test]
async fn every_question_has_the_answer_that_it_had() {
    on_both(async |booth| {
        booth.past().await;
        let before = ask_everything(&booth).await;
        assert_eq!(booth.archive("old.db").await.orders.iter().map(|(_, count, _)| count).sum::<i64>(), 8);
        let after = ask_everything(&booth).await;
        for (question, answer) in &before {
            assert_eq!(&after[question], answer, "{question}");
        }
        assert_eq!(before.len(), after.len());
        // And the same from another process that knew nothing before.
        let again = Store::open(&booth.address).unwrap();
        assert_eq!(statement(&again, 0, i64::MAX).await.join(","), before[&format!("statement 0 {}", i64::MAX)]);
        assert_eq!(statement(&again, 0, i64::MAX).await.len(), 9);
    })
    .await;
}

#[tokio::test]
async fn every_question_has_the_answer_that_it_had_also_after_a_move_to_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    let from = Address::SqliteFile(folder.path().join("boothpay.db"));
    let booth = Booth { folder, address: from.clone(), database: None, store: Store::open(&from).unwrap() };
    booth.past().await;
    let before = ask_everything(&booth).await;
    booth.archive("old.db").await;
    let (folder, (database, to)) = (booth.folder, postgres());
    drop(booth.store);
    let Outcome::Moved(moved) = moving::run(&from, &to, at(NOW), &mut |_| {}).unwrap() else { panic!("it was empty") };
    assert_eq!((moved.orders, moved.archived), (4, 8));
    let report = verify::database(&to).unwrap();
    assert!(report.is_healthy() && report.archived == 8, "{report:?}");
    let booth = Booth { folder, store: Store::open(&to).unwrap(), address: to, database: Some(database) };
    let after = ask_everything(&booth).await;
    for (question, answer) in &before {
        assert_eq!(&after[question], answer, "{question}");
    }
    assert_eq!(booth.offer("expired", NOW).await, Err(OrderConflict::Archived));
    assert!(booth.cancel("t1", 5, NOW).await.contains("-31007"));
    assert_eq!(booth.compare(&booth.file("old.db")).await.report.findings, [], "the file is still its archive");
}

#[tokio::test]
async fn an_archived_order_is_never_payable_again_and_never_changes() {
    on_both(async |booth| {
        booth.past().await;
        booth.archive("old.db").await;
        let refused = [
            ("cancelled", OrderConflict::Archived),
            ("expired", OrderConflict::Archived),
            ("printed", OrderConflict::Paid),
            ("refunded", OrderConflict::Refunded),
        ];
        for (order, conflict) in refused {
            assert_eq!(booth.offer(order, NOW).await, Err(conflict), "{order}");
            assert!(booth.create(order, "new", NOW).await.contains("-31052"), "{order}");
            assert!(booth.store.rows(Needs::order(id(order))).await.unwrap().archived);
        }
        let before = booth.payme("CheckTransaction", r#"{"id":"t1"}"#, NOW).await;
        assert!(booth.cancel("t1", 5, NOW).await.contains("-31007"));
        let other = FISCAL.replace("121", "122");
        assert!(booth.payme("SetFiscalData", &other, NOW).await.contains("-32001"));
        assert_eq!(booth.payme("CheckTransaction", r#"{"id":"t1"}"#, NOW).await, before);
        // The claim that stayed is still one, and is still refunded.
        booth.print("claimed", NOW).await;
        assert!(booth.cancel("h2", 5, NOW).await.contains(r#""state":-2"#));
    })
    .await;
}

#[tokio::test]
async fn transaction_numbers_are_not_used_again_when_all_transactions_are_archived() {
    on_both(async |booth| {
        booth.sell("first", "a", PAST).await;
        booth.print("first", PAST + DAY).await;
        booth.archive("old.db").await;
        booth.sell("second", "b", NOW).await;
        let numbers = |order: &str| booth.store.transactions(id(order));
        let (first, second) = (numbers("first").await.unwrap(), numbers("second").await.unwrap());
        assert!(first[0].number < second[0].number, "{first:?} {second:?}");
        booth.print("second", NOW).await;
        assert_eq!(statement(&booth.store, 0, i64::MAX).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_file_is_a_database_of_its_own_with_the_whole_story() {
    on_both(async |booth| {
        booth.past().await;
        let mut journals = BTreeMap::new();
        for order in SETTLED {
            journals.insert(order, booth.store.journal(id(order)).await.unwrap());
        }
        booth.archive("old.db").await;
        let file = booth.file("old.db");
        for (order, journal) in &journals {
            let found = boothpay_store::archive::look(&file, &id(order)).unwrap().unwrap();
            assert_eq!(&found.journal, journal);
            let story = fold(journal).unwrap();
            assert_eq!((story.order, story.transactions), (Some(found.order), found.transactions));
            assert_eq!(booth.store.journal(id(order)).await.unwrap(), [], "{order}");
        }
        assert_eq!(boothpay_store::archive::look(&file, &id("pending")).unwrap(), None);
        let opened = Store::open(&Address::SqliteFile(file)).unwrap();
        let rows = opened.rows(Needs::order(id("printed"))).await.unwrap();
        assert!(!rows.archived && rows.order.is_some());
        assert_eq!(statement(&opened, 0, i64::MAX).await.len(), 6);
    })
    .await;
}

/// A page holds 256; archived and live transactions alternate, and share their time in pairs.
#[tokio::test]
async fn a_long_statement_is_merged_in_order() {
    on_both(async |booth| {
        for pair in 0..150_i64 {
            let time = PAST + pair * 10;
            for kind in ["gone", "stays"] {
                let (order, transaction) = (format!("{kind}-{pair}"), format!("{kind}-{pair}"));
                booth.sell(&order, &transaction, time).await;
            }
            booth.print(&format!("gone-{pair}"), time + DAY).await;
        }
        let before = statement(&booth.store, PAST - 98, NOW).await;
        assert_eq!(before.len(), 298);
        booth.archive("old.db").await;
        assert_eq!(statement(&booth.store, PAST - 98, NOW).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_list_says_which_file_an_order_went_to() {
    on_both(async |booth| {
        booth.past().await;
        booth.archive("old.db").await;
        let file = booth.file("old.db").display().to_string();
        for row in booth.store.orders(None, 100).await.unwrap() {
            let archived = SETTLED.contains(&row.order.id.as_str());
            assert_eq!(row.archived_in, archived.then(|| file.clone()), "{}", row.order.id);
            assert_eq!(booth.store.archived_in(row.order.id).await.unwrap(), row.archived_in);
        }
        let paid = booth.store.orders(Some(boothpay_protocol::order::OrderStatus::Expired), 100).await.unwrap();
        assert_eq!(paid.iter().map(|row| row.order.id.as_str()).collect::<Vec<_>>(), ["expired"]);
    })
    .await;
}
