"""The latch, learned by an LSTM that can never forget, and by one that can.

Both see streams of 20 steps, each from an empty belt. They are then tried on longer ones.

    python -m lecture_lib.experiments.write_only

trains 5 seeds of each and writes `lecture_lib/records/write_only.npz`.
"""

import numpy as np

from lecture_lib import records
from lecture_lib.cells import LSTM
from lecture_lib.initialisers import init_forget_bias
from lecture_lib.tasks import latch
from lecture_lib.training import Linear, SequenceModel, falling, fit, mean_squared_error

SEEDS = (0, 1, 2, 3, 4)
STEPS = 20
HIDDEN_SIZE = 4
UPDATES = 2000
LEARNING_RATE = 1e-2


def build(forget_gate, seed=None):
    """An untrained LSTM of 4 units, with a forget gate that starts at σ(1) = 0.73, or with none.

    None is a gate with weights 0 and bias 100: σ(100) is 1 and its slope 0, in float64 exactly, so
    that it keeps all and training leaves it alone.
    """
    if not isinstance(forget_gate, bool):
        raise TypeError(f"forget_gate must be True or False, got {forget_gate!r}")
    cell = LSTM(2, HIDDEN_SIZE, seed=seed)
    init_forget_bias(cell, 1.0 if forget_gate else 100.0)
    if not forget_gate:
        of_f = slice(HIDDEN_SIZE, 2 * HIDDEN_SIZE)
        cell.weight_ih[of_f] = cell.weight_hh[of_f] = 0
    return SequenceModel(cell, Linear(HIDDEN_SIZE, 1, seed=seed))


def train(forget_gate, seed, updates=UPDATES, progress=True):
    """The model trained on streams of 20 steps."""
    model = build(forget_gate, seed)

    def draw(rng):
        return latch.draw(rng, steps=STEPS)

    rate = falling(LEARNING_RATE, updates)
    fit(model, draw, mean_squared_error, updates, rate, seed=seed, progress=progress)
    return model


def error(model, steps=STEPS):
    """The mean squared error on 500 streams of `steps` steps that it has not seen."""
    unseen = latch.draw(np.random.default_rng(11), steps, batch_size=500)
    return mean_squared_error(model.predict(unseen.x), unseen.target)[0]


def load(forget_gate):
    """The recorded models, as a list of `SequenceModel`, one a seed."""
    return [
        records.load("write_only", _name(forget_gate, seed), build(forget_gate)) for seed in SEEDS
    ]


def _name(forget_gate, seed):
    return f"{'forget gate' if forget_gate else 'write only'}, seed {seed}"


if __name__ == "__main__":
    models = {
        _name(forget_gate, seed): train(forget_gate, seed)
        for forget_gate in (True, False)
        for seed in SEEDS
    }
    scores = {name: error(model) for name, model in models.items()}
    records.save("experiments.write_only", models, scores)
