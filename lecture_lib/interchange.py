"""Weights to and from PyTorch, Keras and ONNX.

    layout       LSTM          GRU        z         reset     matrices      biases
    this book    i, f, g, o    r, z, n    either    either    (G·H, …)      one, and b_hn if after
    PyTorch      i, f, g, o    r, z, n    keeps     after     (G·H, …)      two
    Keras        i, f, c, o    z, r, h    keeps     either    (…, G·H)      one, two if after
    ONNX         i, o, f, c    z, r, h    keeps     either    (1, G·H, …)   two

G, the number of gates, is 1 for the RNN, 3 for the GRU and 4 for the LSTM; c and h in Keras and
ONNX are the candidates, g and n in this book. Of two biases only the sum matters, except for n with
the reset after the product. A z that writes is the z that keeps with the sign of its rows turned,
for 1 − σ(a) = σ(−a). Nothing is unpickled here: what comes in are arrays, or an ONNX file.
"""

import numpy as np

from lecture_lib._layouts import GATES, as_weights, cell_of, kind_of, reordered, stacked
from lecture_lib._onnx import from_onnx, to_onnx
from lecture_lib.cells import GRU

__all__ = [
    "from_keras",
    "from_onnx",
    "from_torch",
    "reorder_gates",
    "to_keras",
    "to_onnx",
    "to_torch",
]

KERAS_GATES = {"RNN": "h", "GRU": "zrn", "LSTM": "ifgo"}


def reorder_gates(checkpoint, have, want):
    """Repair a checkpoint that stacks its gates in another order than its reader expects.

    checkpoint is a dict of arrays with the gates stacked on the first axis, as a PyTorch
    state_dict or `cell.parameters()` has them; have and want are orders of the same letters, such
    as "iofg" and "ifgo". Returns a new dict. bias_hn, which belongs to one gate, stays as it is.

    Raises ValueError if have and want are not the same letters, if no weight_hh tells the hidden
    size, and for an array that does not stack so many gates of this size.
    """
    if sorted(have) != sorted(want) or len(set(have)) != len(have):
        raise ValueError(f"have and want must be orders of the same gates, got {have!r}, {want!r}")
    sizes = [np.shape(array)[-1] for name, array in checkpoint.items() if "weight_hh" in name]
    if not sizes:
        raise ValueError(f"checkpoint must have a weight_hh, got {sorted(checkpoint)}")
    rows, repaired = len(have) * sizes[0], {}
    for name, array in checkpoint.items():
        array = np.asarray(array)
        if name.endswith("bias_hn"):
            repaired[name] = array.copy()
            continue
        if array.shape[:1] != (rows,):
            raise ValueError(
                f"{name} must have {len(have)} gates · {sizes[0]} = {rows} rows, "
                f"got shape {array.shape}"
            )
        repaired[name] = reordered(array, have, want)
    return repaired


def to_torch(cell):
    """The state_dict of a one-layer `torch.nn.RNN`, `LSTM` or `GRU` that computes what the cell
    does, as NumPy arrays: weight_ih_l0, weight_hh_l0, bias_ih_l0 and bias_hh_l0.

    Raises ValueError for a GRU with reset="before", which PyTorch's GRU cannot be made to compute.
    """
    if isinstance(cell, GRU) and cell.reset == "before":
        raise ValueError(
            'PyTorch has no GRU with reset="before": this cell computes W_hn · (r ⊙ h), PyTorch '
            "r ⊙ (W_hn · h + b_hn), and no weights make these the same function. Train a cell "
            'with reset="after", or export this one to Keras or ONNX'
        )
    names = "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"
    return dict(zip(names, stacked(cell, GATES), strict=True))


def from_torch(state_dict, prefix="", suffix=None, update="keep"):
    """The cell that computes what a layer of `torch.nn.RNN` (with tanh), `LSTM` or `GRU` does.

    state_dict maps names to arrays, or to tensors that NumPy can read. The shape of weight_hh tells
    which cell it is; the biases may both be missing. prefix and suffix choose a layer out of more,
    such as "encoder." and "_l1_reverse"; suffix="" reads a `torch.nn.LSTMCell`. Without suffix, _l0
    must be all there is. update="write" gives a GRU with the same outputs whose z writes.

    Raises ValueError for names that are missing or would be left out, for shapes that do not fit
    and for values that are not finite, and TypeError for what is not numbers.
    """
    end = "_l0" if suffix is None else suffix
    weight_ih, weight_hh, bias_ih, bias_hh = wanted = [
        f"{prefix}{part}{end}" for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    ]
    if not state_dict.keys() & {bias_ih, bias_hh}:
        wanted = [weight_ih, weight_hh]
    missing = [name for name in wanted if name not in state_dict]
    if missing:
        raise ValueError(f"state_dict must have {missing}, got {sorted(state_dict)}")
    left_out = [
        name
        for name in state_dict.keys() - set(wanted)
        if name.startswith(prefix) and (suffix is None or name.endswith(suffix))
    ]
    if left_out:
        raise ValueError(
            f"state_dict must hold one layer of a cell, but {sorted(left_out)} would be left out; "
            "prefix and suffix choose a layer"
        )
    kind, H = kind_of(weight_hh, state_dict[weight_hh], hidden_axis=1)
    rows = len(GATES[kind]) * H
    shapes = {
        weight_ih: ((rows, -1), "(G·H, D)"),
        weight_hh: ((rows, H), "(G·H, H)"),
        bias_ih: ((rows,), "(G·H,)"),
        bias_hh: ((rows,), "(G·H,)"),
    }
    weights = as_weights({name: state_dict[name] for name in wanted}, shapes)
    biases = [] if len(wanted) == 4 else [np.zeros_like(weights[1][:, 0])] * 2
    return cell_of(kind, GATES, *weights, *biases, update=update, reset="after")


def to_keras(cell):
    """The weights of a Keras `SimpleRNN`, `LSTM` or `GRU` that computes what the cell does, as its
    `set_weights` wants them: [kernel, recurrent_kernel, bias].

    The Keras GRU is to be made with `reset_after=(cell.reset == "after")`.
    """
    weight_ih, weight_hh, bias_ih, bias_hh = stacked(cell, KERAS_GATES)
    after = isinstance(cell, GRU) and cell.reset == "after"
    bias = np.stack([bias_ih, bias_hh]) if after else bias_ih
    return [weight_ih.T.copy(), weight_hh.T.copy(), bias]


def from_keras(weights, reset_after=None, update="keep"):
    """The cell that computes what a Keras `SimpleRNN`, `LSTM` or `GRU` with its default activations
    does.

    weights is what its `get_weights` returns: kernel (D, G·H), recurrent_kernel (H, G·H) and bias,
    (2, 3H) for a GRU with reset_after and (G·H,) otherwise. With use_bias=False there is no bias,
    and for a GRU reset_after must be said. update="write" gives a GRU with the same outputs whose z
    writes.

    Raises ValueError for another number of arrays, for shapes that do not fit, for values that are
    not finite and for a GRU without bias and reset_after, and TypeError for what is not numbers.
    """
    names = ["kernel", "recurrent_kernel", "bias"]
    if len(weights) not in (2, 3):
        raise ValueError(f"weights must be {names} or the first two, got {len(weights)} arrays")
    kind, H = kind_of("recurrent_kernel", weights[1], hidden_axis=0)
    columns = len(KERAS_GATES[kind]) * H
    if kind == "GRU" and reset_after is None:
        if len(weights) == 2:
            raise ValueError("reset_after must be True or False for a GRU without bias")
        reset_after = np.ndim(weights[2]) == 2
    after = kind == "GRU" and reset_after
    shapes = {
        "kernel": ((-1, columns), "(D, G·H)"),
        "recurrent_kernel": ((H, columns), "(H, G·H)"),
        "bias": ((2, columns), "(2, 3H)") if after else ((columns,), "(G·H,)"),
    }
    kernel, recurrent, *bias = as_weights(dict(zip(names, weights, strict=False)), shapes)
    bias = bias[0] if bias else np.zeros(shapes["bias"][0], kernel.dtype)
    biases = bias if after else (bias, np.zeros_like(bias))
    reset = "after" if after else "before"
    return cell_of(kind, KERAS_GATES, kernel.T, recurrent.T, *biases, update=update, reset=reset)
