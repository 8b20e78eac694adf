"""The running program, inside this process."""

import http.client
import subprocess
import sys
import threading

import pytest

from tools.environment import ROOT
from tornado_app import serving
from tornado_app.errors import ListenError, SecretFileError, StartError
from tornado_app.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(
        port=0,
        store=f"sqlite:///{tmp_path / 'sessions.db'}",
        database=f"sqlite:///{tmp_path / 'accounts.db'}",
        secret_file=tmp_path / "secret",
        audit_log=str(tmp_path / "audit.log"),
    )


@pytest.fixture
def applications(monkeypatch):
    """The applications that were made, for a look inside."""
    made = []

    def make_app(*arguments, **named):
        made.append(original(*arguments, **named))
        return made[-1]

    original = serving.make_app
    monkeypatch.setattr(serving, "make_app", make_app)
    return made


def store_threads():
    """The workers of aiosqlite; one that is left keeps the process from ending."""
    return [each for each in threading.enumerate() if is_a_store_thread(each)]


def is_a_store_thread(thread):
    return "_connection_worker_thread" in thread.name


def every_store_thread_ends():
    for thread in store_threads():
        thread.join(5)
    return store_threads() == []


async def test_the_program_accepts_once_it_has_started(settings):
    running = await serving.start(settings)

    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=5)
    connection.connect()
    connection.close()

    assert running.url == f"http://127.0.0.1:{running.port}/"
    await running.stop()


async def test_a_stop_closes_the_store_and_turns_readiness_off(settings, applications):
    running = await serving.start(settings)
    assert store_threads()
    assert applications[0].settings["draining"] is False

    await running.stop()

    assert applications[0].settings["draining"] is True
    assert every_store_thread_ends()


async def test_a_second_stop_does_nothing(settings):
    running = await serving.start(settings)

    await running.stop()
    await running.stop()


async def test_a_start_that_fails_closes_what_it_opened(settings, monkeypatch):
    def make_app(*_arguments, **_named):
        assert store_threads()
        raise RuntimeError("no pages")

    monkeypatch.setattr(serving, "make_app", make_app)

    with pytest.raises(RuntimeError, match="no pages"):
        await serving.start(settings)

    assert every_store_thread_ends()


async def test_a_port_in_use_leaves_no_trace_of_the_start(settings, tmp_path):
    running = await serving.start(settings)
    other = Settings(
        port=running.port,
        store=f"sqlite:///{tmp_path / 'other.db'}",
        database=f"sqlite:///{tmp_path / 'others.db'}",
        secret_file=tmp_path / "other",
        audit_log=str(tmp_path / "other.log"),
    )

    with pytest.raises(ListenError, match="another program listens there"):
        await serving.start(other)

    assert not (tmp_path / "other.db").exists()
    assert not (tmp_path / "other").exists()
    await running.stop()


async def test_a_secret_that_cannot_be_trusted_ends_the_start(settings):
    settings.secret_file.write_text("short")
    settings.secret_file.chmod(0o600)

    with pytest.raises(SecretFileError, match="shorter than 32 bytes"):
        await serving.start(settings)


async def test_a_database_that_is_none_ends_the_start(settings, tmp_path):
    (tmp_path / "sessions.db").write_text("a diary, and no database at all\n" * 99)

    with pytest.raises(StartError, match=r"sessions\.db"):
        await serving.start(settings)

    assert every_store_thread_ends()


ACCEPT_AND_STOP = """
import asyncio, gc, os, pathlib, signal, sys
from tornado_app.entrance import open_entrance
from tornado_app.serving import serve
from tornado_app.settings import Settings

def tell():
    print(gc.get_freeze_count(), len(gc.get_objects()))
    os.kill(os.getpid(), signal.SIGTERM)

folder = pathlib.Path(sys.argv[1])
settings = Settings(
    port=0,
    store="memory://",
    database=f"sqlite:///{folder / 'accounts.db'}",
    secret_file=folder / "secret",
    audit_log=str(folder / "audit.log"),
)
asyncio.run(serve(settings, open_entrance(settings), accepts=tell))
"""


def test_what_is_loaded_is_none_of_the_garbage_collectors_business(tmp_path):
    words = [sys.executable, "-c", ACCEPT_AND_STOP, tmp_path]
    told = subprocess.run(words, check=True, cwd=ROOT, capture_output=True, text=True)

    set_aside, looked_at = map(int, told.stdout.split())
    assert set_aside > 10 * looked_at
