"""The tests of the virtual environment beside the code."""

import os
import subprocess

import pytest

from tests.tools.copies import dev, project_in
from tools import environment

SETTING_UP = "Setting up .venv"

NO_VENV = """
import subprocess
class EnvBuilder:
    def __init__(self, **options): pass
    def create(self, folder): raise subprocess.CalledProcessError(1, "ensurepip")
"""

INTERRUPTED = """
class EnvBuilder:
    def __init__(self, **options): pass
    def create(self, folder): raise KeyboardInterrupt
"""


@pytest.fixture
def project(tmp_path):
    return project_in(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project that was started once, and what that start said."""
    project = project_in(tmp_path_factory.mktemp("built"))
    return project, dev(project, "run", "--port=9000", "two words")


def test_the_first_start_sets_things_up_and_becomes_the_app(built):
    _, (status, output, errors) = built

    assert (status, output) == (7, "['--port=9000', 'two words']\n")
    assert errors.startswith(SETTING_UP)
    assert errors.count("\n") == 1


def test_the_second_start_sets_nothing_up(built):
    project, _ = built

    assert dev(project, "--port=9000") == (7, "['--port=9000']\n", "")


def test_a_changed_lock_file_is_installed_at_the_next_start(built):
    project, _ = built
    (project / "requirements.lock").write_text("# still nothing\n")

    _, _, errors = dev(project, "run")

    assert errors.startswith(SETTING_UP)


def test_without_a_network_one_line_says_so_and_the_next_start_tries_again(built):
    project, _ = built
    lock = project / "requirements.lock"
    lock.write_text("nowhere==1.0 --hash=sha256:" + 64 * "0" + "\n")
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}

    status, output, errors = dev(project, "run", env=offline)
    lock.write_text("# nothing after all\n")
    next_status, _, _ = dev(project, "run")

    assert (status, output) == (1, "")
    assert "is this machine online?" in errors.splitlines()[-1]
    assert next_status == 7


def test_an_environment_whose_building_was_killed_does_not_count(built, monkeypatch):
    project, _ = built
    venv = project / ".venv"
    for name, path in [
        ("ROOT", project),
        ("VENV", venv),
        ("PYTHON", venv / "bin/python"),
        ("SOUND", venv / environment.SOUND.name),
    ]:
        monkeypatch.setattr(environment, name, path)
    monkeypatch.setattr(subprocess, "call", interrupted)
    finished = environment.is_sound()

    with pytest.raises(KeyboardInterrupt):
        environment.build(project / "requirements.lock")

    assert finished
    assert not environment.is_sound()


def interrupted(*words, **options):
    raise KeyboardInterrupt


def test_an_empty_venv_folder_is_made_use_of(project):
    (project / "venv.py").write_text(INTERRUPTED)
    (project / ".venv").mkdir()

    assert dev(project, "run")[0] == 130


def test_a_venv_folder_that_is_something_else_is_refused_and_kept(project):
    thesis = project / ".venv" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("five years")

    status, _, errors = dev(project, "run")

    assert status == 1
    assert errors.splitlines()[-1] == (
        ".venv exists but is not a virtual environment; please move it away."
    )
    assert thesis.read_text() == "five years"


def test_a_python_without_venv_is_told_which_package_is_missing(project):
    (project / "venv.py").write_text(NO_VENV)

    status, _, errors = dev(project, "run")

    assert status == 1
    assert "apt install python3-venv" in errors.splitlines()[-1]


def test_an_interrupted_start_may_leave_an_installer_that_goes_on(project):
    shadow = project / "venv.py"
    shadow.write_text(INTERRUPTED)
    interrupted = dev(project, "run")
    late = project / ".venv" / "late.py"
    late.parent.mkdir(exist_ok=True)
    late.touch()
    again = dev(project, "run")

    assert [status for status, _, _ in (interrupted, again)] == [130, 130]
    assert not late.exists()
