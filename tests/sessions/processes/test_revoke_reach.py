"""What a revoke has reached by the time that its own answer leaves."""

import pytest

from tests.sessions.processes.reach import (
    COUNT,
    ENDS,
    accepted_after,
    signed_in_everywhere,
)
from tests.sessions.processes.visitor import Visitor


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
async def test_no_process_accepts_what_begins_after_the_answer(port, end):
    visitor, handle = await signed_in_everywhere(port)

    assert await accepted_after(end, visitor, handle, 200) == 0


async def test_what_one_process_commits_every_other_sees(port):
    for number in range(20):
        visitor = Visitor(port)
        await visitor.signs_in(f"user-{number}")

        answers = await visitor.asks_often("/who", 2 * COUNT)

        assert {answer.text for answer in answers} == {f"user-{number}"}
