"""The normal forms of a text that somebody typed (Unicode, UAX #15)."""

import re
import unicodedata
from typing import Literal

LONGEST = 1080
"""Characters: what NFKC makes of a name of 60 at most, and more than a password has."""

# Default_Ignorable_Code_Point without the format characters (Cf), and the blank of
# braille, which is as invisible.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)


def normal(form: Literal["NFC", "NFKC"], text: str) -> str:
    """*text* in its normal *form*; one longer than `LONGEST` as it came.

    The time that it takes grows with the square of how many combining characters stand
    in the wrong order: 64 KiB of them take seconds, in which nobody else is served.
    """
    return unicodedata.normalize(form, text) if len(text) <= LONGEST else text


def without_unseen(text: str) -> str:
    """*text* without the characters that show nothing (NFKC_Casefold, UAX #44)."""
    return _UNSEEN.sub("", text)
