"""Pictures of what a network does with a sentence."""

import numpy as np

from lecture_lib.plots.gates import gate_strip
from lecture_lib.plots.style import COLOURS, FAINT, new_axes, styled


def reading(words, trace, unit):
    """`plots.gate_strip` of a trace of `words`, with the words below it."""
    states, gates = gate_strip(trace, unit)
    gates.set_xticks(np.arange(1, len(words) + 1), words, rotation=40, ha="right")
    gates.set_xlabel("")
    return states, gates


@styled
def flips(held, ax=None):
    """How often the old subject's pronoun comes; `held` is {gates: a share for each seed}. A dot
    stands for the seeds with one share, and says how many if they are several."""
    ax = ax or new_axes(6, 2.8)
    for row, shares in enumerate(held.values()):
        for share, seeds in zip(*np.unique(shares, return_counts=True), strict=True):
            ax.plot(share, row, "o", ms=4 + 2 * np.sqrt(seeds), color=COLOURS["h"])
            if seeds > 1:
                ax.text(share, row + 0.27, f"{seeds}", ha="center", fontsize=8)
    ax.axvline(1 / 3, color=FAINT, lw=0.8, ls=":")
    ax.text(1 / 3, len(held) - 0.2, "guessing", ha="center", fontsize=9)
    ax.set_yticks(range(len(held)), held)
    ax.set(xlim=(-0.03, 1.03), ylim=(-0.5, len(held) - 0.3))
    ax.set_xlabel("share of prompts that end with the old subject’s pronoun")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax
