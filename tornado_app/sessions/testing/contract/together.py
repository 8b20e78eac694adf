"""The promises about several changes, at once or in a row."""

# ruff: noqa: S101 (a test asserts)

import asyncio
import json
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from ...record import Create, Delete, Outcome, Renewal, SessionRecord, SignIn
from ...stores.base import SessionStore
from ..clock import START
from ..records import NOW, make_digest, make_flash, make_record, make_update
from .base import found, is_gone, keep, same


async def cancelled(call: Coroutine[Any, Any, object], *, after_turns: int) -> None:
    """Start *call* and cancel it some turns of the loop later."""
    task = asyncio.ensure_future(call)
    for _ in range(after_turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class TogetherPromises:
    """What becomes of many changes."""

    async def test_no_changes_have_no_outcomes(self, store: SessionStore) -> None:
        assert await store.apply([]) == []

    async def test_changes_of_one_record_are_made_in_their_order(
        self, store: SessionStore
    ) -> None:
        record = make_record(data={"n": 0})
        new = make_digest("new")

        outcomes = await store.apply(
            [
                make_update(record, values={"too early": "1"}),
                Create(record),
                make_update(record, values={"n": "1"}, version=0),
                make_update(record, values={"n": "2"}, version=0),
                make_update(record, values={"n": "3"}, renewal=Renewal(new, None)),
                make_update(record, values={"m": "4"}),
                make_update(record, sign_in=SignIn("7", NOW, new)),
                make_update(record, values={"too late": "1"}),
                Delete(record.handle, 0),
                make_update(record, generation=1, id_digest=new, values={"n": None}),
            ]
        )

        assert outcomes == [
            Outcome.GONE,
            Outcome.APPLIED,
            Outcome.APPLIED,
            Outcome.CONFLICT,
            Outcome.APPLIED,
            Outcome.SUPERSEDED,
            Outcome.APPLIED,
            Outcome.GONE,
            Outcome.GONE,
            Outcome.APPLIED,
        ]
        after = await found(store, record)
        assert (after.data, after.user, after.version) == ('{"m":4}', "7", 5)

    async def test_what_was_deleted_earlier_in_the_same_call_stays_deleted(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)

        outcomes = await store.apply(
            [
                Delete(record.handle),
                make_update(record, values={"a": "1"}),
                Delete(record.handle),
            ]
        )

        assert outcomes == [Outcome.APPLIED, Outcome.GONE, Outcome.GONE]
        assert await is_gone(store, record)

    async def test_a_refused_change_does_not_keep_the_others_from_being_made(
        self, store: SessionStore
    ) -> None:
        first, second, taken = (make_record(data={"a": 1}) for _ in range(3))
        await keep(store, first, second, taken)

        outcomes = await store.apply(
            [
                make_update(first, values={"a": "2"}),
                make_update(second, values={"a": "2"}, max_bytes=1),
                Create(make_record(handle=taken.handle)),
                make_update(make_record(), touch=True),
                make_update(second, values={"b": "3"}),
            ]
        )

        assert outcomes == [
            Outcome.APPLIED,
            Outcome.TOO_LARGE,
            Outcome.TAKEN,
            Outcome.GONE,
            Outcome.APPLIED,
        ]
        assert json.loads((await found(store, first)).data) == {"a": 2}
        assert json.loads((await found(store, second)).data) == {"a": 1, "b": 3}
        assert same(await found(store, taken)) == same(taken)

    async def test_a_hundred_updates_at_once_all_count(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)

        answers = await asyncio.gather(
            *(
                store.apply(
                    [
                        make_update(
                            record,
                            values={f"k{n}": str(n)},
                            add_flashes=(make_flash(n),),
                            max_flashes=100,
                        )
                    ]
                )
                for n in range(100)
            )
        )

        after = await found(store, record)
        assert answers == [[Outcome.APPLIED]] * 100
        assert json.loads(after.data) == {f"k{n}": n for n in range(100)}
        assert after.flashes == tuple(make_flash(n) for n in range(100))
        assert after.version == 100

    async def test_of_many_transactions_at_once_on_one_version_one_is_made(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)

        answers = await asyncio.gather(
            *(
                store.apply([make_update(record, values={"n": str(n)}, version=0)])
                for n in range(20)
            )
        )

        assert sorted(answer[0].name for answer in answers) == sorted(
            ["APPLIED"] + ["CONFLICT"] * 19
        )

    async def test_of_many_renewals_at_once_one_gives_the_id(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)
        digests = [make_digest(str(n)) for n in range(20)]

        answers = await asyncio.gather(
            *(
                store.apply([make_update(record, renewal=Renewal(digest, None))])
                for digest in digests
            )
        )

        (winner,) = (n for n in range(20) if answers[n] == [Outcome.APPLIED])
        assert (await found(store, record)).id_digest == digests[winner]
        assert answers.count([Outcome.SUPERSEDED]) == 19

    async def test_of_many_creations_at_once_one_is_made(
        self, store: SessionStore
    ) -> None:
        handle = make_record().handle
        records = [make_record(handle=handle, data={"n": n}) for n in range(20)]

        answers = await asyncio.gather(
            *(store.apply([Create(record)]) for record in records)
        )

        (winner,) = (n for n in range(20) if answers[n] == [Outcome.APPLIED])
        assert same(await found(store, records[0])) == same(records[winner])

    async def test_updates_that_race_a_deletion_never_revive_the_record(
        self, store: SessionStore
    ) -> None:
        record = make_record(user="7")
        await keep(store, record)
        change = make_update(record, values={"a": "1"}, touch=True)

        await asyncio.gather(
            *(store.apply([change]) for _ in range(10)),
            store.apply([Delete(record.handle)]),
            *(store.apply([change]) for _ in range(10)),
        )

        assert await is_gone(store, record)
        assert await store.of_user("7", now=START) == []
        assert await store.count(now=START) == 0

    async def test_a_cancelled_change_is_made_entirely_or_not_at_all(
        self, store: SessionStore
    ) -> None:
        for turns in range(8):
            record = make_record()
            await keep(store, record)
            change = make_update(
                record, values={"a": "1"}, add_flashes=(make_flash(1),)
            )

            await cancelled(store.apply([change]), after_turns=turns)

            # What comes later waits for what was under way.
            assert await store.apply([make_update(record, touch=True)]) == [
                Outcome.APPLIED
            ]
            after = await found(store, record)
            both, none = ('{"a":1}', (make_flash(1),)), ("{}", ())
            assert (after.data, after.flashes) in (both, none)

    async def test_after_a_cancelled_call_answers_belong_to_their_questions(
        self, store: SessionStore
    ) -> None:
        records: list[SessionRecord] = [make_record(data={"n": n}) for n in range(8)]
        await keep(store, *records)

        for turns, record in enumerate(records):
            other = records[turns - 1]
            await cancelled(store.find([other.handle], now=START), after_turns=turns)
            await cancelled(store.count(now=START), after_turns=turns)

            assert same(await found(store, record)) == same(record)
            assert await store.count(now=START + timedelta(seconds=1)) == len(records)
