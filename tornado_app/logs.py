"""How log lines look, and which are written."""

import logging

from tornado.log import LogFormatter

FORMAT = "%(color)s%(asctime)s %(levelname)-7s%(end_color)s %(message)s"
FORMAT_OF_SEVERAL = FORMAT.replace(" %(message)s", " [%(process)d] %(message)s")


def configure_logging(level: str, *, several: bool = False) -> None:
    """Write log lines of at least *level* to standard error, for people to read.

    Where *several* processes write, each line tells whose it is.
    """
    form = FORMAT_OF_SEVERAL if several else FORMAT
    handler = logging.StreamHandler()
    # Tornado's formatter indents what follows a line feed: nobody forges a line.
    handler.setFormatter(LogFormatter(fmt=form, datefmt="%Y-%m-%d %H:%M:%S"))
    logging.basicConfig(level=level.upper(), handlers=[handler])

    # Its debug lines show every SQL parameter, and with them session data.
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
