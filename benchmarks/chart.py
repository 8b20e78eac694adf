"""The comparison as an SVG picture, readable on light and on dark pages."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from .figures import Figures
from .subjects import OPERATIONS, Subject

_WIDTH, _LEFT, _RIGHT = 820, 340, 40
_TOP, _BAR, _GAP = 64, 12, 12
_GROUP = len(OPERATIONS) * _BAR + _GAP
_WORDS = {"reads": "reads", "changes": "changes", "creates": "creates a session"}

_STYLE = """
    text { font: 13px system-ui, sans-serif; fill: #1f2328 }
    .title { font-size: 16px; font-weight: 600 }
    .value { font-size: 10.5px }
    .ours { font-weight: 700 }
    .grid { stroke: #d1d9e0 }
    .reads { fill: #1a7f37 } .changes { fill: #0969da } .creates { fill: #9a6700 }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .grid { stroke: #3d444d }
      .reads { fill: #3fb950 } .changes { fill: #4493f8 } .creates { fill: #d29922 }
    }"""


class Group(NamedTuple):
    """One subject's bars: each page's fraction of bare Tornado."""

    title: str
    is_ours: bool
    values: dict[str, float]


def groups(figures: Figures) -> list[Group]:
    """What the picture shows of *figures*, in their order."""
    made = [_group(figures, subject) for subject in figures.subjects]
    return [group for group in made if group.values]


def draw(shown: Sequence[Group]) -> str:
    """The picture of *shown* as the text of an SVG file."""
    height = _TOP + len(shown) * _GROUP + 20
    most = max([1.0, *(value for group in shown for value in group.values.values())])
    scale = (_WIDTH - _LEFT - _RIGHT) / most
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"'
        ' role="img" aria-labelledby="title description">',
        '  <title id="title">Answers a second with a session</title>',
        f'  <desc id="description">{escape(_description(shown))}</desc>',
        f"  <style>{_STYLE}\n  </style>",
        _text(0, 18, "Answers a second, as a fraction of bare Tornado", "title"),
        *_legend(),
        *_grid(most, scale, height),
    ]
    for place, group in enumerate(shown):
        parts += _bars(group, _TOP + place * _GROUP, scale)
    return "\n".join([*parts, "</svg>", ""])


def _group(figures: Figures, subject: Subject) -> Group:
    found = {op: figures.of_tornado(subject, op) for op in OPERATIONS}
    if "signed" in subject.operations:
        found["reads"] = figures.of_tornado(subject, "signed")
    values = {op: value for op, value in found.items() if value is not None}
    is_ours = "**" in subject.title
    return Group(subject.title.replace("**", ""), is_ours, values)


def _description(shown: Sequence[Group]) -> str:
    sentences = [
        f"{group.title}: "
        + ", ".join(f"{op} {value:.2f}" for op, value in group.values.items())
        for group in shown
    ]
    return ". ".join([*sentences, ""]).strip()


def _bars(group: Group, top: int, scale: float) -> list[str]:
    kind = "ours" if group.is_ours else ""
    middle = top + len(OPERATIONS) * _BAR / 2 + 5
    parts = [_text(_LEFT - 10, middle, group.title, kind, anchor="end")]
    for place, operation in enumerate(op for op in OPERATIONS if op in group.values):
        value = group.values[operation]
        y, width = top + place * _BAR, max(value * scale, 1)
        parts.append(
            f'  <rect class="{operation}" x="{_LEFT}" y="{y}"'
            f' width="{width:.1f}" height="{_BAR - 2}"/>'
        )
        parts.append(_text(_LEFT + width + 4, y + 9, f"{value:.2f}", "value"))
    return parts


def _legend() -> list[str]:
    parts = []
    for place, (operation, words) in enumerate(_WORDS.items()):
        x = _LEFT + place * 90
        parts.append(
            f'  <rect class="{operation}" x="{x}" y="30" width="10" height="10"/>'
        )
        parts.append(_text(x + 15, 40, words))
    return parts


def _grid(most: float, scale: float, height: int) -> list[str]:
    steps = [step / 4 for step in range(int(most * 4) + 1)]
    return [
        f'  <line class="grid" x1="{_LEFT + step * scale:.1f}" y1="{_TOP - 8}"'
        f' x2="{_LEFT + step * scale:.1f}" y2="{height - 16}"/>\n'
        + _text(_LEFT + step * scale, height - 3, f"{step:.2f}", "value", "middle")
        for step in steps
    ]


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return (
        f'  <text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )
