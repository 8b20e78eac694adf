"""The whole comparison: subjects chosen, measured, told as tables with a picture."""

import os
from dataclasses import replace

from tools.environment import say

from . import chart, goals, machine, prepare, rounds, tables, visitors
from .cache import CACHE
from .figures import TORNADO, Figures
from .load import CONNECTIONS
from .options import Options
from .subjects import SUBJECTS, Subject


def compare(options: Options) -> str:
    """Measure what *options* ask for; return the report as Markdown."""
    subjects = chosen(options)
    _prepare(subjects)
    figures = Figures(rounds.measure_all(subjects, options))
    if options.chart is not None:
        options.chart.parent.mkdir(parents=True, exist_ok=True)
        options.chart.write_text(chart.draw(chart.groups(figures)), encoding="utf-8")
    return report(figures, options)


def report(figures: Figures, options: Options) -> str:
    """The conditions, then the tables."""
    remote = any(one.store for one in figures.subjects)
    parts = [
        machine.description(CACHE),
        f"One process on one core, {CONNECTIONS} keep-alive connections from another,"
        f" {visitors.SESSIONS:,} sessions of about 300 bytes, SQLite with WAL and"
        f" synchronous=FULL; medians of {options.rounds} rounds of"
        f" {options.seconds} s each{_of_peers(options)}.",
        *machine.warnings(remote=remote),
        tables.comparison(figures),
        tables.details(figures),
        goals.goals(figures),
    ]
    return "\n\n".join(filter(None, parts))


def _of_peers(options: Options) -> str:
    if options.peers_every == 1:
        return ""
    return f", of {len(options.peer_rounds)} for other frameworks"


def chosen(options: Options) -> list[Subject]:
    """The subjects that *options* name, always with bare Tornado."""
    patterns = list(options.only)
    patterns += [f"ours-{store}" for store in options.stores]
    found = [
        one for one in SUBJECTS if one.name == TORNADO or one.is_asked_for(patterns)
    ]
    if options.uvloop:
        prepare.uvloop()
        found = [_on_uvloop(one) for one in found]
    return found


def _on_uvloop(subject: Subject) -> Subject:
    if not subject.is_tornado:
        return subject
    environment = {**subject.environment, "UVLOOP": "1"}
    return replace(subject, title=f"{subject.title}, uvloop", environment=environment)


def _prepare(subjects: list[Subject]) -> None:
    peers = [one for one in subjects if not one.is_tornado]
    is_node = [one.command[0] == "node" for one in peers]
    if not all(is_node):
        prepare.python_peers()
    if any(is_node):
        prepare.node_peers()
    if os.getloadavg()[0] > len(machine.fitting_cores()):
        say("This machine is busy with other things: expect poor figures.")
