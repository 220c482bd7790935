"""Say the next letter of a text: this book's own.

The text is the prose of lectures 1 to 11 as they were in November 2026, gathered by
`book/_tools/gather.py`: lower case, 32 letters, without formulas, code and numbers, and each
sentence once. It lies in `lecture_lib/records/characters.txt` and stays as it is, so that the
numbers stay. The first 80 % are to learn from, the next 10 % to tune and to stop by, and the last
10 % are held out.

Baselines: a uniform guess costs 5 bits a letter, and Kneser-Ney n-grams (`lecture_lib.ngram`) far
less.

    python -m lecture_lib.tasks.characters

trains an LSTM of 64 units and writes it, rounded to 8 bits a weight, to
`lecture_lib/records/characters.npz`, and as a page reads it to `characters_page.json` beside it.
"""

import base64

import numpy as np

from lecture_lib import records
from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells._checks import as_dtype, as_number, as_real, must_be_callable
from lecture_lib.checks import (
    as_count,
    as_finite,
    as_part,
    as_rng,
    as_text,
    as_whole,
    must_have,
    one_of,
)
from lecture_lib.ngram import NGram
from lecture_lib.training import (
    Batch,
    Linear,
    SequenceModel,
    falling,
    fit,
    softmax,
    softmax_cross_entropy,
)

CORPUS = records.FOLDER / "characters.txt"
ALPHABET = " abcdefghijklmnopqrstuvwxyz.,'?-"
UNIFORM = 5.0  # log₂ 32 bits a letter

# Equal in parameters, within 5 %: about 27,000. A plain RNN wants a smaller learning rate.
CELLS = {"LSTM": (LSTM, 64, 1e-2), "GRU": (GRU, 74, 1e-2), "RNN": (RNN, 138, 3e-3)}
STEPS = 60
UPDATES = 1000
# For each order the best of 0.5, 0.6, … 0.9 on the tuning part; a 7-gram gains nothing more.
DISCOUNTS = {1: 0.5, 2: 0.5, 3: 0.5, 4: 0.7, 5: 0.8, 6: 0.9}


def corpus():
    """The text in its three parts: to learn from, to tune by, held out."""
    text = CORPUS.read_text(encoding="ascii").strip()
    learn, tune = int(0.8 * len(text)), int(0.9 * len(text))
    return text[:learn], text[learn:tune], text[tune:]


def indices(text):
    """The places of the letters of `text` in the alphabet, (T,).

    Raises ValueError if there are none, or others than those of the alphabet, which it names.
    """
    _must_be_letters("text", text)
    return np.array([ALPHABET.index(letter) for letter in text])


def _must_be_letters(name, text):
    unknown = "".join(sorted(set(as_text(name, text)) - set(ALPHABET)))
    if unknown or not text:
        what = repr(unknown) if unknown else "none"
        raise ValueError(f"{name} must be one or more letters of {ALPHABET!r}, got {what}")


def one_hot(text, dtype=np.float64):
    """The letters of `text` as x (T, 1, 32)."""
    return np.eye(len(ALPHABET), dtype=as_dtype(dtype))[indices(text)][:, None]


class Network(SequenceModel):
    """A cell with a readout over the alphabet, which reads letters."""

    def read(self, text, before=None):
        """P(next letter) after each letter of `text`, (T, 32), and the state to pass as `before`
        when reading on."""
        h, state = self.cell.run(one_hot(text, self.cell.dtype), before)
        return softmax(self.readout.forward(h)[:, 0]), state


def build(kind, seed=None, dtype=np.float64):
    """An untrained `Network` of the cell `kind`, "LSTM", "GRU" or "RNN"."""
    one_of("kind", kind, CELLS)
    cell, hidden_size, _ = CELLS[kind]
    return Network(
        cell(len(ALPHABET), hidden_size, seed=seed, dtype=dtype),
        Linear(hidden_size, len(ALPHABET), seed=seed, dtype=dtype),
    )


def ngram(order=6, share=1.0):
    """The n-gram of the learning part, or of its first `share`; `order` is 1 … 6."""
    order, share = as_count("order", order, most=max(DISCOUNTS)), as_part("share", share)
    learn, _, _ = corpus()
    return NGram(learn[: round(share * len(learn))], ALPHABET, order, DISCOUNTS[order])


def surprise(model, text):
    """−log₂ P of each letter of `text` but the first, (T − 1,), by an `NGram` or a `Network`."""
    must_have("read", model=model)
    if len(indices(text)) < 2:
        raise ValueError(f"text must be two letters or more, got {text!r}")
    p, _ = model.read(text[:-1])
    return -np.log2(p[np.arange(len(p)), indices(text)[1:]])


def bits(model, text):
    """The mean surprise in bits a letter: the cross-entropy. Its power of two is the perplexity."""
    return float(surprise(model, text).mean())


def temper(p, temperature):
    """p^(1/τ) / Σ p^(1/τ), for a temperature τ > 0: bolder below 1, flatter above."""
    temperature = as_number("temperature", temperature, "be above 0", lambda value: value > 0)
    p = as_real("p", p)
    if not (p.ndim and p.size and p.min() >= 0 and p.max(axis=-1).min() > 0 and p.max() < np.inf):
        raise ValueError("p must hold probabilities, 0 or more and not all of them 0")
    p = (p / p.max(axis=-1, keepdims=True)) ** (1 / temperature)
    return p / p.sum(axis=-1, keepdims=True)


def write(model, prefix, uniform, temperature=1.0):
    """What `model` writes after `prefix`: a letter for each of the numbers `uniform` in [0, 1).

    A number u chooses the first letter, in the order of the alphabet, up to which the tempered
    probabilities add up to more than u. What is written is read in turn.
    """
    must_have("read", model=model)
    _must_be_letters("prefix", prefix)
    uniform = as_real("uniform", uniform)
    if uniform.ndim != 1 or not ((uniform >= 0) & (uniform < 1)).all():
        raise ValueError("uniform must be a list of numbers in [0, 1)")
    written = ""
    p, state = model.read(prefix)
    for u in uniform:
        up_to = temper(p[-1], temperature).cumsum()
        written += ALPHABET[min(np.searchsorted(up_to, u, side="right"), len(ALPHABET) - 1)]
        p, state = model.read(written[-1], state)
    return written


def draw(rng, text, steps=STEPS, batch_size=32):
    """A `Batch` of windows of `text`: x (steps, N, 32), and the next letters (steps, N).

    The gradient goes back to the beginning of a window and no further, and so does the memory.
    """
    as_rng(rng)
    text = as_whole("text", text, 0, len(ALPHABET) - 1, 1, "(letters,)")
    batch_size = as_count("batch_size", batch_size)
    # A window is as many letters as steps, and the letter after them.
    steps = as_count("steps", steps, most=len(text) - 1)
    start = rng.integers(len(text) - steps, size=batch_size)
    window = text[start + np.arange(steps + 1)[:, None]]
    return Batch(np.eye(len(ALPHABET), dtype=np.float32)[window[:-1]], window[1:])


def train(kind, seed=0, share=1.0, updates=UPDATES, falls=True, watch=None, progress=True):
    """The `Network`, in float32, as it was when it did best on the tuning part.

    It learns from the first `share` of the learning part; its learning rate is falling over the
    second half of the updates if it `falls`. `watch(model)` is called every 50 updates.
    """
    model, updates = build(kind, seed, np.float32), as_count("updates", updates)
    if watch is not None:
        must_be_callable(watch=watch)
    learn, tune, _ = corpus()
    seen = indices(learn[: round(as_part("share", share) * len(learn))])
    rate = CELLS[kind][2]

    def evaluate(model):
        if watch:
            watch(model)
        return bits(model, tune)

    fit(
        model,
        lambda rng: draw(rng, seen),
        softmax_cross_entropy,
        updates,
        falling(rate, updates) if falls else rate,
        seed=seed,
        evaluate=evaluate,
        patience=updates,  # never out of it, but the best is kept
        progress=progress,
    )
    return model


def quantise(model):
    """Round every parameter to a whole number, −127 … 127, of steps; return {name: 1/step}.

    An array's step is the smallest power of two with which its largest entry fits, so that the
    rounded numbers are the same in every precision and language; where all are 0 it is 1.
    Raises ValueError, with nothing rounded, for a parameter that is not finite.
    """
    must_have("parameters", model=model)
    for name, array in model.parameters().items():
        as_finite(name, array, array.ndim, "of the parameter")
    per_one = {}
    for name, array in model.parameters().items():
        largest = np.abs(array).max()
        per_one[name] = float(2 ** np.floor(np.log2(127 / largest))) if largest else 1.0
        array[...] = np.round(array * per_one[name]) / per_one[name]
    return per_one


def load():
    """The recorded LSTM, a `Network` in float64."""
    return records.load("characters", "LSTM", build("LSTM"))


def page_data(model, per_one, counted, scores):
    """What a page needs: the text to count in, the weights as bytes, and both scores."""
    arrays = {
        name: {
            "per_one": per_one[name],
            "int8": base64.b64encode((array * per_one[name]).astype(np.int8).tobytes()).decode(),
        }
        for name, array in model.parameters().items()
    }
    return {
        "alphabet": ALPHABET,
        "text": counted.text,
        "order": counted.order,
        "discount": counted.discount,
        "hidden_size": model.cell.hidden_size,
        "weights": arrays,
        "bits": {name: round(score, 2) for name, score in scores.items()},
    }


if __name__ == "__main__":
    *_, held_out = corpus()
    model, counted = train("LSTM"), ngram()
    per_one = quantise(model)
    scores = {"network": bits(model, held_out), "ngram": bits(counted, held_out)}
    for name, score in scores.items():
        print(f"{name}: {score:.3f} bits a letter on the part held out")
    records.save("tasks.characters", {"LSTM": model}, {"LSTM": scores["network"]}, seed=0)
    records.write("characters_page", page_data(model, per_one, counted, scores))
