"""The belt that only writes, on its lecture's page: moved by its inputs, right to its digits."""

import math
import random

import pytest

from lecture_lib.figures import Belt
from lecture_lib.figures.belt import STEPS
from tests.driver import Figure, twins

PAGE = "notebooks/04_conveyor_belt.html"

# The table has four decimals; half a unit of the last, and what tanh may differ by at a tie.
SHOWN = 0.5e-4 + 1e-12


@pytest.fixture
def belt(visit):
    return Figure(visit(PAGE, figure="belt").page, "belt")


def any_state(seed):
    rng = random.Random(seed)
    return {
        "i": round(rng.random(), 2),
        "g": round(rng.uniform(-1, 1), 2),
        "noise": round(rng.random(), 2),
        "seed": rng.randint(0, 99),
        "compare": seed % 2 == 0,
        "f": round(rng.random(), 2),
        "t": rng.randint(1, STEPS),
    }


def columns(belt):
    """What lecture_lib computes, under the table's heads."""
    found = {"t": list(range(1, STEPS + 1)), "g": belt.trace.g[:, 0, 0]}
    for trace, tail in ((belt.trace, ""), (belt.other, " with f")):
        h = trace.h[:, 0, 0]
        found |= {f"c{tail}": trace.c[:, 0, 0], f"h{tail}": h, f"slope{tail}": 1 - h**2}
    return found


def assert_table_is(figure, belt):
    numbers = figure.numbers()
    assert set(numbers) == set(columns(belt))
    for head, values in columns(belt).items():
        assert numbers[head] == pytest.approx(list(values), rel=0, abs=SHOWN), head


def shown(value, digits):
    return f"{value:.{digits}f}".replace("-", "−")


def test_each_belt_opens_as_python_says(visit):
    page = visit(PAGE).page
    for anchor, state in twins(PAGE).items():
        assert_table_is(Figure(page, anchor), Belt(**{k: state[k] for k in any_state(0)}))


def test_numbers_and_words_are_what_lecture_lib_computes(belt):
    for seed in range(8):
        state = any_state(seed)
        for name, value in state.items():
            belt.set(name, value)
        twin, t = Belt(**state), state["t"] - 1
        assert_table_is(belt, twin)
        c, h = twin.trace.c[t, 0, 0], twin.trace.h[t, 0, 0]
        equations = belt.root.locator(".live-equations").inner_text()
        assert shown(c, 2) in equations and shown(h, 4) in equations
        assert shown(c, 2) in belt.root.locator(".live-hoard").get_attribute("aria-label")
        gain = math.tanh(c + 1) - h
        assert ("less than 0.0001" if gain < 5e-5 else shown(gain, 4)) in equations
        assert belt.root.get_by_text("c with a forget gate").is_visible() == state["compare"]


def test_each_control_moves_the_drawings(belt):
    for name, value, parts in (
        ("i", 0.9, [".live-hoard", ".live-curves", ".live-read-out"]),
        ("g", -0.5, [".live-hoard", ".live-curves", ".live-read-out"]),
        ("noise", 0.5, [".live-hoard", ".live-curves", ".live-read-out"]),
        ("seed", 2, [".live-hoard", ".live-curves", ".live-read-out"]),
        ("t", 17, [".live-hoard", ".live-curves", ".live-read-out"]),
        ("compare", True, [".live-hoard", ".live-curves"]),
    ):
        before = [belt.drawing(part) for part in parts]
        belt.set(name, value)
        for part, old in zip(parts, before, strict=True):
            assert old and belt.drawing(part) != old, (name, part)


def test_the_forget_gate_moves_the_ghost_alone(belt):
    belt.set("compare", True)
    before = belt.numbers()
    ghost = belt.drawing(".live-hoard .live-curve")
    belt.set("f", 0.3)
    after = belt.numbers()
    assert belt.drawing(".live-hoard .live-curve") != ghost
    assert {k for k in before if before[k] != after[k]} == {"c with f", "h with f", "slope with f"}


def test_a_click_chooses_the_step(belt):
    for drawing, part, step in ((".live-hoard", 1, STEPS), (".live-curves", 0, 1)):
        box = belt.root.locator(drawing).bounding_box()
        x = box["width"] - 14 if part else 52
        belt.root.locator(drawing).click(position={"x": x, "y": box["height"] / 2})
        assert belt.inputs()["t"] == step


def test_keys_alone_walk_the_steps(belt):
    belt.root.get_by_role("button", name="Forward one step").focus()
    belt.page.keyboard.press("Enter")
    assert belt.inputs()["t"] == 11
    belt.input("t").focus()
    belt.page.keyboard.press("End")
    assert belt.inputs()["t"] == STEPS
    assert belt.root.get_by_role("button", name="Forward one step").is_disabled()
