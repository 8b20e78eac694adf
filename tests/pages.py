"""Which of the site's routes are pages."""

import re

from tornado_app.application import ROUTES

# For machines: every other route is a page, a new one too.
NOT_PAGES = (
    "/data",
    r"/sessions\.(json|csv)",
    "/healthz",
    "/readyz",
    "/metrics",
    r"/static/([^/]+)",
    r"/(favicon\.ico|robots\.txt)",
)
# What stands for the variable part of a path where any will do.
STAND_IN = "x" * 16


def paths(method):
    """The paths of all pages that answer *method*, in the order of the routes."""
    for pattern, handler in ROUTES:
        if pattern not in NOT_PAGES and method in handler.allowed_methods():
            yield re.sub(r"\([^)]*\)", STAND_IN, pattern)
