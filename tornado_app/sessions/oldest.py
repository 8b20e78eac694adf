"""What is forgotten first, of what is remembered up to a limit."""

from collections.abc import Mapping
from itertools import islice
from typing import TypeVar

K = TypeVar("K")


def oldest(known: Mapping[K, object]) -> list[K]:
    """Return the keys that *known* has held longest: one in 64, and at least one.

    Many at once, for a dict finds its first key behind the places of all that were
    deleted before it: with one at a time that takes longer than all else.
    """
    return list(islice(known, len(known) // 64 + 1))
