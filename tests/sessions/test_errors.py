"""What an error says to whoever reads the log."""

import sqlite3

from tornado_app.sessions import StoreUnavailableError

PLAIN = "sqlite store is unavailable (during apply)"


def raised_from(cause):
    try:
        raise StoreUnavailableError("sqlite", "apply") from cause
    except StoreUnavailableError as exc:
        return exc


def test_a_store_that_is_down_is_named_with_what_was_asked_of_it():
    error = StoreUnavailableError("sqlite", "apply")

    assert (error.store, error.operation) == ("sqlite", "apply")
    assert str(error) == PLAIN


def test_it_says_what_the_driver_said():
    full = sqlite3.OperationalError("database or disk is full")

    assert str(raised_from(full)) == f"{PLAIN}: database or disk is full"


def test_it_says_so_through_whoever_raised_it_again():
    full = sqlite3.OperationalError("database or disk is full")

    error = raised_from(raised_from(full))

    assert str(error) == f"{PLAIN}: database or disk is full"


def test_it_says_that_nothing_was_answered_in_time():
    assert str(raised_from(TimeoutError())) == f"{PLAIN}: no answer in time"


def test_it_stays_one_line_without_the_details_of_a_row():
    cause = RuntimeError("duplicate key\nDETAIL: Key (handle)=(secret) exists.")

    assert str(raised_from(cause)) == f"{PLAIN}: duplicate key"


def test_a_driver_that_says_nothing_is_named_by_its_error():
    assert str(raised_from(ConnectionResetError())) == f"{PLAIN}: ConnectionResetError"
