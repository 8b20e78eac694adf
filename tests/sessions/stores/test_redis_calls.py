"""What is asked of a Redis server, and what its answer says of each record."""

import pytest
from redis.exceptions import ResponseError

from tornado_app.sessions.stores import redis_scripts as scripts
from tornado_app.sessions.stores.redis_calls import Call, Gathering, command, run


def test_a_script_is_asked_about_many_keys_in_one_command():
    call = Call(scripts.DELETE, ["a", "b"], [1, 2, 3, 4])

    assert call.words() == ("EVALSHA", scripts.DELETE.sha, 2, "a", "b", 1, 2, 3, 4)


@pytest.mark.parametrize("arguments", [[], [1, 2], [1, 2, 3, 4]])
def test_each_key_has_its_own_arguments_alone(arguments):
    count = len(arguments) // 2
    call = Call(scripts.DELETE, ["a", "b"], arguments)

    assert call.alone() == [
        run(scripts.DELETE, "a", *arguments[:count]),
        run(scripts.DELETE, "b", *arguments[count:]),
    ]


def test_a_command_alone_is_itself():
    call = command("ZRANGE", "key", 0, -1)

    assert call.alone() == [call]
    assert call.words() == ("ZRANGE", "key", 0, -1)


def test_a_scripts_list_is_an_answer_for_each_and_a_commands_is_one():
    assert Call(scripts.FIND, ["a", "b"], []).each([b"1", None]) == [b"1", None]
    assert command("ZRANGE", "key", 0, -1).each([b"1", b"2"]) == [[b"1", b"2"]]


def test_an_error_is_everyones():
    error = ResponseError("no")

    assert Call(scripts.FIND, ["a", "b"], []).each(error) == [error] * 2


def test_what_is_alike_goes_together_and_is_answered_in_the_order_of_asking():
    asked = Gathering(in_any_order=True)
    asked.add(scripts.WRITE, "a", [1])
    asked.add(scripts.DELETE, "b", [2])
    asked.add(scripts.WRITE, "c", [3])
    asked.add(scripts.WRITE, "d", [4, 4])

    assert asked.calls == [
        Call(scripts.WRITE, ["a", "c"], [1, 3]),
        Call(scripts.DELETE, ["b"], [2]),
        Call(scripts.WRITE, ["d"], [4, 4]),
    ]
    assert asked.in_order([1, 3, 2, 4]) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("script", "in_any_order"), [(scripts.WRITE, False), (scripts.UPDATE, True)]
)
def test_what_has_its_order_or_takes_long_goes_alone(script, in_any_order):
    asked = Gathering(in_any_order=in_any_order)
    asked.add(script, "a", [1])
    asked.add(script, "b", [2])

    assert asked.calls == [run(script, "a", 1), run(script, "b", 2)]
