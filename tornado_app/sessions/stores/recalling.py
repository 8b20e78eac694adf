"""What a store may do beside `SessionStore`: answer at once what it knows for sure."""

from collections.abc import Callable
from typing import Protocol, cast

from ..record import SessionRecord
from .base import SessionStore


class Recalls(Protocol):
    """A store that can tell some records without waiting for anything."""

    def recall(self, handle: str) -> SessionRecord | None:
        """Return what `find` would, expired records too; None: ask `find`.

        Only what is stored at this instant counts, whichever process stored it: a
        record that was deleted anywhere, and whose deletion is answered, must not come
        back. May not block and may not raise.
        """


def recall_of(store: SessionStore) -> Callable[[str], SessionRecord | None]:
    """Return the `recall` of *store*, or `know_nothing`.

    Who has a `find` of its own and inherits `recall` is asked by `find`: what is done
    there is done for every record.
    """
    for names in (getattr(store, "__dict__", {}), *map(vars, type(store).__mro__)):
        if "recall" in names:
            return cast(Recalls, store).recall
        if "find" in names:
            break
    return know_nothing


def know_nothing(handle: str) -> None:
    """Leave it to `find`."""
