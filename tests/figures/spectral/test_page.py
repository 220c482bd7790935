"""The spectral figure on the published lecture: norms, bounds and conditions, as NumPy has them."""

import numpy as np
import pytest

from lecture_lib.figures import Spectral
from tests.driver import Figure

PAGE = "notebooks/03_vanishing_gradients.html"
ANCHOR = "spectral"

# The table has 11 digits; the engines differ by about 1e-13.
SHOWN = 1e-9


@pytest.fixture
def spectral(visit):
    figure = Figure(visit(PAGE, figure=ANCHOR).page, ANCHOR)
    figure.wait_until_done()
    return figure


def settle(figure, **settings):
    figure.choose(**settings)
    figure.wait_until_done()


def columns(figure):
    heads, *rows = figure.rows()
    rows = [row for row in rows if row[0]]
    return {head: [float(row[k]) for row in rows] for k, head in enumerate(heads)}


SETTINGS = [
    {"radius": 0.9},
    {"radius": 1.5, "seed": 7, "drive": 2.5, "steps": 150},
    {"matrix": "rotation", "radius": 1.05, "linear": True, "hidden_size": 9},
    {"matrix": "rotation", "radius": 0.7, "hidden_size": 17, "seed": 3},
    {"matrix": "chain", "radius": 0.8, "linear": True, "hidden_size": 8, "steps": 120},
    {"matrix": "chain", "radius": 1.2, "hidden_size": 5, "drive": 0.5},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: " ".join(map(str, settings)))
def test_the_page_computes_what_numpy_computes(spectral, settings):
    settle(spectral, **settings)
    twin = Spectral(**settings)
    shown = columns(spectral)
    lags = np.arange(twin.steps + 1)
    assert shown["lag"] == lags.tolist()
    wanted = {
        "norm": twin.flow.total[:, 0],
        "bound": twin.growth**lags,
        "ρ alone": twin.radius**lags,
    }
    for name, values in wanted.items():
        assert shown[name] == pytest.approx(values.tolist(), rel=SHOWN, abs=0), name


@pytest.mark.parametrize(
    ("settings", "vanishes", "explodes"),
    [
        ({"radius": 0.3}, "yes", "no"),
        ({"radius": 0.9}, "no", "no"),
        ({"radius": 1.3}, "no", "yes"),
        ({"matrix": "rotation", "radius": 0.95, "linear": True}, "yes", "no"),
    ],
)
def test_the_two_conditions_are_judged(spectral, settings, vanishes, explodes):
    settle(spectral, **settings)
    verdicts = spectral.root.locator(".live-condition-says").all_text_contents()
    assert [verdict.split(": ")[-1] for verdict in verdicts] == [vanishes, explodes]
    growth = Spectral(**settings).growth
    assert f"{growth:.2f}:" in verdicts[0] and f"{settings['radius']:.2f}:" in verdicts[1]
    # The needle stands inside the first bar where the norm must vanish, else right of it.
    needle = spectral.root.locator(".live-needle").bounding_box()
    bar = spectral.root.locator(".live-condition").first.bounding_box()
    middle = needle["x"] + needle["width"] / 2
    assert (middle < bar["x"] + bar["width"]) == (vanishes == "yes")


def test_a_chain_grows_first_and_vanishes_after(spectral):
    settle(spectral, matrix="chain", linear=True, hidden_size=8, radius=0.8, steps=150)
    norms = columns(spectral)["norm"]
    peak = int(np.argmax(norms))
    assert peak > 10 and norms[peak] > 10 and norms[-1] < 1e-3
    assert f"at lag {peak}" in spectral.root.locator(".live-story").inner_text()
