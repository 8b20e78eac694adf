"""What can happen to a session while another request is under way."""

import json
from datetime import timedelta
from typing import NamedTuple

from .race import LIFETIME

LONGER = timedelta(hours=3)


def destroy(race):
    return race.request(lambda session: session.destroy())


def revoke(race):
    sessions = race.process()
    return lambda: sessions.revoke(race.handle)


def revoke_all(race):
    return race.process().revoke_all


def expire(race):
    async def let_time_pass():
        await race.gates.wait("time passes")
        race.clock.advance(LIFETIME)

    return let_time_pass


def sweep(race):
    sessions = race.process()

    async def sweep_later():
        await race.gates.wait("time passes")
        race.clock.advance(LIFETIME)
        return await sessions.sweep()

    return sweep_later


def renew(race):
    return race.request(lambda session: session.renew())


def sign_in(race):
    return race.request(lambda session: session.sign_in("ada"))


def count_up(race):
    return race.request(lambda session: session.transaction(increment))


def save_another_key(race):
    return race.request(lambda session: session.update(another=1))


RIVALS = [
    destroy,
    revoke,
    revoke_all,
    expire,
    sweep,
    renew,
    sign_in,
    count_up,
    save_another_key,
]
"""Each makes, of a race, an actor that changes or ends its session."""


def increment(session):
    session["n"] = session.get("n", 0) + 1
    return session["n"]


async def save_twice(session):
    session["new"] = 1
    await session.save()
    session["newer"] = 2


async def reload_first(session):
    session["unwanted"] = 1
    await session.reload()
    session["new"] = 1


async def transaction_among_others(session):
    session["new"] = 1
    await session.transaction(increment)
    session["newer"] = 2


class Deed(NamedTuple):
    """Something that a request does, and how a record shows that it was done."""

    work: object
    shows: object


def holds(**values):
    def shows(record):
        data = json.loads(record.data)
        return values.items() <= data.items() and data["kept"] == "yes"

    return shows


def texts(record):
    return [flash.text for flash in record.flashes]


DEEDS = {
    "save": Deed(lambda session: session.update(new=1), holds(new=1)),
    "save twice": Deed(save_twice, holds(new=1, newer=2)),
    "delete": Deed(
        lambda session: session.pop("doomed", None),
        lambda record: "doomed" not in record.data,
    ),
    "reload": Deed(reload_first, holds(new=1)),
    "touch": Deed(
        lambda session: session.touch(),
        lambda record: record.last_seen_at > record.started_at,
    ),
    "expire in": Deed(
        lambda session: session.expire_in(LONGER),
        lambda record: record.expires_at == record.last_seen_at + LONGER,
    ),
    "renew": Deed(
        lambda session: session.renew(),
        lambda record: record.renewed_at > record.started_at,
    ),
    "transaction": Deed(
        lambda session: session.transaction(increment),
        lambda record: json.loads(record.data)["n"] >= 1,
    ),
    "transaction among others": Deed(transaction_among_others, holds(new=1, newer=2)),
    "flash": Deed(
        lambda session: session.flash("new"), lambda record: "new" in texts(record)
    ),
    "pop flashes": Deed(
        lambda session: session.pop_flashes(),
        lambda record: "old" not in texts(record),
    ),
    "destroy": Deed(lambda session: session.destroy(), lambda record: False),
    "sign in": Deed(
        lambda session: session.sign_in("bob"), lambda record: record.user == "bob"
    ),
}
"""By name: what the other request does."""
