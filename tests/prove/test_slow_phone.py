"""The pages on a slow phone; no figure of it means anything."""

import re

from benchmarks import options, pages


def test_every_page_has_a_row_with_its_figures(monkeypatch):
    monkeypatch.setattr(pages, "STRANGERS", ("/sign-in",))
    monkeypatch.setattr(pages, "USERS", ("/account",))

    report = pages.measure(options.parse(["--pages", "--quick"]))

    figures = r"\d\.\d\d s \| \d\.\d\d s \| \d\.\d{3} \|"
    assert re.search(rf"/sign-in \(a stranger\) \| {figures}", report)
    assert re.search(rf"/account \(signed in\) \| {figures}", report)
