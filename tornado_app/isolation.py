"""Owns keeping a text's writing direction from disturbing the sentence around it."""

import unicodedata
from html import escape

# Letters and digits that turn the order of what stands beside them in a sentence
# that runs from left to right (Unicode Standard Annex #9, table 4).
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def isolated(text: str, *, direction: str) -> str:
    """*text* as HTML, for a sentence in *direction* (``ltr`` or ``rtl``).

    Where the two could disturb each other it is in an element of its own, ``bdi``,
    which adds nothing to the text of the page.
    """
    harmless = direction == "ltr" and _runs_left_to_right(text)
    return escape(text) if harmless else f"<bdi>{escape(text)}</bdi>"


def _runs_left_to_right(text: str) -> bool:
    return not any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text)
