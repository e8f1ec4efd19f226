"""A computer to install packages on: a Debian that systemd starts in a container, on a disk whose power can be cut.

From below: an image file, nbdkit with a write-back cache (kill -9 of it loses what was not flushed, as a real disk does), nbdfuse, a loop
device, ext4, systemd-nspawn. The computer has no network but its own loopback. Needs root, and the Debian packages that `check` installs.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

# Seconds: for one command on the computer, and for something to become true. An emulated one is ten times slower than this machine.
COMMAND = 1200
PATIENCE = 900

DISK_BYTES = 3 << 30

# What a person's terminal has on a computer in Tashkent.
TERMINAL = ("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "HOME=/root", "TERM=dumb", "LANG=ru_RU.UTF-8")


def until(what, look, seconds=PATIENCE):
    """What `look` gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"it did not become true within {seconds} s: {what}")


def here(*words):
    """Runs a command on this machine, to its end."""
    ended = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND)
    assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"
    return ended.stdout.strip()


def let_go(mounted):
    """Whatever is mounted there. That nothing is, is what is wanted; a dead disk cannot even be asked."""
    subprocess.run(["umount", "--lazy", mounted], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=COMMAND)


class Computer:
    """Switched off at first. `close` takes everything apart, whatever of it is there."""

    def __init__(self, base):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="boothpay-computer-"))
        self.root = self.folder / "root"
        self.nbdkit = self.nbdfuse = self.machine = self.loop = self.leader = None
        self.root.mkdir()
        try:
            with open(self.folder / "disk.img", "wb") as image:
                image.truncate(DISK_BYTES)
            self._connect()
            here("mkfs.ext4", "-q", "-F", self.loop)
            self._mount()
            here("tar", "--extract", "--file", str(base), "--directory", str(self.root), "--numeric-owner")
            here("sync", "-f", str(self.root))
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # The disk

    def _connect(self):
        shown, socket = self.folder / "shown", self.folder / "nbd.sock"
        socket.unlink(missing_ok=True)
        shown.touch()
        # The cache is a file without a name: it dies with the process.
        self.nbdkit = subprocess.Popen(
            ["nbdkit", "--exit-with-parent", "--foreground", "--unix", str(socket), "--filter=cache", "file", str(self.folder / "disk.img"),
             "cache=writeback", "cache-max-size=8G"],
            stdin=subprocess.DEVNULL, stderr=(self.folder / "nbdkit.log").open("ab"), env=os.environ | {"TMPDIR": str(self.folder)},
        )
        until("nbdkit listens", socket.exists)
        self.nbdfuse = subprocess.Popen(
            ["nbdfuse", str(shown), "--unix", str(socket)], stdin=subprocess.DEVNULL, stderr=(self.folder / "nbdfuse.log").open("ab")
        )
        until("nbdfuse shows the disk", lambda: shown.stat().st_size == DISK_BYTES)
        self.loop = here("losetup", "--find", "--show", str(shown))

    def _mount(self):
        here("mount", self.loop, str(self.root))

    def _disconnect(self):
        """Takes the disk away, on which nobody works any more."""
        let_go(self.root)
        if self.loop:
            here("losetup", "--detach", self.loop)
            # The old file system goes when its last user does; until then what it remembers of the disk is still there.
            block = pathlib.Path("/sys/block") / self.loop.removeprefix("/dev/") / "loop"
            until("the disk is let go", lambda: not block.exists())
            self.loop = None
        for name in ("nbdfuse", "nbdkit"):
            if process := getattr(self, name):
                process.terminate() if name == "nbdkit" else process.kill()
                process.wait(PATIENCE)
                setattr(self, name, None)
        let_go(self.folder / "shown")

    # The power

    def boot(self):
        """Switched on; it is there when systemd has started everything."""
        words = ["systemd-nspawn", "--quiet", f"--directory={self.root}", "--boot", "--private-network", "--register=no",
                 "--console=pipe", "--machine=boothpay-computer", "--hostname=booth", "--timezone=off", "--resolv-conf=off"]
        # Without systemd here there is nobody who could give it a place of its own.
        if not pathlib.Path("/run/systemd/system").exists():
            words.append("--keep-unit")
        console = (self.folder / "console.log").open("ab")
        self.machine = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        self.leader = until("systemd runs", self._leader)
        until("it has started", lambda: self.run("systemctl is-system-running", code=None).strip() in ("running", "degraded"))

    def _leader(self):
        assert self.machine.poll() is None, (self.folder / "console.log").read_text("utf-8", "replace")
        children = pathlib.Path(f"/proc/{self.machine.pid}/task/{self.machine.pid}/children").read_text().split()
        systemd = [int(child) for child in children if pathlib.Path(f"/proc/{child}/cmdline").read_bytes().startswith(
            (b"/usr/lib/systemd/systemd", b"/lib/systemd/systemd", b"/sbin/init"))]
        return systemd[0] if systemd else None

    def cut_power(self):
        """The computer and its disk lose their power in the same instant. Switched on again, the disk has what was flushed."""
        self.nbdkit.send_signal(signal.SIGKILL)
        os.kill(self.leader, signal.SIGKILL)
        self.machine.wait(PATIENCE)
        self.machine = self.leader = None
        self._disconnect()
        self._connect()
        self._mount()

    def close(self):
        if self.leader:
            os.kill(self.leader, signal.SIGKILL)
        elif self.machine:
            self.machine.kill()
        if self.machine:
            self.machine.wait(PATIENCE)
        self._disconnect()
        shutil.rmtree(self.folder)

    # Its keyboard

    def start(self, command):
        """Starts a command as root in the running computer."""
        words = ["nsenter", "--target", str(self.leader), "--all", "--", "/usr/bin/env", "-i", *TERMINAL, "/bin/sh", "-c", command]
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, command, code=0, seconds=COMMAND):
        """Runs a command to its end. With `code` None any end will do."""
        process = self.start(command)
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert code is None or process.returncode == code, f"{command}: code {process.returncode}, {said}"
        return said

    def run_without_systemd(self, command):
        """Runs a command on the computer that is switched off, as whoever makes an image of a disk does."""
        keep = [] if pathlib.Path("/run/systemd/system").exists() else ["--keep-unit"]
        return here("systemd-nspawn", "--quiet", f"--directory={self.root}", "--private-network", "--register=no", "--console=pipe",
                    "--timezone=off", "--resolv-conf=off", *keep, "/usr/bin/env", "-i", *TERMINAL, "/bin/sh", "-c", command)

    def log(self):
        """The last lines of its journal."""
        return self.run("journalctl --no-pager --quiet --lines 40", code=None) if self.leader else "it is switched off"

    def file(self, path):
        """A file of its disk, as this machine finds it."""
        return self.root / path.removeprefix("/")
