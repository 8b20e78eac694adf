"""Tests of the list of sessions as programs read it."""

import csv
import io
import json
from datetime import timedelta

from tests.handlers.devices import (
    FIREFOX,
    Device,
    handle_of,
    name,
    own_handle,
    revoke,
)
from tornado_app.handlers.session_files import COLUMNS

JSON = {"Accept": "application/json"}


async def rows_of(device):
    return json.loads((await device.get("/sessions", **JSON)).body)["sessions"]


async def csv_of(device):
    response = await device.get("/sessions.csv")
    return list(csv.DictReader(io.StringIO(response.body.decode())))


async def test_a_program_gets_all_that_the_page_shows(laptop, phone, clock):
    handle = await own_handle(laptop)
    await name(laptop, handle, "Kitchen")
    clock.now += timedelta(hours=1)

    response = await laptop.get("/sessions", **JSON)

    answer = json.loads(response.body)
    assert response.headers["Content-Type"].startswith("application/json")
    assert "Accept" in response.headers["Vary"]
    assert response.headers["Cache-Control"] == "no-store"
    assert answer["limit"] == 20
    assert answer["sessions"][0] == {
        "state": "this device",
        "name": "Kitchen",
        "browser": "Firefox",
        "system": "Linux",
        "address": "127.0.0.1",
        "signed_in_at": "2026-11-24T09:30:00+00:00",
        "last_seen_at": "2026-11-24T10:30:00+00:00",
        "ends_unless_used_at": "2026-12-01T10:30:00+00:00",
        "ends_at_the_latest_at": "2026-12-24T09:30:00+00:00",
        "ended_at": None,
        "ended": None,
        "user_agent": FIREFOX,
        "handle": handle,
    }
    assert [row["state"] for row in answer["sessions"]] == [
        "this device",
        "another device",
    ]


async def test_what_has_ended_is_in_it_with_the_reason(laptop, phone, sessions):
    await revoke(laptop, await handle_of(phone, seen_by=laptop))
    await phone.signs_in()
    await sessions.revoke(await handle_of(phone, seen_by=laptop))

    ended = [row for row in await rows_of(laptop) if row["state"] == "ended"]

    assert {row["ended"] for row in ended} == {"revoked", "by-itself"}
    assert {row["ended_at"] for row in ended} == {"2026-11-24T09:30:00+00:00", None}


async def test_the_files_hold_the_same(laptop, phone):
    response = await laptop.get("/sessions.json")

    disposition = response.headers["Content-Disposition"]
    assert disposition == 'attachment; filename="sessions.json"'
    assert json.loads(response.body)["sessions"] == await rows_of(laptop)
    assert [
        # A handle may begin with what a spreadsheet takes for a formula.
        row | {"handle": row["handle"].removeprefix("'")}
        for row in await csv_of(laptop)
    ] == [
        {key: value or "" for key, value in row.items()}
        for row in await rows_of(laptop)
    ]


async def test_a_spreadsheet_gets_a_csv_file(laptop):
    response = await laptop.get("/sessions.csv")

    assert response.headers["Content-Type"] == "text/csv; charset=UTF-8"
    assert response.headers["Content-Disposition"].endswith('"sessions.csv"')
    assert response.body.decode().splitlines()[0] == ",".join(COLUMNS)


async def test_a_spreadsheet_gets_no_formula(laptop, http_client, base_url):
    thief = Device(http_client, base_url)
    thief.user_agent = '=HYPERLINK("http://evil.example/","x")'
    await thief.signs_in("ada")
    await name(laptop, await own_handle(thief), "@SUM(1)")

    row = (await csv_of(laptop))[1]

    assert row["user_agent"] == "'" + thief.user_agent
    assert row["name"] == "'@SUM(1)"


async def test_no_other_user_s_session_is_in_it(laptop, stranger):
    assert [row["state"] for row in await rows_of(laptop)] == ["this device"]
    assert len(await csv_of(laptop)) == 1


async def test_no_secret_is_in_it(laptop, phone):
    text = (await laptop.get("/sessions.json")).body.decode()

    for device in (laptop, phone):
        assert device.cookies["session"].strip('"') not in text
        assert device.cookies["device"] not in text
    assert "digest" not in text


async def test_a_program_that_is_not_signed_in_is_refused(ada):
    response = await ada.get("/sessions", **JSON)

    assert response.code == 403
    assert json.loads(response.body)["status"] == 403


async def test_a_person_who_is_not_signed_in_goes_to_the_page_first(ada):
    for path in ("/sessions.json", "/sessions.csv"):
        response = await ada.get(path)
        assert response.code == 303
        assert response.headers["Location"] == "/sign-in?next=%2Fsessions"


async def test_a_browser_gets_the_page(laptop):
    accepted = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"

    response = await laptop.get("/sessions", Accept=accepted)

    assert response.headers["Content-Type"].startswith("text/html")
    assert 'href="/sessions.csv"' in response.body.decode()
