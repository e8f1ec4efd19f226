"""What a booth with a real printer consists of, on this computer alone: ippeveprinter, a cupsd of its own, and boothpay.

Each is a process group that is ended with the check. All of them listen on the loopback, at ports that were free.
"""

import contextlib
import hashlib
import http.cookiejar
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

# Seconds for something to become true that happens by itself, and for one command.
PATIENCE = 60
COMMAND = 30

PASSWORD = "seven+blue+photo+strips"

# Seconds of a print job: half of them are for the sheet, which then is taken back.
JOB_SECONDS = 24

# The printer of the checks: what ippeveprinter runs for each sheet. `mode` says what it does with it, and `sheets` has what came out.
SHEET = """#!/bin/sh
# STATE sets what the printer says of itself; a sheet takes two seconds. ippeveprinter lets the command of a job that was cancelled go on, which
# printers do not.
wait() {
    for tick in $(seq 300); do
        # Before it is asked whether the job was cancelled: one that was is over, whatever the printer does from now on.
        now=$(mode)
        ipptool -q -d id="$IPP_JOB_ID" ipp://localhost:{port}/ipp/print '{here}/cancelled.test' >/dev/null && exit 1
        [ "$now" = "$begun" ] || return
        sleep 0.2
    done
}
mode() { cat '{here}/mode'; }
say() { echo "$*" >&2; }
begun=$(mode)
case $begun in
jam) say 'STATE: +media-jam-error'; say 'ERROR: Paper jam'; sleep 1; exit 1 ;;
empty | several)
    [ "$begun" = several ] && say 'STATE: +media-low-report,marker-supply-low-warning'
    say 'STATE: +media-empty-error'
    say 'INFO: Load paper'
    wait ;;
slow) wait ;;
esac
say 'STATE: -media-empty-error,media-jam-error'
sleep 2
cp "$1" "{here}/sheet-$(wc -l <'{here}/sheets')"
echo "$IPP_JOB_NAME	$CONTENT_TYPE	$IPP_MEDIA" >>'{here}/sheets'
[ "$begun" = last ] && say 'STATE: +media-empty-error'
exit 0
"""

# Passes when somebody has cancelled the job.
CANCELLED = """
{
    OPERATION Get-Job-Attributes
    GROUP operation-attributes-tag
    ATTR charset attributes-charset utf-8
    ATTR language attributes-natural-language en
    ATTR uri printer-uri $uri
    ATTR integer job-id $id
    EXPECT job-state-reasons WITH-VALUE "processing-to-stop-point"
}
"""

# What ippeveprinter is told of its printer: a photo printer with borderless 4x6.
PHOTO_PRINTER = '''*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "PHOTO.PPD"
*Manufacturer: "Photo"
*Product: "(Photo)"
*ModelName: "Photo"
*ShortNickName: "Photo"
*NickName: "Photo"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: True
*DefaultColorSpace: RGB
*OpenUI *PageSize: PickOne
*OrderDependency: 10 AnySetup *PageSize
*DefaultPageSize: w288h432
*PageSize w288h432/4x6: ""
*PageSize Letter: ""
*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*OrderDependency: 10 AnySetup *PageRegion
*DefaultPageRegion: w288h432
*PageRegion w288h432/4x6: ""
*PageRegion Letter: ""
*CloseUI: *PageRegion
*DefaultImageableArea: w288h432
*ImageableArea w288h432: "0 0 288 432"
*ImageableArea Letter: "0 0 612 792"
*DefaultPaperDimension: w288h432
*PaperDimension w288h432: "288 432"
*PaperDimension Letter: "612 792"
*OpenUI *Resolution: PickOne
*OrderDependency: 20 AnySetup *Resolution
*DefaultResolution: 300dpi
*Resolution 300dpi: ""
*CloseUI: *Resolution
'''

# Debian's own rules of who may do what; asked for a password is nobody who comes through the socket as the user of cupsd.
CUPSD = """
LogLevel debug
MaxLogSize 0
# Written down at once: it may be killed.
DirtyCleanInterval 0
ErrorPolicy {policy}
Listen 127.0.0.1:{port}
Listen {here}/run/cups.sock
Browsing No
DefaultAuthType Basic
WebInterface No
<Location />
  Order allow,deny
</Location>
{policies}
"""


held = []


def own_port():
    """A port for the caller alone until this process ends; test-support/src/port.rs says why and how."""
    first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in range(10_000, first, 2):
        holder, listener = socket.socket(type=socket.SOCK_DGRAM), socket.socket()
        with listener, contextlib.suppress(OSError):
            holder.bind(("127.9.9.9", port))
            listener.bind(("0.0.0.0", port))
            held.append(holder)
            return port
        holder.close()
    raise RuntimeError("no port is free")


def until(what, look, patience=PATIENCE):
    """Waits until something is so, and gives what was seen."""
    end = time.monotonic() + patience
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < end, f"it never came to be: {what() if callable(what) else what}"
        time.sleep(0.1)


class Program:
    """A program that runs, with all that it starts."""

    def __init__(self, name, words, folder, more=()):
        self.name = name
        self.said = folder / f"{name}.said"
        own = {key: value for key, value in os.environ.items() if not key.startswith(("BOOTHPAY_", "CUPS_", "IPP_"))}
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [str(word) for word in words], cwd=folder, env=own | dict(more), stdin=subprocess.DEVNULL,
                stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
            )

    def is_alive(self):
        return self.process.poll() is None

    def text(self):
        return self.said.read_text("utf-8", "replace")

    def end(self, how=signal.SIGTERM):
        """Ends it and what it started, and waits for it."""
        if how == signal.SIGKILL:
            self.signal(how)
        elif self.is_alive():
            self.process.send_signal(how)
        try:
            self.process.wait(COMMAND)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.process.wait(COMMAND)
        self.signal(signal.SIGKILL)

    def signal(self, how):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, how)


class Paper:
    """ippeveprinter, and what came out of it."""

    def __init__(self, folder, bus, formats=""):
        self.here = folder
        self.here.mkdir()
        self.port = own_port()
        self.uri = f"ipp://localhost:{self.port}/ipp/print"
        self.more = {"DBUS_SYSTEM_BUS_ADDRESS": bus}
        self.formats = formats
        (self.here / "sheets").touch()
        (self.here / "spool").mkdir()
        (self.here / "keys").mkdir()
        (self.here / "photo.ppd").write_text(PHOTO_PRINTER)
        (self.here / "cancelled.test").write_text(CANCELLED)
        command = self.here / "sheet"
        command.write_text(SHEET.replace("{here}", str(self.here)).replace("{port}", str(self.port)))
        command.chmod(0o755)
        self.program = None
        self.does("print")

    def does(self, mode):
        """What it does with sheets from now on; with one that waits for paper too."""
        fresh = self.here / "mode.new"
        fresh.write_text(mode)
        fresh.replace(self.here / "mode")

    def switch_on(self):
        words = ["ippeveprinter", "-r", "off", "-n", "localhost", "-p", self.port, "-vv", "-k"]
        words += ["-c", self.here / "sheet", "-d", self.here / "spool", "-K", self.here / "keys"]
        # Formats can be named only of a printer without a description.
        words += ["-f", self.formats, "-s", "10,10"] if self.formats else ["-P", self.here / "photo.ppd"]
        words.append("photo")
        self.program = Program("ippeveprinter", words, self.here, self.more)
        until(lambda: self.program.text(), lambda: self.answers() or not self.program.is_alive())
        assert self.program.is_alive(), self.program.text()

    def answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True

    def fingerprint(self):
        """The SHA-256 of the certificate that it has made itself."""
        pem = ssl.get_server_certificate(("localhost", self.port), timeout=COMMAND)
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).digest().hex(":").upper()

    def has_paper_put_in(self):
        """While it has no job: any press of the form on its own page says so."""
        with urllib.request.urlopen(f"http://localhost:{self.port}/media?in=1", timeout=COMMAND) as page:
            page.read()

    def loses_power(self):
        self.program.end(signal.SIGKILL)

    def sheets(self):
        """Name, format and paper of each sheet that came out."""
        return [line.split("\t") for line in (self.here / "sheets").read_text().splitlines()]

    def sheet(self, number):
        return (self.here / f"sheet-{number}").read_bytes()


class Cups:
    """A cupsd of its own, with one queue."""

    def __init__(self, folder, policy="abort-job"):
        self.here = folder
        for name in ("etc", "spool", "cache", "tmp", "run", "log"):
            (self.here / name).mkdir(parents=True)
        # What cupsd runs is run as another user.
        for path in (self.here, *self.here.iterdir()):
            path.chmod(0o755)
        (self.here / "tmp").chmod(0o1777)
        self.port = own_port()
        # Debian's own rules of who may do what.
        rules = pathlib.Path("/etc/cups/cupsd.conf").read_text()
        policies = "\n".join(re.findall(r"^<Policy .*?^</Policy>", rules, re.M | re.S))
        self.conf = self.here / "etc/cupsd.conf"
        self.conf.write_text(CUPSD.format(here=self.here, port=self.port, policy=policy, policies=policies))
        group = subprocess.run(["id", "-gn"], capture_output=True, text=True, check=True, timeout=COMMAND).stdout.strip()
        places = [("ServerRoot", "etc"), ("RequestRoot", "spool"), ("CacheDir", "cache"), ("TempDir", "tmp"), ("StateDir", "run")]
        places += [("AccessLog", "log/access"), ("ErrorLog", "log/error"), ("PageLog", "log/page")]
        files = "\n".join(f"{name} {self.here / place}" for name, place in places)
        (self.here / "etc/cups-files.conf").write_text(f"{files}\nSystemGroup {group}\n")
        self.program = None

    def start(self):
        words = ["cupsd", "-f", "-c", self.conf, "-s", self.here / "etc/cups-files.conf"]
        self.program = Program("cupsd", words, self.here)
        until(lambda: self.program.text(), lambda: self.answers() or not self.program.is_alive())
        assert self.program.is_alive(), self.program.text()

    def answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True

    def does(self, *words, code=0):
        """A command of CUPS, as the system's own administrator."""
        more = os.environ | {"CUPS_SERVER": str(self.here / "run/cups.sock"), "LC_ALL": "C"}
        ended = subprocess.run(
            [str(word) for word in words], env=more, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND,
        )
        assert code is None or ended.returncode == code, f"{words}: {ended.returncode} {ended.stdout}{ended.stderr}"
        return ended.stdout

    def uri(self, name):
        return f"ipp://localhost:{self.port}/printers/{name}"

    def open_jobs(self, name):
        return self.does("lpstat", "-W", "not-completed", "-o", name, code=None).splitlines()


class Booth:
    """boothpay in a folder of its own, and a customer before it."""

    def __init__(self, program, folder, picture, prints):
        self.binary = program
        self.here = folder
        self.here.mkdir()
        self.picture = picture
        self.writes(prints)
        self.program = None
        self.starts = 0

    def writes(self, prints):
        """Its settings."""
        lines = ['listen = "127.0.0.1:0"', "[photos]", 'source = "boothpay"', "[prints]", 'by = "printer"']
        lines += [f"job_seconds = {JOB_SECONDS}", "sheet_seconds = 1"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in prints.items()]
        (self.here / "boothpay.toml").write_text("\n".join(lines) + "\n")
        (self.here / "boothpay.toml").chmod(0o600)

    def start(self):
        self.starts += 1
        self.program = Program(f"boothpay-{self.starts}", [self.binary, "serve"], self.here)
        page = until(lambda: self.log(), lambda: re.search(r"^Booth page: *(http.*)/$", self.log(), re.M) or not self.program.is_alive())
        assert page is not True, self.log()
        self.page = page[1]

    def dies(self):
        self.program.end(signal.SIGKILL)

    def log(self):
        return self.program.text()

    def says(self, words, patience=PATIENCE):
        until(lambda: f"{words!r} in the log\n{self.log()}", lambda: words in self.log(), patience)

    def asks(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.page + path, data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=COMMAND) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def does(self, *words, code=0):
        ended = subprocess.run(
            [str(self.binary), *words], cwd=self.here, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND,
        )
        assert ended.returncode == code, f"{words}: {ended.returncode} {ended.stdout}{ended.stderr}"
        return ended.stdout

    def ready(self):
        return self.asks("/api/booth/ready")[1]

    def sells(self):
        until(lambda: f"it sells\n{self.log()}", lambda: self.ready()["ready"])

    def is_closed(self, why):
        until(lambda: f"closed for {why}: {self.ready()}\n{self.log()}", lambda: self.ready().get("closed") == why)
        status, said = self.order(1)
        assert (status, said["closed"]) == (503, why), said
        return said["detail"]

    def order(self, copies):
        """Takes the picture and asks for an order."""
        status, shots = self.asks("/api/booth/shots", {"layout": "single"})
        assert status == 201, shots
        for path, body in (
            (f"/api/session/{shots['id']}/photos", {"photo_data": self.picture, "order_index": 0}),
            (f"/api/booth/shots/{shots['id']}/preview", {"layout": "single"}),
        ):
            status, said = self.asks(path, body)
            assert status < 300, said
        return self.asks("/api/booth/orders", {"copies": copies, "paymentType": "payme", "session": shots["id"]})

    def buys(self, copies):
        """Orders and pays with play money."""
        self.sells()
        status, made = self.order(copies)
        assert status == 200, made
        status, paid = self.asks(f"/api/test-payment/{made['order_id']}", {})
        assert status == 200, paid
        return made["order_id"]

    def show(self, order):
        return json.loads(self.does("order", "show", order))

    def comes_to(self, order, *states, patience=PATIENCE):
        def look():
            shown = self.show(order)
            return shown["print"] in states and shown
        return until(lambda: f"{order} is {states}: {json.dumps(self.show(order), indent=1)}\n{self.log()}", look, patience)

    def why(self, order, change):
        """The reason of an order's last change of this kind."""
        found = [row["what"]["why"] for row in self.show(order)["journal"] if row["what"]["change"] == change]
        assert found, json.dumps(self.show(order), indent=1)
        return found[-1]

    def came_out(self, order, copies):
        status, said = self.asks(f"/api/booth/orders/{order}/came-out", {"copies": copies})
        assert status == 200, said

    def press(self, address):
        """The owner sets his password by the link of the first start, and presses a button of the page "What is wrong"."""
        keeps = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        browser = urllib.request.build_opener(keeps)

        def send(path, **fields):
            request = urllib.request.Request(self.page + path, urllib.parse.urlencode(fields).encode(), {"Origin": self.page})
            with browser.open(request, timeout=COMMAND) as answer:
                return answer.read().decode()

        def why():
            with browser.open(self.page + "/admin/why", timeout=COMMAND) as page:
                return page.read().decode()

        link = re.search(r"/admin/link/\S+", self.log())[0]
        send(link, password=PASSWORD, again=PASSWORD)
        before = why()
        send(address, csrf=re.search(r'name="csrf" value="([^"]+)"', before)[1])
        return before, why()

    def is_healthy(self):
        self.does("verify")
