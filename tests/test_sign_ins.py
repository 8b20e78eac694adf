"""What is remembered of sign-ins."""

from datetime import UTC, datetime, timedelta

import pytest

from tornado_app.accounts_sqlite import SQLiteAccountStore
from tornado_app.devices import Device
from tornado_app.sign_ins import Ended, SignIn

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def store(tmp_path):
    async with SQLiteAccountStore(tmp_path / "a.db", durability="normal") as store:
        yield store


def sign_in_as(handle, account_id="ada", at=NOW):
    return SignIn(
        handle=handle,
        account_id=account_id,
        device=Device("Firefox", "Linux"),
        address="192.0.2.1",
        signed_in_at=at,
    )


async def note(store, *sign_ins, forget_before=NOW - 28 * DAY):
    for each in sign_ins:
        await store.note_sign_in(each, forget_before=forget_before)


async def handles(store, account_id="ada"):
    return [each.handle for each in await store.sign_ins_of(account_id)]


async def test_a_sign_in_comes_back_as_it_was_noted(store):
    sign_in = sign_in_as("h")
    await note(store, sign_in)

    assert await store.sign_ins_of("ada") == [sign_in]
    assert await store.sign_in_of("h") == sign_in
    assert await store.sign_in_of("other") is None


async def test_the_latest_comes_first_and_others_are_not_shown(store):
    await note(
        store,
        sign_in_as("old", at=NOW - DAY),
        sign_in_as("new"),
        sign_in_as("bea's", "bea"),
    )

    assert await handles(store) == ["new", "old"]


async def test_a_second_sign_in_in_one_session_replaces_the_first(store):
    await note(store, sign_in_as("h", "ada"), sign_in_as("h", "bea"))

    assert await handles(store, "ada") == []
    assert await handles(store, "bea") == ["h"]


async def test_the_first_end_is_the_one_that_counts(store):
    await note(store, sign_in_as("h"))

    await store.note_ends("ada", ["h"], Ended.REVOKED, now=NOW)
    await store.note_ends("ada", ["h"], Ended.SIGNED_OUT, now=NOW + DAY)

    (found,) = await store.sign_ins_of("ada")
    assert (found.ended, found.ended_at) == (Ended.REVOKED, NOW)


async def test_nobody_notes_the_end_of_another_s_session(store):
    await note(store, sign_in_as("h"))

    await store.note_ends("bea", ["h"], Ended.REVOKED, now=NOW)

    (found,) = await store.sign_ins_of("ada")
    assert found.ended_at is None


async def test_what_is_old_and_over_goes_with_the_next_sign_in(store):
    await note(
        store,
        sign_in_as("over", at=NOW - 90 * DAY),
        sign_in_as("over lately", at=NOW - 90 * DAY),
        sign_in_as("without an end", at=NOW - 90 * DAY),
        sign_in_as("bea's", "bea", at=NOW - 90 * DAY),
        forget_before=NOW - 99 * DAY,
    )
    await store.note_ends("ada", ["over"], Ended.REVOKED, now=NOW - 80 * DAY)
    await store.note_ends("ada", ["over lately"], Ended.REVOKED, now=NOW - DAY)

    await note(store, sign_in_as("new"), forget_before=NOW - 58 * DAY)

    assert await handles(store) == ["new", "over lately"]
    assert await handles(store, "bea") == ["bea's"]
