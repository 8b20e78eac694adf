"""The Redis or Valkey that the tests of one process share, each with its own prefix.

``REDIS_URL`` names one that runs; else a private one starts with the first test that
wants it and ends with the process.
"""

import atexit
import functools
import itertools
import os

from tests.servers.valkey import Server

numbers = itertools.count(1)


def empty_store_url():
    """The URL of a store that nobody has used yet."""
    url = shared_url()
    prefix = f"test-{os.getpid()}-{next(numbers)}"
    return f"{url}{'&' if '?' in url else '?'}prefix={prefix}"


@functools.cache
def shared_url():
    if url := os.environ.get("REDIS_URL"):
        return url
    server = Server()
    atexit.register(server.__exit__)
    return server.__enter__().url
