"""Each picture draws the numbers it is given."""

from types import SimpleNamespace

import numpy as np
import pytest

from lecture_lib import LSTM, plots
from lecture_lib.plots import (
    applications,
    gradients,
    sentences,
    series,
    speech,
    text,
    training,
    translation,
)


def lines(ax):
    return {line.get_label(): line.get_ydata() for line in ax.get_lines()}


def test_a_strip_has_the_states_as_lines_and_every_gate_as_a_number():
    trace = LSTM(1, 2, seed=0).forward(np.linspace(-1, 1, 5)[:, None, None])
    states, gates = plots.gate_strip(trace, unit=1)
    drawn = lines(states)
    np.testing.assert_array_equal(drawn["cell state c"], trace.c[:, 0, 1])
    np.testing.assert_array_equal(drawn["hidden state h"], trace.h[:, 0, 1])
    written = [f"{value:.2f}" for name in "figo" for value in getattr(trace, name)[:, 0, 1]]
    assert [note.get_text() for note in gates.texts] == written
    # The shade of a gate goes from white to its colour: the largest is the farthest from white.
    shades = gates.images[0].get_array()[0, :, :3]
    assert np.abs(1 - shades).sum(axis=1).argmax() == trace.f[:, 0, 1].argmax()
    _, below = sentences.reading(list("abcde"), trace, 1)
    assert [label.get_text() for label in below.get_xticklabels()] == list("abcde")


def test_streams_show_the_middle_and_80_percent():
    h = np.random.default_rng(0).uniform(-1, 1, (6, 101))
    [ax] = np.ravel(plots.streams({"run": h}, {2: "write"}))
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), np.sort(h)[:, 50])
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert heights.min() == np.sort(h)[:, 10].min() and heights.max() == np.sort(h)[:, 90].max()
    assert [note.get_text() for note in ax.texts] == ["write"]


def test_what_is_left_is_the_gates_power():
    ax = plots.leak([0.5, 0.9], steps=8)
    for line, f in zip(ax.get_lines(), (0.5, 0.9), strict=True):
        assert line.get_ydata()[-1] == pytest.approx(f**8)
    ax = gradients.fade(0.5, reach=4, half_life=1.0)
    assert ax.get_lines()[0].get_ydata()[[0, -1]].tolist() == [1, 0.5**4]
    assert ax.get_lines()[1].get_xydata().tolist() == [[1.0, 0.5]]
    ax = plots.by_age({0.5: np.array([1, 0.5, 0.25])})
    assert lines(ax)["f = 0.5"].tolist() == [1, 0.5, 0.25]
    ax = plots.counting(np.array([1.0, 2, 3]), np.tanh([1.0, 2, 3]))
    assert lines(ax)["cell state c"].tolist() == [1, 2, 3]


def test_the_squashers_and_their_slopes():
    squashed, slopes = plots.squashers()
    middle = len(squashed.get_lines()[1].get_ydata()) // 2
    assert [line.get_ydata()[middle] for line in squashed.get_lines()[1:]] == [0.5, 0]
    assert [line.get_ydata()[middle] for line in slopes.get_lines()[1:]] == [0.25, 1]


def test_gradients_are_drawn_at_their_lags():
    norms = 0.5 ** np.arange(41)
    flow = SimpleNamespace(total=norms[:, None], direct=None)
    gated = SimpleNamespace(total=norms[:, None], direct=norms[:, None] ** 2)
    drawn = gradients.flows({"RNN": flow, "LSTM": gated})
    total = next(line for line in drawn.get_lines() if line.get_label() == "LSTM")
    lags = total.get_xdata()
    assert (lags[0], lags[-1]) == (0, 40)
    np.testing.assert_allclose(total.get_ydata(), 0.5**lags)
    between = lines(gradients.bounds(norms, growth=0.9, radius=0.4))
    assert between["bound"][-1] == pytest.approx(0.9**40)
    assert between["ρ alone"][-1] == pytest.approx(0.4**40)
    swept = gradients.sweep([0, 2], {"LSTM": (np.array([1e-5, 1.0]), np.array([1e-9, 0.1]))})
    assert lines(swept)["LSTM"].tolist() == [1e-5, 1.0]
    starts = {"LSTM, chrono": norms, "RNN": norms}
    shares = {"LSTM, chrono": [1, 1 / 3], "RNN": [0, 0]}
    _, table = gradients.learnability(starts, shares, [10, 20])
    assert [note.get_text() for note in table.texts] == ["3/3", "1/3", "0/3", "0/3"]


def test_runs_are_dots_at_their_errors():
    [ax] = np.ravel(series.every_seed([{"AR": [0.5], "LSTM": [0.7, 0.9]}], ["CO₂"]))
    dots = [line.get_xdata() for line in ax.get_lines() if line.get_marker() == "o"]
    assert [list(xs) for xs in dots] == [[0.7, 0.9], [0.5]]
    ax = sentences.flips({"f = 1": [1.0, 1.0, 0.5]})
    assert [note.get_text() for note in ax.texts] == ["2", "guessing"]
    data = SimpleNamespace(values=np.arange(12.0), start=2000.0, steps_a_year=12, split=6)
    [ax] = np.ravel(series.histories({"rising": data}))
    assert ax.get_lines()[1].get_xdata()[0] == 2000.5
    drawn = lines(series.shifted([1, 2], [3, 4], [5, 6]))
    assert drawn["what came"].tolist() == [3, 4]


def test_the_lowest_of_what_is_held_out_is_marked():
    ax = text.memorising([50, 100, 150], [3, 2, 1], [3.0, 2.5, 2.8], 2.2)
    assert ax.get_lines()[-1].get_xydata().tolist() == [[100, 2.5]]
    ax = text.by_place([1.0, 2.0], [3.0, 4.0])
    assert [bar.get_height() for bar in ax.patches] == [1, 2, 3, 4]


def test_a_panel_for_each_history():
    history = SimpleNamespace(loss=[2.0, 1.0, 0.5], steps=[2], scores=[0.7])
    axes = training.curves({name: history for name in "abcd"}, dict.fromkeys("abcd", 1.5))
    assert [ax.get_visible() for ax in axes] == [True] * 4 + [False] * 2
    assert axes[3].get_title() == "d"
    assert axes[0].get_lines()[0].get_ydata().tolist() == [2.0, 1.0, 0.5]


def test_the_pages_in_use_draw_what_they_are_given():
    ax = applications.curves({"a": ([0, 1], [2, 3]), "b": ([0, 1], [4, 5])}, "x", "y")
    assert lines(ax)["b"].tolist() == [4, 5]
    one, other = applications.panels({"up": ([0, 1], [0, 1]), "down": ([0, 1], [1, 0])}, "day")
    assert (one.get_title(), other.get_xlabel()) == ("up", "day")
    ways = {"random": [(0, False), (3, True)], "in time": [(0, False), (6, True)]}
    axes = applications.splits(ways, read=4, said=2)
    [alone] = applications.splits({"random": ways["random"]}, read=4, said=2)
    assert len(alone.patches) == len(axes[0].patches)
    [alone] = applications.panels({"up": ([0, 1], [0, 1])}, "day")
    assert (alone.get_title(), alone.get_xlabel()) == ("up", "day")
    assert [bar.get_x() for bar in axes[1].patches] == [0, 4, 6, 10]
    measured = np.array([True, False, True])
    [ax] = applications.readings({"pulse": (np.array([60.0, 0, 70]), measured)}, "hour")
    assert ax.get_lines()[1].get_xydata().tolist() == [[0, 60], [2, 70]]


def test_bands_share_their_shades():
    loud, quiet = np.full((4, 16), 1.0), np.zeros((4, 16))
    loud[0, 0] = 2.0
    axes = speech.bands({"loud": loud, "quiet": quiet}, hop=0.01, levels=4)
    assert [list(ax.collections[0].levels) for ax in axes] == [[0, 0.5, 1, 1.5, 2]] * 2
    [alone] = speech.bands({"loud": loud}, hop=0.01)
    assert alone.get_title() == "loud"


def test_words_are_joined_to_their_translation():
    ax = translation.crossing(["a", "b"], ["c", "d"], [(0, 1)])
    assert ax.get_lines()[0].get_xdata().tolist() == [0.25, 0.75]
    assert [note.get_text() for note in ax.texts] == ["a", "b", "c", "d"]
