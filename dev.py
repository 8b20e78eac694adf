#!/usr/bin/env python3
"""Sets up and runs this project on a machine that has only Python and pip.

    python3 dev.py run      the app; "python3 dev.py --port=9000" does too
    python3 dev.py test     the tests
    python3 dev.py check    lint, format and types
    python3 dev.py bench    the benchmarks
    python3 dev.py prove    tests that take long, or need Debian packages and root
    python3 dev.py texts    what languages lack; "texts pl" begins a Polish one
    python3 dev.py pictures the README's pictures of the pages, anew
    python3 dev.py lock     pins every dependency anew, after a change of them

What follows the command is passed on:  python3 dev.py test -k preferences
"""

import sys

# Everything in this file stays readable by any Python since 2.7, because only a
# file that parses can say what is wrong.
if sys.version_info < (3, 11):  # noqa: UP036 - this is where an older one is turned away
    sys.stderr.write(
        "This app needs Python 3.11 or newer, and %s is Python %d.%d. "  # noqa: UP031
        "Start it with a newer one, for example:  python3.12 %s\n"
        % (sys.executable, sys.version_info[0], sys.version_info[1], " ".join(sys.argv))
    )
    sys.exit(3)

from tools.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], usage=__doc__))
