"""The command line: what it accepts, and its help."""

import argparse
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from tornado_app.errors import OptionError
from tornado_app.settings import OPTIONS, Option

DESCRIPTION = "Serve the site. Every option has a default that works."
EPILOG = (
    "Durations: 90s, 30m, 1h30m, 14d. The command line beats the environment "
    "(APP_PORT for --port, APP_IDLE_TIMEOUT for --idle-timeout), which beats the "
    "TOML file of --config (port = 9000), which beats the default."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """What was typed: option names with their texts, and whether only to show them."""

    texts: Mapping[str, str]
    show_config: bool


def parse_command_line(arguments: Sequence[str]) -> CommandLine:
    """Read *arguments*; ``--help`` prints the help and leaves with `SystemExit`.

    Raises `OptionError` for an option that does not exist or lacks its value.
    """
    parsed, unknown = _parser().parse_known_args(arguments)
    if unknown:
        raise _unknown_option(unknown[0])
    texts = vars(parsed)
    show_config = bool(texts.pop("show-config"))
    return CommandLine(texts=texts, show_config=show_config)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of *names* that was probably meant."""
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.7)
    return close[0] if close else None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say it in one line: argparse itself prints the whole usage before it."""
        raise OptionError("command line", message.removeprefix("argument "))


def _parser() -> _Parser:
    parser = _Parser(
        prog="server.py",
        usage="server.py [--OPTION=VALUE ...]",
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,  # a short form would break when an option is added
        argument_default=argparse.SUPPRESS,
    )
    for option in OPTIONS.values():
        _add(parser, option)
    parser.add_argument(
        "--show-config",
        dest="show-config",
        action="store_true",
        default=False,
        help="print every value with its origin as TOML, and leave",
    )
    return parser


def _add(parser: _Parser, option: Option) -> None:
    about = option.about
    text = f"{about.what} {about.why} (default: {option.default_text})"
    is_flag = isinstance(option.default, bool)
    parser.add_argument(
        f"--{option.name}",
        dest=option.name,
        metavar=about.placeholder,
        help=text.replace("%", "%%"),
        nargs="?" if is_flag else None,
        const="yes" if is_flag else None,
    )


def _unknown_option(argument: str) -> OptionError:
    name = argument.partition("=")[0]
    meant = nearest(name, [f"--{known}" for known in (*OPTIONS, "show-config", "help")])
    hint = f"did you mean {meant}?" if meant else "--help lists them all"
    return OptionError(name, f"there is no such option; {hint}")
