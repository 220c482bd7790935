"""Networks for the tests: layers of this library's cells, as files from outside give them."""

import numpy as np

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells.variants import GRUVariant, LSTMVariant, RNNVariant
from lecture_lib.interchange import Network
from lecture_lib.interchange.network import assembled

KINDS = {
    "RNN": lambda D, H, seed: RNN(D, H, seed=seed),
    "LSTM": lambda D, H, seed: LSTM(D, H, seed=seed, forget_bias=1.0),
    **{
        f"GRU {update} {reset}": lambda D, H, seed, update=update, reset=reset: GRU(
            D, H, seed=seed, update=update, reset=reset
        )
        for update in ("write", "keep")
        for reset in ("before", "after")
    },
    # The functions of networks from outside, none of them flat where these inputs lead.
    "RNN relu": lambda D, H, seed: RNNVariant(D, H, seed=seed, activation="softplus"),
    "GRU hard": lambda D, H, seed: GRUVariant(
        D, H, seed=seed, update="keep", reset="after", recurrent_activation="hard_sigmoid"
    ),
    "LSTM hard": lambda D, H, seed: LSTMVariant(
        D, H, seed=seed, recurrent_activation="hard_sigmoid", output_activation="softsign"
    ),
    "LSTM peephole": lambda D, H, seed: _looking(LSTMVariant(D, H, seed=seed, peephole=True)),
    "LSTM projected": lambda D, H, seed: LSTMVariant(D, H + 2, seed=seed, proj_size=H),
}


def _looking(cell):
    cell.peepholes[...] = 0.3
    return cell


def stirred(cell, seed=0):
    """The cell with biases drawn too, so that nothing is zero by chance."""
    rng = np.random.default_rng(seed)
    for name in cell.parameter_names:
        if name.startswith("bias"):
            getattr(cell, name)[...] += rng.normal(0, 0.3, getattr(cell, name).shape)
    return cell


def layer_of(name, kind, D, H, ways=("there",), seed=0, **said):
    """A layer with a cell for each of its directions."""
    cells = {way: stirred(KINDS[kind](D, H, seed + k), seed + k) for k, way in enumerate(ways)}
    return assembled(name, kind.split()[0], "tests", cells, **said)


def network_of(*layers):
    return Network(layers, "tests")


def one_layer(cell, **said):
    """A network of one layer that reads from the first step on."""
    kind = type(cell).__name__.removesuffix("Variant")
    return network_of(assembled("layer", kind, "tests", {"there": cell}, **said))


def noise(T, D, seed=0, N=None):
    shape = (T, D) if N is None else (T, N, D)
    return np.random.default_rng(seed).standard_normal(shape)


def keys(exam):
    """The findings that are no facts."""
    return {one.key for one in exam.findings if one.threshold is not None}
