"""Pictures of gates and of what they keep."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from lecture_lib.plots.style import COLOURS, FAINT, new_axes, styled


@styled
def gate_strip(trace, unit=0, axes=None):
    """States c and h of one unit over time, above a heat row for each gate.

    `trace` is an LSTM trace with arrays (T, 1, H); returns the two Axes (states, gates). Raises
    ValueError for a unit that is not there.
    """
    if not hasattr(trace, "c"):
        raise TypeError(f"trace must be an LSTM's, got {trace!r}")
    if unit not in range(trace.c.shape[2]):
        raise ValueError(f"unit must lie in 0 … {trace.c.shape[2] - 1}, got {unit!r}")
    if axes is None:
        axes = new_axes(7, 3.4, nrows=2, sharex=True, height_ratios=[3, 2])
    states, gates = axes
    steps = np.arange(1, len(trace.c) + 1)
    states.axhline(0, color=FAINT, linewidth=0.8)
    for name, marker in (("c", "o"), ("h", "s")):
        states.plot(
            steps,
            getattr(trace, name)[:, 0, unit],
            marker=marker,
            ms=4,
            color=COLOURS[name],
            label={"c": "cell state c", "h": "hidden state h"}[name],
        )
    states.margins(y=0.3)
    states.legend(ncols=2, loc="upper left")
    rows = np.array([getattr(trace, name)[:, 0, unit] for name in "figo"])
    shades = [
        LinearSegmentedColormap.from_list(name, ["#ffffff", COLOURS[name]])(np.abs(row))
        for name, row in zip("figo", rows, strict=True)
    ]
    extent = (0.5, len(steps) + 0.5, 3.5, -0.5)
    gates.imshow(shades, interpolation="none", aspect="auto", extent=extent)
    for (row, step), value in np.ndenumerate(rows):
        gates.text(step + 1, row, f"{value:.2f}", ha="center", va="center", fontsize=7, color="k")
    gates.set_yticks(range(4), ["f", "i", "g", "o"], style="italic")
    states.tick_params(length=0)
    gates.set_xticks(steps)
    gates.set_xlabel("step t")
    gates.spines[:].set_visible(False)
    gates.tick_params(length=0)
    return axes


@styled
def streams(runs, events=None, axes=None):
    """A hidden unit over many sequences: the middle one, and where 80 % of them lie.

    `runs` is {title: h (T, N)}, `events` {step: word}; returns an Axes for each run.
    """
    if axes is None:
        axes = new_axes(ncols=len(runs), sharey=True)
    for ax, (title, h) in zip(np.ravel(axes), runs.items(), strict=True):
        steps = np.arange(1, len(h) + 1)
        low, middle, high = np.quantile(h, [0.1, 0.5, 0.9], axis=1)
        ax.fill_between(steps, low, high, color=COLOURS["h"], alpha=0.3, lw=0)
        ax.plot(steps, middle, color=COLOURS["h"], lw=2)
        ax.axhline(0, color=FAINT, lw=0.8)
        for step, word in (events or {}).items():
            ax.axvline(step, color=FAINT, lw=0.8, ls=":")
            ax.text(step + 0.2, -1.06, word, fontsize=9, va="bottom")
        ax.set(title=title, ylim=(-1.1, 1.1), xlabel="step t", xticks=steps[::3])
    np.ravel(axes)[0].set_ylabel("hidden state h")
    return axes


@styled
def squashers(axes=None):
    """σ and tanh, and their slopes; returns the two Axes."""
    if axes is None:
        axes = new_axes(ncols=2)
    a = np.linspace(-6, 6, 97)
    s, t = 1 / (1 + np.exp(-a)), np.tanh(a)
    curves = [("σ and tanh", s, t), ("their slopes, σ′ and tanh′", s * (1 - s), 1 - t**2)]
    for ax, (title, sigma, tanh) in zip(axes, curves, strict=True):
        ax.axhline(0, color=FAINT, lw=0.8)
        ax.plot(a, sigma, color=COLOURS["i"], lw=2)
        ax.plot(a, tanh, color=COLOURS["g"], lw=2, ls="--")
        ax.set(title=title, xlabel="a", xticks=[-6, -3, 0, 3, 6])
    axes[0].text(-0.6, 0.52, "σ", ha="right")
    axes[0].text(-1.4, -0.75, "tanh", ha="right")
    axes[1].text(1.9, 0.2, "σ′ ≤ ¼")
    axes[1].text(0.9, 0.75, "tanh′ ≤ 1")
    return axes


@styled
def leak(forget, steps=500, ax=None):
    """What a belt with a constant forget gate keeps of a value, for each f of `forget`."""
    ax = ax or new_axes(height=2.8)
    t = np.geomspace(1, steps, 60)
    for f, line in zip(forget, ["-", "--", "-.", ":"], strict=False):
        ax.plot(t, f**t, color=COLOURS["f"], lw=2, ls=line)
        ax.text(1.08 * np.log(0.5) / np.log(f), 0.52, f"f = {f:.2f}", fontsize=9)
    ax.set(xscale="log", xlim=(1, steps), ylim=(0, 1.05))
    ax.set(xlabel="steps since it was written", ylabel="share kept")
    ax.set_xticks([1, 2, 5, 10, 20, 50, 100, 200, 500], [1, 2, 5, 10, 20, 50, 100, 200, 500])
    ax.minorticks_off()
    return ax


@styled
def by_age(counts, ax=None):
    """What a write to the belt counts, against the steps since; `counts` is {f: (steps,)}."""
    ax = ax or new_axes(height=2.4)
    for (f, values), line in zip(counts.items(), ["-", "--", "-."], strict=False):
        ax.plot(np.arange(len(values)), values, line, color=COLOURS["f"], lw=2, label=f"f = {f}")
    ax.set(xlabel="steps since the write", ylabel="what it counts", ylim=(0, 1.08))
    ax.legend(loc="center right")
    return ax


@styled
def counting(c, h, ax=None):
    """A cell state that counts, and the hidden state that its tanh lets out; both (T,)."""
    ax = ax or new_axes(height=2.8)
    steps = np.arange(1, len(c) + 1)
    for name, values, marker, label in (
        ("c", c, "o", "cell state c"),
        ("h", h, "s", "hidden state h = tanh(c)"),
    ):
        ax.plot(steps, values, color=COLOURS[name], marker=marker, ms=5, lw=2, label=label)
    ax.axhline(1, color=FAINT, lw=0.8, ls=":")
    ax.set(xlabel="step t", xticks=steps, ylim=(0, None))
    ax.legend(loc="upper left")
    return ax
