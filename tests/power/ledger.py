"""What was said to be stored, and what of it a file holds."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path


class Ledger:
    """Hears what a program asks of its store, and what it has then.

    It says ``asks`` or ``has``, a session's handle, and the number that the session
    holds or ``end``.
    """

    def __init__(self) -> None:
        self._asked: dict[str, int] = {}
        self._sure: dict[str, int] = {}
        self._asked_to_end: set[str] = set()
        self._ended: set[str] = set()
        self.said = 0
        """How often it said something."""

    def hear(self, text: str) -> None:
        verb, handle, number = text.split()
        self.said += 1
        if number == "end":
            (self._asked_to_end if verb == "asks" else self._ended).add(handle)
        else:
            (self._asked if verb == "asks" else self._sure)[handle] = int(number)

    def faults(self, path: Path) -> Iterator[str]:
        """What is wrong with the file at *path*, a line each."""
        with closing(sqlite3.connect(path)) as db:
            (damage,) = db.execute("PRAGMA integrity_check").fetchone()
            (version,) = db.execute("PRAGMA user_version").fetchone()
            select = "SELECT handle, data FROM sessions"
            rows = db.execute(select).fetchall() if version else []
        if damage != "ok":
            yield f"damaged: {damage}"
        found = {handle: json.loads(data)["n"] for handle, data in rows}
        for handle, number in self._sure.items():
            if handle not in found and handle not in self._asked_to_end:
                yield f"lost: {handle}"
            elif found.get(handle, number) < number:
                yield f"older than said: {handle}"
        for handle, number in found.items():
            if handle in self._ended:
                yield f"revived: {handle}"
            elif number > self._asked.get(handle, 0):
                yield f"never asked for: {handle}"
