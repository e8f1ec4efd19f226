//! Commands that only look, run by another user than the server: they leave nothing behind that would keep the server out. And
//! a server that is kept out says by which file.

use crate::support::{Finished, Folder, Running};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;

/// Users and a group that no account has.
const SERVER: u32 = 12_001;
const READER: u32 = 12_002;
const GROUP: u32 = 12_100;

/// A folder of the server's user that the group may write into, and the program in a place that everybody can read.
struct House {
    folder: Folder,
    elsewhere: Folder,
    program: PathBuf,
}

impl House {
    /// `None`, which is said, where the tests may not run anything as somebody else.
    fn build() -> Option<Self> {
        if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
            eprintln!("not run: only root can start programs as two users");
            return None;
        }
        let (folder, elsewhere) = (Folder::new(), Folder::new());
        chown(folder.path(), Some(SERVER), Some(GROUP)).unwrap();
        for (place, mode) in [(folder.path(), 0o2770), (elsewhere.path(), 0o777)] {
            std::fs::set_permissions(place, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let program = elsewhere.path().join("boothpay");
        // By a program of its own: see `contract/settings.rs`.
        let copied = std::process::Command::new("cp")
            .args([env!("CARGO_BIN_EXE_boothpay").as_ref(), program.as_os_str()])
            .status();
        assert!(copied.unwrap().success());
        let house = Self { folder, elsewhere, program };
        let made = house.run(SERVER, &["order", "create", "--id", "first"]);
        assert_eq!(made.code, Some(0), "{}", made.err);
        Some(house)
    }

    fn command(&self, user: u32, arguments: &[&str]) -> std::process::Command {
        let environment = [("BOOTHPAY_LISTEN", "127.0.0.1:0")];
        let mut command = self.folder.command_of(&self.program, arguments, &environment);
        command.uid(user).gid(GROUP);
        command
    }

    fn run(&self, user: u32, arguments: &[&str]) -> Finished {
        Finished::of(self.command(user, arguments))
    }

    /// Every file with its owner and its rights.
    fn files(&self) -> Vec<(String, u32, u32)> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap().map(Result::unwrap);
        let described = entries.map(|entry| {
            let found = entry.metadata().unwrap();
            (entry.file_name().into_string().unwrap(), found.uid(), found.mode())
        });
        let mut files: Vec<_> = described.collect();
        files.sort();
        files
    }

    /// The other user runs every command that only looks; everything is as before, and each has seen what there is.
    fn look_around(&self, when: &str) {
        let before = self.files();
        let backup = self.elsewhere.path().join(format!("{when}.db"));
        let commands: [(&[&str], &str); 8] = [
            (&["verify"], "as it should be: 1 orders"),
            (&["order", "list"], "\"first\""),
            (&["order", "show", "first"], "\"journal\""),
            (&["backup", backup.to_str().unwrap()], "verified backup"),
            (&["check"], ""),
            (&["booth", "list"], "\"screens\""),
            (&["tasks", "list", "--all"], "0 failed, 0 done"),
            (&["tasks", "show", "1"], "there is no task 1"),
        ];
        for (command, expected) in commands {
            let finished = self.run(READER, command);
            let said = format!("{}{}", finished.out, finished.err);
            assert!(said.contains(expected), "{when}, {command:?}: {said}");
            assert_eq!(self.files(), before, "{when}, {command:?}");
        }
    }
}

#[test]
fn another_users_looking_leaves_nothing_that_keeps_the_server_out() {
    for rights in [0o644, 0o664] {
        let Some(house) = House::build() else { return };
        let database = house.folder.path().join("boothpay.db");
        std::fs::set_permissions(&database, std::fs::Permissions::from_mode(rights)).unwrap();
        assert_eq!(house.files().len(), 1, "{:?}", house.files());
        house.look_around("stopped");
        let server = Running::of(house.command(SERVER, &["serve"]));
        assert_eq!(house.files().len(), 3);
        house.look_around("running");
        server.kill();
        house.look_around("killed");
        Running::of(house.command(SERVER, &["serve"])).kill();
        std::fs::remove_file(house.folder.path().join("boothpay.db-shm")).unwrap();
        house.look_around("with a log alone");
        Running::of(house.command(SERVER, &["serve"])).kill();
    }
}

#[test]
fn what_is_restored_is_the_servers_whoever_restores_it() {
    let Some(house) = House::build() else { return };
    let database = house.folder.path().join("boothpay.db");
    let backup = house.elsewhere.path().join("safe.db");
    let backup = backup.to_str().unwrap();
    // What a server makes is its own alone; here its owner lets others read it.
    std::fs::set_permissions(&database, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(house.run(READER, &["backup", backup]).code, Some(0));
    let rights = || {
        let found = std::fs::metadata(&database).unwrap();
        (found.uid(), found.gid(), found.mode() & 0o777)
    };
    let tidy = || {
        for (name, ..) in house.files().iter().filter(|(name, ..)| name.contains("before-restore")) {
            std::fs::remove_file(house.folder.path().join(name)).unwrap();
        }
    };
    let restore = ["restore", backup, "--force"];
    for mode in [0o600, 0o640] {
        std::fs::set_permissions(&database, std::fs::Permissions::from_mode(mode)).unwrap();
        let restored = house.run(0, &restore);
        assert_eq!(restored.code, Some(0), "{}", restored.err);
        assert_eq!(rights(), (SERVER, GROUP, mode));
        tidy();
    }
    // Another user of the group would make a file that the server may not write.
    let refused = house.run(READER, &restore);
    assert_eq!(refused.code, Some(1));
    let words = format!(
        "belongs to the user with the number {SERVER}, and a file that this user makes would keep the server out"
    );
    assert!(refused.err.contains(&words), "{}", refused.err);
    assert_eq!(house.files().len(), 1, "{:?}", house.files());
    std::fs::set_permissions(&database, std::fs::Permissions::from_mode(0o660)).unwrap();
    let restored = house.run(READER, &restore);
    assert_eq!(restored.code, Some(0), "{}", restored.err);
    assert_eq!(rights(), (READER, GROUP, 0o660));
    tidy();
    Running::of(house.command(SERVER, &["serve"])).kill();
    // Where there is none any more, it is of whoever the folder is.
    for (name, ..) in house.files() {
        std::fs::remove_file(house.folder.path().join(name)).unwrap();
    }
    assert_eq!(house.run(0, &["restore", backup]).code, Some(0));
    assert_eq!((rights().0, rights().1), (SERVER, GROUP));
    Running::of(house.command(SERVER, &["serve"])).kill();
}

#[test]
fn a_server_that_is_kept_out_names_the_file_its_owner_and_the_cure_once() {
    for name in ["boothpay.db-shm", "boothpay.db-wal", "boothpay.db"] {
        let Some(house) = House::build() else { return };
        Running::of(house.command(SERVER, &["serve"])).kill();
        let file = house.folder.path().join(name);
        chown(&file, Some(READER), None).unwrap();
        let refused = house.run(SERVER, &["serve"]);
        assert_eq!(refused.code, Some(1), "{name}");
        let words = format!("{} belongs to the user with the number {READER}", file.display());
        assert_eq!(refused.err.matches(&words).count(), 1, "{name}: {}", refused.err);
        let (lines, readonly) = (refused.err.lines().count(), refused.err.contains("readonly"));
        assert!(lines == 1 && !readonly && refused.err.contains("may not write it"), "{name}: {}", refused.err);
        assert!(refused.err.contains("sudo chown --reference="), "{name}: {}", refused.err);
        chown(&file, Some(SERVER), None).unwrap();
        Running::of(house.command(SERVER, &["serve"])).kill();
    }
}
