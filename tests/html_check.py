"""The check that a page is HTML without a single parse error."""

import functools
import re

import html5lib
from html5lib.constants import E as MESSAGES

# What Tornado says by itself, in applications that have no error page of their own.
TORNADO_ERROR = re.compile(r"<html><title>(\d{3}: [^<]*)</title><body>\1</body></html>")

# Tokens and digests: pages that differ in nothing else have the same errors.
TOKEN = re.compile(r"[A-Za-z0-9_-]{24,}")


def check_response(response):
    """Assert that a response which holds a page holds a correct one.

    Bare text that a small test application sends as ``text/html`` is no page.
    """
    if is_html(response) and response.body:
        page = response.body.decode()
        if page.lstrip().startswith("<") and not TORNADO_ERROR.fullmatch(page):
            errors = parse_errors(TOKEN.sub("token", page))
            assert errors == (), f"broken HTML: {response.effective_url}"


def is_html(response):
    return response.headers.get("Content-Type", "").startswith("text/html")


@functools.lru_cache(maxsize=10_000)
def parse_errors(page):
    """Each error as ``line:column message``."""
    parser = html5lib.HTMLParser()
    parser.parse(page)
    return tuple(
        f"{line}:{column} {MESSAGES[code] % facts}"
        for (line, column), code, facts in parser.errors
    )
