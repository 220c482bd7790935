"""Each method against its own definition, against statsmodels, and against a look ahead."""

import dataclasses

import numpy as np
import pytest

from lecture_lib.experiments import series as book
from lecture_lib.forecasting import Problem, Training, autocorrelation, find_season, recurrent
from lecture_lib.forecasting.comparing import BASELINES, LINES
from lecture_lib.networks import count_parameters

VALUES = np.array([1.0, 2, 4, 3, 5, 9, 6, 7, 8, 10, 12, 11, 14, 13, 17])


def sunspots(horizon=12):
    return Problem(book.load("sunspots").values, horizon, 11)


def said(problem, name):
    if name in BASELINES:
        return BASELINES[name](problem, problem.test_origins)
    return LINES[name](problem, problem.test_origins, problem.split)


def test_the_baselines_by_hand():
    problem = Problem(VALUES, 3, 3)
    assert problem.test_origins.tolist() == [11, 12, 13]
    first = {name: said(problem, name)[0].tolist() for name in BASELINES}
    assert first["persistence"] == [11, 11, 11]
    assert first["mean"] == pytest.approx([6.5] * 3)
    assert first["drift"] == pytest.approx([11 + 10 / 11, 11 + 20 / 11, 11 + 30 / 11])
    assert first["seasonal naive"] == [10, 12, 11]
    assert first["seasonal + drift"] == [11 + 10 - 8, 11 + 12 - 8, 11 + 11 - 8]
    means = [(1 + 3 + 6 + 10) / 4, (2 + 5 + 7 + 12) / 4, (4 + 9 + 8 + 11) / 4]
    assert first["seasonal mean"] == means


@pytest.mark.parametrize("name", book.NAMES)
def test_on_the_books_series_they_are_the_books(name):
    series = book.load(name)
    problem = Problem(series.values, 24, series.period, series.differenced)
    for method, named in (("persistence",) * 2, ("seasonal naive",) * 2, ("seasonal + drift",) * 2):
        assert said(problem, named) == pytest.approx(book.baseline(series, method), rel=1e-12)
    errors = np.nanmean(problem.errors(problem.test_origins, said(problem, "AR")), axis=0)
    # The book rounds mean, spread and weights to 4 decimals.
    there = book.mase(series, book.forecasts(series, "AR"))
    assert errors / problem.scale == pytest.approx(there, rel=2e-3)


def test_the_autoregression_is_that_of_statsmodels():
    """With next to no ridge; AutoReg has no constant here, for what is learned has mean 0."""
    from statsmodels.tsa.ar_model import AutoReg

    from lecture_lib.forecasting.linear import lagged, ridge_weights

    problem = sunspots()
    known = problem.learned[: problem.split]
    mine = ridge_weights(*lagged(known, 11), 1e-12)
    theirs = AutoReg(known, 11, trend="n").fit().params
    assert mine[::-1] == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("season", [None, 11])
def test_exponential_smoothing_is_that_of_statsmodels(season):
    """At the first origin its own forecast; at a later one that of a model which was given the
    same shares and the same start, and read on."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    from lecture_lib.forecasting.baselines import _fitted, smoothed

    problem = Problem(book.load("sunspots").values, 12, season)
    fitted = _fitted(problem, problem.split)
    kinds = {"trend": "add", "seasonal": "add" if season else None, "seasonal_periods": season}
    start = {"initial_level": fitted["initial_level"], "initial_trend": fitted["initial_trend"]}
    if season:
        start["initial_seasonal"] = fitted["initial_seasons"]
    shares = [f"smoothing_{part}" for part in ("level", "trend", *(["seasonal"] if season else []))]
    origins = np.array([problem.split - 1, problem.split + 20])
    mine = smoothed(problem.values, fitted, season, origins, 12)
    for row, origin in zip(mine, origins, strict=True):
        model = ExponentialSmoothing(
            problem.values[: origin + 1], **kinds, initialization_method="known", **start
        )
        there = model.fit(optimized=False, **{share: fitted[share] for share in shares})
        assert row == pytest.approx(there.forecast(12), abs=1e-6)


@pytest.mark.parametrize("name", [*BASELINES, *LINES, *recurrent.KINDS])
def test_no_forecast_looks_ahead(name):
    """Neither at values nor at columns that are known late; at one that is known ahead it may."""
    rng = np.random.default_rng(0)
    values, columns = book.load("sunspots").values, rng.normal(size=(2, 309))
    problem = Problem(values, 6, 11, False, {"plan": columns[0]}, {"rain": columns[1]})
    row = 20
    origin = problem.test_origins[row]
    later = np.arange(len(values)) > origin
    changed = Problem(
        values + 50 * later, 6, 11, False, {"plan": columns[0]}, {"rain": columns[1] + later}
    )
    replanned = dataclasses.replace(problem, known_ahead={"plan": columns[0] + 9 * later})
    if name in recurrent.KINDS:
        model, _ = recurrent.train(problem, name, 0, Training(updates=25))

        def of(one):
            return recurrent.iterate(one, model, one.test_origins)[row]
    else:

        def of(one):
            return said(one, name)[row]

    assert of(changed) == pytest.approx(of(problem), rel=1e-9)
    reads_columns = name not in BASELINES and name != "exponential smoothing"
    assert (np.abs(of(replanned) - of(problem)).max() > 1e-6) == reads_columns


def test_nothing_of_the_test_part_is_learned_from():
    problem = sunspots()
    changed = Problem(problem.values + 1000 * (np.arange(309) >= problem.split), 12, 11)
    assert (changed.mean, changed.sd, changed.scale) == (problem.mean, problem.sd, problem.scale)
    before, after = (
        recurrent.train(one, "GRU", 0, Training(updates=25))[0] for one in (problem, changed)
    )
    for name, array in before.parameters().items():
        assert np.array_equal(array, after.parameters()[name])
    first = problem.test_origins[:1]
    for line in LINES.values():
        assert line(problem, first, problem.split) == pytest.approx(
            line(changed, first, problem.split), rel=1e-9
        )


def test_networks_of_one_comparison_have_equally_many_parameters():
    """To the nearest unit: half of what one unit more would bring."""
    wanted = count_parameters(recurrent.build("LSTM", 1, 16))
    for kind in recurrent.KINDS:
        size = recurrent.equal_size(kind, 1, wanted) if kind != "LSTM" else 16
        counts = [count_parameters(recurrent.build(kind, 1, n)) for n in (size - 1, size, size + 1)]
        apart = [abs(count - wanted) for count in counts]
        assert apart[1] == min(apart), (kind, counts)


def test_a_network_iterates_its_own_words():
    """Its forecast two ahead is its forecast one ahead of a series in which the first came true."""
    problem = sunspots(horizon=2)
    model, _ = recurrent.train(problem, "LSTM", 0, Training(updates=25))
    origin = problem.test_origins[:1]
    two = recurrent.iterate(problem, model, origin)[0]
    values = problem.values.copy()
    values[origin[0] + 1] = two[0]
    again = Problem(values, 2, 11)
    assert recurrent.iterate(again, model, origin + 1)[0, 0] == pytest.approx(two[1], rel=1e-9)


def test_autocorrelation_by_hand():
    assert autocorrelation([1.0, 2, 3, 4], 2) == pytest.approx([1, 0.25, -0.3])


@pytest.mark.parametrize(("name", "steps"), [("co2", 12), ("sunspots", 11), ("walk", None)])
def test_the_season_of_the_books_series_is_found(name, steps):
    series = book.load(name)
    assert find_season(series.values[: series.split]) == steps


def test_no_season_is_found_where_there_is_none():
    rng = np.random.default_rng(1)
    t = np.arange(200.0)
    quiet = [rng.normal(size=200) for _ in range(10)]
    quiet += [rng.normal(size=200).cumsum() for _ in range(10)]
    quiet += [t, t**2, np.full(200, 3.0), np.exp(t / 50)]
    assert [find_season(values) for values in quiet] == [None] * 24
    for m in (4, 7, 12, 24):
        wave = np.sin(2 * np.pi * t / m)
        assert find_season(5 * wave + t + rng.normal(size=200)) == m
        # Smooth, and but twice as large as the noise: its changes are lost in those of the noise.
        long = 2 * np.sin(2 * np.pi * np.arange(400) / m)
        assert find_season(long + rng.normal(size=400)) == m
