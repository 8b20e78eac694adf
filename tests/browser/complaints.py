"""What a browser complains of: errors, refused sources, requests to other sites."""

from contextlib import contextmanager
from urllib.parse import urlsplit

# A refused form is an answer like any other, but Chromium remarks on its status.
STATUS_REMARK = "Failed to load resource: the server responded with a status of 4"
STORE_DOWN_REMARK = "Failed to load resource: the server responded with a status of 503"


@contextmanager
def complaints_of(page):
    """A list that grows with each complaint of *page* while the block runs."""
    complaints = []
    listeners = {
        "console": lambda message: note_message(message, complaints),
        "pageerror": lambda error: complaints.append(str(error)),
        "requestfailed": lambda request: note_failure(request, complaints),
        "request": lambda request: note_request(request, complaints),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    yield complaints
    for event, listener in listeners.items():
        page.remove_listener(event, listener)


def note_message(message, complaints):
    is_known = message.text.startswith((STATUS_REMARK, STORE_DOWN_REMARK))
    if message.type in ("error", "warning") and not is_known:
        complaints.append(message.text)


def note_failure(request, complaints):
    # What was under way when the next page was opened is not missed.
    if request.failure != "net::ERR_ABORTED":
        complaints.append(f"{request.url}: {request.failure}")


def note_request(request, complaints):
    host = urlsplit(request.url).hostname
    if host != "127.0.0.1":
        complaints.append(f"a request to {host}")
