//! Browsers of this computer: which are there, and how an address is opened in one.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Names under which Debian, Ubuntu and the makers install browsers that have a kiosk mode of Chromium's.
#[cfg(not(windows))]
const NAMES: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
];

/// Where their installers put them, below the folders of programs.
#[cfg(windows)]
const NAMES: [&str; 3] = [
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
];

/// The first browser that is there. Edge comes with Windows, so one is.
pub(crate) fn find() -> Option<PathBuf> {
    let files = NAMES.iter().flat_map(|name| folders().into_iter().map(move |folder| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}

#[cfg(not(windows))]
fn folders() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

#[cfg(windows)]
fn folders() -> Vec<PathBuf> {
    let variables = ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"];
    variables.iter().filter_map(std::env::var_os).map(PathBuf::from).collect()
}

/// Opens an address in the browser that the person at this computer uses. `false` where there is no way to.
pub(crate) fn open(address: &str) -> bool {
    let mut command = if cfg!(windows) {
        let mut command = Command::new("rundll32");
        command.args(["url.dll,FileProtocolHandler", address]);
        command
    } else {
        let mut command = Command::new("xdg-open");
        command.arg(address);
        command
    };
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}
