"""Networks that forecast: RNN, GRU, LSTM and minGRU of nearly equally many parameters."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells._checks import Array
from lecture_lib.cells.minimal import MinGRU
from lecture_lib.cells.stack import Stack
from lecture_lib.forecasting.problem import Problem
from lecture_lib.forecasting.words import CONSTANTS, worded
from lecture_lib.initialisers import init_forget_bias
from lecture_lib.losses import mean_squared_error
from lecture_lib.models import Batch, Linear, SequenceModel
from lecture_lib.networks import count_parameters
from lecture_lib.seeded import seeded_uniform
from lecture_lib.training import fit

KINDS = tuple(CONSTANTS["recurrent"]["kinds"])
LEARNING_RATE = CONSTANTS["recurrent"]["learning_rate"]
BATCH = CONSTANTS["recurrent"]["batch"]
EVERY = CONSTANTS["recurrent"]["every"]  # updates between two looks at the validation part
# In a piece to learn from, whose first half only warms the memory up.
SEASONS = CONSTANTS["recurrent"]["seasons"]
LONGEST = CONSTANTS["recurrent"]["longest"]  # steps of a piece
WITHOUT_SEASON = CONSTANTS["recurrent"]["without_season"]
FEWEST = CONSTANTS["recurrent"]["fewest"]  # values to learn from
# The stream of `seeded_uniform` for the pieces; parameters take the first ones.
DRAWS = CONSTANTS["recurrent"]["draws"]


@dataclass(frozen=True)
class Training:
    """How networks are trained: `hidden_size` of the LSTM, to whose number of parameters the others
    come nearest; at most `updates` of Adam; stopped when `patience` looks in a row, one each 25
    updates, at the one-step error in the validation part were no better."""

    hidden_size: int = CONSTANTS["recurrent"]["hidden_size"]
    updates: int = CONSTANTS["recurrent"]["updates"]
    patience: int = CONSTANTS["recurrent"]["patience"]


def build(kind: str, input_size: int, hidden_size: int, seed: int = 0) -> SequenceModel:
    """An untrained network, float64, of `hidden_size` units; the minGRU has two layers of them, for
    the gates of one see nothing of what it holds.

    Matrices are uniform in ±1/√H, drawn by `seeded_uniform`, a stream for each; biases are 0, but
    that of the gate that keeps is 1 in LSTM and GRU.
    """
    if kind == "minGRU":
        layers: list[Any] = [MinGRU(input_size, hidden_size), MinGRU(hidden_size, hidden_size)]
    else:
        layers = [{"RNN": RNN, "GRU": GRU, "LSTM": LSTM}[kind](input_size, hidden_size)]
    model = SequenceModel(Stack(layers), Linear(hidden_size, 1))
    for stream, array in enumerate(model.parameters().values()):
        matrix = array.ndim == 2
        drawn = seeded_uniform(seed, stream, array.shape) / np.sqrt(hidden_size)
        array[...] = drawn if matrix else 0.0
    if kind in ("LSTM", "GRU"):
        init_forget_bias(layers[0], 1.0)
    return model


def equal_size(kind: str, input_size: int, parameters: int) -> int:
    """The number of units with which a network of `kind` comes nearest to so many parameters."""
    sizes = range(1, parameters)
    before = 1
    for size in sizes:
        count = count_parameters(build(kind, input_size, size))
        if count >= parameters:
            far = parameters - count_parameters(build(kind, input_size, before))
            return size if count - parameters <= far else before
        before = size
    return before


def train(problem: Problem, kind: str, seed: int, training: Training) -> tuple[Any, int]:
    """The trained network, and the updates it took.

    It learns to say the next value at each step of random pieces of four seasons, or of 48 steps,
    and at most 120 or half of the values, of which the first half only warms up its memory.

    Raises ValueError where there are fewer than 40 values to learn from.
    """
    held, end = problem.fit_split - problem.differenced, problem.split - problem.differenced
    if held < FEWEST:
        raise ValueError(worded("few_for_network", count=held, fewest=FEWEST))
    steps = min(SEASONS * problem.season if problem.season else WITHOUT_SEASON, LONGEST, held // 2)
    inputs, learned = _inputs(problem), problem.learned
    width = inputs.shape[1]
    wanted = count_parameters(build("LSTM", width, training.hidden_size))
    size = training.hidden_size if kind == "LSTM" else equal_size(kind, width, wanted)
    model = build(kind, width, size, seed)
    weight = np.zeros((steps, BATCH))
    weight[steps // 2 :] = 1
    uniform = seeded_uniform(seed, DRAWS, (training.updates, BATCH))
    places = iter(((uniform + 1) / 2 * (held - steps)).astype(int))

    def draw(_: Any) -> Batch:
        piece = next(places) + np.arange(steps + 1)[:, None]
        return Batch(inputs[piece[:-1]], learned[piece[1:], None], weight)

    def error(model: SequenceModel) -> float:
        said = model.predict(inputs[: end - 1, None])[held - 1 :, 0, 0]
        return float(np.mean((said - learned[held:end]) ** 2))

    history = fit(
        model,
        draw,
        mean_squared_error,
        training.updates,
        LEARNING_RATE,
        evaluate=error,
        every=EVERY,
        patience=training.patience,
        progress=False,
    )
    return model, len(history.loss)


def iterate(problem: Problem, model: SequenceModel, origins: Array) -> Array:
    """What the network says from each origin, (origins, horizon), in the series' unit: it reads the
    series from its first value on, says the next, reads that as if it had come true."""
    stack: Any = model.cell
    at = origins - problem.differenced
    trace = stack.forward(_inputs(problem)[:, None])
    states = [_state(layer, at, 0) for layer in trace.traces]
    said = [model.readout.forward(trace.h[at, 0])]
    for ahead in range(1, problem.horizon):
        x = np.hstack([said[-1], problem.columns_from(origins, ahead)])
        trace = stack.forward(x[None], states)
        states = trace.final_state
        said.append(model.readout.forward(trace.h[0]))
    return problem.in_unit(origins, np.hstack(said))


def _inputs(problem: Problem) -> Array:
    """(T, 1 + E): what is learned, and beside it the columns at the same step."""
    beside = problem.columns[int(problem.differenced) :]
    return np.column_stack([problem.learned, beside])


def _state(trace: Any, at: Array, sequence: int) -> Any:
    h = trace.h[at, sequence]
    return [h, trace.c[at, sequence]] if hasattr(trace, "c") else h
