//! The log's file. When it is full it is put aside, and the oldest of those put aside goes.
//!
//! Nothing here is final: a file that cannot be opened, written or put aside is tried again with a later line.

use super::queue::{Torn, put};
use boothpay_server::config::LogFileSettings;
use boothpay_store::rights::for_owner;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// How much a file that cannot be put aside grows before that is tried again. On Windows another program can hold it.
const GROWS_ON_BYTES: u64 = 1024 * 1024;

/// The file that is written to.
pub(super) struct LogFile {
    settings: LogFileSettings,
    open: Option<File>,
    /// Bytes in it.
    size: u64,
    /// Bytes at which it is put aside next.
    full_at: u64,
}

impl LogFile {
    /// A log at this path. Nothing is opened before the first line.
    pub(super) fn new(settings: LogFileSettings) -> Self {
        let full_at = settings.bytes_max;
        Self { settings, open: None, size: 0, full_at }
    }

    /// Appends a line.
    pub(super) fn put(&mut self, line: &[u8]) -> Result<(), Torn> {
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        // Somebody may have taken the file away; then a new one is begun.
        if self.open.is_some() && !self.settings.path.exists() {
            self.open = None;
        }
        if self.open.is_none() {
            self.reopen().map_err(|_| Torn(false))?;
        }
        if self.size > 0 && self.size.saturating_add(length) > self.full_at {
            self.put_aside().map_err(|_| Torn(false))?;
        }
        let Some(file) = &mut self.open else { return Err(Torn(false)) };
        let written = put(file, line);
        match written {
            Ok(()) => self.size = self.size.saturating_add(length),
            Err(_) => self.open = None,
        }
        written
    }

    fn reopen(&mut self) -> io::Result<()> {
        let path = &self.settings.path;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let file = for_owner().append(true).create(true).open(path)?;
        self.size = file.metadata()?.len();
        self.open = Some(file);
        Ok(())
    }

    /// Begins a new file. One that cannot be moved goes on, and is tried again when it has grown.
    fn put_aside(&mut self) -> io::Result<()> {
        // Windows moves no file that is open.
        self.open = None;
        let moved = self.shift();
        self.reopen()?;
        self.full_at = match moved {
            Ok(()) => self.settings.bytes_max,
            Err(_) => self.size.saturating_add(GROWS_ON_BYTES),
        };
        Ok(())
    }

    fn shift(&self) -> io::Result<()> {
        let path = &self.settings.path;
        if self.settings.kept == 0 {
            return fs::remove_file(path);
        }
        for number in (1..self.settings.kept).rev() {
            let older = aside(path, number.saturating_add(1));
            match fs::rename(aside(path, number), older) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        fs::rename(path, aside(path, 1))
    }
}

/// The name of the file that was put aside so many times ago: `boothpay.log` becomes `boothpay.1.log`, which opens as easily.
pub(crate) fn aside(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_stem().map(OsString::from).unwrap_or_default();
    name.push(format!(".{number}"));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(folder: &Path, kept: u32) -> LogFile {
        LogFile::new(LogFileSettings { path: folder.join("log").join("boothpay.log"), bytes_max: 10, kept })
    }

    fn files(folder: &Path) -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(folder.join("log"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    fn named(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_full_file_is_put_aside_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = log(folder.path(), 2);
        for number in 1..=7 {
            log.put(format!("line{number}\n").as_bytes()).unwrap_or_else(|_| panic!("line {number}"));
        }
        let left = [("boothpay.1.log", "line6\n"), ("boothpay.2.log", "line5\n"), ("boothpay.log", "line7\n")];
        assert_eq!(files(folder.path()), named(&left));
    }

    #[test]
    fn a_line_longer_than_a_file_is_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = log(folder.path(), 1);
        assert!(log.put(b"a line of more than ten bytes\n").is_ok());
        assert!(log.put(b"next\n").is_ok());
        let left = [("boothpay.1.log", "a line of more than ten bytes\n"), ("boothpay.log", "next\n")];
        assert_eq!(files(folder.path()), named(&left));
    }

    #[test]
    fn a_started_file_goes_on_and_one_that_was_taken_away_is_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        assert!(log(folder.path(), 1).put(b"old\n").is_ok());
        let mut log = log(folder.path(), 1);
        assert!(log.put(b"new\n").is_ok());
        assert_eq!(files(folder.path()), named(&[("boothpay.log", "old\nnew\n")]));
        fs::remove_file(folder.path().join("log").join("boothpay.log")).unwrap();
        assert!(log.put(b"again\n").is_ok());
        assert_eq!(files(folder.path()), named(&[("boothpay.log", "again\n")]));
    }

    #[test]
    fn a_file_that_cannot_be_put_aside_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = log(folder.path(), 1);
        assert!(log.put(b"line1\n").is_ok());
        // A folder in the place of the name that the file would get.
        fs::create_dir_all(folder.path().join("log").join("boothpay.1.log").join("x")).unwrap();
        assert!(log.put(b"line2\n").is_ok());
        assert_eq!(fs::read_to_string(folder.path().join("log").join("boothpay.log")).unwrap(), "line1\nline2\n");
    }

    #[test]
    fn a_folder_that_cannot_be_made_loses_the_line_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("log"), "a file").unwrap();
        let mut log = log(folder.path(), 1);
        assert!(log.put(b"line1\n").is_err());
        fs::remove_file(folder.path().join("log")).unwrap();
        assert!(log.put(b"line2\n").is_ok());
        assert_eq!(files(folder.path()), named(&[("boothpay.log", "line2\n")]));
    }
}
