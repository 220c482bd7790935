"""In the corners of the controls of figures that measure norms, each number is one, and NumPy's."""

import itertools

import numpy as np
import pytest

from book._tools import preview
from lecture_lib.figures import Backward, GradientFlow, OneUnit, Spectral, Timescale
from lecture_lib.figures.spectral import INPUTS, STREAMS
from lecture_lib.gradients import gradient_flow
from lecture_lib.seeded import seeded_uniform
from tests.driver import Figure

# Sets the controls as a reader does, once for each of `corners`, and returns what then is not a
# number wherever it stands: in the table, the sentences, the drawing and its labels.
SWEEP = """async ([root, corners, column]) => {
  const view = root.querySelector(".live-view");
  const set = (name, value) => {
    if (name === "tab") return view.querySelectorAll(".live-tab")[value].click();
    const input = view.querySelector(`.live-controls [name="${name}"]`);
    if (input.type === "checkbox") input.checked = value;
    else input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const found = [];
  for (const corner of corners) {
    for (const name in corner) set(name, corner[name]);
    do await new Promise(requestAnimationFrame);
    while (view.getAttribute("aria-busy") === "true");
    const rows = [...view.querySelectorAll(".live-numbers tbody tr:not([hidden])")];
    found.push({
      wrong: view.outerHTML.match(/.{0,60}\\b(NaN|Infinity|undefined)\\b.{0,20}/)?.[0] ?? "",
      numbers: column ? rows.map((row) => Number(row.cells[column].textContent)) : [],
    });
  }
  return found;
}"""


def ends(schema):
    if "enum" in schema:
        return schema["enum"]
    return [False, True] if schema["type"] == "boolean" else [schema["minimum"], schema["maximum"]]


def corners(cls, **only):
    """Each setting at either end, all combined; `only` says which values in place of the ends."""
    contract = {name: only.get(name) or ends(schema) for name, schema in cls.contract().items()}
    combined = itertools.product(*contract.values())
    return [dict(zip(contract, values, strict=True)) for values in combined]


def of_backward():
    """All routes are cut, or none is: each of the ten by itself would make 262,144 corners."""
    cuts = [name for name in Backward.contract() if name.startswith("cut_")]
    found = corners(Backward, seed=[7], **{name: [False] for name in cuts})
    return found + [corner | dict.fromkeys(cuts, True) for corner in found]


# One seed, and inside the corners what came out as NaN: products of very small numbers.
TINY = [
    {"matrix": "chain", "hidden_size": 64, "steps": 200, "radius": 1.1},
    {"matrix": "chain", "hidden_size": 64, "radius": 0.05},
    {"hidden_size": 2, "steps": 200, "radius": 0.05},
]
# Without tanh no input is read.
OF_SPECTRAL = [each for each in corners(Spectral, seed=[0]) if each["drive"] or not each["linear"]]
OF_SPECTRAL += [{name: getattr(Spectral(**each), name) for name in OF_SPECTRAL[0]} for each in TINY]
SWEPT = {
    Backward: of_backward(),
    GradientFlow: corners(GradientFlow, seed=[7]),
    OneUnit: corners(OneUnit, u=[-2, 0, 2], b=[-2, 0, 2], w=[-3, 0, 1, 3]),
    Timescale: corners(Timescale),
}


@pytest.fixture
def sweep(browser, tmp_path):
    context = browser.new_context(reduced_motion="reduce", offline=True)
    page = context.new_page()

    def over(cls, settings, column=None):
        page.goto((tmp_path / preview.write(cls(), tmp_path)).as_uri())
        page.locator(".live-view .live-caption").wait_for()
        root = Figure(page, cls.figure).root.element_handle()
        return page.evaluate(SWEEP, [root, settings, column])

    yield over
    context.close()


def wrong(settings, found):
    said = zip(settings, found, strict=True)
    return [(corner, each["wrong"]) for corner, each in said if each["wrong"]]


@pytest.mark.parametrize("cls", SWEPT, ids=lambda cls: cls.figure)
def test_no_corner_of_the_controls_shows_what_is_no_number(sweep, cls):
    assert not wrong(SWEPT[cls], sweep(cls, SWEPT[cls]))


def test_spectral_has_numpys_norms_in_every_corner(sweep):
    found = sweep(Spectral, OF_SPECTRAL, column=1)
    assert not wrong(OF_SPECTRAL, found)
    for settings, each in zip(OF_SPECTRAL, found, strict=True):
        twin = Spectral(**settings)
        # The table has 11 digits. Below 1e-307 floats lose theirs, a few of the last place a step.
        norms = twin.flow.total[:, 0]
        np.testing.assert_allclose(
            np.array(each["numbers"], float),
            norms,
            rtol=1e-9 + lost(twin, norms),
            atol=1e-315,
        )


def lost(figure, norms):
    """What rounding may make of the norms, as a share: of 1 − h², with h near ±1, it leaves few
    digits. To that of h itself comes that of the sums, which each processor adds in an order of its
    own: two differed by as much as weights do that are off by four units of the last place."""
    if figure.linear:
        return 0
    x = np.sqrt(3) * seeded_uniform(figure.seed, STREAMS["input"], (figure.steps, 1, INPUTS))
    cell, rng, moved = figure.cell(), np.random.default_rng(0), 0
    slope = 1 - cell.forward(x).h ** 2
    exact = cell.weight_hh.copy()
    for _ in range(2):
        cell.weight_hh[:] = exact * (1 + 2**-50 * rng.choice([-1, 1], exact.shape))
        off = np.abs(gradient_flow(cell, cell.forward(x)).total[:, 0] - norms)
        moved = max(moved, np.max(off / np.maximum(norms, 1e-300)))
    return min(1, (4e-16 / np.maximum(slope, 4e-16)).max(axis=-1).sum() + 10 * moved)
