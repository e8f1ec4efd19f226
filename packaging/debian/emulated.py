"""A computer of another kind than this one, emulated whole: QEMU with Debian's own kernel for it. So the package for a Raspberry Pi is tried on a PC.

The disk, and how its power is cut, are those of computer.py. The running computer is reached by QEMU's guest agent: it has no network.
"""

import base64
import json
import pathlib
import shutil
import socket
import subprocess
import time

from computer import COMMAND, PATIENCE, TERMINAL, Computer, let_go, here, until

# The Raspberry Pi 4's processor, and the memory of its smallest model.
PROCESSOR = "cortex-a72"
MEMORY_MB = 1024

# Bytes of a file in one message to the agent: it takes the message apart in memory.
FILE_PART_BYTES = 1 << 20


class Emulated(Computer):
    """As any computer of the checks. While it runs its files are read through the agent, else from its disk."""

    def boot(self):
        boot = self.root / "boot"
        for name, pattern in (("kernel", "vmlinuz-*"), ("initrd", "initrd.img-*")):
            [found] = boot.glob(pattern)
            shutil.copy(found, self.folder / name)
        # The disk is the computer's own now.
        self._take_off()
        agent = self.folder / "agent.sock"
        agent.unlink(missing_ok=True)
        console = (self.folder / "console.log").open("ab")
        self.machine = subprocess.Popen(
            ["qemu-system-aarch64", "-machine", "virt", "-cpu", PROCESSOR, "-smp", "2", "-m", str(MEMORY_MB), "-accel", "tcg,thread=multi",
             "-nodefaults", "-no-user-config", "-display", "none", "-nic", "none", "-serial", "stdio",
             "-kernel", str(self.folder / "kernel"), "-initrd", str(self.folder / "initrd"),
             "-append", "root=/dev/vda rw console=ttyAMA0 systemd.hostname=booth quiet",
             "-drive", f"if=virtio,format=raw,cache=writeback,file=nbd+unix:///?socket={self.folder / 'nbd.sock'}",
             "-device", "virtio-rng-pci", "-device", "virtio-serial-pci",
             "-chardev", f"socket,id=agent,path={agent},server=on,wait=off",
             "-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"],
            stdin=subprocess.DEVNULL, stdout=console, stderr=console,
        )
        self.leader = self.machine.pid
        until("QEMU has started", agent.exists)
        self.agent = socket.socket(socket.AF_UNIX)
        self.agent.settimeout(COMMAND)
        self.agent.connect(str(agent))
        self.said = self.agent.makefile("rb")
        # What is asked before the agent runs is kept for it.
        token = time.monotonic_ns() % (1 << 31)
        assert self.ask("guest-sync", id=token) == token, (self.folder / "console.log").read_text("utf-8", "replace")
        until("it has started", lambda: self.run("systemctl is-system-running", code=None).strip() in ("running", "degraded"))

    def _take_off(self):
        """Takes the disk off this machine; its cache, which is what a power cut loses, stays."""
        here("umount", str(self.root))
        here("losetup", "--detach", self.loop)
        self.loop = None
        self.nbdfuse.kill()
        self.nbdfuse.wait(PATIENCE)
        self.nbdfuse = None
        let_go(self.folder / "shown")

    def ask(self, command, **arguments):
        """What the agent answers to one of its commands."""
        assert self.machine.poll() is None, (self.folder / "console.log").read_text("utf-8", "replace")
        self.agent.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        answer = json.loads(self.said.readline())
        assert "return" in answer, f"{command}: {answer}"
        return answer["return"]

    def start(self, command):
        pid = self.ask("guest-exec", path="/bin/sh", arg=["-c", f"exec 2>&1; {command}"], env=list(TERMINAL),
                       **{"capture-output": True})["pid"]
        return Started(self, pid)

    def log(self):
        # The agent tells of each question.
        return self.run("journalctl --no-pager --quiet | grep -v qemu-ga | tail -40", code=None) if self.leader else "it is switched off"

    def file(self, path):
        return RunningFile(self, pathlib.PurePosixPath(path)) if self.leader else super().file(path)


class Started:
    """A command that runs on the computer; used as `subprocess` uses a process."""

    def __init__(self, computer, pid):
        self.computer, self.pid, self.returncode = computer, pid, None

    def communicate(self, timeout):
        end = time.monotonic() + timeout
        while not (status := self.computer.ask("guest-exec-status", pid=self.pid))["exited"]:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.05)
        # As `subprocess` tells what a signal has ended.
        self.returncode = -status["signal"] if "signal" in status else status["exitcode"]
        return base64.b64decode(status.get("out-data", "")).decode("utf-8", "replace"), None

    def kill(self):
        self.computer.ask("guest-exec", path="/bin/kill", arg=["-KILL", str(self.pid)])


class RunningFile:
    """A file of a running computer, with what the checks ask of a path."""

    def __init__(self, computer, path):
        self.computer, self.path = computer, path

    def __hash__(self):
        return hash(self.path)

    def __eq__(self, other):
        return self.path == other.path

    def _test(self, flag):
        return self.computer.run(f"test -{flag} '{self.path}' && echo yes", code=None) == "yes\n"

    @property
    def name(self):
        return self.path.name

    def exists(self):
        return self._test("e")

    def is_file(self):
        return self._test("f")

    def read_text(self):
        return self.computer.run(f"cat '{self.path}'")

    def write_text(self, text):
        self.write_bytes(text.encode())

    def write_bytes(self, content):
        handle = self.computer.ask("guest-file-open", path=str(self.path), mode="w")
        for at in range(0, len(content), FILE_PART_BYTES):
            part = content[at:at + FILE_PART_BYTES]
            written = self.computer.ask("guest-file-write", handle=handle, **{"buf-b64": base64.b64encode(part).decode()})
            assert written["count"] == len(part)
        self.computer.ask("guest-file-close", handle=handle)

    def unlink(self):
        self.computer.run(f"rm '{self.path}'")

    def glob(self, pattern):
        said = self.computer.run(f"cd '{self.path}' && ls -d {pattern} 2>/dev/null", code=None)
        return [RunningFile(self.computer, self.path / name) for name in said.split()]
