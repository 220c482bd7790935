"""The real series: what is recorded, what each method is, and that nothing leaks from the test."""

import dataclasses

import numpy as np
import pytest

from lecture_lib import records
from lecture_lib.experiments import series as task


@pytest.fixture(scope="module", params=task.NAMES)
def data(request):
    return task.load(request.param)


def test_the_recorded_series_is_its_source(data):
    source = task.fetch(data.name)
    for field in dataclasses.fields(task.Series):
        assert np.array_equal(getattr(data, field.name), getattr(source, field.name))


def test_the_parts_are_four_fifths_and_what_is_left():
    sizes = {name: (len(task.load(name).values), task.load(name).split) for name in task.NAMES}
    assert sizes == {"co2": (526, 420), "sunspots": (309, 247), "walk": (400, 320)}
    origins = task.load("sunspots").origins
    assert (origins[0], origins[-1]) == (246, 307)


def test_nothing_of_the_test_part_reaches_scaling_and_the_autoregression(data):
    values = data.values.copy()
    values[data.split :] += 1000
    changed = dataclasses.replace(data, values=values)
    assert (changed.mean, changed.sd, changed.scale) == (data.mean, data.sd, data.scale)
    assert np.array_equal(task.fit_ar(changed), task.fit_ar(data))


@pytest.mark.parametrize("method", task.METHODS)
def test_no_forecast_looks_ahead(data, method):
    row = 30
    origin = data.origins[row]
    values = data.values.copy()
    values[origin + 1 :] += 50
    changed = dataclasses.replace(data, values=values)
    before, after = task.forecasts(data, method)[row], task.forecasts(changed, method)[row]
    assert after == pytest.approx(before, rel=1e-12)


def test_no_training_sees_the_test_part():
    data = task.load("sunspots")
    values = data.values.copy()
    values[data.split :] += 1000
    changed = dataclasses.replace(data, values=values)
    models = [task.train(d, "RNN", updates=25, progress=False)[0] for d in (data, changed)]
    for array, other in zip(*(m.parameters().values() for m in models), strict=True):
        assert np.array_equal(array, other)


def test_the_baselines_by_hand():
    values = np.array([1.0, 2, 4, 3, 5, 9, 6, 7, 8, 10])
    data = task.Series("walk", values, 0.0, 1, 3, False)
    assert data.origins.tolist() == [7, 8]
    row = {method: task.baseline(data, method, 4)[0].tolist() for method in task.BASELINES}
    assert row["persistence"] == [7, 7, 7, 7]
    assert row["seasonal naive"] == [9, 6, 7, 9]
    # At origin 7 the value was 7; a season ago it was 5, two seasons ago 2.
    assert row["seasonal + drift"] == [11, 8, 9, 14]


def test_mase_by_hand():
    values = np.array([0.0, 1, 0, 3, 0, 5, 0, 7, 0, 9])
    data = task.Series("walk", values, 0.0, 1, 2, False)
    # In the training part each second value grows by 2: a mean of 1.
    assert data.scale == 1.0
    assert task.mase(data, np.zeros((2, 2))).tolist() == [4.5, 9.0]


def test_a_perfect_line_is_found_by_the_autoregression():
    t = np.arange(60)
    wave = np.sin(2 * np.pi * t / 12)
    w = task.ridge_weights(*task.lagged(wave, 2), 1e-9)
    assert w == pytest.approx([-1, 2 * np.cos(2 * np.pi / 12)], abs=1e-6)
    rows, targets = task.lagged(t, 3, ahead=5)
    assert rows[0].tolist() == [0, 1, 2] and targets[0] == 7
    assert rows[-1].tolist() == [52, 53, 54] and targets[-1] == 59


def test_iterating_reads_what_was_said():
    data = task.load("sunspots")
    for kind in task.CELLS:
        model = task.network("sunspots", kind)
        row, horizon = 5, 4
        said = task.iterate(data, model, horizon)[row]
        read = list(data.learned[: data.origins[row] + 1])
        for value in said:
            forecast = model.predict(np.array(read)[:, None, None])[-1, 0, 0]
            assert value == pytest.approx(data.mean + data.sd * forecast, rel=1e-9)
            read.append(forecast)


def test_the_recorded_errors_are_those_of_the_recorded_models(data):
    runs = task.load_runs()
    for method in task.METHODS:
        recorded = task.errors(runs, data.name, method)[0]
        # Three decimals are recorded.
        assert task.mase(data, task.forecasts(data, method)) == pytest.approx(recorded, abs=2e-3)


def test_fitting_anew_gives_the_recorded_autoregression(data):
    # Recorded to four decimals; another BLAS may round the last the other way.
    assert task.fit_ar(data) == pytest.approx(task.ar(data.name), abs=2e-4)


def test_the_figures_networks_are_the_recorded_ones(data):
    page = records.read("series_page")[data.name]
    for kind in task.CELLS:
        for name, array in task.network(data.name, kind).parameters().items():
            # The one is in float32, the other in decimals.
            assert np.array(page["weights"][kind][name]) == pytest.approx(array, abs=1e-6)
        spread = task.errors(task.load_runs(), data.name, kind)
        assert np.array_equal(spread, page["spread"][kind])


def means(name, method):
    of_seeds = task.errors(task.load_runs(), name, method)
    return of_seeds[:, 0], of_seeds[:, :12].mean(axis=1)


def test_on_co2_the_networks_and_the_autoregression_tie():
    [ar], [ar_12] = means("co2", "AR")
    [drift], _ = means("co2", "seasonal + drift")
    lstm, lstm_12 = means("co2", "LSTM")
    assert len(lstm) == 5
    assert lstm.max() <= 0.22 and lstm.max() < drift
    assert abs(lstm.mean() - ar) < 0.02 and abs(lstm_12.mean() - ar_12) < 0.03


def test_on_sunspots_every_lstm_loses_to_the_autoregression():
    [ar], [ar_12] = means("sunspots", "AR")
    lstm, lstm_12 = means("sunspots", "LSTM")
    assert lstm.min() > ar and lstm_12.min() > ar_12
    assert lstm.mean() > 1.1 * ar


def test_on_the_walk_nobody_beats_persistence_by_more_than_a_hair():
    [naive], _ = means("walk", "persistence")
    for method in ("AR", *task.CELLS):
        assert means("walk", method)[0].min() > 0.97 * naive


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: task.load("stocks"),
            "name must be one of 'co2', 'sunspots', 'walk', got 'stocks'",
        ),
        (lambda: task.fetch("stocks"), "name must be one of"),
        (lambda: task.ar("stocks"), "name must be one of"),
        (lambda: task.network("co2", "CNN"), "kind must be one of 'RNN', 'GRU', 'LSTM', got 'CNN'"),
        (lambda: task.network("stocks", "GRU"), "name must be one of"),
        (lambda: task.forecasts(task.load("co2"), "luck"), "method must be one of 'persistence'"),
        (lambda: task.baseline(task.load("co2"), "AR"), "method must be one of 'persistence'"),
    ],
)
def test_an_unknown_name_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_every_recorded_method_may_be_asked_for():
    assert {run["method"] for run in task.load_runs()} == set(task.RECORDED)
    assert all(task.errors(task.load_runs(), "co2", method).size for method in task.RECORDED)
