"""Tests of where a sign-in leads."""

from urllib.parse import urljoin, urlsplit

import pytest

from tornado_app.handlers.next_page import next_page

OURS = "https://site.example"

# Ways to name another host, and what browsers drop or take for something else.
HOSTS = ("evil.example", "evil.example/", "evil.example/%2f..", "user@evil.example")
OPENINGS = (
    "https://",
    "http://",
    "HTTPS://",
    "https:",
    "https:/",
    "https:///",
    "ftp://",
    "//",
    "///",
    "////",
    "/\\",
    "\\/",
    "\\\\",
    "\\",
    "/\t/",
    "\t//",
    " //",
    "/ /",
    "\n//",
    "/\r\n/",
    "\x00//",
    "/\x00/",
    "\u00a0//",
    "/\u200b/",
    "\u3002//",
    "/\uff0f",
    "@",
    "?//",
    "#//",
    ".",
)
LONE = (
    "",
    " ",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,hello",
    "vbscript:x",
    "preferences",
    "./preferences",
    "../preferences",
    "/\u2028",
    "/ä",
    "/a b",
    '/"onclick=',
    "/<script>",
    "/preferences\r\nSet-Cookie: a=b",
    "/preferences\nLocation: //evil.example",
    "/" + "a" * 3_000,
    "/sign-in",
    "/sign-in?next=/sign-in",
    "/sign-up",
    "/sign-out",
    "/[//evil.example",
    "/^evil",
    "/`evil",
    "/{evil}",
    "/|evil",
)
CORPUS = [opening + host for opening in OPENINGS for host in HOSTS] + list(LONE)


def test_the_corpus_is_large():
    assert len(set(CORPUS)) >= 140


@pytest.mark.parametrize("wanted", CORPUS)
def test_what_is_not_surely_ours_leads_to_the_greeting(wanted):
    assert next_page(wanted) == "/"


@pytest.mark.parametrize(
    "wanted",
    [
        "/",
        "/preferences",
        "/preferences?a=b&c=%2F%2Fd#theme",
        "/sessions/abc-DEF_123/revoke",
        "/.//evil.example",
        "/%2f%2fevil.example",
        "/%09/evil.example",
        "/x?next=https://evil.example",
        "/a:b@c",
    ],
)
def test_a_place_on_this_site_is_kept_as_it_is(wanted):
    assert next_page(wanted) == wanted
    assert urlsplit(urljoin(OURS + "/sign-in", wanted)).netloc == "site.example"


def test_nothing_wanted_is_the_greeting():
    assert next_page(None) == "/"


@pytest.mark.parametrize("wanted", CORPUS[::9])
async def test_a_sign_in_never_leaves_the_site(ada, wanted):
    await ada.signs_up()

    response = await ada.signs_in(next=wanted)

    assert response.headers["Location"] == "/"
