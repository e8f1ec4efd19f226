//! What the program says to whoever started it.
//!
//! A closed pipe is no mistake: `boothpay order list | head` has read what it wanted. A full disk is one, because what was
//! asked for is not there. Neither may end a program that is in the middle of something.

use crate::logging;
use boothpay_server::config::LogFormat;
use serde_json::Value;
use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether something that was asked for could not be written.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Prints a line to the standard output.
macro_rules! say {
    () => { $crate::out::print(format_args!("\n")) };
    ($($line:tt)*) => { $crate::out::print(format_args!("{}\n", format_args!($($line)*))) };
}
pub(crate) use say;

/// Prints text to the standard output. Once the log runs, so for a server, this does not wait for the reader. Strangers' words in
/// it can neither hide anything nor turn the reading direction round.
pub(crate) fn print(text: fmt::Arguments<'_>) {
    write(&logging::visible(&text.to_string(), LogFormat::Plain));
}

/// Prints a value as JSON, on lines for people. What must not be seen raw is escaped as JSON does.
pub(crate) fn print_json(value: &Value) {
    write(&logging::visible(&format!("{value:#}\n"), LogFormat::Json));
}

/// Passes a file on to the standard output as it is: a spreadsheet, not words for people.
pub(crate) fn pass_on(file: &mut impl io::Read) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match io::copy(file, &mut out).and_then(|_| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn write(text: &str) {
    if logging::say(text) {
        return;
    }
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush())
        && error.kind() != ErrorKind::BrokenPipe
        && !FAILED.swap(true, Ordering::Relaxed)
    {
        complain(format_args!("what was asked for could not be written: {error}"));
    }
}

/// Tells a mistake on the error output, which may be closed as well.
pub(crate) fn complain(what: fmt::Arguments<'_>) {
    let line = format!("boothpay: {what}\n");
    if !logging::complain(&line) {
        let _ = io::stderr().write_all(line.as_bytes());
    }
}

/// The exit code of a command that did its work: a failure when its output is lost.
pub(crate) fn outcome() -> ExitCode {
    if FAILED.load(Ordering::Relaxed) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
