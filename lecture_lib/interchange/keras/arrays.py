"""Keras: lists of arrays as `get_weights` gives them, of today and of old."""

import os
from typing import Any

import numpy as np

from lecture_lib.cells import GRU
from lecture_lib.cells._checks import Array
from lecture_lib.cells.bidirectional import Bidirectional
from lecture_lib.interchange.keras.shapes import KERAS1_GATES, fitting
from lecture_lib.interchange.layouts import (
    KERAS_GATES,
    as_weights,
    by_direction,
    cell_of,
    kind_of,
    kind_of_cell,
    options_of,
    stacked,
    widened,
)

NAMES = ["kernel", "recurrent_kernel", "bias"]
TF1_GATES = {"LSTM": "igfo", "RNN": "h"}
# What Keras' layers take as activation; the two hard sigmoids have one name there.
KERAS_FUNCTIONS = {
    "linear", "relu", "tanh", "sigmoid", "hard_sigmoid", "keras3_hard_sigmoid", "elu", "selu",
    "silu", "softsign", "softplus",
}  # fmt: skip
SAY_HARD = (
    "Keras 1 had hard_sigmoid in its gates unless told otherwise, and the arrays do not tell: "
    'recurrent_activation must be "hard_sigmoid" or "sigmoid"'
)


def to_keras(cell: Any) -> list[Array]:
    """The weights of a Keras `SimpleRNN`, `LSTM` or `GRU` that computes what the cell does, as its
    `set_weights` wants them: [kernel, recurrent_kernel, bias].

    The Keras GRU is to be made with `reset_after=(cell.reset == "after")`, a variant's layer with
    its activation and recurrent_activation ("keras3_hard_sigmoid" is Keras 3's "hard_sigmoid",
    "hard_sigmoid" that of Keras before 3), that of a `Reversed` with go_backwards=True, which gives
    h in the order of reading. A `Bidirectional` gives the six arrays of Keras', a `Stack` those of
    its layers one after another.

    Raises ValueError for what Keras has no layer for: peepholes, coupled gates, clipping, a
    projection, other activations; and TypeError for what is no cell.

    >>> from lecture_lib import GRU
    >>> [array.shape for array in to_keras(GRU(2, 3, reset="after"))]
    [(2, 9), (3, 9), (2, 9)]
    """
    return [
        array
        for layer in getattr(cell, "layers", [cell])
        for one in by_direction(layer).values()
        for array in _keras_arrays(one)
    ]


def _keras_arrays(cell: Any) -> Any:
    kind, options = kind_of_cell(cell), options_of(cell)
    activation = str(options.pop("activation", "tanh"))
    gates = str(options.pop("recurrent_activation", "sigmoid"))
    last = str(options.pop("output_activation", activation if kind != "LSTM" else "tanh"))
    if options:
        raise ValueError(f"Keras' {kind} has no {', '.join(options)}")
    if {activation, gates, last} - KERAS_FUNCTIONS or (kind == "LSTM" and last != activation):
        raise ValueError(
            f"Keras' {kind} has one activation and one recurrent_activation of its own list, got "
            f"{activation}, {gates}" + (f" and {last} of c" if kind == "LSTM" else "")
        )
    weight_ih, weight_hh, bias_ih, bias_hh = stacked(cell, KERAS_GATES)
    after = isinstance(cell, GRU) and cell.reset == "after"
    bias = np.stack([bias_ih, bias_hh]) if after else bias_ih
    return [weight_ih.T.copy(), weight_hh.T.copy(), bias]


def from_keras(
    weights: Any,
    reset_after: Any = None,
    update: str = "keep",
    activation: Any = None,
    recurrent_activation: Any = None,
    layout: Any = None,
    forget_bias: float = 1.0,
) -> Any:
    """The cell that computes what a Keras `SimpleRNN`, `LSTM` or `GRU` does.

    weights is what its `get_weights` returns: kernel (D, G·H), recurrent_kernel (H, G·H) and bias,
    (2, 3H) for a GRU with reset_after and (G·H,) otherwise. With use_bias=False there is no bias,
    and for a GRU reset_after must be said. Or a layer, or a file of one. update="write" gives a GRU
    with the same outputs whose z writes. activation and recurrent_activation are those of the
    layer, which its arrays do not tell: tanh and sigmoid if None, but "hard_sigmoid" was the usual
    recurrent_activation of Keras before 2.3, of tf.keras 1 and of TensorFlow.js, and in Keras 3
    that name stands for "keras3_hard_sigmoid".

    Old layouts are known by their shapes: the six (or four) arrays of a `Bidirectional`,
    CuDNNLSTM and CuDNNGRU (bias (8H,) or (6H,), blocks transposed), TensorFlow 1's cells (one
    kernel (D + H, ·), to whose f `forget_bias` was added when it ran), the 12 or 9 arrays of
    Keras 1. Where shapes fit two, `layout` chooses: "keras", "bidirectional", "cudnn", "keras1",
    "tf1 LSTM", "tf1 GRU" or "tf1 RNN" (for `open_network` also "stack of layers").

    Raises ValueError for arrays that fit none or several of these, for shapes that do not fit, for
    values that are not finite and for a GRU without bias and reset_after, and TypeError for what is
    not numbers.

    >>> import numpy as np
    >>> arrays = [np.ones((2, 12)), np.ones((3, 12)), np.zeros(12)]
    >>> from_keras(arrays)
    LSTM(2, 3, dtype=float64)
    >>> from_keras(arrays, recurrent_activation="hard_sigmoid")
    LSTMVariant(2, 3, dtype=float64)
    """
    if isinstance(weights, str | os.PathLike | bytes) or hasattr(weights, "get_config"):
        from lecture_lib.interchange.opening import open_network

        network = open_network(
            weights, update, activation=activation, recurrent_activation=recurrent_activation
        )
        if len(network) != 1 or network[0].cell is None:
            reasons = [layer.reason for layer in network if layer.reason]
            raise ValueError(
                f"weights must hold one recurrent layer, got {[layer.name for layer in network]}"
                + (f": {'; '.join(reasons)}" if reasons else "; open_network reads all")
            )
        return network[0].cell
    arrays = [widened(array) for array in weights]
    said = {"reset_after": reset_after, "update": update, "forget_bias": forget_bias}
    said |= {"activation": activation, "recurrent_activation": recurrent_activation}
    return cell_of_arrays(arrays, layout, **said)[1]


def cell_of_arrays(arrays: Any, layout: Any = None, **said: Any) -> Any:
    """(layout, cell) of one layer's arrays; `said` are the arguments of `from_keras`."""
    fits = fitting(arrays)
    if layout is None and len(fits) > 1:
        raise ValueError(
            f"arrays of the shapes {[a.shape for a in arrays]} fit {' and '.join(fits)}: "
            "layout= says which they are"
        )
    if layout is not None and layout not in fits:
        raise ValueError(
            f"layout must be one that arrays of the shapes {[a.shape for a in arrays]} fit, "
            f"{fits}, got {layout!r}"
        )
    layout = layout or (fits[0] if fits else "keras")
    if layout == "stack of layers":
        raise ValueError("these are the arrays of several layers: open_network reads them all")
    read = {
        "keras": _today, "bidirectional": _both, "cudnn": _cudnn, "keras1": _keras1,
        "tf1 LSTM": _tf1, "tf1 RNN": _tf1, "tf1 GRU": _tf1_gru,
    }[layout]  # fmt: skip
    kind = layout.removeprefix("tf1 ") if layout.startswith("tf1") else None
    return layout, read(arrays, said | ({"kind": kind} if kind else {}))


def _made(
    kind: str,
    order: dict[str, str],
    four: Any,
    said: Any,
    reset: str = "before",
    usual_gates: Any = "sigmoid",
) -> Any:
    options = {"activation": said.get("activation") or "tanh"}
    if kind != "RNN":
        options["recurrent_activation"] = said.get("recurrent_activation") or usual_gates
    elif said.get("recurrent_activation"):
        raise ValueError("recurrent_activation must be None for a SimpleRNN, which has no gate")
    if kind == "LSTM":
        options["output_activation"] = options["activation"]
    return cell_of(kind, order, four, said.get("update", "keep"), reset, **options)


def _today(arrays: Any, said: Any) -> Any:
    if len(arrays) not in (2, 3):
        raise ValueError(
            f"weights must be {NAMES} or the first two, got {len(arrays)} arrays of the shapes "
            f"{[a.shape for a in arrays]}"
        )
    reset_after = said.get("reset_after")
    kind, H = kind_of("recurrent_kernel", arrays[1], hidden_axis=0)
    columns = len(KERAS_GATES[kind]) * H
    if kind == "GRU" and reset_after is None:
        if len(arrays) == 2:
            raise ValueError("reset_after must be True or False for a GRU without bias")
        reset_after = arrays[2].ndim == 2
    after = kind == "GRU" and reset_after
    shapes = {
        "kernel": ((-1, columns), "(D, G·H)"),
        "recurrent_kernel": ((H, columns), "(H, G·H)"),
        "bias": ((2, columns), "(2, 3H)") if after else ((columns,), "(G·H,)"),
    }
    kernel, recurrent, *last = as_weights(dict(zip(NAMES, arrays, strict=False)), shapes)
    bias = last[0] if last else np.zeros(shapes["bias"][0], kernel.dtype)
    biases = bias if after else (bias, np.zeros_like(bias))
    reset = "after" if after else "before"
    return _made(kind, KERAS_GATES, (kernel.T, recurrent.T, *biases), said, reset)


def _both(arrays: Any, said: Any) -> Any:
    half = len(arrays) // 2
    there, back = (cell_of_arrays(part, **said)[1] for part in (arrays[:half], arrays[half:]))
    return Bidirectional(there, back)


def untransposed(kernel: Array, recurrent: Array, gates: Any) -> Any:
    """cuDNN's kernel and recurrent kernel as Keras' other layers have them: each block of the one
    holds its numbers as (H, D), each of the other lies transposed."""
    kernels = [b.ravel().reshape(b.shape[::-1]).T for b in np.split(kernel, gates, axis=1)]
    recurrents = [b.T for b in np.split(recurrent, gates, axis=1)]
    return np.hstack(kernels), np.hstack(recurrents)


def _cudnn(arrays: Any, said: Any) -> Any:
    kernel, recurrent, bias = as_weights(
        dict(zip(NAMES, arrays, strict=True)),
        dict(zip(NAMES, [(a.shape, "as it is") for a in arrays], strict=True)),
    )
    kind, _ = kind_of("recurrent_kernel", recurrent, hidden_axis=0)
    kernel, recurrent = untransposed(kernel, recurrent, len(KERAS_GATES[kind]))
    four = kernel.T, recurrent.T, *np.split(bias, 2)
    for name in ("activation", "recurrent_activation"):
        if said.get(name) not in (None, "tanh" if name == "activation" else "sigmoid"):
            raise ValueError(f"{name} must be None: cuDNN's layers have tanh and sigmoid alone")
    return _made(kind, KERAS_GATES, four, said, "after")


def _keras1(arrays: Any, said: Any) -> Any:
    kind, letters = KERAS1_GATES[len(arrays)]
    if said.get("recurrent_activation") is None:
        raise ValueError(SAY_HARD)
    own = {"LSTM": {"c": "g"}, "GRU": {"h": "n"}}[kind]
    order = "".join(own.get(letter, letter) for letter in letters)
    names = [f"{part}_{letter}" for letter in letters for part in "WUb"]
    shapes = dict(zip(names, [(a.shape, "as it is") for a in arrays], strict=True))
    parts = as_weights(dict(zip(names, arrays, strict=True)), shapes)
    kernel, recurrent = (np.hstack(parts[k::3]).T for k in (0, 1))
    bias = np.concatenate(parts[2::3])
    return _made(kind, {kind: order}, (kernel, recurrent, bias, np.zeros_like(bias)), said)


def _tf1(arrays: Any, said: Any) -> Any:
    kind = said["kind"]
    shapes = {n: (a.shape, "as it is") for n, a in zip(("kernel", "bias"), arrays, strict=True)}
    kernel, bias = as_weights(dict(zip(("kernel", "bias"), arrays, strict=True)), shapes)
    H = len(bias) // len(TF1_GATES[kind])
    bias = bias.copy()
    if kind == "LSTM":
        bias[2 * H : 3 * H] += said.get("forget_bias", 1.0)
    D = len(kernel) - H
    return _made(kind, TF1_GATES, (kernel[:D].T, kernel[D:].T, bias, np.zeros_like(bias)), said)


def _tf1_gru(arrays: Any, said: Any) -> Any:
    names = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")
    shapes = {n: (a.shape, "as it is") for n, a in zip(names, arrays, strict=True)}
    gates, gates_bias, last, last_bias = as_weights(dict(zip(names, arrays, strict=True)), shapes)
    kernel, bias = np.hstack([gates, last]), np.concatenate([gates_bias, last_bias])
    D = len(kernel) - len(last_bias)
    four = kernel[:D].T, kernel[D:].T, bias, np.zeros_like(bias)
    return _made("GRU", {"GRU": "rzn"}, four, said)
