"""Gates held at a value: of any units, from step to step, in any direction of any layer."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array, as_number, as_real, as_size

NAMES = ("layer", "direction", "gate", "units", "from", "to", "value")


def clamps_of(
    holds: Sequence[Mapping[str, Any]], name: str, direction: str, cell: Any, steps: int
) -> dict[str, Array]:
    """What `cell.forward` takes as its clamp, (steps, 1, H) by gate in the order of reading, of the
    rows that are for this layer and direction; of two on one place the later counts.

    Raises ValueError for a gate, unit, step or value that is not of this cell.
    """
    clamps: dict[str, Array] = {}
    size = getattr(cell, "cell_size", cell.hidden_size)
    for k, row in enumerate(holds):
        if (row["layer"], row["direction"]) != (name, direction):
            continue
        gate = row["gate"]
        if gate not in tuple(cell.gates):
            has = f"the gates {', '.join(cell.gates)}" if cell.gates else "no gates"
            raise ValueError(f"holds[{k}] names the gate {gate!r}, but {name} has {has}")
        value = as_number(f"the value of holds[{k}]", row["value"])
        if gate != cell.candidate and not 0 <= value <= 1:
            raise ValueError(f"the value of holds[{k}] must lie in 0 … 1, got {value:g}")
        if row["to"] > steps:
            raise ValueError(f"holds[{k}] goes to step {row['to']}, but {name} has {steps} steps")
        units = range(size) if row["units"] is None else row["units"]
        if outside := [unit for unit in units if unit >= size]:
            raise ValueError(f"holds[{k}] names unit {outside[0]}, but {name} has {size} units")
        held = clamps.setdefault(gate, np.full((steps, 1, size), np.nan))
        span = slice(row["from"], row["to"])
        (held[::-1] if direction == "back" else held)[span, :, list(units)] = value
    return clamps


def checked(holds: Any, layers: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], ...]:
    """The rows of `holds`, copied; `layers` has the directions of each layer by its name.

    Raises TypeError for what is no list of dicts, and ValueError for a row that names what is not
    there or no step.
    """
    if isinstance(holds, str | Mapping) or not isinstance(holds, Sequence):
        raise TypeError(f"holds must be a list of dicts, got {type(holds).__name__}")
    return tuple(_checked(f"holds[{k}]", row, layers) for k, row in enumerate(holds))


def _checked(name: str, row: Any, layers: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise TypeError(f"{name} must be a dict with {', '.join(NAMES)}, got {row!r}")
    if odd := set(row) - set(NAMES):
        raise ValueError(f"{name} has {sorted(map(str, odd))}, and may have {', '.join(NAMES)}")
    if missing := [key for key in ("layer", "gate", "from", "to", "value") if key not in row]:
        raise ValueError(f"{name} must say {', '.join(missing)}")
    if row["layer"] not in layers:
        raise ValueError(
            f"{name} names the layer {row['layer']!r}, but these were run: {', '.join(layers)}"
        )
    ways = layers[row["layer"]]
    direction = row.get("direction", ways[0])
    if direction not in ways:
        raise ValueError(
            f"{name} names the direction {direction!r}, but {row['layer']} has {' and '.join(ways)}"
        )
    start = as_size(f"from of {name}", row["from"], 0)
    stop = as_size(f"to of {name}", row["to"], 0)
    if stop <= start:
        raise ValueError(f"{name} must end after it begins, got from {start} to {stop}")
    units = row.get("units")
    if units is not None:
        if as_real(f"units of {name}", units).ndim != 1 or not len(units):
            raise ValueError(f"units of {name} must be a list of units, or None for all")
        units = [as_size(f"units of {name}", unit, 0) for unit in units]
    return {
        "layer": row["layer"],
        "direction": direction,
        "gate": row["gate"],
        "units": units,
        "from": start,
        "to": stop,
        "value": row["value"],
    }
