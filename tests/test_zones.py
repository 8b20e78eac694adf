"""Tests of the list of time zones."""

from tornado_app.zones import zone_names, zones_by_region


def test_old_spellings_are_known_but_not_offered():
    offered = zones_by_region()["Asia"]

    assert {"Asia/Kolkata", "Asia/Calcutta"} <= zone_names()
    assert "Asia/Kolkata" in offered
    assert "Asia/Calcutta" not in offered


def test_what_is_offered_is_known():
    for region, zones in zones_by_region().items():
        assert set(zones) <= zone_names()
        assert all(zone.startswith(f"{region}/") for zone in zones)
