//! Stills that another program saves into a folder: releasing the shutter by a command, and looking into the folder ([`Inbox`]) on a thread
//! that may wait.

use super::folder::Inbox;
use super::{Frame, Released, SHOT, ShotError};
use crate::command::{self, Ended};
use crate::config::camera::WatchedFolder;
use crate::limits::CAMERA_FOLDER_PATIENCE;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// The folder, and what releases the shutter.
pub(super) struct Watched {
    command: Option<(PathBuf, Vec<String>)>,
    patience: Duration,
    /// Held while something waits for the disk, also when nobody waits for that any more.
    inbox: Arc<Mutex<Inbox>>,
}

impl Watched {
    pub(super) fn new(settings: WatchedFolder, patience: Duration) -> Self {
        let inbox = Inbox::new(settings.folder, settings.leaves_files);
        Self { command: settings.command, patience, inbox: Arc::new(Mutex::new(inbox)) }
    }

    /// Whether the folder can be looked at. What came for shots that are over is removed from it.
    pub(super) async fn is_there(&self) -> bool {
        matches!(self.on_disk(CAMERA_FOLDER_PATIENCE, Inbox::tidy).await, Ok(Ok(())))
    }

    /// Where it fails, the next look tells.
    pub(super) async fn tidy(&self) {
        let _ = self.on_disk(CAMERA_FOLDER_PATIENCE, Inbox::tidy).await;
    }

    /// Lets the shutter be released.
    pub(super) async fn release(&self, shot: u32) -> Result<Released, ShotError> {
        let begun = self.on_disk(CAMERA_FOLDER_PATIENCE, Inbox::begin).await;
        // Where the customer releases it, he may have done so already.
        let failed = |error: ShotError| if self.command.is_some() { error.before_the_shutter() } else { error };
        begun.and_then(|begun| begun.map_err(ShotError::from)).map_err(failed)?;
        let begun = Instant::now();
        self.run_command(shot).await?;
        Ok(Released { begun, frames: self.look().await?.into_iter().collect() })
    }

    /// Runs the owner's command, where there is one.
    async fn run_command(&self, shot: u32) -> Result<(), ShotError> {
        let Some((program, arguments)) = self.command.clone() else { return Ok(()) };
        let patience = self.patience;
        let filled = arguments.iter().map(|it| OsString::from(it.replace(SHOT, &shot.to_string()))).collect();
        let run = tokio::task::spawn_blocking(move || command::run(&program, filled, patience));
        match run.await.map_err(|_| ShotError::BrokeOff)? {
            Ended::Well => Ok(()),
            Ended::NotRun(why) => Err(ShotError::Command(why).before_the_shutter()),
            // It may have released the shutter, and failed after that.
            Ended::Badly(why) | Ended::Unknown(why) => Err(ShotError::Command(why)),
        }
    }

    /// The newest whole file of this shot so far.
    pub(super) async fn look(&self) -> Result<Option<Frame>, ShotError> {
        // A picture is read whole here, over a slow network, too.
        let looking = self.on_disk(self.patience, |inbox| -> io::Result<Option<Frame>> {
            Ok(inbox.look()?.map(|(path, bytes)| Frame::of(path, bytes)))
        });
        Ok(looking.await??)
    }

    pub(super) async fn is_useless(&self, path: PathBuf) {
        self.inbox.lock().await.is_useless(path);
    }

    /// Nobody waits longer than that: a share of a computer that is off may keep a thread for minutes.
    async fn on_disk<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce(&mut Inbox) -> T + Send + 'static,
    ) -> Result<T, ShotError> {
        let working = async {
            let mut inbox = Arc::clone(&self.inbox).lock_owned().await;
            tokio::task::spawn_blocking(move || work(&mut inbox)).await.map_err(|_| ShotError::BrokeOff)
        };
        let worked = tokio::time::timeout(patience, working).await;
        worked.unwrap_or_else(|_| Err(ShotError::Folder(io::ErrorKind::TimedOut.into())))
    }
}
