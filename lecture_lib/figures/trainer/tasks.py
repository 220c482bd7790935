"""The tasks of the Trainer, drawn alike in Python and in the browser (`tasks.mjs`).

Each `draw(seed, lag, count)` returns a `Batch` of `count` sequences; `lag` says how long the memory
must last. Only answers that can be known count, so that a network that remembers gets to loss 0.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lecture_lib.seeded import seeded_uniform
from lecture_lib.training import Batch, mean_squared_error, softmax_cross_entropy

STREAMS = {"recall": 40, "adding": 42, "counting": 44, "hello": 45}
WORD = (0, 1, 2, 2, 3)  # "hello" in the letters h, e, l, o


def recall(seed, lag, count):
    """One of 4 symbols, `lag` random distractors, a cue: which symbol was it?"""
    stream = STREAMS["recall"]
    symbol = _whole(seeded_uniform(seed, stream, (count,)), 4)
    noise = 4 + _whole(seeded_uniform(seed, stream + 1, (count, lag)), 4)
    shown = np.column_stack([symbol, noise, np.full(count, 8)]).T
    weight = np.zeros(shown.shape)
    weight[-1] = 1
    return Batch(np.eye(9)[shown], np.tile(symbol, (lag + 2, 1)), weight)


def adding(seed, lag, count):
    """`lag` numbers in [0, 1), two of them marked, one in each half: what is their sum?"""
    stream = STREAMS["adding"]
    value = (seeded_uniform(seed, stream, (count, lag)) + 1) / 2
    drawn = seeded_uniform(seed, stream + 1, (count, 2))
    half, sequence = lag // 2, np.arange(count)
    marks = _whole(drawn[:, 0], half), half + _whole(drawn[:, 1], lag - half)
    x = np.zeros((lag, count, 2))
    x[:, :, 0] = value.T
    target = np.zeros((lag, count, 1))
    for mark in marks:
        x[mark, sequence, 1] = 1
        target[-1, :, 0] += value[sequence, mark]
    weight = np.zeros((lag, count))
    weight[-1] = 1
    return Batch(x, target, weight)


def counting(seed, lag, count):
    """aⁿbⁿ for n = 1 … lag/2 between ends of word: from the first b on, what comes next?"""
    most = lag // 2
    times = 1 + _whole(seeded_uniform(seed, STREAMS["counting"], (count,)), most)
    t = np.arange(2 * most + 1)[:, None]
    shown = np.where(t == 0, 2, t > times)
    target = np.where(t < 2 * times, 1, 2)
    weight = ((t > times) & (t <= 2 * times)).astype(float)
    return Batch(np.eye(3)[shown], target, weight, 2 * times + 1)


def hello(seed, lag, count):
    """`lag` letters of "hellohello…" from anywhere: which comes next, from the second on?"""
    word = np.array(WORD)
    start = _whole(seeded_uniform(seed, STREAMS["hello"], (count,)), 5)
    letters = word[(start + np.arange(lag + 1)[:, None]) % 5]
    weight = np.ones((lag, count))
    weight[0] = 0
    return Batch(np.eye(4)[letters[:-1]], letters[1:], weight)


def _whole(numbers, count):
    """Numbers in [−1, 1) as whole numbers 0 … count − 1."""
    return np.floor(count * (numbers + 1) / 2).astype(int)


def _no_counting(lag):
    """The surprise of one who knows only how often a word ends after a b."""
    end = 2 / (lag // 2 + 1)
    return -sum(p * math.log(p) for p in (end, 1 - end) if p > 0)


@dataclass(frozen=True)
class Task:
    """`baseline(lag)` is the loss of the best guess of one who does not remember."""

    inputs: int
    outputs: int
    draw: Callable
    baseline: Callable
    loss: Callable = softmax_cross_entropy


TASKS = {
    "recall": Task(9, 4, recall, lambda lag: math.log(4)),
    "adding": Task(2, 1, adding, lambda lag: 1 / 6, mean_squared_error),
    "counting": Task(3, 3, counting, _no_counting),
    "hello": Task(4, 4, hello, lambda lag: 0.4 * math.log(2)),
}
