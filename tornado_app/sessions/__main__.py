"""The operator's commands: ``python -m tornado_app.sessions --help``."""

import sys

from .operating.program import main

if __name__ == "__main__":
    sys.exit(main())
