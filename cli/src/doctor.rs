//! `boothpay doctor`: everything that somebody who helps has to know, in one file, and no secret in it.

use crate::files;
use crate::logging::aside;
use crate::out::say;
use crate::settings::{self, Choice, Loaded};
use crate::verify;
use anyhow::{Result, bail};
use boothpay_protocol::secret::KeyDigest;
use boothpay_server::config::{self, Guarded, Settings};
use boothpay_server::without_links;
use boothpay_store::Address;
use boothpay_store::rights::for_owner;
use clap::Args;
use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Lines of the log's end: the last hours of a busy booth.
const LOG_LINES: usize = 500;

/// Bytes that are read for them.
const LOG_BYTES_MAX: usize = 512 * 1024;

/// Files of one second: nobody needs more.
const MADE_AT_ONCE_MAX: u32 = 100;

#[derive(Args)]
pub(crate) struct DoctorArguments {
    /// The file to make; it must not be there yet. Or a folder, for a file boothpay-doctor-TIME.txt in it. Without this, the current one.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// Writes the file. What cannot be found out is said in it; only a file that cannot be made is a failure.
pub(crate) fn run(choice: &Choice, arguments: &DoctorArguments) -> Result<()> {
    let now = jiff::Zoned::now();
    let loaded = settings::load(choice);
    let parts = [
        ("Program", program(&now)),
        ("Settings", written(&loaded)),
        ("boothpay check", asked(choice, &["check"])),
        ("boothpay verify", asked(choice, &["verify"])),
        ("boothpay tasks list", asked(choice, &["tasks", "list"])),
        ("Disks", disks(&loaded)),
        ("The log's end", log(&loaded)),
    ];
    let mut report = String::new();
    for (title, text) in parts {
        let _ = write!(report, "== {title}\n\n{}\n\n", text.trim_end());
    }
    // A server that nobody has a password for says at each start how the first owner gets in.
    let report: String = report.lines().flat_map(|line| [without_links(line), "\n".to_owned()]).collect();
    let guarded = Guarded::of(&loaded.sources);
    let report = guarded.hide(report);
    // Whatever came from the settings, the commands or the log: a key in it would leave this computer with the file. Settings that cannot
    // be used have keys as well.
    let mut keys = loaded.judged.settings.as_ref().map(verify::keys).unwrap_or_default();
    guarded.secrets().for_each(|secret| keys.add(KeyDigest::of(secret.as_bytes())));
    if keys.are_in(&report) || guarded.are_in(&report) {
        bail!(
            "one of your keys or passwords stands where none belongs: in a setting that is for something else, or in the log. \
             Nothing was written. Take it out there, and have the key changed if anybody else has read it"
        );
    }
    let (to, mut file) = make(arguments.to.as_deref(), &now)?;
    if let Err(error) = file.write_all(report.as_bytes()).and_then(|()| file.sync_all()) {
        // Half of it says less than what is wrong.
        let _ = fs::remove_file(&to);
        bail!("{}", files::unwritable(&to, &error));
    }
    say!("{} says how this Boothpay is. Keys and passwords are not in it. Read it before you send it.", to.display());
    Ok(())
}

/// The file, which only whoever runs this may read: the log's end names customers' orders.
fn make(to: Option<&Path>, now: &jiff::Zoned) -> Result<(PathBuf, fs::File)> {
    let (folder, named) = match to {
        Some(folder) if folder.is_dir() => (folder, None),
        Some(file) => (Path::new(""), Some(file)),
        None => (Path::new(""), None),
    };
    let mut number = 1_u32;
    loop {
        let another = if number > 1 { format!("-{number}") } else { String::new() };
        let own = || folder.join(format!("boothpay-doctor-{}{another}.txt", now.strftime("%Y%m%d-%H%M%S")));
        let file = named.map_or_else(own, Path::to_owned);
        match for_owner().write(true).create_new(true).open(&file) {
            Ok(made) => return Ok((file, made)),
            // Another one of the same second.
            Err(error) if error.kind() == ErrorKind::AlreadyExists && named.is_none() && number < MADE_AT_ONCE_MAX => {
                number = number.saturating_add(1);
            }
            Err(error) => bail!("{}", files::unwritable(&file, &error)),
        }
    }
}

fn program(now: &jiff::Zoned) -> String {
    let system = fs::read_to_string("/etc/os-release").ok();
    let name = system.as_deref().and_then(|text| text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")));
    let windows = cfg!(windows).then(|| said_by(Command::new("cmd").args(["/C", "ver"]))).flatten();
    let system = name.map(|name| name.trim_matches('"').to_owned()).or(windows).unwrap_or_default();
    let file = std::env::current_exe().map(|file| file.display().to_string()).unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!(
        "Boothpay   {}\nfile       {file}\nsystem     {} {} {}\nprocessors {processors}\ntime       {}",
        crate::VERSION,
        std::env::consts::OS,
        std::env::consts::ARCH,
        system.trim(),
        now.strftime("%Y-%m-%d %H:%M:%S %:z %Q")
    )
}

/// The settings as they are written, without what is secret.
fn written(loaded: &Loaded) -> String {
    let mut text = format!("{}\n", loaded.source());
    let Some(file) = &loaded.file else { return text };
    let read = fs::read(file).ok().and_then(|bytes| config::decode(&bytes).ok());
    match read.and_then(|settings| config::without_secrets(&settings, &loaded.judged.findings)) {
        Some(settings) => text.extend(["\n", &settings]),
        None => text.push_str("It cannot be read; `boothpay check` below says why.\n"),
    }
    text
}

/// What a command of ours says about the same settings.
fn asked(choice: &Choice, arguments: &[&str]) -> String {
    let Ok(program) = std::env::current_exe() else { return "this program cannot be found".to_owned() };
    let mut command = Command::new(program);
    if let Some(config) = &choice.config {
        command.arg("--config").arg(config);
    }
    if choice.development {
        command.arg("--development");
    }
    said_by(command.args(arguments)).unwrap_or_else(|| "it could not be asked".to_owned())
}

fn said_by(command: &mut Command) -> Option<String> {
    let said = command.stdin(Stdio::null()).output().ok()?;
    Some(String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned())
}

fn disks(loaded: &Loaded) -> String {
    let mut text = String::new();
    let mut add = |what: &str, folder: &Path| {
        let free = fs4::available_space(folder);
        let _ = match free {
            Ok(bytes) => writeln!(text, "{what:<10} {} MiB free where {} is", bytes / 1024 / 1024, folder.display()),
            Err(error) => writeln!(text, "{what:<10} {}: {error}", folder.display()),
        };
    };
    if let Some(Address::SqliteFile(file)) = &loaded.judged.outside.database {
        add("database", file.parent().filter(|folder| folder.is_absolute()).unwrap_or(&loaded.folder));
    }
    if let Some(folder) = &loaded.judged.outside.backup_folder {
        add("backups", folder);
    }
    add("settings", &loaded.folder);
    if let Some(Address::SqliteFile(file)) = &loaded.judged.outside.database
        && let Ok(meta) = fs::metadata(file)
    {
        let _ = writeln!(text, "{} has {} MiB", file.display(), meta.len() / 1024 / 1024);
    }
    text
}

fn log(loaded: &Loaded) -> String {
    let file = loaded.judged.settings.as_ref().and_then(|settings: &Settings| settings.log.file.as_ref());
    let Some(file) = file else {
        let unit = ["-u", "boothpay", "--no-pager", "-n", &LOG_LINES.to_string()].map(str::to_owned);
        let said = cfg!(target_os = "linux").then(|| said_by(Command::new("journalctl").args(unit))).flatten();
        return said.unwrap_or_else(|| "it is kept in no file (log.file is not set)".to_owned());
    };
    let mut text = end_of(&file.path).unwrap_or_else(|error| format!("{}: {error}", file.path.display()));
    // A file that has just been begun says nothing of what was before.
    if text.lines().count() < LOG_LINES && file.kept > 0 {
        let older = end_of(&aside(&file.path, 1)).unwrap_or_default();
        text.insert_str(0, &older);
    }
    let lines: Vec<&str> = text.lines().collect();
    let skipped = lines.len().saturating_sub(LOG_LINES);
    lines.iter().skip(skipped).flat_map(|line| [line, "\n"]).collect()
}

fn end_of(file: &Path) -> std::io::Result<String> {
    let bytes = fs::read(file)?;
    let skipped = bytes.len().saturating_sub(LOG_BYTES_MAX);
    Ok(String::from_utf8_lossy(bytes.get(skipped..).unwrap_or_default()).into_owned())
}
