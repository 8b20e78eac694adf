#!/usr/bin/env python3
"""Serves the site: options in, process up."""

import sys

# Everything in this file stays readable by any Python since 2.7, because only a
# file that parses can say what is wrong.
if sys.version_info < (3, 11):  # noqa: UP036 - this is where an older one is turned away
    sys.stderr.write(
        "server.py: this app needs Python 3.11 or newer, and %s is Python %d.%d. "  # noqa: UP031
        "Start it with a newer one, for example:  python3.12 %s\n"
        % (sys.executable, sys.version_info[0], sys.version_info[1], " ".join(sys.argv))
    )
    sys.exit(3)

MISSING = (
    "server.py: a package is missing or too old (%s). Start with:  make run   "
    "or, in a virtual environment:  "
    "pip install -r requirements.txt && python server.py\n"
)

if __name__ == "__main__":
    try:
        from tornado_app.program import main

        sys.exit(main(sys.argv[1:]))
    except ImportError as exc:
        if (exc.name or "").startswith("tornado_app"):
            raise  # a mistake of our own, which no package cures
        sys.stderr.write(MISSING % exc)
        sys.exit(2)
    except KeyboardInterrupt:  # before there was anything to stop
        sys.exit(130)
