"""The suites that every store passes."""

from tests.contracts.accounts import AccountStoreContract
from tornado_app.sessions.testing import StoreContract

__all__ = ["AccountStoreContract", "StoreContract"]
