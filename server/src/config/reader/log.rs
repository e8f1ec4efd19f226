//! The log: how lines look, which are written, and the file that gets them as well.

use super::Reader;
use crate::config::settings::{LogFileSettings, LogFormat, LogSettings};
use crate::config::{Config, paths};

/// Megabytes of one file, at most: more than any editor on a booth's computer opens.
const MEGABYTES_MAX: u32 = 1_000;

/// Files put aside, at most: each is looked for whenever one more is put aside.
const KEPT_MAX: u32 = 100;

impl Reader {
    pub(super) fn log(&mut self, config: &Config) -> Option<LogSettings> {
        let file = self.log_file(config);
        let format = match config.log.format.as_str() {
            "plain" => Some(LogFormat::Plain),
            "json" => Some(LogFormat::Json),
            _ => self.wrong("log.format", "choose \"plain\" or \"json\""),
        };
        let level = config.log.level.as_str();
        if !["error", "warn", "info", "debug", "trace"].contains(&level) {
            return self.wrong("log.level", "choose \"error\", \"warn\", \"info\", \"debug\" or \"trace\"");
        }
        Some(LogSettings { format: format?, level: level.to_owned(), file: file? })
    }

    fn log_file(&mut self, config: &Config) -> Option<Option<LogFileSettings>> {
        let log = &config.log;
        let megabytes = self.number("log.file_megabytes", log.file_megabytes, 1..=MEGABYTES_MAX);
        let kept = self.number("log.files_kept", log.files_kept, 0..=KEPT_MAX);
        if log.file.is_empty() {
            return Some(None);
        }
        if let Err(advice) = paths::judge(&log.file, &self.source("log.file")) {
            return self.wrong("log.file", advice);
        }
        if let Some(advice) = paths::of_another_system(&log.file) {
            return self.wrong("log.file", advice);
        }
        let path = self.folder.join(&log.file);
        if path.is_dir() {
            return self
                .wrong("log.file", "this is a folder; give a file in it, for instance with /boothpay.log behind it");
        }
        self.outside.log_file = Some(path.clone());
        Some(Some(LogFileSettings { path, bytes_max: u64::from(megabytes?).saturating_mul(1024 * 1024), kept: kept? }))
    }
}
