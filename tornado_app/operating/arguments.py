"""What the command line of the commands on accounts says."""

import argparse
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from tornado_app.accounts_url import open_account_store
from tornado_app.operating import copying, ending, reset_links
from tornado_app.option_values import duration
from tornado_app.sessions import open_store
from tornado_app.sessions.stores.one_place import are_one_file

T = TypeVar("T")

_PROGRAM = "python -m tornado_app"
_DATABASE = "sqlite:///var/accounts.db"
_STORE = "sqlite:///var/sessions.db"
_LONGEST = timedelta(days=1)  # as NIST SP 800-63B-4 §4.2.1.2 lets e-mailed codes live
_EXIT_CODES = """\
exit codes:
  0    done
  1    the database or the store cannot be opened, or does not answer
  2    wrong arguments
  3    nobody has that name, or the question was not answered with it
  4    copy: some accounts were left out, for others are in their places
  130  ended by Ctrl-C; what was done stays done
"""


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return what is asked; wrong words end the process with 2.

    The namespace has ``name`` and ``command``, an async function of the namespace and
    a `Progress` that returns the exit code.
    """
    parser = _parser()
    asked = parser.parse_args(words)
    if asked.name == "copy":
        _complete_copy(parser, asked)
        return asked
    asked.accounts = _opened(parser, asked, "database", open_account_store)
    if asked.name != "reset-link":
        asked.store = _opened(parser, asked, "store", open_store)
    return asked


def _parser() -> argparse.ArgumentParser:
    example = f"--database {_DATABASE} reset-link ada --base-url https://example.org"
    parser = argparse.ArgumentParser(
        prog=_PROGRAM,
        description="Help people whose accounts are on the site. Safe while it runs."
        " To serve it, run server.py.",
        epilog=f"{_example(example)}\n\n{_EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_url(parser, "database", os.environ.get("APP_DATABASE"))
    commands = parser.add_subparsers(metavar="COMMAND", dest="name", required=True)
    _add_reset_link(commands)
    _add_sign_out(commands)
    _add_delete(commands)
    _add_copy(commands)
    return parser


def _add_reset_link(commands: Any) -> None:
    parser = _add(
        commands,
        "reset-link",
        "print a link that lets somebody choose another password, once",
        "--base-url https://example.org --lifetime 30m",
    )
    parser.add_argument(
        "--base-url",
        metavar="URL",
        type=_base_url,
        required=True,
        help="where people find the site",
    )
    parser.add_argument(
        "--lifetime",
        metavar="DURATION",
        type=_lifetime,
        default=timedelta(hours=1),
        help="how long it is good, a day at most (default: 1h)",
    )
    parser.set_defaults(command=reset_links.run)


def _add_sign_out(commands: Any) -> None:
    parser = _add(
        commands, "sign-out", "end all sessions of somebody", f"--store {_STORE}"
    )
    _add_url(parser, "store", os.environ.get("APP_STORE"))
    parser.set_defaults(command=ending.sign_out)


def _add_delete(commands: Any) -> None:
    parser = _add(
        commands,
        "delete",
        "delete somebody's account with all that is kept for it, and end its sessions",
        f"--store {_STORE}",
    )
    _add_url(parser, "store", os.environ.get("APP_STORE"))
    parser.add_argument("--yes", action="store_true", help="do not ask before")
    parser.set_defaults(command=ending.delete)


def _add_copy(commands: Any) -> None:
    parser = commands.add_parser(
        "copy",
        help="copy all accounts to another database, while the site stands still",
        description="Copies all accounts with what is kept for them. What is there"
        " already is left as it is, so a copy that was interrupted goes on where it"
        " was. FROM is not changed.",
        epilog=_example(f"copy --from {_DATABASE} --to postgresql://site@db/site"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--from", dest="from_url", metavar="URL", required=True)
    parser.add_argument("--to", dest="to_url", metavar="URL", required=True)
    parser.set_defaults(command=copying.run)


def _add(commands: Any, name: str, help_text: str, example: str) -> Any:
    parser = commands.add_parser(
        name,
        help=help_text,
        description=f"{help_text[0].upper()}{help_text[1:]}.",
        epilog=_example(f"--database {_DATABASE} {name} ada {example}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("username", metavar="USERNAME", help="as it signs in")
    # Behind the command's name it is understood, too.
    _add_url(parser, "database", argparse.SUPPRESS)
    return parser


def _add_url(parser: Any, name: str, default: str | None) -> None:
    parser.add_argument(
        f"--{name}",
        dest=f"{name}_url",
        metavar="URL",
        default=default,
        help=f"the {name}'s URL, as the site has it (default: APP_{name.upper()})",
    )


def _complete_copy(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> None:
    asked.source = _opened(parser, asked, "from", open_account_store)
    asked.target = _opened(parser, asked, "to", open_account_store)
    same = asked.from_url == asked.to_url
    if same or are_one_file(asked.source, asked.target):
        parser.error("--from and --to name the same database")


def _opened(
    parser: argparse.ArgumentParser,
    asked: argparse.Namespace,
    name: str,
    open_url: Callable[..., T],
) -> T:
    url = getattr(asked, f"{name}_url")
    if not url:
        parser.error(f"which {name}? Say --{name} URL, or set APP_{name.upper()}")
    if url.lower().startswith("memory:"):
        parser.error(f"--{name}: memory:// lives and ends with one process")
    try:
        return open_url(url, may_lead=False)
    except ValueError as exc:
        parser.error(f"--{name}: {exc}")


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError(f"want https://HOST, got {text!r}")
    if parts.query or parts.fragment or parts.username is not None:
        raise argparse.ArgumentTypeError(f"want no more than https://HOST: {text!r}")
    return text.rstrip("/")


def _lifetime(text: str) -> timedelta:
    try:
        lifetime = duration(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc
    if lifetime > _LONGEST:
        raise argparse.ArgumentTypeError("want a day at most")
    return lifetime


def _example(words: str) -> str:
    return f"example:\n  {_PROGRAM} {words}"
