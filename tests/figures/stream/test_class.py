"""The stream in Python: the four ways, held to single steps of the cells, and what it refuses."""

import numpy as np
import pytest

from lecture_lib import quantise
from lecture_lib.cells import gru_step, lstm_step, rnn_step
from lecture_lib.figures import Stream
from lecture_lib.tasks import voice

CELLS = ("RNN", "GRU", "LSTM")
STEPS = 160
# The same products in sums of another order, over 160 steps; a step from another state shows
# from 1e-6 up.
TOLERANCE = 1e-12


def steps_of(figure, resets):
    """h (160, H) a single step at a time, from zeros at each of `resets` (from 0)."""
    cell = figure.model.cell
    weights, h, found = cell.parameters(), None, []
    for t, x in enumerate(figure.x):
        if t in resets:
            h = c = np.zeros((1, cell.hidden_size))
        if figure.cell == "LSTM":
            h, c, _ = lstm_step(x[None], h, c, **weights)
        elif figure.cell == "GRU":
            h, _ = gru_step(x[None], h, **weights)
        else:
            h = rnn_step(x[None], h, **weights)
        found.append(h[0])
    return np.array(found)


@pytest.mark.parametrize("cell", CELLS)
def test_handing_the_state_on_is_offline_at_every_k(cell):
    for k in range(1, STEPS + 1):
        assert Stream(cell=cell, k=k).difference("kept").max() <= TOLERANCE, k


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("reset", [True, False])
def test_each_way_starts_anew_where_it_says(cell, reset):
    figure = Stream(cell=cell, k=25, episode=71, reset=reset)
    ways, second = figure.ways, {70} if reset else set()
    calls = set(range(0, 160, 25)) if not reset else {*range(0, 70, 25), *range(70, 160, 25)}
    for way, resets in (("offline", {0, 70}), ("kept", {0} | second), ("lost", calls)):
        wanted = steps_of(figure, resets)
        np.testing.assert_allclose(ways[way].h, wanted, atol=TOLERANCE, rtol=0, err_msg=way)
    spans = [(0, 70), (70, 160)] if reset else [(0, 160)]
    x = figure.x[:, None]
    limits = {
        name: max(quantise.ranges(figure.model.cell, part)[name] for part in (x[:70], x[70:]))
        for name in (["h", "c"] if cell == "LSTM" else ["h"])
    }
    for rounding, bits in (("all", 8), ("wide", {"h": 8, "c": 16}), ("weights", None)):
        figure.rounding = rounding
        if cell != "LSTM" and bits:
            bits = 8
        parts = [
            quantise.run(
                figure.model.cell,
                x[a:b],
                8,
                state_bits=bits,
                ranges=limits if bits else None,
            ).h
            for a, b in spans
        ]
        np.testing.assert_array_equal(figure.ways["rounded"].h, np.concatenate(parts)[:, 0])


def test_it_opens_where_the_ways_part():
    figure = Stream()
    assert figure.first("kept") is None and figure.first("offline") is None
    # A call begins from zeros there, and the networks did not learn to begin amid a recording.
    assert figure.first("lost") == figure.k + 1
    assert figure.first("rounded") < figure.k
    assert figure.wrong("offline") == figure.wrong("kept") <= figure.wrong("lost")
    assert 10 <= figure.target[:100].sum() <= 90 and 5 <= figure.target[100:].sum() <= 55


def test_without_the_reset_the_old_recording_goes_on():
    figure = Stream(reset=False, log_epsilon=-3)
    for way in ("kept", "rounded"):
        assert figure.difference(way)[figure.episode - 1] > 1e-3, way
    assert figure.first("kept") == figure.episode
    assert figure.difference("kept")[: figure.episode - 1].max() == 0


def test_first_is_the_first_beyond_epsilon():
    figure = Stream(bits=5)
    for power in range(-12, 1):
        figure.log_epsilon = power
        sizes = figure.difference("rounded")
        beyond = [t for t in range(1, STEPS + 1) if sizes[t - 1] > 10.0**power]
        assert figure.first("rounded") == (beyond[0] if beyond else None)


def test_more_bits_are_nearer():
    sizes = [Stream(bits=bits).difference("rounded").max() for bits in (4, 8, 12, 16)]
    assert sizes[0] > 4 * sizes[1] > 16 * sizes[2] > 64 * sizes[3] > 0


def test_the_signal_is_two_recordings():
    whole = Stream(episode=160)
    for episode in (2, 60, 160):
        figure = Stream(episode=episode)
        assert figure.x.shape == (STEPS, 2) and figure.target.shape == (STEPS,)
        np.testing.assert_array_equal(figure.x[: episode - 1], whole.x[: episode - 1])
        np.testing.assert_array_equal(figure.x[episode - 1 :][0], whole.x[159])


def test_costs_counted_by_hand():
    costs = Stream(k=32).costs
    # 32 rows of 2 + 8 weights, 3 products for each of 8 units, a readout of 2 rows of 8.
    assert costs["products"] == 100 * (32 * 10 + 24 + 16)
    numbers = 32 * 10 + 32 + 16 + 2 + 16  # weights, biases, readout, h and c
    assert costs["memory"]["offline"] == 4 * (numbers + 2 * 100)
    assert costs["memory"]["kept"] == costs["memory"]["lost"] == 4 * (numbers + 2 * 32)
    # Weights and state in a byte each; biases, readout, two scales and a frame in four.
    assert costs["memory"]["rounded"] == 320 + 16 + 4 * (32 + 18 + 2 + 2)
    assert costs["delay"] == {"offline": 990, "kept": 310, "lost": 310, "rounded": 0}
    rnn = Stream(cell="RNN", bits=5, per="row", rounding="weights").costs
    assert rnn["products"] == 100 * (8 * 10 + 16)
    assert rnn["memory"]["rounded"] == 80 * 5 // 8 + 4 * (8 + 18 + 16 + 8 + 2)
    wide = Stream(cell="LSTM", rounding="wide").costs["memory"]["rounded"]
    assert wide == costs["memory"]["rounded"] + 8
    assert Stream(cell="GRU").costs["products"] == 100 * (24 * 10 + 24 + 16)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"k": 0}, r"k must be a whole number in \[1, 160\], got 0"),
        ({"bits": 3}, r"bits must be a whole number in \[4, 16\], got 3"),
        ({"bits": 8.5}, "bits must be a whole number"),
        ({"episode": 1}, r"episode must be a whole number in \[2, 160\], got 1"),
        ({"cell": "CNN"}, "cell must be one of 'RNN', 'GRU', 'LSTM', got 'CNN'"),
        ({"per": "gate"}, "per must be one of 'tensor', 'row', got 'gate'"),
        ({"rounding": "h"}, "rounding must be one of 'all', 'wide', 'weights', got 'h'"),
        ({"shown": "9"}, "shown must be one of 'p', '1'"),
        ({"reset": 1}, "reset must be True or False, got 1"),
        ({"t": 161}, r"t must be a whole number in \[1, 160\], got 161"),
        ({"log_epsilon": -13}, r"log_epsilon must be a whole number in \[-12, 0\], got -13"),
        ({"epsilon": 0.1}, "Stream has no 'epsilon'"),
    ],
)
def test_a_bad_argument_is_named(given, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Stream(**given)


def test_another_way_is_refused():
    with pytest.raises(ValueError, match='way must be "offline" or "kept" or "lost" or "rounded"'):
        Stream().difference("reset")


def test_what_is_published_is_small_and_says_what_it_computes():
    figure = Stream(bits=6)
    assert len(figure.still()) <= 8000
    assert len(figure.twin()) <= 40_000
    said = figure.text()
    assert f"state lost, first at step {figure.first('lost')} by more than ε" in said
    assert "state handed on, at no step by more than ε (0 throughout)" in said
    assert f"rounded {figure.wrong('rounded')} of 160" in said


def test_a_published_network_is_the_recorded_one():
    figure = Stream()
    for kind in CELLS:
        for name, array in voice.load(kind).parameters().items():
            np.testing.assert_array_equal(figure.networks[kind][name], array)
