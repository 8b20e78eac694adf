"""The command that takes the README's pictures takes them all."""

import asyncio

from tests.browser.conftest import chromium_path
from tools import pictures

PNG = b"\x89PNG\r\n\x1a\n"
NAMES = {
    "greeting-dark.png",
    "greeting-light.png",
    "sessions-dark.png",
    "sessions-light.png",
}


def test_every_page_of_the_readme_is_taken_in_light_and_dark(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "IMAGES", tmp_path)
    monkeypatch.setattr(pictures, "provide_fonts", lambda: None)
    monkeypatch.setenv("CHROMIUM", chromium_path())

    status = asyncio.run(pictures.main())

    taken = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert status == 0
    assert set(taken) == NAMES
    assert all(content.startswith(PNG) for content in taken.values())
    assert taken["greeting-dark.png"] != taken["greeting-light.png"]
