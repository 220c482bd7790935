"""Pictures of training: histories to matplotlib Axes."""

from lecture_lib.plots.style import COLOURS, FAINT, new_axes, styled


@styled
def curves(histories, chance):
    """The loss of each history of `{title: History}` in a panel of its own, three in a row: thin on
    the batches learned from, thick on what is held out; dotted the loss of guessing, `chance`
    {title: loss}. Returns the Axes."""
    rows = -(-len(histories) // 3)
    axes = new_axes(7, 2.1 * rows, nrows=rows, ncols=3).ravel()
    for ax, (title, history) in zip(axes, histories.items(), strict=False):
        updates = range(1, len(history.loss) + 1)
        ax.plot(updates, history.loss, color=COLOURS["c"], lw=1)
        ax.plot(history.steps, history.scores, color=COLOURS["h"], lw=2)
        ax.axhline(chance[title], color=FAINT, lw=1, ls=":")
        ax.set(title=title, xticks=[0, len(history.loss)])
        ax.set_ylim(0, 1.15 * max(chance[title], *history.loss[1:]))
    for ax in axes[len(histories) :]:
        ax.set_visible(False)
    return axes
