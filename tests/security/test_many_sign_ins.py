"""Two hundred sign-ins at once: memory has a bound, and pages come meanwhile."""

import asyncio
import re
from pathlib import Path

from tests.plugins.effort import counts
from tests.programs import server
from tests.security.wire import Wire
from tornado_app.hashing import MEMORY_KIB, MOST_WAITING, WORKERS

CROWD = 200
GREETINGS = 50
# The documented cap on hashing, and what the connections themselves may take.
MOST_KIB = WORKERS * MEMORY_KIB + 24 * 1024


def memory_kib(running, name):
    """``VmRSS``, what it holds now, or ``VmHWM``, the most it ever held."""
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+) kB", status)[1])


async def form_of(wire):
    """The cookie and the token of the sign-in form."""
    answer = await wire.get("/sign-in", headers=[("Accept", "text/html")])
    token = re.search(r'name="_xsrf" value="([^"]+)"', answer.text)[1]
    name, _, value = answer.set_cookies[0].partition(";")[0].partition("=")
    return {name: value}, token


async def sign_in(wire, number, cookies, token):
    """Sign in with an address of one's own: one address has only a few tries."""
    fields = {"username": f"user {number}", "password": "a wrong password, this"}
    address = f"198.51.{number // 250}.{number % 250 + 1}"
    answer = await wire.post(
        "/sign-in",
        fields | {"_xsrf": token},
        cookies=cookies,
        headers=[("X-Forwarded-For", address)],
    )
    await wire.close()
    return answer


async def test_200_at_once(tmp_path):
    # A line for every page would fill the pipe that nobody reads meanwhile.
    quiet = ("--trusted-proxies=127.0.0.1", "--log-level=error")
    with server(tmp_path, *quiet) as running:
        visitor = Wire(running.port)
        cookies, token = await form_of(visitor)
        crowd = [Wire(running.port) for _ in range(CROWD)]
        before = memory_kib(running, "VmRSS")

        signing_in = [
            asyncio.ensure_future(sign_in(wire, number, cookies, token))
            for number, wire in enumerate(crowd)
        ]
        greetings = await greetings_during(visitor, signing_in)
        answers = await asyncio.gather(*signing_in)
        grown = memory_kib(running, "VmHWM") - before

        await visitor.close()
        assert running.stop() == 0

    statuses = [answer.status for answer in answers]
    assert set(statuses) == {403, 503}
    assert statuses.count(403) >= MOST_WAITING
    refused = [answer for answer in answers if answer.status == 503]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
    assert greetings == GREETINGS
    assert grown <= MOST_KIB
    counts["sign-ins at once: told to come back (503)"] += len(refused)
    counts["sign-ins at once: greetings served meanwhile"] += greetings
    counts["sign-ins at once: KiB of memory at most"] += grown


async def greetings_during(visitor, signing_in):
    """How many greetings came while somebody still waited for an answer."""
    served = 0
    await asyncio.wait(signing_in, return_when=asyncio.FIRST_COMPLETED)
    for _ in range(GREETINGS):  # no more: they would keep the passwords waiting
        assert (await visitor.get("/")).status == 200
        served += not all(task.done() for task in signing_in)
    return served


async def test_a_megabyte_of_password_is_refused_unread(wire, ada):
    await ada.get("/sign-in")
    fields = {"username": "ada", "password": "x" * 2**20, "_xsrf": ada.token()}

    answer = await wire.post("/sign-in", fields, cookies=ada.cookies)

    assert answer.status == 413
