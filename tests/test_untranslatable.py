"""Owns the promise that no page can say what no catalogue can hold."""

import ast
import re
import string
from html.parser import HTMLParser

import pytest

from tools.environment import ROOT
from tools.texts import MARKERS, TEMPLATES

# Those for machines answer in English.
HANDLERS = [
    path
    for path in sorted((ROOT / "tornado_app" / "handlers").rglob("*.py"))
    if path.name not in {"health.py", "metrics.py"}
]
# What these are given is read by operators and developers, in English.
TECHNICAL_CALLS = {"HTTPError", "log", "info", "warning", "error", "debug", "exception"}
SENTENCE = re.compile(r"[A-Z].* .*[.!?]\s*", re.DOTALL)


def template_names():
    return [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")]


def sources():
    return [
        pytest.param(path, id=str(path.relative_to(ROOT)))
        for path in sorted((ROOT / "tornado_app").rglob("*.py"))
    ]


class BareText(HTMLParser):
    """Collects what a page would say in one language only."""

    SPOKEN_ATTRIBUTES = (
        "alt",
        "aria-description",
        "aria-label",
        "aria-roledescription",
        "aria-valuetext",
        "content",
        "label",
        "placeholder",
        "title",
    )
    # Values that machines read: of <meta>.
    MACHINE_WORDS = re.compile(
        r"width=device-width.*|#[0-9a-f]{3,6}|noindex|light dark"
    )

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_data(self, data):
        self._note(data)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        spoken = {*self.SPOKEN_ATTRIBUTES} & {*given}
        if tag == "input" and given.get("type") in ("submit", "button", "reset"):
            spoken |= {"value"} & {*given}
        for value in (given[name] for name in sorted(spoken)):
            if value and not self.MACHINE_WORDS.fullmatch(value):
                self._note(value)

    def _note(self, text):
        if any(letter in text for letter in string.ascii_letters):
            self.found.append(text.strip())


def bare_texts(template):
    parser = BareText()
    parser.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", template, flags=re.DOTALL))
    return parser.found


@pytest.mark.parametrize("name", template_names())
def test_no_template_holds_text_that_cannot_be_translated(name):
    assert bare_texts((TEMPLATES / name).read_text(encoding="utf-8")) == []


def test_bare_text_is_found_in_words_and_in_attributes():
    template = (
        '<p title="A">B {{ _("C") }}</p><input type="submit" value="D">'
        '<meta content="#fff">'
    )

    assert bare_texts(template) == ["A", "B", "D"]


def calls_in(tree):
    """Each call with the bare name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


def put_together(tree):
    """The lines on which a text is put together before it is translated."""
    for name, call in calls_in(tree):
        for given in call.args if name in MARKERS else ():
            is_formatted = getattr(getattr(given, "func", None), "attr", "") == "format"
            if is_formatted or isinstance(given, ast.JoinedStr | ast.BinOp):
                yield call.lineno


def flashed_as_it_stands(tree):
    """The lines on which a flash is given a text that is not marked."""
    for name, call in calls_in(tree):
        texts = call.args[:1] if name == "flash" else []
        if any(isinstance(text, ast.Constant | ast.JoinedStr) for text in texts):
            yield call.lineno


def unmarked_sentences(tree):
    """Texts that read like a sentence, and are neither marked nor technical."""
    harmless = {id(each) for node in harmless_nodes(tree) for each in ast.walk(node)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in harmless and SENTENCE.fullmatch(node.value):
            yield node.lineno, node.value


def harmless_nodes(tree):
    for node in ast.walk(tree):
        # An expression that is a statement by itself is a docstring.
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node
        if isinstance(node, ast.Raise):
            yield node
    for name, call in calls_in(tree):
        if name in MARKERS or name in TECHNICAL_CALLS:
            yield call


@pytest.mark.parametrize("path", sources())
def test_only_whole_texts_are_translated(path):
    assert [*put_together(ast.parse(path.read_bytes()))] == []


@pytest.mark.parametrize("path", sources())
def test_every_flash_is_marked_for_translation(path):
    assert [*flashed_as_it_stands(ast.parse(path.read_bytes()))] == []


@pytest.mark.parametrize("path", HANDLERS, ids=lambda path: path.name)
def test_no_handler_holds_a_sentence_that_is_not_marked(path):
    assert [*unmarked_sentences(ast.parse(path.read_bytes()))] == []


def test_the_scan_finds_what_cannot_be_translated():
    tree = ast.parse(
        "translate(f'Hello, {name}')\n"
        "translate('Hello, {}'.format(name))\n"
        "session.flash('Saved well.')\n"
        "translate('Good and marked.')\n"
        "raise HTTPError(400, 'Field was wrong')\n"
    )

    assert [*put_together(tree)] == [1, 2]
    assert [*flashed_as_it_stands(tree)] == [3]
    assert [text for _, text in unmarked_sentences(tree)] == ["Saved well."]


def test_no_script_holds_words_of_its_own():
    """What a script says it is given by the page, in the page's language."""
    for script in (ROOT / "static").glob("*.js"):
        code = re.sub(r"//.*", "", script.read_text(encoding="utf-8"))
        assert re.findall(r"""["'`][A-Z][a-z]+[ .!?][^"'`]*["'`]""", code) == []
