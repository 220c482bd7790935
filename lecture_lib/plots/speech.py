"""Pictures of sounds."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from lecture_lib.plots.style import COLOURS, new_axes, styled

_LOUD = LinearSegmentedColormap.from_list("loud", ["#f4f8fb", COLOURS["c"]])


@styled
def bands(words, hop, levels=6, axes=None):
    """Log filter-bank energies (T, bands) of each of `{title: array}` in so many shades, low bands
    below, over the time in seconds; `hop` is that from frame to frame. Returns the Axes."""
    axes = np.ravel(new_axes(7, 2.4, ncols=len(words), sharey=True) if axes is None else axes)
    low, high = min(e.min() for e in words.values()), max(e.max() for e in words.values())
    shades = np.linspace(low, high, levels + 1).round(1)
    for ax, (title, energies) in zip(axes, words.items(), strict=True):
        steps, count = energies.shape
        time, band = hop * np.arange(steps), np.arange(1, count + 1)
        # Energies to one decimal: as fine as the shades, and the same on every machine.
        ax.contourf(time, band, energies.T.round(1), shades, cmap=_LOUD, extend="both")
        ax.set(title=title, xlabel="seconds", yticks=[4, 8, 12, 16])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    axes[0].set_ylabel("band")
    return axes
