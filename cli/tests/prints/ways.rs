//! Jobs for programs that cannot call: files in a folder, and a command that is run.

use crate::booth::{Booth, paid, prints};
use serde_json::Value;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The file of the one job in the booth's folder, once it is there.
fn job_file(booth: &Booth) -> PathBuf {
    let begun = Instant::now();
    loop {
        let found = std::fs::read_dir(booth.folder.path().join("jobs")).ok().and_then(|files| {
            let paths = files.flatten().map(|file| file.path());
            paths.into_iter().find(|path| path.extension().is_some_and(|it| it == "json"))
        });
        if let Some(path) = found {
            return path;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "no job came into the folder");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Waits until the folder is cleared, which follows when an answer is recorded.
fn is_cleared(booth: &Booth) {
    let begun = Instant::now();
    while std::fs::read_dir(booth.folder.path().join("jobs")).unwrap().next().is_some() {
        assert!(begun.elapsed() < Duration::from_secs(60), "files stay in the folder");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_stays_in_the_folder_until_the_ledger_has_it() {
    let booth = Booth::with("folder = \"jobs\"");
    let server = booth.serve(Some("print_reported:1"));
    paid(&server, "photo-1", 1).await;
    let file = job_file(&booth);
    let done = file.with_extension("done");
    std::fs::rename(&file, &done).unwrap();
    server.finish();
    assert!(done.is_file(), "it went before it was recorded");
    let server = booth.serve(None);
    booth.until("photo-1", "printed");
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_finds_jobs_in_a_folder_and_renames_them() {
    let booth = Booth::with("folder = \"jobs\"");
    let server = booth.serve(None);
    paid(&server, "photo-1", 2).await;
    let file = job_file(&booth);
    let job: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!((job["order_id"].as_str(), job["copies"].as_u64()), (Some("photo-1"), Some(2)));
    assert_eq!(file.file_stem().unwrap().to_str(), job["job"].as_str());
    std::fs::rename(&file, file.with_extension("done")).unwrap();
    booth.until("photo-1", "printed");
    paid(&server, "photo-2", 1).await;
    let file = job_file(&booth);
    // As a program of Windows writes it.
    std::fs::write(&file, b"\xe7\xe0\xec\xff\xf2\xe8\xe5 \xe1\xf3\xec\xe0\xe3\xe8\r\n").unwrap();
    std::fs::rename(&file, file.with_extension("failed")).unwrap();
    let second = job_file(&booth);
    assert_ne!(second, file, "once more");
    std::fs::rename(&second, second.with_extension("failed")).unwrap();
    let shown = booth.until("photo-2", "claim");
    assert!(shown["journal"].to_string().contains("замятие бумаги"), "{shown:#}");
    is_cleared(&booth);
    booth.is_healthy();
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_says_both_has_said_nothing() {
    let booth = Booth::with("folder = \"jobs\"");
    let server = booth.serve(None);
    paid(&server, "photo-1", 1).await;
    let file = job_file(&booth);
    server.kill();
    std::fs::write(file.with_extension("failed"), "no paper\n").unwrap();
    std::fs::rename(&file, file.with_extension("done")).unwrap();
    let server = booth.serve(None);
    booth.until("photo-1", "unknown");
    is_cleared(&booth);
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_was_answered_while_the_server_was_away_is_not_laid_again() {
    let booth = Booth::with("folder = \"jobs\"");
    let server = booth.serve(None);
    paid(&server, "photo-1", 1).await;
    let file = job_file(&booth);
    server.kill();
    std::fs::rename(&file, file.with_extension("done")).unwrap();
    let server = booth.serve(None);
    let shown = booth.until("photo-1", "printed");
    assert_eq!(prints(&shown), ["print_asked", "print_begun", "print_begun", "print_done"]);
    is_cleared(&booth);
    server.kill();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_is_run_for_each_job_and_its_exit_code_counts() {
    let booth = Booth::with(
        r#"command = ["/bin/sh", "-c", "echo $0 $1 >> ran; echo no paper >&2; test $0 != photo-2", "{order}", "{copies}"]"#,
    );
    let server = booth.serve(None);
    paid(&server, "photo-1", 2).await;
    booth.until("photo-1", "printed");
    paid(&server, "photo-2", 1).await;
    let shown = booth.until("photo-2", "claim");
    assert!(shown["journal"].to_string().contains("no paper"), "{shown:#}");
    let ran = std::fs::read_to_string(booth.folder.path().join("ran")).unwrap();
    assert_eq!(ran, "photo-1 2\nphoto-2 1\nphoto-2 1\n", "the failure was repeated once");
    booth.is_healthy();
    server.kill();
}

/// Whoever makes orders gives them their ids.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_whose_id_looks_like_an_option_is_not_handed_to_a_command() {
    let booth = Booth::with(r#"command = ["/bin/sh", "-c", "echo $0 >> ran", "{order}"]"#);
    let server = booth.serve(None);
    paid(&server, "-rf", 1).await;
    let shown = booth.until("-rf", "claim");
    assert!(shown["journal"].to_string().contains("for instance order={order}"), "{shown:#}");
    assert!(!booth.folder.path().join("ran").exists());
    server.kill();
    let booth = Booth::with(r#"command = ["/bin/sh", "-c", "echo $0 >> ran", "order={order}"]"#);
    let server = booth.serve(None);
    paid(&server, "-rf", 1).await;
    booth.until("-rf", "printed");
    assert_eq!(std::fs::read_to_string(booth.folder.path().join("ran")).unwrap(), "order=-rf\n");
    server.kill();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_hangs_is_ended_and_nobody_knows_and_meanwhile_others_pay() {
    let booth = Booth::with("command = [\"/bin/sleep\", \"3600\"]\njob_seconds = 10");
    let server = booth.serve(None);
    paid(&server, "photo-1", 1).await;
    booth.until("photo-1", "printing");
    paid(&server, "photo-2", 1).await;
    assert_eq!(booth.show("photo-2")["print"], "asked");
    let shown = booth.until("photo-1", "unknown");
    assert!(shown["journal"].to_string().contains("did not end in 10 s"), "{shown:#}");
    server.kill();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_ran_when_the_server_died_is_not_run_again() {
    let booth = Booth::with(r#"command = ["/bin/sh", "-c", "echo ran >> ran"]"#);
    let server = booth.serve(Some("print_begun:1"));
    paid(&server, "photo-1", 1).await;
    server.finish();
    let server = booth.serve(None);
    booth.until("photo-1", "unknown");
    assert!(!booth.folder.path().join("ran").exists());
    server.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_judges_how_prints_are_made() {
    let booth = Booth::with("");
    for (settings, said) in [
        ("[prints]\nby = \"me\"", "choose \"receipt\", \"own program\" or \"printer\""),
        ("[prints]\nfolder = \"jobs\"", "it has no use while prints.by is \"receipt\""),
        ("[prints]\ncommand = [\"lp\"]", "it has no use while prints.by is \"receipt\""),
        ("[prints]\nby = \"own program\"\nfolder = \"jobs\"\ncommand = [\"lp\"]", "not both"),
        ("[prints]\nby = \"own program\"\ncommand = [\"lp\", \"{photo}\"]", "{photo} stands for nothing here"),
        ("[prints]\nby = \"own program\"\ncommand = [\"lp\", \"{picture}\"]", "set photos.source = \"boothpay\""),
        ("[prints]\nby = \"own program\"\ncommand = [\"./no-such-program\"]", "there is no program"),
        ("[prints]\nby = \"own program\"\ncommand = [\" \"]", "the first text is the program"),
        ("[prints]\nclaim_days = 0", "from 1 to 366"),
        ("[prints]\njob_seconds = 5", "from 10 to 3600"),
        ("[prints]\nwait_seconds = 5000", "from 10 to 3600"),
    ] {
        booth.folder.write("boothpay.toml", settings);
        let checked = booth.folder.run(&["check"], &[]);
        let text = format!("{}{}", checked.out, checked.err);
        assert!(checked.code != Some(0) && text.contains(said), "{settings}: {text}");
    }
}
