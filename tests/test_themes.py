"""Tests of what themes tell the browser."""

from pathlib import Path

from tornado_app.preferences import THEMES
from tornado_app.themes import PAGE_COLORS

CSS = Path(__file__).resolve().parent.parent / "static" / "css" / "0-values.css"


def test_every_theme_has_its_colours():
    assert set(PAGE_COLORS) == set(THEMES)


def test_the_colours_are_those_of_the_pages():
    css = CSS.read_text(encoding="utf-8")

    for theme in ("system", "high-contrast"):
        light, dark = [color for _, color in PAGE_COLORS[theme]]
        assert f"--page: light-dark({light}, {dark});" in css
