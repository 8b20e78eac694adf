'''What tests of stores and of applications need.

`FakeClock` lets a test own the time. `StoreContract` holds every promise of
`SessionStore` as a test; a store of your own passes it like this, on pytest with
a plugin that runs async tests and fixtures (pytest-asyncio, anyio)::

    # conftest.py: failures then show both sides
    pytest.register_assert_rewrite("tornado_app.sessions.testing")

    # test_my_store.py
    from tornado_app.sessions.testing import StoreContract

    @pytest.mark.asyncio  # or what your plugin wants; nothing if it finds them itself
    class TestMyStore(StoreContract):
        """My store keeps every promise."""

        @pytest_asyncio.fixture
        async def store(self):
            async with MyStore() as store:
                yield store  # open and empty

What a store does differently by its nature is a flag of the contract, such as
`StoreContract.expires_by_itself`. What a store that hints promises beside that is in
`HintsContract`.
'''

from .clock import START, FakeClock
from .contract import StoreContract
from .hints import HintsContract
from .records import (
    IDLE,
    LIFETIME,
    NOW,
    canonical,
    make_digest,
    make_flash,
    make_record,
    make_update,
)

__all__ = [
    "IDLE",
    "LIFETIME",
    "NOW",
    "START",
    "FakeClock",
    "HintsContract",
    "StoreContract",
    "canonical",
    "make_digest",
    "make_flash",
    "make_record",
    "make_update",
]
