"""No sign-in, whatever ``next`` says, leads off the site."""

from urllib.parse import quote, urljoin, urlsplit

import pytest

from tests.handlers.signing import PASSWORD
from tests.handlers.test_next_page import CORPUS
from tests.plugins.effort import counts
from tests.security.payloads import PLACES

EVERY = list(dict.fromkeys([*CORPUS, *PLACES]))


def is_here(place, base_url):
    """Whether a browser that is on the sign-in page would stay on the site."""
    # What the URL standard drops or takes for a slash, before it looks for a host.
    seen = "".join(c for c in place if c not in "\t\r\n").strip().replace("\\", "/")
    return urlsplit(urljoin(f"{base_url}/sign-in", seen)).netloc == (
        urlsplit(base_url).netloc
    )


def test_there_are_200_of_them():
    assert len(EVERY) >= 200


@pytest.fixture
async def sign_in(wire, ada):
    await ada.signs_up()
    await ada.signs_out()
    await ada.get("/sign-in")

    async def post(wanted, *, password=PASSWORD):
        fields = {"username": "ada", "password": password, "_xsrf": ada.token()}
        cookies = {name: ada.cookies[name] for name in ("_xsrf", "device")}
        return await wire.post("/sign-in", fields | {"next": wanted}, cookies=cookies)

    return post


async def test_a_sign_in_stays_here(sign_in, base_url):
    led_away = []

    for wanted in EVERY:
        answer = await sign_in(wanted)
        assert answer.status == 303
        if not is_here(answer.headers["Location"], base_url):
            led_away.append(wanted)

    assert led_away == []
    counts["places to go on to after a sign-in (off the site: 0)"] += len(EVERY)


async def test_the_pages_that_pass_the_wish_on_do_not_lead_away(wire, base_url):
    for path in ("/sign-in", "/sign-up"):
        for wanted in EVERY:
            answer = await wire.get(
                f"{path}?next={quote(wanted)}", headers=[("Accept", "text/html")]
            )
            if answer.status == 400:  # no text at all
                continue
            passed_on = answer.text.split('name="next" value="')[1].split('"')[0]
            assert is_here(passed_on.replace("&amp;", "&"), base_url), wanted
