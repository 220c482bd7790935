"""Time constants, and how far the last state reaches back."""

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.examination import reach as room
from lecture_lib.examination.running import Given, run
from lecture_lib.examination.timescales import time_constants
from lecture_lib.gradients import gradient_flow, state_jacobians
from tests.examination.networks import KINDS, layer_of, network_of, noise, one_layer

STEP = 1e-5  # of central differences, whose error is then about STEP², 1e-10


def test_time_constants_are_those_of_the_biases():
    # f of ½, 0.9, 0.99 and 0.999 at every step: τ = 1 + e^b.
    odds = np.array([1.0, 9, 99, 999])
    lstm = LSTM(1, 4, forget_bias=np.log(odds))
    writes = GRU(1, 4)
    writes.bias[4:8] = -np.log(odds)
    keeps = GRU(1, 4, update="keep")
    keeps.bias[4:8] = np.log(odds)
    for cell in (lstm, writes, keeps):
        cell.weight_ih[...] = cell.weight_hh[...] = 0
        exam = one_layer(cell).examine(noise(30, 1))
        np.testing.assert_allclose(exam["layer"].time_constants, 1 + odds, rtol=1e-11)
    assert one_layer(RNN(1, 4)).examine(noise(30, 1))["layer"].time_constants is None


def test_a_time_constant_is_that_of_the_mean_over_the_product():
    kept = np.random.default_rng(0).uniform(0.2, 1, (50, 3))
    left = kept.prod(axis=0) ** (1 / 50)
    np.testing.assert_allclose(time_constants(kept), 1 / (1 - left), rtol=1e-12)
    np.testing.assert_array_equal(time_constants([[1.0, 0.0], [1.0, 0.5]]), [np.inf, 1])
    assert time_constants([[1.5], [0.5]]) is None
    held = one_layer(LSTM(1, 2, seed=0)).examine(
        noise(5, 1),
        holds=[{"layer": "layer", "gate": "f", "units": [1], "from": 0, "to": 5, "value": 1}],
    )
    assert np.isinf(held["layer"].time_constants[1]) and held["layer"].time_constants[0] < 5


def differences(layer, x, side, T):
    """‖∂h_L/∂x_{L−ℓ}‖ by lag, by central differences of `layer.forward`."""
    place = 0 if side == "back" else T - 1

    def last(moved):
        h = layer.forward(moved[:, None]).h[:, 0]
        H = h.shape[1] // (2 if layer.direction == "both" else 1)
        return h[place, -H:] if side == "back" else h[place, :H]

    norms = np.zeros(T)
    for t in range(T):
        for d in range(x.shape[1]):
            up, down = x.copy(), x.copy()
            up[t, d] += STEP
            down[t, d] -= STEP
            norms[t] += (((last(up) - last(down)) / (2 * STEP)) ** 2).sum()
    return np.sqrt(norms)[:: 1 if side == "back" else -1]


@pytest.mark.parametrize("ways", [("there",), ("there", "back")], ids="+".join)
@pytest.mark.parametrize("kind", KINDS)
def test_reach_of_x_is_what_differences_say(kind, ways):
    layer, x = layer_of("one", kind, 2, 4, ways), noise(8, 2)
    for report in network_of(layer).examine(x).layers:
        wanted = differences(layer, x, report.direction, 8)
        np.testing.assert_allclose(report.reach.x, wanted, rtol=0, atol=1e-8)
        assert report.reach.probes == 0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.endswith(("ed", "hole"))])
def test_reach_of_the_state_is_the_product_of_jacobians(kind):
    layer, x = layer_of("one", kind, 2, 4), noise(12, 2)
    reach = network_of(layer).examine(x)["one"].reach
    if "hard" in kind or "relu" in kind:
        # By differences of the state that a later part of the run starts from.
        np.testing.assert_allclose(reach.state, by_states(layer.cell, x), rtol=0, atol=1e-8)
        return
    trace = layer.cell.forward(x[:, None])
    jacobians = state_jacobians(layer.cell, trace)[:, 0]
    product, wanted = np.eye(jacobians.shape[1]), []
    for lag in range(12):
        wanted.append(np.linalg.norm(product[:4, :4]))
        product = product @ jacobians[11 - lag]
    np.testing.assert_allclose(reach.state, wanted, rtol=1e-10)


def by_states(cell, x):
    """‖∂s_L/∂s_{L−ℓ}‖ by lag, with h_{L−ℓ} as it is where s is c."""
    trace, norms = cell.forward(x[:, None]), []
    lstm = hasattr(trace, "c")
    for t in range(len(x)):
        columns = []
        for k in range(4):
            ends = []
            for sign in (1, -1):
                s = (trace.c if lstm else trace.h)[t].copy()
                s[0, k] += sign * STEP
                if t == len(x) - 1:
                    ends.append(s[0])
                    continue
                state = (trace.h[t], s) if lstm else s
                after = cell.forward(x[t + 1 :, None], state)
                ends.append((after.c if lstm else after.h)[-1, 0])
            columns.append((ends[0] - ends[1]) / (2 * STEP))
        norms.append(np.linalg.norm(columns))
    return norms[::-1]


def test_the_direct_path_is_the_product_of_what_is_kept():
    layer, x = layer_of("one", "LSTM", 2, 4, ("back",)), noise(6, 2)
    report = network_of(layer).examine(x)["one"]
    # A layer that reads from the end was last at step 0.
    wanted = [np.linalg.norm(report.kept[:lag].prod(axis=0)) for lag in range(6)]
    np.testing.assert_allclose(report.reach.direct, wanted, rtol=1e-12)
    assert layer_of("one", "RNN", 2, 4) and report.reach.state[0] == 2.0


def test_what_cannot_be_gone_back_step_by_step_says_why():
    reach = network_of(layer_of("one", "LSTM peephole", 2, 4)).examine(noise(6, 2))["one"].reach
    assert reach.state is None and reach.reason == "the cell has peepholes"


@pytest.mark.parametrize("kind", [LSTM, GRU, RNN])
def test_the_estimate_lies_within_its_spread(kind, monkeypatch):
    layer = layer_of("one", "LSTM", 3, 48)
    layer.cell = kind(3, 48, seed=2)
    ran, _ = run(network_of(layer), Given(noise(25, 3)[:, None]))
    one = ran["one"].passes[0]
    estimate = room.reach(one)
    assert estimate.probes == 16 and estimate.spread == pytest.approx(8**-0.5 / 2)
    monkeypatch.setitem(room.CONSTANTS, "exact_units", 48)
    exact = room.reach(one)
    assert exact.probes == 0
    for name in ("x", "state"):
        ratio = getattr(estimate, name) / getattr(exact, name)
        # 25 lags share their 16 probes; three standard deviations of one.
        assert np.abs(ratio - 1).max() < 3 * estimate.spread
        assert ratio.std() > 0
    np.testing.assert_allclose(estimate.state[0], 48**0.5, rtol=1e-14)
    np.testing.assert_array_equal(estimate.direct, exact.direct)


def test_the_seeded_probes_are_right_in_the_mean():
    """Over many streams of probes the square is that of the norm: the estimate has no bias."""
    from lecture_lib.seeded import seeded_uniform

    J = np.random.default_rng(1).standard_normal((48, 3))
    v = np.where(seeded_uniform(5, 1, (20_000, 48)) >= 0, 1.0, -1.0)
    squares = ((v @ J) ** 2).sum(axis=1)
    # 20,000 draws of at most √2 of the mean: 1 % in a standard deviation.
    assert abs(squares.mean() / (J**2).sum() - 1) < 0.03


def test_a_gradient_that_grows_beyond_numbers_is_infinite_and_one_that_is_gone_is_0():
    grows = RNN(1, 2, seed=0)
    grows.weight_ih[...], grows.weight_hh[...] = 1, np.eye(2) * 3  # h stays 0, slope 1
    reach = one_layer(grows).examine(np.zeros((800, 1)))["layer"].reach
    logs = np.log(reach.state[np.isfinite(reach.state)])
    np.testing.assert_allclose(np.diff(logs), np.log(3), rtol=0, atol=1e-9)
    # √2 · 3^ℓ is a float64 up to e^709.78.
    assert len(logs) == 1 + int((709.78 - np.log(2) / 2) / np.log(3)) and np.isinf(reach.state[-1])
    grows.weight_hh[...] = np.eye(2) * 1e-3
    reach = one_layer(grows).examine(np.zeros((200, 1)))["layer"].reach
    np.testing.assert_allclose(reach.state[:90], 2**0.5 * 1e-3 ** np.arange(90.0), rtol=1e-12)
    assert reach.state[100] == 0 and np.isfinite(reach.x).all()


def test_the_longest_gradient_of_the_book_is_the_same_in_both_rooms():
    """At H = 1 Frobenius and spectral norm are one: against `gradient_flow`."""
    for cell in (LSTM(2, 1, seed=3, forget_bias=2), GRU(2, 1, seed=3), RNN(2, 1, seed=3)):
        x = noise(20, 2)
        flow = gradient_flow(cell, cell.forward(x[:, None]))
        reach = one_layer(cell).examine(x)["layer"].reach
        np.testing.assert_allclose(reach.state, flow.total[:20, 0], rtol=1e-9)
        if flow.direct is not None:
            np.testing.assert_allclose(reach.direct, flow.direct[:20, 0], rtol=1e-12)
