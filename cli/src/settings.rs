//! Where the settings come from when the program is started by a person or by the system: which file, which folder, and what
//! is said about them.

use anyhow::{Result, bail};
use boothpay_sandbox::args::Own;
use boothpay_server::config::{self, Finding, Judged, Place, Settings, Sources, Weight, connected};
use boothpay_store::{Address, quoted};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The file that is read when none is named.
const FILE: &str = "boothpay.toml";

/// What the command line says about the settings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    /// The settings file, if one is named.
    pub(crate) config: Option<PathBuf>,
    /// Whether development mode was asked for.
    pub(crate) development: bool,
}

impl Choice {
    /// How a command is begun that is to read the same file.
    pub(crate) fn command(&self) -> String {
        match &self.config {
            Some(file) => format!("boothpay --config {}", quoted(file)),
            None => "boothpay".to_owned(),
        }
    }
}

/// The settings, with where they came from.
pub(crate) struct Loaded {
    /// The file that was read, absolute.
    pub(crate) file: Option<PathBuf>,
    /// The folder that relative paths start from, absolute.
    pub(crate) folder: PathBuf,
    /// How a command is begun that is to read the same file.
    pub(crate) command: String,
    /// Our variables in the environment, by name.
    pub(crate) variables: Vec<String>,
    pub(crate) judged: Judged,
    /// The layers that they were made of.
    pub(crate) sources: Sources,
}

/// Reads the settings and looks at everything that can be seen without the world around.
pub(crate) fn load(choice: &Choice) -> Loaded {
    let mut findings = Vec::new();
    let (file, folder) = locate(choice.config.as_deref(), &mut findings);
    let is_named = choice.config.is_some();
    let text = file.as_deref().and_then(|file| read(file, is_named, &mut findings));
    let environment = environment(&mut findings);
    let variables = environment.iter().map(|(name, _)| name.clone()).filter(|name| name.starts_with("BOOTHPAY_"));
    let variables = variables.filter(|name| !name.starts_with("BOOTHPAY_SANDBOX_")).collect();
    let mut sources = Sources {
        file: file.clone().zip(text),
        environment,
        folder: folder.clone(),
        development: choice.development,
        ..Sources::default()
    };
    findings.extend(connected::load(&mut sources).err());
    let mut judged = Settings::judge(&sources);
    if findings.iter().any(is_mistake) {
        judged.settings = None;
        // Without the file, what is missing may stand in it.
        judged.findings.retain(|finding| finding.weight == Weight::Remark || finding.place != Place::Nowhere);
    }
    judged.findings.splice(0..0, findings);
    Loaded { file, folder, command: choice.command(), variables, judged, sources }
}

/// The settings as values, or everything that is wrong with them.
pub(crate) fn checked(choice: &Choice) -> Result<Settings> {
    let loaded = load(choice);
    let words = loaded.refusal();
    match loaded.judged.settings {
        Some(settings) => Ok(settings),
        None => bail!("{words}"),
    }
}

/// Where the Boothpay of this computer listens. Settings that cannot be used say it as far as they can be read: whoever tests a
/// server of his own need not have any.
pub(crate) fn own(choice: &Choice) -> Own {
    let judged = load(choice).judged;
    let orders = judged.outside.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 5000)));
    Own { wallets: judged.outside.webhook_listen.unwrap_or(orders), orders }
}

/// A command that only looks makes no database.
pub(crate) fn existing(database: &Address) -> Result<()> {
    match database {
        Address::SqliteFile(path) if !path.exists() => {
            boothpay_store::look(database)?;
            bail!(
                "there is no database {} yet. The first `boothpay serve` makes one. If there should be one, look where the \
                 settings are: `boothpay check` says which are read",
                path.display()
            )
        }
        Address::SqliteFile(_) | Address::SqliteMemory | Address::Postgres(_) => Ok(()),
    }
}

impl Loaded {
    /// Which settings these are.
    pub(crate) fn source(&self) -> String {
        let file = match &self.file {
            Some(file) => file.display().to_string(),
            None => format!("no file; a {FILE} would be read from {}", self.folder.display()),
        };
        if self.variables.is_empty() {
            file
        } else {
            format!("{file}; and from the environment: {}", self.variables.join(", "))
        }
    }

    /// Why the settings cannot be used.
    pub(crate) fn refusal(&self) -> String {
        format!("the settings cannot be used ({}).\n{}", self.source(), in_words(&self.judged.findings))
    }
}

/// Findings as lines, mistakes first.
pub(crate) fn in_words(findings: &[Finding]) -> String {
    let listed = |weight| {
        let lines =
            findings.iter().filter(move |finding| finding.weight == weight).map(|finding| format!("\n  {finding}"));
        lines.collect::<String>()
    };
    let titled = |title: &str, lines: String| if lines.is_empty() { lines } else { format!("{title}:{lines}") };
    let parts = [titled("Wrong", listed(Weight::Mistake)), titled("Worth a look", listed(Weight::Remark))];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

pub(crate) fn is_mistake(finding: &Finding) -> bool {
    finding.weight == Weight::Mistake
}

/// A finding that is about no single setting.
pub(crate) fn finding(weight: Weight, setting: &str, advice: String) -> Finding {
    Finding { weight, place: Place::Nowhere, setting: setting.to_owned(), advice }
}

/// Which file to read, and where relative paths start.
fn locate(named: Option<&Path>, findings: &mut Vec<Finding>) -> (Option<PathBuf>, PathBuf) {
    if let Some(named) = named {
        let file = std::path::absolute(named).unwrap_or_else(|_| named.to_owned());
        let folder = file.parent().map(Path::to_owned).unwrap_or_default();
        return (Some(file), folder);
    }
    let here = std::env::current_dir().unwrap_or_default();
    let program = std::env::current_exe().ok().and_then(|program| program.parent().map(Path::to_owned));
    let chosen = folder_of_settings(&here, program.as_deref(), has_settings);
    let file = chosen.join(FILE);
    let there = has_settings(&chosen);
    misnamed(&chosen, there, findings);
    if let Some(program) = program.filter(|program| there && *program != chosen && has_settings(program)) {
        let advice = format!("there is another {FILE} beside the program, in {}; it is not read", program.display());
        findings.push(finding(Weight::Remark, "", advice));
    }
    (there.then_some(file), chosen)
}

/// Whether anything has the settings file's name. A folder, or a link that leads nowhere, is somebody's settings that were lost, and not
/// the wish for none: without them a server would be in development mode.
fn has_settings(folder: &Path) -> bool {
    std::fs::symlink_metadata(folder.join(FILE)).map_or_else(|error| error.kind() != ErrorKind::NotFound, |_| true)
}

/// The folder in which a person chose to work, else the program's own. Nobody chooses the root or Windows' own folder: a
/// service and a scheduled task are started there. Explorer starts a program in the program's folder.
fn folder_of_settings(here: &Path, program: Option<&Path>, has_settings: impl Fn(&Path) -> bool) -> PathBuf {
    let Some(program) = program else { return here.to_owned() };
    let windows = std::env::var_os("SystemRoot").map(PathBuf::from);
    let nobodys = here.parent().is_none() || windows.is_some_and(|windows| here.starts_with(windows));
    match (has_settings(here), has_settings(program)) {
        (true, false) => here.to_owned(),
        (true, true) if !nobodys => here.to_owned(),
        (_, true) => program.to_owned(),
        (false, false) if nobodys => program.to_owned(),
        (false, false) => here.to_owned(),
    }
}

/// Names that an editor or Windows makes of the file's. With the right file beside them they are only odd.
fn misnamed(folder: &Path, right_one_there: bool, findings: &mut Vec<Finding>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let names = entries.filter_map(|entry| entry.ok().and_then(|entry| entry.file_name().into_string().ok()));
    let is_slip = |name: &String| {
        let lower = name.to_lowercase();
        let slips = [
            "boothpay.toml.txt",
            "boothpay.txt",
            "boothpay.toml.toml",
            "boothpay.toml.rtf",
            "boothpay.toml.doc",
            "boothpay.toml.docx",
        ];
        slips.contains(&lower.as_str()) || (lower == FILE && name != FILE && !has_settings(folder))
    };
    let mut slips: Vec<String> = names.filter(is_slip).collect();
    slips.sort();
    for slip in slips {
        let hidden = "Windows hides such endings: in Explorer switch on View, File name extensions";
        let advice = if right_one_there {
            format!("there is {slip} beside {FILE}; only {FILE} is read. {hidden}")
        } else {
            format!(
                "there is {slip} in {}, but no {FILE}, so it is not read. Rename it to {FILE}. {hidden}",
                folder.display()
            )
        };
        findings.push(finding(if right_one_there { Weight::Remark } else { Weight::Mistake }, "", advice));
    }
}

fn read(file: &Path, is_named: bool, findings: &mut Vec<Finding>) -> Option<String> {
    let name = file.display();
    // A pipe would keep everything waiting; one that is named is meant.
    let bytes = match std::fs::metadata(file) {
        Ok(meta) if !is_named && !meta.is_file() && !meta.is_dir() => {
            Err(std::io::Error::other("it is no file of text; put the file there"))
        }
        Ok(_) | Err(_) => std::fs::read(file),
    };
    let read = match bytes {
        Ok(bytes) => {
            config::decode(&bytes).map_err(|error| format!("the settings file {name} cannot be read: {error}"))
        }
        Err(error) => Err(unreadable(file, is_named, &error)),
    };
    read.map_err(|advice| findings.push(finding(Weight::Mistake, "", advice))).ok()
}

fn unreadable(file: &Path, is_named: bool, error: &std::io::Error) -> String {
    let name = file.display();
    if file.is_dir() && is_named {
        return format!("the settings file {name} is a folder; name the file in it");
    }
    if file.is_dir() {
        return format!(
            "{name} should be the settings file, and is a folder. Take it away and put the file there (Docker makes a folder where the \
             file to mount is missing)"
        );
    }
    if let (ErrorKind::NotFound, Ok(leads_to)) = (error.kind(), std::fs::read_link(file)) {
        return format!(
            "the settings file {name} is a link to {}, and nothing is there. Put the file there, or let the link lead to it",
            leads_to.display()
        );
    }
    let mut with_ending = file.as_os_str().to_owned();
    with_ending.push(".txt");
    let with_ending = Path::new(&with_ending);
    if error.kind() == ErrorKind::NotFound && with_ending.is_file() {
        let other = with_ending.display();
        format!(
            "there is no settings file {name}, but there is {other}. Windows hides the ending .txt: rename the file"
        )
    } else if error.kind() == ErrorKind::NotFound {
        format!("there is no settings file {name}; look at what follows --config")
    } else if error.kind() == ErrorKind::PermissionDenied {
        format!("the settings file {name} may not be read by the user who runs this; give that user the right to")
    } else {
        format!("the settings file {name} cannot be read: {error}")
    }
}

/// The whole environment. A variable of ours that is not Unicode is a mistake rather than a setting lost in silence.
fn environment(findings: &mut Vec<Finding>) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        match value.into_string() {
            Ok(value) => variables.push((name.to_owned(), value)),
            Err(_) if name.starts_with("BOOTHPAY_") => findings.push(Finding {
                weight: Weight::Mistake,
                place: Place::Environment(name.to_owned()),
                setting: String::new(),
                advice: "its value is not readable text; set it again".to_owned(),
            }),
            Err(_) => {}
        }
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_the_persons_and_else_the_programs() {
        let (root, work, program) = (Path::new("/"), Path::new("/home/anna"), Path::new("/opt/boothpay"));
        let folder = |here, with_settings: &[&Path]| {
            folder_of_settings(here, Some(program), |folder| with_settings.contains(&folder))
        };
        assert_eq!(folder(work, &[work]), work);
        assert_eq!(folder(work, &[work, program]), work);
        assert_eq!(folder(work, &[program]), program, "beside the program, as the README says");
        assert_eq!(folder(work, &[]), work, "an empty folder is where somebody wants to work");
        assert_eq!(folder(root, &[]), program, "a service");
        assert_eq!(folder(root, &[root]), root);
        assert_eq!(folder(root, &[root, program]), program);
        assert_eq!(folder_of_settings(work, None, |_| false), work);
    }
}
