"""The stream on a page of its own, held to lecture_lib."""

import gzip
import re

import numpy as np
import pytest

from book._tools import preview
from lecture_lib import quantise
from lecture_lib.figures import Stream, joiner
from lecture_lib.figures.stream import WAYS
from tests.driver import Figure, axe_faults, joined, previews

CELLS = ("RNN", "GRU", "LSTM")
# The page adds the same products as NumPy in another order, and its exp differs in the last digit.
# A weight or a state rounded another way is off by a step of its grid, 3e-5 at 16 bits.
TOLERANCE = 1e-12

# What the figure's module makes of its state, changed by each of `cases`.
RUN = """async ([source, state, cases]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { runWays } = await import(url);
  const shown = (o) => Object.fromEntries(Object.entries(o).map(([k, v]) => [k, [...v]]));
  return cases.map((settings) => {
    const { runs, first, wrong, costs, x, target } = runWays({ ...state, ...settings });
    const each = Object.entries(runs).map(
      ([way, { h, c, p }]) => [way, shown({ h, c: c ?? [], p })]);
    return { runs: Object.fromEntries(each), first, wrong, costs, x: [...x], target: [...target] };
  });
}"""
LARGEST = """async ([source, state, cases]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { runWays } = await import(url);
  const sizes = cases.map((settings) => runWays({ ...state, ...settings }).difference.kept);
  return Math.max(...sizes.map((size) => Math.max(...size)));
}"""


class Page(Figure):
    def ways(self):
        """The table of what each way comes to: {way: its cells}."""
        rows = self.root.locator(".live-stream-ways tbody tr").evaluate_all(
            "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
        )
        return {row[0]: row[1:] for row in rows}

    def reasons(self):
        return self.root.locator(".live-stream-reasons li span").all_inner_texts()

    def cursor(self):
        return self.root.get_by_role("slider", name="step", exact=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("stream")


@pytest.fixture(scope="module")
def show(browser, folder):
    address = (folder / preview.write(Stream(), folder)).as_uri()
    with previews(browser) as open_page:
        yield lambda fragment="", **options: Page(
            open_page(address + fragment, **options), "stream"
        )


@pytest.fixture(scope="module")
def opened(show):
    return show()


@pytest.fixture
def figure(opened):
    opened.root.get_by_role("button", name="Reset", exact=True).click()
    return opened


def number(text):
    return float(text.replace("−", "-"))


def settings_at(cell, bits):
    """Settings for each number of bits, of which each occurs with each cell."""
    per, rounding = [("tensor", "all"), ("row", "wide"), ("row", "weights")][bits % 3]
    return {
        "cell": cell,
        "k": 7 * bits % 160 + 1,
        "bits": bits,
        "per": per,
        "rounding": rounding,
        "episode": 20 + 8 * bits,
        "reset": bits % 2 == 0,
        "log_epsilon": -(bits % 5),
    }


@pytest.mark.parametrize("cell", CELLS)
def test_each_way_is_that_of_numpy_at_every_b(opened, cell):
    cases = [settings_at(cell, bits) for bits in range(4, 17)]
    given = [joined("figures/stream/ways.mjs"), Stream().state(), cases]
    for settings, run in zip(cases, opened.page.evaluate(RUN, given), strict=True):
        twin = Stream(**settings)
        ways, target = twin.ways, twin.target
        np.testing.assert_array_equal(run["x"], twin.x.ravel())
        np.testing.assert_array_equal(run["target"], target)
        assert run["costs"] == twin.costs, twin
        for way in WAYS:
            for name in ("h", "c", "p"):
                wanted = getattr(ways[way], name)
                wanted = np.zeros(0) if wanted is None else wanted.ravel()
                np.testing.assert_allclose(
                    run["runs"][way][name], wanted, atol=TOLERANCE, rtol=0, err_msg=f"{twin} {way}"
                )
            assert run["wrong"][way] == ((ways[way].p > 0.5) != target).sum()
            sizes = np.abs(ways[way].h - ways["offline"].h).max(axis=1)
            beyond = [t + 1 for t, size in enumerate(sizes) if size > 10.0**twin.log_epsilon]
            assert run["first"][way] == (beyond[0] if beyond else 0), (twin, way)


def test_handing_the_state_on_is_offline_at_every_k(opened):
    cases = [{"cell": cell, "k": k} for cell in CELLS for k in range(1, 161)]
    given = [joined("figures/stream/ways.mjs"), Stream().state(), cases]
    assert opened.page.evaluate(LARGEST, given) <= TOLERANCE


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"cell": "RNN", "k": 1, "bits": 4, "shown": "3"},
        {"cell": "GRU", "k": 50, "reset": False, "episode": 61, "rounding": "wide"},
        {"k": 160, "bits": 16, "per": "row", "rounding": "weights", "log_epsilon": -5},
    ],
)
def test_the_tables_are_what_python_computes(figure, settings):
    figure.choose(**settings)
    twin = Stream(**settings)
    ways, costs, target = twin.ways, twin.costs, twin.target
    heads, *rows = figure.rows()
    names = list(WAYS.values())
    assert heads == [
        *("step", "low band", "high band", "speech"),
        *names,
        *(f"Δ {name}" for name in names[1:]),
    ]
    columns = dict(zip(heads, zip(*rows, strict=True), strict=True))
    assert [number(value) for value in columns["high band"]] == twin.x[:, 1].tolist()
    assert [int(value) for value in columns["speech"]] == twin.target.tolist()
    for way, name in WAYS.items():
        unit = twin.shown
        wanted = ways[way].p if unit == "p" else ways[way].h[:, int(unit) - 1]
        # Five decimals are shown.
        assert [number(v) for v in columns[name]] == pytest.approx(wanted.tolist(), abs=6e-6)
        if way != "offline":
            sizes = np.abs(ways[way].h - ways["offline"].h).max(axis=1)
            # Four digits; what rounding leaves of 0 is not compared.
            shown = [number(v) for v in columns[f"Δ {name}"]]
            assert shown == pytest.approx(sizes.tolist(), rel=6e-4, abs=1e-10)
        largest, first, wrong, memory, delay = figure.ways()[name]
        assert int(wrong) == ((ways[way].p > 0.5) != target).sum()
        if way == "offline":
            assert (largest, first) == ("–", "–")
        else:
            beyond = np.flatnonzero(sizes > 10.0**twin.log_epsilon)
            assert first == (f"step {beyond[0] + 1}" if len(beyond) else "never")
        assert memory == f"{costs['memory'][way]:,} B"
        assert delay == f"{costs['delay'][way]:,.0f} ms"
    said = figure.root.locator(".live-stream-summary p").inner_text()
    assert f"{costs['products']:,} products" in said


def test_it_says_why(figure):
    twin = Stream()
    kept, lost, rounded = figure.reasons()
    assert kept.startswith("Never, to the last bit")
    assert lost.startswith("First at step 33, the first of call 2: its h and c began at 0")
    assert rounded.startswith(
        f"First at step {twin.first('rounded')}: in 8 bits, with a scale for each"
    )
    figure.set("cell", "GRU")
    assert "its h began at 0" in figure.reasons()[1]
    figure.set("reset", False)
    kept = figure.reasons()[0]
    assert kept.startswith(
        "First at step 101, where the new recording begins: the state of the old"
    )
    figure.set("reset", True)
    figure.set("k", 160)
    assert figure.reasons()[1].endswith("no call goes on from another.")
    figure.set("log_epsilon", 0)
    assert all(reason.startswith("Never") for reason in figure.reasons())


def test_the_gate_that_is_named_is_off_most(figure):
    twin, (_, _, said) = Stream(), figure.reasons()
    gate, unit = re.search(r"gates there, (\w) of unit (\d) is off most", said).groups()
    cell, x, t = twin.model.cell, twin.x[:, None], twin.first("rounded") - 1
    limits = [quantise.ranges(cell, part) for part in (x[:100], x[100:])]
    limits = {name: max(one[name] for one in limits) for name in "hc"}
    exact = cell.forward(x[:100])
    small = quantise.run(cell, x[:100], 8, state_bits=8, ranges=limits)
    off = {g: np.abs(getattr(small, g)[t, 0] - getattr(exact, g)[t, 0]) for g in "ifgo"}
    worst = max("ifgo", key=lambda g: off[g].max())
    assert (gate, int(unit)) == (worst, int(off[worst].argmax()) + 1)


def test_a_step_is_chosen_by_keys_and_by_hand(figure):
    cursor = figure.cursor()
    cursor.focus()
    assert cursor.get_attribute("aria-valuenow") == "33"
    figure.page.keyboard.press("ArrowRight")
    assert cursor.get_attribute("aria-valuenow") == "34"
    p = Stream().ways["rounded"].p[33]
    assert f"rounded {p:.3f}" in cursor.get_attribute("aria-valuetext")
    figure.page.keyboard.press("End")
    figure.page.keyboard.press("ArrowRight")
    assert cursor.get_attribute("aria-valuenow") == "160"
    chart = figure.root.locator(".live-stream-differences")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    chart.click(position={"x": 52 + (box["width"] - 64) / 2, "y": 60})
    assert 79 <= int(cursor.get_attribute("aria-valuenow")) <= 82


def test_each_control_moves_the_drawing(figure):
    parts = ".live-stream-charts svg, .live-stream-ways, .live-stream-reasons, .live-stream-border"
    for name, value in {
        "cell": "GRU",
        "shown": "2",
        "k": 20,
        "log_epsilon": -4,
        "episode": 90,
        "reset": False,
        "bits": 5,
        "per": "row",
        "rounding": "weights",
    }.items():
        before = figure.drawing(parts)
        figure.set(name, value)
        assert figure.drawing(parts) != before, name


def test_axe_finds_nothing(figure):
    for theme in ("dark", "light"):
        figure.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
        assert axe_faults(figure.page) == "", theme
    figure.root.locator("summary").click()
    assert axe_faults(figure.page, "#stream .live-numbers") == ""
    figure.root.locator("summary").click()


def test_on_the_stage_nothing_has_to_be_scrolled(show):
    figure = show("#stream?stage=1&reset=false", viewport={"width": 1280, "height": 720})
    dialog = figure.root.locator("dialog.live-stage")
    dialog.wait_for()
    for settings in ({}, {"cell": "RNN", "k": 1}, {"bits": 4, "episode": 30, "log_epsilon": -6}):
        figure.choose(**settings)
        over = dialog.evaluate(
            "d => [d.scrollHeight - d.clientHeight, d.scrollWidth - d.clientWidth]"
        )
        assert max(over) <= 1, settings


def test_what_the_page_carries_for_it_is_light():
    weight = len(gzip.compress(joiner.page_script(Stream).encode()))
    weight += len(gzip.compress(Stream().twin().encode()))
    assert weight <= 60_000
