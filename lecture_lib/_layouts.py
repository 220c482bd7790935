"""What the layouts of PyTorch, Keras and ONNX have in common, seen from the book's own."""

import numpy as np

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells._checks import as_array

GATES = {"RNN": "h", "GRU": "rzn", "LSTM": "ifgo"}


def reordered(array, have, want):
    """A copy of `array` with the gates, stacked on its first axis, in another order."""
    blocks = np.split(array, len(have))
    return np.concatenate([blocks[have.index(gate)] for gate in want])


def stacked(cell, order):
    """Copies of weight_ih, weight_hh, bias_ih and bias_hh, with the gates in the `order` of a
    framework and a z that keeps."""
    parameters = {name: array.copy() for name, array in cell.parameters().items()}
    bias_hh = np.zeros_like(cell.bias)
    if "bias_hn" in parameters:
        bias_hh[-cell.hidden_size :] = parameters.pop("bias_hn")
    arrays = [*parameters.values(), bias_hh]
    if isinstance(cell, GRU) and cell.update == "write":
        _mirror_update(arrays, cell.hidden_size)
    kind = type(cell).__name__
    return [reordered(array, GATES[kind], order[kind]) for array in arrays]


def cell_of(kind, order, weight_ih, weight_hh, bias_ih, bias_hh, update, reset):
    """The cell for which `stacked` gives these arrays; `update` and `reset` are those of a GRU."""
    arrays = [
        reordered(array, order[kind], GATES[kind])
        for array in (weight_ih, weight_hh, bias_ih, bias_hh)
    ]
    D, H, dtype = weight_ih.shape[1], weight_hh.shape[1], weight_hh.dtype
    if kind == "GRU":
        cell = GRU(D, H, dtype=dtype, update=update, reset=reset)
        if update == "write":
            _mirror_update(arrays, H)
    else:
        cell = {"RNN": RNN, "LSTM": LSTM}[kind](D, H, dtype=dtype)
    weight_ih, weight_hh, bias_ih, bias_hh = arrays
    parameters = {"weight_ih": weight_ih, "weight_hh": weight_hh}
    if "bias_hn" in cell.parameters():
        parameters["bias_hn"] = bias_hh[-H:].copy()
        bias_hh[-H:] = 0
    cell.load_parameters({**parameters, "bias": bias_ih + bias_hh})
    return cell


def _mirror_update(arrays, hidden_size):
    """Turn z that writes into z that keeps, or back, in place: 1 − σ(a) = σ(−a)."""
    for array in arrays:
        array[hidden_size : 2 * hidden_size] *= -1


def as_weights(named, shapes):
    """The arrays of the dict `named`, checked against the dict `shapes` of (shape, its symbols),
    all in float32, or in float64 if one of them is."""
    dtype = np.result_type(*(np.asarray(array) for array in named.values()), np.float32)
    return [as_array(name, array, dtype, *shapes[name]) for name, array in named.items()]


def kind_of(name, weight_hh, hidden_axis):
    """Which cell a recurrent matrix (G·H, H) belongs to, "RNN", "GRU" or "LSTM", and its H."""
    shape = np.shape(weight_hh)
    if len(shape) == 2:
        for kind, gates in GATES.items():
            if shape[1 - hidden_axis] == len(gates) * shape[hidden_axis]:
                return kind, shape[hidden_axis]
    wanted = "(G·H, H)" if hidden_axis else "(H, G·H)"
    raise ValueError(
        f"{name} must have shape {wanted} with G = 1 for an RNN, 3 for a GRU and 4 for an LSTM, "
        f"got {shape}"
    )
