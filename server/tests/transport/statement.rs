//! GetStatement over HTTP: a body that is sent as it is read is one JSON value still (`reference/payme.md §2.7`).

use crate::world::{START, World, rpc};
use boothpay_store::Address;
use futures_util::future::join_all;
use serde_json::{Value, json};

async fn statement(world: &World, from: i64, to: i64) -> Value {
    let body = rpc("GetStatement", &format!(r#"{{"from":{from},"to":{to}}}"#));
    let answer = world.post("/api/payme/webhook", &body).await;
    assert_eq!(answer.code(), 0);
    let answer = answer.json();
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "result"]);
    answer["result"]["transactions"].clone()
}

#[tokio::test]
async fn a_long_statement_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = Address::SqliteFile(folder.path().join("booth.db"));
    // A page has 256 rows: none, one, a page to the row, one more, and several pages.
    for database in [Address::SqliteMemory, file] {
        let world = World::on("", &database);
        let ids: Vec<String> = (0..600).map(|number| format!("p-{number:03}")).collect();
        for part in ids.chunks(100) {
            let orders: Vec<String> = part.iter().map(|id| format!("order-{id}")).collect();
            join_all(orders.iter().map(|order| world.order(order))).await;
            let times = |id: &String| START + id[2..].parse::<i64>().unwrap();
            join_all(part.iter().zip(&orders).map(|(id, order)| world.hold_at(order, id, times(id)))).await;
        }
        for count in [0, 1, 255, 256, 257, 512, 600] {
            let items = statement(&world, START, START + count - 1).await;
            let found: Vec<&str> = items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
            assert_eq!(found, ids[..usize::try_from(count).unwrap()], "{count} transactions on {database}");
        }
    }
}

#[tokio::test]
async fn an_items_members_are_those_of_the_documentation() {
    let world = World::development();
    world.order("booth-1").await;
    let account = r#"{ "phone":"+998",  "order_id" : "booth-1" }"#;
    let params = format!(r#"{{"id":"p-1","time":1640000000000,"amount":1000000,"account":{account}}}"#);
    world.carry_out("CreateTransaction", &params).await;
    world.set_time(START + 1000);
    world.carry_out("PerformTransaction", r#"{"id":"p-1"}"#).await;
    world.set_time(START + 2000);
    world.carry_out("CancelTransaction", r#"{"id":"p-1","reason":5}"#).await;
    let item = json!({
        "id": "p-1", "time": 1_640_000_000_000_i64, "amount": 1_000_000,
        "account": { "phone": "+998", "order_id": "booth-1" },
        "create_time": START, "perform_time": START + 1000, "cancel_time": START + 2000,
        "transaction": "1", "state": -2, "reason": 5, "receivers": null,
    });
    assert_eq!(statement(&world, 1_640_000_000_000, 1_640_000_000_000).await, json!([item]));
    assert_eq!(statement(&world, START, START + 5000).await, json!([]), "it belongs to Payme's time");
    let body = rpc("GetStatement", r#"{"from":0,"to":9000000000000}"#);
    let sent = world.post("/api/payme/webhook", &body).await;
    assert!(sent.text().contains(account), "the account is sent letter by letter: {}", sent.text());
}
