"""Which gates stand still, which units never change, and which nothing hears."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lecture_lib.cells import GRU, RNN
from lecture_lib.cells._checks import Array
from lecture_lib.examination.running import Pass, Ran
from lecture_lib.examination.words import CONSTANTS


def health(ran: Mapping[str, Ran], name: str, one: Pass) -> dict[str, Array]:
    """Arrays (H,) by name, for one direction of the layer `name` of a run.

    - shut_f, through_f and so on, of each gate with a σ: the share of steps at which it lies below
      .05 or above .95
    - range_h, range_c: the largest value less the smallest
    - heard: the most by which the unit moves what another unit's σ or tanh is taken of: range_h
      times the largest weight on it, in this layer and in those that read it
    - dead: True where h and c move by less than .001
    - silent: True where they move by more, but h by less, or, where a layer of the network reads
      this one, `heard` is below .01; what reads the last layer is not known
    - beyond: the share of steps at which |c| > 3 (|h| > tanh 3 in an RNN), where tanh is flat

    The numbers are those of `findings.json`.
    """
    found: dict[str, Array] = {}
    for gate in one.gates.replace(one.cell.candidate or " ", ""):
        found[f"shut_{gate}"] = (one.of(gate) < CONSTANTS["shut"]).mean(axis=0)
        found[f"through_{gate}"] = (one.of(gate) > CONSTANTS["through"]).mean(axis=0)
    h = one.of("h")
    found["range_h"] = moved = np.ptp(h, axis=0)
    if one.state == "c":
        found["range_c"] = np.ptp(one.of("c"), axis=0)
        if found["range_c"].shape == moved.shape:  # a projection has other units in h
            moved = np.maximum(moved, found["range_c"])
    readers = [other for other in ran.values() if other.reads == name]
    found["heard"] = _heard(ran[name], one, readers)
    still = CONSTANTS["still"]
    unheard = found["range_h"] < still
    if readers:
        unheard |= found["heard"] < CONSTANTS["heard"]
    found["dead"] = moved < still
    found["silent"] = ~found["dead"] & unheard
    bound = flat_from(one)
    if bound is not None:
        found["beyond"] = (np.abs(one.of(one.state)) > bound).mean(axis=0)
    return found


def flat_from(one: Pass) -> float | None:
    """Beyond which size of its state tanh is flat: of c where it is shown through tanh, of an RNN's
    h where that is a tanh; None where there is no such thing."""
    shown = getattr(one.cell, "activations", {}).get("c")
    if one.state == "c":
        return CONSTANTS["flat"] if shown is None or str(shown) == "tanh" else None
    plain = isinstance(one.cell, RNN) and str(getattr(one.cell, "activation", "tanh")) == "tanh"
    return float(np.tanh(CONSTANTS["flat"])) if plain else None


def _heard(ran: Ran, one: Pass, readers: list[Ran]) -> Array:
    """The most by which each unit moves a pre-activation of another unit, or of a layer above."""
    H, cell = one.cell.hidden_size, one.cell
    weights = np.abs(cell.weight_hh).reshape(-1, getattr(cell, "cell_size", H), H)
    if weights.shape[1] == H:
        weights[:, np.arange(H), np.arange(H)] = 0  # a unit is no other one
    moved = np.ptp(one.of("h"), axis=0)
    by_block = np.broadcast_to(moved, (len(weights), H)).copy()
    if isinstance(cell, GRU) and cell.reset == "before":
        h0 = np.zeros((1, H)) if one.first is None else one.first
        by_block[2] = np.ptp(one.of("r") * np.vstack([h0, one.of("h")[:-1]]), axis=0)
    heard = (weights.max(axis=1) * by_block).max(axis=0)
    for reader in readers:
        for above in reader.passes:
            loudest = np.abs(above.cell.weight_ih[:, ran.columns(one)]).max(axis=0)
            heard = np.maximum(heard, loudest * moved)
    return heard


def standing(health: Mapping[str, Array]) -> dict[str, Any]:
    """How many units' gates stand still nearly always, by "shut_f" and so on, and all values'
    share below .05 or above .95."""
    shares = {name: of for name, of in health.items() if name.startswith(("shut_", "through_"))}
    counts = {name: int((of >= CONSTANTS["nearly_always"]).sum()) for name, of in shares.items()}
    saturated = float(sum(of.mean() for of in shares.values()) / max(1, len(shares) / 2))
    pairs = sum(len(of) for of in shares.values()) // 2
    return {"counts": counts, "saturated": saturated, "pairs": pairs}
