//! Files that an owner names and that are not there, or are something else: he hears what to do, not the system's number.

use crate::support::Folder;

#[test]
fn a_file_that_is_not_there_is_told_of_with_a_cure() {
    let folder = Folder::new();
    folder.serve(&[]).kill();
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    let cases: [(&[&str], &str); 17] = [
        (&["import", "nope.db"], "look at its name"),
        (&["import", "--csv", "nope.csv"], "look at its name"),
        (&["import", "folder"], "it is a folder. Name the file"),
        (&["reconcile", "nope.csv", "--wallet", "payme"], "look at its name"),
        (&["reconcile", "folder", "--wallet", "payme"], "name the file in it"),
        (&["layout", "check", "nope.toml"], "look at its name"),
        (&["layout", "draw", "strip", "--pictures", "nope.jpg", "--out", "x.png"], "look at its name"),
        (&["layout", "calibration", "--out", "no/x.png"], "the folder of no/x.png is not there"),
        (&["restore", "nope.db"], "nope.db; look at its name"),
        (&["restore", "nope.db", "--force"], "nope.db; look at its name"),
        (&["backup", "folder"], "give another name"),
        (&["backup", "no/such.db"], "there is no folder no; make it"),
        (&["backup", "boothpay.db-wal"], "boothpay.db-wal is the name of a file that the database itself has"),
        (&["backup", "./boothpay.db-shm"], "give another name"),
        (&["doctor", "--to", "no/x.txt"], "the folder of no/x.txt is not there"),
        (&["order", "export", "--csv", "-o", "no/x.csv"], "the folder of no/x.csv is not there"),
        (&["verify", "--database", "nope.db"], "there is no database nope.db yet"),
    ];
    for (command, cure) in cases {
        let said = folder.run(command, &[]);
        assert_eq!(said.code, Some(1), "{command:?}: {}", said.out);
        assert!(said.err.contains(cure), "{command:?}: {}", said.err);
        assert!(!said.err.contains("os error") && !said.err.contains("immutable"), "{command:?}: {}", said.err);
    }
}

#[test]
fn a_doctors_file_is_made_in_a_folder_and_twice_in_a_second() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("out")).unwrap();
    for _ in 0..2 {
        let made = folder.run(&["doctor", "--to", "out"], &[]);
        assert_eq!(made.code, Some(0), "{}", made.err);
    }
    assert_eq!(std::fs::read_dir(folder.path().join("out")).unwrap().count(), 2);
    let kept = folder.run(&["doctor", "--to", "doctor.txt"], &[]);
    assert_eq!(kept.code, Some(0), "{}", kept.err);
    let refused = folder.run(&["doctor", "--to", "doctor.txt"], &[]);
    assert!(refused.code == Some(1) && refused.err.contains("give another name"), "{}", refused.err);
}
