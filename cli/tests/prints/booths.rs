//! Two booths, each with a server of its own, on one PostgreSQL: money comes in at either, prints belong to one.

use crate::booth::{Booth, next, order, printed, says};
use serde_json::json;

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
