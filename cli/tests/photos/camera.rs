//! A camera that a program of its own drives, at the started program: the command that releases it, the folder in which its pictures
//! appear, and nothing of one customer's for the next.

use crate::booth::{Booth, PHONE, call, until};
use crate::shots::begin;
use crate::support::{Answer, Running};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::PathBuf;

/// A booth, and the folder of its camera.
struct World {
    booth: Booth,
    folder: PathBuf,
}

impl World {
    /// `lines` are settings of the camera; `{folder}` and `{picture}` in them are its folder, and a picture elsewhere.
    fn new(lines: &str) -> Self {
        let booth = Booth::on_sqlite("");
        let (folder, picture) = (booth.folder.path().join("camera"), booth.folder.path().join("picture.jpg"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(&picture, PHONE).unwrap();
        let lines = lines.replace("{folder}", folder.to_str().unwrap()).replace("{picture}", picture.to_str().unwrap());
        booth.folder.write(
            "boothpay.toml",
            &format!("[photos]\nsource = \"boothpay\"\n[camera]\nfolder = \"camera\"\nwait_seconds = 2\n{lines}\n"),
        );
        Self { booth, folder }
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.folder).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn write(&self, name: &str) {
        std::fs::write(self.folder.join(name), PHONE).unwrap();
    }
}

pub async fn take(server: &Running, session: &str, shot: u32, customer: &str) -> Answer {
    let path = format!("/api/booth/shots/{session}/camera");
    call(server, Method::POST, &path, &json!({ "order_index": shot, "customer": customer })).await
}

pub async fn look(server: &Running, session: &str, customer: &str) -> Value {
    server.get(&format!("/api/booth/shots/{session}/camera?customer={customer}")).await.json()
}

/// A picture that says when the camera took it, as "12:30:01".
pub fn taken_at(time: &str) -> Vec<u8> {
    // One directory of Exif's inside another: DateTimeOriginal.
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
    exif.extend(b"\x01\0\x03\x90\x02\0\x14\0\0\0\x2c\0\0\0\0\0\0\0");
    exif.extend(format!("2026:11:29 {time}\0").bytes());
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    // In the place of what the phone says.
    let at = PHONE.windows(6).position(|bytes| bytes == b"Exif\0\0").unwrap() - 2;
    let rest = at + usize::from(u16::from_be_bytes([PHONE[at], PHONE[at + 1]]));
    [&PHONE[..at], &length, &exif, &PHONE[rest..]].concat()
}

const COMMAND: &str = "command = [\"cp\", \"{picture}\", \"{folder}/DSC{shot}.JPG\"]";

#[tokio::test]
async fn the_command_releases_the_shutter_and_its_picture_is_the_customers_and_nobody_elses() {
    let world = World::new(&COMMAND.replace("{shot}", "0{shot}"));
    world.write("OLD.JPG");
    let server = world.booth.serve();
    let id = begin(&server, "strip").await;
    assert_eq!(look(&server, &id, "anna").await, json!({ "there": true, "free": true }));
    for shot in 0..2 {
        let taken = take(&server, &id, shot, "anna").await;
        assert_eq!((taken.status, &taken.json()["number"]), (201, &json!(shot + 1)), "{}", taken.body);
    }
    assert_eq!(world.files(), ["OLD.JPG"], "what came for a shot is deleted, and what was there is not touched");
    let session = server.get(&format!("/api/session/{id}")).await.json();
    assert_eq!(session["session"]["uploaded_count"], 2);
}

#[tokio::test]
async fn pictures_may_be_left_in_the_folder() {
    let world = World::new(&format!("{COMMAND}\nfiles = \"leave\""));
    let server = world.booth.serve();
    let id = begin(&server, "single").await;
    assert_eq!(take(&server, &id, 0, "anna").await.status, 201);
    assert_eq!(world.files(), ["DSC1.JPG"]);
}

#[tokio::test]
async fn without_a_command_the_customer_releases_it_and_what_comes_then_is_taken() {
    let world = World::new("");
    let server = world.booth.serve();
    let id = begin(&server, "single").await;
    // Somebody presses again and again: what is there before the server looks is of before, and the next one counts.
    let pressing = async {
        for press in 0.. {
            world.write(&format!("DSC{press}.JPG"));
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    let taken = tokio::select! {
        taken = take(&server, &id, 0, "anna") => taken,
        () = pressing => unreachable!("nobody presses for ever"),
    };
    assert_eq!(taken.status, 201, "{}", taken.body);
}

#[tokio::test]
async fn a_shot_that_brings_nothing_is_told_and_its_late_file_is_not_the_next_customers() {
    let world = World::new("command = [\"true\"]");
    let server = world.booth.serve();
    let anna = begin(&server, "single").await;
    let nothing = take(&server, &anna, 0, "anna").await;
    assert!(nothing.status == 504 && nothing.body.contains("within 2 s"), "{}", nothing.body);
    let bek = begin(&server, "single").await;
    assert_eq!(look(&server, &bek, "bek").await["free"], false, "its file may still come");
    assert_eq!(take(&server, &bek, 0, "bek").await.status, 409);
    let anew = begin(&server, "strip").await;
    assert_eq!(look(&server, &anew, "anna").await["free"], true, "whose shot it was may try again, also anew");
    for (query, body) in
        [("", json!({ "order_index": 0 })), ("?customer=", json!({ "order_index": 0, "customer": "" }))]
    {
        let path = format!("/api/booth/shots/{bek}/camera");
        assert_eq!(server.get(&format!("{path}{query}")).await.status, 400, "{query}");
        assert_eq!(call(&server, Method::POST, &path, &body).await.status, 400, "{body}");
    }
}

#[tokio::test]
async fn a_picture_that_the_camera_has_kept_from_the_customer_before_is_not_taken() {
    let world = World::new("command = [\"cp\", \"{folder}/../kept{shot}.jpg\", \"{folder}/DSC{shot}.JPG\"]");
    for (shot, time) in [(1, "12:30:30"), (2, "12:29:50"), (3, "12:35:00")] {
        std::fs::write(world.booth.folder.path().join(format!("kept{shot}.jpg")), taken_at(time)).unwrap();
    }
    let server = world.booth.serve();
    let anna = begin(&server, "strip").await;
    assert_eq!(take(&server, &anna, 0, "anna").await.status, 201);
    let bek = begin(&server, "strip").await;
    let kept = take(&server, &bek, 1, "bek").await;
    assert_eq!(kept.status, 504, "by the camera's clock it was taken 40 s before: {}", kept.body);
    let session = server.get(&format!("/api/session/{bek}")).await.json();
    assert_eq!(session["session"]["uploaded_count"], 0);
    assert_eq!(take(&server, &bek, 2, "bek").await.status, 201, "this one is new");
}

#[tokio::test]
async fn a_shutter_that_is_not_released_and_a_folder_that_is_gone_are_told() {
    let world = World::new("command = [\"false\"]");
    let server = world.booth.serve();
    let id = begin(&server, "single").await;
    let refused = take(&server, &id, 0, "anna").await;
    assert!(refused.status == 504 && refused.body.contains("camera.command"), "{}", refused.body);
    std::fs::remove_dir(&world.folder).unwrap();
    assert_eq!(look(&server, &id, "anna").await["there"], false);
    let ready = server.get("/api/booth/ready").await.json();
    assert_eq!((&ready["ready"], &ready["closed"]), (&json!(false), &json!("camera")));
}

#[tokio::test]
async fn a_command_that_cannot_be_run_keeps_the_next_customer_from_nothing() {
    let world = World::new("command = [\"no-such-program\"]");
    let server = world.booth.serve();
    let id = begin(&server, "single").await;
    let refused = take(&server, &id, 0, "anna").await;
    assert!(refused.status == 504 && refused.body.contains("cannot be run"), "{}", refused.body);
    assert_eq!(look(&server, &id, "bek").await, json!({ "there": true, "free": true }));
}

#[tokio::test]
async fn a_command_that_takes_too_long_is_ended_with_all_that_it_started() {
    let world = World::new("command = [\"sh\", \"-c\", \"sleep 600 & echo $! >{folder}/child; wait\"]");
    let server = world.booth.serve();
    let id = begin(&server, "single").await;
    let refused = take(&server, &id, 0, "anna").await;
    assert!(refused.status == 504 && refused.body.contains("did not end in 2 s"), "{}", refused.body);
    let child = std::fs::read_to_string(world.folder.join("child")).unwrap();
    let has_ended = async || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.trim())).unwrap_or_default();
        (status.is_empty() || status.contains("State:\tZ")).then_some(())
    };
    until("what could release the shutter later is ended", has_ended).await;
}

#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_of_a_shot_keeps_its_picture_from_the_next_customer() {
    let world = World::new("");
    let server = world.booth.serve();
    let id = begin(&server, "single").await;
    let begun = world.booth.folder.path().join("boothpay.camera.late");
    tokio::select! {
        taken = take(&server, &id, 0, "anna") => panic!("nobody has released it: {}", taken.body),
        () = until("the shot has begun", async || begun.exists().then_some(())) => {}
    }
    server.kill();
    let server = world.booth.serve();
    world.write("DSC1.JPG");
    assert_eq!(look(&server, &id, "bek").await["free"], false, "its picture may still come");
    assert_eq!(take(&server, &id, 0, "bek").await.status, 409);
    assert_eq!(look(&server, &id, "anna").await["free"], true);
}
