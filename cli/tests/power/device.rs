//! A disk whose power can be cut. What is written to it stays in the memory of one process, `nbdkit` with a write-back cache,
//! until the file system asks for a flush, as the cache of a real disk does; `kill -9` of that process is the power cut.
//!
//! From below: an image file, nbdkit, nbdfuse (shows nbdkit's disk as a file), a loop device, ext4. Needs root and the Debian
//! packages nbdkit, libnbd-bin, fuse3 and e2fsprogs.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The beginning of the folder's name, which ends in the process id of the tests and a number.
const PREFIX: &str = "boothpay-power-";

/// How long a part of the disk may take to appear or to go.
const PATIENCE: Duration = Duration::from_secs(20);

/// The signal of the cut.
const KILLED: i32 = 9;

/// More than any disk here holds: nbdkit's cache never writes anything back by itself.
const CACHE: &str = "cache-max-size=4G";

/// Takes a disk apart, whatever of it is there; `$1` is its folder. Ends only processes whose command line names the folder.
const TAKE_APART: &str = r#"
    end() {
        pid=$(cat "$1/$2" 2>/dev/null) || return 0
        tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$1/" && kill -KILL "$pid"
    }
    end "$1" nbdkit.pid
    umount -l "$1/mnt"
    for loop in $(losetup -j "$1/fuse/disk" -O NAME -n); do losetup -d "$loop"; done
    end "$1" nbdfuse.pid
    umount -l "$1/fuse/disk"
    rm -rf --one-file-system "$1"
"#;

/// The disk; taken apart when it is dropped, and also when the tests are killed.
pub struct Device {
    folder: PathBuf,
    nbdkit: Option<Child>,
    nbdfuse: Option<Child>,
    loop_device: Option<String>,
    caretaker: Child,
    lifeline: Option<ChildStdin>,
}

impl Device {
    /// Makes a disk of so many MiB with an empty file system and switches it on. The error says what this machine lacks.
    pub fn new(mebibytes: u64) -> Result<Self, String> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        lacking()?;
        remove_leftovers();
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("{PREFIX}{}-{number}", std::process::id()));
        for part in ["fuse", "mnt"] {
            fs::create_dir_all(folder.join(part)).map_err(|error| error.to_string())?;
        }
        let mut caretaker = Command::new("sh")
            .args(["-c", &format!("cat >/dev/null; {TAKE_APART}"), "caretaker"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let lifeline = caretaker.stdin.take();
        let mut device = Self { folder, nbdkit: None, nbdfuse: None, loop_device: None, caretaker, lifeline };
        let image = fs::File::create(device.folder.join("disk.img")).map_err(|error| error.to_string())?;
        image.set_len(mebibytes << 20).map_err(|error| error.to_string())?;
        let loop_device = device.connect()?;
        run(Command::new("mkfs.ext4").args(["-q", "-F", &loop_device]))?;
        device.mount()?;
        Ok(device)
    }

    /// The folder in which its files are.
    pub fn root(&self) -> PathBuf {
        self.folder.join("mnt")
    }

    /// Everything written so far is on the disk when this returns, its cache included.
    pub fn sync(&self) {
        run(Command::new("sync").arg("-f").arg(self.root())).unwrap();
    }

    /// Cuts the power of the disk and, in the same instant, of the processes with these ids.
    pub fn cut(&mut self, computer: &[String]) {
        let mut nbdkit = self.nbdkit.take().expect("a disk that is switched on");
        // That one of many processes has just ended by itself is an error to `kill`, and none here.
        let _ = run(Command::new("kill").args(["-KILL", &nbdkit.id().to_string()]).args(computer));
        let death = nbdkit.wait().unwrap();
        assert_eq!(death.signal(), Some(KILLED), "the disk was to die by the cut: {death}");
    }

    /// Whether any process still works in a folder of the disk.
    pub fn is_used(&self) -> bool {
        let root = self.root();
        let mut processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        processes.any(|it| fs::read_link(it.path().join("cwd")).is_ok_and(|folder| folder.starts_with(&root)))
    }

    /// Switches a disk on again that had its power cut. Every process that used it has ended.
    pub fn power_on(&mut self) {
        run(Command::new("umount").arg("-l").arg(self.root())).unwrap();
        let loop_device = self.loop_device.take().expect("its loop device");
        run(Command::new("losetup").args(["-d", &loop_device])).unwrap();
        // The old file system goes when its last user does; until then the page cache above the disk is still there.
        let block = Path::new("/sys/block").join(loop_device.trim_start_matches("/dev/")).join("loop");
        wait_until("the dead file system goes", || !block.exists()).unwrap();
        if let Some(mut nbdfuse) = self.nbdfuse.take() {
            let _ = nbdfuse.kill();
            nbdfuse.wait().unwrap();
        }
        run(Command::new("umount").arg("-l").arg(self.folder.join("fuse/disk"))).unwrap();
        self.connect().and_then(|_| self.mount()).unwrap();
    }

    /// nbdkit, nbdfuse and the loop device, whose name it returns.
    fn connect(&mut self) -> Result<String, String> {
        let (socket, shown) = (self.folder.join("nbd.sock"), self.folder.join("fuse/disk"));
        let _ = fs::remove_file(&socket);
        fs::File::create(&shown).map_err(|error| error.to_string())?;
        let image = self.folder.join("disk.img");
        let size = fs::metadata(&image).map_err(|error| error.to_string())?.len();
        let mut nbdkit = ends_with_the_tests("nbdkit");
        // Its cache is a file without a name: it dies with the process.
        nbdkit.env("TMPDIR", &self.folder).args(["--foreground", "--unix"]).arg(&socket);
        nbdkit.args(["--filter=cache", "file"]).arg(&image).args(["cache=writeback", CACHE]);
        self.nbdkit = Some(self.spawn(nbdkit, "nbdkit")?);
        wait_until("nbdkit listens", || socket.exists())?;
        let mut nbdfuse = ends_with_the_tests("nbdfuse");
        nbdfuse.arg(&shown).arg("--unix").arg(&socket);
        self.nbdfuse = Some(self.spawn(nbdfuse, "nbdfuse")?);
        wait_until("nbdfuse shows the disk", || fs::metadata(&shown).is_ok_and(|it| it.len() == size))?;
        let loop_device = run(Command::new("losetup").args(["--find", "--show"]).arg(&shown))?;
        self.loop_device = Some(loop_device.clone());
        Ok(loop_device)
    }

    fn mount(&self) -> Result<(), String> {
        let loop_device = self.loop_device.as_deref().unwrap_or_default();
        run(Command::new("mount").arg(loop_device).arg(self.root())).map(drop)
    }

    fn spawn(&self, mut command: Command, name: &str) -> Result<Child, String> {
        let log = fs::File::create(self.folder.join(format!("{name}.log"))).map_err(|error| error.to_string())?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let child = child.map_err(|error| format!("{name}: {error}"))?;
        let pid = self.folder.join(format!("{name}.pid"));
        fs::write(pid, child.id().to_string()).map_err(|error| error.to_string())?;
        Ok(child)
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.lifeline = None;
        let _ = self.caretaker.wait();
        for mut child in [self.nbdkit.take(), self.nbdfuse.take()].into_iter().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A program that the system ends when the thread that started it ends, also by a kill.
pub fn ends_with_the_tests(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", program]);
    command
}

/// What this machine lacks that can be told beforehand.
fn lacking() -> Result<(), String> {
    if run(Command::new("id").arg("-u"))? != "0" {
        return Err("only root may mount a disk".to_owned());
    }
    let is_there = |program: &&str| {
        let sought = Command::new("sh").args(["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
        sought.is_ok_and(|status| status.success())
    };
    let programs = ["nbdkit", "nbdfuse", "fusermount3", "mkfs.ext4", "losetup", "setpriv"];
    let missing: Vec<&str> = programs.into_iter().filter(|program| !is_there(program)).collect();
    if !missing.is_empty() {
        return Err(format!("there is no {} here", missing.join(", ")));
    }
    match ["/dev/fuse", "/dev/loop-control"].into_iter().find(|device| !Path::new(device).exists()) {
        Some(device) => Err(format!("there is no {device} here")),
        None => Ok(()),
    }
}

/// Takes apart what tests have left that were killed together with their caretaker.
fn remove_leftovers() {
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('-')).map(|(owner, _)| owner);
        if owner.is_some_and(|pid| pid.parse::<u32>().is_ok() && !Path::new("/proc").join(pid).exists()) {
            let _ = Command::new("sh").args(["-c", TAKE_APART, "leftovers"]).arg(entry.path()).output();
        }
    }
}

/// Runs a program; what it printed, or why it failed.
pub fn run(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// Looks again and again until something is so.
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) -> Result<(), String> {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        if Instant::now() > deadline {
            return Err(format!("waited {PATIENCE:?} in vain until {what}"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
