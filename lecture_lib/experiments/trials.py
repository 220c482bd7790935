"""Tasks as the comparisons set them: for how long, from what start, and what counts as solved."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from lecture_lib.experiments.runner import updates_to
from lecture_lib.tasks import adding, counting, delayed_recall, digits, sentences, state
from lecture_lib.training import History, fit, mean_squared_error, softmax_cross_entropy


class Outcome(NamedTuple):
    """What training came to: its `History`, whose scores are negative where more is better; the
    updates until it was solved, None if it was not; the last score."""

    history: History
    updates: int | None
    score: float


@dataclass(frozen=True)
class Trial:
    """What is learned, from what start, for how long at most, and what counts as solved.

    sizes are inputs and outputs, `start` is what the gates start from, as `networks.build` has it,
    and `span` the longest memory asked for. draw(seed) gives a function of a generator that draws a
    `Batch`; score(seed) a function of the model, looked at `every` so many updates, of which `less`
    says whether less is better. It is solved once the score reaches `target`, and there training
    ends if `stops`; without a target the score is taken at the end alone.
    """

    sizes: tuple[int, int]
    hidden_size: int
    span: int
    updates: int
    draw: Callable
    loss: Callable
    score: Callable
    measure: str
    target: float | None
    less: bool = False
    stops: bool = False
    every: int = 50
    start: str = "bias 1"
    title: str = ""

    def train(self, model, learning_rate, seed=0, updates=None, progress=True):
        """Train `model` for `updates`, those of the trial if None; returns the `Outcome`."""
        score, sign = self.score(seed), 1 if self.less else -1
        looks = self.target is not None
        history = fit(
            model,
            self.draw(seed),
            self.loss,
            self.updates if updates is None else updates,
            learning_rate,
            seed=seed,
            evaluate=(lambda model: sign * score(model)) if looks else None,
            every=self.every,
            goal=sign * self.target if looks and self.stops else None,
            progress=progress,
        )
        if not looks:
            return Outcome(history, None, score(model))
        return Outcome(history, updates_to(history, sign * self.target), abs(history.scores[-1]))


def on_unseen(draw, measure, count=500, stream=1):
    """The `score` of a trial: measure(model, batch) on `count` sequences that training never sees,
    drawn from [seed, stream]."""

    def score(seed):
        batch = draw(np.random.default_rng([seed, stream]), batch_size=count)
        return lambda model: measure(model, batch)

    return score


def _trial(given, **usual):
    """The usual trial of a task, but for what is `given`."""
    return Trial(**(usual | given))


def add(length, **given):
    """The sum of two of `length` numbers."""
    draw = partial(adding.draw, length=length)
    return _trial(
        given,
        sizes=(adding.INPUT_SIZE, adding.OUTPUT_SIZE),
        hidden_size=16,
        span=length,
        updates=3000,
        draw=lambda seed: draw,
        loss=mean_squared_error,
        score=on_unseen(draw, adding.error),
        measure="squared error",
        target=adding.SOLVED,
        less=True,
        stops=True,
    )


def recall(delay, **given):
    """A symbol after `delay` steps, by the share that is right."""
    draw = partial(delayed_recall.draw, delay=delay)
    return _trial(
        given,
        sizes=(delayed_recall.INPUT_SIZE, delayed_recall.SYMBOLS),
        hidden_size=16,
        span=delay,
        updates=1500,
        draw=lambda seed: draw,
        loss=softmax_cross_entropy,
        score=on_unseen(draw, delayed_recall.accuracy),
        measure="share right at the cue",
        target=delayed_recall.SOLVED,
        stops=True,
    )


def recall_wrong(delay, **given):
    """A symbol after `delay` steps, by the share that is wrong."""

    def wrong(model, batch):
        return 1 - delayed_recall.accuracy(model, batch)

    return recall(
        delay,
        score=on_unseen(partial(delayed_recall.draw, delay=delay), wrong),
        measure="share wrong",
        less=True,
        **{"target": 1 - delayed_recall.SOLVED} | given,
    )


def count(hidden_size, **given):
    """aⁿbⁿ, by the largest n up to which all is right."""
    return _trial(
        given,
        sizes=(counting.INPUT_SIZE, len(counting.NEXT)),
        hidden_size=hidden_size,
        span=2 * counting.LONGEST,
        updates=2000,
        draw=lambda seed: counting.draw,
        loss=softmax_cross_entropy,
        score=lambda seed: counting.reach,
        measure="largest n counted",
        target=counting.LONGEST,
    )


def choose_pronoun(**given):
    """His, her or their, learned as the next word of a text."""
    grammar = sentences.GRAMMAR
    words = len(grammar.vocabulary)

    def right(model, batch):
        asked = np.isin(batch.target, grammar.numbers(grammar.classes))
        return float((model.predict(batch.x).argmax(axis=-1) == batch.target)[asked].mean())

    return _trial(
        given,
        sizes=(words, words),
        hidden_size=8,
        span=40,
        updates=2000,
        draw=lambda seed: grammar.draw,
        loss=softmax_cross_entropy,
        score=on_unseen(grammar.draw, right, count=300),
        measure="share of pronouns right",
        target=0.995,
    )


def read_digits(step, updates, **given):
    """Handwritten digits, `step` pixels at a time."""
    data = cache(digits.split)

    def score(seed):
        unseen = digits.as_batch(*data(seed)[2:], step)
        return lambda model: digits.accuracy(model, unseen)

    return _trial(
        given,
        sizes=(step, digits.CLASSES),
        hidden_size=32,
        span=64 // step,
        updates=updates,
        draw=lambda seed: lambda rng: digits.draw(rng, *data(seed)[:2], step),
        loss=softmax_cross_entropy,
        score=score,
        measure="share right in the test",
        target=0.94,
    )


def first(steps=40, **given):
    """The first flagged number."""
    draw = partial(state.draw_first, steps=steps)
    return _trial(
        given,
        sizes=(2, 1),
        hidden_size=8,
        start="bias 2",
        span=steps,
        updates=1500,
        draw=lambda seed: draw,
        loss=mean_squared_error,
        score=on_unseen(draw, state.error),
        measure="squared error",
        target=0.01,
        less=True,
        stops=True,
    )


def parity(steps=20, **given):
    """Whether the number of ones so far is odd."""
    draw = partial(state.draw_parity, steps=steps)
    return _trial(
        given,
        sizes=(2, 2),
        hidden_size=16,
        start="bias 0",
        span=steps,
        updates=1500,
        draw=lambda seed: draw,
        loss=softmax_cross_entropy,
        score=on_unseen(draw, state.share_wrong),
        measure="share wrong",
        target=0.01,
        less=True,
        stops=True,
    )
