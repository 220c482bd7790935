"""Training: the loop that fits a model, and what it saw.

The models are those of `lecture_lib.models`, the losses those of `lecture_lib.losses`, the steps
those of `lecture_lib.optimisation`; all of them can be had from here.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from tqdm import tqdm

from lecture_lib.cells._checks import Array, as_generator, as_number, as_size, must_be_callable
from lecture_lib.losses import mean_squared_error, softmax, softmax_cross_entropy
from lecture_lib.models import Batch, Linear, Loss, SequenceModel
from lecture_lib.optimisation import Adam, as_rate, clip_grad_norm

__all__ = [
    "Adam",
    "Batch",
    "History",
    "Linear",
    "SequenceModel",
    "clip_grad_norm",
    "falling",
    "fit",
    "mean_squared_error",
    "softmax",
    "softmax_cross_entropy",
]


def falling(learning_rate: float, steps: int) -> Callable[[int], float]:
    """A learning rate for `fit`: `learning_rate` over the first half of `steps`, and from there
    down a straight line to a twentieth of it.

    Raises TypeError for what is no number, and ValueError for a rate that is negative or not finite
    and for fewer than 1 step.

    >>> rate = falling(0.01, steps=100)
    >>> [round(rate(step), 4) for step in (0, 50, 75, 100)]
    [0.01, 0.01, 0.0054, 0.0005]
    """
    learning_rate, steps = as_rate(learning_rate), as_size("steps", steps)
    return lambda step: learning_rate * min(1.0, 2 - 1.95 * step / steps)


@dataclass
class History:
    """What `fit` saw: loss and gradient_norm (before clipping) at each step; steps and scores of
    the evaluations; stopped, "goal" or "patience" if it ended early.

    >>> History(loss=[0.7, 0.6], gradient_norm=[1.2, 1.1]).stopped is None
    True
    """

    loss: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    stopped: str | None = None


def fit(
    model: Any,
    draw: Callable[[np.random.Generator], Any],
    loss: Loss,
    steps: int,
    learning_rate: float | Callable[[int], float] = 1e-2,
    clip: float = 1.0,
    seed: Any = 0,
    evaluate: Callable[[Any], float] | None = None,
    every: int = 50,
    goal: float | None = None,
    patience: int | None = None,
    progress: bool = True,
) -> History:
    """Train a `SequenceModel` with Adam on batches drawn afresh at each step.

    draw(rng) returns a `Batch`, rng being the generator made from `seed`: the same seed trains the
    same way. loss is `softmax_cross_entropy` or `mean_squared_error`. learning_rate is a number,
    or a function of the step 0 … steps − 1. The gradient is clipped to norm `clip`; inf clips
    nothing.

    evaluate(model), called after every `every` steps, returns a score of which less is better.
    Training stops once a score is at most `goal`, or once `patience` scores in a row were no better
    than the best. With `patience`, the model ends with the parameters of its best score. `progress`
    shows a bar; what it leaves on anything but a terminal has no times in it.

    Returns a `History`. Raises ValueError for a goal or patience without evaluate, a learning rate
    that is negative or not finite, a clip that is not positive, or an every or patience below 1;
    TypeError for what is no number; and FloatingPointError, with the parameters still finite, if
    loss, gradient, score or a step is not.

    >>> from lecture_lib import RNN
    >>> def draw(rng):
    ...     x = rng.normal(size=(5, 8, 1))
    ...     return Batch(x, target=0.5 * x)
    >>> model = SequenceModel(RNN(1, 4, seed=0), Linear(4, 1, seed=0))
    >>> history = fit(model, draw, mean_squared_error, steps=60, progress=False)
    >>> history.loss[-1] < history.loss[0] / 5
    True
    """
    steps, every = as_size("steps", steps, least=0), as_size("every", every)
    clip = as_number("clip", clip, "be positive", lambda value: value > 0)
    if not callable(learning_rate):
        as_rate(learning_rate)
    must_be_callable(draw=draw, loss=loss)
    _check_scoring(evaluate, goal, patience)
    if not (hasattr(model, "loss_and_gradients") and hasattr(model, "parameters")):
        raise TypeError(f"model must be a SequenceModel, got {model!r}")
    rng, parameters = as_generator(seed), model.parameters()
    _keep_memory()
    optimiser, history = Adam(parameters), History()
    watch = _Watch(parameters, goal, patience)
    with _Bar(steps, progress) as bar:
        for step in range(steps):
            value, gradients = model.loss_and_gradients(draw(rng), loss)
            try:
                gradients, norm = clip_grad_norm(gradients, clip)
            except FloatingPointError as error:
                raise FloatingPointError(f"{error} at step {step}") from None
            optimiser.learning_rate = (
                learning_rate(step) if callable(learning_rate) else learning_rate
            )
            optimiser.step(gradients)
            history.loss.append(value)
            history.gradient_norm.append(norm)
            bar.update()
            if evaluate is None or (step + 1) % every:
                continue
            score = as_number("the score", evaluate(model), "", lambda _: True)
            history.steps.append(step + 1)
            history.scores.append(score)
            bar.set_postfix(loss=f"{value:.4f}", score=f"{score:.4f}")
            if stopped := watch.stops(score):
                history.stopped = stopped
                break
        bar.end()
    watch.restore()
    return history


def _keep_memory() -> None:
    """Have glibc keep up to 32 MB of freed memory, which it would otherwise give back after each
    update and fetch anew, page by page, for a third of the time: it keeps twice the largest block
    that was ever freed, and no page of this one is touched."""
    np.empty(2**21)


def _check_scoring(evaluate: Any, goal: Any, patience: Any) -> None:
    if patience is not None:
        as_size("patience", patience)
    if goal is not None:
        as_number("goal", goal, "be a number", lambda value: not math.isnan(value))
    if evaluate is not None:
        must_be_callable(evaluate=evaluate)
    elif not (goal is None and patience is None):
        raise ValueError("goal and patience need evaluate, which makes the score they look at")


class _Watch:
    """The best score so far, with its parameters if they are wanted, and whether to go on."""

    def __init__(self, parameters: dict[str, Array], goal: Any, patience: Any) -> None:
        self.parameters, self.goal, self.patience = parameters, goal, patience
        self.best, self.waited = math.inf, 0
        self.kept: dict[str, Array] = {}

    def stops(self, score: float) -> str | None:
        """Why training stops after this score, None if it goes on."""
        if math.isnan(score):
            raise FloatingPointError("the score is nan; evaluate must return a number")
        self.waited += 1
        if score < self.best:
            self.best, self.waited = score, 0
            if self.patience is not None:
                self.kept = {name: array.copy() for name, array in self.parameters.items()}
        if self.goal is not None and score <= self.goal:
            return "goal"
        return "patience" if self.waited == self.patience else None

    def restore(self) -> None:
        """Put the parameters of the best score back, if they were kept."""
        for name, array in self.kept.items():
            self.parameters[name][...] = array


class _Bar(tqdm):
    """A progress bar, which on a terminal shows times and scores to the end.

    Elsewhere, as below a notebook's cell, it leaves a line that is the same for every run.
    """

    def __init__(self, steps: int, shown: bool) -> None:
        self.timed = sys.stderr is not None and sys.stderr.isatty()
        plain = "{percentage:3.0f}%|{bar:20}| {n_fmt}/{total_fmt}{postfix}"
        disable = not (shown and steps)
        super().__init__(total=steps, disable=disable, bar_format=None if self.timed else plain)

    def end(self) -> None:
        if not self.timed:
            self.set_postfix_str("", refresh=False)
            self.clear()
