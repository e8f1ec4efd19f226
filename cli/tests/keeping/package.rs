//! What Debian's package does before it is upgraded (`packaging/debian/maintainer/preinst`), on a folder of the test's own.

use crate::support::Folder;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

const SCRIPT: &str = include_str!("../../../packaging/debian/maintainer/preinst");

#[test]
fn the_backup_just_made_stays_whatever_the_clock_says_and_so_do_the_owners_files() {
    let folder = Folder::new();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // Plays the program: the last word is where the backup goes.
    folder.write("boothpay", "#!/bin/sh\nwhile [ $# -gt 1 ]; do shift; done\necho new >\"$1\"\n");
    // Nobody else has to be there to run it.
    folder.write("runuser", "#!/bin/sh\nshift 3\nexec \"$@\"\n");
    for program in ["boothpay", "runuser"] {
        fs::set_permissions(at(program), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let data = at("data");
    fs::create_dir(&data).unwrap();
    let later = ["29990101-000001", "29990101-000002", "29990101-000003"];
    let theirs = ["before-upgrade-x.db", "before-upgrade- a b.db", "a", "boothpay.db"];
    let files = later.map(|stamp| format!("before-upgrade-{stamp}.db")).into_iter();
    for name in files.chain(theirs.map(str::to_owned)) {
        fs::write(format!("{data}/{name}"), "old").unwrap();
        // Older than the rest by the clock of the file system, too.
        let dated = Command::new("touch").args(["-d", "2999-01-01", &format!("{data}/{name}")]).status();
        assert!(dated.unwrap().success());
    }
    let script = SCRIPT.replace("/var/lib/boothpay", &data).replace("/usr/bin/boothpay", &at("boothpay"));
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let run =
        Command::new("sh").args(["-c", &script, "preinst", "upgrade"]).env("PATH", path).current_dir(&data).output();
    let run = run.unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let mut names: Vec<String> =
        fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(theirs.iter().all(|name| names.contains(&(*name).to_owned())), "{names:?}");
    names.retain(|name| !theirs.contains(&name.as_str()));
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(fs::read_to_string(format!("{data}/{}", names[0])).unwrap(), "new\n", "{names:?}");
}
