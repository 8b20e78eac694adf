"""The suites that every store passes."""

from tornado_app.sessions.testing import StoreContract

__all__ = ["StoreContract"]
