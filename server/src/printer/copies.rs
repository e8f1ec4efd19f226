//! A print job at the printer: one job of its queue for each copy, one after the other, and what came of each.
//!
//! | what is seen | then the copy |
//! |---|---|
//! | completed, watched from its beginning, no trouble of the printer meanwhile, and not sooner than a sheet takes | is printed |
//! | the same in Windows, sooner: the driver has handed the sheet over | is watched on, until a sheet's time is over |
//! | completed in any other way, or by a queue that cannot tell whether its printer lost its power | nobody knows |
//! | aborted by the printer, or canceled while it told of trouble (in Windows only people cancel), and it was not silent for long | is not printed |
//! | canceled by somebody, or over in any way after long silence | nobody knows |
//! | not sent: the printer cannot print, refuses it, or an older job stays in it | is not printed |
//! | sent, no answer or "busy", and not there although the printer answers | is not printed; in Windows, where a queue that keeps no printed jobs may have forgotten it, nobody knows |
//! | not known to the printer any more while it is watched, and not in its list | nobody knows |
//! | not over in time: taken back, and seen to be, before it began, with no silence | is not printed |
//! | not over in time in any other way | nobody knows |
//! | silence, or not seen to be taken back | it is stuck: nobody knows, and it is waited until it was seen that the job is over or gone |
//!
//! Between two copies the ledger is asked: where the money went back or the job was ended, no more are sent.
//!
//! Printers count sheets that never came out, so nothing is believed of what they count.

use super::BoothPrinter;
use super::queue::{Failure, Job, JobState, SheetWish};
use super::trouble::{FORGOTTEN, Hindrance, blocks, keyword, makes_doubtful};
use crate::app::App;
use crate::config::PrinterSettings;
use crate::limits::{PRINTER_POLL, PRINTER_SILENCE};
use crate::photos::sheets;
use crate::prints::{self, Handed, Told};
use boothpay_protocol::ledger::journal::Actor;
use boothpay_protocol::ledger::order::{Order, OrderId, OrderStatus};
use boothpay_protocol::ledger::printing::Printing;
use boothpay_protocol::print::jobs::Report;
use boothpay_store::{Store, StoreError, crash};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Why a sheet is doubtful that such a queue calls done.
const BLIND: &str = "the queue says that it is done, but cannot tell whether the printer lost its power meanwhile: it has said \
                     cups-ipp-missing-job-history before, and never takes that back. Set prints.device to the printer's own address; or delete the \
                     queue (`lpadmin -x NAME`) and make it anew";

/// How the names of this program's jobs begin.
pub(super) const NAME: &str = "boothpay ";

/// The order of a job in the printer, if its name is one that this program gives.
pub(super) fn order_of(name: &str) -> Option<OrderId> {
    let (order, _) = name.strip_prefix(NAME)?.split_once(' ')?;
    OrderId::parse(order).ok()
}

/// A copy's name in the printer: the order, the number of its print job, the copy. So it is found again after a restart.
fn name(order: &Order, printing: Printing, copy: u16) -> String {
    format!("{NAME}{} {}/{copy}", order.id, printing.job)
}

/// What came of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Printed,
    NotPrinted(String),
    /// Nobody knows, and it may still be in the printer.
    Stuck(String),
    Unknown(String),
}

/// How much time each part of a copy has, of the time that a print job has.
struct Times {
    send: Duration,
    find: Duration,
    print: Duration,
    take_back: Duration,
}

impl Times {
    fn of(app: &App) -> Self {
        let all = app.settings.prints.job.duration();
        Self { send: all / 6, find: all / 6, print: all / 2, take_back: all / 8 }
    }
}

/// Prints what is left of a job.
pub(crate) async fn carry_out(
    app: &App,
    printer: &BoothPrinter,
    settings: &PrinterSettings,
    handed: &Handed,
) -> Result<Report, StoreError> {
    let (order, Some(printing)) = (&handed.order, handed.order.printing) else {
        return Ok(Report::Unknown { done: None, why: "its job has no state; this is a bug".to_owned() });
    };
    let at = AtWork { store: &app.store, printer, settings, times: Times::of(app) };
    let mut adopt = handed.begun_before;
    let jpeg = picture(app, order).await?;
    for copy in printing.done.saturating_add(1)..=order.copies.get() {
        let done = copy.saturating_sub(1);
        let name = name(order, printing, copy);
        let outcome = if std::mem::take(&mut adopt) {
            at.adopt(&name).await
        } else {
            let jpeg = match &jpeg {
                Ok(jpeg) => jpeg,
                Err(why) => return Ok(Report::Failed { done: Some(done), why: why.clone() }),
            };
            let wish = SheetWish { media: media(app, settings, order).await? };
            at.print(&name, jpeg, &wish).await
        };
        match outcome {
            Outcome::Printed if copy < order.copies.get() => {
                let until = app.clock.now().plus(app.settings.prints.job);
                let progress = Report::Printing { done: Some(copy), until };
                match prints::report(app, handed.key.clone(), progress, Actor::Tasks).await? {
                    Told::Taken(now) if now.status == OrderStatus::Paid && now.refund_asked_at.is_none() => {}
                    Told::Taken(_) => {
                        let why = "the money went back meanwhile, so no more copies are printed".to_owned();
                        return Ok(Report::Failed { done: Some(copy), why });
                    }
                    // Its time was over, and what is left is not this job's to print any more.
                    Told::Refused(_) | Told::Unknown => {
                        let why = "the job was ended meanwhile".to_owned();
                        return Ok(Report::Unknown { done: Some(copy), why });
                    }
                }
            }
            Outcome::Printed => {}
            Outcome::NotPrinted(why) => return Ok(Report::Failed { done: Some(done), why }),
            Outcome::Stuck(why) => return Ok(Report::Stuck { done: Some(done), why }),
            Outcome::Unknown(why) => return Ok(Report::Unknown { done: Some(done), why }),
        }
    }
    Ok(Report::Printed { done: None })
}

/// What came of a job that was left in a silent printer, now that it answers; none while it is still in it. What is in it is taken back
/// before ([`BoothPrinter::tidy`]).
pub(crate) async fn what_came_of(printer: &BoothPrinter, order: &Order, printing: Printing) -> Option<Report> {
    let name = name(order, printing, printing.done.saturating_add(1));
    let why = match find_now(printer, &name).await {
        Ok(Some(Job { state: JobState::Waiting | JobState::Processing, .. })) | Err(_) => return None,
        Ok(Some(Job { state: JobState::Completed, .. })) => "the printer answers again, and says that it is done",
        Ok(Some(Job { state: JobState::Canceled | JobState::Aborted, .. })) => {
            "the printer answers again, and the job was taken back or given up"
        }
        Ok(None) => "the printer answers again, and knows nothing of it",
    };
    Some(Report::Unknown { done: None, why: why.to_owned() })
}

async fn find_now(printer: &BoothPrinter, name: &str) -> Result<Option<Job>, Failure> {
    for open in [true, false] {
        let jobs = printer.queue.jobs(open).await?;
        // A name is given once; of the same name the last is meant.
        if let Some(job) = jobs.into_iter().filter(|job| job.name == name).max_by_key(|job| job.id) {
            return Ok(Some(job));
        }
    }
    Ok(None)
}

/// The composed picture of an order, or why there is none.
async fn picture(app: &App, order: &Order) -> Result<Result<Vec<u8>, String>, StoreError> {
    let none = || "the order has no picture that was taken at this booth".to_owned();
    let Some(session) = app.store.session_of_order(order.id.clone()).await? else { return Ok(Err(none())) };
    Ok(sheets::sheet_bytes(app, &session).await.map_err(|error| format!("its picture cannot be read: {error}")))
}

/// The name of the paper that an order's layout is for.
async fn media(app: &App, settings: &PrinterSettings, order: &Order) -> Result<String, StoreError> {
    let choice = app.store.session_of_order(order.id.clone()).await?.and_then(|session| session.choice);
    let Some(choice) = choice else { return Ok(String::new()) };
    let layout = app.photos.layout(app.settings.layouts.folder.clone(), choice.layout).await.flatten();
    Ok(settings.media_of(layout.as_ref()))
}

/// Printing a copy.
struct AtWork<'a> {
    store: &'a Store,
    printer: &'a BoothPrinter,
    settings: &'a PrinterSettings,
    times: Times,
}

/// A job of a copy while it is watched.
struct Watched {
    since: Instant,
    /// The keywords that the printer told of before: a jam that was mended is told of for hours.
    before: BTreeSet<String>,
    /// What a queue remembers of its last print and has not yet heard to be over.
    old: BTreeSet<String>,
    /// Something keeps it from printing now.
    is_hindered: bool,
    /// What made the sheet doubtful.
    trouble: Option<String>,
    /// What it told of last, new or not.
    says: Option<String>,
    /// It was silent for long, so nobody knows what it did meanwhile.
    was_silent: bool,
    has_begun: bool,
    silent_since: Option<Instant>,
    /// How long the printer was switched on when it was looked at last.
    up_for: Option<i32>,
}

impl Watched {
    fn new(before: Vec<String>) -> Self {
        let old = before.iter().filter(|reason| blocks(reason).is_some()).cloned().collect();
        let before = before.iter().map(|reason| keyword(reason).to_owned()).collect();
        Self {
            since: Instant::now(),
            before,
            old,
            is_hindered: false,
            trouble: None,
            says: None,
            was_silent: false,
            has_begun: false,
            silent_since: None,
            up_for: None,
        }
    }

    /// The printer's own word of the moment.
    fn hear(&mut self, reasons: &[String]) {
        self.says =
            reasons.iter().find(|reason| makes_doubtful(reason)).map(|reason| format!("the printer says {reason}"));
        self.old.retain(|old| reasons.contains(old));
        self.is_hindered = reasons.iter().any(|reason| blocks(reason).is_some());
        // Nothing kept it from printing when the sheet was sent, so what does now is new, also under a keyword that was told of before; but
        // for what a queue remembers.
        let is_new = |reason: &str| match blocks(reason) {
            Some(_) => !self.old.contains(reason),
            None => !self.before.contains(keyword(reason)),
        };
        let new = reasons.iter().find(|reason| makes_doubtful(reason) && is_new(reason));
        if let (None, Some(reason)) = (&self.trouble, new) {
            self.trouble = Some(format!("meanwhile the printer said {reason}"));
        }
    }

    /// What is said of the job itself: the spooler of Windows tells of a want of paper there, also when it is over.
    fn hear_of_job(&mut self, reasons: &[String]) {
        if let Some(reason) = reasons.iter().find(|reason| makes_doubtful(reason)) {
            self.trouble.get_or_insert_with(|| format!("meanwhile the printer said {reason}"));
        }
    }

    /// Whoever has lost his power has forgotten his jobs; CUPS says of those that they are completed.
    fn hear_time(&mut self, up_for: Option<i32>) {
        if up_for.zip(self.up_for).is_some_and(|(now, before)| now < before) {
            let restarted = || "meanwhile the printer was switched off and on again".to_owned();
            self.trouble.get_or_insert_with(restarted);
        }
        self.up_for = up_for.or(self.up_for);
    }

    /// Whether a power cut would not be seen: the queue has told of one before, and goes on telling of it; and the printer itself is not asked.
    fn is_blind(&self) -> bool {
        self.before.contains(FORGOTTEN) && self.up_for.is_none()
    }

    fn heard_nothing(&mut self) {
        let since = *self.silent_since.get_or_insert_with(Instant::now);
        if since.elapsed() >= PRINTER_SILENCE {
            self.was_silent = true;
            let silent = || format!("meanwhile the printer was silent for {} s", PRINTER_SILENCE.as_secs());
            self.trouble.get_or_insert_with(silent);
        }
    }

    /// Whether it has begun, or may have while nothing was heard of it.
    const fn may_have_begun(&self) -> bool {
        self.has_begun || self.was_silent || self.silent_since.is_some()
    }

    /// What is said of a job besides its state.
    fn about(&self, job: &Job) -> String {
        let said = [
            self.trouble.as_deref().or(self.says.as_deref()).unwrap_or_default(),
            &job.message,
            &job.reasons.join(", "),
        ];
        said.into_iter().filter(|it| !it.is_empty() && *it != "none").collect::<Vec<_>>().join("; ")
    }
}

impl AtWork<'_> {
    /// Sends a copy and watches it.
    async fn print(&self, name: &str, jpeg: &[u8], wish: &SheetWish) -> Outcome {
        let before = match self.printer.ask().await {
            Ok(seen) => seen,
            Err(failure) => return Outcome::NotPrinted(failure.to_string()),
        };
        if let Some(Hindrance { why, is_old: false, .. }) = before.hindrance() {
            return Outcome::NotPrinted(format!("the printer cannot print: {why}"));
        }
        if !self.printer.tidy(self.store).await {
            return Outcome::NotPrinted("an older job is still in the printer and is not taken back".to_owned());
        }
        let mut watched = Watched::new(before.reasons);
        watched.hear_time(before.up_for);
        let sent = self.printer.queue.print(name, jpeg, wish, self.times.send).await;
        let id = match sent {
            Ok(id) => id,
            Err(Failure::Refused(why)) => {
                self.printer.note_refused();
                return Outcome::NotPrinted(format!("the printer refuses: {why}"));
            }
            // Its answer was lost, or what was sent.
            Err(Failure::Silent(why)) => match self.find(name).await {
                Ok(Some(job)) => job.id,
                Ok(None) => {
                    // It may have taken it and not say so yet: before the next sheet it is looked for once more.
                    self.printer.note_left_behind();
                    if !self.printer.queue.remembers() {
                        return Outcome::Unknown(format!("nobody knows whether the printer took the job: {why}"));
                    }
                    return Outcome::NotPrinted(format!("the printer did not take the job: {why}"));
                }
                Err(failure) => {
                    self.printer.note_left_behind();
                    return Outcome::Stuck(failure.to_string());
                }
            },
        };
        crash::here(crash::Point::PrintSent);
        self.watch(id, name, watched, true).await
    }

    /// A copy that was begun before this program was started again: it is looked for before anything is printed.
    async fn adopt(&self, name: &str) -> Outcome {
        match self.find(name).await {
            Ok(Some(job)) => self.watch(job.id, name, Watched::new(Vec::new()), false).await,
            Ok(None) => {
                Outcome::Unknown("this server was stopped meanwhile, and the printer knows nothing of it".to_owned())
            }
            Err(failure) => {
                self.printer.note_left_behind();
                Outcome::Stuck(format!("this server was stopped meanwhile. {failure}"))
            }
        }
    }

    /// A job by its name; none when the printer answers and does not know it.
    async fn find(&self, name: &str) -> Result<Option<Job>, Failure> {
        let begun = Instant::now();
        loop {
            match find_now(self.printer, name).await {
                Err(_) if begun.elapsed() < self.times.find => sleep(PRINTER_POLL).await,
                found => return found,
            }
        }
    }

    /// Watches a job until it is over, or its time is.
    async fn watch(&self, id: i32, name: &str, mut watched: Watched, is_whole: bool) -> Outcome {
        loop {
            let job = self.printer.queue.job(id).await;
            // After the job, so that what ended it is seen.
            if let Ok(seen) = self.printer.ask().await {
                watched.hear(&seen.reasons);
                watched.hear_time(seen.up_for);
            }
            match job {
                Ok(job) => {
                    watched.silent_since = None;
                    watched.has_begun |= job.has_begun;
                    watched.hear_of_job(&job.reasons);
                    if let Some(outcome) = self.judge(&job, &watched, is_whole) {
                        return outcome;
                    }
                }
                Err(Failure::Silent(_)) => watched.heard_nothing(),
                // That it is not in it, a printer has to say that answers: one that tells us nothing any more may print it all the same.
                Err(Failure::Refused(why)) => match find_now(self.printer, name).await {
                    Ok(None) => {
                        self.printer.note_left_behind();
                        return Outcome::Unknown(format!("the printer does not know the job any more: {why}"));
                    }
                    Ok(Some(_)) | Err(_) => watched.heard_nothing(),
                },
            }
            if watched.since.elapsed() >= self.times.print {
                return self.take_back(id, watched).await;
            }
            sleep(PRINTER_POLL).await;
        }
    }

    /// What came of a job that is over.
    fn judge(&self, job: &Job, watched: &Watched, is_whole: bool) -> Option<Outcome> {
        let about = watched.about(job);
        Some(match job.state {
            JobState::Waiting | JobState::Processing => return None,
            JobState::Completed => {
                let least = self.settings.sheet.duration();
                let has_errors = job.reasons.iter().any(|reason| reason == "job-completed-with-errors");
                if !is_whole {
                    Outcome::Unknown("this server was stopped while it was printed".to_owned())
                } else if watched.trouble.is_some() || watched.is_hindered || has_errors {
                    Outcome::Unknown(format!("the printer says that it is done, but {about}"))
                } else if watched.is_blind() {
                    Outcome::Unknown(BLIND.to_owned())
                } else if watched.since.elapsed() < least {
                    if self.printer.queue.hands_over() {
                        return None;
                    }
                    Outcome::Unknown(format!("the printer says after less than {} s that it is done", least.as_secs()))
                } else {
                    Outcome::Printed
                }
            }
            JobState::Aborted | JobState::Canceled if watched.was_silent => {
                Outcome::Unknown(format!("it is over, and nobody knows how: {about}"))
            }
            JobState::Aborted => Outcome::NotPrinted(format!("the printer gave it up: {about}")),
            JobState::Canceled if is_whole && watched.trouble.is_some() && !self.printer.queue.hands_over() => {
                Outcome::NotPrinted(format!("the printer gave it up: {about}"))
            }
            JobState::Canceled => Outcome::Unknown(format!("somebody took it back at the printer: {about}")),
        })
    }

    /// Takes a job back whose time is over, and sees that it went: money may be promised back only then.
    async fn take_back(&self, id: i32, mut watched: Watched) -> Outcome {
        let late = format!("it was not out in {} s", self.times.print.as_secs());
        let trouble = watched.trouble.as_ref().or(watched.says.as_ref());
        let late = trouble.map_or(late.clone(), |trouble| format!("{late}; {trouble}"));
        // Once more, so that one that has just begun is known.
        match self.printer.queue.job(id).await {
            Ok(job) => {
                watched.silent_since = None;
                watched.has_begun |= job.has_begun;
            }
            Err(_) => watched.heard_nothing(),
        }
        let begun = Instant::now();
        loop {
            // Whether it went, its state says.
            let _ = self.printer.queue.cancel(id).await;
            let job = self.printer.queue.job(id).await;
            watched.has_begun |= job.as_ref().is_ok_and(|job| job.has_begun);
            match job {
                Ok(Job { state: JobState::Canceled | JobState::Aborted, .. }) if !watched.may_have_begun() => {
                    return Outcome::NotPrinted(format!("{late}, and was taken back"));
                }
                Ok(Job { state: JobState::Canceled | JobState::Aborted | JobState::Completed, .. }) => {
                    return Outcome::Unknown(format!("{late}, and is over now"));
                }
                Ok(Job { state: JobState::Processing | JobState::Waiting, .. }) | Err(_) => {}
            }
            if begun.elapsed() >= self.times.take_back {
                self.printer.note_left_behind();
                tracing::warn!(
                    job = id,
                    "a print job could not be taken back and may come out later; it is tried until it is gone"
                );
                return Outcome::Stuck(format!("{late}, and could not be taken back: it may still come out"));
            }
            sleep(PRINTER_POLL).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_silence_nobody_says_that_a_job_had_not_begun() {
        let mut watched = Watched::new(Vec::new());
        assert!(!watched.may_have_begun());
        watched.heard_nothing();
        assert!(watched.may_have_begun());
        (watched.silent_since, watched.was_silent) = (None, true);
        assert!(watched.may_have_begun(), "it was silent before");
    }

    #[test]
    fn a_new_jam_is_seen_under_a_keyword_that_was_told_of_before() {
        let said = |reason: &str| vec![reason.to_owned()];
        let mut watched = Watched::new(said("media-jam-report"));
        watched.hear(&said("media-jam-report"));
        assert_eq!(watched.trouble, None, "it is old");
        watched.hear(&said("media-jam-error"));
        assert!(watched.trouble.is_some());
    }

    /// cupsd 2.4.2 in front of a printer whose power was cut: the job that the printer has forgotten is "completed".
    #[test]
    fn a_printer_that_was_switched_off_and_on_is_known_by_its_own_clock() {
        let mut watched = Watched::new(Vec::new());
        for up_for in [None, Some(100), None, Some(100), Some(103)] {
            watched.hear_time(up_for);
            assert_eq!(watched.trouble, None, "{up_for:?}");
        }
        watched.hear_time(Some(2));
        assert!(watched.trouble.is_some());
        let mut watched = Watched::new(Vec::new());
        watched.hear(&["cups-ipp-missing-job-history".to_owned()]);
        assert!(watched.trouble.is_some(), "the queue says that its printer does not know the job any more");
    }

    #[test]
    fn a_power_cut_is_not_seen_where_the_queue_tells_of_an_earlier_one_and_the_printer_is_not_asked() {
        let mut watched = Watched::new(vec![FORGOTTEN.to_owned()]);
        watched.hear(&[FORGOTTEN.to_owned()]);
        assert!(watched.trouble.is_none() && watched.is_blind());
        watched.hear_time(Some(100));
        assert!(!watched.is_blind(), "the printer's own clock shows it");
        assert!(!Watched::new(vec!["media-jam-report".to_owned()]).is_blind());
    }

    #[test]
    fn what_a_queue_remembers_is_no_trouble_of_this_sheet_until_it_was_over_and_comes_again() {
        let (empty, none) = (["media-empty-warning".to_owned()], ["none".to_owned()]);
        let mut watched = Watched::new(empty.to_vec());
        watched.hear(&empty);
        assert!(watched.trouble.is_none() && watched.is_hindered, "it has not heard its printer yet");
        watched.hear(&none);
        assert!(watched.trouble.is_none() && !watched.is_hindered);
        watched.hear(&empty);
        assert!(watched.trouble.is_some(), "the paper is used up again");
    }
}
