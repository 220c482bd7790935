"""The LSTM over a whole sequence, fused: one product a step, gradients by blocks of steps."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lecture_lib.cells._cell import (
    Cell,
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


def by_name(H: int, rows: Array) -> Iterator[Array]:
    """The rows of each step by name, o, i, f, g, c_{t−1}, each (…, H, N).

    In this order the sigmoids are one slice, and [i, f] ⊙ [g, c_{t−1}] is one product.
    """
    return (rows[:, k * H : (k + 1) * H] for k in range(5))


@no_false_alarm()
def unroll(
    cell: Cell, x: Array, h0: Array, c0: Array, clamps: Clamps, ended: Any, keep: bool
) -> tuple[dict[str, Array], tuple[Any, ...]]:
    """x, h, c, i, f, g, o, each (T, N, ·), h0 and c0; and what `backpropagate` needs.

    Unless `keep`, only h and the last c are there to be read.
    """
    (T, N, _), H = x.shape, cell.hidden_size
    # The weights of σ are negated: σ(a) = 1 / (1 + e^−a).
    weights = cell._stacked()
    weights = np.concatenate([-weights[3 * H :], -weights[: 2 * H], weights[2 * H : 3 * H]])
    inputs = columns(h0, x)
    rows = step_rows(T + 1, 5 * H, N, cell.dtype, keep)
    h = inputs[:, :H]
    o, i, f, g, c = by_name(H, rows)
    c[0] = c0.T
    held_gates = [({"i": i, "f": f, "g": g, "o": o}[k], *held) for k, held in clamps.items()]
    gates, oif, i_f, g_c = (rows[:, a * H : b * H] for a, b in ((0, 4), (0, 3), (1, 3), (3, 5)))
    terms, one = np.empty((2 * H, N), cell.dtype), np.ones((), cell.dtype)
    written, kept = terms[:H], terms[H:]
    tanh_c = np.empty((H, N), cell.dtype)
    for t in range(T):
        np.dot(weights, inputs[t], out=gates[t])
        oif_t, g_t, c_t = oif[t], g[t], c[t + 1]
        np.exp(oif_t, out=oif_t)
        np.add(oif_t, one, out=oif_t)
        np.reciprocal(oif_t, out=oif_t)
        np.tanh(g_t, out=g_t)
        for gate, held, value in held_gates:
            np.copyto(gate[t], value[t], where=held[t])
        np.multiply(i_f[t], g_c[t], out=terms)
        if ended is not None:
            last_c = c[t][:, ended[t]]
        np.add(written, kept, out=c_t)
        np.tanh(c_t, out=tanh_c)
        np.multiply(o[t], tanh_c, out=h[t + 1])
        if ended is not None:
            h[t + 1][:, ended[t]] = h[t][:, ended[t]]
            c_t[:, ended[t]] = last_c
    check_state("h", h, clamps)
    if clamps:
        check_state("c", c, clamps)
    if not keep:
        return {"h": time_major(h[1:]), "c": time_major(c[1:])}, ()
    shown = {"x": inputs[:T, H + 1 :], "h": h[1:], "c": c[1:]}
    shown |= {"i": i[:T], "f": f[:T], "g": g[:T], "o": o[:T]}
    arrays = {name: time_major(array) for name, array in shown.items()}
    return arrays | {"h0": h[0].T, "c0": c[0].T}, (weights, inputs, rows, clamps, ended)


@no_false_alarm()
def backpropagate(cell: Cell, trace: Any, dh: Array, dc_last: Array) -> dict[str, Array]:
    """What `LSTM.backward` returns, from gradients of its shapes."""
    weights, inputs, rows, clamps, ended = trace._kept
    (T, N, H), D = trace.h.shape, cell.input_size
    d_h, dc = time_major(dh), dc_last.T.copy()

    to_h, to_x = weights[:, :H].T.copy(), weights[:, H + 1 :].T.copy()
    d_weights, dx = np.zeros_like(weights), np.empty((T, N, D), cell.dtype)
    dh_t, carried = np.empty((H, N), cell.dtype), np.zeros((H, N), cell.dtype)
    share = np.empty((H, N), cell.dtype)
    buffers = blocks_from_the_end(T, N, cell.dtype, 4 * H, H, H)
    for block, delta, h_to_c, dh_block in buffers:
        dh_block[...] = d_h[block]
        following = slice(block.start + 1, block.stop + 1)
        h_t, c_t = inputs[following, :H], rows[following, 4 * H :]
        o, i, f, g, c_prev = by_name(H, rows[block])
        np.tanh(c_t, out=h_to_c)
        slope_of_tanh(h_to_c, out=h_to_c)
        h_to_c *= o
        # Each gate's slope, times what it multiplies in its equation: o (o − 1) tanh c_t =
        # (o − 1) h_t.
        d_o, d_i, d_f, d_g = (delta[:, k * H : (k + 1) * H] for k in range(4))
        np.subtract(o, 1, out=d_o)
        slope_of_negated_sigmoid(rows[block, H : 3 * H], out=delta[:, H : 3 * H])
        slope_of_tanh(g, out=d_g)
        for slope, factor in [(d_o, h_t), (d_i, g), (d_f, c_prev), (d_g, i)]:
            slope *= factor
        for gate, (held, _) in clamps.items():
            np.copyto({"i": d_i, "f": d_f, "g": d_g, "o": d_o}[gate], 0, where=held[block])
        if ended is not None:
            delta *= ~ended[block, None]
            h_to_c *= ~ended[block, None]
        d_ifg = delta[:, H:].reshape(-1, 3, H, N)
        for t in reversed(range(len(delta))):
            np.add(dh_block[t], carried, out=dh_t)
            np.multiply(dh_t, h_to_c[t], out=share)
            np.add(dc, share, out=dc)
            np.multiply(d_o[t], dh_t, out=d_o[t])
            np.multiply(d_ifg[t], dc, out=d_ifg[t])
            np.dot(to_h, delta[t], out=carried)
            if ended is None:
                np.multiply(dc, f[t], out=dc)
            else:
                np.multiply(dc, f[t], out=dc, where=~ended[block][t])
                np.copyto(carried, dh_t, where=ended[block][t])
        delta = side_by_side(delta)
        d_weights += delta @ side_by_side(inputs[block]).T
        dx[block] = (to_x @ delta).reshape(D, -1, N).transpose(1, 2, 0)
    d_weights = np.concatenate([-d_weights[H : 3 * H], d_weights[3 * H :], -d_weights[:H]])
    check_gradients_of(cell, d_weights, dx, carried, dc)
    return {
        **cell._unstacked(d_weights),
        "x": dx,
        "h0": carried.T.copy(),
        "c0": dc.T.copy(),
    }
