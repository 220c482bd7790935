"""What a small change does: gradients pulled back through one pass, several at a time.

The equations are those of backpropagation through time (Werbos, 1990), for one sequence and P
gradients side by side, without those by the weights, and with the gradient by each state kept.
"""

from typing import Any

import numpy as np

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells._cell import slope_of_tanh
from lecture_lib.cells._checks import Array
from lecture_lib.cells.variants import GRUVariant, LSTMVariant, RNNVariant
from lecture_lib.cells.variants.activations import slope_through
from lecture_lib.examination.running import Pass


class Linear:
    """A pass whose steps can be gone back one by one.

    `back(t, dh, dc)` takes the gradients of P numbers by h_t and c_t, (H, P) each, and returns
    those by x_t (D, P), h_{t−1} and c_{t−1}; c is None but for an LSTM. A gate that is held passes
    nothing.

    Raises ValueError for a cell with parts whose steps are not known here: `why_not` says which.
    """

    def __init__(self, one: Pass) -> None:
        if reason := why_not(one.cell):
            raise ValueError(reason)
        cell = one.cell
        self.steps, self.units = len(one.x), cell.hidden_size
        self.input_size, self.state = cell.input_size, one.state
        slopes = {gate: _slope(one, gate) for gate in one.gates or "h"}
        for gate, held in one.held.items():
            slopes[gate] = np.where(held, 0, slopes[gate])
        # By (H + D) rows, h_{t−1} first: one product a step gives both shares.
        self._to = np.hstack([cell.weight_hh, cell.weight_ih]).T.copy()
        step = {LSTM: self._of_lstm, LSTMVariant: self._of_lstm, GRU: self._of_gru, RNN: self._rnn}
        self._step: Any = next(made for kind, made in step.items() if isinstance(cell, kind))(
            one, slopes
        )

    def back(self, t: int, dh: Array, dc: Array | None) -> tuple[Array, Array, Array | None]:
        """The gradients by x_t, h_{t−1} and c_{t−1} from those by h_t and c_t."""
        both, rest, dc = self._step(t, dh, dc)
        H = self.units
        return both[H:], both[:H] if rest is None else both[:H] + rest, dc

    def _rnn(self, one: Pass, slopes: dict[str, Array]) -> Any:
        slope = slopes["h"][..., None]
        return lambda t, dh, dc: (self._to @ (dh * slope[t]), None, None)

    def _of_lstm(self, one: Pass, slopes: dict[str, Array]) -> Any:
        H, c = self.units, one.of("c")
        first = np.zeros((1, H)) if one.first is None else one.first[1]
        c_before, shown, to_c = np.vstack([first, c[:-1]]), *_shown(one.cell, c)
        i, f, g, o = (one.of(gate) for gate in "ifgo")
        factors = {"i": g, "f": c_before, "g": i}
        by_c = np.stack([slopes[gate] * factors[gate] for gate in "ifg"], axis=1)[..., None]
        by_h, to_c = (slopes["o"] * shown)[..., None], (o * to_c)[..., None]
        kept = f[..., None]

        def step(t: int, dh: Array, dc: Array) -> Any:
            dc = dc + dh * to_c[t]
            delta = np.empty((4, *dh.shape))
            np.multiply(by_c[t], dc, out=delta[:3])
            np.multiply(by_h[t], dh, out=delta[3])
            dc *= kept[t]
            return self._to @ delta.reshape(4 * H, -1), None, dc

        return step

    def _of_gru(self, one: Pass, slopes: dict[str, Array]) -> Any:
        H, cell, h = self.units, one.cell, one.of("h")
        first = np.zeros((1, H)) if one.first is None else one.first
        before, r, z, n = np.vstack([first, h[:-1]]), *(one.of(gate) for gate in "rzn")
        write, sign = (z, 1) if cell.update == "write" else (1 - z, -1)
        of_z, of_n = ((slopes["z"] * sign * (n - before)), (slopes["n"] * write))
        after = cell.reset == "after"
        recall = before @ cell.weight_hh[2 * H :].T + cell.bias_hn if after else before
        of_r, to_n = slopes["r"] * recall, cell.weight_hh[2 * H :].T.copy()
        stays = 1 - write
        of_r, of_z, of_n, r, stays = (a[..., None] for a in (of_r, of_z, of_n, r, stays))
        to = self._to.copy()
        to[:H, 2 * H :] = 0  # n sees h through r

        def step(t: int, dh: Array, dc: None) -> Any:
            d_n, d_z = dh * of_n[t], dh * of_z[t]
            if after:
                share, d_r = to_n @ (d_n * r[t]), d_n * of_r[t]
            else:
                share = to_n @ d_n
                d_r = share * of_r[t]
                share *= r[t]
            return to @ np.vstack([d_r, d_z, d_n]), share + dh * stays[t], None

        return step


def why_not(cell: Any) -> str:
    """Why the steps of a cell cannot be gone back one by one here; empty where they can."""
    if not isinstance(cell, LSTMVariant):
        return ""
    parts = {
        "peepholes": cell.peephole,
        "coupled gates": cell.coupled,
        "layer normalisation": cell.layer_norm,
        "a projection": bool(cell.proj_size),
        "a gate less": set(cell.gates) != set("ifgo") and not cell.coupled,
    }
    there = [name for name, has in parts.items() if has]
    return f"the cell has {' and '.join(there)}" if there else ""


def _slope(one: Pass, gate: str) -> Array:
    """The derivative of a gate (or an RNN's h) by its pre-activation, (L, H)."""
    y = one.of(gate)
    if isinstance(one.cell, RNNVariant):
        _, pre, _ = one.trace._kept
        return slope_through(one.cell.activation, pre[:, 0], y, one.cell.clip)
    if isinstance(one.cell, GRUVariant | LSTMVariant):
        pre = one.trace._kept[3 if isinstance(one.cell, GRUVariant) else 1][:, 0]
        k, H = one.cell.gates.index(gate), one.cell.hidden_size
        return slope_through(
            one.cell.activations[gate], pre[:, k * H : (k + 1) * H], y, one.cell.clip
        )
    if gate in ("h", one.cell.candidate):
        slope = np.empty_like(y)
        slope_of_tanh(y, out=slope)
        return slope
    return y * (1 - y)


def _shown(cell: Any, c: Array) -> tuple[Array, Array]:
    """What an LSTM's o lets through of c, and its derivative."""
    if isinstance(cell, LSTMVariant):
        shows = cell.activations["c"]
        y = shows(c)
        return y, shows.slope(c, y)
    y = np.tanh(c)
    return y, 1 - y**2


def pulled(one: Pass, dh: Array) -> Array:
    """From the gradients of P numbers by each h_t, (L, H, P), to those by each x_t, (L, D, P), both
    in the order of reading."""
    L, H, P = dh.shape
    if why_not(one.cell):
        # Each gradient is a sequence of its own for the cell's backward.
        clamp = {gate: _held(one, gate, P) for gate in one.held} or None
        x = np.repeat(one.x[:, None], P, axis=1)
        trace = one.cell.forward(x, _repeated(one.first, P), clamp)
        return one.cell.backward(trace, dh.transpose(0, 2, 1))["x"].transpose(0, 2, 1)
    linear = Linear(one)
    dx = np.empty((L, linear.input_size, P))
    carried, dc = np.zeros((H, P)), np.zeros((H, P)) if one.state == "c" else None
    for t in reversed(range(L)):
        dx[t], carried, dc = linear.back(t, dh[t] + carried, dc)
    return dx


def _held(one: Pass, gate: str, batch: int) -> Array:
    values = np.where(one.held[gate], one.of(gate), np.nan)
    return np.repeat(values[:, None], batch, axis=1)


def _repeated(first: Any, batch: int) -> Any:
    if isinstance(first, tuple):
        return tuple(np.repeat(part, batch, axis=0) for part in first)
    return None if first is None else np.repeat(first, batch, axis=0)
