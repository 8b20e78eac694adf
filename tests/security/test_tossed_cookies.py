"""A cookie that a neighbouring host tosses never counts as one of ours.

A browser keeps ``__Host-`` names for one host alone, so a neighbour writes them in a
way that only a lenient parser takes for the same (PortSwigger, "Cookie Chaos").
"""

import pytest

from tests.handlers.signing import PASSWORD
from tests.plugins.effort import counts
from tests.security.https_site import HTTPS, SafePerson, behind_https
from tornado_app.application import make_app
from tornado_app.known_devices import KnownDevices

# As the octets travel: single-byte NEL and NBSP, and wide blanks in UTF-8.
BLANKS = [
    *("\xa0", "\x85", "\x1c", "\x1f", "\x0b", "\x0c"),
    *(
        blank.encode().decode("latin-1")
        for blank in ("\u00a0", "\u0085", "\u1680", "\u2000", "\u2028", "\u3000")
    ),
]


def look_alikes(name):
    """Cookies that a neighbour can set and a lenient parser reads as *name*."""
    return [
        *(f"{blank}{name}=EVIL" for blank in BLANKS),
        *(f"{name}{blank}=EVIL" for blank in BLANKS),
        *(f"{blank}{name}{blank}=EVIL" for blank in BLANKS),
        f"={name}=EVIL",
        f'"{name}"=EVIL',
        f"{name.lower()}=EVIL",
        f"{name.upper()}=EVIL",
        f"${name}=EVIL",
        f"{name}%3DEVIL",
        f"%5F%5F{name[2:]}=EVIL",
        f'$Version=1; "{name}"=EVIL',
        f'x="; {name}=EVIL; y="',
        f"{name} =EVIL",
        f"{name}\t=EVIL",
        f"{name}=EVIL",
    ]


def headers_with(name, own):
    """Cookie headers in which *own* and each look-alike meet, in both orders."""
    for alike in look_alikes(name):
        yield f"{own}; {alike}"
        yield f"{alike}; {own}"
        yield f"{own};{alike};{own}"
        if f" {name}=EVIL" not in f" {alike}":  # alone it would be the cookie itself
            yield alike


@pytest.fixture
def app(site_settings, sessions, accounts):
    secrets = ["a secret that is only for the tests of the site"]
    return behind_https(
        make_app(site_settings, sessions=sessions, accounts=accounts, secrets=secrets)
    )


@pytest.fixture
def person(http_client, base_url):
    return SafePerson(http_client, base_url)


@pytest.fixture
def evil(http_client, base_url):
    return SafePerson(http_client, base_url)


async def send(wire, path, fields, cookie):
    headers = [*HTTPS.items(), ("Cookie", cookie)]
    if fields is None:
        return await wire.get(path, headers=headers)
    return await wire.post(path, fields, headers=headers)


def is_damaged(answer):
    """Whether the header holds a control character, which HTTP itself refuses."""
    return answer.status == 400


@pytest.mark.logs("Form token was refused")
async def test_nobody_can_toss_the_cookie_that_a_form_is_bound_to(
    person, evil, wire, ada
):
    await person.get("/sign-in")
    await evil.get("/sign-in")
    name = "__Host-_xsrf"
    own, tossed = (f"{name}={p.cookies[name]}" for p in (person, evil))
    await evil.signs_up("evil")
    fields = {"username": "evil", "password": PASSWORD, "_xsrf": ""}
    fields["_xsrf"] = await _stranger_token(wire, tossed)

    accepted = []
    for header in headers_with(name, own):
        cookie = header.replace("EVIL", tossed.partition("=")[2])
        answer = await send(wire, "/sign-in", fields, cookie)
        if answer.status != 403 and not is_damaged(answer):
            accepted.append((header, answer.status))
        counts["tossed cookies sent (accepted: 0)"] += 1

    assert accepted == []


async def _stranger_token(wire, cookie):
    """The form token that the site gives to who comes with *cookie*."""
    answer = await wire.get(
        "/sign-in", headers=[*HTTPS.items(), ("Cookie", cookie), ("Accept", "*/*")]
    )
    return answer.text.split('name="_xsrf" value="')[1].split('"')[0]


async def test_nobody_can_toss_a_session(person, evil, wire):
    await person.signs_up("person")
    await evil.signs_up("evil")
    name = "__Host-session"
    own, tossed = (f"{name}={p.cookies[name]}" for p in (person, evil))

    seen = []
    for header in headers_with(name, own):
        cookie = header.replace("EVIL", tossed.partition("=")[2])
        answer = await send(wire, "/sessions", None, cookie)
        seen += [header] if "<bdi>evil</bdi>" in answer.text else []
        assert answer.status < 500, header
        counts["tossed cookies sent (accepted: 0)"] += 1

    assert seen == []


async def test_a_device_mark_is_good_for_its_own_account_only(accounts, evil):
    await evil.signs_up("evil")
    marks = KnownDevices(["another secret of at least thirty-two bytes"])

    for account_id in ("a" * 32, "", "evil"):
        made_up = marks.with_mark("", account_id)
        assert accounts.devices.mark_of(made_up, account_id) is None
        own = evil.cookies["__Host-device"]
        assert accounts.devices.mark_of(own, account_id) is None


@pytest.mark.logs("got a 403")
async def test_over_https_a_form_from_elsewhere_is_refused_too(person, wire):
    await person.get("/sign-in")
    cookie = f"__Host-_xsrf={person.cookies['__Host-_xsrf']}"
    fields = {"_xsrf": person.token(), "username": "x", "password": ""}

    for headers in (
        [("Origin", "https://evil.example")],
        [("Origin", "null")],
        [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")],
        [("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "no-cors")],
        [("Referer", f"https://localhost:{wire.port}/"), ("Origin", "null")],
    ):
        sent = [*HTTPS.items(), ("Cookie", cookie), *headers]
        assert (await wire.post("/sign-in", fields, headers=sent)).status == 403
