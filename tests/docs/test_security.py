"""What `SECURITY.md` promises is shown by tests that exist."""

import re

import pytest

from tests.docs.pages import ROOT, code, page, rows
from tornado_app.security import HEADERS

POLICY = page("SECURITY.md")
ENGINE = rows(POLICY, "### By the session engine")
SITE = rows(POLICY, "### By the site")
SHOWN = [(row[0], test) for row in ENGINE + SITE for test in code(row[1])]
LINK = re.compile(r"\]\((?!\.\./|https?:)([^)#\s]+)")


def test_every_promise_of_the_engine_is_there():
    assert len(ENGINE) == 11


@pytest.mark.parametrize("row", ENGINE + SITE, ids=lambda row: row[0][:40])
def test_every_promise_has_tests(row):
    assert row[0].startswith("**")
    assert code(row[1])


@pytest.mark.parametrize(("promise", "test"), SHOWN, ids=[test for _, test in SHOWN])
def test_every_test_that_is_named_exists(promise, test):
    path, _, name = test.partition("::")
    text = (ROOT / path).read_text(encoding="utf-8")

    assert re.search(rf"def {name or 'test_'}", text), promise


@pytest.mark.parametrize("link", sorted(set(LINK.findall(POLICY))))
def test_a_link_leads_somewhere(link):
    assert (ROOT / link).exists()


def test_every_header_is_explained():
    explained = [
        name for row in rows(page("docs/security.md"), "## Headers") for name in row[:1]
    ]

    assert set(HEADERS) <= {name for cell in explained for name in code(cell)}
