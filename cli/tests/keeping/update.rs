//! `boothpay update`: a good program takes the old one's place, a broken one changes nothing, and a kill at any step leaves a booth
//! that starts. New programs are scripts around the real one, so that they can be broken in one way each.

mod booth;
mod faults;
mod turns;

use booth::{Booth, Manager, REAL};
use std::fs;
use std::process::Command;

/// Steps of an update that is taken back after the new program has changed the schema.
const STEPS: u32 = 8;

#[tokio::test]
async fn a_good_program_takes_the_old_ones_place_after_a_verified_backup() {
    let booth = Booth::with_a_paid_order().await;
    let new = booth.new_program("");
    let running = booth.start();
    let refused = booth.update(&[&new], &[]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("the server runs. Stop it first"), "{}", refused.err);
    running.kill();
    assert!(!booth.is_a_script());

    let updated = booth.update(&[&new], &[]);
    assert_eq!(updated.code, Some(0), "{}{}", updated.out, updated.err);
    assert!(updated.out.contains("Start the server as always"), "{}", updated.out);
    assert!(booth.is_a_script());
    assert_eq!(booth.names("boothpay-").len(), 1, "the old program alone is kept: {:?}", booth.names("boothpay-"));
    let backups = booth.names("before-upgrade-");
    let kept = booth.folder.run(&["verify", "--database", &backups[0]], &[]);
    assert!(kept.out.contains("as it should be: 1 orders"), "{}", kept.err);
    booth.starts().await;
}

#[tokio::test]
async fn a_program_that_does_not_work_here_changes_nothing() {
    let booth = Booth::with_a_paid_order().await;
    let no_program = booth.folder.path().join("letter.txt");
    fs::write(&no_program, "Dear owner").unwrap();
    let broken = [
        ("exit 1", "it ended with exit status: 1, and said nothing. Its file may not have come whole"),
        ("exec sleep 1000", "it did not end within 1 s"),
        ("echo 'gimp 3.0'; exit 0", "it does not say that it is a Boothpay, but: gimp 3.0"),
        ("case $* in *rehearse*) exec sleep 1000;; esac", "it did not end within 1 s"),
        ("case $* in *rehearse*) \"$real\" \"$@\"; exit 3;; esac", "it ended with exit status: 3"),
        ("case $* in *rehearse*) exit 0;; esac", "it does not say that its rehearsal went well"),
    ];
    // They share one name: each is written when its turn comes.
    let scripts = broken.iter().map(|(lines, words)| (booth.new_program(lines), *words, Some(*lines)));
    let none = (no_program.to_str().unwrap().to_owned(), "it cannot be run on this computer", None);
    for (file, words, lines) in scripts.chain([none]) {
        let before = fs::read(&booth.program).unwrap();
        let patience = if words.contains("1 s") { "1" } else { "60" };
        let refused = booth.update(&[&file, "--patience", patience], &[]);
        assert_eq!(refused.code, Some(1), "{lines:?}");
        let said = refused.err;
        assert!(said.contains("the new program does not work here, so nothing was changed"), "{lines:?}: {said}");
        assert!(said.contains(words), "{lines:?}: {said}");
        assert!(fs::read(&booth.program).unwrap() == before, "{lines:?}");
        assert!(booth.names("boothpay-").is_empty() && booth.names("rehearsal").is_empty(), "{:?}", booth.names(""));
    }
    booth.starts().await;
}

#[tokio::test]
async fn a_service_is_stopped_and_started_around_it() {
    let booth = Booth::with_a_paid_order().await;
    let manager = Manager::new(&booth, &[]);
    manager.start();
    let updated = booth.update(&[&booth.new_program(""), "--service", "booth"], &manager.environment());
    assert_eq!(updated.code, Some(0), "{}{}", updated.out, updated.err);
    assert!(updated.out.contains("The server is ready"), "{}", updated.out);
    assert!(booth.is_a_script() && manager.runs());
}

#[tokio::test]
async fn the_old_program_and_its_database_come_back_when_the_new_one_does_not_start() {
    let booth = Booth::with_a_paid_order().await;
    let manager = Manager::new(&booth, &[("BROKEN", "1")]);
    for (changes, taken_back) in [("true".to_owned(), 0), (booth.schema("99"), 1)] {
        let new = booth.new_program(&format!("case $*$BROKEN in *serve1) {changes}; exit 1;; esac"));
        let failed = booth.update(&[&new, "--service", "booth"], &manager.environment());
        assert_eq!(failed.code, Some(1));
        assert!(failed.err.contains("the old program and its database are back, and ready"), "{}", failed.err);
        assert!(!booth.is_a_script() && manager.runs());
        assert_eq!(booth.names("before-restore").len(), taken_back, "{:?}", booth.names(""));
        manager.stop();
        booth.starts().await;
    }
}

#[tokio::test]
async fn killed_at_any_step_it_leaves_a_booth_that_starts() {
    let booth = Booth::with_a_paid_order().await;
    let manager = Manager::new(&booth, &[("BROKEN", "1")]);
    let (changes, knows) = (booth.schema("99"), booth.schema("1"));
    // It fails as a service, for a reason of the service, and knows the schema that it makes.
    let new = booth.new_program(&format!("case $*$BROKEN in *serve1) {changes}; exit 1;; *serve) {knows};; esac"));
    for step in 1..=STEPS {
        assert!(
            Command::new("cp").args(["--remove-destination", REAL]).arg(&booth.program).status().unwrap().success()
        );
        let point = format!("in_update:{step}");
        let environment = [&manager.environment()[..], &[("CRASH_AT", point.as_str())]].concat();
        let killed = booth.update(&[&new, "--service", "booth"], &environment);
        assert_eq!(killed.code, None, "step {step} was not reached: {}{}", killed.out, killed.err);
        manager.stop();
        booth.starts().await;
    }
    let whole =
        booth.update(&[&new, "--service", "booth"], &[("CRASH_AT", "in_update:9"), ("PATH", manager.path.as_str())]);
    assert_eq!(whole.code, Some(1), "there are more steps than {STEPS}");
}
