"""Backpropagation through time of an `LSTMVariant`."""

from typing import Any

import numpy as np

from lecture_lib.cells._cell import check_gradients_of
from lecture_lib.cells._checks import Array, Clamps, no_false_alarm
from lecture_lib.cells.lstm import LSTMTrace
from lecture_lib.cells.variants.activations import slope_through
from lecture_lib.cells.variants.normalisation import through_norm


def by_gate(cell: Any, weights: dict[str, Array]) -> dict[str, Array]:
    """The peepholes of a cell by the letter of their gate; none where there are none."""
    if not cell.peephole:
        return {}
    return dict(zip(cell.gates.replace("g", ""), weights["peepholes"], strict=True))


@no_false_alarm()
def backpropagate(cell: Any, trace: LSTMTrace, dh: Array, dc: Array) -> dict[str, Array]:
    """The gradients of a run, by name; what `LSTMVariant.backward` says of dh and dc holds."""
    weights, pre, ended, _, normed, scales = trace._kept
    (T, N, width), rows = trace.h.shape, cell.rows
    shown = cell.activations["c"](trace.c)
    # What ∂L/∂h_t is multiplied by on its way to ∂L/∂c_t, and ∂L/∂c_t, or for o ∂L/∂h_t, on its way
    # to each gate's pre-activation.
    h_to_c, slopes = trace.o * cell.activations["c"].slope(trace.c, shown), _slopes(cell, trace)
    peepholes = by_gate(cell, weights)
    delta = np.empty_like(pre)
    to_pre = delta if normed is None else np.empty_like(delta)
    dh_next, reached = np.zeros((N, width), cell.dtype), np.empty((T, N, width), cell.dtype)
    for t in reversed(range(T)):
        going = np.True_ if ended is None else ~ended[t, :, None]
        dh_all, dc_all, d = dh[t] + dh_next, dc, delta[t]
        reached[t] = dh_all * going
        dm = dh_all @ weights["weight_hr"] if cell.proj_size else dh_all
        if "o" in rows:
            d[:, rows["o"]] = dm * slopes["o"][t] * going
        dc = dc + dm * h_to_c[t]
        if "o" in peepholes:
            dc = dc + d[:, rows["o"]] * peepholes["o"]
        for letter in "ifg":
            if letter in rows:
                d[:, rows[letter]] = dc * slopes[letter][t] * going
        dc = dc * trace.f[t]
        for letter in "if":
            if letter in peepholes:
                dc = dc + d[:, rows[letter]] * peepholes[letter]
        if normed is not None:
            to_pre[t] = through_norm(d * weights["gain"], normed[t], scales[t])
        dh_next = to_pre[t] @ weights["weight_hh"]
        if ended is not None:
            dh_next, dc = dh_next + dh_all * ~going, np.where(going, dc, dc_all)

    h_prev, c_prev = before(trace.h0, trace.h), before(trace.c0, trace.c)
    gradients = {
        "weight_ih": products(to_pre, trace.x),
        "weight_hh": products(to_pre, h_prev),
        "bias": delta.sum(axis=(0, 1)),
        "x": to_pre @ weights["weight_ih"],
        "h0": dh_next,
        "c0": dc,
    }
    if peepholes:
        seen = {"i": c_prev, "f": c_prev, "o": trace.c}
        gradients["peepholes"] = np.stack(
            [(delta[..., rows[gate]] * seen[gate]).sum(axis=(0, 1)) for gate in peepholes]
        )
    if normed is not None:
        gradients["gain"] = (delta * normed).sum(axis=(0, 1))
    if cell.proj_size:
        gradients["weight_hr"] = products(reached, trace.o * shown)
    check_gradients_of(cell, *gradients.values())
    return gradients


def _slopes(cell: Any, trace: LSTMTrace) -> dict[str, Array]:
    """What the gradient by c_t, or for o by h_t, is multiplied by to reach each gate's rows."""
    _, pre, _, held, *_ = trace._kept
    c_prev = before(trace.c0, trace.c)
    reach = {
        "i": trace.g,
        "f": c_prev - trace.g if cell.coupled else c_prev,
        "g": trace.i,
        "o": cell.activations["c"](trace.c),
    }
    slopes = {}
    for letter, rows in cell.rows.items():
        slope = slope_through(
            cell.activations[letter], pre[..., rows], getattr(trace, letter), cell.clip
        )
        slopes[letter] = reach[letter] * slope
        if letter in held:
            slopes[letter][held[letter][0]] = 0
    return slopes


def before(first: Array, later: Array) -> Array:
    """A state as each step found it, (T, N, ·): the first, then what the steps left."""
    return np.concatenate([first[None], later[:-1]])


def products(delta: Array, seen: Array) -> Array:
    """Σ over steps and sequences of δ_t · seen_tᵀ."""
    return delta.reshape(-1, delta.shape[-1]).T @ seen.reshape(-1, seen.shape[-1])


def held_gates(clamps: Clamps) -> Clamps:
    """Clamps with the batch before the units, as the variants compute: (T, N, H)."""
    return {g: (a.transpose(0, 2, 1), b.transpose(0, 2, 1)) for g, (a, b) in clamps.items()}
