"""The memory's kernel and attention's row: what an LSTM's belt and a softmax really give."""

import numpy as np
import pytest

from lecture_lib.cells import LSTM
from lecture_lib.cells.minimal import linear_recurrence
from lecture_lib.figures import MemoryKernel

FREE = "." * 16


@pytest.mark.parametrize("t", [1, 2, 9, 16])
@pytest.mark.parametrize("held_f", [FREE, "........0.......", "....1111111.1111"])
def test_the_kernel_is_what_the_belt_of_an_lstm_does(t, held_f):
    figure = MemoryKernel(t=t, f=0.7, i=0.4, held_f=held_f, held_i="0..1............")
    f, i = figure.gates()
    rng = np.random.default_rng(0)
    g = rng.uniform(-1, 1, (16, 1, 1))
    clamp = {"f": f[:, None, None], "i": i[:, None, None], "g": g}
    c = LSTM(1, 1).forward(np.zeros((16, 1, 1)), clamp=clamp).c[t - 1, 0, 0]
    assert figure.kernel @ g[:t, 0, 0] == pytest.approx(c, abs=1e-15)
    assert linear_recurrence(f, i * g[:, 0, 0])[t - 1] == pytest.approx(c, abs=1e-15)


def test_a_shut_forget_gate_cuts_off_all_before_and_not_its_own_step():
    figure = MemoryKernel(t=14, held_f="........0.......")
    assert not figure.kernel[:8].any() and (figure.kernel[8:] > 0).all()
    assert figure.attention[0] > 0.1


def test_attention_finds_its_letter_and_spreads_without_sharpness():
    figure = MemoryKernel(t=14)
    own = np.array([letter == "A" for letter in figure.letters[:14]])
    assert figure.attention.sum() == pytest.approx(1)
    assert figure.attention[own].sum() > 0.95
    figure.sharpness = 0
    np.testing.assert_allclose(figure.attention, 1 / 14)


def test_costs_are_counted():
    figure = MemoryKernel(length=100)
    stored = products = last = 0
    for step in range(1, 101):
        stored += 2 * figure.COST_WIDTH  # a key and a value
        last = figure.COST_WIDTH * step + figure.COST_WIDTH * step  # the scores, the sum
        products += last
    assert figure.costs == {"memory": (64, 128, 12800), "attention": (stored, last, products)}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("s", 0, r"s must be a whole number in \[1, 16\], got 0"),
        ("s", 17, r"s must be a whole number in \[1, 16\], got 17"),
        ("held_f", "0", "held_f must be 16 characters out of 0, 1 and ., got '0'"),
        ("held_i", "2" * 16, "held_i must be 16 characters"),
        ("t", 17, r"t must be a whole number in \[1, 16\], got 17"),
        ("sharpness", 11, r"sharpness must be a number in \[0, 10\]"),
    ],
)
def test_a_wrong_value_is_named(name, value, message):
    with pytest.raises(ValueError, match=message):
        MemoryKernel(**{name: value})
    figure = MemoryKernel()
    with pytest.raises(ValueError, match=message):
        setattr(figure, name, value)
    assert getattr(figure, name) == getattr(MemoryKernel(), name)


def test_the_text_says_its_numbers():
    figure = MemoryKernel(t=14)
    assert f"step 14 {figure.kernel[-1]:.3f}" in figure.text()
    assert "stores 64 numbers, attention 131,072" in figure.text()
