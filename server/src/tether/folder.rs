//! The folder into which a tethering program puts what the camera takes: which file belongs to a shot, and what is removed.
//!
//! The one that appeared after the shot, is whole, and is the newest of those. A name that was there before, in whatever form, is never taken:
//! not when its file grows on, gets another ending, or is written anew. So what an earlier customer's shot still becomes is nobody's.
//! When a file appeared is what we saw; the times written on it are the camera's, or a copying program's, and decide only between two that
//! we saw at once. A file is whole when its size rests between two looks, and it is a JPEG from its first mark to its last.

use crate::photos::pictures::BYTES_MAX;
use boothpay_layouts::is_whole;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How a JPEG begins.
const BEGINS: [u8; 2] = [0xff, 0xd8];

/// The folder, from shot to shot. Everything here waits for a disk.
pub(crate) struct Inbox {
    folder: PathBuf,
    leaves_files: bool,
    /// Since the last shot began, or since we looked first.
    arrivals: Option<Arrivals>,
    /// What could not be removed: another program has it open.
    stuck: Vec<PathBuf>,
}

impl Inbox {
    pub(crate) fn new(folder: PathBuf, leaves_files: bool) -> Self {
        Self { folder, leaves_files, arrivals: None, stuck: Vec::new() }
    }

    /// A shot begins: what is there is of before.
    pub(crate) fn begin(&mut self) -> io::Result<()> {
        self.tidy()?;
        self.arrivals = Some(Arrivals::begin(&self.folder)?);
        Ok(())
    }

    /// The newest whole picture of this shot so far, if there is one by now.
    pub(crate) fn look(&mut self) -> io::Result<Option<(PathBuf, Vec<u8>)>> {
        self.arrivals.as_mut().map_or(Ok(None), Arrivals::look)
    }

    /// A file that looked whole is no picture of this shot; another one may come.
    pub(crate) fn is_useless(&mut self, path: PathBuf) {
        if let Some(arrivals) = &mut self.arrivals {
            arrivals.useless.insert(path);
        }
    }

    /// Removes what came for shots that are over, where nothing is to be left. Fails when the folder is not there.
    pub(crate) fn tidy(&mut self) -> io::Result<()> {
        let Some(arrivals) = &self.arrivals else {
            self.arrivals = Some(Arrivals::begin(&self.folder)?);
            return Ok(());
        };
        let arrived = arrivals.pictures()?;
        if self.leaves_files {
            return Ok(());
        }
        let mut going: BTreeSet<PathBuf> = arrived.into_iter().collect();
        going.extend(self.stuck.iter().cloned());
        let stays = |path: &PathBuf| fs::remove_file(path).is_err_and(|it| it.kind() != io::ErrorKind::NotFound);
        let stuck: Vec<PathBuf> = going.into_iter().filter(stays).collect();
        for path in stuck.iter().filter(|path| !self.stuck.contains(path)) {
            tracing::warn!("a customer's picture stays in camera.folder until it can be removed: {}", path.display());
        }
        self.stuck = stuck;
        Ok(())
    }
}

/// What was in the folder before: its names, in small letters.
struct Before(BTreeSet<String>);

impl Before {
    fn look(folder: &Path) -> io::Result<Self> {
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(folder)? {
            names.insert(small(&entry?.file_name().to_string_lossy()));
        }
        Ok(Self(names))
    }

    /// Whether this file was there, or its companion (`DSC1.ARW`), or what becomes it (`DSC1.JPG.part`, `.DSC1.JPG.x4`).
    fn has(&self, path: &Path) -> bool {
        let stem = small(&path.file_stem().unwrap_or_default().to_string_lossy());
        let with_ending = format!("{stem}.");
        let next = self.0.range(with_ending.clone()..).next();
        self.0.contains(&stem) || next.is_some_and(|name| name.starts_with(&with_ending))
    }
}

/// A name without the marks of a file that is hidden or not finished.
fn small(name: &str) -> String {
    name.trim_start_matches(['.', '~']).to_lowercase()
}

/// A file as it was seen last.
struct Seen {
    bytes: u64,
    /// The look at which it was there first.
    first: u32,
}

/// The pictures of a shot, as they arrive.
struct Arrivals {
    folder: PathBuf,
    before: Before,
    looks: u32,
    seen: HashMap<PathBuf, Seen>,
    /// Whole files that are no pictures of this shot.
    useless: HashSet<PathBuf>,
}

impl Arrivals {
    fn begin(folder: &Path) -> io::Result<Self> {
        let before = Before::look(folder)?;
        Ok(Self { folder: folder.to_owned(), before, looks: 0, seen: HashMap::new(), useless: HashSet::new() })
    }

    /// A file that cannot be read yet is still being written.
    fn look(&mut self) -> io::Result<Option<(PathBuf, Vec<u8>)>> {
        self.looks = self.looks.saturating_add(1);
        let mut rested = Vec::new();
        for path in self.pictures()? {
            let Ok(about) = fs::metadata(&path) else { continue };
            let first = self.seen.get(&path).map_or(self.looks, |seen| seen.first);
            let seen = self.seen.insert(path.clone(), Seen { bytes: about.len(), first });
            if seen.is_none_or(|seen| seen.bytes != about.len()) {
                // It was looked at too early.
                self.useless.remove(&path);
            } else if !self.useless.contains(&path) {
                rested.push((first, about.modified().unwrap_or(SystemTime::UNIX_EPOCH), path, about.len()));
            }
        }
        rested.sort();
        while let Some((.., path, length)) = rested.pop() {
            if usize::try_from(length).is_ok_and(|length| length <= BYTES_MAX) {
                if let Some(bytes) = whole(&path) {
                    return Ok(Some((path, bytes)));
                }
            } else {
                tracing::warn!("a picture in camera.folder has more than 20 MB and is not taken: {}", path.display());
                self.useless.insert(path);
            }
        }
        Ok(None)
    }

    /// What has arrived and is named as a picture, whole or not.
    fn pictures(&self) -> io::Result<Vec<PathBuf>> {
        let mut pictures = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if is_named_as_jpeg(&path) && !self.before.has(&path) && path.is_file() {
                pictures.push(path);
            }
        }
        Ok(pictures)
    }
}

fn is_named_as_jpeg(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("jpg") || ending.eq_ignore_ascii_case("jpeg"))
}

/// A file's bytes, if it is a JPEG from its first mark to its last. Cameras write more after that: a preview, notes, zeros.
fn whole(path: &Path) -> Option<Vec<u8>> {
    let bytes = fs::read(path).ok()?;
    (bytes.starts_with(&BEGINS) && is_whole(&bytes)).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    const PHONE: &[u8] = include_bytes!("../photos/samples/phone.jpg");

    fn folder_with(names: &[&str]) -> TempDir {
        let folder = TempDir::new().unwrap();
        names.iter().for_each(|name| write(&folder, name, PHONE));
        folder
    }

    fn write(folder: &TempDir, name: &str, bytes: &[u8]) {
        fs::write(folder.path().join(name), bytes).unwrap();
    }

    fn shot(folder: &TempDir) -> Inbox {
        let mut inbox = Inbox::new(folder.path().to_owned(), false);
        inbox.begin().unwrap();
        inbox
    }

    fn name(found: Option<(PathBuf, Vec<u8>)>) -> Option<String> {
        found.map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned())
    }

    #[test]
    fn a_file_that_is_written_slowly_is_taken_when_it_is_whole_and_rests() {
        let folder = folder_with(&[]);
        let mut shot = shot(&folder);
        assert_eq!(name(shot.look().unwrap()), None);
        for part in [1, 2, 3] {
            write(&folder, "DSC01.JPG", &PHONE[..PHONE.len() * part / 4]);
            assert_eq!(name(shot.look().unwrap()), None, "it grows");
            assert_eq!(name(shot.look().unwrap()), None, "half of it rests, and has no end");
        }
        write(&folder, "DSC01.JPG", PHONE);
        assert_eq!(name(shot.look().unwrap()), None, "it grew since the last look");
        let (path, bytes) = shot.look().unwrap().unwrap();
        assert_eq!((path, bytes.as_slice()), (folder.path().join("DSC01.JPG"), PHONE));
    }

    #[test]
    fn what_was_there_before_is_never_taken_in_whatever_form_it_comes_back() {
        let folder = folder_with(&["DSC01.JPG", "dsc04.ARW", "DSC05.jpg.part"]);
        write(&folder, "DSC02.JPG", &PHONE[..100]);
        write(&folder, "DSC03.tmp", &PHONE[..100]);
        let mut shot = shot(&folder);
        write(&folder, "DSC02.JPG", PHONE);
        fs::rename(folder.path().join("DSC03.tmp"), folder.path().join("DSC03.JPG")).unwrap();
        write(&folder, "DSC04.JPG", PHONE);
        fs::rename(folder.path().join("DSC05.jpg.part"), folder.path().join("DSC05.jpg")).unwrap();
        write(&folder, "dsc01.jpeg", PHONE);
        for _ in 0..3 {
            assert_eq!(name(shot.look().unwrap()), None);
        }
        write(&folder, "DSC06.JPG", PHONE);
        shot.look().unwrap();
        assert_eq!(name(shot.look().unwrap()).as_deref(), Some("DSC06.JPG"));
    }

    #[test]
    fn other_files_and_rubbish_are_passed_over() {
        let folder = folder_with(&[]);
        let mut shot = shot(&folder);
        write(&folder, "DSC01.ARW", PHONE);
        write(&folder, "notes.txt", b"hello");
        write(&folder, "empty.jpg", b"");
        write(&folder, "zeros.jpg", &[0; 4096]);
        write(&folder, "rubbish.jpg", b"no picture at all");
        write(&folder, "marks.jpg", &[0xff, 0xd8, 0xff, 0xd9]);
        shot.look().unwrap();
        let (path, _) = shot.look().unwrap().unwrap();
        assert!(path.ends_with("marks.jpg"), "whoever decodes it finds out");
        shot.is_useless(path);
        assert_eq!(name(shot.look().unwrap()), None);
        for (name_after, after) in
            [("DSC02.jpg", &[0; 512][..]), ("DSC03.jpg", &PHONE[..200]), ("DSC04.jpg", &b"notes"[..])]
        {
            write(&folder, name_after, &[PHONE, after].concat());
            shot.look().unwrap();
            assert_eq!(name(shot.look().unwrap()).as_deref(), Some(name_after), "with something after its end");
        }
    }

    #[test]
    fn of_two_files_the_one_that_appeared_last_is_taken_whatever_its_time_says() {
        let folder = folder_with(&[]);
        let mut shot = shot(&folder);
        write(&folder, "DSC02.JPG", PHONE);
        let old = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        let aged = |name: &str| {
            fs::File::options().write(true).open(folder.path().join(name)).unwrap().set_modified(old).unwrap();
        };
        aged("DSC02.JPG");
        shot.look().unwrap();
        assert_eq!(name(shot.look().unwrap()).as_deref(), Some("DSC02.JPG"), "copied with the time of before");
        write(&folder, "DSC01.JPG", PHONE);
        aged("DSC01.JPG");
        write(&folder, "DSC00.JPG", PHONE);
        shot.look().unwrap();
        assert_eq!(name(shot.look().unwrap()).as_deref(), Some("DSC00.JPG"), "of two that came at once the newer");
        fs::remove_file(folder.path().join("DSC00.JPG")).unwrap();
        assert_eq!(name(shot.look().unwrap()).as_deref(), Some("DSC01.JPG"), "it came later than DSC02");
    }

    #[test]
    fn what_came_is_removed_when_its_shot_is_over_and_nothing_else_is() {
        let folder = folder_with(&["OWNERS.JPG"]);
        let mut inbox = shot(&folder);
        write(&folder, "DSC01.JPG", PHONE);
        write(&folder, "DSC02.JPG", &PHONE[..9]);
        write(&folder, "DSC02.ARW", PHONE);
        fs::create_dir(folder.path().join("album.jpg")).unwrap();
        inbox.tidy().unwrap();
        write(&folder, "late.jpg", PHONE);
        inbox.begin().unwrap();
        inbox.look().unwrap();
        assert_eq!(name(inbox.look().unwrap()), None);
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["DSC02.ARW", "OWNERS.JPG", "album.jpg"]);
    }

    #[test]
    fn names_with_dots_and_of_other_letters_are_told_apart() {
        let folder = folder_with(&["2026.11.29 12.30.01.jpg", "Снимок 1.jpg", ".DSC7.JPG.x4Kd"]);
        let mut shot = shot(&folder);
        write(&folder, "снимок 1.JPEG", PHONE);
        write(&folder, "DSC7.JPG", PHONE);
        shot.look().unwrap();
        assert_eq!(name(shot.look().unwrap()), None, "they are of before");
        for new in ["2026.11.29 12.30.09.jpg", "Снимок 2.jpg", "Oʻzbek 1.jpg"] {
            write(&folder, new, PHONE);
            shot.look().unwrap();
            assert_eq!(name(shot.look().unwrap()).as_deref(), Some(new));
            fs::remove_file(folder.path().join(new)).unwrap();
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_and_one_that_comes_back_is_none() {
        let folder = folder_with(&[]);
        let mut shot = shot(&folder);
        let place = folder.path().to_owned();
        drop(folder);
        assert!(shot.look().is_err() && shot.tidy().is_err() && shot.begin().is_err());
        fs::create_dir(&place).unwrap();
        assert!(shot.tidy().is_ok() && shot.begin().is_ok());
        fs::remove_dir(place).unwrap();
    }
}
