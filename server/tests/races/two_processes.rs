//! Two servers on one PostgreSQL database, calls sprayed over both: they answer as one.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::Barrier;
use std::time::Duration;

use boothpay_store::Address;
use boothpay_test_support::Cluster;

use crate::loopback::{Answer, Booth, Request, cancel, check, create, offer, perform, status};
use crate::performed;

const BUSY: i64 = -31099;

pub fn two() -> [Booth; 2] {
    let database = Cluster::shared().database();
    let address = Address::parse(&database.url).unwrap();
    [Booth::on(address.clone(), None), Booth::on(address, None)]
}

/// Sends all at the same instant, in turns to one and the other.
pub fn spray(booths: &[Booth; 2], requests: &[Request]) -> Vec<Answer> {
    let barrier = Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let send = |(index, request)| {
            let (booth, barrier): (&Booth, _) = (&booths[index % 2], &barrier);
            scope.spawn(move || booth.exchange(request, barrier))
        };
        let sent: Vec<_> = requests.iter().enumerate().map(send).collect();
        sent.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn of_fifty_payments_of_one_order_one_begins() {
    let booths = two();
    for round in 0..5 {
        let order = format!("order-{round}");
        booths[0].ask(offer(&order, 0));
        let calls: Vec<Request> = (0..50).map(|index| create(&format!("t-{round}-{index}"), &order)).collect();
        let answers = spray(&booths, &calls);
        let lost = answers.iter().filter(|answer| answer.outcome() == Err(BUSY)).count();
        let won = answers.iter().filter(|answer| answer.outcome().is_ok()).count();
        assert_eq!((won, lost), (1, 49), "{answers:?}");
        assert_eq!(booths[1].stored(&order).transactions.len(), 1);
    }
}

#[test]
fn the_same_call_has_the_same_answer_wherever_it_goes() {
    let booths = two();
    for round in 0..10 {
        let (order, id) = (format!("order-{round}"), format!("t-{round}"));
        let answers = spray(&booths, &vec![offer(&order, 0); 10]);
        assert!(answers.iter().all(|answer| answer == &answers[0] && answer.status == 200), "{answers:?}");
        for call in [create(&id, &order), perform(&id), check(&id), cancel(&id, 5), check(&id)] {
            let answers = spray(&booths, &vec![call; 20]);
            assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
            assert!(answers[0].outcome().is_ok(), "{answers:?}");
        }
        assert_eq!(booths[0].stored(&order).count(performed), 1);
        assert_eq!(booths[1].ask(status(&order)).body["status"], "refunded");
    }
}

#[test]
fn a_page_follows_its_order_when_the_webhook_lands_elsewhere() {
    let [here, there] = two();
    here.ask(offer("watched", 0));
    let mut page = TcpStream::connect(here.address).unwrap();
    page.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    page.write_all(b"GET /api/booth/orders/watched/events HTTP/1.1\r\nHost: booth\r\n\r\n").unwrap();
    let mut lines = BufReader::new(page).lines();
    // News of a change may come again, so the page waits for what it has not seen yet.
    let mut until = |word: &str| {
        lines.by_ref().map(Result::unwrap).find(|line| line.starts_with("data:") && line.contains(word)).expect(word)
    };
    until("pending");
    there.ask(create("t", "watched")).outcome().unwrap();
    until("processing");
    there.ask(perform("t")).outcome().unwrap();
    until("success");
}
