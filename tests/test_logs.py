"""How a log line looks, whatever is in it."""

import logging
import sys

import pytest

from tests.programs import read_answer, server
from tornado_app.logs import FORMAT, LineFormatter


def line(message, *args, exc_info=None):
    record = logging.LogRecord("x", logging.INFO, "", 0, message, args, exc_info)
    return (
        LineFormatter(fmt=FORMAT, color=False).format(record).partition("INFO    ")[2]
    )


@pytest.mark.parametrize(
    ("mark", "written"),
    [
        ("\r", "\\r"),
        ("\x00", "\\x00"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x7f", "\\x7f"),
        ("\x80", "\\x80"),
        ("\x85", "\\x85"),
        ("\x9b31m", "\\x9b31m"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ],
)
def test_what_ends_a_line_or_moves_a_terminal_is_written_out(mark, written):
    """U+0085 in a path began a line of the visitor's own."""
    assert line("GET %s", f"/a{mark}b") == f"GET /a{written}b"
    try:
        raise ValueError(f"a{mark}b")
    except ValueError:
        assert f"a{written}b" in line("failed", exc_info=sys.exc_info())


def test_text_and_tabs_stay_as_they_are():
    assert line("%d %% of\tZoë, \U0001f600, 日本", 5) == "5 % of\tZoë, \U0001f600, 日本"


def test_what_follows_a_line_feed_is_indented():
    assert line("a\nb") == "a\n    b"


def test_no_visitor_begins_a_line_of_the_program_s_log(tmp_path):
    marks = [*map(bytes.fromhex, ("80", "85", "9b")), *map(str.encode, "\u2028\u2029")]
    with server(tmp_path) as running:
        for mark in marks:
            with running.connect() as connection:
                words = b"GET /x%sFORGED HTTP/1.1\r\nHost: localhost\r\n" % mark
                connection.sendall(words + b"Connection: close\r\n\r\n")
                read_answer(connection)
        running.stop()

    assert running.errors.count("FORGED") >= len(marks)
    assert not any(each.startswith("FORGED") for each in running.errors.splitlines())
    assert not any("\x80" <= each <= "\x9f" for each in running.errors)
