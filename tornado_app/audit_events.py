"""What the audit log can tell, in the words of OWASP's Logging Vocabulary Cheat Sheet.

Names, arguments and levels are OWASP's, so that an outsider's rules fit;
`docs/audit.md` lists them and says where we read a word in our own way.
"""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Wording:
    """How an event is written.

    Attributes:
        arguments: What stands behind the name's colon, by OWASP's names for it.
        what: What happened, as the line itself and the table in the docs say it.
    """

    level: str
    arguments: str
    what: str


class Event(Enum):
    """Every event, under its name in capitals."""

    AUTHN_LOGIN_SUCCESS = Wording(
        "INFO", "userid", "Somebody signed in, after signing up or once more too."
    )
    AUTHN_LOGIN_FAIL = Wording(
        "WARN", "name", "A user name and a password that do not match."
    )
    AUTHN_LOGIN_FAIL_MAX = Wording(
        "WARN", "name", "No password was looked at: too many failures before it."
    )
    AUTHN_PASSWORD_CHANGE = Wording("INFO", "userid", "A password was changed.")
    AUTHN_PASSWORD_CHANGE_FAIL = Wording(
        "CRITICAL", "userid", "A password was not changed: the old one was wrong."
    )
    AUTHN_TOKEN_CREATED = Wording(
        "INFO", "userid,entitlement", "The operator made a link to a new password."
    )
    AUTHN_TOKEN_REUSE = Wording(
        "CRITICAL",
        "",
        "A link to a new password that is used, too old, or not ours.",
    )
    AUTHZ_FAIL = Wording(
        "CRITICAL", "userid,resource", "Somebody asked for what is not theirs."
    )
    EXCESS_RATE_LIMIT_EXCEEDED = Wording(
        "WARN", "userid,what", "A request came too soon, or when too many others did."
    )
    INPUT_VALIDATION_FAIL = Wording(
        "WARN", "(fields),userid", "What was sent is not what our own pages send."
    )
    INPUT_VALIDATION_DISCRETE_FAIL = Wording(
        "WARN", "(fields),userid", "A value came that its list does not have."
    )
    MALICIOUS_CORS = Wording(
        "CRITICAL", "address", "A page of another site sent a form, and was refused."
    )
    SESSION_CREATED = Wording("INFO", "userid", "A session began to be stored.")
    SESSION_RENEWED = Wording("INFO", "userid", "A session has a new id.")
    SESSION_EXPIRED = Wording("INFO", "userid,reason", "Sessions ended.")
    SESSION_USE_AFTER_EXPIRE = Wording(
        "CRITICAL", "", "A cookie of ours came whose session is over."
    )
    SYS_STARTUP = Wording("WARN", "", "A process began to serve.")
    SYS_SHUTDOWN = Wording("WARN", "", "A process stopped.")
    SYS_MONITOR_ENABLED = Wording(
        "WARN", "userid,monitor", "The audit log can be written again; lines are lost."
    )
    USER_CREATED = Wording("WARN", "userid,newuserid", "Somebody signed up.")
    USER_DELETED = Wording("WARN", "userid,onuserid", "An account was deleted.")

    @property
    def label(self) -> str:
        """The event's name as OWASP writes it."""
        return self.name.lower()
