#!/usr/bin/env python3
"""Takes pictures with the real gphoto2 and libgphoto2's played camera, through the started program. e2e/camera/check starts it.

Each check is a function below, with a booth and a camera of its own; it fails by an assertion. What the camera brings is a picture that the check has
laid into its card, so it is known whose it is: the same picture, brought by hand, is what the server has to have kept. Every wait has an end, and
all that was started is ended.

    e2e/camera/check.py target/debug/boothpay FOLDER_OF_LIBGPHOTO2 [NAMES OF CHECKS]
"""

import base64
import contextlib
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cups"))
from rig import COMMAND, Booth, until

PICTURE = (pathlib.Path(__file__).parents[2] / "server/src/photos/samples/phone.jpg").read_bytes()
# Bytes of each file in the camera: it plays one whose size it has read at the start, and that is changed under it.
SIZE = 16 * 1024
# Seconds that a shot may take in these checks.
WAIT = 3
# What the camera's clock says at the beginning: a camera's is never right.
CLOCK = "2019:02:03 {:02}:{:02}:{:02}"

# The camera at the USB, or an empty port.
RUN = """#!/bin/sh
here=$(dirname "$0")
port=$here/usb
[ ! -e "$here/unplugged" ] || port=$here/empty
LD_LIBRARY_PATH='{library}' CAMLIBS='{library}/camlibs' IOLIBS=$port VCAMERADIR="$here/card" exec gphoto2 "$@"
"""

checks = []


def check(function):
    checks.append(function)
    return function


def picture(whose, taken):
    """A picture that is one customer's alone, taken at this second by the camera's clock."""
    # Exif: a directory in a directory, with DateTimeOriginal.
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0\x01\0\x03\x90\x02\0\x14\0\0\0\x2c\0\0\0\0\0\0\0"
    exif += CLOCK.format(taken // 3600, taken // 60 % 60, taken % 60).encode() + b"\0"
    jpeg = PICTURE
    at = jpeg.index(b"Exif\0\0") - 4
    end = at + 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    jpeg = bytearray(jpeg[:at] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[end:])
    # Each customer has a quantiser of his own, so a brightness that is no other's.
    jpeg[jpeg.index(b"\xff\xdb") + 5] = 1 + whose
    assert len(jpeg) <= SIZE
    return bytes(jpeg).ljust(SIZE, b"\0")


class World:
    """A camera, and a booth that has it."""

    def __init__(self, program, library, folder):
        self.here, self.library = folder, library
        self.begun = time.monotonic()
        self.known = {}
        self.camera = folder / "camera"
        self.card = self.camera / "card/store_00010001/DCIM/100TEST"
        self.card.mkdir(parents=True)
        (self.camera / "usb").symlink_to(library / "vusb")
        # A port that is no USB's, so that nothing is found at it.
        (self.camera / "empty").mkdir()
        (self.camera / "empty/disk.so").symlink_to(library / "iolibs/disk.so")
        self.run = self.camera / "run"
        self.run.write_text(RUN.format(library=library))
        self.run.chmod(0o755)
        self.aims_at(0)
        self.booth = CameraBooth(program, folder / "booth", None, self.run)

    def starts(self):
        self.booth.start()
        self.booth.sells()
        return self.booth

    def brings_nothing_to_its_end(self):
        """Whoever fetches the next picture waits for ever."""
        (self.card / "DSC_0001.JPG").unlink()
        os.mkfifo(self.card / "DSC_0001.JPG")

    def clock(self):
        return int(time.monotonic() - self.begun)

    def aims_at(self, whose, taken=None):
        """Who is before the camera now, and when he was taken, where that is not now."""
        fresh = self.camera / "fresh"
        fresh.write_bytes(picture(whose, self.clock() if taken is None else taken))
        fresh.replace(self.card / "DSC_0001.JPG")

    def shoots(self, whose, session, shot=0):
        """He stands before the camera, and his picture is what the server has then."""
        self.aims_at(whose)
        status, said = self.booth.takes(session, shot, whose)
        assert status == 201, (said, self.booth.log())
        assert self.booth.photo(session, said["number"]) == self.kept(whose), f"it is not the picture of customer {whose}"
        return said["number"]

    def kept(self, whose):
        """What the server makes of a customer's picture."""
        if whose not in self.known:
            session = self.booth.begins("single")
            data = "data:image/jpeg;base64," + base64.b64encode(picture(whose, 0)).decode()
            status, said = self.booth.asks(f"/api/session/{session}/photos", {"photo_data": data, "order_index": 0})
            assert status == 201, said
            photo = self.booth.photo(session, 1)
            assert photo not in self.known.values(), "customers' pictures differ"
            self.known[whose] = photo
        return self.known[whose]

    def gphoto2(self):
        """The number of the process that has the session."""
        at_work = str(self.booth.here / "boothpay.camera")
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (process / "cmdline").read_bytes().split(b"\0")
                if os.readlink(process / "cwd") == at_work and b"--shell" in words:
                    return int(process.name)
        return None

    def is_unplugged(self):
        (self.camera / "unplugged").touch()
        os.kill(until("gphoto2 has a session", self.gphoto2), signal.SIGKILL)

    def is_plugged_in(self):
        (self.camera / "unplugged").unlink()

    def left_behind(self):
        """Files of customers' in the folder in which gphoto2 works."""
        return list((self.booth.here / "boothpay.camera").iterdir())

    def end(self):
        if self.booth.program:
            self.booth.program.end()
        stays = self.gphoto2()
        if stays:
            os.kill(stays, signal.SIGKILL)


class CameraBooth(Booth):
    """A booth whose pictures come from gphoto2."""

    def writes(self, gphoto2):
        lines = ['listen = "127.0.0.1:0"', "[photos]", 'source = "boothpay"', 'public_address = "https://booth.example.uz"']
        lines += ["[camera]", f'gphoto2 = "{gphoto2}"', f"wait_seconds = {WAIT}", "live_view = false"]
        (self.here / "boothpay.toml").write_text("\n".join(lines) + "\n")
        (self.here / "boothpay.toml").chmod(0o600)

    def begins(self, layout):
        status, shots = self.asks("/api/booth/shots", {"layout": layout})
        assert status == 201, shots
        return shots["id"]

    def takes(self, session, shot, whose):
        return self.asks(f"/api/booth/shots/{session}/camera", {"order_index": shot, "customer": f"customer {whose}"})

    def is_free_for(self, session, whose):
        status, said = self.asks(f"/api/booth/shots/{session}/camera?customer=customer%20{whose}")
        assert status == 200, said
        return said["free"]

    def photo(self, session, number):
        return self.gets(f"/api/session/{session}/photos/{number}")

    def gets(self, path):
        with urllib.request.urlopen(self.page + path, timeout=COMMAND) as answer:
            return answer.read()

    def uploaded(self, session):
        return self.asks(f"/api/session/{session}")[1]["session"]["uploaded_count"]


@check
def from_the_first_screen_to_the_picture_at_home(world):
    booth = world.starts()
    assert b'data-testid="start-button"' in booth.gets("/")
    session = booth.begins("strip")
    assert booth.is_free_for(session, 1)
    for shot in range(4):
        world.shoots(1, session, shot)
        assert not world.left_behind(), world.left_behind()
    status, seen = booth.asks(f"/api/booth/shots/{session}/preview", {"layout": "strip"})
    assert status == 200 and seen["picture"].startswith("data:image/jpeg;base64,"), seen
    status, made = booth.asks("/api/booth/orders", {"copies": 1, "paymentType": "payme", "session": session})
    assert status == 200, made
    number = made["order_id"]
    assert booth.asks(f"/api/test-payment/{number}", {})[0] == 200
    status, printed = booth.asks(f"/api/booth/orders/{number}/print", {"page": "0123456789abcdef0123456789abcdef"})
    assert status == 200 and printed["download"].startswith("data:image/png;base64,"), printed
    with contextlib.closing(sqlite3.connect(f"file:{booth.here / 'boothpay.db'}?mode=ro", uri=True)) as database:
        (link,), = database.execute("select link from photo_sessions where link is not null")
    at_home = booth.gets(f"/photo/{link}")
    assert at_home == base64.b64decode(printed["picture"].split(",")[1]) and len(at_home) > 10_000
    assert len(list((booth.here / "photos").iterdir())) == 1 + len(world.known), "the shots are gone, the print is kept"


@check
def of_two_customers_who_take_turns_nobody_gets_the_others_picture(world):
    booth = world.starts()
    for turn in range(8):
        whose = 1 + turn % 2
        session = booth.begins("single")
        assert booth.is_free_for(session, whose)
        world.shoots(whose, session)
        assert booth.uploaded(session) == 1 and not world.left_behind()


@check
def a_frame_that_the_camera_has_kept_is_not_the_next_customers(world):
    booth = world.starts()
    world.shoots(1, booth.begins("single"))
    until("the next customer comes", lambda: world.clock() >= 12)
    session = booth.begins("single")
    # The camera brings the one before once more, under a new name.
    world.aims_at(1, taken=2)
    status, said = booth.takes(session, 0, 2)
    assert (status, booth.uploaded(session)) == (504, 0), said
    booth.says("was taken before its shot, the camera's time says")
    assert not world.left_behind()
    world.shoots(2, session)


@check
def a_gphoto2_that_ends_is_started_anew_and_its_shot_is_taken_again(world):
    booth = world.starts()
    session = booth.begins("single")
    world.shoots(1, session)
    first = world.gphoto2()
    os.kill(first, signal.SIGKILL)
    until("another gphoto2 has the session", lambda: world.gphoto2() not in (None, first))
    booth.sells()
    world.shoots(1, session, 1)


@check
def a_gphoto2_that_hangs_before_a_shot_is_ended_and_nobody_waits_for_what_was_not_taken(world):
    booth = world.starts()
    session = booth.begins("single")
    os.kill(world.gphoto2(), signal.SIGSTOP)
    status, said = booth.takes(session, 0, 1)
    assert status == 504 and said["detail"].startswith("gphoto2 gave no answer within"), said
    assert booth.is_free_for(session, 2)
    booth.sells()
    world.shoots(2, booth.begins("single"))


@check
def a_gphoto2_that_hangs_in_the_middle_of_a_shot_is_ended_and_nobody_else_gets_what_it_was_at(world):
    booth = world.starts()
    session = booth.begins("single")
    world.shoots(1, session)
    world.brings_nothing_to_its_end()
    status, said = booth.takes(session, 1, 1)
    # Before there is another session, which reads the card.
    world.aims_at(1)
    assert status == 504 and said["detail"].startswith(f"gphoto2 gave no answer within {WAIT} s"), said
    assert booth.is_free_for(session, 1) and not booth.is_free_for(session, 2)
    booth.sells()
    assert booth.takes(booth.begins("single"), 0, 2)[0] == 409
    world.shoots(1, session, 1)


@check
def a_server_that_is_killed_in_the_middle_of_a_shot_keeps_its_picture_from_the_next_customer(world):
    booth = world.starts()
    session = booth.begins("single")
    world.shoots(1, session)
    hanging = world.gphoto2()
    world.brings_nothing_to_its_end()
    shooting = threading.Thread(target=quietly, args=(booth.takes, session, 1, 1))
    shooting.start()
    until("the shot has begun", (booth.here / "boothpay.camera.late").exists)
    booth.dies()
    shooting.join()
    os.kill(hanging, signal.SIGKILL)
    world.aims_at(1)
    booth.start()
    booth.sells()
    assert booth.is_free_for(session, 1) and not booth.is_free_for(session, 2)
    assert booth.takes(booth.begins("single"), 0, 2)[0] == 409
    world.shoots(1, session, 1)


def quietly(function, *words):
    with contextlib.suppress(OSError):
        function(*words)


@check
def a_camera_that_is_unplugged_sells_nothing_until_it_is_back(world):
    booth = world.starts()
    session = booth.begins("single")
    world.shoots(1, session)
    world.is_unplugged()
    until(lambda: f"the booth is closed\n{booth.log()}", lambda: booth.ready().get("closed") == "camera")
    booth.says("gphoto2 finds no camera")
    status, said = booth.takes(session, 1, 1)
    assert status == 504 and booth.is_free_for(session, 2), "nothing was taken that could still come"
    world.is_plugged_in()
    booth.sells()
    world.shoots(2, booth.begins("single"))


@check
def a_picture_that_cannot_be_fetched_is_told_and_the_next_one_is_taken(world):
    booth = world.starts()
    session = booth.begins("single")
    world.shoots(1, session)
    (world.card / "DSC_0001.JPG").unlink()
    status, said = booth.takes(session, 1, 1)
    assert status == 504 and "Could not capture" in said["detail"], said
    assert not booth.is_free_for(session, 2), "it was taken, and may still come"
    world.shoots(1, session, 1)


@check
def a_camera_whose_memory_is_full_says_so(world):
    """The played camera has room for 26 pictures in a session, whether they are deleted or not."""
    booth = world.starts()
    for shot in range(40):
        world.aims_at(1)
        status, said = booth.takes(booth.begins("single"), 0, 1)
        if status != 201:
            break
    assert status == 504 and "memorycard ran full" in said["detail"], said
    assert shot == 26


@check
def a_library_that_can_mix_customers_up_is_refused(world):
    said = subprocess.run(["gphoto2", "--version"], capture_output=True, text=True, timeout=COMMAND).stdout
    version = tuple(map(int, re.search(r"^libgphoto2 +(\d+)\.(\d+)\.(\d+)", said, re.M).groups()))
    if version >= (2, 5, 32):
        print(f"     Debian's own libgphoto2 is {version}, new enough", flush=True)
        return
    world.booth.writes("gphoto2")
    world.booth.start()
    world.booth.says("can hand one customer's picture to the next; install 2.5.32 or newer")
    assert world.booth.ready() == {"ready": False, "closed": "camera"}


def run(function, program, library):
    name = function.__name__
    folder = pathlib.Path(tempfile.mkdtemp(prefix="boothpay-camera-"))
    begun, world = time.monotonic(), None
    try:
        world = World(program, library, folder)
        function(world)
        world.booth.is_healthy()
        said = f"ok   {name} ({time.monotonic() - begun:.0f} s)"
    except Exception:
        said = f"FAIL {name} ({time.monotonic() - begun:.0f} s)\n{traceback.format_exc()}"
        if world and world.booth.program:
            said += f"-- what the booth said\n{world.booth.log()}"
    finally:
        if world:
            world.end()
        shutil.rmtree(folder, ignore_errors=True)
    print(said, flush=True)
    return said.startswith("ok")


def main(program, library, only):
    program, library = pathlib.Path(program).resolve(), pathlib.Path(library).resolve()
    wanted = [it for it in checks if not only or any(word in it.__name__ for word in only)]
    passed = [run(it, program, library) for it in wanted]
    print(f"{sum(passed)} of {len(passed)} checks passed")
    return 0 if all(passed) and passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
