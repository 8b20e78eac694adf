"""How log lines look, and which are written."""

import copy
import logging
import re
from types import TracebackType

from tornado.log import LogFormatter

FORMAT = "%(color)s%(asctime)s %(levelname)-7s%(end_color)s %(message)s"
FORMAT_OF_SEVERAL = FORMAT.replace(" %(message)s", " [%(process)d] %(message)s")

# What a terminal obeys or a reader of lines takes for an end: C0 but tab and line feed,
# C1, the separators of lines and paragraphs.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class LineFormatter(LogFormatter):
    r"""One line for each message, whatever is in it; nobody forges another.

    Control characters are written as Python would (``\x85``). What follows a line feed
    is indented.
    """

    def format(self, record: logging.LogRecord) -> str:
        safe = copy.copy(record)
        safe.msg, safe.args = _escaped(record.getMessage()), ()
        return super().format(safe)

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return _escaped(super().formatException(ei))


def _escaped(text: str) -> str:
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def configure_logging(level: str, *, several: bool = False) -> None:
    """Write log lines of at least *level* to standard error, for people to read.

    Where *several* processes write, each line tells whose it is.
    """
    form = FORMAT_OF_SEVERAL if several else FORMAT
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter(fmt=form, datefmt="%Y-%m-%d %H:%M:%S"))
    logging.basicConfig(level=level.upper(), handlers=[handler])

    # Its debug lines show every SQL parameter, and with them session data.
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
