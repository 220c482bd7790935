"""The GRU over a whole sequence, fused: two or three products a step, gradients by blocks."""

from typing import Any

import numpy as np

from lecture_lib.cells._cell import (
    blocks_from_the_end,
    check_gradients_of,
    check_state,
    columns,
    side_by_side,
    slope_of_negated_sigmoid,
    slope_of_tanh,
    step_rows,
    time_major,
)
from lecture_lib.cells._checks import Array, Clamps, no_false_alarm


def stacked(cell: Any) -> tuple[Array, Array, Any]:
    """The matrices of r and z, of n and (reset="after") of what is recalled of h_{t−1}.

    Those of r and z are negated: σ(a) = 1 / (1 + e^−a). They take [h_{t−1}; 1; x_t], n takes
    [1; x_t; r ⊙ h_{t−1}] or [1; x_t], and what is recalled takes [h_{t−1}; 1].
    """
    H, both = cell.hidden_size, cell._stacked()
    if cell.reset == "before":
        return -both[: 2 * H], np.roll(both[2 * H :], -H, axis=1), None
    recall = np.hstack([both[2 * H :, :H], cell.bias_hn[:, None]], dtype=cell.dtype)
    return -both[: 2 * H], both[2 * H :, H:].copy(), recall


@no_false_alarm()
def unroll(
    cell: Any, x: Array, h0: Array, clamps: Clamps, ended: Any, keep: bool
) -> tuple[dict[str, Array], tuple[Any, ...]]:
    """x, h, r, z and n, each (T, N, ·), and h0; and what `backpropagate` needs.

    Unless `keep`, only h is there to be read.
    """
    (T, N, _), H = x.shape, cell.hidden_size
    rz_weights, n_weights, recall_weights = stacked(cell)
    write, before = cell.update == "write", cell.reset == "before"
    width = rz_weights.shape[1]
    inputs = columns(h0, x, extra=H if before else 0)
    rows = step_rows(T, 3 * H if before else 4 * H, N, cell.dtype, keep)
    h, rz = inputs[:, :H], rows[:, : 2 * H]
    r, z, n = (rows[:, k * H : (k + 1) * H] for k in range(3))
    recall = inputs[:, width:] if before else rows[:, 3 * H :]
    held_rz = [({"r": r, "z": z}[k], *clamps[k]) for k in clamps if k != "n"]
    held_n = [(n, *clamps[k]) for k in clamps if k == "n"]
    step, one = np.empty((H, N), cell.dtype), np.ones((), cell.dtype)
    for t in range(T):
        inputs_t, rz_t, n_t, recall_t, h_prev = inputs[t], rz[t], n[t], recall[t], h[t]
        np.dot(rz_weights, inputs_t[:width], out=rz_t)
        np.exp(rz_t, out=rz_t)
        np.add(rz_t, one, out=rz_t)
        np.reciprocal(rz_t, out=rz_t)
        for gate, held, value in held_rz:
            np.copyto(gate[t], value[t], where=held[t])
        if before:
            np.multiply(r[t], h_prev, out=recall_t)
            np.dot(n_weights, inputs_t[H:], out=n_t)
        else:
            np.dot(recall_weights, inputs_t[: H + 1], out=recall_t)
            np.dot(n_weights, inputs_t[H:], out=n_t)
            np.multiply(r[t], recall_t, out=step)
            np.add(n_t, step, out=n_t)
        np.tanh(n_t, out=n_t)
        for gate, held, value in held_n:
            np.copyto(gate[t], value[t], where=held[t])
        np.subtract(n_t, h_prev, out=step)
        np.multiply(step, z[t] if write else 1 - z[t], out=step)
        np.add(h_prev, step, out=h[t + 1])
        if ended is not None:
            np.copyto(h[t + 1], h_prev, where=ended[t])
    check_state("h", h, clamps)
    if not keep:
        return {"h": time_major(h[1:])}, ()
    shown = {"x": inputs[:T, H + 1 : width], "h": h[1:], "r": r, "z": z, "n": n}
    arrays = {name: time_major(array) for name, array in shown.items()} | {"h0": h[0].T}
    kept = rz_weights, n_weights, recall_weights, inputs, rows, recall, clamps, ended, write, before
    return arrays, kept


@no_false_alarm()
def backpropagate(cell: Any, trace: Any, dh: Array) -> dict[str, Array]:
    """What `GRU.backward` returns, from a gradient of its shape."""
    rz_weights, n_weights, recall_weights, inputs, rows, recall, *rest = trace._kept
    clamps, ended, write, before = rest
    (T, N, H), D = trace.h.shape, cell.input_size
    d_h = time_major(dh)

    to_x = np.vstack([rz_weights[:, H + 1 :], n_weights[:, 1 : 1 + D]]).T.copy()
    if before:
        to_h, to_recall = rz_weights[:, :H].T.copy(), n_weights[:, 1 + D :].T.copy()
    else:
        to_h = np.vstack([recall_weights[:, :H], rz_weights[:, :H]]).T.copy()
        d_recall_weights = np.zeros_like(recall_weights)
    d_rz_weights, d_n_weights = np.zeros_like(rz_weights), np.zeros_like(n_weights)
    dx = np.empty((T, N, D), cell.dtype)
    dh_t, carried = np.empty((H, N), cell.dtype), np.zeros((H, N), cell.dtype)
    share = np.empty((H, N), cell.dtype)
    buffers = blocks_from_the_end(T, N, cell.dtype, 3 * H if before else 4 * H, H, H)
    for block, delta, stays, dh_block in buffers:
        dh_block[...] = d_h[block]
        given = inputs[block, :H], rows[block], recall[block]
        _slopes(given, {k: held[block] for k, (held, _) in clamps.items()}, write, delta, stays)
        if ended is not None:
            delta *= ~ended[block, None]
        r, d_r, d_n = rows[block, :H], delta[:, -3 * H : -2 * H], delta[:, -H:]
        d_all = delta.reshape(len(delta), -1, H, N)
        d_zn = d_all[:, -2:]
        for t in reversed(range(len(delta))):
            np.add(dh_block[t], carried, out=dh_t)
            if before:
                np.multiply(d_zn[t], dh_t, out=d_zn[t])
                np.dot(to_recall, d_n[t], out=share)
                np.multiply(d_r[t], share, out=d_r[t])
                np.dot(to_h, delta[t, : 2 * H], out=carried)
                np.multiply(share, r[t], out=share)
                np.add(carried, share, out=carried)
            else:
                np.multiply(d_all[t], dh_t, out=d_all[t])
                np.dot(to_h, delta[t, : 3 * H], out=carried)
            np.multiply(dh_t, stays[t], out=share)
            np.add(carried, share, out=carried)
            if ended is not None:
                np.copyto(carried, dh_t, where=ended[block][t])
        delta, seen = side_by_side(delta), side_by_side(inputs[block])
        d_rz_weights += delta[-3 * H : -H] @ seen[: H + 1 + D].T
        d_n_weights += delta[-H:] @ seen[H:].T
        if not before:
            d_recall_weights += delta[:H] @ seen[: H + 1].T
        dx[block] = (to_x @ delta[-3 * H :]).reshape(D, -1, N).transpose(1, 2, 0)
    if before:
        d_n_weights, d_bias_hn = np.roll(d_n_weights, H, axis=1), {}
    else:
        d_n_weights = np.hstack([d_recall_weights[:, :H], d_n_weights])
        d_bias_hn = {"bias_hn": d_recall_weights[:, H].copy()}
    d_weights = np.vstack([-d_rz_weights, d_n_weights])
    check_gradients_of(cell, d_weights, dx, carried)
    return {**cell._unstacked(d_weights), **d_bias_hn, "x": dx, "h0": carried.T.copy()}


def _slopes(
    given: tuple[Array, Array, Array],
    held: dict[str, Array],
    write: bool,
    delta: Array,
    stays: Array,
) -> None:
    """Into `delta` each gate's slope, times what it multiplies in its equation; 1 − w into `stays`.

    The rows of `delta` are those of r, z, n and, above them where reset="after", of what is
    recalled. `given` is what a block of steps started from: h, the gates, and what was recalled.
    """
    (h, rows, recall), H = given, stays.shape[1]
    r, z, n = (rows[:, k * H : (k + 1) * H] for k in range(3))
    d_recall, (d_r, d_z, d_n) = delta[:, : -3 * H], np.split(delta[:, -3 * H :], 3, axis=1)
    after = bool(d_recall.size)
    slope_of_negated_sigmoid(rows[:, : 2 * H], out=delta[:, -3 * H : -H])
    slope_of_tanh(n, out=d_n)
    d_r *= recall if after else h
    np.subtract(n, h, out=stays)
    if write:
        d_z *= stays
        d_n *= z
        np.subtract(1, z, out=stays)
    else:
        d_z *= np.negative(stays, out=stays)
        d_n *= np.subtract(1, z, out=stays)
        stays[...] = z
    for gate, where in held.items():
        np.copyto({"r": d_r, "z": d_z, "n": d_n}[gate], 0, where=where)
    if after:
        d_r *= d_n
        np.multiply(r, d_n, out=d_recall)
