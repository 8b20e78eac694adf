"""How hard some tests try, by option, and what it came to, at the end of the report."""

from collections import Counter

import pytest

counts = Counter()
"""What was done how often, by its name, e.g. ``"schedules of two processes"``."""


def pytest_addoption(parser):
    parser.addoption(
        "--model-steps",
        type=int,
        metavar="N",
        help="compare the model of a session with each store for so many random steps;"
        " not given: for some that are the same at every run",
    )


def pytest_terminal_summary(terminalreporter):
    for name, count in sorted(counts.items()):
        terminalreporter.write_line(f"{name}: {count:,}")


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):  # one of several processes of pytest
        session.config.workeroutput["effort"] = dict(counts)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    counts.update(getattr(node, "workeroutput", {}).get("effort", {}))
