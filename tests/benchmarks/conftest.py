"""A disk, visitors and a wrk for tests that measure nothing."""

import shutil
import sys

import pytest

from benchmarks import cache, comparison, scale, visitors

# It visits a few times and tells what the true one would tell.
STAND_IN = """
import http.client, json, sys
from urllib.parse import urlsplit

url = next(urlsplit(word) for word in sys.argv if word.startswith("http"))
words = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else [""]
pages = [(url.path, words[0]), *([words[1:]] if words[1:] else [])]
connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
statuses = []
for path, file in pages:
    cookies = [line.strip() for line in open(file)] if file else [""]
    for turn in range(6):
        cookie = cookies[turn % len(cookies)]
        headers = {"Cookie": cookie} if cookie else {}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
print(json.dumps({"requests": 6, "seconds": 0.001,
    "errors": sum(status >= 400 for status in statuses),
    "p50_ms": 1.0, "p99_ms": 2.0, "longest_ms": 3.0, "rates": [2.0, 2.0]}))
"""
WRKS = ["stand-in", *(["wrk"] if shutil.which("wrk") else [])]


def pytest_ignore_collect():
    """The benchmarks read /proc and choose cores: they are for Linux alone."""
    return None if sys.platform == "linux" else True


@pytest.fixture(scope="module")
def module_patch():
    """A monkeypatch for all tests of a module."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module", autouse=True)
def disk(tmp_path_factory, module_patch):
    """The benchmarks' own folder, apart from one that is in use."""
    folder = tmp_path_factory.mktemp("cache")
    module_patch.setattr(cache, "DATA", folder / "data")
    module_patch.setattr(comparison, "CACHE", folder)
    module_patch.setattr(scale, "CACHE", folder)
    module_patch.setattr(visitors, "SESSIONS", 12)
    return folder


@pytest.fixture(scope="session")
def quick_wrk(tmp_path_factory):
    """The folder of a wrk that is quick."""
    folder = tmp_path_factory.mktemp("bin")
    program, wrk = folder / "visitors.py", folder / "wrk"
    program.write_text(STAND_IN)
    # Not by a first line with the interpreter: its path may hold a blank.
    wrk.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "$@"\n')
    wrk.chmod(0o755)
    return folder


@pytest.fixture
def stand_in(quick_wrk, monkeypatch):
    """The first wrk on the PATH is the quick one."""
    monkeypatch.setenv("PATH", str(quick_wrk), prepend=":")
    return quick_wrk / "wrk"


@pytest.fixture(params=WRKS)
def wrk(request):
    """The quick one, then the true one where it is installed."""
    if request.param == "stand-in":
        request.getfixturevalue("stand_in")
    return request.param
