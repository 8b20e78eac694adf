"""Owns the security headers that every response carries."""

from collections.abc import Mapping
from types import MappingProxyType

# Nothing comes from elsewhere and nothing runs but our one script file; a page that
# needs more says so here.
_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        # For browsers that do not know frame-ancestors.
        "X-Frame-Options": "DENY",
        # Not no-referrer: with it browsers send "Origin: null" with our own forms.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }
)

_ONE_YEAR = "max-age=31536000"
STRICT_TRANSPORT_SECURITY: Mapping[str, str | None] = MappingProxyType(
    {
        "host": _ONE_YEAR,
        "subdomains": f"{_ONE_YEAR}; includeSubDomains",
        "off": None,  # for a proxy that says it itself
    }
)


def hsts(text: str) -> str:
    """Read how far https is asked for: one of `STRICT_TRANSPORT_SECURITY`."""
    word = text.strip().lower()
    if word not in STRICT_TRANSPORT_SECURITY:
        raise ValueError(f"want one of {', '.join(STRICT_TRANSPORT_SECURITY)}")
    return word


def security_headers(*, https: bool, hsts: str) -> dict[str, str]:
    """The headers for one response.

    Strict-Transport-Security is only there under https: over plain http a browser
    must ignore it (RFC 6797 §7.2).
    """
    headers = dict(HEADERS)
    asked = STRICT_TRANSPORT_SECURITY[hsts] if https else None
    if asked is not None:
        headers["Strict-Transport-Security"] = asked
    return headers
