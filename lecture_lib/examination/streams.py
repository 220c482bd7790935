"""What h becomes where a stream loses its state, and where weights are rounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lecture_lib.cells._checks import Array
from lecture_lib.examination.running import Given, Pass, Ran, run
from lecture_lib.examination.words import CONSTANTS
from lecture_lib.quantise import rounded_cell


@dataclass(frozen=True)
class Moved:
    """How far h lies from the h that is shown: the most, and at which step and unit; the share of
    h's whole range that this is; and the first step at which the two differ, or None.

    >>> moved(np.array([[0.0], [1.0]]), np.array([[0.0], [1.5]]))
    Moved(most=0.5, step=1, unit=0, share=0.5, first=1)
    """

    most: float
    step: int
    unit: int
    share: float
    first: int | None


@dataclass(frozen=True)
class WarmUp:
    """After how many steps, of `left` up to the end, a run from zeros agrees with the run that was
    handed its state, and how far they are apart at the end, as a share of h's range.

    >>> from lecture_lib import GRU
    >>> from lecture_lib.interchange import open_network, to_onnx
    >>> exam = open_network(to_onnx(GRU(2, 3, seed=0))).examine(np.ones((20, 2)))
    >>> warm = exam.layers[0].warm_up
    >>> warm.steps, warm.left, warm.apart < 0.01
    (7, 10, True)
    """

    steps: int
    left: int
    apart: float


def moved(h: Array, other: Array) -> Moved:
    """What lies between two h, (L, H), as a `Moved`.

    >>> moved(np.array([[0.0], [1.0]]), np.array([[0.0], [1.5]]))
    Moved(most=0.5, step=1, unit=0, share=0.5, first=1)
    """
    apart = np.abs(h - other)
    step, unit = np.unravel_index(apart.argmax(), apart.shape)
    most, size = float(apart[step, unit]), float(np.ptp(h))
    differ = np.flatnonzero(apart.max(axis=1))
    first = int(differ[0]) if len(differ) else None
    return Moved(most, int(step), int(unit), most / size if size else 0.0, first)


def warm_up(ran: Mapping[str, Ran]) -> dict[str, WarmUp]:
    """By the name of a layer, what a run from zeros in the middle of the input makes of its h.

    The two agree from the step on after which no unit's h differs by 1 % of the range of all h.
    Layers that read from the end, or above such, do not run in a stream and are left out; so are an
    input below 4 steps, and an h that never changes.
    """
    lost: dict[str, Array] = {}
    found = {}
    for name, layer in ran.items():
        T, one = len(layer.x), layer.passes[0]
        L, mid, h = len(one.x), T // 2, layer.h
        streams = layer.reads not in ran or layer.reads in lost
        if len(layer.passes) > 1 or one.direction == "back" or not streams or mid >= L or T < 4:
            continue
        x = lost.get(layer.reads, layer.x)
        again = one.cell.forward(x[mid:L, None], None, _clamps(one, mid) or None).h[:, 0]
        lost[name] = np.vstack([h[:mid], again, np.repeat(again[-1:], T - L, axis=0)])
        size = np.ptp(h[:L])
        if not size:
            continue
        apart = np.abs(again - h[mid:L]).max(axis=1) / size
        steps = np.flatnonzero(apart >= CONSTANTS["agreement"])
        last = int(steps[-1]) + 1 if len(steps) else 0
        found[name] = WarmUp(last, L - mid, float(apart[-1]))
    return found


def in_bits(network: Any, given: Given, ran: Mapping[str, Ran]) -> dict[tuple[str, str], Moved]:
    """How far h lies from that of the network whose weights are rounded to 8 bits, each row by
    itself, by the layer's name and direction; the first states and the holds are the same."""
    other, _ = run(network, given, lambda cell: rounded_cell(cell, CONSTANTS["bits"], "row"))
    return compared(ran, other)


def compared(ran: Mapping[str, Ran], other: Mapping[str, Ran]) -> dict[tuple[str, str], Moved]:
    """What lies between the h of two runs, by the layer's name and direction, in x's order."""
    return {
        (name, one.direction): moved(one.shown(one.of("h")), twin.shown(twin.of("h")))
        for name, layer in ran.items()
        for one, twin in zip(layer.passes, other[name].passes, strict=True)
    }


def _clamps(one: Pass, start: int) -> dict[str, Array]:
    return {
        gate: np.where(held, one.of(gate), np.nan)[start:, None] for gate, held in one.held.items()
    }
