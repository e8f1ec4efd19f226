//! Messages that get there, at once or in the end.

use crate::receiver::Answer::{Silence, Status};
use crate::receiver::{Received, Receiver};
use crate::signature::is_signed;
use crate::world::{START, World};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::limits::TASK_PAUSES;
use boothpay_protocol::ledger::order::OrderId;
use boothpay_protocol::ledger::task::TaskState;
use boothpay_server::orders::Orders;
use boothpay_server::tasks;
use boothpay_store::{Address, TaskCounts};
use boothpay_test_support::own_port;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// How long a test waits for the job.
const PATIENCE: Duration = Duration::from_secs(20);

/// A section of the settings.
pub fn webhook(name: &str, url: &str, more: &str) -> String {
    format!("[[webhooks]]\nname = \"{name}\"\nurl = \"{url}\"\nsecret = \"{SECRET}\"\nallow_private = true\n{more}\n")
}

/// The job that carries tasks out.
pub fn carry_out(world: &World) -> JoinHandle<()> {
    tokio::spawn(tasks::run(Arc::clone(&world.app)))
}

/// Waits until the tasks are as asked for.
pub async fn until(world: &World, wanted: impl Fn(TaskCounts) -> bool) {
    let look = async {
        while !wanted(world.app.store.task_counts().await.unwrap()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("the tasks do not get there");
}

async fn stop(world: &World, job: JoinHandle<()>) {
    world.shutdown.stop();
    tokio::time::timeout(PATIENCE, job).await.expect("the job does not end").unwrap();
}

#[tokio::test]
async fn a_payment_is_told_once_and_signed_with_each_secret() {
    let mut receiver = Receiver::start(&[Status(204, "")]).await;
    let both = webhook("books", &receiver.url(), "").replace(SECRET, &format!("{SECRET} {OLD_SECRET}"));
    let world = World::new(&both);
    let job = carry_out(&world);
    world.order("a").await;
    world.pay("a", "p1").await;
    let message = receiver.next().await;
    assert!(message.head.starts_with("POST /hook?from=booth HTTP/1.1"), "{}", message.head);
    assert_eq!(message.header("content-type"), "application/json");
    assert_eq!(message.header("host"), receiver.address.to_string());
    assert_eq!(message.header("webhook-timestamp"), (START / 1000).to_string());
    assert!(is_signed(&message, SECRET) && is_signed(&message, OLD_SECRET));
    let expected = json!({
        "type": "order.paid",
        "timestamp": "2023-11-14T22:13:20.000Z",
        "data": {
            "order_id": "a", "version": 3, "status": "paid", "amount_tiyin": 1_000_000, "copies": 1,
            "booth": {"id": "main", "name": "Photobooth"},
            "transaction": {"number": "1", "provider": "payme", "id": "p1", "amount_tiyin": 1_000_000, "proven": true, "verified": true},
        },
    });
    assert_eq!(message.json(), expected);
    until(&world, |counts| counts == TaskCounts { open: 0, done: 1, failed: 0 }).await;
    assert_eq!(receiver.rest().len(), 0);
    stop(&world, job).await;
}

#[tokio::test]
async fn a_receiver_that_fails_is_told_again_under_the_same_key() {
    let mut receiver = Receiver::start(&[Status(500, ""), Status(200, "")]).await;
    let world = World::new(&webhook("books", &receiver.url(), "events = [\"order.paid\"]"));
    let job = carry_out(&world);
    world.order("a").await;
    world.pay("a", "p1").await;
    let first = receiver.next().await;
    until_waiting(&world, 1, "it answered 500").await;
    let later = START + TASK_PAUSES[0].1.ms();
    world.set_time(later);
    let second = receiver.next().await;
    assert_eq!((first.header("webhook-id"), &first.body), (second.header("webhook-id"), &second.body));
    assert_eq!(second.header("webhook-timestamp"), (later / 1000).to_string(), "a receiver refuses old ones");
    assert!(is_signed(&first, SECRET) && is_signed(&second, SECRET));
    until(&world, |counts| counts.done == 1).await;
    stop(&world, job).await;
}

/// Waits until so many tasks have failed once and wait, for this reason.
async fn until_waiting(world: &World, count: usize, why: &str) {
    let look = async {
        loop {
            let tasks = world.app.store.tasks(&["waiting"], 100).await.unwrap();
            let errors: Vec<String> = tasks.into_iter().filter_map(|task| task.last_error).collect();
            if errors.len() == count {
                return errors;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let errors = tokio::time::timeout(PATIENCE, look).await.expect("nothing has failed");
    assert!(errors.iter().all(|error| error.contains(why)), "{errors:?}");
}

#[tokio::test]
async fn a_receiver_that_was_gone_is_told_everything_when_it_is_back() {
    let address = SocketAddr::from(([127, 0, 0, 1], own_port()));
    let world = World::new(&webhook("books", &format!("http://{address}/hook"), ""));
    let job = carry_out(&world);
    for order in ["a", "b", "c"] {
        world.order(order).await;
        world.pay(order, order).await;
    }
    until_waiting(&world, 3, "it cannot be reached").await;
    let mut back = Receiver::at(address, &[Status(200, "")]).await;
    // Also what was tried while it was away, however often.
    world.set_time(START + 86_400_000);
    let mut told: Vec<String> = Vec::new();
    for _ in 0..3 {
        told.push(back.next().await.json()["data"]["order_id"].as_str().unwrap().to_owned());
    }
    told.sort();
    assert_eq!(told, ["a", "b", "c"]);
    until(&world, |counts| counts == TaskCounts { open: 0, done: 3, failed: 0 }).await;
    stop(&world, job).await;
}

#[tokio::test]
async fn who_wants_no_more_is_given_up_at_once_and_can_be_asked_for_again() {
    let mut receiver = Receiver::start(&[Status(410, ""), Status(200, "")]).await;
    let world = World::new(&webhook("books", &receiver.url(), ""));
    let job = carry_out(&world);
    world.order("a").await;
    world.pay("a", "p1").await;
    receiver.next().await;
    until(&world, |counts| counts.failed == 1).await;
    let task = world.app.store.tasks(&["failed"], 1).await.unwrap().pop().unwrap();
    assert!(task.last_error.clone().unwrap().contains("410"), "{task:?}");
    assert!(world.app.store.retry_task(task.number, world.app.clock.now()).await.unwrap());
    receiver.next().await;
    until(&world, |counts| counts.done == 1).await;
    stop(&world, job).await;
}

/// Two receivers take connections and say nothing. Payments and the third receiver do not notice.
#[tokio::test]
async fn receivers_that_hang_hold_up_no_payment_and_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let hanging = [Receiver::start(&[Silence]).await, Receiver::start(&[Silence]).await];
    let mut good = Receiver::start(&[Status(200, "")]).await;
    let sections = [
        webhook("hangs", &hanging[0].url(), ""),
        webhook("hangs-too", &hanging[1].url(), ""),
        webhook("good", &good.url(), "events = [\"order.paid\"]"),
    ];
    let world = World::on(&sections.concat(), &Address::SqliteFile(folder.path().join("hanging.db")));
    let job = carry_out(&world);
    const PAYMENTS: usize = 60;
    for number in 0..PAYMENTS {
        let order = format!("order-{number}");
        world.order(&order).await;
        world.pay(&order, &order).await;
    }
    let mut told: Vec<Received> = Vec::new();
    for _ in 0..PAYMENTS {
        told.push(good.next().await);
    }
    until(&world, |counts| counts.done == PAYMENTS as i64).await;
    // Of those who hang, only so many are asked at the same time.
    let leased = world.app.store.tasks(&["leased"], 1000).await.unwrap();
    assert_eq!(leased.len(), 16, "eight for each");
    // And stopping does not wait for them: whoever starts next tries again at once.
    stop(&world, job).await;
    let open = world.app.store.tasks(&["waiting", "leased"], 1000).await.unwrap();
    assert_eq!(open.len(), 2 * PAYMENTS);
    let is_due = |due| due <= world.app.clock.now();
    assert!(open.iter().all(|task| matches!(task.state, TaskState::Waiting { due } if is_due(due))));
}

#[tokio::test]
async fn each_is_told_only_what_it_wants() {
    let mut paid = Receiver::start(&[Status(200, "")]).await;
    let mut closed = Receiver::start(&[Status(200, "")]).await;
    let world = World::new(&format!(
        "{}{}",
        webhook("paid", &paid.url(), "events = [\"order.paid\", \"order.refunded\"]"),
        webhook("closed", &closed.url(), "events = [\"order.expired\", \"order.cancelled\"]"),
    ));
    let job = carry_out(&world);
    for order in ["a", "b", "c"] {
        world.order(order).await;
    }
    world.pay("a", "p1").await;
    world.carry_out("CancelTransaction", r#"{"id":"p1","reason":5}"#).await;
    let app = &world.app;
    let orders = Orders { store: &app.store, clock: &app.clock, settings: &app.settings, actor: Actor::Booth };
    orders.cancel(OrderId::parse("b").unwrap()).await.unwrap().unwrap();
    world.set_time(START + 3_600_000);
    boothpay_server::sweep::once(&world.app).await.unwrap();
    let kinds = async |receiver: &mut Receiver| {
        let mut kinds = [receiver.next().await, receiver.next().await].map(|it| it.json()["type"].to_string());
        kinds.sort();
        kinds.join(" ")
    };
    assert_eq!(kinds(&mut paid).await, r#""order.paid" "order.refunded""#);
    assert_eq!(kinds(&mut closed).await, r#""order.cancelled" "order.expired""#);
    until(&world, |counts| counts == TaskCounts { open: 0, done: 4, failed: 0 }).await;
    stop(&world, job).await;
}
