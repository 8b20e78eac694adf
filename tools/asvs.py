"""The tally of OWASP ASVS 5.0: what is asked, what holds, and what shows it.

python -m tools.asvs            prints the tally
python -m tools.asvs --write    writes docs/asvs.md anew
"""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROWS = ROOT / "tools" / "asvs.toml"
PAGE = ROOT / "docs" / "asvs.md"

MET, NOT_APPLICABLE, DEVIATION = "met", "n/a", "deviation"
_AIM = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One requirement.

    Attributes:
        what: What is asked, in our own words.
        state: ``met``, ``n/a`` or ``deviation``.
        proof: Tests (``path::name``) and sections of pages (``path#anchor``).
        why: The reason of a row that is not met, or a remark.
    """

    id: str
    level: int
    what: str
    state: str
    proof: tuple[str, ...]
    why: str = ""


def chapters() -> dict[str, list[Row]]:
    """The rows by the name of their chapter."""
    found = _text()["chapter"]
    return {each["name"]: [_row(row) for row in each["row"]] for each in found}


def tally(rows: list[Row]) -> str:
    """How many rows hold, in one line."""
    aimed = [row for row in rows if row.level <= _AIM]
    parts = [f"{_good(rows)}/{len(rows)}"]
    if len(aimed) != len(rows):
        parts.append(f"level {_AIM}: {_good(aimed)}/{len(aimed)}")
    for state, words in ((NOT_APPLICABLE, "n/a"), (DEVIATION, "deviations")):
        named = [row.id for row in rows if row.state == state]
        if named:
            parts.append(f"{words}: {', '.join(named)}")
    return "; ".join(parts)


def summary() -> Iterator[str]:
    """The tally of each chapter and of V7 as a whole, a line each."""
    for name, rows in chapters().items():
        yield f"{name}: {tally(rows)}"
    sessions = [
        row
        for name, rows in chapters().items()
        for row in rows
        if name.startswith("V7.")
    ]
    yield f"V7 as a whole: {tally(sessions)}"


def page() -> str:
    """The page of the documentation."""
    parts = [
        _text()["intro"],
        "## In short\n",
        "\n".join(f"- {line}" for line in summary()),
        "",
    ]
    for name, rows in chapters().items():
        parts += [f"## {name}\n", "| Row | Level | What is asked | | Shown by |"]
        parts += ["|---|---|---|---|---|", *map(_line, rows), ""]
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    """Print the tally, or write the page."""
    if arguments == ["--write"]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for name, rows in chapters().items():
        print(f"\n{name}: {tally(rows)}")
        for row in rows:
            remark = f"  ({row.why})" if row.why else ""
            print(f"  {row.id:7} {row.state:9} {row.what}{remark}")
            for proof in row.proof:
                print(f"{'':20}{proof}")
    print("", *summary(), sep="\n")
    return 0


def _text() -> dict[str, Any]:
    return tomllib.loads(ROWS.read_text(encoding="utf-8"))


def _row(fields: dict[str, Any]) -> Row:
    return Row(**fields | {"proof": tuple(fields["proof"])})


def _good(rows: list[Row]) -> int:
    return sum(row.state != DEVIATION for row in rows)


def _line(row: Row) -> str:
    state = row.state if row.state == MET else f"**{row.state}**"
    shown = "<br>".join(_shown(proof) for proof in row.proof)
    remark = f" {row.why}" if row.why else ""
    return f"| {row.id} | {row.level} | {row.what}{remark} | {state} | {shown} |"


def _shown(proof: str) -> str:
    name, _, anchor = proof.partition("#")
    if not anchor:
        return f"`{proof}`"
    file = name.removeprefix("docs/")
    return f"[{file}, {anchor.replace('-', ' ')}]({file}#{anchor})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
