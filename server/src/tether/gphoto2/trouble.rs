//! What is wrong with the camera or its program, as `gphoto2` tells it: sorted by what its owner has to do.
//!
//! The texts that it is read from are those of gphoto2 2.5.28 to 2.5.32 (`shell.c`, `main.c`) and libgphoto2 2.5.30 to 2.5.34
//! (`gphoto2-port-result.c`, `gphoto2-result.c`), in English: it is started with `LC_ALL=C`.

use crate::limits::LIBGPHOTO2_MIN;
use crate::text::visible;

/// What is told of a program that has told nothing.
const NOTHING: &str = "nothing, and ended";

/// Why the camera cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// Its session is being opened.
    #[error("the camera is being connected")]
    Starting,
    /// The server stops.
    #[error("the server is being stopped")]
    Stopped,
    /// The program cannot be run.
    #[error("{0}; install it (apt install gphoto2), or correct camera.gphoto2")]
    Program(String),
    /// The library can mix up customers.
    #[error(
        "libgphoto2 {0} can hand one customer's picture to the next; install {min} or newer (the README, \"A camera over USB\")",
        min = version(&LIBGPHOTO2_MIN)
    )]
    TooOld(String),
    /// Nothing is at the USB that it knows.
    #[error(
        "gphoto2 finds no camera; is it on, its cable in, its USB connection set to \"PC Remote\", and may a service use the USB (the README, \
         \"A camera over USB\")?"
    )]
    NotThere,
    /// Somebody else has it.
    #[error(
        "another program has the camera (a desktop takes each one: sudo systemctl --global mask gvfs-gphoto2-volume-monitor, then start \
         the computer again), or this user may not use it (the group plugdev)"
    )]
    Held,
    /// The system does not let us.
    #[error(
        "the camera cannot be opened; may this user use it (the group plugdev, for the Debian package also its service)?"
    )]
    NotAllowed,
    /// An answer did not come in so many seconds.
    #[error("gphoto2 gave no answer within {0} s and was ended")]
    Silent(u64),
    /// The folder in which it works cannot be used.
    #[error("the folder of the camera's pictures: {0}")]
    Folder(String),
    /// Something else, in its own words.
    #[error("gphoto2 says: {0}")]
    Said(String),
}

impl Trouble {
    /// What a program has said that did not open the camera.
    pub(super) fn at_start(said: &str) -> Self {
        match Self::sorted(said) {
            // That is what libgphoto2 makes of "access denied" when it opens a device.
            Some(Self::Said(_)) if said.contains("(-7:") => Self::NotAllowed,
            Some(other) => other,
            None => Self::Said(last_line(said)),
        }
    }

    /// What it has said that lost the camera.
    pub(super) fn of(said: &str) -> Self {
        Self::sorted(said).unwrap_or_else(|| Self::Said(NOTHING.to_owned()))
    }

    fn sorted(said: &str) -> Option<Self> {
        let has = |texts: &[&str]| texts.iter().any(|text| said.contains(text));
        if has(&["(-53:", "(-60:", "Could not claim"]) {
            Some(Self::Held)
        } else if has(&["(-105:", "(-52:", "Could not detect any camera", "No camera found"]) {
            Some(Self::NotThere)
        } else {
            error_in(said).map(Self::Said)
        }
    }
}

/// The error in an answer, if it tells one: as the camera's driver has it, else the last of several, which says best what it was.
pub(super) fn error_in(said: &str) -> Option<String> {
    let is_error = |line: &&str| line.starts_with("*** Error (") || line.starts_with("ERROR: ");
    let last = said.lines().map(str::trim).rfind(is_error)?;
    let of_driver = said.lines().map(str::trim).skip_while(|line| *line != "*** Error ***").nth(1);
    let line = of_driver.filter(|line| !line.is_empty()).unwrap_or(last);
    Some(visible(line.trim_matches(['*', ' '])))
}

fn last_line(said: &str) -> String {
    visible(said.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or(NOTHING))
}

/// The library's version in what `gphoto2 --version` says: as it is written, and as numbers.
pub(super) fn library(said: &str) -> Option<(String, [u32; 3])> {
    let mut words = said.lines().find_map(|line| line.strip_prefix("libgphoto2 "))?.split_whitespace();
    let written = words.next()?;
    let mut parts = written.split(|it: char| !it.is_ascii_digit()).map(str::parse::<u32>);
    let mut part = || parts.next()?.ok();
    Some((visible(written), [part()?, part()?, part()?]))
}

fn version(parts: &[u32; 3]) -> String {
    let [major, minor, patch] = parts;
    format!("{major}.{minor}.{patch}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Debian's program said without a camera.
    const NONE: &str = "For debugging messages, please use the --debug option.\n\n\
                        *** Error ***              \nCould not detect any camera\n*** Error (-105: 'Unknown model') ***       \n\n";

    #[test]
    fn what_it_says_is_sorted_by_its_cure() {
        assert_eq!(Trouble::at_start(NONE), Trouble::NotThere);
        let claimed = "*** Error ***              \nAn error occurred in the io-library ('Could not claim the USB device'): Could not claim \
                       interface 0 (Device or resource busy). Make sure no other program (gvfs-gphoto2-volume-monitor) or kernel module (such as \
                       sdc2xx, stv680, spca50x) is using the device and you have read/write access to the device.\n\
                       *** Error (-53: 'Could not claim the USB device') ***       \n\n";
        assert_eq!(Trouble::at_start(claimed), Trouble::Held);
        let io = "*** Error (-7: 'I/O problem') ***";
        assert_eq!(Trouble::at_start(io), Trouble::NotAllowed);
        assert_eq!(Trouble::of(io), Trouble::Said("Error (-7: 'I/O problem')".to_owned()));
        let gone = "*** Error (-52: 'Could not find the requested device on the USB port') ***";
        assert_eq!(Trouble::of(gone), Trouble::NotThere);
        // Debian's program with another build of the library, on a computer without USB.
        assert_eq!(Trouble::at_start("*** Error: No camera found. ***\n\n"), Trouble::NotThere);
        let crashed = "capture-image-and-download\n";
        assert_eq!(Trouble::of(crashed), Trouble::Said("nothing, and ended".to_owned()));
        let wrapped = "/opt/gphoto2/run: 3: exec: gphoto2: not found\n";
        assert_eq!(Trouble::at_start(wrapped), Trouble::Said(wrapped.trim().to_owned()));
    }

    #[test]
    fn an_error_is_found_among_other_lines() {
        let focus = "capture-image-and-download\nERROR: Could not capture image.\nERROR: Could not capture.\n*** Error (-1: 'Unspecified error') ***\n";
        assert_eq!(error_in(focus).as_deref(), Some("Error (-1: 'Unspecified error')"));
        let full = "capture-image-and-download\n\n*** Error ***              \nCamera memorycard ran full during capture.\nERROR: Could not capture image.\nERROR: Could not capture.\n*** Error (-3: 'Out of memory') ***       \n\n";
        assert_eq!(error_in(full).as_deref(), Some("Camera memorycard ran full during capture."));
        assert_eq!(error_in("/store_00010001/DCIM/100GPHOT/GPH_0099.JPG\nUNKNOWN PTP Property d215 changed\n"), None);
    }

    #[test]
    fn the_librarys_version_is_read() {
        let debian = "gphoto2 2.5.28\n\nThis version of gphoto2 is using the following software versions and options:\n\
                      gphoto2         2.5.28         gcc, popt(m), exif, cdk, aa, jpeg, readline\n\
                      libgphoto2      2.5.30         standard camlibs, gcc, no ltdl, EXIF\n\
                      libgphoto2_port 0.12.1         iolibs: disk ptpip serial usb1 usbdiskdirect usbscsi\n";
        assert_eq!(library(debian), Some(("2.5.30".to_owned(), [2, 5, 30])));
        assert_eq!(library("libgphoto2      2.5.34.1      all camlibs"), Some(("2.5.34.1".to_owned(), [2, 5, 34])));
        assert_eq!(library("another program 1.0\n"), None);
    }
}
