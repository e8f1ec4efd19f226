#!/usr/bin/env python3
"""Tries the packages as their owner meets them: installed, killed, without power, upgraded, removed. packaging/debian/check starts it.

Each check is a function below, in the order in which they run, on one computer for the server and one for the screen; it fails by an
assertion. Every wait has an end.
"""

import argparse
import json
import pathlib
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback

from computer import Computer, here, until
from emulated import Emulated

KEY = "Awk&ward?Key#With%36^Characters=0000"
SETTINGS = "/etc/boothpay/boothpay.toml"
DATA = "/var/lib/boothpay"
BOOTHPAY = f"runuser -u boothpay -- boothpay --config {SETTINGS}"
WEBHOOK = f"--url http://127.0.0.1:5000/api/payme/webhook --key '{KEY}'"

# The most that systemd may call the service exposed, out of 10.
EXPOSED_MAX = 2.0

parser = argparse.ArgumentParser()
for name in ("package", "base", "kiosk", "screen"):
    parser.add_argument(f"--{name}", required=name in ("package", "base"), type=lambda word: pathlib.Path(word).absolute())
parser.add_argument("--emulated", action="store_true", help="the packages are for another kind of computer, which QEMU emulates")
given = parser.parse_args()
on_the_server, on_the_screen = [], []
paid = []


def check(function):
    """The function is one of the checks of the server."""
    on_the_server.append(function)
    return function


def check_screen(function):
    """The function is one of the checks of the screen."""
    on_the_screen.append(function)
    return function


# Packages

def version_of(package):
    return here("dpkg-deb", "--field", str(package), "Version")


def another(folder, version):
    """The same package with another version."""
    inside = folder / "inside"
    here("dpkg-deb", "--raw-extract", str(given.package), str(inside))
    control = inside / "DEBIAN/control"
    control.write_text(re.sub("(?m)^Version: .*$", f"Version: {version}", control.read_text()))
    made = folder / f"boothpay_{version}.deb"
    here("dpkg-deb", "--root-owner-group", "-Znone", "--build", str(inside), str(made))
    shutil.rmtree(inside)
    return made


def put(computer, package):
    """The package as a file on the computer."""
    name = f"/root/{package.name}"
    computer.file(name).write_bytes(package.read_bytes())
    return name


# With a terminal that asks nobody, and files that only their maker may read.
APT = "umask 077; apt-get --yes --quiet --quiet"


def install(computer, package, code=0):
    name = put(computer, package)
    try:
        return computer.run(f"{APT} install {name}", code=code)
    finally:
        computer.file(name).unlink()


def installed(computer):
    return computer.run("dpkg-query --show --showformat='${Status} ${Version}' boothpay", code=None).split()[-2:]


# The server

def process(computer):
    return int(computer.run("systemctl show --property MainPID --value boothpay"))


def state(computer):
    return computer.run("systemctl is-active boothpay", code=None).strip()


def answers(computer):
    """Whether it takes payments."""
    ask = "exec 3<>/dev/tcp/127.0.0.1/5000 && printf 'GET /readyz HTTP/1.0\\r\\nHost: 127.0.0.1:5000\\r\\n\\r\\n' >&3 && timeout 10 cat <&3"
    return '{"status":"ready"}' in computer.run(f'bash -c "{ask}"', code=None)


def serves(computer):
    """It comes by itself, and knows every payment."""
    until("it answers", lambda: answers(computer))
    for order in paid:
        assert status(computer, order) == "paid", order


def status(computer, order):
    return json.loads(computer.run(f"{BOOTHPAY} order show {order}"))["status"]


def pay(computer):
    """An order, paid by Payme."""
    order = json.loads(computer.run(f"{BOOTHPAY} order create --copies 1"))
    number, amount = order["order_id"], order["amount_tiyin"]
    said = computer.run(f"boothpay sandbox pay {number} --amount {amount} {WEBHOOK}")
    assert status(computer, number) == "paid", said
    paid.append(number)


def inode(computer, path):
    return int(computer.run(f"stat --format %i {path}"))


def backups(computer):
    return set(computer.file(DATA).glob("before-upgrade-*.db"))


def one_more_backup(computer, before):
    new = backups(computer) - before
    assert len(new) == 1, new
    said = computer.run(f"{BOOTHPAY} verify --database {DATA}/{new.pop().name}")
    assert f"as it should be: {len(paid)} orders" in said, said


@check
def installed_into_an_image_it_serves_at_the_first_start_without_a_network(computer, _):
    """As for the memory card of a Raspberry Pi: nothing runs while it is installed."""
    computer.run_without_systemd(f"{APT} install {put(computer, given.package)}")
    assert not computer.file(DATA + "/boothpay.db").exists()
    computer.boot()
    serves(computer)
    assert computer.run("ls /sys/class/net").split() == ["lo"]


@check
def a_purge_leaves_no_settings_and_all_payments(computer, _):
    computer.file("/etc/boothpay/own.key").write_text("the owner's")
    said = computer.run(f"{APT} purge boothpay")
    assert "the payments in /var/lib/boothpay are kept" in said, said
    assert not computer.file(SETTINGS).exists() and computer.file("/etc/boothpay/own.key").exists()
    assert computer.file(DATA + "/boothpay.db").is_file() and state(computer) != "active"
    computer.run(f"rm -r {DATA} /etc/boothpay")


@check
def installed_on_a_running_computer_it_serves_at_once(computer, _):
    said = install(computer, given.package)
    assert state(computer) == "active", said
    serves(computer)
    assert computer.run(f"stat --format '%a %U:%G' {SETTINGS} /etc/boothpay {DATA} {DATA}/boothpay.db").splitlines() == [
        "600 boothpay:boothpay", "750 root:boothpay", "750 boothpay:boothpay", "600 boothpay:boothpay"]
    assert computer.run(f"stat --format %U /proc/{process(computer)}").strip() == "boothpay"
    assert computer.run("systemctl is-enabled boothpay").strip() == "enabled"
    log = computer.run("journalctl --unit boothpay --no-pager")
    assert "play money" in log or "development" in log, log


@check
def the_service_may_do_little(computer, _):
    said = computer.run("systemd-analyze security --no-pager boothpay.service")
    exposed = float(re.search(r"exposure level for boothpay.service: ([0-9.]+)", said).group(1))
    assert exposed <= EXPOSED_MAX, said
    computer.run("systemd-analyze verify boothpay.service")


@check
def a_wallet_is_connected_and_pays(computer, _):
    computer.run("install -m 600 -o boothpay /dev/null /etc/boothpay/payme.key")
    computer.file("/etc/boothpay/payme.key").write_text(KEY)
    # The owner's editor.
    settings = computer.file(SETTINGS)
    settings.write_text(settings.read_text().replace('"Fotobox"', '"Фотобудка на Чиланзаре"')
                        + '\n[payme]\nmerchant_id = "587f72c72cac0d162c722ae2"\nkey_file = "payme.key"\n')
    said = computer.run(f"{BOOTHPAY} check")
    assert "chmod" not in said, said
    # What was tried with play money is not money.
    computer.run(f"systemctl stop boothpay && rm {DATA}/boothpay.db* && systemctl start boothpay")
    serves(computer)
    pay(computer)


@check
def killed_it_comes_back(computer, _):
    before = process(computer)
    computer.run(f"kill -KILL {before}")
    until("another process serves", lambda: process(computer) not in (0, before))
    serves(computer)
    pay(computer)


@check
def stuck_it_is_started_anew(computer, _):
    before = process(computer)
    computer.run(f"kill -STOP {before}")
    until("another process serves", lambda: process(computer) not in (0, before))
    serves(computer)


@check
def a_power_cut_after_a_payment_loses_nothing(computer, _):
    pay(computer)
    computer.cut_power()
    computer.boot()
    serves(computer)
    said = computer.run(f"{BOOTHPAY} verify")
    assert f"as it should be: {len(paid)} orders" in said, said
    pay(computer)


@check
def two_upgrades_in_a_row_keep_the_owners_settings_and_make_a_backup_each(computer, folder):
    settings = computer.file(SETTINGS)
    for version in ("7.0-1", "7.1-1"):
        text, before, running = settings.read_text(), backups(computer), process(computer)
        # A later version brings other settings of its own than this one; the owner's file is nobody's to ask about.
        install(computer, another(folder, version))
        assert installed(computer) == ["installed", version]
        assert settings.read_text() == text
        assert process(computer) not in (0, running), "the old program still runs"
        serves(computer)
        one_more_backup(computer, before)
    pay(computer)


@check
def upgraded_while_it_is_stopped_it_stays_stopped(computer, folder):
    before = backups(computer)
    computer.run("systemctl stop boothpay")
    install(computer, another(folder, "7.2-1"))
    assert state(computer) == "inactive"
    one_more_backup(computer, before)
    computer.run("systemctl disable --quiet boothpay")
    install(computer, another(folder, "7.3-1"))
    assert state(computer) == "inactive" and computer.run("systemctl is-enabled boothpay", code=None).strip() == "disabled"
    computer.run("systemctl enable --quiet --now boothpay")
    serves(computer)
    assert len(backups(computer)) == 3, backups(computer)


@check
def without_a_backup_there_is_no_upgrade(computer, folder):
    """The disk is full, for everybody but root."""
    running, before, was = process(computer), backups(computer), installed(computer)
    package = another(folder, "7.4-1")
    put(computer, package)
    # All but a little at once, and the rest byte by byte.
    room = int(computer.run(f"df --output=avail --block-size=1 {DATA}").split()[-1]) - (64 << 20)
    computer.run(f"runuser -u boothpay -- fallocate --length {room} {DATA}/full")
    computer.run(f"runuser -u boothpay -- dd if=/dev/zero of={DATA}/full bs=64k oflag=append conv=notrunc", code=1)
    said = install(computer, package, code=100)
    assert "could not be backed up, so nothing was changed" in said and "make room" in said, said
    assert installed(computer) == was and process(computer) == running and backups(computer) == before
    computer.run(f"rm {DATA}/full")
    serves(computer)
    install(computer, package)
    serves(computer)
    one_more_backup(computer, before)


@check
def a_downgrade_changes_nothing_and_says_how_to_go_back(computer, _):
    running, before, was = process(computer), backups(computer), installed(computer)
    said = computer.run(f"{APT} install --allow-downgrades {put(computer, given.package)}", code=100)
    assert "may not be able to read its database. Nothing was changed." in said and "sudo apt remove boothpay" in said, said
    assert installed(computer) == was and process(computer) == running and backups(computer) == before
    # As it says.
    computer.run(f"{APT} remove boothpay")
    assert state(computer) != "active" and computer.file(SETTINGS).is_file()
    install(computer, given.package)
    one_more_backup(computer, before)
    assert installed(computer) == ["installed", version_of(given.package)]
    serves(computer)
    pay(computer)


@check
def an_upgrade_with_mistaken_settings_says_so_and_ends(computer, folder):
    settings = computer.file(SETTINGS)
    text = settings.read_text()
    # The mistake is made while the server runs, so nobody has seen it yet.
    settings.write_text(text.replace("base_price = 25000", 'base_price = "free"'))
    said = install(computer, another(folder, "7.5-1"), code=100)
    assert "base_price" in said and "nothing was changed" in said, said
    assert answers(computer)
    settings.write_text(text)
    install(computer, another(folder, "7.5-1"))
    # And one that only the restart meets: it tries again until the cure is there.
    settings.write_text(text.replace("base_price = 25000", 'base_price = "free"'))
    computer.run("systemctl restart boothpay", code=1)
    settings.write_text(text)
    serves(computer)


@check
def the_power_goes_in_the_middle_of_an_upgrade(computer, folder):
    program = "/usr/bin/boothpay"
    moments = {
        "7.6-1": lambda before, was: backups(computer) - before,
        "7.7-1": lambda before, was: inode(computer, program) != was,
    }
    for version, moment in moments.items():
        package = put(computer, another(folder, version))
        computer.run(f"sync {package}")
        before, was = backups(computer), inode(computer, program)
        computer.start(f"{APT} install {package}")
        until(f"the moment in the upgrade to {version}", lambda: moment(before, was))
        computer.cut_power()
        computer.boot()
        # Whichever program is there serves by itself; then the owner does what dpkg and apt tell him.
        serves(computer)
        pay(computer)
        computer.run("umask 077; dpkg --configure -a")
        computer.run(f"{APT} install {package}")
        assert installed(computer) == ["installed", version]
        serves(computer)


@check
def removed_and_installed_again_it_goes_on(computer, _):
    computer.run(f"{APT} purge boothpay")
    assert computer.file("/etc/boothpay/payme.key").exists(), "a key went"
    install(computer, given.package)
    # The settings are as new and name no wallet: on a database that a wallet has used, nobody may begin to play.
    assert not answers(computer)
    settings = computer.file(SETTINGS)
    settings.write_text(settings.read_text() + '\n[payme]\nmerchant_id = "587f72c72cac0d162c722ae2"\nkey_file = "payme.key"\n')
    serves(computer)
    said = computer.run(f"{BOOTHPAY} verify")
    assert f"as it should be: {len(paid)} orders" in said, said


@check
def what_is_installed_keeps_every_rule_of_payme(computer, _):
    said = computer.run(f"boothpay sandbox payme {WEBHOOK} --boothpay=http://127.0.0.1:5000 --format json")
    verdicts = [rule["verdict"] for rule in json.loads(said[said.index("{"):said.rindex("}") + 1])["rules"]]
    assert "failed" not in verdicts and verdicts.count("passed") > 20, verdicts


# A container has no screen: cage draws into memory instead, and there is no terminal that it could take.
NO_SCREEN = """[Unit]
ConditionPathExists=
[Service]
TTYPath=
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
StandardInput=null
UtmpIdentifier=
Environment=WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1
"""


def processes(computer, *words):
    """Those of the screen's user whose command has all these words."""
    look = "cd /proc; for p in [0-9]*; do [ $(stat -c %U $p) != boothpay-kiosk ] || echo $p $(tr '\\0' ' ' <$p/cmdline); done 2>/dev/null"
    return [int(line.split()[0]) for line in computer.run(look, code=None).splitlines() if all(word in line for word in words)]


def browsers(computer):
    """Browsers, without the processes that they start themselves."""
    every = processes(computer, "/chromium --", "--kiosk")
    return [it for it in every if it not in processes(computer, "/chromium --", "--type=")]


def shows_the_page(computer):
    """A browser of the screen's user talks to the server."""
    user = computer.run("id --user boothpay-kiosk").strip()
    port = f":{5000:04X}"
    connections = [line.split() for line in computer.run("cat /proc/net/tcp").splitlines()[1:]]
    # Of each: its number, from, to, state, ..., whose it is.
    return any(to.endswith(port) and rest[3] == user for _, _, to, _, *rest in connections)


@check_screen
def the_screen_shows_the_page(computer, _):
    computer.boot()
    computer.run(f"{APT} install {put(computer, given.package)} {put(computer, given.kiosk)}")
    assert computer.run("systemctl is-enabled boothpay-kiosk").strip() == "enabled"
    own = computer.file("/etc/systemd/system/boothpay-kiosk.service.d/no-screen.conf")
    own.parent.mkdir()
    own.write_text(NO_SCREEN)
    computer.run("systemctl daemon-reload && systemctl start boothpay-kiosk")
    until("the page is shown", lambda: shows_the_page(computer))
    assert computer.run("stat --format %U /var/lib/boothpay-kiosk/browser").strip() == "boothpay-kiosk"


@check_screen
def a_browser_that_ends_is_started_again(computer, _):
    [before] = browsers(computer)
    computer.run(f"kill -KILL {before}")
    until("another browser runs", lambda: any(it != before for it in browsers(computer)))
    until("the page is shown", lambda: shows_the_page(computer))


@check_screen
def a_service_that_is_killed_or_restarted_leaves_nothing_behind(computer, _):
    for command in ("systemctl restart boothpay-kiosk", "systemctl kill --kill-who=main --signal=KILL boothpay-kiosk"):
        [before] = browsers(computer)
        computer.run(command)
        until("one other browser runs", lambda: len(browsers(computer)) == 1 and browsers(computer) != [before])
        until("the page is shown", lambda: shows_the_page(computer))
        assert len(processes(computer, " kiosk --profile")) == 2, "cage and what it started"


@check_screen
def after_a_power_cut_the_page_comes_by_itself(computer, _):
    computer.run("sync")
    computer.cut_power()
    computer.boot()
    until("the page is shown", lambda: shows_the_page(computer))
    assert answers(computer)


@check_screen
def removed_the_screen_is_dark_and_the_server_serves(computer, _):
    computer.run(f"{APT} remove boothpay-kiosk")
    until("no browser runs", lambda: not browsers(computer))
    assert not processes(computer, " kiosk --profile") and answers(computer)


def run(checks, base):
    kind = Emulated if given.emulated else Computer
    with tempfile.TemporaryDirectory() as folder, kind(base) as computer:
        for function in checks:
            name = function.__name__
            begun = time.monotonic()
            try:
                function(computer, pathlib.Path(folder))
                print(f"ok      {name} ({time.monotonic() - begun:.1f} s)", flush=True)
            except Exception:
                print(f"FAILED  {name} ({time.monotonic() - begun:.1f} s)\n{traceback.format_exc()}", flush=True)
                print(computer.log())
                # What follows builds on it.
                sys.exit(1)


signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
run(on_the_server, given.base)
# A browser on an emulated computer would take half an hour to start; the package of the screen has no program of its own.
if given.screen:
    run(on_the_screen, given.screen)
print("All checks of the packages passed.")
