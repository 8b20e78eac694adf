"""What a request asks of the store, worked out without one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tornado_app.sessions import SessionPolicy
from tornado_app.sessions.draft import Draft
from tornado_app.sessions.merging import merge
from tornado_app.sessions.parsing import parse
from tornado_app.sessions.planning import make_plan
from tornado_app.sessions.record import Outcome
from tornado_app.sessions.testing import FakeClock, make_record
from tornado_app.sessions.tracking import TrackedValues
from tornado_app.sessions.values import encode_object

TEXTS = st.text(max_size=5) | st.sampled_from(["\x01" * 9, "€" * 9, '"\\' * 5])
VALUES = TEXTS | st.integers() | st.floats(allow_nan=False, allow_infinity=False)


@given(
    data=st.dictionaries(TEXTS, VALUES, max_size=3),
    key=TEXTS,
    value=VALUES,
    slack=st.integers(-3, 3) | st.integers(0, 2000),
)
def test_the_whole_is_said_where_it_fits_to_the_byte(data, key, value, slack):
    if data.get(key) == value:
        return
    size_bytes = len(encode_object({**data, key: value}).encode())
    limit_bytes = max(1, size_bytes + slack)
    policy = SessionPolicy(max_session_bytes=limit_bytes)
    record = make_record(data=data)
    draft = Draft(policy, FakeClock(), record)

    draft.values.set(key, value, limit_bytes=1000)
    update = make_plan(draft).change

    outcome, after = merge(record, update)
    fits = size_bytes <= limit_bytes
    assert (update.whole is not None) == fits
    assert (outcome is not Outcome.TOO_LARGE) == fits
    if fits:
        assert json.loads(update.whole.data) == json.loads(after.data)


@pytest.mark.parametrize("number", ["1e15", "1E-5", "1.50", "9e15"])
def test_numbers_that_others_write_shorter_count_as_we_write_them(number):
    record = make_record()._replace(data=f'{{"a":[{",".join([number] * 50)}]}}')
    size_bytes = len(encode_object({**json.loads(record.data), "b": 1}).encode())

    for limit_bytes, fits in ((size_bytes, True), (size_bytes - 1, False)):
        policy = SessionPolicy(max_session_bytes=limit_bytes)
        draft = Draft(policy, FakeClock(), record)
        draft.values.set("b", 1, limit_bytes=1000)
        assert (make_plan(draft).change.whole is not None) == fits


def test_the_whole_is_put_together_when_it_is_looked_at_and_once(monkeypatch):
    made = []
    as_ever = TrackedValues.object_later

    def later(tracked, changes):
        put_together = as_ever(tracked, changes)
        return lambda: made.append(changes) or put_together()

    monkeypatch.setattr(TrackedValues, "object_later", later)
    record = make_record(data={"a": 1})
    parse(record.data).all_pairs()  # as after the first change of a session
    draft = Draft(SessionPolicy(), FakeClock(), record)
    draft.values.set("a", 2, limit_bytes=1000)
    whole = make_plan(draft).change.whole
    assert not made
    draft.values.set("a", 3, limit_bytes=1000)

    assert [whole.data, whole.data] == ['{"a":2}'] * 2
    assert made == [{"a": "2"}]


def test_what_others_stored_and_cannot_be_kept_is_said_before_the_store_is_asked():
    record = make_record()._replace(data='{"a":NaN}')
    draft = Draft(SessionPolicy(), FakeClock(), record)
    draft.values.set("b", 1, limit_bytes=1000)

    with pytest.raises(ValueError, match="'a'"):
        make_plan(draft)
