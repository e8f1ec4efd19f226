//! The spooler of Windows in front of the machine, as a helper of ours tells of it: a question is a line of JSON, and so is its answer
//! (docs/decisions/0042-spooler.md). A connection is a helper process; what makes the answer to a call of IPP incomplete ends that process.

use super::machine::{Job, Machine, State, Taken};
use super::{FakePrinter, SILENT_PERIOD};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// How long a job that is deleted while it is printed stays in the queue, being deleted.
const LEAVING: Duration = Duration::from_millis(700);

/// What the driver calls its papers.
const PAPERS: [&str; 4] = ["(4x6)", "(6x8)", "Открытка 10x15", "A4"];

/// A printer as Windows has it.
#[derive(Clone, Copy, Debug)]
pub struct Windows {
    /// Its name.
    pub name: &'static str,
    /// Whether its queue keeps what is printed.
    pub keeps: bool,
    /// Its port.
    pub port: &'static str,
}

/// What the queue knows besides the machine.
#[derive(Default)]
struct Queue {
    /// When a job was first seen deleted.
    leaving: BTreeMap<i32, Instant>,
}

impl FakePrinter {
    /// Somebody deletes all that is in the queue.
    pub fn is_emptied_by_somebody(&self) {
        let mut machine = self.machine();
        let open: Vec<i32> = machine.jobs.iter().filter(|job| !job.state.is_over()).map(|job| job.id).collect();
        for id in open {
            machine.cancel(id, Instant::now());
        }
    }

    /// How many jobs that are printed a queue that keeps them still has.
    pub fn kept(&self) -> usize {
        let machine = self.machine();
        let is_kept = |job: &&Job| job.state == State::Completed && !machine.taken_out.contains(&job.id);
        machine.jobs.iter().filter(is_kept).count()
    }

    /// Answers helpers until the program ends.
    pub async fn serve_spooler(self, listener: TcpListener, windows: Windows) -> io::Result<()> {
        let queue = Arc::new(Mutex::new(Queue::default()));
        loop {
            let (helper, _) = listener.accept().await?;
            // What ends a helper ends no other.
            tokio::spawn(help(self.clone(), helper, windows, Arc::clone(&queue)));
        }
    }
}

async fn help(
    printer: FakePrinter,
    mut helper: TcpStream,
    windows: Windows,
    queue: Arc<Mutex<Queue>>,
) -> io::Result<()> {
    let (questions, mut answers) = helper.split();
    let mut questions = BufReader::new(questions).lines();
    hold_while_hushed(&printer).await;
    // Drivers say what they like at a start.
    answers.write_all(b"a driver of 2009 says hello\n{\"id\":0}\n").await?;
    while let Some(question) = questions.next_line().await? {
        hold_while_hushed(&printer).await;
        let question: Value = serde_json::from_str(&question)?;
        let answer = {
            let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            answer(&mut printer.machine(), &mut queue, windows, &question, Instant::now())
        };
        hold_while_hushed(&printer).await;
        let Some(mut answer) = answer else { return Ok(()) };
        if let Some(id) = question.get("id") {
            answer["id"] = id.clone();
        }
        answers.write_all(format!("{answer}\n").as_bytes()).await?;
    }
    Ok(())
}

async fn hold_while_hushed(printer: &FakePrinter) {
    while printer.machine().is_hushed(Instant::now()) {
        sleep(SILENT_PERIOD).await;
    }
}

/// The answer; none where the helper dies of the question.
fn answer(machine: &mut Machine, queue: &mut Queue, windows: Windows, question: &Value, now: Instant) -> Option<Value> {
    machine.go_on(now);
    let text = |name: &str| question.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("printer") != windows.name {
        return Some(json!({ "printers": [windows.name, "Microsoft Print to PDF"] }));
    }
    Some(match text("ask") {
        "look" => {
            let reasons = machine.reasons();
            let says = |keyword: &str| reasons.iter().any(|reason| reason.starts_with(keyword));
            let flags = [("media-jam", 8), ("media-empty", 16), ("door-open", 4_194_304), ("paused", 1)];
            let status: u32 = flags.iter().filter(|(keyword, _)| says(keyword)).map(|(_, flag)| flag).sum();
            json!({
                "status": status, "detected": 0, "offline": machine.is_dark(now), "port": windows.port, "keeps": windows.keeps,
                "papers": PAPERS, "jobs": jobs(machine, queue, windows, now),
            })
        }
        "jobs" => json!({ "keeps": windows.keeps, "jobs": jobs(machine, queue, windows, now) }),
        "print" => {
            let paper = text("paper");
            if !paper.is_empty() && !PAPERS.contains(&paper) {
                return Some(json!({ "refused": format!("its driver knows no paper {paper:?}") }));
            }
            let Ok(picture) = std::fs::read(text("file")) else {
                return Some(json!({ "refused": "its picture cannot be read" }));
            };
            match machine.take(text("name").to_owned(), picture, now) {
                Taken::As(number) => json!({ "number": number }),
                Taken::Unheard(_) | Taken::Lost => return None,
                Taken::Refused => json!({ "refused": "the spooler has no room" }),
            }
        }
        "cancel" => {
            let number = question.get("number").and_then(Value::as_i64).and_then(|it| i32::try_from(it).ok())?;
            let is_it = machine.jobs.iter().any(|job| job.id == number && job.name == text("name"));
            if is_it && !machine.cancel(number, now) {
                machine.taken_out.insert(number);
            }
            json!({})
        }
        _ => json!({ "refused": "there is no such question" }),
    })
}

fn jobs(machine: &Machine, queue: &mut Queue, windows: Windows, now: Instant) -> Vec<Value> {
    let mut listed = Vec::new();
    for job in machine.jobs.iter().filter(|job| !machine.taken_out.contains(&job.id)) {
        if let Some(status) = status(job, machine.is_dark(now), queue, windows, now) {
            listed.push(json!({ "number": job.id, "name": job.name, "status": status }));
        }
    }
    listed
}

/// The flags of `PrintJobStatus`; none of a job that is not in the queue.
fn status(job: &Job, is_dark: bool, queue: &mut Queue, windows: Windows, now: Instant) -> Option<u32> {
    const ERROR: u32 = 2;
    const DELETING: u32 = 4;
    const PRINTING: u32 = 16;
    const OFFLINE: u32 = 32;
    const PAPER_OUT: u32 = 64;
    const PRINTED: u32 = 128;
    const RETAINED: u32 = 8192;
    match job.state {
        State::Pending | State::Processing if is_dark => Some(PRINTING | OFFLINE),
        State::Pending => Some(0),
        State::Processing if job.waits_for_paper() => Some(PRINTING | PAPER_OUT),
        State::Processing => Some(PRINTING),
        State::Completed => windows.keeps.then_some(PRINTED | RETAINED),
        // Windows deletes no job because of a jam.
        State::Aborted => Some(PRINTING | ERROR),
        State::Canceled => {
            let since = *queue.leaving.entry(job.id).or_insert(now);
            let stays = job.has_begun() && now.duration_since(since) < LEAVING;
            stays.then_some(PRINTING | DELETING)
        }
    }
}
