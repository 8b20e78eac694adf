"""How far a command is, on a terminal and elsewhere."""

import io

import pytest

from tornado_app.sessions.operating import progress
from tornado_app.sessions.operating.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def seconds(monkeypatch):
    """The clock of the progress; the test moves it."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_on_a_terminal_one_line_moves(seconds):
    stream = Terminal()
    shown = Progress(stream)

    for count in (50, 100):
        seconds[0] += 1
        shown.show(count, 100)
    shown.end()

    assert stream.getvalue() == (
        f"\r[{'#' * 15}{'.' * 15}]  50%  50 of 100\x1b[K"
        f"\r[{'#' * 30}] 100%  100 of 100\x1b[K\n"
    )


def test_elsewhere_a_plain_line_comes_now_and_then(seconds):
    stream = io.StringIO()
    shown = Progress(stream)

    for count in range(0, 3000, 100):
        seconds[0] += 1
        shown.show(count, 3000)
    shown.end()

    assert stream.getvalue().splitlines() == [
        " 30%  900 of 3,000",
        " 63%  1,900 of 3,000",
        " 97%  2,900 of 3,000",
    ]


def test_what_is_quick_shows_nothing(seconds):
    stream = Terminal()
    shown = Progress(stream)

    shown.show(1, 2)
    shown.end()

    assert stream.getvalue() == ""


def test_more_than_all_is_all_and_nothing_is_all(seconds):
    stream = Terminal()
    shown = Progress(stream)

    seconds[0] += 1
    shown.show(3, 2)
    seconds[0] += 1
    shown.show(0, 0)

    assert stream.getvalue().count("100%") == 2
