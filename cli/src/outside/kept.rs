//! What was kept before: whether a server would begin anew where there was a database once, and who else may read what is kept.

use crate::settings::{Loaded, finding};
use boothpay_server::config::connected::ENDING as WALLETS;
use boothpay_server::config::{Finding, Outside, Weight};
use boothpay_server::panel::FILE_ENDINGS;
use boothpay_store::{Address, OpenError, quoted};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How the backups are named that an update or a package makes beside a database, and what a restore has put aside.
const BEFORE_UPGRADE: &str = "before-upgrade-";
const BEFORE_RESTORE: &str = ".before-restore-";

/// Why a server would begin with no orders, though there was something: told by `check`, and at a start before a database is made.
pub(crate) fn begins_anew(loaded: &Loaded) -> Option<Finding> {
    let outside = &loaded.judged.outside;
    let address = outside.database.as_ref()?;
    let Address::SqliteFile(path) = address else { return None };
    let advice = match boothpay_store::look(address) {
        Err(error @ OpenError::Empty(_)) => {
            format!("a server that starts now begins anew, with no orders, because {error}")
        }
        Ok(None) if !path.exists() => {
            let backups = backups(outside, path);
            let backup = newest(&backups)?;
            format!(
                "there is no {} any more, and a server that starts begins anew, with no orders; but there was one, of which {} was \
                 made. If it was not taken away on purpose, stop the server and put the backup in its place: {} restore {} --force",
                path.display(),
                backup.display(),
                loaded.command,
                quoted(backup)
            )
        }
        Ok(_) | Err(_) => return None,
    };
    Some(finding(Weight::Remark, "database", advice))
}

/// A database that was named where a backup lies, instead of restored. It is a database from then on, and nobody removes it; but the next
/// person may take it for a copy.
pub(crate) fn named_as_backup(loaded: &Loaded) -> Option<Finding> {
    let outside = &loaded.judged.outside;
    let Some(Address::SqliteFile(path)) = &outside.database else { return None };
    let is_named = backups(outside, path).iter().any(|backup| is_same(backup, path));
    let advice = format!(
        "{} is named like a backup, and is the database itself: it is not the copy of it any more. Give it another name: stop the server, \
         name the file here that the database is to be, for instance boothpay.db, run {} restore {}, and start the server",
        path.display(),
        loaded.command,
        quoted(path),
    );
    is_named.then(|| finding(Weight::Remark, "database", advice))
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// What was kept in the panel under the name of another database: prices, wallets, a bot. With another database setting, or after a
/// move, nothing of it counts, and nothing else would say so. Looked for beside this database's files, and beside `from`.
pub(crate) fn left_behind(outside: &Outside, from: Option<&Path>) -> Vec<Finding> {
    let Some(wallets) = &outside.wallets_file else { return Vec::new() };
    let folder_of = |file: &Path| file.parent().map(Path::to_owned).unwrap_or_default();
    let folders: BTreeSet<PathBuf> = [Some(wallets.as_path()), from].into_iter().flatten().map(folder_of).collect();
    let told = |ending: &str| {
        // The wallets' file may have any name, by a setting.
        let named_alike = wallets.with_extension("").with_extension(ending);
        let ours = if ending == WALLETS { wallets.clone() } else { named_alike };
        if ours.exists() {
            return None;
        }
        let name = format!(".{ending}");
        let others: Vec<PathBuf> =
            folders.iter().flat_map(|folder| named(folder, &|file| file.ends_with(&name))).collect();
        let other = newest(&others)?;
        let advice = format!(
            "there is no {}, but there is a {}: what the panel keeps in it does not count here, because its files are named after the \
             database. If it was this booth's, stop the server and copy it to {0}",
            ours.display(),
            other.display(),
        );
        Some(finding(Weight::Remark, "database", advice))
    };
    FILE_ENDINGS.into_iter().filter_map(told).collect()
}

/// What everybody on this computer may read: the database and its backups hold links to customers' pictures and second factors of
/// logins. New files are their owner's alone; what an owner has set stays.
pub(crate) fn read_by_others(outside: &Outside) -> Vec<Finding> {
    let mut looked = Vec::new();
    if let Some(Address::SqliteFile(path)) = &outside.database {
        let beside = ["", "-wal", "-shm"].map(|ending| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        });
        looked.push(("database", beside.to_vec()));
        looked.push(("backup.folder", backups(outside, path)));
    }
    looked.push(("log.file", outside.log_file.iter().cloned().collect()));
    let told = |(setting, files): (&'static str, Vec<PathBuf>)| {
        let open: Vec<PathBuf> = files.into_iter().filter(|file| is_for_everybody(file)).collect();
        let first = open.first()?.display().to_string();
        let others = match open.len().saturating_sub(1) {
            0 => String::new(),
            more => format!(", and {more} more beside it"),
        };
        let advice = format!(
            "every user of this computer may read {first}{others}; what is in them is nobody else's. Take the right away: chmod o-rwx \
             with the names of the files"
        );
        Some(finding(Weight::Remark, setting, advice))
    };
    looked.into_iter().filter_map(told).collect()
}

/// The backups of a database, in their folder and beside it.
fn backups(outside: &Outside, database: &Path) -> Vec<PathBuf> {
    let is_backup = |name: &str| name.starts_with("boothpay-") && name.ends_with(".db");
    let mut found = outside.backup_folder.as_deref().map(|folder| named(folder, &is_backup)).unwrap_or_default();
    let own = database.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_beside = |name: &str| {
        let is_aside = name.strip_prefix(&own).is_some_and(|rest| rest.starts_with(BEFORE_RESTORE));
        (is_aside && !name.ends_with("-wal") && !name.ends_with("-shm"))
            || (name.starts_with(BEFORE_UPGRADE) && name.ends_with(".db"))
    };
    found.extend(named(database.parent().unwrap_or(database), &is_beside));
    found
}

/// The files of a folder that are named so.
fn named(folder: &Path, is_one: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| is_one(&entry.file_name().to_string_lossy())).map(|entry| entry.path()).collect()
}

fn newest(files: &[PathBuf]) -> Option<&PathBuf> {
    files.iter().max_by_key(|file| std::fs::metadata(file).and_then(|file| file.modified()).ok())
}

/// Whether any user may read a file, in folders that any user may enter.
#[cfg(unix)]
fn is_for_everybody(file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    const READ: u32 = 0o004;
    const ENTER: u32 = 0o001;
    let lets = |path: &Path, bit: u32| std::fs::metadata(path).is_ok_and(|found| found.mode() & bit != 0);
    let Ok(file) = file.canonicalize() else { return false };
    lets(&file, READ) && file.ancestors().skip(1).all(|folder| lets(folder, ENTER))
}

/// Windows keeps rights in lists, which a new file has from its folder.
#[cfg(not(unix))]
fn is_for_everybody(_: &Path) -> bool {
    false
}
