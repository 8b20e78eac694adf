"""Owns the list of time zones that can be chosen."""

import functools
from collections.abc import Mapping
from importlib import resources
from zoneinfo import available_timezones


@functools.cache
def zone_names() -> frozenset[str]:
    """Every name that the time zone database knows, old spellings too."""
    return frozenset(available_timezones())


@functools.cache
def zones_by_region() -> Mapping[str, tuple[str, ...]]:
    """The zones worth offering: one for each inhabited place, by region.

    Taken from the database's zone.tab, which leaves out old spellings such as
    Asia/Calcutta. Those stay valid (see `zone_names`), they are just not offered.
    """
    regions: dict[str, list[str]] = {}
    for name in sorted(_names_in_zone_tab() & zone_names()):
        regions.setdefault(name.partition("/")[0], []).append(name)
    return {region: tuple(names) for region, names in regions.items()}


def _names_in_zone_tab() -> set[str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab")
    lines = table.read_text(encoding="utf-8").splitlines()
    return {line.split("\t")[2] for line in lines if line and not line.startswith("#")}
