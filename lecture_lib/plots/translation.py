"""Pictures of a text and its translation."""

from lecture_lib.plots.style import COLOURS, INK, new_axes, styled


@styled
def crossing(source, target, pairs, ax=None):
    """Words of `source` above those of `target`, with a line for each of `pairs`, (place in
    source, place in target) from 0; returns the Axes."""
    ax = ax or new_axes(7, 1.7)
    places = [[(k + 0.5) / len(words) for k in range(len(words))] for words in (source, target)]
    for height, words, xs in zip((1, 0), (source, target), places, strict=True):
        for x, word in zip(xs, words, strict=True):
            ax.text(x, height, word, ha="center", va="center", color=INK, fontsize=12)
    for above, below in pairs:
        ends = places[0][above], places[1][below]
        ax.plot(ends, (0.84, 0.17), color=COLOURS["c"], lw=2)
    ax.set(xlim=(0, 1), ylim=(-0.15, 1.15))
    ax.axis("off")
    return ax
