"""Tests of how much of a request the real program reads."""

import pytest

from tests.docs.pages import page
from tests.plugins.effort import counts
from tests.programs import read_answer, server
from tornado_app import body_limit, hashing, passwords, preferences, serving, slow_forms
from tornado_app.audit_writer import MOST_WAITING
from tornado_app.handlers import returning
from tornado_app.sessions import SessionPolicy

POLICY = SessionPolicy()
DOCUMENTED = {
    "headers": f"{serving.LARGEST_HEADER_BYTES // 1024} KiB",
    "body": f"{body_limit.MAX_FORM_BYTES // 1024} KiB",
    "body that is thrown away": f"{body_limit.MAX_DRAINED_BYTES // 1024**2} MiB",
    "fields of a form or an address": "1,000",
    "time for a body": f"{serving.BODY_TIMEOUT_S} s",
    "name": f"{preferences.MAX_NAME_LENGTH} characters",
    "password": f"{passwords.MAX_PASSWORD_LENGTH:,} characters",
    "passwords that wait": f"{hashing.MOST_WAITING}",
    "a form with a password in line": f"{slow_forms.LONGEST_WAIT_S:.0f} s",
    "session": f"{POLICY.max_session_bytes // 1024} KiB",
    "flashes": f"{POLICY.max_flashes}",
    "sessions of a user": f"{POLICY.max_sessions_per_user}",
    "form that comes back": f"{returning.MAX_TYPED_BYTES:,} bytes",
    "lines of the audit log that wait": f"{MOST_WAITING:,}",
}
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with server(tmp_path_factory.mktemp("limits")) as running:
        yield running


def ask(running, head, body=""):
    """The status of the answer; None: the connection was closed without one."""
    counts["requests at a limit"] += 1
    more = f"Content-Length: {len(body)}\r\n" if body else ""
    text = f"{head}Host: localhost\r\n{more}Connection: close\r\n\r\n{body}"
    with running.connect() as connection:
        connection.sendall(text.encode())
        try:
            status, answer = read_answer(connection)
        except ConnectionResetError:
            return None
    assert "tornado" not in answer.partition("\r\n\r\n")[0].lower()
    return status


def headers_of(size):
    """A request line and headers that make so many bytes, with all of `ask`'s."""
    rest = "GET /healthz HTTP/1.1\r\nX-Long: \r\nHost: localhost\r\nConnection: close"
    return f"GET /healthz HTTP/1.1\r\nX-Long: {'x' * (size - len(rest) - 4)}\r\n"


def test_headers_are_read_up_to_the_limit(running):
    assert ask(running, headers_of(serving.LARGEST_HEADER_BYTES)) == 200


@pytest.mark.parametrize("more", [1, 1_000, 1_000_000])
def test_longer_headers_end_the_connection_and_nothing_else(running, more):
    assert ask(running, headers_of(serving.LARGEST_HEADER_BYTES + more)) is None

    assert ask(running, "GET /healthz HTTP/1.1\r\n") == 200


def test_many_short_headers_are_bounded_as_one_long_one_is(running):
    fields = "".join(f"a{n}: b\r\n" for n in range(10_000))

    assert ask(running, f"GET /healthz HTTP/1.1\r\n{fields}") is None


@pytest.mark.parametrize(("count", "status"), [(1_000, 403), (1_001, 400)])
def test_a_form_has_so_many_fields(running, count, status):
    body = "&".join(f"a{n}=1" for n in range(count))

    assert ask(running, f"POST / HTTP/1.1\r\n{FORM}", body) == status


@pytest.mark.parametrize(("count", "status"), [(1_000, 200), (1_001, 400)])
def test_an_address_has_so_many_fields(running, count, status):
    query = "&".join(f"a{n}=1" for n in range(count))

    assert ask(running, f"GET /?{query} HTTP/1.1\r\n") == status


@pytest.mark.parametrize("size", [1, 4_096, 30_000])
def test_a_cookie_of_any_length_is_no_mistake_of_ours(running, size):
    cookie = f"Cookie: session={'x' * size}; _xsrf={'y' * (size // 100)}\r\n"

    assert ask(running, f"GET / HTTP/1.1\r\n{cookie}") == 200


@pytest.mark.parametrize(
    "head",
    [
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
        "POST / HTTP/1.1\r\nContent-Length: +3\r\n",
        "GET / HTTP/1.1\r\nHost: example.org\r\n",  # and `ask` names another
        "GET / HTTP/1.1\r\nX-Folded: a\r\n\x00b: c\r\n",
        "GET  / HTTP/1.1\r\n",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_refused(running, head):
    assert ask(running, head) == 400


def test_the_documentation_tells_every_limit():
    text = page("docs/security.md")
    table = text.partition("## Limits\n")[2]

    for what, limit in DOCUMENTED.items():
        assert f"| {what} | {limit} |".lower() in table.lower()
