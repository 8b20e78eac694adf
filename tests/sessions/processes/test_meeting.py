"""Processes that meet at an SQLite file which is not there yet."""

import sqlite3
from contextlib import closing

from tornado_app.sessions.stores.sqlite_schema import open_for_writing


def test_a_file_that_another_makes_meanwhile_is_not_taken_for_a_strangers(
    tmp_path, monkeypatch
):
    """Its tables were seen, its mark had been looked for before they were there."""
    path, statements = tmp_path / "sessions.db", []

    class Watched(sqlite3.Connection):
        def execute(self, sql, *arguments):
            statements.append(sql)
            if len(statements) == 2:
                monkeypatch.undo()
                open_for_writing(path, "normal").close()
            return super().execute(sql, *arguments)

    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **kw: connect(*args, factory=Watched, **kw)
    )

    with closing(open_for_writing(path, "normal")) as db:
        assert db.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
