"""What of a request's path stands in the log."""

import secrets
from urllib.parse import quote

import pytest

from tests.programs import server
from tornado_app.loggable import loggable_path
from tornado_app.resets import new_token

TOKEN = "Aa0_-" * 8 + "Bb1"  # the same in every process that runs tests
ENCODED = "".join(f"%{ord(each):02X}" for each in TOKEN)


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/", "/"),
        ("/sign-in", "/sign-in"),
        ("/nowhere%20at%2Fall", "/nowhere%20at%2Fall"),
        ("/reset", "/reset"),
        ("/reset/", "/reset/"),
        ("/reset/short", "/reset/..."),
        (f"/reset/{TOKEN}", "/reset/..."),
        (f"/reset/{ENCODED}", "/reset/..."),
        (f"/reset%2f{TOKEN}", "/reset/..."),
        (f"/%72eset/{TOKEN}", "/reset/..."),
        (f"/./reset/{TOKEN}", "/./reset/..."),
        (f"/a/../Reset//{TOKEN}.", "/a/../Reset//..."),
        (f"/reset\\{TOKEN}", "/reset\\..."),
        (f"http://host/reset/{TOKEN}", "http://host/reset/..."),
        (f"/x%0a/reset/{TOKEN}", "/x%0A/reset/..."),
        (f"/x/{TOKEN}.", "/x/...."),
        (f"/{TOKEN}/reset/{TOKEN}", "/.../reset/..."),
        (f"/reset%252f{TOKEN}", "/..."),
        (f"/x/{ENCODED}", "/x/..."),
    ],
)
def test_a_path_is_logged_without_what_opens_an_account(path, logged):
    assert loggable_path(path) == logged


def test_a_token_is_known_by_its_look_wherever_it_stands():
    for _ in range(1_000):
        token = new_token()
        for path in (f"/{token}", f"/a.{token}:b", f"/a/{quote(token, safe='')}/x"):
            assert token not in loggable_path(path)


def log_of(folder, paths):
    with server(folder, "--log-level=debug") as running:
        for path in paths:
            running.get(path)
        running.stop()
    return running.errors


def test_no_spelling_of_a_link_is_in_the_program_s_log(tmp_path):
    """A link that was mangled was logged with its token."""
    spellings = [
        *(f"/reset/{TOKEN}", f"/reset%2f{TOKEN}", f"/%72eset/{TOKEN}"),
        *(f"/./reset/{TOKEN}", f"http://localhost/reset/{TOKEN}"),
        *(f"//localhost/reset/{TOKEN}", f"/reset/{TOKEN}%ff", f"/x/{TOKEN}%ff"),
    ]

    log = log_of(tmp_path, spellings)

    assert TOKEN not in log
    assert log.count("/reset/...") >= 5


def test_no_query_is_in_the_program_s_log_though_it_cannot_be_read(tmp_path):
    """The error of a text that is no UTF-8 had the text in it."""
    word = secrets.token_hex(8)
    paths = ("sign-in?next", f"preferences?{word}", "sessions?after", "sign-up?next")

    log = log_of(tmp_path, [f"/{path}=%ff%0a{word}" for path in paths])

    assert word not in log
    assert "Invalid unicode in next" in log
