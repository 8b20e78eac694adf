"""Scale, memory, start-up and the greeting page; no figure of it means anything."""

import json
import re
import sqlite3
from contextlib import closing

import pytest

from benchmarks import (
    big_file,
    crowd,
    greeting,
    memory,
    options,
    prepare,
    processes,
    reader,
    scale,
    startup,
)
from benchmarks.handlers import LATE_MS, Waits
from benchmarks.in_process import answered, cookie_of_new_session, new_request
from benchmarks.load import Load
from benchmarks.rounds import Ready
from benchmarks.server import ours
from benchmarks.subjects import Subject

ROWS, VISITORS = 1_000, 10


def made(folder, rows):
    """A file of so many records, with its visitors' cookies."""
    path, cookies = folder / "sessions.db", folder / "cookies"
    big_file.make(path, rows, cookies, visitors=VISITORS)
    return path, cookies


@pytest.fixture
def big(tmp_path):
    """Far more records than visitors."""
    return made(tmp_path, ROWS)


async def test_the_big_file_holds_its_records_and_knows_its_visitors(big):
    path, cookies = big
    requests = [new_request("/reads", line) for line in cookies.read_text().split("\n")]

    async with ours(f"sqlite:///{path}") as application:
        answers = [await answered(application, request) for request in requests[:-1]]
        count = await application.settings["sessions"].count()

    assert count == ROWS
    assert [each.body for each in answers] == [b"Hello, Ada Lovelace"] * VISITORS


def test_no_two_records_of_the_big_file_say_the_same(big):
    path, _ = big

    with closing(sqlite3.connect(path)) as db:
        (count,) = db.execute("SELECT count(DISTINCT data) FROM sessions").fetchone()

    assert count == ROWS


@pytest.fixture
def full(tmp_path):
    """A file in which every record has its visitor."""
    return made(tmp_path, VISITORS)


async def test_every_visitor_has_a_record_of_his_own(full):
    path, cookies = full

    async with ours(f"sqlite:///{path}") as application:
        for line in cookies.read_text().splitlines():
            await answered(application, new_request("/reads", line))


async def test_the_longest_waits_of_a_change_are_told_once(big):
    path, cookies = big
    line = cookies.read_text().partition("\n")[0]

    async with ours(f"sqlite:///{path}") as application:
        await answered(application, new_request("/timed", line))
        longest = await answered(application, new_request("/longest"))
        none = await answered(application, new_request("/longest"))

    told = json.loads(longest.body)
    assert told["commit_ms"] > told["call_ms"] > 0
    assert (told["commits"], told["late"]) == (1, told["commit_ms"] > LATE_MS)
    assert set(json.loads(none.body).values()) == {0}


def test_commits_that_wait_for_too_long_are_counted():
    waits = Waits()
    for wait_ms in (1, LATE_MS, LATE_MS + 1, 90):
        waits.waited(wait_ms / 1_000)

    assert waits.taken() == {"commit_ms": 90, "call_ms": 0, "commits": 4, "late": 2}


def test_the_visitors_are_spread_over_the_whole_big_file(big):
    path, cookies = big
    lines = cookies.read_text().splitlines()
    handles = sorted(map(big_file._handle_in, lines))

    with sqlite3.connect(path) as db:
        places = [
            db.execute("SELECT count(*) FROM sessions WHERE handle < ?", [one])
            for one in handles
        ]
        found = [place.fetchone()[0] for place in places]
    db.close()

    assert found == pytest.approx(range(0, ROWS, ROWS // VISITORS), abs=2)


def test_a_tenth_expires_and_no_visitor_with_it(big):
    path, cookies = big

    count = big_file.expire_a_tenth(path, cookies)

    assert 0.05 * ROWS < count < 0.15 * ROWS
    handles = [big_file._handle_in(line) for line in cookies.read_text().splitlines()]
    with sqlite3.connect(path) as db:
        expired = db.execute("SELECT handle FROM sessions WHERE expires_at < 2000000")
        assert {handle for (handle,) in expired}.isdisjoint(handles)
    db.close()


def test_a_disk_that_is_too_small_is_told_before_anything_is_written(tmp_path):
    path, cookies = tmp_path / "sessions.db", tmp_path / "cookies"

    with pytest.raises(SystemExit, match="bytes of disk"):
        big_file.make(path, 10**15, cookies, visitors=1)

    assert not path.exists()


def test_scale_tells_the_rates_and_the_sweep(stand_in):
    text = scale.measure(options.parse(["--quick", "--scale", "2_000"]))

    assert "2,000 records in a file of" in text
    for operation in ("reads", "changes", "creates"):
        assert f"| {operation} | 0.90 | 1.000 | yes |" in text
    assert "p99 of changes, against 2.0 ms without a sweep" in text
    told = r"\| longest commit, against [\d.]+ ms without a sweep \| 20 ms \| [\d.]+ ms"
    assert re.search(told, text)
    assert re.search(r"\| commits of more than 20 ms \|  \| \d+ of \d+ \|", text)
    told = r"\| longest call of the store, against [\d.]+ ms \|  \| [\d.]+ ms"
    assert re.search(told, text)


def test_scale_compares_each_page_of_the_two_files_in_turn(monkeypatch):
    big, few, asked = ready("ours-big"), ready("ours-sqlite"), []

    def visited(ready, operation, *, seconds):
        asked.append((ready.subject.name, operation, seconds))
        return load(rate=900 if ready is big else 1_000), 0.0

    monkeypatch.setattr(scale.rounds, "measure_page", visited)
    monkeypatch.setattr(scale.rounds, "let_all_come", lambda ready: None)

    ratios = scale._ratios(big, few, options.parse(["--scale", "--rounds", "1"]))

    assert ratios == {name: [0.9, 0.9] for name in ("reads", "changes", "creates")}
    assert asked[:2] == [("ours-big", "reads", 3), ("ours-sqlite", "reads", 3)]
    assert asked[6:8] == [("ours-sqlite", "reads", 3), ("ours-big", "reads", 3)]


def ready(name):
    return Ready(Subject(name=name, title="", command=()), None, None)


def load(*, rate):
    return Load(
        requests=rate, seconds=1.0, errors=0, p50_ms=1.0, p99_ms=2.0, longest_ms=9.0
    )


def test_memory_tells_the_crowd_and_the_growth(stand_in):
    text = memory.measure(options.parse(["--quick", "--memory", "40"]))

    assert "| 1,000 visitors at once, over bare Tornado | 30 MiB |" in text
    assert "| growth from 4 to 40 requests | 2 MiB |" in text


def test_start_tells_the_time_to_the_first_page(stand_in):
    text = startup.measure(options.parse(["--quick", "--start"]))

    assert "| start-up to the first page, warm | 0.60 s |" in text


def test_greeting_tells_the_page_beside_bare_tornado(stand_in, monkeypatch):
    monkeypatch.setattr(crowd, "SIZE", 3)

    text = greeting.measure(options.parse(["--quick", "--greeting"]))

    assert "| greeting: counts the visit, renders a template | 6,000 |" in text
    assert "| bare Tornado | 6,000 |" in text


def test_wrk_is_looked_for_on_the_path(stand_in):
    assert prepare.shutil.which("wrk") == str(stand_in)


def test_processes_tell_how_their_reads_add_up():
    text = processes.measure(options.parse(["--quick", "--processes"]))

    assert re.search(r"^\| bare Tornado \| [\d.]+ \| – \| – \|$", text, re.MULTILINE)
    ours = r"^\| reads of one SQLite file \| [\d.]+ \| [\d.]+ \|"
    assert re.search(ours, text, re.MULTILINE)


def test_a_reader_that_ends_too_early_is_told(monkeypatch):
    monkeypatch.setattr(processes, "_READER", "benchmarks.no_such_module")

    with pytest.raises(RuntimeError, match="ended too early"):
        processes.measure(options.parse(["--quick", "--processes"]))


async def test_a_reader_counts_its_answers(tmp_path):
    async with ours(f"sqlite:///{tmp_path / 'sessions.db'}") as application:
        cookie = await cookie_of_new_session(application)
        assert await reader._rate(application, "/reads", [cookie], 0.01) > 0
        with pytest.raises(RuntimeError, match="answers 404"):
            await reader._rate(application, "/missing", [cookie], 0.01)
