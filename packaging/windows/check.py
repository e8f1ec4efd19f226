#!/usr/bin/env python3
"""Tries what only Windows has, under wine: consoles, the service, the installer, a double click. packaging/windows/check starts it.

Each check is a function below, in the order in which they run; it fails by an assertion. Every wait has an end.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request

# Seconds: for one command, and for something to become true.
COMMAND = 180
PATIENCE = 60

PAYME_KEY = "Awk&ward?Key#With%36^Characters=0000"
PAYME = {"BOOTHPAY_PAYME_KEY": PAYME_KEY, "BOOTHPAY_PAYME_MERCHANT_ID": "587f72c72cac0d162c722ae2"}
CLICK = {
    "BOOTHPAY_CLICK_SERVICE_ID": "55555",
    "BOOTHPAY_CLICK_MERCHANT_ID": "777",
    "BOOTHPAY_CLICK_SECRET_KEY": PAYME_KEY,
}
UZUM = {"BOOTHPAY_UZUM_SERVICE_ID": "498614", "BOOTHPAY_UZUM_LOGIN": "uzum", "BOOTHPAY_UZUM_PASSWORD": "Awk&ward:word#%^"}

# Where the installer puts things, and a service finds them.
INSTALLED = r"C:\Program Files\Boothpay"
DATA = r"C:\ProgramData\Boothpay"

parser = argparse.ArgumentParser()
for name in ("wine", "program", "press", "setup", "linux", "folder"):
    parser.add_argument(f"--{name}", required=True, type=lambda word: pathlib.Path(word).absolute())
parser.add_argument("only", nargs="*", help="names of checks; without any, all")
given = parser.parse_args()
drive_c = pathlib.Path(os.environ["WINEPREFIX"]) / "drive_c"
checks = []


def check(function):
    """The function is one of the checks."""
    checks.append(function)
    return function


def unix(path):
    """A Windows path as this system names it."""
    return drive_c / path.removeprefix("C:\\").replace("\\", "/")


def environment(more=()):
    own = {name: value for name, value in os.environ.items() if not name.startswith("BOOTHPAY_")}
    return own | dict(more)


def run(*words, cwd=None, more=(), code=0, seconds=COMMAND, words_in=None):
    """Runs a command to its end. Its words go through a file: a pipe would stay open as long as wine's own programs."""
    with (given.folder / "words").open("w+b") as said:
        ended = subprocess.run(
            [str(word) for word in words], cwd=cwd or given.folder, env=environment(more), stdout=said,
            stderr=subprocess.STDOUT, timeout=seconds, **({"input": words_in} if words_in else {"stdin": subprocess.DEVNULL}),
        )
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    assert code is None or ended.returncode == code, f"{words}: code {ended.returncode}, {text}"
    return text


def wine(*words, **named):
    return run(given.wine, *words, **named)


def boothpay(*words, program=None, **named):
    return wine(program or given.program, *words, **named)


def until(what, look, seconds=PATIENCE):
    """What `look` gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"it did not become true within {seconds} s: {what}")


def ask(url, body=None):
    """Status and JSON of a call; no answer is (0, None)."""
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(call, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None
    except OSError:
        return 0, None


def answers(base):
    return ask(f"{base}/livez") == (200, {"status": "live"})


def pay(base, order):
    """An order of 10000 soum, paid as in development mode."""
    assert ask(f"{base}/api/generate-qr", {"order_id": order, "paymentType": "payme", "amount": 10000})[0] == 200
    assert ask(f"{base}/api/test-payment/{order}", {})[0] == 200
    assert status(base, order) == "success"


def status(base, order):
    return (ask(f"{base}/api/payment-status/{order}")[1] or {}).get("status")


@contextlib.contextmanager
def serving(*command, cwd, more=()):
    """A started server: its address and its process. Killed at the end, if it still runs."""
    log = cwd / "said"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [str(word) for word in command], cwd=cwd, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            env=environment({"BOOTHPAY_LISTEN": "127.0.0.1:0"} | dict(more)),
        )
    try:
        yield until(f"{command} says its address", lambda: address(log)), process
    finally:
        process.kill()
        process.wait(PATIENCE)


def address(log):
    for line in log.read_text("utf-8", "replace").splitlines():
        if line.startswith("Booth page:"):
            return line.removeprefix("Booth page:").strip().rstrip("/")
    return None


def new_folder(name):
    folder = given.folder / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def suites(program, base):
    """Each wallet's suite against one server."""
    for words in (
        ("payme", "--url", f"{base}/api/payme/webhook", "--key", PAYME_KEY),
        ("click", "--url", f"{base}/api/click", "--service-id", "55555", "--secret", PAYME_KEY),
        ("uzum", "--url", f"{base}/api/uzum", "--service-id", "498614", "--login", "uzum", "--password", "Awk&ward:word#%^"),
    ):
        report = given.folder / "report.json"
        report.unlink(missing_ok=True)
        run(*program, "sandbox", *words, f"--boothpay={base}", "--format", "json", "--output", report)
        verdicts = [rule["verdict"] for rule in json.loads(report.read_text("utf-8"))["rules"]]
        assert "failed" not in verdicts and verdicts.count("passed") > 20, f"{words[0]}: {verdicts}"
        print(f"    {words[0]}: {verdicts.count('passed')} rules kept, {verdicts.count('skipped')} not tried")


@check
def a_suite_on_windows_at_a_server_on_linux():
    with serving(given.linux, "serve", cwd=new_folder("linux"), more=PAYME | CLICK | UZUM) as (base, _):
        suites([given.wine, given.program], base)


@check
def a_suite_on_linux_at_a_server_on_windows():
    with serving(given.wine, given.program, "serve", cwd=new_folder("server"), more=PAYME | CLICK | UZUM) as (base, _):
        suites([given.linux], base)


@check
def folders_names_and_backups_in_cyrillic():
    folder = new_folder("Будка Чиланзар — копии")
    (folder / "boothpay.toml").write_bytes("\ufeff[booth]\r\nname = \"Будка\"\r\n[backup]\r\nfolder = 'копии'\r\n".encode())
    assert "Будка" in boothpay("check", cwd=folder, more={"BOOTHPAY_LISTEN": "127.0.0.1:0"})
    with serving(given.wine, given.program, "serve", cwd=folder) as (base, _):
        pay(base, "a")
        until("the server's own backup", lambda: list((folder / "копии").glob("*.db")))
        assert "verified" in boothpay("backup", "копии\\ночная.db", cwd=folder)
        pay(base, "b")
        assert "in use" in boothpay("restore", "копии\\ночная.db", "--force", cwd=folder, code=1)
    boothpay("restore", "копии\\ночная.db", "--force", cwd=folder)
    with serving(given.wine, given.program, "serve", cwd=folder) as (base, _):
        assert (status(base, "a"), status(base, "b")) == ("success", None)


@check
def a_backup_on_another_drive():
    disk, folder = new_folder("disk d"), new_folder("booth")
    drive = drive_c.parent / "dosdevices" / "d:"
    drive.unlink(missing_ok=True)
    drive.symlink_to(disk)
    with serving(given.wine, given.program, "serve", cwd=folder) as (base, _):
        pay(base, "a")
        boothpay("backup", "D:\\safe.db", cwd=folder)
    (folder / "boothpay.db").unlink()
    boothpay("restore", "D:\\safe.db", cwd=folder)
    assert "1 orders" in boothpay("verify", cwd=folder)


def pressed(key):
    folder = new_folder(f"pressed {key}")
    file = folder / "now"
    words = given.press, key, file, given.program, "serve"
    with serving(given.wine, *words, cwd=folder) as (base, process):
        pay(base, "a")
        file.touch()
        code = process.wait(PATIENCE)
        said = (folder / "said").read_text("utf-8", "replace")
    assert code == 0 and said.rstrip().endswith("stopped"), f"code {code}: {said}"
    assert not (folder / "boothpay.db-wal").exists(), "the database was not closed"


@check
def ctrl_c_stops_in_order():
    pressed("c")


@check
def a_double_click_without_a_booth_is_the_demonstration():
    opened = new_folder("browser") / "opened"
    browser = given.folder / "browser" / "xdg-open"
    browser.write_text(f'#!/bin/sh\necho "$1" >"{opened}"\n')
    browser.chmod(0o755)
    wine("reg", "add", r"HKCU\Software\Wine\WineBrowser", "/v", "Browsers", "/d", browser, "/f")
    folder = new_folder("clicked")
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [given.wine, given.program], cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment()
        )
    try:
        until("the browser opens the demonstration", lambda: opened.exists() and opened.read_text().strip())
        assert opened.read_text().strip() == "http://127.0.0.1:5000/"
        assert answers("http://127.0.0.1:5000")
        # A second one finds the first and opens it.
        opened.unlink()
        assert "runs on this computer" in boothpay(cwd=folder)
        until("the browser opens it again", opened.exists)
    finally:
        process.kill()
        process.wait(PATIENCE)


@check
def the_kiosk_starts_its_browser_again():
    folder = new_folder("kiosk")
    with serving(given.wine, given.program, "serve", cwd=folder) as (base, _):
        with (folder / "kiosk-said").open("wb") as said:
            # A browser that ends at once: what it was told is in the lines of the kiosk.
            process = subprocess.Popen(
                [given.wine, given.program, "kiosk", "--url", f"{base}/", "--browser", r"C:\windows\system32\hostname.exe",
                 "--profile", "profile"],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment(),
            )
        try:
            shows = lambda: (folder / "kiosk-said").read_text("utf-8", "replace").count("shows http")
            until("the browser is started twice", lambda: shows() >= 2)
        finally:
            process.kill()
            process.wait(PATIENCE)


def service_process():
    """The Linux process of the service."""
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit():
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                if "boothpay.exe" in words and "service run" in words:
                    return int(entry.name)
    return None


BOOTH = "http://127.0.0.1:5000"
installed = INSTALLED + r"\boothpay.exe"


def in_data(*words, program=installed, **named):
    return boothpay("--config", DATA + r"\boothpay.toml", *words, program=program, **named)


@check
def the_installer_installs_and_starts_the_service():
    shutil.rmtree(unix(DATA), ignore_errors=True)
    wine(given.setup, "/S")
    for name in ("boothpay.exe", "uninstall.exe", "screen.xml", "README.txt", "README.ru.txt", "checklist.ru.txt", "LICENSE.txt"):
        assert (unix(INSTALLED) / name).is_file(), name
    assert (unix(DATA) / "boothpay.toml").is_file()
    until("the service answers", lambda: answers(BOOTH))
    assert service_process(), "whatever answers is not the service"
    pay(BOOTH, "before-upgrade")
    assert (unix(DATA) / "boothpay.db").is_file() and (unix(DATA) / "log" / "boothpay.log").is_file()
    assert "as it should be: 1 orders" in in_data("verify")


@check
def the_service_stops_starts_and_comes_back_from_a_kill():
    boothpay("service", "stop", program=installed)
    assert not answers(BOOTH) and service_process() is None
    boothpay("service", "start", program=installed)
    assert answers(BOOTH), "it was told that the service runs before the server answered"
    os.kill(service_process(), signal.SIGKILL)
    until("the killed service is gone", lambda: not answers(BOOTH))
    # Wine's service manager starts no service again; Windows does, as it was told (checklist.ru.md).
    boothpay("service", "start", program=installed)
    assert status(BOOTH, "before-upgrade") == "success"


@check
def a_service_that_cannot_start_says_why():
    settings = unix(DATA) / "boothpay.toml"
    text = settings.read_text("utf-8")
    boothpay("service", "stop", program=installed)
    settings.write_text(text.replace("base_price = 25000", 'base_price = "free"'), "utf-8")
    boothpay("service", "start", program=installed, code=1)
    trouble = (unix(DATA) / "boothpay-trouble.txt").read_text("utf-8")
    assert "base_price" in trouble, trouble
    settings.write_text(text, "utf-8")
    boothpay("service", "start", program=installed)
    assert not (unix(DATA) / "boothpay-trouble.txt").exists()


@check
def an_upgrade_keeps_the_data_and_makes_a_backup():
    settings = unix(DATA) / "boothpay.toml"
    edited = settings.read_text("utf-8").replace('"Fotobox"', '"Будка владельца"')
    settings.write_text(edited, "utf-8")
    wine(given.setup, "/S")
    until("the service answers again", lambda: answers(BOOTH))
    assert settings.read_text("utf-8") == edited
    assert status(BOOTH, "before-upgrade") == "success"
    backups = list(unix(DATA).glob("before-upgrade-*.db"))
    assert len(backups) == 1, backups
    assert "as it should be: 1 orders" in in_data("verify", "--database", backups[0])


@check
def an_update_exchanges_the_program_and_a_wrong_file_changes_nothing():
    new, old = given.folder / "downloaded.exe", unix(INSTALLED) / "boothpay-old.exe"
    backups = lambda: set(unix(DATA).glob("before-upgrade-*.db"))
    before = backups()
    # A program, but not ours.
    shutil.copy(given.press, new)
    refused = in_data("update", new, "--program", installed, program=given.program, code=1)
    assert "nothing was changed" in refused, refused
    assert answers(BOOTH) and not old.exists() and backups() == before
    # Windows reads no byte behind a program's end, and the program is another file by it.
    new.write_bytes(given.program.read_bytes() + b"newer")
    # As an owner does it: the rest happens in a window of its own.
    assert "a window of its own" in in_data("update", new)
    until("the old program is kept", old.exists, seconds=COMMAND)
    until("the service answers", lambda: answers(BOOTH) and service_process())
    assert status(BOOTH, "before-upgrade") == "success"
    assert len(backups() - before) == 1
    assert not (unix(INSTALLED) / "boothpay-new.exe").exists()


@check
def doctor_makes_its_file():
    report = given.folder / "doctor.txt"
    report.unlink(missing_ok=True)
    in_data("doctor", "--to", report)
    text = report.read_text("utf-8")
    assert "Boothpay   0." in text and "MiB free" in text and "listening on 127.0.0.1:5000" in text, text


@check
def an_uninstallation_keeps_the_data():
    wine(unix(INSTALLED) / "uninstall.exe", "/S")
    # It copies itself away and goes on there.
    until("the program's folder is gone", lambda: not unix(INSTALLED).exists())
    assert service_process() is None and not answers(BOOTH)
    assert "there is no service Boothpay here" in boothpay("service", "start", code=1)
    for name in ("boothpay.toml", "boothpay.db"):
        assert (unix(DATA) / name).is_file(), name
    assert "as it should be: 1 orders" in boothpay("--config", DATA + r"\boothpay.toml", "verify")


failed = []
for function in checks:
    name = function.__name__
    if given.only and name not in given.only:
        continue
    begun = time.monotonic()
    try:
        function()
        print(f"ok      {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    except Exception:
        failed.append(name)
        print(f"FAILED  {name} ({time.monotonic() - begun:.1f} s)\n{traceback.format_exc()}", flush=True)
print(f"{len(failed)} of {len(checks)} checks failed" if failed else "All checks under wine passed.")
sys.exit(bool(failed))
