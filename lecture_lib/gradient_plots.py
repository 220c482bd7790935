"""Pictures of gradients over time: arrays to matplotlib Axes, as in `lecture_lib.plots`."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from lecture_lib.plots import COLOURS, FAINT, INK

_CELLS = {"RNN": FAINT, "LSTM": COLOURS["c"], "GRU": COLOURS["h"]}


def _log_axes(ax, low, high, width=6.2, height=2.8):
    ax = ax or Figure(figsize=(width, height), layout="constrained").subplots()
    ax.axhline(1, color=FAINT, lw=0.8)
    ax.set(yscale="log", ylim=(low, high), xlabel="steps back from the end")
    ax.yaxis.set_major_locator(LogLocator(numticks=6))
    ax.minorticks_off()
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _some(steps):
    """The lags at which a picture shows its curves: enough for the eye, and a light SVG."""
    return np.unique(np.linspace(0, steps, 21).round().astype(int))


def flows(flows, ax=None):
    """What is left of each cell's gradient against the lag: solid in all, dashed the direct path.

    `flows` is {"RNN": GradientFlow, …} of `lecture_lib.gradients.gradient_flow`, one sequence each.
    """
    steps = max(len(flow.total) for flow in flows.values()) - 1
    ax = _log_axes(ax, 10.0 ** -max(10, 5 * np.ceil(0.06 * steps)), 1e5)
    lags = _some(steps)
    for kind, flow in flows.items():
        ax.plot(lags, flow.total[lags, 0], color=_CELLS[kind], lw=2, label=kind)
        if flow.direct is not None:
            ax.plot(lags, flow.direct[lags, 0], color=_CELLS[kind], lw=1.5, ls="--")
    ax.plot([], [], color=INK, lw=1.5, ls="--", label="direct path")
    ax.legend(frameon=False, fontsize=9)
    return ax


def bounds(norms, growth, radius, ax=None):
    """Norms of a Jacobian product against the lag, between `radius`ᵏ and `growth`ᵏ."""
    ax = _log_axes(ax, 1e-15, 1e5)
    lags = _some(len(norms) - 1)
    ends = lags[[0, -1]]
    ax.plot(ends, growth**ends, color=FAINT, lw=1.5, ls="--", label="bound")
    ax.plot(ends, radius**ends, color=COLOURS["f"], lw=1.5, ls=":", label="ρ alone")
    ax.plot(lags, norms[lags], color=COLOURS["h"], lw=2, label="norm")
    ax.legend(frameon=False, fontsize=9)
    return ax


def fade(gate, reach, half_life, ax=None):
    """What is left of a value under a constant gate, over `reach` steps, with its half-life."""
    ax = ax or Figure(figsize=(6.2, 2.2), layout="constrained").subplots()
    steps = np.linspace(0, reach, 31)
    ax.fill_between(steps, gate**steps, color=COLOURS["c"], alpha=0.16, lw=0)
    ax.plot(steps, gate**steps, color=COLOURS["c"], lw=2)
    if half_life <= reach:
        ax.plot(half_life, 0.5, "o", color=COLOURS["h"])
        ax.annotate(
            f"half-life {half_life:.1f}", (half_life, 0.5), (8, 4), textcoords="offset points"
        )
    ax.set(xlim=(0, reach), ylim=(0, 1.05), xlabel="steps since it was written", ylabel="left")
    ax.spines[["top", "right"]].set_visible(False)
    return ax
