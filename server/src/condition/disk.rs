//! Room on the disks that this server writes to.

use super::{Standing, in_time};
use crate::config::Settings;
use crate::limits::{DISK_BAD, DISK_LOOK};
use boothpay_store::Address;
use std::path::{Path, PathBuf};
use tokio::sync::Semaphore;

/// One look at a time.
static PLACE: Semaphore = Semaphore::const_new(1);
/// One that customers wait for, which waits for no other disk.
static PHOTOS_PLACE: Semaphore = Semaphore::const_new(1);

/// What is written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Database,
    Photos,
    Backups,
}

/// A folder, and the bytes that are free there; none where that cannot be known.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    pub(crate) used_for: Use,
    pub(crate) folder: PathBuf,
    pub(crate) free: Option<u64>,
    /// How many bytes the disk has in all.
    total: Option<u64>,
}

impl Disk {
    pub(crate) fn standing(&self) -> Standing {
        match self.free {
            None => Standing::Unknown,
            Some(free) if free < DISK_BAD => Standing::Bad,
            Some(free) if free < DISK_LOOK => Standing::Look,
            Some(_) => Standing::Good,
        }
    }
}

/// Disks that are filling, each once, for the first use in the order of [`folders`]: of one disk that holds everything the owner is told
/// once.
pub(crate) fn filling(disks: Vec<Disk>) -> Vec<Disk> {
    let mut filling: Vec<Disk> = Vec::new();
    for disk in disks {
        let is_filling = matches!(disk.standing(), Standing::Look | Standing::Bad);
        if is_filling && !filling.iter().any(|other| is_same(other, &disk)) {
            filling.push(disk);
        }
    }
    filling
}

/// Whether two folders are on one disk: it has one size, and one room but for what was written between the two looks. No name of a disk
/// is asked, because every system has other names.
fn is_same(one: &Disk, other: &Disk) -> bool {
    match (one.free, other.free) {
        (Some(free), Some(others)) => one.total == other.total && free.abs_diff(others) < SAME_DISK,
        (None, _) | (_, None) => false,
    }
}

/// Bytes that are written at most between two looks, one right after the other.
const SAME_DISK: u64 = 64 * 1024 * 1024;

/// All of them. A disk that does not answer in time says nothing of its room.
pub(crate) async fn look(settings: &Settings) -> Vec<Disk> {
    let folders = folders(settings);
    let asked = folders.clone();
    let work = move || asked.into_iter().map(|(used_for, folder)| free(used_for, folder)).collect::<Vec<_>>();
    in_time(&PLACE, work).await.unwrap_or_else(|| {
        folders.into_iter().map(|(used_for, folder)| Disk { used_for, folder, free: None, total: None }).collect()
    })
}

/// That of the photos; none when it does not answer in time.
pub(crate) async fn of_photos(settings: &Settings) -> Option<Disk> {
    let folder = here(&settings.photos.folder);
    in_time(&PHOTOS_PLACE, move || free(Use::Photos, folder)).await
}

fn folders(settings: &Settings) -> Vec<(Use, PathBuf)> {
    let database = match &settings.database {
        Address::SqliteFile(file) => file.parent().map(|folder| (Use::Database, here(folder))),
        Address::SqliteMemory | Address::Postgres(_) => None,
    };
    let backups = settings.backup.as_ref().map(|backup| (Use::Backups, here(&backup.folder)));
    database.into_iter().chain([(Use::Photos, here(&settings.photos.folder))]).chain(backups).collect()
}

fn here(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}

/// A folder that is made later is on the disk of the first one above it that is there.
fn free(used_for: Use, folder: PathBuf) -> Disk {
    let place = folder.ancestors().find(|above| above.exists()).map_or_else(|| PathBuf::from("."), Path::to_owned);
    Disk { used_for, free: fs4::available_space(&place).ok(), total: fs4::total_space(&place).ok(), folder }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_disk_that_holds_everything_the_owner_is_told_once() {
        let disk = |used_for, free: u64, total| Disk {
            used_for,
            folder: PathBuf::new(),
            free: Some(free),
            total: Some(total),
        };
        let (full, large) = (1024 * 1024, 100 * DISK_LOOK);
        let uses = |disks: Vec<Disk>| filling(disks).into_iter().map(|disk| disk.used_for).collect::<Vec<_>>();
        let one = [Use::Database, Use::Photos, Use::Backups].map(|used_for| disk(used_for, full, large)).to_vec();
        assert_eq!(uses(one), [Use::Database]);
        let two = vec![
            disk(Use::Database, DISK_LOOK * 2, large),
            disk(Use::Photos, full, large),
            disk(Use::Backups, full + 4096, large),
        ];
        assert_eq!(uses(two), [Use::Photos], "the database's has room");
        let apart = vec![disk(Use::Database, full, large), disk(Use::Backups, full, large / 2)];
        assert_eq!(uses(apart), [Use::Database, Use::Backups]);
    }
}
