//! A backup with a failing disk: it is made and whole, or it is not there and nothing is left of it; and the database is as it
//! was.

use crate::flows::{Beginnings, DATABASE, Files, address};
use crate::judge::{contents, judge};
use boothpay_iofault::{Fault, Kind, Watch, install};
use boothpay_store::Store;
use boothpay_store::backup::{self, BackupError};

/// The copy's name.
const COPY: &str = "copy.db";

#[tokio::test(flavor = "multi_thread")]
async fn whichever_operation_fails_a_backup_is_whole_or_not_there() {
    install();
    let beginnings = Beginnings::make().await;
    let mut cases = 0;
    for kind in Kind::ALL {
        for for_ever in [false, true] {
            for nth in 1.. {
                let fault = Fault { kind, nth, for_ever };
                match one(&beginnings, fault) {
                    Ok(true) => cases += 1,
                    Ok(false) => break,
                    Err(complaint) => panic!("{fault:?}: {complaint}"),
                }
            }
        }
    }
    println!("I/O errors under a backup: {cases} cases");
    assert!(cases > 100, "only {cases} cases: the faults do not reach the backup");
}

fn is_about_a_page(words: &str) -> bool {
    ["unable to get the page", "failed to get page"].iter().any(|said| words.contains(said))
}

/// Whether the fault came to pass.
fn one(beginnings: &Beginnings, fault: Fault) -> Result<bool, String> {
    let folder = beginnings.begin(Files::Killed);
    let (database, copy) = (folder.path().join(DATABASE), folder.path().join(COPY));
    let watch = Watch::folder(folder.path());
    // The backup is made beside a server.
    let store = Store::open(&address(folder.path())).map_err(|error| error.to_string())?;
    let wanted = contents(&database)?;
    watch.fail(fault);
    let made = backup::make(&address(folder.path()), &copy);
    let seen = watch.lift();
    match made {
        Ok(_) => {}
        Err(error @ (BackupError::Exists(_) | BackupError::InUse(_))) => {
            return Err(format!("the owner is told: {error}"));
        }
        // SQLite's check of the whole file names the page that it cannot read: a finding like any other.
        Err(error @ BackupError::Damaged { .. }) if !is_about_a_page(&error.to_string()) => {
            return Err(format!("the owner is told: {error}"));
        }
        Err(_) if copy.exists() => return Err("it failed, and a file has its name".to_owned()),
        Err(_) => {}
    }
    let names = std::fs::read_dir(folder.path()).map_err(|error| error.to_string())?;
    let names = names.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let left: Vec<String> = names.filter(|name| !name.starts_with(DATABASE) && name != COPY).collect();
    if !left.is_empty() {
        return Err(format!("left behind: {left:?}"));
    }
    if !copy.exists() {
        backup::make(&address(folder.path()), &copy).map_err(|error| format!("it is not made any more: {error}"))?;
    }
    judge(&database, &[])?;
    judge(&copy, &[])?;
    // The copy says of itself that it is one file.
    if contents(&copy)?[1..] != wanted[1..] || contents(&database)? != wanted {
        return Err("the copy is not what the database is".to_owned());
    }
    drop(store);
    Ok(seen.failed > 0)
}
