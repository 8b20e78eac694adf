"""The operator's commands on accounts: ``python -m tornado_app --help``."""

import sys

from tornado_app.operating.program import main

if __name__ == "__main__":
    sys.exit(main())
