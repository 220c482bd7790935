"""The Stepper's Python side: its weights, its inputs, its holds, and what it refuses."""

import numpy as np
import pytest

from lecture_lib.figures import Stepper
from lecture_lib.seeded import seeded_uniform

HOLD = {"cell": "lstm", "gate": "f", "unit": 2, "from": 3, "to": 5, "value": 0.25}


def test_seeded_numbers_are_uniform_and_differ_by_seed_and_stream():
    draws = seeded_uniform(3, 0, (200, 100))
    assert draws.min() >= -1 and draws.max() < 1
    # The mean and the variance of 20000 uniform draws, each within four standard errors.
    assert abs(draws.mean()) < 4 / np.sqrt(3 * draws.size)
    assert abs(draws.var() - 1 / 3) < 4 * np.sqrt(4 / 45 / draws.size)
    for other in (seeded_uniform(4, 0, (200, 100)), seeded_uniform(3, 1, (200, 100))):
        assert abs(np.corrcoef(draws.ravel(), other.ravel())[0, 1]) < 4 / np.sqrt(draws.size)


def test_weights_have_their_scale_and_the_bias_that_keeps():
    cells = Stepper(hidden_size=4, weight_scale=2.0, forget_bias=1.5, update="write").cells
    for cell in cells.values():
        for weight in (cell.weight_ih, cell.weight_hh):
            assert 0.5 < np.abs(weight).max() <= 1
    assert cells["lstm"].bias.tolist() == [0] * 4 + [1.5] * 4 + [0] * 8
    assert cells["gru"].bias.tolist() == [0] * 4 + [-1.5] * 4 + [0] * 4
    assert Stepper(forget_bias=1.5, update="keep").cells["gru"].bias[4] == 1.5


def test_update_is_a_matter_of_words_only_with_the_weights_of_z_mirrored():
    write, keep = (Stepper(update=u, weight_scale=0.0).traces["gru"] for u in ("write", "keep"))
    np.testing.assert_allclose(write.z, 1 - keep.z, atol=1e-15)  # one rounding


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("sine", [0.59, 0.95, 0.95, 0.59, 0.0, -0.59]),
        ("step", [0, 0, 1, 1, 1, 1]),
        ("impulse", [0, 1, 0, 0, 0, 0]),
    ],
)
def test_curves(source, values):
    x = Stepper(source=source, steps=6).x
    assert x.shape == (6, 1, 1)
    np.testing.assert_array_equal(x[:, 0, 0], values)


def test_noise_follows_the_seed():
    one, same, other = (Stepper(source="noise", seed=s).x for s in (1, 1, 2))
    assert (one == same).all() and (one != other).any() and np.abs(one).max() <= 1


def test_a_word_is_read_letter_by_letter():
    figure = Stepper(source="word", word="Ab, z!")
    assert figure.x.shape == (3, 1, 26)
    assert figure.x[:, 0].argmax(1).tolist() == [0, 1, 25]
    assert figure.x.sum() == 3
    assert figure.skipped == [",", " ", "!"]
    assert len(Stepper(source="word", word="x" * 500).x) == 40
    assert Stepper(source="word", word="🙂").x.tolist() == np.zeros((1, 1, 26)).tolist()


def test_numbers_are_read_and_the_rest_is_named():
    figure = Stepper(source="numbers", numbers="0.5 −1;, .25, 7, 1e3, x")
    assert figure.x.ravel().tolist() == [0.5, -1.0, 0.25]
    assert figure.skipped == ["7", "1e3", "x"]


def test_a_hold_reaches_its_gate_unit_and_steps_and_no_other():
    figure = Stepper(holds=[HOLD, HOLD | {"unit": 0, "from": 5, "to": 40, "value": 1.0}])
    held, free = figure.traces["lstm"].f[:, 0], figure.free["lstm"].f[:, 0]
    assert held[2:4, 1].tolist() == [0.25, 0.25]
    assert (held[4:] == 1).all()  # of two holds that meet, the later in the list counts
    np.testing.assert_array_equal(held[:2], free[:2])
    assert (held[2:4, 0] != 0.25).all()
    np.testing.assert_array_equal(figure.traces["gru"].h, figure.free["gru"].h)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"look": "lstm.z"}, "look must be one of 'lstm.x', 'lstm.h0', .*, got 'lstm.z'"),
        ({"word": "x" * 501}, "word must have at most 500 characters, got 501"),
        ({"hidden_size": 17}, r"hidden_size must be a whole number in \[1, 16\], got 17"),
        ({"holds": [HOLD] * 9}, "holds must be a list of at most 8, got a list of 9"),
        (
            {"holds": [{"cell": "lstm"}]},
            r"holds\[0\] must have 'gate', 'unit', 'from', 'to', 'value', got {'cell': 'lstm'}",
        ),
        ({"holds": [HOLD | {"gate": "z"}]}, r"holds\[0\]\['gate'\] must be one of i, f, g, o"),
        (
            {"holds": [HOLD | {"cell": "rnn"}]},
            r"holds\[0\]\['cell'\] must be one of 'lstm', 'gru', got 'rnn'",
        ),
        ({"holds": [HOLD | {"value": -0.5}]}, r"must be a number in \[0, 1\], got -0.5"),
        ({"holds": [HOLD | {"value": float("nan")}]}, "got nan"),
        ({"holds": [HOLD | {"from": 2.5}]}, r"must be a whole number in \[1, 40\], got 2.5"),
    ],
)
def test_what_does_not_fit_is_named(argument, message):
    with pytest.raises(ValueError, match=message):
        Stepper(**argument)


def test_the_still_is_small_and_the_text_has_the_numbers():
    figure = Stepper(steps=40, hidden_size=16, unit=16, t=40)
    assert len(figure.still()) <= 8000
    h = figure.traces["gru"].h[39, 0, 15]
    assert f"h = {h:.2f}." in figure.text()
    assert Stepper(steps=3, t=40).text().startswith("At step 3 of 3")
