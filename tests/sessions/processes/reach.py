"""How far the end of a session has reached by the time that it is answered."""

from contextlib import contextmanager

from tests.plugins import effort
from tests.programs import program
from tests.sessions.processes.visitor import Visitor
from tests.stores import STORES
from tools.environment import ROOT

COUNT = 8
"""How many processes there are."""

SITE = "tests.sessions.processes.site"


@contextmanager
def site(store_name, folder, count=COUNT):
    """The small site in so many processes; stopped in order afterwards."""
    url = STORES[store_name](folder)
    with program(ROOT, "-m", SITE, str(count), url) as running:
        running.wait_until_it_listens()
        yield running
        assert running.stop() == 0, running.errors


async def signed_in_everywhere(port, user="ada"):
    """A visitor whom every process has seen, with the session's handle."""
    visitor = Visitor(port)
    handle = await visitor.signs_in(user)
    seen = set()
    while len(seen) < COUNT:
        answers = await visitor.asks_often("/who", 32)
        assert {answer.status for answer in answers} == {200}
        seen |= {answer.process for answer in answers}
    return visitor, handle


async def end_by_revoke(visitor, handle):
    await expect_one(Visitor(visitor.port).asks("POST", f"/revoke/{handle}"))


async def end_by_revoking_the_user(visitor, handle):
    await expect_one(Visitor(visitor.port).asks("POST", "/revoke-user/ada"))


async def end_by_sign_out(visitor, handle):
    assert (await visitor.asks("POST", "/sign-out")).status == 200


async def expect_one(asking):
    answer = await asking
    assert answer.status == 200
    assert answer.text in ('{"revoked": true}', '{"revoked": 1}')


ENDS = {
    "revoke": end_by_revoke,
    "revoke of the user": end_by_revoking_the_user,
    "sign-out": end_by_sign_out,
}
"""By name: an async function of a visitor and a handle that ends the session."""


async def accepted_after(end, visitor, handle, count):
    """End a session; return how many requests were accepted that began afterwards."""
    await end(visitor, handle)
    answers = await visitor.asks_often("/who", count)
    effort.counts["requests after the answer of a revoke"] += len(answers)
    assert {answer.status for answer in answers} <= {200, 403}
    assert len({answer.process for answer in answers}) == COUNT
    return sum(answer.status == 200 for answer in answers)
