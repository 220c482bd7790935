"""Gradients of the variants beside those of PyTorch, and of Keras where it runs on PyTorch."""

import numpy as np
import pytest

from lecture_lib.interchange import open_network, watch

torch = pytest.importorskip("torch", reason="PyTorch is not required of the book's readers")
T, N, D, H = 6, 2, 3, 4
# float64, six steps of sums of some twenty products.
DOUBLE = {"rtol": 1e-9, "atol": 1e-11}
# Of float64 layers PyTorch's hard sigmoid has 1/6, and Keras' SimpleRNN a step, in float32.
SINGLE = {"rtol": 1e-5, "atol": 1e-6}


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def compared(cell, x, dh, theirs, tolerance):
    """Compare the gradients of sum(h · dh), x and dh (T, N, ·), with those of a framework."""
    ours = cell.backward(cell.forward(x), dh)
    assert theirs.keys() <= ours.keys()
    for name, gradient in theirs.items():
        np.testing.assert_allclose(ours[name], gradient, **tolerance, err_msg=name)
        assert np.abs(gradient).max() > 1e-3, name


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")  # its own
@pytest.mark.parametrize(
    ("kind", "options"),
    [("RNN", {"nonlinearity": "relu"}), ("LSTM", {"proj_size": 2}), ("GRU", {}), ("LSTM", {})],
)
def test_the_gradients_are_those_of_pytorch(kind, options):
    torch.manual_seed(0)
    live = getattr(torch.nn, kind)(D, H, **options).double()
    x = torch.from_numpy(drawn(T, N, D)).requires_grad_()
    h = live(x)[0]
    dh = drawn(*h.shape, seed=1)
    (h * torch.from_numpy(dh)).sum().backward()
    parts = ["weight_ih", "weight_hh"] + (["weight_hr"] if "proj_size" in options else [])
    theirs = {part: getattr(live, f"{part}_l0").grad.numpy() for part in parts}
    theirs["x"] = x.grad.numpy()
    if kind != "GRU":
        theirs["bias"] = live.bias_ih_l0.grad.numpy()
    [layer] = open_network(live)
    compared(layer.cell, x.detach().numpy(), dh, theirs, DOUBLE)


KERAS = [
    ("LSTM", {"recurrent_activation": "hard_sigmoid"}),
    ("LSTM", {"activation": "relu"}),
    ("GRU", {"recurrent_activation": "hard_sigmoid", "reset_after": False}),
    ("GRU", {"activation": "softsign", "reset_after": True}),
    ("SimpleRNN", {"activation": "relu"}),
]


@pytest.mark.parametrize(("kind", "options"), KERAS)
def test_the_gradients_are_those_of_keras(kind, options):
    keras = pytest.importorskip("keras", reason="Keras is not required of the book's readers")
    if keras.backend.backend() != "torch":
        pytest.skip("Keras has one backend a process: KERAS_BACKEND=torch runs this")
    layer = getattr(keras.layers, kind)(H, return_sequences=True, dtype="float64", **options)
    layer.build((N, T, D))
    layer.set_weights([0.6 * drawn(*w.shape, seed=k) for k, w in enumerate(layer.get_weights(), 1)])
    x = torch.from_numpy(drawn(N, T, D)).requires_grad_()
    h = layer(x)
    dh = drawn(*h.shape, seed=9)
    (h * torch.from_numpy(dh)).sum().backward()
    kernel, recurrent, *_ = (w.value.grad.numpy().T for w in layer.weights)
    G = {"LSTM": [0, 1, 2, 3], "GRU": [1, 0, 2], "SimpleRNN": [0]}[kind]
    parts = {"weight_ih": kernel, "weight_hh": recurrent}
    theirs = {
        name: np.concatenate([np.split(part, len(G))[k] for k in G]) for name, part in parts.items()
    }
    theirs["x"] = x.grad.numpy().transpose(1, 0, 2)
    [one] = watch(layer, x)
    assert one.agrees(), one.agrees()
    turned = x.detach().numpy().transpose(1, 0, 2)
    compared(one.cell, turned, dh.transpose(1, 0, 2), theirs, SINGLE)
