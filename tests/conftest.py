"""Where the tests find their fixtures and rules."""

import gc
import os
import signal
import sys
import types

import packaging.version
import pytest

# pytest-tornado 0.8.1 imports pkg_resources for this one function. setuptools warns
# of it since 80.9 and removed it in 82.
shim = types.ModuleType("pkg_resources")
shim.parse_version = packaging.version.parse
sys.modules.setdefault("pkg_resources", shim)

# Nothing here takes long; a busy machine may still need more than the usual 5 seconds.
os.environ.setdefault("ASYNC_TEST_TIMEOUT", "60")

# A shell lets what it starts in the background ignore Ctrl-C, and so would all that is
# started from here.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Looking for garbage as often as usual takes a twentieth of the time of all tests.
gc.set_threshold(20_000, 20, 20)

pytest.register_assert_rewrite(
    "tests.contracts",
    "tests.html_check",
    "tests.sessions.races",
    "tornado_app.sessions.testing",
)

# The first is pytest-tornado; the others replace fixtures of it, so they come later.
pytest_plugins = [
    "pytest_tornado.plugin",
    "tests.plugins.async_tests",
    "tests.plugins.effort",
    "tests.plugins.http",
    "tests.plugins.logs",
]
