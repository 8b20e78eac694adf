"""The stores of `docs/writing-a-store.md` keep what their page promises."""

from tests.docs.pages import blocks, page

NAMES = {"__name__": __name__}

for block in blocks(page("docs/writing-a-store.md")):
    exec(block.source, NAMES)  # noqa: S102 - written by us

TestDictStore = NAMES["TestDictStore"]
TestTellingStore = NAMES["TestTellingStore"]
