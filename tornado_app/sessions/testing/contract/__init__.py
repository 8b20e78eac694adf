"""Every promise of `SessionStore`, as tests."""

from .clocks import ClockPromises
from .creating import CreatePromises
from .ending import EndPromises
from .finding import FindPromises
from .flashes import FlashPromises
from .identity import RenewalPromises, SignInPromises
from .recalling import RecallPromises
from .refusing import RefusalPromises
from .sizes import SizePromises
from .together import TogetherPromises
from .values import ValuePromises
from .walking import WalkPromises
from .whole import WholePromises


class StoreContract(
    FindPromises,
    CreatePromises,
    ValuePromises,
    WholePromises,
    FlashPromises,
    SizePromises,
    ClockPromises,
    RenewalPromises,
    SignInPromises,
    RefusalPromises,
    EndPromises,
    RecallPromises,
    WalkPromises,
    TogetherPromises,
):
    """What every store promises; a subclass only supplies the `store` fixture.

    It yields a store that is open and empty.
    """
