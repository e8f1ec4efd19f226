//! The owner's program asks for jobs and says what came of them.

use crate::booth::{Booth, next, order, paid, printed, prints, says};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paid_order_is_handed_over_once_and_printed() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        assert_eq!(next(&server, "").await, None);
        order(&server, "photo-1", 2).await;
        assert_eq!(next(&server, "").await, None, "it is not paid");
        paid(&server, "photo-1", 2).await;
        let job = next(&server, "").await.unwrap();
        assert_eq!((&job["order_id"], &job["copies"], &job["attempt"]), (&json!("photo-1"), &json!(2), &json!(1)));
        assert_eq!(job["begun_before"], false);
        assert_eq!(next(&server, "?program=another").await, None, "somebody has it");
        let status = server.get("/api/payment-status/photo-1").await.json();
        assert_eq!((&status["status"], &status["print"]), (&json!("success"), &json!("printing")));
        let said = says(&server, &job, json!({ "result": "printing", "copies": 1 })).await;
        assert_eq!((said.status, said.json()["copies_printed"].as_u64()), (200, Some(1)));
        printed(&server, &job).await;
        printed(&server, &job).await;
        let other = says(&server, &job, json!({ "result": "failed" })).await;
        assert_eq!(other.status, 409, "{}", other.body);
        assert_eq!(next(&server, "").await, None);
        let shown = booth.show("photo-1");
        assert_eq!(prints(&shown), ["print_asked", "print_begun", "print_progress", "print_done"]);
        assert_eq!((&shown["print"], &shown["copies_printed"]), (&json!("printed"), &json!(2)));
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_all_copies_is_owed_nothing_whatever_the_program_calls_it() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        for result in ["printing", "failed", "unknown"] {
            paid(&server, result, 2).await;
            let job = next(&server, "").await.unwrap();
            let said = says(&server, &job, json!({ "result": result, "copies": 2 })).await;
            assert_eq!((said.status, &said.json()["print"]), (200, &json!("printed")), "{}", said.body);
            let asked = server.post("/api/prints/ask", &json!({ "order_id": result }).to_string()).await;
            assert_eq!((asked.status, &asked.json()["print"]), (200, &json!("printed")), "{}", asked.body);
            booth.leases_end();
            assert_eq!(next(&server, "").await, None, "{result}: a job without copies");
        }
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn printed_with_fewer_copies_than_were_bought_is_refused_and_changes_nothing() {
    let booth = Booth::with("");
    let server = booth.serve(None);
    paid(&server, "photo-1", 2).await;
    let job = next(&server, "").await.unwrap();
    for copies in [0, 1, 3] {
        let said = says(&server, &job, json!({ "result": "printed", "copies": copies })).await;
        assert_eq!(said.status, 409, "{copies}: {}", said.body);
        assert!(said.body.contains("say failed, with that number"), "{}", said.body);
    }
    assert_eq!(booth.show("photo-1")["print"], "printing");
    let said = says(&server, &job, json!({ "result": "printed", "copies": 2 })).await;
    assert_eq!((said.status, &said.json()["print"]), (200, &json!("printed")), "{}", said.body);
    booth.is_healthy();
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_died_gets_its_job_again_and_knows_it() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        paid(&server, "photo-1", 1).await;
        let first = next(&server, "?program=lab").await.unwrap();
        let again = next(&server, "?program=lab").await.unwrap();
        assert_eq!((&again["job"], &again["begun_before"]), (&first["job"], &json!(true)), "its answer was lost");
        assert_eq!(next(&server, "?program=another").await, None);
        assert_eq!(next(&server, "").await, None);
        booth.leases_end();
        let taken = next(&server, "?program=another").await.unwrap();
        assert_eq!((&taken["job"], &taken["attempt"]), (&first["job"], &json!(2)), "the time of the first is over");
        printed(&server, &taken).await;
        printed(&server, &first).await;
        assert_eq!(next(&server, "?program=lab").await, None);
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_waits_is_answered_when_somebody_pays() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        let (job, ()) = tokio::join!(next(&server, "?wait=50"), paid(&server, "photo-1", 1));
        assert_eq!(job.unwrap()["order_id"], "photo-1");
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_programs_that_ask_at_once_get_each_job_once() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        for number in 1..=3 {
            paid(&server, &format!("photo-{number}"), 1).await;
        }
        let given = tokio::join!(
            next(&server, "?program=a"),
            next(&server, "?program=b"),
            next(&server, "?program=c"),
            next(&server, "?program=d"),
            next(&server, "?program=e"),
        );
        let given: [_; 5] = given.into();
        let mut orders: Vec<String> =
            given.iter().flatten().map(|job| job["order_id"].as_str().unwrap().to_owned()).collect();
        orders.sort();
        assert_eq!(orders, ["photo-1", "photo-2", "photo-3"]);
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_repeated_once_for_what_is_missing_and_then_owed() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        paid(&server, "photo-1", 3).await;
        let first = next(&server, "").await.unwrap();
        let failed = says(&server, &first, json!({ "result": "failed", "copies": 1, "why": "paper\njam" })).await;
        assert_eq!((failed.status, failed.json()["print"].as_str()), (200, Some("asked")), "{}", failed.body);
        let second = next(&server, "").await.unwrap();
        assert_eq!(second["copies"], 2, "one is out");
        assert_ne!(second["job"], first["job"]);
        let late = says(&server, &first, json!({ "result": "printed" })).await;
        assert_eq!(late.status, 409, "a later job has taken its place: {}", late.body);
        let failed = says(&server, &second, json!({ "result": "failed", "why": "still jammed" })).await;
        assert_eq!((failed.status, failed.json()["print"].as_str()), (200, Some("claim")));
        assert_eq!(next(&server, "").await, None, "nobody prints it by itself any more");
        let owed = booth.owed();
        assert_eq!((owed.len(), &owed[0]["owed_prints"]["copies"]), (1, &json!(2)));
        assert!(server.err.so_far().contains("PAID AND NOT PRINTED: still jammed"), "{}", server.err.so_far());
        let asked = server.post("/api/prints/ask", r#"{"order_id": "photo-1"}"#).await;
        assert_eq!((asked.status, asked.json()["print"].as_str()), (200, Some("asked")), "{}", asked.body);
        let again = server.post("/api/prints/ask", r#"{"order_id": "photo-1"}"#).await;
        assert_eq!((again.status, again.json()["print"].as_str()), (200, Some("asked")), "once");
        let third = next(&server, "").await.unwrap();
        assert_eq!(third["copies"], 2);
        printed(&server, &third).await;
        assert_eq!((next(&server, "").await, booth.owed().len()), (None, 0));
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_sense_is_refused_with_the_reason_and_changes_nothing() {
    let booth = Booth::with("");
    let server = booth.serve(None);
    paid(&server, "photo-1", 2).await;
    let job = next(&server, "").await.unwrap();
    let before = booth.show("photo-1");
    for (body, said) in [
        (json!({}), "result is missing"),
        (json!({ "result": 1 }), "result must be a string"),
        (json!({ "result": "done" }), "printing, printed, failed or unknown"),
        (json!({ "result": "failed", "copies": 3 }), "number of copies"),
        (json!({ "result": "failed", "copies": -1 }), "copies must be a whole number"),
        (json!({ "result": "failed", "why": 5 }), "why must be a string"),
    ] {
        let refused = says(&server, &job, body.clone()).await;
        assert!(refused.status >= 400 && refused.body.contains(said), "{body}: {}", refused.body);
    }
    for job in ["print_0", "msg_1", "%20", "x".repeat(80).as_str()] {
        let refused = server.post(&format!("/api/prints/{job}"), r#"{"result": "printed"}"#).await;
        assert_eq!(refused.status, 404, "{job}: {}", refused.body);
    }
    for query in ["?wait=51", "?wait=-1", "?wait=x", "?program=", "?program=%0a"] {
        let refused = server.get(&format!("/api/prints/next{query}")).await;
        assert_eq!(refused.status, 400, "{query}: {}", refused.body);
    }
    assert_eq!(booth.show("photo-1"), before);
    server.kill();
}
