//! The session calls of the first user's page.

use crate::booth::{Booth, HEIC, PATIENCE, PHONE, bytes_of, call, data_url, id, photos, session, until};
use reqwest::Method;
use serde_json::{Value, json};

/// In production: who is not the owner lists nothing.
const PRODUCTION: &str = "[payme]\nmerchant_id = \"670a6af1a048b8a82254e446\"\nkey = \"k:ey&@?#%^=$!-of-36-characters-xxxxx\"\n\
                          [admin]\ntoken = \"an-owners-token-of-30-letters!\"\n";

#[tokio::test]
async fn a_session_goes_the_way_that_his_page_goes() {
    for booth in Booth::on_both("") {
        let server = booth.serve();
        let made = session(&server, "upload").await;
        let expected = json!({
            "kiosk_id": 1, "type": "upload", "status": "pending", "completed_at": null, "telegram_user_id": null,
            "telegram_username": null, "data": {"template": "Лента"}, "photos_count": 0,
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&made[name], value, "{name}");
        }
        assert_eq!(id(&made).len(), 36);
        assert!(made["created_at"].as_str().unwrap() < made["expires_at"].as_str().unwrap());
        let path = format!("/api/session/{}", id(&made));

        let photo = json!({"photo_type": "uploaded", "photo_data": data_url(PHONE), "telegram_file_id": "AgAC",
                           "telegram_file_size": 882, "width": 96, "height": 64, "order_index": 0});
        let added = call(&server, Method::POST, &format!("{path}/photos"), &photo).await;
        assert_eq!(added.status, 201, "{}", added.body);
        let heic = json!({"photo_type": "uploaded", "photo_data": data_url(HEIC)});
        assert_eq!(call(&server, Method::POST, &format!("{path}/photos"), &heic).await.status, 201);
        let listed = server.get(&format!("{path}/photos?type=uploaded")).await.json();
        assert_eq!((&listed["success"], &listed["session_id"]), (&json!(true), &made["id"]));
        let all = listed["photos"].as_array().unwrap();
        let seen: Vec<_> = all
            .iter()
            .map(|photo| (photo["order_index"].clone(), photo["width"].clone(), photo["height"].clone()))
            .collect();
        assert_eq!(seen, [(json!(0), json!(64), json!(96)), (json!(1), json!(64), json!(96))], "upright");
        for photo in all {
            let bytes = bytes_of(photo);
            assert!(bytes.starts_with(&[0xff, 0xd8]) && !bytes.windows(4).any(|window| window == b"Exif"));
        }
        let file = server.get(all[0]["photo_path"].as_str().unwrap()).await;
        assert!(file.status == 200 && file.headers.contains("image/jpeg"), "{}", file.headers);

        let changed = call(&server, Method::PUT, &path, &json!({"status": "completed", "data": {"copies": 2}})).await;
        let changed = &changed.json()["session"];
        assert_eq!((&changed["status"], &changed["data"]), (&json!("completed"), &json!({"copies": 2})));
        assert!(changed["completed_at"].is_string());
        let result = json!({"photo_data": data_url(PHONE)});
        assert_eq!(server.get(&format!("{path}/result")).await.status, 404);
        assert_eq!(call(&server, Method::POST, &format!("{path}/result"), &result).await.status, 201);
        let finished = server.get(&format!("{path}/result")).await.json();
        assert_eq!(bytes_of(&finished["photo"]), PHONE, "as the booth made it");
        assert_eq!(booth.files(), 3);

        drop(server);
        let server = booth.serve();
        assert_eq!(server.get(&path).await.json()["session"]["photos_count"], 3, "after a restart");
        assert_eq!(call(&server, Method::DELETE, &path, &Value::Null).await.status, 200);
        assert_eq!(server.get(&path).await.status, 404);
        assert_eq!(booth.files(), 0, "the pictures are gone");
        let verified = booth.folder.run(&["verify"], &[]);
        assert_eq!(verified.code, Some(0), "{}{}", verified.out, verified.err);
    }
}

#[tokio::test]
async fn a_session_ends_with_its_photos_and_a_killed_servers_files_are_not_forgotten() {
    for booth in Booth::on_both("") {
        let server = booth.serve();
        let made = session(&server, "upload").await;
        let path = format!("/api/session/{}", id(&made));
        let photo = json!({"photo_data": data_url(PHONE)});
        assert_eq!(call(&server, Method::POST, &format!("{path}/photos"), &photo).await.status, 201);
        server.kill();
        let server = booth.serve();
        assert_eq!(photos(&server, id(&made)).await.len(), 1, "nothing is lost");
        booth.sql("update photo_sessions set expires_at_ms = created_at_ms");
        for answer in [server.get(&path).await, server.get(&format!("{path}/photos")).await] {
            assert_eq!((answer.status, &answer.json()["success"]), (410, &json!(false)), "{}", answer.body);
        }
        assert_eq!(call(&server, Method::POST, &format!("{path}/photos"), &photo).await.status, 410);
        until("its photos are deleted", async || (booth.files() == 0).then_some(())).await;
        until("the owner sees it as expired", async || {
            let list = server.get("/api/sessions/list").await.json();
            (list["sessions"][0]["status"] == "expired").then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn lists_are_the_owners_and_an_id_is_the_only_key() {
    let booth = Booth::on_sqlite(PRODUCTION);
    let server = booth.serve();
    let made = session(&server, "download").await;
    for (method, path) in [(Method::GET, "/api/sessions/list"), (Method::POST, "/api/sessions/cleanup")] {
        assert_eq!(call(&server, method.clone(), path, &Value::Null).await.status, 401);
        let wrong = [("Authorization", "Bearer a-wrong-token-of-any-length")];
        assert_eq!(server.send(method.clone(), path, &wrong, "").await.status, 401);
        let right = [("Authorization", "Bearer an-owners-token-of-30-letters!")];
        let answer = server.send(method, path, &right, "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(!answer.body.contains("photo_data"));
    }
    assert_eq!(server.get(&format!("/api/session/{}", id(&made))).await.status, 200);
    for other in ["00000000-0000-0000-0000-000000000000", "1", "..%2f..%2fetc"] {
        assert_eq!(server.get(&format!("/api/session/{other}")).await.status, 404, "{other}");
    }
    let elsewhere = [("Content-Type", "application/json"), ("Origin", "https://elsewhere.example")];
    assert_eq!(server.send(Method::POST, "/api/session/create", &elsewhere, "{}").await.status, 403);
}

#[tokio::test]
async fn what_is_no_photo_changes_nothing_and_says_why() {
    let booth = Booth::on_sqlite("[photos]\nwanted = 1\nmost = 1\n");
    let server = booth.serve();
    let made = session(&server, "upload").await;
    let path = format!("/api/session/{}/photos", id(&made));
    let cases = [
        (json!({}), 400, "photo_data is missing"),
        (json!({"photo_data": 5}), 400, "must be a string"),
        (json!({"photo_data": "data:image/jpeg;base64,§"}), 400, "not base64"),
        (json!({"photo_data": data_url(b"%PDF-1.7")}), 415, "no JPEG, PNG, WebP or HEIC"),
        (json!({"photo_data": data_url(&PHONE[..100])}), 400, "damaged"),
        (json!({"photo_data": data_url(PHONE), "photo_type": "other"}), 400, "photo_type"),
        (json!({"photo_data": data_url(PHONE), "order_index": -1}), 400, "order_index"),
    ];
    for (body, status, words) in cases {
        let answer = call(&server, Method::POST, &path, &body).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        let said = answer.json();
        assert!(said["error"].as_str().unwrap().contains(words) && said["success"] == false, "{}", answer.body);
    }
    assert_eq!((photos(&server, id(&made)).await.len(), booth.files()), (0, 0));
    let photo = json!({"photo_data": data_url(PHONE)});
    let added = call(&server, Method::POST, &path, &photo).await;
    assert_eq!(added.status, 201);
    let full = call(&server, Method::POST, &path, &photo).await;
    assert_eq!(full.status, 409, "{}", full.body);
    assert_eq!(booth.files(), 1);
    let number = added.json()["photo"]["id"].clone();
    assert_eq!(call(&server, Method::DELETE, &format!("{path}/{number}"), &Value::Null).await.status, 200);
    assert_eq!(booth.files(), 0);
    for body in ["{\"type\": \"x\"}", "{\"data\": 5}", "{\"kiosk_id\": \"x\"}", "[]", "x"] {
        assert_eq!(server.post("/api/session/create", body).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn the_screen_hears_of_each_photo_as_it_comes() {
    let booth = Booth::on_sqlite("");
    let server = booth.serve();
    let made = session(&server, "upload").await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut events = http.get(format!("{}/api/session/{}/events", server.page, id(&made))).send().await.unwrap();
    let mut heard = String::new();
    let mut until_heard = async |words: &str| {
        let hearing = async {
            while !heard.contains(words) {
                heard += std::str::from_utf8(&events.chunk().await.unwrap().expect("the stream goes on")).unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, hearing).await.unwrap_or_else(|_| panic!("never heard: {words}"));
    };
    until_heard("\"photos\":[]").await;
    let path = format!("/api/session/{}/photos", id(&made));
    assert_eq!(call(&server, Method::POST, &path, &json!({"photo_data": data_url(PHONE)})).await.status, 201);
    until_heard(&format!("\"photo_path\":\"{path}/1\"")).await;
    // Another process may have changed it: that is found by looking.
    booth.sql("update photo_sessions set status = 'completed', version = version + 1");
    until_heard("\"status\":\"completed\"").await;
}
