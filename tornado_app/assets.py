"""Owns the static files: read once, named by their content.

All stylesheets are one file, so that a page asks for one, and code goes out without
what helps only people to read it. A name holds the content's hash: browsers keep the
file for ever, a changed one has a new name.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STYLESHEET = "site.css"

# Indentation, and lines that are empty or a comment; no text in a script has any.
_FOR_PEOPLE = re.compile(rb"^ *((//.*|/\*[^*\n]*\*/)?\n)?", re.MULTILINE)

_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: plain, and gzipped when that is shorter (else None)."""

    content: bytes
    content_type: str
    etag: str
    gzipped: bytes | None


def asset_of(content: bytes, content_type: str) -> Asset:
    """*content* with its hash and its gzipped form."""
    etag = hashlib.sha256(content).hexdigest()[:16]
    # The time is fixed: the same content is the same bytes on every machine.
    smaller = gzip.compress(content, mtime=0)
    fits = len(smaller) < len(content)
    return Asset(content, content_type, etag, smaller if fits else None)


class Assets:
    """The static files of one directory; ``css/*.css`` become `STYLESHEET`."""

    def __init__(self, directory: Path) -> None:
        self._by_name: Mapping[str, Asset] = _read(directory)
        self._by_hashed_name = {
            self._hashed_name(name): asset for name, asset in self._by_name.items()
        }

    def __getitem__(self, name: str) -> Asset:
        return self._by_name[name]

    def url(self, name: str) -> str:
        """Where *name* is served, by its content."""
        return f"/static/{self._hashed_name(name)}"

    def find(self, hashed_name: str) -> Asset | None:
        """The file that a page asked for by its hashed name."""
        return self._by_hashed_name.get(hashed_name)

    def _hashed_name(self, name: str) -> str:
        path = Path(name)
        return f"{path.stem}.{self._by_name[name].etag}{path.suffix}"


def _read(directory: Path) -> dict[str, Asset]:
    files = {
        path.name: path.read_bytes() for path in directory.iterdir() if path.suffix
    }
    sheets = sorted(directory.glob("css/*.css"))
    files[STYLESHEET] = b"\n".join(sheet.read_bytes() for sheet in sheets)
    return {name: _asset(name, content) for name, content in files.items()}


def _asset(name: str, content: bytes) -> Asset:
    suffix = Path(name).suffix
    if suffix in (".css", ".js"):
        content = _FOR_PEOPLE.sub(b"", content)
    return asset_of(content, _CONTENT_TYPES[suffix])
