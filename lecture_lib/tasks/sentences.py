"""His, her or their: the pronoun that agrees with the last subject.

"John went to the store . Mary then quickly bought her favourite snack ." Every word but the
pronoun follows from the last one; for the pronoun you have to remember who is buying, and that
John no longer is. That John goes with "his" is what this little corpus says, no fact about names.
Guessing the pronoun is right 1 time in 3; `GRAMMAR.floor()` is the least surprise in bits a word.

    python -m lecture_lib.tasks.sentences

trains the networks of `MODELS` and writes `lecture_lib/records/sentences.npz`.
"""

from dataclasses import replace

import numpy as np

from lecture_lib import networks, records
from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells._checks import as_number
from lecture_lib.checks import as_count, must_have, one_of, unseen
from lecture_lib.networks import CELLS
from lecture_lib.tasks import probes
from lecture_lib.tasks.grammar import Grammar
from lecture_lib.training import SequenceModel, falling, fit, softmax, softmax_cross_entropy

SUBJECTS = {
    "John": "his",
    "Peter": "his",
    "Tom": "his",
    "Mary": "her",
    "Anna": "her",
    "Lucy": "her",
    "Neighbours": "their",
    "Students": "their",
    "Twins": "their",
}
KINDS = {
    "subject": tuple(SUBJECTS),
    "went": ("went", "walked", "ran"),
    "to": ("to",),
    "the": ("the",),
    "place": ("store", "market", "station", "park"),
    "and": ("and",),
    "adverb": ("quietly", "quickly", "gladly", "soon", "then"),
    "bought": ("bought", "found", "lost"),
    "pronoun": ("his", "her", "their"),
    "favourite": ("favourite", "new"),
    "snack": ("snack", "book", "hat", "lamp"),
    "stop": (".",),
}
FOLLOWS = {
    "subject": {"went": 0.65, "adverb": 0.25, "bought": 0.1},
    "went": {"to": 1.0},
    "to": {"the": 1.0},
    "the": {"place": 1.0},
    "place": {"stop": 0.7, "and": 0.3},
    "and": {"adverb": 0.8, "bought": 0.2},
    "adverb": {"adverb": 0.5, "bought": 0.5},
    "bought": {"pronoun": 1.0},
    "pronoun": {"favourite": 0.8, "snack": 0.2},
    "favourite": {"snack": 1.0},
    "snack": {"stop": 1.0},
    "stop": {"subject": 0.7, "adverb": 0.3},
}
GRAMMAR = Grammar(KINDS, FOLLOWS, SUBJECTS)
VOCABULARY = GRAMMAR.vocabulary
draw = GRAMMAR.draw
encode = GRAMMAR.encode
STORY = "John went to the store . Mary then quickly bought her favourite snack ."
FRAME = "{old} went to the store . {new} quietly bought"

# Recorded under these names: cell, H, noise on the gates in training, seed.
MODELS = {
    "LSTM, seed 0": (LSTM, 8, 1.0, 0),
    "LSTM, seed 1": (LSTM, 8, 1.0, 1),
    "LSTM, seed 2": (LSTM, 8, 1.0, 2),
    "LSTM, seed 6": (LSTM, 8, 1.0, 6),
    "LSTM, seed 7": (LSTM, 8, 1.0, 7),
    "LSTM 16, seed 0": (LSTM, 16, 0.0, 0),
    "LSTM 16, seed 1": (LSTM, 16, 0.0, 1),
    "LSTM 16, seed 2": (LSTM, 16, 0.0, 2),
    "GRU, seed 0": (GRU, 8, 0.0, 0),
    "RNN, seed 0": (RNN, 8, 0.0, 0),
}
UPDATES = 2500
LEARNING_RATE = 1e-2
ASKED_WEIGHT = 6.0  # what the choice of a pronoun counts in the loss; any other word counts 1


class NoisyGates(SequenceModel):
    """The parts of `model`, an LSTM, trained with disturbed gates: noise of standard deviation
    `sigma` on the pre-activations of i, f and o, so that it pays to drive them to their ends."""

    def __init__(self, model, sigma, seed):
        super().__init__(model.cell, model.readout)
        self.sigma, self.rng = _as_noise("sigma", sigma), unseen(seed, 2)

    def loss_and_gradients(self, batch, loss):
        """As of `SequenceModel`, with fresh noise: it comes in by inputs of its own, one for each
        gate of each unit, whose weights are 1 and stay so."""
        (T, N, V), H = batch.x.shape, self.cell.hidden_size
        noise = self.rng.normal(0, self.sigma, (T, N, 3 * H))
        noisy = LSTM(V + 3 * H, H, dtype=self.cell.dtype)
        i, f, o = np.split(np.eye(3 * H), 3)
        to_gates = np.vstack([i, f, np.zeros((H, 3 * H)), o])
        noisy.weight_ih = np.hstack([self.cell.weight_ih, to_gates]).astype(noisy.dtype)
        noisy.weight_hh, noisy.bias = self.cell.weight_hh, self.cell.bias
        value, gradients = SequenceModel(noisy, self.readout).loss_and_gradients(
            replace(batch, x=np.concatenate([batch.x, noise], axis=2)), loss
        )
        gradients["cell.weight_ih"] = gradients["cell.weight_ih"][:, :V]
        return value, gradients


def _as_noise(name, value):
    return as_number(name, value, "be finite and not negative", lambda v: 0 <= v < np.inf)


def build(grammar, kind, hidden_size, seed=0):
    """An untrained `SequenceModel` that reads `grammar`: Glorot's matrices, a forget bias of 1."""
    must_have("vocabulary", grammar=grammar)
    if kind not in CELLS.values():
        raise ValueError(f"kind must be RNN, LSTM or GRU, the class, got {kind!r}")
    V = len(grammar.vocabulary)
    network = "RNN" if kind is RNN else f"{kind.__name__}, bias 1"
    return networks.build(network, V, hidden_size, V, seed=seed)


def train(grammar, kind, hidden_size, noise=0.0, seed=0, updates=UPDATES, progress=True):
    """A model trained to say the next word of `grammar`, its parameters rounded to 4 decimals."""
    updates = as_count("updates", updates)
    model, noise = build(grammar, kind, hidden_size, seed), _as_noise("noise", noise)
    if noise and kind is not LSTM:
        raise ValueError(f"noise disturbs an LSTM's gates: it must be 0 for a {kind.__name__}")
    fit(
        NoisyGates(model, noise, seed) if noise else model,
        lambda rng: grammar.draw(rng, asked_weight=ASKED_WEIGHT),
        softmax_cross_entropy,
        updates,
        falling(LEARNING_RATE, updates),
        seed=seed,
        progress=progress,
    )
    networks.round_parameters(model, 4)
    return model


def load(name):
    """The recorded `SequenceModel` of that name, one of `MODELS`. Raises ValueError for others."""
    one_of("name", name, MODELS)
    kind, hidden_size, _, _ = MODELS[name]
    return records.load("sentences", name, build(GRAMMAR, kind, hidden_size))


def probabilities(model, words, clamp=None):
    """P(next word) after each of `words`, (T, V); clamp as in the cell's `forward`.

    Raises ValueError that names the unknown words, and as the cell's `forward` does.
    """
    must_have("predict", model=model)
    return softmax(model.predict(encode(words), clamp=clamp)[:, 0])


def memory_units(model, seed=0):
    """What each unit knows of the last subject, (H,): see `probes.memory_units`."""
    return probes.memory_units(GRAMMAR, model, seed)


if __name__ == "__main__":
    models = {name: train(GRAMMAR, *setting) for name, setting in MODELS.items()}
    scores = {name: probes.surprise(GRAMMAR, model) for name, model in models.items()}
    for name, score in scores.items():
        print(f"{name}: {score:.4f} bits a word; the least possible is {GRAMMAR.floor():.4f}")
    records.save("tasks.sentences", models, scores)
