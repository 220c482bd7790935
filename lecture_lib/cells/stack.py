"""Cells one above another: the deep recurrent network."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from numpy.typing import ArrayLike

from lecture_lib.cells._cell import Recurrent, check_trace, must_be_cell, must_differ, prefixed
from lecture_lib.cells._checks import Array
from lecture_lib.cells._traces import Trace


@dataclass(eq=False, repr=False)
class StackTrace(Trace):
    """What `Stack.forward` computed: h (T, N, H) of the last layer, and each layer's own trace.

    `final_state` is a list of the layers' states after the last step, to pass on as the next
    `state`.

    >>> import numpy as np
    >>> from lecture_lib import GRU, LSTM
    >>> trace = Stack([LSTM(2, 3, seed=0), GRU(3, 4, seed=1)]).forward(np.ones((5, 1, 2)))
    >>> trace.h.shape, trace.traces[0].c.shape
    ((5, 1, 4), (5, 1, 3))
    """

    h: Array
    traces: list[Any]
    cell: "Stack"

    @property
    def final_state(self) -> list[Any]:
        """Each layer's state after the last step, as that layer gives it."""
        return [trace.final_state for trace in self.traces]


class Stack:
    """Cells one above another: each reads the h of the one below, and the last one's is the h.

        h_t⁽ᵏ⁾ = cell⁽ᵏ⁾(h_t⁽ᵏ⁻¹⁾, state_{t−1}⁽ᵏ⁾),   h⁽⁻¹⁾ = x

    It has what a `SequenceModel` asks of a cell. A state, and a clamp, is a list with one for each
    layer, as that layer takes it. Its parameters are those of the layers under "0.weight_ih",
    "1.weight_ih" and so on. H is the last layer's. El Hihi & Bengio (1995); Graves (2013).

    Raises TypeError for what is no cell, and ValueError for no layers, for one that is there twice,
    and for a layer that does not take the hidden_size of the one below.

    >>> import numpy as np
    >>> from lecture_lib import GRU, LSTM
    >>> stack, x = Stack([LSTM(2, 3, seed=0), GRU(3, 4, seed=1)]), np.ones((5, 1, 2))
    >>> h, (state_of_lstm, state_of_gru) = stack.run(x)
    >>> h.shape, state_of_gru.shape
    ((5, 1, 4), (1, 4))
    >>> held = stack.forward(x, state=[None, state_of_gru], clamp=[{"f": 1.0}, None])
    >>> float(held.traces[0].f.min())
    1.0
    >>> len(stack.backward(held, np.ones((5, 1, 4))))  # three parameters for each layer, and x
    7
    """

    def __init__(self, layers: Iterable[Recurrent]) -> None:
        if not isinstance(layers, Iterable):
            raise TypeError(f"layers must be a list of cells, got {layers!r}")
        self.layers = list(layers)
        if not self.layers:
            raise ValueError("layers must be at least one cell, got none")
        for k, layer in enumerate(self.layers):
            must_be_cell(f"layers[{k}]", layer)
        must_differ("layers", self.layers)
        for below, above in pairwise(self.layers):
            if above.input_size != below.hidden_size:
                raise ValueError(
                    f"each layer must take the hidden_size of the one below, "
                    f"{below.hidden_size}, got input_size = {above.input_size}"
                )
        self.input_size = self.layers[0].input_size
        self.hidden_size = self.layers[-1].hidden_size

    def __repr__(self) -> str:
        return f"Stack([{', '.join(map(repr, self.layers))}])"

    def parameters(self) -> dict[str, Array]:
        """`{name: array}` of the arrays in use, so that an optimiser can change them in place."""
        return prefixed(dict(enumerate(self.layers)))

    def forward(
        self, x: ArrayLike, state: Any = None, clamp: Any = None, lengths: ArrayLike | None = None
    ) -> StackTrace:
        """Run x (T, N, D) through all layers and return a `StackTrace`.

        state is a list of each layer's first state, and clamp of each layer's clamp, None for a
        layer that has none; lengths (N,) are those of all layers.

        Raises TypeError or ValueError for a state or clamp that is no list of one for each layer,
        and for what a layer refuses.
        """
        each = self._each("state", state), self._each("clamp", clamp)
        traces = []
        for layer, state_of, clamp_of in zip(self.layers, *each, strict=True):
            # A cell without a clamp is asked for none.
            held = {} if clamp_of is None else {"clamp": clamp_of}
            traces.append(layer.forward(x, state=state_of, lengths=lengths, **held))
            x = traces[-1].h
        return StackTrace(traces[-1].h, traces, self)

    def run(
        self, x: ArrayLike, state: Any = None, clamp: Any = None, lengths: ArrayLike | None = None
    ) -> tuple[Array, list[Any]]:
        """`forward` without a trace: h (T, N, H) and a list of the layers' final states."""
        each = self._each("state", state), self._each("clamp", clamp)
        states = []
        for layer, state_of, clamp_of in zip(self.layers, *each, strict=True):
            h, last = layer.run(x, state_of, clamp_of, lengths)
            states.append(last)
            x = h
        return h, states

    def _each(self, name: str, values: Any) -> list[Any]:
        """What each layer is given of a state or a clamp."""
        wanted = f"a list of one for each of the {len(self.layers)} layers"
        if values is None:
            return [None] * len(self.layers)
        if not isinstance(values, list | tuple):
            raise TypeError(f"{name} must be {wanted}, got {type(values).__name__}")
        if len(values) != len(self.layers):
            raise ValueError(f"{name} must be {wanted}, got {len(values)}")
        return list(values)

    def backward(self, trace: StackTrace, dh: ArrayLike) -> dict[str, Array]:
        """From dh (T, N, H), the gradient by the last layer's h, to those of every parameter by
        name and of x (T, N, D).

        Raises ValueError for a trace of another stack, and for what a layer refuses.
        """
        check_trace(self, trace)
        gradients: dict[str, Array] = {}
        for k in reversed(range(len(self.layers))):
            of_layer = self.layers[k].backward(trace.traces[k], dh)
            gradients |= {f"{k}.{name}": of_layer[name] for name in self.layers[k].parameters()}
            dh = of_layer["x"]
        return gradients | {"x": of_layer["x"]}
