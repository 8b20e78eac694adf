"""The tests of what dev.py says before it does anything."""

import ast
import subprocess
import sys

import pytest

from tests.tools.copies import dev, project_in
from tools.environment import ROOT

OLD_PYTHONS = [f"python{v}" for v in ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10")]

PRETEND_TO_BE_OLD = """
import sys
sys.version_info = (3, 10, 13, "final", 0)
sys.argv = ["dev.py", "run"]
exec(compile(open("dev.py").read(), "dev.py", "exec"))
"""


@pytest.fixture
def project(tmp_path):
    return project_in(tmp_path)


def test_an_unknown_command_is_answered_with_the_usage(project):
    status, output, errors = dev(project, "fly")

    assert (status, output) == (2, "")
    assert "python3 dev.py test" in errors


def test_help_shows_the_usage_and_sets_nothing_up(project):
    status, output, errors = dev(project, "--help")

    assert (status, errors) == (0, "")
    assert "python3 dev.py test" in output
    assert not (project / ".venv").exists()


def test_a_python_that_is_too_old_is_told_in_one_line():
    old = subprocess.run(
        [sys.executable, "-c", PRETEND_TO_BE_OLD],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert_turned_away(old, "3.10")


def test_every_old_python_of_this_machine_is_turned_away():
    for name in OLD_PYTHONS:
        old = subprocess.run(
            ["/usr/bin/env", name, ROOT / "dev.py"],
            capture_output=True,
            text=True,
            check=False,
        )
        if not is_missing(old):
            assert_turned_away(old, name.removeprefix("python"))


def is_missing(result):
    """Whether there is no such Python: env says 127, as do version managers."""
    return result.returncode == 127


def assert_turned_away(result, version):
    assert result.returncode == 3
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("This app needs Python 3.11 or newer, and ")
    assert f"is Python {version}." in result.stderr


def test_dev_py_holds_nothing_that_an_old_python_cannot_read():
    source = (ROOT / "dev.py").read_text()
    nodes = {type(node) for node in ast.walk(ast.parse(source))}

    assert source.isascii()
    assert not nodes & {ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.FunctionDef}
