"""Owns the security headers that every response carries."""

from collections.abc import Mapping
from types import MappingProxyType

# No script runs and nothing comes from elsewhere; a page that needs more says so here.
_CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
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

# Without includeSubDomains: what else lives under this host is not ours to decide.
_STRICT_TRANSPORT_SECURITY = "max-age=31536000"


def security_headers(*, https: bool) -> dict[str, str]:
    """The headers for one response.

    Strict-Transport-Security is only there under https: over plain http a browser
    must ignore it (RFC 6797 §7.2).
    """
    headers = dict(HEADERS)
    if https:
        headers["Strict-Transport-Security"] = _STRICT_TRANSPORT_SECURITY
    return headers
