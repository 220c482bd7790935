"""Hear whether someone is speaking, a frame at a time, as a detector in a stream has to.

A recording is a sequence of frames, 100 in a second. Each has two numbers, how loud it is in a low
and in a high band, in units of which 1 is a common voice above the noise; how loud the noise itself
is differs from one recording to the next. A voice sounds in both bands, more in the low one, with
short pauses, which are speech; between two turns it is silent, but for knocks, which sound in the
high band. A turn ends with a sound, so that a pause is told from an end by waiting alone.

Baselines: always speech, right in about 63 % of the frames; and a threshold on the low band with a
hang-over, which says speech for some frames after each sound, as detectors without a network do, in
about 82 %.

    python -m lecture_lib.tasks.voice

trains a plain RNN, a GRU and an LSTM of 8 units from 3 seeds each, and writes them to
`lecture_lib/records/voice.npz`.
"""

import numpy as np

from lecture_lib import networks, records
from lecture_lib.cells._checks import as_number
from lecture_lib.checks import (
    as_count,
    as_finite,
    as_rng,
    must_fit,
    must_have,
    one_of,
    unseen,
)
from lecture_lib.training import Batch, falling, fit, softmax, softmax_cross_entropy

RATE = 100  # frames in a second
BANDS = ("low band", "high band")
HIDDEN_SIZE = 8
STARTS = {"RNN": "RNN, orthogonal", "GRU": "GRU, bias 1", "LSTM": "LSTM, bias 1"}
SEEDS = (0, 1, 2)
UPDATES = 1500
LEARNING_RATE = 1e-2
DECIMALS = 2  # of a parameter: a page has them too

# In a frame: a turn begins, a turn ends where it sounds, a sound ends, a pause ends, a knock.
BEGINS, ENDS, FALLS, RISES, KNOCKS = 1 / 50, 1 / 50, 1 / 6, 1 / 5, 1 / 25


def draw(rng, steps=200, batch_size=32):
    """A `Batch` of recordings: x (T, N, 2), both bands, and target (T, N), 1 for speech."""
    as_rng(rng)
    steps, batch_size = as_count("steps", steps), as_count("batch_size", batch_size)
    floor = rng.uniform(-0.5, 0.5, batch_size)
    talks = rng.random(batch_size) < 0.5
    sounds, loud = talks.copy(), np.ones(batch_size)
    x, target = np.empty((steps, batch_size, 2)), np.empty((steps, batch_size), int)
    for t in range(steps):
        turn, change, knock = rng.random((3, batch_size))
        ends = talks & sounds & (turn < ENDS)
        begins = ~talks & (turn < BEGINS)
        loud = np.where(begins, rng.uniform(0.7, 1.3, batch_size), loud)
        talks = (talks & ~ends) | begins
        sounds = talks & np.where(sounds, change >= FALLS, begins | (change < RISES))
        knocks = ~talks & (knock < KNOCKS)
        noise = rng.normal(0, 0.25, (batch_size, 2))
        heard = np.stack([loud * sounds, 0.5 * loud * sounds + 1.2 * knocks], axis=-1)
        x[t], target[t] = floor[:, None] + heard + noise, talks
    return Batch(x, target)


def hang_over(x, threshold, hold):
    """Speech where the low band was above `threshold` within the last `hold` frames or is now.

    x (T, N, 2), threshold in its unit; returns bools (T, N).
    """
    above = as_finite("x", x, 3, "(T, N, 2)")[..., 0] > as_number("threshold", threshold)
    hold = as_count("hold", hold, 0)
    since = np.full(above.shape[1], np.inf)
    said = np.empty_like(above)
    for t, now in enumerate(above):
        since = np.where(now, 0, since + 1)
        said[t] = since <= hold
    return said


def best_hang_over(seed=0):
    """The threshold and hold that are right most often on 200 recordings, and their share of right
    answers on 500 others."""
    tune, others = draw(unseen(seed, 2), batch_size=200), draw(unseen(seed), batch_size=500)

    def share(batch, *settings):
        return float((hang_over(batch.x, *settings) == batch.target).mean())

    grid = [(level, hold) for level in np.arange(-0.2, 1.3, 0.1) for hold in range(0, 16)]
    level, hold = max(grid, key=lambda settings: share(tune, *settings))
    return float(level), hold, share(others, level, hold)


def build(kind, seed=0):
    """An untrained `SequenceModel` of the cell `kind`, "RNN", "GRU" or "LSTM", in float32."""
    one_of("kind", kind, STARTS)
    return networks.build(STARTS[kind], len(BANDS), HIDDEN_SIZE, 2, seed=seed)


def train(kind, seed=0, updates=UPDATES, progress=True):
    """The trained model, its parameters rounded to `DECIMALS`."""
    model, updates = build(kind, seed), as_count("updates", updates)
    rate = LEARNING_RATE / 3 if kind == "RNN" else LEARNING_RATE
    fit(
        model,
        draw,
        softmax_cross_entropy,
        updates,
        falling(rate, updates),
        seed=seed,
        progress=progress,
    )
    networks.round_parameters(model, DECIMALS)
    return model


def accuracy(model, seed=0):
    """The share of frames of 500 recordings it has not seen in which `model` is right."""
    others = draw(unseen(seed), batch_size=500)
    must_fit(model, others)
    return float((model.predict(others.x).argmax(axis=-1) == others.target).mean())


def speech(model, h):
    """P(speech) from the states h (T, N, H) of the model's cell, (T, N)."""
    must_have("readout", model=model)
    return softmax(model.readout.forward(as_finite("h", h, 3, "(T, N, H)")))[..., 1]


def load(kind, seed=0):
    """The recorded model of the cell `kind` in float64, for one of `SEEDS`."""
    one_of("kind", kind, STARTS)
    seed = as_count("seed", seed, 0, max(SEEDS))
    found = networks.CELLS[kind](len(BANDS), HIDDEN_SIZE)
    model = networks.SequenceModel(found, networks.Linear(HIDDEN_SIZE, 2))
    records.load("voice", f"{kind}, seed {seed}", model)
    networks.round_parameters(model, DECIMALS)  # which the record's float32 holds to 7 digits
    return model


if __name__ == "__main__":
    level, hold, right = best_hang_over()
    print(f"threshold {level:.1f}, held for {hold} frames: {right:.4f} of the frames right")
    models = {f"{kind}, seed {seed}": train(kind, seed) for kind in STARTS for seed in SEEDS}
    scores = {name: accuracy(model) for name, model in models.items()}
    for name, score in scores.items():
        print(f"{name}: {score:.4f} of the frames right")
    records.save("tasks.voice", models, scores)
