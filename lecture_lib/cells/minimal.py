"""minGRU and minLSTM (Feng et al., 2024): gates that see x_t alone, and so a linear recurrence.

    h_t = a_t ⊙ h_{t−1} + b_t

Where neither a nor b depends on h, all steps can be worked out together: `parallel_scan` takes
⌈log₂ T⌉ passes over the whole sequence, where `linear_recurrence` takes T steps. Both give the
same h. The cells take the scan where a step is narrow and the loop where it is wide, forwards and,
for their gradients, from the last step to the first.
"""

import numpy as np

from lecture_lib.cells._cell import (
    sigmoid,
)
from lecture_lib.cells._checks import (
    Array,
)
from lecture_lib.cells._on_arrays import on_arrays
from lecture_lib.cells.scan import linear_recurrence, parallel_scan
from lecture_lib.cells.scanned import Minimal, MinimalTrace
from lecture_lib.cells.stack import Stack, StackTrace

__all__ = [
    "MinGRU",
    "MinLSTM",
    "MinimalTrace",
    "Stack",
    "StackTrace",
    "linear_recurrence",
    "min_gru_step",
    "min_lstm_step",
    "parallel_scan",
]


@on_arrays(x="N D", h="N H", weight_ih="2H D", bias="2H")
def min_gru_step(
    x: Array, h: Array, weight_ih: Array, bias: Array
) -> tuple[Array, tuple[Array, Array]]:
    """One step of the minGRU (Feng et al., 2024).

          z = σ(W_iz · x_t + b_z)
          n = W_in · x_t + b_n
        h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n

    x (N, D), h (N, H); the rows of weight_ih (2H, D) and bias (2H,) are those of z, n. Returns the
    new h and the gates (z, n), each (N, H).

    Raises ValueError for a wrong shape or a value that is not finite, TypeError for what is not a
    number, and FloatingPointError where the numbers are too large to be multiplied.

    >>> h, (z, n) = min_gru_step([[1.0]], [[2.0]], weight_ih=[[0.0], [4.0]], bias=[0.0, 0.0])
    >>> h, z
    (array([[3.]]), array([[0.5]]))
    """
    z, n = np.split(x @ weight_ih.T + bias, 2, axis=-1)
    z = sigmoid(z)
    return (1 - z) * h + z * n, (z, n)


@on_arrays(x="N D", h="N H", weight_ih="3H D", bias="3H")
def min_lstm_step(
    x: Array, h: Array, weight_ih: Array, bias: Array
) -> tuple[Array, tuple[Array, Array, Array]]:
    """One step of the minLSTM (Feng et al., 2024).

        i, f = σ(W_ih · x_t + b), each with its own rows
           g = W_ig · x_t + b_g
         h_t = f / (f + i) ⊙ h_{t−1} + i / (f + i) ⊙ g

    x (N, D), h (N, H); the rows of weight_ih (3H, D) and bias (3H,) are those of i, f, g. Returns
    the new h and the gates (i, f, g), each (N, H).

    Raises as `min_gru_step` does.

    >>> weights = {"weight_ih": [[0.0], [0.0], [4.0]], "bias": [0.0, 0.0, 0.0]}
    >>> h, (i, f, g) = min_lstm_step([[1.0]], [[2.0]], **weights)
    >>> h, f / (f + i)
    (array([[3.]]), array([[0.5]]))
    """
    i, f, g = np.split(x @ weight_ih.T + bias, 3, axis=-1)
    i, f = sigmoid(i), sigmoid(f)
    return (f * h + i * g) / (f + i), (i, f, g)


class MinGRU(Minimal):
    """The minGRU of Feng et al. (2024): a GRU without reset, without tanh, whose z sees x alone.

          z = σ(W_iz · x_t + b_z)
          n = W_in · x_t + b_n
        h_t = (1 − z) ⊙ h_{t−1} + z ⊙ n

    Parameters are weight_ih (2H, D) and bias (2H,), with the rows of z, n in this order: no
    weight_hh. The weights are drawn uniformly from ±1/√H by `seed`, the bias is zero. `dtype` is
    float32 or float64, and is the dtype of all that the cell returns.

    Raises TypeError for a size that is no whole number, and ValueError for one below 1 or another
    dtype.

    >>> cell = MinGRU(input_size=2, hidden_size=3, seed=0)
    >>> x = np.ones((5, 1, 2))
    >>> h, state = cell.run(x)
    >>> h.shape
    (5, 1, 3)
    >>> sorted(cell.backward(cell.forward(x), dh=np.ones((5, 1, 3))))
    ['bias', 'h0', 'weight_ih', 'x']
    """

    gates = "zn"
    candidate = "n"

    def _keep(self, gates: dict[str, Array]) -> Array:
        return 1 - gates["z"]

    def _through_keep(self, gates: dict[str, Array], d_keep: Array) -> dict[str, Array]:
        z = gates["z"]
        return {"z": d_keep * z * (z - 1)}


class MinLSTM(Minimal):
    """The minLSTM of Feng et al. (2024): f and i see x alone and are scaled to sum to 1.

        i, f = σ(W_ih · x_t + b), each with its own rows
           g = W_ig · x_t + b_g
         h_t = f / (f + i) ⊙ h_{t−1} + i / (f + i) ⊙ g

    There is one state, neither output gate nor tanh. Parameters are weight_ih (3H, D) and bias
    (3H,), with the rows of i, f, g in this order: no weight_hh. The weights are drawn uniformly
    from ±1/√H by `seed`, the bias is zero. `dtype` is float32 or float64, and is the dtype of all
    that the cell returns.

    Raises TypeError for a size that is no whole number, and ValueError for one below 1 or another
    dtype.

    >>> cell = MinLSTM(input_size=2, hidden_size=3, seed=0)
    >>> x = np.ones((5, 1, 2))
    >>> h, state = cell.run(x)
    >>> h.shape
    (5, 1, 3)
    >>> sorted(cell.backward(cell.forward(x), dh=np.ones((5, 1, 3))))
    ['bias', 'h0', 'weight_ih', 'x']
    """

    gates = "ifg"
    candidate = "g"

    def _keep(self, gates: dict[str, Array]) -> Array:
        both = gates["f"] + gates["i"]
        # Two gates that are both shut leave h as it is.
        return np.divide(gates["f"], both, out=np.ones_like(both), where=both > 0)

    def _through_keep(self, gates: dict[str, Array], d_keep: Array) -> dict[str, Array]:
        i, f = gates["i"], gates["f"]
        both = np.maximum(f + i, np.finfo(self.dtype).tiny)
        part = f / both
        return {
            "f": d_keep * (1 - part) * part * (1 - f),
            "i": -d_keep * part * (1 - part) * (1 - i),
        }
