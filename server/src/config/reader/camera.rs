//! A camera that a program of its own drives, and whose pictures appear in a folder.

use super::Reader;
use crate::config::settings::{CameraSettings, PhotoSource};
use crate::config::{Config, paths};
use crate::tether;
use std::path::PathBuf;
use std::time::Duration;

/// Seconds that a shot may take until its picture is there: more than any customer waits, less than any camera needs.
const SECONDS_MIN: u32 = 2;
const SECONDS_MAX: u32 = 60;

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
        if camera.folder.is_empty() {
            if !camera.command.is_empty() {
                return self.wrong("camera.command", "it has no use without camera.folder, where its pictures appear");
            }
            return Some(None);
        }
        if config.photos.source.trim().to_lowercase() != PhotoSource::Boothpay.word() {
            let cure = "its pictures are for photos.source = \"boothpay\"; set that too, or leave this away";
            return self.wrong("camera.folder", cure);
        }
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
        let command = self.shutter(&camera.command);
        Some(Some(CameraSettings {
            folder,
            command: command?,
            patience: Duration::from_secs(u64::from(seconds?)),
            leaves_files: leaves_files?,
            has_live_view: camera.live_view,
        }))
    }

    /// What releases the shutter; none where the customer does.
    fn shutter(&mut self, command: &[String]) -> Option<Option<(PathBuf, Vec<String>)>> {
        let [program, arguments @ ..] = command else { return Some(None) };
        let strange = arguments.iter().find(|it| it.replace(tether::SHOT, "").contains(['{', '}']));
        if let Some(strange) = strange {
            let advice = format!(
                "in {strange:?} something in braces stands for nothing; {} is the number of the shot",
                tether::SHOT
            );
            return self.wrong("camera.command", advice);
        }
        let path = self.program("camera.command", program)?;
        Some(Some((path, arguments.to_vec())))
    }
}
