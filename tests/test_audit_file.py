"""Tests of the file that the audit log goes to."""

import os
import stat
from pathlib import Path

import pytest

from tornado_app.audit_file import AppendedFile, StandardOutput, open_target
from tornado_app.errors import StartError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "logs" / "audit.log"


@pytest.fixture
def file(path):
    file = AppendedFile(path)
    yield file
    file.close()


def test_the_file_is_made_for_its_owner_alone_and_its_folder_too(file, path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_mode_of_a_file_that_was_there_is_its_operator_s_choice(path):
    path.parent.mkdir()
    path.touch(0o640)
    path.chmod(0o640)

    AppendedFile(path).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_lines_are_added_at_the_end(file, path):
    path.write_text("before\n")
    other = AppendedFile(path)
    file.append("one\n")
    other.append("two\n")
    file.append("three\n")
    other.close()

    assert path.read_text() == "before\none\ntwo\nthree\n"


def test_a_file_that_was_moved_away_is_made_anew(file, path):
    file.append("one\n")
    path.rename(path.with_suffix(".1"))
    file.append("two\n")

    assert path.with_suffix(".1").read_text() == "one\n"
    assert path.read_text() == "two\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_was_replaced_or_emptied_is_taken_as_it_is(file, path):
    file.append("one\n")
    path.rename(path.with_suffix(".1"))
    path.touch(0o640)
    file.append("two\n")
    assert path.read_text() == "two\n"

    os.truncate(path, 0)
    file.append("three\n")

    assert path.read_text() == "three\n"


def test_what_cannot_be_made_anew_is_an_error_until_it_can(file, path):
    path.unlink()
    path.mkdir()
    for _ in range(2):
        with pytest.raises(IsADirectoryError):
            file.append("lost\n")
    path.rmdir()

    file.append("one\n")

    assert path.read_text() == "one\n"


def test_half_a_line_is_an_error_and_spoils_only_itself(file, path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:3]))
    with pytest.raises(OSError, match="No space left"):
        file.append("one line\n")
    monkeypatch.undo()

    file.append("two\n")

    assert path.read_text() == "one\ntwo\n"


def test_a_full_disk_is_an_error():
    full = AppendedFile(Path("/dev/full"))

    with pytest.raises(OSError, match="No space left"):
        full.append("one\n")

    full.close()


@pytest.mark.parametrize("name", ["", "file/audit.log"])
def test_a_file_that_cannot_be_had_ends_the_start(tmp_path, name):
    (tmp_path / "file").touch()

    with pytest.raises(StartError, match=r"audit log .*; choose another with --audit"):
        open_target(str(tmp_path / name))


def test_a_pipe_that_nobody_reads_does_not_hold_the_start_up(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(StartError, match="No such device"):
        open_target(str(tmp_path / "pipe"))


def test_it_may_go_to_standard_output_or_nowhere(capfd):
    target = open_target("-")
    target.append("one\n")
    target.close()

    assert isinstance(target, StandardOutput)
    assert capfd.readouterr().out == "one\n"
    assert open_target("none") is None
