"""The results explorer on the published lecture: every recorded run, where the record has it."""

import math
import re
from itertools import pairwise

import pytest

from lecture_lib.experiments import comparison
from lecture_lib.figures.results import CELLS, Results
from tests.driver import Figure

PAGE = "notebooks/16_lstm_or_gru.html"
ANCHOR = "results"
SEEDS = len(comparison.SEEDS)
SAME_FOR_ALL = ("hidden_size", "parameters", "learning_rate")


@pytest.fixture
def results(visit):
    return Figure(visit(PAGE, figure=ANCHOR).page, ANCHOR)


def dots(figure):
    """For each lane, the middle x and y and whether it is hollow, of each seed's dot."""
    return figure.root.locator(".live-course").evaluate_all(
        """lanes => lanes.map((lane) => [...lane.querySelectorAll(".live-run-dot")].map((dot) => {
          const box = dot.getBoundingClientRect();
          return [box.x + box.width / 2, box.y + box.height / 2, dot.matches(".live-hollow")];
        }))"""
    )


def in_hand(figure):
    return figure.root.locator(".live-run").inner_text()


@pytest.mark.parametrize("equal", ["units", "parameters"])
def test_the_table_is_the_record(results, equal):
    results.choose(equal=equal)
    for task in comparison.TASKS:
        results.choose(task=task)
        _, *rows = results.rows()
        wanted = [
            [
                row["cell"],
                *map(row.get, SAME_FOR_ALL),
                seed,
                row["updates"][seed],
                row["scores"][seed],
            ]
            for row in comparison.rows(task, equal)
            for seed in range(SEEDS)
        ]
        shown = [
            [cell, *map(float, numbers), None if n == "not solved" else int(n), float(score)]
            for cell, *numbers, n, score in rows
        ]
        assert shown == wanted


@pytest.mark.parametrize("measure", ["updates", "score", "parameters"])
def test_every_run_is_a_dot_in_its_place(results, measure):
    for task in comparison.TASKS:
        results.choose(task=task, measure=measure)
        twin = Results(task=task, measure=measure)
        drawn = dots(results)
        assert [len(lane) for lane in drawn] == [SEEDS] * 6
        band = results.root.locator(".live-unsolved rect").bounding_box()
        places = []
        for lane, row in zip(drawn, twin.lanes, strict=True):
            for (x, _, hollow), value, updates in zip(
                lane, twin.values(row), row["updates"], strict=True
            ):
                assert hollow == (updates is None)
                places.append((value, x))
                if measure == "updates":
                    inside = band["x"] <= x <= band["x"] + band["width"]
                    assert inside == math.isinf(value)
        # The larger the value, the further right; a pixel is what a triangle's middle may be off.
        places.sort()
        for (_, before), (_, after) in pairwise(places):
            assert before <= after + 1


def test_a_seed_keeps_its_height_until_the_lanes_are_sorted(results):
    results.choose(task="adding", measure="updates", paired=True)
    for lane in dots(results):
        heights = [y for _, y, _ in lane]
        assert heights == sorted(heights)
    results.choose(paired=False)
    for lane in dots(results):
        across = [x for x, _, _ in sorted(lane, key=lambda dot: dot[1])]
        assert all(a <= b + 1 for a, b in pairwise(across))


@pytest.mark.parametrize("equal", ["units", "parameters"])
def test_the_story_has_the_medians_of_the_better_rates(results, equal):
    results.choose(equal=equal)
    for task in comparison.TASKS:
        results.choose(task=task)
        story = results.root.locator(".live-story").inner_text()
        for cell in CELLS:
            row = comparison.better(task, equal, cell)
            median = comparison.median_updates(row)
            said = "not solved" if math.isinf(median) else f"{median:.0f}"
            assert f"{cell} {said} ({comparison.solved(row)} of {SEEDS})" in story
        ticks = [k for k, text in enumerate(captions(results)) if "✓" in text]
        better = [comparison.better(task, equal, cell) for cell in CELLS]
        assert [comparison.rows(task, equal)[k] for k in ticks] == better


def captions(figure):
    return figure.root.locator(".live-course-says").all_text_contents()


def test_the_keys_go_through_the_runs_of_a_lane(results):
    results.choose(task="adding", measure="updates", equal="units", paired=False)
    lane = results.root.locator(".live-course").nth(2)
    row = comparison.rows("adding", "units", "GRU")[0]
    lane.focus()
    results.page.keyboard.press("Home")
    heard = []
    for n in range(SEEDS):
        reading = in_hand(results)
        assert reading == lane.get_attribute("aria-valuetext")
        assert lane.get_attribute("aria-valuenow") == str(n + 1)
        seed, updates = map(int, re.search(r"seed (\d): solved after (\d+)", reading).groups())
        assert row["updates"][seed] == updates
        heard.append(updates)
        results.page.keyboard.press("ArrowRight")
    assert heard == sorted(row["updates"])
    assert in_hand(results) == reading
    results.page.keyboard.press("Home")
    assert f"solved after {heard[0]} updates" in in_hand(results)


def test_pointing_at_a_dot_reads_its_run(results):
    results.choose(task="recall", measure="score")
    results.root.locator(".live-courses").scroll_into_view_if_needed()
    for lane, seed in [(4, 2), (1, 0), (3, 4)]:
        x, y, _ = dots(results)[lane][seed]
        results.page.mouse.move(x, y)
        row = comparison.rows("recall", "parameters")[lane]
        start = f"{row['cell']}, learning rate {row['learning_rate']:g}, seed "
        assert in_hand(results).startswith(start)
        # Where dots lie upon each other, another seed of the same value may be nearer.
        taken = int(in_hand(results).removeprefix(start)[0])
        assert row["scores"][taken] == pytest.approx(row["scores"][seed], abs=0.05)


def test_a_link_reopens_it_and_reset_restores_it(visit, results):
    pristine = results.rows(), in_hand(results)
    results.choose(task="pronouns", measure="score", equal="units")
    results.root.locator(".live-course").nth(5).focus()
    results.page.keyboard.press("End")
    results.page.wait_for_function("location.hash.includes('seed=')")
    again = Figure(visit(PAGE, results.link(), figure=ANCHOR).page, ANCHOR)
    assert (again.rows(), in_hand(again)) == (results.rows(), in_hand(results))
    assert captions(again) == captions(results)
    results.root.get_by_role("button", name="Reset").click()
    assert (results.rows(), in_hand(results)) == pristine
