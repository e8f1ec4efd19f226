//! What became of each of our jobs, by what the queue was seen to say of it, look after look.
//!
//! The spooler deletes a job when it is printed, just as when somebody deletes it. What tells the two apart:
//!
//! | a job that is not in the queue any more | then it is |
//! |---|---|
//! | was seen printed, or handed over whole | done |
//! | was seen being deleted before that, or was taken back by us | deleted |
//! | its queue keeps printed jobs, and this one is not there | deleted |
//! | was seen printing, and the queue was looked at all the time | done |
//! | anything else | nobody knows |

use super::super::copies::NAME;
use super::super::queue::{Failure, Job, JobState};
use super::flags::{self, COMPLETED, DELETED, DELETING, PRINTED, PRINTING, RETAINED};
use crate::limits::SPOOLER_TRACKS_MAX;
use serde::Deserialize;

/// A job as the queue lists it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Listed {
    pub(super) number: i32,
    pub(super) name: String,
    pub(super) status: u32,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    Deleted,
    /// It is gone, and nobody saw how.
    Gone,
}

struct Track {
    number: i32,
    name: String,
    /// All that was ever said of it.
    ever: u32,
    /// It was being deleted before it was done.
    is_taken_out: bool,
    /// For a time nobody looked.
    is_blind: bool,
    /// Somebody waits for what becomes of it: it is a sheet of this server's.
    is_watched: bool,
    /// What is said of it now; none when it is not in the queue.
    now: Option<u32>,
    end: Option<End>,
}

impl Track {
    const fn new(number: i32, name: String) -> Self {
        let (ever, is_taken_out, is_blind, is_watched) = (0, false, false, false);
        Self { number, name, ever, is_taken_out, is_blind, is_watched, now: None, end: None }
    }

    const fn is_done(&self) -> bool {
        self.ever & (PRINTED | COMPLETED) != 0
    }

    fn see(&mut self, status: u32) {
        // Done and being deleted at once: that is how a job goes that is printed.
        if status & (DELETING | DELETED) != 0 && status & (PRINTED | COMPLETED) == 0 && !self.is_done() {
            self.is_taken_out = true;
        }
        (self.ever, self.now) = (self.ever | status, Some(status));
        if self.end.is_none() && self.is_done() && !self.is_taken_out {
            self.end = Some(End::Done);
        }
    }

    fn is_gone(&mut self, keeps: bool) {
        self.now = None;
        let end = if self.is_taken_out {
            End::Deleted
        } else if self.is_done() {
            End::Done
        } else if keeps {
            End::Deleted
        } else if self.ever & PRINTING != 0 && !self.is_blind {
            End::Done
        } else {
            End::Gone
        };
        self.end.get_or_insert(end);
    }

    fn job(&self) -> Result<Job, Failure> {
        let (state, message) = match self.end {
            Some(End::Done) => (JobState::Completed, ""),
            Some(End::Deleted) => (JobState::Canceled, "it was deleted from the queue of Windows"),
            Some(End::Gone) => {
                let why = "it is not in the queue of Windows any more, and nobody saw how it went";
                return Err(Failure::Refused(why.to_owned()));
            }
            // What is being deleted may still come out.
            None if self.ever & (PRINTING | DELETING) != 0 => (JobState::Processing, ""),
            None => (JobState::Waiting, ""),
        };
        let reasons = flags::of_job(self.ever).into_iter().map(str::to_owned).collect();
        let has_begun = self.ever & (PRINTING | PRINTED | COMPLETED) != 0;
        Ok(Job { id: self.number, name: self.name.clone(), state, has_begun, message: message.to_owned(), reasons })
    }
}

/// The jobs of this program that were seen in the queue.
#[derive(Default)]
pub(super) struct Tracks {
    tracks: Vec<Track>,
    /// Whether the queue keeps what is printed.
    pub(super) keeps: bool,
    /// Jobs that were taken, and never seen: they have no number.
    unseen: i32,
}

impl Tracks {
    /// Learns what the queue says now. Given back are jobs that are done and were kept.
    pub(super) fn see(&mut self, listed: &[Listed], keeps: bool) -> Vec<(i32, String)> {
        self.keeps = keeps;
        for track in &mut self.tracks {
            // A number is given again when the spooler was started anew; a name is not.
            match listed.iter().find(|job| job.number == track.number && job.name == track.name) {
                Some(job) => track.see(job.status),
                None => track.is_gone(keeps),
            }
        }
        for job in listed.iter().filter(|job| job.name.starts_with(NAME)) {
            if !self.tracks.iter().any(|track| track.number == job.number && track.name == job.name) {
                let mut track = Track::new(job.number, job.name.clone());
                track.see(job.status);
                self.tracks.push(track);
            }
        }
        self.forget_old();
        let kept = |track: &&Track| {
            let stays = track.now.is_some_and(|now| keeps || now & RETAINED != 0);
            track.is_watched && track.end == Some(End::Done) && stays
        };
        self.tracks.iter().filter(kept).map(|track| (track.number, track.name.clone())).collect()
    }

    /// A job was laid into the queue. One without a number was there too short to be seen.
    pub(super) fn is_sent(&mut self, number: i32, name: &str) -> i32 {
        let number = if number > 0 {
            number
        } else {
            self.unseen = self.unseen.saturating_sub(1);
            self.unseen
        };
        if !self.tracks.iter().any(|track| track.number == number && track.name == name) {
            self.tracks.push(Track::new(number, name.to_owned()));
        }
        drop(self.watched(number));
        number
    }

    /// The last job of this number, which somebody waits for from now on.
    pub(super) fn watched(&mut self, number: i32) -> Option<Result<Job, Failure>> {
        let track = self.last_mut(number)?;
        track.is_watched = true;
        Some(track.job())
    }

    /// Whether it is not known how a job ended.
    pub(super) fn is_open(&self, number: i32) -> bool {
        self.tracks.iter().rfind(|track| track.number == number).is_some_and(|track| track.end.is_none())
    }

    /// We take a job back: its name, if it is not over.
    pub(super) fn is_taken_back(&mut self, number: i32) -> Option<String> {
        let track = self.last_mut(number).filter(|track| track.end.is_none())?;
        track.is_taken_out = true;
        Some(track.name.clone())
    }

    /// The jobs that are not over, or those of which it is known how they ended.
    pub(super) fn jobs(&self, open: bool) -> Vec<Job> {
        self.tracks.iter().filter(|track| track.end.is_none() == open).filter_map(|track| track.job().ok()).collect()
    }

    /// Whether somebody waits for what becomes of a job.
    pub(super) fn has_watched(&self) -> bool {
        self.tracks.iter().any(|track| track.is_watched && track.end.is_none())
    }

    /// Nobody looks for a while.
    pub(super) fn lose_sight(&mut self) {
        self.tracks.iter_mut().for_each(|track| track.is_blind = true);
    }

    fn last_mut(&mut self, number: i32) -> Option<&mut Track> {
        self.tracks.iter_mut().rfind(|track| track.number == number)
    }

    fn forget_old(&mut self) {
        let mut surplus = self.tracks.len().saturating_sub(SPOOLER_TRACKS_MAX);
        self.tracks.retain(|track| {
            let goes = surplus > 0 && track.end.is_some() && track.now.is_none();
            surplus = surplus.saturating_sub(usize::from(goes));
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "boothpay order 1/1";

    /// What was said of a job, look after look, until it was not listed any more; and what became of it.
    fn became(statuses: &[u32], keeps: bool) -> Option<JobState> {
        let mut tracks = Tracks::default();
        assert_eq!(tracks.is_sent(7, OURS), 7);
        for &status in statuses {
            tracks.see(&[Listed { number: 7, name: OURS.to_owned(), status }], keeps);
        }
        tracks.see(&[], keeps);
        tracks.watched(7).unwrap().ok().map(|job| job.state)
    }

    #[test]
    fn a_job_that_is_gone_is_done_deleted_or_nobody_knows() {
        let (done, deleted) = (Some(JobState::Completed), Some(JobState::Canceled));
        for (statuses, keeps, expected) in [
            // As drivers do it that tell all, or little.
            (&[0x8, PRINTING, PRINTING | PRINTED][..], false, done),
            (&[PRINTING, PRINTED | DELETING], false, done),
            (&[PRINTING, PRINTED, PRINTED | DELETING], false, done),
            (&[PRINTING], false, done),
            (&[PRINTING, PRINTING | COMPLETED], false, done),
            // Somebody deletes it: before it began, and while it was printed.
            (&[0, DELETING], false, deleted),
            (&[PRINTING, PRINTING | DELETING], false, deleted),
            (&[PRINTING, PRINTING | DELETING, PRINTED | DELETING], false, deleted),
            // It waited, and was gone.
            (&[0x8, 0], false, None),
            (&[], false, None),
            // A queue that keeps what is printed knows more.
            (&[PRINTING], true, deleted),
            (&[0], true, deleted),
            (&[PRINTING, PRINTED | RETAINED], true, done),
        ] {
            assert_eq!(became(statuses, keeps), expected, "{statuses:x?} {keeps}");
        }
    }

    #[test]
    fn what_nobody_looked_at_is_not_taken_for_done() {
        let mut tracks = Tracks::default();
        tracks.is_sent(7, OURS);
        tracks.see(&[Listed { number: 7, name: OURS.to_owned(), status: PRINTING }], false);
        assert!(tracks.has_watched());
        tracks.lose_sight();
        tracks.see(&[], false);
        assert!(tracks.watched(7).unwrap().is_err() && !tracks.has_watched());
    }

    #[test]
    fn what_we_take_back_is_deleted_also_when_nobody_saw_it_go() {
        let mut tracks = Tracks::default();
        tracks.is_sent(7, OURS);
        tracks.see(&[Listed { number: 7, name: OURS.to_owned(), status: 0 }], false);
        assert_eq!(tracks.is_taken_back(7).as_deref(), Some(OURS));
        tracks.see(&[], false);
        assert_eq!(tracks.watched(7).unwrap().unwrap().state, JobState::Canceled);
        assert_eq!(tracks.is_taken_back(7), None, "it is over");
    }

    #[test]
    fn a_sheet_that_is_kept_goes_when_it_is_known_to_be_done_and_no_other_does() {
        let mut tracks = Tracks::default();
        let listed = |number, name: &str, status| Listed { number, name: name.to_owned(), status };
        tracks.is_sent(7, OURS);
        let all = [listed(6, "Letter.doc", PRINTED | RETAINED), listed(8, "boothpay other 1/1", PRINTED | RETAINED)];
        assert!(tracks.see(&[&all[..], &[listed(7, OURS, PRINTING)]].concat(), true).is_empty());
        let done = tracks.see(&[&all[..], &[listed(7, OURS, PRINTED | RETAINED)]].concat(), true);
        assert_eq!(done, [(7, OURS.to_owned())]);
        assert!(tracks.jobs(true).is_empty(), "none of them is waited for");
    }

    #[test]
    fn a_number_that_is_given_again_is_another_job() {
        let mut tracks = Tracks::default();
        tracks.is_sent(7, OURS);
        tracks.see(&[Listed { number: 7, name: OURS.to_owned(), status: PRINTING }], false);
        tracks.see(&[Listed { number: 7, name: "boothpay other 1/1".to_owned(), status: 0 }], false);
        assert_eq!(tracks.jobs(true).len(), 1);
        assert_eq!(tracks.watched(7).unwrap().unwrap().name, "boothpay other 1/1");
        assert_eq!(tracks.is_sent(0, "boothpay third 1/1"), -1);
        tracks.see(&[], false);
        assert!(tracks.watched(-1).unwrap().is_err(), "it was taken, and nobody saw what became of it");
    }
}
