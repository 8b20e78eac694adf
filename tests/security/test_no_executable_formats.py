"""What a store or a cookie holds is data; nothing that is read can run."""

import ast
import json
import pickle
import sqlite3
from pathlib import Path

from tools.environment import ROOT

SOURCES = sorted((ROOT / "tornado_app").rglob("*.py"))
DANGEROUS_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"}
DANGEROUS_MODULES |= {"yaml", "dbm", "copyreg", "code", "runpy"}
DANGEROUS_CALLS = {"eval", "exec", "compile", "__import__"}


def imported_by(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def called_by(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def test_nothing_that_runs_what_it_reads_is_imported():
    assert len(SOURCES) > 100

    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert set(imported_by(tree)) & DANGEROUS_MODULES == set(), path.name
        assert set(called_by(tree)) & DANGEROUS_CALLS == set(), path.name


class Bomb:
    """Makes a file when somebody unpickles it."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (Path.touch, (Path(self.path),))


async def test_a_pickle_in_the_store_is_text(visitor, database, tmp_path):
    await visitor.introduce("Ada")
    made = tmp_path / "made"
    bomb = pickle.dumps(Bomb(made), protocol=0).decode("ascii")
    with sqlite3.connect(database) as connection:
        data = json.dumps({"name": bomb, "theme": "dark"})
        connection.execute("UPDATE sessions SET data = ?", [data])
    connection.close()

    response = await visitor.get("/")

    assert response.code == 200
    assert 'data-theme="dark"' in response.body.decode()
    assert not made.exists()
    pickle.loads(bomb.encode())  # noqa: S301 - ours, and it would have gone off
    assert made.exists()
