"""LSTM and GRU side by side, on the lecture's page: its numbers are lecture_lib's."""

import random

import numpy as np
import pytest

from lecture_lib.figures import SideBySide
from lecture_lib.figures.side_by_side import STEPS, parameter_count
from tests.driver import Figure, twins

PAGE = "notebooks/09_side_by_side.html"

# Half a unit of the fourth decimal, and what exp and tanh may differ by, grown over 40 steps.
SHOWN = 0.51e-4


class Page(Figure):
    """The figure by its inputs, and its facts."""

    def facts(self):
        """{row: [LSTM, GRU]} of the table that is always in view."""
        return self.root.locator(".live-facts tbody").evaluate(
            """body => Object.fromEntries([...body.rows].map((row) => [row.dataset.fact,
              [...row.cells].slice(1).map((cell) => cell.textContent)]))"""
        )

    def readings(self):
        return self.root.locator(".live-heat-reading").all_inner_texts()


@pytest.fixture
def pair(visit):
    return Page(visit(PAGE, figure="side-by-side").page, "side-by-side")


def any_state(seed):
    rng = random.Random(seed)
    return {
        "match": ["units", "parameters"][seed % 2],
        "signal": ["noise", "sine", "step", "silence"][seed % 4],
        "hidden_size": rng.randint(2, 12),
        "seed": rng.randint(0, 99),
        "weight_scale": rng.randint(5, 40) / 10,
        "forget_bias": rng.randint(-20, 60) / 10,
        "at": rng.randint(1, STEPS),
        "t": rng.randint(1, STEPS),
        "difference": seed % 3 == 0,
    }


def columns(pair):
    """What lecture_lib computes, under the table's heads."""
    traces, fading = pair.traces, pair.fading

    def rms(state):
        return np.sqrt((state[:, 0] ** 2).mean(axis=1))

    return {
        "t": range(1, STEPS + 1),
        "x": pair.x[:, 0, 0],
        "c left": fading["c"],
        "h left": fading["h"],
        "GRU h left": fading["gru"],
        "RMS c": rms(traces["lstm"].c),
        "RMS h": rms(traces["lstm"].h),
        "RMS GRU h": rms(traces["gru"].h),
    }


def assert_page_is(figure, pair):
    numbers, wanted = figure.numbers(), columns(pair)
    assert set(numbers) == set(wanted)
    for head, values in wanted.items():
        assert numbers[head] == pytest.approx(list(values), rel=0, abs=SHOWN), head

    facts, traces = figure.facts(), pair.traces
    units = [cell.hidden_size for cell in pair.cells.values()]
    assert facts["units"] == [str(n) for n in units]
    assert facts["parameters"] == [
        str(parameter_count(k, n)) for k, n in zip((4, 3), units, strict=True)
    ]
    largest = [np.abs(traces["lstm"].h).max(), np.abs(traces["gru"].h).max()]
    assert [float(n) for n in facts["h"]] == pytest.approx(largest, rel=0, abs=0.0051)
    assert float(facts["c"][0]) == pytest.approx(np.abs(traces["lstm"].c).max(), rel=0, abs=0.0051)
    for text, name in zip(facts["memory"], ("h", "gru"), strict=True):
        steps = pair.memory[name]
        assert text == (f"{steps} or more" if steps == STEPS - pair.at else f"{steps}")


def test_each_figure_opens_as_python_says(visit):
    page = visit(PAGE).page
    for anchor, state in twins(PAGE).items():
        assert_page_is(Page(page, anchor), SideBySide(**{k: state[k] for k in any_state(0)}))


def test_numbers_are_what_lecture_lib_computes(pair):
    for seed in range(10):
        state = any_state(seed)
        for name, value in state.items():
            pair.set(name, value)
        twin, t = SideBySide(**state), state["t"] - 1
        assert_page_is(pair, twin)
        maps = (("lstm", "c"), ("lstm", "h"), ("gru", "h"))
        for reading, (cell, name) in zip(pair.readings(), maps, strict=True):
            value = getattr(twin.traces[cell], name)[t, 0, 0]
            if state["difference"]:
                value = getattr(twin.nudged[cell], name)[t, 0, 0] - value
            said = float(reading.rpartition(" ")[2].replace("−", "-"))
            assert said == pytest.approx(value, rel=0, abs=SHOWN)
            assert reading.startswith(f"unit 1, step {t + 1}:")


def test_a_map_is_read_and_left_by_keys_alone(pair):
    plate = pair.root.get_by_role("slider", name="GRU: hidden state h")
    plate.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        pair.page.keyboard.press(key)
    value = SideBySide().traces["gru"].h[20, 0, 2]
    assert plate.get_attribute("aria-valuetext") == f"unit 3, step 21: {value:.4f}".replace(
        "-", "−"
    )
    pair.page.keyboard.press("Enter")
    assert pair.inputs()["t"] == 21


def test_the_nudge_leaves_no_mark_before_its_step(pair):
    pair.set("at", 20)
    numbers = pair.numbers()
    for head in ("c left", "h left", "GRU h left"):
        assert numbers[head][:19] == [0] * 19 and numbers[head][19] > 0


def test_the_difference_changes_maps_and_not_numbers(pair):
    rows, readings = pair.rows(), pair.readings()
    pair.set("difference", True)
    assert pair.readings() != readings
    assert pair.rows() == rows
    assert "step 5 changes" in pair.root.locator(".live-story").inner_text()


def test_a_click_on_the_curves_chooses_the_step(pair):
    curves = pair.root.locator(".live-curves")
    box = curves.bounding_box()
    curves.click(position={"x": box["width"] - 14, "y": box["height"] / 2})
    assert pair.inputs()["t"] == STEPS


def test_keys_on_the_curves_choose_the_step_and_read_it(pair):
    cursor = pair.root.locator(".live-curves").get_by_role("slider")
    cursor.focus()
    for key, step in (("ArrowLeft", 19), ("ArrowUp", 20), ("Home", 1), ("End", STEPS)):
        pair.page.keyboard.press(key)
        assert pair.inputs()["t"] == step == int(cursor.get_attribute("aria-valuenow"))
    left = 100 * pair.numbers()["GRU h left"][-1]
    reading = cursor.get_attribute("aria-valuetext")
    assert reading.startswith(f"step {STEPS}, c of the LSTM ")
    # The table has four decimals of the share; the reading has three figures of its percents.
    assert float(reading.split()[-2]) == pytest.approx(left, abs=0.01)
