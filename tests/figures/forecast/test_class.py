"""The forecast figure in Python: what it says is the task's, and what it refuses."""

import numpy as np
import pytest

from lecture_lib.experiments import series as task
from lecture_lib.figures import Forecast


@pytest.mark.parametrize("name", task.NAMES)
def test_its_numbers_are_those_of_the_task(name):
    figure = Forecast(series=name, horizon=7, origin=30)
    data = task.load(name)
    row = figure.place - data.split + 1
    assert list(figure.forecasts) == list(figure.errors) == list(task.METHODS)
    for method in task.METHODS:
        said = task.forecasts(data, method)
        assert np.array_equal(figure.forecasts[method], said[row, :7])
        assert np.array_equal(figure.errors[method], task.mase(data, said)[:7])
    assert np.array_equal(figure.truth, data.values[figure.place + 1 : figure.place + 8])


def test_the_origin_goes_through_the_whole_test_part():
    for name in task.NAMES:
        origins = task.load(name).origins
        places = [Forecast(series=name, origin=k).place for k in range(62)]
        assert (places[0], places[-1]) == (origins[0], origins[-1])
        assert (np.diff(places) >= 1).all()
    sunspots = [Forecast(series="sunspots", origin=k).place for k in range(62)]
    assert sunspots == task.load("sunspots").origins.tolist()


def test_where_the_series_ends_the_truth_does():
    figure = Forecast(series="sunspots", origin=61, horizon=24)
    assert len(figure.truth) == 1
    assert len(figure.forecasts["LSTM"]) == 24


def test_the_correlations_tell_who_follows():
    walk = Forecast(series="walk", horizon=1).correlations
    assert walk["persistence"][1] == pytest.approx(1)
    assert walk["RNN"][1] > walk["RNN"][0] > 0.9
    truth, given = Forecast(series="co2", horizon=1).correlations["LSTM"]
    assert truth > given
    figure = Forecast(series="sunspots", horizon=10)
    data = task.load("sunspots")
    said = task.forecasts(data, "AR")[:53, 9]
    assert figure.correlations["AR"][0] == pytest.approx(
        np.corrcoef(said, data.values[256:])[0, 1], rel=1e-12
    )


@pytest.mark.parametrize(
    ("name", "place", "time"),
    [
        ("co2", 0, "Mar 1958"),
        ("co2", 10, "Jan 1959"),
        ("co2", 525, "Dec 2001"),
        ("sunspots", 308, "2008"),
        ("walk", 0, "step 1"),
    ],
)
def test_times_are_named(name, place, time):
    assert Forecast(series=name).when(place) == time


def test_the_text_ranks_all_methods():
    text = Forecast(series="sunspots", horizon=1).text()
    assert all(method in text for method in task.METHODS)
    assert text.index("AR 0.69") < text.index("LSTM 0.95") < text.index("persistence 1.20")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"series": "stocks"}, ValueError, "series must be one of 'co2', 'sunspots', 'walk'"),
        ({"horizon": 0}, ValueError, r"horizon must be a whole number in \[1, 24\], got 0"),
        ({"horizon": 2.5}, ValueError, "horizon must be a whole number"),
        ({"origin": 62}, ValueError, r"origin must be a whole number in \[0, 61\], got 62"),
        ({"lstm": 1}, TypeError, "lstm must be True or False, got 1"),
        ({"place": 3}, TypeError, "Forecast has no 'place'"),
    ],
)
def test_a_bad_argument_is_named(given, error, message):
    with pytest.raises(error, match=message):
        Forecast(**given)


@pytest.mark.parametrize("name", task.NAMES)
def test_the_still_is_small(name):
    assert len(Forecast(series=name, horizon=24, origin=61).still()) < 8000


def test_the_winners_of_single_origins_are_those_that_lecture_21_names():
    """Of the sunspots, 11 years ahead: whose forecast ends nearest to what came."""
    figure = Forecast(series="sunspots", horizon=11)
    for origin, winner in ((8, "GRU"), (14, "LSTM"), (16, "persistence"), (40, "AR")):
        figure.origin = origin
        said, came = figure.forecasts, figure.truth[-1]
        assert min(said, key=lambda method: abs(said[method][-1] - came)) == winner
