"""Of hundreds of Cookie headers the site believes only those that are ours."""

import pytest

from tests.plugins.effort import counts
from tests.sessions.http.cookie_corpus import FOUND, NOT_FOUND, REFUSED

COUNTED = "hostile Cookie headers sent (believed: 0)"


@pytest.fixture
async def ask(wire, ada, bea):
    """Ask for a page of the signed-in; MINE is Ada's cookie, EVIL is Bea's."""
    await ada.signs_up("ada")
    await bea.signs_up("bea")
    values = [person.cookies["session"].strip('"') for person in (ada, bea)]

    async def send(header):
        cookie = header.replace("MINE", values[0]).replace("EVIL", values[1])
        headers = [("Cookie", cookie), ("Accept", "text/html")]
        answer = await wire.get("/preferences", headers=headers)
        users = [name for name in ("ada", "bea") if f">{name}</bdi>" in answer.text]
        return answer.status, users

    return send


async def test_ours_is_found_among_look_alikes(ask):
    for header in FOUND:
        assert await ask(header) == (200, ["ada"]), header


async def test_nobody_is_found_in_anything_else(ask):
    for header in NOT_FOUND:
        assert await ask(header) in ((200, []), (400, [])), header[:200]
        counts[COUNTED] += 1


async def test_control_characters_end_the_request(ask):
    for header in REFUSED:
        assert await ask(header) in ((200, []), (400, [])), header
        counts[COUNTED] += 1
