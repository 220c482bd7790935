"""The GRU Lab in Python: what it accepts, how its traits move together, what it computes."""

import re

import numpy as np
import pytest

from lecture_lib.figures import GRULab
from lecture_lib.figures.gru_lab import GOALS, PRESETS, ROWS, STEPS

HALF = {name: [0.5] * STEPS for name in ROWS}


@pytest.mark.parametrize("name", ROWS)
def test_a_slider_writes_its_row_at_one_step_or_at_all(name):
    lab = GRULab(t=3)
    before = lab.rows
    setattr(lab, name, 0.21)
    assert lab.rows == before | {name: [*before[name][:2], 0.21, *before[name][3:]]}
    lab.all_steps = True
    setattr(lab, name, 0.4)
    assert lab.rows[name] == [0.4] * STEPS


def test_the_sliders_follow_the_step():
    lab = GRULab(preset="overwrite", t=1)
    lab.t = 5
    assert (lab.r, lab.z, lab.x) == tuple(lab.rows[name][4] for name in "rzx")


@pytest.mark.parametrize("preset", PRESETS)
def test_it_computes_the_equations_of_its_docstring(preset):
    lab, h = GRULab(preset=preset), 0.0
    for t in range(STEPS):
        r, z, x = (lab.rows[name][t] for name in "rzx")
        n = np.tanh(2 * x + 2 * r * h)
        h = (1 - z) * h + z * n
        # A handful of roundings of numbers below 4.
        assert lab.trace.n[t, 0, 0] == pytest.approx(n, abs=1e-14)
        assert lab.trace.h[t, 0, 0] == pytest.approx(h, abs=1e-14)
    assert f"h = {lab.trace.h[lab.t - 1, 0, 0]:.2f}" in lab.text()


def test_copy_copies_and_overwrite_overwrites():
    copied = GRULab(preset="copy").trace.h[2:, 0, 0]
    assert copied[0] > 0.5 and set(copied) == {copied[0]}
    h = GRULab(preset="overwrite").trace.h[:, 0, 0]
    assert h[3] > 0.8 and h[4] < -0.8


SOLUTIONS = {
    "latch": ("z", [float(t == 3) for t in range(1, STEPS + 1)]),
    "average": ("z", [1 / t for t in range(1, STEPS + 1)]),
    "reset": ("r", [float(t != 7) for t in range(1, STEPS + 1)]),
}


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_is_solved_by_its_solution_alone(goal):
    lab = GRULab(goal=goal)
    assert not lab.solved
    name, row = SOLUTIONS[goal]
    assert lab.focus == name
    assert {"r", "z", "x"} - set(lab.shown_controls()) == {"r", "z", "x"} - {name}
    lab.rows = lab.rows | {name: row}
    assert lab.solved
    lab.rows = lab.rows | {name: [1 - value for value in row]}
    assert not lab.solved


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"z": 7}, "z must be a number in [0, 1], got 7"),
        ({"x": -1.5}, "x must be a number in [-1, 1], got -1.5"),
        ({"preset": "nap"}, "preset must be one of 'free', 'copy'"),
        ({"goal": "nap"}, "goal must be one of '', 'latch'"),
        ({"focus": "f"}, "focus must be some of r, z, x, got 'f'"),
        ({"rows": {"r": HALF["r"]}}, "rows must have 'z', 'x', got {'r': [0.5, "),
        ({"rows": HALF | {"z": [0.5]}}, f"rows['z'] must be a list of {STEPS}, got a list of 1"),
        (
            {"rows": HALF | {"z": [-0.5] * STEPS}},
            "rows['z'][0] must be a number in [0, 1], got -0.5",
        ),
        (
            {"rows": HALF | {"x": ["a"] * STEPS}},
            "rows['x'][0] must be a number in [-1, 1], got 'a'",
        ),
        ({"rows": {k: np.full(STEPS, 0.5) for k in ROWS}}, "rows['r'] must be a list, got array"),
        ({"n": 0.5}, "GRULab has no 'n'; it takes r, z, x"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(given, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        GRULab(**given)


def test_only_a_lab_with_a_goal_can_be_solved():
    with pytest.raises(ValueError, match="no goal; choose one of latch, average, reset"):
        _ = GRULab().solved


def test_still_and_repr():
    lab = GRULab(preset="copy", t=7)
    assert lab.still() == GRULab(preset="copy", t=7).still()
    assert len(lab.still()) <= 8_000
    assert repr(GRULab()) == "GRULab()"
