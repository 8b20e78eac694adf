"""`docs/audit.md` lists every event and every field."""

import json
import re

import pytest

from tests.docs.pages import ROOT, code, page, rows
from tornado_app.audit_events import Event

PAGE = page("docs/audit.md")
EVENTS = rows(PAGE, "## Every event")
FIELDS = [name for row in rows(PAGE, "## Every field") for name in code(row[0])]
SOURCES = sorted((ROOT / "tornado_app").rglob("*.py"))


def test_the_table_has_every_event_with_its_arguments_and_level():
    documented = [(*code(name), level, what) for name, level, what in EVENTS]

    assert documented == [
        (
            ":".join(filter(None, [event.label, event.value.arguments])),
            event.value.level,
            event.value.what,
        )
        for event in Event
    ]


@pytest.mark.parametrize("event", Event, ids=lambda event: event.label)
def test_every_event_is_noted_somewhere(event):
    used = re.compile(rf"Event\.{event.name}\b")

    assert any(used.search(path.read_text("utf-8")) for path in SOURCES)


def test_every_field_of_the_example_is_explained():
    example = re.search(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[1]

    assert set(json.loads(example)) <= set(FIELDS)


def test_every_field_that_is_written_is_explained():
    text = "".join(path.read_text("utf-8") for path in SOURCES)
    audit = (ROOT / "tornado_app" / "audit.py").read_text("utf-8")
    written = set(re.findall(r'^ +"(\w+)": ', audit, re.MULTILINE))
    noted = re.findall(r"udit(?:_of\(self\))?\.\w+\((?:[^()]|\([^()]*\))*\)", text)
    more = {name for call in noted for name in re.findall(r"\b(\w+)=", call)}

    assert written | (more - {"facts"}) == set(FIELDS)
