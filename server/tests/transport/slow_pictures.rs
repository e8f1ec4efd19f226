//! Bodies with pictures that come slowly: whoever sends one waits for himself alone.

use crate::paid_first::Booth;
use axum::body::{Body, Bytes};
use axum::http::Request;
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use serde_json::json;
use std::io;
use tokio::sync::mpsc;

/// More than the pictures that were taken in at once, ever.
const SLOW: usize = 12;

#[tokio::test]
async fn no_number_of_slow_bodies_keeps_a_booth_from_its_shot() {
    let booth = Booth::on("");
    let (begun, mut has_begun) = mpsc::unbounded_channel();
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let made = booth.call("/api/session/create", &json!({ "type": "upload" })).await;
        let begun = begun.clone();
        let first = stream::once(async move {
            begun.send(()).unwrap();
            Ok::<_, io::Error>(Bytes::from_static(b"{\"photo_data\":\""))
        });
        let request = Request::post(format!("/api/session/{}/photos", made["session"]["id"].as_str().unwrap()))
            .header("content-type", "application/json")
            .body(Body::from_stream(first.chain(stream::pending())))
            .unwrap();
        slow.push(booth.world.send(request));
    }
    let shots = booth.call("/api/booth/shots", &json!({ "layout": "single" })).await;
    let shot = async {
        for _ in 0..3 {
            has_begun.recv().await.unwrap();
        }
        booth.bring(shots["id"].as_str().unwrap()).await;
    };
    tokio::select! {
        () = shot => {}
        _ = join_all(slow) => panic!("the booth's shot waited until the slow ones were given up"),
    }
}
