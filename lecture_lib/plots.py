"""Arrays to matplotlib Axes, in the book's colours. Each returns its Axes and shows nothing."""

import io

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

COLOURS = {
    "f": "#D55E00",
    "i": "#009E73",
    "g": "#E69F00",
    "o": "#56B4E9",
    "c": "#0072B2",
    "h": "#CC79A7",
    "r": "#56B4E9",
    "z": "#D55E00",
    "n": "#E69F00",
}


def gate_strip(trace, unit=0, axes=None):
    """States c and h of one unit over time, above a heat row for each gate.

    `trace` is an LSTM trace with arrays (T, 1, H); returns the two Axes (states, gates).
    """
    if axes is None:
        axes = Figure(figsize=(7, 3.4), layout="constrained").subplots(
            2, 1, sharex=True, height_ratios=[3, 2]
        )
    states, gates = axes
    steps = np.arange(1, len(trace.c) + 1)
    states.axhline(0, color="0.7", linewidth=0.8)
    for name, marker in (("c", "o"), ("h", "s")):
        states.plot(
            steps,
            getattr(trace, name)[:, 0, unit],
            marker=marker,
            ms=4,
            color=COLOURS[name],
            label={"c": "cell state c", "h": "hidden state h"}[name],
        )
    states.legend(frameon=False, ncols=2, loc="upper left", fontsize=9)
    states.spines[["top", "right"]].set_visible(False)
    for row, name in enumerate("figo"):
        for step, value in zip(steps, getattr(trace, name)[:, 0, unit], strict=True):
            shade = LinearSegmentedColormap.from_list(name, ["#ffffff", COLOURS[name]])(abs(value))
            gates.barh(row, 0.94, 0.9, left=step - 0.47, color=shade, edgecolor="0.85", lw=0.5)
            gates.text(step, row, f"{value:.2f}", ha="center", va="center", fontsize=7)
    gates.set_yticks(range(4), ["f", "i", "g", "o"], style="italic")
    gates.invert_yaxis()
    gates.set_xticks(steps)
    gates.set_xlabel("step t")
    gates.spines[:].set_visible(False)
    gates.tick_params(length=0)
    return axes


def svg(axes) -> str:
    """The figure of `axes` as SVG text: the same text for the same numbers."""
    figure = np.ravel(axes)[0].figure
    out = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "memory-with-gates"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()[out.getvalue().index("<svg") :]
