//! The helper process: a question is a line of JSON, and so is its answer. docs/decisions/0042-spooler.md lists them.

use super::super::queue::Failure;
use super::tracks::Listed;
use crate::config::SpoolerSettings;
use crate::helper::{Heard, Process, Stop, make_empty};
use crate::limits::{SPOOLER_SAID_CHARS_MAX, SPOOLER_START_PATIENCE};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What the helper does, in the language of Windows PowerShell 5.1, which every Windows 10 and 11 has.
const SCRIPT: &str = include_str!("../../../assets/spooler/spooler.ps1");

/// Files in the helper's folder: the script, and the sheet that is being printed.
const SCRIPT_FILE: &str = "spooler.ps1";
const SHEET_FILE: &str = "sheet.jpg";

/// Why nothing can be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    #[error("the program that prints in Windows is being started")]
    Starting,
    #[error("the server is being stopped")]
    Stopped,
    #[error("the program that prints in Windows cannot be run: {0}")]
    Program(String),
    #[error("the program that prints in Windows gave no answer within {0} s and was ended")]
    Silent(u64),
    #[error("the program that prints in Windows has ended; it said: {0}")]
    Ended(String),
    #[error("the folder of the sheets that are printed: {0}")]
    Folder(String),
}

/// What it is asked.
pub(super) enum Question {
    /// How the printer is, its papers and its jobs.
    Look,
    /// The jobs in its queue.
    Jobs,
    /// To lay a sheet into its queue.
    Print { name: String, jpeg: Vec<u8>, paper: String },
    /// To take a job out of its queue.
    Cancel { number: i32, name: String },
}

/// What it says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    id: u64,
    /// It does not do it, and has not done it.
    refused: Option<String>,
    /// It may have done it.
    unsure: Option<String>,
    /// The printers that it knows, where it does not know ours.
    printers: Option<Vec<String>>,
    /// The queue's status, by [`super::flags`].
    pub(super) status: u32,
    /// What the system has found of the printer.
    pub(super) detected: u32,
    /// Windows does not reach it, or was told to work without it.
    pub(super) offline: bool,
    pub(super) port: String,
    /// Whether the queue keeps what is printed.
    pub(super) keeps: bool,
    pub(super) papers: Vec<String>,
    pub(super) jobs: Option<Vec<Listed>>,
    /// The number of the job that was laid into it; 0 where it was not seen.
    pub(super) number: i32,
}

impl Answer {
    /// The same, if it is a yes.
    pub(super) fn judged(self) -> Result<Self, Failure> {
        if let Some(printers) = self.printers {
            let printers: Vec<String> = printers.iter().map(|name| format!("{:?}", plain(name))).collect();
            let known = if printers.is_empty() { "none".to_owned() } else { printers.join(", ") };
            let why = format!(
                "Windows knows no printer of this name that this server may use; it knows {known}. Correct prints.printer; where the server runs as \
                 a service, install the printer for all users"
            );
            return Err(Failure::Refused(why));
        }
        if let Some(why) = self.refused {
            return Err(Failure::Refused(plain(&why)));
        }
        if let Some(why) = self.unsure {
            return Err(Failure::Silent(format!("Windows says: {}", plain(&why))));
        }
        Ok(self)
    }
}

/// A running helper. Ended when dropped.
pub(super) struct Helper {
    process: Process,
    printer: String,
    folder: PathBuf,
    asked: u64,
    /// The last line that was no answer.
    complaint: Option<String>,
}

impl Helper {
    /// Starts it, and waits until it says that it is there.
    pub(super) fn start(settings: &SpoolerSettings, stop: &Stop) -> Result<Self, Trouble> {
        let SpoolerSettings { printer, program, folder } = settings;
        make_empty(folder).map_err(in_folder)?;
        let script = folder.join(SCRIPT_FILE);
        let script = std::path::absolute(&script).unwrap_or(script).to_string_lossy().into_owned();
        let of_windows = ["-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File", &script];
        let (program, arguments) = match program {
            Some(program) => (program.clone(), &[][..]),
            None => {
                fs::write(folder.join(SCRIPT_FILE), SCRIPT).map_err(in_folder)?;
                (powershell(), &of_windows[..])
            }
        };
        let cannot = |error: io::Error| Trouble::Program(format!("{}: {error}", program.display()));
        let process = Process::start("the program that prints", &program, arguments, folder, stop).map_err(cannot)?;
        let (printer, folder) = (printer.clone(), folder.clone());
        let mut helper = Self { process, printer, folder, asked: 0, complaint: None };
        helper.hear(0, SPOOLER_START_PATIENCE)?;
        Ok(helper)
    }

    /// Asks it. A picture stays in the folder no longer than the helper needs it.
    pub(super) fn ask(&mut self, question: &Question, patience: Duration) -> Result<Answer, Trouble> {
        self.asked = self.asked.saturating_add(1);
        let mut line = match question {
            Question::Look => json!({ "ask": "look" }),
            Question::Jobs => json!({ "ask": "jobs" }),
            Question::Print { name, paper, jpeg } => {
                let sheet = self.folder.join(SHEET_FILE);
                fs::write(&sheet, jpeg).map_err(in_folder)?;
                let file = std::path::absolute(&sheet).unwrap_or(sheet);
                json!({ "ask": "print", "name": name, "paper": paper, "file": file.to_string_lossy() })
            }
            Question::Cancel { number, name } => json!({ "ask": "cancel", "number": number, "name": name }),
        };
        if let Value::Object(members) = &mut line {
            members.insert("id".to_owned(), self.asked.into());
            members.insert("printer".to_owned(), self.printer.as_str().into());
        }
        self.process.say(&line.to_string());
        let answer = self.hear(self.asked, patience);
        if matches!(question, Question::Print { .. }) {
            // Where that fails now, it goes when the helper has ended.
            let _ = fs::remove_file(self.folder.join(SHEET_FILE));
        }
        answer
    }

    /// Lets it end by itself.
    pub(super) fn close(self) {
        self.process.close();
    }

    fn hear(&mut self, id: u64, patience: Duration) -> Result<Answer, Trouble> {
        let until = Instant::now() + patience;
        loop {
            let (said, has_ended) = match self.process.hear("\n", until) {
                Heard::Answer(said) => (said, false),
                Heard::Ended(said) => (said, true),
                Heard::Late => return Err(Trouble::Silent(patience.as_secs())),
                Heard::Stopped => return Err(Trouble::Stopped),
            };
            for line in said.lines().map(|line| line.trim().trim_start_matches('\u{feff}')) {
                match serde_json::from_str::<Answer>(line) {
                    Ok(answer) if answer.id == id => return Ok(answer),
                    // An answer that somebody was too late for.
                    Ok(_) => {}
                    Err(_) if line.is_empty() => {}
                    Err(_) => self.complaint = Some(plain(line)),
                }
            }
            if has_ended {
                return Err(Trouble::Ended(self.complaint.take().unwrap_or_else(|| "nothing".to_owned())));
            }
        }
    }
}

/// Removes what a helper that is over has left. Where that fails, starting the next one tells.
pub(super) fn forget(settings: &SpoolerSettings) {
    let _ = make_empty(&settings.folder);
}

/// Where Windows has it, in every language and on every disk.
fn powershell() -> PathBuf {
    let system = std::env::var_os("SystemRoot").unwrap_or_else(|| "C:\\Windows".into());
    Path::new(&system).join("System32").join("WindowsPowerShell").join("v1.0").join("powershell.exe")
}

fn in_folder(error: io::Error) -> Trouble {
    Trouble::Folder(error.to_string())
}

/// What Windows says, in its language, fit for a line of the log: drivers say it at length.
fn plain(said: &str) -> String {
    let said = said.trim().chars().map(|it| if it.is_control() { ' ' } else { it });
    said.take(SPOOLER_SAID_CHARS_MAX).collect()
}
