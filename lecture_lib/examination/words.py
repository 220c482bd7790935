"""Words, thresholds and links of the findings, from findings.json, which the page's module reads
too, and how a sentence takes its numbers.

A place in a sentence is `{name}`, a text, or `{name|form}`, where form is

    count     a whole number: 1,234
    units     1 unit, 12 units; likewise steps
    number    three digits: 12.3, 0.0123, 1.2e-05; from 1,000 on a whole number; ∞
    percent   of a share: 12 %; "less than 1 %" and "more than 99 %" where that is not all
    place     the number of a unit or step, with the step's name if it has one: 4 ("Mary")
    places    those of several units, the first few: 0, 3 and 5

Places are counted from 0, as in arrays, or from `start`, as readers of a page count.
"""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DEFINED = json.loads((Path(__file__).parent / "findings.json").read_text(encoding="utf-8"))
CONSTANTS: dict[str, Any] = DEFINED["constants"]
WORDS: dict[str, str] = DEFINED["words"]
FINDINGS: dict[str, dict[str, Any]] = DEFINED["findings"]


def filled(template: str, places: Mapping[str, Any], start: int = 0) -> str:
    """`template` with its places filled in; units and steps are counted from `start`.

    >>> filled("{gate} keeps for {count|steps}", {"gate": "f", "count": 1})
    'f keeps for 1 step'
    >>> filled("{list|places}; {step|place}", {"list": [0, 2], "step": (3, "Mary")}, start=1)
    '1, 3; 4 ("Mary")'
    """

    def one(found: re.Match[str]) -> str:
        value, form = places[found[1]], found[2]
        if form == "place":
            number, name = value if isinstance(value, tuple) else (value, None)
            return str(number + start) if name is None else f'{number + start} ("{name}")'
        if form == "places":
            return listed([unit + start for unit in value])
        return str(FORMS[form](value)) if form else str(value)

    return re.sub(r"\{(\w+)(?:\|(\w+))?\}", one, template)


def number(value: float) -> str:
    """Three digits of a number.

    >>> [number(v) for v in (0, 12.345, 0.0123456, 999.6, 1234.5, 1.234e-5, -2.5, math.inf, 1e30)]
    ['0', '12.3', '0.0123', '1,000', '1,234', '1.2e-05', '-2.5', '∞', '1e+30']
    """
    size = abs(value)
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if size >= 1e6 or 0 < size < 0.001:
        return re.sub(r"\.?0*e", "e", f"{value:.1e}")
    if float(f"{size:.3g}") >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def count(value: int) -> str:
    """A whole number, thousands apart.

    >>> count(12345)
    '12,345'
    """
    return f"{value:,}"


def percent(share: float) -> str:
    """A share in whole per cent.

    >>> [percent(v) for v in (0, 0.001, 0.126, 0.999, 1)]
    ['0 %', 'less than 1 %', '13 %', 'more than 99 %', '100 %']
    """
    if 0 < share < 0.01:
        return "less than 1 %"
    if 0.99 < share < 1:
        return "more than 99 %"
    return f"{100 * share:.0f} %"


def listed(units: Any) -> str:
    """The numbers of units, the first few by name.

    >>> listed([3]), listed(range(11))
    ('3', '0, 1, 2, 3, 4, 5, 6, 7 and 3 others')
    """
    units = [int(unit) for unit in units]
    named = ", ".join(map(str, units[: CONSTANTS["listed"]]))
    more = len(units) - CONSTANTS["listed"]
    return named if more <= 0 else f"{named} and {more} other{'s' if more > 1 else ''}"


def _counted(thing: str) -> Any:
    return lambda value: f"{count(value)} {thing}{'' if value == 1 else 's'}"


FORMS: dict[str, Any] = {
    "count": count,
    "units": _counted("unit"),
    "steps": _counted("step"),
    "number": number,
    "percent": percent,
}
