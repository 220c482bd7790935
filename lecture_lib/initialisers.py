"""What a cell starts training from: recurrent matrices that neither grow nor shrink what passes
through them, and biases that open or close gates before anything is learned.

Each function changes the cell's own arrays in place.
"""

import math

import numpy as np

from lecture_lib.cells import GRU, LSTM


def init_glorot(cell, seed=None):
    """Draw each gate's weights uniformly from ±√(6 / (fan in + fan out)), as if it were a layer of
    its own (Glorot & Bengio, 2010)."""
    rng = np.random.default_rng(seed)
    for matrix in (cell.weight_ih, cell.weight_hh):
        for gate in _gate_rows(cell, matrix):
            gate[...] = rng.uniform(-1, 1, gate.shape) * math.sqrt(6 / sum(gate.shape))


def init_orthogonal(cell, seed=None, gain=1.0):
    """Make each gate's recurrent matrix `gain` times a random orthogonal one: a step turns h, and
    neither grows nor shrinks it, before the nonlinearity (Saxe, McClelland & Ganguli, 2014)."""
    rng = np.random.default_rng(seed)
    for gate in _gate_rows(cell, cell.weight_hh):
        q, r = np.linalg.qr(rng.normal(size=gate.shape))
        # QR leaves the signs open; a positive diagonal of R makes every rotation equally likely.
        gate[...] = gain * q * np.sign(np.diag(r))


def init_forget_bias(cell, value):
    """Give the gate that keeps the bias `value`, a number or (H,), so that the untrained cell
    keeps about σ(value) of its state at each step (Jozefowicz, Zaremba & Sutskever, 2015).

    That gate is f in the LSTM and z in the GRU, where z that writes gets −value. Raises TypeError
    for a cell without such a gate.
    """
    if isinstance(cell, LSTM):
        _gate_rows(cell, cell.bias)[cell.gates.index("f")][...] = value
    elif isinstance(cell, GRU):
        sign = 1 if cell.update == "keep" else -1
        _gate_rows(cell, cell.bias)[cell.gates.index("z")][...] = sign * np.asarray(value)
    else:
        raise TypeError(f"cell must have a gate that keeps, LSTM or GRU, got {cell!r}")


def init_chrono(cell, longest, seed=None):
    """Spread the units' time constants over 1 … longest − 1 steps (Tallec & Ollivier, 2018).

        b_f = log u,  b_i = −b_f,  u uniform in (1, longest − 1)

    A gate at σ(log u) keeps for about 1 + u steps. In the GRU, z takes both parts. Raises
    ValueError unless longest > 2, and TypeError for a cell without a gate that keeps.
    """
    if not longest > 2:
        raise ValueError(f"longest must be more than 2 steps, got {longest}")
    log_u = np.log(np.random.default_rng(seed).uniform(1, longest - 1, cell.hidden_size))
    init_forget_bias(cell, log_u)
    if isinstance(cell, LSTM):
        _gate_rows(cell, cell.bias)[cell.gates.index("i")][...] = -log_u


def _gate_rows(cell, stacked):
    """The rows of each gate, as views in the cell's gate order."""
    return np.split(stacked, len(stacked) // cell.hidden_size)
