"""Tests of writing the audit log beside the event loop."""

import json
import threading
from datetime import UTC, datetime

import pytest

from tornado_app import audit_writer
from tornado_app.audit_events import Event
from tornado_app.audit_writer import AuditWriter, open_audit
from tornado_app.settings import Settings

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DEADLINE_S = 20


class Disk:
    """Takes lines, unless it is full; or stuck, until it is let go."""

    name = "of the test"

    def __init__(self):
        self.text = ""
        self.is_full = False
        self.tried = threading.Semaphore(0)
        self.goes_on = threading.Event()
        self.goes_on.set()

    def append(self, text):
        self.goes_on.wait(DEADLINE_S)
        try:
            if self.is_full:
                raise OSError(28, "No space left on device")
            self.text += text
        finally:
            self.tried.release()

    def close(self):
        self.text += "closed"


@pytest.fixture
def disk():
    return Disk()


@pytest.fixture
def writer(disk):
    writer = AuditWriter(disk, gap=lambda count: f"lost {count}\n")
    writer.start()
    yield writer
    disk.goes_on.set()
    writer.close()


def have_tried(disk, count):
    for _ in range(count):
        assert disk.tried.acquire(timeout=DEADLINE_S)


def test_all_lines_are_written_in_their_order_before_it_closes(writer, disk):
    for number in range(500):
        writer.write(f"{number}\n")

    writer.close()

    assert disk.text == "".join(f"{number}\n" for number in range(500)) + "closed"


def test_who_writes_does_not_wait_for_a_disk_that_is_stuck(writer, disk):
    disk.goes_on.clear()

    writer.write("one\n")
    writer.write("two\n")

    assert disk.text == ""
    disk.goes_on.set()
    have_tried(disk, 2)
    assert disk.text == "one\ntwo\n"


@pytest.mark.logs("cannot be written, its lines are lost", "again; 3 lines were lost")
def test_a_full_disk_is_logged_once_and_the_gap_is_told(writer, disk, caplog):
    disk.is_full = True
    for line in ("one\n", "two\n", "three\n"):
        writer.write(line)
    have_tried(disk, 3)
    disk.is_full = False

    writer.write("four\n")
    writer.close()

    assert disk.text == "lost 3\nfour\nclosed"
    assert len(caplog.messages) == 2


@pytest.mark.logs("its lines are lost: the disk is too slow", "4 lines were lost")
def test_no_more_than_so_many_lines_wait(disk, monkeypatch):
    monkeypatch.setattr(audit_writer, "MOST_WAITING", 2)
    writer = AuditWriter(disk, gap=lambda count: f"lost {count}\n")

    for number in range(6):
        writer.write(f"{number}\n")
    writer.start()
    writer.close()

    assert disk.text == "lost 4\n0\n1\nclosed"


def test_a_disk_that_hangs_does_not_keep_the_program_from_stopping(disk, monkeypatch):
    monkeypatch.setattr(audit_writer, "_LONGEST_GOODBYE_S", 0.01)
    writer = AuditWriter(disk, gap=str)
    writer.start()
    disk.goes_on.clear()
    writer.write("one\n")

    writer.close()

    assert disk.text == ""
    disk.goes_on.set()
    have_tried(disk, 1)


def settings(tmp_path, **more):
    return Settings(audit_log=str(tmp_path / "audit.log"), **more)


async def test_the_log_goes_from_the_start_to_the_stop(tmp_path):
    chosen = settings(tmp_path, audit_addresses="full")
    async with open_audit(chosen, "key", clock=lambda: NOW) as audit:
        audit.note(Event.USER_CREATED, "7", "7")
        assert audit.address_of("192.0.2.77") == "192.0.2.77"

    lines = (tmp_path / "audit.log").read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == [
        "sys_startup",
        "user_created:7,7",
        "sys_shutdown",
    ]


@pytest.mark.logs("audit log /dev/full cannot be written")
async def test_a_disk_that_is_full_from_the_start_ends_nothing():
    async with open_audit(
        Settings(audit_log="/dev/full"), "key", clock=lambda: NOW
    ) as audit:
        audit.note(Event.USER_CREATED, "7", "7")


async def test_nothing_is_written_when_that_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    async with open_audit(
        Settings(audit_log="none"), "key", clock=lambda: NOW
    ) as audit:
        audit.note(Event.USER_CREATED, "7", "7")

    assert not audit.is_on
    assert list(tmp_path.iterdir()) == []
