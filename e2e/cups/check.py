#!/usr/bin/env python3
"""Prints on a real printer's protocol: boothpay at ippeveprinter itself, and at a queue of CUPS in front of it. e2e/cups/check starts it.

Each check is a function below; it runs with a printer, a queue and a booth of its own, and fails by an assertion. What came out is
counted by the printer alone. Every wait has an end, and all that was started is ended.

    e2e/cups/check.py target/debug/boothpay [NAMES OF CHECKS]
"""

import base64
import concurrent.futures
import pathlib
import re
import shutil
import signal
import struct
import sys
import tempfile
import time
import traceback

from rig import JOB_SECONDS, Booth, Cups, Paper, Program, until

PICTURE = pathlib.Path(__file__).parents[2] / "server/src/photos/samples/phone.jpg"
QUEUE = "DNP"
# Checks at a time: they wait nearly all of their time.
AT_ONCE = 4
# The whole of what a job is followed for: the sheet's time, taking it back, and as much again.
OVER = 2 * JOB_SECONDS + 30

checks = []


def check(*ways):
    """The function is a check, run once for each way to the printer: at itself, through a queue that says where it is, and through one that does not, as
    of a printer at a USB port."""
    def note(function):
        checks.extend((f"{function.__name__} [{way}]", function, way) for way in ways)
        return function
    return note


class World:
    """A printer, a cupsd where it is needed, and a booth."""

    def __init__(self, program, folder, bus, way):
        self.binary, self.folder, self.bus, self.way = program, folder, bus, way
        self.cups = self.booth = None

    def begin(self, formats="", policy="abort-job", **prints):
        self.paper = Paper(self.folder / "printer", self.bus, formats)
        self.paper.switch_on()
        address = self.paper.uri
        if self.way != "printer":
            self.cups = Cups(self.folder / "cups", policy)
            self.cups.start()
            self.cups.does("lpadmin", "-p", QUEUE, "-E", "-v", self.paper.uri, "-m", "everywhere")
            address = self.cups.uri(QUEUE)
        if self.way == "blind":
            self.cups.does("lpadmin", "-p", QUEUE, "-v", self.paper.uri.replace("ipp:", "http:"))
        picture = "data:image/jpeg;base64," + base64.b64encode(PICTURE.read_bytes()).decode()
        self.booth = Booth(self.binary, self.folder / "booth", picture, {"printer": address} | prints)
        self.booth.start()
        return self.booth, self.paper, self.cups

    def end(self):
        programs = [it.program for it in (self.booth, self.cups, getattr(self, "paper", None)) if it and it.program]
        for program in programs:
            program.end()

    def is_empty(self):
        """No job is left anywhere."""
        if self.cups:
            until(lambda: f"no job is left: {self.cups.open_jobs(QUEUE)}", lambda: not self.cups.open_jobs(QUEUE))

    def is_printed(self, order, sheets):
        """In the end so many sheets came out, and the order is printed; who is asked how many he has, says it."""
        shown = self.booth.comes_to(order, "printed", "unknown", patience=OVER)
        self.is_empty()
        assert len(self.paper.sheets()) == sheets, self.paper.sheets()
        if shown["print"] == "unknown":
            self.booth.came_out(order, 1)
            self.booth.comes_to(order, "printed")
        assert len(self.paper.sheets()) == sheets, self.paper.sheets()

    def begins(self, order):
        """The printer itself has begun with the order's sheet."""
        until(lambda: f"the printer begins\n{self.booth.log()}", lambda: f"boothpay {order} " in self.paper.program.text())
        until("it prints", lambda: self.booth.show(order)["print"] == "printing")


def size(jpeg):
    """Width and height of a JPEG, from its frame's head."""
    at = next(match.start() for match in re.finditer(rb"\xff[\xc0-\xc2]\x00\x11", jpeg))
    height, width = struct.unpack(">HH", jpeg[at + 5 : at + 9])
    return width, height


@check("printer", "queue", "blind")
def each_copy_is_a_job_of_its_own_and_the_picture_arrives_whole(world):
    booth, paper, cups = world.begin()
    booth.says("the printer is ready")
    order = booth.buys(2)
    shown = booth.comes_to(order, "printed", "unknown", "claim")
    assert shown["print"] == "printed" and shown["copies_printed"] == 2, (booth.why(order, "print_unknown"), booth.log())
    sheets = paper.sheets()
    assert [name.rsplit("/")[1] for name, *_ in sheets] == ["1", "2"] and all(order in name for name, *_ in sheets), sheets
    assert all(size(paper.sheet(number)) == (1800, 1200) for number in range(2))
    if world.way == "printer":
        assert sheets[0][2] == "na_index-4x6_4x6in", sheets
    world.is_empty()


@check("printer", "queue")
def without_paper_nothing_is_sold_and_with_paper_it_is_again(world):
    booth, paper, _ = world.begin()
    paper.does("last")
    order = booth.buys(1)
    booth.comes_to(order, "printed", "unknown")
    detail = booth.is_closed("paper")
    assert "media-empty" in detail, detail
    paper.has_paper_put_in()
    booth.sells()
    paper.does("print")
    # A queue may still tell of its last job for a moment; then the customer is asked.
    booth.comes_to(booth.buys(1), "printed", *(["unknown"] if world.way == "queue" else []))


@check("printer", "queue", "blind")
def paper_that_is_put_in_while_the_sheet_waits_is_printed_on_once(world):
    booth, paper, _ = world.begin()
    paper.does("several")
    order = booth.buys(1)
    world.begins(order)
    booth.is_closed("paper")
    paper.does("print")
    booth.comes_to(order, "unknown")
    assert "media-empty" in booth.why(order, "print_unknown")
    assert len(paper.sheets()) == 1
    booth.came_out(order, 1)
    booth.comes_to(order, "printed")
    booth.sells()
    assert len(paper.sheets()) == 1
    world.is_empty()


@check("printer", "queue", "blind")
def a_sheet_that_nobody_gave_paper_is_taken_back_and_comes_out_for_nobody_later(world):
    booth, paper, _ = world.begin()
    paper.does("empty")
    order = booth.buys(1)
    world.begins(order)
    booth.comes_to(order, "unknown", "stuck", patience=OVER)
    assert "media-empty" in booth.why(order, "print_unknown"), booth.log()
    booth.comes_to(order, "unknown", patience=OVER)
    world.is_empty()
    assert booth.log().count("was left in the printer") <= 1, booth.log()
    paper.does("print")
    paper.has_paper_put_in()
    if world.way == "blind":
        booth.says("remembers it from its last print")
        booth.is_closed("paper")
    else:
        booth.sells()
    assert not paper.sheets()
    booth.came_out(order, 0)
    booth.comes_to(order, "printed", "unknown", patience=OVER)
    assert len(paper.sheets()) == 1, (paper.sheets(), booth.show(order))
    booth.sells()
    world.is_empty()


@check("blind")
def what_a_queue_remembers_of_its_last_print_is_over_when_the_owner_says_so(world):
    booth, paper, cups = world.begin()
    paper.does("empty")
    order = booth.buys(1)
    world.begins(order)
    booth.comes_to(order, "unknown", patience=OVER)
    world.is_empty()
    paper.does("print")
    paper.has_paper_put_in()
    booth.says("a queue of CUPS remembers it from its last print")
    cups.does("cupsdisable", QUEUE)
    cups.does("cupsenable", QUEUE)
    detail = booth.is_closed("paper")
    assert "the owner's panel" in detail, detail
    before, after = booth.press("/admin/booth/printer")
    assert 'data-testid="check-printer" data-standing="bad"' in before and "Его очередь помнит" in before, before
    assert 'data-testid="check-printer" data-standing="good"' in after, after
    booth.sells()
    booth.comes_to(booth.buys(1), "printed")
    booth.sells()


@check("printer", "queue", "blind")
def a_jam_is_tried_once_more_then_owed_and_printed_when_the_number_is_typed(world):
    booth, paper, _ = world.begin()
    paper.does("jam")
    order = booth.buys(1)
    # CUPS calls the same job canceled or completed, as its backend happened to end.
    shown = booth.comes_to(order, "claim", "unknown", patience=OVER)
    assert "jam" in booth.why(order, "print_failed" if shown["print"] == "claim" else "print_unknown"), booth.log()
    assert not paper.sheets()
    paper.does("print")
    if world.way == "printer":
        paper.loses_power()
        paper.switch_on()
    booth.sells()
    if shown["print"] == "unknown":
        booth.came_out(order, 0)
        # It is tried once more, or that was the second time already.
        shown = booth.show(order)
    if shown["print"] == "claim":
        status, said = booth.asks(f"/api/booth/orders/{order}/print", {"page": "0123456789abcdef0123456789abcdef"})
        assert status == 200, said
    world.is_printed(order, 1)


@check("printer", "queue", "blind")
def a_printer_that_loses_its_power_in_the_middle_prints_nothing_twice(world):
    booth, paper, _ = world.begin()
    paper.does("slow")
    order = booth.buys(1)
    world.begins(order)
    paper.loses_power()
    if world.way != "blind":
        booth.is_closed("away")
    paper.does("print")
    paper.switch_on()
    shown = booth.comes_to(order, "printed", "unknown", patience=OVER)
    world.is_empty()
    out = len(paper.sheets())
    assert out <= 1, paper.sheets()
    if shown["print"] == "unknown":
        booth.sells()
        booth.came_out(order, out)
        comes_out_once_more(world, order)
    assert len(paper.sheets()) == 1
    world.is_empty()


def comes_out_once_more(world, order):
    """A queue that has told of a power cut, and whose printer is not asked, cannot tell of another one: the customer says it."""
    shown = world.booth.comes_to(order, "printed", *(["unknown"] if world.way == "blind" else []), patience=OVER)
    if shown["print"] == "unknown":
        world.booth.came_out(order, 1)
        world.booth.comes_to(order, "printed")


@check("printer", "queue", "blind")
def a_printer_that_stays_without_power_is_waited_for_and_its_sheet_comes_for_nobody_later(world):
    booth, paper, _ = world.begin()
    paper.does("slow")
    order = booth.buys(1)
    world.begins(order)
    paper.loses_power()
    booth.comes_to(order, "stuck", "unknown", patience=OVER)
    paper.does("print")
    paper.switch_on()
    booth.comes_to(order, "unknown", patience=OVER)
    booth.sells()
    world.is_empty()
    assert not paper.sheets()
    booth.came_out(order, 0)
    comes_out_once_more(world, order)
    assert len(paper.sheets()) == 1


@check("blind")
def a_queue_that_could_not_see_a_second_power_cut_has_each_customer_asked_until_it_is_made_anew(world):
    booth, paper, cups = world.begin()
    for cut in range(2):
        paper.does("slow")
        order = booth.buys(1)
        world.begins(order)
        paper.loses_power()
        paper.does("print")
        paper.switch_on()
        booth.comes_to(order, "unknown", patience=OVER)
        world.is_empty()
        assert len(paper.sheets()) == cut, paper.sheets()
        booth.came_out(order, 0)
        # The repetition comes out, and the queue cannot tell so either.
        booth.comes_to(order, "unknown", patience=OVER)
        assert "prints.device" in booth.why(order, "print_unknown")
        assert len(paper.sheets()) == cut + 1, paper.sheets()
        booth.came_out(order, 1)
        booth.comes_to(order, "printed")
    cups.does("lpadmin", "-x", QUEUE)
    cups.does("lpadmin", "-p", QUEUE, "-E", "-v", paper.uri, "-m", "everywhere")
    cups.does("lpadmin", "-p", QUEUE, "-v", paper.uri.replace("ipp:", "http:"))
    booth.comes_to(booth.buys(1), "printed")


@check("blind")
def a_queue_of_a_printer_that_is_off_says_nothing_until_a_job_is_in_it(world):
    booth, paper, _ = world.begin()
    paper.loses_power()
    order = booth.buys(1)
    booth.comes_to(order, "unknown", "claim", "stuck", patience=OVER)
    paper.switch_on()
    world.is_empty()
    assert not paper.sheets()


@check("queue", "blind")
def a_printer_that_is_off_sells_nothing_where_its_address_is_known(world):
    booth, paper, cups = world.begin()
    if world.way == "blind":
        booth.dies()
        booth.writes({"printer": cups.uri(QUEUE), "device": paper.uri})
        booth.start()
    booth.sells()
    paper.loses_power()
    booth.is_closed("away")
    paper.switch_on()
    booth.comes_to(booth.buys(1), "printed")


def cupsd_ends(world, how):
    booth, paper, cups = world.begin()
    paper.does("slow")
    order = booth.buys(1)
    world.begins(order)
    cups.program.end(how)
    booth.is_closed("away")
    paper.does("print")
    cups.start()
    shown = booth.comes_to(order, "printed", "unknown", patience=OVER)
    assert shown["print"] == "unknown", "what came out while the queue was away nobody knows"
    world.is_empty()
    out = len(paper.sheets())
    booth.sells()
    booth.came_out(order, min(out, 1))
    booth.comes_to(order, "printed", patience=OVER)
    return max(out, 1), paper


@check("queue")
def cupsd_restarted_in_the_middle_of_a_print(world):
    expected, paper = cupsd_ends(world, signal.SIGTERM)
    assert len(paper.sheets()) == expected == 1, paper.sheets()


@check("queue")
def cupsd_killed_in_the_middle_of_a_print(world):
    expected, paper = cupsd_ends(world, signal.SIGKILL)
    assert len(paper.sheets()) == expected, paper.sheets()


@check("queue")
def a_queue_that_is_switched_off_sells_nothing_and_says_the_cure(world):
    booth, paper, cups = world.begin()
    for off, on, cure in (("cupsdisable", "cupsenable", "cupsenable"), ("cupsreject", "cupsaccept", "cupsaccept")):
        cups.does(off, QUEUE)
        detail = booth.is_closed("other")
        assert cure in detail and cure in booth.log(), detail
        cups.does(on, QUEUE)
        booth.sells()
    booth.comes_to(booth.buys(1), "printed")


@check("queue")
def a_queue_that_is_switched_off_in_the_middle_prints_nothing_later(world):
    booth, paper, cups = world.begin()
    paper.does("slow")
    order = booth.buys(1)
    world.begins(order)
    cups.does("cupsdisable", QUEUE)
    paper.does("print")
    booth.comes_to(order, "unknown", "printed", "claim", patience=OVER)
    out = len(paper.sheets())
    cups.does("cupsenable", QUEUE)
    booth.sells()
    world.is_empty()
    assert len(paper.sheets()) == out <= 1


@check("queue")
def a_queue_that_is_deleted_and_made_again(world):
    booth, paper, cups = world.begin()
    paper.does("slow")
    order = booth.buys(1)
    world.begins(order)
    cups.does("lpadmin", "-x", QUEUE)
    detail = booth.is_closed("other")
    assert "lpstat -e" in detail, detail
    booth.comes_to(order, "unknown", "stuck", patience=OVER)
    paper.does("print")
    cups.does("lpadmin", "-p", QUEUE, "-E", "-v", paper.uri, "-m", "everywhere")
    booth.comes_to(order, "unknown", patience=OVER)
    booth.sells()
    booth.comes_to(booth.buys(1), "printed")


@check("printer", "queue")
def a_server_that_is_killed_asks_what_came_of_its_sheet_and_prints_nothing_twice(world):
    booth, paper, _ = world.begin()
    paper.does("slow")
    order = booth.buys(1)
    world.begins(order)
    booth.dies()
    paper.does("print")
    booth.start()
    booth.comes_to(order, "unknown", patience=OVER)
    assert "this server was stopped" in booth.why(order, "print_unknown")
    assert len(paper.sheets()) == 1
    booth.came_out(order, 1)
    booth.comes_to(order, "printed")
    assert len(paper.sheets()) == 1
    world.is_empty()


@check("queue")
def a_job_that_somebody_cancels_leaves_the_queue_and_the_customer_is_asked(world):
    booth, paper, cups = world.begin()
    paper.does("slow")
    order = booth.buys(1)
    world.begins(order)
    cups.does("cancel", "-a", QUEUE)
    booth.comes_to(order, "unknown", patience=OVER)
    paper.does("print")
    world.is_empty()
    assert not paper.sheets()
    booth.came_out(order, 0)
    booth.comes_to(order, "printed", patience=OVER)
    assert len(paper.sheets()) == 1


@check("queue")
def a_queue_that_asks_for_a_password_sells_nothing_and_says_so(world):
    booth, _, cups = world.begin()
    booth.sells()
    cups.does("lpadmin", "-p", QUEUE, "-o", "printer-op-policy=authenticated")
    booth.dies()
    booth.start()
    detail = booth.is_closed("other")
    assert "password" in detail and "printer-op-policy" in detail, detail
    cups.does("lpadmin", "-p", QUEUE, "-o", "printer-op-policy=default")
    booth.sells()
    booth.comes_to(booth.buys(1), "printed")


@check("printer")
def a_printer_that_takes_no_jpeg_sells_nothing_and_says_so(world):
    booth, _, _ = world.begin(formats="image/pwg-raster", media_4x6="na_letter_8.5x11in", media_6x8="")
    detail = booth.is_closed("other")
    assert "image/jpeg" in detail and "CUPS" in detail, detail


@check("printer")
def a_printer_over_tls_prints_when_the_settings_name_its_certificate(world):
    booth, paper, _ = world.begin()
    address = paper.uri.replace("ipp:", "ipps:")
    booth.dies()
    booth.writes({"printer": address})
    booth.start()
    line = f'prints.certificate = "{paper.fingerprint()}"'
    booth.says(line)
    assert line in booth.is_closed("away"), booth.log()
    assert line in booth.does("check")
    booth.dies()
    booth.writes({"printer": address, "certificate": paper.fingerprint()})
    assert f"{address} is ready" in booth.does("check")
    booth.start()
    booth.comes_to(booth.buys(2), "printed")
    assert len(paper.sheets()) == 2, paper.sheets()


@check("queue")
def a_queue_whose_printer_speaks_tls_has_it_asked_itself(world):
    booth, paper, cups = world.begin()
    cups.does("lpadmin", "-p", QUEUE, "-v", paper.uri.replace("ipp:", "ipps:"))
    booth.comes_to(booth.buys(1), "printed")
    assert len(paper.sheets()) == 1
    paper.loses_power()
    booth.is_closed("away")
    paper.switch_on()
    booth.sells()


@check("queue")
def a_queue_makes_of_the_picture_what_its_printer_takes(world):
    booth, paper, _ = world.begin(formats="image/pwg-raster", media_4x6="na_letter_8.5x11in", media_6x8="")
    order = booth.buys(1)
    booth.comes_to(order, "printed")
    (name, kind, _), = paper.sheets()
    assert order in name and kind == "image/pwg-raster", (name, kind)
    # PWG 5102.4: magic, then a head whose width and height are at 372; letter at 600 dpi.
    raster = paper.sheet(0)
    assert raster[:4] == b"RaS2"
    assert struct.unpack(">II", raster[4 + 372 : 4 + 380]) == (5100, 6600)


@check("queue")
def an_address_that_names_no_queue_says_how_queues_are_found(world):
    booth, _, cups = world.begin()
    for wrong in (cups.uri("NOPE"), f"ipp://localhost:{cups.port}", f"ipp://127.0.0.1:{cups.port}/ipp/print"):
        booth.dies()
        booth.writes({"printer": wrong})
        booth.start()
        detail = booth.is_closed("other")
        assert "lpstat -e" in detail, (wrong, detail)


@check("queue")
def with_debians_own_policy_a_job_that_fails_is_not_printed_later(world):
    booth, paper, cups = world.begin(policy="retry-job")
    paper.does("jam")
    order = booth.buys(1)
    booth.comes_to(order, "claim", "unknown", patience=2 * OVER)
    paper.does("print")
    world.is_empty()
    assert not paper.sheets()


def run(name, function, way, program, bus):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="boothpay-cups-"))
    folder.chmod(0o755)
    world = World(program, folder, bus, way)
    begun = time.monotonic()
    try:
        function(world)
        world.booth.is_healthy()
        said = f"ok   {name} ({time.monotonic() - begun:.0f} s)"
    except Exception:
        said = f"FAIL {name} ({time.monotonic() - begun:.0f} s)\n{traceback.format_exc()}"
        if world.booth and world.booth.program:
            said += f"-- what the booth said\n{world.booth.log()}"
    finally:
        world.end()
        shutil.rmtree(folder, ignore_errors=True)
    print(said, flush=True)
    return said.startswith("ok")


def main(program, only):
    program = pathlib.Path(program).resolve()
    wanted = [it for it in checks if not only or any(word in it[0] for word in only)]
    with tempfile.TemporaryDirectory(prefix="boothpay-bus-") as place:
        place = pathlib.Path(place)
        # ippeveprinter starts only where there is a bus, also when it is to announce itself to nobody.
        bus = f"unix:path={place}/bus"
        daemon = Program("dbus", ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={bus}"], place)
        try:
            until(lambda: daemon.text(), (place / "bus").exists)
            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as hands:
                passed = list(hands.map(lambda it: run(*it, program, bus), wanted))
        finally:
            daemon.end()
    print(f"{sum(passed)} of {len(passed)} checks passed")
    return 0 if all(passed) and passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
