"""The rule that a test knows every warning it causes.

A test that causes one on purpose says so, with a regular expression for each line:
``@pytest.mark.logs("store is unavailable")``. A line it names has to come.
"""

import logging
import re
from contextlib import contextmanager

import pytest

OURS = ("tornado", "tornado_app", "asyncio")

# asyncpg, cancelled just when the server has taken its connection: it leaves a future
# whose error nobody can fetch. A deadline falls there once in thousands of times.
_DRIVERS_OWN = (
    "Future exception was never retrieved\nfuture: <Future finished"
    " exception=ConnectionError('unexpected connection_lost() call')>"
)


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "logs(*patterns): warnings and errors that the test has to cause"
    )


class Collector(logging.Handler):
    """Keeps the lines that a test has to answer for."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        if matters(record):
            self.lines.append(f"{record.name}: {record.getMessage()}")


def matters(record):
    # The access log warns of every 4xx, and those are answers like any other.
    is_refusal = record.name == "tornado.access" and record.levelno == logging.WARNING
    is_drivers = record.getMessage() == _DRIVERS_OWN
    return record.name.split(".")[0] in OURS and not is_refusal and not is_drivers


@contextmanager
def collected():
    """The list of lines, which grows while the block runs."""
    collector = Collector()
    logging.getLogger().addHandler(collector)
    try:
        yield collector.lines
    finally:
        logging.getLogger().removeHandler(collector)


@pytest.fixture(autouse=True)
def every_warning_is_expected(request):
    marks = request.node.iter_markers("logs")
    patterns = [pattern for mark in marks for pattern in mark.args]
    with collected() as lines:
        yield

    assert unexpected(lines, patterns) == [], "the log holds what no test expects"
    assert missing(lines, patterns) == [], "the log lacks what the test expects"


def unexpected(lines, patterns):
    return [
        line for line in lines if not any(re.search(each, line) for each in patterns)
    ]


def missing(lines, patterns):
    return [
        each for each in patterns if not any(re.search(each, line) for line in lines)
    ]
