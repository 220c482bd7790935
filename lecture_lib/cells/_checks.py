"""Checks on what a cell is given: each error names the argument, what came and what was wanted."""

from collections.abc import Mapping

import numpy as np


def as_array(name, value, dtype, shape, axes):
    """`value` as a finite array of `dtype` and `shape`, where -1 stands for any length ≥ 1."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be an array {axes}, got nested lists of uneven length"
        ) from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    fits = array.ndim == len(shape) and all(
        got == want or (want == -1 and got > 0)
        for got, want in zip(array.shape, shape, strict=True)
    )
    if not fits:
        wanted = ", ".join("any ≥ 1" if want == -1 else str(want) for want in shape)
        raise ValueError(f"{name} must have shape {axes} = ({wanted}), got {array.shape}")
    with np.errstate(over="ignore"):
        array = array.astype(dtype, copy=False)
    if not np.isfinite(array).all():
        where = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite in {dtype}, got {array[where]} at index {where}")
    return array


def as_sequence(x, input_size, dtype):
    """`x` as a time-major sequence (T, N, D)."""
    return as_array("x", x, dtype, (-1, -1, input_size), "(T, N, D)")


def as_state(name, value, shape, dtype):
    """An initial state as (N, H): zeros for None."""
    if value is None:
        return np.zeros(shape, dtype)
    return as_array(name, value, dtype, shape, "(N, H)")


def as_ended(lengths, steps, batch):
    """Which sequences of a padded batch are over at each step, as (T, N) of bool; None for None."""
    if lengths is None:
        return None
    lengths = np.asarray(lengths)
    if lengths.dtype.kind not in "iu":
        raise TypeError(f"lengths must be whole numbers, got dtype {lengths.dtype}")
    if lengths.shape != (batch,):
        raise ValueError(f"lengths must have shape (N,) = ({batch},), got {lengths.shape}")
    if lengths.min() < 1 or lengths.max() > steps:
        raise ValueError(f"lengths must lie in 1 … T = {steps}, got {lengths.tolist()}")
    return np.arange(steps)[:, None] >= lengths


def as_clamps(clamp, gates, candidate, shape, dtype):
    """`{gate: (held, value)}`, each (T, H, N): where the gate is held, and at what.

    A gate lies in [0, 1], the candidate at any finite value; nan leaves a gate alone.
    """
    if clamp is None:
        return {}
    if not isinstance(clamp, Mapping):
        raise TypeError(f"clamp must be a dict of gate: value, got {type(clamp).__name__}")
    clamps = {}
    for gate, value in clamp.items():
        if gate not in gates:
            has = ", ".join(gates) if gates else "none"
            raise ValueError(f"clamp names {gate!r}, but the gates of this cell are: {has}")
        value = np.asarray(value)
        if value.dtype.kind not in "fiub":
            raise TypeError(f"clamp[{gate!r}] must hold real numbers, got dtype {value.dtype}")
        value = value.astype(dtype)
        held = ~np.isnan(value)
        low, high = (-np.inf, np.inf) if gate == candidate else (0, 1)
        bad = np.isinf(value) | (held & ((value < low) | (value > high)))
        if bad.any():
            wanted = "finite" if gate == candidate else "in [0, 1]"
            raise ValueError(f"clamp[{gate!r}] must be {wanted} (or nan), got {value[bad].flat[0]}")
        try:
            pair = np.broadcast_to(held, shape), np.broadcast_to(value, shape)
        except ValueError:
            raise ValueError(
                f"clamp[{gate!r}] must broadcast to (T, N, H) = {shape}, got {value.shape}"
            ) from None
        clamps[gate] = tuple(array.transpose(0, 2, 1) for array in pair)
    return clamps
