"""The tests of what surrounds the code: pins, package and tree."""

import re
import subprocess
import sys
import tomllib
import zipfile
from shutil import copytree

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tree import files_of_the_project
from tools.commands import RUNTIME_EXTRAS
from tools.environment import DEVELOPMENT, ROOT, RUNTIME

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]

# In pieces, so that this file does not hold what it forbids.
FORBIDDEN = re.compile(
    r"(?<![\w.<])/(?:ro{2}t|wor[k]|home/[a-z]+|Users/[a-z]+)/"
    r"|pyp[i]\.org|python[h]osted\.org|registry\.npm[j]s\.org|deb\.debia[n]\.org"
)


def wanted(name):
    """The requirements that a requirements file lists itself."""
    lines = (ROOT / name).read_text().splitlines()
    texts = (re.split(r"(?:^|\s)#", line)[0].strip() for line in lines)
    return [Requirement(text) for text in texts if text and not text.startswith("-")]


def runtime_wanted():
    """What the app needs and `make run` may be asked for, by pyproject.toml."""
    texts = [text for extra in RUNTIME_EXTRAS for text in EXTRAS[extra]]
    return [Requirement(text) for text in PROJECT["dependencies"] + texts]


def pins(lock):
    """The locked version of each package."""
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", lock.read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def unmet(requirements, lock):
    versions = pins(lock)
    return [
        str(each)
        for each in requirements
        if not each.specifier.contains(versions.get(canonicalize_name(each.name), "0"))
    ]


def test_requirements_lock_satisfies_pyproject():
    assert unmet(runtime_wanted(), RUNTIME) == []


def test_requirements_dev_lock_satisfies_every_requirement():
    requirements = wanted("requirements.txt") + wanted("requirements-dev.txt")

    assert unmet(requirements + runtime_wanted(), DEVELOPMENT) == []


def test_requirements_txt_asks_for_what_pyproject_asks_for():
    listed = {str(each) for each in wanted("requirements.txt")}
    needed = PROJECT["dependencies"] + EXTRAS["app"]

    assert {str(Requirement(text)) for text in needed} <= listed


def test_requirements_dev_txt_asks_for_the_extras_as_pyproject_does():
    listed = {str(each) for each in wanted("requirements-dev.txt")}
    needed = EXTRAS["redis"] + EXTRAS["postgres"] + EXTRAS["metrics"]

    assert {str(Requirement(text)) for text in needed} <= listed


def test_the_lock_files_agree_where_they_overlap():
    assert pins(RUNTIME).items() <= pins(DEVELOPMENT).items()


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT], ids=lambda lock: lock.name)
def test_a_lock_file_holds_a_hash_for_every_pin_and_no_address(lock):
    text = lock.read_text()
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]

    assert len(blocks) > 5
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index" not in text


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in the wheel, which setuptools builds without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    copytree(ROOT / "tornado_app", folder / "tornado_app")
    for name in ("pyproject.toml", "LICENSE"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / "README.md").write_text("")
    build = "from setuptools.build_meta import build_wheel; build_wheel('.')"
    subprocess.run(
        [sys.executable, "-c", build], cwd=folder, check=True, capture_output=True
    )
    return zipfile.ZipFile(next(folder.glob("*.whl"))).namelist()


def test_the_wheel_tells_type_checkers_that_it_is_typed(wheel):
    assert "tornado_app/py.typed" in wheel


def test_the_wheel_holds_the_engine_and_nothing_outside_the_package(wheel):
    outside = [name for name in wheel if not name.startswith("tornado_app")]

    assert "tornado_app/sessions/__init__.py" in wheel
    assert outside == []


def test_no_file_names_a_folder_of_one_machine_or_a_package_index():
    offenders = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files_of_the_project()
        for match in FORBIDDEN.finditer(path.read_text(errors="ignore"))
    ]

    assert offenders == []


@pytest.mark.parametrize(
    ("text", "is_forbidden"),
    [
        ("see /wor" + "k/main", True),
        ("from /ro" + "ot/.venv", True),
        ("https://pyp" + "i.org/simple", True),
        ("static/work/page", False),
        ("the root / of the site", False),
    ],
)
def test_the_search_for_foreign_names_finds_what_it_should(text, is_forbidden):
    assert bool(FORBIDDEN.search(text)) is is_forbidden
