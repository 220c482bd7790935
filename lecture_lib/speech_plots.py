"""Pictures of sounds: arrays to matplotlib Axes, as in `lecture_lib.plots`."""

from matplotlib.colors import LinearSegmentedColormap

from lecture_lib.plots import COLOURS, _axes, _style

LOUD = LinearSegmentedColormap.from_list("loud", ["#ffffff", COLOURS["c"]])


@_style
def bands(words, hop, axes=None):
    """Log filter-bank energies (T, bands) of each of `{word: array}`, low bands below, over the
    time in seconds; `hop` is the time from frame to frame. Returns the Axes."""
    if axes is None:
        axes = _axes(7, 2.4, ncols=len(words), sharey=True)
    for ax, (word, energies) in zip(axes, words.items(), strict=True):
        steps, count = energies.shape
        extent = (0, steps * hop, 0.5, count + 0.5)
        # One decimal is as fine as the shades, and the same on every machine.
        ax.imshow(
            energies.T.round(1), origin="lower", aspect="auto", extent=extent, cmap=LOUD, vmin=-5
        )
        ax.set(title=f"“{word}”", xlabel="seconds")
        ax.tick_params(length=0)
    axes[0].set_ylabel("band")
    return axes
