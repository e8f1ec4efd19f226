//! Prints on a printer of Windows, at the started program: what the spooler does otherwise than a printer that is asked by IPP, and what becomes of
//! a helper that dies or falls silent. The helper is played (`spooler.sh`), as is the spooler behind it.

use crate::booth::{Booth, until};
use crate::printer::{PACE, World, ask_to_buy, buy, came_out, why};
use boothpay_sandbox::printer::{Act, Windows};
use serde_json::json;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

/// A printer with a name as people give it.
pub const DNP: Windows = Windows { name: "Фото DNP, O'zbekiston \"DS620\"", keeps: false, port: "USB001" };

/// One whose queue keeps what is printed.
const KEEPING: Windows = Windows { keeps: true, ..DNP };

/// A booth that prints there, through the stand-in.
pub fn booth(address: SocketAddr, lines: &str, printer: &str) -> Booth {
    let job = if lines.contains("job_seconds") { "" } else { "job_seconds = 20\n" };
    let media = if lines.contains("media_4x6") { "" } else { "media_4x6 = \"(4x6)\"\n" };
    // A text of JSON is one of TOML.
    let printer = json!(format!("windows:{printer}"));
    let booth = Booth::on_sqlite(&format!(
        "[photos]\nsource = \"boothpay\"\npublic_address = \"https://booth.example.uz\"\n[prints]\nby = \"printer\"\n\
         printer = {printer}\nspooler = \"helper/spooler\"\n{job}{media}{lines}\n"
    ));
    let helper = booth.folder.path().join("helper");
    std::fs::create_dir(&helper).unwrap();
    std::fs::write(helper.join("port"), address.port().to_string()).unwrap();
    // Another program may be started just now, and hold a file open that we write: then it could not be run.
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photos/spooler.sh"),
        helper.join("spooler"),
    )
    .unwrap();
    booth
}

/// What is left of pictures in the helper's folder.
fn sheets_on_disk(booth: &Booth) -> usize {
    std::fs::read_dir(booth.folder.path().join("spooler")).map_or(0, Iterator::count)
}

async fn is_closed(world: &World, server: &crate::support::Running, why: &str) {
    let closed = async || (server.get("/api/booth/ready").await.json()["closed"] == why).then_some(());
    until(&format!("it is closed because of {why}"), closed).await;
    let refused = ask_to_buy(server, 1).await;
    assert_eq!((refused.status, refused.json()["closed"].as_str()), (503, Some(why)), "{}", refused.body);
    assert_eq!(world.printer.waiting(), 0);
}

/// A queue that keeps what is printed keeps customers' pictures: they go, and nobody else's do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_job_is_known_to_be_printed_and_is_taken_out_of_the_queue() {
    let world = World::of_windows(PACE, "sheet_seconds = 0", KEEPING).await;
    let server = world.serve().await;
    let number = buy(&server, 2).await;
    let shown = world.until(&number, "printed").await;
    assert_eq!((&shown["copies_printed"], world.printer.sheets().len()), (&json!(2), 2));
    until("none is kept", async || (world.printer.kept() == 0).then_some(())).await;
    assert_eq!(sheets_on_disk(&world.booth), 0);
    world.is_healthy();
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_closes_the_booth_before_a_print_is_told_by_its_kind() {
    let world = World::of_windows(PACE, "sheet_seconds = 0", DNP).await;
    let server = world.serve().await;
    for (said, kind) in [("media-empty", "paper"), ("media-jam", "jam"), ("door-open", "cover"), ("paused", "other")] {
        world.printer.says(&[said]);
        is_closed(&world, &server, kind).await;
    }
    server.err.wait_for("it says paused; in Windows, open the printer's queue");
    world.printer.is_mended();
    until("it sells again", async || (server.get("/api/booth/ready").await.json()["ready"] == true).then_some(()))
        .await;
    server.kill();
}

/// Windows deletes no job because of a jam, or because the printer is off: it would print by itself later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_jam_and_a_printer_that_is_switched_off_in_a_print_are_a_doubt_and_the_job_is_taken_back() {
    let world = World::of_windows(PACE, "sheet_seconds = 0", DNP).await;
    let server = world.serve().await;
    for (act, said) in [(Act::Jam, "media-jam"), (Act::LosePower(Duration::from_secs(600)), "offline")] {
        world.printer.will([act]);
        let number = buy(&server, 1).await;
        let shown = world.until(&number, "unknown").await;
        assert!(why(&shown, "print_unknown").contains(said), "{act:?}: {shown:#}");
        assert_eq!((world.printer.waiting(), world.printer.sheets().len()), (0, 0), "{act:?}");
        world.printer.is_mended();
        until("it sells again", async || (server.get("/api/booth/ready").await.json()["ready"] == true).then_some(()))
            .await;
    }
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_somebody_deletes_is_a_doubt() {
    for windows in [DNP, KEEPING] {
        let world = World::of_windows(Duration::from_secs(600), "sheet_seconds = 0", windows).await;
        let server = world.serve().await;
        let number = buy(&server, 1).await;
        until("the printer has it", async || (world.printer.waiting() == 1).then_some(())).await;
        world.printer.is_emptied_by_somebody();
        let shown = world.until(&number, "unknown").await;
        let why = why(&shown, "print_unknown");
        assert!(why.contains("somebody took it back") && why.contains("deleted from the queue of Windows"), "{why}");
        server.kill();
    }
}

/// A job that was never seen printing and is gone: nobody knows. And what is handed over in no time is watched for the time of a sheet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_gone_in_no_time_is_not_believed_and_what_is_handed_over_is_watched_on() {
    let world = World::of_windows(PACE, "sheet_seconds = 3", DNP).await;
    world.printer.will([Act::Pretend]);
    let server = world.serve().await;
    let number = buy(&server, 1).await;
    let shown = world.until(&number, "unknown").await;
    assert!(why(&shown, "print_unknown").contains("nobody saw how it went"), "{shown:#}");
    server.kill();

    let world = World::of_windows(Duration::from_millis(900), "sheet_seconds = 3", DNP).await;
    let server = world.serve().await;
    let number = buy(&server, 1).await;
    world.until(&number, "printed").await;
    let number = buy(&server, 1).await;
    until("the printer has all of it", async || (world.printer.sheets().len() == 2).then_some(())).await;
    world.printer.says(&["media-jam"]);
    let shown = world.until(&number, "unknown").await;
    assert!(why(&shown, "print_unknown").contains("media-jam"), "{shown:#}");
    server.kill();
}

/// The helper dies of a driver with the job taken, or before; or Windows refuses it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_helper_that_dies_in_a_print_is_started_again_and_nothing_is_printed_twice() {
    let world = World::of_windows(PACE, "sheet_seconds = 0", KEEPING).await;
    let server = world.serve().await;
    for (act, rounds) in [(Act::HalfAnswer, 1), (Act::HalfAnswerAndLost, 2), (Act::Refuse, 2)] {
        let before = world.printer.sheets().len();
        world.printer.will([act]);
        let number = buy(&server, 1).await;
        let shown = world.until(&number, "printed").await;
        let asked = shown["journal"].as_array().unwrap().iter().filter(|row| row["what"]["change"] == "print_asked");
        assert_eq!((asked.count(), world.printer.sheets().len()), (rounds, before + 1), "{act:?}: {shown:#}");
        assert_eq!(server.get("/api/booth/ready").await.status, 200);
    }
    server.kill();
    // A queue that keeps nothing may have printed and forgotten it.
    let world = World::of_windows(PACE, "sheet_seconds = 0", DNP).await;
    let server = world.serve().await;
    for act in [Act::HalfAnswer, Act::HalfAnswerAndLost] {
        let before = world.printer.sheets().len();
        world.printer.will([act]);
        let number = buy(&server, 1).await;
        let shown = world.until(&number, "unknown").await;
        assert!(why(&shown, "print_unknown").contains("nobody knows whether the printer took the job"), "{shown:#}");
        let out = world.printer.sheets().len() - before;
        came_out(&server, &number, u16::try_from(out).unwrap()).await;
        world.until(&number, "printed").await;
        assert_eq!(world.printer.sheets().len(), before + 1, "{act:?}: once");
    }
    world.is_healthy();
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_printer_or_a_paper_that_windows_does_not_know_is_told_with_those_that_it_knows() {
    let world = World::of_windows(PACE, "media_4x6 = \"na_index-4x6_4x6in\"", DNP).await;
    let server = world.booth.serve();
    server.err.wait_for(
        "it knows no paper \"na_index-4x6_4x6in\" (prints.media_4x6, media_6x8 or media_strips); it names \"(4x6)\"",
    );
    is_closed(&world, &server, "other").await;
    server.kill();

    let world = World::of_windows(PACE, "", Windows { port: "PORTPROMPT:", ..DNP }).await;
    let server = world.booth.serve();
    server.err.wait_for("what is printed there goes into a file");
    is_closed(&world, &server, "other").await;
    server.kill();

    let named = booth(world.address, "", "DNP DS-RX1");
    let server = named.serve();
    server.err.wait_for("Windows knows no printer of this name that this server may use");
    server.err.wait_for("Microsoft Print to PDF");
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_helper_that_cannot_be_run_closes_the_booth_and_ends_nothing_else() {
    let world = World::of_windows(PACE, "", DNP).await;
    std::fs::remove_file(world.booth.folder.path().join("helper/port")).unwrap();
    let server = world.booth.serve();
    server.err.wait_for("the program that prints in Windows has ended; it said");
    is_closed(&world, &server, "away").await;
    assert_eq!(server.get("/").await.status, 200);
    server.kill();
}
