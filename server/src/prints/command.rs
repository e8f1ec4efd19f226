//! A print job for a command: it is run, and its exit code says what came of it.
//!
//! It is run once. If this server was stopped meanwhile, nobody knows what came of it, and it is not run again by itself.

use super::Handed;
use boothpay_protocol::print::jobs::Report;
use std::ffi::OsString;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// What may stand in an argument.
pub(crate) const NAMES: [&str; 4] = ["{order}", "{copies}", "{job}", PICTURE];

/// The file of the composed picture.
pub(crate) const PICTURE: &str = "{picture}";

/// How often it is asked whether the command has ended.
const LOOK_PERIOD: Duration = Duration::from_millis(50);

/// Bytes of what it complains of that are kept: its last line is told.
const COMPLAINT_BYTES_MAX: usize = 4096;

/// How long the rest of its complaints is waited for, once it has ended: what it started may hold the line open.
const COMPLAINT_PATIENCE: Duration = Duration::from_secs(1);

/// A name in braces that stands for nothing.
pub(crate) fn unknown_name(argument: &str) -> Option<String> {
    let (_, rest) = argument.split_once('{')?;
    let (name, _) = rest.split_once('}')?;
    let name = format!("{{{name}}}");
    let known = NAMES.contains(&name.as_str());
    if known { unknown_name(rest) } else { Some(name) }
}

/// Runs it and waits until it has ended, or `patience` is over. Blocks.
pub(crate) fn run(program: &Path, arguments: &[String], handed: &Handed, patience: Duration) -> Report {
    if handed.begun_before {
        let why = "this server was stopped while the command ran".to_owned();
        return Report::Unknown { done: None, why };
    }
    let arguments: Option<Vec<OsString>> = arguments.iter().map(|argument| filled_in(argument, handed)).collect();
    let Some(arguments) = arguments else {
        return Report::Failed {
            done: None,
            why: "the order has no pictures that were taken at this booth".to_owned(),
        };
    };
    let mut command = Command::new(program);
    command.args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    // Keys may come from the environment; no other program needs to see them.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BOOTHPAY_") {
            command.env_remove(name);
        }
    }
    match command.spawn() {
        Ok(child) => wait(child, patience),
        Err(error) => {
            let why = format!("the command {} cannot be run: {error}", program.display());
            Report::Failed { done: None, why }
        }
    }
}

/// None where it names a picture that there is not.
fn filled_in(argument: &str, handed: &Handed) -> Option<OsString> {
    let with_order = argument.replace("{order}", handed.order.id.as_str());
    let filled = with_order.replace("{copies}", &handed.left.to_string()).replace("{job}", handed.key.as_str());
    let Some((before, after)) = filled.split_once(PICTURE) else { return Some(filled.into()) };
    // The path of a file need not be text.
    let mut argument = OsString::from(before);
    argument.push(handed.picture.as_ref()?.whole_path());
    argument.push(after);
    Some(argument)
}

fn wait(mut child: Child, patience: Duration) -> Report {
    let complaint = listen(&mut child);
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Report::Printed,
            Ok(Some(status)) => {
                let said = complaint.recv_timeout(COMPLAINT_PATIENCE).unwrap_or_default();
                let why = if said.is_empty() { format!("the command ended with {status}") } else { said };
                return match status.code() {
                    Some(_) => Report::Failed { done: None, why },
                    // Somebody ended it.
                    None => Report::Unknown { done: None, why },
                };
            }
            Ok(None) if begun.elapsed() < patience => std::thread::sleep(LOOK_PERIOD),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                let why = format!("the command did not end in {} s and was ended", patience.as_secs());
                return Report::Unknown { done: None, why };
            }
            Err(error) => {
                let why = format!("nobody knows what became of the command: {error}");
                return Report::Unknown { done: None, why };
            }
        }
    }
}

/// Reads what it complains of to its end, so that it never waits for us, and keeps the last line.
fn listen(child: &mut Child) -> mpsc::Receiver<String> {
    let (told, complaint) = mpsc::channel();
    if let Some(mut stderr) = child.stderr.take() {
        std::thread::spawn(move || {
            let (mut kept, mut part) = (Vec::new(), [0; 1024]);
            while let Ok(read @ 1..) = stderr.read(&mut part) {
                kept.extend_from_slice(part.get(..read).unwrap_or_default());
                let surplus = kept.len().saturating_sub(COMPLAINT_BYTES_MAX);
                kept.drain(..surplus);
            }
            let said = String::from_utf8_lossy(&kept);
            let last = said.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
            // Nobody listens any more when the command was ended.
            let _ = told.send(last.to_owned());
        });
    }
    complaint
}

#[cfg(test)]
mod tests {
    use super::unknown_name;

    #[test]
    fn only_known_names_stand_in_braces() {
        for good in ["", "{order}", "--copies={copies}", "{job}-{order}", "{", "}{"] {
            assert_eq!(unknown_name(good), None, "{good}");
        }
        assert_eq!(unknown_name("{order} {file}").as_deref(), Some("{file}"));
    }
}
