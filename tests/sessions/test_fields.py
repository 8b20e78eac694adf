"""Typed access: what a type checker knows, what is stored, what becomes of old data."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

from tornado_app.sessions import MemoryStore, NewerFieldsError, SessionFields
from tornado_app.sessions.ids import NOTHING, found
from tornado_app.sessions.lifecycle import Lifecycle
from tornado_app.sessions.policy import SessionPolicy
from tornado_app.sessions.session import Session

ROOT = Path(__file__).parents[2]


class Preferences(SessionFields):
    name: str = ""
    theme: Literal["light", "dark"] = "light"
    zoom: float = 1.0
    visits: int = 0
    quiet: bool = False
    language: str | None = None
    cart: tuple[str, ...] = ()
    counts: Mapping[str, int] = {}
    unit: ClassVar[str] = "metric"


class NewPreferences(SessionFields, version=3, name="Preferences"):
    first: str = ""
    theme: str = "light"

    @classmethod
    def upgrade(cls, data: dict[str, Any], version: int) -> None:
        assert version in (1, 2)
        if version == 1:
            data["first"] = data.pop("name", "").split(" ")[0]
        if version == 2:
            data["theme"] = data.get("theme", "light").lower()


class NestedPreferences(SessionFields, version=2, name="Preferences"):
    counts: Mapping[str, int] = {}

    @classmethod
    def upgrade(cls, data: dict[str, Any], version: int) -> None:
        data["counts"]["total"] = sum(data["counts"].values())


class StrictPreferences(SessionFields, version=2, name="Preferences"):
    quiet: bool = False
    theme: str = ""

    @classmethod
    def upgrade(cls, data: dict[str, Any], version: int) -> None:
        data["quiet"] = bool(data["quiet"])


class Visitor:
    """Begins a request of the same visitor whenever it is asked to."""

    def __init__(self):
        now = datetime(2026, 1, 1, tzinfo=UTC)
        self.store = MemoryStore()
        self.lifecycle = Lifecycle(self.store, SessionPolicy(), lambda: now)
        self.session_id = None

    async def session(self):
        presented = found(self.session_id) if self.session_id else NOTHING
        self.draft = await self.lifecycle.load(presented)
        return Session(self.lifecycle, self.draft)

    async def commit(self):
        await self.lifecycle.commit(self.draft)
        self.session_id = self.draft.session_id

    async def keeps(self, **data):
        """Store *data* as an earlier request would have."""
        (await self.session()).update(data)
        await self.commit()
        return await self.session()


@pytest.fixture
def visitor():
    return Visitor()


async def test_a_field_is_the_top_level_key_of_its_name(visitor):
    session = await visitor.session()

    Preferences(session).theme = "dark"
    Preferences(session).cart = ("tea",)

    assert dict(session) == {"theme": "dark", "cart": ["tea"]}


async def test_a_field_reads_what_an_earlier_request_stored(visitor):
    session = await visitor.keeps(name="Ada", cart=["tea"], counts={"tea": 2})

    preferences = Preferences(session)

    assert preferences.name == "Ada"
    assert preferences.cart == ("tea",)
    assert preferences.counts == {"tea": 2}


async def test_a_missing_field_reads_as_its_default_and_costs_no_record(visitor):
    preferences = Preferences(await visitor.session())

    assert (preferences.theme, preferences.cart, preferences.counts) == (
        "light",
        (),
        {},
    )
    assert not visitor.lifecycle.wants_commit(visitor.draft)


async def test_two_requests_that_change_different_fields_both_count(visitor):
    await visitor.keeps(name="Ada")
    first, first_draft = await visitor.session(), visitor.draft
    second, second_draft = await visitor.session(), visitor.draft

    Preferences(first).theme = "dark"
    Preferences(second).visits = 7
    await visitor.lifecycle.commit(first_draft)
    await visitor.lifecycle.commit(second_draft)

    stored = dict(await visitor.session())
    assert stored == {"name": "Ada", "theme": "dark", "visits": 7}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 1),
        ("theme", "pink"),
        ("visits", "7"),
        ("visits", True),
        ("visits", 1.5),
        ("quiet", 1),
        ("zoom", "big"),
        ("language", 3),
        ("cart", "tea"),
        ("cart", [1]),
        ("counts", {"tea": "two"}),
        ("counts", {1: 1}),
    ],
)
async def test_a_wrong_type_is_refused_with_the_fields_name(visitor, name, value):
    session = await visitor.session()

    with pytest.raises(TypeError, match=rf"^want .+ as Preferences\.{name}, got "):
        setattr(Preferences(session), name, value)

    assert dict(session) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("zoom", 2),
        ("language", None),
        ("language", "de"),
        ("cart", ("tea", "tea")),
        ("counts", {"tea": 10**30}),
        ("quiet", True),
    ],
)
async def test_a_value_of_the_declared_type_comes_back(visitor, name, value):
    setattr(Preferences(await visitor.session()), name, value)
    await visitor.commit()

    assert getattr(Preferences(await visitor.session()), name) == value


async def test_a_stored_value_of_another_type_reads_as_the_default(visitor):
    session = await visitor.keeps(theme="pink", visits="many", cart={"tea": 1})

    preferences = Preferences(session)

    assert (preferences.theme, preferences.visits, preferences.cart) == ("light", 0, ())


async def test_what_a_field_gives_out_cannot_be_changed_in_place(visitor):
    session = await visitor.keeps(cart=["tea"], counts={"tea": 1})
    preferences: Any = Preferences(session)

    with pytest.raises(AttributeError):
        preferences.cart.append("milk")
    with pytest.raises(TypeError):
        preferences.counts["milk"] = 1


async def test_a_field_of_another_session_can_be_assigned(visitor):
    theirs = Preferences(await visitor.keeps(cart=["tea"], counts={"tea": 1}))
    session = await Visitor().session()

    Preferences(session).cart = theirs.cart
    Preferences(session).counts = theirs.counts

    assert dict(session) == {"cart": ["tea"], "counts": {"tea": 1}}


async def test_deleting_a_field_brings_its_default_back(visitor):
    session = await visitor.keeps(theme="dark", other=1)

    del Preferences(session).theme

    assert Preferences(session).theme == "light"
    assert dict(session) == {"other": 1}


async def test_a_misspelt_field_is_refused(visitor):
    preferences: Any = Preferences(await visitor.session())

    with pytest.raises(AttributeError, match=r"^Preferences has no field 'them'$"):
        preferences.them = "dark"


async def test_old_data_is_upgraded_step_by_step_when_it_is_read(visitor):
    session = await visitor.keeps(name="Ada Lovelace", theme="DARK")

    preferences = NewPreferences(session)

    assert (preferences.first, preferences.theme) == ("Ada", "dark")


async def test_an_upgrade_alone_is_not_written(visitor):
    session = await visitor.keeps(name="Ada Lovelace", theme="DARK")

    assert NewPreferences(session).first == "Ada"

    assert not visitor.lifecycle.wants_commit(visitor.draft)
    assert dict(session) == {"name": "Ada Lovelace", "theme": "DARK"}


async def test_an_upgrade_may_change_what_lies_inside_a_value(visitor):
    session = await visitor.keeps(counts={"tea": 1, "milk": 2})

    assert NestedPreferences(session).counts["total"] == 3
    assert NestedPreferences(session).counts["total"] == 3  # not counted twice

    assert not visitor.lifecycle.wants_commit(visitor.draft)
    assert session["counts"] == {"tea": 1, "milk": 2}


async def test_an_upgrade_is_written_with_the_first_field_that_changes(visitor):
    session = await visitor.keeps(name="Ada Lovelace", theme="DARK", other=[1])

    NewPreferences(session).theme = "blue"
    await visitor.commit()

    assert dict(await visitor.session()) == {
        "first": "Ada",
        "theme": "blue",
        "other": [1],
        "Preferences.version": 3,
    }


async def test_an_upgrade_that_changes_only_the_type_is_written_too(visitor):
    session = await visitor.keeps(quiet=1)

    StrictPreferences(session).theme = "blue"
    await visitor.commit()

    assert (await visitor.session())["quiet"] is True


async def test_what_a_handler_holds_stays_its_own_when_an_upgrade_is_written(visitor):
    session = await visitor.keeps(quiet=1, cart=["tea"])
    cart = session["cart"]

    StrictPreferences(session).theme = "blue"
    cart.append("milk")
    await visitor.commit()

    assert (await visitor.session())["cart"] == ["tea", "milk"]


async def test_upgraded_data_is_not_upgraded_again(visitor):
    session = await visitor.keeps(**{"Preferences.version": 3, "theme": "DARK"})

    assert NewPreferences(session).theme == "DARK"


async def test_data_of_a_version_between_skips_the_steps_it_has_behind_it(visitor):
    session = await visitor.keeps(
        **{"Preferences.version": 2, "name": "kept", "first": "Ada", "theme": "DARK"}
    )

    preferences = NewPreferences(session)

    assert (preferences.first, preferences.theme) == ("Ada", "dark")
    assert session["name"] == "kept"


async def test_newer_data_is_refused_and_left_alone(visitor):
    session = await visitor.keeps(**{"Preferences.version": 4, "theme": "dark"})
    message = "^Preferences in this session is version 4 and this program knows up to 1"

    with pytest.raises(NewerFieldsError, match=message) as caught:
        _ = Preferences(session).theme
    with pytest.raises(NewerFieldsError, match=message):
        Preferences(session).theme = "light"

    error = caught.value
    assert (error.name, error.found, error.known) == ("Preferences", 4, 1)
    assert session["theme"] == "dark"


@pytest.mark.parametrize("nonsense", ["3", True, None, 0, -1, [3]])
async def test_a_version_that_is_none_counts_as_the_first(visitor, nonsense):
    session = await visitor.keeps(**{"Preferences.version": nonsense, "name": "Ada B"})

    assert NewPreferences(session).first == "Ada"


async def test_a_stored_upgrade_loses_no_change_of_another_request(visitor):
    await visitor.keeps(name="Ada Lovelace", theme="DARK")
    first, first_draft = await visitor.session(), visitor.draft
    second, second_draft = await visitor.session(), visitor.draft

    (await NewPreferences(first).store_upgrade()).first = "Augusta"
    await visitor.lifecycle.commit(first_draft)
    (await NewPreferences(second).store_upgrade()).theme = "blue"
    await visitor.lifecycle.commit(second_draft)

    stored = NewPreferences(await visitor.session())
    assert (stored.first, stored.theme) == ("Augusta", "blue")


async def test_a_new_session_begins_with_the_newest_version(visitor):
    NewPreferences(await visitor.session()).first = "Ada"
    await visitor.commit()

    stored = dict(await visitor.session())
    assert stored == {"first": "Ada", "Preferences.version": 3}


async def test_there_is_no_upgrade_to_store_where_nothing_is_stored(visitor):
    await NewPreferences(await visitor.session()).store_upgrade()

    assert not visitor.lifecycle.wants_commit(visitor.draft)
    assert await visitor.store.count(now=datetime(2026, 1, 1, tzinfo=UTC)) == 0


async def test_fields_follow_a_reload_of_their_session(visitor):
    preferences = Preferences(session := await visitor.keeps(theme="dark"))
    preferences.theme = "light"

    await session.reload()

    assert preferences.theme == "dark"


@pytest.mark.parametrize(
    "hint", [list[str], dict[str, int], bytes, tuple[int, str], Any]
)
def test_a_type_that_json_does_not_bring_back_is_refused(hint):
    with pytest.raises(TypeError, match=r"got .+ for Wrong\.field$"):
        type(
            "Wrong", (SessionFields,), {"__annotations__": {"field": hint}, "field": 1}
        )


def test_a_field_wants_a_default():
    with pytest.raises(TypeError, match=r"^want a default for Wrong\.field$"):
        type("Wrong", (SessionFields,), {"__annotations__": {"field": str}})


@pytest.mark.parametrize("name", ["upgrade", "store_upgrade", "_session"])
def test_a_field_takes_no_name_that_is_ours(name):
    with pytest.raises(TypeError, match=rf"^want another name for Wrong\.{name}"):
        type("Wrong", (SessionFields,), {"__annotations__": {name: str}, name: ""})


def test_a_default_is_of_the_declared_type():
    with pytest.raises(TypeError, match=r"^want str as Wrong\.field, got 1$"):
        type("Wrong", (SessionFields,), {"__annotations__": {"field": str}, "field": 1})


def test_a_version_is_at_least_one():
    with pytest.raises(ValueError, match=r"^want version of at least 1, got 0$"):
        type("Wrong", (SessionFields,), {}, version=0)


SILENT = [
    "--follow-imports=silent",
    f"--cache-dir={ROOT / '.mypy_cache' / 'snippets'}",
]
SNIPPET = """
from typing import Literal
from tornado_app.sessions import Session, SessionFields

class Preferences(SessionFields, version=2):
    theme: Literal["light", "dark"] = "light"
    cart: tuple[str, ...] = ()

def use(session: Session) -> None:
    preferences = Preferences(session)
    reveal_type(preferences.theme)
    reveal_type(preferences.cart)
    preferences.theme = "dark"
    preferences.cart += ("tea",)
    preferences.theme = "pink"
    preferences.cart.append("milk")
    preferences.them = "dark"
"""
VERDICT = """\
snippet.py:11: note: Revealed type is "Literal['light'] | Literal['dark']"
snippet.py:12: note: Revealed type is "tuple[str, ...]"
snippet.py:15: error: Incompatible types in assignment (expression has type\
 "Literal['pink']", variable has type "Literal['light', 'dark']")  [assignment]
snippet.py:16: error: "tuple[str, ...]" has no attribute "append"  [attr-defined]
snippet.py:17: error: "Preferences" has no attribute "them"; maybe "theme"?\
  [attr-defined]
Found 3 errors in 1 file (checked 1 source file)
"""


def test_a_type_checker_knows_what_is_read_and_refuses_what_is_wrong(tmp_path):
    (tmp_path / "snippet.py").write_text(SNIPPET)

    verdict = subprocess.run(
        # Silent: of the modules that it imports, `make check` has the verdict.
        [*(sys.executable, "-m", "mypy", "--strict"), *SILENT, "snippet.py"],
        cwd=tmp_path,
        env={"MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert (verdict.stdout, verdict.stderr) == (VERDICT, "")
