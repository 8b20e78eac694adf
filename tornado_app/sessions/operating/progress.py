"""How a long command shows how far it is."""

import time
from typing import TextIO

_PAUSE_S = {True: 0.1, False: 10.0}
_BAR = 30


class Progress:
    """One line that moves on a terminal; elsewhere a plain one now and then."""

    def __init__(self, stream: TextIO) -> None:
        self.done = "Nothing was done."
        """What is true even if the command ends now."""
        self._stream = stream
        self._moves = stream.isatty()
        self._shown_s = time.monotonic()
        self._is_open = False

    def show(self, count: int, total: int) -> None:
        """Show that *count* of *total* are done, unless that was shown just now."""
        now_s = time.monotonic()
        if now_s - self._shown_s < _PAUSE_S[self._moves]:
            return
        self._shown_s = now_s
        share = min(1.0, count / total) if total else 1.0
        text = f"{share:4.0%}  {count:,} of {total:,}"
        if self._moves:
            bar = "#" * round(share * _BAR)
            text = f"\r[{bar:.<{_BAR}}] {text}\x1b[K"
        self._stream.write(text if self._moves else f"{text}\n")
        self._stream.flush()
        self._is_open = self._moves

    def end(self) -> None:
        """Leave the line as it is and go on below it."""
        if self._is_open:
            self._stream.write("\n")
        self._is_open = False
