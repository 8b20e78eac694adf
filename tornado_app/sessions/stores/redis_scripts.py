"""The scripts that run inside the server, each in a .lua file beside this one."""

import hashlib
from importlib import resources
from typing import NamedTuple


class Script(NamedTuple):
    """What the server runs as a whole, with nothing else in between."""

    text: str
    sha: str
    """The name under which a server keeps it, once it was loaded."""
    gathers: bool = False
    """Whether one call may be for many records: not where each may take long."""


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(f"redis_{name}.lua").read_text("utf-8")


def _script(text: str, *, gathers: bool = False) -> Script:
    # The server's own way to name a script; nothing is protected by it.
    sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return Script(text, sha, gathers)


def _each(name: str, *, gathers: bool = True) -> Script:
    """Return the script *name*, which is about one record, as one about many."""
    one = f"local function one(KEYS, ARGV)\n{_read(name)}end\n"
    return _script(one + _read("each"), gathers=gathers)


FIND = _each("find")
CREATE = _each("create")
UPDATE = _each("update", gathers=False)
WRITE = _each("write")
DELETE = _each("delete")
NOTE_USER = _each("note_user")
FORGET_USER = _each("forget_user")
TALLY = _script(_read("tally"))

ALL = (FIND, CREATE, UPDATE, WRITE, DELETE, TALLY, NOTE_USER, FORGET_USER)
