"""How often somebody may try a password.

Failures count for the account and for the address they come from; each beyond the free
ones makes the next wait longer. Whoever signed in to an account on a device before is
counted there alone: strangers who guess cannot lock the owner out.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many failures cost nothing, and what the others cost."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    memory: timedelta
    """Failures are forgotten when none came for so long."""

    def wait_after(self, failures: int) -> timedelta:
        """How long the next try has to wait after so many *failures* in a row."""
        if failures < self.free:
            return timedelta(0)
        doublings = min(failures - self.free, 20)  # far beyond any longest wait
        return min(self.first_wait * (1 << doublings), self.longest_wait)


# NIST SP 800-63B-4 §3.2.2: waits of 30 seconds up to an hour, and far below 100
# failures in a row before anybody can notice.
ACCOUNT = Allowance(
    free=10,
    first_wait=timedelta(seconds=30),
    longest_wait=timedelta(hours=1),
    memory=timedelta(days=1),
)
# Many people can share one address.
ADDRESS = Allowance(
    free=50,
    first_wait=timedelta(seconds=10),
    longest_wait=timedelta(minutes=15),
    memory=timedelta(hours=1),
)
SIGN_UPS = Allowance(
    free=200,
    first_wait=timedelta(minutes=1),
    longest_wait=timedelta(hours=1),
    memory=timedelta(hours=1),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What failures are counted for, under a name that tells nobody whom."""

    name: str
    allowance: Allowance

    def next_at(self, failures: int, *, now: datetime) -> datetime | None:
        """When the next try is looked at after so many *failures*; None: at once.

        That is no instant: another process may have read its clock a little earlier.
        """
        wait = self.allowance.wait_after(failures)
        return now + wait if wait else None

    def left_of(self, wait: timedelta) -> timedelta:
        """How long a try has to wait that may be looked at after *wait*, or had to.

        Nobody waits for twice the longest: the clock was ahead when that was noted.
        """
        is_due = not timedelta(0) < wait <= 2 * self.allowance.longest_wait
        return timedelta(0) if is_due else wait


def account_subject(key: str) -> Subject:
    """Tries for one user name, whether or not it has an account."""
    return Subject(_digest("account", key), ACCOUNT)


def device_subject(mark: str) -> Subject:
    """Tries on a device that knows the account."""
    return Subject(_digest("device", mark), ACCOUNT)


def address_subject(address: str) -> Subject:
    """Tries from one address."""
    return Subject(_digest("address", network_of(address)), ADDRESS)


def sign_up_subject(address: str) -> Subject:
    """Accounts made from one address."""
    return Subject(_digest("sign-up", network_of(address)), SIGN_UPS)


def network_of(address: str) -> str:
    """The network that one customer has: an IPv4 address, or 64 bits of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:  # a Unix socket has none
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or int(parsed) >> 64)
    return str(parsed)


class TryStore(Protocol):
    """Keeps failures. Every method may raise `StoreUnavailableError`."""

    async def begin_try(
        self, counted: Subject, watched: Sequence[Subject], *, now: datetime
    ) -> timedelta | None:
        """Count a failure of *counted* before it is one; None: the try may go on.

        Else how long to wait, and nothing is counted. That no two tries pass where one
        may is why it is counted at once. *watched* can forbid it too.
        """

    async def add_failure(self, subject: Subject, *, now: datetime) -> None:
        """Count a failure."""

    async def undo_try(self, subject: Subject) -> None:
        """Take back one `begin_try` of *subject*: the password was not looked at."""

    async def forget_failures(self, subject: Subject) -> None:
        """Start anew: the password was the right one."""


def _digest(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()[:32]
