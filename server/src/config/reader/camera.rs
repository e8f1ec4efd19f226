//! A camera that does not hang on the browser: one that a program of its own drives into a folder, or one that `gphoto2` drives for us.

use super::Reader;
use crate::config::camera::{CameraSettings, Gphoto2, Stills, WatchedFolder};
use crate::config::settings::PhotoSource;
use crate::config::{Config, paths, raw};
use crate::tether;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Seconds that a shot may take until its picture is there: more than any customer waits, less than any camera needs.
const SECONDS_MIN: u32 = 2;
const SECONDS_MAX: u32 = 60;

/// Beside `boothpay.panel.toml`, of which each server has its own: where `gphoto2` works, and whose shot may still bring its picture. The folder of the
/// photos may be several booths'.
const GPHOTO2_FOLDER: &str = "boothpay.camera";
const LATE_FILE: &str = "boothpay.camera.late";

impl Reader {
    /// None where the browser's camera takes the pictures.
    pub(super) fn camera(&mut self, config: &Config) -> Option<Option<CameraSettings>> {
        let camera = &config.camera;
        let seconds = self.number("camera.wait_seconds", camera.wait_seconds, SECONDS_MIN..=SECONDS_MAX);
        let leaves_files = match camera.files.as_str() {
            "delete" => Some(false),
            "leave" => Some(true),
            _ => self.wrong("camera.files", "choose \"delete\" or \"leave\""),
        };
        let stills = match (camera.gphoto2.is_empty(), camera.folder.is_empty()) {
            (false, _) => Stills::Gphoto2(self.gphoto2(config, leaves_files?)?),
            (true, false) => Stills::Folder(self.watched(config, leaves_files?)?),
            (true, true) if camera.command.is_empty() => return Some(None),
            (true, true) => {
                return self.wrong("camera.command", "it has no use without camera.folder, where its pictures appear");
            }
        };
        let patience = Duration::from_secs(u64::from(seconds?));
        let late = self.own_folder().join(LATE_FILE);
        Some(Some(CameraSettings { stills, patience, has_live_view: camera.live_view, late }))
    }

    /// Where this server may keep what no other has.
    fn own_folder(&self) -> &Path {
        let file = self.outside.wallets_file.as_deref();
        file.and_then(Path::parent).unwrap_or(&self.folder)
    }

    /// Whether pictures of such a camera are wanted at all.
    fn are_for_the_booth(&mut self, setting: &str, config: &Config) -> Option<()> {
        if config.photos.source.trim().to_lowercase() == PhotoSource::Boothpay.word() {
            return Some(());
        }
        self.wrong(setting, "its pictures are for photos.source = \"boothpay\"; set that too, or leave this away")
    }

    fn gphoto2(&mut self, config: &Config, leaves_files: bool) -> Option<Gphoto2> {
        const SETTING: &str = "camera.gphoto2";
        let raw::Camera { gphoto2, folder, command, .. } = &config.camera;
        if !cfg!(target_os = "linux") {
            let cure = "gphoto2 drives cameras under Linux only; here use the camera's own program, with camera.folder";
            return self.wrong(SETTING, cure);
        }
        if matches!(gphoto2.trim(), "true" | "false") {
            return self.wrong(SETTING, "give the program: \"gphoto2\", or its whole path; leave it away for none");
        }
        if !folder.is_empty() {
            let cure = "the pictures come either by gphoto2 or through camera.folder; leave one of the two away";
            return self.wrong(SETTING, cure);
        }
        if !command.is_empty() {
            return self.wrong("camera.command", "gphoto2 releases the shutter itself; leave this away");
        }
        if leaves_files {
            return self
                .wrong("camera.files", "of what gphoto2 brings nothing stays on this computer; leave this away");
        }
        self.are_for_the_booth(SETTING, config)?;
        let program = self.program(SETTING, gphoto2)?;
        Some(Gphoto2 { program, folder: self.own_folder().join(GPHOTO2_FOLDER) })
    }

    fn watched(&mut self, config: &Config, leaves_files: bool) -> Option<WatchedFolder> {
        let camera = &config.camera;
        self.are_for_the_booth("camera.folder", config)?;
        if let Err(advice) = paths::judge(&camera.folder, &self.source("camera.folder")) {
            return self.wrong("camera.folder", advice);
        }
        if let Some(advice) = paths::of_another_system(&camera.folder) {
            return self.wrong("camera.folder", advice);
        }
        let folder = self.folder.join(&camera.folder);
        let taken = [
            ("photos.folder", &config.photos.folder),
            ("layouts.folder", &config.layouts.folder),
            ("backup.folder", &config.backup.folder),
        ];
        let taken = taken.into_iter().filter(|(_, other)| !other.is_empty());
        let taken = taken.map(|(setting, other)| (setting, self.folder.join(other)));
        let mut taken = taken.chain([("the folder of the settings", self.folder.clone())]);
        if let Some((whose, _)) = taken.find(|(_, other)| paths::same(&folder, other)) {
            let advice =
                format!("it is {whose}, and pictures in camera.folder are deleted; give the camera one of its own");
            return self.wrong("camera.folder", advice);
        }
        let command = self.shutter(&camera.command)?;
        Some(WatchedFolder { folder, command, leaves_files })
    }

    /// What releases the shutter; none where the customer does.
    fn shutter(&mut self, command: &[String]) -> Option<Option<(PathBuf, Vec<String>)>> {
        let [program, arguments @ ..] = command else { return Some(None) };
        let strange = arguments.iter().find(|it| it.replace(tether::SHOT, "").contains(['{', '}']));
        if let Some(strange) = strange {
            // An argument may be a password, so it is named by its place.
            let at = (1..).zip(arguments).find(|(_, it)| *it == strange).map_or(0, |(at, _)| at);
            let advice = format!(
                "in its argument {at} something in braces stands for nothing; {} is the number of the shot",
                tether::SHOT
            );
            return self.wrong("camera.command", advice);
        }
        let path = self.program("camera.command", program)?;
        Some(Some((path, arguments.to_vec())))
    }
}
