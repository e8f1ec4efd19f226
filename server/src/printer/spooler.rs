//! A printer of Windows, through the system's spooler.
//!
//! | file | subject |
//! |---|---|
//! | `helper.rs` | the helper process: a question, an answer |
//! | `flags.rs` | what the spooler's numbers say |
//! | `tracks.rs` | what became of each job, seen from outside |
//!
//! The helper is Windows PowerShell with a script of ours (`assets/spooler/spooler.ps1`), one process, kept open and started again when it ends. A
//! printer's driver is loaded into that process alone. [`Spooler::keep`] has it on a thread of its own, takes what is asked of it one after the
//! other, and looks into the queue in between while a sheet is in it. docs/decisions/0042-spooler.md argues it.

mod flags;
mod helper;
mod tracks;

use super::queue::{Failure, Job, Seen, SheetWish, Teller};
use crate::config::SpoolerSettings;
use crate::helper::Stop;
use crate::limits::{
    SPOOLER_PATIENCE, SPOOLER_PAUSE, SPOOLER_PAUSE_MAX, SPOOLER_POLL, SPOOLER_RENEWED, SPOOLER_START_PATIENCE,
    SPOOLER_STEADY,
};
use helper::{Answer, Helper, Question, Trouble};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};
use tracks::Tracks;

/// What is asked of the thread that has the helper.
struct Ask {
    question: Question,
    patience: Duration,
    answer: oneshot::Sender<Result<Answer, Failure>>,
}

/// The printer.
pub(crate) struct Spooler {
    settings: SpoolerSettings,
    asks: mpsc::Sender<Ask>,
    asked: Mutex<mpsc::Receiver<Ask>>,
    /// Why nothing can be asked now; none while the helper is there.
    trouble: watch::Sender<Option<Trouble>>,
    tracks: Mutex<Tracks>,
    stop: Stop,
}

impl Spooler {
    pub(super) fn new(settings: SpoolerSettings) -> Self {
        let (asks, asked) = mpsc::channel();
        Self {
            settings,
            asks,
            asked: Mutex::new(asked),
            trouble: watch::Sender::new(Some(Trouble::Starting)),
            tracks: Mutex::default(),
            stop: Stop::default(),
        }
    }

    /// How it is.
    pub(super) async fn look(&self) -> Result<Seen, Failure> {
        let seen = self.ask(Question::Look, SPOOLER_PATIENCE).await?;
        if flags::leads_into_a_file(&seen.port) {
            let why =
                format!("what is printed there goes into a file (its port is {}); choose the photo printer", seen.port);
            return Err(Failure::Refused(why));
        }
        let mut reasons = flags::of_queue(seen.status, seen.detected, seen.offline);
        reasons.extend(seen.jobs.iter().flatten().flat_map(|job| flags::of_job_now(job.status)));
        Ok(Seen {
            reasons: reasons.into_iter().map(str::to_owned).collect(),
            teller: Teller::Windows,
            takes_jobs: true,
            media: seen.papers,
            ..Seen::default()
        })
    }

    /// Has one copy laid into its queue, and gets the job's number.
    pub(super) async fn print(
        &self,
        name: &str,
        jpeg: &[u8],
        wish: &SheetWish,
        patience: Duration,
    ) -> Result<i32, Failure> {
        let sheet = Question::Print { name: name.to_owned(), jpeg: jpeg.to_vec(), paper: wish.media.clone() };
        let taken = self.ask(sheet, patience).await?;
        Ok(self.tracks().is_sent(taken.number, name))
    }

    /// How far a job is.
    pub(super) async fn job(&self, id: i32) -> Result<Job, Failure> {
        let of = |known: Option<Result<Job, Failure>>| {
            known.unwrap_or_else(|| Err(Failure::Refused("there is no such job in the queue".to_owned())))
        };
        let known = self.tracks().watched(id);
        if known.is_some() && !self.tracks().is_open(id) {
            return of(known);
        }
        self.ask(Question::Jobs, SPOOLER_PATIENCE).await?;
        of(self.tracks().watched(id))
    }

    /// Our jobs: those that are not over, or those of which it is known how they ended.
    pub(super) async fn jobs(&self, open: bool) -> Result<Vec<Job>, Failure> {
        self.ask(Question::Jobs, SPOOLER_PATIENCE).await?;
        Ok(self.tracks().jobs(open))
    }

    /// Takes a job back.
    pub(super) async fn cancel(&self, id: i32) -> Result<(), Failure> {
        let Some(name) = self.tracks().is_taken_back(id) else { return Ok(()) };
        self.ask(Question::Cancel { number: id, name }, SPOOLER_PATIENCE).await.map(drop)
    }

    /// Whether its queue keeps what is printed, as far as is known.
    pub(super) fn keeps(&self) -> bool {
        self.tracks().keeps
    }

    async fn ask(&self, question: Question, patience: Duration) -> Result<Answer, Failure> {
        let silent = |trouble: &Trouble| Failure::Silent(trouble.to_string());
        // A helper that is being started is waited for; one that failed is not.
        let mut trouble = self.trouble.subscribe();
        let has_started = trouble.wait_for(|trouble| *trouble != Some(Trouble::Starting));
        let known = tokio::time::timeout(SPOOLER_START_PATIENCE, has_started).await;
        let known =
            known.map_or(Some(Trouble::Starting), |known| known.map_or(Some(Trouble::Stopped), |it| it.clone()));
        if let Some(trouble) = known {
            return Err(silent(&trouble));
        }
        let (answer, answered) = oneshot::channel();
        let broke_off = |_| silent(&Trouble::Stopped);
        self.asks.send(Ask { question, patience, answer }).map_err(|_| silent(&Trouble::Stopped))?;
        // The thread itself keeps the time; what was asked before, and a look of its own, goes first.
        let most = patience.saturating_add(SPOOLER_START_PATIENCE);
        let answered = tokio::time::timeout(most, answered).await;
        answered.map_err(|_| silent(&Trouble::Silent(most.as_secs())))?.map_err(broke_off)?
    }

    /// Ends what [`Self::keep`] does, soon.
    pub(crate) fn stop(&self) {
        self.stop.stop();
    }

    /// Keeps the helper until it is told to stop. Blocks.
    pub(crate) fn keep(&self) {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let mut pause = SPOOLER_PAUSE;
        while !self.stop.is_told() {
            let begun = Instant::now();
            let trouble = match Helper::start(&self.settings, &self.stop) {
                Ok(helper) => self.serve(helper, &asked),
                Err(trouble) => trouble,
            };
            // What happens until the next one looks is seen by nobody.
            self.tracks().lose_sight();
            helper::forget(&self.settings);
            self.stands(Some(trouble.clone()));
            if trouble == Trouble::Starting {
                continue;
            }
            pause = if begun.elapsed() > SPOOLER_STEADY { SPOOLER_PAUSE } else { pause };
            self.wait(pause, &asked, &trouble);
            pause = pause.saturating_mul(2).min(SPOOLER_PAUSE_MAX);
        }
    }

    /// Asks what is asked for, until the helper is lost.
    fn serve(&self, mut helper: Helper, asked: &mpsc::Receiver<Ask>) -> Trouble {
        self.stands(None);
        let begun = Instant::now();
        let trouble = loop {
            if self.stop.is_told() {
                break Trouble::Stopped;
            }
            let done = match asked.recv_timeout(SPOOLER_POLL) {
                Ok(ask) => self.answer(&mut helper, ask),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    if self.tracks().has_watched() {
                        self.listen(&mut helper, &Question::Jobs, SPOOLER_PATIENCE).map(drop)
                    } else if begun.elapsed() > SPOOLER_RENEWED {
                        break Trouble::Starting;
                    } else {
                        Ok(())
                    }
                }
            };
            if let Err(trouble) = done {
                break trouble;
            }
        };
        if matches!(trouble, Trouble::Stopped | Trouble::Starting) {
            helper.close();
        } else {
            self.stands(Some(trouble.clone()));
        }
        trouble
    }

    fn answer(&self, helper: &mut Helper, ask: Ask) -> Result<(), Trouble> {
        if ask.answer.is_closed() {
            return Ok(());
        }
        let heard = self.listen(helper, &ask.question, ask.patience);
        let lost = heard.as_ref().err().cloned();
        if lost.is_some() {
            // Known before anybody hears of it.
            self.stands(lost.clone());
        }
        let said = heard.map_err(|trouble| Failure::Silent(trouble.to_string())).and_then(Answer::judged);
        // Nobody may be waiting any more.
        let _ = ask.answer.send(said);
        lost.map_or(Ok(()), Err)
    }

    /// Asks, and learns from what is said of the queue. What is printed and was kept there is a customer's picture: it goes.
    fn listen(&self, helper: &mut Helper, question: &Question, patience: Duration) -> Result<Answer, Trouble> {
        let answer = helper.ask(question, patience)?;
        if let Some(listed) = &answer.jobs {
            let done = self.tracks().see(listed, answer.keeps);
            for (number, name) in done {
                helper.ask(&Question::Cancel { number, name }, SPOOLER_PATIENCE)?;
            }
        }
        Ok(answer)
    }

    fn wait(&self, pause: Duration, asked: &mpsc::Receiver<Ask>, trouble: &Trouble) {
        let begun = Instant::now();
        while begun.elapsed() < pause && !self.stop.is_told() {
            if let Ok(ask) = asked.recv_timeout(Stop::PERIOD.min(pause)) {
                let _ = ask.answer.send(Err(Failure::Silent(trouble.to_string())));
            }
        }
    }

    /// Notes why it cannot be asked. Whoever looks at the printer tells the log.
    fn stands(&self, trouble: Option<Trouble>) {
        self.trouble.send_replace(trouble);
    }

    fn tracks(&self) -> MutexGuard<'_, Tracks> {
        self.tracks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
