//! His file: only read, whatever lies beside it; and files that are none of his.

use crate::his::{FILE, Place, TABLE, database, dump};
use crate::support::Folder;
use std::collections::BTreeMap;
use std::path::Path;

/// Every file in a folder that begins with his file's name, with its contents.
fn his_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let his = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(FILE));
    his.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn rows_in_a_log_beside_his_file_are_read_and_nothing_of_his_is_touched() {
    let folder = Folder::new();
    let his = dump(&folder);
    his.execute_batch(
        "pragma journal_mode = wal; pragma wal_autocheckpoint = 0;
         insert into payments values (70, 'in-the-log', 'p-log', 10000, 'payme', 'success', 2, '2025-12-25 11:07:11',
                                      '2025-12-25 11:08:11', null, null, '2025-12-25 11:07:11', null)",
    )
    .unwrap();
    let before = his_files(folder.path());
    assert!(before.contains_key("photobooth.db-wal"));
    assert!(Place::File.import(&folder, &["--skip-refused"]).contains(": 61 new,"));
    assert_eq!(his_files(folder.path()), before);
    // As a copy has it: without the shared memory of whoever had it open.
    let copy = Folder::new();
    for name in [FILE, "photobooth.db-wal"] {
        std::fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let before = his_files(copy.path());
    assert!(Place::File.import(&copy, &["--skip-refused"]).contains(": 61 new,"));
    assert_eq!(his_files(copy.path()), before);
}

#[cfg(unix)]
#[test]
fn a_file_that_nobody_may_write_in_a_folder_with_an_odd_name_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let odd = folder.path().join("фото? 100%#1");
    std::fs::create_dir(&odd).unwrap();
    drop(dump(&folder));
    let file = odd.join(FILE);
    std::fs::rename(folder.path().join(FILE), &file).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o444)).unwrap();
    let arguments = ["import", file.to_str().unwrap(), "--skip-refused"];
    let taken = Place::File.run(&folder, &arguments, &[]);
    assert_eq!(taken.code, Some(0), "{}", taken.err);
    assert_eq!(std::fs::read_dir(&odd).unwrap().count(), 1);
}

#[test]
fn what_is_not_his_says_what_it_is() {
    let folder = Folder::new();
    folder.write("text.db", "this is no database, but long enough to be taken for one by its size alone");
    folder.write("empty.db", "");
    std::fs::create_dir(folder.path().join("folder.db")).unwrap();
    let encrypted = [b"SQLite format 3\0".to_vec(), vec![0xa7; 8192]].concat();
    std::fs::write(folder.path().join("encrypted.db"), encrypted).unwrap();
    drop(database(&folder, "create table photos (id); create table sessions (id)"));
    std::fs::rename(folder.path().join(FILE), folder.path().join("other.db")).unwrap();
    drop(database(&folder, "create table payments (id, order_id, amount, status, create_time)"));
    std::fs::rename(folder.path().join(FILE), folder.path().join("columns.db")).unwrap();
    drop(dump(&folder));
    let whole = std::fs::read(folder.path().join(FILE)).unwrap();
    std::fs::write(folder.path().join("cut.db"), &whole[..4096]).unwrap();
    folder.write("latin.csv", "id,order_id\n");
    std::fs::write(folder.path().join("latin1.csv"), b"id;\xf4\xee\xf2\xee").unwrap();
    Place::File.run(&folder, &["order", "create"], &[]);
    let cases = [
        (&["nowhere.db"][..], "there is no file nowhere.db; look at its name"),
        (&["text.db"], "text.db is no SQLite database: it begins otherwise"),
        (&["empty.db"], "empty.db is no SQLite database: it is empty"),
        (&["folder.db"], "folder.db "),
        (&["encrypted.db"], "encrypted.db is "),
        (&["other.db"], "other.db has no table payments; it has: photos, sessions"),
        (&["columns.db"], "has no column transaction_id, payment_type, state, perform_time, cancel_time"),
        (&["cut.db"], "cut.db is damaged: "),
        (&["boothpay.db"], "boothpay.db is a database of Boothpay"),
        (&["--csv=nowhere.csv"], "there is no file nowhere.csv; look at its name"),
        (&["--csv=latin.csv"], "no column transaction_id"),
        (&["--csv=latin1.csv"], "is not UTF-8 text"),
        (&[FILE, "--csv=latin.csv"], "cannot be used with"),
        (&[], "required"),
        (&[FILE, "--database", "sqlite::memory:"], "memory"),
    ];
    for (arguments, words) in cases {
        let refused = Place::File.run(&folder, &[&["import"], arguments].concat(), &[]);
        assert!(matches!(refused.code, Some(1 | 2)), "{arguments:?}: {}", refused.out);
        assert!(refused.err.contains(words), "{arguments:?}: {words}\n{}", refused.err);
    }
    assert_eq!(Place::File.everything(&folder).matches("order_id").count(), 1, "the one that was made by hand");
}

#[test]
fn an_empty_table_is_nothing_new() {
    let folder = Folder::new();
    drop(database(&folder, TABLE));
    assert!(Place::File.import(&folder, &[]).contains("There is nothing new to take over"));
    assert!(!folder.path().join("boothpay.db").exists());
}
