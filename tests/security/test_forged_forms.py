"""Forms that somebody else made are refused on every route, whatever they say."""

from itertools import product

import pytest

from tests.plugins.effort import counts
from tests.security import routes
from tests.security.wire import FORM
from tornado_app.handlers.xsrf import FIELD

OURS = "http://localhost:{port}"
SITES = [None, "none", "same-origin", "same-site", "cross-site"]
MODES = [None, "navigate", "same-origin", "cors", "no-cors", "websocket"]
ORIGINS = [
    None,
    OURS,
    "null",
    "http://evil.localhost:{port}",
    "https://localhost.evil.example",
]
TOKENS = ["right", "absent", "empty", "foreign", "stale", "in the URL", "in a header"]
FIELD_BODY = f"{FIELD}=TOKEN&x="
BODIES = {
    "text/plain": FIELD_BODY,
    "multipart/form-data; boundary=x": "--x\r\nContent-Disposition: form-data;"
    f' name="{FIELD}"\r\n\r\nTOKEN\r\n--x--\r\n',
    "application/json": f'{{"{FIELD}": "TOKEN"}}',
    "": FIELD_BODY,
}
OUR_SOURCES = [
    {"site": "same-origin", "mode": "navigate", "origin": OURS},
    {"site": "same-origin", "mode": "cors", "origin": OURS},
    {"site": "none", "mode": "navigate"},
    {"origin": OURS},
    {},
]
NOTHING_TO_PROTECT = "/session/extend"
"""Answers strangers, who have no session, with where to go on."""

refused = pytest.mark.logs("got a 403")


@pytest.fixture
async def attack(wire, ada, bea):
    """Send a form in Ada's name; she is signed in, and so is Bea."""
    await ada.get("/sign-in")
    stale = ada.token()
    await ada.signs_up("ada")
    await bea.signs_up("bea")
    await ada.get("/account/delete")
    await bea.get("/account/delete")
    return Attack(wire, ada, foreign=bea.token(), stale=stale)


class Attack:
    """Forms with the cookies of a visitor, with a token and headers of choice."""

    def __init__(self, wire, visitor, *, foreign, stale=""):
        self.wire = wire
        self.cookies = dict(visitor.cookies)
        self.tokens = {
            "right": visitor.token(),
            "foreign": foreign,
            "stale": stale,
            "empty": "",
        }
        self.sent = 0

    async def send(
        self, path, *, site=None, mode=None, origin=None, token="right", method="POST"
    ):
        right = self.tokens["right"]
        fields = {FIELD: self.tokens[token]} if token in self.tokens else {}
        headers = [
            ("Sec-Fetch-Site", site),
            ("Sec-Fetch-Mode", mode),
            ("Origin", origin and origin.format(port=self.wire.port)),
            ("X-XSRFToken", right if token == "in a header" else None),
            ("X-CSRFToken", right if token == "in a header" else None),
        ]
        self.sent += 1
        return await self.wire.send(
            method,
            f"{path}?{FIELD}={right}" if token == "in the URL" else path,
            cookies=self.cookies,
            headers=[("Content-Type", FORM), *(pair for pair in headers if pair[1])],
            body="&".join(f"{name}={text}" for name, text in fields.items()).encode(),
        )


def is_ours(path, site, origin, token):
    """Whether the form comes from our own page, as far as a browser would say."""
    if token != "right":
        return False
    honest = {None, OURS}
    if path.startswith("/reset/"):  # its referrer policy makes browsers say "null"
        honest.add("null")
    return site in ("none", "same-origin") or (site is None and origin in honest)


async def forgeries_accepted(attack, path, combinations):
    """The combinations that were taken for ours and are not."""
    accepted = []
    for site, mode, origin, token in combinations:
        if is_ours(path, site, origin, token):
            continue
        answer = await attack.send(
            path, site=site, mode=mode, origin=origin, token=token
        )
        counts["forged forms sent (accepted: 0)"] += 1
        if not is_refusal(answer):
            accepted.append((path, site, mode, origin, token, answer.status))
    return accepted


def is_refusal(answer):
    return answer.status == 403 and b'"error": "Forbidden"' in answer.body


@refused
async def test_no_mixture_of_headers_and_tokens_is_taken_for_ours(attack):
    mixtures = product(SITES, MODES, ORIGINS, TOKENS)

    accepted = await forgeries_accepted(attack, "/sign-out", mixtures)

    assert accepted == []
    assert attack.sent > 900


@refused
async def test_no_route_takes_a_form_that_is_not_ours(attack, ada):
    for route in routes.UNSAFE:
        mixtures = product(SITES, ["navigate"], ORIGINS[::2], TOKENS)
        assert await forgeries_accepted(attack, route.path, mixtures) == []

    assert await ada.is_signed_in()


async def test_our_own_forms_are_never_taken_for_forged(ada, wire):
    for route, source in product(routes.UNSAFE, OUR_SOURCES):
        seen = await wire.get("/sessions", cookies=ada.cookies)
        if seen.status != 200:  # the form before this one was obeyed
            await ada.signs_up(f"ada {counts['forms of ours sent (refused: 0)']}")
            await ada.get("/account/delete")
        own = Attack(wire, ada, foreign="")
        answer = await own.send(route.path, **source)
        assert not is_refusal(answer), (route.path, source)
        counts["forms of ours sent (refused: 0)"] += 1


@refused
async def test_a_stranger_cannot_be_signed_in_or_up_by_somebody_else(
    visitor, ada, wire
):
    await visitor.get("/sign-in")
    await ada.get("/sign-in")
    attack = Attack(wire, visitor, foreign=ada.token())
    tokens = [token for token in TOKENS if token != "stale"]

    for route in routes.UNSAFE:
        if route.path == NOTHING_TO_PROTECT:
            continue
        mixtures = product(SITES, ["navigate"], ORIGINS[::2], tokens)
        assert await forgeries_accepted(attack, route.path, mixtures) == []


async def test_what_a_route_does_not_offer_is_a_405_and_changes_nothing(
    attack, sessions
):
    count = await sessions.count()

    for route, method in product(routes.EVERY, routes.METHODS):
        if method in route.methods:
            continue
        answer = await attack.send(route.path, method=method, site="same-origin")
        assert answer.status == 405, (route.path, method)
        counts["requests by a wrong method (accepted: 0)"] += 1

    assert await sessions.count() == count


async def test_a_method_is_not_overridden(attack, ada):
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = await attack.wire.get(
            "/sign-out?_method=POST", cookies=ada.cookies, headers=[(header, "POST")]
        )
        assert answer.status == 405

    assert await ada.is_signed_in()


async def test_what_a_page_can_send_without_asking_is_no_form(attack):
    for route, content_type in product(routes.UNSAFE, BODIES):
        body = BODIES[content_type].replace("TOKEN", attack.tokens["right"])
        answer = await attack.wire.send(
            "POST",
            route.path,
            cookies=attack.cookies,
            headers=[("Content-Type", content_type)] if content_type else [],
            body=body.encode(),
        )
        assert answer.status == 415, (route.path, content_type)


@refused
async def test_a_header_that_scripts_set_is_no_proof(attack):
    answer = await attack.wire.post(
        "/sign-out",
        {},
        cookies=attack.cookies,
        headers=[("X-Requested-With", "XMLHttpRequest")],
    )

    assert is_refusal(answer)
