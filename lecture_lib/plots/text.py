"""Pictures of models of text."""

import numpy as np

from lecture_lib.plots.style import COLOURS, FAINT, INK, new_axes, styled


@styled
def memorising(updates, learned, held_out, baseline, ax=None):
    """Bits a letter against the updates of a training that goes on for too long.

    On text it learned from and on text held out, with the lowest of the latter marked, and the
    score of a `baseline` on the latter.
    """
    ax = ax or new_axes(6.2, 2.8)
    best = int(np.argmin(held_out))
    ax.axhline(baseline, color=INK, lw=1.2, ls=":")
    ax.text(updates[-1], baseline, "6-gram, held out", ha="right", va="bottom", fontsize=9)
    ax.plot(updates, held_out, color=COLOURS["h"], lw=2, label="held out")
    ax.plot(updates, learned, color=COLOURS["h"], lw=2, ls="--", label="learned from")
    ax.plot(updates[best], held_out[best], "o", color=COLOURS["h"], ms=7)
    ax.set(xlabel="updates", ylabel="bits a letter", ylim=(1, 3.5))
    ax.legend()
    return ax


@styled
def by_place(network, table, ax=None):
    """Bits a letter at each place in a word, 0 being what comes between words: two bars each."""
    ax = ax or new_axes(6.2, 2.6)
    place = np.arange(len(network))
    ax.bar(place - 0.2, network, 0.36, color=COLOURS["h"], label="LSTM")
    ax.bar(place + 0.2, table, 0.36, color=FAINT, label="6-gram")
    ax.set(xlabel="place of the letter in its word", ylabel="bits", xticks=place)
    ax.set_xticklabels(["between", *place[1:]])
    ax.legend()
    return ax
