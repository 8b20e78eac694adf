"""Visits its own pages without a network, at word of command, and says how many.

``python -m benchmarks.reader STORE-URL`` fills sessions and says ``ready``; each line
``PAGE SECONDS`` that it reads then is answered by a rate, in answers a second.
"""

import asyncio
import itertools
import sys
import time

from tornado.web import Application

from .in_process import answered, cookie_of_new_session, new_request
from .load import CONNECTIONS
from .server import ours

_SESSIONS = 320


async def main(url: str) -> None:
    """Obey until there are no more lines."""
    async with ours(url) as application:
        cookies = [await cookie_of_new_session(application) for _ in range(_SESSIONS)]
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            page, seconds = line.split()
            print(await _rate(application, page, cookies, float(seconds)), flush=True)


async def _rate(
    application: Application, page: str, cookies: list[str], seconds: float
) -> float:
    visitors, count = itertools.cycle(cookies), 0
    began_s = time.perf_counter()
    while (passed_s := time.perf_counter() - began_s) < seconds:
        together = [next(visitors) for _ in range(CONNECTIONS)]
        calls = (answered(application, new_request(page, one)) for one in together)
        count += len(await asyncio.gather(*calls))
    return count / passed_s


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
