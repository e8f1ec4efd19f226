//! A camera that does not hang on the browser (`[camera]`): taking a shot with it.
//!
//! Its stills come from one of two sources: a folder into which a program of its own saves them ([`watched`]), or `gphoto2`, which drives it at
//! the USB ([`gphoto2`]). One shot is taken at a time. What is no picture of this shot is found out here, for both: [`witness`]. Where a shot
//! brought nothing in time, its picture may still come: the next customer is not before the camera until that is out of the question, and
//! what comes then is of before ([`late`]).

mod folder;
pub(crate) mod gphoto2;
mod late;
mod watched;
mod witness;

use crate::config::CameraSettings;
use crate::config::camera::Stills;
use crate::limits::{CAMERA_LOOK, CAMERA_SHOTS_IN_VAIN};
use crate::photos::Photos;
use crate::photos::pictures::{Picture, prepare};
use boothpay_protocol::time::{SpanMs, TimeMs};
use gphoto2::Gphoto2;
use gphoto2::trouble::Trouble;
use late::{Came, Late};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use watched::Watched;
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
    /// The camera did not do its part: it found no focus, for instance.
    #[error("the camera took no picture: {0}")]
    Refused(String),
    /// Nothing came in time.
    #[error("no picture came within {0} s")]
    Nothing(u64),
    /// The folder cannot be looked at.
    #[error("the folder of the camera's pictures cannot be read: {0}")]
    Folder(#[from] io::Error),
    /// It cannot be driven.
    #[error("{0}")]
    Camera(#[from] Trouble),
    /// It broke off.
    #[error("taking the shot broke off")]
    BrokeOff,
    /// One of these, and before the shutter was released: no picture of this shot can come later.
    #[error(transparent)]
    NotReleased(Box<Self>),
}

impl ShotError {
    /// The same, where the shutter was certainly not released.
    fn before_the_shutter(self) -> Self {
        Self::NotReleased(Box::new(self))
    }

    /// The same, where the shutter was released.
    fn after_the_shutter(self) -> Self {
        if let Self::NotReleased(cause) = self { cause.after_the_shutter() } else { self }
    }

    /// What it is, whenever it was.
    pub(crate) fn cause(&self) -> &Self {
        if let Self::NotReleased(cause) = self { cause.cause() } else { self }
    }

    const fn came(&self) -> Came {
        match self {
            Self::NotReleased(_) | Self::Late => Came::NothingEver,
            Self::Command(_)
            | Self::Refused(_)
            | Self::Nothing(_)
            | Self::Folder(_)
            | Self::Camera(_)
            | Self::BrokeOff => Came::NothingYet,
        }
    }
}

/// Why the camera is not there.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Absence {
    /// The folder cannot be looked at.
    #[error("camera.folder cannot be read, so no pictures are sold; is the camera's program set up?")]
    Folder,
    /// It cannot be driven.
    #[error("no pictures are sold: {0}")]
    Camera(Trouble),
}

/// A whole file that came for a shot.
struct Frame {
    /// Where it was, for the log.
    path: PathBuf,
    bytes: Vec<u8>,
    /// See [`camera_time_ms`].
    camera_ms: Option<i64>,
}

impl Frame {
    fn of(path: PathBuf, bytes: Vec<u8>) -> Self {
        Self { camera_ms: camera_time_ms(&bytes), path, bytes }
    }
}

/// The shutter was released.
struct Released {
    /// When that began: what was taken before is of another shot.
    begun: Instant,
    /// What has come by now, the newest first.
    frames: Vec<Frame>,
}

/// Where stills come from.
enum Source {
    Watched(Watched),
    Gphoto2(Arc<Gphoto2>),
}

impl Source {
    async fn release(&self, shot: u32) -> Result<Released, ShotError> {
        match self {
            Self::Watched(watched) => watched.release(shot).await,
            Self::Gphoto2(gphoto2) => gphoto2.release().await,
        }
    }

    /// What has come since, the newest first.
    async fn look(&self) -> Result<Vec<Frame>, ShotError> {
        match self {
            Self::Watched(watched) => Ok(watched.look().await?.into_iter().collect()),
            Self::Gphoto2(gphoto2) => gphoto2.look().await,
        }
    }

    /// A file is no picture of this shot.
    async fn is_useless(&self, path: PathBuf) {
        match self {
            Self::Watched(watched) => watched.is_useless(path).await,
            // It is gone already.
            Self::Gphoto2(_) => {}
        }
    }

    /// A shot is over.
    async fn tidy(&self) {
        match self {
            Self::Watched(watched) => watched.tidy().await,
            Self::Gphoto2(_) => {}
        }
    }

    async fn absence(&self) -> Option<Absence> {
        match self {
            Self::Watched(watched) => (!watched.is_there().await).then_some(Absence::Folder),
            Self::Gphoto2(gphoto2) => gphoto2.trouble().map(Absence::Camera),
        }
    }
}

/// The camera.
pub(crate) struct Tether {
    source: Source,
    patience: Duration,
    witness: Mutex<Witness>,
    late: Arc<Late>,
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
        let settings = settings?;
        let patience = settings.patience;
        let source = match &settings.stills {
            Stills::Folder(folder) => Source::Watched(Watched::new(folder.clone(), patience)),
            Stills::Gphoto2(gphoto2) => Source::Gphoto2(Arc::new(Gphoto2::new(gphoto2.clone(), patience))),
        };
        Some(Self {
            source,
            patience,
            witness: Mutex::new(Witness::new(Instant::now())),
            late: Arc::new(Late::new(settings.late.clone(), Instant::now())),
            taking: Semaphore::new(1),
            gone_since: Mutex::new(None),
            in_vain: AtomicU32::new(0),
        })
    }

    /// What a job has to keep running; none where nothing has to.
    pub(crate) fn gphoto2(&self) -> Option<Arc<Gphoto2>> {
        match &self.source {
            Source::Watched(_) => None,
            Source::Gphoto2(gphoto2) => Some(Arc::clone(gphoto2)),
        }
    }

    /// Why the camera cannot be used now; none where it can. What came into its folder for shots that are over is removed.
    pub(crate) async fn absence(&self) -> Option<Absence> {
        if self.taking.available_permits() == 0 {
            // Whoever takes a shot finds out.
            return None;
        }
        self.source.absence().await
    }

    /// Whether the last [`CAMERA_SHOTS_IN_VAIN`] shots, or more, brought no picture.
    pub(crate) fn is_in_vain(&self) -> bool {
        self.in_vain.load(Ordering::Relaxed) >= CAMERA_SHOTS_IN_VAIN
    }

    /// Whether it brings no pictures, or could not be used at any look for so long.
    pub(crate) async fn is_lost_for(&self, span: SpanMs, now: TimeMs) -> bool {
        let is_absent = self.absence().await.is_some();
        let mut gone_since = held(&self.gone_since);
        *gone_since = is_absent.then(|| gone_since.unwrap_or(now));
        self.is_in_vain() || gone_since.is_some_and(|since| now.since(since) >= span)
    }

    /// Whether this customer may stand before the camera now.
    pub(crate) fn is_free_for(&self, customer: &str, now: Instant) -> bool {
        self.taking.available_permits() > 0 && !self.late.may_bring_anothers(customer, now)
    }

    /// Takes a shot: number `shot` of a customer, counted from 1.
    pub(crate) async fn take(&self, photos: &Photos, customer: &str, shot: u32) -> Result<Picture, ShotError> {
        let Ok(_alone) = self.taking.try_acquire() else { return Err(ShotError::Late) };
        if self.late.may_bring_anothers(customer, Instant::now()) {
            return Err(ShotError::Late);
        }
        self.note(customer, None).await;
        let taken = self.picture(photos, shot).await;
        self.source.tidy().await;
        match &taken {
            Ok(_) => self.in_vain.store(0, Ordering::Relaxed),
            Err(_) => {
                // Shots are taken one at a time, so none is lost in between.
                let before = self.in_vain.load(Ordering::Relaxed);
                self.in_vain.store(before.saturating_add(1), Ordering::Relaxed);
            }
        }
        let came = taken.as_ref().map_or_else(ShotError::came, |_| Came::Picture);
        self.note(customer, Some(came)).await;
        taken
    }

    /// A shot of this customer's begins, or is over. On a thread that may wait for a disk.
    async fn note(&self, customer: &str, came: Option<Came>) {
        let (late, customer) = (Arc::clone(&self.late), customer.to_owned());
        let noting = tokio::task::spawn_blocking(move || match came {
            None => late.begins(&customer),
            Some(came) => late.ends(&customer, came, Instant::now()),
        });
        // It ends in no other way than well.
        let _ = noting.await;
    }

    async fn picture(&self, photos: &Photos, shot: u32) -> Result<Picture, ShotError> {
        let Released { begun, mut frames } = self.source.release(shot).await?;
        let released = Instant::now();
        loop {
            for frame in frames {
                match self.judged(photos, frame, begun).await {
                    Ok(picture) => return Ok(picture),
                    Err(path) => self.source.is_useless(path).await,
                }
            }
            if released.elapsed() >= self.patience {
                return Err(ShotError::Nothing(self.patience.as_secs()));
            }
            tokio::time::sleep(CAMERA_LOOK).await;
            frames = self.source.look().await.map_err(ShotError::after_the_shutter)?;
        }
    }

    /// A whole file as a picture of this shot; its path, where it is none.
    async fn judged(&self, photos: &Photos, frame: Frame, begun: Instant) -> Result<Picture, PathBuf> {
        let Frame { path, bytes, camera_ms } = frame;
        let came = Instant::now();
        let picture = match photos.work(move || prepare(&bytes)).await {
            Ok(picture) => picture,
            Err(error) => {
                tracing::warn!(%error, "a file of the camera's is no picture: {}", path.display());
                return Err(path);
            }
        };
        if !held(&self.witness).believes(camera_ms, begun, came) {
            tracing::warn!("a picture was taken before its shot, the camera's time says: {}", path.display());
            return Err(path);
        }
        Ok(picture)
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
