"""What a network that has learned a `Grammar` knows, where it keeps it, and what hangs on that."""

import numpy as np

from lecture_lib.training import softmax_cross_entropy


def surprise(grammar, model, steps=40, texts=1000, seed=1):
    """−log₂ P(next word) in bits, averaged over texts that the model has not seen."""
    unseen = grammar.draw(np.random.default_rng([seed, 1]), steps, texts)
    return softmax_cross_entropy(model.predict(unseen.x), unseen.target)[0] / np.log(2)


def agreement(grammar, model, x, clamp=None):
    """The class that each text of x (T, N, V) is given after its last word, (N,): the likeliest
    of `grammar.classes`, by number."""
    last = model.predict(x, clamp=clamp)[-1]
    return last[:, grammar.numbers(grammar.classes)].argmax(axis=1)


def accuracy(grammar, model, steps=40, texts=1000, seed=1):
    """The share of agreeing words that are right (and likeliest of all words) in unseen texts."""
    unseen = grammar.draw(np.random.default_rng([seed, 1]), steps, texts)
    asked = np.isin(unseen.target, grammar.numbers(grammar.classes))
    said = model.predict(unseen.x).argmax(axis=-1)
    return float((said == unseen.target)[asked].mean())


def last_subject(grammar, words):
    """The class of the last subject up to each step, −1 before the first; of words (T, N) in
    numbers, as the result is."""
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
    else. 0: its mean is the same for all classes.
    """
    batch = grammar.draw(np.random.default_rng([seed, 3]), batch_size=400)
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
    return spread / memory.var(axis=0)
