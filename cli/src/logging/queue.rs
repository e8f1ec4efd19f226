//! Lines on their way out. Whoever logs never waits: lines go into a queue of bounded size, and one thread writes them. If
//! the output fails or stands still, lines are lost and nothing else. When it works again, the log says how many.

use super::file::LogFile;
use boothpay_server::config::LogFormat;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes that wait at most: about 8,000 lines, so the busiest second of a booth whose disk is slow, and no burden to keep.
const WAITING_BYTES_MAX: usize = 1024 * 1024;

/// How long a terminal that says "not now" is asked again for one line, and how often.
const BUSY_PATIENCE: Duration = Duration::from_secs(1);
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// Where a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sink {
    /// The standard output.
    Out,
    /// The error output: the log.
    Err,
}

/// The lines that wait, and who waits for them.
pub(super) struct Queue {
    state: Mutex<State>,
    /// Something is there to write.
    more: Condvar,
    /// Everything is written.
    done: Condvar,
}

#[derive(Default)]
struct State {
    lines: VecDeque<Line>,
    bytes: usize,
    /// Lines that found no room since the last one that did.
    lost: u64,
    writing: bool,
}

struct Line {
    sink: Sink,
    text: Vec<u8>,
    /// Lines that found no room just before this one.
    lost_before: u64,
}

impl Queue {
    /// The queue of the two outputs that the program was started with, with its thread.
    pub(super) fn of_outputs(format: LogFormat) -> io::Result<Arc<Self>> {
        Self::start(format, "log", |sink, text| match sink {
            Sink::Out => put(&mut io::stdout().lock(), text),
            Sink::Err => put(&mut io::stderr(), text),
        })
    }

    /// The queue of a file, with a thread of its own: where one outlet stands still, the other goes on.
    pub(super) fn of_file(format: LogFormat, mut file: LogFile) -> io::Result<Arc<Self>> {
        Self::start(format, "log-file", move |_, text| file.put(text))
    }

    fn start(
        format: LogFormat,
        name: &str,
        write: impl FnMut(Sink, &[u8]) -> Result<(), Torn> + Send + 'static,
    ) -> io::Result<Arc<Self>> {
        let queue = Arc::new(Self::new());
        let lines = Arc::clone(&queue);
        std::thread::Builder::new().name(name.to_owned()).spawn(move || lines.write_out(format, write))?;
        Ok(queue)
    }

    fn new() -> Self {
        Self { state: Mutex::default(), more: Condvar::new(), done: Condvar::new() }
    }

    /// Takes a line, or counts it as lost when too many wait. Never waits for an outlet.
    pub(super) fn push(&self, sink: Sink, text: Vec<u8>) {
        let mut state = self.state();
        let bytes = state.bytes.saturating_add(text.len());
        if bytes > WAITING_BYTES_MAX {
            state.lost = state.lost.saturating_add(1);
            return;
        }
        state.bytes = bytes;
        let lost_before = std::mem::take(&mut state.lost);
        state.lines.push_back(Line { sink, text, lost_before });
        drop(state);
        self.more.notify_one();
    }

    /// Waits until everything is written, or until patience ends.
    pub(super) fn flush(&self, patience: Duration) {
        let unfinished = |state: &mut State| state.writing || !state.lines.is_empty() || state.lost > 0;
        drop(self.done.wait_timeout_while(self.state(), patience, unfinished));
    }

    /// Writes lines as they come, for ever.
    fn write_out(&self, format: LogFormat, mut write: impl FnMut(Sink, &[u8]) -> Result<(), Torn>) {
        let mut lost: u64 = 0;
        let mut torn = false;
        loop {
            let (line, lost_before) = self.next();
            lost = lost.saturating_add(lost_before);
            let mut log = |text: &[u8]| {
                // What a failed writing left behind is ended first.
                let whole = if torn { [b"\n", text].concat() } else { text.to_vec() };
                let written = write(Sink::Err, &whole);
                torn = match &written {
                    Ok(()) => false,
                    Err(failed) => failed.0 || torn,
                };
                written.is_ok()
            };
            let is_log = line.as_ref().is_none_or(|line| line.sink == Sink::Err);
            if lost > 0 && is_log && log(notice(lost, format, Timestamp::now()).as_bytes()) {
                lost = 0;
            }
            match line {
                Some(Line { sink: Sink::Err, text, .. }) => {
                    let written = lost == 0 && log(&text);
                    lost = lost.saturating_add(u64::from(!written));
                }
                Some(Line { sink: Sink::Out, text, .. }) => drop(write(Sink::Out, &text)),
                None => {}
            }
        }
    }

    /// The next line and how many were lost before it; no line, when only the loss is left to tell.
    fn next(&self) -> (Option<Line>, u64) {
        let mut state = self.state();
        state.writing = false;
        loop {
            if let Some(line) = state.lines.pop_front() {
                state.bytes = state.bytes.saturating_sub(line.text.len());
                state.writing = true;
                let lost_before = line.lost_before;
                return (Some(line), lost_before);
            }
            if state.lost > 0 {
                state.writing = true;
                return (None, std::mem::take(&mut state.lost));
            }
            self.done.notify_all();
            state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A writing that failed; `true` when a part of it is out.
#[derive(Debug)]
pub(super) struct Torn(pub(super) bool);

/// Writes the whole text, with patience for an outlet that is busy.
pub(super) fn put(out: &mut impl Write, text: &[u8]) -> Result<(), Torn> {
    let (mut rest, begun) = (text, Instant::now());
    while !rest.is_empty() {
        match out.write(rest) {
            Ok(0) => return Err(Torn(rest.len() < text.len())),
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock && begun.elapsed() < BUSY_PATIENCE => {
                std::thread::sleep(BUSY_PAUSE);
            }
            Err(_) => return Err(Torn(rest.len() < text.len())),
        }
    }
    // The standard output may keep back the end of a line.
    let _ = out.flush();
    Ok(())
}

/// Tells of lost lines, in the log's own form.
fn notice(lost: u64, format: LogFormat, now: Timestamp) -> String {
    let at = now.strftime("%Y-%m-%dT%H:%M:%S.%6fZ");
    let what = format!("{lost} lines of this log are lost: it could not be written, or nobody read it");
    match format {
        LogFormat::Plain => format!("{at}  WARN  {what}\n"),
        LogFormat::Json => {
            let line = serde_json::json!({
                "timestamp": at.to_string(), "level": "WARN", "message": what, "lost": lost, "target": "boothpay::logging",
            });
            format!("{line}\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// Long enough for a busy machine; a test that meets it fails.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// A queue whose thread asks this test what becomes of each line.
    fn queue() -> (Arc<Queue>, mpsc::Receiver<String>, mpsc::SyncSender<Result<(), Torn>>) {
        let queue = Arc::new(Queue::new());
        let (said, heard) = mpsc::channel();
        let (answer, answers) = mpsc::sync_channel(0);
        let lines = Arc::clone(&queue);
        std::thread::spawn(move || {
            lines.write_out(LogFormat::Plain, |_, text| {
                let _ = said.send(String::from_utf8(text.to_vec()).unwrap());
                // When the test is over, so is this.
                answers.recv().unwrap_or(Ok(()))
            });
        });
        (queue, heard, answer)
    }

    fn line(queue: &Queue, text: &str) {
        queue.push(Sink::Err, format!("{text}\n").into_bytes());
    }

    fn hear(heard: &mpsc::Receiver<String>) -> String {
        heard.recv_timeout(PATIENCE).unwrap()
    }

    /// A notice without its time.
    fn lost(lines: u64) -> String {
        format!("  WARN  {lines} lines of this log are lost: it could not be written, or nobody read it\n")
    }

    #[test]
    fn an_outlet_that_stands_still_stops_nobody_and_the_loss_is_counted() {
        let (queue, heard, answer) = queue();
        line(&queue, "first");
        assert_eq!(hear(&heard), "first\n");
        // The outlet stands. A hundred times more lines than there is room for, and no waiting.
        let long = "x".repeat(1023);
        for _ in 0..100 * 1024 {
            line(&queue, &long);
        }
        assert_eq!(queue.state().bytes, WAITING_BYTES_MAX);
        queue.flush(Duration::from_millis(1));
        answer.send(Ok(())).unwrap();
        for _ in 0..1024 {
            assert_eq!(hear(&heard), format!("{long}\n"));
            answer.send(Ok(())).unwrap();
        }
        assert!(hear(&heard).ends_with(&lost(100 * 1024 - 1024)));
        answer.send(Ok(())).unwrap();
        line(&queue, "after");
        assert_eq!(hear(&heard), "after\n");
        answer.send(Ok(())).unwrap();
        queue.flush(PATIENCE);
        assert!(queue.state().lines.is_empty());
    }

    #[test]
    fn the_loss_is_told_where_it_happened() {
        let (queue, heard, answer) = queue();
        line(&queue, "first");
        hear(&heard);
        line(&queue, &"x".repeat(WAITING_BYTES_MAX - 8));
        line(&queue, &"y".repeat(100));
        line(&queue, "later");
        answer.send(Ok(())).unwrap();
        assert!(hear(&heard).starts_with("xxx"));
        answer.send(Ok(())).unwrap();
        assert!(hear(&heard).ends_with(&lost(1)));
        answer.send(Ok(())).unwrap();
        assert_eq!(hear(&heard), "later\n");
        answer.send(Ok(())).unwrap();
    }

    #[test]
    fn an_outlet_that_fails_is_tried_again_with_the_next_line() {
        let (queue, heard, answer) = queue();
        for number in 1..=3 {
            line(&queue, &format!("line {number}"));
            hear(&heard);
            answer.send(Err(Torn(false))).unwrap();
        }
        // Line 1 failed; then the notice of it failed, and lines 2 and 3 were not tried.
        line(&queue, "line 4");
        assert!(hear(&heard).ends_with(&lost(3)));
        answer.send(Ok(())).unwrap();
        assert_eq!(hear(&heard), "line 4\n");
        answer.send(Err(Torn(true))).unwrap();
        line(&queue, "line 5");
        let notice = hear(&heard);
        assert!(notice.starts_with('\n') && notice.ends_with(&lost(1)), "half of line 4 is out: {notice:?}");
        answer.send(Ok(())).unwrap();
        assert_eq!(hear(&heard), "line 5\n");
        answer.send(Ok(())).unwrap();
    }

    #[test]
    fn the_end_does_not_wait_for_an_outlet_that_stands() {
        let (queue, heard, _answer) = queue();
        line(&queue, "first");
        hear(&heard);
        let begun = Instant::now();
        queue.flush(Duration::from_millis(50));
        assert!(begun.elapsed() < PATIENCE);
    }
}
