"""The virtual environment beside the code, built more than once at a time."""

import signal

import pytest

from tests.tools.copies import dev, project_in, start
from tests.tools.test_environment import SETTING_UP


@pytest.fixture
def project(tmp_path):
    return project_in(tmp_path)


def test_of_two_starts_at_once_the_second_waits_for_the_first(project):
    both = [start(project, "run"), start(project, "run")]
    said = [process.communicate(timeout=120)[1] for process in both]

    assert [process.returncode for process in both] == [7, 7]
    assert sorted(map(len, said))[0] == 0
    assert sum(SETTING_UP in errors for errors in said) == 1


def test_an_interrupted_start_leaves_nothing_that_breaks_the_next(project):
    with start(project, "run") as process:
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)

    assert process.returncode == 130
    assert dev(project, "run")[0] == 7
