//! Whose shot brought nothing: its picture may still come, and until that is out of the question nobody else is before the camera.
//!
//! It stands in a file while a shot is taken, and for as long as its picture may come. So a program that was ended in the middle
//! knows of it when it is started again. Where that file cannot be written, only that is lost.

use super::held;
use crate::limits::{CAMERA_CUSTOMER_CHARS_MAX, CAMERA_FILE_LATE};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

/// What came of a shot.
#[derive(Clone, Copy)]
pub(super) enum Came {
    /// Its picture.
    Picture,
    /// None in time; it may come later.
    NothingYet,
    /// None, and none can come: the shutter was not released.
    NothingEver,
}

/// The shot whose picture may still come, if there is one.
pub(super) struct Late {
    file: PathBuf,
    missing: Mutex<Option<Missing>>,
}

#[derive(Clone, Debug)]
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

impl Late {
    /// What the program before this one has left counts from now: nobody knows how long ago its shot was.
    pub(super) fn new(file: PathBuf, now: Instant) -> Self {
        let missing = left_behind(&file).map(|whose| Missing { whose, at: now });
        Self { file, missing: Mutex::new(missing) }
    }

    /// Whether a picture may come that is another customer's.
    pub(super) fn may_bring_anothers(&self, customer: &str, now: Instant) -> bool {
        held(&self.missing).as_ref().is_some_and(|missing| missing.whose != customer && missing.may_come(now))
    }

    /// A shot begins. Blocks.
    pub(super) fn begins(&self, customer: &str) {
        let _ = fs::write(&self.file, customer);
    }

    /// A shot is over. Blocks.
    pub(super) fn ends(&self, customer: &str, came: Came, now: Instant) {
        let mut missing = held(&self.missing);
        *missing = after(missing.take(), customer, came, now);
        if missing.is_none() {
            let _ = fs::remove_file(&self.file);
        }
    }
}

/// What is left after a shot of this customer's. Where an earlier one is missing, what came may be that one, and this one's own may still
/// come.
fn after(missing: Option<Missing>, whose: &str, came: Came, now: Instant) -> Option<Missing> {
    let before = missing.filter(|missing| missing.may_come(now));
    match came {
        Came::NothingEver => before,
        Came::Picture if before.is_none() => None,
        Came::Picture | Came::NothingYet => Some(Missing { whose: whose.to_owned(), at: now }),
    }
}

/// The customer whose shot was being taken when the program was ended, unless that was long ago. By a clock that was set back meanwhile nobody
/// knows.
fn left_behind(file: &Path) -> Option<String> {
    let written = fs::metadata(file).ok()?.modified().ok()?;
    let is_over = written.elapsed().is_ok_and(|age| age >= CAMERA_FILE_LATE);
    let whose = fs::read_to_string(file).ok()?;
    (!is_over).then(|| whose.chars().take(CAMERA_CUSTOMER_CHARS_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_late_file_is_nobody_elses_until_a_minute_after_the_customers_last_shot() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(after(None, "anna", Came::Picture, at(0)).is_none());
        let missing = after(None, "anna", Came::NothingYet, at(0)).unwrap();
        assert!(missing.may_come(at(59)) && !missing.may_come(at(60)));
        // The next one brings a picture, which may be the one that was missing.
        let missing = after(Some(missing), "anna", Came::Picture, at(50)).unwrap();
        assert!(missing.whose == "anna" && missing.may_come(at(109)) && !missing.may_come(at(110)));
        assert!(after(Some(missing), "bek", Came::Picture, at(110)).is_none());
    }

    #[test]
    fn a_shot_whose_shutter_was_not_released_is_waited_for_by_nobody() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(after(None, "anna", Came::NothingEver, at(0)).is_none());
        let missing = after(None, "anna", Came::NothingYet, at(0));
        let missing = after(missing, "anna", Came::NothingEver, at(30)).unwrap();
        assert!(
            missing.may_come(at(59)) && !missing.may_come(at(60)),
            "the earlier one may still come, as long as before"
        );
    }

    #[test]
    fn a_program_that_was_ended_in_the_middle_of_a_shot_knows_whose_it_was() {
        let folder = tempfile::TempDir::new().unwrap();
        let (file, now) = (folder.path().join("late"), Instant::now());
        let start = || Late::new(file.clone(), now);
        let is_closed = |late: &Late| late.may_bring_anothers("bek", now) && !late.may_bring_anothers("anna", now);
        start().begins("anna");
        assert!(is_closed(&start()), "it was ended before the shot was over");
        start().ends("anna", Came::NothingYet, now);
        assert!(is_closed(&start()), "and after it brought nothing");
        let long_ago = SystemTime::now() - CAMERA_FILE_LATE;
        fs::File::options().write(true).open(&file).unwrap().set_modified(long_ago).unwrap();
        assert!(!start().may_bring_anothers("bek", now), "that was long ago");
        let late = start();
        late.begins("anna");
        late.ends("anna", Came::Picture, now);
        assert!(!file.exists() && !start().may_bring_anothers("bek", now));
    }
}
