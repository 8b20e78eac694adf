"""What the site's audit log tells of the commands on accounts."""

import json

import pytest

ACTS = {
    "reset-link": ["authn_token_created:ada,password_reset"],
    "sign-out": ["session_expired:ada,revoked"],
    "delete": ["session_expired:ada,revoked", "user_deleted:,ada"],
}
MORE = {"reset-link": ["--base-url", "https://example.org"], "delete": ["--yes"]}


@pytest.mark.parametrize("name", ACTS)
def test_what_the_operator_does_is_noted(command, audit_log, name):
    command.files.keep("ada", "bea")

    code, output, _ = command(
        name, "Ada", *MORE.get(name, []), store=name != "reset-link"
    )

    lines = [json.loads(line) for line in audit_log.read_text().splitlines()]
    assert (code, bool(output)) == (0, True)
    assert [line["event"] for line in lines] == ACTS[name]
    assert {line["by"] for line in lines} == {"operator"}


@pytest.mark.parametrize("name", ACTS)
def test_what_the_operator_does_to_nobody_is_not(command, audit_log, name):
    command.files.keep("bea")

    code, _, _ = command(name, "ada", *MORE.get(name, []), store=name != "reset-link")

    assert code == 3
    assert audit_log.read_text() == ""
