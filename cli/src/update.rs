//! `boothpay update FILE`: another program in this one's place, and back to this one when it does not work.
//!
//! At every instant the program's name stands for a whole program that can open the database, so a kill or a power cut leaves a
//! booth that starts:
//!
//! 1. The program's own lock keeps every other update away; the new program is copied beside the old one and tries itself on a copy of the database ([`rehearsal`]). Nothing else changed.
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
use crate::{VERSION, neighbour, process};
use anyhow::{Context, Error, Result, anyhow, bail};
use boothpay_store::backup::{self, Since};
use boothpay_store::{Address, crash};
use clap::Args;
use place::{Place, Staged};
use rehearsal::Rehearsed;
use runner::Runner;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long a started server may take until it is ready: the start of years of orders takes seconds.
const READY_PATIENCE: Duration = Duration::from_secs(60);

/// How often it is asked, and how long an answer may take.
const ASKED_EVERY: Duration = Duration::from_millis(200);
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// The name of a backup made here: this, when it was made, and the ending.
const BACKUP: &str = "before-upgrade-";
const STAMP: &str = "%Y%m%d-%H%M%S-%3f";
const ENDING: &str = ".db";

/// How such a stamp looks; each 0 stands for a digit.
const STAMP_LOOKS: &str = "00000000-000000-000";

/// How many of them are kept: enough to go back further than the last update.
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
        let _ = io::stdin().read_line(&mut String::new());
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
        None => process::own_file()?,
    };
    let place = Place::of(&program)?;
    place.refuse_packages()?;
    let _turn = place.turn()?;
    let runner = Runner::of(arguments.service.as_deref(), &program)?;
    let there = database.exists();
    if runner.is_nobody() && backup::in_use(&settings.database)? {
        bail!(
            "the server runs. Stop it first and start it again afterwards, or name the systemd service that runs it: \
             boothpay update FILE --service NAME"
        );
    }
    let staged = place.stage(&arguments.file)?;
    if place.is_here(&staged).inspect_err(|_| place.forget_new())? {
        place.forget_new();
        say!("This version is here already; nothing was changed.");
        return Ok(());
    }
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
    let kept = match replace((&place, &staged), &runner, &settings.database, there.then_some(database.as_path())) {
        Ok(kept) => kept,
        Err(error) => {
            place.forget_new();
            return Err(started_again(&runner, error.context("nothing was changed")));
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
    let failed = format!("{new} did not become ready ({error:#})");
    if let Err(error) = go_back(&place, &runner, (&settings.database, database.as_path()), kept.as_deref()) {
        return Err(started_again(&runner, error.context(failed)));
    }
    runner
        .start()
        .with_context(|| format!("{failed}; the old program is back, but cannot be started: start it by hand"))?;
    wait_until_ready(choice)
        .with_context(|| format!("{failed}; the old program is back, and is not ready either: its log says why"))?;
    bail!("{failed}; the old program and its database are back, and ready");
}

/// Stops the server, backs the database up, if there is one, and exchanges the program.
fn replace(
    (place, staged): (&Place, &Staged),
    runner: &Runner,
    address: &Address,
    database: Option<&Path>,
) -> Result<Option<PathBuf>> {
    runner.stop().context("the server cannot be stopped")?;
    step();
    let kept = match database {
        Some(database) => {
            unused(address)?;
            Some(back_up(address, database)?)
        }
        None => None,
    };
    step();
    place.exchange(staged)?;
    Ok(kept)
}

/// The old program gets its name back, and its database where the new one has changed or made it.
fn go_back(place: &Place, runner: &Runner, (address, database): (&Address, &Path), kept: Option<&Path>) -> Result<()> {
    runner.stop().context("it cannot be stopped")?;
    match backup::since(kept, address)
        .context("what it has made of the database cannot be read, so it stays in place")?
    {
        Since::SameSchema => {}
        Since::Migrated => going_back::note(database, kept)?,
        Since::WentOn => bail!(
            "but it took orders or payments before, which the old program cannot read: it stays in place, so that none is lost. \
             Its log says what is wrong"
        ),
    }
    step();
    place.go_back()?;
    step();
    if let Some(words) = going_back::finish(address).context("the old program is back, but not its database")? {
        say!("{words}.");
    }
    step();
    Ok(())
}

/// An error, after what stands under the program's name was started: whatever failed, a booth without a server is worse.
fn started_again(runner: &Runner, error: Error) -> Error {
    match runner.start() {
        Ok(()) => error,
        Err(start) => anyhow!("{error:#}. The server cannot be started ({start:#}): start it by hand"),
    }
}

/// A verified backup beside the database, also of one that is in use; the oldest of those made here go.
pub(crate) fn back_up(address: &Address, database: &Path) -> Result<PathBuf> {
    let folder = database.parent().map(Path::to_owned).unwrap_or_default();
    let to = folder.join(format!("{BACKUP}{}{ENDING}", jiff::Zoned::now().strftime(STAMP)));
    backup::remove_leftovers(&folder, BACKUP);
    backup::make(address, &to).context("the database could not be backed up")?;
    say!("{} is a verified backup.", to.display());
    prune(address, &folder, &to);
    Ok(to)
}

/// Removes the oldest backups made here beyond the number to keep. Never the new one, whose name says that it is the oldest where the
/// clock was set back; no file with another name, which is the owner's; and no database, whatever it is named.
fn prune(address: &Address, folder: &Path, new: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut others: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path != new && is_ours(path)).collect();
    others.retain(|path| backup::is_spare(path, address));
    // Names of one length, so this is the order of their times.
    others.sort();
    let too_many = others.len().saturating_sub(BACKUPS_KEPT.saturating_sub(1));
    for old in others.into_iter().take(too_many) {
        // One that stays only takes room.
        let _ = fs::remove_file(old);
    }
}

/// Whether a file has the name of a backup made here.
fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stamp = name.strip_prefix(BACKUP).and_then(|rest| rest.strip_suffix(ENDING)).unwrap_or_default();
    stamp.chars().map(|sign| if sign.is_ascii_digit() { '0' } else { sign }).eq(STAMP_LOOKS.chars())
}

fn unused(database: &Address) -> Result<()> {
    if backup::in_use(database)? {
        bail!("{database} is in use still: another server, or a command, has it open; end it and try again");
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

fn remove_if_there(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The names in a file's folder are on the disk when this returns. Windows keeps a journal of names itself.
fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) if cfg!(unix) => fs::File::open(folder)?.sync_all(),
        Some(_) | None => Ok(()),
    }
}

/// A step is done; tests end the program here.
fn step() {
    crash::here(crash::Point::InUpdate);
}
