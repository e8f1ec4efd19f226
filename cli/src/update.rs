//! `boothpay update FILE`: another program in this one's place, and back to this one when it does not work.
//!
//! At every instant the program's name stands for a whole program that can open the database, so a kill or a power cut leaves a
//! booth that starts:
//!
//! 1. The new program is copied beside the old one and tries itself on a copy of the database ([`rehearsal`]). Nothing else changed.
//! 2. The server stops; the database is backed up, verified.
//! 3. The new program takes the old one's name, in one step of the file system ([`place`]). It migrates the database when it starts.
//! 4. Where a service runs the server, it is started and has to be ready. If it is not, the old program takes its name back; what the
//!    new one has made of the database is taken back by whichever start of the old one comes first ([`going_back`]).

pub(crate) mod going_back;
mod place;
pub(crate) mod rehearsal;
mod runner;

use crate::out::say;
use crate::serve::browser_address;
use crate::settings::{self, Choice};
use crate::{VERSION, neighbour};
use anyhow::{Context, Result, bail};
use boothpay_store::backup::{self, Since};
use boothpay_store::{Address, crash};
use clap::Args;
use place::Place;
use rehearsal::Rehearsed;
use runner::Runner;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long a started server may take until it is ready: the start of years of orders takes seconds.
const READY_PATIENCE: Duration = Duration::from_secs(60);

/// How often it is asked, and how long an answer may take.
const ASKED_EVERY: Duration = Duration::from_millis(200);
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// How the name of a backup made here begins, and how many are kept: enough to go back further than the last update.
const BACKUP: &str = "before-upgrade-";
const BACKUPS_KEPT: usize = 3;

#[derive(Args)]
pub(crate) struct UpdateArguments {
    /// The new program: the file `boothpay` (`boothpay.exe` on Windows) of another version.
    file: PathBuf,
    /// The systemd service that runs the server; it is stopped and started. Without this, the server has to be stopped already. On
    /// Windows the service that `boothpay service install` made is found by itself.
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// The program to replace. Without this, the one that runs this command.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// How long the new program may take to try itself on a copy of the database.
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    patience: u64,
    /// Wait for Enter at the end, in a window that would be gone.
    #[arg(long, hide = true)]
    ask: bool,
}

/// Updates, or says why not; then the old program is what runs.
pub(crate) fn run(choice: &Choice, arguments: &UpdateArguments) -> Result<()> {
    #[cfg(windows)]
    if arguments.program.is_none() {
        return runner::elsewhere(choice, &arguments.file, arguments.patience);
    }
    let outcome = update(choice, arguments);
    if arguments.ask {
        if let Err(error) = &outcome {
            crate::out::complain(format_args!("{error:#}"));
        }
        say!("Press Enter to close this window.");
        let _ = std::io::stdin().read_line(&mut String::new());
    }
    outcome
}

fn update(choice: &Choice, arguments: &UpdateArguments) -> Result<()> {
    let settings = settings::checked(choice)?;
    let Address::SqliteFile(database) = &settings.database else {
        bail!(
            "the database is PostgreSQL's: back it up with its own tools (pg_dump), stop the server, and put the new program in \
             the old one's place by hand"
        );
    };
    let program = match &arguments.program {
        Some(program) => program.clone(),
        None => std::env::current_exe().context("this program cannot be found")?,
    };
    let place = Place::of(&program)?;
    place.refuse_packages()?;
    let runner = Runner::of(arguments.service.as_deref(), &program)?;
    let there = database.exists();
    if runner.is_nobody() && backup::in_use(&settings.database)? {
        bail!(
            "the server runs. Stop it first and start it again afterwards, or name the systemd service that runs it: \
             boothpay update FILE --service NAME"
        );
    }
    place.stage(&arguments.file)?;
    let copy = there.then(|| beside(database, ".rehearsal"));
    let patience = Duration::from_secs(arguments.patience);
    let rehearsed = rehearsal::of(&place.new, choice, &settings.database, copy.as_deref(), patience);
    let new = match rehearsed {
        Ok(Rehearsed { version }) => version,
        Err(error) => {
            place.forget_new();
            return Err(error.context("the new program does not work here, so nothing was changed"));
        }
    };
    say!("{new} has opened a copy of the database, found it as it should be, and answered.");
    step();
    runner.stop()?;
    step();
    // From here on nobody serves: whatever fails, the server is started again.
    let kept =
        there.then(|| unused(&settings.database).and_then(|()| back_up(&settings.database, database))).transpose();
    let exchanged = kept.and_then(|kept| {
        step();
        place.exchange()?;
        Ok(kept)
    });
    let kept = match exchanged {
        Ok(kept) => kept,
        Err(error) => {
            place.forget_new();
            runner.start().context("the old program is where it was, but cannot be started")?;
            return Err(error.context("nothing was changed"));
        }
    };
    step();
    if runner.is_nobody() {
        say!(
            "{} is {new} now. Start the server as always. {VERSION} is kept as {}.",
            program.display(),
            place.old.display()
        );
        return Ok(());
    }
    let started = runner.start().and_then(|()| wait_until_ready(choice));
    let Err(error) = started else {
        say!("The server is ready: {} is {new} now. {VERSION} is kept as {}.", program.display(), place.old.display());
        return Ok(());
    };
    step();
    go_back(&settings.database, &place, &runner, kept.as_deref())
        .with_context(|| format!("{new} did not become ready ({error:#})"))?;
    wait_until_ready(choice).context("the old program is back, and is not ready either")?;
    bail!("{new} did not become ready ({error:#}); the old program and its database are back, and ready");
}

/// The old program gets its name back, and its database where the new one has changed it.
fn go_back(database: &Address, place: &Place, runner: &Runner, kept: Option<&Path>) -> Result<()> {
    runner.stop().context("it cannot be stopped")?;
    let since = kept.map(|kept| backup::since(kept, database)).transpose();
    match since.context("what it has made of the database cannot be read, so it stays in place")? {
        None | Some(Since::SameSchema) => {}
        Some(Since::Migrated) => going_back::note(database, kept)?,
        Some(Since::WentOn) => {
            runner.start()?;
            bail!(
                "but it took orders or payments before, which the old program cannot read: it stays in place, so that none is lost. \
                 Its log says what is wrong"
            );
        }
    }
    step();
    place.go_back()?;
    step();
    going_back::finish(database)?;
    step();
    runner.start().context("the old program is back, but cannot be started")
}

/// A verified backup beside the database, also of one that is in use; the oldest of those made here go.
pub(crate) fn back_up(address: &Address, database: &Path) -> Result<PathBuf> {
    let folder = database.parent().map(Path::to_owned).unwrap_or_default();
    let to = folder.join(jiff::Zoned::now().strftime(&format!("{BACKUP}%Y%m%d-%H%M%S-%3f.db")).to_string());
    backup::make(address, &to).context("the database could not be backed up")?;
    say!("{} is a verified backup.", to.display());
    let mut made: Vec<PathBuf> = fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    made.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(BACKUP)));
    // The one made now stays, also where the clock has lost its time and names it as the oldest.
    made.retain(|path| *path != to);
    made.sort();
    made.truncate(made.len().saturating_sub(BACKUPS_KEPT.saturating_sub(1)));
    for old in made {
        // One that stays only takes room.
        let _ = fs::remove_file(old);
    }
    Ok(to)
}

fn unused(database: &Address) -> Result<()> {
    if backup::in_use(database)? {
        bail!("{database} is in use still: another server, or a command, has it open");
    }
    Ok(())
}

fn wait_until_ready(choice: &Choice) -> Result<()> {
    let base = browser_address(settings::own(choice).orders);
    let address = base.trim_start_matches("http://");
    let begun = Instant::now();
    while !neighbour::is("ready", address, ANSWER_PATIENCE) {
        if begun.elapsed() >= READY_PATIENCE {
            bail!("nothing was ready at {base}/readyz within {} s", READY_PATIENCE.as_secs());
        }
        thread::sleep(ASKED_EVERY);
    }
    Ok(())
}

/// Another name in the same folder.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A step is done; tests end the program here.
fn step() {
    crash::here(crash::Point::InUpdate);
}
