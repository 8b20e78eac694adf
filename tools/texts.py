"""The texts that pages can say, compared with what each language has of them.

Run by ``dev.py texts``, in the environment: it reads catalogues with Babel.
"""

import functools
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import babel
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import normalize, read_po
from babel.plural import to_gettext
from tornado.template import Loader

from tools.environment import ROOT

LOCALE = ROOT / "locale"
TEMPLATES = ROOT / "templates"
MARKERS = dict.fromkeys(("_", "mark", "translate"))

Text = str | tuple[str, str]
"""An English text; two are its singular and its plural."""

_WIDTH = 88
_HEADER = """# {name}.
msgid ""
msgstr ""
"Language: {code}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {forms};\\n"
"""


def main(codes: Iterable[str]) -> int:
    """Bring the catalogues up to date, begin those for new *codes*; say what is open.

    The exit status is 1 as long as a text has no translation.
    """
    for code in codes:
        begin(LOCALE / f"{code}.po")
    texts = texts_in_use()
    for path in catalogues():
        update(path, texts)
    still_open = open_texts()
    print("To translate, under locale/:" if still_open else "Nothing to translate.")
    for text, lacking in still_open.items():
        print(f"  {', '.join(lacking)}: {text}")
    return 1 if still_open else 0


def open_texts() -> dict[str, list[str]]:
    """The codes of the languages that lack a text, or one of its forms, by the text."""
    lacking: dict[str, list[str]] = {}
    for path in catalogues():
        for message in untranslated(read(path)):
            lacking.setdefault(singular(message.id), []).append(path.stem)
    return lacking


def catalogues() -> list[Path]:
    """The files of all languages but English, which is the language of the source."""
    return sorted(LOCALE.glob("*.po"))


def read(path: Path) -> Catalog:
    """The catalogue in *path*, whose name is its language's code."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


@functools.cache
def texts_in_use() -> frozenset[Text]:
    """Every text that templates and code have translated; read once a process."""
    loader = Loader(str(TEMPLATES))
    templates = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")]
    # A template is Python once Tornado has compiled it.
    sources = [loader.load(name).code.encode() for name in templates]
    sources += [path.read_bytes() for path in (ROOT / "tornado_app").rglob("*.py")]
    return frozenset(text for source in sources for text in texts_in(source))


def texts_in(code: bytes) -> Iterator[Text]:
    """The texts that Python *code* marks for translation."""
    for _, _, arguments, _ in extract_python(BytesIO(code), MARKERS, [], {}):
        given = (arguments,) if isinstance(arguments, str) else arguments or ()
        texts = [str(text) for text in given[:2] if text]
        if texts:
            yield texts[0] if len(texts) == 1 else (texts[0], texts[1])


def begin(path: Path) -> None:
    """Make the catalogue of a language that is not there yet, without a text."""
    if path.exists():
        return
    cldr = babel.Locale.parse(path.stem)
    # CLDR's "e" is the exponent of numbers as in "3 million"; pages have none.
    forms = re.sub(r"\be\b", "0", to_gettext(cldr.plural_form))
    header = _HEADER.format(name=cldr.english_name, code=path.stem, forms=forms)
    path.write_text(header, encoding="utf-8")


def update(path: Path, texts: Iterable[Text]) -> None:
    """Add what *path* lacks of *texts*, without a translation; take out what is gone.

    Plurals come first, then all the others, each in the order of the alphabet.
    """
    header = path.read_text(encoding="utf-8").partition("\n\n")[0].rstrip()
    catalogue = read(path)
    ordered = sorted(texts, key=lambda text: (isinstance(text, str), singular(text)))
    entries = [entry(text, catalogue) for text in ordered]
    path.write_text("\n\n".join([header, *entries]) + "\n", encoding="utf-8")


def entry(text: Text, catalogue: Catalog) -> str:
    """A text and its translation, as PO files write them; empty: there is none."""
    message = catalogue.get(text)
    strings = strings_of(message, catalogue) if message else []
    lines = [f"msgid {normalize(singular(text), width=_WIDTH)}"]
    if isinstance(text, str):
        return "\n".join(
            [*lines, f"msgstr {normalize(''.join(strings), width=_WIDTH)}"]
        )
    lines.append(f"msgid_plural {normalize(text[1], width=_WIDTH)}")
    for number in range(catalogue.num_plurals):
        string = strings[number] if number < len(strings) else ""
        lines.append(f"msgstr[{number}] {normalize(string, width=_WIDTH)}")
    return "\n".join(lines)


def untranslated(catalogue: Catalog) -> list[Message]:
    """The messages of *catalogue* that lack a translation, or one of its forms."""
    return [
        message
        for message in catalogue
        if message.id and not all(strings_of(message, catalogue))
    ]


def strings_of(message: Message, catalogue: Catalog) -> list[str]:
    """The translations of *message*: as many as it needs, "" for each that is open."""
    if not message.pluralizable:
        return [str(message.string or "")]
    strings = list(message.string or ())
    return strings + [""] * (catalogue.num_plurals - len(strings))


def singular(text: str | Sequence[str]) -> str:
    """What names *text* in a list."""
    return text if isinstance(text, str) else text[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
