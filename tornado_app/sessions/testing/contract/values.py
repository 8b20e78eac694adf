"""The promises about data and its merging."""

# ruff: noqa: S101 (a test asserts)

import json

from ...record import Outcome
from ...stores.base import SessionStore
from ...values import MAX_DEPTH
from ..records import canonical, make_record, make_update
from .base import found, keep, update

KEYS = (
    *("", " ", ".", "a.b", "a[0]", "$", "$.a", "*", "0", "-1", "%", "__proto__"),
    *("\0", "a\0b", "\x01\x1f\x7f", "\n", "'", '"', "\\", "--", "; DROP TABLE"),
    *("Zoë", "Zoe\u0308", "日本語", "😀", "\u2028", "\ufeff", "null", "k" * 1000),
)
VALUES: tuple[object, ...] = (
    *(None, True, False, "", "\0", "\x01\x1f\x7f\x80", "'\"\\/", "😀\u2028", "1"),
    *(0, 1, -1, 2**53 + 1, -(2**63) - 1, 10**40 + 7, int("9" * 4000)),
    *(0.0, -0.0, 1.0, 0.1, 1e308, 5e-324, 1.7976931348623157e308, 1e16, 1e-7),
    *([], {}, [[]], [{}], {"a": {}}, {"a": []}, [None], {"": None}, [1, "1", 1.0]),
    {"b": 1, "a": {"d": [1, {"c": None}], "": "x"}},
)


def nested(depth: int) -> object:
    """Return lists and objects in turn, *depth* levels of them."""
    value: object = "the bottom"
    for level in range(depth):
        value = [value] if level % 2 else {"in": value}
    return value


def text_of(value: object) -> str:
    """Return *value* as JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class ValuePromises:
    """What an `Update` does to the data of a record."""

    async def test_a_set_key_leaves_the_others_as_they_are(
        self, store: SessionStore
    ) -> None:
        record = make_record(data={"a": 1, "b": {"c": 2}})
        await keep(store, record)

        outcome = await update(store, make_update(record, values={"d": "3"}))

        assert outcome is Outcome.APPLIED
        after = canonical((await found(store, record)).data)
        assert after == canonical('{"a": 1, "b": {"c": 2}, "d": 3}')

    async def test_a_set_key_is_replaced_and_not_merged_with_what_it_held(
        self, store: SessionStore
    ) -> None:
        record = make_record(data={"cart": {"a": 1, "b": 2}})
        await keep(store, record)

        await update(store, make_update(record, values={"cart": '{"c":3}'}))

        after = canonical((await found(store, record)).data)
        assert after == canonical('{"cart": {"c": 3}}')

    async def test_a_deleted_key_is_gone_and_one_of_null_is_not(
        self, store: SessionStore
    ) -> None:
        record = make_record(data={"a": 1, "b": 2, "c": 3})
        await keep(store, record)

        values = {"a": None, "b": "null", "unknown": None}
        await update(store, make_update(record, values=values))

        after = canonical((await found(store, record)).data)
        assert after == canonical('{"b": null, "c": 3}')

    async def test_two_updates_of_different_keys_both_count(
        self, store: SessionStore
    ) -> None:
        record = make_record(data={"a": 0, "b": 0})
        await keep(store, record)

        await update(store, make_update(record, values={"a": "1"}))
        await update(store, make_update(record, values={"b": "1"}))

        after = canonical((await found(store, record)).data)
        assert after == canonical('{"a": 1, "b": 1}')

    async def test_every_value_that_json_can_hold_comes_back_the_same(
        self, store: SessionStore
    ) -> None:
        values = {f"v{n}": text_of(value) for n, value in enumerate(VALUES)}
        values["deep"] = text_of(nested(MAX_DEPTH))
        created = make_record(data={key: json.loads(values[key]) for key in values})
        updated = make_record(data={"v0": "before"})
        await keep(store, created, updated)

        await update(store, make_update(updated, values=values))

        for record in (created, updated):
            after = json.loads((await found(store, record)).data)
            assert set(after) == set(values)
            for key, text in values.items():
                assert canonical(text_of(after[key])) == canonical(text)

    async def test_values_survive_an_update_of_another_key(
        self, store: SessionStore
    ) -> None:
        data = {f"v{n}": value for n, value in enumerate(VALUES)}
        record = make_record(data=data)
        await keep(store, record)

        await update(store, make_update(record, values={"other": "1"}))

        after = canonical((await found(store, record)).data)
        assert after == canonical(text_of({**data, "other": 1}))

    async def test_every_text_can_be_a_key(self, store: SessionStore) -> None:
        record = make_record(data=dict.fromkeys(KEYS, "before"))
        await keep(store, record)

        values = {key: str(n) for n, key in enumerate(KEYS)}
        await update(store, make_update(record, values=values))

        after = json.loads((await found(store, record)).data)
        assert after == {key: n for n, key in enumerate(KEYS)}

    async def test_every_key_can_be_deleted_alone(self, store: SessionStore) -> None:
        record = make_record(data=dict.fromkeys(KEYS, 1))
        await keep(store, record)
        left = set(KEYS)

        for key in KEYS:
            await update(store, make_update(record, values={key: None}))
            left.remove(key)
            assert set(json.loads((await found(store, record)).data)) == left

    async def test_the_order_of_keys_does_not_matter(self, store: SessionStore) -> None:
        first = make_record(data='{"b":1,"a":2}')
        second = make_record(data='{"a":2,"b":1}')
        await keep(store, first, second)

        for record in (first, second):
            values = {"d": "4", "c": "3"}
            await update(store, make_update(record, values=values))

        texts = {canonical((await found(store, one)).data) for one in (first, second)}
        assert texts == {canonical('{"a": 2, "b": 1, "c": 3, "d": 4}')}

    async def test_a_cleared_record_keeps_only_what_the_update_brings(
        self, store: SessionStore
    ) -> None:
        record = make_record(data={"a": 1, "b": 2})
        await keep(store, record)

        change = make_update(record, clear=True, values={"b": None, "c": "3"})
        await update(store, change)

        assert canonical((await found(store, record)).data) == canonical('{"c": 3}')

    async def test_a_record_can_be_cleared_of_everything(
        self, store: SessionStore
    ) -> None:
        record = make_record(data={"a": 1})
        await keep(store, record)

        await update(store, make_update(record, clear=True))

        assert canonical((await found(store, record)).data) == "{}"

    async def test_a_record_without_data_takes_its_first_key(
        self, store: SessionStore
    ) -> None:
        record = make_record()
        await keep(store, record)

        await update(store, make_update(record, values={"a": "1"}))
        await update(store, make_update(record, values={"a": None}))

        assert canonical((await found(store, record)).data) == "{}"
