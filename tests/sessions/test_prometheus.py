"""What each event counts."""

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tornado_app.sessions.ids import Rejection
from tornado_app.sessions.prometheus import PrometheusWatcher
from tornado_app.sessions.watching import OPERATIONS, End


@pytest.fixture
def registry():
    return CollectorRegistry()


@pytest.fixture
def watcher(registry):
    return PrometheusWatcher(registry)


@pytest.fixture
def value(registry, watcher):
    """Return the sample of a name and its labels."""
    return lambda name, **labels: registry.get_sample_value(f"sessions_{name}", labels)


def series(registry):
    """Every name with its labels."""
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {
        (sample.name, *sorted(sample.labels.items()))
        for family in families
        for sample in family.samples
    }


def tell_everything(watcher):
    for operation in OPERATIONS:
        size = 3 if operation in ("find", "apply") else None
        watcher.called(operation, duration_s=0.5, size=size, failed=True)
    for end in End:
        watcher.ended(end, 1)
    for rejection in Rejection:
        watcher.cookie_rejected(rejection)
    watcher.committed(2, created=1)
    watcher.conflicted(1)
    watcher.refused(1)
    watcher.swept()
    watcher.socket_opened()


def test_every_series_is_there_from_the_start(registry, watcher):
    before = series(registry)

    tell_everything(watcher)

    assert series(registry) == before


def test_at_the_start_nothing_has_happened(registry, watcher):
    families = text_string_to_metric_families(generate_latest(registry).decode())
    counted = [
        sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith(("_seconds", "_created"))
    ]

    assert set(counted) == {0.0}


def test_commits_and_those_that_began_a_session(watcher, value):
    watcher.committed(5, created=2)

    assert (value("commits_total"), value("created_total")) == (5, 2)


def test_conflicts_and_refusals(watcher, value):
    watcher.conflicted(2)
    watcher.refused(3)

    assert value("transaction_conflicts_total") == 2
    assert value("refused_changes_total") == 3


@pytest.mark.parametrize("end", list(End))
def test_an_end_counts_for_its_reason(watcher, value, end):
    watcher.ended(end, 4)

    counts = {each: value("ended_total", reason=each.value) for each in End}
    assert counts == {each: 4 * (each is end) for each in End}


@pytest.mark.parametrize("rejection", list(Rejection))
def test_a_rejected_cookie_counts_for_its_reason(watcher, value, rejection):
    watcher.cookie_rejected(rejection)

    name = "rejected_cookies_total"
    counts = {each: value(name, reason=each.name.lower()) for each in Rejection}
    assert counts == {each: each is rejection for each in Rejection}


def test_a_call_counts_for_its_operation(watcher, value):
    watcher.called("find", duration_s=0.004, size=3, failed=False)
    watcher.called("find", duration_s=5.0, size=1, failed=True)

    assert value("store_duration_seconds_count", operation="find") == 2
    assert value("store_duration_seconds_sum", operation="find") == 5.004
    bucket = value("store_duration_seconds_bucket", operation="find", le="0.005")
    assert bucket == 1
    assert value("store_batch_size_sum", operation="find") == 4
    assert value("store_batch_size_bucket", operation="find", le="2.0") == 1
    assert value("store_failures_total", operation="find") == 1
    assert value("store_duration_seconds_count", operation="apply") == 0


def test_a_call_that_is_not_shared_counts_in_no_batch(watcher, value):
    watcher.called("count", duration_s=0.1, size=None, failed=False)

    assert value("store_duration_seconds_count", operation="count") == 1
    assert value("store_batch_size_count", operation="count") is None


def test_a_finished_sweep_moves_its_instant(watcher, value, monkeypatch):
    before = value("sweep_finished_timestamp_seconds")
    monkeypatch.setattr("prometheus_client.metrics.time.time", lambda: before + 60)

    watcher.swept()

    assert value("sweep_finished_timestamp_seconds") == before + 60


def test_sockets_open_and_close(watcher, value):
    watcher.socket_opened()
    watcher.socket_opened()
    watcher.socket_closed()

    assert value("open_sockets") == 1
