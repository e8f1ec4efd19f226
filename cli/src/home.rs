//! What a start without any word does on Windows, so a double click: the booth that runs here in the browser, else the demonstration.

use crate::out::{self, say};
use crate::settings::{self, Choice};
use crate::{browser, demo, kiosk, serve};
use anyhow::Result;
use std::io;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

/// How often, and how many times, it is looked whether the demonstration answers.
const LOOKED_EVERY: Duration = Duration::from_millis(300);
const LOOKED_MAX: u32 = 200;

/// Opens the booth, or runs the demonstration until its window is closed.
pub(crate) fn run(choice: &Choice) -> Result<()> {
    let booth = serve::browser_address(settings::own(choice).orders);
    if answers(&booth) {
        say!("Boothpay runs on this computer: {booth}/");
        browser::open(&format!("{booth}/"));
        return Ok(());
    }
    say!("No Boothpay runs on this computer, so this is the demonstration. Close this window to end it.");
    say!(
        "How Boothpay is set up for a booth stands in README.txt; `boothpay --help` in a terminal names all commands."
    );
    say!();
    let booth = format!("http://127.0.0.1:{}", demo::PORT);
    thread::spawn(move || {
        for _ in 0..LOOKED_MAX {
            thread::sleep(LOOKED_EVERY);
            if answers(&booth) {
                browser::open(&format!("{booth}/"));
                return;
            }
        }
    });
    let ended = demo::run(&demo::DemoArguments::in_folder(demo_folder()));
    if let Err(error) = &ended {
        // The window would be gone before anybody has read why.
        out::complain(format_args!("{error:#}"));
        say!("Press Enter to close this window.");
        let _ = io::stdin().read_line(&mut String::new());
    }
    ended
}

fn answers(base: &str) -> bool {
    kiosk::answers(base.trim_start_matches("http://"))
}

/// The folder of programs may be nobody's to write.
fn demo_folder() -> PathBuf {
    let own = std::env::var_os("LocalAppData").map(|folder| PathBuf::from(folder).join("Boothpay"));
    own.unwrap_or_default().join("boothpay-demo")
}
