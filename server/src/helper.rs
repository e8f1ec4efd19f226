//! A helper: a program with which we talk by lines, in a process group of its own. No answer is waited for longer than it may take, and when it
//! is given up the whole group ends. What it does to itself, or what a driver in it does, ends nothing else.

use crate::command;
use crate::limits::{HELPER_END_PATIENCE, HELPER_SAID_BYTES_MAX};
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How often it is asked whether the program has ended.
const END_LOOK_PERIOD: Duration = Duration::from_millis(20);

/// No window of a console comes up on the booth's screen, and Ctrl-C in ours is not the helper's.
#[cfg(windows)]
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// Tells a thread that waits to stop.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// How soon it is noticed.
    pub(crate) const PERIOD: Duration = Duration::from_millis(200);

    pub(crate) fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_told(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What came of listening.
pub(crate) enum Heard {
    /// All of an answer.
    Answer(String),
    /// What it said before it ended.
    Ended(String),
    /// No whole answer in time.
    Late,
    /// We are to stop.
    Stopped,
}

/// A running program; killed when dropped.
pub(crate) struct Process {
    /// What it is called in the log.
    name: &'static str,
    child: Child,
    /// Its number may be another's since.
    has_ended: bool,
    stdin: Option<ChildStdin>,
    /// Both of its outputs, in the order in which it wrote.
    output: mpsc::Receiver<Vec<u8>>,
    stop: Stop,
}

impl Process {
    /// Starts it in a folder, which is also its home: it finds no settings of anybody's there.
    pub(crate) fn start(
        name: &'static str,
        program: &Path,
        arguments: &[&str],
        folder: &Path,
        stop: &Stop,
    ) -> io::Result<Self> {
        // A bare name is looked for where the system keeps programs.
        let is_bare = program.components().count() == 1;
        let program = if is_bare { program.to_owned() } else { std::path::absolute(program)? };
        let folder = std::path::absolute(folder)?;
        let (mut reader, writer) = io::pipe()?;
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&folder);
        command.stdin(Stdio::piped()).stdout(writer.try_clone()?).stderr(writer);
        command::without_keys(&mut command);
        // Its words in English, no words about the terminal, and no keys of a shell's user.
        command.env("LC_ALL", "C").env("TERM", "dumb").env("INPUTRC", "/dev/null").env("HOME", folder);
        command.env_remove("LANGUAGE");
        command::in_own_group(&mut command);
        #[cfg(windows)]
        {
            use std::os::windows::process::CommandExt;
            command.creation_flags(CREATE_NO_WINDOW);
        }
        let (heard, output) = mpsc::channel();
        // First the thread: whoever cannot have one has started nothing that nobody hears.
        let listening = move || {
            let mut part = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut part) {
                if heard.send(part.get(..read).unwrap_or_default().to_vec()).is_err() {
                    return;
                }
            }
        };
        std::thread::Builder::new().name(name.to_owned()).spawn(listening)?;
        let mut child = command.spawn()?;
        let stdin = child.stdin.take();
        Ok(Self { name, child, has_ended: false, stdin, output, stop: stop.clone() })
    }

    /// Says a line. Where nobody hears it any more, listening tells.
    pub(crate) fn say(&mut self, line: &str) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(format!("{line}\n").as_bytes());
        }
    }

    /// Listens until an answer ends so, or the program does.
    pub(crate) fn hear(&self, ending: &str, until: Instant) -> Heard {
        let mut said = Vec::new();
        let text = |said: &[u8]| String::from_utf8_lossy(said).into_owned();
        loop {
            if self.stop.is_told() {
                return Heard::Stopped;
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left.min(Stop::PERIOD)) {
                Ok(part) => said.extend(part),
                Err(RecvTimeoutError::Disconnected) => return Heard::Ended(text(&said)),
                Err(RecvTimeoutError::Timeout) if left.is_zero() => return Heard::Late,
                Err(RecvTimeoutError::Timeout) => {}
            }
            let surplus = said.len().saturating_sub(HELPER_SAID_BYTES_MAX);
            said.drain(..surplus);
            if !ending.is_empty() && said.ends_with(ending.as_bytes()) {
                return Heard::Answer(text(&said));
            }
        }
    }

    /// Lets it end by itself: nothing more is said.
    pub(crate) fn close(mut self) {
        drop(self.stdin.take());
        self.wait();
    }

    fn wait(&mut self) {
        let begun = Instant::now();
        while !self.has_ended && begun.elapsed() < HELPER_END_PATIENCE {
            self.has_ended = !matches!(self.child.try_wait(), Ok(None));
            std::thread::sleep(if self.has_ended { Duration::ZERO } else { END_LOOK_PERIOD });
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.has_ended {
            command::end(&mut self.child);
            self.wait();
        }
        if !self.has_ended {
            tracing::warn!("{} hangs in the system and cannot be ended; unplug what it drives", self.name);
        }
    }
}

/// Makes a folder into which only this user looks, with nothing in it.
pub(crate) fn make_empty(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut making = fs::DirBuilder::new();
    making.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        making.mode(0o700);
    }
    making.create(folder)
}
