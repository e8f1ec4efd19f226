//! What may go wrong around an update: clocks, names, users, services and folders that are not as they should be.

use super::booth::{Booth, Manager, REAL};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

/// A user and a group that no account has.
const SERVER: u32 = 12_001;
const GROUP: u32 = 12_100;

/// Begins a script: what follows happens at the first start as a service alone.
const AT_FIRST: &str = "case $*$BROKEN in *serve1) if [ ! -e failed ]; then touch failed;";

#[tokio::test]
async fn the_backup_just_made_stays_whatever_the_clock_says_and_so_do_the_owners_files() {
    let booth = Booth::with_a_paid_order().await;
    let manager = Manager::new(&booth, &[("BROKEN", "1")]);
    let later = ["001", "002", "003", "004"].map(|stamp| format!("before-upgrade-29991231-235959-{stamp}.db"));
    let theirs = ["before-upgrade-x.db", "before-upgrade-29991231-235959-001.db.txt", "before-upgrade-zz.db"];
    for name in later.iter().map(String::as_str).chain(theirs) {
        booth.folder.write(name, "x");
    }
    let new = booth.new_program(&format!("case $*$BROKEN in *serve1) {}; exit 1;; esac", booth.schema("99")));
    let failed = booth.update(&[&new, "--service", "booth"], &manager.environment());
    assert!(failed.err.contains("the old program and its database are back, and ready"), "{}", failed.err);
    let mut kept = booth.names("before-upgrade-");
    assert!(theirs.iter().all(|name| kept.contains(&(*name).to_owned())), "{kept:?}");
    kept.retain(|name| name.ends_with(".db") && !theirs.contains(&name.as_str()));
    kept.sort();
    assert_eq!(kept.len(), 3, "{kept:?}");
    assert_eq!(kept[1..], later[2..], "the new one, and the latest of the others");
}

#[tokio::test]
async fn what_root_makes_is_of_whoever_runs_the_server() {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        eprintln!("not run: only root can give files to another user");
        return;
    }
    let booth = Booth::with_a_paid_order().await;
    let manager = Manager::new(&booth, &[("BROKEN", "1")]);
    for (name, mode) in [("boothpay.db", 0o640), ("boothpay", 0o750)] {
        let path = booth.folder.path().join(name);
        chown(&path, Some(SERVER), Some(GROUP)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let rights = |name: &str| {
        let found = fs::metadata(booth.folder.path().join(name)).unwrap();
        (found.uid(), found.gid(), found.mode() & 0o777)
    };
    // The new program also tells what it is given to try itself on.
    let copy = "stat -c '%u %g %a' boothpay.db.rehearsal >rehearsed";
    let lines = format!("case $*$BROKEN in *rehearse*) {copy};; *serve1) {}; exit 1;; esac", booth.schema("99"));
    let new = booth.new_program(&lines);
    // Killed once it has noted that it goes back, and once to its end.
    let killed = [&manager.environment()[..], &[("CRASH_AT", "in_update:6")]].concat();
    assert_eq!(booth.update(&[&new, "--service", "booth"], &killed).code, None);
    assert_eq!(rights("boothpay.db.going-back"), (SERVER, GROUP, 0o640));
    assert_eq!(rights("boothpay"), (SERVER, GROUP, 0o750), "the new program");
    assert_eq!(fs::read_to_string(booth.folder.path().join("rehearsed")).unwrap(), format!("{SERVER} {GROUP} 640\n"));
    fs::remove_file(booth.folder.path().join("boothpay.db.going-back")).unwrap();
    fs::rename(booth.folder.path().join("boothpay-old"), &booth.program).unwrap();
    let backup = booth.names("before-upgrade-").remove(0);
    assert!(booth.folder.run(&["restore", &backup, "--force"], &[]).code == Some(0));
    // The next is put aside in another second.
    for aside in booth.names("before-restore") {
        fs::remove_file(booth.folder.path().join(aside)).unwrap();
    }

    let failed = booth.update(&[&new, "--service", "booth"], &manager.environment());
    assert!(failed.err.contains("the old program and its database are back, and ready"), "{}", failed.err);
    assert!(booth.names("boothpay.db").len() >= 4, "with a log and its index: {:?}", booth.names(""));
    for name in booth.names("boothpay.db").into_iter().chain(booth.names("before-upgrade-")) {
        assert_eq!(rights(&name), (SERVER, GROUP, 0o640), "{name}");
    }
}

#[tokio::test]
async fn whatever_fails_on_the_way_back_the_service_runs_afterwards() {
    for (lost, words) in [("before-upgrade-*", "so it stays in place"), ("boothpay-old", "cannot be replaced")] {
        let booth = Booth::with_a_paid_order().await;
        let manager = Manager::new(&booth, &[("BROKEN", "1")]);
        let (changes, knows) = (booth.schema("99"), booth.schema("1"));
        let new = booth.new_program(&format!("{AT_FIRST} rm {lost}; {changes}; exit 1; fi; {knows};; esac"));
        let failed = booth.update(&[&new, "--service", "booth"], &manager.environment());
        assert_eq!(failed.code, Some(1));
        assert!(failed.err.contains("did not become ready") && failed.err.contains(words), "{}", failed.err);
        assert!(manager.runs(), "{words}: {}", failed.err);
        manager.stop();
        booth.starts().await;
    }
}

#[tokio::test]
async fn a_service_that_cannot_be_stopped_leaves_nothing_behind() {
    let booth = Booth::with_a_paid_order().await;
    let manager = Manager::new(&booth, &[]);
    let refused = booth.update(&[&booth.new_program(""), "--service", "unknown"], &manager.environment());
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("nothing was changed: the server cannot be stopped"), "{}", refused.err);
    assert!(refused.err.contains("The server cannot be started") && refused.err.contains("by hand"), "{}", refused.err);
    assert!(booth.names("boothpay-").is_empty() && booth.names("before-upgrade-").is_empty(), "{:?}", booth.names(""));
}

#[tokio::test]
async fn a_file_with_the_name_of_the_copy_and_the_program_itself_are_refused_and_stay_whole() {
    let booth = Booth::with_a_paid_order().await;
    let at = |name: &str| booth.folder.path().join(name);
    fs::rename(booth.new_program(""), at("boothpay-new")).unwrap();
    std::os::unix::fs::symlink("boothpay-new", at("link")).unwrap();
    fs::hard_link(&booth.program, at("twin")).unwrap();
    let own = "has the name that an update gives to its own copy";
    let itself = "is the program itself: name the file of another version";
    let (program, new) = (fs::read(&booth.program).unwrap(), fs::read(at("boothpay-new")).unwrap());
    let named = [("boothpay-new", own), ("./boothpay-new", own), ("link", own), ("boothpay", itself), ("twin", itself)];
    for (name, words) in named {
        let refused = booth.update(&[name], &[]);
        assert_eq!(refused.code, Some(1), "{name}");
        assert!(refused.err.contains(words), "{name}: {}", refused.err);
        assert!(fs::read(&booth.program).unwrap() == program && fs::read(at("boothpay-new")).unwrap() == new, "{name}");
    }
    // What an earlier, killed update left may be another name of a file that is named.
    fs::hard_link(at("boothpay-new"), at("downloaded-again")).unwrap();
    let updated = booth.update(&["downloaded-again"], &[]);
    assert_eq!(updated.code, Some(0), "{}", updated.err);
    assert!(fs::read(&booth.program).unwrap() == new && fs::read(at("downloaded-again")).unwrap() == new);
    // The program before is one that can be named.
    let named = booth.program.to_str().unwrap();
    assert_eq!(booth.update(&["boothpay-old", "--program", named], &[]).code, Some(0));
    booth.starts().await;
}

#[tokio::test]
async fn the_rehearsals_folder_is_new_and_nobody_elses_to_read() {
    let booth = Booth::with_a_paid_order().await;
    let passing = booth.folder.path().join("passing");
    fs::create_dir(&passing).unwrap();
    let lines = "case $* in *rehearse*) stat -c '%a %n' \"$(dirname \"$(readlink /proc/$$/fd/1)\")\" >seen;; esac";
    let updated = booth.update(&[&booth.new_program(lines)], &[("TMPDIR", passing.to_str().unwrap())]);
    assert_eq!(updated.code, Some(0), "{}", updated.err);
    let seen = fs::read_to_string(booth.folder.path().join("seen")).unwrap();
    let (mode, folder) = seen.trim().split_once(' ').unwrap();
    assert_eq!((mode, Path::new(folder).parent()), ("700", Some(passing.as_path())));
    assert_eq!(fs::read_dir(&passing).unwrap().count(), 0, "and it is gone");
}

#[tokio::test]
async fn where_the_database_that_is_put_aside_went_is_said() {
    let booth = Booth::with_a_paid_order().await;
    let manager = Manager::new(&booth, &[("BROKEN", "1")]);
    let new = booth.new_program(&format!("case $*$BROKEN in *serve1) {}; exit 1;; esac", booth.schema("99")));
    let failed = booth.update(&[&new, "--service", "booth"], &manager.environment());
    let aside = booth.names("before-restore").remove(0);
    assert!(failed.out.contains("an update was taken back: the database is"), "{}", failed.out);
    assert!(failed.out.contains(&format!("{aside}.\n")), "{}", failed.out);
}

#[tokio::test]
async fn where_there_was_no_database_there_is_none_again_unless_it_took_orders() {
    for (row, killed) in [(false, false), (false, true), (true, false)] {
        let booth = Booth::with_a_paid_order().await;
        for name in booth.names("boothpay.db") {
            fs::remove_file(booth.folder.path().join(name)).unwrap();
        }
        let manager = Manager::new(&booth, &[("BROKEN", "1")]);
        let sql = format!("create table journal (x); {}", if row { "insert into journal values (1);" } else { "" });
        let made = format!(
            "python3 -c \"import sqlite3; sqlite3.connect('boothpay.db').executescript('{sql} pragma user_version = 99')\""
        );
        let new = booth.new_program(&format!("case $*$BROKEN in *serve1) {made}; exit 1;; esac"));
        let crash = [("CRASH_AT", if killed { "in_update:7" } else { "in_update:99" })];
        let failed = booth.update(&[&new, "--service", "booth"], &[&manager.environment()[..], &crash].concat());
        if killed {
            assert_eq!(failed.code, None, "{}", failed.err);
            manager.start();
        } else if row {
            assert!(failed.err.contains("it took orders or payments before"), "{}", failed.err);
            assert!(booth.is_a_script() && booth.names("before-restore").is_empty(), "{:?}", booth.names(""));
            continue;
        } else {
            assert!(failed.err.contains("the old program and its database are back, and ready"), "{}", failed.err);
            assert!(failed.out.contains("there is no database, as before"), "{}", failed.out);
        }
        assert!(!booth.is_a_script() && manager.runs(), "{}", failed.err);
        assert_eq!(booth.names("before-restore").len(), 1, "{:?}", booth.names(""));
        assert!(booth.names("going-back").is_empty());
    }
}

#[tokio::test]
async fn an_old_program_that_cannot_be_kept_is_said_and_the_service_runs() {
    let booth = Booth::with_a_paid_order().await;
    let manager = Manager::new(&booth, &[]);
    manager.start();
    fs::create_dir(booth.folder.path().join("boothpay-old")).unwrap();
    let failed = booth.update(&[&booth.new_program(""), "--service", "booth"], &manager.environment());
    assert!(failed.err.contains("nothing was changed: the old program cannot be kept as"), "{}", failed.err);
    assert!(manager.runs() && !booth.is_a_script());
    assert!(booth.names("boothpay-new").is_empty());
    assert!(Command::new("cmp").args([REAL.as_ref(), booth.program.as_os_str()]).status().unwrap().success());
}
