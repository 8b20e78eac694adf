"""The proof that a fresh machine with any supported Python can run and test this."""

import os
import re
import shutil
import signal
import subprocess
import urllib.request

import pytest

from tests.tree import files_of_the_project
from tools.environment import ROOT

PYTHONS = [f"python3.{minor}" for minor in range(11, 20)]
QUICK_TEST = "ARGS=tests/test_plugins.py -k 'loop or hypothesis'"


def works(python):
    found = shutil.which(python)
    return found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0


@pytest.fixture(params=list(filter(works, PYTHONS)))
def fresh(request, tmp_path):
    """What a clone of the project on a new machine has: files, make, a Python."""
    project, home = tmp_path / "fresh clone", tmp_path / "home"
    home.mkdir()
    for source in files_of_the_project():
        target = project / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    return {"cwd": project, "env": environment}, f"PYTHON={request.param}"


def test_make_run_serves_the_app(fresh):
    options, python = fresh
    command = ["make", "--silent", python, "run", "ARGS=--port=0"]

    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, process_group=0, **options
    ) as process:
        url = re.search(r"Listening on (\S+)", process.stdout.readline()).group(1)
        with urllib.request.urlopen(url) as response:  # noqa: S310 - our own server
            page = response.read().decode()
        os.killpg(process.pid, signal.SIGINT)

    assert "Hello, stranger!" in page


def test_make_test_runs_the_tests_with_quoted_arguments(fresh):
    options, python = fresh

    result = subprocess.run(
        ["make", "--silent", python, "test", QUICK_TEST],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"\d+ passed", result.stdout.splitlines()[-1])
