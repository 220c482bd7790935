"""The backward figure's routes: the cells' own gradients, and each cut a term that is left out."""

import numpy as np
import pytest

from lecture_lib.cells import gru_step_backward, lstm_step_backward, sigmoid
from lecture_lib.figures import Backward
from lecture_lib.figures.backward import ROUTES
from lecture_lib.gradients import check_gradients

TABS = {"LSTM": 0, "GRU": 1}


def before(trace, name, t):
    return getattr(trace, name)[t - 2] if t > 1 else getattr(trace, f"{name}0")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("tab", TABS.values())
def test_uncut_it_is_what_the_cell_computes(tab, seed):
    figure = Backward(tab=tab, seed=seed, hidden_size=4, steps=7, gain=2.0)
    trace, back = figure.trace, figure.back
    cell = trace.cell
    start = np.zeros_like(trace.h)
    start[-1] = 1
    whole = cell.backward(trace, start)
    # Both engines are in float64; only the order of their sums differs.
    assert back[1]["dh_before"] == pytest.approx(whole["h0"][0], rel=1e-12, abs=1e-15)
    if not tab:
        assert back[1]["dc_before"] == pytest.approx(whole["c0"][0], rel=1e-12, abs=1e-15)
    for t in range(7, 0, -1):
        gates = [getattr(trace, name)[t - 1] for name in cell.gates]
        weights = cell.weight_ih, cell.weight_hh
        dh, x, h = back[t]["dh_in"][None], trace.x[t - 1], before(trace, "h", t)
        if tab:
            step = gru_step_backward(dh, x, h, gates, *weights)
        else:
            dc, c = back[t]["dc_in"][None], before(trace, "c", t)
            step = lstm_step_backward(dh, dc, x, h, c, gates, *weights)
            assert back[t]["dc_before"] == pytest.approx(step["c"][0], rel=1e-12)
        assert back[t]["dh_before"] == pytest.approx(step["h"][0], rel=1e-12)
        a = np.concatenate([back[t][name] for name in cell.gates])
        assert a == pytest.approx(step["bias"], rel=1e-12)


@pytest.mark.parametrize(("tab", "gate"), [*((0, k) for k in "ifgo"), *((1, k) for k in "rzn")])
def test_a_cut_gate_is_one_held_at_its_own_values(tab, gate):
    figure = Backward(tab=tab, seed=1, hidden_size=3, gain=2.0, **{f"cut_{gate}": True})
    trace = figure.trace
    held = trace.cell.forward(trace.x, clamp={gate: getattr(trace, gate)})
    start = np.zeros_like(trace.h)
    start[-1] = 1
    gradients = trace.cell.backward(held, start)
    assert figure.back[1]["dh_before"] == pytest.approx(gradients["h0"][0], rel=1e-10, abs=1e-15)
    if not tab:
        assert figure.back[1]["dc_before"] == pytest.approx(gradients["c0"][0], rel=1e-10)


def rerun(trace, state, cuts):
    """The sum of the last h from another initial state, with what is cut kept at its record."""
    cell, H = trace.cell, trace.cell.hidden_size
    h, c = state["h"], state.get("c")
    for t in range(1, len(trace.h) + 1):
        seen = before(trace, "h", t)[0] if "h" in cuts else h
        a = cell.weight_ih @ trace.x[t - 1, 0] + cell.bias
        u = cell.weight_hh
        if c is None:
            r, z = sigmoid(a[: 2 * H] + u[: 2 * H] @ seen).reshape(2, H)
            r, z = (
                getattr(trace, k)[t - 1, 0] if k in cuts else v for k, v in (("r", r), ("z", z))
            )
            n = np.tanh(a[2 * H :] + u[2 * H :] @ (r * seen))
            n = trace.n[t - 1, 0] if "n" in cuts else n
            h = (1 - z) * (before(trace, "h", t)[0] if "belt" in cuts else h) + z * n
            continue
        i, f, g, o = (a + u @ seen).reshape(4, H)
        gates = {"i": sigmoid(i), "f": sigmoid(f), "g": np.tanh(g), "o": sigmoid(o)}
        gates |= {k: getattr(trace, k)[t - 1, 0] for k in gates if k in cuts}
        kept = before(trace, "c", t)[0] if "belt" in cuts else c
        c = gates["f"] * kept + gates["i"] * gates["g"]
        h = gates["o"] * np.tanh(trace.c[t - 1, 0] if "read" in cuts else c)
    return h.sum()


CUTS = [(kind, (name,)) for kind, names in ROUTES.items() for name in names]
CUTS += [("LSTM", ()), ("LSTM", ("g", "belt")), ("GRU", ()), ("GRU", ("r", "belt"))]


@pytest.mark.parametrize(("kind", "cuts"), CUTS)
def test_a_cut_is_that_term_left_out(kind, cuts):
    switches = {f"cut_{name}": True for name in cuts}
    figure = Backward(tab=TABS[kind], seed=2, hidden_size=3, steps=5, gain=2.0, **switches)
    trace = figure.trace
    state = {"h": np.zeros(3)} | ({} if figure.tab else {"c": np.zeros(3)})
    given = {name: figure.back[1][f"d{name}_before"] for name in state}
    # Central differences with their default step are right to about 1e-9 here.
    assert check_gradients(lambda: rerun(trace, state, cuts), state, given).error < 1e-6


@pytest.mark.parametrize("tab", TABS.values())
def test_belt_and_h_cut_once_in_m_steps_is_truncated_backpropagation(tab):
    cuts = {"cut_belt": True, "cut_h": True, "every": 3}
    figure = Backward(tab=tab, seed=1, hidden_size=3, steps=8, gain=2.0, **cuts)
    whole = figure.trace
    # Steps 7 and 8 are the last piece: the cell alone, from the state that step 6 left.
    state = whole.h[5] if tab else (whole.h[5], whole.c[5])
    piece = whole.cell.forward(whole.x[6:], state)
    assert piece.h == pytest.approx(whole.h[6:], rel=1e-12)
    gradients = whole.cell.backward(piece, np.stack([np.zeros((1, 3)), np.ones((1, 3))]))
    a = np.sum([[figure.back[t][k] for k in whole.cell.gates] for t in (7, 8)], axis=0)
    assert a.ravel() == pytest.approx(gradients["bias"], rel=1e-12)
    # Step 7 hands nothing on, so all before it is 0; step 8 is no first one, and does.
    assert not any(norms[:7].any() for norms in figure.left.values())
    assert figure.back[8]["dh_before"].any()
    assert "belt, h cut once in 3 steps" in figure.text()


def test_with_no_route_cut_it_says_that_m_changes_nothing():
    assert "with no route cut, so M = 3 changes nothing" in Backward(every=3).text()
    # A cut of the other cell is none here.
    assert "so M = 3 changes nothing" in Backward(every=3, cut_z=True).text()
    assert "changes nothing" not in Backward().text()
    assert "a route that is cut" in Backward.controls()["every"].label


def test_a_cut_of_the_other_cell_changes_nothing():
    assert Backward(cut_z=True).cuts == ()
    assert Backward(tab=1, cut_z=True, cut_f=True).cuts == ("z",)


def test_what_is_left_starts_with_the_loss_and_ends_at_step_0():
    figure = Backward(hidden_size=4, steps=6)
    assert figure.left["h"][-1] == pytest.approx(2)  # ‖(1, 1, 1, 1)‖
    assert len(figure.left["c"]) == 7
    assert Backward(tab=1, steps=6).left.keys() == {"h"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"steps": 13}, r"steps must be a whole number in \[2, 12\], got 13"),
        ({"hidden_size": 5}, "hidden_size must be"),
        ({"cut_f": 1}, "cut_f must be True or False"),
        ({"cut_x": True}, "has no 'cut_x'"),
    ],
)
def test_a_bad_argument_is_named(given, message):
    with pytest.raises((ValueError, TypeError), match=message):
        Backward(**given)


@pytest.mark.parametrize("tab", TABS.values())
def test_the_still_is_small_and_the_text_has_its_numbers(tab):
    figure = Backward(tab=tab, cut_belt=True)
    assert len(figure.still()) < 8000
    assert f"{figure.left['h'][0]:.1e}" in figure.text()
    assert "belt cut" in figure.text()
