"""No script that somebody typed, sent or stored runs in anybody's browser."""

import re
from http.client import HTTPConnection
from urllib.parse import quote, urlencode

import pytest

from tests.plugins.effort import counts
from tests.security.payloads import PLACES, SCRIPTS, SHORT_SCRIPTS
from tests.security.wire import FORM
from tornado_app.handlers.next_page import next_page

PASSWORD = "correct horse battery staple"
# Pages that are shown one below the other, and frames that are shown side by side.
IN_A_FRAME, AT_ONCE = 20, 60
IN_A_FIELD = 8
# What scripts leave behind is seen in each frame. No policy forbids scripts here: it
# is the text that has to be harmless.
FRAMES = """
async pages => {
  const ran = []
  const loaded = pages.map((page, number) => new Promise(done => {
    const frame = document.createElement('iframe')
    frame.onload = () => done(frame)
    frame.srcdoc = page
    document.body.append(frame)
  }))
  const frames = await Promise.all(loaded)
  for (const _ of [1, 2, 3]) await new Promise(requestAnimationFrame)
  frames.forEach((frame, number) => {
    if (frame.contentWindow.ran || window.ran) ran.push(number)
    window.ran = undefined
    frame.remove()
  })
  return ran
}
"""


class Visitor:
    """Keeps cookies, fills in forms, sends any text in any header."""

    def __init__(self, port):
        self.connection = HTTPConnection("127.0.0.1", port)
        self.cookies = {}
        self.token = ""

    def get(self, path, **headers):
        return self._send("GET", path, None, headers)

    def post(self, path, fields, **headers):
        body = urlencode({"_xsrf": self.token} | fields)
        return self._send("POST", path, body, headers | {"Content-Type": FORM})

    def _send(self, method, path, body, headers):
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Cookie": pairs} if pairs else {}
        named = {name: text.encode() for name, text in named.items()}
        self.connection.request(method, path, body, named)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if found := re.search(r'name="_xsrf" value="([^"]+)"', page):
            self.token = found[1]
        assert answer.status < 500, (answer.status, path)
        return page


@pytest.fixture(scope="module")
def visitor(site):
    visitor = Visitor(site.port)
    yield visitor
    visitor.connection.close()


@pytest.fixture
def page(visit):
    page = visit()
    page.goto("about:blank")
    return page


def in_frames(page, texts):
    """Those of *texts*, pages, of which a script ran."""
    ran = []
    for part in parts_of(texts, AT_ONCE):
        page.set_content("<body>")
        ran += [part[number] for number in page.evaluate(FRAMES, part)]
    return ran


def ran_on(page, texts):
    """Those of these pages, together, on which a script ran; counts them all."""
    counts["scripts shown by pages (run in Chromium: 0)"] += sum(
        text.count("window.ran") + text.count("ran=1") for text in texts
    )
    return in_frames(page, ["".join(part) for part in parts_of(texts, IN_A_FRAME)])


def parts_of(texts, size):
    return [texts[start : start + size] for start in range(0, len(texts), size)]


def typed_into_forms(visitor):
    """The pages on which each script is shown again, some at a time."""
    visitor.get("/preferences")
    for script in map("".join, parts_of([*SCRIPTS, *SHORT_SCRIPTS], IN_A_FIELD)):
        fields = {"name": script, "theme": script, "language": script}
        yield visitor.post("/preferences", fields | {"time_zone": script})
        yield visitor.post("/sign-up", {"username": script, "password": "short"})
        yield visitor.post("/sign-in", {"username": script, "password": ""})
        late = {"_xsrf": "", "name": script}  # comes back, to be sent again
        yield visitor.post("/", late, Sec_Fetch_Site="same-origin")


def stored_names(visitor):
    """The greeting of each name, and the form that shows it."""
    for script in SHORT_SCRIPTS:
        visitor.get("/preferences")
        visitor.post("/preferences", {"name": script})
        yield visitor.get("/")
        yield visitor.get("/preferences")


def addresses_and_headers(visitor):
    """Pages that could show what the request itself says."""
    for script in map("".join, parts_of(SCRIPTS, IN_A_FIELD)):
        yield visitor.get("/" + quote(script, safe=""))
        yield visitor.get(f"/sign-in?next={quote(script)}&username={quote(script)}")
        headers = {"Accept_Language": script, "Referer": script, "User_Agent": script}
        one_line = {n: " ".join(text.split()) for n, text in headers.items()}
        yield visitor.get("/", **one_line, X_Forwarded_For=one_line["Referer"])


def users_and_devices(site):
    """The session page and banner of users whose names and browsers are scripts."""
    for number, script in enumerate(SHORT_SCRIPTS[::2]):
        person = Visitor(site.port)
        agent = f"Firefox/1 {SHORT_SCRIPTS[number]} Windows"
        headers = {"User_Agent": agent, "Sec_CH_UA_Platform": f'"{script}"'}
        headers["X_Forwarded_For"] = f"198.51.100.{number}"
        person.get("/sign-up")
        named = {"username": script, "password": PASSWORD}
        person.post("/sign-up", named, **headers)
        page = person.get("/sessions")
        assert "/sign-out" in page, script
        handle = re.search(r"/sessions/([\w-]+)/name", page)[1]
        person.post(f"/sessions/{handle}/name", {"name": script})
        yield from (page, person.get("/sessions"), person.get("/account"))
        person.connection.close()


def test_the_frames_would_notice(page):
    scripts = SCRIPTS[:60]
    raw = [f"<!doctype html><title>x</title><p>{script}</p>" for script in scripts]
    raw += [f'<!doctype html><title>x</title><input value="{s}">' for s in scripts]

    assert len(in_frames(page, raw)) > 40
    assert len(in_frames(page, ["".join(part) for part in parts_of(raw, 60)])) == 2
    assert in_frames(page, ["<!doctype html><title>x</title><p>Hello</p>"]) == []


def test_what_was_typed_is_text(page, visitor):
    pages = list(typed_into_forms(visitor))
    assert len(SCRIPTS) >= 200
    shown = sum("&lt;script" in text for text in pages)
    assert shown > 3 * len(SCRIPTS) / IN_A_FIELD

    assert ran_on(page, pages) == []


def test_what_was_stored_is_text(page, visitor, site):
    pages = [*stored_names(visitor), *users_and_devices(site)]
    assert sum("&lt;" in text for text in pages) > len(SHORT_SCRIPTS)

    assert ran_on(page, pages) == []


def test_what_a_request_says_is_text(page, visitor):
    pages = list(addresses_and_headers(visitor))

    assert ran_on(page, pages) == []


def test_the_policy_stops_a_script_that_got_into_a_page(page, site):
    """The second lock: even raw text would not run on our pages."""
    address = f"http://127.0.0.1:{site.port}/"

    def spoil(route):
        answer = route.fetch()
        raw = "".join(SCRIPTS[:60]).replace("</title>", "")
        route.fulfill(response=answer, body=answer.text().replace("</main>", raw, 1))

    page.route(address, spoil)
    page.goto(address)
    page.evaluate("() => new Promise(requestAnimationFrame)")

    assert page.evaluate("window.ran") is None


def test_chromium_goes_nowhere_else_after_a_sign_in(page, site):
    places = [next_page(place) for place in PLACES]
    script = "([base, places]) => places.map(p => new URL(p, base).origin)"

    base = f"http://127.0.0.1:{site.port}/sign-in"
    origins = page.evaluate(script, [base, places])

    assert set(origins) == {f"http://127.0.0.1:{site.port}"}
