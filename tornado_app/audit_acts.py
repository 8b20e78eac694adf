"""What an operator's command adds to the site's audit log."""

import os
import sys
from pathlib import Path

from tornado_app.audit import Audit
from tornado_app.audit_events import Event
from tornado_app.audit_file import NOWHERE, STANDARD_OUTPUT, AppendedFile
from tornado_app.sessions.manager import utc_now
from tornado_app.settings import OPTIONS

_OPTION = OPTIONS["audit-log"]


def note_act(event: Event, *arguments: str, count: int | None = None) -> None:
    """Write *event* to the site's file, if it is there; an act is not undone for it."""
    path = _file_of_the_site()
    if path is None:
        return
    try:
        file = AppendedFile(path)
        audit = Audit(file.append, clock=utc_now, key="")
        audit.note(event, *arguments, by="operator", count=count)
        file.close()
    except OSError as exc:
        print(f"The audit log {path} cannot be written: {exc}", file=sys.stderr)


def _file_of_the_site() -> Path | None:
    """The file that the environment names, else the default one, if there is one.

    A command that is called elsewhere must not begin a log of its own.
    """
    where = os.environ.get(_OPTION.variable) or _OPTION.default_text
    path = Path(where)
    is_file = where not in (NOWHERE, STANDARD_OUTPUT)
    return path if is_file and path.exists() else None
