"""Is or are: the twin of `sentences` in which nobody is a he or a she.

"Snow came over the hills . Clouds still are cold ." The verb agrees in number with the last
subject, whatever other nouns stand between them. Guessing is right 1 time in 2.

    python -m lecture_lib.tasks.agreement

trains the networks of `MODELS` and writes `lecture_lib/records/agreement.npz`.
"""

from lecture_lib import records
from lecture_lib.cells import LSTM
from lecture_lib.tasks import probes, sentences
from lecture_lib.tasks.grammar import Grammar

SUBJECTS = {
    "Rain": "is",
    "Snow": "is",
    "Fog": "is",
    "Clouds": "are",
    "Storms": "are",
    "Winds": "are",
}
KINDS = {
    "subject": tuple(SUBJECTS),
    "came": ("came", "moved", "spread"),
    "over": ("over",),
    "the": ("the",),
    "place": ("hill", "hills", "town", "towns"),
    "and": ("and",),
    "adverb": ("still", "now", "often", "again"),
    "verb": ("is", "are"),
    "cold": ("cold", "heavy", "grey"),
    "stop": (".",),
}
FOLLOWS = {
    "subject": {"came": 0.65, "adverb": 0.25, "verb": 0.1},
    "came": {"over": 1.0},
    "over": {"the": 1.0},
    "the": {"place": 1.0},
    "place": {"stop": 0.7, "and": 0.3},
    "and": {"adverb": 0.8, "verb": 0.2},
    "adverb": {"adverb": 0.5, "verb": 0.5},
    "verb": {"cold": 1.0},
    "cold": {"stop": 1.0},
    "stop": {"subject": 0.7, "adverb": 0.3},
}
GRAMMAR = Grammar(KINDS, FOLLOWS, SUBJECTS)
STORY = "Snow came over the hills . Clouds still are cold ."
FRAME = "{old} came over the hills . {new} still"

# As in `sentences.MODELS`: cell, H, noise on the gates in training, seed.
MODELS = {f"LSTM, seed {seed}": (LSTM, 8, 1.0, seed) for seed in (0, 1, 2)}


def load(name):
    """The recorded `SequenceModel` of that name, one of `MODELS`. Raises ValueError for others."""
    return records.load("agreement", name, sentences.build(GRAMMAR, LSTM, 8))


if __name__ == "__main__":
    models = {name: sentences.train(GRAMMAR, *setting) for name, setting in MODELS.items()}
    scores = {name: probes.surprise(GRAMMAR, model) for name, model in models.items()}
    for name, score in scores.items():
        print(f"{name}: {score:.4f} bits a word; the least possible is {GRAMMAR.floor():.4f}")
    records.save("tasks.agreement", models, scores)
