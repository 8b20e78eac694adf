"""What every compared server keeps of a visitor."""

import json
from pathlib import Path
from typing import Any

DATA: dict[str, Any] = json.loads(
    (Path(__file__).parent / "visitor.json").read_text(encoding="utf-8")
)
"""About 300 bytes as JSON."""

NAME: str = DATA["name"]
GREETING = f"Hello, {NAME}"
