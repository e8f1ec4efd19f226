//! Two booths, each with a server of its own, on one PostgreSQL: money comes in at either, prints belong to one.

use crate::booth::{Booth, OWN_PROGRAM, next, order, printed, prints, says};
use crate::support::Running;
use serde_json::json;

const PAGE: &str = r#"{"page": "page-one"}"#;

/// A wallet's call, which may reach any server, brings the money of an order.
async fn pay(at: &Running, order: &str) {
    let paid = at.post(&format!("/api/test-payment/{order}"), "{}").await;
    assert_eq!(paid.status, 200, "{}", paid.body);
}

/// A customer makes an order at the booth's own screen.
async fn order_at_screen(server: &Running, session: serde_json::Value) -> String {
    let wanted = json!({ "copies": 1, "paymentType": "payme", "session": session });
    let made = server.post("/api/booth/orders", &wanted.to_string()).await;
    assert_eq!(made.status, 200, "{}", made.body);
    made.json()["order_id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prints_and_claims_belong_to_the_booth_where_the_order_was_made() {
    let [here, there] = Booth::two(["chilonzor", "yunusobod"]);
    let (at_here, at_there) = (here.serve(None), there.serve(None));
    order(&at_here, "photo-1", 1).await;
    // The wallet's call may reach either server.
    let paid = at_there.post("/api/test-payment/photo-1", "{}").await;
    assert_eq!(paid.status, 200, "{}", paid.body);
    assert_eq!(next(&at_there, "").await, None, "the other booth's program prints nothing of it");
    let job = next(&at_here, "").await.unwrap();
    assert_eq!((&job["order_id"], &job["booth"]), (&json!("photo-1"), &json!("Booth chilonzor")));
    // Its program says nothing about it either.
    let address = format!("/api/prints/{}", job["job"].as_str().unwrap());
    for result in ["printed", "failed", "printing"] {
        let said = at_there.post(&address, &json!({ "result": result }).to_string()).await;
        assert_eq!(said.status, 404, "{result}: {}", said.body);
    }
    for result in ["unknown", "failed"] {
        says(&at_here, &job, json!({ "result": result })).await;
    }
    let second = next(&at_here, "").await.unwrap();
    says(&at_here, &second, json!({ "result": "failed" })).await;
    assert_eq!(here.show("photo-1")["print"], "claim");
    // Whoever types the number at the other booth is shown his order, and sent where it prints.
    let seen = at_there.get("/api/booth/orders/photo-1").await;
    assert_eq!((seen.status, &seen.json()["print"]["state"]), (200, &json!("claim")), "{}", seen.body);
    for (call, body) in
        [("print", r#"{"page": "page-one"}"#), ("came-out", r#"{"copies": 1}"#), ("cancel", "{}"), ("printed", "{}")]
    {
        let refused = at_there.post(&format!("/api/booth/orders/photo-1/{call}"), body).await;
        assert!(refused.status == 403 && refused.body.contains("Booth chilonzor"), "{call}: {}", refused.body);
    }
    assert_eq!(here.show("photo-1")["print"], "claim", "nothing has changed");
    let asked = at_here.post("/api/prints/ask", r#"{"order_id": "photo-1"}"#).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    assert_eq!(next(&at_there, "").await, None);
    printed(&at_here, &next(&at_here, "").await.unwrap()).await;
    here.is_healthy();
    at_here.kill();
    at_there.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_printed_as_its_own_booth_prints_whichever_server_the_money_reaches() {
    let printer = "by = \"printer\"\nprinter = \"ipp://127.0.0.1:9/ipp/print\"\n";
    let [own, receipt, printer] = Booth::sharing([
        ("own", "", OWN_PROGRAM),
        ("receipt", "", "by = \"receipt\"\n"),
        ("printer", "[photos]\nsource = \"boothpay\"\n", printer),
    ]);
    let (at_own, at_receipt, at_printer) = (own.serve(None), receipt.serve(None), printer.serve(None));
    // Its own program prints it, also when the money came where a page prints, or where a printer prints only its own page's pictures.
    for (at, id) in [(&at_receipt, "photo-1"), (&at_printer, "photo-2")] {
        order(&at_own, id, 1).await;
        pay(at, id).await;
        assert_eq!(own.show(id)["print"], "asked", "paid, and nothing follows");
        let job = next(&at_own, "").await.unwrap();
        assert_eq!(job["order_id"], json!(id));
        printed(&at_own, &job).await;
    }
    // Its page prints it, also when the money came where a program prints.
    let number = order_at_screen(&at_receipt, json!(null)).await;
    pay(&at_own, &number).await;
    assert_eq!(prints(&receipt.show(&number)), [""; 0], "no job that nobody at that booth would take");
    let granted = at_receipt.post(&format!("/api/booth/orders/{number}/print"), PAGE).await;
    assert_eq!(granted.status, 200, "{}", granted.body);
    assert_eq!(next(&at_own, "").await, None);
    own.is_healthy();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_pays_before_the_pictures_takes_them_also_when_the_money_came_in_elsewhere() {
    let first = "[photos]\nsource = \"boothpay\"\npay = \"first\"\n";
    let [here, there] = Booth::sharing([("here", first, OWN_PROGRAM), ("there", "", "by = \"receipt\"\n")]);
    let (at_here, at_there) = (here.serve(None), there.serve(None));
    let session = at_here.post("/api/booth/shots", r#"{"layout": "single"}"#).await.json();
    let number = order_at_screen(&at_here, session["id"].clone()).await;
    pay(&at_there, &number).await;
    assert_eq!(here.show(&number)["print"], "shots");
    let shots = at_here.post(&format!("/api/booth/orders/{number}/shots"), "{}").await;
    assert_eq!(shots.status, 200, "{}", shots.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ends_and_what_is_printed_again_follows_the_orders_own_booth() {
    let own = format!("{OWN_PROGRAM}claim_days = 2\n");
    let [own, receipt] = Booth::sharing([("own", "", &own), ("receipt", "", "by = \"receipt\"\nclaim_days = 90\n")]);
    let (at_own, at_receipt) = (own.serve(None), receipt.serve(None));
    order(&at_own, "photo-1", 1).await;
    pay(&at_receipt, "photo-1").await;
    let number = order_at_screen(&at_receipt, json!(null)).await;
    pay(&at_receipt, &number).await;
    assert_eq!(at_receipt.post(&format!("/api/booth/orders/{number}/print"), PAGE).await.status, 200);
    // Only the other booth's server is left, and ends what nobody takes.
    at_own.kill();
    own.waiting_ends();
    let claim = own.until("photo-1", "claim");
    let opened = claim["journal"].as_array().unwrap().iter().find(|row| row["what"]["change"] == "print_claim_opened");
    let opened = opened.unwrap();
    let days = (opened["what"]["until"].as_i64().unwrap() - opened["at"].as_i64().unwrap()) / 86_400_000;
    assert_eq!(days, 2, "{opened:#}");
    // A person says it at either booth.
    assert_eq!(receipt.reprint("photo-1").code, Some(0));
    assert_eq!(own.show("photo-1")["print"], "asked", "a job, as that booth prints");
    assert_eq!(own.reprint(&number).code, Some(0));
    let shown = receipt.show(&number);
    let last = shown["journal"].as_array().unwrap().last().unwrap();
    assert_eq!(last["what"]["change"], "reprint_allowed", "its page prints it once more");
    // What has changed of a booth counts everywhere once its server has started anew.
    let settings = std::fs::read_to_string(own.folder.path().join("boothpay.toml")).unwrap();
    own.folder.write("boothpay.toml", &settings.replace("own program", "receipt"));
    let at_own = own.serve(None);
    order(&at_own, "photo-2", 1).await;
    pay(&at_receipt, "photo-2").await;
    assert_eq!(prints(&own.show("photo-2")), [""; 0]);
    own.is_healthy();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_that_count_and_are_called_the_same_way_never_share_an_order() {
    let [here, there] = Booth::two(["here", "there"]);
    let (at_here, at_there) = (here.serve(None), there.serve(None));
    order(&at_here, "photo-1", 1).await;
    let offer = r#"{"order_id": "photo-1", "paymentType": "payme", "amount": 20000}"#;
    for state in ["pending", "success"] {
        let refused = at_there.post("/api/generate-qr", offer).await;
        assert!(refused.status == 409 && refused.body.contains("Booth here"), "{state}: {}", refused.body);
        let status = at_here.get("/api/payment-status/photo-1").await.json();
        assert_eq!(status["status"], state);
        if state == "pending" {
            pay(&at_there, "photo-1").await;
        }
    }
    // A program that asks by its name is given what it has at its own booth.
    let job = next(&at_here, "?program=lab").await.unwrap();
    assert_eq!(next(&at_there, "?program=lab").await, None);
    assert_eq!(next(&at_here, "?program=lab").await.unwrap()["job"], job["job"]);
    // Twice failed: a claim, which is asked for where it prints.
    says(&at_here, &job, json!({ "result": "failed" })).await;
    let again = next(&at_here, "?program=lab").await.unwrap();
    says(&at_here, &again, json!({ "result": "failed" })).await;
    assert_eq!(here.show("photo-1")["print"], "claim");
    let ask = r#"{"order_id": "photo-1"}"#;
    let refused = at_there.post("/api/prints/ask", ask).await;
    assert!(refused.status == 403 && refused.body.contains("Booth here"), "{}", refused.body);
    assert_eq!(here.show("photo-1")["print"], "claim", "nothing has changed");
    assert_eq!(at_here.post("/api/prints/ask", ask).await.status, 200);
}
