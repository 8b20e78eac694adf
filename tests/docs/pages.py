"""The documentation as the tests read it: tables, blocks of code."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CELL = re.compile(r"(?<!\\)\|")
_CODE = re.compile(r"`+([^`]+)`+")


class Block(NamedTuple):
    """One block of Python, with the line of its page where it begins."""

    line: int
    source: str


def page(name):
    """The text of a page; *name* is a path from the top."""
    return (ROOT / name).read_text(encoding="utf-8")


def pages():
    """The names of all pages, README first."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found if path.exists()]


def blocks(text):
    """Every block of Python in a page."""
    return [
        Block(text[: match.start(1)].count("\n") + 1, match[1])
        for match in _BLOCK.finditer(text)
    ]


def rows(text, heading):
    """The rows of the first table below *heading*, each a list of its cells."""
    below = text.split(f"\n{heading}\n", 1)[1]
    table = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)[0]
    return [cells(line) for line in table.splitlines()[2:]]


def cells(line):
    """The cells of one row; a bar inside a cell is written with a backslash."""
    return [cell.strip().replace(r"\|", "|") for cell in _CELL.split(line)[1:-1]]


def code(cell):
    """What stands between backticks in a cell."""
    return _CODE.findall(cell)
