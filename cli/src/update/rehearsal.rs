//! A new program tries itself on a copy of the database before anything else is changed: it migrates the copy, verifies it, and
//! answers as a server, at an address that nobody knows and without any of a server's tasks, so that nothing happens twice.

use crate::out::say;
use crate::settings::{self, Choice};
use crate::{VERSION, neighbour, serve, verify};
use anyhow::{Context, Result, anyhow, bail};
use boothpay_server::clock::Clock;
use boothpay_server::{App, Shutdown, router};
use boothpay_store::private::PrivateFolder;
use boothpay_store::{Address, Store, backup};
use std::fs::{self, File};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// How long the new program may take to say its version.
const VERSION_PATIENCE: Duration = Duration::from_secs(30);

/// How long the server of a rehearsal may take for its one answer.
const ANSWER_PATIENCE: Duration = Duration::from_secs(30);

/// Connections that it takes: one asks.
const CONNECTIONS: usize = 8;

/// How often it is looked whether the new program has ended.
const LOOKED_EVERY: Duration = Duration::from_millis(20);

/// Bytes of its words that are repeated.
const WORDS_MAX: usize = 2000;

/// What the new program says last, when all is well.
const WENT_WELL: &str = "The rehearsal went well.";

/// A new program that works here.
pub(super) struct Rehearsed {
    /// How it calls itself.
    pub(super) version: String,
}

/// Lets a new program try itself on a copy that is made of the database; without one, on an empty one. The copy goes afterwards.
pub(super) fn of(
    program: &Path,
    choice: &Choice,
    database: &Address,
    copy: Option<&Path>,
    patience: Duration,
) -> Result<Rehearsed> {
    let folder = PrivateFolder::make("rehearsal").map_err(|(folder, cause)| {
        let cure = "Set TMPDIR (TEMP on Windows) to a folder with room, in which you may write";
        anyhow!("{} cannot be made: {cause}. {cure}", folder.display())
    })?;
    let fresh = folder.path().join("boothpay.db");
    let on = copy.unwrap_or(&fresh);
    let tried = try_it(program, choice, (database, copy), on, (folder.path(), patience));
    forget(on);
    tried
}

fn try_it(
    program: &Path,
    choice: &Choice,
    (database, copy): (&Address, Option<&Path>),
    on: &Path,
    (folder, patience): (&Path, Duration),
) -> Result<Rehearsed> {
    let version = ended_well(Command::new(program).arg("--version"), folder, VERSION_PATIENCE.min(patience))?;
    let Some(name) = version.trim().strip_prefix("boothpay ").filter(|name| !name.contains('\n')) else {
        bail!("it does not say that it is a Boothpay, but: {version}");
    };
    if let Some(copy) = copy {
        forget(copy);
        backup::make(database, copy).context("the database could not be copied")?;
    }
    let mut command = Command::new(program);
    if let Some(file) = settings::load(choice).file {
        command.arg("--config").arg(file);
    }
    if choice.development {
        command.arg("--development");
    }
    let said = ended_well(command.arg("rehearse").arg(on), folder, patience)?;
    if said.lines().last() != Some(WENT_WELL) {
        bail!("it does not say that its rehearsal went well, but: {said}");
    }
    Ok(Rehearsed { version: name.to_owned() })
}

fn forget(copy: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        // One that is not there is what is wanted.
        let _ = fs::remove_file(super::beside(copy, ending));
    }
}

/// What a program said that ended well and in time. Its words go to a file: a pipe would stay open as long as any child of its.
fn ended_well(command: &mut Command, folder: &Path, patience: Duration) -> Result<String> {
    let words: PathBuf = folder.join("words");
    let (out, err) = File::create(&words).and_then(|file| Ok((file.try_clone()?, file)))?;
    command.stdin(Stdio::null()).stdout(out).stderr(err);
    let mut child =
        command.spawn().context("it cannot be run on this computer; take the file for its system and its processor")?;
    let begun = Instant::now();
    let ended = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() >= patience {
            // It may end by itself in this very moment.
            let _ = child.kill();
            let _ = child.wait();
            bail!("it did not end within {} s", patience.as_secs());
        }
        thread::sleep(LOOKED_EVERY);
    };
    let said = String::from_utf8_lossy(&fs::read(&words)?).trim_end().to_owned();
    if !ended.success() {
        let tail: String = said.chars().rev().take(WORDS_MAX).collect::<Vec<_>>().into_iter().rev().collect();
        if tail.is_empty() {
            bail!(
                "it ended with {ended}, and said nothing. Its file may not have come whole: download it again, and compare its \
                 size and its SHA-256 with what stands beside it there"
            );
        }
        bail!("it ended with {ended}, and said: {tail}");
    }
    Ok(said)
}

/// `boothpay rehearse DATABASE`: what the new program does, called by the old one.
pub(crate) fn run(choice: &Choice, database: &Path) -> Result<()> {
    let mut settings = settings::checked(choice)?;
    settings.database = Address::SqliteFile(database.to_owned());
    let store = Store::open(&settings.database)?;
    let report = boothpay_store::verify::database(&settings.database)?;
    if !report.is_healthy() {
        verify::print_findings(&report);
        bail!("the database is not as it should be; boothpay verify says what that means");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        serve::refuse_open_money(&settings, &store).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?.to_string();
        let (shutdown, stopping) = Shutdown::new();
        let app = App::new(settings, store, Clock::System, stopping);
        let routes = router(Arc::clone(&app));
        let asked = tokio::task::spawn_blocking(move || {
            let ready = neighbour::is("ready", &address, ANSWER_PATIENCE);
            shutdown.stop();
            ready
        });
        boothpay_server::serve(&app, listener, routes, CONNECTIONS).await;
        if !asked.await? {
            bail!(
                "its server does not say that it is ready on a copy of this database, though the copy is whole: keep the program \
                 that runs, and report this with the file that `boothpay doctor` makes"
            );
        }
        Ok(())
    })?;
    say!("{VERSION}: {}", verify::read(&report));
    say!("{WENT_WELL}");
    Ok(())
}
