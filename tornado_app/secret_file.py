"""The file that holds the secrets which sign cookies."""

import contextlib
import logging
import os
import secrets
import stat
from pathlib import Path

from tornado_app.errors import SecretFileError

SHORTEST_BYTES = 32  # RFC 2104 §3: no fewer than the hash, SHA-256, puts out
LARGEST_FILE_BYTES = 65_536

log = logging.getLogger(__name__)


def read_secrets(path: Path) -> tuple[str, ...]:
    """Return the secrets in *path*, the signing one first; make it when absent.

    There is one secret a line; empty lines and lines that begin with ``#`` say
    nothing. Raises `SecretFileError` when the file cannot be made or read, when
    others than its owner may read or write it, or when a secret is too short.
    """
    try:
        if not path.exists():
            _make(path)
        return _checked(path, _read(path))
    except OSError as exc:
        problem = f"{exc.strerror} ({exc.filename}); choose another with --secret-file"
        raise SecretFileError(path, problem) from exc


def _make(path: Path) -> None:
    """Write a new secret aside, then link it in place.

    Of two starts at once both read what the first one wrote, neither half a file.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    try:
        _write(draft, secrets.token_urlsafe(48) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
            log.info("Made a new secret in %s", path)
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)


def _read(path: Path) -> str:
    # Without O_NONBLOCK a named pipe would hold the start up for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        _check_status(path, os.fstat(descriptor))
        content = file.read(LARGEST_FILE_BYTES + 1)
    if len(content) > LARGEST_FILE_BYTES:
        raise SecretFileError(path, f"it is larger than {LARGEST_FILE_BYTES} bytes")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise SecretFileError(path, "it is not UTF-8 text") from None


def _check_status(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SecretFileError(path, "it is not a file; choose another")
    if os.name == "posix" and status.st_mode & 0o077:
        raise SecretFileError(
            path, f"others may read or write it; run: chmod 600 {path}"
        )


def _checked(path: Path, text: str) -> tuple[str, ...]:
    lines = [line.strip() for line in text.splitlines()]
    found = tuple(line for line in lines if line and not line.startswith("#"))
    if not found:
        raise SecretFileError(path, "it holds no secret; delete it to get a new one")
    if any(len(secret.encode()) < SHORTEST_BYTES for secret in found):
        raise SecretFileError(
            path,
            f"a secret is shorter than {SHORTEST_BYTES} bytes; "
            "make one with: python3 -c "
            "'import secrets; print(secrets.token_urlsafe(48))'",
        )
    return found
