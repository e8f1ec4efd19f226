//! Who runs the server, and can stop and start it: a service of the system, or nobody.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// Who runs the server.
pub(super) enum Runner {
    /// A person does, and has stopped it.
    Nobody,
    /// systemd, by this name.
    #[cfg(not(windows))]
    Systemd(String),
    /// The service of Windows, and the booth's screen beside it, which runs the same program.
    #[cfg(windows)]
    Windows,
}

/// The task that shows the booth's screen (packaging/windows/boothpay.nsi).
#[cfg(windows)]
const SCREEN: &str = "Boothpay screen";

impl Runner {
    #[cfg(not(windows))]
    pub(super) fn of(service: Option<&str>, _: &Path) -> Result<Self> {
        Ok(service.map_or(Self::Nobody, |name| Self::Systemd(name.to_owned())))
    }

    #[cfg(windows)]
    pub(super) fn of(service: Option<&str>, program: &Path) -> Result<Self> {
        if service.is_some() {
            bail!("--service is for systemd; the service of Windows is found by itself");
        }
        Ok(if crate::service::runs(program) { Self::Windows } else { Self::Nobody })
    }

    pub(super) fn is_nobody(&self) -> bool {
        matches!(self, Self::Nobody)
    }

    pub(super) fn stop(&self) -> Result<()> {
        match self {
            Self::Nobody => Ok(()),
            #[cfg(not(windows))]
            Self::Systemd(name) => systemctl("stop", name),
            #[cfg(windows)]
            Self::Windows => {
                screen("/End");
                crate::service::stop_it()
            }
        }
    }

    pub(super) fn start(&self) -> Result<()> {
        match self {
            Self::Nobody => Ok(()),
            #[cfg(not(windows))]
            Self::Systemd(name) => systemctl("start", name),
            #[cfg(windows)]
            Self::Windows => {
                screen("/Run");
                crate::service::start_it()
            }
        }
    }
}

#[cfg(not(windows))]
fn systemctl(word: &str, name: &str) -> Result<()> {
    let said = Command::new("systemctl").args([word, name]).stdin(Stdio::null()).output();
    let said = said.context("systemctl cannot be run; stop the server by hand and leave --service out")?;
    if !said.status.success() {
        bail!("systemctl {word} {name}: {}", String::from_utf8_lossy(&said.stderr).trim());
    }
    Ok(())
}

/// Where there is no such task, there is no screen to end or to show.
#[cfg(windows)]
fn screen(word: &str) {
    let mut command = Command::new("schtasks");
    command.args([word, "/TN", SCREEN]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _ = command.status();
}

/// Windows lets nobody replace a program that runs, so a copy of this one does it, in a window of its own.
#[cfg(windows)]
pub(super) fn elsewhere(choice: &crate::settings::Choice, file: &Path, patience: u64) -> Result<()> {
    use std::os::windows::process::CommandExt;
    /// The child gets a console of its own (CREATE_NEW_CONSOLE of CreateProcess).
    const NEW_CONSOLE: u32 = 0x10;
    /// The copy's name, beside the program, where nobody else may write: in the folder of passing files somebody else could have laid
    /// something under it, or a library beside it. It cannot remove itself; the next update replaces it.
    const COPY: &str = "boothpay-updating.exe";
    let program = crate::process::own_file()?;
    let copy = program.with_file_name(COPY);
    std::fs::copy(&program, &copy).map_err(|error| {
        let cure = crate::files::cure(&error);
        anyhow::Error::new(error)
            .context(format!("{} cannot be made; close the window of an earlier update. Else {cure}", copy.display()))
    })?;
    let mut command = Command::new(&copy);
    if let Some(settings) = crate::settings::load(choice).file {
        command.arg("--config").arg(settings);
    }
    if choice.development {
        command.arg("--development");
    }
    command.arg("update").arg(file).arg("--program").arg(&program).args(["--patience", &patience.to_string(), "--ask"]);
    command.creation_flags(NEW_CONSOLE).spawn().with_context(|| format!("{} cannot be started", copy.display()))?;
    crate::out::say!("The update goes on in a window of its own.");
    Ok(())
}
