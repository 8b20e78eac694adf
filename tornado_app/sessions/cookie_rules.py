"""What the cookie of a policy may look like."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .policy import SessionPolicy

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2, token
_TEXT = re.compile(r"[\x21-\x3a\x3c-\x7e]+")  # RFC 6265 §4.1.1, no semicolon
_DOMAIN = re.compile(r"\.?[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*")


def check_cookie(policy: "SessionPolicy") -> None:
    """Refuse a cookie that browsers would; raises ValueError."""
    if not _NAME.fullmatch(policy.cookie_name):
        raise ValueError(f"want cookie_name as one token, got {policy.cookie_name!r}")
    if policy.cookie_name.lower().startswith(("__host-", "__secure-")):
        raise ValueError("want cookie_name without its prefix: it is put on by itself")
    for name in ("cookie_path", "cookie_domain"):
        text = getattr(policy, name)
        if text is not None and not _TEXT.fullmatch(text):
            raise ValueError(f"want {name} without blanks and ';', got {text!r}")
    domain = policy.cookie_domain
    if domain is not None and not _DOMAIN.fullmatch(domain):
        raise ValueError(f"want cookie_domain such as example.org, got {domain!r}")
    if not policy.cookie_path.startswith("/"):
        raise ValueError(f"want cookie_path from '/', got {policy.cookie_path!r}")
    if policy.cookie_secure not in (True, False, "auto"):
        raise ValueError(
            f'want cookie_secure True, False or "auto", got {policy.cookie_secure!r}'
        )
    if policy.cookie_samesite not in ("Lax", "Strict", "None"):
        raise ValueError(
            "want cookie_samesite Lax, Strict or None (as text),"
            f" got {policy.cookie_samesite!r}"
        )
    if policy.cookie_secure is not True and (
        policy.cookie_samesite == "None" or policy.cookie_partitioned
    ):
        raise ValueError(
            "SameSite=None and Partitioned want cookie_secure=True:"
            " browsers refuse such a cookie otherwise"
        )
