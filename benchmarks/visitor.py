"""What every compared server keeps of a visitor."""

import json
import secrets
from pathlib import Path
from typing import Any

_SAME: dict[str, Any] = json.loads(
    (Path(__file__).parent / "visitor.json").read_text(encoding="utf-8")
)
NAME: str = _SAME["name"]
GREETING = f"Hello, {NAME}"
_TOKEN_BYTES = 8


def new_data() -> dict[str, Any]:
    """Return about 300 bytes as JSON, no two visitors' the same."""
    return _SAME | {"token": secrets.token_hex(_TOKEN_BYTES)}
