"""Read handwritten digits row by row, or pixel by pixel, and say which they are.

The 1797 images of 8 × 8 pixels that come with scikit-learn, from the optical recognition data of
Alpaydin & Kaynak (1998). A network sees one row of 8 pixels a step (or one pixel a step), from the
top, and answers at the last. Guessing the commonest digit is right about 1 time in 10; logistic
regression on all 64 pixels at once, `pixel_baseline`, is the baseline to reach.
"""

from functools import cache

import numpy as np

from lecture_lib import networks
from lecture_lib.cells._checks import as_generator
from lecture_lib.checks import as_count, as_finite, as_rng, as_whole, must_fit
from lecture_lib.training import Batch, fit, softmax_cross_entropy

CLASSES = 10
SIDE = 8
TESTED = 300
HIDDEN_SIZE = 32
UPDATES = 1000


@cache
def images():
    """All images (1797, 8, 8), brightness in [0, 1], and their digits (1797,)."""
    from sklearn.datasets import load_digits  # takes a second, and only this task needs it

    data = load_digits()
    return data.images / 16, data.target


def split(seed=0):
    """The images to learn from, their digits; 300 others for the test, theirs; drawn by `seed`."""
    pictures, digits = images()
    order = as_generator(seed).permutation(len(digits))
    test, learn = order[:TESTED], order[TESTED:]
    return pictures[learn], digits[learn], pictures[test], digits[test]


def _as_step(step):
    step = as_count("step", step, most=SIDE * SIDE)
    if SIDE * SIDE % step:
        raise ValueError(f"step must divide the {SIDE * SIDE} pixels of an image, got {step}")
    return step


def _as_images(pictures, digits):
    pictures = as_finite("pictures", pictures, 3, f"(N, {SIDE}, {SIDE})")
    digits = as_whole("digits", digits, 0, CLASSES - 1, 1, "(N,)")
    if pictures.shape != (len(digits), SIDE, SIDE):
        wanted = f"{(len(digits), SIDE, SIDE)}, as there are {len(digits)} digits"
        raise ValueError(f"pictures must have shape {wanted}, got {pictures.shape}")
    return pictures, digits


def as_batch(pictures, digits, step=SIDE):
    """A `Batch` of images with `step` pixels a step, x (64 / step, N, step), weighed at the end."""
    step = _as_step(step)
    pictures, digits = _as_images(pictures, digits)
    x = pictures.reshape(len(pictures), -1, step).swapaxes(0, 1)
    weight = np.zeros(x.shape[:2])
    weight[-1] = 1
    return Batch(x, np.tile(digits, (len(x), 1)), weight)


def draw(rng, pictures, digits, step=SIDE, batch_size=32):
    """A `Batch` of some of the images, drawn with replacement."""
    as_rng(rng)
    pictures, digits = _as_images(pictures, digits)
    batch_size = as_count("batch_size", batch_size)
    some = rng.integers(len(digits), size=batch_size)
    return as_batch(pictures[some], digits[some], step)


def build(network, hidden_size=HIDDEN_SIZE, step=SIDE, seed=0):
    """An untrained `SequenceModel`, by a name of `networks.build`; "chrono" is told the length."""
    step = _as_step(step)
    return networks.build(network, step, hidden_size, CLASSES, SIDE * SIDE // step, seed)


def accuracy(model, batch):
    """The share of right answers at the last step."""
    must_fit(model, batch)
    return float((model.predict(batch.x)[-1].argmax(axis=-1) == batch.target[-1]).mean())


def train(
    network,
    hidden_size=HIDDEN_SIZE,
    step=SIDE,
    updates=UPDATES,
    learning_rate=1e-2,
    seed=0,
    progress=True,
):
    """Train for so many updates. Returns the model and its `History`; scores are the shares of
    wrong answers in the test."""
    updates = as_count("updates", updates, 0)
    pictures, digits, *test = split(seed)
    model, unseen = build(network, hidden_size, step, seed), as_batch(*test, step)
    history = fit(
        model,
        lambda rng: draw(rng, pictures, digits, step),
        softmax_cross_entropy,
        updates,
        learning_rate,
        seed=seed,
        evaluate=lambda model: 1 - accuracy(model, unseen),
        progress=progress,
    )
    return model, history


def pixel_baseline(seed=0):
    """The share of the test that logistic regression on the 64 pixels gets right."""
    from sklearn.linear_model import LogisticRegression

    pictures, digits, test, wanted = split(seed)
    flat = [p.reshape(len(p), -1) for p in (pictures, test)]
    return float(LogisticRegression(max_iter=1000).fit(flat[0], digits).score(flat[1], wanted))
