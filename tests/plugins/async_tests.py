"""Async tests, async fixtures and the loop they run on."""

import asyncio
import functools
import inspect

import pytest
import tornado.ioloop


def pytest_collection_modifyitems(items):
    for item in items:
        test = getattr(item, "obj", None)
        if inspect.iscoroutinefunction(test):
            mark_as_async(item)
        if inspect.iscoroutinefunction(inner_test(test)):
            test.hypothesis.inner_test = in_its_own_loop(inner_test(test))


def mark_as_async(item):
    # Without the mark the test would only make a coroutine and never run it.
    if item.get_closest_marker("gen_test") is None:
        item.add_marker(pytest.mark.gen_test)


def inner_test(test):
    """The function below Hypothesis' ``@given``, or None."""
    return getattr(getattr(test, "hypothesis", None), "inner_test", None)


def in_its_own_loop(coroutine_function):
    """Make a plain function of an async one: all that Hypothesis can run."""

    @functools.wraps(coroutine_function)
    def run(*args, **kwargs):
        with asyncio.Runner() as runner:
            return runner.run(coroutine_function(*args, **kwargs))

    return run


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    function = fixturedef.func
    run = runner_of(function)
    if run is None:
        return (yield)

    loop = request.getfixturevalue("io_loop")
    fixturedef.func = functools.partial(run, loop, function)
    try:
        return (yield)
    finally:
        # Kept, it would hand this test's closed loop to the next test.
        fixturedef.func = function


def runner_of(function):
    """How to run an async fixture on a loop; None if *function* is a plain one."""
    if inspect.isasyncgenfunction(function):
        return generate
    return call if inspect.iscoroutinefunction(function) else None


def call(loop, function, **arguments):
    return loop.run_sync(lambda: function(**arguments))


def generate(loop, function, **arguments):
    generator = function(**arguments)

    async def step():
        return await anext(generator, None)

    yield loop.run_sync(step)
    loop.run_sync(step)


@pytest.fixture
def io_loop():
    """A loop of this test's own, current until the test is over."""
    loop = tornado.ioloop.IOLoop(make_current=False)
    # pytest-tornado starts a test's coroutine on the current loop, then runs ours.
    asyncio.set_event_loop(loop.asyncio_loop)
    yield loop
    loop.run_sync(cancel_all_others)
    asyncio.set_event_loop(None)
    loop.close(all_fds=True)


async def cancel_all_others():
    """End what a test left running, or its death would be another test's warning."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
