"""What we stand on is new enough not to have the holes that others have found."""

import re
import tomllib
from importlib.metadata import version

from packaging.requirements import Requirement
from packaging.version import Version

from tools.environment import ROOT

# Mends CVE-2025-47287, CVE-2025-67724 to -67726 and CVE-2026-35536, and how
# Content-Length and Transfer-Encoding are read.
TORNADO = Version("6.6")


def required(name):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    words = [Requirement(text) for text in project["dependencies"]]
    (found,) = [word for word in words if word.name == name]
    (least,) = [each for each in found.specifier if each.operator == ">="]
    return Version(least.version)


def locked(name):
    text = (ROOT / "requirements.lock").read_text()
    return Version(re.search(rf"^{name}==([\d.]+)", text, re.MULTILINE)[1])


def test_tornado_is_new_enough():
    assert required("tornado") >= TORNADO
    assert locked("tornado") >= TORNADO
    assert Version(version("tornado")) >= TORNADO
