"""The site's own greeting page, beside a bare Tornado handler."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlencode

from . import crowd, machine, process, rounds, visitors
from .cache import fresh_folder
from .figures import TORNADO, Figures
from .goals import verdict
from .load import visit
from .options import Options
from .rounds import BARE, Measure
from .startup import SITE
from .subjects import Subject, tornado
from .tables import number, table
from .visitor import NAME
from .visitors import Visitor, WrongAnswerError

_TOKEN = re.compile(r'name="_xsrf" value="([^"]+)"')
_GOAL_MS = 50.0
_CROWD_S = 3
_GREETED = 4
_PAGE = Subject(name="greeting", title="", command=SITE, operations=())


def measure(options: Options) -> str:
    """Visit the site as people who told it their names."""
    with ExitStack() as stack:
        folder = stack.enter_context(fresh_folder("greeting"))
        core = machine.server_core()
        site = process.running(SITE, core=core, folder=folder, cwd=folder)
        running = stack.enter_context(site)
        cookies = folder / "cookies"
        _introduce(running.port, cookies)
        readies = rounds.start([tornado()], stack)
        readies.append(rounds.Ready(_PAGE, running, cookies))
        measures = rounds.repeat(readies, options)
    return f"{_told(measures)}\n\n{_beside_a_crowd()}"


def _beside_a_crowd() -> str:
    """What a greeting takes while many sign in; on all cores, as a site runs."""
    command = (*SITE, "--trusted-proxies=127.0.0.1", "--log-level=error")
    with (
        fresh_folder("crowd") as folder,
        process.running(
            command, core=machine.all_cores(), folder=folder, cwd=folder
        ) as running,
        ThreadPoolExecutor() as pool,
    ):
        cookies = folder / "cookies"
        _introduce(running.port, cookies)
        signing_in = pool.submit(crowd.sign_in_at_once, running.port)
        load = visit(
            running.port, "/", seconds=_CROWD_S, cookies=cookies, connections=_GREETED
        )
        answers = signing_in.result()
    told = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
    row = (
        f"greeting, p99, while {crowd.SIZE} sign in at once ({told})",
        f"{_GOAL_MS:.0f} ms",
        f"{load.p99_ms:.1f} ms (p50 {load.p50_ms:.1f}, at most {load.longest_ms:.1f})",
        verdict(load.p99_ms <= _GOAL_MS),
    )
    return table(("", "at most", "is", "met"), [row])


def _told(measures: list[Measure]) -> str:
    figures = Figures(measures)
    rows = [
        _row("bare Tornado", figures, TORNADO),
        _row("greeting: counts the visit, renders a template", figures, _PAGE.name),
    ]
    return table(("", "answers/s", "CPU µs", "p50 ms", "p99 ms"), rows)


def _row(title: str, figures: Figures, name: str) -> list[str]:
    return [
        title,
        number(figures.median(name, BARE, lambda one: one.load.rate), ",.0f"),
        number(figures.median(name, BARE, lambda one: one.cpu_us), ".0f"),
        number(figures.median(name, BARE, lambda one: one.load.p50_ms), ".2f"),
        number(figures.median(name, BARE, lambda one: one.load.p99_ms), ".2f"),
    ]


def _introduce(port: int, file: Path) -> None:
    """Tell the site as many names as there are visitors; keep their cookies."""
    lines = []
    with closing(Visitor(port)) as visitor:
        for _ in range(visitors.SESSIONS):
            _be_somebody(visitor)
            lines.append(visitor.header)
        if NAME not in visitor.get("/"):
            raise WrongAnswerError("the greeting page does not know its visitor")
    visitors.keep(lines, file)


def _be_somebody(visitor: Visitor) -> None:
    visitor.forget()
    match = _TOKEN.search(visitor.get("/"))
    if match is None:
        raise WrongAnswerError("the greeting page has no form")
    form = urlencode({"name": NAME, "_xsrf": match[1]})
    visitor.ask("POST", "/", form=form, expected=303)
