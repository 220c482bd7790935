"""Pictures of gradients over time."""

import numpy as np
from matplotlib.ticker import LogLocator

from lecture_lib.plots.style import COLOURS, FAINT, INK, new_axes, styled

_CELLS = {"RNN": FAINT, "LSTM": COLOURS["c"], "GRU": COLOURS["h"]}


def _log_axes(ax, low, high):
    ax = ax or new_axes(6.2, 2.8)
    ax.axhline(1, color=FAINT, lw=0.8)
    ax.set(yscale="log", ylim=(low, high), xlabel="steps back from the end")
    ax.yaxis.set_major_locator(LogLocator(numticks=6))
    ax.minorticks_off()
    return ax


def _some(steps):
    """The lags at which a picture shows its curves: enough for the eye, and a light SVG."""
    return np.unique(np.linspace(0, steps, 21).round().astype(int))


@styled
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
    ax.legend()
    return ax


@styled
def bounds(norms, growth, radius, ax=None):
    """Norms of a Jacobian product against the lag, between `radius`ᵏ and `growth`ᵏ."""
    ax = _log_axes(ax, 1e-15, 1e5)
    lags = _some(len(norms) - 1)
    ends = lags[[0, -1]]
    ax.plot(ends, growth**ends, color=FAINT, lw=1.5, ls="--", label="bound")
    ax.plot(ends, radius**ends, color=COLOURS["f"], lw=1.5, ls=":", label="ρ alone")
    ax.plot(lags, norms[lags], color=COLOURS["h"], lw=2, label="norm")
    ax.legend()
    return ax


@styled
def fade(gate, reach, half_life, ax=None):
    """What is left of a value under a constant gate, over `reach` steps, with its half-life."""
    ax = ax or new_axes(6.2, 2.2)
    steps = np.linspace(0, reach, 31)
    ax.fill_between(steps, gate**steps, color=COLOURS["c"], alpha=0.16, lw=0)
    ax.plot(steps, gate**steps, color=COLOURS["c"], lw=2)
    if half_life <= reach:
        ax.plot(half_life, 0.5, "o", color=COLOURS["h"])
        ax.annotate(
            f"half-life {half_life:.1f}", (half_life, 0.5), (8, 4), textcoords="offset points"
        )
    ax.set(xlim=(0, reach), ylim=(0, 1.05), xlabel="steps since it was written", ylabel="left")
    return ax


@styled
def sweep(biases, ends, ax=None):
    """What is left after all steps against the bias of the gate that keeps.

    `ends` is {"LSTM": (total, direct), …}, each an array as long as `biases`.
    """
    ax = _log_axes(ax, 1e-32, 1e5)
    for kind, (total, direct) in ends.items():
        ax.plot(biases, total, color=_CELLS[kind], lw=2, marker="o", ms=4, label=kind)
        ax.plot(biases, direct, color=_CELLS[kind], lw=1.5, ls="--")
    ax.plot([], [], color=INK, lw=1.5, ls="--", label="direct path")
    ax.set(xlabel="bias b of the gate that keeps", ylabel="gradient left")
    ax.legend()
    return ax


@styled
def learnability(starts, solved, delays, axes=None):
    """Gradients of untrained networks against the lag, beside what they could be trained to do.

    `starts` is {network: norms (T + 1,)}, `solved` {network: [share of runs solved, by delay]}.
    Returns the two Axes.
    """
    if axes is None:
        axes = new_axes(7.4, 3, ncols=2)
    curves, grid = axes
    _log_axes(curves, 1e-16, 1e3)
    colours = [_CELLS[name.partition(",")[0]] for name in starts]
    lines = {"chrono": "-", "bias 1": "--", "bias 0": ":", "orthogonal": "--", "": ":"}
    for (name, norms), colour in zip(starts.items(), colours, strict=True):
        start = name.partition(", ")[2]
        lags = _some(len(norms) - 1)
        curves.plot(lags, norms[lags], color=colour, lw=1.8, ls=lines[start], label=name)
    curves.set_title("before training: gradient left")
    shares = np.array([solved[name] for name in starts])
    for row, (name, colour) in enumerate(zip(starts, colours, strict=True)):
        for column, share in enumerate(shares[row]):
            grid.barh(row, 0.92, 0.86, left=column - 0.46, color=colour, alpha=0.08 + 0.6 * share)
            grid.text(column, row, f"{3 * share:.0f}/3", ha="center", va="center", fontsize=9)
        grid.plot(
            [-0.75, -0.55], [row, row], color=colour, lw=1.8, ls=lines[name.partition(", ")[2]]
        )
    grid.set_yticks(range(len(starts)), list(starts))
    grid.set_xticks(range(len(delays)), delays)
    grid.set(xlabel="steps to remember over", title="after training: seeds solved")
    grid.invert_yaxis()
    grid.spines[:].set_visible(False)
    grid.tick_params(length=0)
    return axes
