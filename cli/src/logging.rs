//! The log goes to the standard error output and, where the settings name one, to a file: lines for people, or JSON for machines.
//!
//! Nothing here waits, fails or panics where something is logged: see [`queue`].

mod escape;
mod file;
mod plain;
mod queue;

use anyhow::{Result, anyhow};
use boothpay_server::config::{LogFormat, LogSettings};
use file::LogFile;
pub(crate) use file::aside;
use queue::{Queue, Sink};
use std::io;
use std::panic;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// How long the end of the program waits for the rest of the log. A file or a terminal takes all of it in less; one that
/// stands still takes none of it however long one waits.
const FLUSH_PATIENCE: Duration = Duration::from_secs(1);

/// The ways out, once the log has been started: the two outputs that the program was started with, then the file.
static QUEUES: OnceLock<Vec<Arc<Queue>>> = OnceLock::new();

/// Holds the log open; what is left of it is written when this is dropped, within [`FLUSH_PATIENCE`] for each outlet.
pub(crate) struct Log(Vec<Arc<Queue>>);

impl Drop for Log {
    fn drop(&mut self) {
        for queue in &self.0 {
            queue.flush(FLUSH_PATIENCE);
        }
    }
}

/// Starts the log. Our own lines at the level set; the libraries' only when something is wrong.
pub(crate) fn start(settings: &LogSettings) -> Result<Log> {
    let level = &settings.level;
    let ours = ["boothpay", "boothpay_server", "boothpay_store", "boothpay_sandbox"];
    let directives: Vec<String> = ours.iter().map(|name| format!("{name}={level}")).collect();
    let filter = EnvFilter::try_new(format!("warn,{}", directives.join(",")))?;
    let outputs = Queue::of_outputs(settings.format)?;
    let file = settings.file.clone().map(|file| Queue::of_file(settings.format, LogFile::new(file))).transpose()?;
    let queues: Vec<_> = [outputs].into_iter().chain(file).collect();
    let lines = Lines { queues: queues.clone(), format: settings.format };
    // The library's own way to tell of a line that it could not write panics where the error output is closed.
    let log = tracing_subscriber::fmt().with_env_filter(filter).log_internal_errors(false).with_writer(lines);
    let started = match settings.format {
        LogFormat::Plain => log.event_format(plain::Plain).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow!("the log cannot be started: {error}"))?;
    let _ = QUEUES.set(queues.clone());
    panic::set_hook(Box::new(tell_panic));
    Ok(Log(queues))
}

/// Text as it may be shown, line by line: see [`escape`].
pub(crate) fn visible(text: &str, format: LogFormat) -> String {
    let lines = text.split_inclusive('\n').map(|line| escape::line(line.as_bytes(), format));
    String::from_utf8_lossy(&lines.collect::<Vec<_>>().concat()).into_owned()
}

/// Prints to the standard output in the log's turn. `false` when there is no log.
pub(crate) fn say(text: &str) -> bool {
    let Some(outputs) = QUEUES.get().and_then(|queues| queues.first()) else { return false };
    outputs.push(Sink::Out, text.as_bytes().to_vec());
    true
}

/// Writes wherever the log goes, behind what was logged, and waits a little until it is there: why a program ended belongs into its
/// file as well. `false` when there is no log.
pub(crate) fn complain(text: &str) -> bool {
    let Some(queues) = QUEUES.get() else { return false };
    for queue in queues {
        queue.push(Sink::Err, text.as_bytes().to_vec());
    }
    for queue in queues {
        queue.flush(FLUSH_PATIENCE);
    }
    true
}

/// A panic is a line of the log. The standard way writes to the error output and waits for its reader.
fn tell_panic(panic: &panic::PanicHookInfo<'_>) {
    let payload = panic.payload();
    let what = payload.downcast_ref::<&str>().copied();
    let what = what.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no words");
    let place = panic.location().map(|at| format!(" ({}, line {})", at.file(), at.line())).unwrap_or_default();
    tracing::error!("a fault in the program, please report it: {what}{place}");
}

/// Where the library writes: each writing is one whole line.
struct Lines {
    queues: Vec<Arc<Queue>>,
    format: LogFormat,
}

struct Line<'a>(&'a Lines);

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(self)
    }
}

impl io::Write for Line<'_> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let line = escape::line(text, self.0.format);
        for queue in &self.0.queues {
            queue.push(Sink::Err, line.clone());
        }
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
