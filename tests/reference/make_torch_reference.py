"""Record what PyTorch computes, for machines without it: writes torch.npz beside this file.

    python tests/reference/make_torch_reference.py

Each case is one layer of torch.nn.RNN, LSTM or GRU in float64 with its weights, x, initial states
and the gradient dh of a loss by its outputs (and dc by the last c), and what comes out: h, the last
c, and the gradient of everything that went in. Its arrays are named "<case>/<array>". "adam/…" is a
run of torch.optim.Adam: the gradients given, and the parameter after each step.
"""

from pathlib import Path

import numpy as np
import torch

SIZES = {
    "one": (1, 1, 1, 1),
    "small": (5, 3, 2, 4),
    "wide": (3, 2, 6, 8),
    "long": (120, 1, 1, 3),
    "saturated": (8, 2, 3, 4),
    "zero": (4, 2, 2, 3),
}
LAYERS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def run_case(kind, scenario, rng):
    T, N, D, H = SIZES[scenario]
    layer = LAYERS[kind](D, H, dtype=torch.float64)
    scale = {"saturated": 10, "zero": 0}.get(scenario, 1)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.from_numpy(scale * rng.normal(size=parameter.shape) / H**0.5))
    names = ["x", "h0", "c0"] if kind == "lstm" else ["x", "h0"]
    shapes = {"x": (T, N, D), "h0": (N, H), "c0": (N, H)}
    given = {
        name: torch.from_numpy(rng.normal(size=shapes[name])).requires_grad_() for name in names
    }
    dh, dc = (torch.from_numpy(rng.normal(size=shape)) for shape in [(T, N, H), (N, H)])
    if kind == "lstm":
        h, (_, c) = layer(given["x"], (given["h0"][None], given["c0"][None]))
        ((h * dh).sum() + (c[0] * dc).sum()).backward()
    else:
        h, _ = layer(given["x"], given["h0"][None])
        (h * dh).sum().backward()
    leaves = {**given, **dict(layer.named_parameters())}
    arrays = {**leaves, "h": h, "dh": dh}
    arrays |= {f"gradient of {name}": leaf.grad for name, leaf in leaves.items()}
    if kind == "lstm":
        arrays |= {"c_n": c[0], "dc": dc}
    return {f"{kind} {scenario}/{name}": a.detach().numpy() for name, a in arrays.items()}


def run_adam(rng, steps=30):
    parameter = torch.nn.Parameter(torch.from_numpy(rng.normal(size=5)))
    optimiser = torch.optim.Adam([parameter], lr=0.05)
    # From 1e-9, where ε matters, to 1e3.
    gradients = rng.normal(size=(steps, 5)) * 10.0 ** np.array([-9, -3, 0, 1, 3])
    values = [parameter.detach().numpy().copy()]
    for gradient in gradients:
        parameter.grad = torch.from_numpy(gradient)
        optimiser.step()
        values.append(parameter.detach().numpy().copy())
    return {"adam/gradients": gradients, "adam/parameter": np.array(values)}


if __name__ == "__main__":
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    arrays = {"torch_version": np.array(torch.__version__)}
    for kind in LAYERS:
        for scenario in SIZES:
            arrays |= run_case(kind, scenario, rng)
    arrays |= run_adam(rng)
    np.savez_compressed(Path(__file__).with_name("torch.npz"), **arrays)
