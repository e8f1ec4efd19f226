//! A camera at the USB, driven by the program `gphoto2`: one process with one session ([`session`]), kept open, and started again when it ends.
//!
//! The C library is in that process alone, so whatever it does there ends no payment. [`Gphoto2::keep`] has it on a thread of its own and takes what
//! is asked of it one after the other; in between it looks whether the camera still answers. docs/decisions/0039-camera-usb.md argues it.

mod session;
pub(crate) mod trouble;

use super::{Frame, Released, ShotError, held};
use crate::config::camera::Gphoto2 as Settings;
use crate::helper::Stop;
use crate::limits::{GPHOTO2_ANSWER_PATIENCE, GPHOTO2_PAUSE, GPHOTO2_PAUSE_MAX, GPHOTO2_STEADY};
use session::{Session, Shot};
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use trouble::Trouble;

/// What is asked of the thread that has the camera.
struct Ask {
    what: What,
    /// By then it has to begin.
    until: Instant,
    answer: oneshot::Sender<Result<Shot, ShotError>>,
}

#[derive(Clone, Copy)]
enum What {
    /// A shot.
    Shot,
    /// What the camera has brought since.
    Rest,
}

/// The camera.
pub(crate) struct Gphoto2 {
    settings: Settings,
    patience: Duration,
    asks: mpsc::Sender<Ask>,
    asked: Mutex<mpsc::Receiver<Ask>>,
    trouble: Mutex<Option<Trouble>>,
    stop: Stop,
}

impl Gphoto2 {
    pub(super) fn new(settings: Settings, patience: Duration) -> Self {
        let (asks, asked) = mpsc::channel();
        let (asked, trouble) = (Mutex::new(asked), Mutex::new(Some(Trouble::Starting)));
        Self { settings, patience, asks, asked, trouble, stop: Stop::default() }
    }

    /// Why it cannot be used now.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        held(&self.trouble).clone()
    }

    pub(super) async fn release(&self) -> Result<Released, ShotError> {
        let Shot { begun, frames, refused } = self.ask(What::Shot, self.patience).await?;
        match refused {
            Some(why) if frames.is_empty() => Err(ShotError::Refused(why)),
            Some(_) | None => Ok(Released { begun, frames }),
        }
    }

    pub(super) async fn look(&self) -> Result<Vec<Frame>, ShotError> {
        Ok(self.ask(What::Rest, GPHOTO2_ANSWER_PATIENCE).await?.frames)
    }

    async fn ask(&self, what: What, patience: Duration) -> Result<Shot, ShotError> {
        if let Some(trouble) = self.trouble() {
            return Err(ShotError::Camera(trouble).before_the_shutter());
        }
        let (answer, answered) = oneshot::channel();
        let until = Instant::now() + patience;
        self.asks.send(Ask { what, until, answer }).map_err(|_| ShotError::BrokeOff)?;
        // The thread itself keeps the time: what waits in the camera goes first, and a look may be under way.
        let most = patience.saturating_mul(2).saturating_add(GPHOTO2_ANSWER_PATIENCE);
        let answered = tokio::time::timeout(most, answered);
        answered.await.map_err(|_| ShotError::BrokeOff)?.map_err(|_| ShotError::BrokeOff)?
    }

    /// Ends what [`Self::keep`] does, soon.
    pub(crate) fn stop(&self) {
        self.stop.stop();
    }

    /// Has the camera until it is told to stop. Blocks.
    pub(crate) fn keep(&self) {
        let asked = held(&self.asked);
        let mut pause = GPHOTO2_PAUSE;
        while !self.stop.is_told() {
            let begun = Instant::now();
            let trouble = match Session::open(&self.settings, &self.stop) {
                Ok(session) => self.serve(session, &asked),
                Err(trouble) => trouble,
            };
            session::forget(&self.settings);
            if matches!(trouble, Trouble::Silent(_)) {
                session::reset(&self.settings, &self.stop);
            }
            self.stands(Some(trouble.clone()));
            pause = if begun.elapsed() > GPHOTO2_STEADY { GPHOTO2_PAUSE } else { pause };
            self.wait(pause, &asked, &trouble);
            pause = pause.saturating_mul(2).min(GPHOTO2_PAUSE_MAX);
        }
    }

    /// Does what is asked for, until the session is lost. That is known before anybody hears of it, and before the program is ended.
    fn serve(&self, mut session: Session, asked: &mpsc::Receiver<Ask>) -> Trouble {
        self.stands(None);
        let trouble = loop {
            if self.stop.is_told() {
                break Trouble::Stopped;
            }
            let done = match asked.recv_timeout(Stop::PERIOD) {
                Ok(ask) => self.answer(&mut session, ask),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => session.look_if_due(),
            };
            if let Err(trouble) = done {
                break trouble;
            }
        };
        if trouble == Trouble::Stopped {
            session.close();
        } else {
            self.stands(Some(trouble.clone()));
        }
        trouble
    }

    fn answer(&self, session: &mut Session, ask: Ask) -> Result<(), Trouble> {
        let Ask { what, until, answer } = ask;
        if answer.is_closed() {
            return Ok(());
        }
        let ready = match what {
            What::Shot => session.make_ready(until),
            What::Rest => Ok(()),
        };
        let is_late = Instant::now() >= until;
        let (done, lost) = match (ready, what) {
            (Err(trouble), _) => (Err(ShotError::from(trouble.clone()).before_the_shutter()), Some(trouble)),
            (Ok(()), _) if is_late => (Err(ShotError::Refused("it was busy".to_owned()).before_the_shutter()), None),
            (Ok(()), What::Shot) => with_trouble(session.shoot(self.patience)),
            (Ok(()), What::Rest) => with_trouble(session.rest(until)),
        };
        // Whether it was the shot alone that failed.
        let is_refused = done.as_ref().is_ok_and(|shot| shot.refused.is_some());
        let lost = if is_refused { session.look().err() } else { lost };
        if lost.is_some() {
            self.stands(lost.clone());
        }
        // Nobody may be waiting any more.
        let _ = answer.send(done);
        lost.map_or(Ok(()), Err)
    }

    fn wait(&self, pause: Duration, asked: &mpsc::Receiver<Ask>, trouble: &Trouble) {
        let begun = Instant::now();
        while begun.elapsed() < pause && !self.stop.is_told() {
            if let Ok(ask) = asked.recv_timeout(Stop::PERIOD.min(pause)) {
                let _ = ask.answer.send(Err(ShotError::from(trouble.clone()).before_the_shutter()));
            }
        }
    }

    /// Notes how the camera is; a change stands in the log.
    fn stands(&self, trouble: Option<Trouble>) {
        let mut known = held(&self.trouble);
        if *known != trouble {
            match &trouble {
                None => tracing::info!("the camera answers, through {}", self.settings.program.display()),
                Some(Trouble::Stopped) => tracing::info!("the camera's session is closed"),
                Some(trouble) => tracing::warn!("no pictures are sold: {trouble}"),
            }
        }
        *known = trouble;
    }
}

/// What is answered, and the trouble that ends the session.
fn with_trouble(done: Result<Shot, Trouble>) -> (Result<Shot, ShotError>, Option<Trouble>) {
    let trouble = done.as_ref().err().cloned();
    (done.map_err(ShotError::from), trouble)
}
