"""One round trip on one connection to a Redis server."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

from hiredis import pack_command
from redis.asyncio import Connection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, ResponseError

Words = tuple[str | int, ...]

# How long a server may take to hear from its replicas; well within a store's deadline.
_WAIT_MS = 1000

_numbers = itertools.count()
# The driver packs in Python, word by word: that takes seven times as long.
_pack: Any = pack_command


class ReplicasMissingError(RedisConnectionError):
    """A change was made, and too few replicas said in time that they have it."""


async def exchange(
    connection: Connection, commands: Sequence[Words], *, replicas: int = 0
) -> list[Any]:
    """Send *commands* at once; return their answers in order, errors among them.

    *replicas*: how many of them must have the changes too before this answers.

    A connection whose exchange was broken off holds answers that nobody fetched: it is
    closed, or the next to use it would get them for its own. The number that is echoed
    last shows that these answers are the ones to these commands.
    """
    number = str(next(_numbers))
    waiting: list[Words] = [("WAIT", replicas, _WAIT_MS)] if replicas else []
    packed = [_pack(words) for words in (*commands, *waiting, ("ECHO", number))]
    try:
        await connection.send_packed_command(packed)
        answers = await _answers(connection, len(commands))
        *heard, echo = await _answers(connection, len(waiting) + 1)
        if echo != number.encode():
            raise RedisConnectionError("the answers are not those to our commands")
        # The server became a replica: its name may lead to another one by now.
        for answer in answers:
            if isinstance(answer, ReadOnlyError):
                raise answer
    except BaseException:
        await connection.disconnect(nowait=True)
        raise
    if any(not isinstance(count, int) or count < replicas for count in heard):
        raise ReplicasMissingError(f"fewer than {replicas} replicas have the change")
    return answers


async def _answers(connection: Connection, count: int) -> list[Any]:
    answers: list[Any] = []
    while len(answers) < count:
        try:
            # Without a timeout of its own for each: the whole exchange has one.
            answers.append(await connection.read_response(timeout=math.inf))
        except ResponseError as exc:
            answers.append(exc)
    return answers
