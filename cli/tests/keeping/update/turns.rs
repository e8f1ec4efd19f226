//! Two updates at once, one for the second time, and one for which there is no room.

use super::booth::{Booth, REAL};
use crate::disk::SmallDisk;
use crate::support::Finished;
use std::fs::{self, File};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long a rehearsal may take until it begins.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether two files have the same bytes.
fn same(one: &str, other: &str, booth: &Booth) -> bool {
    let read = |name: &str| fs::read(booth.folder.path().join(name)).unwrap();
    read(one) == read(other)
}

/// An update by a new program: a script, which runs the real one, so what is replaced is named.
fn again(booth: &Booth, file: &str) -> Finished {
    booth.update(&[file, "--program", booth.program.to_str().unwrap()], &[])
}

#[tokio::test]
async fn a_second_update_at_once_is_refused_and_what_was_tried_is_put_in_place() {
    let booth = Booth::with_a_paid_order().await;
    let at = |name: &str| booth.folder.path().join(name);
    assert!(Command::new("mkfifo").arg(at("go")).status().unwrap().success());
    // Both ends are open, so that nobody waits for the other to open his.
    let mut go = File::options().read(true).write(true).open(at("go")).unwrap();
    let first = booth.new_program("case $* in *rehearse*) : >begun; read word <go;; esac");
    let mut updates = booth.command(&["update", &first], &[]);
    let mut updates = updates.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while !at("begun").exists() {
        assert!(updates.try_wait().unwrap().is_none() && begun.elapsed() < PATIENCE, "it does not rehearse");
        std::thread::yield_now();
    }
    fs::write(at("another"), "#!/bin/sh\nexit 1\n").unwrap();
    let refused = booth.update(&["another"], &[]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("another update of") && refused.err.contains("is under way"), "{}", refused.err);
    go.write_all(b"on\n").unwrap();
    assert!(updates.wait().unwrap().success());
    assert!(same("boothpay", "downloaded", &booth), "what was tried is in place");
    // The turn went with the program that had it.
    assert_eq!(again(&booth, "boothpay-old").code, Some(0));
    booth.starts().await;
}

#[tokio::test]
async fn what_became_another_program_after_it_was_tried_is_not_put_in_place() {
    let booth = Booth::with_a_paid_order().await;
    let lines = "case $* in *rehearse*) \"$real\" \"$@\" || exit; echo >>boothpay-new; exit 0;; esac";
    let refused = booth.update(&[&booth.new_program(lines)], &[]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.err.contains("nothing was changed") && refused.err.contains("not the file any more"),
        "{}",
        refused.err
    );
    assert!(!booth.is_a_script() && booth.names("boothpay-").is_empty(), "{:?}", booth.names(""));
}

#[tokio::test]
async fn a_version_that_is_here_already_changes_nothing_and_the_one_before_stays_kept() {
    let booth = Booth::with_a_paid_order().await;
    let new = booth.new_program("");
    assert_eq!(booth.update(&[&new], &[]).code, Some(0));
    let backups = booth.names("before-upgrade-");
    let again = again(&booth, &new);
    assert_eq!(again.code, Some(0), "{}", again.err);
    assert!(again.out.contains("This version is here already; nothing was changed."), "{}", again.out);
    assert_eq!((booth.names("before-upgrade-"), booth.names("boothpay-new").len()), (backups, 0));
    let old = booth.folder.path().join("boothpay-old");
    assert!(Command::new("cmp").arg(REAL).arg(old).status().unwrap().success(), "the version before");
}

#[tokio::test]
async fn where_there_is_no_room_for_it_room_is_what_is_asked_for() {
    let Some(disk) = SmallDisk::mount("64k") else {
        println!("NOT TESTED here: only root may mount the small file system that this test fills");
        return;
    };
    let booth = Booth::with_a_paid_order().await;
    let program = disk.0.path().join("boothpay");
    fs::write(&program, "#!/bin/sh\n").unwrap();
    let refused = booth.update(&[REAL, "--program", program.to_str().unwrap()], &[]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("make some on its disk") && !refused.err.contains("sudo"), "{}", refused.err);
    assert!(!disk.0.path().join("boothpay-new").exists());
}
