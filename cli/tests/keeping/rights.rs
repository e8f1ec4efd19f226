//! What is kept is read by its owner alone; what the owner has set stays, and `check` tells of what everybody may read.

use crate::support::Folder;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_is_new_is_its_owners_alone_and_what_is_there_keeps_its_rights() {
    let folder = Folder::new();
    let backups = Folder::new();
    folder.write(
        "boothpay.toml",
        &format!("[log]\nfile = \"log/boothpay.log\"\n[backup]\nfolder = \"{}\"\n", backups.path().display()),
    );
    let booth = folder.serve(&[]);
    booth.err.wait_for("backup made and verified");
    let of = |name: &str| mode(&folder.path().join(name));
    for name in ["boothpay.db", "boothpay.db-wal", "boothpay.db-shm", "log/boothpay.log"] {
        assert_eq!(of(name), 0o600, "{name}");
    }
    booth.kill();
    let made = fs::read_dir(backups.path()).unwrap().next().unwrap().unwrap().path();
    assert_eq!(mode(&made), 0o600);
    assert_eq!(folder.run(&["doctor", "--to", "doctor.txt"], &[]).code, Some(0));
    assert_eq!(of("doctor.txt"), 0o600);

    for name in ["boothpay.db", "log/boothpay.log"] {
        fs::set_permissions(folder.path().join(name), Permissions::from_mode(0o644)).unwrap();
    }
    folder.serve(&[]).kill();
    assert_eq!((of("boothpay.db"), of("log/boothpay.log")), (0o644, 0o644), "the owner has said so");

    let check = || folder.run(&["check", "--development"], &[("BOOTHPAY_LISTEN", "127.0.0.1:0")]).out;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    let said = check();
    assert!(!said.contains("chmod o-rwx"), "nobody else comes into the folder: {said}");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let said = check();
    for file in ["boothpay.db", "boothpay.log"] {
        let told = said.lines().any(|line| line.contains(file) && line.contains("chmod o-rwx"));
        assert!(told, "{file}: {said}");
    }
}
