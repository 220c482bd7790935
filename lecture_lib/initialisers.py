"""What a cell starts training from: recurrent matrices that neither grow nor shrink what passes
through them, and biases that set gates before anything is learned.

Each function changes the cell's own arrays in place.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib.cells import GRU, LSTM
from lecture_lib.cells._checks import Array, as_generator, as_number
from lecture_lib.cells.lstm import as_bias


def init_glorot(cell: Any, seed: Any = None) -> None:
    """Draw each gate's weights as if it were a layer of its own (Glorot & Bengio, 2010).

        W uniform in ±√(6 / (fan in + fan out))

    fan out is H; fan in is D for the rows of weight_ih, and H for those of weight_hh, if the cell
    has such.

    Raises TypeError for what is no cell.

    >>> cell = LSTM(2, 3)
    >>> init_glorot(cell, seed=0)
    >>> bool(abs(cell.weight_ih).max() <= np.sqrt(6 / 5))
    True
    """
    rng = as_generator(seed)
    matrices = [_matrix(cell, "weight_ih")]
    if "weight_hh" in cell.parameters():
        matrices.append(_matrix(cell, "weight_hh"))
    for matrix in matrices:
        for gate in _gate_rows(cell, matrix):
            gate[...] = rng.uniform(-1, 1, gate.shape) * math.sqrt(6 / sum(gate.shape))


def init_orthogonal(cell: Any, seed: Any = None, gain: float = 1.0) -> None:
    """Make each gate's recurrent matrix `gain` times a random orthogonal one: a step turns h, and
    neither grows nor shrinks it, before the nonlinearity (Saxe, McClelland & Ganguli, 2014).

        Uᵀ U = gain² I

    Raises TypeError for a cell without a recurrent matrix and a gain that is no number, and
    ValueError for one that is not finite.

    >>> from lecture_lib import RNN
    >>> cell = RNN(2, 3)
    >>> init_orthogonal(cell, seed=0)
    >>> bool(np.allclose(cell.weight_hh @ cell.weight_hh.T, np.eye(3)))
    True
    """
    rng = as_generator(seed)
    largest = float(np.finfo(np.float32).max)
    gain = as_number("gain", gain, "be finite", lambda value: abs(value) <= largest)
    for gate in _gate_rows(cell, _matrix(cell, "weight_hh")):
        q, r = np.linalg.qr(rng.normal(size=gate.shape))
        # QR leaves the signs open; a positive diagonal of R makes every rotation equally likely.
        gate[...] = gain * q * np.sign(np.diag(r))


def init_forget_bias(cell: Any, value: ArrayLike) -> None:
    """Give the gate that keeps the bias `value`, a number or (H,), so that the untrained cell
    keeps about σ(value) of its state at each step (Jozefowicz, Zaremba & Sutskever, 2015).

    That gate is f in the LSTM and z in the GRU, where z that writes gets −value.

    Raises TypeError for a cell without such a gate and for what is not a number, and ValueError for
    a wrong shape or a value that is not finite.

    >>> cell = LSTM(2, 3)
    >>> init_forget_bias(cell, 1.0)
    >>> cell.bias.reshape(4, 3)[1]
    array([1., 1., 1.])
    """
    if not isinstance(cell, LSTM | GRU):
        raise TypeError(f"cell must have a gate that keeps, LSTM or GRU, got {cell!r}")
    bias = as_bias("value", value, cell.hidden_size, cell.dtype)
    if isinstance(cell, LSTM):
        _gate_rows(cell, cell.bias)[cell.gates.index("f")][...] = bias
    else:
        sign = 1 if cell.update == "keep" else -1
        _gate_rows(cell, cell.bias)[cell.gates.index("z")][...] = sign * bias


def init_chrono(cell: Any, longest: float, seed: Any = None) -> None:
    """Spread the units' time constants over 2 … `longest` steps (Tallec & Ollivier, 2018).

        b_f = log u,  b_i = −b_f,  u uniform in (1, longest − 1)

    A gate at σ(log u) keeps for about 1 + u steps. In the GRU z takes both parts: b_z = −log u
    where it writes, log u where it keeps.

    Raises ValueError unless longest is finite and more than 2, and TypeError for a cell without a
    gate that keeps.

    >>> cell = LSTM(2, 100)
    >>> init_chrono(cell, longest=50, seed=0)
    >>> keeps = 1 + np.exp(cell.bias.reshape(4, 100)[1])
    >>> bool(2 <= keeps.min() and keeps.max() <= 50)
    True
    """
    longest = as_number(
        "longest", longest, "be more than 2 steps", lambda value: 2 < value < math.inf
    )
    drawn = as_generator(seed).uniform(1, longest - 1, getattr(cell, "hidden_size", 1))
    log_u = np.log(drawn)
    init_forget_bias(cell, log_u)
    if isinstance(cell, LSTM):
        _gate_rows(cell, cell.bias)[cell.gates.index("i")][...] = -log_u


def _matrix(cell: Any, name: str) -> Array:
    """A matrix of a cell, by its name."""
    parameters: dict[str, Array] = getattr(cell, "parameters", dict)()
    if name not in parameters:
        raise TypeError(f"cell must have a {name}, got {cell!r}")
    return parameters[name]


def _gate_rows(cell: Any, stacked: Array) -> list[Array]:
    """The rows of each gate, as views in the cell's gate order."""
    return np.split(stacked, len(stacked) // cell.hidden_size)
