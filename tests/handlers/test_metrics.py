"""Tests of the answer for Prometheus."""

import subprocess
import sys
from dataclasses import replace
from ipaddress import ip_network

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse

from tests.handlers.conftest import SECRET
from tornado_app.application import make_app
from tornado_app.metrics import make_metrics
from tornado_app.sessions import Sessions, StoreUnavailableError
from tornado_app.settings import Settings

HOSTILE = [
    "session=x",
    "session=; session=",
    "session=2|1:0|10:1700000000|7:session|4:eHg=|" + "a" * 64,
    'session="2|1:0|10:1700000000|reason:find"',
    'session=x\\"} 1; y',
    "session=" + "a" * 5000,
    "session={reason=evil}",
    "session=ä\xff",
]


@pytest.fixture
def metrics():
    return make_metrics()


@pytest.fixture
async def sessions(store, site_settings, clock, metrics):
    policy, watcher = site_settings.session_policy(), metrics.watcher
    async with Sessions(store, policy, clock=clock, watcher=watcher) as sessions:
        yield sessions


@pytest.fixture
def app(site_settings, sessions, accounts, metrics):
    return make_app(
        site_settings,
        sessions=sessions,
        accounts=accounts,
        secrets=[SECRET],
        metrics=metrics,
    )


def samples(text, parser=parse):
    """The value of every series by its name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in parser(text)
        for sample in family.samples
    }


async def scrape(visitor):
    response = await visitor.get("/metrics")
    assert response.code == 200
    return samples(response.body.decode())


async def test_what_visitors_do_is_counted(visitor):
    await visitor.introduce()

    found = await scrape(visitor)

    assert found["sessions_created_total",] == 1
    assert found["sessions_commits_total",] == 2  # the name, then the visit
    assert found["sessions_store_batch_size_sum", ("operation", "apply")] == 2


async def test_a_scrape_says_what_it_is(visitor):
    response = await visitor.get("/metrics")

    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_openmetrics_is_spoken_to_who_asks_for_it(visitor):
    accept = "application/openmetrics-text; version=1.0.0,text/plain;q=0.5"

    response = await visitor.get("/metrics", Accept=accept)

    assert response.headers["Content-Type"].startswith("application/openmetrics-text")
    text = response.body.decode()
    assert samples(text, parse_openmetrics)["sessions_created_total",] == 0


async def test_a_scrape_needs_no_session_and_begins_none(visitor):
    await visitor.get("/metrics")

    found = await scrape(visitor)

    assert visitor.cookies == {}
    assert found["sessions_store_duration_seconds_count", ("operation", "find")] == 0


async def test_a_scrape_needs_no_store(visitor, store, monkeypatch):
    async def unavailable(handles, *, now):
        raise StoreUnavailableError("sqlite", "find")

    monkeypatch.setattr(store, "find", unavailable)

    await scrape(visitor)


async def test_whatever_cookies_come_the_series_stay_the_same(visitor):
    before = await scrape(visitor)

    for cookie in HOSTILE:
        await visitor.get("/", Cookie=cookie)
    after = await scrape(visitor)

    assert after.keys() == before.keys()
    reasons = [
        value for key, value in after.items() if key[0].endswith("cookies_total")
    ]
    assert sum(reasons) == len(HOSTILE)


async def test_nothing_shown_opens_or_names_a_session(visitor, sessions):
    await visitor.introduce("Countess-of-Lovelace")
    [records] = [batch async for batch in sessions.store.walk(batch=10)]

    text = (await visitor.get("/metrics")).body.decode()

    assert len(records) == 1
    for secret in (
        records[0].handle,
        records[0].id_digest.hex()[:8],
        visitor.cookies["session"].split("|")[4],
        "Countess",
    ):
        assert secret not in text


async def test_it_is_not_for_who_comes_through_a_proxy(visitor):
    response = await visitor.get("/metrics", X_Forwarded_For="127.0.0.1")

    assert response.code == 403
    assert "--metrics-from" in response.body.decode()
    assert "sessions_" not in response.body.decode()


class TestForOthers:
    @pytest.fixture
    def site_settings(self, database):
        settings = Settings(store=f"sqlite:///{database}")
        return replace(settings, metrics_from=(ip_network("10.0.0.0/8"),))

    async def test_it_is_only_for_the_addresses_of_the_settings(self, visitor):
        assert (await visitor.get("/metrics")).code == 403


class TestWithout:
    @pytest.fixture
    def app(self, site_settings, sessions, accounts):
        return make_app(
            site_settings, sessions=sessions, accounts=accounts, secrets=[SECRET]
        )

    async def test_without_metrics_it_is_a_404_with_a_word(self, visitor):
        response = await visitor.get("/metrics")

        assert response.code == 404
        assert "extra [metrics]" in response.body.decode()


def test_without_the_extra_there_are_no_metrics(monkeypatch):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)

    assert make_metrics() is None


def test_the_engine_does_without_prometheus_client():
    code = (
        "import sys, tornado_app.sessions, tornado_app.program;"
        "sys.exit('prometheus_client' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
