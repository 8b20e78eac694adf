"""``python -m benchmarks``: prepares, measures, prints."""

import sys

from . import greeting, memory, pages, prepare, processes, scale, startup
from .comparison import compare
from .options import Options, parse


def main(arguments: list[str]) -> None:
    """Measure what the *arguments* ask for."""
    options = parse(arguments)
    prepare.machine()
    for report in reports(options):
        print(f"{report}\n", flush=True)


def reports(options: Options) -> list[str]:
    """What was measured, each part as Markdown."""
    if not options.asks_for_more:
        return [compare(options)]
    asked = [
        (options.start, startup.measure),
        (options.memory, memory.measure),
        (options.greeting, greeting.measure),
        (options.pages, pages.measure),
        (options.processes, processes.measure),
        (options.scale, scale.measure),
    ]
    return [measure(options) for is_asked, measure in asked if is_asked]


if __name__ == "__main__":
    main(sys.argv[1:])
