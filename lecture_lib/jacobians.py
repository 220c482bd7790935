"""How each state of a cell depends on the one before it: ∂s_t/∂s_{t−1}, by its equations."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lecture_lib.cells import GRU, LSTM, RNN, gru_step, lstm_step, rnn_step
from lecture_lib.cells._cell import check_trace
from lecture_lib.cells._checks import Array, no_false_alarm


@no_false_alarm()
def state_jacobians(cell: Any, trace: Any) -> Array:
    """How each state depends on the one before it: the matrices J_t = ∂s_t/∂s_{t−1}.

    RNN, with s = h:

        J_t = diag(1 − h_t²) · U

    GRU, with s = h, w the share that is written (z, or 1 − z where update="keep") and u its sign
    in z; U_r, U_z, U_n the rows of weight_hh:

        J_t = diag(1 − w) + diag(u (n − h_{t−1}) z (1 − z)) · U_z + diag(w (1 − n²)) · N
          N = U_n · (diag(r) + diag(h_{t−1} r (1 − r)) · U_r)                      reset="before"
          N = diag(r) · U_n + diag((U_n · h_{t−1} + b_hn) r (1 − r)) · U_r         reset="after"

    LSTM, with s = (c, h), so that J_t has four blocks:

        ∂c_t/∂c_{t−1} = diag(f)
        ∂c_t/∂h_{t−1} = diag(i (1 − i) g) · U_i + diag(f (1 − f) c_{t−1}) · U_f
                        + diag(i (1 − g²)) · U_g
        ∂h_t/∂s_{t−1} = diag(o (1 − tanh² c_t)) · ∂c_t/∂s_{t−1}, and for h_{t−1} besides it
                        diag(o (1 − o) tanh c_t) · U_o

    `trace` (T steps, N sequences) is what `cell.forward` returned. Returns (T, N, S, S), where S is
    H for RNN and GRU and 2H for the LSTM, whose c comes first. Differentiate the step functions of
    `lecture_lib.cells`; Pascanu, Mikolov & Bengio (2013) for the use.

    Raises ValueError for a trace of another cell, or one that the cell's step does not give: gates
    held by a clamp, padding, or weights that have changed since. Raises TypeError for a cell that
    is no RNN, LSTM or GRU.

    >>> cell = RNN(2, 3, seed=0)
    >>> trace = cell.forward(np.zeros((5, 4, 2)))  # h stays 0, where tanh has slope 1
    >>> jacobians = state_jacobians(cell, trace)
    >>> jacobians.shape, bool((jacobians[0, 0] == cell.weight_hh).all())
    ((5, 4, 3, 3), True)
    """
    steps: dict[type, Any] = {RNN: _rnn_jacobians, LSTM: _lstm_jacobians, GRU: _gru_jacobians}
    for kind, jacobians in steps.items():
        if isinstance(cell, kind):
            check_trace(cell, trace)
            return jacobians(cell, trace)
    raise TypeError(f"cell must be an RNN, LSTM or GRU, got {type(cell).__name__}")


def _rnn_jacobians(cell: RNN, trace: Any) -> Array:
    h = _before(trace.h, trace.h0)
    _check_step(trace, "h", [rnn_step(*_rows(trace.x, h), *cell.parameters().values())])
    return (1 - trace.h**2)[..., None] * cell.weight_hh


def _lstm_jacobians(cell: LSTM, trace: Any) -> Array:
    h, c = _before(trace.h, trace.h0), _before(trace.c, trace.c0)
    h_next, _, gates = lstm_step(*_rows(trace.x, h, c), *cell.parameters().values())
    _check_step(trace, "hifgo", (h_next, *gates))
    U_i, U_f, U_g, U_o = np.split(cell.weight_hh, 4)
    i, f, g, o = (gate[..., None] for gate in (trace.i, trace.f, trace.g, trace.o))
    c, tanh_c = c[..., None], np.tanh(trace.c)[..., None]
    by_h = i * (1 - i) * g * U_i + f * (1 - f) * c * U_f + i * (1 - g**2) * U_g
    by_c = f * np.eye(cell.hidden_size)
    slope = o * (1 - tanh_c**2)
    return np.block([[by_c, by_h], [slope * by_c, slope * by_h + o * (1 - o) * tanh_c * U_o]])


def _gru_jacobians(cell: GRU, trace: Any) -> Array:
    h = _before(trace.h, trace.h0)
    conventions: Any = {**cell.parameters(), "update": cell.update, "reset": cell.reset}
    x_rows, h_rows = _rows(trace.x, h)
    h_next, gates = gru_step(x_rows, h_rows, **conventions)
    _check_step(trace, "hrzn", (h_next, *gates))
    U_r, U_z, U_n = np.split(cell.weight_hh, 3)
    r, z, n, h = (array[..., None] for array in (trace.r, trace.z, trace.n, h))
    w, u = (z, 1) if cell.update == "write" else (1 - z, -1)
    one = np.eye(cell.hidden_size)
    if cell.reset == "before":
        recall = U_n @ (r * one + h * r * (1 - r) * U_r)
    else:
        recall = r * U_n + (U_n @ h + cell.bias_hn[:, None]) * r * (1 - r) * U_r
    return (1 - w) * one + u * (n - h) * z * (1 - z) * U_z + w * (1 - n**2) * recall


def _before(states: Array, first: Array) -> Array:
    """The state that each step starts from, (T, N, H)."""
    return np.concatenate([first[None], states[:-1]])


def _rows(*arrays: Array) -> list[Array]:
    """All steps of all sequences, (T, N, ·), as the batch of one step, (T·N, ·)."""
    return [array.reshape(-1, array.shape[-1]) for array in arrays]


def _check_step(trace: Any, names: str, computed: Iterable[Array]) -> None:
    for name, values in zip(names, computed, strict=True):
        # Fused and plain steps differ in the order of their sums: 1e-15, in float32 1e-6.
        held = getattr(trace, name)
        if not np.allclose(
            values.reshape(held.shape), held, rtol=0, atol=1e-5 * max(1, abs(held).max())
        ):
            raise ValueError(
                f"trace.{name} is not what the cell's step gives: it was clamped, padded, or the "
                "weights have changed since"
            )
