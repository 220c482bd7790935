"""How far back a gradient reaches: Jacobians against autograd and differences, and the figures."""

import math

import numpy as np
import pytest

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.figures import GradientFlow, Spectral, Timescale
from lecture_lib.gradients import gradient_flow, spectral_radius, state_jacobians
from lecture_lib.initialisers import init_forget_bias

CELLS = {
    "rnn": lambda seed=0: RNN(3, 5, seed=seed),
    "lstm": lambda seed=0: LSTM(3, 5, seed=seed),
    "gru write before": lambda seed=0: GRU(3, 5, seed=seed),
    "gru write after": lambda seed=0: GRU(3, 5, seed=seed, reset="after"),
    "gru keep before": lambda seed=0: GRU(3, 5, seed=seed, update="keep"),
    "gru keep after": lambda seed=0: GRU(3, 5, seed=seed, update="keep", reset="after"),
}
T, N, H = 6, 2, 5
NO_TORCH = "PyTorch is not required; differences hold the same Jacobians"

# Both sides are products of a few dozen doubles: 1e-15. A wrong sign or index shows from 1e-3 up.
EXACT = {"rtol": 0, "atol": 1e-12}


def draw(make):
    """A cell with weights and biases large enough to bend, and its trace from a drawn state."""
    cell, rng = make(), np.random.default_rng(1)
    for array in cell.parameters().values():
        array += rng.normal(size=array.shape)
    states = [rng.normal(size=(N, H)) for _ in range(2)]
    state = tuple(states) if isinstance(cell, LSTM) else states[0]
    return cell, cell.forward(rng.normal(size=(T, N, 3)), state)


def states_of(trace):
    """Each state by name, with the one it started from: (T + 1, N, H)."""
    names = ("c", "h") if isinstance(trace.cell, LSTM) else ("h",)
    return {k: np.concatenate([getattr(trace, k + "0")[None], getattr(trace, k)]) for k in names}


@pytest.mark.parametrize("name", CELLS)
def test_jacobians_are_those_of_central_differences(name):
    cell, trace = draw(CELLS[name])
    states = states_of(trace)
    jacobians = state_jacobians(cell, trace)
    size = H * len(states)
    assert jacobians.shape == (T, N, size, size)
    step = 1e-6
    for t in range(T):
        for column in range(size):
            ends = []
            for sign in (1, -1):
                moved = {k: v[t].copy() for k, v in states.items()}
                moved[list(states)[column // H]][:, column % H] += sign * step
                state = (moved["h"], moved["c"]) if len(states) == 2 else moved["h"]
                after = cell.forward(trace.x[t : t + 1], state)
                ends.append(np.hstack([getattr(after, k)[0] for k in states]))
            numerical = (ends[0] - ends[1]) / (2 * step)
            # Differences of 1e-6 leave 1e-10 of rounding and 1e-12 of curvature.
            np.testing.assert_allclose(jacobians[t, :, :, column], numerical, rtol=0, atol=1e-8)


def test_the_lstms_jacobian_is_that_of_torch_autograd():
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    cell, trace = draw(CELLS["lstm"])
    theirs = torch.nn.LSTMCell(3, H, dtype=torch.float64)
    for ours, name in [
        (cell.weight_ih, "weight_ih"),
        (cell.weight_hh, "weight_hh"),
        (cell.bias, "bias_ih"),
        (0 * cell.bias, "bias_hh"),
    ]:
        getattr(theirs, name).data = torch.tensor(ours)
    states = states_of(trace)
    for t in range(T):
        x, c, h = (torch.tensor(a[t, 0]) for a in (trace.x, states["c"], states["h"]))

        def step(s, x=x):
            h_next, c_next = theirs(x[None], (s[None, H:], s[None, :H]))
            return torch.cat([c_next[0], h_next[0]])

        wanted = torch.autograd.functional.jacobian(step, torch.cat([c, h])).numpy()
        np.testing.assert_allclose(state_jacobians(cell, trace)[t, 0], wanted, **EXACT)


def test_the_grus_jacobian_is_that_of_torch_autograd():
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    cell, trace = draw(CELLS["gru keep after"])
    theirs = torch.nn.GRUCell(3, H, dtype=torch.float64)
    bias_hh = np.concatenate([np.zeros(2 * H), cell.bias_hn])
    for ours, name in [
        (cell.weight_ih, "weight_ih"),
        (cell.weight_hh, "weight_hh"),
        (cell.bias, "bias_ih"),
        (bias_hh, "bias_hh"),
    ]:
        getattr(theirs, name).data = torch.tensor(ours)
    h = states_of(trace)["h"]
    for t in range(T):
        x = torch.tensor(trace.x[t, 0])
        step = lambda s, x=x: theirs(x[None], s[None])[0]  # noqa: E731
        wanted = torch.autograd.functional.jacobian(step, torch.tensor(h[t, 0])).numpy()
        np.testing.assert_allclose(state_jacobians(cell, trace)[t, 0], wanted, **EXACT)


@pytest.mark.parametrize("name", CELLS)
def test_the_product_is_what_backward_says(name):
    """Row k of ∂s_T/∂s_0 is the gradient of a loss that is entry k of the last state."""
    cell, trace = draw(CELLS[name])
    product = np.eye(state_jacobians(cell, trace).shape[-1])
    for jacobian in state_jacobians(cell, trace)[::-1, 0]:
        product = product @ jacobian
    for row in range(len(product)):
        dh, dc = np.zeros((T, N, H)), np.zeros((N, H))
        (dc if isinstance(cell, LSTM) and row < H else dh[-1])[0, row % H] = 1
        last = {"dc_last": dc} if isinstance(cell, LSTM) else {}
        gradients = cell.backward(trace, dh, **last)
        wanted = [gradients[k + "0"][0] for k in states_of(trace)]
        np.testing.assert_allclose(product[row], np.concatenate(wanted), **EXACT)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("state", ["c", "h"])
def test_the_flow_is_the_norm_of_the_measured_block(name, state):
    cell, trace = draw(CELLS[name])
    if state == "c" and not isinstance(cell, LSTM):
        with pytest.raises(ValueError, match="state of this cell must be 'h', got 'c'"):
            gradient_flow(cell, trace, "c")
        return
    flow = gradient_flow(cell, trace, state)
    jacobians = state_jacobians(cell, trace)
    block = slice(0, H) if state == "c" or not isinstance(cell, LSTM) else slice(H, 2 * H)
    product = np.broadcast_to(np.eye(jacobians.shape[-1]), jacobians.shape[1:])
    for lag in range(T + 1):
        wanted = [np.linalg.svd(p[block, block])[1][0] for p in product]
        np.testing.assert_allclose(flow.total[lag], wanted, rtol=1e-12)
        product = product @ jacobians[T - 1 - lag] if lag < T else product


@pytest.mark.parametrize("gain", [0.0, 1.0])
def test_without_recurrent_weights_the_direct_path_is_all(gain):
    """Then nothing leads from the state to a gate, and ∂c_T/∂c_0 is diag(Π f)."""
    for make in (LSTM, GRU):
        cell = make(8, 16, seed=0)
        cell.weight_hh *= gain
        init_forget_bias(cell, 1.0)
        flow = gradient_flow(cell, cell.forward(np.random.default_rng(0).normal(size=(40, 1, 8))))
        ratio = flow.total[-1] / flow.direct[-1]
        assert ratio == pytest.approx(1, rel=1e-12) if gain == 0 else ratio > 10


def test_the_direct_path_is_the_largest_product_of_forget_gates():
    cell, trace = draw(CELLS["lstm"])
    flow = gradient_flow(cell, trace)
    for lag in range(T + 1):
        wanted = trace.f[T - lag :].prod(axis=0).max(axis=1)
        np.testing.assert_allclose(flow.direct[lag], wanted, rtol=1e-12)
    assert gradient_flow(*draw(CELLS["rnn"])).direct is None
    assert gradient_flow(cell, trace, "h").direct is None


@pytest.mark.parametrize("fault", ["clamp", "padding", "changed weights", "other cell", "type"])
def test_a_trace_that_does_not_fit_is_refused(fault):
    cell, x = LSTM(3, 5, seed=0), np.random.default_rng(0).normal(size=(6, 2, 3))
    trace = cell.forward(x)
    if fault == "clamp":
        trace = cell.forward(x, clamp={"f": 1.0})
    elif fault == "padding":
        trace = cell.forward(x, lengths=np.array([3, 6]))
    elif fault == "changed weights":
        cell.weight_hh += 0.1
    elif fault == "other cell":
        cell = LSTM(3, 5, seed=0)
    if fault == "type":
        with pytest.raises(TypeError, match="cell must be an RNN, LSTM or GRU, got str"):
            state_jacobians("lstm", trace)
    else:
        with pytest.raises(ValueError, match="trace"):
            state_jacobians(cell, trace)


# COVERAGE, section B: the power of ten of the norm after 100 steps.
TABLE = {
    "rnn 0.9": 2e-11,
    "rnn 1.0": 4e-8,
    "lstm 0": 5e-21,
    "lstm 1": 1e-7,
    "lstm 2": 0.4,
    "lstm log 99": 1e2,
    "gru 0": 2e-20,
    "gru log 99": 0.5,
}


@pytest.mark.parametrize("row", TABLE)
def test_the_books_table_comes_out_within_an_order_of_magnitude(row):
    kind, _, setting = row.partition(" ")
    value = math.log(99) if setting == "log 99" else float(setting)
    ends = []
    for seed in range(8):
        cell = {"rnn": RNN, "lstm": LSTM, "gru": GRU}[kind](8, 32, seed=seed)
        if kind == "rnn":
            cell.weight_hh *= value / spectral_radius(cell.weight_hh)
        else:
            init_forget_bias(cell, value)
        x = np.random.default_rng([seed, 1]).normal(size=(100, 1, 8))
        ends.append(gradient_flow(cell, cell.forward(x)).total[-1, 0])
    assert abs(np.log10(np.median(ends)) - math.log10(TABLE[row])) < 1


def test_figures_compute_what_their_traits_say():
    figure = GradientFlow(hidden_size=6, steps=12, forget_bias=2.0, gain=0.0, seed=5)
    cells = figure.cells()
    assert (cells["LSTM"].bias[6:12] == 2).all() and (cells["GRU"].bias[6:12] == -2).all()
    assert spectral_radius(cells["RNN"].weight_hh) == pytest.approx(1, rel=1e-12)
    flow = figure.flows["LSTM"]
    assert flow.total[-1, 0] == pytest.approx(flow.direct[-1, 0], rel=1e-12)
    figure.chrono = True
    bias = figure.cells()["LSTM"].bias
    assert (bias[:6] == -bias[6:12]).all() and (np.exp(bias[6:12]) < 12).all()

    for matrix in ("random", "rotation", "chain"):
        figure = Spectral(matrix=matrix, linear=True, radius=0.7, hidden_size=6, steps=20)
        U = figure.cell().weight_hh
        # A chain's eigenvalue is defective: rounding of 1e-16 moves it by 1e-16^(1/6).
        assert spectral_radius(U) == pytest.approx(0.7, abs=0.01 if matrix == "chain" else 1e-12)
        powers = [np.linalg.norm(np.linalg.matrix_power(U, k), 2) for k in range(21)]
        np.testing.assert_allclose(figure.flow.total[:, 0], powers, rtol=1e-12)
        assert figure.growth == pytest.approx(powers[1], rel=1e-12)
    figure = Spectral(drive=4.0)
    assert figure.growth < Spectral(linear=True).growth
    assert (figure.flow.total[:, 0] <= figure.growth ** np.arange(101)).all()


def test_the_ruler_reads_the_same_on_every_scale():
    for bias in (-3, -0.5, 0, math.log(99), 7):
        ruler = Timescale(bias=bias)
        assert ruler.time_constant == pytest.approx(1 / (1 - ruler.gate), rel=1e-12)
        assert ruler.left(ruler.half_life) == pytest.approx(0.5, rel=1e-12)
    assert Timescale(bias=math.log(99)).time_constant == pytest.approx(100, rel=1e-12)
