"""Owns finding the tests that a page of the documentation names."""

import ast
import re
from functools import cache

from tests.docs.pages import ROOT

_NAMED = re.compile(r"tests/[\w/]+\.py(?:::\w+)*")


def named_in(text):
    """Each test in *text*, as ``path::name`` or ``path::Class::name``."""
    return _NAMED.findall(text)


def is_there(named):
    """Whether the test can be found; of a whole file, whether it has any."""
    path, *names = named.split("::")
    if not (ROOT / path).exists():
        return False
    if not names:
        return any(name.startswith("test_") for name in _functions(path))
    *classes, test = names
    if not test.startswith("test_"):
        return False
    if not classes:
        return test in _functions(path)
    return _has_inherited(path, classes[0], test)


@cache
def _tree(path):
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def _functions(path):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node.name for node in _tree(path).body if isinstance(node, kinds)]


def _has_inherited(path, name, test):
    """Whether a class has a test, or inherits it with the suite of every store."""
    found = [n for n in _tree(path).body if isinstance(n, ast.ClassDef)]
    for node in (node for node in found if node.name == name):
        if test in {getattr(child, "name", "") for child in node.body}:
            return True
        return any("StoreContract" in ast.dump(base) for base in node.bases) and (
            test in _contract()
        )
    return False


@cache
def _contract():
    """The names of the tests of the suite that every store passes."""
    folder = ROOT / "tornado_app" / "sessions" / "testing" / "contract"
    text = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    return set(re.findall(r"def (test_\w+)", text))
