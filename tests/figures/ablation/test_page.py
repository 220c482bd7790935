"""The ablation on the published lecture: its curves are lecture_lib's, its runs the record's."""

import random

import numpy as np
import pytest

from lecture_lib.experiments import variants
from lecture_lib.figures import Ablation
from lecture_lib.figures.ablation import NAMES, STEPS
from tests.driver import Figure

PAGE = "notebooks/17_variants.html"
ANCHOR = "ablation"
PARTS = [name for name in Ablation().toggles]

# Half a unit of the fourth decimal, and what exp and tanh may differ by over 24 steps.
SHOWN = 0.51e-4


class Page(Figure):
    def order(self):
        return self.root.locator(".live-bet-name").all_inner_texts()

    def reveal(self):
        self.root.locator(".live-bet-reveal button").click()

    def numbers(self):
        """The table of the traces, (24, 6)."""
        texts = self.root.locator(".live-numbers:not(.live-runs) tbody").evaluate(
            "body => [...body.rows].map((row) => [...row.cells].map((c) => c.textContent))"
        )
        return np.array([[float(text.replace("−", "-")) for text in row] for row in texts])


@pytest.fixture
def page(visit):
    return Page(visit(PAGE, figure=ANCHOR).page, ANCHOR)


def settings_of(seed):
    rng = random.Random(seed)
    return {name: rng.random() < 0.5 for name in PARTS} | {
        "unit": rng.randint(1, 4),
        "seed": rng.randint(0, 99),
    }


def assert_numbers_are(page, figure):
    unit = figure.unit - 1
    wanted = [np.arange(1, STEPS + 1), figure.x[:, 0, 0]]
    wanted += [
        getattr(trace, name)[:, 0, unit] for trace in (figure.trace, figure.plain) for name in "ch"
    ]
    np.testing.assert_allclose(page.numbers(), np.array(wanted).T, rtol=0, atol=SHOWN)


def test_each_part_on_its_own_is_what_python_computes(page):
    for name in PARTS:
        before = getattr(Ablation(), name)
        page.set(name, not before)
        assert_numbers_are(page, Ablation(**{name: not before}))
        page.set(name, before)
    assert_numbers_are(page, Ablation())


@pytest.mark.parametrize("seed", range(6))
def test_any_parts_together_are_what_python_computes(page, seed):
    chosen = settings_of(seed)
    for name, value in chosen.items():
        page.set(name, value)
    figure = Ablation(**chosen)
    assert_numbers_are(page, figure)
    idle = [name for name in PARTS if chosen[name] and not figure.toggles[name]]
    assert page.root.locator(".live-story").inner_text().count("does nothing") == len(idle)


def test_the_equations_say_in_words_what_is_gone(page):
    lines = page.root.locator(".live-part-equations")
    assert lines.locator("del, ins").count() == 0
    for name, words in {
        "forget_gate": "forget gate removed: everything is kept",
        "input_gate": "input gate removed: everything is written",
        "output_gate": "output gate removed: everything is shown",
        "output_tanh": "output tanh removed",
    }.items():
        page.set(name, False)
        assert words in lines.inner_text()
        assert lines.locator("del").count() == 1
        page.set(name, True)
    page.set("coupled", True)
    assert "coupled: it writes as much as f lets go" in lines.inner_text()
    page.set("coupled", False)
    page.set("peephole", True)
    assert lines.locator("ins").count() == 3
    page.set("layer_norm", True)
    assert lines.inner_text().count("LN(") == 4


@pytest.mark.parametrize("task", variants.TASKS)
def test_the_bet_is_measured_against_the_record(page, task):
    page.set("task", task)
    assert page.root.locator(".live-runs").is_hidden()
    assert "place" not in page.root.locator(".live-bet-list").inner_text()
    page.reveal()
    figure = Ablation(task=task)
    items = page.root.locator(".live-bet-list li")
    rows = {row["variant"]: row for row in variants.ranking(task)}
    for k, name in enumerate(NAMES):
        words = items.nth(k).inner_text()
        assert name in words
        assert f"place {figure.places[name]}" in words
        median = np.median(variants.values(rows[name]))
        assert ("not solved" if np.isinf(median) else f"median {median:g}") in words
        # Every run is a dot; better values lie further left in updates, and right in n.
        dots = (
            items.nth(k)
            .locator("circle")
            .evaluate_all(
                "dots => dots.map((dot) => [Number(dot.getAttribute('cx')), "
                "dot.matches('.live-hollow')])"
            )
        )
        values = variants.values(rows[name])
        assert [hollow for _, hollow in dots] == [bool(np.isinf(value)) for value in values]
        by_value = [x for _, x in sorted(zip(values, [x for x, _ in dots], strict=True))]
        assert by_value == sorted(by_value)
    assert page.root.locator(".live-answer").inner_text().startswith(f"{figure.agreement} of 28")
    runs = page.root.locator(".live-runs tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    wanted = [
        [name, str(rows[name]["parameters"]), str(seed), float(rows[name]["scores"][seed])]
        for name in NAMES
        for seed in variants.SEEDS
    ]
    assert [[*run[:3], float(run[4])] for run in runs] == wanted


def test_the_keys_order_the_variants_and_keep_their_place(page):
    up = page.root.get_by_role("button", name="Move layer norm up")
    up.focus()
    for _ in range(9):
        page.page.keyboard.press("Enter")
    assert page.order()[0] == "layer norm"
    assert page.page.evaluate("document.activeElement.ariaLabel") == "Move layer norm up"
    assert up.get_attribute("aria-disabled") == "true"
    page.root.get_by_role("button", name="Move LSTM down").click()
    order = "hbacdefg"
    assert page.order() == [NAMES["abcdefgh".index(letter)] for letter in order]
    page.reveal()
    agreed = Ablation(order=order).agreement
    assert page.root.locator(".live-answer").inner_text().startswith(f"{agreed} of 28")


def test_another_task_hides_what_is_not_yet_bet_on(page):
    page.reveal()
    assert page.root.locator(".live-runs").is_visible()
    page.set("task", "counting")
    assert page.root.locator(".live-runs").is_hidden()
    assert page.root.locator(".live-answer").inner_text() == ""


def test_a_link_reopens_it_and_reset_restores_it(visit, page):
    pristine = page.numbers()
    page.set("forget_gate", False)
    page.set("task", "recall")
    page.root.get_by_role("button", name="Move LSTM down").click()
    page.reveal()
    page.page.wait_for_function("location.hash.includes('revealed=')")
    again = Page(visit(PAGE, page.link(), figure=ANCHOR).page, ANCHOR)
    np.testing.assert_array_equal(again.numbers(), page.numbers())
    assert again.order() == page.order()
    assert again.root.locator(".live-runs").is_visible()
    page.root.get_by_role("button", name="Reset").click()
    np.testing.assert_array_equal(page.numbers(), pristine)
    assert page.order() == list(NAMES)
