"""What a password becomes."""

import statistics
import time

import pytest
from argon2 import PasswordHasher, extract_parameters

from tornado_app.argon2id import Argon2id

CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
PASSWORD = "correct horse battery staple"


@pytest.fixture
def argon2id():
    return Argon2id(PasswordHasher(**CHEAP))


def test_a_password_fits_its_own_hash_only(argon2id):
    kept = argon2id.hash(PASSWORD)

    assert argon2id.verify(PASSWORD, kept).matches
    assert not argon2id.verify(PASSWORD + " ", kept).matches


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x" * 72 + "a", "x" * 72 + "b"),
        ("x" * 72, "x" * 73),
        ("pass\x00word one", "pass\x00word two"),
        ("trailing", "trailing "),
        ("Capital", "capital"),
        ("x" * 4_096 + "a", "x" * 4_096 + "b"),
    ],
)
def test_near_twins_are_told_apart(argon2id, one, other):
    assert not argon2id.verify(other, argon2id.hash(one)).matches


def test_the_same_text_fits_however_a_keyboard_composes_it(argon2id):
    kept = argon2id.hash("sch\u00f6n")

    assert argon2id.verify("scho\u0308n", kept).matches


def test_two_hashes_of_one_password_differ(argon2id):
    assert argon2id.hash(PASSWORD) != argon2id.hash(PASSWORD)


def test_a_weak_hash_comes_back_stronger(argon2id):
    kept = argon2id.hash(PASSWORD)
    stronger = PasswordHasher(**CHEAP | {"time_cost": 2})

    now = Argon2id(stronger)
    verdict = now.verify(PASSWORD, kept)
    wrong = now.verify("wrong", kept)
    again = now.verify(PASSWORD, verdict.new_hash)

    assert extract_parameters(verdict.new_hash).time_cost == 2
    assert wrong.new_hash is None
    assert (again.matches, again.new_hash) == (True, None)


def test_no_password_fits_where_nothing_is_kept(argon2id):
    assert not argon2id.verify(PASSWORD, None).matches


def test_a_damaged_hash_fits_nothing(argon2id):
    assert not argon2id.verify(PASSWORD, "$argon2id$").matches
    assert not argon2id.verify(PASSWORD, "").matches


def test_nobody_takes_as_long_as_somebody():
    # Work that can be measured; the quickest of each is the least disturbed.
    hasher = PasswordHasher(time_cost=3, memory_cost=4_096, parallelism=1)
    argon2id = Argon2id(hasher)
    kept = argon2id.hash(PASSWORD)
    known = [seconds(argon2id, kept) for _ in range(15)]
    unknown = [seconds(argon2id, None) for _ in range(15)]

    assert min(unknown) == pytest.approx(min(known), rel=0.5)
    assert statistics.median(unknown) > min(known) / 2


def seconds(argon2id, kept):
    start = time.process_time()  # however busy the others are
    argon2id.verify("wrong", kept)
    return time.process_time() - start


def test_the_real_cost_is_above_what_owasp_accepts():
    found = extract_parameters(Argon2id().hash(PASSWORD))

    assert str(found.type) == "Type.ID"
    assert found.memory_cost >= 47_104
    assert found.time_cost >= 1
    assert (found.salt_len, found.hash_len) == (16, 32)
