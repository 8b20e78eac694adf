"""Fixtures of the site: its application over a real store, under a clock of ours."""

from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher

from tests.handlers.devices import SAFARI, Device
from tests.handlers.signing import Person
from tests.handlers.visitor import Visitor
from tornado_app.accounts import Accounts
from tornado_app.accounts_sqlite import SQLiteAccountStore
from tornado_app.application import make_app
from tornado_app.hashing import Hashing
from tornado_app.known_devices import KnownDevices
from tornado_app.sessions import Sessions, StoreUnavailableError, open_store
from tornado_app.settings import Settings

SECRET = "a secret that is only for the tests of the site"


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self):
        self.now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def database(tmp_path):
    return tmp_path / "sessions.db"


@pytest.fixture
def site_settings(database):
    return Settings(store=f"sqlite:///{database}")


@pytest.fixture
def store(site_settings):
    return open_store(site_settings.store)


@pytest.fixture
async def sessions(store, site_settings, clock):
    async with Sessions(store, site_settings.session_policy(), clock=clock) as sessions:
        yield sessions


@pytest.fixture
def refuses(sessions, monkeypatch):
    """From now on the sessions' store refuses changes; undo() ends that."""
    apply = sessions.store.apply

    def refuse(*kinds):
        async def refusing(changes):
            if not kinds or any(isinstance(change, kinds) for change in changes):
                raise StoreUnavailableError("sqlite", "apply")
            return await apply(changes)

        monkeypatch.setattr(sessions.store, "apply", refusing)

    return refuse


@pytest.fixture
def accounts_file(tmp_path):
    return tmp_path / "accounts.db"


@pytest.fixture
def hashing():
    # Real hashes take long on purpose.
    return Hashing(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
async def accounts(accounts_file, hashing, clock):
    async with Accounts(
        SQLiteAccountStore(accounts_file, durability="normal"),
        clock=clock,
        devices=KnownDevices([SECRET]),
        hashing=hashing,
    ) as accounts:
        yield accounts


@pytest.fixture
def app(site_settings, sessions, accounts):
    return make_app(
        site_settings, sessions=sessions, accounts=accounts, secrets=[SECRET]
    )


@pytest.fixture
def visitor(http_client, base_url):
    return Visitor(http_client, base_url)


@pytest.fixture
def ada(http_client, base_url):
    return Person(http_client, base_url)


@pytest.fixture
def bea(http_client, base_url):
    """Somebody else, or Ada with another browser."""
    return Person(http_client, base_url)


@pytest.fixture
async def laptop(http_client, base_url):
    """Ada's Firefox, in which she signed up."""
    laptop = Device(http_client, base_url)
    await laptop.signs_up("ada")
    return laptop


@pytest.fixture
async def phone(http_client, base_url, laptop):
    """Ada's telephone, which signed in at the same moment."""
    phone = Device(http_client, base_url)
    phone.user_agent = SAFARI
    await phone.signs_in("ada")
    return phone


@pytest.fixture
async def stranger(http_client, base_url):
    """Somebody else with an account."""
    stranger = Device(http_client, base_url)
    await stranger.signs_up("eve")
    return stranger
