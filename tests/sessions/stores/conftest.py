"""What the tests of the SQLite store share."""

import pytest


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sessions.db"


@pytest.fixture
async def told(store):
    """The statements of the connection that writes."""
    statements = []
    await store._write("watch", lambda db: db.set_trace_callback(statements.append))
    statements.clear()
    return statements
