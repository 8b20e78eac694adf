"""Tests of the static files and their names."""

import pytest

from tornado_app.assets import Assets


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "b.css").write_bytes(b"b{}" * 100)
    (tmp_path / "css" / "a.css").write_bytes(b"a{}")
    (tmp_path / "robots.txt").write_bytes(b"hello")
    return tmp_path


def test_the_stylesheets_are_one_in_the_order_of_their_names(folder):
    assert Assets(folder)["site.css"].content == b"a{}\n" + b"b{}" * 100


def test_a_file_is_found_under_its_hashed_name_only(folder):
    assets = Assets(folder)

    hashed = assets.url("site.css").removeprefix("/static/")

    assert assets.find(hashed) is assets["site.css"]
    assert assets.find("site.css") is None


def test_changed_content_has_another_name(folder):
    before = Assets(folder).url("site.css")
    (folder / "css" / "a.css").write_bytes(b"a{color:red}")

    assert Assets(folder).url("site.css") != before


def test_a_file_is_gzipped_only_if_that_is_shorter(folder):
    assets = Assets(folder)

    assert len(assets["site.css"].gzipped) < len(assets["site.css"].content)
    assert assets["robots.txt"].gzipped is None


def test_the_same_content_is_the_same_bytes_every_time(folder):
    assert Assets(folder)["site.css"] == Assets(folder)["site.css"]


def test_what_code_says_to_people_is_not_sent(folder):
    code = b'// Why.\n\n  const site = "https://x.test"; // And why.\n  // So.\n'
    (folder / "site.js").write_bytes(code)
    (folder / "css" / "a.css").write_bytes(b"/* Why. */\na{} /* a */\n")

    assets = Assets(folder)

    assert assets["site.js"].content == (
        b'const site = "https://x.test"; // And why.\n'
    )
    assert assets["site.css"].content.startswith(b"a{} /* a */\nb{}")
