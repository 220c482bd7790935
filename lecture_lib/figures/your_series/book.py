"""The book's own series that the figure begins with."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lecture_lib.experiments import your_series
from lecture_lib.tasks import series

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WORDS = {
    "sunspots": "sunspots, yearly",
    "elnino": "sea off Peru, monthly",
    "co2": "CO₂, monthly",
    "walk": "near random walk",
    "nile": "flow of the Nile, yearly",
    "map": "a law that bends",
}
UNITS = {"sunspots": "sunspots", "elnino": "°C", "co2": "ppm", "walk": ""}
UNITS |= {"nile": "10⁸ m³", "map": ""}
RECORDED = {"elnino": 12, "nile": 1}  # beside this file, with so many steps a year


@cache
def _loaded(name: str) -> tuple[np.ndarray, float, int]:
    if name in RECORDED:
        found = json.loads(Path(__file__).with_name(f"{name}.json").read_text(encoding="utf-8"))
        return np.array(found["values"], dtype=float), found["start"], RECORDED[name]
    if name == "map":
        return your_series.fetch("map")[0], 1.0, 1
    data = series.load(name)
    return data.values, data.start, data.steps_a_year


def load(name: str) -> np.ndarray:
    """The values (T,) of a series: of "elnino" monthly means of the sea surface in the region Niño
    1+2, 1950–2010, and of "nile" the flow at Aswan, 1871–1970, as statsmodels ships them; of "map"
    that of `lecture_lib.experiments.your_series`; the others are those of `lecture_lib.tasks`.

    Raises ValueError for another name.
    """
    if name not in WORDS:
        raise ValueError(f"name must be one of {', '.join(map(repr, WORDS))}, got {name!r}")
    return _loaded(name)[0].copy()


def as_data(name: str) -> dict[str, Any]:
    """The series for the page; the time of its first value in steps, and how they are named."""
    values, start, steps_a_year = _loaded(name)
    return {
        "words": WORDS[name],
        "unit": UNITS[name],
        "values": values.tolist(),
        "first": round(start * steps_a_year),
        "stepsAYear": 0 if name in ("walk", "map") else steps_a_year,
    }
