"""Every order in which the actors of a race can go on, one after the other."""

import asyncio

from tests.plugins.effort import counts

from .gates import ACTOR


async def explore(prepare):
    """Run the race that *prepare* sets up once in each possible order.

    *prepare* is an async function that returns the gates, the actors by name and an
    async function that checks how it ended. Actors whose names differ in a number at
    the end do the same: who of them begins first is not tried. Returns the number of
    schedules.
    """
    count, prefixes = 0, [[]]
    while prefixes:
        prefix = prefixes.pop()
        choices = await run_schedule(prepare, prefix)
        count += 1
        for depth in range(len(prefix), len(choices)):
            before = [chosen for chosen, _ in choices[:depth]]
            _, possible = choices[depth]
            prefixes.extend([*before, other] for other in range(1, possible))
    counts["schedules explored, 0 lost, 0 revived"] += count
    return count


async def run_schedule(prepare, prefix):
    """Run one race; return what was chosen at each step, and among how many."""
    gates, actors, check = await prepare()
    story, choices, begun = [], [], set()
    gates.are_shut = True
    tasks = {name: start(name, actor) for name, actor in actors.items()}
    await gates.settle()
    while gates.waiting:
        chosen = prefix[len(choices)] if len(choices) < len(prefix) else 0
        unlike = without_twins(gates.waiting, begun)
        choices.append((chosen, len(unlike)))
        waiting = unlike[chosen]
        begun.add(waiting.actor)
        story.append(f"{waiting.actor}: {waiting.place}")
        gates.pass_one(waiting)
        await gates.settle()
    gates.are_shut = False
    try:
        assert all(task.done() for task in tasks.values()), "somebody waits for ever"
        await check({name: task.result() for name, task in tasks.items()})
    except BaseException as exc:
        exc.add_note("In this order:\n  " + "\n  ".join(story))
        raise
    return choices


def without_twins(waiting, begun):
    """Those who wait; of several who have not begun and do the same, the first."""
    first = {}
    for one in waiting:
        kind = one.actor.rstrip("0123456789")
        is_new = one.actor not in begun and kind != one.actor
        first.setdefault((kind, one.place) if is_new else one, one)
    return list(first.values())


def start(name, actor):
    async def run():
        ACTOR.set(name)
        return await actor()

    return asyncio.create_task(run())
