"""The PostgreSQL that the tests of one process share, each in a schema of its own.

``DATABASE_URL`` names one that runs; else a private one starts with the first test
that wants it and ends with the process.
"""

import asyncio
import atexit
import functools
import itertools
import os

import asyncpg

from tests.servers.postgresql import PostgreSQLServer

numbers = itertools.count(1)


def empty_store_url():
    """The URL of a store that nobody has used yet."""
    url = shared_url()
    schema = f"test_{os.getpid()}_{next(numbers)}"
    if "DATABASE_URL" in os.environ:
        atexit.register(drop, url, schema)
    return f"{url}{'&' if '?' in url else '?'}schema={schema}"


@functools.cache
def shared_url():
    if url := os.environ.get("DATABASE_URL"):
        return url
    server = PostgreSQLServer()
    atexit.register(server.remove)
    server.start()
    return server.url()


def drop(url, schema):
    async def run():
        connection = await asyncpg.connect(url)
        await connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
        await connection.close()

    asyncio.run(run())
