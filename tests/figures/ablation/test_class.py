"""The ablation in Python: what it accepts, what it draws, and what it says of the record."""

import numpy as np
import pytest

from lecture_lib.cells import LSTM
from lecture_lib.experiments import variants
from lecture_lib.figures import Ablation


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"order": "abc"}, "order must be each of a, b, c, d, e, f, g, h once, got 'abc'"),
        (
            {"order": "aacdefgh"},
            "order must be each of a, b, c, d, e, f, g, h once, got 'aacdefgh'",
        ),
        ({"order": 3}, "order must be a text, got 3"),
        ({"revealed": "chess"}, "revealed must be one of '', 'adding', 'recall', 'counting', got"),
        ({"task": "chess"}, "task must be one of 'adding', 'recall', 'counting', got 'chess'"),
        ({"forget_gate": 0}, "forget_gate must be True or False, got 0"),
        ({"unit": 5}, r"unit must be a whole number in \[1, 4\], got 5"),
        ({"seed": -1}, r"seed must be a whole number in \[0, 99\], got -1"),
        ({"gates": 3}, "Ablation has no 'gates'; it takes peephole, coupled"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(settings, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Ablation(**settings)


def test_with_all_its_parts_it_is_the_lstm():
    figure = Ablation(seed=7)
    assert isinstance(figure.whole, LSTM)
    # The same sums in another order.
    np.testing.assert_allclose(figure.trace.h, figure.plain.h, atol=1e-13)
    figure.layer_norm = True
    assert np.abs(figure.trace.h - figure.plain.h).max() > 0.05


def test_what_has_nothing_to_act_on_does_nothing():
    assert not Ablation(coupled=True, forget_gate=False).toggles["coupled"]
    figure = Ablation(peephole=True, forget_gate=False, input_gate=False, output_gate=False)
    assert not figure.toggles["peephole"]
    assert figure.cell.gates == "g"


def test_peepholes_belong_to_their_gates():
    drawn = Ablation(peephole=True).cell.peepholes
    without = Ablation(peephole=True, forget_gate=False).cell.peepholes
    np.testing.assert_array_equal(without, drawn[[0, 2]])


@pytest.mark.parametrize("task", variants.TASKS)
def test_the_measured_order_agrees_in_all_pairs(task):
    rows = variants.ranking(task)
    order = "".join("abcdefgh"[list(variants.VARIANTS).index(row["variant"])] for row in rows)
    figure = Ablation(task=task, order=order, revealed=task)
    assert figure.ranked == [row["variant"] for row in rows]
    assert figure.agreement == 28
    ties = sum(
        variants.standing(a) == variants.standing(b) for k, a in enumerate(rows) for b in rows[:k]
    )
    figure.order = order[::-1]
    assert figure.agreement == ties
    places = [figure.places[row["variant"]] for row in rows]
    assert places[0] == 1 and places == sorted(places)
    assert all(f"{name} {place}" in figure.text() for name, place in figure.places.items())
    figure.revealed = ""
    assert "Measured" not in figure.text()


def test_its_still_is_light_and_the_same_each_time():
    for settings in ({}, {"forget_gate": False, "unit": 3}):
        figure = Ablation(**settings)
        assert figure.still() == Ablation(**settings).still()
        assert len(figure.still()) <= 8_000
