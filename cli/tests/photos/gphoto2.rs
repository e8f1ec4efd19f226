//! A camera at the USB, at the started program: one session of `gphoto2`, no picture of before for anybody, and what becomes of a program that
//! crashes, falls silent, loses the camera or is too old.

use crate::booth::{Booth, PHONE, call, until};
use crate::camera::{look, take, taken_at};
use crate::shots::begin;
use crate::support::Running;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A booth, and the stand-in with its camera.
struct World {
    booth: Booth,
    camera: PathBuf,
}

impl World {
    fn new() -> Self {
        let booth = Booth::on_sqlite("");
        let camera = booth.folder.path().join("usb");
        fs::create_dir_all(camera.join("waiting")).unwrap();
        // Another program may be started just now, and hold a file open that we write: then it could not be run.
        let stand_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photos/gphoto2.sh");
        std::os::unix::fs::symlink(stand_in, camera.join("gphoto2")).unwrap();
        let settings = "[photos]\nsource = \"boothpay\"\n[camera]\ngphoto2 = \"usb/gphoto2\"\nwait_seconds = 2\n";
        booth.folder.write("boothpay.toml", settings);
        let world = Self { booth, camera };
        world.write("version", "2.5.34");
        world.write("shots", "");
        fs::write(world.camera.join("picture.jpg"), PHONE).unwrap();
        world
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.camera.join(name), text).unwrap();
    }

    /// What each of the next shots becomes.
    fn shots(&self, kinds: &[&str]) {
        self.write("shots", &kinds.iter().map(|kind| format!("{kind}\n")).collect::<String>());
    }

    /// A picture that the camera took then, by its clock.
    fn picture(&self, name: &str, time: &str) {
        fs::write(self.camera.join(name), taken_at(time)).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.camera.join(name)).unwrap();
    }

    fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.camera.join("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// What is in the folder in which it works.
    fn files(&self) -> usize {
        fs::read_dir(self.booth.folder.path().join("boothpay.camera")).unwrap().count()
    }
}

async fn ready(server: &Running) -> Value {
    server.get("/api/booth/ready").await.json()
}

async fn until_sold(server: &Running) {
    until("pictures are sold", async || (ready(server).await["ready"] == true).then_some(())).await;
}

async fn until_closed(server: &Running) {
    let is_closed = async || (ready(server).await["closed"] == "camera").then_some(());
    until("the booth is closed because of the camera", is_closed).await;
}

async fn uploaded(server: &Running, session: &str) -> Value {
    server.get(&format!("/api/session/{session}")).await.json()["session"]["uploaded_count"].clone()
}

#[tokio::test]
async fn one_session_takes_all_shots_leaves_nothing_and_is_closed_at_the_end() {
    let world = World::new();
    let server = world.booth.serve();
    until_sold(&server).await;
    let id = begin(&server, "strip").await;
    assert_eq!(look(&server, &id, "anna").await, json!({ "there": true, "free": true }));
    for shot in 0..2 {
        let taken = take(&server, &id, shot, "anna").await;
        assert_eq!((taken.status, &taken.json()["number"]), (201, &json!(shot + 1)), "{}", taken.body);
        assert_eq!(world.files(), 0);
    }
    assert!(Command::new("kill").args(["-TERM", &server.pid().to_string()]).status().unwrap().success());
    assert_eq!(server.finish().code, Some(0));
    assert_eq!(world.log(), ["open", "shot", "shot", "closed"]);
}

#[tokio::test]
async fn what_waited_in_the_camera_is_nobodys() {
    let world = World::new();
    // One that would be believed, and is no picture: whoever took it would get none.
    fs::write(world.camera.join("waiting/DSC1.JPG"), b"no picture").unwrap();
    let server = world.booth.serve();
    until_sold(&server).await;
    let anna = begin(&server, "strip").await;
    assert_eq!(take(&server, &anna, 0, "anna").await.status, 201);
    // Somebody pressed the camera's button; then the next one is before it.
    fs::write(world.camera.join("waiting/DSC2.JPG"), PHONE).unwrap();
    let bek = begin(&server, "strip").await;
    world.shots(&["focus"]);
    let refused = take(&server, &bek, 0, "bek").await;
    assert!(refused.status == 504 && refused.body.contains("-1: 'Unspecified error'"), "{}", refused.body);
    assert_eq!((uploaded(&server, &bek).await, world.files()), (json!(0), 0));
    assert_eq!(take(&server, &bek, 0, "bek").await.status, 201);
    assert_eq!(world.log(), ["open", "shot", "shot", "shot"], "a shot without focus costs no session");
}

#[tokio::test]
async fn a_frame_that_the_camera_kept_is_passed_over_by_its_clock() {
    let world = World::new();
    world.picture("picture.jpg", "12:30:30");
    let server = world.booth.serve();
    until_sold(&server).await;
    let anna = begin(&server, "strip").await;
    assert_eq!(take(&server, &anna, 0, "anna").await.status, 201);
    let bek = begin(&server, "strip").await;
    world.picture("kept.jpg", "12:29:50");
    for (shot, kind, time) in [(0, "kept", "12:31:30"), (1, "both", "12:32:30")] {
        world.shots(&[kind]);
        world.picture("picture.jpg", time);
        assert_eq!(
            take(&server, &bek, shot, "bek").await.status,
            201,
            "the right one comes after the kept one, or with it"
        );
    }
    assert_eq!((uploaded(&server, &bek).await, world.files()), (json!(2), 0));
    world.picture("picture.jpg", "12:29:50");
    let cem = begin(&server, "strip").await;
    let kept = take(&server, &cem, 0, "cem").await;
    assert!(kept.status == 504 && kept.body.contains("within 2 s"), "nothing else comes: {}", kept.body);
    assert_eq!(uploaded(&server, &cem).await, 0);
}

#[tokio::test]
async fn a_program_that_crashes_is_started_again_and_ends_nothing_else() {
    let world = World::new();
    world.shots(&["crash"]);
    let server = world.booth.serve();
    until_sold(&server).await;
    let anna = begin(&server, "single").await;
    assert_eq!(take(&server, &anna, 0, "anna").await.status, 504);
    let bek = begin(&server, "single").await;
    assert_eq!(look(&server, &bek, "bek").await["free"], false, "nobody knows what it did before");
    assert_eq!(server.get("/api/booth/ready").await.status, 200);
    until_sold(&server).await;
    assert_eq!(take(&server, &anna, 0, "anna").await.status, 201, "whose shot it was may try again");
    assert_eq!(world.log(), ["open", "shot", "open", "shot"]);
}

#[tokio::test]
async fn a_program_that_falls_silent_is_ended_with_all_that_it_started() {
    let world = World::new();
    world.shots(&["silent"]);
    let server = world.booth.serve();
    until_sold(&server).await;
    let anna = begin(&server, "single").await;
    let silent = take(&server, &anna, 0, "anna").await;
    assert!(silent.status == 504 && silent.body.contains("no answer within 2 s"), "{}", silent.body);
    let child = fs::read_to_string(world.camera.join("child")).unwrap();
    let has_ended = async || {
        let status = fs::read_to_string(format!("/proc/{}/status", child.trim())).unwrap_or_default();
        (status.is_empty() || status.contains("State:\tZ")).then_some(())
    };
    until("what hung is ended", has_ended).await;
    let bek = begin(&server, "single").await;
    assert_eq!(look(&server, &bek, "bek").await["free"], false, "its picture may still come");
    until_sold(&server).await;
    assert_eq!(take(&server, &anna, 0, "anna").await.status, 201);
    assert_eq!(world.log(), ["open", "shot", "reset", "open", "shot"]);
}

#[tokio::test]
async fn a_camera_that_is_gone_is_noticed_before_money_is_asked_and_comes_back() {
    let world = World::new();
    let server = world.booth.serve();
    until_sold(&server).await;
    let id = begin(&server, "single").await;
    assert_eq!(take(&server, &id, 0, "anna").await.status, 201);
    world.write("gone", "");
    until_closed(&server).await;
    let lost = take(&server, &id, 0, "anna").await;
    assert_eq!(lost.status, 504, "{}", lost.body);
    assert_eq!(look(&server, &id, "anna").await["there"], false);
    assert_eq!(look(&server, &id, "bek").await["free"], true, "nothing was taken that could still come");
    let order = json!({ "copies": 1, "paymentType": "payme", "session": id });
    let refused = call(&server, Method::POST, "/api/booth/orders", &order).await;
    assert_eq!((refused.status, &refused.json()["closed"]), (503, &json!("camera")), "{}", refused.body);
    server.err.wait_for("gphoto2 finds no camera");
    world.remove("gone");
    until_sold(&server).await;
    assert_eq!(call(&server, Method::POST, "/api/booth/orders", &order).await.status, 200);
}

#[tokio::test]
async fn an_old_library_and_a_camera_that_the_desktop_holds_are_told_with_their_cure() {
    let world = World::new();
    world.write("version", "2.5.31");
    let server = world.booth.serve();
    server.err.wait_for("libgphoto2 2.5.31 can hand one customer's picture to the next; install 2.5.32 or newer");
    until_closed(&server).await;
    assert!(world.log().is_empty(), "no session is opened with it");
    world.write("held", "");
    world.write("version", "2.5.32");
    server.err.wait_for("systemctl --global mask gvfs-gphoto2-volume-monitor");
    until_closed(&server).await;
    world.remove("held");
    until_sold(&server).await;
    assert_eq!(world.log(), ["open"]);
}
