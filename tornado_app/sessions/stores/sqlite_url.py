"""What an SQLite URL says."""

from urllib.parse import SplitResult, parse_qsl, unquote

from .sqlite_file import Durability
from .urls import HIDDEN, quoted


def parse(parts: SplitResult) -> tuple[str, Durability]:
    """Return the file and the durability that a URL asks for.

    Raises ValueError, which names the part that is wrong.
    """
    if parts.netloc:
        has_account = any(mark in "".join(parts[1:]) for mark in "@:")
        place = HIDDEN if has_account else f"sqlite:///{parts.netloc}{parts.path}"
        raise ValueError(
            "want three slashes for a relative file or four for an absolute one,"
            f" {place}; got two"
        )
    path = unquote(parts.path.removeprefix("/"))
    if not path or path.endswith("/") or "\0" in path:
        raise ValueError(
            f"want a file name in sqlite:///FILE, got {quoted(path, parts)}"
        )
    if parts.fragment:
        raise ValueError("write # in a file name as %23")
    return path, _durability(parts)


def _durability(parts: SplitResult) -> Durability:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    durability = options.pop("durability", "full")
    if options:
        unknown = quoted(min(options), parts)
        raise ValueError(f"unknown option {unknown}; known: durability")
    if durability == "full":
        return "full"
    if durability == "normal":
        return "normal"
    wrong = quoted(durability, parts)
    raise ValueError(f"want durability full or normal, got {wrong}")
