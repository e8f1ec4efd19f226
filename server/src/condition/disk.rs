//! Room on the disks that this server writes to.

use super::{Standing, in_time};
use crate::config::Settings;
use crate::limits::{DISK_BAD, DISK_LOOK};
use boothpay_store::Address;
use std::path::{Path, PathBuf};
use tokio::sync::Semaphore;

/// One look at a time.
static PLACE: Semaphore = Semaphore::const_new(1);

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

/// All of them. A disk that does not answer in time says nothing of its room.
pub(crate) async fn look(settings: &Settings) -> Vec<Disk> {
    let folders = folders(settings);
    let asked = folders.clone();
    let work = move || asked.into_iter().map(|(used_for, folder)| free(used_for, folder)).collect::<Vec<_>>();
    in_time(&PLACE, work).await.unwrap_or_else(|| {
        folders.into_iter().map(|(used_for, folder)| Disk { used_for, folder, free: None }).collect()
    })
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
    Disk { used_for, free: fs4::available_space(place).ok(), folder }
}
