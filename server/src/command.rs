//! Running a program of the owner's, without a shell, for a limited time. What it has started ends with it, so that nothing comes of it later.

use std::ffi::OsString;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How often it is asked whether the program has ended.
const LOOK_PERIOD: Duration = Duration::from_millis(50);

/// Bytes of what it complains of that are kept: its last line is told.
const COMPLAINT_BYTES_MAX: usize = 4096;

/// How long the rest of its complaints is waited for, once it has ended: what it started may hold the line open.
const COMPLAINT_PATIENCE: Duration = Duration::from_secs(1);

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// With exit code 0.
    Well,
    /// With another: why, for people.
    Badly(String),
    /// It could not be run at all, so it has done nothing: why, for people.
    NotRun(String),
    /// Somebody ended it, or it did not end in time: why, for people.
    Unknown(String),
}

/// Runs it and waits until it has ended, or `patience` is over. Blocks.
pub(crate) fn run(program: &Path, arguments: Vec<OsString>, patience: Duration) -> Ended {
    let mut command = Command::new(program);
    command.args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    without_keys(&mut command);
    in_own_group(&mut command);
    match command.spawn() {
        Ok(child) => wait(child, patience),
        Err(error) => Ended::NotRun(format!("the command {} cannot be run: {error}", program.display())),
    }
}

/// Keys may come from the environment; no other program needs to see them.
pub(crate) fn without_keys(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BOOTHPAY_") {
            command.env_remove(name);
        }
    }
}

/// What it starts belongs to it, and can be ended together with it.
pub(crate) fn in_own_group(command: &mut Command) {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    #[cfg(not(unix))]
    let _ = command;
}

/// Ends a program that is not known to have ended, and what it has started.
pub(crate) fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // Where all of them have ended, that is well.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    #[cfg(windows)]
    {
        // Windows knows no groups; this goes by who has started whom, and needs the program itself to be there still.
        let mut tree = Command::new("taskkill");
        tree.args(["/T", "/F", "/PID", &child.id().to_string()]);
        let _ = tree.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
    let _ = child.kill();
}

fn wait(mut child: Child, patience: Duration) -> Ended {
    let complaint = listen(&mut child);
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ended::Well,
            Ok(Some(status)) => {
                let said = complaint.recv_timeout(COMPLAINT_PATIENCE).unwrap_or_default();
                let why = if said.is_empty() { format!("the command ended with {status}") } else { said };
                return match status.code() {
                    Some(_) => Ended::Badly(why),
                    // Somebody ended it.
                    None => Ended::Unknown(why),
                };
            }
            Ok(None) if begun.elapsed() < patience => std::thread::sleep(LOOK_PERIOD),
            Ok(None) => {
                end(&mut child);
                let _ = child.wait();
                return Ended::Unknown(format!("the command did not end in {} s and was ended", patience.as_secs()));
            }
            Err(error) => return Ended::Unknown(format!("nobody knows what became of the command: {error}")),
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Another shell prints, as a script of a driver's may: it is told of by the pipe that only it holds.
    #[test]
    fn what_a_command_has_started_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("printed");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let (tell, told) = mpsc::channel();
        let read = pipe.clone();
        std::thread::spawn(move || tell.send(std::fs::read_to_string(read).unwrap()));
        let script = format!("sh -c 'sleep 20; echo a sheet' > '{}'; true", pipe.display());
        let ended = run(Path::new("/bin/sh"), vec!["-c".into(), script.into()], Duration::from_secs(3));
        assert_eq!(ended, Ended::Unknown("the command did not end in 3 s and was ended".to_owned()));
        assert_eq!(told.recv_timeout(Duration::from_secs(60)).as_deref(), Ok(""), "nothing comes out later");
    }
}
