//! Whether the pictures of a session are gone that its row still names: a folder was emptied, a disk died.

use super::files::has;
use crate::condition::in_time;
use crate::config::Settings;
use boothpay_protocol::photos::{FileName, Photo, Session};
use tokio::sync::Semaphore;

/// One look at a time: a disk that hangs holds no more than a thread.
static PLACE: Semaphore = Semaphore::const_new(1);

/// Whether no print can be made of them any more: the composed one is not there, nor are all shots of which it could be made again. What
/// cannot be seen now, because the folder is away or does not answer, is not gone.
pub(crate) async fn are_gone(settings: &Settings, session: &Session) -> bool {
    let file = |photo: &Photo| photo.file.clone();
    let sheet = session.sheet().map(file);
    // Of a print that its customer has there are no shots any more.
    let shots: Option<Vec<FileName>> =
        session.link.is_none().then(|| session.uploaded().into_iter().map(file).collect());
    let folder = settings.photos.folder.clone();
    let look = move || {
        let is_gone = |name: &FileName| has(&folder, name).is_ok_and(|there| !there);
        let lacks_sheet = sheet.as_ref().is_none_or(is_gone);
        lacks_sheet && shots.is_none_or(|shots| shots.iter().any(is_gone))
    };
    in_time(&PLACE, look).await.unwrap_or(false)
}
