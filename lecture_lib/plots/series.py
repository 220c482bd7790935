"""Pictures of series and forecasts."""

import numpy as np

from lecture_lib.plots.style import COLOURS, FAINT, INK, new_axes, styled

_METHODS = {
    "persistence": FAINT,
    "seasonal naive": COLOURS["i"],
    "seasonal + drift": COLOURS["o"],
    "AR": COLOURS["f"],
    "RNN": COLOURS["g"],
    "GRU": COLOURS["h"],
    "LSTM": COLOURS["c"],
}


@styled
def histories(series, axes=None):
    """Each of `{title: Series}` over time, with the start of its test part; returns the Axes."""
    if axes is None:
        axes = new_axes(7, 3.6, nrows=len(series))
    for ax, (title, data) in zip(np.ravel(axes), series.items(), strict=True):
        time = data.start + np.arange(len(data.values)) / data.steps_a_year
        ax.plot(time, data.values, color=INK, lw=1)
        ax.axvline(time[data.split], color=COLOURS["f"], lw=1.5, ls=":")
        ax.set_title(title, loc="left")
        ax.set_title("test part", loc="right", color=COLOURS["f"])
        ax.set(xlim=(time[0], time[-1]))
    return axes


@styled
def every_seed(errors, titles, axes=None):
    """A dot for every run: `errors` is a list, one for each title, of {method: array of errors}."""
    if axes is None:
        axes = new_axes(7, 2.4, ncols=len(errors), sharey=True)
    for ax, methods, title in zip(np.ravel(axes), errors, titles, strict=True):
        for height, (method, values) in enumerate(reversed(methods.items())):
            ax.plot(values, [height] * len(values), "o", color=_METHODS[method], ms=6, alpha=0.7)
        ax.axvline(methods["AR"][0], color=COLOURS["f"], lw=1, ls=":")
        ax.set_yticks(range(len(methods)), list(reversed(methods)))
        ax.set(title=title, xlim=(0, None), xlabel="MASE, one step ahead")
    return axes


@styled
def shifted(steps, came, said, ax=None):
    """What came, and what was said of each step the step before."""
    ax = ax or new_axes(7, 2.4)
    ax.plot(steps, came, "o-", color=INK, ms=3, lw=1.2, label="what came")
    ax.plot(steps, said, "s--", color=COLOURS["c"], ms=3, lw=1.2, label="forecast, one step before")
    ax.set(xlabel="step")
    ax.legend()
    return ax
