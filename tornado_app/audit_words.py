"""How the audit log writes addresses, and what its options may say."""

from ipaddress import IPv6Address, ip_address, ip_network

ADDRESSES = ("short", "full")

_IPV4_BITS = 24
_IPV6_BITS = 48  # what one customer gets at most (RFC 6177)


def addresses(text: str) -> str:
    """Read how addresses are written: one of `ADDRESSES`."""
    word = text.strip().lower()
    if word not in ADDRESSES:
        raise ValueError(f"want one of {', '.join(ADDRESSES)}")
    return word


def shortened(address: str) -> str:
    """The network of *address*: it tells neighbours apart, and not households."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:  # a Unix socket has none
        return ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    bits = _IPV6_BITS if parsed.version == 6 else _IPV4_BITS
    return str(ip_network((parsed, bits), strict=False))
