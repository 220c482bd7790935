"""The Microscope in a sentence or two, and as a still picture."""

from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from lecture_lib import plots

LARGEST = 16, 48  # rows and columns of a map in the still, at most
LIGHT = "#f5f7f9"
SHADES = 24


def text(figure: Any) -> str:
    """What is shown, with its numbers."""
    try:
        report = figure.report
    except ValueError as error:
        return f"Nothing is shown: {error}."
    row, taus = report.row(), report.time_constants
    said = [
        f"{report.name}: {report.kind} of {report.input_size} inputs and "
        f"{report.hidden_size} units over {len(report.h)} steps"
    ]
    if taus is not None:
        said += [
            f"time constants up to {row['τ longest']} steps (unit {int(taus.argmax()) + 1}), "
            f"half of them below {row['τ median']}"
        ]
    if row["saturated"]:
        said += [f"{row['saturated']} of the gate values below .05 or above .95"]
    said += [f"{row['dead']} units never change, {row['silent']} are heard by nothing"]
    if row["gone after"]:
        said += [f"the gradient by x is gone after {row['gone after']} steps"]
    unit, step = figure.place
    letters = [*report.gates, *("c" if report.c is not None else ""), "h"]
    of = {**report.gates, "c": report.c, "h": report.h}
    here = ", ".join(f"{letter} = {of[letter][step, unit]:.2f}" for letter in letters)
    return f"{'; '.join(said)}. At step {step + 1}, unit {unit + 1}: {here}."


def still(figure: Any) -> str:
    """Heat maps of what is kept, of c and of h, units by steps; large ones as means of blocks."""
    try:
        report = figure.report
    except ValueError:
        report = None
    maps = [] if report is None else _maps(report)
    axes = np.ravel(
        Figure(figsize=(6.4, 0.5 + 0.9 * max(1, len(maps))), layout="constrained").subplots(
            max(1, len(maps)), sharex=True
        )
    )
    for ax, (letter, values, low) in zip(axes, maps, strict=False):
        _draw(ax, letter, _reduced(values), low, values.shape)
    if report is None:
        axes[0].set_axis_off()
    else:
        axes[-1].set_xlabel(f"step; a row for each of {report.hidden_size} units")
    return plots.svg(axes)


def _maps(report):
    gate = {"LSTM": "f", "GRU": "z"}.get(report.kind)
    kept = [] if gate is None else [(gate, report.gates[gate], 0.0)]
    states = [("c", report.c)] if report.c is not None else []
    return [*kept, *((letter, of, -1.0) for letter, of in [*states, ("h", report.h)])]


def _reduced(values):
    """(units, steps), each block of units and steps as its mean where there are many."""
    image = values.T
    for axis, most in enumerate(LARGEST):
        size = image.shape[axis]
        if size > most:
            starts = np.linspace(0, size, most, endpoint=False).astype(int)
            lengths = np.diff([*starts, size])
            shape = (-1, 1) if axis == 0 else (1, -1)
            image = np.add.reduceat(image, starts, axis=axis) / lengths.reshape(shape)
    return image


def _draw(ax, letter, image, low, shape):
    colour = plots.COLOURS[letter]
    ends = [LIGHT, colour] if low == 0 else [plots.FAINT, LIGHT, colour]
    most = 1.0 if low == 0 else max(1e-9, float(np.abs(image).max()))
    steps, units = shape
    ax.imshow(
        image,
        aspect="auto",
        interpolation="none",
        cmap=LinearSegmentedColormap.from_list(letter, ends, N=SHADES),
        vmin=low * most,
        vmax=most,
        extent=(0.5, steps + 0.5, units + 0.5, 0.5),
    )
    ax.tick_params(length=0)
    ax.set(xticks=sorted({1, steps}), yticks=[])
    ax.set_ylabel(letter, rotation=0, color=colour, style="italic", labelpad=10, va="center")
    ax.spines[:].set_visible(False)
