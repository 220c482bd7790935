"""The GRU Lab on the published lecture: moved by its inputs, right to the digits it shows."""

import random

import pytest

from lecture_lib.figures import GRULab
from lecture_lib.figures.gru_lab import PRESETS, ROWS, STEPS
from tests.driver import Figure, twins

LECTURE = "notebooks/08_gru.html"
COLUMNS = ["x", "r", "z", "n", "h"]

# The table has four decimals; half a unit of the last, and the engines' own 1e-15 at a tie.
SHOWN = 0.5e-4 + 1e-12


def anchor_of(wanted):
    return next(a for a, s in twins(LECTURE).items() if a.startswith("gru-lab") and wanted(s))


def assert_table_is(figure, lab):
    numbers, trace = figure.numbers(), lab.trace
    assert list(numbers) == ["t", *COLUMNS]
    assert numbers["t"] == list(range(1, STEPS + 1))
    for name in COLUMNS:
        computed = lab.rows["x"] if name == "x" else getattr(trace, name)[:, 0, 0].tolist()
        assert numbers[name] == pytest.approx(computed, rel=0, abs=SHOWN), name


@pytest.fixture
def gru_lab(visit):
    """`gru_lab(wanted, **options)`: the lecture's first GRU Lab whose state is wanted."""

    def shown(wanted, **options):
        anchor = anchor_of(wanted)
        return Figure(visit(LECTURE, figure=anchor, **options).page, anchor)

    return shown


@pytest.fixture
def lab(gru_lab):
    """The lecture's first GRU Lab, with all its sliders."""
    return gru_lab(lambda state: state["focus"] == "rzx" and not state["goal"])


@pytest.mark.parametrize(("name", "value"), [("r", 0.31), ("z", 0.83), ("x", -0.47)])
def test_a_slider_moves_belt_strip_equations_and_table(lab, name, value):
    lab.set("t", 4)
    parts = [".live-belt [class*=live-stream]", ".live-strip", ".live-equations"]
    before = [lab.drawing(part) for part in parts]
    lab.set(name, value)
    for part, old in zip(parts, before, strict=True):
        assert old and lab.drawing(part) != old, part
    shown = f"{value:.2f}".replace("-", "−")
    assert shown in lab.root.locator(".live-belt").get_attribute("aria-label")
    assert lab.numbers()[name][3] == value


@pytest.mark.parametrize("seed", range(2))
def test_the_table_is_what_lecture_lib_computes(lab, seed):
    rng, state = random.Random(seed), twins(LECTURE)[lab.anchor]
    twin = GRULab(rows=state["rows"], t=state["t"])
    for _ in range(10):
        move = rng.choice(["row", "row", "row", "t", "all_steps", "preset"])
        if move == "row":
            name = rng.choice(list(ROWS))
            value = round(rng.uniform(ROWS[name], 1), 2)
            lab.set(name, value)
            setattr(twin, name, value)
        elif move == "t":
            twin.t = rng.randint(1, STEPS)
            lab.set("t", twin.t)
        elif move == "all_steps":
            twin.all_steps = not twin.all_steps
            lab.set("all_steps", twin.all_steps)
        else:
            name = rng.choice([name for name in PRESETS if name != "free"])
            lab.choose_preset(PRESETS[name]["name"])
            twin.rows, twin.t = PRESETS[name]["rows"], PRESETS[name]["t"]
        assert_table_is(lab, twin)
        shown = lab.inputs()
        assert [shown[name] for name in ROWS] == [getattr(twin, name) for name in ROWS]


@pytest.mark.parametrize(
    ("goal", "name", "value"),
    [
        ("latch", "z", lambda t: t == 3),
        ("average", "z", lambda t: round(1 / t, 2)),
        ("reset", "r", lambda t: t != 7),
    ],
)
def test_a_goal_is_solved_by_the_slider_that_it_shows(gru_lab, goal, name, value):
    figure = gru_lab(lambda state: state["goal"] == goal)
    verdict = figure.root.get_by_role("status")
    assert set(figure.inputs()) == {name, "t", "all_steps"}
    assert "Solved" not in verdict.inner_text()
    for t in range(1, STEPS + 1):
        figure.set("t", t)
        figure.set(name, float(value(t)))
    assert "Solved" in verdict.inner_text()
    figure.set("t", 7)
    figure.set(name, 0.5)
    assert "Solved" not in verdict.inner_text()


def test_every_text_of_the_drawing_has_a_colour_of_the_theme(gru_lab):
    figure = gru_lab(lambda state: True, color_scheme="dark")
    fills = figure.root.locator("svg text, svg tspan").evaluate_all(
        "nodes => nodes.filter((n) => n.textContent).map((n) => getComputedStyle(n).fill)"
    )
    assert len(fills) > 50
    assert "rgb(0, 0, 0)" not in fills
