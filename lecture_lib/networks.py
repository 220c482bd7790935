"""Networks by name: a cell, what it starts from, and a readout; and how many numbers they learn."""

import itertools

import numpy as np

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells._checks import as_choice, as_number, as_size
from lecture_lib.initialisers import init_chrono, init_forget_bias, init_glorot, init_orthogonal
from lecture_lib.training import Linear, SequenceModel

CELLS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


def build(network, input_size, hidden_size, output_size, span=None, seed=0):
    """An untrained `SequenceModel` in float32, all its matrices Glorot's.

    `network` names a cell and, after a comma, what it starts from: with "bias 1" the LSTM's f
    and the GRU's 1 − z start near σ(1); "chrono" spreads these over memories of up to `span`
    steps; "orthogonal" turns the recurrent matrices into rotations. "RNN" alone starts from Glorot.

    Raises ValueError for another name.
    """
    kind, _, start = network.partition(", ") if isinstance(network, str) else (None, "", "")
    if kind not in CELLS:
        raise ValueError(f"network must begin with {', '.join(CELLS)}, got {network!r}")
    cell = CELLS[kind](input_size, hidden_size, dtype=np.float32)
    init_glorot(cell, seed)
    if start == "orthogonal":
        init_orthogonal(cell, seed)
    elif start == "chrono":
        init_chrono(cell, span, seed)
    elif start.startswith("bias "):
        try:
            bias = float(start.removeprefix("bias "))
        except ValueError:
            raise ValueError(f"network must have a number after bias, got {network!r}") from None
        init_forget_bias(cell, bias)
    elif start:
        raise ValueError(
            f"network must start from bias b, chrono or orthogonal after the comma, got {network!r}"
        )
    return SequenceModel(cell, Linear(hidden_size, output_size, seed=seed, dtype=np.float32))


def round_parameters(model, decimals):
    """Round what the model learned, in place: it travels with a page, and few decimals do."""
    for array in model.parameters().values():
        array[...] = array.round(decimals)


def count_parameters(model):
    """How many numbers the model learns, its readout's among them."""
    return sum(array.size for array in model.parameters().values())


def parameters_of(kind, input_size, output_size, hidden_size):
    """blocks · H (D + H + 1) of the cell and O (H + 1) of its readout; 4 blocks in the LSTM, 3 in
    the GRU, 1 in the RNN."""
    as_choice("kind", kind, tuple(CELLS))
    input_size, output_size = as_size("input_size", input_size), as_size("output_size", output_size)
    hidden_size = as_size("hidden_size", hidden_size)
    blocks = {"RNN": 1, "GRU": 3, "LSTM": 4}[kind]
    return blocks * hidden_size * (input_size + hidden_size + 1) + output_size * (hidden_size + 1)


def matching_size(kind, input_size, output_size, parameters):
    """The fewest units with which a network of cell `kind` has at least so many parameters, of
    which there may be 10¹² at most.

    Raises ValueError or TypeError for another kind, and for what is no such number.
    """
    as_number("parameters", parameters, "be at most 1e12", lambda value: value <= 1e12)
    return next(
        size
        for size in itertools.count(1)
        if parameters_of(kind, input_size, output_size, size) >= parameters
    )
