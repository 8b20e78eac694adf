"""The real program, busy, tells nobody what opens a session or an account.

Every session id, cookie, password, form token and reset link that was used is looked
for in all that came out: the log at its chattiest, the audit log, the pages, headers,
metrics and databases.
"""

import asyncio
import json
import re
import secrets
from base64 import b64decode
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from urllib.parse import quote

import pytest
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from tests.handlers.signing import Person
from tests.plugins.effort import counts
from tests.programs import server
from tornado_app.accounts import Accounts
from tornado_app.accounts_url import open_account_store
from tornado_app.known_devices import KnownDevices
from tornado_app.sessions.manager import utc_now

PEOPLE = 3
LINK_LIFETIME = timedelta(hours=1)


class Secrets:
    """Everything that must not be seen, and where it may be."""

    def __init__(self):
        self.everywhere = set()
        """In no output at all."""
        self.on_own_pages = set()
        """On pages of who made or got them, and nowhere else."""

    def password(self):
        word = f"password {secrets.token_urlsafe(15)}"
        self.everywhere.add(word)
        return word

    def note_cookie(self, name, value):
        self.everywhere.add(value)
        if name == "session":
            session_id = b64decode(value.split("|")[4].partition(":")[2]).decode()
            self.everywhere.add(session_id)
            self.everywhere.add(session_id[16:])

    def found_in(self, text, *, on_pages=False):
        """Those that stand in *text*, as they are or as an URL writes them."""
        wanted = self.everywhere if on_pages else self.everywhere | self.on_own_pages
        return [each for each in sorted(wanted) if each in text or quote(each) in text]


class Careless(Person):
    """Somebody whose browser does all that can go wrong; keeps what came back."""

    def __init__(self, http_client, base_url, known):
        super().__init__(http_client, base_url)
        self.known = known
        self.seen = ""

    async def send(self, method, path, *, headers, body=None):
        response = await super().send(method, path, headers=headers, body=body)
        counts["responses of a busy program that were searched"] += 1
        for line in response.headers.get_list("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel.value:
                    self.known.note_cookie(name, morsel.value)
        shown = {n: v for n, v in response.headers.get_all() if n != "Set-Cookie"}
        page = (response.body or b"").decode(errors="replace")
        tokens = re.findall(r'name="(?:_xsrf|returned)" value="([^"]+)"', page)
        self.known.on_own_pages.update(tokens)
        self.seen += f"{json.dumps(shown)}\n{page}\n"
        return response


async def life(person, folder, known):
    """A life on the site, with every kind of mistake in it."""
    name, password = f"person{secrets.randbelow(10**9)}", known.password()
    await person.introduce(name)
    await person.prefer(theme="dark", language="de")
    assert (await person.signs_up(name, password)).code == 303
    await person.get("/sessions.json")
    await person.get("/data")
    await person.signs_out()
    await person.signs_in(name, known.password())
    await mistypes_password_as_name(person, known)
    assert (await person.signs_in(name, password)).code == 303
    await sends_what_no_page_sends(person, password)
    new = known.password()
    await person.get("/account/password")
    await person.post("/account/password", {"old_password": new, "password": new})
    await person.get("/account/password")
    changed = {"old_password": password, "password": new}
    assert (await person.post("/account/password", changed)).code == 303
    await uses_a_link(folder, person, name, known)


async def mistypes_password_as_name(person, known):
    typed = f"typed {secrets.token_urlsafe(9)}"
    known.on_own_pages.add(typed)
    await person.signs_in(typed, known.password())
    await person.signs_up(typed, "short")


async def sends_what_no_page_sends(person, password):
    cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    await person.get(f"/?_xsrf={quote(person.token())}&password={quote(password)}")
    await person.post("/preferences", {"name": password}, token="x")
    await person.post("/", {"name": password}, Origin="https://other.example")
    await person.get("/preferences", Cookie=f"{cookie}\x01")
    await person.get("/preferences", Cookie=f"{cookie}; {cookie}")
    await person.get("/preferences", Cookie=cookie[:-3])
    await person.get("/nowhere", Cookie=cookie, Host="evil.example")
    json_body = json.dumps({"password": password, "_xsrf": person.token()})
    await person.send(
        "POST",
        "/sign-in",
        headers={"Content-Type": "application/json", "Cookie": cookie},
        body=json_body,
    )
    body = f"_xsrf={quote(person.token())}&password=a&password={quote(password)}"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    await person.send("POST", "/sign-in", headers=form, body=body)


async def uses_a_link(folder, person, name, known):
    secret = (folder / "var/secret").read_text().strip()
    known.everywhere.add(secret)
    store = open_account_store(f"sqlite:///{folder}/var/accounts.db")
    async with Accounts(
        store, clock=utc_now, devices=KnownDevices([secret])
    ) as accounts:
        offer = await accounts.offer_reset(name, lifetime=LINK_LIFETIME)
    known.everywhere.add(offer.token)
    for _ in range(2):
        await person.get(f"/reset/{offer.token}")
        new = {"password": known.password()}
        await person.post(f"/reset/{offer.token}", new)
    await person.get("/preferences")


@pytest.fixture
async def client():
    client = SimpleAsyncHTTPClient(force_instance=True)
    yield client
    client.close()


@pytest.mark.gen_test(timeout=90)
async def test_no_secret_of_a_busy_program_is_ever_seen(tmp_path, client):
    known = Secrets()
    with server(tmp_path, "--log-level=debug", "--processes=2") as running:
        base_url = f"http://127.0.0.1:{running.port}"
        people = [Careless(client, base_url, known) for _ in range(PEOPLE)]
        lives = [life(person, tmp_path, known) for person in people]
        await asyncio.gather(*lives)
        await people[0].get("/metrics")
        assert running.stop() == 0
        log = running.errors

    audit = (tmp_path / "var/audit.log").read_text()
    databases = b"".join(file.read_bytes() for file in tmp_path.glob("var/*.db*"))
    pages = "".join(person.seen for person in people)

    needles = len(known.everywhere | known.on_own_pages)
    counts["secrets looked for in all output"] += needles
    assert needles > 40 * PEOPLE
    assert set(known.found_in(pages)) >= known.on_own_pages  # the search does find
    assert len(log) > 10_000
    assert known.found_in(log) == []
    assert known.found_in(audit) == []
    assert known.found_in(pages, on_pages=True) == []
    assert known.found_in(databases.decode("latin-1")) == []
    assert_every_event_is_there(audit)


def assert_every_event_is_there(audit):
    """What the people did is in the log, as often as they did it."""
    lines = [json.loads(line) for line in audit.splitlines()]
    seen = Counter(line["event"].partition(":")[0] for line in lines)
    assert seen["sys_startup"] == seen["sys_shutdown"] == 2
    for event in ("user_created", "authn_password_change_fail", "malicious_cors"):
        assert seen[event] == PEOPLE, seen
    assert seen["authn_password_change"] == 2 * PEOPLE
    assert seen["authn_login_fail"] == 2 * PEOPLE
    # A sign-up, a sign-in and the password's change.
    assert seen["authn_login_success"] == 3 * PEOPLE
    assert all(datetime.fromisoformat(each["datetime"]).tzinfo == UTC for each in lines)
