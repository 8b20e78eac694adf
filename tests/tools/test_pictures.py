"""The command that takes the README's pictures."""

import asyncio

from tools import chromium, pictures


def test_without_a_browser_no_picture_is_lost(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pictures, "IMAGES", tmp_path)
    monkeypatch.setattr(pictures, "provide_fonts", lambda: None)
    monkeypatch.setattr(chromium, "find", lambda: None)

    assert asyncio.run(pictures.main()) == 1
    assert "apt install chromium" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
