"""How a command is run, with what it answers to the shell."""

import asyncio
import os
import sys
from collections.abc import Sequence

from ..errors import SessionError
from .arguments import parse
from .ending import is_confirmed
from .exit_codes import DONE, INTERRUPTED, NOTHING_MATCHED, STORE_FAILED
from .progress import Progress


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that *words*, or the command line, ask for.

    Returns the exit code; wrong arguments end the process with 2.
    """
    asked = parse(sys.argv[1:] if words is None else words)
    progress = Progress(sys.stderr)
    try:
        if not is_confirmed(asked):
            print("Nothing was done.", file=sys.stderr)
            return NOTHING_MATCHED
        code: int = asyncio.run(asked.command(asked, progress))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _explain(progress, "Interrupted", INTERRUPTED)
    except SessionError as exc:
        return _explain(progress, f"{asked.name}: {exc}", STORE_FAILED)
    except BrokenPipeError:
        # Whoever read what is printed, such as head, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return code


def _explain(progress: Progress, what: str, code: int) -> int:
    progress.end()
    print(f"{what}. {progress.done}", file=sys.stderr)
    return code
