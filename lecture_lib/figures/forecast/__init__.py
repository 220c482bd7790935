"""Forecast: what baselines, a linear autoregression and trained networks say of a real series."""

from functools import cache
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure as Canvas

from lecture_lib import plots
from lecture_lib.experiments import series as task
from lecture_lib.figures.base import LiveFigure
from lecture_lib.figures.traits import Choice, Data, IntSlider, Switch

MAX_ORIGIN = 61
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Forecast(LiveFigure):
    """Forecasts of `series`, "co2", "sunspots" or "walk", `horizon` steps ahead from one origin.

    `origin` goes evenly through the test part: 0 is the last value of the training part, 61 the
    last value but one of the series. The networks are those of seed 0, as recorded
    (`lecture_lib.tasks.series`). `track` draws what was forecast of each value `horizon` steps
    before it, from every origin, in place of the forecasts from one. The other switches say which
    methods are drawn; the list of errors always has all of them.

    `place` is the origin's index in the series; `forecasts` and `errors` are `{method: array of
    horizon numbers}`, the errors as MASE over all origins; `truth` is what came, shorter where
    the series ends; `correlations` are those of the forecast, over all origins.

    Raises ValueError or TypeError for a value out of range, naming it.
    """

    series = Choice(
        "co2",
        options={
            "co2": "CO₂, monthly",
            "sunspots": "sunspots, yearly",
            "walk": "near random walk",
        },
        label="series",
    )
    horizon = IntSlider(12, min=1, max=task.HORIZON, label="horizon: steps ahead")
    origin = IntSlider(20, min=0, max=MAX_ORIGIN, label="origin in the test part")
    track = Switch(False, label="from every origin")
    persistence = Switch(True, label="persistence")
    seasonal = Switch(True, label="seasonal naive", colour="i")
    drift = Switch(False, label="seasonal + drift", colour="o")
    ar = Switch(True, label="AR", colour="f")
    rnn = Switch(False, label="RNN", colour="g")
    gru = Switch(False, label="GRU", colour="h")
    lstm = Switch(True, label="LSTM", colour="c")

    constants: ClassVar[dict[str, Any]] = {
        "HORIZON": task.HORIZON,
        "MAX_ORIGIN": MAX_ORIGIN,
        "MONTHS": MONTHS,
        # In the order of the methods come their switches.
        "LINES": [
            {"name": method, "trait": name, "kind": switch.colour or "soft"}
            for method, (name, switch) in zip(
                task.METHODS,
                [(k, v) for k, v in vars().items() if isinstance(v, Switch) and k != "track"],
                strict=True,
            )
        ],
    }

    caption = Data(
        "Move the origin through the years and watch the forecasts; move the horizon and watch the "
        "ranking. Which methods beat persistence, and does the LSTM beat the linear AR? Then take "
        "the sunspots."
    )

    @property
    def place(self) -> int:
        """The index of the last value that is known."""
        data, _ = _computed(self.series)
        after = len(data.values) - 1 - data.split
        return data.split - 1 + int(self.origin * after / MAX_ORIGIN + 0.5)

    @property
    def truth(self) -> np.ndarray:
        """What came after the origin, up to `horizon` values."""
        data, _ = _computed(self.series)
        return data.values[self.place + 1 : self.place + 1 + self.horizon]

    @property
    def forecasts(self) -> dict[str, np.ndarray]:
        """What each method says from this origin."""
        data, said = _computed(self.series)
        row = self.place - data.split + 1
        return {method: said[method][row, : self.horizon] for method in task.METHODS}

    @property
    def errors(self) -> dict[str, np.ndarray]:
        """Each method's MASE 1 … `horizon` steps ahead, over all origins."""
        data, said = _computed(self.series)
        return {method: task.mase(data, said[method])[: self.horizon] for method in task.METHODS}

    @property
    def correlations(self) -> dict[str, tuple[float, float]]:
        """Of each method's forecast `horizon` steps ahead: with what came, and with the last value
        that was known. If the second is larger, the forecast is its own input, late."""
        data, said = _computed(self.series)
        o = data.origins[: len(data.origins) - self.horizon + 1]
        ahead = {method: said[method][: len(o), self.horizon - 1] for method in task.METHODS}
        return {
            method: tuple(
                float(np.corrcoef(row, other)[0, 1])
                for other in (data.values[o + self.horizon], data.values[o])
            )
            for method, row in ahead.items()
        }

    def when(self, t) -> str:
        """The time of value `t`: "Mar 1958", "1700" or "step 1"."""
        data, _ = _computed(self.series)
        tick = round(data.start * data.steps_a_year) + int(t)
        if self.series == "co2":
            return f"{MONTHS[tick % 12]} {tick // 12}"
        return f"step {tick}" if self.series == "walk" else f"{tick}"

    def text(self):
        last = {method: mase[-1] for method, mase in self.errors.items()}
        listed = ", ".join(f"{method} {last[method]:.2f}" for method in sorted(last, key=last.get))
        return (
            f"Known up to {self.when(self.place)}. Mean error {self.horizon} steps ahead over all "
            f"origins (MASE), the best first: {listed}."
        )

    def still(self):
        ax = Canvas(figsize=(5.4, 2.4), layout="constrained").subplots()
        data, _ = _computed(self.series)
        place, time = self.place, data.start + np.arange(len(data.values)) / data.steps_a_year
        known = slice(place - 2 * data.period, place + 1)
        ahead = np.arange(place + 1, place + 1 + self.horizon) / data.steps_a_year + data.start
        ax.plot(time[known], data.values[known], color=plots.INK, lw=1.5)
        ax.plot(ahead[: len(self.truth)], self.truth, ":", color=plots.INK, lw=1.5, label="came")
        for method, colour in (("persistence", plots.FAINT), ("AR", "f"), ("LSTM", "c")):
            colour = plots.COLOURS.get(colour, colour)
            ax.plot(ahead, self.forecasts[method], color=colour, lw=1.5, label=method)
        ax.legend(loc="upper left", fontsize=8)
        ax.spines[["top", "right"]].set_visible(False)
        return plots.svg(ax)


@cache
def _computed(name):
    """The series, and what each method says from every origin."""
    data = task.load(name)
    return data, {method: task.forecasts(data, method) for method in task.METHODS}
