"""What the operator's command line says."""

import argparse
import os
import re
from collections.abc import Sequence
from typing import Any

from ..ids import HANDLE_LENGTH
from ..stores import MemoryStore, SessionStore, open_store
from ..stores.one_place import are_one_file
from . import ending, listing, migrating, stats

_HANDLE = re.compile(rf"[A-Za-z0-9_-]{{{HANDLE_LENGTH}}}")
_PROGRAM = "python -m tornado_app.sessions"
_STORE = "sqlite:///var/sessions.db"
_STORE_HELP = "the store's URL, as the site has it (default: APP_STORE)"
_EXIT_CODES = """\
exit codes:
  0    done
  1    the store cannot be opened, or does not answer
  2    wrong arguments
  3    nothing matched
  4    migrate: sessions changed where they had been copied from
  130  ended by Ctrl-C; what was done stays done
"""


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return what is asked; wrong words end the process with 2.

    The namespace has ``name`` and ``command``, an async function of the namespace and
    a `Progress` that returns the exit code.
    """
    parser = _parser()
    asked = parser.parse_args(list(map(_shielded, words)))
    if asked.name == "migrate":
        _complete_migrate(parser, asked)
        return asked
    if asked.name == "revoke":
        _check_revoke(parser, asked)
    if not asked.store_url:
        parser.error("which store? Say --store URL, or set APP_STORE")
    asked.store = _store(parser, "--store", asked.store_url)
    return asked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROGRAM,
        description="Look at the sessions of a site, end them or move them. Safe while"
        " the site runs. Never shows what opens a session, nor what it holds.",
        epilog="\n\n".join((_example(f"--store {_STORE} stats"), _EXIT_CODES)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_store(parser, os.environ.get("APP_STORE"))
    commands = parser.add_subparsers(metavar="COMMAND", dest="name", required=True)
    _add_stats(commands)
    _add_list(commands)
    _add_revoke(commands)
    _add_sweep(commands)
    _add_migrate(commands)
    return parser


def _add_stats(commands: Any) -> None:
    parser = _add(commands, "stats", "how many sessions there are", "stats")
    parser.set_defaults(command=stats.run)


def _add_list(commands: Any) -> None:
    help_text = "live sessions, a line each, in the order of their handles"
    parser = _add(commands, "list", help_text, "list --user ada --limit 20")
    parser.add_argument("--user", metavar="NAME", help="only this user's")
    parser.add_argument(
        "--limit", metavar="N", type=_number, default=100, help="lines (default: 100)"
    )
    parser.add_argument(
        *("--after",),
        metavar="HANDLE",
        type=_handle,
        help="go on behind this one, the last of the page before",
    )
    parser.add_argument("--json", action="store_true", help="each line a JSON object")
    parser.set_defaults(command=listing.run)


def _add_revoke(commands: Any) -> None:
    parser = _add(commands, "revoke", "end sessions at once", "revoke --user ada")
    parser.add_argument(
        "handles", metavar="HANDLE", nargs="*", type=_handle, help="as list shows it"
    )
    parser.add_argument("--user", metavar="NAME", help="every session of this user")
    parser.add_argument("--all", action="store_true", help="every session there is")
    parser.add_argument("--yes", action="store_true", help="do not ask before --all")
    parser.set_defaults(command=ending.revoke)


def _add_sweep(commands: Any) -> None:
    parser = _add(commands, "sweep", "delete what has expired, now", "sweep")
    parser.set_defaults(command=ending.sweep)


def _add_migrate(commands: Any) -> None:
    parser = commands.add_parser(
        "migrate",
        help="copy the live sessions of one store to another",
        description="Copies the live sessions. What is there already is left as it is,"
        " so a copy that was interrupted goes on where it was. FROM is not changed.",
        epilog=_example(f"migrate --from {_STORE} --to postgresql://site@db/site"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, dest in (("--from", "source_url"), ("--to", "target_url")):
        parser.add_argument(name, dest=dest, metavar="URL", required=True)
    parser.add_argument(
        *("--batch",),
        metavar="N",
        type=_number,
        default=500,
        help="sessions in one step (default: 500)",
    )
    parser.add_argument(
        "--move",
        action="store_true",
        help="take out of FROM what is in TO: for a site that runs on moving:FROM|TO",
    )
    parser.set_defaults(command=migrating.run)


def _add(commands: Any, name: str, help_text: str, example: str) -> Any:
    parser = commands.add_parser(
        name,
        help=help_text,
        description=f"{help_text[0].upper()}{help_text[1:]}.",
        epilog=_example(f"--store {_STORE} {example}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # Behind the command's name it is understood, too.
    _add_store(parser, argparse.SUPPRESS)
    return parser


def _add_store(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--store", dest="store_url", metavar="URL", default=default, help=_STORE_HELP
    )


def _complete_migrate(
    parser: argparse.ArgumentParser, asked: argparse.Namespace
) -> None:
    asked.source = _store(parser, "--from", asked.source_url)
    asked.target = _store(parser, "--to", asked.target_url)
    same = asked.source_url == asked.target_url
    if same or are_one_file(asked.source, asked.target):
        parser.error("--from and --to name the same store")


def _check_revoke(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> None:
    ways = [bool(asked.handles), asked.user is not None, asked.all]
    if sum(ways) != 1:
        parser.error("revoke whom? Name handles, or --user NAME, or --all")


def _store(parser: argparse.ArgumentParser, option: str, url: str) -> SessionStore:
    try:
        store = open_store(url, may_lead=False)
    except ValueError as exc:
        parser.error(f"{option}: {exc}")
    if isinstance(store, MemoryStore):
        parser.error(f"{option}: memory:// lives and ends with one process")
    return store


def _shielded(word: str) -> str:
    """A handle may begin with "-"; behind a blank, nobody takes it for an option."""
    return f" {word}" if word.startswith("-") and _HANDLE.fullmatch(word) else word


def _handle(text: str) -> str:
    handle = text.removeprefix(" ")
    if not _HANDLE.fullmatch(handle):
        raise argparse.ArgumentTypeError(
            f"want a handle as list shows it, got {text!r}"
        )
    return handle


def _number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text) or not int(text):
        raise argparse.ArgumentTypeError(f"want a whole number from 1, got {text!r}")
    return int(text)


def _example(words: str) -> str:
    return f"example:\n  {_PROGRAM} {words}"
