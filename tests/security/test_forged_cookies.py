"""No session cookie but the very one that was given opens a session."""

import base64
import random
import secrets
import sqlite3
import string

import pytest
from tornado.web import create_signed_value

from tests.handlers.conftest import SECRET
from tests.plugins.effort import counts
from tests.sessions.http.watched import WatchedStore
from tornado_app.sessions import ids, open_store, signing_settings

OTHER = "a secret that somebody else thought of, long enough"
ALPHABET = string.ascii_letters + string.digits + '|:="%-_+/., \xa0'
AT_EACH_PLACE = 5
COUNTED = "forged session cookies sent (accepted: 0)"


@pytest.fixture
def store(site_settings):
    return WatchedStore(open_store(site_settings.store))


@pytest.fixture
async def forger(wire, ada, sessions, store):
    await ada.signs_up()
    return Forger(wire, ada, sessions, store)


class Forger:
    """Presents cookies to a page that is for the signed-in alone."""

    def __init__(self, wire, ada, sessions, store):
        self.wire, self.sessions, self.store = wire, sessions, store
        self.cookie = ada.cookies["session"].strip('"')
        self.session_id = session_id_in(self.cookie)

    async def opens(self, value):
        """Whether *value* opens a session of somebody."""
        counts[COUNTED] += 1
        answer = await self.wire.get("/sessions", headers=[("Cookie", value)])
        assert answer.status in (200, 403, 400), (answer.status, value)
        return answer.status == 200

    async def accepted(self, values):
        """Those of *values* that open a session; nothing may be made of the others."""
        before = await self.sessions.count()
        opened = [value for value in values if await self.opens(f"session={value}")]
        assert await self.sessions.count() == before
        return opened


def session_id_in(cookie):
    return base64.b64decode(cookie.split("|")[4].split(":")[1]).decode()


def signed(secret, session_id, name="session", **how):
    version = signing_settings(secret)["key_version"]
    keys = signing_settings(secret)["cookie_secret"]
    return create_signed_value(
        keys, name, session_id, key_version=version, **how
    ).decode()


def changed(text, *, chosen):
    """*text* with a character exchanged, left out or doubled, at every place."""
    for place in range(len(text)):
        before, here, after = text[:place], text[place], text[place + 1 :]
        others = {here.swapcase(), *chosen.sample(ALPHABET, AT_EACH_PLACE)} - {here}
        yield from (before + other + after for other in others)
        yield before + after
        yield before + here + here + after


async def test_the_cookie_itself_opens_it(forger):
    assert await forger.opens(f"session={forger.cookie}")
    assert await forger.opens(f'session="{forger.cookie}"')


async def test_no_changed_cookie_opens_a_session(forger):
    chosen = random.Random(1)  # noqa: S311 - the same at every run
    # A header's own blanks and separators are no part of the value.
    same = {forger.cookie, f"{forger.cookie} "}
    values = {
        value
        for value in changed(forger.cookie, chosen=chosen)
        if value.strip(" ;") not in same
    }
    forger.store.calls.clear()

    assert await forger.accepted(values) == []
    assert "find" not in forger.store.calls
    assert len(values) > 1_000


async def test_no_part_of_a_cookie_opens_a_session(forger):
    cookie = forger.cookie
    cut = [cookie[:end] for end in range(len(cookie))]
    cut += [cookie[start:] for start in range(1, len(cookie))]
    cut += cookie.split("|") + cookie.split(":")
    cut += [cookie.upper(), cookie.lower(), cookie[::-1], cookie * 2, cookie + "|x"]
    forger.store.calls.clear()

    assert await forger.accepted(cut) == []
    assert "find" not in forger.store.calls


async def test_no_id_without_our_signature_opens_a_session(forger):
    raw = base64.urlsafe_b64decode(forger.session_id)
    forms = [forger.session_id, raw.hex(), base64.b64encode(raw).decode()]
    forms += [f"{forger.session_id}.{secrets.token_urlsafe(20)}", f'"{forms[0]}"']
    # The signer takes other secrets, names and versions; the site takes its own.
    forms += [
        signed(OTHER, forger.session_id),
        signed(SECRET, forms[0], name="Session"),
    ]
    forms += [create_signed_value(SECRET, "session", forms[0], version=1).decode()]
    forms += [create_signed_value(OTHER, "session", forms[0]).decode()]
    forms += [forger.cookie.replace("|1:", "|01:"), forger.cookie.replace("2|", "1|")]
    forms = [form for form in forms if form != forger.cookie]
    forger.store.calls.clear()

    assert await forger.accepted(forms) == []
    assert "find" not in forger.store.calls


async def test_even_signed_no_id_that_we_did_not_make_opens_a_session(forger):
    """Who has stolen the secret still has to guess 264 bits."""
    handle = ids.handle_of(forger.session_id)
    made_up = [ids.new_id(ids.new_handle()) for _ in range(100)]
    made_up += [ids.new_id(handle) for _ in range(100)]
    made_up += list(changed(forger.session_id, chosen=random.Random(2)))  # noqa: S311

    values = [signed(SECRET, each) for each in made_up]

    assert await forger.accepted(values) == []


async def test_nothing_in_the_stolen_databases_opens_a_session(
    forger, database, accounts_file
):
    texts = {text for file in (database, accounts_file) for text in texts_in(file)}
    assert ids.handle_of(forger.session_id) in texts

    values = [*texts, *(signed(SECRET, text) for text in texts)]

    assert await forger.accepted(values) == []
    assert forger.session_id not in texts
    assert forger.session_id[ids.HANDLE_LENGTH :] not in " ".join(texts)


def texts_in(file):
    """Every value of every table, in each form in which it could be a cookie."""
    database = sqlite3.connect(file)
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    for (name,) in names.fetchall():
        for row in database.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - ours
            for value in row:
                yield from forms_of(value)
    database.close()


def forms_of(value):
    raw = value if isinstance(value, bytes) else str(value).encode()
    texts = [raw.decode("latin-1"), raw.hex(), base64.b64encode(raw).decode()]
    texts.append(base64.urlsafe_b64encode(raw).decode())
    return [text for text in texts if text.isprintable() and text.isascii()]
