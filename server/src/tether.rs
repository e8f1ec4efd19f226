//! A camera that a program of its own drives, and whose pictures appear in a folder (`[camera]`): taking a shot with it.
//!
//! The shutter is released by a command of the owner's, or by the customer. One shot is taken at a time. Which file belongs to it say
//! [`folder`] and [`witness`]. Where a shot brought nothing in time, its file may still come: the next customer is not before the camera until
//! that is out of the question, and what is in the folder then is of before.

mod folder;
mod witness;

use crate::command::{self, Ended};
use crate::config::CameraSettings;
use crate::limits::{CAMERA_FILE_LATE, CAMERA_FOLDER_PATIENCE, CAMERA_LOOK, CAMERA_SHOTS_IN_VAIN};
use crate::photos::Photos;
use crate::photos::pictures::{Picture, prepare};
use boothpay_protocol::time::{SpanMs, TimeMs};
use folder::Inbox;
use std::ffi::OsString;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::{OwnedMutexGuard, Semaphore};
use witness::{Witness, camera_time_ms};

/// What stands for the number of the shot in the command.
pub(crate) const SHOT: &str = "{shot}";

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShotError {
    /// Another shot is being taken, or the file of another customer's may still come.
    #[error("a picture of before may still come; the camera is free in a moment")]
    Late,
    /// The command did not do its part.
    #[error("camera.command released no shutter: {0}")]
    Command(String),
    /// Nothing came in time.
    #[error("no picture came into camera.folder within {0} s")]
    Nothing(u64),
    /// The folder cannot be looked at.
    #[error("camera.folder cannot be read: {0}")]
    Folder(#[from] io::Error),
    /// It broke off.
    #[error("taking the shot broke off")]
    BrokeOff,
}

/// A shot that brought nothing in time: its file may still come.
#[derive(Debug)]
struct Missing {
    /// As the page names the customer.
    whose: String,
    /// When his last shot was over.
    at: Instant,
}

impl Missing {
    fn may_come(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.at) < CAMERA_FILE_LATE
    }
}

/// What is left of it after a shot of this customer's. Where an earlier one is missing, what came may be that one, and this one's own
/// may still come.
fn after_shot(missing: Option<Missing>, whose: &str, came: bool, now: Instant) -> Option<Missing> {
    let stays = !came || missing.as_ref().is_some_and(|missing| missing.may_come(now));
    stays.then(|| Missing { whose: whose.to_owned(), at: now })
}

/// How the camera is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CameraState {
    /// Nothing is known to be wrong.
    Well,
    /// Its folder cannot be looked at.
    Gone,
    /// [`CAMERA_SHOTS_IN_VAIN`] shots in a row brought no picture, or more.
    InVain,
}

/// Held while something waits for the disk, also when nobody waits for that any more.
type Folder = OwnedMutexGuard<Inbox>;

/// The camera.
pub(crate) struct Tether {
    settings: CameraSettings,
    folder: Arc<tokio::sync::Mutex<Inbox>>,
    witness: Mutex<Witness>,
    missing: Mutex<Option<Missing>>,
    /// One shot at a time.
    taking: Semaphore,
    /// Since when the folder is gone, as far as somebody has looked.
    gone_since: Mutex<Option<TimeMs>>,
    /// Shots without a picture since the last one with a picture.
    in_vain: AtomicU32,
}

impl Tether {
    /// None where the browser's camera takes the pictures.
    pub(crate) fn new(settings: Option<&CameraSettings>) -> Option<Self> {
        let settings = settings?.clone();
        let inbox = Inbox::new(settings.folder.clone(), settings.leaves_files);
        Some(Self {
            settings,
            folder: Arc::new(tokio::sync::Mutex::new(inbox)),
            witness: Mutex::new(Witness::new(Instant::now())),
            missing: Mutex::new(None),
            taking: Semaphore::new(1),
            gone_since: Mutex::new(None),
            in_vain: AtomicU32::new(0),
        })
    }

    /// Whether the folder can be looked at. What came for shots that are over is removed from it.
    pub(crate) async fn is_there(&self) -> bool {
        if self.taking.available_permits() == 0 {
            // Whoever takes a shot finds out.
            return true;
        }
        let looking = async { on_disk(self.inbox().await, Inbox::tidy).await };
        matches!(tokio::time::timeout(CAMERA_FOLDER_PATIENCE, looking).await, Ok(Ok((_, Ok(())))))
    }

    /// How it is.
    pub(crate) async fn state(&self) -> CameraState {
        if !self.is_there().await {
            CameraState::Gone
        } else if self.in_vain.load(Ordering::Relaxed) >= CAMERA_SHOTS_IN_VAIN {
            CameraState::InVain
        } else {
            CameraState::Well
        }
    }

    /// Whether it brings no pictures, or its folder was gone at every look for so long.
    pub(crate) async fn is_lost_for(&self, span: SpanMs, now: TimeMs) -> bool {
        let state = self.state().await;
        let mut gone_since = held(&self.gone_since);
        *gone_since = (state == CameraState::Gone).then(|| gone_since.unwrap_or(now));
        state == CameraState::InVain || gone_since.is_some_and(|since| now.since(since) >= span)
    }

    /// Whether this customer may stand before the camera now.
    pub(crate) fn is_free_for(&self, customer: &str, now: Instant) -> bool {
        self.taking.available_permits() > 0 && !self.may_bring_anothers(customer, now)
    }

    /// Takes a shot: number `shot` of a customer, counted from 1.
    pub(crate) async fn take(&self, photos: &Photos, customer: &str, shot: u32) -> Result<Picture, ShotError> {
        let Ok(_alone) = self.taking.try_acquire() else { return Err(ShotError::Late) };
        if self.may_bring_anothers(customer, Instant::now()) {
            return Err(ShotError::Late);
        }
        let taken = self.picture(photos, shot).await;
        match &taken {
            Ok(_) => self.in_vain.store(0, Ordering::Relaxed),
            Err(_) => {
                // Shots are taken one at a time, so none is lost in between.
                let before = self.in_vain.load(Ordering::Relaxed);
                self.in_vain.store(before.saturating_add(1), Ordering::Relaxed);
            }
        }
        // Where it fails, the next look tells.
        let _ = on_disk(self.inbox().await, Inbox::tidy).await;
        let mut missing = held(&self.missing);
        *missing = after_shot(missing.take(), customer, taken.is_ok(), Instant::now());
        taken
    }

    fn may_bring_anothers(&self, customer: &str, now: Instant) -> bool {
        held(&self.missing).as_ref().is_some_and(|missing| missing.whose != customer && missing.may_come(now))
    }

    async fn inbox(&self) -> Folder {
        Arc::clone(&self.folder).lock_owned().await
    }

    async fn picture(&self, photos: &Photos, shot: u32) -> Result<Picture, ShotError> {
        let (mut inbox, begun) = on_disk(self.inbox().await, Inbox::begin).await?;
        begun?;
        let begun = Instant::now();
        self.release(shot).await?;
        let released = Instant::now();
        while released.elapsed() < self.settings.patience {
            let (back, looked) = on_disk(inbox, look).await?;
            inbox = back;
            if let Some(frame) = looked? {
                match self.judged(photos, frame, begun).await {
                    Ok(picture) => return Ok(picture),
                    Err(path) => inbox.is_useless(path),
                }
            }
            tokio::time::sleep(CAMERA_LOOK).await;
        }
        Err(ShotError::Nothing(self.settings.patience.as_secs()))
    }

    /// A whole file as a picture of this shot; its path, where it is none.
    async fn judged(&self, photos: &Photos, frame: Frame, begun: Instant) -> Result<Picture, std::path::PathBuf> {
        let Frame { path, bytes, camera_ms } = frame;
        let came = Instant::now();
        let picture = match photos.work(move || prepare(&bytes)).await {
            Ok(picture) => picture,
            Err(error) => {
                tracing::warn!(%error, "a file in camera.folder is no picture: {}", path.display());
                return Err(path);
            }
        };
        if !held(&self.witness).believes(camera_ms, begun, came) {
            tracing::warn!(
                "a file in camera.folder was taken before its shot, the camera's time says: {}",
                path.display()
            );
            return Err(path);
        }
        Ok(picture)
    }

    /// Has the owner's command release the shutter, where there is one.
    async fn release(&self, shot: u32) -> Result<(), ShotError> {
        let Some((program, arguments)) = self.settings.command.clone() else { return Ok(()) };
        let patience = self.settings.patience;
        let filled = arguments.iter().map(|it| OsString::from(it.replace(SHOT, &shot.to_string()))).collect();
        let run = tokio::task::spawn_blocking(move || command::run(&program, filled, patience));
        match run.await.map_err(|_| ShotError::BrokeOff)? {
            Ended::Well => Ok(()),
            Ended::Badly(why) | Ended::Unknown(why) => Err(ShotError::Command(why)),
        }
    }
}

/// A whole file that came for a shot.
struct Frame {
    path: std::path::PathBuf,
    bytes: Vec<u8>,
    /// See [`camera_time_ms`].
    camera_ms: Option<i64>,
}

fn look(inbox: &mut Inbox) -> io::Result<Option<Frame>> {
    let found = inbox.look()?;
    Ok(found.map(|(path, bytes)| Frame { camera_ms: camera_time_ms(&bytes), path, bytes }))
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Works in the folder on a thread that may wait.
async fn on_disk<T: Send + 'static>(
    mut inbox: Folder,
    work: impl FnOnce(&mut Inbox) -> T + Send + 'static,
) -> Result<(Folder, T), ShotError> {
    let working = tokio::task::spawn_blocking(move || {
        let done = work(&mut inbox);
        (inbox, done)
    });
    working.await.map_err(|_| ShotError::BrokeOff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_late_file_is_nobody_elses_until_a_minute_after_the_customers_last_shot() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(after_shot(None, "anna", true, at(0)).is_none());
        let missing = after_shot(None, "anna", false, at(0)).unwrap();
        assert!(missing.may_come(at(59)) && !missing.may_come(at(60)));
        // The next one brings a picture, which may be the one that was missing.
        let missing = after_shot(Some(missing), "anna", true, at(50)).unwrap();
        assert!(missing.whose == "anna" && missing.may_come(at(109)) && !missing.may_come(at(110)));
        assert!(after_shot(Some(missing), "bek", true, at(110)).is_none());
    }
}
