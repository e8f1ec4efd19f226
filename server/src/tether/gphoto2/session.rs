//! The one session with the camera: `gphoto2 --shell`, what is said to it, and the pictures that it leaves in the folder in which it works.
//!
//! With `--quiet` its prompt is always the same, and it asks nothing back. It fetches each picture when it is taken, and deletes it in the camera.
//! A command is over when the prompt is there again; so a picture in the folder then is a whole one. What is in the folder before a shot
//! is of before, and goes: the camera's events are read until none of them brings a picture any more.

use super::trouble::{Trouble, error_in, library};
use crate::config::camera::Gphoto2 as Settings;
use crate::helper::{Heard, Process, Stop, make_empty};
use crate::limits::{
    GPHOTO2_ANSWER_PATIENCE, GPHOTO2_LOOK_PERIOD, GPHOTO2_OPEN_PATIENCE, GPHOTO2_WAITING_MAX, LIBGPHOTO2_MIN,
};
use crate::photos::pictures::BYTES_MAX;
use crate::tether::Frame;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How `gphoto2 --quiet --shell` asks for the next command.
const PROMPT: &str = "gphoto2: {} > ";

/// Fetches what the camera tells of: first while it warms up (many Sonys take no picture within 3 s after the session was opened), then at
/// each look.
const WARM_UP: &str = "wait-event-and-download 3s";
const LOOK: &str = "wait-event-and-download 100ms";

/// Takes a picture and fetches it, and what the camera tells of then.
const SHOOT: &str = "capture-image-and-download";

/// What came of a shot.
pub(super) struct Shot {
    /// When the shutter was released, at the earliest.
    pub(super) begun: Instant,
    /// What came, the newest first.
    pub(super) frames: Vec<Frame>,
    /// The camera's error, if it told one.
    pub(super) refused: Option<String>,
}

/// An open session. Ended when dropped.
pub(super) struct Session {
    process: Process,
    folder: PathBuf,
    /// When the camera answered last.
    looked: Instant,
}

impl Session {
    /// Opens it, if the library is new enough.
    pub(super) fn open(settings: &Settings, stop: &Stop) -> Result<Self, Trouble> {
        let folder = &settings.folder;
        make_empty(folder).map_err(in_folder)?;
        judge_version(settings, stop)?;
        let arguments = ["--quiet", "--no-keep", "--force-overwrite", "--shell"];
        let process = start(settings, &arguments, stop)?;
        let mut session = Self { process, folder: folder.clone(), looked: Instant::now() };
        match session.process.hear(PROMPT, Instant::now() + GPHOTO2_OPEN_PATIENCE) {
            Heard::Answer(_) => {}
            Heard::Ended(said) => return Err(Trouble::at_start(&said)),
            Heard::Late => return Err(Trouble::Silent(GPHOTO2_OPEN_PATIENCE.as_secs())),
            Heard::Stopped => return Err(Trouble::Stopped),
        }
        session.tell(WARM_UP)?;
        session.empty()?;
        Ok(session)
    }

    /// Before a shot: what waited in the camera goes first. It is given up when the shot could not begin in time any more.
    pub(super) fn make_ready(&mut self, until: Instant) -> Result<(), Trouble> {
        for waiting in 0.. {
            if Instant::now() >= until {
                break;
            }
            self.tell(LOOK)?;
            let gone = self.empty()?;
            if gone == 0 {
                break;
            }
            tracing::warn!("{gone} of the camera's pictures were taken before the shot, and are removed");
            if waiting >= GPHOTO2_WAITING_MAX {
                return Err(Trouble::Said("the camera goes on bringing pictures of before".to_owned()));
            }
        }
        Ok(())
    }

    /// Takes a shot.
    pub(super) fn shoot(&mut self, patience: Duration) -> Result<Shot, Trouble> {
        let begun = Instant::now();
        let said = self.ask(SHOOT, begun + patience)?;
        Ok(Shot { begun, frames: self.frames()?, refused: error_in(&said) })
    }

    /// What the camera has brought since.
    pub(super) fn rest(&mut self, until: Instant) -> Result<Shot, Trouble> {
        let begun = Instant::now();
        let said = self.ask(LOOK, until)?;
        let frames = self.frames()?;
        error_in(&said).map_or(Ok(Shot { begun, frames, refused: None }), |_| Err(Trouble::of(&said)))
    }

    /// Looks whether the camera still answers. What it brings without a shot is nobody's.
    pub(super) fn look(&mut self) -> Result<(), Trouble> {
        self.tell(LOOK)?;
        self.empty()?;
        Ok(())
    }

    /// The same, now and then.
    pub(super) fn look_if_due(&mut self) -> Result<(), Trouble> {
        if self.looked.elapsed() < GPHOTO2_LOOK_PERIOD { Ok(()) } else { self.look() }
    }

    /// Lets the program close the camera.
    pub(super) fn close(self) {
        self.process.close();
    }

    /// A command that an open session carries out without an error.
    fn tell(&mut self, command: &str) -> Result<(), Trouble> {
        let said = self.ask(command, Instant::now() + GPHOTO2_ANSWER_PATIENCE)?;
        error_in(&said).map_or(Ok(()), |_| Err(Trouble::of(&said)))
    }

    fn ask(&mut self, command: &str, until: Instant) -> Result<String, Trouble> {
        let begun = Instant::now();
        self.process.say(command);
        let heard = self.process.hear(PROMPT, until);
        self.looked = Instant::now();
        match heard {
            Heard::Answer(said) => Ok(said),
            Heard::Ended(said) => Err(Trouble::of(&said)),
            Heard::Late => Err(Trouble::Silent(begun.elapsed().as_secs())),
            Heard::Stopped => Err(Trouble::Stopped),
        }
    }

    /// Takes every picture out of the folder; the newest, by the camera's own time, first. Other files (RAW) go too.
    fn frames(&self) -> Result<Vec<Frame>, Trouble> {
        let mut frames = Vec::new();
        for path in files(&self.folder).map_err(in_folder)? {
            if is_picture(&path).map_err(in_folder)? {
                frames.push(Frame::of(path.clone(), fs::read(&path).map_err(in_folder)?));
            }
            fs::remove_file(&path).map_err(in_folder)?;
        }
        frames.sort_by(|one, other| (other.camera_ms, &other.path).cmp(&(one.camera_ms, &one.path)));
        Ok(frames)
    }

    /// Removes what is in the folder; how many files.
    fn empty(&self) -> Result<usize, Trouble> {
        let files = files(&self.folder).map_err(in_folder)?;
        for path in &files {
            fs::remove_file(path).map_err(in_folder)?;
        }
        Ok(files.len())
    }
}

/// Removes what a session that is over has left. Where that fails, opening the next one tells.
pub(super) fn forget(settings: &Settings) {
    let _ = make_empty(&settings.folder);
}

/// Has the camera forget what it hangs in: its port at the USB is reset. Where that fails, opening it tells.
pub(super) fn reset(settings: &Settings, stop: &Stop) {
    if let Ok(process) = start(settings, &["--reset"], stop) {
        process.hear("", Instant::now() + GPHOTO2_OPEN_PATIENCE);
    }
}

fn judge_version(settings: &Settings, stop: &Stop) -> Result<(), Trouble> {
    let said = match start(settings, &["--version"], stop)?.hear("", Instant::now() + GPHOTO2_OPEN_PATIENCE) {
        Heard::Ended(said) | Heard::Answer(said) => said,
        Heard::Late => return Err(Trouble::Silent(GPHOTO2_OPEN_PATIENCE.as_secs())),
        Heard::Stopped => return Err(Trouble::Stopped),
    };
    match library(&said) {
        Some((_, version)) if version >= LIBGPHOTO2_MIN => Ok(()),
        Some((written, _)) => Err(Trouble::TooOld(written)),
        None => Err(Trouble::Program(format!("{} is no gphoto2", settings.program.display()))),
    }
}

fn start(settings: &Settings, arguments: &[&str], stop: &Stop) -> Result<Process, Trouble> {
    let Settings { program, folder } = settings;
    let cannot = |error: io::Error| Trouble::Program(format!("{} cannot be run: {error}", program.display()));
    Process::start("gphoto2", program, arguments, folder, stop).map_err(cannot)
}

fn in_folder(error: io::Error) -> Trouble {
    Trouble::Folder(error.to_string())
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            files.push(entry.path());
        }
    }
    Ok(files)
}

/// A whole JPEG of a size that we take: what else the camera brings is passed over.
fn is_picture(path: &Path) -> io::Result<bool> {
    let is_jpeg = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("jpg") || it.eq_ignore_ascii_case("jpeg"));
    let bytes = fs::symlink_metadata(path)?.len();
    let fits = usize::try_from(bytes).is_ok_and(|bytes| bytes <= BYTES_MAX);
    match (is_jpeg, fits) {
        (true, true) => {}
        (true, false) => tracing::warn!("a picture of the camera's has more than 20 MB and is not taken"),
        (false, _) => tracing::info!("a file of the camera's is not taken; set it to JPEG alone: {}", path.display()),
    }
    Ok(is_jpeg && fits)
}
