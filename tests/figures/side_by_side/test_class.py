"""LSTM and GRU side by side, in Python."""

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM
from lecture_lib.figures import SideBySide
from lecture_lib.figures.side_by_side import STEPS, matching_units, parameter_count


def size(cell):
    return sum(array.size for array in cell.parameters().values())


@pytest.mark.parametrize("D", [1, 7, 50])
@pytest.mark.parametrize("H", [1, 2, 8, 33])
def test_counts_are_the_cells_own_and_no_other_gru_comes_nearer(D, H):
    assert parameter_count(4, H, D) == size(LSTM(D, H))
    found = matching_units(H, D)
    assert parameter_count(3, found, D) == size(GRU(D, found))

    def off(units):
        return abs(size(GRU(D, units)) - size(LSTM(D, H)))

    assert off(found) <= min(off(found + 1), off(max(1, found - 1)))


def test_the_cells_are_alike_in_what_was_asked():
    for match, gru_units in (("units", 8), ("parameters", 9)):
        cells = SideBySide(match=match, forget_bias=1.5, weight_scale=2.0).cells
        assert [cell.hidden_size for cell in cells.values()] == [8, gru_units]
        for cell in cells.values():
            bound = 2 / np.sqrt(cell.hidden_size)
            assert 0.9 * bound < np.abs(cell.weight_hh).max() <= bound
        assert (cells["lstm"].bias[8:16] == 1.5).all() and (cells["lstm"].bias[:8] == 0).all()
        assert (cells["gru"].bias[gru_units : 2 * gru_units] == -1.5).all()


def test_a_nudge_is_a_nudge_at_its_step_alone():
    pair = SideBySide(at=7)
    difference = pair.nudged["lstm"].x - pair.traces["lstm"].x
    assert np.flatnonzero(difference).tolist() == [6] and difference[6] == 1
    for share in pair.fading.values():
        assert (share[:6] == 0).all() and share.max() == 1


def test_memory_is_the_last_step_with_a_tenth():
    pair = SideBySide(at=3)
    for name, share in pair.fading.items():
        last = pair.memory[name] + pair.at - 1
        assert share[last] >= 0.1 and (share[last + 1 :] < 0.1).all()
    # σ(6) keeps 99.8 %: far more than a tenth is left at the end.
    assert SideBySide(at=3, forget_bias=6.0).memory["gru"] == STEPS - 3
    # At scale 0 neither input nor nudge gets in.
    assert set(SideBySide(at=3, weight_scale=0.0).memory.values()) == {0}


def test_a_gru_stays_within_1_where_c_does_not():
    traces = SideBySide(weight_scale=4.0, forget_bias=6.0, signal="step").traces
    assert np.abs(traces["lstm"].c).max() > 5
    assert np.abs(traces["gru"].h).max() < 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"match": "size"}, "match must be one of 'units', 'parameters', got 'size'"),
        ({"signal": None}, "signal must be one of 'noise', 'sine', 'step', 'silence', got None"),
        ({"hidden_size": 13}, "hidden_size must be a whole number in [2, 12], got 13"),
        ({"at": 41}, "at must be a whole number in [1, 40], got 41"),
        ({"difference": 1}, "difference must be True or False, got 1"),
        ({"H": 3}, "SideBySide has no 'H'; it takes match, signal"),
    ],
)
def test_what_does_not_fit_is_named(wrong, says):
    with pytest.raises((ValueError, TypeError)) as error:
        SideBySide(**wrong)
    assert says in str(error.value)


def test_what_is_published_is_light_and_the_same_twice():
    pairs = [SideBySide(match="parameters") for _ in range(2)]
    assert pairs[0].twin() == pairs[1].twin()
    assert len(pairs[0].still()) < 8_000
    assert "320 parameters" in pairs[0].text() and "297 parameters" in pairs[0].text()


def test_the_states_are_as_large_as_lecture_9_says():
    """Of the figure that it shows, over all steps: into the tens at a forget bias of 6, below 4 at
    −1; |h| below 1 in both cells."""
    for bias, low, high in ((6.0, 10, 40), (-1.0, 0, 4)):
        shown = SideBySide(
            match="parameters", signal="step", weight_scale=4.0, forget_bias=bias, t=40, seed=3
        )
        assert low < np.abs(shown.traces["lstm"].c).max() < high
        assert all(np.abs(trace.h).max() < 1 for trace in shown.traces.values())
