"""The cells compute, forward and backward, what PyTorch, ONNX and Keras compute.

Hypothesis draws the cell, its convention, the sizes, the weights and where to clamp; the other
side gets the weights through `lecture_lib.interchange`. PyTorch itself is asked where it is
installed; what it said is kept in reference/torch.npz (made by make_torch_reference.py).
"""

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx.reference import ReferenceEvaluator

from lecture_lib.cells import GRU, LSTM, RNN
from lecture_lib.interchange import from_keras, from_torch, to_keras, to_onnx, to_torch

# An error counts against the largest entry of its array, but at least against 1: states and dh are
# of that size, and the slope s(1 − s) of a saturated gate is known to 1e-16 only, not relatively.
# The worst seen in thousands of draws is 3e-14 in float64 and 3e-6 in float32; a wrong sign, gate
# or index errs by 1e-2 and more.
DOUBLE = 1e-10
SINGLE = 1e-5
# In float32 a pre-activation of 50 is known to 3e-6 only, and a sum of hundreds of gradients that
# cancel hardly better; so there gates saturate less, σ(−10) = 5e-5, and long is not so long.
MILD = {"saturation": 4.0, "long": 40}

IN_DOUBLE = settings(max_examples=200, deadline=None)
# A rare draw may lose more than 1e-5 for no fault: the same ones each time.
IN_SINGLE = settings(IN_DOUBLE, derandomize=True)


@dataclass
class Problem:
    """A cell and what it runs on; `clamp` holds one gate at a value."""

    cell: RNN | LSTM | GRU
    x: np.ndarray
    state: list
    dh: np.ndarray
    dc: list
    clamp: dict = field(default_factory=dict)
    lengths: np.ndarray | None = None

    def forward(self):
        state = self.state if isinstance(self.cell, LSTM) else self.state[0]
        return self.cell.forward(self.x, state, self.clamp, self.lengths)

    def backward(self):
        return self.cell.backward(self.forward(), self.dh, *self.dc)

    def last(self):
        """The states after the last step."""
        final = self.forward().final_state
        return list(final) if isinstance(self.cell, LSTM) else [final]

    def unclamped_cell(self):
        """A cell that needs no clamp: its gate sees nothing, and its bias says the value."""
        cell = remade(self.cell, self.cell.dtype)
        for gate, value in self.clamp.items():
            for rows in rows_of(cell, gate, cell.parameters()):
                rows[...] = 0
            bias = np.arctanh(value) if gate in "gn" else np.log(value / (1 - value))
            np.split(cell.bias, len(cell.gates))[cell.gates.index(gate)][...] = bias
        return cell

    def that_reach_parameters(self, gradients):
        """The gradients of `unclamped_cell` without those that a clamp keeps out."""
        gradients = {name: gradient.copy() for name, gradient in gradients.items()}
        for gate in self.clamp:
            for rows in rows_of(self.cell, gate, gradients):
                rows[...] = 0
        return gradients

    def in_single(self):
        def cast(arrays):
            return [array.astype(np.float32) for array in arrays]

        [x, dh], state, dc = cast([self.x, self.dh]), cast(self.state), cast(self.dc)
        cell = remade(self.cell, np.float32)
        return Problem(cell, x, state, dh, dc, self.clamp, self.lengths)


def rows_of(cell, gate, arrays):
    """The rows of a gate, as views, in arrays that bear the names of the cell's parameters."""
    for name in cell.parameters():
        if name != "bias_hn":
            yield np.split(arrays[name], len(cell.gates))[cell.gates.index(gate)]
        elif gate == "n":
            yield arrays[name]


def remade(cell, dtype):
    options = {"update": cell.update, "reset": cell.reset} if isinstance(cell, GRU) else {}
    copy = type(cell)(cell.input_size, cell.hidden_size, dtype=dtype, **options)
    copy.load_parameters(cell.parameters())
    return copy


@st.composite
def problems(
    draw,
    kinds=("rnn", "lstm", "gru", "gru"),
    resets=("before", "after"),
    padded=False,
    saturation=20.0,
    long=150,
):
    kind = draw(st.sampled_from(kinds))
    T = draw(st.one_of(st.integers(1, 8), st.sampled_from([1, long])))
    N, D, H = (draw(st.integers(1, most)) for most in (3, 4, 5))
    scale = draw(st.sampled_from([1.0, 1.0, saturation, 0.0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if kind == "gru":
        update, reset = draw(st.sampled_from(["write", "keep"])), draw(st.sampled_from(resets))
        cell = GRU(D, H, seed=rng, update=update, reset=reset)
    else:
        cell = {"rnn": RNN, "lstm": LSTM}[kind](D, H, seed=rng)
    for name, array in cell.parameters().items():
        array += rng.normal(size=array.shape) * (array.ndim == 1)
        # Large weight_hh would make the cell chaotic, and rounding would grow with every step.
        array *= scale if scale == 0 or name != "weight_hh" else 1
    states = 2 if kind == "lstm" else 1
    clamp = {}
    if cell.gates and draw(st.booleans()):
        gate = draw(st.sampled_from(cell.gates))
        clamp[gate] = draw(st.sampled_from([-0.9, 0.3] if gate in "gn" else [0.05, 0.7]))
    lengths = None
    if padded and draw(st.booleans()):
        lengths = rng.integers(1, T + 1, size=N)
        lengths[rng.integers(N)] = T
    state = [rng.normal(size=(N, H)) for _ in range(states)]
    dc = [rng.normal(size=(N, H)) for _ in range(states - 1)]
    x, dh = rng.normal(size=(T, N, D)), rng.normal(size=(T, N, H))
    return Problem(cell, x, state, dh, dc, clamp, lengths)


def assert_close(ours, theirs, tolerance, what):
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape, what
    scale = max(1.0, np.abs(theirs).max())
    error = np.abs(ours - theirs).max() / scale
    assert error <= tolerance, f"{what}: off by {error:.1e} of {scale:.1e}"


def onnx_inputs(problem, dtype):
    states = dict(zip(["h0", "c0"], problem.state, strict=False))
    return {name: array.astype(dtype) for name, array in {"x": problem.x, **states}.items()}


@IN_DOUBLE
@given(problems())
def test_forward_is_that_of_the_onnx_reference(problem):
    model = to_onnx(problem.unclamped_cell(), dtype=np.float64, with_state=True)
    h, *last = ReferenceEvaluator(model).run(None, onnx_inputs(problem, np.float64))
    assert_close(problem.forward().h, h, DOUBLE, "h")
    for ours, theirs in zip(problem.last(), last, strict=True):
        assert_close(ours, theirs, DOUBLE, "last state")


@IN_SINGLE
@given(problems(**MILD))
def test_forward_in_float32_is_that_of_onnx_runtime(problem):
    model = to_onnx(problem.unclamped_cell(), with_state=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    h, *last = session.run(None, onnx_inputs(problem, np.float32))
    single = problem.in_single()
    assert single.forward().h.dtype == np.float32
    assert_close(single.forward().h, h, SINGLE, "h")
    for ours, theirs in zip(single.last(), last, strict=True):
        assert_close(ours, theirs, SINGLE, "last state")


@pytest.fixture(scope="module")
def keras():
    with tempfile.TemporaryDirectory() as settings_folder, pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "KERAS_HOME", settings_folder)
        patch.setitem(os.environ, "KERAS_BACKEND", "numpy")
        import keras

        yield keras


@IN_SINGLE
@given(problem=problems(padded=True, **MILD))
def test_forward_in_float32_is_that_of_keras(keras, problem):
    # Keras' rules of promotion, but for TensorFlow, turn float64 into float32.
    problem = problem.in_single()
    cell = problem.unclamped_cell()
    kind = {RNN: "SimpleRNN"}.get(type(cell), type(cell).__name__)
    options = {"reset_after": cell.reset == "after"} if isinstance(cell, GRU) else {}
    layer = getattr(keras.layers, kind)(
        cell.hidden_size, return_sequences=True, return_state=True, **options
    )
    x = problem.x.transpose(1, 0, 2)
    layer.build(x.shape)
    layer.set_weights(to_keras(cell))
    mask = None
    if problem.lengths is not None:
        mask = np.arange(len(problem.x)) < problem.lengths[:, None]
    h, *last = layer(x, mask=mask, initial_state=[*problem.state])
    assert_close(problem.forward().h, h.transpose(1, 0, 2), SINGLE, "h")
    for ours, theirs in zip(problem.last(), last, strict=True):
        assert_close(ours, theirs, SINGLE, "last state")

    update = {"update": cell.update} if isinstance(cell, GRU) else {}
    back = from_keras(layer.get_weights(), **update)
    for name, array in cell.parameters().items():
        np.testing.assert_array_equal(back.parameters()[name], array)


@pytest.mark.parametrize("kind", [LSTM, GRU])
def test_past_the_end_onnx_runtime_gives_0_where_we_repeat(kind):
    # What lecture 12's table says of lengths; Keras, above, repeats as we do.
    cell, lengths = kind(2, 3, seed=0, dtype=np.float32), np.array([6, 4])
    x = np.random.default_rng(1).normal(size=(6, 2, 2)).astype(np.float32)
    model = to_onnx(cell)
    node = next(node for node in model.graph.node if node.op_type == kind.__name__)
    node.input.append("lengths")
    given_as = onnx.helper.make_tensor_value_info("lengths", onnx.TensorProto.INT32, ["N"])
    model.graph.input.append(given_as)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    h, last, *_ = session.run(None, {"x": x, "lengths": lengths.astype(np.int32)})
    ours = cell.forward(x, lengths=lengths).h
    assert_close(ours[:4], h[:4], SINGLE, "h")
    assert not h[4:, 1].any()
    assert (ours[4:, 1] == ours[3, 1]).all()
    assert_close(ours[-1], last, SINGLE, "last state")


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip(
        "torch", reason="PyTorch is not required; reference/torch.npz holds what it computed"
    )


def torch_layer(torch, problem):
    cell = problem.unclamped_cell()
    dtype = getattr(torch, cell.dtype.name)
    layer = getattr(torch.nn, type(cell).__name__)(cell.input_size, cell.hidden_size, dtype=dtype)
    state_dict = {name: torch.from_numpy(array) for name, array in to_torch(cell).items()}
    layer.load_state_dict(state_dict)
    return layer


def torch_run(torch, problem):
    """What PyTorch says h, the last states and all gradients are, under the names of our cell."""
    layer = torch_layer(torch, problem)
    pack = torch.nn.utils.rnn.pack_padded_sequence
    unpack = torch.nn.utils.rnn.pad_packed_sequence
    x, *state = (torch.from_numpy(a).requires_grad_() for a in [problem.x, *problem.state])
    given = x
    if problem.lengths is not None:
        given = pack(x, torch.from_numpy(problem.lengths), enforce_sorted=False)
    if isinstance(problem.cell, LSTM):
        h, last = layer(given, (state[0][None], state[1][None]))
    else:
        h, last = layer(given, state[0][None])
        last = (last,)
    if problem.lengths is not None:
        h, _ = unpack(h, total_length=len(problem.x))
    last = [s[0] for s in last]
    loss = (h * torch.from_numpy(dh_of_real_steps(problem))).sum()
    for dc in problem.dc:
        loss = loss + (last[1] * torch.from_numpy(dc)).sum()
    loss.backward()
    parts = {name.removesuffix("_l0"): p.grad.numpy() for name, p in layer.named_parameters()}
    gradients = problem.that_reach_parameters(ours_from_torch(problem.cell, parts))
    gradients |= {"x": x.grad.numpy()}
    gradients |= {name: s.grad.numpy() for name, s in zip(["h0", "c0"], state, strict=False)}
    return h.detach().numpy(), [s.detach().numpy() for s in last], gradients


def dh_of_real_steps(problem):
    """Past a sequence's end our h repeats and PyTorch's is 0: what our loss says there, it says
    of the last real step."""
    dh = problem.dh.copy()
    if problem.lengths is not None:
        for n, length in enumerate(problem.lengths):
            dh[length - 1, n] = dh[length - 1 :, n].sum(axis=0)
            dh[length:, n] = 0
    return dh


def ours_from_torch(cell, gradients):
    """PyTorch's gradients of its parameters as gradients of ours."""
    H = cell.hidden_size
    mine = {name: gradients[name].copy() for name in ("weight_ih", "weight_hh")}
    mine["bias"] = gradients["bias_ih"].copy()
    if isinstance(cell, GRU):
        if cell.update == "write":
            for array in mine.values():
                array[H : 2 * H] *= -1
        mine["bias_hn"] = gradients["bias_hh"][2 * H :]
    return mine


def assert_agrees_with_torch(torch, problem, tolerance):
    inside = np.ones(problem.x.shape[:2], bool)
    if problem.lengths is not None:
        inside = np.arange(len(problem.x))[:, None] < problem.lengths
    h, last, gradients = torch_run(torch, problem)
    assert_close(problem.forward().h[inside], h[inside], tolerance, "h")
    for ours, theirs in zip(problem.last(), last, strict=True):
        assert_close(ours, theirs, tolerance, "last state")
    mine = problem.backward()
    assert set(mine) == set(gradients)
    for name, theirs in gradients.items():
        assert_close(mine[name], theirs, tolerance, f"gradient of {name}")


@IN_DOUBLE
@given(problem=problems(resets=("after",), padded=True))
def test_everything_is_that_of_torch(torch, problem):
    assert_agrees_with_torch(torch, problem, DOUBLE)


@IN_SINGLE
@given(problem=problems(resets=("after",), padded=True, **MILD))
def test_everything_in_float32_is_that_of_torch(torch, problem):
    single = problem.in_single()
    assert all(gradient.dtype == np.float32 for gradient in single.backward().values())
    assert_agrees_with_torch(torch, single, SINGLE)


@IN_DOUBLE
@given(problem=problems(kinds=["gru"], resets=["before"]))
def test_a_reset_before_the_product_has_the_gradients_of_autograd(torch, problem):
    """PyTorch has no such GRU, so its equations are written out and PyTorch differentiates."""
    cell = problem.unclamped_cell()
    arrays = {**cell.parameters(), "x": problem.x, "h0": problem.state[0]}
    leaves = {name: torch.from_numpy(a).clone().requires_grad_() for name, a in arrays.items()}
    of_x, of_h, b = (leaves[name].chunk(3) for name in ("weight_ih", "weight_hh", "bias"))
    h, loss = leaves["h0"], 0.0
    for x, dh in zip(leaves["x"], torch.from_numpy(problem.dh), strict=True):
        r, z = (torch.sigmoid(x @ of_x[k].T + h @ of_h[k].T + b[k]) for k in (0, 1))
        n = torch.tanh(x @ of_x[2].T + (r * h) @ of_h[2].T + b[2])
        write = z if cell.update == "write" else 1 - z
        h = (1 - write) * h + write * n
        loss = loss + (h * dh).sum()
    loss.backward()
    assert_close(problem.last()[0], h.detach().numpy(), DOUBLE, "h")
    mine = problem.backward()
    assert set(mine) == set(leaves)
    theirs = {name: leaf.grad.numpy() for name, leaf in leaves.items()}
    for name, gradient in problem.that_reach_parameters(theirs).items():
        assert_close(mine[name], gradient, DOUBLE, f"gradient of {name}")


REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "torch.npz", allow_pickle=False)
CASES = sorted({name.split("/")[0] for name in REFERENCE if " " in name.split("/")[0]})


@pytest.mark.parametrize("update", ["keep", "write"])
@pytest.mark.parametrize("case", CASES)
def test_everything_is_what_torch_recorded(case, update):
    arrays = {
        name.removeprefix(f"{case}/"): REFERENCE[name]
        for name in REFERENCE
        if name.startswith(f"{case}/")
    }
    state_dict = {
        name: array for name, array in arrays.items() if name.endswith("_l0") and " " not in name
    }
    cell = from_torch(state_dict, update=update)
    lstm = isinstance(cell, LSTM)
    trace = cell.forward(arrays["x"], (arrays["h0"], arrays["c0"]) if lstm else arrays["h0"])
    assert_close(trace.h, arrays["h"], DOUBLE, "h")
    if lstm:
        assert_close(trace.c[-1], arrays["c_n"], DOUBLE, "last c")
    mine = cell.backward(trace, arrays["dh"], *([arrays["dc"]] if lstm else []))
    recorded = {
        name.removeprefix("gradient of ").removesuffix("_l0"): array
        for name, array in arrays.items()
        if name.startswith("gradient of ")
    }
    theirs = ours_from_torch(cell, recorded)
    theirs |= {name: recorded[name] for name in ("x", "h0", "c0") if name in recorded}
    assert set(mine) == set(theirs)
    for name, gradient in theirs.items():
        assert_close(mine[name], gradient, DOUBLE, f"gradient of {name}")


def test_the_reference_says_which_torch_made_it_and_has_every_kind():
    assert str(REFERENCE["torch_version"]).split(".")[0] == "2"
    assert {case.split()[0] for case in CASES} == {"rnn", "lstm", "gru"}
    assert len(CASES) == 18
