"""The book's own networks that the Microscope begins with, each with a sequence."""

from functools import cache
from typing import Any

import numpy as np

from lecture_lib.figures.microscope.plain import as_input, as_network, as_plain
from lecture_lib.tasks import counting, hello, sentences

WORDS = {
    "counting": "aⁿbⁿ, LSTM of 2 units",
    "sentences-lstm": "sentences, LSTM of 8 units",
    "hello": "hello, GRU of 6 units",
}
STORY = f"{sentences.STORY} Twins walked to the park and gladly found their new hat .".split()
WORD = 10 * "a" + 10 * "b"
HELLO = 4 * hello.WORD
START = "^"
LOADS = {
    "counting": lambda: counting.load("LSTM"),
    "sentences-lstm": lambda: sentences.load("LSTM, seed 1"),
    "hello": lambda: hello.load("GRU"),
}


@cache
def network(name: str) -> Any:
    """The `Network` of that name."""
    found = as_network(LOADS[name]().cell)
    found.source = "this book"
    return found


@cache
def own_input(name: str) -> tuple[np.ndarray, list[str], list[str]]:
    """What it reads, (T, D), and the names of the steps and of the inputs."""
    x, steps, inputs = _read(name)
    return x[:, 0], [*steps], [*inputs]


def _read(name):
    return {
        "counting": lambda: (counting.one_hot(WORD), START + WORD, START + counting.LETTERS),
        "sentences-lstm": lambda: (sentences.encode(STORY), STORY, sentences.VOCABULARY),
        "hello": lambda: (hello.one_hot(HELLO), HELLO, hello.LETTERS),
    }[name]()


def as_data(name: str) -> dict[str, Any]:
    """The network and its input for the page."""
    x, steps, inputs = own_input(name)
    given = {"x": as_input(x), "steps": steps, "inputs": inputs}
    return {"words": WORDS[name], "network": as_plain(network(name)), "given": given}
