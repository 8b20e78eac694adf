"""What the operator sees of single sessions."""

import json

import pytest

from tornado_app.sessions.testing import make_flash

from .site_file import DAY, NOW, keep, record


def handles(output):
    return [line.split()[0] for line in output.splitlines()[1:]]


def test_a_line_tells_when_and_who_and_how_large(url, command):
    one = record(user="ada", data={"n": 1})
    keep(url, one)

    code, output, _ = command("list")

    assert code == 0
    head, line = output.splitlines()
    assert " ".join(head.split()) == "handle started last seen expires bytes user"
    yesterday = f"{NOW - DAY:%Y-%m-%d %H:%M:%SZ}"
    assert line.startswith(one.handle)
    assert yesterday in line
    assert line.endswith("        7  ada")


def test_nothing_that_opens_a_session_is_shown_nor_what_it_holds(url, command):
    one = record(
        data={"secret": "swordfish"},
        flashes=(make_flash(1, "swordfish"),),
        previous_digest=b"\xab" * 32,
        previous_until=NOW + DAY,
    )
    keep(url, one)

    for words in (["list"], ["list", "--json"], ["stats"]):
        _, output, _ = command(*words)
        assert "swordfish" not in output
        assert one.id_digest.hex()[:8] not in output
        assert "abab" not in output


def test_expired_sessions_are_not_listed(url, command):
    live, over = record(), record(expires_at=NOW - DAY)
    keep(url, live, over)

    assert handles(command("list")[1]) == [live.handle]


def test_pages_follow_each_other_without_gap_or_overlap(url, command):
    records = [record() for _ in range(25)]
    keep(url, *records)
    seen, after, pages = [], [], 0

    while True:
        code, output, errors = command("list", "--limit", "10", *after)
        assert code == 0
        seen += handles(output)
        pages += 1
        if not errors:
            break
        after = ["--after", seen[-1]]
        assert errors == f"There are more: --after {seen[-1]}\n"

    assert pages == 3
    assert seen == sorted(one.handle for one in records)


def test_a_handle_that_begins_with_a_dash_is_no_option(url, command):
    first, second = record(handle="-" + "a" * 15), record(handle="-" + "b" * 15)
    keep(url, first, second)

    assert handles(command("list", "--after", first.handle)[1]) == [second.handle]
    assert command("revoke", first.handle)[0] == 0


def test_one_user_is_listed_alone(url, command):
    hers, his = record(user="ada"), record(user="bob")
    keep(url, hers, his, record())

    assert handles(command("list", "--user", "ada")[1]) == [hers.handle]


def test_nothing_to_list_is_told_by_the_exit_code(url, command):
    keep(url)

    assert command("list")[0] == 3
    assert command("list", "--user", "ada")[0] == 3


def test_json_is_an_object_a_line(url, command):
    one = record(user="Zoë\n", data={"n": 1})
    keep(url, one)

    code, output, _ = command("list", "--json")

    assert code == 0
    assert [json.loads(line) for line in output.splitlines()] == [
        {
            "handle": one.handle,
            "started_at": one.started_at.isoformat(),
            "last_seen_at": one.last_seen_at.isoformat(),
            "expires_at": one.expires_at.isoformat(),
            "data_bytes": 7,
            "user": "Zoë\n",
        }
    ]


def test_a_name_cannot_command_the_terminal(url, command):
    keep(url, record(user="\x1b[2Jada"), record(user=""), record(user="-"), record())

    _, output, _ = command("list")

    assert "\x1b" not in output
    names = sorted(line.split()[-1] for line in output.splitlines()[1:])
    assert names == ['""', '"-"', '"\\u001b[2Jada"', "-"]


@pytest.mark.parametrize(
    "words", [["--limit", "0"], ["--limit", "x"], ["--after", "short"]]
)
def test_a_wrong_page_is_refused(command, words):
    assert command("list", *words)[0] == 2
