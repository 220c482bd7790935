"""The book's own networks that the Microscope begins with, each with a sequence."""

from functools import cache
from typing import Any

import numpy as np

from lecture_lib.figures.microscope.plain import as_input, as_network, as_plain
from lecture_lib.tasks import counting, sentences

WORDS = {
    "counting": "aⁿbⁿ, LSTM of 2 units",
    "sentences-lstm": "sentences, LSTM of 8 units",
    "sentences-gru": "sentences, GRU of 8 units",
}
STORY = f"{sentences.STORY} Twins walked to the park and gladly found their new hat .".split()
WORD = 10 * "a" + 10 * "b"
MODELS = {"sentences-lstm": "LSTM, seed 1", "sentences-gru": "GRU, seed 0"}


@cache
def network(name: str) -> Any:
    """The `Network` of that name."""
    model = sentences.load(MODELS[name]) if name in MODELS else counting.load("LSTM")
    found = as_network(model.cell)
    found.source = "this book"
    return found


@cache
def own_input(name: str) -> tuple[np.ndarray, list[str], list[str]]:
    """What it reads, (T, D), and the names of the steps and of the inputs."""
    if name in MODELS:
        words = list(sentences.VOCABULARY)
        return sentences.encode(STORY)[:, 0], STORY, words
    return counting.one_hot(WORD)[:, 0], ["start", *WORD], ["start", *counting.LETTERS]


def as_data(name: str) -> dict[str, Any]:
    """The network and its input for the page."""
    x, steps, inputs = own_input(name)
    given = {"x": as_input(x), "steps": steps, "inputs": inputs}
    return {"words": WORDS[name], "network": as_plain(network(name)), "given": given}
