//! A camera that does not hang on the browser: where its stills come from.

use std::path::PathBuf;
use std::time::Duration;

/// The camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameraSettings {
    /// Where its stills come from.
    pub stills: Stills,
    /// How long a shot may take until its picture is there.
    pub patience: Duration,
    /// Whether the browser's camera shows the live view.
    pub has_live_view: bool,
    /// A file of our own: whose shot is being taken, or may still bring its picture.
    pub late: PathBuf,
}

impl CameraSettings {
    /// Whether the booth releases the shutter; elsewhere the customer does.
    pub const fn releases(&self) -> bool {
        match &self.stills {
            Stills::Folder(watched) => watched.command.is_some(),
            Stills::Gphoto2(_) => true,
        }
    }
}

/// Where stills come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stills {
    /// A program of the camera's maker's saves them.
    Folder(WatchedFolder),
    /// We drive the camera, by the program `gphoto2`.
    Gphoto2(Gphoto2),
}

/// A folder in which pictures appear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedFolder {
    /// The folder.
    pub folder: PathBuf,
    /// What releases the shutter: the program, then its arguments. None where the customer does.
    pub command: Option<(PathBuf, Vec<String>)>,
    /// Whether the pictures stay in the folder.
    pub leaves_files: bool,
}

/// The program `gphoto2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gphoto2 {
    /// The program.
    pub program: PathBuf,
    /// A folder of our own, in which it works: what is in it is removed.
    pub folder: PathBuf,
}
