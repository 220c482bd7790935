"""Pictures for the pages "In use"."""

import numpy as np
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from lecture_lib.plots.style import COLOURS, FAINT, INK, new_axes, styled

_LINES = (
    (COLOURS["c"], "-"),
    (COLOURS["f"], "--"),
    (COLOURS["i"], "-."),
    (COLOURS["h"], ":"),
)


@styled
def curves(lines, xlabel, ylabel, ax=None):
    """Up to four lines, `{label: (x, y)}`, told apart by colour and dash; returns the Axes."""
    ax = ax or new_axes(7, 2.6)
    for (label, (x, y)), (colour, dash) in zip(lines.items(), _LINES, strict=False):
        ax.plot(x, y, dash, color=colour, lw=1.8, label=label)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.margins(x=0)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.2), ncols=len(lines))
    return ax


@styled
def panels(lines, xlabel, axes=None):
    """Each of `{title: (x, y)}` in a panel of its own, one below the other; returns the Axes."""
    if axes is None:
        axes = new_axes(7, 3, nrows=len(lines), sharex=True)
    for ax, (title, (x, y)) in zip(axes, lines.items(), strict=True):
        ax.plot(x, y, color=COLOURS["c"], lw=1.5)
        ax.set(title=title)
        ax.margins(x=0)
    axes[-1].set_xlabel(xlabel)
    return axes


@styled
def splits(ways, read, said, axes=None):
    """Windows of `read` steps that are read and `said` that are to be forecast, one below the
    other. `ways` is {title: list of (first step, whether it is for the test)}; returns the Axes.
    """
    if axes is None:
        axes = new_axes(7, 2.6, ncols=len(ways), sharex=True)
    for ax, (title, windows) in zip(axes, ways.items(), strict=True):
        for row, (start, test) in enumerate(windows):
            colour = COLOURS["f"] if test else COLOURS["c"]
            ax.barh(-row, read, left=start, height=0.6, color="none", ec=colour, lw=1)
            ax.barh(-row, said, left=start + read, height=0.6, color=colour, ec=colour, lw=1)
        ax.set(title=title, xlabel="month")
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
    handles = [
        Patch(color=COLOURS["c"], label="training"),
        Patch(color=COLOURS["f"], label="test"),
        Patch(fc="none", ec=FAINT, label="read"),
        Patch(color=INK, label="to forecast"),
    ]
    axes[0].figure.legend(handles=handles, loc="outside upper center", ncols=4)
    return axes


@styled
def readings(quantities, xlabel, axes=None):
    """What was measured of each of `{label: (values, whether each was measured)}`, as dots, and
    carried forward, as a faint line; returns the Axes."""
    if axes is None:
        axes = np.atleast_1d(new_axes(7, 3, nrows=len(quantities), sharex=True))
    for ax, (label, (values, measured)) in zip(axes, quantities.items(), strict=True):
        when = np.flatnonzero(measured)
        ax.step(
            [*when, len(values) - 1], [*values[when], values[when[-1]]], color=FAINT, where="post"
        )
        ax.plot(when, values[when], "o", color=COLOURS["f"], ms=5)
        ax.set(title=label, xlim=(-0.5, len(values) - 0.5))
    axes[-1].set_xlabel(xlabel)
    return axes
