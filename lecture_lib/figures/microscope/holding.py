"""Gates that are held: what a hold may be, and what of it there is in a network."""

from typing import Any

from lecture_lib.examination.words import CONSTANTS
from lecture_lib.figures import schema

MOST_UNITS, MOST_STEPS, MOST_LAYERS = CONSTANTS["max_units"], CONSTANTS["max_steps"], 64
GATES = {"LSTM": "figo", "GRU": "zrn", "RNN": ""}
CANDIDATES = "gn"
SIDES = {"forward": ["there"], "backward": ["back"], "both": ["there", "back"]}

HOLD = schema.record(
    layer=schema.whole(1, MOST_LAYERS),
    direction={"enum": ["there", "back"]},
    gate={"enum": sorted({*"".join(GATES.values())})},
    unit=schema.whole(0, MOST_UNITS),
    **{end: schema.whole(1, MOST_STEPS) for end in ("from", "to")},
    value=schema.number(-1, 1),
)


def checked(holds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`holds`: each ends no sooner than it begins, and is not negative but for a candidate.

    Raises ValueError for another.
    """
    for k, hold in enumerate(holds):
        if hold["from"] > hold["to"]:
            raise ValueError(f"holds[{k}] must not end before it begins, got {hold!r}")
        if hold["value"] < 0 and hold["gate"] not in CANDIDATES:
            raise ValueError(
                f"holds[{k}]['value'] must be in [0, 1] for {hold['gate']}, got {hold!r}"
            )
    return holds


def why_not(network: Any, steps: int, hold: dict[str, Any]) -> str:
    """Why a hold is of nothing that there is; "" where it is."""
    layers = network.layers
    if hold["layer"] > len(layers):
        return f"there is no layer {hold['layer']}"
    layer = layers[hold["layer"] - 1]
    if layer.cell is None or hold["direction"] not in SIDES[layer.direction]:
        return f"{layer.name} does not read {hold['direction']!r}"
    if hold["gate"] not in GATES[layer.kind]:
        return f"{layer.name} has no gate {hold['gate']}"
    if hold["unit"] > layer.hidden_size:
        return f"{layer.name} has no unit {hold['unit']}"
    return f"there is no step {hold['from']}" if hold["from"] > steps else ""


def asked(network: Any, steps: int, holds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The holds on what there is, as `examine` takes them."""
    return [
        {
            "layer": network.layers[hold["layer"] - 1].name,
            "units": [hold["unit"] - 1] if hold["unit"] else None,
            "from": hold["from"] - 1,
            "to": min(hold["to"], steps),
            **{name: hold[name] for name in ("direction", "gate", "value")},
        }
        for hold in holds
        if not why_not(network, steps, hold)
    ]
