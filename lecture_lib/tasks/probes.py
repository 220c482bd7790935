"""What a network that has learned a `Grammar` knows, where it keeps it, and what hangs on that."""

import numpy as np

from lecture_lib.cells._checks import as_size
from lecture_lib.checks import as_count, as_text, as_whole, must_have, one_of, unseen
from lecture_lib.training import softmax_cross_entropy


def must_know(grammar, model):
    """Raise TypeError for what is no grammar, or no model that can read it."""
    must_have("draw vocabulary classes", grammar=grammar)
    must_have("cell predict", model=model)


def surprise(grammar, model, steps=40, texts=1000, seed=1):
    """−log₂ P(next word) in bits, averaged over texts that the model has not seen."""
    must_know(grammar, model)
    others = grammar.draw(unseen(seed), steps, as_count("texts", texts))
    return softmax_cross_entropy(model.predict(others.x), others.target)[0] / np.log(2)


def chosen(grammar, model, x, clamp=None):
    """Which of `grammar.classes`, by number, is the likeliest next word, at each step of x
    (T, N, V): (T, N). `clamp` is as in the cell's `forward`."""
    must_know(grammar, model)
    return model.predict(x, clamp=clamp)[..., grammar.numbers(grammar.classes)].argmax(axis=2)


def accuracy(grammar, model, steps=40, texts=1000, seed=1):
    """The share of agreeing words in unseen texts for which the right class is the likeliest."""
    must_know(grammar, model)
    others = grammar.draw(unseen(seed), steps, as_count("texts", texts))
    agreeing = grammar.numbers(grammar.classes)
    asked = np.isin(others.target, agreeing)
    return float((agreeing[chosen(grammar, model, others.x)] == others.target)[asked].mean())


def prompts(grammar, frame):
    """Texts that end where a word must agree: `frame`, with {old} and {new} filled with every two
    subjects of different classes. Returns x (T, N, V) and both classes, (N,) each."""
    must_have("agrees", grammar=grammar)
    if not {"{old}", "{new}"} <= {*as_text("frame", frame).split()}:
        raise ValueError(f"frame must have {{old}} and {{new}} among its words, got {frame!r}")
    pairs = [
        (old, new)
        for old in grammar.agrees
        for new in grammar.agrees
        if grammar.agrees[old] != grammar.agrees[new]
    ]
    texts = [frame.replace("{old}", old).replace("{new}", new) for old, new in pairs]
    x = np.concatenate([grammar.encode(text) for text in texts], axis=1)
    old, new = (
        [grammar.classes.index(grammar.agrees[name]) for name in k]
        for k in zip(*pairs, strict=True)
    )
    return x, np.array(old), np.array(new)


def hold(model, steps, at, units=slice(None), **gates):
    """A `clamp` that holds `gates`, f=1.0 and the like, at the step `at`, from 0, of `steps`: in
    all units, or in the `units` given."""
    must_have("cell", model=model)
    steps = as_count("steps", steps)
    at = as_count("at", at, 0, steps - 1)
    clamp = {gate: np.full((steps, 1, model.cell.hidden_size), np.nan) for gate in gates}
    for gate, value in gates.items():
        try:
            clamp[gate][at, 0, units] = value
        except (IndexError, ValueError, TypeError) as error:
            raise ValueError(f"{gate} or units does not fit the cell: {error}") from None
    return clamp


def says(grammar, model, frame, later=0, units=slice(None), **gates):
    """The shares of `prompts` that end with the new subject's word, and with the old one's, while
    `gates` are held at the new subject, or so many words `later`."""
    x, old, new = prompts(grammar, frame)
    at = frame.split().index("{new}") + as_count("later", later, 0)
    said = chosen(grammar, model, x, hold(model, len(x), at, units, **gates))[-1]
    return float((said == new).mean()), float((said == old).mean())


def last_subject(grammar, words):
    """The class of the last subject up to each step, −1 before the first; of words (T, N) in
    numbers, as the result is."""
    must_have("vocabulary", grammar=grammar)
    words = as_whole("words", words, 0, len(grammar.vocabulary) - 1, 2, "(T, N)")
    class_of = np.full(len(grammar.vocabulary), -1)
    for subject, agreeing in grammar.agrees.items():
        class_of[grammar.vocabulary.index(subject)] = grammar.classes.index(agreeing)
    found = np.empty(words.shape, int)
    current = np.full(words.shape[1], -1)
    for t, now in enumerate(class_of[words]):
        found[t] = current = np.where(now >= 0, now, current)
    return found


def memory_units(grammar, model, seed=0):
    """η² of each unit, (H,): the share of its variance that the class of the last subject explains.

        η² = Σ_k p_k (mean_k − mean)² / variance

    over the memory (c of an LSTM, else h) at all words of 400 texts after which the subject may
    still be asked for: neither subject nor agreeing word. 1: the unit knows the class and nothing
    else. 0: its mean is the same for all classes, as that of a unit that never moves.
    """
    must_know(grammar, model)
    batch = grammar.draw(unseen(seed, 3), batch_size=400)
    words = batch.x.argmax(axis=2)
    owner = last_subject(grammar, words)
    named = grammar.numbers([*grammar.agrees, *grammar.classes])
    between = (owner >= 0) & ~np.isin(words, named)
    trace = model.cell.forward(batch.x)
    memory = (trace.c if hasattr(trace, "c") else trace.h)[between].astype(float)
    owner = owner[between]
    spread = sum(
        (owner == k).mean() * (memory[owner == k].mean(axis=0) - memory.mean(axis=0)) ** 2
        for k in range(len(grammar.classes))
    )
    variance = memory.var(axis=0)
    return np.divide(spread, variance, out=np.zeros_like(variance), where=variance > 0)


def gate_at_subjects(grammar, model, gate, unit, seed=0):
    """The mean of a gate of one unit: at adverbs, at a subject of another class than the last one,
    and at a subject of the same class; over the texts of `memory_units`."""
    must_know(grammar, model)
    one_of("gate", gate, [*model.cell.gates])
    unit = as_size("unit", unit, 0, model.cell.hidden_size - 1)
    if "adverb" not in grammar.kinds:
        raise ValueError("grammar must have a kind of words named adverb")
    batch = grammar.draw(unseen(seed, 3), batch_size=400)
    words = batch.x.argmax(axis=2)
    owner = last_subject(grammar, words)
    before = np.vstack([np.full(words.shape[1], -1), owner[:-1]])
    value = getattr(model.cell.forward(batch.x), gate)[:, :, unit]
    subject = np.isin(words, grammar.numbers([*grammar.agrees])) & (before >= 0)
    adverb = np.isin(words, grammar.numbers(grammar.kinds["adverb"])) & (owner >= 0)
    places = adverb, subject & (before != owner), subject & (before == owner)
    return tuple(float(value[here].mean()) for here in places)
