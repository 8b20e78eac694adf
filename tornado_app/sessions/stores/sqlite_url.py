"""What an SQLite URL says."""

from urllib.parse import SplitResult, parse_qsl, unquote

from .sqlite_file import Durability


def parse(url: str, parts: SplitResult) -> tuple[str, Durability]:
    """Return the file and the durability that *url* asks for.

    Raises ValueError, which names the part of *url* that is wrong.
    """
    if parts.netloc:
        place = parts.netloc.rpartition("@")[2] + parts.path
        raise ValueError(
            "want three slashes for a relative file or four for an absolute one,"
            f" sqlite:///{place}; got two"
        )
    path = unquote(parts.path.removeprefix("/"))
    if not path or path.endswith("/") or "\0" in path:
        raise ValueError(f"want a file name in sqlite:///FILE, got {url!r}")
    if parts.fragment:
        raise ValueError(f"write # in a file name as %23; got {url!r}")
    return path, _durability(url, parts.query)


def _durability(url: str, query: str) -> Durability:
    options = dict(parse_qsl(query, keep_blank_values=True))
    durability = options.pop("durability", "full")
    if options:
        raise ValueError(
            f"unknown option {min(options)!r} in {url!r}; known: durability"
        )
    if durability == "full":
        return "full"
    if durability == "normal":
        return "normal"
    raise ValueError(f"want durability full or normal, got {durability!r} in {url!r}")
