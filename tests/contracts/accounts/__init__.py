"""What every account store promises."""

from tests.contracts.accounts.moving import MovingPromises
from tests.contracts.accounts.people import PeoplePromises
from tests.contracts.accounts.resets import ResetPromises
from tests.contracts.accounts.sign_ins import SignInPromises
from tests.contracts.accounts.tries import TryPromises


class AccountStoreContract(
    PeoplePromises, SignInPromises, ResetPromises, TryPromises, MovingPromises
):
    """A subclass supplies two fixtures.

    `store` is open and empty; `reopened` makes another store of the same place, which
    `async with` opens.
    """
