//! The machine itself: jobs one after the other, each with what it does with it. Time is an argument.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What the printer does with a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Prints it.
    Print,
    /// The sheet is stuck half way: it gives the job up, and goes on telling of the jam.
    Jam,
    /// The paper is used up: the job waits until somebody puts some in.
    PaperOut,
    /// Says that it is done at once, and nothing comes out.
    Pretend,
    /// Has no room for it now.
    Refuse,
    /// Takes and prints it, but only half of the answer arrives.
    HalfAnswer,
    /// Does not take it, and only half of the answer arrives.
    HalfAnswerAndLost,
    /// Takes it and is not to be reached for so long, as if its cable were out; meanwhile it prints.
    FallSilent(Duration),
    /// Takes it and loses its power for so long; then it goes on with all that is in it.
    LosePower(Duration),
}

/// How far a job is (RFC 8011, 5.3.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Processing,
    Canceled,
    Aborted,
    Completed,
}

impl State {
    pub(super) const fn is_over(self) -> bool {
        match self {
            Self::Pending | Self::Processing => false,
            Self::Canceled | Self::Aborted | Self::Completed => true,
        }
    }

    /// Its number in IPP.
    pub(super) const fn number(self) -> i32 {
        match self {
            Self::Pending => 3,
            Self::Processing => 5,
            Self::Canceled => 7,
            Self::Aborted => 8,
            Self::Completed => 9,
        }
    }
}

pub(super) struct Job {
    pub(super) id: i32,
    pub(super) name: String,
    pub(super) state: State,
    act: Act,
    picture: Vec<u8>,
    begun: Option<Instant>,
}

impl Job {
    pub(super) const fn has_begun(&self) -> bool {
        self.begun.is_some()
    }

    pub(super) fn waits_for_paper(&self) -> bool {
        self.state == State::Processing && self.act == Act::PaperOut
    }
}

pub(super) struct Machine {
    pace: Duration,
    folder: Option<PathBuf>,
    pub(super) acts: VecDeque<Act>,
    pub(super) jobs: Vec<Job>,
    pub(super) sheets: Vec<String>,
    /// What it says of itself because it was told so.
    pub(super) said: Vec<String>,
    /// What it says because of its jobs.
    troubles: Vec<&'static str>,
    pub(super) silent_until: Option<Instant>,
    /// Without power until then.
    dark_until: Option<Instant>,
    /// The sheets that are left, where it tells.
    pub(super) left: Option<u32>,
    /// It does not know jobs again.
    pub(super) is_forgetful: bool,
    /// It is a queue of CUPS: it hears its printer only while it prints, and says until the next print what it heard last.
    pub(super) is_queue: bool,
    /// It takes prints only of those who have a password.
    pub(super) wants_password: bool,
    /// It answers nobody without one.
    pub(super) locks_out: bool,
    /// Jobs that were taken out of the queue of Windows after they were over.
    pub(super) taken_out: BTreeSet<i32>,
}

/// What is done with a job that comes in.
pub(super) enum Taken {
    As(i32),
    /// Its answer is lost on the way.
    Unheard(i32),
    Lost,
    Refused,
}

impl Machine {
    pub(super) fn new(pace: Duration, folder: Option<PathBuf>) -> Self {
        Self {
            pace,
            folder,
            acts: VecDeque::new(),
            jobs: Vec::new(),
            sheets: Vec::new(),
            said: Vec::new(),
            troubles: Vec::new(),
            silent_until: None,
            dark_until: None,
            left: None,
            is_forgetful: false,
            is_queue: false,
            wants_password: false,
            locks_out: false,
            taken_out: BTreeSet::new(),
        }
    }

    pub(super) fn is_silent(&self, now: Instant) -> bool {
        self.is_hushed(now) || self.is_dark(now)
    }

    /// It is not to be reached.
    pub(super) fn is_hushed(&self, now: Instant) -> bool {
        self.silent_until.is_some_and(|until| now < until)
    }

    /// It has no power.
    pub(super) fn is_dark(&self, now: Instant) -> bool {
        self.dark_until.is_some_and(|until| now < until)
    }

    /// It is reached again, and has power.
    pub(super) fn speak(&mut self, now: Instant) {
        self.silent_until = None;
        self.dark_until = self.dark_until.map(|until| until.min(now));
        self.go_on(now);
    }

    /// What it says of itself.
    pub(super) fn reasons(&self) -> Vec<String> {
        let mut all = self.said.clone();
        all.extend(self.troubles.iter().map(|&trouble| trouble.to_owned()));
        if all.is_empty() {
            all.push("none".to_owned());
        }
        all
    }

    pub(super) fn is_printing(&self) -> bool {
        self.jobs.iter().any(|job| job.state == State::Processing)
    }

    pub(super) fn take(&mut self, name: String, picture: Vec<u8>, now: Instant) -> Taken {
        let act = self.acts.pop_front().unwrap_or(Act::Print);
        match act {
            Act::Refuse => return Taken::Refused,
            Act::HalfAnswerAndLost => return Taken::Lost,
            Act::FallSilent(time) => self.silent_until = now.checked_add(time),
            Act::LosePower(time) => {
                self.go_on(now);
                self.dark_until = now.checked_add(time);
            }
            Act::Print | Act::Jam | Act::PaperOut | Act::Pretend | Act::HalfAnswer => {}
        }
        let id = i32::try_from(self.jobs.len()).unwrap_or(i32::MAX).saturating_add(1);
        self.jobs.push(Job { id, name, state: State::Pending, act, picture, begun: None });
        self.go_on(now);
        if act == Act::HalfAnswer { Taken::Unheard(id) } else { Taken::As(id) }
    }

    /// Whether there was such a job, and it was not over.
    pub(super) fn cancel(&mut self, id: i32, now: Instant) -> bool {
        self.go_on(now);
        let Some(job) = self.jobs.iter_mut().find(|job| job.id == id && !job.state.is_over()) else { return false };
        job.state = State::Canceled;
        if job.act == Act::PaperOut && !self.is_queue {
            self.troubles.retain(|trouble| *trouble != "media-empty-error");
        }
        true
    }

    pub(super) fn refill(&mut self, now: Instant) {
        self.go_on(now);
        if !self.is_queue || self.is_printing() {
            self.troubles.clear();
        }
        for job in self.jobs.iter_mut().filter(|job| job.state == State::Processing && job.act == Act::PaperOut) {
            (job.act, job.begun) = (Act::Print, Some(now));
        }
    }

    /// Does what was to be done until now.
    pub(super) fn go_on(&mut self, now: Instant) {
        let mut free_since = now;
        if let Some(until) = self.dark_until {
            if now < until {
                return;
            }
            self.dark_until = None;
            free_since = until;
            self.jobs.iter_mut().for_each(|job| job.begun = None);
        }
        while let Some(job) = self.jobs.iter_mut().find(|job| !job.state.is_over()) {
            if self.is_queue && job.begun.is_none() {
                self.troubles.clear();
            }
            let begun = *job.begun.get_or_insert(free_since);
            job.state = State::Processing;
            let Some(end) = begun.checked_add(self.pace) else { return };
            match job.act {
                Act::PaperOut => {
                    if !self.troubles.contains(&"media-empty-error") {
                        self.troubles.push("media-empty-error");
                    }
                    return;
                }
                Act::Pretend => job.state = State::Completed,
                Act::Jam
                | Act::Print
                | Act::Refuse
                | Act::HalfAnswer
                | Act::HalfAnswerAndLost
                | Act::FallSilent(_)
                | Act::LosePower(_)
                    if now < end =>
                {
                    return;
                }
                Act::Jam => {
                    job.state = State::Aborted;
                    self.troubles = vec!["media-jam-report"];
                }
                Act::Print
                | Act::Refuse
                | Act::HalfAnswer
                | Act::HalfAnswerAndLost
                | Act::FallSilent(_)
                | Act::LosePower(_) => {
                    job.state = State::Completed;
                    self.left = self.left.map(|left| left.saturating_sub(1));
                    self.sheets.push(job.name.clone());
                    if let Some(folder) = &self.folder {
                        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
                        let file = folder.join(format!("{}.jpg", job.name.chars().map(plain).collect::<String>()));
                        // A demonstration without its sheets is still one; the folder may be on a full disk.
                        let _ = fs::create_dir_all(folder).and_then(|()| fs::write(file, &job.picture));
                    }
                    job.picture = Vec::new();
                    free_since = end;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_come_out_one_after_the_other_and_not_of_what_is_stuck() {
        let (begin, second) = (Instant::now(), Duration::from_secs(1));
        let mut machine = Machine::new(second, None);
        machine.acts.extend([Act::Print, Act::Jam, Act::PaperOut, Act::Print]);
        for name in ["a", "b", "c", "d"] {
            assert!(matches!(machine.take(name.to_owned(), Vec::new(), begin), Taken::As(_)));
        }
        machine.go_on(begin + second / 2);
        assert!(machine.sheets.is_empty() && machine.is_printing());
        for seconds in 1..6 {
            machine.go_on(begin + second * seconds);
        }
        assert_eq!(machine.sheets, ["a"]);
        assert_eq!(machine.reasons(), ["media-jam-report", "media-empty-error"]);
        assert!(machine.cancel(4, begin + second * 6) && !machine.cancel(2, begin + second * 6));
        machine.refill(begin + second * 7);
        machine.go_on(begin + second * 8);
        assert_eq!(machine.sheets, ["a", "c"]);
        assert_eq!(machine.reasons(), ["none"]);
    }

    #[test]
    fn without_power_nothing_comes_out_and_when_it_is_back_what_was_begun_does() {
        let (begin, second) = (Instant::now(), Duration::from_secs(1));
        let mut machine = Machine::new(second, None);
        machine.acts.extend([Act::Print, Act::LosePower(second * 10)]);
        for name in ["a", "b"] {
            assert!(matches!(machine.take(name.to_owned(), Vec::new(), begin), Taken::As(_)));
        }
        machine.go_on(begin + second * 9);
        assert!(machine.sheets.is_empty() && machine.is_silent(begin + second * 9));
        machine.go_on(begin + second * 13);
        assert_eq!(machine.sheets, ["a", "b"]);
        assert!(!machine.is_silent(begin + second * 13));
    }
}
