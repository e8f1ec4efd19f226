//! Prints that did not come out, or of which nobody knows: who is asked, what is owed, and what the owner can do.

use crate::booth::{Booth, next, order, paid, printed, prints, says};
use crate::support::Running;
use serde_json::{Value, json};

async fn came_out(server: &Running, order: &str, copies: u16) -> (u16, Value) {
    let body = json!({ "copies": copies }).to_string();
    let answer = server.post(&format!("/api/booth/orders/{order}/came-out"), &body).await;
    (answer.status, answer.json())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_what_nobody_knows_the_customer_is_asked() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        for id in ["photo-1", "photo-2"] {
            paid(&server, id, 1).await;
            let job = next(&server, "").await.unwrap();
            let said = says(&server, &job, json!({ "result": "unknown", "why": "the printer is silent" })).await;
            assert_eq!((said.status, said.json()["print"].as_str()), (200, Some("unknown")));
        }
        assert_eq!(next(&server, "").await, None);
        assert_eq!(booth.owed().len(), 2, "until somebody has looked");
        let (status, order) = came_out(&server, "photo-1", 1).await;
        assert_eq!((status, &order["print"]["state"]), (200, &json!("printed")));
        let (status, order) = came_out(&server, "photo-2", 0).await;
        assert_eq!((status, &order["print"]["state"]), (200, &json!("asked")));
        assert_eq!(came_out(&server, "photo-1", 0).await.0, 409, "a customer cannot have it printed twice");
        let job = next(&server, "").await.unwrap();
        says(&server, &job, json!({ "result": "unknown" })).await;
        let (status, order) = came_out(&server, "photo-2", 0).await;
        assert_eq!((status, &order["print"]["state"]), (200, &json!("claim")), "it was repeated once");
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_nobody_takes_becomes_a_claim_and_one_that_nobody_answers_a_question() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        paid(&server, "photo-1", 1).await;
        booth.waiting_ends();
        let shown = booth.until("photo-1", "claim");
        assert_eq!(prints(&shown), ["print_asked", "print_claim_opened"]);
        assert_eq!(next(&server, "").await, None, "an hour later it would be a stranger's");
        paid(&server, "photo-2", 1).await;
        let job = next(&server, "").await.unwrap();
        booth.waiting_ends();
        booth.until("photo-2", "unknown");
        // The program was only slow.
        printed(&server, &job).await;
        assert_eq!(booth.owed().len(), 1);
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_has_its_days_and_after_them_the_owner_decides() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        paid(&server, "photo-1", 1).await;
        booth.waiting_ends();
        booth.until("photo-1", "claim");
        booth.sql("update orders set print_until_ms = 5");
        let over = server.post("/api/prints/ask", r#"{"order_id": "photo-1"}"#).await;
        assert!(over.status == 409 && over.body.contains("the time of this claim is over"), "{}", over.body);
        let owed = booth.owed();
        assert_eq!(owed.len(), 1, "it is owed all the same");
        let cure = owed[0]["owed_prints"]["next"].as_str().unwrap();
        assert!(cure.contains("the days of the claim are over") && cure.contains("order reprint photo-1"), "{cure}");
        assert_eq!(booth.reprint("photo-1").code, Some(0));
        printed(&server, &next(&server, "").await.unwrap()).await;
        assert_eq!(booth.owed().len(), 0);
        // What came out can be printed once more, whole.
        assert_eq!(booth.reprint("photo-1").code, Some(0));
        assert_eq!(next(&server, "").await.unwrap()["copies"], 1);
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_comes_late_is_a_claim_and_prints_nothing_by_itself() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        order(&server, "photo-1", 1).await;
        let create = json!({ "id": "payme-1", "time": 1_640_000_000_000_i64, "amount": 2_000_000, "account": { "order_id": "photo-1" } });
        assert_eq!(server.payme("", "CreateTransaction", create).await["result"]["state"], 1);
        booth.sql("update orders set expires_at_ms = created_at_ms + 1");
        let performed = server.payme("", "PerformTransaction", json!({ "id": "payme-1" })).await;
        // In time by the grace: the customer stands there.
        assert_eq!(performed["result"]["state"], 2, "{performed}");
        assert_eq!(booth.show("photo-1")["print"], "asked");
        order(&server, "photo-2", 1).await;
        let create = json!({ "id": "payme-2", "time": 1_640_000_000_000_i64, "amount": 2_000_000, "account": { "order_id": "photo-2" } });
        assert_eq!(server.payme("", "CreateTransaction", create).await["result"]["state"], 1);
        booth.sql("update orders set expires_at_ms = 1 where order_id = 'photo-2'");
        let performed = server.payme("", "PerformTransaction", json!({ "id": "payme-2" })).await;
        assert_eq!(performed["result"]["state"], 2, "{performed}");
        assert_eq!(booth.show("photo-2")["print"], "claim");
        assert_eq!(next(&server, "").await.unwrap()["order_id"], "photo-1");
        assert_eq!(next(&server, "").await, None);
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_back_is_not_printed() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        order(&server, "photo-1", 1).await;
        let create = json!({ "id": "payme-1", "time": 1_640_000_000_000_i64, "amount": 2_000_000, "account": { "order_id": "photo-1" } });
        server.payme("", "CreateTransaction", create).await;
        server.payme("", "PerformTransaction", json!({ "id": "payme-1" })).await;
        let back = server.payme("", "CancelTransaction", json!({ "id": "payme-1", "reason": 5 })).await;
        assert_eq!(back["result"]["state"], -2, "{back}");
        assert_eq!(next(&server, "").await, None);
        assert_eq!(booth.show("photo-1")["print"], "stopped");
        assert_eq!(booth.owed().len(), 0);
        let asked = server.post("/api/prints/ask", r#"{"order_id": "photo-1"}"#).await;
        assert_eq!(asked.status, 409, "{}", asked.body);
        booth.is_healthy();
        server.kill();
    }
}

/// Whoever can guess an old number, of a program before this one too, must not get its prints.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_paid_long_before_jobs_were_made_is_printed_for_the_booths_people_alone() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        for order in ["photo-1", "photo-2"] {
            paid(&server, order, 1).await;
        }
        booth.sql("delete from tasks");
        booth.sql(
            "update orders set print_job = null, print_state = null, copies_printed = null, print_until_ms = null",
        );
        booth.sql("update transactions set create_time_ms = 1, perform_time_ms = 1 where order_row = (select order_row from orders where order_id = 'photo-1')");
        let refused = server.post("/api/prints/ask", r#"{"order_id": "photo-1"}"#).await;
        assert_eq!(refused.status, 409);
        assert!(refused.body.contains("the time of this claim is over"), "{}", refused.body);
        assert_eq!(server.post("/api/prints/ask", r#"{"order_id": "photo-2"}"#).await.status, 200);
        server.kill();
        assert_eq!(booth.reprint("photo-1").code, Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_the_settings_forgets_no_print() {
    let booth = Booth::with("");
    let server = booth.serve(None);
    paid(&server, "photo-1", 1).await;
    server.kill();
    booth.folder.write("boothpay.toml", "[api]\nclaim_at_screen = true\n");
    booth.waiting_ends();
    let server = booth.serve(None);
    booth.until("photo-1", "claim");
    let granted = server.post("/api/booth/orders/photo-1/print", r#"{"page": "page-one"}"#).await;
    assert_eq!(granted.status, 200, "the booth's page honours it: {}", granted.body);
    let again = server.post("/api/booth/orders/photo-1/print", r#"{"page": "page-two"}"#).await;
    assert_eq!(again.status, 409, "once: {}", again.body);
    let refused = server.get("/api/prints/next").await;
    assert!(refused.status == 409 && refused.body.contains("own program"), "{}", refused.body);
    booth.is_healthy();
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_is_put_right_by_a_statement_is_printed() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        order(&server, "photo-1", 1).await;
        let (id, account) = ("5305e3bab097f420a62ced01", json!({ "order_id": "photo-1" }));
        let create = json!({ "id": id, "time": 1_640_000_000_000_i64, "amount": 2_000_000, "account": account });
        assert_eq!(server.payme("", "CreateTransaction", create).await["result"]["state"], 1);
        let row = format!("{id};photo-1;{};20 000,00;Оплачен\n", jiff::Timestamp::now());
        booth.folder.write("payme.csv", &format!("ID;Заказ;Дата;Сумма;Статус\n{row}"));
        let put = booth.folder.run(&["reconcile", "payme.csv", "--wallet", "payme", "--put-right", "photo-1"], &[]);
        assert_eq!(booth.show("photo-1")["print"], "asked", "{}{}", put.out, put.err);
        assert_eq!(next(&server, "").await.unwrap()["order_id"], "photo-1");
        booth.is_healthy();
        server.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_is_gone_is_found() {
    for booth in Booth::on_both("") {
        let server = booth.serve(None);
        paid(&server, "photo-1", 1).await;
        server.kill();
        booth.is_healthy();
        booth.sql("delete from tasks where kind = 'print'");
        let verified = booth.folder.run(&["verify"], &[]);
        let text = format!("{}{}", verified.out, verified.err);
        assert!(verified.code != Some(0) && text.contains("its prints wait for job"), "{text}");
    }
}
