"""The alarm rings on each of the four leaks, and on none of ten clean runs."""

import numpy as np
import pytest

from lecture_lib.experiments.series import load
from lecture_lib.forecasting import (
    Training,
    compare,
    late_forecasts,
    random_split,
    scaled_by_all,
    target_among_inputs,
)


def series(seed, phi=0.7, count=200):
    rng = np.random.default_rng(seed)
    values = np.zeros(count)
    for t in range(1, count):
        values[t] = phi * values[t - 1] + rng.normal()
    return values + 10


def test_it_rings_for_forecasts_that_are_their_input_late():
    values = series(0)
    origins = np.arange(160, 199)
    near = values[origins] + 0.01 * np.random.default_rng(1).normal(size=39)
    (alarm,) = late_forecasts(values, origins, near)
    assert alarm.kind == "late" and alarm.number < alarm.threshold
    assert "their input, 1 late" in str(alarm)
    assert late_forecasts(values, origins[:-4], near[:-4], ahead=5)
    assert not late_forecasts(values, origins, values[origins + 1])


def test_it_rings_for_a_split_at_random():
    order = np.random.default_rng(0).permutation(200)
    (alarm,) = random_split(order[:160], order[160:])
    assert alarm.number > 0.5 and "come after the first one to test by" in str(alarm)
    assert not random_split(np.arange(160), np.arange(160, 200))
    (one,) = random_split([0, 1, 2, 5], [4, 6])
    assert one.number == 0.25


def test_it_rings_for_scaling_by_the_whole_series():
    values = series(0)
    known = values[:160]
    (alarm,) = scaled_by_all(values, 160, values.mean(), values.std())
    assert "mean of the scaling" in str(alarm)
    (alarm,) = scaled_by_all(values, 160, known.mean(), values.std())
    assert "standard deviation of the scaling" in str(alarm)
    assert not scaled_by_all(values, 160, known.mean(), known.std())


def test_it_rings_for_a_target_among_the_inputs():
    values = series(0)
    column = np.append(values[3:], [10.0, 10.0, 10.0]) * 2 - 5
    (alarm,) = target_among_inputs(values, {"fine": series(5), "leak": column}, horizon=3)
    assert "'leak' is the target" in str(alarm) and "3 later" in str(alarm)
    assert not target_among_inputs(values, {"leak": column}, horizon=2)
    found = compare(values, 3, None, known_late={"leak": column}, methods=("mean", "AR"))
    assert [alarm.kind for alarm in found.alarms] == ["target"]
    assert "alarm: 'leak' is the target" in str(found)


def alarms_of(values, horizon, column, **more):
    given = {"known_ahead": {"plan": column}, "methods": ("mean",), "progress": False}
    return compare(values, horizon, None, **given, **more).alarms


@pytest.mark.parametrize("horizon", [1, 3])
def test_it_rings_for_a_column_known_ahead_that_is_the_target_at_its_own_step(horizon):
    for values in (series(0), series(0, phi=1.0), load("co2").values):
        (alarm,) = alarms_of(values, horizon, 2 * values + 1)
        assert "'plan' is the target" in str(alarm) and "at the same step" in str(alarm)
        # At its own step a column that is not known ahead is not seen.
        assert not target_among_inputs(values, {"plan": 2 * values + 1}, horizon)
    values = series(0)
    ahead = np.append(values[1:], 0.0)
    assert "1 later" in str(*alarms_of(values, horizon, ahead))
    # What comes two late is known of three steps ahead, and of one it is none that is to come.
    found = alarms_of(values, horizon, np.append([0.0, 0.0], values[:-2]))
    assert ["2 earlier" in str(alarm) for alarm in found] == [True] * (horizon == 3)


@pytest.mark.parametrize("seed", range(10))
def test_it_is_silent_on_a_column_known_ahead_that_is_no_copy(seed):
    """One that explains nine tenths of the values, and time itself, beside a series that rises."""
    values = series(seed)
    plan = 3 * values + series(100 + seed)
    assert 0.9 < np.corrcoef(plan, values)[0, 1] < 0.99
    assert not alarms_of(values, 2, plan)
    time = np.arange(200.0)
    assert np.corrcoef(values + 5 * time, time)[0, 1] > 0.999
    assert not alarms_of(values + 5 * time, 2, time)


@pytest.mark.parametrize("seed", range(10))
def test_it_is_silent_on_a_clean_run(seed):
    values, rain = series(seed), series(100 + seed)
    found = compare(
        values,
        2,
        None,
        known_late={"rain": rain},
        methods=("persistence", "AR", "GRU"),
        seeds=(0,),
        training=Training(hidden_size=4, updates=50),
        progress=False,
    )
    problem = found.problem
    alarms = [
        *found.alarms,
        *random_split(np.arange(problem.split), np.arange(problem.split, 200)),
        *scaled_by_all(values, problem.split, values[: problem.split].mean(), problem.sd),
    ]
    assert alarms == []


def test_what_does_not_fit_is_refused():
    values = series(0)
    with pytest.raises(ValueError, match="one number an origin, 3, got 2"):
        late_forecasts(values, [1, 2, 3], [0.0, 1.0])
    with pytest.raises(ValueError, match="origins must lie in 0 … 198"):
        late_forecasts(values, [199], [0.0])
    with pytest.raises(TypeError, match="train must be whole numbers"):
        random_split([0.5], [1])
    with pytest.raises(ValueError, match="must have 200 numbers, got 3"):
        target_among_inputs(values, {"x": [1, 2, 3]}, 1)
