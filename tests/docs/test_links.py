"""Every link from one page to another leads somewhere."""

import re

import pytest

from tests.docs.pages import ROOT, page, pages

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def links():
    for name in pages():
        for link in LINK.findall(CODE.sub("", page(name))):
            if not link.startswith(("http://", "https://", "mailto:")):
                yield name, link


def anchors(text):
    """What the headings of a page are called in links, as forges make them."""
    headings = HEADING.findall(CODE.sub("", text))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


@pytest.mark.parametrize(("name", "link"), sorted(set(links())))
def test_a_link_leads_somewhere(name, link):
    path, _, anchor = link.partition("#")
    target = (ROOT / name).parent / path if path else ROOT / name

    assert target.exists(), f"{name} links to {path}, which is not there"
    if anchor:
        assert anchor in anchors(target.read_text(encoding="utf-8"))
