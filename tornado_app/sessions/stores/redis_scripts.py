"""The scripts that run inside the server, each in a .lua file beside this one."""

import hashlib
from importlib import resources
from typing import NamedTuple


class Script(NamedTuple):
    """What the server runs as a whole, with nothing else in between."""

    text: str
    sha: str
    """The name under which a server keeps it, once it was loaded."""


def _read(name: str) -> Script:
    text = resources.files(__package__).joinpath(f"redis_{name}.lua").read_text("utf-8")
    # The server's own way to name a script; nothing is protected by it.
    sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return Script(text, sha)


CREATE = _read("create")
UPDATE = _read("update")
WRITE = _read("write")
DELETE = _read("delete")
TALLY = _read("tally")
NOTE_USER = _read("note_user")
FORGET_USER = _read("forget_user")

ALL = (CREATE, UPDATE, WRITE, DELETE, TALLY, NOTE_USER, FORGET_USER)
