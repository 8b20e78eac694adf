"""How a command on accounts is run, with what it answers to the shell."""

import asyncio
import sys
from collections.abc import Sequence

from tornado_app.operating.arguments import parse
from tornado_app.operating.ending import is_confirmed
from tornado_app.sessions import SessionError, StoreOpenError
from tornado_app.sessions.operating.exit_codes import (
    INTERRUPTED,
    NOTHING_MATCHED,
    STORE_FAILED,
)
from tornado_app.sessions.operating.progress import Progress


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that *words*, or the command line, ask for.

    Returns the exit code; wrong arguments end the process with 2.
    """
    asked = parse(sys.argv[1:] if words is None else words)
    progress = Progress(sys.stderr)
    try:
        if not is_confirmed(asked):
            return _explain("Not confirmed", progress, NOTHING_MATCHED)
        code: int = asyncio.run(asked.command(asked, progress))
    except KeyboardInterrupt:
        return _explain("Interrupted", progress, INTERRUPTED)
    except StoreOpenError as exc:
        what = f"{asked.name}: cannot use {exc.place}: {exc.problem}"
        return _explain(what, progress, STORE_FAILED)
    except SessionError as exc:
        return _explain(f"{asked.name}: {exc}", progress, STORE_FAILED)
    return code


def _explain(what: str, progress: Progress, code: int) -> int:
    print(f"{what}. {progress.done}", file=sys.stderr)
    return code
