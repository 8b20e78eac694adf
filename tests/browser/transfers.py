"""What a page makes the browser fetch."""

from collections import Counter
from contextlib import contextmanager

# A browser without windows has no use for the icon; those of visitors fetch it.
SHOW_ICON = """() => new Promise((shown, broken) => {
  const icon = new Image();
  icon.onload = shown;
  icon.onerror = broken;
  icon.src = document.querySelector("link[rel=icon]").href;
})"""


class Transfers:
    """What came over the network while it was watched; the cache does not count.

    Attributes:
        urls: One for each request; the icon's once, for some browsers ask themselves.
        kinds: The bytes that were received, headers too, by kind: Document,
            Stylesheet, Script, ...
    """

    def __init__(self, page):
        self.urls = []
        self.kinds = Counter()
        self._kind = {}
        self._cached = set()
        self._session = page.context.new_cdp_session(page)

    @contextmanager
    def watched(self):
        session = self._session
        session.on("Network.responseReceived", self._note_response)
        session.on("Network.requestServedFromCache", self._note_cached)
        session.on("Network.loadingFinished", self._note_end)
        session.send("Network.enable")
        yield self
        session.detach()

    def _note_cached(self, event):
        self._cached.add(event["requestId"])

    def _note_response(self, event):
        response, number = event["response"], event["requestId"]
        if response["fromDiskCache"] or number in self._cached:
            return
        if "favicon" in response["url"] and response["url"] in self.urls:
            return
        self._kind[number] = event["type"]
        self.urls.append(response["url"])

    def _note_end(self, event):
        if event["requestId"] in self._kind:
            self.kinds[self._kind[event["requestId"]]] += int(
                event["encodedDataLength"]
            )


def visit(page, path):
    """Open *path*; what it made the browser fetch that was not in its cache."""
    with Transfers(page).watched() as transfers:
        page.goto(path)
        page.evaluate(SHOW_ICON)
        page.evaluate("document.readyState")  # lets the last events through
    return transfers
