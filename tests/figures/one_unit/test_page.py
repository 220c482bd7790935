"""The one-unit figure on the published lecture, held to lecture_lib."""

import random
import re

import pytest

from lecture_lib.figures import OneUnit
from tests.driver import Figure

PAGE = "notebooks/02_vanilla_rnn.html"
INPUTS = ["impulse", "pulses", "steady", "noise"]


class Page(Figure):
    def story(self):
        return self.root.locator(".live-story").inner_text()

    def choose(self, name):
        self.root.locator('select[name="input"]').select_option(name)

    def numbers(self):
        heads, *rows = self.rows()
        return {
            head: [float(cell.replace("−", "-")) for cell in column]
            for head, column in zip(heads, zip(*rows, strict=True), strict=True)
        }


@pytest.fixture
def figure(visit):
    return Page(visit(PAGE, figure="one-unit").page, "one-unit")


def told(unit):
    """What the figure's sentence says of the unit."""
    fade = unit.fade_time
    lasts = f"fades to 1 % in {fade} step" if fade else "has not faded to 1 % after 1000 steps"
    points = [f"{round(h, 2) + 0.0:.2f} (slope".replace("-", "−") for h, _ in unit.fixed_points]
    return [lasts, *points]


def judged(unit):
    """Of each fixed point, whether it is stable: (times "stable", times "unstable")."""
    words = re.findall(r"\((\w+)\)", unit.text())
    return words.count("stable"), words.count("unstable")


@pytest.mark.parametrize("seed", range(4))
def test_table_and_sentence_are_those_of_lecture_lib(figure, seed):
    rng, settings = random.Random(seed), {}
    for name, low, high in (("w", -300, 300), ("u", 10, 200), ("b", -200, 200)):
        settings[name] = rng.randint(low, high) / 100
        figure.set(name, settings[name])
    settings["input"] = INPUTS[seed]
    figure.choose(INPUTS[seed])
    unit, numbers = OneUnit(**settings), figure.numbers()
    # Six decimals are shown.
    assert numbers["h"] == pytest.approx(unit.h.tolist(), rel=0, abs=0.51e-6)
    assert numbers["x"] == pytest.approx(unit.x.tolist(), rel=0, abs=0.51e-6)
    for words in told(unit):
        assert words in figure.story()


def test_the_lectures_own_weights(figure):
    for w in (0.5, 0.9, 1.0, -1.0, 1.5, 2.0):
        figure.set("w", w)
        unit = OneUnit(w=w)
        for words in told(unit):
            assert words in figure.story()
        points = figure.root.locator('.live-unit-point[visibility="visible"]')
        assert points.count() == len(unit.fixed_points)
        stable = figure.root.locator('.live-unit-point.live-met[visibility="visible"]')
        said = re.findall(r"slope [^)]*, (\w+)\)", figure.story())
        assert (said.count("stable"), said.count("unstable")) == judged(unit)
        assert stable.count() == judged(unit)[0]


def test_a_slider_moves_sum_chart_and_map(figure):
    parts = [".live-unit-sum", ".live-unit-time", ".live-unit-map"]
    for name, value in (("w", 1.7), ("u", -0.6), ("b", 0.8), ("t", 9)):
        before = [figure.drawing(part) for part in parts]
        figure.set(name, value)
        for part, old in zip(parts, before, strict=True):
            assert figure.drawing(part) != old, (name, part)


def test_the_sum_has_the_numbers_of_the_step(figure):
    figure.set("t", 3)
    unit = OneUnit(w=0.9)
    said = figure.root.locator(".live-unit-sum").inner_text()
    assert said == f"h = tanh(0.90 · {unit.h[1]:.2f} + 1.00 · 0.00 + 0.00) = {unit.h[2]:.2f}"


def test_the_buttons_step_and_a_click_chooses(figure):
    figure.root.get_by_role("button", name="Forward one step").press("Enter")
    assert figure.inputs()["t"] == 5
    chart = figure.root.locator(".live-unit-time")
    box = chart.bounding_box()
    chart.click(position={"x": box["width"] - 12, "y": 60})
    assert figure.inputs()["t"] == 20


def test_with_no_input_weight_nothing_comes_in(figure):
    figure.set("u", 0)
    assert "nothing comes in" in figure.story()
