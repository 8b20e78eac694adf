"""What of a request's path may stand in a log."""

import re
from urllib.parse import quote, unquote

# Links are pasted with what stood around them, so anywhere and in any spelling.
_RESET = re.compile(r"(?is)\breset[/\\]+(?=.)")
_LETTER = "(?:[A-Za-z0-9_-]|%[0-9A-Fa-f]{2})"
# 43 letters of base64url hold 256 bits: a reset link's token, or more, as a session id.
_SECRET = re.compile(rf"{_LETTER}{{43,}}")

_AS_IT_IS = "/:\\!$&'()*+,;=@[]"


def loggable_path(path: str) -> str:
    """*path* without the token of a link that opens an account.

    It is known by the place behind ``reset/``, however that is written, and by how
    it looks.
    """
    plain = unquote(path, "latin-1")
    found = _RESET.search(plain)
    if found is None:
        return _SECRET.sub("...", path)
    begin = plain[: found.end()]
    return f"{_SECRET.sub('...', quote(begin, _AS_IT_IS, 'latin-1'))}..."
