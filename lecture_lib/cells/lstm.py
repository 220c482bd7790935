"""The LSTM with a forget gate (Gers, Schmidhuber & Cummins, 2000), without peepholes."""

# Two lectures print the steps as they stand: no decorator above them, no types in their first line.
# mypy: allow-untyped-defs

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lecture_lib.cells._cell import Cell, read_only, sigmoid
from lecture_lib.cells._checks import Array, as_array, as_real, as_state
from lecture_lib.cells._on_arrays import on_arrays
from lecture_lib.cells._traces import Trace
from lecture_lib.cells.lstm_fused import backpropagate, unroll

WEIGHTS = {"weight_ih": "4H D", "weight_hh": "4H H"}


def lstm_step(x, h, c, weight_ih, weight_hh, bias):
    """One step of the LSTM (Gers, Schmidhuber & Cummins, 2000).

        i, f, o = σ(W_ih · x_t + W_hh · h_{t−1} + b), each with its own rows
              g = tanh(W_ih · x_t + W_hh · h_{t−1} + b), likewise
            c_t = f ⊙ c_{t−1} + i ⊙ g
            h_t = o ⊙ tanh(c_t)

    x (N, D), h and c (N, H); the rows of the weights (4H, ·) are those of i, f, g, o. Returns the
    new h and c, and the gates (i, f, g, o), each (N, H).

    Raises ValueError for a wrong shape or a value that is not finite, TypeError for what is not a
    number, and FloatingPointError where the numbers are too large to be multiplied.

    >>> zeros = {"weight_ih": np.zeros((4, 1)), "weight_hh": np.zeros((4, 1)), "bias": np.zeros(4)}
    >>> h, c, (i, f, g, o) = lstm_step(x=[[1.0]], h=[[0.0]], c=[[2.0]], **zeros)
    >>> c, f  # every gate is σ(0), and the candidate tanh(0)
    (array([[1.]]), array([[0.5]]))
    """
    a = x @ weight_ih.T + h @ weight_hh.T + bias
    i, f, g, o = np.split(a, 4, axis=1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c + i * g
    h = o * np.tanh(c)
    return h, c, (i, f, g, o)


lstm_step = on_arrays(x="N D", h="N H", c="N H", **WEIGHTS, bias="4H")(lstm_step)


def lstm_step_backward(dh, dc, x, h, c, gates, weight_ih, weight_hh):
    """From the gradients of h_t and c_t to those of what `lstm_step` took.

        ∂L/∂c_t += ∂L/∂h_t ⊙ o ⊙ (1 − tanh² c_t)
        ∂L/∂c_{t−1} = ∂L/∂c_t ⊙ f

    and each gate's share goes back through its σ′ = σ (1 − σ) or tanh′ = 1 − tanh². dh (N, H) is
    ∂L/∂h_t, dc (N, H) what reaches c_t from later steps; x, h, c as given to `lstm_step`, gates as
    it returned. Returns a dict of gradients: x, h, c, and the parameters by name. Raises as
    `lstm_step` does. Werbos (1990).

    >>> weights = {"weight_ih": np.zeros((4, 1)), "weight_hh": np.zeros((4, 1))}
    >>> gates = [np.array([[value]]) for value in (0.5, 0.5, 0.0, 0.5)]
    >>> x, h, c, dh, dc = (np.array([[value]]) for value in (1.0, 0.0, 2.0, 0.0, 1.0))
    >>> lstm_step_backward(dh, dc, x, h, c, gates, **weights)["c"]  # f of it
    array([[0.5]])
    """
    i, f, g, o = gates
    tanh_c = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - tanh_c**2)
    di, df, dg, do = dc * g, dc * c, dc * i, dh * tanh_c
    da = np.hstack([di * i * (1 - i), df * f * (1 - f), dg * (1 - g**2), do * o * (1 - o)])
    return {
        "x": da @ weight_ih,
        "h": da @ weight_hh,
        "c": dc * f,
        "weight_ih": da.T @ x,
        "weight_hh": da.T @ h,
        "bias": da.sum(axis=0),
    }


lstm_step_backward = on_arrays(
    dh="N H", dc="N H", x="N D", h="N H", c="N H", gates="*4 N H", **WEIGHTS
)(lstm_step_backward)


@dataclass(eq=False, repr=False)
class LSTMTrace(Trace):
    """What `LSTM.forward` computed: h, c and the gates i, f, g, o, each (T, N, H).

    x (T, N, D), h0 and c0 (N, H) are what it started from; all are read-only. `final_state` is
    (h, c) after the last step, a copy to pass on as the next `state`. Past the end of a padded
    sequence h and c repeat, and the gates mean nothing.

    >>> trace = LSTM(2, 3, seed=0, forget_bias=1.0).forward(np.zeros((5, 1, 2)))
    >>> trace.f.shape, trace.f[0, 0].round(2)  # σ(1)
    ((5, 1, 3), array([0.73, 0.73, 0.73]))
    """

    x: Array
    h: Array
    c: Array
    i: Array
    f: Array
    g: Array
    o: Array
    h0: Array
    c0: Array
    cell: Cell
    _kept: tuple[Any, ...]

    @property
    def final_state(self) -> tuple[Array, Array]:
        """h and c after the last step, each (N, H)."""
        return self.h[-1].copy(), self.c[-1].copy()


class LSTM(Cell):
    """The LSTM of Gers, Schmidhuber & Cummins (2000): with a forget gate, without peepholes.

        i, f, o = σ(W_ih · x_t + W_hh · h_{t−1} + b), each with its own rows
              g = tanh(W_ih · x_t + W_hh · h_{t−1} + b), likewise
            c_t = f ⊙ c_{t−1} + i ⊙ g
            h_t = o ⊙ tanh(c_t)

    Parameters are weight_ih (4H, D), weight_hh (4H, H) and bias (4H,), with the rows of i, f, g, o
    in this order. The weights are drawn uniformly from ±1/√H by `seed`; the bias is zero, except
    for the rows of f, which are `forget_bias`, a number or (H,). `dtype` is float32 or float64, and
    is the dtype of all that the cell returns. The cell of Hochreiter & Schmidhuber (1997) is
    `clamp={"f": 1.0}`.

    Raises TypeError for a size that is no whole number, and ValueError for one below 1, another
    dtype or a forget bias that is not finite.

    >>> cell = LSTM(input_size=2, hidden_size=3, seed=0, forget_bias=1.0)
    >>> x = np.ones((5, 1, 2))
    >>> h, (last_h, last_c) = cell.run(x)
    >>> h.shape, last_c.shape
    ((5, 1, 3), (1, 3))
    >>> held = cell.forward(x, clamp={"f": 1.0})  # nothing is forgotten
    >>> bool(np.allclose(held.c[-1], (held.i * held.g).sum(axis=0)))
    True
    >>> sorted(cell.backward(held, dh=np.ones((5, 1, 3))))
    ['bias', 'c0', 'h0', 'weight_hh', 'weight_ih', 'x']
    """

    gates = "ifgo"
    candidate = "g"

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        seed: Any = None,
        dtype: DTypeLike = np.float64,
        forget_bias: ArrayLike = 0.0,
    ) -> None:
        super().__init__(input_size, hidden_size, dtype)
        self._draw(seed)
        H = self.hidden_size
        self.bias[H : 2 * H] = as_bias("forget_bias", forget_bias, H, self.dtype)

    def forward(
        self,
        x: ArrayLike,
        state: Any = None,
        clamp: Any = None,
        lengths: ArrayLike | None = None,
    ) -> LSTMTrace:
        """Run over a sequence and return an `LSTMTrace`.

        x (T, N, D); state is (h0, c0), each (N, H), zeros if None. `clamp` holds gates at a value:
        `{"f": 1.0}`, a number or an array that broadcasts to (T, N, H), where nan leaves a gate
        alone. lengths (N,) gives the number of steps of each sequence of a padded batch, past
        which its h and c stay as they are, whatever x holds.

        Raises ValueError for a wrong shape, an empty sequence, a value that is not finite, a
        length outside 1 … T, a clamp that names no gate of the LSTM or holds i, f or o outside
        [0, 1], TypeError for what is not a number, and FloatingPointError where the numbers are too
        large to be multiplied.
        """
        arrays, kept = self._unroll(x, state, clamp, lengths, keep=True)
        return read_only(LSTMTrace(**arrays, cell=self, _kept=kept))

    def run(
        self,
        x: ArrayLike,
        state: Any = None,
        clamp: Any = None,
        lengths: ArrayLike | None = None,
    ) -> tuple[Array, tuple[Array, Array]]:
        """`forward` without a trace: h (T, N, H) and the final state (h, c), each (N, H)."""
        arrays, _ = self._unroll(x, state, clamp, lengths, keep=False)
        return arrays["h"], (arrays["h"][-1].copy(), arrays["c"][-1].copy())

    def _unroll(self, x: Any, state: Any, clamp: Any, lengths: Any, keep: bool) -> Any:
        x, clamps, ended = self._taken(x, clamp, lengths)
        h0, c0 = as_pair(state, (x.shape[1], self.hidden_size), self.dtype)
        return unroll(self, x, h0, c0, clamps, ended, keep)

    def backward(
        self, trace: LSTMTrace, dh: ArrayLike, dc_last: ArrayLike | None = None
    ) -> dict[str, Array]:
        """Backpropagation through time over a trace of this cell's `forward`.

            ∂L/∂c_t = dc + ∂L/∂h_t ⊙ o ⊙ (1 − tanh² c_t),   dc = ∂L/∂c_{t+1} ⊙ f_{t+1}
            ∂L/∂h_t = dh_t + W_hhᵀ · δ_{t+1},   δ the gradient by all four pre-activations

        dh (T, N, H) is the gradient of the loss by each trace.h, as the loss sees it; dc_last
        (N, H) is that by the last c, zeros if None. Returns a dict of gradients: the parameters by
        name, x (T, N, D), h0 and c0 (N, H). A clamped gate passes none. Past the end of a padded
        sequence h and c repeat, so what dh says there reaches the last real step. The weights are
        those of the run, even if the cell's have changed since.

        Raises ValueError for a trace of another cell and for a wrong shape or a value that is not
        finite in dh or dc_last, and FloatingPointError for a gradient that overflows. Werbos
        (1990); Gers, Schmidhuber & Cummins (2000) truncated it.
        """
        dh = self._check_dh(trace, dh)
        dc_last = as_state("dc_last", dc_last, trace.h0.shape, self.dtype)
        return backpropagate(self, trace, dh, dc_last)


def as_bias(name: str, value: Any, hidden_size: int, dtype: Any) -> Array:
    """A bias for the units of one gate: a number, or (H,)."""
    value = as_real(name, value, "(H,)")
    if value.ndim == 0:
        return as_array(name, value, dtype, (), "of a number")
    return as_array(name, value, dtype, (hidden_size,), "(H,)")


def as_pair(state: Any, shape: Any, dtype: Any) -> list[Array]:
    """The state (h0, c0) of an LSTM, each (N, H): zeros for None."""
    if state is None:
        state = (None, None)
    if not isinstance(state, tuple | list) or len(state) != 2:
        raise TypeError(f"state must be a pair (h0, c0), got {type(state).__name__}")
    return [
        as_state(f"{name} of state", part, shape, dtype)
        for name, part in zip(("h0", "c0"), state, strict=True)
    ]
