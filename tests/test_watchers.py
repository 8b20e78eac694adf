"""Tests of several watchers of one engine."""

import inspect

from tornado_app.sessions.ids import Rejection
from tornado_app.sessions.watching import End, Watcher
from tornado_app.watchers import Watchers

TOLD = {
    "called": (("find",), {"duration_s": 0.1, "size": 3, "failed": False}),
    "committed": ((2,), {"created": 1}),
    "conflicted": ((1,), {}),
    "refused": ((1,), {}),
    "ended": ((End.SWEPT, 4), {}),
    "cookie_rejected": ((Rejection.UNKNOWN,), {}),
    "swept": ((), {}),
    "socket_opened": ((), {}),
    "socket_closed": ((), {}),
}


def noting(calls):
    """A watcher that writes down what it is told."""

    def method(name):
        return lambda self, *args, **kwargs: calls.append((name, args, kwargs))

    return type("Noting", (Watcher,), {name: method(name) for name in TOLD})()


def test_each_watcher_is_told_everything_in_order():
    calls = []
    watchers = Watchers([noting(calls), noting(calls)])

    for name, (args, kwargs) in TOLD.items():
        getattr(watchers, name)(*args, **kwargs)

    assert calls == [
        (name, args, kwargs) for name, (args, kwargs) in TOLD.items() for _ in range(2)
    ]


def test_no_method_of_a_watcher_is_missing():
    methods = {name for name, _ in inspect.getmembers(Watcher, inspect.isfunction)}

    assert methods == set(TOLD)
    assert methods <= set(vars(Watchers))
