"""What several processes count together."""

import os
import re
import signal

import pytest

from tests.programs import read_answer, server, wait_until
from tornado_app.errors import StartError
from tornado_app.metrics import counted_together, forget_process, make_metrics

REJECTED = 'sessions_rejected_cookies_total{reason="malformed"}'
REQUESTS = 24


@pytest.fixture
def temporary(tmp_path):
    """The folder where the program makes its temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def together(tmp_path, temporary):
    environment = {"TMPDIR": str(temporary)}
    with server(tmp_path, "--processes=2", environment=environment) as running:
        yield running


@pytest.fixture
def here(temporary, monkeypatch):
    """Temporary files of this very process."""
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    return temporary


def reject(running, times=REQUESTS):
    """Send cookies that are none, on a connection each: every process meets some."""
    for _ in range(times):
        with running.connect() as connection:
            head = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            connection.sendall(f"{head}Cookie: session=none\r\n\r\n".encode())
            assert read_answer(connection)[0] == 200


def value(running, name):
    status, text = running.get("/metrics")
    assert status == 200
    return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)[1])


def counting(folder, kind="counter"):
    """The process ids that count in *folder*."""
    return {int(file.stem.split("_")[-1]) for file in folder.glob(f"*/{kind}_*.db")}


def test_a_scrape_shows_the_sum_whichever_process_answers(together):
    reject(together)

    assert {value(together, REJECTED) for _ in range(10)} == {REQUESTS}


def test_what_a_process_counted_outlives_it(together, temporary):
    reject(together)
    first = min(counting(temporary))

    os.kill(first, signal.SIGKILL)
    wait_until(lambda: len(counting(temporary)) == 3)
    reject(together)

    assert value(together, REJECTED) == 2 * REQUESTS
    # But its sockets are closed.
    assert counting(temporary, "gauge_livesum") == counting(temporary) - {first}


def test_the_folder_they_count_in_is_gone_at_the_end(together, temporary):
    assert counting(temporary)
    assert [folder.stat().st_mode & 0o777 for folder in temporary.iterdir()] == [0o700]

    assert together.stop() == 0

    assert list(temporary.iterdir()) == []


def test_one_process_needs_no_folder(tmp_path, temporary):
    with server(tmp_path, environment={"TMPDIR": str(temporary)}) as running:
        assert value(running, "sessions_created_total") == 0
        assert list(temporary.iterdir()) == []


def test_what_a_dead_process_had_open_is_forgotten(here):
    with counted_together():
        [folder] = here.iterdir()
        kept = [folder / "counter_7.db", folder / "gauge_max_7.db"]
        other = folder / "gauge_livesum_77.db"
        for file in (*kept, other, folder / "gauge_livesum_7.db"):
            file.touch()

        forget_process(7)

        assert set(folder.iterdir()) == {*kept, other}


def test_no_process_is_forgotten_where_nobody_counts(monkeypatch):
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)

    forget_process(7)


def test_without_the_extra_no_folder_is_made(here, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with counted_together():
        assert list(here.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said_in_words(here):
    here.rmdir()

    with pytest.raises(StartError, match="count metrics in a folder"):
        counted_together().__enter__()


@pytest.mark.logs("No metrics are counted in this process: .*none left")
def test_metrics_that_fail_do_not_end_the_site(monkeypatch):
    def fail(registry):
        raise OSError("none left")

    monkeypatch.setattr("tornado_app.sessions.prometheus.PrometheusWatcher", fail)

    assert make_metrics() is None
