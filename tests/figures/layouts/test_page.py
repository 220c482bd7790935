"""The layout mapper on the published lecture: every number it shows against lecture_lib."""

import itertools
import re

import numpy as np
import pytest

from lecture_lib import interchange
from lecture_lib.figures import Layouts
from lecture_lib.figures.layouts import CELLS, FRAMEWORKS, STEPS, UNITS
from tests.driver import Figure, twins

LECTURE = "notebooks/18_frameworks.html"

# Six decimals in the table, two in the files; half a unit of the last, and 1e-15 at a tie.
SHOWN = 0.5e-6 + 1e-12
DRAWN = 0.5e-2 + 1e-12


@pytest.fixture
def mapper(visit):
    assert next(a for a in twins(LECTURE) if a.startswith("layouts")) == "layouts"
    return Figure(visit(LECTURE, figure="layouts").page, "layouts")


def number(text):
    return float(text.replace("−", "-"))


def table(mapper):
    """The numbers of the table that is shown, without its heads and the steps."""
    rows = mapper.root.locator(".live-numbers:not([hidden]) table").evaluate(
        "table => [...table.rows].map((row) => [...row.cells].map((c) => c.textContent))"
    )
    return np.array([[number(text) for text in row[1:]] for row in rows[1:]])


def assert_shows(mapper, figure):
    np.testing.assert_allclose(table(mapper), np.hstack(figure.states), rtol=0, atol=SHOWN)
    said = mapper.root.locator(".live-judgement").inner_text()
    assert figure.same == ("= same function" in said or "repaired" in said)
    assert figure.same == ("different" not in said.split("largest")[0] and "not yet" not in said)


def file_cells(mapper):
    """For both sides, the numbers drawn: x, y, text and whose they are."""
    return mapper.root.locator(".live-files").evaluate(
        """files => [0, 1].map((side) => [...files.children[side].querySelectorAll(".live-cell")]
             .filter((c) => c.getAttribute("visibility") === "visible").map((c) => [
               Number(c.firstChild.getAttribute("x")), Number(c.firstChild.getAttribute("y")),
               c.textContent, c.dataset.gate]))"""
    )


def assert_file(cells, file, framework, order):
    """Read along the drawing's rows, or its columns, the numbers are those of the file."""
    across = framework == "keras"
    cells = sorted(cells, key=lambda cell: cell[1::-1] if across else cell[:2])
    if across:
        wanted = np.concatenate([array.ravel() for array in file.values()])
    elif framework == "onnx":
        columns = [file["W"][0].T, file["R"][0].T, file["B"].reshape(2, -1)]
        wanted = np.concatenate([array.ravel() for array in columns])
    else:
        wanted = np.concatenate([array.T.ravel() for array in file.values()])
    np.testing.assert_allclose([number(c[2]) for c in cells], wanted, rtol=0, atol=DRAWN)
    # The first blocks come first along a row, or a column.
    line = [c[3] for c in cells][: len(order) * UNITS[0]]
    assert line == [gate for gate in order for _ in range(UNITS[0])]


def orders(figure):
    """Of source and target, the gates that the blocks' numbers belong to."""
    lstm = figure.cell == "lstm"
    named = {"onnx": "iofg"} if lstm else {"keras": "zrn", "onnx": "zrn"}
    ends = figure.source, figure.source if figure.copied else figure.target
    return [named.get(end, "ifgo" if lstm else "rzn") for end in ends]


@pytest.mark.parametrize("cell", CELLS)
def test_both_files_and_the_states_for_every_way(mapper, cell):
    mapper.choose(cell=cell)
    before = {}
    for values in itertools.product([False, True], FRAMEWORKS, FRAMEWORKS):
        settings = dict(zip(("copied", "source", "target"), values, strict=True))
        mapper.choose(**{k: v for k, v in settings.items() if before.get(k) != v})
        before, figure = settings, Layouts(cell=cell, **settings)
        if figure.refusal:
            assert mapper.root.locator(".live-refused").inner_text() == figure.refusal
            assert not mapper.root.locator(".live-files").is_visible()
            assert mapper.root.locator(".live-badge").inner_text() == "no translation"
            continue
        assert not mapper.root.locator(".live-refused").is_visible()
        assert_shows(mapper, figure)
        files = figure.source_file, figure.target_file
        drawn = file_cells(mapper)
        for cells, file, end, order in zip(drawn, files, values[1:], orders(figure), strict=True):
            assert_file(cells, file, end, order)


def test_the_differences_beside_the_badge(mapper):
    for seed in (4, 17):
        mapper.choose(seed=seed)
        said = mapper.root.locator(".live-judgement").inner_text()
        shown = re.search(r"h: (\S+) translated, (\S+) copied", said)
        wanted = Layouts(seed=seed, copied=True).difference
        assert shown[1] == "0" and float(shown[2]) == pytest.approx(wanted, abs=0.5e-3 + 1e-12)


@pytest.mark.parametrize(
    "way", [("lstm", "torch", "keras"), ("gru_after", "keras", "book"), ("gru", "book", "keras")]
)
def test_the_shown_lines_do_it(mapper, way):
    settings = dict(zip(("cell", "source", "target"), way, strict=True))
    mapper.choose(**settings)
    figure = Layouts(**settings)
    code = mapper.root.locator(".live-code:visible").inner_text()
    names = vars(interchange) | {
        "state_dict": figure.source_file,
        "weights": list(figure.source_file.values()),
        "cell": figure.reference,
    }
    exec(code, names)
    got = names["cell"].parameters().values() if way[2] == "book" else names["weights"]
    for mine, wanted in zip(got, figure.target_file.values(), strict=True):
        np.testing.assert_allclose(mine, wanted, rtol=0, atol=1e-15)


def test_a_gate_is_followed_by_pointer_and_by_keyboard(mapper):
    mapper.choose(cell="gru_after", source="book", target="keras")
    moves, way = mapper.root.locator(".live-moved"), mapper.root.locator(".live-files > g").last
    faint = mapper.root.locator(".live-files .live-cell.live-faint:visible")
    mapper.root.get_by_role("button", name="update gate").focus()
    mapper.page.keyboard.press("Enter")
    assert "× (−1)" in moves.inner_text() and "second of 3 blocks" in moves.inner_text()
    assert way.get_attribute("visibility") == "visible"
    assert faint.count() > 0
    mapper.root.get_by_role("button", name="reset gate").focus()
    assert "× (−1)" not in moves.inner_text()
    mapper.root.locator('.live-files [data-gate="n"]:visible').first.hover()
    assert "stay apart" in moves.inner_text()
    mapper.root.locator(".live-caption").hover()
    mapper.root.get_by_role("button", name="reset gate").blur()
    assert "× (−1)" in moves.inner_text()  # the chosen one again
    mapper.root.locator('.live-files [data-gate="z"]:visible').first.click()
    mapper.root.locator(".live-caption").hover()
    assert "Point at a block" in moves.inner_text() and faint.count() == 0


def solution(seed):
    orders = map("".join, itertools.permutations("ifgo"))
    return next(order for order in orders if Layouts(tab=1, seed=seed, order=order).repaired)


def test_a_checkpoint_is_repaired_block_by_block(mapper):
    mapper.choose_tab(1)
    for seed in (4, 11):
        mapper.choose(seed=seed)
        selects = mapper.root.locator(".live-blocks select")
        for k, gate in enumerate(solution(seed)):
            order = "".join(s.input_value() for s in selects.all())
            assert sorted(order) == sorted("ifgo")
            assert_shows(mapper, Layouts(tab=1, seed=seed, order=order))
            selects.nth(k).select_option(gate)
        solved = Layouts(tab=1, seed=seed, order=solution(seed))
        assert_shows(mapper, solved)
        assert mapper.root.locator(".live-badge").inner_text() == "✓ repaired"
        names = {"checkpoint": solved.checkpoint, "reorder_gates": interchange.reorder_gates}
        exec(mapper.root.locator(".live-code:visible").inner_text(), names)
        for name, array in solved.original.parameters().items():
            np.testing.assert_array_equal(names["repaired"][name], array)


def test_the_checkpoints_numbers_and_hints(mapper):
    mapper.choose_tab(1)
    figure = Layouts(tab=1)
    texts = mapper.root.locator(".live-rows .live-cell").evaluate_all(
        'cells => cells.filter((c) => c.getAttribute("visibility") !== "hidden")'
        ".map((c) => c.textContent)"
    )
    blocks = [[np.split(a, 4)[k].ravel() for a in figure.checkpoint.values()] for k in range(4)]
    wanted = np.concatenate([part for block in blocks for part in block])
    np.testing.assert_allclose([number(t) for t in texts], wanted, rtol=0, atol=DRAWN)
    bias, first = figure.checkpoint["bias"], figure.states[0][0]
    hints = mapper.root.locator(".live-hint strong").all_text_contents()
    means = [number(text) for text in hints[0].split(", ")]
    np.testing.assert_allclose(means, bias.reshape(4, -1).mean(axis=1), rtol=0, atol=DRAWN)
    a = (figure.checkpoint["weight_ih"] @ figure.x[0, 0] + bias).reshape(4, -1)
    agree = (np.sign(a) == np.sign(first)).sum(axis=1)
    assert hints[1] == f"{', '.join(map(str, agree))} of {UNITS[1]}"
    assert table(mapper).shape == (STEPS, 2 * UNITS[1])


def test_a_link_brings_it_back_and_reset_restores_it(visit, mapper):
    pristine = (table(mapper), mapper.root.locator(".live-moved").inner_text())
    mapper.choose(cell="gru", source="keras", target="book", copied=True)
    mapper.root.get_by_role("button", name="update gate").click()
    moved = (table(mapper), mapper.root.locator(".live-moved").inner_text())
    # The link is written once all is quiet: wait for the last change to be in it.
    mapper.page.wait_for_function("location.hash.includes('gate=')")
    again = Figure(visit(LECTURE, mapper.link(), figure=mapper.anchor).page, mapper.anchor)
    np.testing.assert_array_equal(table(again), moved[0])
    assert again.root.locator(".live-moved").inner_text() == moved[1] != pristine[1]
    again.root.get_by_role("button", name="Reset", exact=True).click()
    np.testing.assert_array_equal(table(again), pristine[0])
    assert again.root.locator(".live-moved").inner_text() == pristine[1]
