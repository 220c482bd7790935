"""What is trained: a readout, a recurrent cell with one, and the batches that they learn from."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lecture_lib.cells._cell import Recurrent, must_be_cell, prefixed
from lecture_lib.cells._checks import (
    Array,
    as_dtype,
    as_ended,
    as_floats,
    as_generator,
    as_number,
    as_real,
    as_size,
    must_be_callable,
    must_be_finite,
    no_false_alarm,
)

Loss = Callable[..., tuple[float, Array]]


class Linear:
    """The readout y = W x + b, with weight W (O, I) and bias b (O,).

    weight is drawn uniformly from ±1/√I by `seed`, as PyTorch draws it; bias is zero. `dtype` is
    float32 or float64.

    Raises TypeError for a size that is no whole number, and ValueError for one below 1 or another
    dtype.

    >>> readout = Linear(input_size=3, output_size=2, seed=0)
    >>> x = np.ones((5, 4, 3))
    >>> readout.forward(x).shape
    (5, 4, 2)
    >>> sorted(readout.backward(x, dy=np.ones((5, 4, 2))))
    ['bias', 'weight', 'x']
    """

    def __init__(
        self, input_size: int, output_size: int, seed: Any = None, dtype: DTypeLike = np.float64
    ) -> None:
        inputs, outputs = as_size("input_size", input_size), as_size("output_size", output_size)
        bound = inputs**-0.5
        draw = as_generator(seed).uniform(-bound, bound, (outputs, inputs))
        self.weight: Array = draw.astype(as_dtype(dtype))
        self.bias: Array = np.zeros(outputs, self.weight.dtype)

    def parameters(self) -> dict[str, Array]:
        """`{name: array}` of the arrays in use."""
        return {"weight": self.weight, "bias": self.bias}

    @no_false_alarm()
    def forward(self, x: ArrayLike) -> Array:
        """x (…, I) to y (…, O).

        Raises ValueError for a wrong shape, TypeError for what is not a number, and
        FloatingPointError for a y that is not finite.
        """
        y = self._rows("x", x, 1) @ self.weight.T + self.bias
        must_be_finite("what the readout says", y, "its input or its weights are too large")
        return y

    @no_false_alarm()
    def backward(self, x: ArrayLike, dy: ArrayLike) -> dict[str, Array]:
        """The gradients of weight, bias and x (…, I), given that of y, dy (…, O).

        Raises ValueError for shapes that do not fit, TypeError for what is not a number, and
        FloatingPointError for a gradient that is not finite.
        """
        x, dy = self._rows("x", x, 1), self._rows("dy", dy, 0)
        if x.shape[:-1] != dy.shape[:-1]:
            raise ValueError(
                f"dy must have shape {(*x.shape[:-1], len(self.bias))}, got {dy.shape}"
            )
        rows, d_rows = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])
        gradients = {"weight": d_rows.T @ rows, "bias": d_rows.sum(axis=0), "x": dy @ self.weight}
        for name, gradient in gradients.items():
            must_be_finite(
                f"the gradient of {name}", gradient, "dy, or what it meets, is too large"
            )
        return gradients

    def _rows(self, name: str, value: Any, axis: int) -> Array:
        """`value` as an array whose last axis is as long as that axis of the weight."""
        array, size = as_floats(name, value), self.weight.shape[axis]
        if array.shape[-1:] != (size,):
            raise ValueError(f"{name} must have shape (…, {size}), got {array.shape}")
        return array


@dataclass(frozen=True, eq=False)
class Batch:
    """Sequences to learn from: x (T, N, D) and what to predict at each step.

    target is (T, N) classes or (T, N, O) values. weight (T, N) says how much each step counts, so
    that a task which asks only at the end gives 0 to all steps but the last. lengths (N,), for a
    padded batch, are the sequences' own numbers of steps; what comes after them does not count,
    whatever it is, be it nan or class −1.

    >>> batch = Batch(x=np.ones((5, 2, 3)), target=np.zeros((5, 2), int), lengths=np.array([5, 3]))
    >>> batch.weight is None  # all steps count alike
    True
    """

    x: Array
    target: Array
    weight: Array | None = None
    lengths: Array | None = None


class SequenceModel:
    """A recurrent cell and a readout of its h at every step.

        y_t = W h_t + b

    While it learns, each number of its input is dropped with probability `input_dropout`, and each
    number of h, on its way to the readout only, with probability `readout_dropout`; what stays is
    divided by 1 − p, so that the mean is as without (Srivastava et al., 2014). The cell's own h is
    left whole from step to step (Zaremba, Sutskever & Vinyals, 2014). `seed` draws what is dropped;
    `predict` drops nothing.

    Raises ValueError for a dropout outside [0, 1) and a readout that does not take H inputs, and
    TypeError for a dropout that is no number.

    >>> from lecture_lib import LSTM
    >>> model = SequenceModel(LSTM(2, 3, seed=0), Linear(3, 1, seed=0))
    >>> model.predict(np.ones((5, 4, 2))).shape
    (5, 4, 1)
    >>> batch = Batch(np.ones((5, 4, 2)), target=np.ones((5, 4, 1)))
    >>> from lecture_lib.losses import mean_squared_error
    >>> loss, gradients = model.loss_and_gradients(batch, mean_squared_error)
    >>> set(gradients) == set(model.parameters())
    True
    """

    def __init__(
        self,
        cell: Recurrent,
        readout: Linear,
        input_dropout: float = 0.0,
        readout_dropout: float = 0.0,
        seed: Any = None,
    ) -> None:
        must_be_cell("cell", cell)
        if not hasattr(readout, "weight"):
            raise TypeError(f"readout must be a Linear, got {readout!r}")
        if readout.weight.shape[1] != cell.hidden_size:
            raise ValueError(
                f"readout must take hidden_size = {cell.hidden_size} inputs, "
                f"got {readout.weight.shape[1]}"
            )
        self.cell, self.readout = cell, readout
        self.input_dropout = _as_dropout("input_dropout", input_dropout)
        self.readout_dropout = _as_dropout("readout_dropout", readout_dropout)
        self.rng = as_generator(seed)

    def parameters(self) -> dict[str, Array]:
        """The live arrays of both parts, as "cell.weight_ih" … "readout.bias"."""
        return prefixed({"cell": self.cell, "readout": self.readout})

    def predict(
        self, x: ArrayLike, state: Any = None, clamp: Any = None, lengths: ArrayLike | None = None
    ) -> Array:
        """What the readout says at each step, (T, N, O); arguments as in the cell's `forward`."""
        h, _ = self.cell.run(x, state, clamp, lengths)
        return self.readout.forward(h)

    def loss_and_gradients(self, batch: Batch, loss: Loss) -> tuple[float, dict[str, Array]]:
        """The loss on a `Batch`, and the gradient of every parameter under its name.

        loss(prediction, target, weight) returns a number and the gradient by the prediction, as
        those of `lecture_lib.losses` do.

        Raises FloatingPointError if the loss is not finite, and what the cell and the loss raise.
        """
        if not isinstance(batch, Batch):
            raise TypeError(f"batch must be a Batch, got {type(batch).__name__}")
        must_be_callable(loss=loss)
        x = as_real("x", batch.x)
        x = x * self._kept(x, self.input_dropout)
        trace = self.cell.forward(x, lengths=batch.lengths)
        kept = self._kept(trace.h, self.readout_dropout)
        seen = trace.h * kept
        found = loss(self.readout.forward(seen), batch.target, _weight_of(batch))
        if not isinstance(found, tuple) or len(found) != 2:
            raise TypeError(f"loss must return a number and a gradient, got {found!r}")
        value, d_prediction = as_number("the loss", found[0], "", lambda _: True), found[1]
        if not math.isfinite(value):
            raise FloatingPointError(f"the loss is {value}; try a smaller learning_rate")
        of_readout = self.readout.backward(seen, d_prediction)
        of_cell = self.cell.backward(trace, of_readout["x"] * kept)
        gradients = {f"cell.{name}": of_cell[name] for name in self.cell.parameters()}
        gradients |= {f"readout.{name}": of_readout[name] for name in self.readout.parameters()}
        return value, gradients

    def _kept(self, values: Array, dropout: float) -> Any:
        """What each value is multiplied by: 0 where it is dropped, 1 / (1 − p) where it stays."""
        if not dropout:
            return 1
        dtype = values.dtype if values.dtype.kind == "f" else np.float64
        return (self.rng.random(values.shape) >= dropout).astype(dtype) / (1 - dropout)


def _as_dropout(name: str, value: Any) -> float:
    return as_number(name, value, "lie in [0, 1)", lambda p: 0 <= p < 1)


def _weight_of(batch: Batch) -> Any:
    """How much each step of a batch counts: not at all past a sequence's end."""
    if batch.lengths is None:
        return batch.weight
    inside = ~as_ended(batch.lengths, *np.shape(batch.x)[:2])
    if batch.weight is None:
        return inside
    weight = as_real("weight", batch.weight)
    if weight.shape != inside.shape:
        raise ValueError(f"weight must have shape {inside.shape}, got {weight.shape}")
    return np.where(inside, weight, 0)
