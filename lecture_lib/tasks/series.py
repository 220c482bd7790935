"""Forecast a real series, up to 24 steps ahead, and be held against forecasts that learn nothing.

Three series: CO₂ on Mauna Loa, monthly means of 1958–2001 in ppm; the yearly number of sunspots,
1700–2008 (both public domain, as statsmodels ships them); and, as a caution, a seeded walk of which
the best forecast is very nearly its last value. The last 20 % of each are for testing. Nothing of
them is seen in training: not by scaling, nor by the choice of an order, nor by early stopping.
Its twin of the same name in `lecture_lib.experiments` trains and records the networks.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lecture_lib import networks, records
from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.cells._checks import as_number, as_size
from lecture_lib.checks import as_count, as_finite, one_of
from lecture_lib.forecasting.linear import iterate_linear, lagged, ridge_weights
from lecture_lib.initialisers import init_forget_bias
from lecture_lib.training import Batch, Linear, SequenceModel, fit, mean_squared_error

NAMES = ("co2", "sunspots", "walk")
CELLS = {"RNN": RNN, "GRU": GRU, "LSTM": LSTM}
BASELINES = ("persistence", "seasonal naive", "seasonal + drift")
HORIZON = 24

HIDDEN_SIZE = 16
UPDATES = 3000
LEARNING_RATE = 5e-3
EVERY, PATIENCE = 25, 20
RIDGES = (0.1, 1.0, 10.0)


@dataclass(frozen=True, eq=False)
class Series:
    """Values in time order, the time of the first in years, and the steps of a season.

    A `differenced` series is learned as its changes from step to step: what grows without end
    leaves the range that a network was trained in, and its changes do not.

    A gap is nan: it can be held, and nothing is computed from it. Raises ValueError for values that
    are infinite, or fewer than a season and two for training.
    """

    name: str
    values: np.ndarray
    start: float
    steps_a_year: int
    period: int
    differenced: bool

    def __post_init__(self):
        values = as_finite("values", self.values, 1, "(T,)", gaps=True).copy()
        values.flags.writeable = False
        object.__setattr__(self, "values", values)
        as_number("start", self.start)
        as_size("steps_a_year", self.steps_a_year)
        if self.split < as_size("period", self.period) + 2:
            raise ValueError(f"values must hold a season and two to learn from, got {self.split}")

    @property
    def split(self):
        """How many values are for training, the first 80 %."""
        return int(0.8 * len(self.values))

    @property
    def origins(self):
        """The places to forecast from: the last value of the training part to the last but one."""
        return np.arange(self.split - 1, len(self.values) - 1)

    @cached_property
    def learned(self):
        """What models see: values or changes, less their mean and by their standard deviation in
        the training part."""
        return (self._raw - self.mean) / self.sd

    @cached_property
    def _raw(self):
        return np.diff(self.values) if self.differenced else self.values

    @cached_property
    def mean(self):
        return float(self._raw[: self.learned_split].mean().round(4))

    @cached_property
    def sd(self):
        return float(self._raw[: self.learned_split].std().round(4))

    @property
    def learned_split(self):
        """How many of `learned` belong to the training part."""
        return self.split - self.differenced

    @property
    def fit_split(self):
        """How many of them the networks learn from; the last 20 % say when to stop."""
        return int(0.8 * self.learned_split)

    @cached_property
    def scale(self):
        """The mean absolute error, in the training part, of "as one season ago"."""
        known, m = self.values[: self.split], self.period
        return float(np.abs(known[m:] - known[:-m]).mean())


def fetch(name):
    """The `Series` from its source, which for CO₂ and sunspots is statsmodels.

    CO₂ is weekly there: these are means of months, and the five empty months, all before 1965, lie
    on a line between their neighbours. Raises ValueError for another name.
    """
    one_of("name", name, NAMES)
    if name == "walk":
        noise = np.random.default_rng(0).normal(size=400)
        values = np.zeros(400)
        for t in range(1, 400):
            values[t] = 0.98 * values[t - 1] + noise[t]
        return Series(name, values.round(3), 1.0, 1, 12, False)
    from statsmodels import datasets  # with pandas, too slow to load for a figure

    if name == "sunspots":
        table = datasets.sunspots.load().data
        return Series(name, table["SUNACTIVITY"].to_numpy(), 1700.0, 1, 11, False)
    weekly = datasets.co2.load().data["co2"]
    monthly = weekly.resample("MS").mean().interpolate().round(2)
    return Series(name, monthly.to_numpy(), 1958 + 2 / 12, 12, 12, True)


def load(name):
    """The `Series` as recorded for pages, without statsmodels: the same numbers."""
    one_of("name", name, NAMES)
    found = records.read("series_page")[name]
    fields = ("start", "steps_a_year", "period", "differenced")
    return Series(name, np.array(found["values"]), *(found[field] for field in fields))


def baseline(series, method, horizon=HORIZON):
    """The forecasts of one of `BASELINES` from every origin, (origins, horizon).

        persistence       y_o                            the last value
        seasonal naive    y_{o+h−m}                      the last season again
        seasonal + drift  y_o + (y_{o+h−m} − y_{o−m})    the last season's changes again

    m is the period, taken as many times as it needs to reach back into what is known.
    """
    must_be_series(series)
    one_of("method", method, BASELINES)
    horizon = as_count("horizon", horizon)
    y, o = series.values, series.origins[:, None]
    if method == "persistence":
        return np.repeat(y[o], horizon, axis=1)
    ahead = np.arange(1, horizon + 1)
    back = series.period * -(-ahead // series.period)
    same_season = y[o + ahead - back]
    return same_season if method == "seasonal naive" else y[o] + same_season - y[o - back]


def choose_ar(series):
    """Order and ridge of the linear autoregression: of 1, 2 and 3 seasons and `RIDGES`, the pair
    that, fitted where the networks learn, has the least squared one-step error where they stop."""
    must_be_series(series)
    held, end = series.fit_split, series.learned_split

    def error(pair):
        order, ridge = pair
        w = ridge_weights(*lagged(series.learned[:held], order), ridge)
        x, y = lagged(series.learned[held - order : end], order)
        return np.mean((x @ w - y) ** 2)

    return min(((k * series.period, r) for k in (1, 2, 3) for r in RIDGES), key=error)


def fit_ar(series, refit=True):
    """The weights of the linear autoregression ŷ = Σ w_k y, latest last, rounded to 4 decimals.

    Order and ridge are those of `choose_ar`. It is then fitted to the whole training part; with
    `refit=False`, only to what the networks learn from.
    """
    order, ridge = choose_ar(series)
    end = series.learned_split if refit else series.fit_split
    return ridge_weights(*lagged(series.learned[:end], order), ridge).round(4)


def ar(name):
    """The recorded weights of the linear autoregression."""
    one_of("name", name, NAMES)
    return np.array(records.read("series_page")[name]["ar"])


def build(kind, seed=0, dtype=np.float64):
    """An untrained `SequenceModel` of 16 units, its gate that keeps at σ(1) = 0.73."""
    one_of("kind", kind, CELLS)
    cell = CELLS[kind](1, HIDDEN_SIZE, seed=seed, dtype=dtype)
    if kind != "RNN":
        init_forget_bias(cell, 1.0)
    return SequenceModel(cell, Linear(HIDDEN_SIZE, 1, seed=seed, dtype=dtype))


def train(series, kind, seed=0, updates=UPDATES, progress=True):
    """The trained model and its `History`.

    It learns to say the next value at each step of random pieces of 4 seasons, of which the first 2
    only warm up its memory; it stops when 20 looks in a row, one each 25 updates, at the last 20 %
    of the training part were no better. The weights are rounded to 3 decimals.
    """
    updates = as_count("updates", updates, 0)
    must_be_series(series)
    model = build(kind, seed, np.float32)
    learned = series.learned.astype(np.float32)
    steps, batch_size = 4 * series.period, 32
    weight = np.zeros((steps, batch_size), np.float32)
    weight[steps // 2 :] = 1
    held, end = series.fit_split, series.learned_split
    if held <= steps:
        raise ValueError(f"series must hold more than {steps} values to learn from, got {held}")

    def draw(rng):
        piece = rng.integers(held - steps, size=batch_size) + np.arange(steps + 1)[:, None]
        values = learned[piece][..., None]
        return Batch(values[:-1], values[1:], weight)

    def error(model):
        said = model.predict(learned[: end - 1, None, None])[held - 1 :, 0, 0]
        return np.mean((said - learned[held:end]) ** 2)

    history = fit(
        model,
        draw,
        mean_squared_error,
        updates,
        LEARNING_RATE,
        seed=seed,
        evaluate=error,
        every=EVERY,
        patience=PATIENCE,
        progress=progress,
    )
    networks.round_parameters(model, 3)
    return model, history


def network(name, kind):
    """The recorded network of seed 0 for the series `name`, as `SequenceModel`."""
    one_of("name", name, NAMES)
    return records.load("series", f"{name}, {kind}", build(kind))


def iterate(series, model, horizon=HORIZON):
    """The forecasts of `model` from every origin, (origins, horizon): it says the next value, reads
    that as if it had come true, says the next.

    model is the weights of an autoregression, latest last, or a `SequenceModel`, which reads the
    series from its first value on.
    """
    must_be_series(series)
    horizon, o = as_count("horizon", horizon), series.origins
    if not isinstance(model, SequenceModel):
        model = as_finite("model", model, 1, "(order,), or be a SequenceModel,")
    said = _iterate_network if isinstance(model, SequenceModel) else iterate_linear
    steps = series.mean + series.sd * said(series.learned, model, o - series.differenced, horizon)
    return series.values[o][:, None] + steps.cumsum(axis=1) if series.differenced else steps


def _iterate_network(learned, model, last, horizon):
    trace = model.cell.forward(learned[:, None, None])
    states = [getattr(trace, s)[last, 0] for s in ("h", "c") if hasattr(trace, s)]
    said = [model.readout.forward(states[0])]
    for _ in range(horizon - 1):
        trace = model.cell.forward(said[-1][None], states[0] if len(states) == 1 else states)
        states = [getattr(trace, s)[-1] for s in ("h", "c") if hasattr(trace, s)]
        said.append(model.readout.forward(states[0]))
    return np.concatenate(said, axis=1).astype(float)


def mase(series, said):
    """The mean absolute scaled error at each horizon (Hyndman & Koehler, 2006).

        MASE_h = mean over origins o of |y_{o+h} − ŷ_{o+h}| / scale

    said (origins, horizon); an origin counts for the horizons that end inside the series. Above 1
    a forecast is worse than "as one season ago" was, one season ahead, in the training part.
    """
    must_be_series(series)
    y, o, said = series.values, series.origins, as_finite("said", said, 2, "(origins, horizon)")
    if len(said) != len(o) or said.shape[1] >= len(y) - o[0]:
        wanted = f"{len(o)} origins and a horizon that ends inside the series"
        raise ValueError(f"said must have {wanted}, got shape {said.shape}")
    errors = []
    for h in range(1, said.shape[1] + 1):
        inside = o + h < len(y)
        errors.append(np.abs(y[o[inside] + h] - said[inside, h - 1]).mean() / series.scale)
    return np.array(errors)


def must_be_series(series):
    if not isinstance(series, Series):
        raise TypeError(f"series must be a Series, got {series!r}")
    if (gaps := np.flatnonzero(np.isnan(series.values))).size:
        raise ValueError(f"series must have no gap, and its value {gaps[0]}, from 0, is nan")
