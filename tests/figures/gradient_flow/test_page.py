"""The gradient flow on the published lecture: the same curves as NumPy, and no frozen page."""

import math
import random

import pytest

from lecture_lib.figures import GradientFlow
from tests.driver import Figure

PAGE = "notebooks/11_why_gates_help.html"
ANCHOR = "gradient-flow"
COLUMNS = ("RNN", "LSTM", "LSTM direct", "GRU", "GRU direct")

# The table has 11 digits. The engines' own difference is about 1e-13: the order of sums and the
# last bit of exp and tanh, over 200 products.
SHOWN = 1e-9


@pytest.fixture
def flow(visit):
    figure = Figure(visit(PAGE, figure=ANCHOR).page, ANCHOR)
    figure.wait_until_done()
    return figure


def settle(figure, **settings):
    figure.choose(**settings)
    figure.wait_until_done()


def table(figure):
    """The rows that are shown, and their columns by head."""
    heads, *rows = figure.rows()
    rows = [row for row in rows if row[0]]
    return {head: [row[k] for row in rows] for k, head in enumerate(heads)}


def in_python(figure_in_python):
    flows = figure_in_python.flows
    columns = {}
    for kind, flow in flows.items():
        columns[kind] = flow.total[:, 0]
        if kind != "RNN":
            columns[f"{kind} direct"] = None if flow.direct is None else flow.direct[:, 0]
    return columns


@pytest.mark.parametrize("seed", range(6))
def test_the_page_computes_the_curves_of_numpy(flow, seed):
    rng = random.Random(seed)
    settings = {
        "forget_bias": rng.randrange(-20, 60, 5) / 10,
        "gain": rng.randrange(0, 20, 5) / 10,
        "radius": rng.randrange(5, 15, 5) / 10,
        "hidden_size": rng.randint(2, 40),
        "steps": rng.randint(10, 140),
        "seed": rng.randint(0, 99),
        "chrono": seed == 3,
        "follow": "h" if seed == 4 else "c",
    }
    settle(flow, **settings)
    wanted = in_python(GradientFlow(**settings))
    shown = table(flow)
    assert shown["lag"] == [str(lag) for lag in range(settings["steps"] + 1)]
    for name in COLUMNS:
        if wanted[name] is None:
            assert set(shown[name]) == {"none"}
        else:
            numbers = [float(text) for text in shown[name]]
            assert numbers == pytest.approx(wanted[name].tolist(), rel=SHOWN, abs=0), name


def test_the_curves_are_those_of_the_table(flow):
    """The heights of the RNN's path, on an axis from 10^−30 to 10^5, are its norms."""
    settle(flow, steps=100)
    norms = [float(text) for text in table(flow)["RNN"]]
    path = flow.root.locator(".live-decades path.live-curve").first.get_attribute("d")
    points = [tuple(map(float, point.split(","))) for point in path.lstrip("M").split("L")]
    lines = flow.root.locator(".live-decades .live-tick line").evaluate_all(
        "nodes => nodes.map((n) => [n.nextSibling.textContent, Number(n.getAttribute('y1'))])"
    )
    height = {text: y for text, y in lines if text}
    decade = (height["10⁻²⁰"] - height["10⁻¹⁰"]) / 10
    for (_, y), norm in zip(points, norms, strict=True):
        assert y == pytest.approx(height["1"] - decade * math.log10(norm), abs=0.1)


def test_it_says_who_computed_it(flow):
    stamp = flow.root.locator(".live-stamp")
    assert "browser" in stamp.inner_text() and stamp.get_attribute("data-engine") == "browser"
    assert "Computed by NumPy" in GradientFlow().text()


def test_a_move_is_computed_in_slices(flow):
    """At H = 32, T = 100 the page comes to its other work while the curves are computed."""
    settle(flow, hidden_size=32, steps=100)
    turns = flow.page.evaluate(
        """async (anchor) => {
          const root = document.getElementById(anchor);
          const input = root.querySelector('input[name="seed"]');
          const curves = [...root.querySelectorAll(".live-decades .live-curve")];
          const drawn = () => curves.map((curve) => curve.getAttribute("d")).join();
          const before = drawn();
          input.value = 7;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          for (let turns = 0; ; turns += 1) {
            if (drawn() !== before) return turns;
            await new Promise((done) => {
              const channel = new MessageChannel();
              channel.port1.onmessage = done;
              channel.port2.postMessage(0);
            });
          }
        }""",
        ANCHOR,
    )
    assert turns >= 2


def test_a_drag_ends_with_the_curves_of_its_last_value(flow):
    values = [k / 20 for k in range(0, 100, 3)]
    flow.page.evaluate(
        """async ([anchor, values]) => {
          const input = document.querySelector(`#${anchor} input[name="forget_bias"]`);
          for (const value of values) {
            input.value = value;
            input.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise((done) => setTimeout(done, 4));
          }
        }""",
        [ANCHOR, values],
    )
    flow.wait_until_done()
    wanted = in_python(GradientFlow(forget_bias=values[-1]))["LSTM"]
    shown = [float(text) for text in table(flow)["LSTM"]]
    assert shown == pytest.approx(wanted.tolist(), rel=SHOWN, abs=0)
