"""What learners read: sentences of a language's files, with the numbers of a run put in."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).parent / "texts"
LANGUAGE = "en"


@cache
def wording(name: str) -> dict[str, Any]:
    """The sentences of one file of the language, such as ``questions``."""
    return tomllib.loads((TEXTS / LANGUAGE / f"{name}.toml").read_text(encoding="utf-8"))
