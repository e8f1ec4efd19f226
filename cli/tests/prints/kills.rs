//! Killed at every named place of a print job: nothing that is paid is forgotten, and nothing is printed twice without the program
//! being told.

use crate::booth::{Booth, next, order, paid, printed, says};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_around_the_payments_commit_the_job_is_there_exactly_if_the_payment_is() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        order(&server, "photo-1", 1).await;
        order(&server, "photo-2", 1).await;
        server.kill();
        for (order, place, is_there) in [("photo-1", "before_commit:1", false), ("photo-2", "after_commit:1", true)] {
            let server = booth.serve(Some(place));
            let lost = reqwest::Client::new().post(format!("{}/api/test-payment/{order}", server.page)).send().await;
            assert!(lost.is_err(), "{place}");
            server.finish();
            let server = booth.serve(None);
            let job = next(&server, "").await;
            assert_eq!(job.is_some_and(|job| job["order_id"] == order), is_there, "{place}");
            booth.is_healthy();
            server.kill();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_anywhere_a_job_is_answered_once_in_the_end() {
    // Where the program dies, and whether who asks again is told that somebody may have begun it.
    let places = [("print_leased:1", false), ("print_begun:1", true)];
    for booth in Booth::on_both("") {
        for (number, (place, is_told)) in places.into_iter().enumerate() {
            let server = booth.serve(Some(place));
            let order = format!("photo-{number}");
            paid(&server, &order, 1).await;
            let lost = reqwest::get(format!("{}/api/prints/next", server.page)).await;
            assert!(lost.is_err(), "{place}");
            server.finish();
            let server = booth.serve(None);
            assert_eq!(next(&server, "").await, None, "{place}: as long as whoever took it may still have it");
            booth.leases_end();
            let job = next(&server, "").await.unwrap();
            assert_eq!((&job["order_id"], &job["begun_before"]), (&json!(order), &json!(is_told)), "{place}");
            printed(&server, &job).await;
            booth.is_healthy();
            server.kill();
        }
        // The answer is in the ledger, and the one who gave it has not heard so: he says it again.
        let server = booth.serve(Some("print_reported:1"));
        paid(&server, "photo-9", 1).await;
        let job = next(&server, "").await.unwrap();
        let url = format!("{}/api/prints/{}", server.page, job["job"].as_str().unwrap());
        let said = reqwest::Client::new().post(url).json(&json!({ "result": "printed" })).send().await;
        assert!(said.is_err());
        server.finish();
        let server = booth.serve(None);
        booth.leases_end();
        assert_eq!(next(&server, "").await, None, "it was printed");
        let again = says(&server, &job, json!({ "result": "printed" })).await;
        assert_eq!(again.status, 200, "{}", again.body);
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_database_give_each_job_once() {
    let [_, booth] = Booth::on_both("");
    let servers = [booth.serve(None), booth.serve(None)];
    for number in 0..4 {
        paid(&servers[0], &format!("photo-{number}"), 1).await;
    }
    let [one, other] = &servers;
    let given = tokio::join!(next(one, ""), next(other, ""), next(one, ""), next(other, ""), next(one, ""));
    let given: Vec<_> = <[_; 5]>::from(given).into_iter().flatten().collect();
    let mut orders: Vec<String> = given.iter().map(|job| job["order_id"].to_string()).collect();
    orders.sort();
    orders.dedup();
    assert_eq!((given.len(), orders.len()), (4, 4));
    for (number, job) in given.iter().enumerate() {
        printed(&servers[number % 2], job).await;
    }
    booth.is_healthy();
    for server in servers {
        server.kill();
    }
}
