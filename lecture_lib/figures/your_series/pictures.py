"""Your Series in a sentence or two, and as a still picture: the ranking with its intervals."""

from typing import Any

from matplotlib.figure import Figure

from lecture_lib import plots
from lecture_lib.forecasting.paired import paired

COLOURS = {"baseline": plots.FAINT, "line": plots.COLOURS["f"], "network": plots.COLOURS["c"]}
MARKERS = {"baseline": "s", "line": "D", "network": "o"}
FAR = 4  # times the least error: beyond, the picture ends


def text(figure: Any) -> str:
    """What is shown, with its numbers."""
    try:
        found = figure.quick()
    except ValueError as error:
        return f"Nothing is compared: {error}."
    problem = found.problem
    season = f"a season of {problem.season} steps" if problem.season else "no season"
    listed = ", ".join(f"{row['method']} {row['mase']:.2f}" for row in found.table())
    return (
        f"{len(problem.values)} values, {season}; the last {len(problem.values) - problem.split} "
        f"are the test. Mean error over {problem.horizon} steps ahead (MASE) of what learns "
        f"nothing and of the line AR, the best first: {listed}."
    )


def still(figure: Any) -> str:
    """The ranking: each method's MASE, and the 95 % interval of how far it is behind the best."""
    try:
        found = figure.quick()
    except ValueError:
        found = None
    ax = Figure(figsize=(6.0, 2.6), layout="constrained").subplots()
    if found is None:
        ax.set_axis_off()
        return plots.svg(ax)
    rows, problem = found.rows, found.problem
    errors = [float(row.mase(problem).mean()) for row in rows]
    ax.axvline(errors[0], color=plots.INK, lw=1, ls=":")
    for place, (row, error) in enumerate(zip(rows, errors, strict=True)):
        colour, whole = COLOURS[row.family], row.by_origin(problem)
        if place and len(whole) > 1:
            behind = paired(whole, rows[0].by_origin(problem), problem.horizon)
            middle, half = errors[0] + behind.mean, behind.half_width
            ax.plot([middle - half, middle + half], [place] * 2, color=colour, lw=5, alpha=0.4)
        ax.plot(error, place, MARKERS[row.family], color=colour, ms=6)
    near = [error for error in errors if error <= FAR * errors[0]]
    pad = 0.2 * (max(near) - errors[0]) or 0.1
    ax.set(xlim=(errors[0] - pad, max(near) + pad), ylim=(len(rows) - 0.5, -0.5), xlabel="MASE")
    ax.set_yticks(range(len(rows)), [row.name for row in rows])
    ax.tick_params(length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    return plots.svg(ax)
