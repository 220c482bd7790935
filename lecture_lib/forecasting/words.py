"""What Python and the page both say of a forecast: sentences, rules and constants, from words.json,
which the page's module reads too."""

import json
from pathlib import Path
from typing import Any

DEFINED = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
CONSTANTS: dict[str, dict[str, Any]] = DEFINED["constants"]


def worded(key: str, **places: Any) -> str:
    """The sentence `key` with its places, those of `str.format`, filled in.

    >>> worded("steps", horizon=12)
    '12 steps'
    """
    sentence: str = DEFINED["words"][key]
    return sentence.format(**places)
