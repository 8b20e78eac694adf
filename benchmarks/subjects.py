"""The table of what is compared."""

import sys
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from .cache import NODE_FOLDER, PEERS_PYTHON

OPERATIONS = ("reads", "changes", "creates")
_EXPRESS = Path(__file__).parent / "peers" / "express_app.js"
_GUNICORN = ("--workers=1", "--worker-class=gthread", "--threads=8", "--keep-alive=60")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One server; ``/`` is its bare handler."""

    name: str
    """What ``--only`` calls it."""
    title: str
    command: tuple[str, ...]
    operations: tuple[str, ...] = OPERATIONS
    """The pages that are measured beside the bare one."""
    store: str = ""
    """The remote store that it needs: a name of `stores.STORES`."""
    safe: str = "yes"
    """Whether an answered change survives a power cut."""
    is_tornado: bool = False
    """Whether its bare handler is what all are compared with."""
    environment: dict[str, str] = field(default_factory=dict)

    def is_asked_for(self, patterns: list[str]) -> bool:
        """Tell whether one of *patterns* names it, or there are none."""
        return not patterns or any(fnmatch(self.name, one) for one in patterns)


def tornado() -> Subject:
    """A bare handler: what all are compared with."""
    return Subject(
        name="tornado",
        title="signed cookie only, no store",
        command=(sys.executable, "-m", "benchmarks.server", "tornado"),
        operations=("signed",),
        safe="–",
        is_tornado=True,
    )


def naive() -> Subject:
    """What one would write oneself."""
    return Subject(
        name="naive",
        title="aiosqlite by hand, a query a request",
        command=(sys.executable, "-m", "benchmarks.server", "naive"),
        is_tornado=True,
    )


def ours(store: str, title: str, *, url: str = "", safe: str = "yes") -> Subject:
    """This project on one store; without *url* a remote one."""
    return Subject(
        name=f"ours-{store}",
        title=f"**this project**, {title}",
        command=(sys.executable, "-m", "benchmarks.server", "ours", url or "{store}"),
        store="" if url else store,
        safe=safe,
        is_tornado=True,
    )


def gunicorn(name: str, title: str, module: str) -> Subject:
    """A WSGI application under its usual server."""
    application = f"benchmarks.peers.{module}:application"
    command = (str(PEERS_PYTHON), "-m", "gunicorn", "--bind=127.0.0.1:{port}")
    words = (*_GUNICORN, "--no-control-socket", application)
    return Subject(name=name, title=title, command=command + words)


def uvicorn(name: str, title: str, *, store: str = "") -> Subject:
    """The ASGI application under its usual server."""
    command = (str(PEERS_PYTHON), "-m", "uvicorn", "--port={port}", "--no-access-log")
    words = ("--log-level=warning", "benchmarks.peers.starlette_app:app")
    return Subject(
        name=name, title=title, command=command + words, store=store, safe="no"
    )


def aiohttp() -> Subject:
    """The data travels in the cookie: there is no store to be durable."""
    return Subject(
        name="aiohttp-session",
        title="aiohttp-session, all data in an encrypted cookie",
        command=(str(PEERS_PYTHON), "-m", "benchmarks.peers.aiohttp_app"),
        safe="–",
    )


def express(kind: str, title: str, *, store: str = "", safe: str = "yes") -> Subject:
    """express-session on one of its stores."""
    return Subject(
        name=f"express-{kind}",
        title=f"express-session, {title}",
        command=("node", str(_EXPRESS), kind),
        store=store,
        safe=safe,
        environment={"PACKAGES": str(NODE_FOLDER), "NODE_ENV": "production"},
    )


SUBJECTS = (
    tornado(),
    naive(),
    ours("memory", "memory", url="memory://", safe="no"),
    ours("sqlite", "SQLite", url="sqlite:///{folder}/sessions.db"),
    ours("postgresql", "PostgreSQL"),
    ours("redis", "Valkey as it comes", safe="no"),
    ours("redis-safe", "Valkey, appendfsync always"),
    gunicorn("django", "Django, db on SQLite (gunicorn, 8 threads)", "django_app"),
    gunicorn("flask", "Flask-Session, SQLAlchemy on SQLite (same)", "flask_app"),
    aiohttp(),
    uvicorn("starsessions-memory", "starsessions, memory (uvicorn, uvloop)"),
    uvicorn("starsessions-redis", "starsessions, Valkey (same)", store="redis"),
    express("memory", "memory", safe="no"),
    express("sqlite3", "connect-sqlite3"),
    express("better", "better-sqlite3"),
    express("postgresql", "connect-pg-simple", store="postgresql"),
    express("redis", "connect-redis on Valkey", store="redis", safe="no"),
)
