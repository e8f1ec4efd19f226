//! The task: an effect outside the database that has to happen after a commit.
//!
//! A task is stored in the commit that makes it necessary and is carried out afterwards, at least once. A program that is killed
//! between the effect and its record leaves a task that is carried out again, with the same key.
//!
//! | state | what happens | then |
//! |---|---|---|
//! | waiting, due | a process takes it | leased, and one more attempt |
//! | leased | the effect took place | done |
//! | leased | it failed, attempts are left | waiting, each time for longer |
//! | leased | nothing is wrong, and it has to be looked at again | the same |
//! | leased | it failed at the last attempt, or no other would help | failed: somebody has to look |
//! | leased | the lease ends and nobody has said anything | as if waiting and due |
//! | waiting, failed | a person asks for it again | waiting, due at once, from the first attempt |
//! | done, failed | nobody asks for it for long | removed |
//!
//! Each lease has the number of its attempt. A result with an older number is ignored.
//!
//! A new kind of task is a variant of [`TaskKind`] and what the compiler asks for then; the job that carries tasks out is the
//! server's.

use super::booth::BoothId;
use super::limits::{
    CODE_PAUSES, Pauses, TASK_DONE_KEPT, TASK_ERROR_CHARS_MAX, TASK_FAILED_KEPT, TASK_KEY_CHARS_MAX, TASK_PAUSES,
    TASK_TARGET_CHARS_MAX,
};
use super::order::OrderId;
use crate::time::{SpanMs, TimeMs};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

/// What has to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// A program of the owner's is told of an event. The target is the webhook's name, the payload a
    /// [`super::event::Message`].
    Webhook,
    /// A customer gets his money back. The target is the provider's word, the payload a
    /// [`super::giving_back::GiveBack`].
    Refund,
    /// The owner is told something by Telegram. The target is `telegram`, the payload a [`crate::alerts::Telegram`].
    Telegram,
    /// A paid order is printed. The target is the booth, the payload a [`crate::print::jobs::Job`]. Whoever prints takes it.
    Print,
    /// A code of Uzum's is watched until nobody can pay it any more. The target is the provider's word, the payload a
    /// [`crate::uzum_qr::Watched`].
    UzumCode,
    /// Click is told what was sold, for the tax receipt. The target is the provider's word, the payload a
    /// [`crate::click::receipt::ReceiptOf`].
    Receipt,
}

impl TaskKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Webhook, Self::Refund, Self::Telegram, Self::Print, Self::UzumCode, Self::Receipt];

    /// The word in the database and for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Refund => "refund",
            Self::Telegram => "telegram",
            Self::Print => "print",
            Self::UzumCode => "uzum_code",
            Self::Receipt => "receipt",
        }
    }

    /// How long it waits between two attempts.
    pub const fn pauses(self) -> Pauses {
        match self {
            Self::Webhook | Self::Refund | Self::Telegram | Self::Print | Self::Receipt => TASK_PAUSES,
            Self::UzumCode => CODE_PAUSES,
        }
    }

    /// How often it is attempted: once more than there are pauses.
    pub fn attempts_max(self) -> u32 {
        self.pauses().iter().fold(1, |sum, (times, _)| sum.saturating_add(*times))
    }

    /// Takes back what [`TaskKind::word`] gave.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Whom a task concerns: 1 to 64 characters of `[A-Za-z0-9._:-]`. Tasks of one target wait for each other, never for
/// those of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskTarget(Arc<str>);

/// Why a text is not a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to {TASK_TARGET_CHARS_MAX} characters, each of A-Z a-z 0-9 . _ : -")]
pub struct TaskTargetError;

impl TaskTarget {
    /// Checks a text.
    pub fn parse(text: &str) -> Result<Self, TaskTargetError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
        if text.is_empty() || text.len() > TASK_TARGET_CHARS_MAX || !text.bytes().all(allowed) {
            return Err(TaskTargetError);
        }
        Ok(Self(text.into()))
    }

    /// A booth, by its id: what can be an id can be a target.
    pub fn booth(id: &BoothId) -> Self {
        Self(id.as_str().into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The idempotency key: the same at each attempt, and of no other task. Whoever is asked twice knows it by this.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskKey(Arc<str>);

impl TaskKey {
    /// A key that follows from what the task is about, so that the same cause never makes two tasks: a word, and a digest over
    /// the parts.
    pub fn of(word: &str, parts: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            // Behind its length, so that no two lists of parts are the same bytes.
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part.as_bytes());
        }
        let mut key = format!("{word}_");
        for byte in digest.finalize().iter().take(16) {
            // Writing to a text does not fail.
            let _ = write!(key, "{byte:02x}");
        }
        Self(key.into())
    }

    /// From the store.
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let fits = !text.is_empty() && text.len() <= TASK_KEY_CHARS_MAX && text.bytes().all(allowed);
        fits.then(|| Self(text.into()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Our number of a task, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskNumber(i64);

impl TaskNumber {
    /// From the store, or from a person.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// For the store.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for TaskNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a decision asks for: it is due as soon as it is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    /// Its key.
    pub key: TaskKey,
    /// What has to be done.
    pub kind: TaskKind,
    /// For whom, or by whom.
    pub target: TaskTarget,
    /// The order that it is about, if there is one.
    pub order_id: Option<OrderId>,
    /// Everything that whoever carries it out has to know, as JSON text, in the form of its kind.
    pub payload: String,
    /// When it was asked for.
    pub created_at: TimeMs,
}

/// What has become of a task, with the time that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// Nobody is at it.
    Waiting {
        /// Not before this time.
        due: TimeMs,
    },
    /// A process carries it out.
    Leased {
        /// After this time anybody may take it: the process must have died.
        until: TimeMs,
    },
    /// It took place.
    Done {
        /// When.
        at: TimeMs,
    },
    /// It was given up. Somebody has to look.
    Failed {
        /// When.
        at: TimeMs,
    },
}

impl TaskState {
    /// Of a new task: due at once, whatever clock wrote the time of the change that asked for it.
    pub const NEW: Self = Self::Waiting { due: TimeMs::new(0) };

    /// The words of all states, in the database and for people.
    pub const WORDS: [&'static str; 4] = ["waiting", "leased", "done", "failed"];

    /// The word in the database and for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Leased { .. } => "leased",
            Self::Done { .. } => "done",
            Self::Failed { .. } => "failed",
        }
    }

    /// Puts together what the database keeps apart; `None` when the parts do not fit.
    pub fn from_parts(word: &str, due: Option<TimeMs>, finished: Option<TimeMs>) -> Option<Self> {
        match (word, due, finished) {
            ("waiting", Some(due), None) => Some(Self::Waiting { due }),
            ("leased", Some(until), None) => Some(Self::Leased { until }),
            ("done", None, Some(at)) => Some(Self::Done { at }),
            ("failed", None, Some(at)) => Some(Self::Failed { at }),
            (_, _, _) => None,
        }
    }

    /// When somebody may take it; `None` when nobody may any more.
    pub const fn due(self) -> Option<TimeMs> {
        match self {
            Self::Waiting { due } => Some(due),
            Self::Leased { until } => Some(until),
            Self::Done { .. } | Self::Failed { .. } => None,
        }
    }

    /// When it came to its end.
    pub const fn finished(self) -> Option<TimeMs> {
        match self {
            Self::Done { at } | Self::Failed { at } => Some(at),
            Self::Waiting { .. } | Self::Leased { .. } => None,
        }
    }
}

/// A task as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its number.
    pub number: TaskNumber,
    /// Its key.
    pub key: TaskKey,
    /// What has to be done.
    pub kind: TaskKind,
    /// For whom, or by whom.
    pub target: TaskTarget,
    /// The order that it is about, if there is one.
    pub order_id: Option<OrderId>,
    /// What whoever carries it out has to know.
    pub payload: String,
    /// When it was asked for.
    pub created_at: TimeMs,
    /// What has become of it.
    pub state: TaskState,
    /// How often somebody has taken it, since a person asked for it again if one did.
    pub attempts: u32,
    /// Why the last attempt failed, for people; of a finished one as well.
    pub last_error: Option<String>,
}

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The effect took place.
    Done,
    /// It did not, and may at another time.
    Failed {
        /// Why, for people.
        why: String,
        /// How long the other end asked us to wait, if it did.
        wait: Option<SpanMs>,
    },
    /// Nothing is wrong: it has to be looked at again.
    NotYet,
    /// It did not, and will not, however often it is tried.
    Hopeless {
        /// Why, for people.
        why: String,
    },
}

impl Task {
    /// Whether the last attempt that there is was taken before: processes have died at it, one after the other.
    pub fn is_exhausted(&self) -> bool {
        self.attempts > self.kind.attempts_max()
    }

    /// Whether no other attempt comes after this one, should it fail.
    pub fn is_last_attempt(&self) -> bool {
        self.attempts >= self.kind.attempts_max()
    }

    /// The task once an attempt has come to its end.
    pub fn after(self, attempt: Attempt, now: TimeMs) -> Self {
        match attempt {
            Attempt::Done => Self { state: TaskState::Done { at: now }, ..self },
            Attempt::Hopeless { why } => self.failing(TaskState::Failed { at: now }, &why),
            Attempt::NotYet => match self.pause() {
                Some(pause) => Self { state: TaskState::Waiting { due: now.plus(pause) }, last_error: None, ..self },
                None => self.failing(TaskState::Failed { at: now }, "it never came to an end"),
            },
            Attempt::Failed { why, wait } => {
                let state = match self.pause() {
                    Some(pause) => TaskState::Waiting { due: now.plus(wait.map_or(pause, |wait| wait.max(pause))) },
                    None => TaskState::Failed { at: now },
                };
                self.failing(state, &why)
            }
        }
    }

    /// How long to wait before the next attempt; `None` when there is no other.
    fn pause(&self) -> Option<SpanMs> {
        let mut earlier = self.attempts.saturating_sub(1);
        for (times, pause) in self.kind.pauses() {
            match earlier.checked_sub(*times) {
                Some(left) => earlier = left,
                None => return Some(*pause),
            }
        }
        None
    }

    /// Who reads the error is a person, on one line.
    fn failing(self, state: TaskState, why: &str) -> Self {
        let why = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(TASK_ERROR_CHARS_MAX).collect();
        Self { state, last_error: Some(why), ..self }
    }
}

/// Until when finished tasks may go: those that are done, and those that were given up.
pub const fn kept_since(now: TimeMs) -> (TimeMs, TimeMs) {
    (now.minus(TASK_DONE_KEPT), now.minus(TASK_FAILED_KEPT))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: TimeMs = TimeMs::new(1_700_000_000_000);

    fn task(attempts: u32) -> Task {
        task_of(TaskKind::Webhook, attempts)
    }

    fn task_of(kind: TaskKind, attempts: u32) -> Task {
        Task {
            number: TaskNumber::new(1),
            key: TaskKey::of("msg", &["a"]),
            kind,
            target: TaskTarget::parse("example.uz").unwrap(),
            order_id: None,
            payload: "{}".to_owned(),
            created_at: NOW,
            state: TaskState::Leased { until: NOW.plus(SpanMs::seconds(60)) },
            attempts,
            last_error: None,
        }
    }

    fn failed(wait: Option<SpanMs>) -> Attempt {
        Attempt::Failed { why: "no\nanswer".to_owned(), wait }
    }

    #[test]
    fn pauses_grow_and_attempts_come_to_an_end_after_about_three_days() {
        for kind in TaskKind::ALL {
            let mut pauses = Vec::new();
            let mut attempts = 1;
            while let TaskState::Waiting { due } = task_of(kind, attempts).after(failed(None), NOW).state {
                let not_yet = task_of(kind, attempts).after(Attempt::NotYet, NOW);
                assert_eq!((not_yet.state, not_yet.last_error), (TaskState::Waiting { due }, None));
                pauses.push(due.since(NOW));
                attempts += 1;
            }
            assert!(pauses.is_sorted());
            assert_eq!(attempts, kind.attempts_max());
            let days = pauses.iter().map(|pause| pause.ms()).sum::<i64>() / 86_400_000;
            assert!((2..=4).contains(&days), "{kind:?}: {days}");
            let last = task_of(kind, attempts).after(failed(None), NOW);
            assert_eq!((last.state, last.last_error.as_deref()), (TaskState::Failed { at: NOW }, Some("no answer")));
            let last = task_of(kind, attempts).after(Attempt::NotYet, NOW);
            assert!(matches!(last.state, TaskState::Failed { .. }) && last.last_error.is_some());
            assert!(task_of(kind, attempts).is_last_attempt() && !task_of(kind, attempts - 1).is_last_attempt());
            assert!(!task_of(kind, attempts).is_exhausted() && task_of(kind, attempts + 1).is_exhausted());
        }
    }

    #[test]
    fn the_other_end_may_ask_for_a_longer_pause_and_not_for_a_shorter() {
        let due = |wait| task(1).after(failed(Some(SpanMs::seconds(wait))), NOW).state.due().unwrap().since(NOW);
        assert_eq!(due(3600), SpanMs::seconds(3600));
        assert_eq!(due(0), TASK_PAUSES[0].1);
    }

    #[test]
    fn what_is_hopeless_is_given_up_at_once() {
        let given_up = task(1).after(Attempt::Hopeless { why: "gone".to_owned() }, NOW);
        assert_eq!((given_up.state, given_up.last_error.as_deref()), (TaskState::Failed { at: NOW }, Some("gone")));
        assert_eq!(task(1).after(Attempt::Done, NOW).state, TaskState::Done { at: NOW });
    }

    #[test]
    fn a_state_has_exactly_its_own_time() {
        for word in TaskState::WORDS {
            let parts = [(None, None), (Some(NOW), None), (None, Some(NOW)), (Some(NOW), Some(NOW))];
            let states: Vec<TaskState> =
                parts.iter().filter_map(|(due, finished)| TaskState::from_parts(word, *due, *finished)).collect();
            assert!(matches!(states[..], [state] if state.word() == word), "{word}: {states:?}");
        }
        assert_eq!(TaskState::from_parts("lost", Some(NOW), None), None);
    }

    #[test]
    fn a_key_follows_from_its_parts_and_tells_them_apart() {
        let key = TaskKey::of("msg", &["order", "3"]);
        assert_eq!(key, TaskKey::of("msg", &["order", "3"]));
        assert_ne!(key, TaskKey::of("msg", &["orde", "r3"]));
        assert_ne!(key, TaskKey::of("other", &["order", "3"]));
        assert_eq!(TaskKey::parse(key.as_str()), Some(key));
        assert_eq!(TaskKey::parse("a.b"), None, "a receiver would take it apart at the point");
    }

    #[test]
    fn targets_can_be_typed() {
        for good in ["example.uz", "127.0.0.1:8080", "Accounts_2", &"x".repeat(64)] {
            assert_eq!(TaskTarget::parse(good).map(|it| it.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "a b", "a/b", "ў", &"x".repeat(65)] {
            assert_eq!(TaskTarget::parse(bad), Err(TaskTargetError), "{bad:?}");
        }
    }
}
