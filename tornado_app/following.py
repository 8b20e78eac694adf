"""How clocks that nobody set follow the ones that somebody did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A duration that was not given, and the option it follows (None: its default)."""

    length: timedelta
    leader: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which options bound a clock that was not given."""

    name: str
    at_most: tuple[str, ...] = ()
    at_least: tuple[str, ...] = ()
    """Only where these were given: a default makes nothing longer."""


# The defaults obey these rules: whatever is followed was given, or followed what was.
RULES = (
    Rule(name="idle-timeout", at_most=("absolute-lifetime",)),
    Rule(name="absolute-lifetime", at_least=("idle-timeout",)),
    Rule(
        name="signed-in-lifetime",
        at_most=("absolute-lifetime",),
        at_least=("signed-in-idle-timeout",),
    ),
    Rule(
        name="signed-in-idle-timeout",
        at_most=("idle-timeout", "signed-in-lifetime"),
    ),
)


def follow(
    given: Mapping[str, timedelta], defaults: Mapping[str, timedelta]
) -> dict[str, Followed]:
    """Settle every clock of `RULES` that is not *given*, by option name.

    A session with a user never outlives what was asked for sessions in general,
    and no lifetime ends before its idle timeout can.
    """
    clocks = {**defaults, **given}
    settled: dict[str, Followed] = {}
    for rule in RULES:
        if rule.name not in given:
            settled[rule.name] = _settle(rule, clocks, given)
            clocks[rule.name] = settled[rule.name].length
    return settled


def _settle(
    rule: Rule, clocks: Mapping[str, timedelta], given: Mapping[str, timedelta]
) -> Followed:
    length, leader = clocks[rule.name], None
    for name in rule.at_most:
        if clocks[name] < length:
            length, leader = clocks[name], name
    for name in rule.at_least:
        if name in given and given[name] > length:
            length, leader = given[name], name
    return Followed(length=length, leader=leader)
