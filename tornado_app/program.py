"""The whole program: parse, configure, serve."""

import asyncio
import logging
import os
import sys
from collections.abc import Sequence

from tornado_app.command_line import parse_command_line
from tornado_app.entrance import open_entrance
from tornado_app.errors import StartError
from tornado_app.logs import configure_logging
from tornado_app.options import choose, configuration_lines, misspelt_variables
from tornado_app.processes import serve_together
from tornado_app.serving import serve
from tornado_app.settings import Settings

log = logging.getLogger(__name__)


def main(arguments: Sequence[str]) -> int:
    """Do what *arguments* ask; return the exit code."""
    try:
        _run(arguments)
    except StartError as exc:
        print(f"server.py: {exc}", file=sys.stderr)
        return exc.exit_code
    return 0


def _run(arguments: Sequence[str]) -> None:
    line = parse_command_line(arguments)
    choice = choose(line.texts, os.environ)
    if line.show_config:
        print("\n".join(configuration_lines(choice)))
        return
    configure_logging(choice.settings.log_level, several=choice.settings.processes > 1)
    for warning in misspelt_variables(os.environ):
        log.warning("%s", warning)
    _serve(choice.settings)


def _serve(settings: Settings) -> None:
    entrance = open_entrance(settings)
    if settings.processes > 1:
        serve_together(settings, entrance)
    else:
        asyncio.run(serve(settings, entrance, accepts=entrance.announce))
