"""The file of secrets."""

import os
import stat
import threading

import pytest

from tornado_app.errors import SecretFileError
from tornado_app.secret_file import read_secrets

FIRST = "a" * 32
SECOND = "b" * 40


@pytest.fixture
def secret_file(tmp_path):
    """Write a file that nobody else may read; return its path."""

    def write(text, mode=0o600):
        path = tmp_path / "secret"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return path

    return write


def refusal(path):
    with pytest.raises(SecretFileError) as caught:
        read_secrets(path)
    assert str(caught.value).startswith(f"secret file {path}: ")
    assert "\n" not in str(caught.value)
    return caught.value.problem


def test_the_first_start_makes_a_secret_for_its_owner_alone(tmp_path):
    path = tmp_path / "new" / "folder" / "secret"

    (secret,) = read_secrets(path)

    assert len(secret) >= 43  # 256 bits as base64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.listdir(path.parent) == ["secret"]


def test_the_second_start_reads_what_the_first_one_made(tmp_path):
    assert read_secrets(tmp_path / "secret") == read_secrets(tmp_path / "secret")


def test_two_files_hold_two_secrets(tmp_path):
    assert read_secrets(tmp_path / "one") != read_secrets(tmp_path / "two")


def test_starts_at_the_same_time_agree_on_one_secret(tmp_path):
    together = threading.Barrier(8)
    found = []

    def first_start():
        together.wait()
        found.append(read_secrets(tmp_path / "secret"))

    threads = [threading.Thread(target=first_start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1
    assert os.listdir(tmp_path) == ["secret"]


def test_a_umask_that_forbids_everything_does_not_matter(tmp_path):
    before = os.umask(0o777)
    try:
        read_secrets(tmp_path / "secret")
    finally:
        os.umask(before)


def test_secrets_stand_one_a_line_and_the_first_one_leads(secret_file):
    path = secret_file(f"# signs since March\n{FIRST}\n\n  {SECOND}  \r\n")

    assert read_secrets(path) == (FIRST, SECOND)


def test_a_secret_of_31_bytes_is_refused(secret_file):
    problem = refusal(secret_file(f"{FIRST}\n{'c' * 31}\n"))

    assert "shorter than 32 bytes" in problem
    assert "token_urlsafe" in problem


def test_a_secret_is_measured_in_bytes(secret_file):
    assert read_secrets(secret_file("ü" * 16)) == ("ü" * 16,)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644, 0o666])
def test_a_file_that_others_may_read_or_write_is_refused(secret_file, mode):
    path = secret_file(FIRST, mode)

    assert refusal(path).endswith(f"run: chmod 600 {path}")


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n"])
def test_a_file_without_a_secret_is_refused(secret_file, text):
    assert "holds no secret" in refusal(secret_file(text))


def test_a_file_that_is_no_text_is_refused(secret_file):
    assert "not UTF-8" in refusal(secret_file(b"\xff" * 40))


def test_a_file_that_is_far_too_large_is_refused(secret_file):
    assert "larger than" in refusal(secret_file("x" * 100_000))


def test_a_folder_is_refused(tmp_path):
    assert "--secret-file" in refusal(tmp_path)


def test_a_named_pipe_is_refused_and_waits_for_nobody(tmp_path):
    os.mkfifo(tmp_path / "secret", 0o600)

    assert "not a file" in refusal(tmp_path / "secret")


def test_a_folder_that_cannot_be_made_is_refused(secret_file):
    path = secret_file(FIRST)

    assert refusal(path / "secret") == (
        f"File exists ({path}); choose another with --secret-file"
    )
